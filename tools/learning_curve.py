"""Train taggers four ways on more and more texts and write down how good they are.

    python tools/learning_curve.py           write src/helpers/files/learning_curve.csv
    python tools/learning_curve.py --check   train some again; exit 1 where they score otherwise

Chapter 5 shows the file as a figure: it took a quarter of an hour on two cores, longer than a page
may take. A seed decides which of newsdesk's training texts are used and how they are trained on.
What is scored is macro-F1 at threshold 0.5. Baseline and head get the best of a few settings on the
validation split at each size; the rates of the other two were chosen there for all 1,200 texts, and
few texts get more epochs.
"""

import csv
import sys
from collections.abc import Callable

import numpy as np
import torch
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.multiclass import OneVsRestClassifier

from helpers import training
from helpers.data import FOLDER, load_newsdesk
from helpers.models import load_backbone, predict_logits

SIZES = {50: 16, 100: 12, 200: 8, 400: 6, 1200: 4}  # texts: epochs over them
SEEDS = [0, 1, 2]
RATES = {"body_rate": 1e-4, "head_rate": 5e-3}  # of all weights; train_adapter has its own
JUDGES = ["validation", "test"]
TOLERANCE = 0.02  # between two machines


def choose(n_texts: int, seed: int):
    """Draw training texts at random; all of them come in their own order."""
    train = load_newsdesk(split="train")
    if n_texts == len(train):
        return train
    return train.select(np.random.default_rng(seed).permutation(len(train))[:n_texts].tolist())


def baseline(train, seed: int) -> dict[str, np.ndarray]:
    """TF-IDF and logistic regression."""
    words = TfidfVectorizer(sublinear_tf=True).fit(train["text"][:])
    return logistic_regression(
        train, lambda part: words.transform(part["text"][:]), [0.1, 1, 10, 100]
    )


def head(train, seed: int) -> dict[str, np.ndarray]:
    """Logistic regression on the mean of the frozen encoder's states."""
    backbone, tokenizer = load_backbone()
    return logistic_regression(
        train,
        lambda part: training.cache_features(backbone, tokenizer, part["text"][:]),
        [0.1, 0.3, 1, 3],
    )


def logistic_regression(train, read: Callable, strengths: list) -> dict[str, np.ndarray]:
    """Train with each strength, with and without class weights; keep the best on validation."""
    vectors = {name: read(part) for name, part in judges().items()}
    inputs, targets = read(train), np.array(train["labels"][:])
    found = []
    for strength in strengths:
        for weight in (None, "balanced"):
            one_label = LogisticRegression(C=strength, class_weight=weight, max_iter=10_000)
            model = OneVsRestClassifier(one_label).fit(inputs, targets)
            found.append({name: model.predict(vectors[name]) for name in JUDGES})
    return max(found, key=lambda given: macro_f1(given["validation"], "validation"))


def adapter(train, seed: int) -> dict[str, np.ndarray]:
    """LoRA on the two upper layers, on cached outputs of the lower ones."""
    model, tokenizer = fresh(seed)
    training.train_adapter(model, tokenizer, train, epochs=SIZES[len(train)], seed=seed)
    return predict(model, tokenizer)


def all_weights(train, seed: int) -> dict[str, np.ndarray]:
    """Fine-tuning of everything, with two learning rates."""
    model, tokenizer = fresh(seed)
    training.fine_tune(model, tokenizer, train, epochs=SIZES[len(train)], seed=seed, **RATES)
    return predict(model, tokenizer)


WAYS: dict[str, Callable] = {
    "baseline": baseline,
    "head": head,
    "adapter": adapter,
    "all weights": all_weights,
}


def judges() -> dict:
    """Return the splits on which ways are judged."""
    return {name: load_newsdesk(split=name) for name in JUDGES}


def fresh(seed: int):
    """Load the backbone under a head that this seed draws."""
    torch.manual_seed(seed)
    return load_backbone()


def predict(model, tokenizer) -> dict[str, np.ndarray]:
    """Predict at probability 0.5, which is logit 0."""
    return {
        name: predict_logits(model, tokenizer, part["text"][:]) > 0
        for name, part in judges().items()
    }


def score(way: str, n_texts: int, seed: int) -> dict[str, float]:
    """Train one tagger and judge it; macro-F1 by split."""
    predictions = WAYS[way](choose(n_texts, seed), seed)
    return {name: macro_f1(predictions[name], name) for name in JUDGES}


def macro_f1(predictions: np.ndarray, split: str) -> float:
    """Score predictions of one of the judging splits."""
    targets = np.array(judges()[split]["labels"][:])
    return float(f1_score(targets, predictions, average="macro", zero_division=0))


def main(arguments: list[str]) -> int:
    path = FOLDER / "learning_curve.csv"
    if "--check" in arguments:
        with open(path, encoding="utf-8", newline="") as file:
            rows = {(r["way"], r["texts"], r["seed"]): r for r in csv.DictReader(file)}
        worst = 0.0
        for way, n_texts in [("baseline", 1200), ("head", 1200), ("adapter", 100)]:
            found, stated = score(way, n_texts, 0), rows[way, str(n_texts), "0"]
            apart = np.mean([found[name] - float(stated[name]) for name in JUDGES])
            print(f"{way} on {n_texts} texts: {apart:+.3f} against the file")
            worst = max(worst, abs(apart))
        return 1 if worst > TOLERANCE else 0
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["way", "texts", "seed", *JUDGES])
        for n_texts in SIZES:
            for seed in SEEDS:
                for way in WAYS:
                    found = score(way, n_texts, seed)
                    writer.writerow([way, n_texts, seed, *(f"{found[s]:.3f}" for s in JUDGES)])
                    file.flush()
                    print(n_texts, seed, way, {s: round(x, 3) for s, x in found.items()})
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
