"""Problems of chapter 12: what many machines cost, what a death costs, and when it pays."""

import math

from helpers.exercises._problem import Problem, Wrong


def _break_even():
    return 40, 30, 4


def _machines():
    return 120, 8, 6


def _needed(millions, rate, hours):
    return math.ceil(millions * 1e6 / (rate * hours * 3600))


def _pools():
    return [
        (4, 2, 1.0),
        (4, 4, 1.0),
        (8, 4, 1.5),
        (2, 2, 0.5),
        (2, 3, 0.5),
        (2, 3, 1.0),
        (1, 2, 1.5),
    ]


def _moves(cpus, workers, each):
    return cpus - workers * each >= 1


def _rows():
    return [
        ([1, 2, 3, 4], [4, 2, 2, 1]),
        ([7, 8], [8, 7]),
        ([5, 6, 9], [5, 5, 5, 6, 12]),
        ([1, 2, 3], [3, 2, 1, 9]),
    ]


def _audit(wanted, found):
    lost = sorted(set(wanted) - set(found))
    return lost, sorted({one for one in found if found.count(one) > 1})


def _nights():
    return 50, 0.002


def _batches():
    return 6400, 32, 4


def _uneven():
    return [2.0, 4.0, 6.0], [5.0]


def _mean(values):
    return sum(values) / len(values)


def _payloads():
    return (
        [
            "return the labels of the batch",
            "append each text's labels to a file that all workers share",
            "add 1 to a counter in a database for each text",
            "write the labels into a table whose key is the text's number",
            "skip the texts whose numbers are on a shared list of texts begun",
        ],
    )


PROBLEMS = [
    Problem(
        "12.1",
        "How many workers?",
        4,
        "warm-up",
        given=_machines,
        answer=_needed,
        wrong=(
            Wrong(
                lambda m, r, h: math.floor(m * 1e6 / (r * h * 3600)),
                "Rounded down, so at the deadline some texts are left. Round up.",
            ),
            Wrong(
                lambda m, r, h: math.ceil(m * 1e6 / (r * h * 60)),
                "An hour has 3,600 seconds; the rate is per second, not per minute.",
            ),
            Wrong(
                lambda m, r, h: math.ceil(m * 1e6 / r / 3600),
                "Those are the hours that one worker needs. Divide by the hours that there are.",
            ),
            Wrong(
                lambda m, r, h: math.ceil(m * 1e6 / r * h / 3600),
                "More hours must make fewer workers. They are below the line.",
            ),
        ),
        hints=(
            "How many texts does one worker tag in all the hours?",
            "The number of texts over that, rounded up by `math.ceil`.",
        ),
        solution="workers = math.ceil(millions * 1e6 / (rate * hours * 3600))",
        placeholder="workers = ...  # a whole number",
    ),
    Problem(
        "12.2",
        "Does it move?",
        4,
        "core",
        answer=_moves,
        cases=_pools,
        wrong=(
            Wrong(
                lambda cpus, workers, each: workers * each <= cpus,
                "If the workers take all CPUs, none is left to read with: they wait for ever.",
            ),
            Wrong(
                lambda cpus, workers, each: workers * each < cpus,
                "Something is left over, but in one case only half a CPU. Reading asks for a whole "
                "one, and waits.",
            ),
            Wrong(
                lambda cpus, workers, each: workers < cpus,
                "That counts workers. Each takes its own share of CPUs, more than one or less.",
            ),
            Wrong(
                lambda cpus, workers, each: each < cpus,
                "That looks at one worker. All that start take their share, and then nothing is "
                "left.",
            ),
            Wrong(
                lambda cpus, workers, each: True,
                "Ray does start it. It hands out what it counts, and then nothing more happens.",
            ),
        ),
        hints=(
            "How many CPUs does the whole pool take?",
            "A whole CPU has to be left over for reading.",
        ),
        solution="def moves(cpus, workers, each):\n    return cpus - workers * each >= 1",
    ),
    Problem(
        "12.3",
        "Lost and twice",
        7,
        "stretch",
        answer=_audit,
        cases=_rows,
        wrong=(
            Wrong(
                lambda wanted, found: (
                    ([], []) if len(found) == len(wanted) else _audit(wanted, found)
                ),
                "As many rows out as in proves nothing: one can be lost and another be twice.",
            ),
            Wrong(
                lambda wanted, found: (
                    _audit(wanted, found)[0],
                    sorted(one for one in found if found.count(one) > 1),
                ),
                "A number that is there several times stands in your second list several times. "
                "Name it once.",
            ),
            Wrong(
                lambda wanted, found: (sorted(set(wanted) ^ set(found)), _audit(wanted, found)[1]),
                "Numbers that nobody asked for are among the lost. Lost is what was wanted and is "
                "not there.",
            ),
            Wrong(
                lambda wanted, found: _audit(wanted, found)[::-1],
                "Exchanged: first the lost ones, then those that are there more than once.",
            ),
        ),
        hints=(
            "Lost: a set of what was wanted, less a set of what was found.",
            "`found.count(one) > 1` for those that are there more than once, each named once.",
        ),
        solution="def audit(wanted, found):\n"
        "    lost = sorted(set(wanted) - set(found))\n"
        "    twice = sorted({one for one in found if found.count(one) > 1})\n"
        "    return lost, twice",
    ),
    Problem(
        "12.4",
        "From how many texts on?",
        4,
        "core",
        given=_break_even,
        answer=lambda start, rate, workers: start * rate / (1 - 1 / workers),
        wrong=(
            Wrong(
                lambda start, rate, workers: start * rate,
                "That is what one process tags while the others start. Then they still have to "
                "catch up.",
            ),
            Wrong(
                lambda start, rate, workers: start * rate / workers,
                "More workers do catch up sooner, but never before they have started.",
            ),
            Wrong(
                lambda start, rate, workers: start * rate * workers / (workers + 1),
                "Look at the sign: N / r less N / (r w) is N / r * (1 - 1 / w).",
            ),
            Wrong(
                lambda start, rate, workers: start * rate * workers,
                "That is what all workers together tag in the time of a start.",
            ),
        ),
        hints=(
            "One process takes N / rate. The pool takes start + N / (rate * workers).",
            "Set the two equal and solve for N.",
        ),
        solution="n_texts = start * rate / (1 - 1 / workers)",
        placeholder="n_texts = ...  # where both take equally long",
    ),
    Problem(
        "12.5",
        "At least one dies",
        3,
        "warm-up",
        given=_nights,
        answer=lambda machines, chance: 1 - (1 - chance) ** machines,
        wrong=(
            Wrong(
                lambda machines, chance: machines * chance,
                "Close, but nights in which two die are counted twice. With 1,000 machines it "
                "would be more than certain.",
            ),
            Wrong(
                lambda machines, chance: chance**machines,
                "That is the chance that *all* of them die in one night.",
            ),
            Wrong(
                lambda machines, chance: (1 - chance) ** machines,
                "That is the chance that none dies.",
            ),
            Wrong(lambda machines, chance: chance, "That is one machine. There are many."),
        ),
        hints=(
            "How likely is it that the first one lives, and the second, and so on?",
            "One less the chance that all of them live.",
        ),
        solution="chance_of_a_death = 1 - (1 - chance) ** machines",
        placeholder="chance_of_a_death = ...",
    ),
    Problem(
        "12.6",
        "Steps, by two readings",
        4,
        "core",
        given=_batches,
        answer=lambda n, size, p: [n // size, n // (size * p)],
        wrong=(
            Wrong(
                lambda n, size, p: [n // (size * p), n // size],
                "Exchanged. Split, the batch stays as it is, and so do the steps.",
            ),
            Wrong(
                lambda n, size, p: [n // size, n // size],
                "If each process gets a batch of its own, a step uses up several times as many "
                "texts.",
            ),
            Wrong(
                lambda n, size, p: [n // (size // p), n // size],
                "Split, each process gets a part, but all parts are of one batch: one step.",
            ),
            Wrong(
                lambda n, size, p: [n // size, n // size * p],
                "More processes make fewer steps of an epoch, not more.",
            ),
        ),
        hints=(
            "How many texts does one step use up, over all processes?",
            "Split: `size` of them. With batches of their own: `size * processes`.",
        ),
        solution="steps = [n_texts // size, n_texts // (size * processes)]",
        placeholder="steps = ...  # [split_batches=True, split_batches=False]",
    ),
    Problem(
        "12.7",
        "A last batch that is not full",
        3,
        "core",
        given=_uneven,
        answer=lambda one, other: _mean(one + other),
        wrong=(
            Wrong(
                lambda one, other: _mean([_mean(one), _mean(other)]),
                "That is the mean of the two means, which is what the processes would compute. It "
                "weighs the single text three times as much as each of the others.",
            ),
            Wrong(
                lambda one, other: _mean(one) + _mean(other),
                "Means are not added. And a mean of means would not do either, here.",
            ),
            Wrong(
                lambda one, other: sum(one + other),
                "That is the sum. The loss of a batch is a mean over its texts.",
            ),
            Wrong(
                lambda one, other: _mean(one),
                "The second process has a text as well.",
            ),
        ),
        hints=(
            "What would one process compute that has all four texts?",
            "Put the two lists together, then take the mean.",
        ),
        solution="loss = sum(one + other) / len(one + other)",
        placeholder="loss = ...  # of the whole batch",
    ),
    Problem(
        "12.8",
        "Safe to do twice?",
        4,
        "stretch",
        given=_payloads,
        answer=lambda does: [True, False, False, True, False],
        wrong=(
            Wrong(
                lambda does: [True, True, False, True, False],
                "A line that is appended a second time stands there twice.",
            ),
            Wrong(
                lambda does: [True, False, True, True, False],
                "The counter has counted the texts of the half-done batch already.",
            ),
            Wrong(
                lambda does: [True, False, False, False, False],
                "With a key, the second time writes the same over the same. That is the cure.",
            ),
            Wrong(
                lambda does: [True, False, False, True, True],
                "The dead worker had put its texts on that list. The next one skips them, and they "
                "are lost.",
            ),
        ),
        hints=(
            "Do each of them in your head, for half of a batch, and then for all of it.",
            "Is the world then as if it had been done once?",
        ),
        solution="safe = [True, False, False, True, False]",
        placeholder="safe = ...  # a list of five, True or False",
    ),
]
