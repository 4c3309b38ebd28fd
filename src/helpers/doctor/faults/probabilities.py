"""Faults of what is taken for probabilities, and of the thresholds they are compared with."""

from collections.abc import Iterator

import numpy as np

from helpers.doctor._patterns import READINGS, only_zero_and_one, sigmoid_twice, sums_to_one
from helpers.doctor._setup import Setup
from helpers.doctor.faults._finding import TOKENIZE, Finding

CLOSE = 2e-3  # probabilities nearer than this are equal; half precision rounds to 5e-4
ENOUGH = 20  # fewer probabilities than this, without logits, show sigmoid twice by chance


def probability_faults(setup: Setup) -> Iterator[Finding]:
    p = setup.probabilities
    if p is None or not p.size:
        return
    again = (
        "with torch.no_grad():\n"
        "    logits = model(**batch).logits\n"
        "probabilities = torch.sigmoid(logits.float()).cpu().numpy()"
    )
    if setup.batch is None and setup.texts is not None:
        again = f"{TOKENIZE}\n{again}"
    if np.isnan(p).any():
        yield Finding(
            "NaN among the probabilities",
            f"{int(np.isnan(p).sum())} of {p.size} probabilities are NaN",
            "NaN is above no threshold: these labels are never predicted.",
            again,
        )
        return
    if setup.activation_inside():
        setup.notes.append(
            "Not looked at: probabilities, since the model itself needs a fix first."
        )
        return
    kind, compared = _kind(setup, p)
    seen = f"values from {p.min():.2f} to {p.max():.2f}"
    if kind == "logits":
        yield Finding(
            "logits as probabilities",
            f"{seen}{', equal to the logits as computed from the same texts' * compared}",
            "A threshold of 0.5 on logits is one of 0.62 on probabilities: labels are lost.",
            "probabilities = torch.sigmoid(torch.as_tensor(probabilities)).numpy()",
        )
    elif kind == "sigmoid twice":
        yield Finding(
            "sigmoid twice",
            f"{seen}{', equal to sigmoid of sigmoid of the logits' * compared}",
            "The second sigmoid lifts everything above 0.5, so every label is predicted for every "
            "text.",
            "probabilities = torch.logit(torch.as_tensor(probabilities)).numpy()",
        )
    elif kind == "softmax" and not setup.is_single_label():
        yield Finding(
            "softmax",
            "the probabilities of each text sum to 1"
            + ", equal to softmax of the logits" * compared,
            "Labels compete: two that both apply share one probability, and none at all cannot be "
            "said.",
            again,
        )
    elif kind == "predictions" and not setup.is_single_label():
        yield Finding(
            "predictions as probabilities",
            f"all {p.size} values are exactly 0 or 1",
            "A threshold has been applied already, or the logits are enormous: no other threshold "
            "and no ranking can be tried.",
            again,
        )


def _kind(setup: Setup, p: np.ndarray) -> tuple[str | None, bool]:
    """Say what the probabilities are, and whether that was compared with the logits."""
    z = setup.logits_of(p)
    if z is not None:  # the sure way: the same texts went through the model
        for kind, computed in READINGS.items():
            if np.abs(p[: len(z)] - computed(z)).max() < CLOSE:
                return kind, True
    if p.min() < -CLOSE or p.max() > 1 + CLOSE:
        return "logits", False
    if p.size >= 4 and only_zero_and_one(p):
        return "predictions", False
    if sums_to_one(p):
        return "softmax", False
    # A fresh head is near 0.5 too, and logits that do not agree say that it is something else.
    if z is None and p.size >= ENOUGH and sigmoid_twice(p) and not setup.has_fresh_head():
        return "sigmoid twice", False
    return None, False


def threshold_faults(setup: Setup) -> Iterator[Finding]:
    t, n_labels = setup.thresholds, setup.n_labels
    if not setup.has_head or t is None or not t.size:
        return
    if (t.size > 1 and t.shape[-1] != n_labels) or (t.ndim and t.size == 1 and n_labels > 1):
        yield Finding(
            "thresholds of another length",
            f"thresholds have the shape {t.shape}, the model has {n_labels} labels",
            "Paired by zip, labels without a threshold vanish; paired by numpy, labels may get "
            "each other's.",
            f"thresholds = np.full({n_labels}, 0.5)  # then choose them again, on validation data",
        )
    if np.isnan(t).any():
        yield Finding(
            "NaN among the thresholds",
            f"{int(np.isnan(t).sum())} of {t.size} thresholds are NaN",
            "Nothing is above NaN: these labels are never predicted.",
            "thresholds = np.where(np.isnan(thresholds), 0.5, thresholds)",
        )
    finite = t[np.isfinite(t)]
    if finite.size and (finite.min() < -1e-6 or finite.max() > 1 + 1e-6):
        yield Finding(
            "thresholds outside 0 to 1",
            f"thresholds run from {finite.min():.2f} to {finite.max():.2f}",
            "They were chosen for logits: no probability is below 0 or above 1, so such a label "
            "is given always or never.",
            "thresholds = torch.sigmoid(torch.as_tensor(thresholds)).numpy()  # if chosen so",
        )
