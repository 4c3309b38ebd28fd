"""Training: a head on cached features beside full fine-tuning and a baseline without a model."""

import contextlib
import io

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from transformers import set_seed

from helpers.data import load_newsdesk
from helpers.models import load_backbone, predict_logits
from helpers.training import cache_features, fine_tune, train_head
from timing import medians, table


def bench_training() -> None:
    """Learn newsdesk's four labels from 900 texts in several ways; macro-F1 on the test split.

    One round: full fine-tuning is slow, and a ratio this large needs no median. Loading the
    model counts for none. A further way is a further entry in ``ways`` and in ``predictions``.
    """
    newsdesk = load_newsdesk()
    train, test = list(newsdesk["train"]["text"]), list(newsdesk["test"]["text"])
    targets = {part: np.array(newsdesk[part]["labels"][:], "float32") for part in newsdesk}
    set_seed(0)
    (head_model, tokenizer), (full_model, _) = load_backbone(), load_backbone()
    fresh_head = {
        name: weights.clone()
        for name, weights in head_model.state_dict().items()
        if name.startswith(("bert.pooler.", "classifier."))
    }
    features, trained = {}, {}

    def cached():
        head_model.load_state_dict(fresh_head, strict=False)
        train_head(head_model, features["train"], targets["train"])

    def computed():
        features["train"] = cache_features(head_model, tokenizer, train)
        cached()

    def everything():
        with contextlib.redirect_stdout(io.StringIO()):  # its progress
            fine_tune(full_model, tokenizer, newsdesk["train"])

    def baseline():
        one_label = LogisticRegression(C=100, class_weight="balanced", max_iter=1000)
        trained["words"] = make_pipeline(
            TfidfVectorizer(sublinear_tf=True), OneVsRestClassifier(one_label)
        ).fit(train, targets["train"])

    ways = {
        "head on cached features, features computed": computed,
        "head on cached features, already cached": cached,
        "full fine-tuning, 2 epochs": everything,
        "TF-IDF and logistic regression": baseline,
    }
    seconds = medians(ways, rounds=1)
    head = predict_logits(head_model, tokenizer, test) > 0
    predictions = dict.fromkeys(list(ways)[:2], head) | {
        "full fine-tuning, 2 epochs": predict_logits(full_model, tokenizer, test) > 0,
        "TF-IDF and logistic regression": trained["words"].predict(test),
    }
    scores = {
        name: f1_score(targets["test"], predicted, average="macro")
        for name, predicted in predictions.items()
    }
    table("Learning from 900 texts", seconds, "seconds", also={"macro-F1, test": scores})
