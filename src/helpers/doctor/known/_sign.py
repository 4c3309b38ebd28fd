"""How a known error is written down, and the places that several of them name."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field

from helpers.doctor._evidence import Evidence

OWN = r"(^|> )own$"  # raised in the learner's own line, not inside a library
TORCH = r"(^|> )(?:own|(?:torch|transformers|accelerate)\.[\w.<>]+)$"  # by torch's compiled part
BCE = r"> torch\.nn\.functional\.binary_cross_entropy_with_logits$"

V4, V5 = "transformers 4.57", "transformers 5"  # where only one of them says it
GPU = "not raised here: it takes a graphics card; from the documented text"


@dataclass(frozen=True)
class Sign:
    """How an error shows itself.

    Attributes:
        types: names of the exception types, with a space between.
        message: regular expression for the whole message.
        where: regular expression, searched in the calls that led to the error (see
            ``helpers.doctor._evidence.Evidence``).
        versions: which versions say it like this.
        when: what else must hold, told by the values that the calls had been given.
    """

    types: str
    message: str
    where: str
    versions: str = "all"
    when: Callable[[Evidence], bool] | None = None


def refused_keyword(function: str, keywords: str, where: str, versions: str = "all", when=None):
    """Make the sign of a call with a keyword that the function does not take."""
    message = rf"{function}\(\) got an unexpected keyword argument '(?:{keywords})'"
    return Sign("TypeError", message, where, versions, when)


@dataclass(frozen=True)
class Way:
    """Another fix and its check, for an error that was reached in another way."""

    fix: str
    check: str
    cause: str = ""


@dataclass(frozen=True)
class KnownError:
    """One error: its signs, its cause in plain words, its fix as code, a check of the fix."""

    name: str
    signs: tuple[Sign, ...]
    cause: str
    fix: str
    check: str
    ways: dict[str, Way] = field(default_factory=dict)
    fill: Callable[[Evidence], dict[str, str]] | None = None


def known_error(name, *signs: Sign, cause, fix, check, ways=None, fill=None) -> KnownError:
    """Make one; its texts lose the indentation that they have in the table.

    ``ways`` has other fixes by how the error was reached: "Trainer", "Trainer with a data set",
    "pipeline", "map", "DataLoader", "fit" or "batch with labels". ``fill`` reads from the evidence
    what stands in the fix in place of a name in capitals, such as POSITIONS.
    """
    ways, fix, check = ways or {}, _code(fix), _code(check)
    if not fix:  # then it is met through a Trainer alone
        fix, check = ways["Trainer"].fix, ways["Trainer"].check
    return KnownError(name, signs, _line(cause), fix, check, ways, fill)


def way(fix: str, check: str, cause: str = "") -> Way:
    """Make one of the other ways."""
    return Way(_code(fix), _code(check), _line(cause))


FLOATS = '.cast_column("labels", Sequence(Value("float32")))'  # map keeps a column's old type


# Batches of what a model takes, from a data set that may hold more.
LOADER = """
kept = ("input_ids", "attention_mask", "token_type_ids", "labels", "label")
loader = torch.utils.data.DataLoader(
    data.select_columns([name for name in data.column_names if name in kept]),
    batch_size=4,
    collate_fn=DataCollatorWithPadding(tokenizer),  # yours, if you have another
)
batch = next(iter(loader))"""


def train_again(fixed: str, check: str, labels: bool = True) -> dict[str, Way]:
    """The two ways through a Trainer, from a function ``fixed`` of a row to its new columns."""
    again = "trainer.train_dataset = train_dataset  # and eval_dataset in the same way"
    fixed, check = _code(fixed), _code(check)
    rows = "train_dataset = [train_dataset[i] for i in range(len(train_dataset))]"
    cast = f"\ntrain_dataset = train_dataset{FLOATS}" if labels else ""
    imported = "from datasets import Sequence, Value" if labels else ""
    return {
        "Trainer with a data set": Way(
            f"{_after_comments(fixed, imported)}\n\n\n"
            f"train_dataset = train_dataset.map(fixed){cast}\n{again}\nresult = trainer.train()",
            check,
        ),
        "Trainer": Way(
            f"{fixed}\n\n\n{rows}\n"
            "train_dataset = [{**row, **fixed(row)} for row in train_dataset]\n"
            f"{again}\nresult = trainer.train()",
            check,
        ),
    }


def _after_comments(code: str, line: str) -> str:
    """Put a line in front of the code, behind the comments that it begins with."""
    lines = code.splitlines()
    first = next(i for i, one in enumerate(lines) if not one.startswith("#"))
    gap = [] if lines[first] == "" else ["", ""]
    return "\n".join([*lines[:first], line, *gap, *lines[first:]]) if line else code


def _code(text: str) -> str:
    return inspect.cleandoc(text).rstrip()


def _line(text: str) -> str:
    return " ".join(text.split())
