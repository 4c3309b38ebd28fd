"""What a silent fault is reported as, and lines of code that several fixes share."""

from dataclasses import dataclass

from helpers._html import Html
from helpers._lines import fill
from helpers.doctor._cards import FAULT, card, code, row

MULTI_LABEL = 'model.config.problem_type = "multi_label_classification"'
TOKENIZE = 'batch = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")'


@dataclass(frozen=True)
class Finding:
    """One silent fault: what was seen, why it matters, and code that fixes it.

    The code uses the names that most code uses: ``model``, ``tokenizer``, ``batch``, ``texts``,
    ``labels``, ``logits``, ``probabilities``, ``thresholds``, ``torch``, ``np``. Two it cannot
    know, and you fill in: ``folder`` (where the trained model is saved) and ``backbone`` (the name
    or folder of the model that training began with).

    >>> print(Finding("training mode", "model.training is True", "Dropout is on.", "model.eval()"))
    training mode
      seen  model.training is True
      why   Dropout is on.
      fix   model.eval()
    """

    name: str
    seen: str
    why: str
    fix: str

    def __str__(self) -> str:
        fix = self.fix.replace("\n", "\n        ")
        lines = [fill(self.seen, "  seen  ", " " * 8), fill(self.why, "  why   ", " " * 8)]
        return "\n".join([self.name, *lines, f"  fix   {fix}"])

    def as_html(self) -> Html:
        """The same as a card; a notebook shows it."""
        parts = [row("seen", self.seen), row("why", self.why), row("fix"), code(self.fix)]
        return card(self.name, *parts, bar=FAULT)
