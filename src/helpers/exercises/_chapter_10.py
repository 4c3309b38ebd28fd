"""Problems of chapter 10: what ships, what breaks it, and what an alarm means."""

import numpy as np

from helpers.exercises._problem import Problem, Wrong


def _scores():
    one = [("law", 0.91), ("art", 0.45), ("film", 0.30), ("food", 0.05)]
    other = [("food", 0.60), ("law", 0.52), ("film", 0.21), ("art", 0.02)]
    bars = {"film": 0.25, "art": 0.40, "law": 0.95, "food": 0.55}
    return [([{"label": n, "score": s} for n, s in some], dict(bars)) for some in (one, other)]


def _by_name(scores):
    return {one["label"]: one["score"] for one in scores}


def _lengths():
    return [12, 70, 9, 64, 15, 20, 66, 11], 2


def _padding(lengths, size):
    batches = [lengths[i : i + size] for i in range(0, len(lengths), size)]
    return sum(len(batch) * max(batch) for batch in batches) - sum(lengths)


def _asked():
    return (
        [
            "POST /tag with two texts",
            "GET /tag",
            "POST /tag with a null among the texts",
            "POST /tag with half of a JSON object",
            "POST /tag with two texts, while the service has lost its model",
        ],
    )


def _requests():
    return [
        ({"texts": ["Goal.", "A vote."]},),
        ({"texts": ["Goal.", ""]},),
        ({"texts": []},),
        ({"texts": ["Goal.", None]},),
        ({"texts": "Cup"},),
        ({"texts": ["a", "b", "c", "d"]},),
        ({"text": ["Goal."]},),
        (["Goal."],),
        (None,),
    ]


def _fits(request, most=3, kind=list, check=lambda text: isinstance(text, str)):
    texts = request.get("texts") if isinstance(request, dict) else None
    return isinstance(texts, kind) and len(texts) <= most and all(map(check, texts))


def _shares():
    return 120, 400, 90, 200


def _ends(gap, reach):
    return np.array([gap - reach, gap + reach])


def _errors(k, n, m, o):
    p, q = k / n, m / o
    return q - p, np.sqrt(p * (1 - p) / n), np.sqrt(q * (1 - q) / o)


def _weeks():
    return (
        [
            {"moved": True, "F1 now": 0.94, "F1 tuned": 0.94, "F1 on test": 0.94},
            {"moved": True, "F1 now": 0.71, "F1 tuned": 0.93, "F1 on test": 0.94},
            {"moved": True, "F1 now": 0.40, "F1 tuned": 0.55, "F1 on test": 0.94},
            {"moved": False, "F1 now": 0.45, "F1 tuned": 0.50, "F1 on test": 0.94},
        ],
    )


PROBLEMS = [
    Problem(
        "10.1",
        "What the pipeline left out",
        5,
        "warm-up",
        answer=lambda scores, bars: [n for n, t in bars.items() if _by_name(scores)[n] > t],
        cases=_scores,
        wrong=(
            Wrong(
                lambda scores, bars: [n for n in bars if _by_name(scores)[n] > 0.5],
                "That is 0.5 for all. The thresholds are in the second argument.",
            ),
            Wrong(
                lambda scores, bars: [scores[0]["label"]],
                "The top label alone, as the pipeline gives it. A text may have several labels, "
                "or none.",
            ),
            Wrong(
                lambda scores, bars: [
                    one["label"]
                    for one, t in zip(scores, bars.values(), strict=True)
                    if one["score"] > t
                ],
                "Scores and thresholds were matched by place. The pipeline sorts its scores, so "
                "match them by name.",
            ),
            Wrong(
                lambda scores, bars: [n for n, t in bars.items() if _by_name(scores)[n] < t],
                "Those are the labels *below* their thresholds.",
            ),
        ),
        hints=(
            "Make a dictionary first: from label to score.",
            "Go through `thresholds.items()`, and keep a name whose score is above its threshold.",
        ),
        solution="def labels_of(scores, thresholds):\n"
        '    found = {one["label"]: one["score"] for one in scores}\n'
        "    return [name for name, bar in thresholds.items() if found[name] > bar]",
    ),
    Problem(
        "10.2",
        "Padding, counted",
        6,
        "core",
        given=_lengths,
        answer=lambda lengths, size: _padding(sorted(lengths), size),
        wrong=(
            Wrong(
                lambda lengths, size: _padding(lengths, size),
                "That is the padding of the texts as they come. Sort them first.",
            ),
            Wrong(
                lambda lengths, size: _padding(sorted(lengths), size) + sum(lengths),
                "Those are all tokens that are computed. Take the real ones off.",
            ),
            Wrong(
                lambda lengths, size: _padding(lengths, len(lengths)),
                "That is one batch of all texts, padded to the longest of them.",
            ),
            Wrong(
                lambda lengths, size: 0,
                "Sorting helps, but neighbors are still of different lengths. Count.",
            ),
        ),
        hints=(
            "Each batch is padded to its longest text.",
            "Sum of (texts in the batch * longest), less the sum of all lengths.",
        ),
        solution="ordered = sorted(lengths)\n"
        "batches = [ordered[i : i + size] for i in range(0, len(ordered), size)]\n"
        "padding = sum(len(batch) * max(batch) for batch in batches) - sum(lengths)",
        placeholder="padding = ...  # tokens of padding, batched by length",
    ),
    Problem(
        "10.3",
        "Which status?",
        4,
        "warm-up",
        given=_asked,
        answer=lambda asked: [200, 405, 422, 422, 500],
        wrong=(
            Wrong(
                lambda asked: [200, 405, 500, 422, 500],
                "A null is the caller's mistake. With a 5 in front the service takes the blame, "
                "and the caller tries again.",
            ),
            Wrong(
                lambda asked: [200, 404, 422, 422, 500],
                "404 says that there is no such address. There is; it takes another method.",
            ),
            Wrong(
                lambda asked: [200, 405, 200, 422, 500],
                "If a null is dropped in silence, answers and texts no longer stand side by side.",
            ),
            Wrong(
                lambda asked: [200, 405, 422, 422, 422],
                "In the last one the request is fine. The service is not, and has to say so.",
            ),
        ),
        hints=(
            "2: done. 4: the request is wrong. 5: the service is.",
            "405 is for a method that an address does not take, 422 for content that cannot be "
            "used.",
        ),
        solution="statuses = [200, 405, 422, 422, 500]",
        placeholder="statuses = ...  # a list of five numbers",
    ),
    Problem(
        "10.4",
        "Trust no caller",
        7,
        "stretch",
        answer=_fits,
        cases=_requests,
        wrong=(
            Wrong(
                lambda r: len(r["texts"]) <= 3 and all(isinstance(t, str) for t in r["texts"]),
                "It fails on the first request that is no object, or has no such field: that "
                "would be a 500. Look at the kind before you look inside.",
            ),
            Wrong(
                lambda r: _fits(r, kind=list | str),
                "One text passes as a list: its letters are strings too. Ask for a list.",
            ),
            Wrong(
                lambda r: _fits(r, check=lambda text: True),
                "A null passes. Look at each text.",
            ),
            Wrong(lambda r: _fits(r, most=10**6), "There is no limit: four texts pass."),
            Wrong(
                lambda r: _fits(r, check=lambda text: isinstance(text, str) and text != ""),
                "An empty text is a text: it gets no label. Refuse what cannot be read, no more.",
            ),
        ),
        hints=(
            "In this order: is it a dict, has it a list, is each element a string, are there "
            "too many?",
            'request.get("texts") raises nothing where the field is missing, but only a dict '
            "has it.",
        ),
        solution="def can_be_tagged(request):\n"
        '    texts = request.get("texts") if isinstance(request, dict) else None\n'
        "    if not isinstance(texts, list) or len(texts) > 3:\n"
        "        return False\n"
        "    return all(isinstance(text, str) for text in texts)",
    ),
    Problem(
        "10.5",
        "Did it move?",
        7,
        "stretch",
        given=_shares,
        answer=lambda *c: _ends(_errors(*c)[0], 1.96 * np.hypot(*_errors(*c)[1:])),
        wrong=(
            Wrong(
                lambda *c: _ends(_errors(*c)[0], 1.96 * sum(_errors(*c)[1:])),
                "The two standard errors were added. Their *squares* are added, and then the root "
                "is taken: both are seldom off the same way.",
            ),
            Wrong(
                lambda *c: _ends(-_errors(*c)[0], 1.96 * np.hypot(*_errors(*c)[1:])),
                "Turned around: this is validation minus now.",
            ),
            Wrong(
                lambda *c: _ends(_errors(*c)[0], np.hypot(*_errors(*c)[1:])),
                "That is one standard error to each side, which holds two thirds. For 95 % it "
                "takes 1.96.",
            ),
            Wrong(
                lambda *c: _ends(_errors(*c)[0], 1.96 * _errors(*c)[2]),
                "The validation texts are a sample too: their share has an error as well.",
            ),
        ),
        hints=(
            "A share p of n texts has the variance p * (1 - p) / n.",
            "gap ± 1.96 * sqrt(variance of the one + variance of the other).",
        ),
        solution="p, q = none_before / texts_before, none_now / texts_now\n"
        "error = np.sqrt(p * (1 - p) / texts_before + q * (1 - q) / texts_now)\n"
        "interval = [q - p - 1.96 * error, q - p + 1.96 * error]",
        placeholder="interval = ...  # [low, high] of the difference, now minus validation",
    ),
    Problem(
        "10.6",
        "Six looks",
        3,
        "core",
        given=lambda: (6, 0.95),
        answer=lambda looks, level: 1 - level**looks,
        wrong=(
            Wrong(lambda looks, level: 1 - level, "That is one look. Six have six chances."),
            Wrong(
                lambda looks, level: looks * (1 - level),
                "Close. Looks in which two alarms ring at once were counted twice.",
            ),
            Wrong(
                lambda looks, level: level**looks, "That is the chance that *no* alarm is false."
            ),
        ),
        hints=(
            "How likely is it that the first interval is right, and the second, and so on?",
            "One less the chance that all six are right.",
        ),
        solution="chance = 1 - level**looks",
        placeholder="chance = ...",
    ),
    Problem(
        "10.7",
        "A band from costs",
        5,
        "core",
        answer=lambda miss, alarm, look: (look / miss, 1 - look / alarm),
        cases=lambda: [(7, 3, 1), (8, 4, 2), (10, 5, 0.5)],
        wrong=(
            Wrong(
                lambda miss, alarm, look: (look / alarm, 1 - look / miss),
                "Exchanged. At the lower end a label is left off, and what is risked there is a "
                "miss.",
            ),
            Wrong(
                lambda miss, alarm, look: (alarm / (alarm + miss),) * 2,
                "That is the threshold without people. The look's price makes a band of it.",
            ),
            Wrong(
                lambda miss, alarm, look: (look / miss, look / alarm),
                "The lower end is right. At the upper end what is risked is 1 - p times a false "
                "alarm.",
            ),
            Wrong(
                lambda miss, alarm, look: (look / (look + miss), alarm / (look + alarm)),
                "A look always costs its price, right or wrong, so it is set against p * miss "
                "alone.",
            ),
        ),
        hints=(
            "From which p on is a look cheaper than leaving the label off, which costs p * miss?",
            "And up to which p is it cheaper than giving it, which costs (1 - p) * alarm?",
        ),
        solution="def band(miss, alarm, look):\n    return look / miss, 1 - look / alarm",
    ),
    Problem(
        "10.8",
        "What helps?",
        4,
        "core",
        given=_weeks,
        answer=lambda weeks: ["nothing", "tune", "train", "train"],
        wrong=(
            Wrong(
                lambda weeks: ["tune", "tune", "tune", "nothing"],
                "You followed the alarm. It says where to look; what to do is said by the scores "
                "of the labeled sample.",
            ),
            Wrong(
                lambda weeks: ["nothing", "tune", "tune", "tune"],
                "Tuning raises the last two a little, and leaves them far below test: no "
                "threshold changes an order.",
            ),
            Wrong(
                lambda weeks: ["nothing", "train", "train", "train"],
                "In the second week new thresholds alone bring it back. Training costs more.",
            ),
            Wrong(
                lambda weeks: ["nothing", "tune", "train", "nothing"],
                "In the last week no alarm rang, and most labels are wrong all the same.",
            ),
            Wrong(
                lambda weeks: ["train", "train", "train", "train"],
                "In the first week everything is as good as on test, alarm or not.",
            ),
        ),
        hints=(
            "Compare the F1 now with that on test, whatever the alarm says.",
            "If it is lower: do new thresholds, judged on other texts, bring it back?",
        ),
        solution='actions = ["nothing", "tune", "train", "train"]',
        placeholder='actions = ...  # for each week "nothing", "tune" or "train"',
    ),
]
