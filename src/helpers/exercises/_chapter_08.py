"""Problems of chapter 8: programs that are broken, loudly or in silence."""

import json

import numpy as np

from helpers.exercises._problem import Problem, Wrong

NAMES = ["sports", "politics", "technology", "entertainment"]
CAUSES = [
    "the labels are whole numbers",
    "num_labels was forgotten",
    "padding is missing",
    "the batch axis is missing",
]


def _torch():
    import torch

    return torch


def _batch():
    torch = _torch()
    logits = torch.tensor([[2.0, -1.0], [0.3, -0.7]])
    return [(logits, torch.tensor([[1, 0], [0, 1]]))]


def _loss(z, y):
    return _torch().nn.functional.binary_cross_entropy_with_logits(z, y.float()).item()


def _signs():
    return [(np.array([[1, -1, -1], [-1, 1, 1]]),)]


def _checkpoint():
    order = {0: "technology", 1: "sports", 2: "entertainment", 3: "politics"}
    return np.array([[0.9, 0.1, 0.3, 0.8], [0.2, 0.7, 0.6, 0.05]]), order, list(NAMES)


def _reordered(p, id2label, names):
    place = {name: i for i, name in id2label.items()}
    return p[:, [place[name] for name in names]]


def _rows():
    return [(["a goal", None, "a vote", "", None], [[1, 0], [0, 1], [0, 1], [1, 1], [1, 0]])]


def _kept(texts, labels):
    return [y for t, y in zip(texts, labels, strict=True) if t is not None]


def _symptoms():
    rng = np.random.default_rng(8)
    z = rng.normal(-1.5, 3, size=(50, 4))
    p = 1 / (1 + np.exp(-z))
    powers = np.exp(z)
    return ([1 / (1 + np.exp(-p)), powers / powers.sum(1, keepdims=True), p],)


def _messages():
    return (
        [
            "ValueError: Target size (torch.Size([8, 4])) must be the same as input size "
            "(torch.Size([8, 2]))",
            "RuntimeError: result type Float can't be cast to the desired output type Long",
            "ValueError: expected sequence of length 6 at dim 1 (got 13)",
        ],
        list(CAUSES),
    )


def _numbers():
    return [({"sports": np.float32(0.25), "law": np.float32(0.5)},)]


def _switches():
    return (
        {
            "train mode": True,
            "mask": False,
            "max_length": 8,
            "threshold": 0.5,
            "activation": "softmax",
        },
    )


PROBLEMS = [
    Problem(
        "08.1",
        "Whole numbers into the loss",
        3,
        "warm-up",
        answer=_loss,
        cases=_batch,
        wrong=(
            Wrong(
                lambda z, y: _torch().nn.functional.cross_entropy(z, y.float()).item(),
                "It runs, but this is softmax's loss: the labels compete. Keep the loss and "
                "change the "
                "kind of the labels.",
            ),
            Wrong(
                lambda z, y: _torch().nn.functional.mse_loss(z, y.float()).item(),
                "It runs, but it is the loss of a regression. Keep the loss and change the labels.",
            ),
            Wrong(
                lambda z, y: _loss(_torch().sigmoid(z), y),
                "Sigmoid twice: this loss does it by itself.",
            ),
            Wrong(lambda z, y: _loss(z, 1 - y), "0 and 1 were exchanged on the way."),
        ),
        hints=("What does the last line of the error say about Float and Long?", "labels.float()"),
        solution="def loss_of(logits, labels):\n"
        "    loss = torch.nn.functional.binary_cross_entropy_with_logits\n"
        "    return loss(logits, labels.float()).item()",
    ),
    Problem(
        "08.2",
        "Read the message",
        3,
        "warm-up",
        given=_messages,
        answer=lambda messages, causes: [causes[1], causes[0], causes[2]],
        wrong=(
            Wrong(
                lambda messages, causes: [causes[0], causes[1], causes[2]],
                "The first speaks of sizes, the second of kinds of numbers. Which is about how "
                "many "
                "labels?",
            ),
            Wrong(
                lambda messages, causes: [causes[1], causes[0], causes[3]],
                "A missing axis would give one number too few. Here two texts have different "
                "lengths.",
            ),
            Wrong(
                lambda messages, causes: [causes[3], causes[0], causes[2]],
                "Both sizes of the first have two numbers, so no axis is missing. The second "
                "numbers "
                "differ: 4 targets, 2 logits.",
            ),
        ),
        hints=(
            "Ask of each number in a message: which of mine is it?",
            "2 is the library's default for num_labels.",
        ),
        solution="answers = [causes[1], causes[0], causes[2]]",
        placeholder="answers = ...  # the cause of each of the three messages, from causes",
    ),
    Problem(
        "08.3",
        "Targets of -1 and +1",
        2,
        "core",
        answer=lambda s: (s > 0).astype(float),
        cases=_signs,
        wrong=(
            Wrong(lambda s: np.abs(s), "Now every label is 1."),
            Wrong(lambda s: s + 1, "That gives 0 and 2. Divide by 2, or compare with 0."),
            Wrong(lambda s: (s < 0).astype(float), "0 and 1 are exchanged: -1 means no."),
            Wrong(
                lambda s: s,
                "Unchanged: the loss would go below 0 and training chase it without end.",
            ),
        ),
        hints=("Which of the two means yes?", "(signs > 0) and then floats."),
        solution="def as_targets(signs):\n    return (signs > 0).astype(float)",
    ),
    Problem(
        "08.4",
        "Somebody else's order",
        7,
        "stretch",
        given=_checkpoint,
        answer=_reordered,
        wrong=(
            Wrong(lambda p, order, names: p, "Unchanged: column 0 is technology, not sports."),
            Wrong(
                lambda p, order, names: p[:, np.argsort([order[i] for i in range(4)])],
                "Sorted by the alphabet. Wanted is the order of label_names.",
            ),
            Wrong(
                lambda p, order, names: p[:, [names.index(order[i]) for i in range(4)]],
                "The way back instead of the way there: for each of *your* names find the "
                "column in "
                "which the model has it.",
            ),
            Wrong(lambda p, order, names: p[:, ::-1], "Turned round is not reordered."),
        ),
        hints=(
            "For each of your names: in which column does the model have it?",
            "Turn id2label round: {name: i for i, name in id2label.items()}.",
        ),
        solution="place = {name: i for i, name in id2label.items()}\n"
        "mine = probabilities[:, [place[name] for name in label_names]]",
        placeholder="mine = ...  # the same probabilities, columns in the order of label_names",
    ),
    Problem(
        "08.5",
        "Texts and labels stay together",
        3,
        "core",
        answer=_kept,
        cases=_rows,
        wrong=(
            Wrong(
                lambda texts, labels: labels[: sum(t is not None for t in texts)],
                "Cut to fit: the lengths agree again, and from the first gap on every text has its "
                "neighbor's labels.",
            ),
            Wrong(lambda texts, labels: labels, "All labels kept: now there are more than texts."),
            Wrong(
                lambda texts, labels: [y for t, y in zip(texts, labels, strict=True) if t],
                "An empty text went too. It is a text, if a short one; only None is missing.",
            ),
            Wrong(
                lambda texts, labels: [
                    y if t is not None else [0] * len(y) for t, y in zip(texts, labels, strict=True)
                ],
                "You kept rows of 0s for texts that are gone. Drop the row.",
            ),
        ),
        hints=(
            "Go through texts and labels together: zip.",
            "Keep the labels where text is not None.",
        ),
        solution="def labels_of_present(texts, labels):\n"
        "    return [row for text, row in zip(texts, labels) if text is not None]",
    ),
    Problem(
        "08.6",
        "Three programs, which fault?",
        4,
        "core",
        given=_symptoms,
        answer=lambda tables: ["sigmoid twice", "softmax", "none"],
        wrong=(
            Wrong(
                lambda tables: ["none", "softmax", "sigmoid twice"],
                "Look at the lowest value of the first: none is below one half. No tagger that "
                "works "
                "gives every label to every text.",
            ),
            Wrong(
                lambda tables: ["softmax", "sigmoid twice", "none"],
                "Add up the rows. Which of the three sums to 1?",
            ),
            Wrong(
                lambda tables: ["sigmoid twice", "none", "softmax"],
                "The second table's rows sum to 1, every one of them. Four separate answers "
                "would not.",
            ),
        ),
        hints=(
            "Lowest, highest, and the sums of the rows tell them apart.",
            "0.50 to 0.73 is the mark of sigmoid twice; rows that sum to 1 are softmax's.",
        ),
        solution='faults = ["sigmoid twice", "softmax", "none"]',
        placeholder='faults = ...  # for each: "sigmoid twice", "softmax" or "none"',
    ),
    Problem(
        "08.7",
        "Into a file",
        3,
        "core",
        answer=lambda scores: json.dumps({k: float(v) for k, v in scores.items()}),
        cases=_numbers,
        wrong=(
            Wrong(
                lambda scores: str({k: float(v) for k, v in scores.items()}),
                "That is Python's own writing, with single quotes. JSON wants json.dumps.",
            ),
            Wrong(
                lambda scores: json.dumps({k: str(v) for k, v in scores.items()}),
                "Now the numbers are strings: whoever reads them cannot compute with them.",
            ),
            Wrong(
                lambda scores: json.dumps(list(map(float, scores.values()))),
                "The names are gone, and with them the order of the labels.",
            ),
        ),
        hints=("json does not know numpy's numbers.", "float(value) for each."),
        solution="def as_json(scores):\n"
        "    return json.dumps({name: float(p) for name, p in scores.items()})",
    ),
    Problem(
        "08.8",
        "Four silent faults",
        3,
        "core",
        given=_switches,
        answer=lambda s: {"train mode", "mask", "max_length", "activation"},
        wrong=(
            Wrong(
                lambda s: {"train mode", "mask", "max_length", "activation", "threshold"},
                "0.5 is no fault on probabilities: it may not be the best, but it is what it says.",
            ),
            Wrong(
                lambda s: {"train mode", "mask", "activation"},
                "One more: eight tokens are [CLS], [SEP] and six pieces.",
            ),
            Wrong(
                lambda s: {"mask", "max_length", "activation"},
                "One more: in training mode numbers are set to 0 at random, and no two answers "
                "agree.",
            ),
            Wrong(
                lambda s: {"train mode", "max_length", "activation"},
                "One more: without the mask the words look at the padding.",
            ),
            Wrong(
                lambda s: {"train mode", "mask", "max_length"},
                "One more: softmax makes the labels compete.",
            ),
        ),
        hints=(
            "Which of these settings would make a tagger worse without an error?",
            "All but one of the five.",
        ),
        solution='faults = {"train mode", "mask", "max_length", "activation"}',
        placeholder="faults = ...  # a set of names out of setup",
    ),
]
