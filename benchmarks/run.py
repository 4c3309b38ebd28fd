"""Measure the course beside what you would use instead: python3 course.py bench

Each table compares in one run, on this machine, one thing with its rivals: medians over rounds
in which the rivals take turns, so that a busy moment hits all of them. Read the ratios; the
times are this machine's.
"""

import subprocess
import sys

import numpy as np
import torch

from helpers import course
from helpers.data import load_newsdesk
from helpers.models import load_tagger, predict_logits
from timing import ROUNDS, medians, table
from training import bench_training


def mixed_texts(n_texts: int) -> list[str]:
    """Make texts of mixed length, about log-normal, by joining newsdesk's words in order."""
    words = " ".join(load_newsdesk(split="train")["text"]).split()
    rng = np.random.default_rng(0)
    lengths = np.clip(rng.lognormal(mean=2.75, sigma=0.65, size=n_texts), 2, 110).astype(int)
    starts = rng.integers(len(words) - 110, size=n_texts)
    return [" ".join(words[s : s + n]) for s, n in zip(starts, lengths, strict=True)]


def bench_import() -> None:
    """What the course's package adds to the start of Python."""

    def start(code: str):
        return lambda: subprocess.run([sys.executable, "-c", code], check=True)

    ways = {
        "import helpers": start("import helpers"),
        "nothing": start("pass"),
        "import torch": start("import torch"),
        "import transformers, its Auto classes": start(
            "from transformers import AutoModelForSequenceClassification, AutoTokenizer"
        ),
    }
    table("Starting Python", medians(ways, rounds=5), "seconds")


def bench_prediction() -> None:
    """Logits of 1,000 texts of mixed length, beside the pipeline and batches in given order."""
    from transformers import TextClassificationPipeline

    tagger = load_tagger()
    texts = mixed_texts(1_000)
    pipeline = TextClassificationPipeline(
        model=tagger.model, tokenizer=tagger.tokenizer, top_k=None, function_to_apply="none"
    )
    results = {}

    def ours():
        results["ours"] = predict_logits(tagger.model, tagger.tokenizer, texts)

    def theirs():
        rows = pipeline(texts, batch_size=32)
        scores = [{entry["label"]: entry["score"] for entry in row} for row in rows]
        results["theirs"] = np.array([[row[name] for name in tagger.label_names] for row in scores])

    def in_given_order():
        rows = []
        with torch.inference_mode():
            for start in range(0, len(texts), 64):
                batch = tagger.tokenizer(
                    texts[start : start + 64], padding=True, truncation=True, return_tensors="pt"
                )
                rows.append(tagger.model(**batch).logits.numpy())
        results["in_given_order"] = np.concatenate(rows)

    seconds = medians(
        {
            "predict_logits": ours,
            "batches of 64 in the given order": in_given_order,
            "pipeline, batch_size=32": theirs,
        }
    )
    for name in ("theirs", "in_given_order"):
        np.testing.assert_allclose(results["ours"], results[name], atol=1e-5)
    table("Logits of 1,000 texts, equal to 1e-5", seconds, "texts/s", len(texts))


def main() -> None:
    course.start("00")
    print(f"{torch.get_num_threads()} threads, medians of {ROUNDS} rounds")
    bench_import()
    bench_prediction()
    bench_training()


if __name__ == "__main__":
    main()
