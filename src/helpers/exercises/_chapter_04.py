"""Problems of chapter 4: sigmoid, softmax, the loss and where each belongs."""

import math

import numpy as np

from helpers.activations import sigmoid
from helpers.exercises._problem import Problem, Wrong

NAMES = ["sports", "politics", "technology", "entertainment"]


def softmax(z):
    powers = np.exp(np.asarray(z, float) - np.max(z, axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def _named(keep):
    return [name for name, kept in zip(NAMES, keep, strict=True) if kept]


def _row():
    return np.array([0.9, 0.7, 0.2, -2.0]), list(NAMES)


def _logit_rows():
    return [(np.array([[2.0, -1.0], [0.5, 3.0], [-4.0, 0.0]]),), (np.array([-2.0, 0.0, 1.0]),)]


def _numbers():
    return [(0.97, 1), (0.97, 0), (0.2, 1), (0.5, 0)]


def _penalty(p, y):
    return -np.log(p) if y == 1 else -np.log(1 - p)


def _table():
    logits = np.array([[2.0, -1.0, 0.3], [-3.0, 0.2, 1.5]])
    return logits, np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]])


def _bce(p, y):
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


def _thresholds():
    return [(0.3,), (0.5,), (0.8,)]


def _many():
    return (np.random.default_rng(4).normal(-1, 2, (6, 4)).round(2),)


def _labels_both_ways():
    return np.array([[3.0, 2.5, -2.0, -4.0], [-3.0, -2.0, -4.0, -3.5], [4.0, -1.0, -2.0, -3.0]])


PROBLEMS = [
    Problem(
        "04.1",
        "Which labels does this text get?",
        3,
        "warm-up",
        given=_row,
        answer=lambda z, names: _named(sigmoid(z) > 0.5),
        wrong=(
            Wrong(
                lambda z, names: _named(softmax(z) > 0.5),
                "These are softmax's answers: the labels had to share a total of 1, and none got "
                "more than half. Ask for each label on its own: sigmoid.",
            ),
            Wrong(
                lambda z, names: _named(z > 0.5),
                "You compared the logits with 0.5. Probability 0.5 is logit 0.",
            ),
            Wrong(
                lambda z, names: [names[int(np.argmax(z))]],
                "You took the highest one. Any number of labels may fit, so each is compared with "
                "the threshold.",
            ),
            Wrong(
                lambda z, names: _named(sigmoid(sigmoid(z)) > 0.5),
                "All four: sigmoid was applied twice. A probability is above 0, so sigmoid of it "
                "is above one half.",
            ),
        ),
        hints=(
            "Which function turns one logit into one probability?",
            "Sigmoid of each logit, then compare with 0.5. Or compare the logits with what 0.5 "
            "is as a logit.",
        ),
        solution="labels = [name for z, name in zip(logits, label_names) if 1 / (1 + "
        "np.exp(-z)) > 0.5]",
        placeholder="labels = ...  # a list of names",
    ),
    Problem(
        "04.2",
        "Write sigmoid",
        3,
        "warm-up",
        answer=sigmoid,
        cases=_logit_rows,
        wrong=(
            Wrong(
                lambda z: 1 / (1 + np.exp(np.asarray(z, float))),
                "The sign in the exponent is turned round: a high logit must give a high "
                "probability.",
            ),
            Wrong(
                softmax,
                "This is softmax: it divides by the sum of the row. Sigmoid looks at one "
                "logit and at nothing else.",
            ),
            Wrong(lambda z: np.exp(z), "The power alone is not between 0 and 1. Divide."),
            Wrong(
                lambda z: (np.tanh(z) + 1) / 2,
                "Also an S from 0 to 1, but too steep: this is sigmoid of twice the logit.",
            ),
            Wrong(
                lambda z: 1 / (1 + math.exp(-z)),
                "math.exp takes one number; np.exp takes arrays of any shape as well.",
            ),
        ),
        hints=(
            'The formula stands under "The idea" in the chapter.',
            "1 divided by (1 plus e to the power of minus z); np.exp takes whole arrays.",
        ),
        solution="def my_sigmoid(z):\n    return 1 / (1 + np.exp(-z))",
    ),
    Problem(
        "04.3",
        "Write softmax for a whole table",
        6,
        "core",
        answer=softmax,
        cases=_logit_rows,
        wrong=(
            Wrong(
                lambda z: np.exp(z) / np.exp(z).sum(),
                "Your sum runs over the whole table, so all texts share one 1. Each row must sum "
                "to 1 by itself: axis=-1, keepdims=True.",
            ),
            Wrong(
                lambda z: np.exp(z) / np.exp(z).sum(axis=0),
                "Your sum runs down the columns: the texts compete, not the labels. Use axis=-1.",
            ),
            Wrong(
                lambda z: np.asarray(z) / np.sum(z, axis=-1, keepdims=True),
                "The powers are missing: without np.exp negative logits give negative shares.",
            ),
            Wrong(
                lambda z: np.exp(z) / np.exp(z).sum(axis=-1),
                "The sum lost its axis, so that it does not stand beside its row: keepdims=True "
                "keeps it.",
            ),
            Wrong(sigmoid, "This is sigmoid. Softmax divides by the sum of the row."),
            Wrong(
                lambda z: np.exp(z) / np.exp(z).sum(axis=1, keepdims=True),
                "A single row has no axis 1. axis=-1 is the last axis, in a row and in a table.",
            ),
        ),
        hints=(
            "Make every logit positive with np.exp, then divide by the sum of its row.",
            "powers / powers.sum(axis=-1, keepdims=True): keepdims keeps the shape, so that each "
            "row is divided by its own sum.",
        ),
        solution="def my_softmax(z):\n    powers = np.exp(z)\n"
        "    return powers / powers.sum(axis=-1, keepdims=True)",
        general="Look at the sums of your rows: what are they, and what should they be?",
    ),
    Problem(
        "04.4",
        "The penalty for one label",
        5,
        "core",
        answer=_penalty,
        cases=_numbers,
        wrong=(
            Wrong(
                lambda p, y: -np.log(p),
                "You punish every label as if it were true. For a false one the right answer is "
                '"no", and the model gave that 1 - p.',
            ),
            Wrong(
                lambda p, y: np.log(p) if y == 1 else np.log(1 - p),
                "The sign is missing: logarithms of probabilities are negative, a penalty is not.",
            ),
            Wrong(
                lambda p, y: abs(y - p),
                "That is the distance. It cannot exceed 1, so being sure and wrong hardly hurts; "
                "-log grows without limit.",
            ),
            Wrong(
                lambda p, y: -np.log10(p) if y == 1 else -np.log10(1 - p),
                "Another base: np.log is the natural logarithm, and that is the loss's.",
            ),
            Wrong(
                lambda p, y: (y - p) ** 2,
                "That is the squared distance, the loss of a regression. Here it is -log of what "
                "the right answer got.",
            ),
            Wrong(
                lambda p, y: -y * np.log(p),
                "A label that is not there costs nothing in yours, however sure the model was of "
                "it. What if y is 0?",
            ),
        ),
        hints=(
            "What probability did the model give to the right answer: if y is 1? If y is 0?",
            "y works as a switch: -(y * log p + (1 - y) * log(1 - p)).",
        ),
        solution="def penalty(p, y):\n    return -(y * np.log(p) + (1 - y) * np.log(1 - p))",
    ),
    Problem(
        "04.5",
        "The loss of a batch, by hand",
        7,
        "core",
        given=_table,
        answer=lambda z, y: _bce(sigmoid(z), y).mean(),
        wrong=(
            Wrong(
                lambda z, y: _bce(sigmoid(z), y).sum(),
                "That is the sum. The loss is the mean over all texts and labels, so that it does "
                "not depend on how many there are.",
            ),
            Wrong(
                lambda z, y: _bce(sigmoid(z), y).sum(axis=1).mean(),
                "You added up each text's labels and took the mean over texts. The library takes "
                "the mean over labels as well.",
            ),
            Wrong(
                lambda z, y: _bce(sigmoid(sigmoid(z)), y).mean(),
                "Sigmoid was applied twice: BCEWithLogitsLoss does it by itself. Give it the "
                "logits.",
            ),
            Wrong(
                lambda z, y: -(y * np.log(softmax(z))).sum(axis=1).mean(),
                "That is cross-entropy with softmax: only the true labels are punished, and they "
                "compete. Use sigmoid, and punish the false ones too.",
            ),
            Wrong(
                lambda z, y: -(y * np.log(sigmoid(z))).mean(),
                "The second half is missing: labels that are 0 cost something too when the model "
                "says yes.",
            ),
        ),
        hints=(
            "Sigmoid first, then the penalty of each place, then one number.",
            "Or let the library do it: torch.nn.functional.binary_cross_entropy_with_logits on "
            "tensors of floats.",
        ),
        solution="loss = torch.nn.functional.binary_cross_entropy_with_logits(\n"
        "    torch.tensor(logits), torch.tensor(targets)\n).item()",
        placeholder="loss = ...  # one number",
    ),
    Problem(
        "04.6",
        "A threshold's twin on logits",
        6,
        "core",
        answer=lambda p: np.log(p / (1 - p)),
        cases=_thresholds,
        wrong=(
            Wrong(lambda p: p, "The threshold itself: but logits live on another scale."),
            Wrong(
                lambda p: sigmoid(p), "That goes from logit to probability. You need the way back."
            ),
            Wrong(lambda p: np.log((1 - p) / p), "Upside down: 0.8 must give a positive logit."),
            Wrong(lambda p: p - 0.5, "0.5 does become 0, but the S is not a straight line."),
            Wrong(
                lambda p: 2 * np.asarray(p) - 1,
                "A straight line from -1 to 1. Logits have no end: near 0 and 1 they bend away.",
            ),
            Wrong(
                lambda p: np.log(p), "log p alone is never positive. It is the log of p / (1 - p)."
            ),
            Wrong(
                lambda p: np.log(p) / (1 - p),
                "That is (log p) / (1 - p). The logarithm is of the whole fraction.",
            ),
        ),
        hints=(
            "Which z has sigmoid(z) = p? Solve for z.",
            "The log of the whole fraction: log(p / (1 - p)).",
        ),
        solution="def as_logit(p):\n    return np.log(p / (1 - p))",
    ),
    Problem(
        "04.7",
        "What does shifting do?",
        6,
        "stretch",
        given=lambda: (_labels_both_ways(),),
        answer=lambda z: np.array([(sigmoid(z + 3) > 0.5).sum(), (softmax(z + 3) > 0.5).sum()]),
        wrong=(
            Wrong(
                lambda z: np.array([(sigmoid(z) > 0.5).sum(), (softmax(z) > 0.5).sum()]),
                "These are the counts before the shift. Add 3 to every logit first.",
            ),
            Wrong(
                lambda z: np.array([(softmax(z + 3) > 0.5).sum(), (sigmoid(z + 3) > 0.5).sum()]),
                "The right counts in the wrong order: sigmoid's first.",
            ),
            Wrong(
                lambda z: np.array([(sigmoid(z + 3) > 0.5).sum()] * 2),
                "Softmax sees only differences within a row: a shift changes nothing for it.",
            ),
            Wrong(
                lambda z: np.array([(z + 3 >= 0).sum(), (softmax(z + 3) > 0.5).sum()]),
                "A logit of 0 is a probability of exactly 0.5, and that is not above it.",
            ),
        ),
        hints=(
            "Sigmoid compares each logit with 0. What does softmax compare it with?",
            "Count (p > 0.5).sum() for both activations of logits + 3.",
        ),
        solution="shifted = logits + 3\n"
        "powers = np.exp(shifted)\n"
        "shares = powers / powers.sum(axis=-1, keepdims=True)\n"
        "counts = [(1 / (1 + np.exp(-shifted)) > 0.5).sum(), (shares > 0.5).sum()]",
        placeholder="counts = ...  # labels given by sigmoid, labels given by softmax",
    ),
]
