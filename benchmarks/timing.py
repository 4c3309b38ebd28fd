"""How the benchmarks time and print: medians of ways that take turns, and a table of ratios."""

import statistics
import sys
import time
from collections.abc import Callable

ROUNDS = 3


def medians(ways: dict[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, float]:
    """Time each way ``rounds`` times, in turns; return the median seconds of each.

    Each time is told on stderr at once, so that nothing measured is lost if a later way fails.
    """
    times = {name: [] for name in ways}
    for number in range(1, rounds + 1):
        for name, way in ways.items():
            started = time.perf_counter()
            way()
            times[name].append(time.perf_counter() - started)
            tell(f"{name}: {times[name][-1]:.3g} s, round {number} of {rounds}")
    return {name: statistics.median(values) for name, values in times.items()}


def tell(text: str) -> None:
    """Say on stderr what has been measured so far."""
    print(f"  {text}", file=sys.stderr, flush=True)


def table(
    title: str,
    seconds: dict[str, float],
    unit: str,
    amount: float = 1.0,
    also: dict[str, dict[str, float]] | None = None,
) -> None:
    """Print a Markdown table; the ratio says how many times longer than the first row.

    ``also`` adds columns: for each heading a value for each way. Three digits are shown.
    """

    def digits(value: float) -> str:
        return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"

    also = also or {}
    print(f"\n### {title}\n\n| way | {unit} | takes |{''.join(f' {name} |' for name in also)}")
    print("|---|---|---|" + "---|" * len(also))
    base = next(iter(seconds.values()))
    for name, value in seconds.items():
        shown = amount / value if unit.endswith("/s") else value
        more = "".join(
            f" {digits(column[name])} |" if name in column else " |" for column in also.values()
        )
        print(f"| {name} | {digits(shown)} | {value / base:.2f} x |{more}")
