"""Problems of chapter 11: files of one's own, what may be said of few texts, what spoils a test."""

import math

import numpy as np

from helpers.activations import sigmoid
from helpers.exercises._problem import Problem, Wrong


def _cells():
    return [
        ("sports|food",),
        (" food | sports |food",),
        ("",),
        ("food||travel",),
        ("travel|food|travel",),
    ]


def _labels(cell, sign="|", blank=False, once=True):
    found = [one.strip() for one in cell.split(sign)]
    found = [one for one in found if blank or one]
    return sorted(set(found) if once else found)


def _counts():
    return (
        {
            "refund": {"train": 40, "validation": 13, "test": 14},
            "delay": {"train": 5, "validation": 2, "test": 2},
            "praise": {"train": 9, "validation": 3, "test": 1},
            "question": {"train": 7, "validation": 0, "test": 4},
            "threat": {"train": 4, "validation": 2, "test": 3},
        },
    )


_LEAST = {"train": 5, "validation": 2, "test": 2}


def _kept(counts, fits):
    return [name for name, one in counts.items() if fits(one)]


def _gaps():
    return [(0.05, 0.01, 0.09), (0.07, -0.02, 0.16), (-0.04, -0.07, -0.01), (-0.03, -0.10, 0.05)]


def _word(low, high):
    return "better" if low > 0 else "worse" if high < 0 else "no difference was found"


def _table():
    y = np.zeros((40, 3), dtype=int)
    y[:20, 0], y[5:15, 1], y[18:22, 2] = 1, 1, 1
    return np.random.default_rng(11).permutation(y)


def _costs():
    return 4, 1, 1.6


def _logit(t):
    return math.log(t / (1 - t))


def _steps():
    return (
        [
            "TF-IDF is fitted on all texts, then they are split",
            "C is chosen on validation",
            "two near-duplicates lie in train and in test",
            "of five thresholds the one with the best F1 on test is kept",
            "test labels are corrected only where the tagger erred",
            "the temperature is fitted on validation",
        ],
    )


def _width():
    return 200, 0.06, 0.03


def _long():
    return [
        ("The train was late again", 13),
        ("The train was late again", 11),
        ("The train was late again", 24),
        ("Donaudampfschiff departs", 6),
        ("", 5),
    ]


def _beginning(text, longest):
    if len(text) <= longest:
        return text
    whole = text[: longest + 1].rpartition(" ")[0]
    return whole or text[:longest]


PROBLEMS = [
    Problem(
        "11.1",
        "Labels out of a cell",
        5,
        "warm-up",
        answer=_labels,
        cases=_cells,
        wrong=(
            Wrong(
                lambda cell: _labels(cell, blank=True),
                "An empty cell became a label without a name. No label is an empty list.",
            ),
            Wrong(
                lambda cell: list(dict.fromkeys(filter(None, map(str.strip, cell.split("|"))))),
                "The labels are right, their order is the cell's. Asked for is the alphabet's, so "
                "that two texts with the same labels agree.",
            ),
            Wrong(
                lambda cell: _labels(cell, once=False),
                "A label that stands twice in a cell was given twice. A text has it or not.",
            ),
            Wrong(
                lambda cell: sorted(set(cell.split("|")) - {""}),
                "A blank beside a name makes another name of it: strip each part.",
            ),
            Wrong(
                lambda cell: _labels(cell, sign=","),
                "The cell was parted at commas. Here the sign between labels is |.",
            ),
        ),
        hints=(
            'cell.split("|") parts it; strip each part, and leave out what is empty then.',
            "A set holds each name once, and sorted makes a list of it.",
        ),
        solution="def labels_of(cell):\n"
        '    names = {name.strip() for name in cell.split("|")}\n'
        "    return sorted(names - {''})",
    ),
    Problem(
        "11.2",
        "Enough to judge by",
        4,
        "warm-up",
        given=_counts,
        answer=lambda c: _kept(c, lambda n: all(n[s] >= k for s, k in _LEAST.items())),
        wrong=(
            Wrong(
                lambda c: _kept(c, lambda n: n["train"] >= 5),
                "Those can be learned. To choose a threshold and to judge, the other parts need "
                "some as well.",
            ),
            Wrong(
                lambda c: _kept(c, lambda n: sum(n.values()) >= 9),
                "The sum over the parts hides a part that has too few. Ask each part.",
            ),
            Wrong(
                lambda c: _kept(c, lambda n: all(n[s] > k for s, k in _LEAST.items())),
                "At least 5 and 2: a label with exactly these stays.",
            ),
        ),
        hints=(
            "A label stays if all three conditions hold.",
            '[name for name, n in counts.items() if n["train"] >= 5 and ...]',
        ),
        solution="least = {'train': 5, 'validation': 2, 'test': 2}\n"
        "kept = [\n"
        "    name for name, n in counts.items() if all(n[part] >= k for part, k in least.items())\n"
        "]",
        placeholder="kept = ...  # a list of names",
    ),
    Problem(
        "11.3",
        "Words follow the interval",
        3,
        "core",
        answer=lambda value, low, high: _word(low, high),
        cases=_gaps,
        wrong=(
            Wrong(
                lambda value, low, high: "better" if value > 0 else "worse",
                "The sign of the difference alone. Where its interval holds 0, luck may have "
                "made that sign.",
            ),
            Wrong(
                lambda value, low, high: "better" if low > 0 else "worse",
                'What is not shown to be better is not worse. "Worse" needs an interval below 0.',
            ),
            Wrong(
                lambda value, low, high: "better" if low > 0 else "no difference was found",
                "An interval that lies below 0 as a whole is a finding, too.",
            ),
        ),
        hints=(
            "There are three answers, and `value` decides none of them.",
            "The lower end above 0: better. The upper end below 0: worse.",
        ),
        solution="def words_for(value, low, high):\n"
        "    if low > 0:\n"
        '        return "better"\n'
        '    return "worse" if high < 0 else "no difference was found"',
    ),
    Problem(
        "11.4",
        "The laziest rival",
        6,
        "stretch",
        given=lambda: (_table(),),
        answer=lambda y: (2 * y.mean(axis=0) / (1 + y.mean(axis=0))).mean(),
        wrong=(
            Wrong(
                lambda y: y.mean(),
                "That is the precision alone, over all labels. Recall is 1, and F1 lies between.",
            ),
            Wrong(
                lambda y: 0.0,
                "A label given to all texts is right where it is there: its F1 is above 0.",
            ),
            Wrong(
                lambda y: 2 * y.mean() / (1 + y.mean()),
                "That is micro-F1: all decisions counted together. Macro takes each label's F1 "
                "first.",
            ),
            Wrong(
                lambda y: ((1 + y.mean(axis=0)) / 2).mean(),
                "That is the plain mean of precision and recall. F1 is the harmonic one, nearer "
                "to the lower.",
            ),
        ),
        hints=(
            "Its precision is the share of texts that have the label, its recall is 1.",
            "F1 is 2 * P * R / (P + R). One for each label, then their mean.",
        ),
        solution="share = y.mean(axis=0)\nmacro_f1 = (2 * share / (share + 1)).mean()",
        placeholder="macro_f1 = ...",
    ),
    Problem(
        "11.5",
        "A threshold with a reason",
        6,
        "core",
        given=_costs,
        answer=lambda m, a, t: sigmoid(t * _logit(a / (a + m))),
        wrong=(
            Wrong(
                lambda m, a, t: a / (a + m),
                "That is right for calibrated probabilities. The saved tagger's are not: the "
                "temperature has to move the threshold.",
            ),
            Wrong(
                lambda m, a, t: sigmoid(_logit(a / (a + m)) / t),
                "The wrong way round. sigmoid(z / T) is above t where z is above T times the "
                "logit of t.",
            ),
            Wrong(
                lambda m, a, t: sigmoid(t * _logit(m / (a + m))),
                "Turned around: a miss is dear here, so the threshold has to be low.",
            ),
            Wrong(
                lambda m, a, t: t * a / (a + m),
                "The temperature multiplies logits, not probabilities.",
            ),
        ),
        hints=(
            "First alarm / (alarm + miss), for calibrated probabilities.",
            "Then its logit, log(t / (1 - t)), times the temperature, and sigmoid of that.",
        ),
        solution="calibrated = alarm / (alarm + miss)\n"
        "logit = np.log(calibrated / (1 - calibrated))\n"
        "threshold = sigmoid(temperature * logit)",
        placeholder="threshold = ...",
    ),
    Problem(
        "11.6",
        "What spoils a test",
        5,
        "core",
        given=_steps,
        answer=lambda steps: [True, False, True, True, True, False],
        wrong=(
            Wrong(
                lambda steps: [False, False, True, True, True, False],
                "TF-IDF sees no labels, but it learns from the test texts which words are rare. "
                "In use it will not know the texts that come.",
            ),
            Wrong(
                lambda steps: [True, False, False, True, True, False],
                "What train has shown, the test asks for: near-duplicates flatter.",
            ),
            Wrong(
                lambda steps: [True, False, True, False, True, False],
                "A choice among five by the test score is a choice on test, small or not.",
            ),
            Wrong(
                lambda steps: [True, False, True, True, False, False],
                "Where the tagger was right by a wrong label, nobody looked. Corrected like "
                "this, the score can only rise.",
            ),
            Wrong(
                lambda steps: [True, True, True, True, True, True],
                "Validation is there to choose by. Only the test part has to stay out.",
            ),
        ),
        hints=(
            "Ask of each step: does anything that is kept depend on the test part?",
            "Four of the six spoil it.",
        ),
        solution="spoils = [True, False, True, True, True, False]",
        placeholder="spoils = ...  # six times True or False",
    ),
    Problem(
        "11.7",
        "How many more?",
        4,
        "core",
        given=_width,
        answer=lambda n, now, wanted: round(n * (now / wanted) ** 2),
        wrong=(
            Wrong(
                lambda n, now, wanted: round(n * now / wanted),
                "An interval narrows with the root of the number: twice as many texts make it "
                "1.4 times as narrow.",
            ),
            Wrong(
                lambda n, now, wanted: round(n * (now / wanted) ** 0.5),
                "The root is on the other side: half the width takes the square of 2.",
            ),
            Wrong(
                lambda n, now, wanted: round(n * (now / wanted) ** 2 - n),
                "That is how many to add. Asked for is how many there are then.",
            ),
        ),
        hints=(
            "The width falls as 1 / sqrt(n).",
            "n times (width now / width wanted) squared.",
        ),
        solution="n_texts = round(n_now * (width_now / width_wanted) ** 2)",
        placeholder="n_texts = ...",
    ),
    Problem(
        "11.8",
        "Cut, and not torn",
        10,
        "stretch",
        answer=_beginning,
        cases=_long,
        wrong=(
            Wrong(
                lambda text, longest: text[:longest],
                "A word is torn in the middle, and half a word is another word to the encoder.",
            ),
            Wrong(
                lambda text, longest: (
                    text
                    if len(text) <= longest
                    else text[:longest].rpartition(" ")[0] or text[:longest]
                ),
                "A word that ends exactly at the limit was dropped, though it fits.",
            ),
            Wrong(
                lambda text, longest: (
                    text if len(text) <= longest else text[: longest + 1].rpartition(" ")[0]
                ),
                "Where the first word is longer than the limit, nothing is left of the text. "
                "Then a torn word is better.",
            ),
            Wrong(
                lambda text, longest: " ".join(text.split()[:longest]),
                "Those are words. The limit counts characters.",
            ),
        ),
        hints=(
            "Look at one character more than the limit: is it a blank, then a word ends there.",
            'text[: longest + 1].rpartition(" ")[0] is what stands before the last blank, and "" '
            "where there is none.",
        ),
        solution="def beginning(text, longest):\n"
        "    if len(text) <= longest:\n"
        "        return text\n"
        '    whole = text[: longest + 1].rpartition(" ")[0]\n'
        "    return whole or text[:longest]",
    ),
]
