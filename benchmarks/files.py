"""Files: load_table beside pandas, and the command that tags a file beside the pipeline."""

import csv
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from memory import fresh_process
from timing import table

PANDAS, OURS = "pandas.read_csv", "data.load_table"
PIPELINE, COMMAND = "pipeline, one text after another", "helpers.tag"
N_TEXTS = 2000


def comments(path: Path, n_texts: int = 160_000) -> None:
    """Write a file of the shape of Jigsaw's: quoted texts of many lines, six 0/1 columns."""
    draw = random.Random(0)
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["".join(draw.choices(letters, k=draw.randint(2, 9))) for _ in range(5000)]
    words += ["café", "“ok”", '"no"', "line\nend"]
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["id", "comment_text", *(f"label {k}" for k in range(6))])
        for i in range(n_texts):
            text = " ".join(draw.choices(words, k=draw.randint(10, 110)))
            labels = [int(draw.random() < 0.1) for _ in range(6)]
            writer.writerow([f"{i:016x}", text, *labels])


def items(path: Path, n_texts: int) -> None:
    """Write newsdesk's texts again and again, until there are so many."""
    from helpers.data import load_newsdesk

    texts = load_newsdesk(split="train")["text"][:]
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text"])
        writer.writerows([i, texts[i % len(texts)]] for i in range(n_texts))


def measured(before: str, code: str) -> tuple[float, float]:
    """Run code in a fresh process; return its seconds and the process's peak in MB."""
    timed = (
        f"import time, memory\n{before}\nbegun = time.perf_counter()\n{code}\n"
        "print('seconds', time.perf_counter() - begun, 'peak', memory.peak())"
    )
    found = re.search(r"seconds (\S+) peak (\d+)", fresh_process(timed))
    return float(found[1]), int(found[2]) / 1e6


def bench_files() -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        comments(folder / "comments.csv")
        path = str(folder / "comments.csv")
        ways = {
            PANDAS: measured("import pandas", f"pandas.read_csv({path!r})"),
            OURS: measured(
                "import datasets, pandas\nfrom helpers.data import load_table",
                f"load_table({path!r}, quiet=True)",
            ),
        }
        _table("A file of 160,000 comments", ways, "s", 1)
        items(folder / "texts.csv", N_TEXTS)
        path = str(folder / "texts.csv")
        loaded = (
            "from transformers import pipeline\nfrom helpers.models import load_tagger\n"
            "import pandas\ntagger = load_tagger()"
        )
        ways = {
            COMMAND: measured(
                "import pandas, transformers\nfrom helpers.models import TAGGER_FOLDER\n"
                "from helpers.tag import tag_file",
                f"tag_file(TAGGER_FOLDER, {path!r}, quiet=True)",
            ),
            PIPELINE: measured(
                loaded,
                f"texts = pandas.read_csv({path!r})['text'].tolist()\n"
                "tag = pipeline('text-classification', model=tagger.model, "
                "tokenizer=tagger.tokenizer, top_k=None)\nfound = tag(texts)",
            ),
            "pipeline, batch_size=64": measured(
                loaded,
                f"texts = pandas.read_csv({path!r})['text'].tolist()\n"
                "tag = pipeline('text-classification', model=tagger.model, "
                "tokenizer=tagger.tokenizer, top_k=None)\nfound = tag(texts, batch_size=64)",
            ),
        }
        _table(f"A file of {N_TEXTS:,} news items tagged", ways, "texts/s", N_TEXTS)


def _table(title: str, ways: dict, unit: str, amount: float) -> None:
    seconds = {name: way[0] for name, way in ways.items()}
    table(title, seconds, unit, amount, {"peak MB": {name: way[1] for name, way in ways.items()}})


def million(n_texts: int = 1_000_000) -> None:
    """Tag a million texts by a tiny tagger, and again with ten kills: the way, not the model."""
    from helpers.models import save_tagger

    sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))
    from saving import tiny_tagger

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        save_tagger(folder / "tagger", tiny_tagger(1))
        for n in (n_texts // 20, n_texts):
            items(folder / f"{n}.csv", n)
            seconds, peak = measured(
                "from helpers.tag import tag_file",
                f"tag_file({str(folder / 'tagger')!r}, {str(folder / f'{n}.csv')!r}, quiet=True)",
            )
            print(f"{n:,} texts: {n / seconds:,.0f} texts per second, peak {peak:,.0f} MB")
            _assert_whole(folder / f"{n}.tagged.csv", n)
        (folder / f"{n_texts}.tagged.csv").unlink()
        _killed(folder / "tagger", folder / f"{n_texts}.csv", share=seconds / 12)
        _assert_whole(folder / f"{n_texts}.tagged.csv", n_texts)
        print(f"{n_texts:,} texts, killed ten times and run again: every row once, in order")


def _assert_whole(path: Path, n_texts: int) -> None:
    with open(path, encoding="utf-8", newline="") as file:
        for i, row in enumerate(csv.DictReader(file)):
            assert int(row["id"]) == i, f"row {i} has the id {row['id']}"
    assert i == n_texts - 1, f"{i + 1} rows of {n_texts}"


def _killed(tagger: Path, path: Path, share: float) -> None:
    """Run the command again and again: ten times killed after some seconds, then to its end."""
    command = [sys.executable, "-m", "helpers.tag", str(tagger), str(path)]
    for _ in range(10):
        run = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            run.wait(random.uniform(10, 10 + share))  # loading takes some of them
            raise AssertionError("it ended before it was killed")
        except subprocess.TimeoutExpired:
            run.kill()
            run.wait()
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    million()
