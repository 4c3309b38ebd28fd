"""Training: a head, an adapter and all weights, beside a plain baseline and SetFit."""

import contextlib
import importlib.util
import io
import json
import tempfile
from collections.abc import Callable

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from transformers import set_seed

from helpers import course
from helpers.data import load_newsdesk
from helpers.models import installed_backbone, load_backbone, predict_logits
from helpers.training import cache_features, fine_tune, train_adapter
from memory import fresh_process, peak
from timing import ROUNDS, medians, table

CACHED = "head, features already cached"
COMPUTED = "head, features computed first"
ADAPTER = "adapter on the 2 upper layers, 4 epochs"
EVERYTHING = "full fine-tuning, 4 epochs"
BASELINE = "TF-IDF and logistic regression"
FEW, FEW_CACHED, FEW_COMPUTED, FEW_ADAPTER, FEW_EVERYTHING, SETFIT = (
    100,
    "head, 100 texts, features already cached",
    "head, 100 texts, features computed first",
    "adapter, 100 texts, 12 epochs",
    "full fine-tuning, 100 texts, 12 epochs",
    "SetFit (contrastive pairs), 100 texts",
)
AS_IN_CHAPTER_5 = {"body_rate": 1e-4, "head_rate": 5e-3}


def ways() -> dict[str, Callable[[], Callable[[list[str]], np.ndarray]]]:
    """Return each way to train: a function that trains, and returns a function that predicts."""
    newsdesk = load_newsdesk()
    train = newsdesk["train"]
    texts, targets = list(train["text"]), np.array(train["labels"][:], "float32")
    set_seed(0)
    model, tokenizer = load_backbone()
    features = []

    def predict(texts):
        return predict_logits(model, tokenizer, texts) > 0

    def head(n_texts: int, compute: bool):
        def way():
            if compute or not features:
                features.append(cache_features(model, tokenizer, texts[:n_texts]))
            one_label = LogisticRegression(C=0.3, class_weight="balanced", max_iter=10_000)
            fitted = OneVsRestClassifier(one_label).fit(features[-1], targets[:n_texts])
            return lambda texts: fitted.predict(cache_features(model, tokenizer, texts))

        return way

    def adapter(n_texts: int, epochs: int):
        def way():
            some = train.select(range(n_texts))
            train_adapter(model, tokenizer, some, epochs=epochs)
            return predict

        return way

    def everything(n_texts: int, epochs: int):
        def way():
            with contextlib.redirect_stdout(io.StringIO()):  # its progress
                some = train.select(range(n_texts))
                fine_tune(model, tokenizer, some, epochs=epochs, **AS_IN_CHAPTER_5)
            return predict

        return way

    def baseline():
        one_label = LogisticRegression(C=10, class_weight="balanced", max_iter=10_000, tol=1e-6)
        words = make_pipeline(TfidfVectorizer(sublinear_tf=True), OneVsRestClassifier(one_label))
        return words.fit(texts, targets).predict

    return {
        CACHED: head(len(texts), compute=False),
        COMPUTED: head(len(texts), compute=True),
        ADAPTER: adapter(len(texts), 4),
        EVERYTHING: everything(len(texts), 4),
        BASELINE: baseline,
        FEW_CACHED: head(FEW, compute=False),
        FEW_COMPUTED: head(FEW, compute=True),
        FEW_ADAPTER: adapter(FEW, 12),
        FEW_EVERYTHING: everything(FEW, 12),
        SETFIT: lambda: by_setfit(texts[:FEW], targets[:FEW]),
    }


def by_setfit(texts: list[str], targets: np.ndarray):
    """Fine-tune the encoder on pairs of texts, alike or not, then fit logistic regression."""
    from datasets import Dataset
    from setfit import SetFitModel, Trainer, TrainingArguments

    model = SetFitModel.from_pretrained(
        installed_backbone(),
        multi_target_strategy="one-vs-rest",
        head_params={"class_weight": "balanced"},
    )
    dataset = Dataset.from_dict({"text": texts, "label": targets.astype(int).tolist()})
    arguments = TrainingArguments(
        output_dir=tempfile.mkdtemp(),
        batch_size=16,
        num_iterations=20,  # pairs of each kind per text, the number in SetFit's paper
        report_to="none",
        save_strategy="no",
        show_progress_bar=False,
    )
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        Trainer(model=model, args=arguments, train_dataset=dataset).train()
    return lambda texts: np.asarray(model.predict(texts, as_numpy=True))


def measure(name: str) -> dict[str, float]:
    """Train in one way; return seconds without loading, macro-F1 on test, and peak MB."""
    course.start("05")  # no chatter while loading
    test = load_newsdesk(split="test")
    way = ways()[name]
    cached = name in (CACHED, FEW_CACHED)
    if cached:
        way()  # computes the features, and keeps them
    predictors = []
    seconds = medians({name: lambda: predictors.append(way())}, ROUNDS if cached else 1)[name]
    most, predict = peak() / 1e6, predictors[-1]
    score = f1_score(np.array(test["labels"][:]), predict(list(test["text"])), average="macro")
    return {"seconds": seconds, "macro-F1, test": score, "peak MB": most}


def bench_training() -> None:
    """Learn newsdesk's four labels in several ways: seconds, macro-F1 on test, peak memory.

    Each way in a process of its own, once, but for the quick head on cached features: the others
    are slow, and ratios this large need no median.
    """
    few = [FEW_CACHED, FEW_COMPUTED, FEW_ADAPTER, FEW_EVERYTHING]
    if importlib.util.find_spec("setfit"):
        few.append(SETFIT)
    else:
        print("\nSetFit is not installed: .venv/bin/uv pip install --no-deps setfit evaluate")
    columns = {}
    for title, names in (
        ("Learning from 1,200 texts", [CACHED, COMPUTED, ADAPTER, EVERYTHING, BASELINE]),
        (f"Learning from {FEW} texts", few),
    ):
        for name in names:
            code = f"import json, training; print('is', json.dumps(training.measure({name!r})))"
            found = json.loads(fresh_process(code).rsplit("is ", 1)[1])
            for column, value in found.items():
                columns.setdefault(column, {})[name] = value
        also = {column: values for column, values in columns.items() if column != "seconds"}
        table(title, {name: columns["seconds"][name] for name in names}, "seconds", also=also)
    seconds, scores = columns["seconds"], columns["macro-F1, test"]
    print(
        f"\nFull fine-tuning takes {seconds[EVERYTHING] / seconds[ADAPTER]:.1f} times as long as "
        f"the adapter (macro-F1 {scores[EVERYTHING] - scores[ADAPTER]:+.3f}) and "
        f"{seconds[EVERYTHING] / seconds[COMPUTED]:.1f} times as long as the head with its "
        f"features ({scores[EVERYTHING] - scores[COMPUTED]:+.3f})."
    )


if __name__ == "__main__":
    bench_training()
