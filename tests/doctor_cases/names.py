"""Names that Python does not know: what raises the errors of known/names.py."""

from doctor_cases._start import Case

CASES = [
    Case("sigmoid-not-defined", "sigmoid(logits)"),
    Case("sigmoid-not-defined", "def tag(logits):\n    return sigmoid(logits)\ntag(logits)"),
    Case("sigmoid-not-in-nn", "torch.nn.sigmoid(logits)"),
]
