import numpy as np
import pytest
import torch
from datasets import ClassLabel, Dataset, DatasetDict, Features, Sequence, Value

import build
from common import ROOT
from helpers import models
from helpers.data import load_newsdesk
from helpers.models import load_backbone, predict_logits
from helpers.training import (
    _parameter_groups,
    cache_features,
    fine_tune,
    pad_states,
    train_adapter,
    upper_logits,
)


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


def test_features_are_the_mean_over_a_texts_own_tokens(fresh, few):
    model, tokenizer = fresh
    texts = few["text"][:7]
    together = cache_features(model, tokenizer, texts, batch_size=3)
    assert together.shape == (7, 384) and together.dtype == np.float32
    for text, vector in zip(texts, together, strict=True):
        with torch.no_grad():
            states = model.base_model(**tokenizer(text, return_tensors="pt")).last_hidden_state
        np.testing.assert_allclose(vector, states[0].mean(dim=0), atol=1e-5)


def test_chapter_and_helper_make_the_same_features(fresh, few):
    model, tokenizer = fresh
    namespace = {"torch": torch, "model": model, "tokenizer": tokenizer}
    exec(
        "def mean_state" + chapter("def mean_state").split("def mean_state")[1].split("\n\n")[0],
        namespace,
    )
    theirs = namespace["mean_state"](few["text"][:5])
    np.testing.assert_allclose(theirs, cache_features(model, tokenizer, few["text"][:5]), atol=1e-5)


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


# The adapter


def test_the_upper_layers_go_on_where_the_lower_ones_stopped(fresh, few):
    model, tokenizer = fresh
    batch = tokenizer(few["text"][:6], padding=True, return_tensors="pt")
    with torch.no_grad():
        output = model(**batch, output_hidden_states=True)
        states = [
            state[: mask.sum()]
            for state, mask in zip(output.hidden_states[3], batch["attention_mask"], strict=True)
        ]
        hidden, mask = pad_states(states)
        assert torch.equal(mask.long(), batch["attention_mask"])
        logits = upper_logits(model, hidden, mask, layers=3)
    torch.testing.assert_close(logits, output.logits, atol=1e-5, rtol=0)


def test_only_upper_layers_pooler_and_head_change(fresh, start, few):
    model, tokenizer = fresh
    losses = train_adapter(model, tokenizer, few, layers=1, epochs=6)
    assert len(losses) == 6 and losses[-1] < losses[0] < 0.8
    linear = "attention.self.query attention.self.key attention.self.value attention.output.dense"
    linear = [*linear.split(), "intermediate.dense", "output.dense"]
    expected = {f"bert.encoder.layer.5.{name}.weight" for name in linear}
    assert changed(model, start) == expected | {
        name for name in start if name.startswith(("bert.pooler.", "classifier."))
    }
    assert type(model).__name__ == "BertForSequenceClassification"
    assert set(model.state_dict()) == set(start), "peft's layers were left in it"
    assert not any(module.training for module in model.modules())
    assert all(p.requires_grad and p.grad is None for p in model.parameters())


def test_the_addition_has_low_rank(fresh, start, few):
    model, tokenizer = fresh
    train_adapter(model, tokenizer, few, rank=2, epochs=3)
    name = "bert.encoder.layer.4.intermediate.dense.weight"
    singular = torch.linalg.svdvals(model.state_dict()[name] - start[name])
    assert singular[1] > 1e-3 and singular[2] < 1e-5


def test_the_same_adapter_each_time(fresh, start, few):
    model, tokenizer = fresh
    first = train_adapter(model, tokenizer, few, epochs=2)
    model.load_state_dict(start)
    torch.rand(3)
    assert train_adapter(model, tokenizer, few, epochs=2) == pytest.approx(first, abs=1e-6)
    model.load_state_dict(start)
    other = train_adapter(model, tokenizer, few, epochs=2, seed=1)
    assert other != pytest.approx(first, abs=1e-6)


def test_a_saved_adapter_is_small_and_gives_the_same_logits(fresh, start, few, tmp_path):
    from peft import PeftModel

    model, tokenizer = fresh
    train_adapter(model, tokenizer, few, epochs=3, folder=tmp_path)
    logits = predict_logits(model, tokenizer, few["text"])
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) < 1.1e6
    model.load_state_dict(start)
    again = PeftModel.from_pretrained(model, tmp_path).merge_and_unload()
    again.requires_grad_(True)  # it is the same model, which other tests train
    np.testing.assert_allclose(predict_logits(again, tokenizer, few["text"]), logits, atol=1e-5)


def test_chapter_and_peft_add_the_same(fresh):
    from peft import LoraConfig, get_peft_model

    namespace = {"torch": torch}
    exec(chapter("class LowRank"), namespace)
    plain = torch.nn.Sequential(torch.nn.Linear(6, 5))
    vectors, weight = torch.randn(3, 6), plain[0].weight.detach().clone()
    theirs = get_peft_model(plain, LoraConfig(r=8, lora_alpha=16, target_modules=["0"]))
    torch.nn.init.normal_(theirs.base_model.model[0].lora_B["default"].weight)
    ours = namespace["LowRank"](5, 6)
    ours.a.data = theirs.base_model.model[0].lora_A["default"].weight.data
    ours.b.data = theirs.base_model.model[0].lora_B["default"].weight.data
    by_hand = vectors @ ours(weight).T + plain[0].bias
    torch.testing.assert_close(theirs(vectors), by_hand, atol=1e-5, rtol=1e-5)


def test_a_model_of_another_build_is_refused(few):
    from transformers import RobertaConfig, RobertaForSequenceClassification

    model = RobertaForSequenceClassification(
        RobertaConfig(
            hidden_size=8, num_hidden_layers=1, num_attention_heads=2, num_labels=4,
            intermediate_size=8, vocab_size=20, problem_type=models.PROBLEM_TYPE,
        )
    )  # fmt: skip
    with pytest.raises(ValueError, match=r"RobertaForSequenceClassification.*Use fine_tune"):
        train_adapter(model, None, few)


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


@pytest.mark.parametrize(
    ("settings", "error", "says"),
    [
        ({"layers": 0}, ValueError, "layers is 0"),
        ({"layers": 7}, ValueError, "layers is 7, but the model has 6"),
        ({"rank": 1.5}, TypeError, "rank is 1.5"),
        ({"epochs": 0}, ValueError, "epochs is 0, expected a whole number"),
        ({"learning_rate": -1e-3}, ValueError, "learning_rate is -0.001"),
        ({"batch_size": 2.5}, TypeError, "batch_size is 2.5"),
    ],
)
def test_train_adapter_refuses_settings(fresh, start, few, settings, error, says):
    with pytest.raises(error, match=says):
        train_adapter(*fresh, few, **settings)
    assert not changed(fresh[0], start)


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
def test_training_refuses(fresh, train, error, says):
    for way in (fine_tune, train_adapter):
        with pytest.raises(error, match=says):
            way(*fresh, train)


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
def test_a_model_for_another_problem_is_refused(fresh, few, problem_type):
    model, tokenizer = fresh
    model.config.problem_type = problem_type
    with pytest.raises(ValueError, match=f"problem_type is {problem_type!r}"):
        train_adapter(model, tokenizer, few)
    with pytest.raises(ValueError, match=f"problem_type is {problem_type!r}"):
        fine_tune(model, tokenizer, few)


def test_import_is_light(run_python):
    out = run_python(
        "import sys\n"
        "import helpers.training\n"
        "print([name for name in ('torch', 'transformers', 'datasets') if name in sys.modules])\n"
    )
    assert out.strip() == "[]"
