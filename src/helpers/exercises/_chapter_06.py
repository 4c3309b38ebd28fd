"""Problems of chapter 6: what a number says, and whom it hides."""

import numpy as np

from helpers.exercises._problem import Problem, Wrong


def _two_tables():
    rng = np.random.default_rng(61)
    y = (rng.random((40, 4)) < [0.5, 0.3, 0.15, 0.08]).astype(int)
    given = np.where(rng.random((40, 4)) < [0.1, 0.1, 0.15, 0.05], 1 - y, y)
    given[:, 3] = 0
    return y, given


def _one():
    return [_two_tables()[0][:, 0:1].ravel(), _two_tables()[1][:, 0].ravel()]


def _columns():
    y, given = _two_tables()
    return [(y[:, 0], given[:, 0]), (y[:, 2], given[:, 2])]


def _counts(y, given):
    return (y & given).sum(0), ((1 - y) & given).sum(0), (y & (1 - given)).sum(0)


def _f1(tp, fp, fn):
    return 2 * tp / np.maximum(2 * tp + fp + fn, 1e-12)


def _macro(y, given):
    return _f1(*_counts(y, given)).mean()


def _scores():
    return [(np.array([1, 0, 0, 1, 0]), np.array([0.9, 0.8, 0.7, 0.45, 0.1]))]


def _auc(y, p):
    return (p[y == 1][:, None] > p[y == 0][None]).mean()


def _ap(y, p):
    found = y[np.argsort(-p)]
    return (found.cumsum() / np.arange(1, len(found) + 1))[found == 1].mean()


def _interval():
    return (np.random.default_rng(7).normal(0.02, 0.02, 1000).round(4),)


PROBLEMS = [
    Problem(
        "06.1",
        "Precision and recall",
        5,
        "warm-up",
        answer=lambda y, g: np.array([(y & g).sum() / g.sum(), (y & g).sum() / y.sum()]),
        cases=_columns,
        wrong=(
            Wrong(
                lambda y, g: np.array([(y & g).sum() / y.sum(), (y & g).sum() / g.sum()]),
                "Exchanged: precision is of all that were *given*, recall of all that *have* it.",
            ),
            Wrong(
                lambda y, g: np.array([(y == g).mean()] * 2),
                "That is accuracy: right no's are counted, and most no's are easy.",
            ),
            Wrong(
                lambda y, g: np.array([(y & g).mean(), (y & g).mean()]),
                "You divided the finds by all texts. Divide by those given, and by those that have "
                "it.",
            ),
        ),
        hints=(
            "The finds are the same for both; what you divide by differs.",
            "finds / given.sum() and finds / targets.sum().",
        ),
        solution="def precision_and_recall(targets, given):\n"
        "    finds = ((targets == 1) & (given == 1)).sum()\n"
        "    return finds / given.sum(), finds / targets.sum()",
    ),
    Problem(
        "06.2",
        "The no-sayer's accuracy",
        3,
        "core",
        given=_two_tables,
        answer=lambda y, g: 1 - y.sum(axis=1).mean() / y.shape[1],
        wrong=(
            Wrong(
                lambda y, g: (y.sum(axis=1) == 0).mean(),
                "That is its subset accuracy: whole rows. Accuracy counts single decisions.",
            ),
            Wrong(
                lambda y, g: y.mean(),
                "That is the share of yes among the targets: where it is wrong.",
            ),
            Wrong(lambda y, g: 0.0, "It finds nothing, but most of its no's are right."),
            Wrong(lambda y, g: (y == g).mean(), "That is the tagger's accuracy."),
        ),
        hints=(
            "It is wrong where the target is 1 and right everywhere else.",
            "1 - cardinality / labels.",
        ),
        solution="accuracy = (targets == 0).mean()",
        placeholder="accuracy = ...  # of a tagger that says no to everything",
    ),
    Problem(
        "06.3",
        "Macro and micro",
        3,
        "core",
        given=_two_tables,
        answer=lambda y, g: np.array([_macro(y, g), _f1(*(c.sum() for c in _counts(y, g)))]),
        wrong=(
            Wrong(
                lambda y, g: np.array([_f1(*(c.sum() for c in _counts(y, g))), _macro(y, g)]),
                "Exchanged. Macro: an F1 for each label, then their mean. Micro: all counts in one "
                "pot, then one F1.",
            ),
            Wrong(
                lambda y, g: np.array([_macro(y, g)] * 2),
                "Twice macro. For micro add up the counts of all labels first.",
            ),
            Wrong(
                lambda y, g: np.array(
                    [_f1(*_counts(y, g))[:3].mean(), _f1(*(c.sum() for c in _counts(y, g)))]
                ),
                "For macro a label was left out: the one that is never predicted. Its F1 is 0, "
                "and it "
                "counts.",
            ),
            Wrong(
                lambda y, g: np.array([_macro(y.T, g.T), _f1(*(c.sum() for c in _counts(y, g)))]),
                "You took the mean over texts: that is samples-F1. Macro goes over labels.",
            ),
        ),
        hints=(
            "f1_score(targets, given, average=...) has both.",
            'average="macro" and average="micro"; zero_division=0 settles the silent label.',
        ),
        solution="scores = [\n"
        '    f1_score(targets, given, average=kind, zero_division=0) for kind in ("macro", '
        '"micro")\n]',
        placeholder="scores = ...  # macro-F1, micro-F1",
    ),
    Problem(
        "06.4",
        "ROC AUC from pairs",
        8,
        "core",
        answer=_auc,
        cases=_scores,
        wrong=(
            Wrong(
                lambda y, p: _auc(y, (p > 0.5).astype(float)),
                "You made 0s and 1s first. The order is the point: use the probabilities.",
            ),
            Wrong(
                lambda y, p: 1 - _auc(y, p),
                "Turned round: count the pairs in which the one that *has* the label is higher.",
            ),
            Wrong(_ap, "That is average precision. AUC looks at pairs."),
            Wrong(
                lambda y, p: ((p > 0.5) == y).mean(),
                "That is accuracy at 0.5. AUC needs no threshold.",
            ),
            Wrong(
                lambda y, p: np.mean([a > b for a, b in zip(p[y == 1], p[y == 0], strict=False)]),
                "You compared the first with the first, the second with the second. Every text "
                "that has the label meets every one that has not.",
            ),
        ),
        hints=(
            "Take every pair of one that has the label and one that has not.",
            "The share of pairs in which the first has the higher probability.",
        ),
        solution="def auc(targets, probabilities):\n"
        "    pairs = probabilities[targets == 1][:, None] > probabilities[targets == 0]\n"
        "    return pairs.mean()",
    ),
    Problem(
        "06.5",
        "Average precision",
        8,
        "stretch",
        answer=_ap,
        cases=_scores,
        wrong=(
            Wrong(lambda y, p: _ap(y, -p), "You began at the least probable. Walk from the top."),
            Wrong(
                lambda y, p: (y[np.argsort(-p)].cumsum() / np.arange(1, len(y) + 1)).mean(),
                "You noted the precision at every place. Note it only where a text has the label.",
            ),
            Wrong(_auc, "That is ROC AUC."),
            Wrong(lambda y, p: y[p > 0.5].mean(), "That is precision at 0.5. No threshold here."),
        ),
        hints=(
            "Sort by probability, the highest first, and keep the precision so far.",
            "At each text that has the label note it; the mean of the notes.",
        ),
        solution="def average_precision(targets, probabilities):\n"
        "    found = targets[np.argsort(-probabilities)]\n"
        "    so_far = found.cumsum() / np.arange(1, len(found) + 1)\n"
        "    return so_far[found == 1].mean()",
    ),
    Problem(
        "06.6",
        "Better, worse, or not decided?",
        5,
        "core",
        given=_interval,
        answer=lambda d: "not decided",
        wrong=(
            Wrong(
                lambda d: "better",
                "The middle is above 0, but the interval holds 0: texts of this kind could also "
                "have "
                "shown a loss.",
            ),
            Wrong(
                lambda d: "worse",
                "Most draws are above 0. But that is not enough to decide either.",
            ),
            Wrong(lambda d: "equal", "Not decided is not equal: more texts might decide it."),
        ),
        hints=(
            "Where do the middle 95 percent of the draws lie? np.quantile.",
            "If they lie on both sides of 0, these texts cannot tell.",
        ),
        solution="low, high = np.quantile(differences, [0.025, 0.975])\n"
        'verdict = "better" if low > 0 else "worse" if high < 0 else "not decided"',
        placeholder='verdict = ...  # "better", "worse", "equal" or "not decided"',
    ),
    Problem(
        "06.7",
        "Three reports, one buyer",
        2,
        "core",
        given=lambda: (
            {
                "A": {"accuracy": 0.97, "micro-F1": 0.81, "macro-F1": 0.48},
                "B": {"accuracy": 0.96, "micro-F1": 0.78, "macro-F1": 0.70},
                "C": {"accuracy": 0.98, "micro-F1": 0.40, "macro-F1": 0.22},
            },
        ),
        answer=lambda reports: "B",
        wrong=(
            Wrong(
                lambda reports: "C",
                "The best accuracy: with many labels a tagger that hardly says "
                "anything gets it. Look at how little it finds.",
            ),
            Wrong(
                lambda reports: "A",
                "The best micro-F1: it does well on the common labels. Each page "
                "of this buyer has readers of its own, the rare ones too.",
            ),
        ),
        hints=(
            "The buyer runs twenty pages, and each has readers of its own.",
            "Which average gives every *label* one vote?",
        ),
        solution='choice = "B"',
        placeholder='choice = ...  # "A", "B" or "C"',
    ),
]
