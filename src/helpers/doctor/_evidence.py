"""What a traceback tells: the calls that led to an error, and what they had been given.

An error from a worker of a DataLoader, or from another process, comes with its traceback as text
only: then the calls are known, and what they were given is not.
"""

import ast
import dis
import re
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from types import FrameType

LIBRARIES = {
    *("accelerate", "datasets", "huggingface_hub", "safetensors", "sklearn"),
    *("tokenizers", "torch", "transformers"),
}
STANDARD = (sysconfig.get_path("stdlib"), "<frozen")
LONGEST = 20_000  # characters of a message that are compared; what tells it stands at its ends
FORWARD = r"transformers\.(?:models\.[\w.]+|modeling_layers)\.\w+\.forward"
# "Caught KeyError in DataLoader worker process 0.", then the whole traceback as text.
IN_WORKER = re.compile(
    r"Caught (\w+) in .+?\.\nOriginal (Traceback \(most recent call last\):\n.+)", re.DOTALL
)


class Evidence:
    """One error with its type, its message, the calls that led to it and their values.

    Attributes:
        kind, message: name of the type and text of the error.
        calls: the calls, the last one is where it was raised, with " > " between them. A function
            of a library is given with its module, everything else is "own". Empty if the error was
            never raised, or if own code raised it itself: then no place is known.
    """

    def __init__(self, error: BaseException):
        self.kind, self.message = type(error).__name__, text_of(error)
        self.frames, self.names, self._raised, self._places = [], [], False, []
        self._walk(error.__traceback__)
        if self.names[-1:] == ["own"] and self._raised:
            self.calls = ""
            return
        in_worker = IN_WORKER.match(self.message)
        written = text_of(error.__cause__) if _is_remote(error.__cause__) else ""
        if in_worker:
            self.kind, written = in_worker.groups()
            self.message = _last_message(written, self.kind)
        if written:
            self._read(written)
        if len(self.message) > LONGEST:
            half = LONGEST // 2
            self.message = self.message[:half] + self.message[-half:]
        own = self.names and self.names[-1] == "own"
        self.calls = "" if own and self._raised else " > ".join(self.names)

    def _walk(self, step) -> None:
        last = None
        while step is not None:
            self.frames.append(step.tb_frame)
            self.names.append(_name(step.tb_frame))
            self._places.append((step.tb_frame.f_code, step.tb_lasti))
            step, last = step.tb_next, step
        if last is not None:
            self._last = last.tb_frame.f_code, last.tb_lasti
            instruction = dis.opname[last.tb_frame.f_code.co_code[last.tb_lasti]]
            self._raised = instruction == "RAISE_VARARGS"

    def _read(self, written: str) -> None:
        self.frames, self.names, self._raised = [], [], False
        # Of several tracebacks the last one is the error's own.
        lines = written.rpartition("Traceback (most recent call last):\n")[2].splitlines()
        for line, below in zip(lines, [*lines[1:], ""], strict=True):
            if place := re.match(r'\s*File "(.+)", line (\d+), in (.+)', line):
                self.names.append(_name_in(place[1], int(place[2]), place[3]))
                self._raised = below.strip().startswith("raise")

    # ---- What the calls were given

    def given(self, call: str) -> dict:
        """The values that the last call of this name had; empty if there was no such call."""
        for name, frame in zip(reversed(self.names), reversed(self.frames), strict=False):
            if re.fullmatch(call, name):
                return frame.f_locals
        return {}

    @cached_property
    def forward(self) -> dict:
        """The values in the first ``forward`` of a transformers model on the way to the error."""
        for name, frame in zip(self.names, self.frames, strict=False):
            if re.fullmatch(FORWARD, name):
                return dict(frame.f_locals)
        return {}

    @cached_property
    def trainer(self):
        """The Trainer on the way to the error, or None."""
        return self.given(r"transformers\.trainer\.Trainer\.\w+").get("self")

    def is_of_another_task(self, model) -> bool:
        """Whether this is a model of transformers, or its class, for something else than texts."""
        kind = model if isinstance(model, type) else type(model)
        texts = kind.__name__.endswith("ForSequenceClassification")
        return kind.__module__.startswith("transformers.") and not texts

    @staticmethod
    def is_own(function) -> bool:
        """Whether a function is the learner's own, not a library's."""
        module = str(function.__globals__.get("__name__"))
        return not _is_library(module, function.__code__.co_filename)

    def own_values(self) -> Iterator[tuple[str, object]]:
        """Name and value of what the learner's own lines could see, the last line's first."""
        for name, frame in zip(reversed(self.names), reversed(self.frames), strict=False):
            if name == "own":
                yield from list(frame.f_locals.items())
                if frame.f_globals is not frame.f_locals:
                    yield from list(frame.f_globals.items())

    def loaded(self) -> Iterator[tuple[str, object]]:
        """Name and value of what the failing line's code had loaded, the latest first."""
        before = self._steps_before()
        for i in range(len(before) - 1, -1, -1):
            name = before[i].argval
            if isinstance(name, str) and before[i].opname.startswith("LOAD"):
                yield name, _value(self.frames[-1], before, i)

    @cached_property
    def attribute_of(self) -> str:
        """The name before the attribute that could not be found, "" where it has none."""
        before = self._steps_before("CACHE", "PUSH_NULL")
        named = before and before[-1].opname.startswith("LOAD")
        return str(before[-1].argval) if named else ""

    @cached_property
    def compares(self) -> bool:
        """Whether the failing line compares by < or > what it then asks for a yes or no."""
        if not self.frames:
            return False
        code, at = self._last
        steps = [step for step in dis.get_instructions(code) if step.offset <= at]
        steps = [step for step in steps if step.opname not in ("CACHE", "TO_BOOL")]
        asked = [step for step in steps[-2:] if step.opname == "COMPARE_OP"]
        return bool(asked) and bool(set("<>") & set(asked[-1].argrepr))

    @cached_property
    def overwrites(self) -> bool:
        """Whether the learner's last line gives a name that it reads a new value: x = f(x)."""
        if not self.frames or "own" not in self.names:
            return False
        code, at = self._places[len(self.names) - 1 - self.names[::-1].index("own")]
        steps = list(dis.get_instructions(code))
        here = [step.positions for step in steps if step.offset <= at][-1]
        read = {
            step.argval
            for step in steps
            if step.offset < at
            and re.match(r"LOAD_(?:NAME|FAST|GLOBAL|DEREF)", step.opname)
            and here.lineno <= step.positions.lineno <= here.end_lineno
        }
        ends = r"STORE_(?:NAME|FAST|GLOBAL|DEREF)|POP_TOP|RETURN"
        after = (step for step in steps if step.offset > at and re.match(ends, step.opname))
        return next(after).argval in read

    def _steps_before(self, *ignored: str) -> list[dis.Instruction]:
        """What the failing line's code did before it failed."""
        if not self.frames:
            return []
        code, at = self._last
        steps = (step for step in dis.get_instructions(code) if step.offset < at)
        return [step for step in steps if step.opname not in ignored]

    # ---- How it was reached

    @cached_property
    def reached(self) -> tuple[str, ...]:
        """By what the error was reached, the most special first."""
        ways = []
        if "transformers.trainer.Trainer." in self.calls:
            data = getattr(self.trainer, "train_dataset", None)
            ways += ["Trainer with a data set"] if hasattr(data, "cast_column") else []
            ways += ["Trainer"]
        elif "transformers.pipelines." in self.calls:
            ways += ["pipeline"]
        elif "datasets.arrow_dataset.Dataset._map_single" in self.calls:
            ways += ["map"]
        elif "torch.utils.data.dataloader." in self.calls:
            ways += ["DataLoader"]
        elif re.search(r"sklearn\.[\w.]+\.fit > ", self.calls):
            ways += ["fit"]
        elif self._labels_in_a_batch():
            ways += ["batch with labels"]
        return tuple(ways)

    def _labels_in_a_batch(self) -> bool:
        labels = self.forward.get("labels")
        return labels is not None and any(
            isinstance(value, Mapping) and "input_ids" in value and value.get("labels") is labels
            for _, value in self.own_values()
        )


def text_of(error: BaseException | None) -> str:
    """The error's message."""
    try:
        return str(error)
    except Exception:  # a learner's own class may have a faulty __str__; Python says it like this
        return "<exception str() failed>"


def _is_remote(cause) -> bool:
    return type(cause).__name__ in ("RemoteTraceback", "_RemoteTraceback")


def _last_message(written: str, kind: str) -> str:
    found = re.match(rf".*\n(?:[\w.]+\.)?{kind}(?:: (.*))?$", written.rstrip("\n"), re.DOTALL)
    return (found[1] or "") if found else ""


def _value(frame: FrameType, steps: list, i: int):
    """What step i loads, as far as names and parts of modules tell; else None."""
    name = steps[i].argval
    if steps[i].opname in ("LOAD_ATTR", "LOAD_METHOD"):
        holder = _value(frame, steps, i - 1) if i else None
        return vars(holder).get(name) if isinstance(holder, type(sys)) else None
    for space in (frame.f_locals, frame.f_globals):
        if name in space:
            return space[name]
    return None


def is_installed(package: str) -> bool:
    """Whether this name is the library of this name, not a folder or file of the learner's own."""
    return hasattr(sys.modules.get(package), "__version__")


def _is_library(module: str, file: str) -> bool:
    top = module.partition(".")[0]
    return bool(
        (top in LIBRARIES and is_installed(top))
        or re.search(r"[\\/](site|dist)-packages[\\/]", file)
        or file.startswith(STANDARD)
    )


def _name(frame: FrameType) -> str:
    module, code = str(frame.f_globals.get("__name__")), frame.f_code
    library = _is_library(module, code.co_filename)
    return f"{module}.{code.co_qualname}" if library else "own"


def _name_in(file: str, line: int, function: str) -> str:
    """The name of a call that a traceback in words tells of; its class stands in the source."""
    for folder in sorted(filter(None, sys.path), key=len, reverse=True):
        if file.startswith(folder):
            parts = Path(file[len(folder) :].lstrip("\\/")).with_suffix("").parts
            module = ".".join(parts[:-1] if parts[-1:] == ("__init__",) else parts)
            if _is_library(module, file):
                return f"{module}.{_qualname(file, line) or function}"
            break
    return "own"


@cache
def _qualname(file: str, line: int) -> str:
    try:
        node = ast.parse(Path(file).read_text(encoding="utf-8"))
    except (OSError, ValueError, SyntaxError):
        return ""
    names = []
    while True:
        inside = [
            part
            for part in ast.walk(node)
            if isinstance(part, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and part is not node
            and part.lineno <= line <= part.end_lineno
        ]
        if not inside:
            return ".".join(names)
        if names and not isinstance(node, ast.ClassDef):
            names.append("<locals>")
        node = max(inside, key=lambda part: part.end_lineno - part.lineno)
        names.append(node.name)
