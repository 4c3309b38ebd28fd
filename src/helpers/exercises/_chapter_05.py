"""Problems of chapter 5: steps, stopping, weights of classes, and low-rank additions."""

import math

import numpy as np

from helpers.exercises._problem import Problem, Wrong


def _steps():
    return [
        (np.array([0.5, -1.0]), np.array([2.0, -0.4]), 0.1),
        (np.array([1.0]), np.array([3.0]), 0.01),
    ]


def _run():
    return (1200, 32, 4)


def _scores():
    return ([0.60, 0.72, 0.80, 0.79, 0.78, 0.83],)


def _targets():
    rng = np.random.default_rng(5)
    return ((rng.random((50, 3)) < [0.4, 0.1, 0.06]).astype(float),)


def _tables():
    rng = np.random.default_rng(6)
    return [(rng.normal(size=(5, 4)), rng.normal(size=(5, 2)), rng.normal(size=(2, 4)), 2.0)]


def _splits():
    train = ["Rates rise again.", "The cup is ours", "Rain on Sunday", "New phone out"]
    test = ["the cup is ours ", "Bridge closed", "Rain on Sunday", "THE CUP IS OURS"]
    return [(train, test), (["a"], ["b"])]


def _clean(text):
    return text.strip().lower()


PROBLEMS = [
    Problem(
        "05.1",
        "One step of training",
        2,
        "warm-up",
        answer=lambda w, g, lr: w - lr * g,
        cases=_steps,
        wrong=(
            Wrong(
                lambda w, g, lr: w + lr * g,
                "Uphill. The gradient points to where the loss grows; go the other way.",
            ),
            Wrong(
                lambda w, g, lr: w - g, "The learning rate is missing: it says how large a step is."
            ),
            Wrong(lambda w, g, lr: -lr * g, "That is the step. Where do the weights end up?"),
            Wrong(
                lambda w, g, lr: w - g / lr,
                "Divided by the learning rate: a small rate would make a huge step.",
            ),
        ),
        hints=("A small step against the gradient.", "weights - rate * gradient."),
        solution="def step(weights, gradient, rate):\n    return weights - rate * gradient",
    ),
    Problem(
        "05.2",
        "How many steps?",
        2,
        "warm-up",
        given=_run,
        answer=lambda n, batch, epochs: float(math.ceil(n / batch) * epochs),
        wrong=(
            Wrong(
                lambda n, batch, epochs: n / batch * epochs,
                "The last batch of each epoch is smaller, and still a step of its own: round up "
                "before you multiply.",
            ),
            Wrong(lambda n, batch, epochs: float(math.ceil(n / batch)), "That is one epoch."),
            Wrong(
                lambda n, batch, epochs: float(n * epochs),
                "That counts texts. A step takes a whole batch.",
            ),
            Wrong(
                lambda n, batch, epochs: float(n // batch * epochs),
                "The rest that fills no whole batch was dropped. Trainer uses it.",
            ),
        ),
        hints=(
            "Batches in one epoch, rounded up. Then the epochs.",
            "math.ceil(n_texts / batch_size)",
        ),
        solution="steps = math.ceil(n_texts / batch_size) * epochs",
    ),
    Problem(
        "05.3",
        "Early stopping",
        4,
        "core",
        given=_scores,
        answer=lambda s: np.array([3, 5]),
        wrong=(
            Wrong(
                lambda s: np.array([6, 6]),
                "The sixth epoch is the best of the list, but training has stopped before it: "
                "after two "
                "epochs without a better score.",
            ),
            Wrong(
                lambda s: np.array([3, 4]), "That is patience 1. Two epochs without a better one."
            ),
            Wrong(
                lambda s: np.array([5, 5]),
                "The last state is not the one to keep: load_best_model_at_end puts the best back.",
            ),
            Wrong(lambda s: np.array([2, 4]), "Counted from 0. The first epoch is epoch 1."),
        ),
        hints=(
            "Go through the scores: when was there a new best, and how long ago is it?",
            "The best is epoch 3. When have two epochs passed without a better one?",
        ),
        solution="kept_and_last = [3, 5]",
        placeholder="kept_and_last = ...  # the epoch whose state is kept, and the last that is "
        "trained",
    ),
    Problem(
        "05.4",
        "pos_weight",
        3,
        "core",
        given=_targets,
        answer=lambda y: (len(y) - y.sum(axis=0)) / y.sum(axis=0),
        near=1e-3,
        wrong=(
            Wrong(
                lambda y: y.sum(axis=0) / (len(y) - y.sum(axis=0)),
                "Upside down: rare labels would count even less.",
            ),
            Wrong(
                lambda y: len(y) / y.sum(axis=0),
                "All texts divided by positives. The usual choice is negatives divided by "
                "positives.",
            ),
            Wrong(
                lambda y: len(y) / (2 * y.sum(axis=0)),
                'That is scikit-learn\'s "balanced" weight of the positives. pos_weight has no '
                "twin for "
                "the negatives, so it is negatives divided by positives.",
            ),
            Wrong(
                lambda y: np.array((y == 0).sum() / y.sum()),
                "One number for all labels. Each label has its own: sum over axis 0.",
            ),
        ),
        hints=(
            "For each label: how many texts have it not, how many have it?",
            "positives = targets.sum(axis=0).",
        ),
        solution="positives = targets.sum(axis=0)\nweights = (len(targets) - positives) / "
        "positives",
        placeholder="weights = ...  # a number for each label",
    ),
    Problem(
        "05.5",
        "How large is an addition?",
        3,
        "core",
        given=lambda: (1536, 384, 8),
        answer=lambda rows, columns, rank: float(rank * (rows + columns)),
        wrong=(
            Wrong(
                lambda rows, columns, rank: float(rows * columns),
                "That is the table itself. B has rows times rank, A rank times columns.",
            ),
            Wrong(
                lambda rows, columns, rank: float(rank * rows * columns),
                "Larger than the table? B and A are two thin tables: add their sizes.",
            ),
            Wrong(lambda rows, columns, rank: float(rank * rows), "That is B alone."),
            Wrong(
                lambda rows, columns, rank: float(2 * rank * columns),
                "The two are not equally large: B is as tall as the table, A as wide.",
            ),
        ),
        hints=("B: rows x rank. A: rank x columns.", "rank * (rows + columns)."),
        solution="numbers = rank * (rows + columns)",
    ),
    Problem(
        "05.6",
        "Merge it",
        3,
        "core",
        answer=lambda w, b, a, scale: w + scale * (b @ a),
        cases=_tables,
        wrong=(
            Wrong(lambda w, b, a, scale: w + b @ a, "The scale (alpha / rank) is missing."),
            Wrong(
                lambda w, b, a, scale: scale * (w + b @ a),
                "The scale belongs to the addition alone; the weights stay as they are.",
            ),
            Wrong(
                lambda w, b, a, scale: scale * (b @ a),
                "That is the addition. Add it to the weights.",
            ),
            Wrong(lambda w, b, a, scale: w - scale * (b @ a), "It is added, not subtracted."),
        ),
        hints=("B has as many rows as the table, A as many columns.", "weights + scale * b @ a."),
        solution="def merged(weights, b, a, scale):\n    return weights + scale * (b @ a)",
    ),
    Problem(
        "05.7",
        "Has the judge seen the answers?",
        5,
        "stretch",
        answer=lambda train, test: [t for t in test if _clean(t) in {_clean(x) for x in train}],
        cases=_splits,
        wrong=(
            Wrong(
                lambda train, test: [t for t in test if t in train],
                "Only copies that are equal to the letter. A capital or a space at the end "
                "makes no "
                "new text: compare stripped and in lower case.",
            ),
            Wrong(
                lambda train, test: [t for t in train if _clean(t) in {_clean(x) for x in test}],
                "These are the training texts. Return the *test* texts: they are what must go.",
            ),
            Wrong(
                lambda train, test: [
                    t for t in test if _clean(t) not in {_clean(x) for x in train}
                ],
                "These are the test texts that are fine.",
            ),
            Wrong(
                lambda train, test: float(
                    sum(_clean(t) in {_clean(x) for x in train} for t in test)
                ),
                "That counts them. Return the texts.",
            ),
        ),
        hints=(
            "Which test texts were trained on, apart from capitals and spaces at the ends?",
            "text.strip().lower() for both sides.",
        ),
        solution="def leaked(train, test):\n"
        "    seen = {text.strip().lower() for text in train}\n"
        "    return [text for text in test if text.strip().lower() in seen]",
    ),
]
