"""Silent faults, each made for real: it raises nothing, does harm, is found, and is fixed."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import torch
import transformers
from sklearn.preprocessing import MultiLabelBinarizer
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import (
    AutoConfig,
    AutoModel,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    BertConfig,
    BertForSequenceClassification,
    GPT2Config,
    GPT2ForSequenceClassification,
    PreTrainedTokenizerFast,
    pipeline,
)
from transformers.utils import logging

from helpers.activations import sigmoid, softmax
from helpers.data import load_newsdesk
from helpers.doctor._examine import FAULTS, Finding, examine
from helpers.models import load_backbone, predict_logits

VERSION = tuple(int(part) for part in transformers.__version__.split(".")[:2])
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
WORDS = "the team won game a new app was shown minister met voters in house about rain".split()
TEXTS = [
    "the team won the game",
    "a new app was shown",
    "minister met voters in the house about rain",
    "rain",
]
LABELS = torch.tensor([[1.0, 0, 0], [0, 1, 1], [0, 0, 1], [0, 0, 0]])
NAMES = ["sports", "technology", "politics"]


@pytest.fixture(autouse=True)
def quiet():
    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    yield
    logging.set_verbosity(level)
    if bars:
        logging.enable_progress_bar()


def make_tokenizer(words=WORDS, limit=16):
    vocabulary = {word: i for i, word in enumerate([*SPECIAL, *words])}
    backend = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    backend.normalizer = normalizers.Lowercase()
    backend.pre_tokenizer = pre_tokenizers.Whitespace()
    backend.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        model_max_length=limit,
        **dict(zip(["pad_token", "unk_token", "cls_token", "sep_token"], SPECIAL, strict=False)),
    )


def make_model(n_labels=3, **options):
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(SPECIAL) + len(WORDS),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=16,
        initializer_range=0.3,
        problem_type="multi_label_classification",
        id2label=dict(enumerate(NAMES[:n_labels])),
        label2id={name: i for i, name in enumerate(NAMES[:n_labels])},
        **options,
    )
    return BertForSequenceClassification(config)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A tiny trained tagger with its tokenizer, saved as a learner's own is."""
    folder = tmp_path_factory.mktemp("tagger")
    model, tokenizer = make_model(), make_tokenizer()
    batch = tokenizer(TEXTS, padding=True, return_tensors="pt")
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3)
    for _ in range(60):
        loss = model(**batch, labels=LABELS).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture
def names(folder):
    """The names that fixes use, of a healthy set-up."""
    model = AutoModelForSequenceClassification.from_pretrained(folder)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    batch = tokenizer(TEXTS, padding=True, truncation=True, return_tensors="pt")
    space = {
        "model": model,
        "tokenizer": tokenizer,
        "batch": batch,
        "texts": list(TEXTS),
        "labels": LABELS.clone(),
        "thresholds": np.full(3, 0.5),
        "folder": folder,
        "backbone": folder,
        "torch": torch,
        "np": np,
    }
    space["probabilities"] = sigmoid(logits_of(space))
    return space


ARGUMENTS = ("tokenizer", "batch", "labels", "texts", "probabilities", "thresholds")


def check(space, *without):
    given = {name: space[name] for name in ARGUMENTS if name not in without}
    return examine(space.get("pipe", space["model"]), **given)


def logits_of(space):
    with torch.no_grad():
        return space["model"](**space["batch"]).logits.float().numpy()


def loss_of(space):
    return space["model"](**space["batch"], labels=space["labels"]).loss


def load(space, **options):
    space["model"] = AutoModelForSequenceClassification.from_pretrained(
        space.get("from", space["folder"]), **options
    )


CASES = []


def fault(name, *without, also=()):
    """Register a function that makes the fault in ``space`` and asserts silence and harm."""

    def keep(function):
        label = f"{name}: {function.__name__}"
        CASES.append(pytest.param(name, function, without, also, id=label))
        return function

    return keep


@fault("no classification head")
def loaded_without_head(space, tmp_path):
    space["model"] = AutoModel.from_pretrained(space["folder"])
    if VERSION >= (5, 0):  # 4.57: TypeError
        output = space["model"](**space["batch"], labels=space["labels"])
        assert "loss" not in output and "logits" not in output
    else:
        with pytest.raises(TypeError, match="labels"):
            space["model"](**space["batch"], labels=space["labels"])


@fault("unknown problem_type")
def misspelled(space, tmp_path):
    if (5, 4) <= VERSION <= (5, 17):  # these look at the name
        space["model"].config.__dict__["problem_type"] = "multi_label"
    else:
        load(space, problem_type="multi_label")
    assert loss_of(space) is None


@fault("no problem_type")
def forgotten(space, tmp_path):
    load(space, problem_type=None)
    pipe = pipeline("text-classification", model=space["model"], tokenizer=space["tokenizer"])
    scores = pipe(TEXTS[1], top_k=None)
    assert sum(row["score"] for row in scores) == pytest.approx(1)
    assert space["probabilities"][1].sum() > 1.5


@fault("class numbers are guessed")
def numbers_of_classes(space, tmp_path):
    load(space, problem_type=None)
    space["labels"] = torch.tensor([0, 1, 2, 0])
    assert loss_of(space).item() == pytest.approx(
        torch.nn.functional.cross_entropy(torch.tensor(logits_of(space)), space["labels"]).item()
    )
    space["model"].config.problem_type = None  # before that call; afterwards it is stuck


@fault("class numbers are guessed")
def whole_numbers_from_a_binarizer(space, tmp_path):
    load(space, problem_type=None)
    space["labels"] = space["labels"].numpy().astype(np.int64)


@fault("stuck problem_type")
def one_failing_call(space, tmp_path):
    load(space, problem_type=None)
    with pytest.raises(ValueError, match="Expected input batch_size"):
        space["model"](**space["batch"], labels=space["labels"].long())
    assert space["model"].config.problem_type == "single_label_classification"
    pipe = pipeline("text-classification", model=space["model"], tokenizer=space["tokenizer"])
    assert sum(row["score"] for row in pipe(TEXTS[1], top_k=None)) == pytest.approx(1)


@fault("stuck problem_type")
def stuck_the_other_way(space, tmp_path):
    load(space, problem_type=None)
    loss_of(space)
    assert space["model"].config.problem_type == "multi_label_classification"
    space["labels"] = torch.tensor([0, 1, 2, 0])


@fault("regression loss")
def regression(space, tmp_path):
    load(space, problem_type="regression")
    squared = ((torch.tensor(logits_of(space)) - space["labels"]) ** 2).mean()
    assert loss_of(space).item() == pytest.approx(squared.item(), rel=1e-4)


@fault("regression loss", "probabilities", "thresholds")
def one_label_is_taken_for_regression(space, tmp_path):
    make_model(n_labels=1).save_pretrained(tmp_path)
    space["from"] = tmp_path
    load(space, problem_type=None)
    torch.nn.init.constant_(space["model"].classifier.bias, 0.1)  # as training leaves it
    space["labels"] = LABELS[:, :1]
    loss_of(space)
    assert space["model"].config.problem_type == "regression"


@fault("labels of -1 and +1")
def minus_and_plus(space, tmp_path):
    space["labels"] = LABELS * 2 - 1
    assert loss_of(space) < 0


@fault("labels of -1 and +1")
def minus_and_plus_in_the_batch(space, tmp_path):
    space["batch"]["labels"] = LABELS * 2 - 1
    space["labels"] = None
    assert space["model"](**space["batch"]).loss < 0


@fault("labels of -1 and +1")
def minus_and_plus_in_a_frame(space, tmp_path):
    space["labels"] = pd.DataFrame(LABELS.int().numpy() * 2 - 1, columns=NAMES)


@fault("NaN among the labels")
def missing_label_in_a_mixed_frame(space, tmp_path):
    space["labels"] = pd.DataFrame(LABELS.numpy(), columns=NAMES, dtype=object)
    space["labels"].loc[1, "sports"] = None


@fault("-100 among the labels")
def unknown_as_in_token_labels(space, tmp_path):
    good = loss_of(space).item()
    space["labels"][1, 0] = -100
    assert loss_of(space).item() < good - 5 or loss_of(space).item() > good + 5


@fault("-100 among the labels", "labels")
def unknown_in_the_batch(space, tmp_path):
    space["batch"]["labels"] = LABELS.clone()
    space["batch"]["labels"][1, 0] = -100


@fault("labels outside 0 to 1")
def zero_and_two(space, tmp_path):
    space["labels"] = LABELS * 2
    assert loss_of(space) < 0


@fault("NaN among the labels")
def missing_label(space, tmp_path):
    space["labels"][3, 1] = float("nan")
    assert torch.isnan(loss_of(space))


@fault("fresh head", "probabilities")
def head_missing_in_the_checkpoint(space, tmp_path):
    AutoModel.from_pretrained(space["folder"]).save_pretrained(tmp_path)
    space["from"] = tmp_path
    torch.manual_seed(1)
    load(
        space,
        problem_type="multi_label_classification",
        id2label=dict(enumerate(NAMES)),
        label2id={name: i for i, name in enumerate(NAMES)},
    )
    assert loss_of(space) > 0.5  # the trained one's is far lower


@fault("training mode")
def left_by_a_trainer(space, tmp_path):
    space["model"].train()
    assert not np.allclose(logits_of(space), logits_of(space))


@fault("half-precision weights", "probabilities")
def saved_in_half(space, tmp_path):
    space["model"].half().save_pretrained(tmp_path)
    space["from"] = tmp_path
    if VERSION >= (5, 0):
        load(space)
    else:  # 4.57 makes float32 of it, unless asked
        load(space)
        assert space["model"].dtype == torch.float32
        load(space, dtype="auto")
    assert space["model"].dtype == torch.float16
    with torch.no_grad():
        rounded = torch.sigmoid(space["model"](**space["batch"]).logits)
        assert torch.sigmoid(torch.tensor(9.0).half()) == 1 > torch.sigmoid(torch.tensor(9.0))
    assert rounded.dtype == torch.float16


@fault("NaN among the weights", "probabilities")
def diverged(space, tmp_path):
    optimizer = torch.optim.SGD(space["model"].parameters(), lr=1e30)
    for _ in range(3):
        optimizer.zero_grad()
        loss_of(space).backward()
        optimizer.step()
    assert np.isnan(logits_of(space)).any()
    assert not (sigmoid(logits_of(space)) > 0.5).any()


@fault("activation inside the model")
def sigmoid_as_last_layer(space, tmp_path):
    model = space["model"]
    model.classifier = torch.nn.Sequential(model.classifier, torch.nn.Sigmoid())
    assert (sigmoid(logits_of(space)) >= 0.5).all()


@fault("label names of another length")
def names_written_later(space, tmp_path):
    space["model"].config.id2label = {0: "sports", 1: "technology"}
    assert space["model"].config.num_labels == 2
    assert logits_of(space).shape[1] == 3


@fault("generic label names")
def names_not_given(space, tmp_path):
    config = BertConfig.from_pretrained(space["folder"])
    config.id2label = {i: f"LABEL_{i}" for i in range(3)}
    config.label2id = {f"LABEL_{i}": i for i in range(3)}
    load(space, config=config)
    pipe = pipeline("text-classification", model=space["model"], tokenizer=space["tokenizer"])
    assert pipe(TEXTS[0])[0]["label"] == "LABEL_0"


@fault("doubled label name")
def one_name_twice(space, tmp_path):
    load(space, id2label={0: "sports", 1: "sports", 2: "politics"})
    pipe = pipeline("text-classification", model=space["model"], tokenizer=space["tokenizer"])
    assert len({row["label"]: row["score"] for row in pipe(TEXTS[0], top_k=None)}) == 2


@fault("id2label and label2id disagree")
def sorted_by_a_binarizer(space, tmp_path):
    load(space, label2id={name: i for i, name in enumerate(sorted(NAMES))})
    config = space["model"].config
    assert config.id2label[config.label2id["technology"]] != "technology"


@fault("words are unknown", "probabilities", also=["vocabularies of two sizes"])
def tokenizer_not_saved(space, tmp_path):
    space["model"].save_pretrained(tmp_path)
    if VERSION >= (5, 0):
        space["tokenizer"] = AutoTokenizer.from_pretrained(tmp_path)
        space["tokenizer"].model_max_length = 16
    else:  # 4.57 raises; a tokenizer of nothing but special tokens is what 5.x makes up
        with pytest.raises((ImportError, OSError, TypeError, ValueError)):
            AutoTokenizer.from_pretrained(tmp_path)
        space["tokenizer"] = make_tokenizer(words=[])
    space["folder"] = tmp_path  # where the fix will save it
    space["batch"] = space["tokenizer"](TEXTS, padding=True, return_tensors="pt")
    assert len(space["tokenizer"]) == 5
    unknown = space["tokenizer"]("minister met voters")["input_ids"]
    assert unknown == space["tokenizer"]("the team won")["input_ids"]


@fault("vocabularies of two sizes", "probabilities")
def token_added_without_resizing(space, tmp_path):
    space["tokenizer"].add_tokens(["stadium"])
    logits_of(space)  # no error, until a text holds the new word
    with pytest.raises(IndexError):
        space["model"](**space["tokenizer"]("the stadium", return_tensors="pt"))


@fault("vocabularies of two sizes", "probabilities")
def tokenizer_of_another_model(space, tmp_path):
    before = logits_of(space)
    space["tokenizer"] = make_tokenizer(words=WORDS[::-1][:-2])
    space["folder"] = tmp_path
    space["batch"] = space["tokenizer"](TEXTS, padding=True, return_tensors="pt")
    assert not np.allclose(before[3], logits_of(space)[3], atol=0.1)


@fault("tokenizer without a limit")
def limit_not_set(space, tmp_path):
    space["tokenizer"] = make_tokenizer(limit=None)
    ids = space["tokenizer"]("rain " * 40, truncation=True)["input_ids"]
    assert len(ids) == 42 > space["model"].config.max_position_embeddings


@fault("texts cut short", "probabilities")
def longer_than_the_model_reads(space, tmp_path):
    space["texts"][0] = "the rain " * 12 + "team won"
    space["batch"] = space["tokenizer"](
        space["texts"], padding=True, truncation=True, return_tensors="pt"
    )
    assert "won" not in space["tokenizer"].decode(space["batch"]["input_ids"][0])


@fault("texts cut short", "probabilities", "batch")
def long_texts_before_tokenizing(space, tmp_path):
    space["texts"][0] = "the rain " * 12 + "team won"


@fault("texts cut short", "probabilities")
def max_length_too_small(space, tmp_path):
    before = logits_of(space)
    space["batch"] = space["tokenizer"](
        TEXTS, padding=True, truncation=True, max_length=4, return_tensors="pt"
    )
    space["batch"]["labels"], space["labels"] = space["labels"], None
    assert not np.allclose(before, logits_of(space), atol=0.1)


@fault("padding is not masked")
def mask_forgotten(space, tmp_path):
    before = logits_of(space)
    del space["batch"]["attention_mask"]
    assert not np.allclose(before, logits_of(space), atol=0.01)


@fault("padding is not masked")
def mask_of_ones(space, tmp_path):
    before = logits_of(space)
    space["batch"]["attention_mask"] = torch.ones_like(space["batch"]["input_ids"])
    assert not np.allclose(before, logits_of(space), atol=0.01)


@fault("logits as probabilities")
def sigmoid_forgotten(space, tmp_path):
    space["probabilities"] = logits_of(space)
    assert ((space["probabilities"] > 0.5) <= (sigmoid(space["probabilities"]) > 0.5)).all()


@fault("logits as probabilities", "batch", "texts")
def sigmoid_forgotten_numbers_alone(space, tmp_path):
    space["probabilities"] = torch.tensor(logits_of(space))


@fault("sigmoid twice")
def twice(space, tmp_path):
    space["probabilities"] = sigmoid(space["probabilities"])
    assert (space["probabilities"] >= 0.5).all()


@fault("sigmoid twice", "batch", "texts")
def twice_numbers_alone(space, tmp_path):
    space["probabilities"] = np.tile(sigmoid(space["probabilities"]), (2, 1))


@fault("softmax")
def labels_compete(space, tmp_path):
    both = space["probabilities"][1] > 0.5
    space["probabilities"] = softmax(logits_of(space))
    assert (space["probabilities"][1] > 0.5).sum() < both.sum() == 2


@fault("softmax", "texts")
def labels_compete_for_other_texts(space, tmp_path):
    space["probabilities"] = softmax(np.vstack([logits_of(space)] * 2))


@fault("predictions as probabilities")
def threshold_applied_already(space, tmp_path):
    space["probabilities"] = (space["probabilities"] > 0.5).astype(float)
    np.testing.assert_array_equal(space["probabilities"] > 0.2, space["probabilities"] > 0.8)


@fault("NaN among the probabilities")
def missing_probability(space, tmp_path):
    space["probabilities"][0, 0] = np.nan
    assert not space["probabilities"][0, 0] > 0


@fault("thresholds outside 0 to 1")
def thresholds_of_logits(space, tmp_path):
    space["thresholds"] = np.array([-0.8, 0.4, 1.4])
    given = space["probabilities"] > space["thresholds"]
    assert given[:, 0].all() and not given[:, 2].any()


@fault("NaN among the thresholds")
def threshold_of_an_absent_label(space, tmp_path):
    space["thresholds"][1] = np.nan
    assert not (space["probabilities"] > space["thresholds"])[:, 1].any()


@fault("thresholds of another length")
def thresholds_of_two_labels(space, tmp_path):
    space["thresholds"] = np.array([0.5, 0.5])
    pairs = list(zip(space["probabilities"][2], space["thresholds"], strict=False))
    assert len(pairs) == 2  # the third label is gone


@fault("thresholds of another length", "batch", "texts")
def thresholds_as_a_column(space, tmp_path):
    space["thresholds"] = np.array([[0.1], [0.5], [0.9]])
    given = space["probabilities"][:3] > space["thresholds"]  # three texts: the shapes agree
    assert given.shape == (3, 3)


@fault("label that never occurs", "batch", "probabilities", "texts")
def a_label_without_a_text(space, tmp_path):
    space["labels"] = LABELS.repeat(30, 1)
    space["labels"][:, 1] = 0


@fault("letters as label names")
def words_for_lists_of_words(space, tmp_path):
    space["written"] = ["sports, politics", "technology", "sports"]
    letters = list(MultiLabelBinarizer().fit(space["written"]).classes_)[:3]
    assert letters == [" ", ",", "c"]
    space["model"].config.id2label = dict(enumerate(letters))
    space["model"].config.label2id = {letter: i for i, letter in enumerate(letters)}


@fault("id2label turned round")
def from_name_to_number(space, tmp_path):
    vars(space["model"].config)["id2label"] = {name: i for i, name in enumerate(NAMES)}


@fault("padding tokens differ", *ARGUMENTS[1:])
def another_padding_token(space, tmp_path):
    config = GPT2Config(
        vocab_size=len(space["tokenizer"]),
        n_embd=16,
        n_layer=1,
        n_head=2,
        n_positions=16,
        pad_token_id=7,
        id2label=dict(enumerate(NAMES)),
        problem_type="multi_label_classification",
    )
    model = space["model"] = GPT2ForSequenceClassification(config).eval()
    torch.nn.init.normal_(model.score.weight)
    beside = space["tokenizer"](TEXTS, padding=True, return_tensors="pt")
    alone = space["tokenizer"](TEXTS[3], return_tensors="pt")
    ids, mask = beside["input_ids"], beside["attention_mask"]
    gap = model(ids, attention_mask=mask).logits[3] - model(alone["input_ids"]).logits[0]
    assert gap.abs().max() > 0.01


@fault("dropped pipeline keywords", *ARGUMENTS)
def a_threshold_for_a_pipeline(space, tmp_path):
    model, tokenizer = space["model"], space["tokenizer"]
    space["pipeline"] = pipeline
    space["pipe"] = pipeline("text-classification", model=model, tokenizer=tokenizer, threshold=0.5)


# Their fix shows what to look at, or needs a training.
TO_BE_LOOKED_AT = ["label that never occurs", "letters as label names"]


@pytest.mark.parametrize(("name", "make", "without", "also"), CASES)
def test_fault_is_silent_found_and_fixed(name, make, without, also, names, tmp_path):
    make(names, tmp_path)
    findings = check(names, *without)
    assert findings.names == [*also, name]
    for finding in findings:
        assert finding.fix == finding.fix.strip() and finding.seen and finding.why.endswith(".")
        exec(finding.fix, names)
    names.pop("pipe", None)
    left = [name] if name in TO_BE_LOOKED_AT else []
    assert check(names, *without).names == left


def test_every_known_fault_is_made_above():
    assert {case.values[0] for case in CASES} == set(FAULTS)


@pytest.mark.skipif(VERSION < (5, 18), reason="accepts it only while loading, or not at all")
def test_any_problem_type_is_accepted_since_5_18():
    assert BertConfig(problem_type="multi_label").problem_type == "multi_label"


def test_sigmoid_inside_forward_is_seen_too(names, capsys):
    class Probable(BertForSequenceClassification):
        def forward(self, *arguments, **options):
            output = super().forward(*arguments, **options)
            output.logits = torch.sigmoid(output.logits)
            return output

    names["model"].__class__ = Probable
    (finding,) = check(names, "probabilities")
    assert finding.name == "activation inside the model"
    assert finding.fix == "# take the sigmoid out of Probable.forward"


# Healthy set-ups


def test_healthy_tiny_model(names, capsys):
    findings = check(names)
    assert (findings, findings.not_looked_at) == ([], ())
    assert str(findings) == "No silent fault found."
    assert capsys.readouterr().out == "No silent fault found.\n"


@pytest.mark.parametrize("count", [1, 12])
def test_the_shipped_tagger_is_healthy(tagger, count):
    dataset = load_newsdesk(split="test")
    texts, labels = dataset["text"][:count], torch.tensor(dataset["labels"][:count])
    batch = tagger.tokenizer(texts, padding=True, truncation=True, return_tensors="pt")
    probabilities = sigmoid(predict_logits(tagger.model, tagger.tokenizer, texts))
    findings = examine(
        tagger.model, tagger.tokenizer, batch, labels, texts, probabilities, tagger.thresholds
    )
    assert (findings, findings.not_looked_at) == ([], ())
    assert examine(tagger.model, labels=labels, probabilities=probabilities) == []
    assert examine(tagger.model, tagger.tokenizer, texts=texts, thresholds=0.5) == []


def test_one_label_and_one_text(names):
    names["model"] = make_model(n_labels=1).eval()
    torch.nn.init.constant_(names["model"].classifier.bias, 0.4)
    names["batch"] = {key: value[:1] for key, value in names["batch"].items()}
    names["texts"], names["labels"] = TEXTS[:1], LABELS[:1, :1]
    names["probabilities"], names["thresholds"] = sigmoid(logits_of(names)), [0.5]
    assert check(names) == []
    assert examine(names["model"], probabilities=names["probabilities"]) == []


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_soft_labels_other_dtypes_and_temperature_are_no_fault(names, dtype):
    names["labels"] = (LABELS * 0.9 + 0.05).to(dtype)
    names["probabilities"] = sigmoid(logits_of(names) / 2.5)
    names["thresholds"] = torch.tensor([0.0, 1.0, float("inf")])
    assert check(names) == []


def test_one_label_out_of_many_is_no_fault(names):
    names["model"].config.problem_type = "single_label_classification"
    names["labels"] = torch.tensor([0, 1, -100, 2])
    names["probabilities"] = softmax(logits_of(names))
    assert check(names) == []


def test_a_frozen_body_and_a_real_fresh_head(capsys):
    model, tokenizer = load_backbone()
    (finding,) = examine(model, tokenizer)
    assert finding.name == "fresh head"
    assert "classifier: bias exactly 0 throughout, weights spread by 0.02" in finding.seen
    with torch.no_grad():
        model.classifier.bias.add_(1e-5)  # what one step of training does
    assert examine(model, tokenizer) == []


SMALL = {
    "vocab_size": len(SPECIAL) + len(WORDS),
    "hidden_size": 16,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "max_position_embeddings": 18,
    "pad_token_id": 0,
}
OTHERS = {
    "distilbert": SMALL
    | {"dim": 16, "n_layers": 1, "n_heads": 2, "hidden_dim": 32, "max_position_embeddings": 16},
    "roberta": SMALL,
    "electra": SMALL | {"embedding_size": 16, "max_position_embeddings": 16},
    "albert": SMALL | {"embedding_size": 16, "max_position_embeddings": 16},
    "deberta-v2": SMALL,
    "modernbert": SMALL | {"eos_token_id": 3, "bos_token_id": 2, "cls_token_id": 2},
    "gpt2": SMALL | {"n_embd": 16, "n_layer": 1, "n_head": 2, "n_positions": 16},
}


if VERSION < (5, 0):
    del OTHERS["modernbert"]  # to import it there takes longer than all other tests together


@pytest.mark.parametrize("kind", OTHERS)
def test_other_architectures_are_healthy(kind, names):
    torch.manual_seed(0)
    config = AutoConfig.for_model(
        kind,
        **OTHERS[kind],
        problem_type="multi_label_classification",
        id2label=dict(enumerate(NAMES)),
        label2id={name: i for i, name in enumerate(NAMES)},
    )
    names["model"] = AutoModelForSequenceClassification.from_config(config).eval()
    names["batch"].pop("token_type_ids", None)  # 4.57 makes them, DistilBERT refuses them
    names["probabilities"] = sigmoid(logits_of(names))
    findings = check(names)
    if kind == "gpt2":
        assert findings == [] and "no bias to tell it by" in findings.not_looked_at[0]
    else:
        assert (findings.names, findings.not_looked_at) == (["fresh head"], ())
    for finding in findings:
        exec(finding.fix, names)
    names["probabilities"] = sigmoid(logits_of(names))
    assert check(names) == []
    for key in ("batch", "labels", "texts", "probabilities"):  # more rows than are run
        value = names[key]
        if key == "batch":
            names[key] = {name: rows.repeat(10, 1) for name, rows in value.items()}
        else:
            names[key] = (
                value * 10 if key == "texts" else np.tile(torch.as_tensor(value).numpy(), (10, 1))
            )
    assert check(names) == []
    names["probabilities"] = sigmoid(names["probabilities"])
    assert check(names).names == ["sigmoid twice"]


# Nothing is changed, nothing is hidden


def test_nothing_is_changed(names):
    model, tokenizer = names["model"], names["tokenizer"]
    model.train()
    model.bert.encoder.eval()
    loss_of(names).backward()
    weights = {name: value.clone() for name, value in model.state_dict().items()}
    grads = [value.grad.clone() for value in model.parameters()]

    def state():
        return (
            [module.training for module in model.modules()],
            [value.requires_grad for value in model.parameters()],
            model.config.to_dict(),
            torch.get_rng_state().tolist(),
            np.random.get_state()[1].tolist(),
            tokenizer.backend_tokenizer.to_str(),
            {key: value.tolist() for key, value in names["batch"].items()},
            [dict(module._forward_hooks) for module in model.modules()],
            torch.is_grad_enabled(),
        )

    before = state()
    check(names)
    assert state() == before
    for name, value in model.state_dict().items():
        assert torch.equal(value, weights[name])
    for value, grad in zip(model.parameters(), grads, strict=True):
        assert torch.equal(value.grad, grad)


def test_config_keeps_no_guess(names):
    load(names, problem_type=None)
    assert check(names).names == ["no problem_type"]
    assert names["model"].config.problem_type is None


def test_what_was_not_given_is_said(names, capsys):
    findings = examine(names["model"])
    said = " ".join(capsys.readouterr().out.split())
    assert findings == [] and said.startswith("No silent fault found. Not looked at without")
    for name, needs in FAULTS.items():
        assert (name in said) == (needs != ["model"])


def test_what_is_loud_is_not_looked_at(names):
    names["batch"]["input_ids"][0, 0] = 9999
    findings = check(names, "probabilities", "texts")
    assert findings == []
    assert "running the model raised IndexError: index out of range" in findings.not_looked_at[-1]


def test_findings_read_well(names, capsys):
    names["model"].train()
    names["thresholds"] = np.array([-0.8, 0.4, 1.4])
    findings = check(names)
    assert capsys.readouterr().out == f"{findings}\n"
    assert repr(findings) == "<Findings: training mode, thresholds outside 0 to 1>"
    assert str(findings).splitlines()[:7] == [
        "Silent faults found: 2",
        "",
        "training mode",
        "  seen  model.training is True; dropout of 0.1 is active",
        "  why   Dropout changes every output at random: two calls on the same text",
        "        differ.",
        "  fix   model.eval()",
    ]
    with pytest.raises(AttributeError):
        findings[0].name = "other"
    assert str(Finding("a", "b", "c", "d\ne")).endswith("  fix   d\n        e")


def test_labels_that_are_not_numbers_are_not_looked_at(names):
    names["labels"] = [["sports"], ["technology"], ["politics"], ["sports"]]
    findings = check(names)
    assert findings == []
    (note,) = findings.not_looked_at
    assert note.startswith(
        "Not looked at: labels holds 'sports', expected numbers. For label names"
    )


def test_a_batch_of_vectors_beside_texts(names):
    names["batch"] = {"inputs_embeds": torch.zeros(1, 3, 16)}
    assert check(names) == []  # the probabilities belong to the texts


def test_no_texts_are_refused(names):
    with pytest.raises(ValueError, match="texts is empty, expected at least one"):
        examine(names["model"], names["tokenizer"], texts=[])
    assert examine(names["model"], names["tokenizer"], texts=(text for text in TEXTS)) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"model": "bert"}, "model is a str, expected a transformers model"),
        ({"batch": ["a text"]}, r"batch is a list, expected what goes into model\(\*\*batch\)"),
        ({"texts": "a text"}, r"Put it in a list: \['a text'\]"),
        ({"probabilities": [["high"]]}, "probabilities holds 'high', expected numbers"),
        ({"thresholds": ["high"]}, "thresholds holds 'high', expected numbers"),
    ],
)
def test_wrong_arguments(names, arguments, message):
    with pytest.raises(TypeError, match=message):
        examine(**{"model": names["model"]} | arguments)


def test_import_is_light():
    code = (
        "import sys, helpers.doctor._examine; "
        "assert not {'torch', 'transformers', 'pandas'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_tokenizer_is_asked_for_by_name(names):
    with pytest.raises(
        TypeError, match=r"tokenizer is 'bert-base-uncased' .str., expected the tok"
    ):
        examine(names["model"], "bert-base-uncased", texts=TEXTS)


@pytest.mark.parametrize("letters", ["ABC", "xyz"])
def test_short_names_may_be_meant(names, letters):
    names["model"].config.id2label = dict(enumerate(letters))
    names["model"].config.label2id = {letter: i for i, letter in enumerate(letters)}
    assert check(names).names == []


def test_a_few_texts_need_not_have_every_label(names):
    names["labels"] = LABELS.clone()
    names["labels"][:, 1] = 0
    assert check(names).names == []
