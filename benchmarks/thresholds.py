"""The exact search for thresholds beside a grid of 100 with scikit-learn's f1_score.

The grid is written in both ways that people write it: all labels in one call per threshold, which
is run in full, once, since it takes about half a minute; and a loop over labels and thresholds,
of which 2 of 20 labels are run and the time is multiplied by 10. The table says so too.
"""

import tracemalloc
from collections.abc import Callable

import numpy as np
from sklearn.metrics import f1_score

from helpers.thresholds import best_constant, best_f1
from timing import ROUNDS, medians, table

GRID = np.linspace(0.005, 0.995, 100)
N_TEXTS, N_LABELS, LABELS_RUN = 100_000, 20, 2


def simulated(n_texts: int) -> tuple[np.ndarray, np.ndarray]:
    """Make calibrated scores, a quarter of them positive, and their targets."""
    rng = np.random.default_rng(0)
    probabilities = rng.random((n_texts, N_LABELS)) ** 3
    return (rng.random(probabilities.shape) < probabilities).astype(np.int8), probabilities


def peak(way: Callable[[], object]) -> float:
    """Return the most MB that Python and NumPy held at once beyond what they held before."""
    tracemalloc.start()
    way()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 1e6


def bench_thresholds() -> None:
    """Thresholds for 100,000 texts and 20 labels, exact and by grid; growth; peak memory."""
    targets, probabilities = simulated(N_TEXTS)
    grid_f1 = np.empty((len(GRID), N_LABELS))
    loop_f1 = np.empty((len(GRID), LABELS_RUN))

    def grid():
        for i, threshold in enumerate(GRID):
            predictions = probabilities > threshold
            grid_f1[i] = f1_score(targets, predictions, average=None, zero_division=0)

    def loop():
        for label in range(LABELS_RUN):
            for i, threshold in enumerate(GRID):
                predictions = probabilities[:, label] > threshold
                loop_f1[i, label] = f1_score(targets[:, label], predictions, zero_division=0)

    def one_of_the_grid():
        f1_score(targets, probabilities > 0.5, average=None, zero_division=0)

    ours = {
        "best_f1": lambda: best_f1(targets, probabilities),
        'best_f1, objective="micro"': lambda: best_f1(targets, probabilities, "micro"),
        "best_constant": lambda: best_constant(targets, probabilities),
    }
    seconds = medians(ours)
    all_labels = "grid of 100, all labels per call, run once"
    seconds |= medians({all_labels: grid}, rounds=1)
    times = N_LABELS // LABELS_RUN
    by_label = f"grid of 100, label by label, {LABELS_RUN} of {N_LABELS} labels x {times}"
    seconds[by_label] = medians({by_label: loop}, rounds=1)[by_label] * times
    table(f"Thresholds, {N_TEXTS:,} texts, {N_LABELS} labels", seconds, "seconds")

    gain = best_f1(targets, probabilities).f1 - grid_f1.max(axis=0)
    print(
        f"\nF1 above the grid's: lowest {gain.min():.1e}, highest {gain.max():.1e}. The two grids "
        f"differ by at most {np.abs(loop_f1 - grid_f1[:, :LABELS_RUN]).max():.1e}.\n"
    )
    print("| | peak MB beside the input |\n|---|---|")
    for name, way in ours.items():
        print(f"| {name} | {peak(way):.0f} |")
    print(f"| one threshold of the grid, all labels | {peak(one_of_the_grid):.0f} |")

    print(f"\n### Growth of best_f1, medians of {ROUNDS}, {N_LABELS} labels\n")
    print("| texts | seconds | microseconds per text | peak MB | input MB |\n|---|---|---|---|---|")
    for n_texts in (10_000, 100_000, 1_000_000):
        targets, probabilities = simulated(n_texts)
        taken = medians({f"best_f1, {n_texts:,} texts": ours["best_f1"]}).popitem()[1]
        size = (targets.nbytes + probabilities.nbytes) / 1e6
        print(
            f"| {n_texts:,} | {taken:.3g} | {taken / n_texts * 1e6:.2f} "
            f"| {peak(ours['best_f1']):.0f} | {size:.0f} |"
        )


if __name__ == "__main__":
    bench_thresholds()
