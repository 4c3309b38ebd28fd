"""Problems of chapter 0: what a label, a probability and a threshold are."""

import numpy as np

from helpers.exercises._problem import Problem, Wrong

NAMES = ["sports", "politics", "technology", "entertainment"]


def _row():
    return np.array([0.97, 0.04, 0.61, 0.38]), list(NAMES)


def _named(p, threshold=0.5):
    return [name for name, value in zip(NAMES, p, strict=True) if value > threshold]


def _table():
    return (
        np.array([[0.97, 0.95, 0.02, 0.10], [0.01, 0.02, 0.03, 0.02], [0.40, 0.30, 0.20, 0.60]]),
    )


def _counts():
    targets = np.array([1, 1, 1, 0, 0, 0, 0, 1])
    return targets, np.array([1, 0, 1, 1, 0, 0, 1, 1])


PROBLEMS = [
    Problem(
        "00.1",
        "Read a row of probabilities",
        3,
        "warm-up",
        given=_row,
        answer=lambda p, names: _named(p),
        wrong=(
            Wrong(
                lambda p, names: [names[int(p.argmax())]],
                "You gave the highest one only. Each label has a question of its own, and each "
                "that "
                "is above the threshold is predicted.",
            ),
            Wrong(lambda p, names: _named(p, 0.3), "One of these is below 0.5."),
            Wrong(
                lambda p, names: [n for n in names if n not in _named(p)],
                "These are the ones that are not predicted.",
            ),
        ),
        hints=("Compare each number with 0.5, one by one.", "Two of the four are above 0.5."),
        solution='labels = ["sports", "technology"]',
        placeholder="labels = ...  # a list of names",
    ),
    Problem(
        "00.2",
        "Which rows can be right?",
        3,
        "warm-up",
        given=_table,
        answer=lambda p: [True, True, True],
        wrong=(
            Wrong(
                lambda p: [False, False, False],
                "Are you adding up each row? The four numbers answer four questions, so they need "
                "not sum to 1.",
            ),
            Wrong(
                lambda p: [False, False, True],
                "You ask for more or less certainty than there has to be. A row of four low "
                "numbers "
                "says: none of these. That is an answer.",
            ),
            Wrong(
                lambda p: [False, True, True],
                "The first row sums to more than 1, and it may: two labels fit.",
            ),
            Wrong(
                lambda p: [True, False, True],
                "The second row gives no label. Many texts have none.",
            ),
            Wrong(
                lambda p: [True, True, False],
                "The third row is unsure, but every number is between 0 and 1: nothing is wrong "
                "with its form.",
            ),
        ),
        hints=(
            "What must a single number fulfill to be a probability?",
            "There is only one condition: each lies between 0 and 1.",
        ),
        solution="possible = [True, True, True]",
        placeholder="possible = ...  # True or False for each of the three rows",
    ),
    Problem(
        "00.3",
        "Lower the threshold",
        1,
        "warm-up",
        given=_row,
        answer=lambda p, names: _named(p, 0.3),
        wrong=(
            Wrong(
                lambda p, names: _named(p),
                "That is what 0.5 gives. Which number lies between 0.3 and 0.5?",
            ),
            Wrong(
                lambda p, names: _named(p, 0.65),
                "You lost a label. A lower bar is easier to clear: nothing that was above 0.5 is "
                "below 0.3.",
            ),
            Wrong(lambda p, names: list(names), "All four? One is still below 0.3."),
        ),
        hints=("More labels, or fewer?", "Everything above 0.3."),
        solution='labels = ["sports", "technology", "entertainment"]',
        placeholder="labels = ...  # a list of names",
    ),
    Problem(
        "00.4",
        "Count finds, misses and false alarms",
        5,
        "core",
        given=_counts,
        answer=lambda y, said: np.array(
            [(y & said).sum(), (y & (1 - said)).sum(), ((1 - y) & said).sum()]
        ),
        wrong=(
            Wrong(
                lambda y, said: np.array(
                    [(y & said).sum(), ((1 - y) & said).sum(), (y & (1 - said)).sum()]
                ),
                "The right numbers, in another order? A miss is a text that has the label and was "
                "not given it; a false alarm was given it and has it not.",
            ),
            Wrong(
                lambda y, said: np.array([y.sum(), (y & (1 - said)).sum(), said.sum()]),
                "You counted all that have the label and all that were given it. A find is both at "
                "once.",
            ),
            Wrong(
                lambda y, said: np.array(
                    [(y == said).sum(), (y & (1 - said)).sum(), ((1 - y) & said).sum()]
                ),
                "For the finds you counted every right decision. A no that is right is not a find.",
            ),
        ),
        hints=(
            "Go through the eight texts: has it? was it given?",
            "((targets == 1) & (given == 1)).sum() counts the finds.",
        ),
        solution="found = ((targets == 1) & (given == 1)).sum()\n"
        "missed = ((targets == 1) & (given == 0)).sum()\n"
        "alarms = ((targets == 0) & (given == 1)).sum()\n"
        "counts = [found, missed, alarms]",
        placeholder="counts = ...  # found, missed, false alarms",
    ),
]
