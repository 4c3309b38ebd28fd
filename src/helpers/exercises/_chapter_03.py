"""Problems of chapter 3: shapes from ids to logits, and who is trained."""

import numpy as np

from helpers.exercises._problem import Problem, Wrong

SIZES = {"n_texts": 3, "n_tokens": 12, "hidden_size": 384, "n_labels": 4}


def _sizes():
    return (dict(SIZES),)


def _three_models():
    rng = np.random.default_rng(3)
    sure = 1 / (1 + np.exp(-rng.choice([-6.0, -4.0, 5.0], size=(8, 4))))
    fresh = 1 / (1 + np.exp(-rng.normal(0, 0.03, size=(8, 4))))
    stuck = np.tile(1 / (1 + np.exp(-np.array([-1.2, -1.1, -1.3, -1.2]))), (8, 1))
    return ([sure.round(2), fresh.round(2), stuck.round(2)],)


def _linear():
    rng = np.random.default_rng(4)
    return [(rng.normal(size=(3, 5)), rng.normal(size=(2, 5)), rng.normal(size=2))]


def _states():
    return (np.arange(24, dtype=float).reshape(2, 3, 4),)


def _cosines():
    rng = np.random.default_rng(5)
    return [
        (rng.normal(size=4), rng.normal(size=4)),
        (np.array([2.0, 0, 0]), np.array([0, 3.0, 0])),
    ]


def _parts():
    return ({"embeddings": 11_918_592, "layers": 10_646_784, "pooler": 147_840, "head": 1_540},)


PROBLEMS = [
    Problem(
        "03.1",
        "A worksheet of shapes",
        4,
        "warm-up",
        given=_sizes,
        answer=lambda s: [
            np.array([s["n_texts"], s["n_tokens"]]),
            np.array([s["n_texts"], s["n_tokens"], s["hidden_size"]]),
            np.array([s["n_texts"], s["hidden_size"]]),
            np.array([s["n_texts"], s["n_labels"]]),
        ],
        wrong=(
            Wrong(
                lambda s: [
                    np.array([3, 12]),
                    np.array([3, 384]),
                    np.array([3, 384]),
                    np.array([3, 4]),
                ],
                "Hidden states: each *token* has a vector, so the shape has three axes.",
            ),
            Wrong(
                lambda s: [
                    np.array([3, 12]),
                    np.array([3, 12, 384]),
                    np.array([3, 12, 384]),
                    np.array([3, 12, 4]),
                ],
                "The pooler makes one vector per text out of those of its tokens: the token "
                "axis is "
                "gone after it.",
            ),
            Wrong(
                lambda s: [
                    np.array([12, 3]),
                    np.array([12, 3, 384]),
                    np.array([384, 3]),
                    np.array([4, 3]),
                ],
                "Texts come first, always.",
            ),
            Wrong(
                lambda s: [
                    np.array([3, 12]),
                    np.array([3, 12, 384]),
                    np.array([3, 384]),
                    np.array([3, 384]),
                ],
                "The head turns a vector into one logit for each label.",
            ),
            Wrong(
                lambda s: [
                    np.array([3, 12]),
                    np.array([3, 12, 384]),
                    np.array([3, 384]),
                    np.array([3, 12, 4]),
                ],
                "The logits are computed from the pooled vectors, and those have no token axis any "
                "more.",
            ),
            Wrong(
                lambda s: [
                    np.array([3, 12]),
                    np.array([3, 12, 384]),
                    np.array([3, 12, 384]),
                    np.array([3, 4]),
                ],
                "The pooled vectors: one for each text, so no token axis.",
            ),
        ),
        hints=(
            "Which of the axes text, token, vector, label does each have?",
            "ids: texts, tokens. Hidden states: a vector for each token. Pooled: a vector for each "
            "text. Logits: a number for each text and label.",
        ),
        general="Say of each of the four which axes it has: text, token, vector, label.",
        solution="shapes = [(3, 12), (3, 12, 384), (3, 384), (3, 4)]",
        placeholder="shapes = ...  # of ids, hidden states, pooled vectors, logits",
    ),
    Problem(
        "03.2",
        "The head by hand",
        5,
        "core",
        answer=lambda pooled, weight, bias: pooled @ weight.T + bias,
        cases=_linear,
        wrong=(
            Wrong(
                lambda pooled, weight, bias: pooled @ weight.T, "The constants (bias) are missing."
            ),
            Wrong(
                lambda pooled, weight, bias: (pooled @ weight.T + bias).T,
                "Turned over: a row for each text, a column for each label.",
            ),
            Wrong(
                lambda pooled, weight, bias: np.tanh(pooled @ weight.T + bias),
                "tanh belongs to the pooler. The head gives plain sums: logits may be any number.",
            ),
            Wrong(
                lambda pooled, weight, bias: 1 / (1 + np.exp(-(pooled @ weight.T + bias))),
                "The model's head has no sigmoid: it gives logits. Sigmoid is yours to apply, "
                "afterwards.",
            ),
            Wrong(
                lambda pooled, weight, bias: (pooled[:, None] * weight).sum(-1) - bias,
                "The constants are added, not subtracted.",
            ),
            Wrong(
                lambda pooled, weight, bias: pooled @ weight + bias,
                "weight has a row for each label, and a row is as long as a pooled vector. Turn it "
                "over first: weight.T.",
            ),
        ),
        hints=(
            "A weighted sum for each text and label, plus a constant.",
            "pooled has n_texts rows, weight n_labels rows: pooled @ weight.T.",
        ),
        solution="def head(pooled, weight, bias):\n    return pooled @ weight.T + bias",
    ),
    Problem(
        "03.3",
        "Which of three models is untrained?",
        2,
        "core",
        given=_three_models,
        answer=lambda tables: 1,
        wrong=(
            Wrong(
                lambda tables: 0,
                "That one is sure of everything. A fresh head cannot be: its weights are small, so "
                "its logits are near 0.",
            ),
            Wrong(
                lambda tables: 2,
                "That one gives every text the same, but not one half: it has learned how "
                "frequent the "
                "labels are and nothing about the texts. It was trained, badly.",
            ),
        ),
        hints=(
            "What is sigmoid of a logit near 0?",
            "Near one half everywhere, and a little different for each text.",
        ),
        solution="untrained = 1",
        placeholder="untrained = ...  # 0, 1 or 2",
    ),
    Problem(
        "03.4",
        "The first token's vectors",
        3,
        "core",
        given=_states,
        answer=lambda h: h[:, 0],
        wrong=(
            Wrong(lambda h: h[0], "That is the whole first text. Take place 0 of every text."),
            Wrong(
                lambda h: h[:, :, 0],
                "That is the first number of every token's vector. The token axis is the second.",
            ),
            Wrong(
                lambda h: h.mean(axis=1), "That is the mean over the tokens, the other way to pool."
            ),
            Wrong(lambda h: h[:, -1], "That is the last token, which may be padding."),
        ),
        hints=("The axes are text, token, vector.", "hidden[:, 0]: all texts, token 0."),
        solution="first = hidden[:, 0]",
    ),
    Problem(
        "03.5",
        "Cosine similarity",
        5,
        "stretch",
        answer=lambda a, b: a @ b / (np.linalg.norm(a) * np.linalg.norm(b)),
        cases=_cosines,
        wrong=(
            Wrong(
                lambda a, b: a @ b,
                "That is the product of the two. It grows with their lengths; divide by both.",
            ),
            Wrong(
                lambda a, b: np.linalg.norm(a - b),
                "That is their distance. Cosine asks for the direction alone.",
            ),
            Wrong(lambda a, b: a @ b / np.linalg.norm(a), "Divide by both lengths, not by one."),
            Wrong(
                lambda a, b: 1 - a @ b / (np.linalg.norm(a) * np.linalg.norm(b)),
                "That is the cosine *distance*: 1 minus what is asked for.",
            ),
            Wrong(
                lambda a, b: a @ b / np.linalg.norm(a) * np.linalg.norm(b),
                "Python reads x / y * z as (x / y) * z: put brackets around the product of the two "
                "lengths.",
            ),
        ),
        hints=(
            "1 means the same direction, whatever the lengths.",
            "The product divided by both norms (np.linalg.norm).",
        ),
        solution="def cosine(a, b):\n    return a @ b / (np.linalg.norm(a) * np.linalg.norm(b))",
    ),
    Problem(
        "03.6",
        "What share is new?",
        3,
        "warm-up",
        given=_parts,
        answer=lambda parts: parts["head"] / sum(parts.values()),
        near=1e-7,
        wrong=(
            Wrong(
                lambda parts: (parts["head"] + parts["pooler"]) / sum(parts.values()),
                "The pooler came with the checkpoint. Only the head is new.",
            ),
            Wrong(
                lambda parts: parts["head"] / sum(parts.values()) * 100,
                "That is in percent. A share lies between 0 and 1.",
            ),
            Wrong(
                lambda parts: 1 - parts["head"] / sum(parts.values()),
                "That is the share that came from the file.",
            ),
            Wrong(
                lambda parts: 0.0001,
                "Rounded, and so small a number cannot stand that. Let it have all its digits.",
            ),
        ),
        hints=("Which parts come from the checkpoint?", "Head divided by the sum of all four."),
        solution='share = parameters["head"] / sum(parameters.values())',
        placeholder="share = ...",
    ),
    Problem(
        "03.7",
        "The first loss",
        4,
        "core",
        given=_sizes,
        answer=lambda s: -np.log(0.5),
        near=0.02,
        wrong=(
            Wrong(
                lambda s: np.log(4),
                "That is where *softmax* over four labels begins. Here each label "
                "is a question of its own, with two answers.",
            ),
            Wrong(lambda s: 0.5, "One half is the probability. What penalty does it get?"),
            Wrong(
                lambda s: 0.0,
                "A loss of 0 would be a model that is right and sure about everything.",
            ),
            Wrong(
                lambda s: 4 * np.log(2), "Four labels, but the loss is their mean, not their sum."
            ),
        ),
        hints=(
            "Every probability is near one half, whatever the label.",
            "-log of one half, with the natural logarithm.",
        ),
        solution="loss = np.log(2)",
        placeholder="loss = ...  # of a fresh head on four labels, before any training",
    ),
]
