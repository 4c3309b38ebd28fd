"""Ray's workers, one and two, on the same texts: what a second one brings, starts left out.

Starts are left out by timing two amounts of texts and taking the difference: loading the tagger,
the first piece and the end of the run are in both. The same is done for one process without Ray.
Each worker has one thread. Run it on an idle machine of at least two cores: workers that share a
core take turns, and the ratio is then no ratio of workers. The load is printed.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from helpers.data import load_newsdesk
from timing import tell

FEW, MANY, ROUNDS = 1000, 4000, 3
ROWS = 50  # in each file
# A process of its own, in which torch has one thread from its start, as in a worker.
WITHOUT_RAY = """
import sys, time
import pyarrow.parquet as pq, torch
torch.set_num_threads(1)
from helpers import models
from helpers.activations import sigmoid
from helpers.thresholds import apply_thresholds
tagger = models.load_tagger()
for folder in sys.argv[1:]:
    started = time.perf_counter()
    texts = pq.read_table(folder)["text"].to_pylist()
    for k in range(0, len(texts), 50):
        found = models.predict_logits(tagger.model, tagger.tokenizer, texts[k : k + 50])
        apply_thresholds(sigmoid(found), tagger.thresholds)
    print(time.perf_counter() - started)
"""


def write_texts(folder: Path, n_texts: int) -> None:
    """Write newsdesk's texts, again and again, into files of ``ROWS``."""
    texts = load_newsdesk(split="train")["text"][:]
    folder.mkdir()
    for k in range(0, n_texts, ROWS):
        rows = list(range(k, k + ROWS))
        part = pa.table({"id": rows, "text": [texts[i % len(texts)] for i in rows]})
        pq.write_table(part, folder / f"{k:06}.parquet")


def bench_scale(few: int = FEW, many: int = MANY, rounds: int = ROUNDS) -> None:
    """Texts per second of one process, of Ray with one worker and with two, starts left out."""
    from helpers import scale

    try:
        scale.need_ray()
    except ModuleNotFoundError as error:
        print(f"\n### Ray's workers: not measured\n\n{error}")
        return
    rates: dict[str, list[float]] = {"one process, no Ray": [], "one worker": [], "two workers": []}
    with tempfile.TemporaryDirectory() as home:
        folders = [Path(home, "few"), Path(home, "many")]
        for folder, n_texts in zip(folders, (few, many), strict=True):
            write_texts(folder, n_texts)
        started = time.perf_counter()
        scale.start(cpus=2)
        tell(f"a node has started: {time.perf_counter() - started:.1f} s")
        try:
            for number in range(1, rounds + 1):
                for workers, name in enumerate(rates):
                    took = _without(folders) if not workers else _with(folders, workers, home)
                    rates[name].append((many - few) / (took[1] - took[0]))
                    tell(f"{name}: {took[0]:.1f} s and {took[1]:.1f} s, round {number}")
        finally:
            scale.stop()
    load = f"load {os.getloadavg()[0]:.1f}, " if hasattr(os, "getloadavg") else ""
    print(f"\n### Ray's workers, starts left out ({load}{os.cpu_count()} cores)\n")
    print("| way | texts/s | of one worker |\n|---|---|---|")
    base = statistics.median(rates["one worker"])
    for name, found in rates.items():
        middle = statistics.median(found)
        print(f"| {name} | {middle:.0f} | {middle / base:.2f} x |")


def _with(folders: list[Path], workers: int, home: str) -> list[float]:
    from helpers import scale

    seconds = []
    for folder in folders:
        target = Path(tempfile.mkdtemp(dir=home), "out")
        started = time.perf_counter()
        scale.tag_parquet(folder, target, workers=workers, batch_size=ROWS)
        seconds.append(time.perf_counter() - started)
        counted = scale.counts(folder, target)
        assert counted["once"] == counted["texts"], counted
    return seconds


def _without(folders: list[Path]) -> list[float]:
    command = [sys.executable, "-c", WITHOUT_RAY, *map(str, folders)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [float(line) for line in done.stdout.split()]


if __name__ == "__main__":
    bench_scale()
