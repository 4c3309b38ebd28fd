"""Measure the course beside what you would use instead: python3 course.py bench

Each table compares in one run, on this machine, one thing with its rivals: medians over rounds
in which the rivals take turns, so that a busy moment hits all of them. Read the ratios; the
times are this machine's. Each part takes less than five minutes on two idle cores; name a part
to run it alone: python3 course.py bench thresholds
"""

import sys

import torch

from files import bench_files
from helpers import course
from hub import bench_hub
from prediction import bench_prediction
from quantized import bench_quantized
from scale import bench_scale
from service import bench_service
from start import bench_start
from thresholds import bench_thresholds
from timing import ROUNDS
from training import bench_training
from visits import bench_site
from widgets import bench_widgets

PARTS = {
    "start": bench_start,
    "prediction": bench_prediction,
    "quantized": bench_quantized,
    "files": bench_files,
    "service": bench_service,
    "scale": bench_scale,
    "hub": bench_hub,
    "thresholds": bench_thresholds,
    "training": bench_training,
    "widgets": bench_widgets,
    "site": bench_site,
}


def main(names: list[str]) -> int:
    """Run the named parts, or all."""
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        print(f"There is no part {', '.join(unknown)}. Parts: {', '.join(PARTS)}", file=sys.stderr)
        return 2
    sys.stdout.reconfigure(line_buffering=True)  # each table as soon as it is measured
    course.start("00")
    print(f"{torch.get_num_threads()} threads, medians of {ROUNDS} rounds unless it says otherwise")
    for name in names or PARTS:
        PARTS[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
