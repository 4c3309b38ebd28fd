"""Problems of chapter 9: what more labels change, labels that go together, one that comes later."""

import numpy as np

from helpers.activations import sigmoid
from helpers.exercises._problem import Problem, Wrong

PARENT_OF = {"film": "entertainment", "gaming": "entertainment"}


def _torch():
    import torch

    return torch


def _pushed():
    logits = np.array([[3.0, 0.4, -1.2], [-0.5, 1.4, 0.8]])
    return [(logits, np.array([16.0, 4.0, 1.0])), (logits[:, :2], np.array([9.0, 2.5]))]


def _table():
    targets = np.zeros((60, 3), dtype=int)
    targets[:15, 0] = 1  # entertainment
    targets[:5, 1] = 1  # film, never without it
    targets[8:18, 2] = 1  # music, mostly with it
    return np.random.default_rng(9).permutation(targets)


def _shares(y):
    both = (y[:, 0] & y[:, 1]).mean()
    return both, y[:, 0].mean(), y[:, 1].mean()


def _together(y):
    both, entertainment, film = _shares(y)
    return np.array([both / film, both / entertainment, both / (film * entertainment)])


def _lift(y, lift):
    return np.array([*_together(y)[:2], lift])


def _children_without():
    one = ["sports", "film", "gaming", "entertainment"]
    two = ["entertainment", "gaming", "law", "film"]
    first = np.array([[0, 1, 0, 0], [1, 0, 1, 0], [0, 0, 0, 1], [0, 1, 1, 1], [1, 0, 0, 0]])
    second = np.array([[0, 1, 0, 0], [1, 0, 1, 0], [0, 0, 0, 1], [0, 0, 1, 0]])
    return [(first, one, dict(PARENT_OF)), (second, two, dict(PARENT_OF))]


def _pairs(names, parent_of):
    return [(names.index(child), names.index(parent)) for child, parent in parent_of.items()]


def _for_each_pair(change):
    """Make a repair: ``change`` takes and returns two columns, the child's and the parent's."""

    def repaired(p, names, parent_of):
        fixed = p.copy()
        for child, parent in _pairs(names, parent_of):
            fixed[:, child], fixed[:, parent] = change(fixed[:, child], fixed[:, parent])
        return fixed

    return repaired


_added = _for_each_pair(lambda child, parent: (child, child | parent))
_dropped = _for_each_pair(lambda child, parent: (child & parent, parent))
_given_down = _for_each_pair(lambda child, parent: (child | parent, parent))
_written_over = _for_each_pair(lambda child, parent: (child, child))
_counted_up = _for_each_pair(lambda child, parent: (child, child + parent))


def _begun_anew(p, names, parent_of):
    for child, parent in _pairs(names, parent_of):
        fixed = p.copy()
        fixed[:, parent] |= fixed[:, child]
    return fixed


def _two_people():
    first, second = np.zeros(200, dtype=int), np.zeros(200, dtype=int)
    first[:10] = 1
    second[6:18] = 1  # four texts in common
    order = np.random.default_rng(9).permutation(200)
    return first[order], second[order]


def _agreement(a, b):
    return (a == b).mean()


def _chance(a, b):
    return a.mean() * b.mean() + (1 - a.mean()) * (1 - b.mean())


def _kappa(observed, chance):
    return np.array([observed, (observed - chance) / (1 - chance)])


def _heads():
    torch = _torch()
    weights = torch.arange(1.0, 13).reshape(4, 3)
    old = ["sports", "politics", "technology", "entertainment"]
    return [
        (weights, list(old), ["entertainment", "law", "politics", "sports", "technology"]),
        (
            weights[:, :2] / 4,
            list(old),
            ["technology", "sports", "art", "entertainment", "politics"],
        ),
    ]


def _rows(weights, old, new, unknown):
    return _torch().stack([weights[old.index(n)] if n in old else unknown for n in new])


def _grown(weights, old, new):
    return _rows(weights, old, new, _torch().zeros(weights.shape[1]))


def _squeezed_in(weights, old, new):
    before = [n in old for n in new].index(False)
    empty = _torch().zeros(1, weights.shape[1])
    return _torch().cat([weights[:before], empty, weights[before:]])


def _half_annotated():
    torch = _torch()
    logits = torch.tensor([[2.0, -1.0, 0.3], [0.5, 1.5, -2.0], [-0.7, 0.9, -1.5]])
    nan = float("nan")
    labels = torch.tensor([[1.0, 0.0, nan], [0.0, nan, nan], [1.0, 1.0, 0.0]])
    return [(logits, labels), (logits[:, :2], torch.tensor([[1.0, 0.0], [0.0, 0.0], [1.0, nan]]))]


def _losses(z, y):
    loss = _torch().nn.functional.binary_cross_entropy_with_logits
    return loss(z, y, reduction="none")


def _known_losses(z, y):
    known = ~_torch().isnan(y)
    return _losses(z[known], y[known])


def _plans():
    right = {
        "rows of the head": "20 copied by name, 1 new",
        "texts nobody looked at": "left out of the loss",
        "its threshold": "chosen on validation",
        "compared with before": "the other 20 labels",
    }
    changes = {
        "A": {"its threshold": "chosen on test"},
        "B": {"texts nobody looked at": "a 0 in its column"},
        "C": {"rows of the head": "ignore_mismatched_sizes=True"},
        "D": {},
        "E": {"compared with before": "nothing"},
    }
    return ({name: {**right, **change} for name, change in changes.items()},)


PROBLEMS = [
    Problem(
        "09.1",
        "Grows, stays or falls?",
        4,
        "warm-up",
        answer=lambda: ["grows", "stays", "stays", "grows", "falls"],
        wrong=(
            Wrong(
                lambda: ["grows", "grows", "stays", "grows", "falls"],
                "The loss is a *mean* over the labels, and each label of a new head starts near "
                "log 2. A sum would grow.",
            ),
            Wrong(
                lambda: ["grows", "stays", "grows", "grows", "falls"],
                "The encoder reads the text once, whatever is asked about it afterwards. Only "
                "the head has more to compute.",
            ),
            Wrong(
                lambda: ["grows", "stays", "stays", "stays", "stays"],
                "The rate for each label stays. But every further label is one more chance of a "
                "false one.",
            ),
            Wrong(
                lambda: ["grows", "stays", "stays", "grows", "grows"],
                "More false labels, and more texts without any? They fall on more and more texts.",
            ),
            Wrong(
                lambda: ["stays", "stays", "stays", "grows", "falls"],
                "Each label has a row of its own in the head: five times as many labels, five "
                "times as many weights.",
            ),
            Wrong(
                lambda: ["grows", "falls", "stays", "grows", "falls"],
                "A new head knows nothing: each label starts near one half and costs log 2, "
                "rare or not. The loss falls once it is trained.",
            ),
        ),
        hints=(
            "Which of the five look at one label or at the text, and which add up over labels?",
            "Head: (hidden_size + 1) * n_labels. Loss: a mean. Encoder: asked once. False labels: "
            "q * n. Texts without one: (1 - q) ** n.",
        ),
        solution='words = ["grows", "stays", "stays", "grows", "falls"]',
        placeholder='words = ...  # for each of the five: "grows", "stays" or "falls"',
    ),
    Problem(
        "09.2",
        "Take the weight off",
        4,
        "core",
        answer=lambda z, w: sigmoid(z - np.log(w)),
        cases=_pushed,
        wrong=(
            Wrong(
                lambda z, w: sigmoid(z),
                "These are still the pushed probabilities: the weight has not been used.",
            ),
            Wrong(
                lambda z, w: sigmoid(z) / w,
                "You divided the probabilities. Then none could be above 1 / pos_weight. The "
                "weight shifts the *logits*.",
            ),
            Wrong(
                lambda z, w: sigmoid(z - w),
                "Far too much: the shift is the logarithm of the weight, not the weight.",
            ),
            Wrong(
                lambda z, w: sigmoid(z + np.log(w)),
                "Pushed up a second time. The weight added its logarithm: subtract it.",
            ),
            Wrong(
                lambda z, w: sigmoid(z / w),
                "Dividing by the weight would leave the logit 0 where it is. The weight moves "
                "all logits by the same amount.",
            ),
            Wrong(
                lambda z, w: z - np.log(w),
                "These are the right logits. Asked for are the probabilities.",
            ),
            Wrong(
                lambda z, w: sigmoid(z - np.log10(w)),
                "That is the logarithm to base 10. Sigmoid belongs to the natural one, `np.log`.",
            ),
        ),
        hints=(
            "The weight multiplies the odds p / (1 - p). What does that do to their logarithm, the "
            "logit?",
            "Subtract np.log(pos_weight) from the logits, then sigmoid.",
        ),
        solution="def without_weight(logits, pos_weight):\n"
        "    return sigmoid(logits - np.log(pos_weight))",
    ),
    Problem(
        "09.3",
        "How much they go together",
        7,
        "core",
        given=lambda: (_table(), ["entertainment", "film", "music"]),
        answer=lambda y, names: _together(y),
        wrong=(
            Wrong(
                lambda y, names: _together(y)[[1, 0, 2]],
                "The first two are exchanged. What stands behind the bar is what you know: divide "
                "by its texts.",
            ),
            Wrong(
                lambda y, names: _together(y)[[0, 0, 2]],
                "The two need not be equal: all films are entertainment, but most entertainment "
                "is no film.",
            ),
            Wrong(
                lambda y, names: np.array([_shares(y)[0], _shares(y)[0], _together(y)[2]]),
                "You divided the texts that have both by all texts. Divide by those that have the "
                "label you know.",
            ),
            Wrong(
                lambda y, names: _lift(y, _together(y)[2] / len(y)),
                "For the lift you put counts where shares belong: with counts it depends on how "
                "many texts there are.",
            ),
            Wrong(
                lambda y, names: _lift(y, _shares(y)[0] - _shares(y)[1] * _shares(y)[2]),
                "That is a difference. Lift is a ratio: how many times as often as by chance.",
            ),
            Wrong(
                lambda y, names: _lift(y, _together(y)[0] / _shares(y)[2]),
                "You divided P(entertainment | film) by P(film). Compare it with "
                "P(entertainment): how often the label comes when you know nothing.",
            ),
        ),
        hints=(
            "How many texts have both, how many entertainment, how many film? (Of 60.)",
            "both / n_film, both / n_entertainment, and P(both) / (P(film) * P(entertainment)).",
        ),
        solution="entertainment, film = targets[:, 0] == 1, targets[:, 1] == 1\n"
        "both = (entertainment & film).mean()\n"
        "together = [\n"
        "    both / film.mean(),\n"
        "    both / entertainment.mean(),\n"
        "    both / (film.mean() * entertainment.mean()),\n"
        "]",
        placeholder="together = ...  # P(entertainment | film), P(film | entertainment), lift",
    ),
    Problem(
        "09.4",
        "A child without its parent",
        7,
        "stretch",
        answer=_added,
        cases=_children_without,
        wrong=(
            Wrong(
                _dropped,
                "You dropped the child. That is the other repair, and it loses labels that were "
                "found. Here the parent is to be added.",
            ),
            Wrong(
                _given_down,
                "Turned around: now all entertainment is film and gaming. The child brings its "
                "parent along, not the parent its child.",
            ),
            Wrong(
                _written_over,
                "The child's column was written over the parent's: entertainment that had been "
                "predicted is lost. A parent needs no child.",
            ),
            Wrong(
                _counted_up,
                "There are numbers above 1 now. A prediction stays 0 or 1, with one child, two, "
                "or the parent there already: use |, or the maximum.",
            ),
            Wrong(
                _begun_anew,
                "Only the last pair is repaired: you begin with a fresh copy for each. Copy once, "
                "before the loop.",
            ),
            Wrong(lambda p, names, parent_of: p.copy(), "That is what came in: nothing is added."),
        ),
        hints=(
            "For each child and parent find their columns: label_names.index(child). Where either "
            "is 1, the parent is 1.",
            "Copy first, then fixed[:, parent] = np.maximum(fixed[:, parent], fixed[:, child]).",
        ),
        solution="def with_parents(predictions, label_names, parent_of):\n"
        "    fixed = predictions.copy()\n"
        "    for child, parent in parent_of.items():\n"
        "        column, above = label_names.index(child), label_names.index(parent)\n"
        "        fixed[:, above] = np.maximum(fixed[:, above], fixed[:, column])\n"
        "    return fixed",
    ),
    Problem(
        "09.5",
        "Two people, one rare label",
        6,
        "core",
        given=_two_people,
        answer=lambda a, b: _kappa(_agreement(a, b), _chance(a, b)),
        wrong=(
            Wrong(
                lambda a, b: np.array([_agreement(a, b)] * 2),
                "That is the agreement twice. Kappa takes off what two people would agree on by "
                "chance.",
            ),
            Wrong(
                lambda a, b: _kappa(_agreement(a, b), 0.5),
                "Chance would be one half if both tossed coins. Both say no to nearly all texts, "
                "so by chance they agree far more often.",
            ),
            Wrong(
                lambda a, b: _kappa(_agreement(a, b), a.mean() * b.mean()),
                "Chance can make them agree in two ways: both yes, and both no. You left out both "
                "no, which is nearly all of it.",
            ),
            Wrong(
                lambda a, b: np.array([_agreement(a, b), _agreement(a, b) - _chance(a, b)]),
                "That is how far they are above chance. Divide by how far they could have been: "
                "1 - chance.",
            ),
            Wrong(
                lambda a, b: np.array([_agreement(a, b), _agreement(a, b) / _chance(a, b)]),
                "A ratio to chance is no kappa: take chance off above and below the line, "
                "(observed - chance) / (1 - chance).",
            ),
            Wrong(
                lambda a, b: np.array([_agreement(a, b), (a & b).sum() / (a | b).sum()]),
                "That is the share of the texts with a yes where both say it. It tells much, "
                "but kappa counts the no's too, and takes chance off.",
            ),
        ),
        hints=(
            "Chance: how often would both say yes, and how often both no, if each kept to how "
            "often they say it and did not look at the texts?",
            "chance = p * q + (1 - p) * (1 - q), with the two means. scikit-learn's "
            "cohen_kappa_score gives the same kappa.",
        ),
        solution="observed = (first == second).mean()\n"
        "p, q = first.mean(), second.mean()\n"
        "chance = p * q + (1 - p) * (1 - q)\n"
        "both = [observed, (observed - chance) / (1 - chance)]",
        placeholder="both = ...  # the share on which they agree, and kappa",
    ),
    Problem(
        "09.6",
        "A head grows",
        8,
        "stretch",
        answer=_grown,
        cases=_heads,
        wrong=(
            Wrong(
                lambda w, old, new: _torch().cat([w, _torch().zeros(1, w.shape[1])]),
                "Copied by place. The new list has another order, so labels now have other labels' "
                "rows, and no error says so. Copy by name.",
            ),
            Wrong(
                _squeezed_in,
                "The new row has its right place, but the old ones still stand in their old order. "
                "Look up each name.",
            ),
            Wrong(
                lambda w, old, new: _torch().zeros(len(new), w.shape[1]),
                "All rows are fresh: what the head had learned is gone. That is also what "
                "`ignore_mismatched_sizes=True` does.",
            ),
            Wrong(
                lambda w, old, new: _rows(w, old, new, w[-1]),
                "The new label has the last label's row: it would be given wherever that one is. "
                "A name that is not found is no reason to take place -1.",
            ),
            Wrong(
                lambda w, old, new: _rows(w, old, new, w.mean(dim=0)),
                "The new row is the mean of the old ones. Asked for are zeros, so that it says "
                "nothing until it is trained.",
            ),
            Wrong(
                lambda w, old, new: w[[old.index(name) for name in new]],
                "The new label is not in the old list, so it has no row to copy. Leave its row at "
                "zeros.",
            ),
        ),
        hints=(
            "Begin with zeros of shape (len(new_names), hidden_size). Where does each old name's "
            "row go?",
            "for name in old_names: grown[new_names.index(name)] = weights[old_names.index(name)].",
        ),
        solution="def grow(weights, old_names, new_names):\n"
        "    grown = torch.zeros(len(new_names), weights.shape[1])\n"
        "    for row, name in zip(weights, old_names, strict=True):\n"
        "        grown[new_names.index(name)] = row\n"
        "    return grown",
    ),
    Problem(
        "09.7",
        "Missing is not negative",
        8,
        "stretch",
        answer=lambda z, y: _known_losses(z, y).mean().item(),
        cases=_half_annotated,
        wrong=(
            Wrong(
                lambda z, y: _losses(z, _torch().nan_to_num(y)).mean().item(),
                "Unknown was taken as 0. The model is punished for each label that fits and that "
                "nobody looked for.",
            ),
            Wrong(
                lambda z, y: _losses(z, y).mean().item(),
                "The loss is NaN: one unknown place spoils the mean, even when it is multiplied "
                "by 0. Take the known places out *before* the loss.",
            ),
            Wrong(
                lambda z, y: (_known_losses(z, y).sum() / y.numel()).item(),
                "Right places, but divided by all of them. The fewer are known, the smaller the "
                "loss would look. Divide by those that are known.",
            ),
            Wrong(
                lambda z, y: _losses(z, _torch().nan_to_num(y, nan=0.5)).mean().item(),
                "A target of 0.5 teaches the model to be undecided there. Unknown is no target.",
            ),
            Wrong(
                lambda z, y: (
                    _losses(*(t[~_torch().isnan(y).any(dim=1)] for t in (z, y))).mean().item()
                ),
                "Texts with a gap were dropped, and what is known of them went too. Leave out "
                "single places, not rows.",
            ),
            Wrong(
                lambda z, y: (
                    _torch()
                    .stack([_known_losses(a, b).mean() for a, b in zip(z, y, strict=True)])
                    .mean()
                    .item()
                ),
                "A mean for each text, then the mean of these: a place in a text with many gaps "
                "counts more than others. Take one mean over all known places.",
            ),
            Wrong(
                lambda z, y: _known_losses(z, y).sum().item(),
                "That is the sum over the known places. Asked for is their mean.",
            ),
        ),
        hints=(
            "Which places are known? torch.isnan(labels) says which are not.",
            "known = ~torch.isnan(labels), then the loss of logits[known] and labels[known].",
        ),
        solution="def masked_loss(logits, labels):\n"
        "    known = ~torch.isnan(labels)\n"
        "    loss = torch.nn.functional.binary_cross_entropy_with_logits\n"
        "    return loss(logits[known], labels[known]).item()",
    ),
    Problem(
        "09.8",
        "Five plans for a new label",
        4,
        "core",
        given=_plans,
        answer=lambda plans: "D",
        wrong=(
            Wrong(
                lambda plans: "A",
                "Its threshold is chosen on test: then nothing is left to judge the label by.",
            ),
            Wrong(
                lambda plans: "B",
                "Texts that nobody looked at get a 0. Some of them have the label, and the model "
                "learns to say no to them.",
            ),
            Wrong(
                lambda plans: "C",
                "`ignore_mismatched_sizes=True` makes *all* rows of the head anew: the other "
                "labels lose what they had learned.",
            ),
            Wrong(
                lambda plans: "E",
                "Nobody compares the other labels with before. Training may have changed them, "
                "and no error would say so.",
            ),
        ),
        hints=(
            "Each plan but one has one fault. What happens to the old labels, to texts without an "
            "answer, to the judge?",
            "Three of the four faults harm in silence; the fourth is that nobody would notice.",
        ),
        solution='choice = "D"',
        placeholder='choice = ...  # "A", "B", "C", "D" or "E"',
    ),
]
