"""Problems of chapter 1: indicator matrices."""

import numpy as np

from helpers.data import indicator_matrix
from helpers.exercises._problem import Problem, Wrong

NAMES = ["sports", "politics", "technology", "entertainment"]
SETS = [["technology", "politics"], [], ["sports"], ["sports", "entertainment"], ["politics"]]


def _sets():
    return [list(labels) for labels in SETS], list(NAMES)


def _matrix():
    return indicator_matrix(SETS, NAMES)


def _write(sets, names):
    return np.array([[float(name in labels) for name in names] for labels in sets])


def _writes():
    return [
        (_sets()),
        ([["law"], ["art", "law"], []], ["law", "art"]),
    ]


def _rows():
    return (np.array([[1, 1, 0], [0, 0, 0], [0, 1, 0], [1, 0, 1], [0, 0, 1], [0, 1, 0]]),)


def _two_people():
    rng = np.random.default_rng(8)
    one = (rng.random((10, 4)) < 0.35).astype(int)
    other = np.where(rng.random((10, 4)) < 0.12, 1 - one, one)
    return one, other


def _kappa(a, b):
    a, b = np.ravel(a), np.ravel(b)
    agree = (a == b).mean()
    chance = a.mean() * b.mean() + (1 - a.mean()) * (1 - b.mean())
    return (agree - chance) / (1 - chance)


PROBLEMS = [
    Problem(
        "01.1",
        "From names to 0s and 1s",
        4,
        "warm-up",
        given=_sets,
        answer=_write,
        wrong=(
            Wrong(
                lambda sets, names: _write(sets, sorted(names)),
                "Your columns are in alphabetical order. They must stand in the order of "
                "label_names, or every row is read wrongly. Give the binarizer "
                "classes=label_names.",
            ),
            Wrong(
                lambda sets, names: _write([s for s in sets if s], names),
                "The text without labels is gone. Its row of 0s is an answer: keep it.",
            ),
            Wrong(
                lambda sets, names: _write(sets, names).T,
                "Rows and columns are exchanged: a row for each text, a column for each label.",
            ),
            Wrong(
                lambda sets, names: _write([s[:1] for s in sets], names),
                "Only the first label of each text was written down.",
            ),
        ),
        hints=(
            "A row for each text, a column for each name, in the order of label_names.",
            "MultiLabelBinarizer(classes=label_names).fit_transform(label_sets), or a loop.",
        ),
        solution="matrix = MultiLabelBinarizer(classes=label_names).fit_transform(label_sets)",
        placeholder="matrix = ...",
    ),
    Problem(
        "01.2",
        "Write it yourself",
        5,
        "core",
        answer=_write,
        cases=_writes,
        wrong=(
            Wrong(
                lambda sets, names: _write(sets, sorted(names)),
                "Your columns are sorted by the alphabet. Go through label_names in its own order.",
            ),
            Wrong(
                lambda sets, names: _write(sets, names).T,
                "Rows and columns are exchanged: the outer loop goes over the texts.",
            ),
            Wrong(
                lambda sets, names: np.array([len(labels) for labels in sets]),
                "That counts the labels of each text. Which ones they are is lost.",
            ),
            Wrong(
                lambda sets, names: 1 - _write(sets, names),
                "0 and 1 are exchanged: 1 where the label fits.",
            ),
        ),
        hints=(
            "Two loops: over the texts, and over the names inside.",
            "1 if name in labels else 0.",
        ),
        solution="def indicator(label_sets, label_names):\n"
        "    return np.array([[int(name in labels) for name in label_names]\n"
        "                     for labels in label_sets])",
    ),
    Problem(
        "01.3",
        "One label is still a list",
        4,
        "warm-up",
        given=lambda: (["sports", "politics"], list(NAMES)),
        answer=lambda labels, names: _write([[label] for label in labels], names),
        wrong=(
            Wrong(
                lambda labels, names: np.zeros((2, 4)),
                "All 0: the strings were taken for lists of letters, and no letter is a label. Put "
                "each label into a list of its own.",
            ),
            Wrong(
                lambda labels, names: _write([labels], names),
                "One row: you made one text with two labels. These are two texts with one each.",
            ),
            Wrong(
                lambda labels, names: _write([[x] for x in labels], sorted(names)),
                "The alphabet again: the columns stand in the order of label_names.",
            ),
        ),
        hints=(
            'What does a binarizer see when it goes through the string "sports"?',
            "[[label] for label in labels] is a list of lists.",
        ),
        solution="matrix = MultiLabelBinarizer(classes=label_names).fit_transform(\n"
        "    [[label] for label in labels]\n)",
        placeholder="matrix = ...",
    ),
    Problem(
        "01.4",
        "Cardinality",
        3,
        "warm-up",
        given=_rows,
        answer=lambda m: m.sum(axis=1).mean(),
        wrong=(
            Wrong(
                lambda m: m.mean(),
                "That is the share of 1s among all places. Cardinality is labels per text: sum "
                "each "
                "row, then take the mean.",
            ),
            Wrong(
                lambda m: m.sum(axis=0).mean(),
                "You added up the columns: texts per label. Use axis=1.",
            ),
            Wrong(
                lambda m: m.sum(axis=1)[m.sum(axis=1) > 0].mean(),
                "Texts without a label were left out. They count, with 0.",
            ),
            Wrong(
                lambda m: float(m.sum()),
                "That is the number of labels in all. Divide by the number of texts.",
            ),
        ),
        hints=("Labels per text, on average.", "matrix.sum(axis=1) gives one number per text."),
        solution="cardinality = matrix.sum(axis=1).mean()",
    ),
    Problem(
        "01.5",
        "Could one choice hold it?",
        3,
        "core",
        given=_rows,
        answer=lambda m: m.sum(axis=1) == 1,
        wrong=(
            Wrong(
                lambda m: m.sum(axis=1) >= 1,
                "A text with two labels fits into no form with one choice. Exactly one.",
            ),
            Wrong(
                lambda m: m.sum(axis=1) <= 1,
                "A text with no label does not fit either: the form asks for one.",
            ),
            Wrong(
                lambda m: m.sum(axis=1) != 1, "Turned round: these are the ones that do not fit."
            ),
            Wrong(
                lambda m: np.full(len(m), bool((m.sum(axis=1) == 1).all())),
                "One answer for all. Ask it of each text.",
            ),
        ),
        hints=("What must a row sum to?", "matrix.sum(axis=1) == 1, an answer per text."),
        solution="fits = matrix.sum(axis=1) == 1",
    ),
    Problem(
        "01.6",
        "Back to names",
        3,
        "core",
        answer=lambda row, names: [n for n, y in zip(names, row, strict=True) if y == 1],
        cases=lambda: [
            (np.array([1, 0, 0, 1]), list(NAMES)),
            (np.array([0, 0, 0, 0]), list(NAMES)),
            (np.array([0, 1, 1, 0]), list(NAMES)),
        ],
        wrong=(
            Wrong(
                lambda row, names: [names[int(np.argmax(row))]],
                "argmax finds one place. It loses the second label, and for a row of 0s it invents "
                "the first.",
            ),
            Wrong(
                lambda row, names: [n for n, y in zip(sorted(names), row, strict=True) if y == 1],
                "You read the row with a sorted list. It was written with label_names as they are.",
            ),
            Wrong(
                lambda row, names: [n for n, y in zip(names, row, strict=True) if y == 0],
                "These are the labels that do not fit.",
            ),
            Wrong(
                lambda row, names: [int(j) for j in np.flatnonzero(row)],
                "These are the places. Look the names up.",
            ),
        ),
        hints=("Go along row and names together: zip.", "Keep the name where the digit is 1."),
        solution="def names_of(row, label_names):\n"
        "    return [name for name, y in zip(label_names, row) if y == 1]",
        general="Try it on a row of 0s: what should come out?",
    ),
    Problem(
        "01.7",
        "Two people, one guideline: kappa by hand",
        15,
        "stretch",
        given=_two_people,
        answer=_kappa,
        wrong=(
            Wrong(
                lambda a, b: (a == b).mean(),
                "That is the share on which they agree. Much of it is luck: both mostly say no. "
                "Kappa takes that luck out.",
            ),
            Wrong(
                lambda a, b: ((a == b).mean() - 0.5) / 0.5,
                "You took one half for chance. These two say yes about two times in five, and so "
                "agree a little more often than that by luck alone (0.52).",
            ),
            Wrong(
                lambda a, b: (a == b).all(axis=1).mean(),
                "That counts texts on which they agree in every label. Count single decisions.",
            ),
            Wrong(
                lambda a, b: (a & b).sum() / (a | b).sum(),
                "That is the share of common labels among all labels given (Jaccard). Another "
                "measure.",
            ),
        ),
        hints=(
            "kappa = (agreement - chance) / (1 - chance).",
            "By chance both say yes with probability p1 * p2, and both no with "
            "(1 - p1) * (1 - p2).",
        ),
        solution="one, other = first.ravel(), second.ravel()\n"
        "agreement = (one == other).mean()\n"
        "chance = one.mean() * other.mean() + (1 - one.mean()) * (1 - other.mean())\n"
        "kappa = (agreement - chance) / (1 - chance)",
        placeholder="kappa = ...  # one number, over all decisions together",
    ),
]
