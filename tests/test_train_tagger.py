"""What needs all of newsdesk read by the backbone, which takes long: it is read once for both."""

import numpy as np
import pytest

import train_tagger
from helpers.data import load_newsdesk

PARTS = load_newsdesk()
TEXTS = [text for part in PARTS.values() for text in part["text"]]
SPLIT = np.array([name for name, part in PARTS.items() for _ in range(len(part))])


@pytest.fixture(scope="module")
def read(tagger):
    """First and mean states of every text, as ``train_tagger.features`` returns them."""
    return train_tagger.features(tagger.model, tagger.tokenizer, TEXTS)


def test_no_near_twins_across_splits(read):
    vectors = read[1] / np.linalg.norm(read[1], axis=1, keepdims=True)
    cosine = vectors @ vectors.T
    cosine[SPLIT[:, None] == SPLIT[None, :]] = 0
    i, j = np.unravel_index(cosine.argmax(), cosine.shape)
    assert cosine[i, j] <= 0.9, (TEXTS[i], TEXTS[j])


def test_training_again_gives_the_shipped_head(read, monkeypatch, capsys):
    def known(model, tokenizer, texts):
        if not set(texts) <= set(TEXTS):
            return compute(model, tokenizer, texts)
        rows = [TEXTS.index(text) for text in texts]
        return read[0][rows], read[1][rows]  # the tagger's encoder is the backbone's, frozen

    compute = train_tagger.features
    monkeypatch.setattr(train_tagger, "features", known)
    assert train_tagger.main(["--check"]) == 0
    assert "differ by at most" in capsys.readouterr().out
