import numpy as np
import pytest
import torch
from datasets import ClassLabel, Dataset, DatasetDict, Features, Sequence, Value

import build
from common import ROOT
from helpers import models
from helpers.data import load_newsdesk
from helpers.models import load_backbone, predict_logits
from helpers.training import _parameter_groups, cache_features, fine_tune, train_head

HEAD = ("bert.pooler.", "classifier.")


@pytest.fixture(scope="module")
def loaded():
    torch.manual_seed(0)
    return load_backbone()


@pytest.fixture(scope="module")
def start(loaded):
    return {name: weights.clone() for name, weights in loaded[0].state_dict().items()}


@pytest.fixture
def fresh(loaded, start):
    """The same model and tokenizer for every test, its weights put back."""
    model, tokenizer = loaded
    model.load_state_dict(start)
    model.config.problem_type = models.PROBLEM_TYPE
    return model.eval(), tokenizer


@pytest.fixture(scope="module")
def few():
    return load_newsdesk(split="train").select(range(24))


@pytest.fixture(scope="module")
def learned(loaded, start, few):
    model, tokenizer = loaded
    model.load_state_dict(start)
    return cache_features(model, tokenizer, few["text"]), np.array(few["labels"][:], "float32")


def changed(model, start) -> set[str]:
    now = model.state_dict()
    return {name for name in start if not torch.equal(now[name], start[name])}


def chapter(*needles: str) -> str:
    """The code of chapter 5's cells that hold one of the needles."""
    cells = build.cells(ROOT / "source" / "notebooks" / "05_training.py").cells
    found = [cell.source for cell in cells if any(needle in cell.source for needle in needles)]
    assert len(found) == len(needles)
    return "\n".join(found)


# Cached features


def test_features_are_what_the_head_reads(fresh, few):
    model, tokenizer = fresh
    texts = few["text"][:7]
    first = torch.tensor(cache_features(model, tokenizer, texts, batch_size=3))
    assert first.shape == (7, 384) and first.dtype == torch.float32
    with torch.no_grad():
        logits = model.classifier(model.bert.pooler(first[:, None])).numpy()
    np.testing.assert_allclose(logits, predict_logits(model, tokenizer, texts), atol=1e-5)


def test_features_of_a_model_in_training_mode(fresh):
    model, tokenizer = fresh
    expected = cache_features(model, tokenizer, ["A late goal."])
    model.train()
    np.testing.assert_array_equal(cache_features(model, tokenizer, ["A late goal."]), expected)
    assert model.training


def test_a_long_text_is_said_to_be_cut_where_it_was_passed(fresh):
    for run in (cache_features, predict_logits):
        with pytest.warns(UserWarning, match="1 of 1 texts") as caught:
            run(*fresh, ["word " * 600])
        assert caught[0].filename == __file__


# The head


def test_only_the_head_changes(fresh, start, learned):
    model, _ = fresh
    losses = train_head(model, *learned, epochs=3)
    assert changed(model, start) == {name for name in start if name.startswith(HEAD)}
    assert len(losses) == 3 and losses[-1] < losses[0] < 0.75
    assert not any(module.training for module in model.modules())
    assert all(weights.grad is None for weights in model.parameters())


def test_the_same_head_each_time(fresh, start, learned):
    model, _ = fresh
    model.train()
    torch.manual_seed(1)
    first = train_head(model, *learned, epochs=2, batch_size=8)
    state = torch.get_rng_state()
    weights = model.classifier.weight.clone()
    model.load_state_dict(start)
    assert train_head(model, *learned, epochs=2, batch_size=8) == pytest.approx(first, abs=1e-6)
    torch.testing.assert_close(model.classifier.weight, weights, atol=1e-6, rtol=0)
    assert torch.equal(torch.get_rng_state(), state), "torch's generator was used"
    model.load_state_dict(start)
    assert train_head(model, *learned, epochs=2, batch_size=8, seed=1) != pytest.approx(
        first, abs=1e-6
    )


def test_chapter_and_helper_train_the_same_head(fresh, start, learned):
    model, _ = fresh
    namespace = {"torch": torch, "model": model, "features": {"train": learned[0]}}
    namespace["a_few"] = learned[0][:3]
    for part in ("def my_head", "def my_epoch"):
        exec(chapter(part), namespace)
    inputs, wanted = map(torch.tensor, learned)
    weights = [*model.bert.pooler.parameters(), *model.classifier.parameters()]
    optimizer = torch.optim.AdamW(weights, lr=1e-3)
    order = torch.Generator().manual_seed(0)
    losses = [namespace["my_epoch"](optimizer, inputs, wanted, order) for _ in range(4)]
    model.load_state_dict(start)
    assert train_head(model, *learned, epochs=4) == pytest.approx(losses, abs=1e-6)


def test_a_distilbert_has_another_head(few):
    from transformers import DistilBertConfig, DistilBertForSequenceClassification

    torch.manual_seed(0)
    model = DistilBertForSequenceClassification(
        DistilBertConfig(
            dim=16, hidden_dim=32, n_layers=1, n_heads=2, num_labels=4,
            problem_type=models.PROBLEM_TYPE,
        )
    ).eval()  # fmt: skip
    _, tokenizer = load_backbone()
    tokenizer.model_input_names = ["input_ids", "attention_mask"]
    before = {name: weights.clone() for name, weights in model.state_dict().items()}
    features = cache_features(model, tokenizer, few["text"])
    assert features.shape == (24, 16)
    train_head(model, features, np.array(few["labels"][:], "float32"), epochs=1)
    assert {name.split(".")[0] for name in changed(model, before)} == {
        "pre_classifier",
        "classifier",
    }


def test_a_head_of_another_build_is_refused(learned):
    from transformers import RobertaConfig, RobertaForSequenceClassification

    model = RobertaForSequenceClassification(
        RobertaConfig(
            hidden_size=384, num_hidden_layers=1, num_attention_heads=2, num_labels=4,
            intermediate_size=8, vocab_size=20, problem_type=models.PROBLEM_TYPE,
        )
    )  # fmt: skip
    with pytest.raises(ValueError, match=r"RobertaForSequenceClassification.*Use fine_tune"):
        train_head(model, *learned)


# The whole model


def test_fine_tuning(fresh, start, few, tmp_path, monkeypatch, capsys):
    from transformers import Trainer

    rates, original = [], Trainer.train

    def watched(self):
        result = original(self)
        rates.extend(group["initial_lr"] for group in self.optimizer.param_groups)
        sizes.extend(len(group["params"]) for group in self.optimizer.param_groups)
        return result

    sizes = []
    monkeypatch.setattr(Trainer, "train", watched)
    monkeypatch.chdir(tmp_path)
    model, tokenizer = fresh
    history = fine_tune(
        model, tokenizer, few, few.select(range(4)), epochs=2, body_rate=3e-5, head_rate=4e-3
    )
    assert rates == [3e-5, 4e-3]
    assert sizes == [101, 4]
    assert list(history) == ["training loss", "validation loss", "validation macro-F1"]
    assert list(history.index) == [1.0, 2.0]
    assert history["training loss"].iloc[-1] < history["training loss"].iloc[0] < 0.8
    assert history["validation macro-F1"].between(0, 1).all()
    moved = changed(model, start)
    assert {"classifier.weight", "bert.encoder.layer.0.output.dense.weight"} <= moved
    assert not any(module.training for module in model.modules())
    first, second = (predict_logits(model, tokenizer, few["text"][:2]) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert list(tmp_path.iterdir()) == []
    out = capsys.readouterr()
    where = "GPU" if torch.cuda.is_available() else "CPU"
    assert f"Trained on 24 texts in 4 steps on the {where}" in out.out
    assert "{" not in out.out, "Trainer's own lines"


def test_fine_tuning_is_the_same_each_time_and_as_the_chapter_does_it(fresh, start, few):
    model, tokenizer = fresh
    few = few.select(range(8))
    fine_tune(model, tokenizer, few, epochs=1)
    once = model.classifier.weight.clone()
    model.load_state_dict(start)
    torch.rand(3)
    fine_tune(model, tokenizer, few, epochs=1)
    torch.testing.assert_close(model.classifier.weight, once, atol=1e-6, rtol=0)

    namespace = {"torch": torch, "model": model}
    exec(chapter("def two_rates").split("\n\n\nfor")[0], namespace)
    theirs = namespace["two_rates"](model, 2e-4, 2e-3).param_groups
    for group, our_group in zip(theirs, _parameter_groups(model, 2e-4, 2e-3), strict=True):
        assert group["lr"] == our_group["lr"]
        assert [id(w) for w in group["params"]] == [id(w) for w in our_group["params"]]


def test_a_folder_gets_checkpoints(fresh, few, tmp_path):
    fine_tune(*fresh, few.select(range(4)), epochs=1, folder=tmp_path)
    assert (tmp_path / "checkpoint-1" / "model.safetensors").is_file()


def test_a_notebook_shows_a_bar_and_keeps_a_line_without_times(fresh, few, monkeypatch):
    shown = []

    class Handle:
        def update(self, bundle, raw):
            shown.append(bundle)

    monkeypatch.setattr("transformers.utils.is_in_notebook", lambda: True)
    monkeypatch.setattr("IPython.display.display", lambda *things, **options: Handle())
    fine_tune(*fresh, few.select(range(4)), epochs=1, batch_size=2)
    assert '<progress value="1" max="2">' in shown[0]["text/html"]
    assert "s left" in shown[0]["text/html"]
    (line,) = shown[-1].values()
    assert line.startswith("Trained on 4 texts in 2 steps on the ")


# Bad input


@pytest.mark.parametrize(
    ("texts", "error", "says"),
    [
        ([], ValueError, "texts is empty"),
        ("one text", TypeError, "Put it in a list"),
        (["fine", None], TypeError, r"texts\[1\] is None"),
    ],
)
def test_bad_texts(fresh, texts, error, says):
    with pytest.raises(error, match=says):
        cache_features(*fresh, texts)


ONES = np.ones((24, 4), "float32")


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"targets": ONES.astype(int)}, TypeError, r"whole numbers \(int64\).*astype"),
        ({"targets": ONES.astype(bool)}, TypeError, r"whole numbers \(bool\)"),
        ({"targets": ONES * 2.3}, ValueError, "2.3.*look like logits"),
        ({"targets": ONES * 0.3}, ValueError, "probabilities"),
        ({"targets": ONES[:, :3]}, ValueError, r"\(24, 3\), but the model has 4 labels"),
        ({"targets": ONES[:20]}, ValueError, "features has 24 texts and targets 20"),
        ({"targets": ONES[0]}, ValueError, r"shape \(4,\)"),
        ({"targets": ONES * np.nan}, ValueError, "NaN"),
        ({"features": np.ones((24, 5))}, ValueError, r"\(24, 5\).*hidden size is 384"),
        ({"features": np.ones((24, 384), int)}, TypeError, "features are whole numbers"),
        ({"features": np.full((24, 384), np.nan)}, ValueError, "features holds NaN"),
        ({"features": np.empty((0, 384))}, ValueError, "no texts"),
        ({"epochs": 0}, ValueError, "epochs is 0, expected a whole number"),
        ({"epochs": 1.5}, TypeError, "epochs is 1.5"),
        ({"learning_rate": -1e-3}, ValueError, "learning_rate is -0.001"),
        ({"batch_size": 2.5}, TypeError, "batch_size is 2.5"),
    ],
)
def test_train_head_refuses(fresh, start, learned, change, error, says):
    model, _ = fresh
    good = {"features": learned[0], "targets": learned[1], "epochs": 1}
    with pytest.raises(error, match=says):
        train_head(model, **(good | change))
    assert not changed(model, start)


def test_features_are_named_by_what_they_are(fresh, learned):
    features, targets = learned
    for wrong, says in (
        (features[0], r"shape \(384,\), expected \(n_texts, hidden_size\)"),
        (features * np.inf, "infinity. Pass what cache_features returned"),
        (features.astype(int), "expected floats. Pass what cache_features returned"),
    ):
        with np.errstate(invalid="ignore"), pytest.raises((TypeError, ValueError), match=says):
            train_head(fresh[0], wrong, targets)


def test_numbers_of_numpy_are_settings_too(fresh, start, learned):
    model, _ = fresh
    plain = train_head(model, *learned, epochs=2, learning_rate=0.5, batch_size=8, seed=3)
    model.load_state_dict(start)
    again = train_head(
        model,
        *learned,
        epochs=np.int64(2),
        learning_rate=np.float32(0.5),
        batch_size=np.int32(8),
        seed=np.uint64(3),
    )
    assert again == pytest.approx(plain, abs=1e-6)


def test_lists_and_tensors_are_fine(fresh, learned):
    features, targets = learned
    train_head(fresh[0], torch.tensor(features), targets.tolist(), epochs=1)


@pytest.mark.parametrize("sets", [[[0], []], [[0], [1]], [[0, 1], [2, 3]]])
def test_class_numbers_are_named(fresh, sets):
    names = ClassLabel(names=["joy", "fear", "anger", "calm"])
    features = Features({"text": Value("string"), "labels": Sequence(names)})
    train = Dataset.from_dict({"text": ["a", "b"], "labels": sets}, features=features)
    with pytest.raises(TypeError, match=r"train\['labels'\] are class numbers.*label_names\[i\]"):
        fine_tune(*fresh, train)
    with pytest.raises(ValueError, match=r"different lengths.*Class numbers"):
        fine_tune(*fresh, dataset(labels=[[0], [1, 2]]))


def dataset(**changes) -> Dataset:
    return Dataset.from_dict({"text": ["a", "b"], "labels": [[0.0, 1, 0, 0]] * 2} | changes)


@pytest.mark.parametrize(
    ("train", "error", "says"),
    [
        (dataset(labels=[[0, 1, 0, 0]] * 2), TypeError, r"train\['labels'\] are whole numbers"),
        (dataset(labels=[[0.0, 1]] * 2), ValueError, r"\(2, 2\), but the model has 4 labels"),
        (dataset(labels=[[0.0, 1, 0, 0], [1.0]]), ValueError, "rows of different lengths"),
        (dataset(labels=[[-2.3, 1.1, 0.0, 4.0]] * 2), ValueError, "look like logits"),
        (dataset(labels=[["law"], []]), (TypeError, ValueError), "labels"),
        (dataset(labels=[1, 2]), ValueError, r"shape \(2,\)"),
        (dataset(text=["a", None]), TypeError, r"texts\[1\] is None"),
        (dataset().rename_column("labels", "targets"), ValueError, "no column labels; it has text"),
        (dataset().select([]), ValueError, "train is empty"),
        (DatasetDict(train=dataset()), TypeError, r"DatasetDict.*one split"),
        (["a text"], TypeError, "list, expected a datasets.Dataset"),
    ],
)
def test_fine_tune_refuses(fresh, train, error, says):
    with pytest.raises(error, match=says):
        fine_tune(*fresh, train)


@pytest.mark.parametrize(
    ("settings", "error", "says"),
    [
        ({"epochs": 0}, ValueError, "epochs is 0, expected a number above 0"),
        ({"body_rate": 0}, ValueError, "body_rate is 0"),
        ({"head_rate": "fast"}, TypeError, "head_rate is 'fast'"),
        ({"batch_size": 0}, ValueError, "batch_size is 0"),
        ({"warmup": 10}, ValueError, "warmup is 10, expected a share"),
    ],
)
def test_fine_tune_refuses_settings(fresh, few, settings, error, says):
    with pytest.raises(error, match=says):
        fine_tune(*fresh, few, **settings)


@pytest.mark.parametrize("problem_type", [None, "single_label_classification", "multi_label"])
def test_a_model_for_another_problem_is_refused(fresh, few, learned, problem_type):
    model, tokenizer = fresh
    model.config.problem_type = problem_type
    with pytest.raises(ValueError, match=f"problem_type is {problem_type!r}"):
        train_head(model, *learned)
    with pytest.raises(ValueError, match=f"problem_type is {problem_type!r}"):
        fine_tune(model, tokenizer, few)


def test_import_is_light(run_python):
    out = run_python(
        "import sys\n"
        "import helpers.training\n"
        "print([name for name in ('torch', 'transformers', 'datasets') if name in sys.modules])\n"
    )
    assert out.strip() == "[]"
