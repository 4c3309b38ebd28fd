"""Problems of chapter 7: thresholds, and who pays for them."""

import numpy as np

from helpers.activations import sigmoid
from helpers.exercises._problem import Problem, Wrong


def _costs():
    return [(3, 7), (4, 1), (1, 1)]


def _label():
    rng = np.random.default_rng(7)
    y = (rng.random(60) < 0.3).astype(int)
    p = np.clip(rng.normal(0.35 + 0.3 * y, 0.18), 0.01, 0.99).round(3)
    return y, p


def _half_and_half():
    y, p = _label()
    return y[:30], p[:30], y[30:], p[30:]


def _f1(y, given):
    given = np.asarray(given).astype(int)
    return 2 * (y & given).sum() / (y.sum() + given.sum())


def _cuts(p):
    scores = np.unique(p)
    return (np.append(0, scores) + np.append(scores, 1)) / 2


def _best(y, p):
    cuts = _cuts(p)
    return cuts[int(np.argmax([_f1(y, p > t) for t in cuts]))]


def _bill(y, p, t, fp, fn):
    return fp * ((p > t) & (y == 0)).sum() + fn * ((p <= t) & (y == 1)).sum()


def _temperature():
    return [(np.array([4.0, -2.0, 0.5]), 2.0), (np.array([1.0, 0.0]), 0.5)]


PROBLEMS = [
    Problem(
        "07.1",
        "A threshold from costs",
        2,
        "warm-up",
        answer=lambda fp, fn: fp / (fp + fn),
        cases=_costs,
        wrong=(
            Wrong(
                lambda fp, fn: fn / (fp + fn),
                "Upside down: the dearer a miss, the *lower* the threshold must be.",
            ),
            Wrong(
                lambda fp, fn: fp / fn,
                "That is the ratio of the two costs. The threshold is the false alarm's share "
                "of both.",
            ),
            Wrong(lambda fp, fn: 0.5, "One half says that both mistakes cost the same."),
        ),
        hints=(
            "Giving costs (1 - p) * false alarm, leaving off costs p * miss. From which p on is "
            "giving cheaper?",
            "false alarm / (false alarm + miss).",
        ),
        solution="def from_costs(false_alarm, miss):\n    return false_alarm / (false_alarm + "
        "miss)",
    ),
    Problem(
        "07.2",
        "The best threshold, exactly",
        8,
        "stretch",
        given=_label,
        answer=lambda y, p: _f1(y, p > _best(y, p)),
        wrong=(
            Wrong(lambda y, p: _f1(y, p > 0.5), "That is F1 at 0.5. Try the other thresholds."),
            Wrong(
                lambda y, p: max(
                    _f1(y, p > t) for t in [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
                ),
                "The best of nine. A prediction changes at each probability: try one threshold "
                "between every two neighbors.",
            ),
            Wrong(
                lambda y, p: max((((p > t) == y).mean()) for t in _cuts(p)),
                "That is the best *accuracy*. F1 leaves the right no's out.",
            ),
            Wrong(
                lambda y, p: _best(y, p),
                "That is the threshold. Asked for is the F1 that it reaches.",
            ),
        ),
        hints=(
            "How many thresholds predict differently? Sort the probabilities.",
            "Halfway between neighbors in np.unique(probabilities), and one at each end.",
        ),
        solution="scores = np.unique(probabilities)\n"
        "cuts = (np.append(0, scores) + np.append(scores, 1)) / 2\n"
        "best = max(f1_score(targets, probabilities > cut) for cut in cuts)",
        placeholder="best = ...  # the best F1 that any threshold reaches",
    ),
    Problem(
        "07.3",
        "Judge it fairly",
        7,
        "core",
        given=_half_and_half,
        answer=lambda vy, vp, ty, tp: _f1(ty, tp > _best(vy, vp)),
        wrong=(
            Wrong(
                lambda vy, vp, ty, tp: _f1(ty, tp > _best(ty, tp)),
                "You tuned on test and judged on test: the judge has seen the answers. Choose on "
                "validation.",
            ),
            Wrong(
                lambda vy, vp, ty, tp: _f1(vy, vp > _best(vy, vp)),
                "Chosen on validation, and judged there too. That number flatters; the test "
                "half is "
                "there to judge.",
            ),
            Wrong(
                lambda vy, vp, ty, tp: _f1(vy, vp > _best(ty, tp)),
                "Exchanged: chosen on test and judged on validation.",
            ),
            Wrong(lambda vy, vp, ty, tp: _f1(ty, tp > 0.5), "That is 0.5. Choose first."),
        ),
        hints=(
            "Two duties: which texts choose, which texts judge?",
            "thresholds.best_f1 takes tables: targets[:, None].",
        ),
        solution="chosen = thresholds.best_f1(val_targets[:, None], val_probabilities[:, None])\n"
        "honest = f1_score(test_targets, test_probabilities > chosen.thresholds[0])",
        placeholder="honest = ...  # F1 on test, of the threshold that is best on validation",
    ),
    Problem(
        "07.4",
        "A client's bill",
        7,
        "core",
        given=lambda: (*_label(), 2, 3),
        answer=lambda y, p, fp, fn: _bill(y, p, fp / (fp + fn), fp, fn),
        wrong=(
            Wrong(
                lambda y, p, fp, fn: _bill(y, p, fn / (fp + fn), fp, fn),
                "That is the bill at the threshold turned upside down. A dear miss asks for a "
                "*low* one.",
            ),
            Wrong(lambda y, p, fp, fn: _bill(y, p, 0.5, fp, fn), "That is the bill at 0.5."),
            Wrong(
                lambda y, p, fp, fn: _bill(y, p, fp / (fp + fn), fn, fp),
                "The right threshold, but the costs are exchanged on the bill.",
            ),
            Wrong(
                lambda y, p, fp, fn: _bill(y, p, fp / (fp + fn), 1, 1),
                "You counted the mistakes. Each has its price.",
            ),
            Wrong(
                lambda y, p, fp, fn: _bill(y, p, fp / (fp + fn), fp, fn) / len(y),
                "That is the cost of one text on average. The bill is the sum.",
            ),
        ),
        hints=(
            "First the threshold from the two costs, then count both mistakes at it.",
            "false_alarm_cost * alarms + miss_cost * misses.",
        ),
        solution="given = probabilities > false_alarm / (false_alarm + miss)\n"
        "alarms = (given & (targets == 0)).sum()\n"
        "missed = (~given & (targets == 1)).sum()\n"
        "bill = false_alarm * alarms + miss * missed",
        placeholder="bill = ...",
    ),
    Problem(
        "07.5",
        "Lower, and what happens?",
        2,
        "warm-up",
        given=_label,
        answer=lambda y, p: ["more", "fewer", "more"],
        wrong=(
            Wrong(
                lambda y, p: ["fewer", "more", "fewer"],
                "Turned round. A lower bar is easier to clear: more labels are given.",
            ),
            Wrong(
                lambda y, p: ["more", "more", "more"],
                "More labels given cannot mean more missed: what was found stays found.",
            ),
            Wrong(
                lambda y, p: ["more", "fewer", "fewer"],
                "More labels are given, and some of the new ones are wrong: false alarms rise.",
            ),
            Wrong(
                lambda y, p: ["fewer", "fewer", "fewer"],
                "A lower threshold never loses a label: what was above it still is.",
            ),
        ),
        hints=(
            "What lies between the old and the new threshold comes in new.",
            "Try it: count at 0.5 and at 0.3.",
        ),
        solution='words = ["more", "fewer", "more"]',
        placeholder='words = ...  # labels given, missed, false alarms: "more" or "fewer"',
    ),
    Problem(
        "07.6",
        "A temperature",
        2,
        "core",
        answer=lambda z, t: sigmoid(z / t),
        cases=_temperature,
        wrong=(
            Wrong(
                lambda z, t: sigmoid(z) / t,
                "You divided the probability: then nothing is ever above 1 / temperature. "
                "Divide the "
                "logit.",
            ),
            Wrong(
                lambda z, t: sigmoid(z * t),
                "Multiplied: that makes it bolder where it should be more careful.",
            ),
            Wrong(
                lambda z, t: sigmoid(z - t),
                "Subtracting moves every probability to one side. "
                "Dividing pulls both ends to the middle.",
            ),
            Wrong(lambda z, t: sigmoid(z), "The temperature is not used."),
        ),
        hints=("What is divided by the temperature, and when?", "sigmoid(logits / temperature)."),
        solution="def cooled(logits, temperature):\n    return sigmoid(logits / temperature)",
    ),
    Problem(
        "07.7",
        "Half of the best F1",
        2,
        "core",
        given=lambda: (0.9, 0.4),
        answer=lambda strong, weak: np.array([strong / 2, weak / 2]),
        wrong=(
            Wrong(
                lambda strong, weak: np.array([0.5, 0.5]),
                "0.5 would be right for F1 if the best F1 were 1.",
            ),
            Wrong(lambda strong, weak: np.array([strong, weak]), "Half of it."),
            Wrong(
                lambda strong, weak: np.array([1 - strong / 2, 1 - weak / 2]),
                "Turned round: the weaker the tagger, the *lower* its best threshold.",
            ),
        ),
        hints=("The law speaks of calibrated probabilities.", "F1 / 2 for each."),
        solution="both = [0.9 / 2, 0.4 / 2]",
        placeholder="both = ...  # where the best threshold lies for each best F1",
    ),
    Problem(
        "07.8",
        "Frequencies shift",
        6,
        "stretch",
        given=lambda: (0.9, 0.02, 0.05),
        answer=lambda r, a, s: s * r / (s * r + (1 - s) * a),
        wrong=(
            Wrong(
                lambda r, a, s: r / (r + a),
                "That would be right if half of the texts had the label. Weigh both by how many "
                "texts there are of each.",
            ),
            Wrong(
                lambda r, a, s: s * r / (s * r + a),
                "False alarms come from the texts that do *not* have the label: weigh them by "
                "1 - share.",
            ),
            Wrong(
                lambda r, a, s: 1 - a,
                "That is the share of the others that are rightly left alone.",
            ),
            Wrong(lambda r, a, s: r, "That is recall, which does not change. Precision does."),
            Wrong(
                lambda r, a, s: s * r,
                "Those are the finds. Divide them by all that were given.",
            ),
        ),
        hints=(
            "Of 1000 texts, how many have the label? How many of them are found? How many of the "
            "others are given it?",
            "finds / (finds + false alarms).",
        ),
        solution="finds = share * recall\n"
        "alarms = (1 - share) * alarm_rate\n"
        "precision = finds / (finds + alarms)",
        placeholder="precision = ...",
    ),
]
