"""Train the shipped tagger's head on cached features of newsdesk's training split.

    python tools/train_tagger.py            train, then write src/helpers/files/tagger/
    python tools/train_tagger.py --check    train; exit 1 where the result is not the shipped one

The backbone stays as it is. It was trained so that the mean over a text's tokens says what the
text is about, but the stock classification model reads only the first token, through the pooler.
So the head is taught in two steps, each a convex problem with one solution, the same on every
machine:

1. the pooler, by ridge regression, to say from the first token what the mean over all tokens
   says (no labels needed, so halves and pairs of training texts serve as further examples);
2. the classifier, by logistic regression, to tell the labels from what the pooler says.
"""

import hashlib
import itertools
import json
import sys

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline

from helpers import metrics, thresholds
from helpers.activations import sigmoid
from helpers.data import TASK_LABELS, load_newsdesk
from helpers.models import (
    BACKBONE_SHA256,
    HUB_ID,
    TAGGER_FOLDER,
    load_backbone,
    load_tagger,
    predict_logits,
    run_in_batches,
)

# Chosen by five-fold cross-validation over the training and validation splits.
RIDGE = 3.0
INVERSE_PENALTY = 0.3
POSITIVE_WEIGHT = 2.0  # a strong penalty pulls rare labels towards "no"; this pulls back
TOLERANCE = 1e-4  # in probabilities, between a head trained here and the shipped one


def features(model, tokenizer, texts: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return the first token's last hidden state and the mean over all tokens, float64.

    Both are ``(n_texts, hidden_size)``; padding does not count.
    """

    def read(batch):
        hidden = model.base_model(**batch).last_hidden_state
        mask = batch["attention_mask"].unsqueeze(-1)
        return torch.hstack([hidden[:, 0], (hidden * mask).sum(dim=1) / mask.sum(dim=1)])

    size = model.config.hidden_size
    both = run_in_batches(model, tokenizer, texts, read, 2 * size).astype(float)
    return both[:, :size], both[:, size:]


def pieces(texts: list[str]) -> list[str]:
    """Cut every text in half, and join every text with the next."""
    halves = []
    for text in texts:
        words = text.split()
        halves += [" ".join(words[: len(words) // 2]), " ".join(words[len(words) // 2 :])]
    return halves + [f"{a} {b}" for a, b in itertools.pairwise(texts)]


def train() -> dict[str, torch.Tensor]:
    """Return the head's weights under the names that the model gives them."""
    model, tokenizer = load_backbone()
    split = load_newsdesk(split="train")
    texts, targets = list(split["text"]), np.array(split["labels"][:])
    first, mean = features(model, tokenizer, texts)
    more_first, more_mean = features(model, tokenizer, pieces(texts))
    ridge = Ridge(alpha=RIDGE).fit(np.vstack([first, more_first]), np.vstack([mean, more_mean]))
    pooled = np.tanh(ridge.predict(first))  # the stock pooler ends in a tanh
    logistic = OneVsRestClassifier(
        LogisticRegression(
            C=INVERSE_PENALTY, class_weight={0: 1.0, 1: POSITIVE_WEIGHT}, tol=1e-8, max_iter=10_000
        )
    ).fit(pooled, targets)
    weights = {
        "bert.pooler.dense.weight": ridge.coef_,
        "bert.pooler.dense.bias": ridge.intercept_,
        "classifier.weight": np.vstack([one.coef_[0] for one in logistic.estimators_]),
        "classifier.bias": np.array([one.intercept_[0] for one in logistic.estimators_]),
    }
    return {
        name: torch.tensor(np.ascontiguousarray(array), dtype=torch.float32)
        for name, array in weights.items()
    }


def predict_baseline() -> tuple[np.ndarray, str]:
    """Return the predictions of a TF-IDF baseline for the test split, and what it is.

    Its two settings are chosen on the validation split, so that it is a fair rival.
    """
    parts = load_newsdesk()
    texts = {name: list(part["text"]) for name, part in parts.items()}
    targets = {name: np.array(part["labels"][:]) for name, part in parts.items()}
    best = (-1.0, None, "")
    for penalty in (1.0, 10.0, 100.0):
        for weight in (None, "balanced"):
            model = make_pipeline(
                TfidfVectorizer(sublinear_tf=True),
                OneVsRestClassifier(
                    # The default tolerance stops so early that the baseline loses a point.
                    LogisticRegression(C=penalty, class_weight=weight, max_iter=10_000, tol=1e-6)
                ),
            ).fit(texts["train"], targets["train"])
            predictions = model.predict(texts["validation"])
            score = metrics.summary(targets["validation"], predictions)["macro-F1"]
            if score > best[0]:
                best = (score, model, f"C={penalty:g}, class_weight={weight}")
    return best[1].predict(texts["test"]), best[2]


def measure(targets: np.ndarray, predictions: np.ndarray) -> dict[str, float]:
    """Score 0/1 predictions ``(n_texts, n_labels)``: F1 in three averages, and exact sets."""
    all_labels = metrics.summary(targets, predictions)
    each = metrics.per_label(targets, predictions, TASK_LABELS)["f1"]
    names = ["micro-F1", "macro-F1", "subset accuracy"]
    return {**all_labels[names], **each.rename("F1 {}".format)}


def card() -> str:
    """Write the tagger's card: what it is and how it scores on the test split."""
    tagger = load_tagger()
    test = load_newsdesk(split="test")
    targets = np.array(test["labels"][:])
    probabilities = sigmoid(predict_logits(tagger.model, tagger.tokenizer, test["text"]))
    ours = measure(targets, probabilities > tagger.thresholds)
    predictions, settings = predict_baseline()
    baseline = measure(targets, predictions)
    rows = "\n".join(f"| {name} | {ours[name]:.2f} | {baseline[name]:.2f} |" for name in ours)
    size = (TAGGER_FOLDER / "head.safetensors").stat().st_size
    return f"""# The shipped tagger

Made by `tools/train_tagger.py`, which also writes this page.

- **Backbone**: {HUB_ID}, frozen (sha256 `{BACKBONE_SHA256}`).
- **Head**: `head.safetensors`, {size / 1e6:.2f} MB: a pooler and a classifier for
  {", ".join(TASK_LABELS)}.
- **Trained on** newsdesk's {len(load_newsdesk(split="train"))} training texts.
- **Thresholds**: {", ".join(f"{t:g}" for t in tagger.thresholds)}. They are a convention, not a
  choice: chapter 7 chooses them.

## On newsdesk's {len(test)} test texts
The baseline is TF-IDF and logistic regression ({settings}, chosen on the validation split).

| | tagger | baseline |
|---|---|---|
{rows}

## Limits
It knows the four labels only as [newsdesk](../DATA_CARD.md) uses them: short, polite, invented news
in English. On anything else, measure before you trust it.
"""


def main(arguments: list[str]) -> int:
    head = train()
    if "--check" in arguments:
        shipped = load_file(TAGGER_FOLDER / "head.safetensors")
        tagger = load_tagger()
        texts = load_newsdesk(split="test")["text"]
        before = sigmoid(predict_logits(tagger.model, tagger.tokenizer, texts))
        assert shipped.keys() == head.keys(), (shipped.keys(), head.keys())
        tagger.model.load_state_dict(head, strict=False)
        after = sigmoid(predict_logits(tagger.model, tagger.tokenizer, texts))
        apart = float(np.abs(after - before).max())
        print(f"probabilities of the test split differ by at most {apart:.1e}")
        return 0 if apart <= TOLERANCE else 1
    TAGGER_FOLDER.mkdir(exist_ok=True)
    save_file(head, TAGGER_FOLDER / "head.safetensors")
    facts = {
        "version": 1,
        "label_names": TASK_LABELS,
        "backbone": HUB_ID,
        "backbone_sha256": BACKBONE_SHA256,
        "head_sha256": hashlib.sha256(
            (TAGGER_FOLDER / "head.safetensors").read_bytes()
        ).hexdigest(),
    }
    with open(TAGGER_FOLDER / "tagger.json", "w", encoding="utf-8", newline="\n") as file:
        file.write(json.dumps(facts, indent=2) + "\n")
    thresholds.save(TAGGER_FOLDER, 0.5, TASK_LABELS, "a convention; chapter 7 chooses them")
    text = card()
    with open(TAGGER_FOLDER / "CARD.md", "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
