"""What needs all of newsdesk read by the backbone, which takes long: it is read once for both."""

import numpy as np
import pytest

import train_tagger
from helpers.data import load_newsdesk
from helpers.models import load_backbone

PARTS = load_newsdesk()
TEXTS = [text for part in PARTS.values() for text in part["text"]]
SPLIT = np.array([name for name, part in PARTS.items() for _ in range(len(part))])


@pytest.fixture(scope="module")
def read():
    """First and mean states of every text by the backbone, as ``train_tagger.features`` does."""
    return train_tagger.features(*load_backbone(), TEXTS)


def test_no_near_twins_across_splits(read):
    vectors = read[1] / np.linalg.norm(read[1], axis=1, keepdims=True)
    cosine = vectors @ vectors.T
    cosine[SPLIT[:, None] == SPLIT[None, :]] = 0
    i, j = np.unravel_index(cosine.argmax(), cosine.shape)
    assert cosine[i, j] <= 0.9, (TEXTS[i], TEXTS[j])


@pytest.mark.slow
def test_training_again_gives_a_tagger_as_good_as_the_shipped_one(read, monkeypatch, capsys):
    def known(model, tokenizer, texts):
        if not set(texts) <= set(TEXTS):
            return compute(model, tokenizer, texts)
        rows = [TEXTS.index(text) for text in texts]
        return read[0][rows], read[1][rows]

    compute = train_tagger.features
    monkeypatch.setattr(train_tagger, "features", known)
    status = train_tagger.main(["--check"])
    assert status == 0, capsys.readouterr().out
