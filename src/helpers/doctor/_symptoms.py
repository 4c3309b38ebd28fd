"""What a table of probabilities tells, and what it does not: all near 0 or 1, or in the middle."""

from dataclasses import dataclass

import numpy as np

from helpers import _validate as validate
from helpers._html import Html, join, table, tag
from helpers._lines import fill
from helpers.doctor._cards import KNOWN, card, rows, side_by_side
from helpers.doctor._patterns import (
    only_zero_and_one,
    same_for_every_text,
    sigmoid_thrice,
    sigmoid_twice,
    spread_over_texts,
    squared_error,
    sums_to_one,
    within,
)

ENOUGH = 8  # fewer values than this show a pattern by chance
MANY = 40  # shares of fewer values than this say little


@dataclass(frozen=True)
class Symptom:
    """A row of the table: how it looks, what may be behind it, how to tell the causes apart."""

    name: str
    looks: str
    cause: str
    tell: str

    def __str__(self) -> str:
        lines = [fill(text, f"  {name:5}  ", " " * 9) for name, text in self._parts().items()]
        return "\n".join([self.name, *lines])

    def _parts(self) -> dict[str, str]:
        return {"looks": self.looks, "cause": self.cause, "tell": self.tell}

    def _repr_html_(self) -> Html:
        return card(self.name, rows(self._parts()), bar=KNOWN)


class _Table(dict[str, Symptom]):
    """Rows by name, which a notebook shows as cards."""

    def __str__(self) -> str:
        return "\n".join(map(str, self.values()))

    __repr__ = __str__

    def _repr_html_(self) -> Html:
        return side_by_side(*(row._repr_html_() for row in self.values()))


SYMPTOMS = _Table(
    (row.name, row)
    for row in (
        Symptom(
            "softmax",
            "each text's probabilities sum to 1",
            "softmax where sigmoid belongs; a pipeline whose saved config has no problem_type",
            "compare with torch.sigmoid(logits)",
        ),
        Symptom(
            "sigmoid twice",
            "all from 0.5 to 0.7311, and texts differ",
            "sigmoid applied to what sigmoid gave; a sigmoid inside the model",
            "look whether outputs.logits has values below 0; if not, the model holds a sigmoid",
        ),
        Symptom(
            "sigmoid three times",
            "all from 0.6225 to 0.6750",
            "sigmoid inside the model, and two more outside, or the like",
            "count the sigmoids between the last layer and your table",
        ),
        Symptom(
            "the same for every text",
            "a column hardly changes from text to text, all near 0.5",
            "a fresh head that was never trained; or input that is the same, such as all [UNK]",
            "look at model.classifier.bias (all exactly 0: fresh) and at tokenizer.tokenize(text)",
        ),
        Symptom(
            "trained with squared error",
            "near 0.50 where the label does not apply, near 0.73 where it does",
            'problem_type="regression": the logits themselves were drawn to 0 and 1',
            "look at model.config.problem_type; the logits lie around 0 and 1",
        ),
        Symptom(
            "all in the middle",
            "all from 0.1 to 0.9, and texts differ",
            "too little training, squared error, a very hard task",
            "pass targets; look at the loss of the training data and at model.config.problem_type",
        ),
        Symptom(
            "all low, as rare labels are",
            "none above 0.5, and their mean is near the share of labels that apply",
            "rare labels: the probabilities may be right, and 0.5 is too high for them",
            "rank the texts by probability; if the order is good, choose lower thresholds",
        ),
        Symptom(
            "all low",
            "none above 0.5",
            "rare labels, or a model that has learned only how rare they are",
            "pass targets; compare the mean probability with the share of labels that apply",
        ),
        Symptom(
            "too high throughout",
            "the mean probability is far above the share of labels that apply",
            "pos_weight, cross-entropy on rows of 0 and 1, sigmoid twice",
            "look at the loss that the model was trained with; choose thresholds or calibrate",
        ),
        Symptom(
            "half precision",
            "every value is a float16 or bfloat16 number",
            "weights or sigmoid in half precision: 1 is reached early, small steps are lost",
            "look at model.dtype; model = model.float() before the logits are computed",
        ),
        Symptom(
            "only 0 and 1",
            "no value between",
            "a threshold applied already; or logits so large that nothing else is left",
            "look at the logits: beyond 17 float32 rounds their sigmoid to 1",
        ),
        Symptom(
            "saturated",
            "a large share within a ten-millionth of 0 or 1",
            "learning rate too high, logits multiplied, training far too long",
            "look at the logits (tens or thousands) and at the validation loss over the steps",
        ),
        Symptom(
            "sure, and right",
            "most near 0 or 1, and of these hardly one is wrong",
            "a well-trained head on clean data: no fault at all",
            "nothing to do; check on texts that were not used in training",
        ),
        Symptom(
            "sure, and often wrong",
            "of the values near 0 or 1 more than one in twenty is wrong",
            "over-training, learning rate too high, logits multiplied",
            "compare training loss and validation loss; divide the logits by a temperature",
        ),
        Symptom(
            "near 0 or 1",
            "most below 0.01 or above 0.99",
            "a good head looks so, and an over-trained one too",
            "pass targets of texts that were not used in training",
        ),
    )
)
"""The symptom table, by name; :func:`symptoms` says which rows fit."""


@dataclass(frozen=True, repr=False)
class Reading:
    """What :func:`symptoms` computed: the numbers, and the rows of ``SYMPTOMS`` that fit."""

    numbers: dict[str, float]
    fits: tuple[Symptom, ...]
    advice: str

    @property
    def names(self) -> list[str]:
        """The names of the rows that fit, in the order of the table."""
        return [symptom.name for symptom in self.fits]

    def __str__(self) -> str:
        width = max(map(len, self.numbers))
        lines = [f"{name:{width}}  {value:.2f}" for name, value in self.numbers.items()]
        parts = ["\n".join(lines), *map(str, self.fits)]
        return "\n\n".join([*parts, self.advice] if self.advice else parts)

    __repr__ = __str__

    def _repr_html_(self) -> Html:
        lines = [[name, f"{value:.2f}"] for name, value in self.numbers.items()]
        numbers = table("What the probabilities are", ["", "value"], "lr", lines)
        fitting = (symptom._repr_html_() for symptom in self.fits)
        return join(numbers, *fitting, tag("div", self.advice))


def symptoms(probabilities, targets=None) -> Reading:
    """Say which known patterns a table of probabilities shows, and how to tell causes apart.

    Only what the numbers support is said. With targets, of texts that were not used in training,
    they support more.

    Args:
        probabilities: floats from 0 to 1, ``(n_texts, n_labels)``.
        targets: optional indicator matrix of the same shape.

    Returns:
        A :class:`Reading`: the last line of a cell shows it as cards, ``print`` as text.

    Raises:
        TypeError: not numbers, or whole numbers as probabilities.
        ValueError: wrong shape, NaN, a probability outside 0 to 1, a target other than 0 and 1.

    >>> symptoms([[0.51, 0.70], [0.73, 0.52], [0.50, 0.50], [0.69, 0.73]]).names
    ['sigmoid twice']
    """
    if targets is None:
        y, p = None, validate.probabilities(probabilities)
    else:
        y, p = validate.pair(targets, probabilities=probabilities)
    numbers = _numbers(p, y)
    found = _fitting(p, y, numbers, _came_in_half(probabilities))
    fits = tuple(row for name, row in SYMPTOMS.items() if name in found)
    advice = ""
    if p.size < ENOUGH:
        advice = f"Only {p.size} values: too few to tell a pattern from chance."
    elif not fits:
        advice = (
            "These numbers alone do not tell of any fault. Look at examine, and at the metrics on "
            "texts that were not used in training."
        )
    return Reading(numbers, fits, advice)


def _numbers(p, y) -> dict[str, float]:
    numbers = {
        "smallest": p.min(),
        "largest": p.max(),
        "mean": p.mean(),
        "share below 0.01": (p < 0.01).mean(),
        "share above 0.99": (p > 0.99).mean(),
        "share from 0.1 to 0.9": ((p >= 0.1) & (p <= 0.9)).mean(),
        "smallest sum of a text": p.sum(1).min(),
        "largest sum of a text": p.sum(1).max(),
        "largest spread over texts": spread_over_texts(p),
    }
    if y is not None:
        numbers["share of labels that apply"] = y.mean()
        if _extreme(p).any():
            numbers["wrong among near 0 or 1"] = ((p > 0.5) != (y == 1))[_extreme(p)].mean()
    return {name: float(value) for name, value in numbers.items()}


def _fitting(p, y, numbers, came_in_half) -> set[str]:
    """Name the rows that fit; those that need targets stay out where there are none."""
    if p.size < ENOUGH:
        return set()
    # These two shape all else that the numbers show, so no other row is named beside them.
    if only_zero_and_one(p):
        return {"only 0 and 1"}
    if sums_to_one(p):
        return {"softmax"}
    level, extreme, mean = _level(p, y), _extreme(p), p.mean()
    found = {level}
    # Three of the levels say by themselves how high the values lie.
    if level not in ("sigmoid three times", "sigmoid twice", "the same for every text"):
        rate = numbers.get("share of labels that apply")
        if p.max() < 0.5:
            # Rare labels leave few 1s to tell their share by: the mean may be off by half of it.
            fair = bool(rate) and abs(mean - rate) <= 0.5 * rate
            found.add("all low, as rare labels are" if fair else "all low")
        # Too high in difference and in ratio: either alone is little where labels are rare or
        # frequent. Where nearly all values are extreme, being right or wrong says more.
        if rate is not None and p.size >= MANY and extreme.mean() < 0.7:
            if mean > rate + 0.08 and mean > 1.3 * rate:
                found.add("too high throughout")
    if came_in_half or _on_half_grid(p):
        found.add("half precision")
    if (np.minimum(p, 1 - p) < 1e-7).mean() >= 0.3:
        found.add("saturated")
    if extreme.mean() >= 0.5 and p.max() > 0.5:
        wrong = numbers.get("wrong among near 0 or 1") if extreme.sum() >= MANY else None
        found.add(_sure(wrong))
    return found - {None}


def _level(p, y) -> str | None:
    """Say what holds all values away from 0 and 1."""
    if sigmoid_thrice(p):  # asked for first, since three sigmoids lie within the range of two
        return "sigmoid three times"
    if sigmoid_twice(p):
        return "sigmoid twice"
    if same_for_every_text(p):
        return "the same for every text"
    if y is not None and squared_error(p, y):
        return "trained with squared error"
    return "all in the middle" if within(p, (0.1, 0.9)) and p.max() > 0.5 else None


def _sure(wrong: float | None) -> str:
    if wrong is None or 0.02 < wrong <= 0.05:
        return "near 0 or 1"  # nothing tells, or not clearly
    return "sure, and right" if wrong <= 0.02 else "sure, and often wrong"


def _extreme(p) -> np.ndarray:
    return (p < 0.01) | (p > 0.99)


def _came_in_half(values) -> bool:
    return str(getattr(values, "dtype", "")).removeprefix("torch.") in ("float16", "bfloat16")


def _on_half_grid(p) -> bool:
    # Every value is one that half precision can hold. bfloat16 is float32 without its last 16 bits.
    between = np.unique(p[(p > 0) & (p < 1)])
    if len(between) < ENOUGH:
        return False
    if (between.astype(np.float16) == between).all():
        return True
    single = between.astype(np.float32)
    return bool((single == between).all() and (single.view(np.uint32) & 0xFFFF == 0).all())
