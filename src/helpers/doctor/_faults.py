"""The silent faults: how each shows itself, why it matters, and code that fixes it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from helpers.doctor._patterns import READINGS, only_zero_and_one, sigmoid_twice, sums_to_one
from helpers.doctor._setup import PROBLEM_TYPES, Setup

FAULTS = {
    "no classification head": ["model"],
    "unknown problem_type": ["model"],
    "no problem_type": ["model"],
    "class numbers are guessed": ["labels"],
    "stuck problem_type": ["labels"],
    "regression loss": ["labels"],
    "labels of -1 and +1": ["labels"],
    "-100 among the labels": ["labels"],
    "labels outside 0 to 1": ["labels"],
    "NaN among the labels": ["labels"],
    "fresh head": ["model"],
    "training mode": ["model"],
    "half-precision weights": ["model"],
    "NaN among the weights": ["model"],
    "activation inside the model": ["batch"],
    "label names of another length": ["model"],
    "generic label names": ["model"],
    "doubled label name": ["model"],
    "id2label and label2id disagree": ["model"],
    "vocabularies of two sizes": ["tokenizer"],
    "words are unknown": ["tokenizer", "texts"],
    "tokenizer without a limit": ["tokenizer"],
    "texts cut short": ["tokenizer", "texts"],
    "padding is not masked": ["batch"],
    "logits as probabilities": ["probabilities"],
    "sigmoid twice": ["probabilities"],
    "softmax": ["probabilities"],
    "predictions as probabilities": ["probabilities"],
    "NaN among the probabilities": ["probabilities"],
    "thresholds outside 0 to 1": ["thresholds"],
    "NaN among the thresholds": ["thresholds"],
    "thresholds of another length": ["thresholds"],
}
"""Every fault that ``examine`` knows, and the arguments it needs to see it."""

CLOSE = 2e-3  # probabilities nearer than this are equal; half precision rounds to 5e-4
ENOUGH = 20  # fewer probabilities than this, without logits, show sigmoid twice by chance

MULTI_LABEL = 'model.config.problem_type = "multi_label_classification"'
LOAD_MODEL = (
    "from transformers import AutoModelForSequenceClassification\n"
    "model = AutoModelForSequenceClassification.from_pretrained(folder)"
)
USE_NAMES = (
    "model.config.id2label = dict(enumerate(names))\n"
    "model.config.label2id = {name: i for i, name in enumerate(names)}"
)
TOKENIZE = 'batch = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")'


@dataclass(frozen=True)
class Finding:
    """One silent fault: what was seen, why it matters, and code that fixes it.

    The code uses the names that most code uses: ``model``, ``tokenizer``, ``batch``, ``texts``,
    ``labels``, ``logits``, ``probabilities``, ``thresholds``, ``torch``, ``np``. Two it cannot
    know, and you fill in: ``folder`` (where the trained model is saved) and ``backbone`` (the name
    or folder of the model that training began with).

    >>> print(Finding("training mode", "model.training is True", "Dropout is on.", "model.eval()"))
    training mode
      seen  model.training is True
      why   Dropout is on.
      fix   model.eval()
    """

    name: str
    seen: str
    why: str
    fix: str

    def __str__(self) -> str:
        fix = self.fix.replace("\n", "\n        ")
        return f"{self.name}\n  seen  {self.seen}\n  why   {self.why}\n  fix   {fix}"


def find_faults(setup: Setup) -> list[Finding]:
    """Look at every part of a set-up; what cannot be looked at goes into ``setup.notes``."""
    looks = [_model, _names, _weights, _head, _loss, _label_values]
    looks += [_tokenizer, _cut, _padding, _probabilities, _thresholds]
    return [finding for look in looks for finding in look(setup)]


# The model


def _model(setup: Setup) -> Iterator[Finding]:
    if not setup.has_head:
        yield Finding(
            "no classification head",
            f"model is a {type(setup.model).__name__}, which ends in hidden states",
            "It has no logits and no loss, and newer versions ignore labels= without a word.",
            LOAD_MODEL,
        )
        return
    problem_type = setup.config.problem_type
    if problem_type is not None and problem_type not in PROBLEM_TYPES:
        yield Finding(
            "unknown problem_type",
            f"model.config.problem_type is {problem_type!r}",
            "No loss belongs to it: loss is None or an error later, and a pipeline uses softmax.",
            MULTI_LABEL,
        )
    if problem_type is None and setup.n_labels > 1 and not setup.guesses_from_whole_numbers():
        yield Finding(
            "no problem_type",
            f"model.config.problem_type is None, with {setup.n_labels} labels",
            "The first labels decide which loss is used, and a pipeline uses softmax, so that the "
            "labels compete.",
            MULTI_LABEL,
        )
    dropout = _active_dropout(setup.model)
    if dropout:
        yield Finding(
            "training mode",
            f"model.training is {setup.model.training}; dropout of {max(dropout):.3g} is active",
            "Dropout changes every output at random: two calls on the same text differ.",
            "model.eval()",
        )


def _active_dropout(model) -> list[float]:
    import torch

    kinds = (torch.nn.Dropout, torch.nn.Dropout1d, torch.nn.Dropout2d, torch.nn.AlphaDropout)
    return [m.p for m in model.modules() if isinstance(m, kinds) and m.training and m.p > 0]


def _names(setup: Setup) -> Iterator[Finding]:
    """Look at the label names; where they are wrong altogether, at nothing finer."""
    id2label, n_labels = setup.config.id2label, setup.n_labels
    if not setup.has_head or not isinstance(id2label, Mapping):
        return
    names = list(id2label.values())
    doubled = sorted({str(name) for name in names if names.count(name) > 1})
    back = setup.config.label2id or {}
    wrong = [(name, i) for i, name in id2label.items() if name in back and back[name] != i]
    new_names = (
        f'names = [f"label {{i}}" for i in range({n_labels})]'
        f"  # your own names, in the order of the logits\n{USE_NAMES}"
    )
    if len(names) != n_labels:
        yield Finding(
            "label names of another length",
            f"model.config.id2label has {len(names)} names, the model gives {n_labels} logits",
            "Names and logits no longer belong together: some logits have no name, or some names "
            "no logit.",
            new_names,
        )
    elif n_labels > 1 and all(str(name) == f"LABEL_{i}" for i, name in id2label.items()):
        shown = str(dict(id2label))
        yield Finding(
            "generic label names",
            f"model.config.id2label is {shown if len(shown) <= 60 else shown[:57] + '...'}",
            "Whoever uses the saved model must guess which number is which label.",
            new_names,
        )
    elif doubled:
        yield Finding(
            "doubled label name",
            f"model.config.id2label names {', '.join(map(repr, doubled))} more than once",
            "A dictionary from name to probability keeps only the last of them.",
            "names = [f'{name} {i}' if list(model.config.id2label.values()).count(name) > 1 "
            "else name\n         for i, name in model.config.id2label.items()]  # or better ones\n"
            + USE_NAMES,
        )
    elif wrong:
        name, i = wrong[0]
        yield Finding(
            "id2label and label2id disagree",
            f"id2label gives {name!r} the number {i}, label2id gives it {back[name]}",
            "Targets that are made with one of them and read with the other change their label.",
            "model.config.label2id = {name: i for i, name in model.config.id2label.items()}"
            "  # if id2label is the right one",
        )


def _weights(setup: Setup) -> Iterator[Finding]:
    import torch

    floats = [
        (name, value)
        for name, value in setup.model.named_parameters()
        if value.is_floating_point() and not value.is_meta
    ]
    broken = [name for name, value in floats if not torch.isfinite(value.detach()).all()]
    if broken:
        yield Finding(
            "NaN among the weights",
            f"{len(broken)} of {len(floats)} weights hold NaN or infinity, first {broken[0]}",
            "Every output that they touch is NaN, and NaN is above no threshold: no label at all.",
            f"{LOAD_MODEL}  # saved before it broke; then a lower learning rate",
        )
    half = [value.dtype for _, value in floats if value.dtype in (torch.float16, torch.bfloat16)]
    if half and not getattr(setup.model, "is_quantized", False):
        kinds = sorted({str(dtype).removeprefix("torch.") for dtype in half})
        yield Finding(
            "half-precision weights",
            f"{len(half)} of {len(floats)} weights are {' and '.join(kinds)}",
            "Probabilities are rounded and reach exactly 1 early, and float16 weights that are "
            "trained soon turn into NaN.",
            "model = model.float()",
        )


def _head(setup: Setup) -> Iterator[Finding]:
    import torch

    if setup.has_fresh_head():
        given = "" if "labels" in (setup.batch or {}) else ", labels=labels"
        yield Finding(
            "fresh head",
            f"{setup.head_name}: bias exactly 0 throughout, weights spread by "
            f"{setup.head.weight.detach().float().std():.2f} as when newly made",
            "It has never been trained: its probabilities come from random weights, "
            "whatever the text says.",
            "# one batch shows how; train on all your texts, or load the trained model\n"
            "optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)\n"
            "for _ in range(20):\n"
            f"    loss = model(**batch{given}).loss\n"
            "    loss.backward()\n"
            "    optimizer.step()\n"
            "    optimizer.zero_grad()",
        )
    if setup.has_head and (setup.head is None or setup.head.bias is None):
        setup.notes.append(
            "Not looked at: fresh head, since this model's last layer has no bias to tell it by."
        )
    inside = setup.activation_inside()
    if inside:
        kind = torch.nn.Sigmoid if inside == "sigmoid" else torch.nn.Softmax
        layers = [name for name, module in setup.model.named_modules() if isinstance(module, kind)]
        yield Finding(
            "activation inside the model",
            f"outputs.logits are the {inside} of what {setup.head_name} gives: all from "
            f"{setup.logits.min():.2f} to {setup.logits.max():.2f}",
            "The loss, and whoever uses the model, applies sigmoid once more: no probability can "
            "come below 0.5.",
            "\n".join(f'model.set_submodule("{name}", torch.nn.Identity())' for name in layers)
            or f"# take the {inside} out of {type(setup.model).__name__}.forward",
        )


# The labels


def _loss(setup: Setup) -> Iterator[Finding]:
    """Look whether problem_type and labels choose the multi-label loss."""
    y, name, n_labels = setup.labels, setup.labels_name, setup.n_labels
    if not setup.has_head or y is None or not y.size:
        return
    problem_type, values = setup.config.problem_type, _values(y)
    class_numbers = y.ndim == 1 and (values or {0.5}) <= set(range(n_labels)) and n_labels > 1
    rows = f"{name}.float()"
    if class_numbers:
        rows = f"torch.nn.functional.one_hot({name}.long(), {n_labels}).float()"
    to_rows = f"{_as_tensor(setup)}{name} = {rows}"
    if setup.guesses_from_whole_numbers():
        yield Finding(
            "class numbers are guessed",
            f"labels are {y.dtype} of shape {y.shape} and problem_type is None",
            "From whole numbers the model guesses cross-entropy, one label for each text, and "
            "writes the guess into its config.",
            f"{MULTI_LABEL}\n{to_rows}",
        )
    if problem_type == "single_label_classification" and y.ndim == 2 and n_labels > 1:
        yield Finding(
            "stuck problem_type",
            f"model.config.problem_type is {problem_type!r}, labels have the shape {y.shape}",
            "A first call with whole numbers wrote this guess, and it stays: the wrong loss, and "
            "softmax in a pipeline.",
            f"{MULTI_LABEL}\n{to_rows if y.dtype.kind in 'iu' else _as_tensor(setup)}".rstrip(),
        )
    elif problem_type == "multi_label_classification" and class_numbers:
        yield Finding(
            "stuck problem_type",
            f"model.config.problem_type is {problem_type!r}, labels are class numbers of shape "
            f"{y.shape}",
            "The two do not go together: this problem_type wants a 0 or 1 for every label.",
            to_rows,
        )
    # Without a problem_type, one output means squared error; but one label of two values is needed
    # to tell 0 and 1 from numbers that were measured.
    squared = problem_type == "regression" or (problem_type is None and n_labels == 1)
    enough = n_labels > 1 or (len(values) == 2 and y.size >= 4)
    is_matrix = y.ndim == 2 and y.shape[1] == n_labels
    if squared and enough and values <= {0.0, 1.0} and (is_matrix or n_labels == 1):
        column = f"\n{name} = {name}[:, None]" if y.ndim == 1 else ""
        yield Finding(
            "regression loss",
            f"model.config.problem_type is {problem_type!r} with {n_labels} "
            f"label{'s' * (n_labels > 1)}, labels are only 0 and 1",
            "The model learns to output 0 and 1 by squared error; sigmoid of that is 0.50 and "
            "0.73, so a threshold of 0.5 says yes to almost everything.",
            f"{MULTI_LABEL}\n{to_rows}{column}",
        )


def _label_values(setup: Setup) -> Iterator[Finding]:
    """Look at the values in rows of labels, which the multi-label loss wants from 0 to 1."""
    y, name = setup.labels, setup.labels_name
    if not setup.has_head or setup.config.problem_type == "single_label_classification":
        return
    if y is None or not y.size or y.ndim != 2 or y.shape[1] != setup.n_labels:
        return
    unknown = int(np.isnan(y).sum())
    if unknown:
        yield Finding(
            "NaN among the labels",
            f"{unknown} of {y.size} labels are NaN",
            "The loss is NaN, and after one step so is every weight.",
            _keep_rows(setup, f"~torch.isnan({name}).any(dim=1)"),
        )
    values = _values(y)
    if -100.0 in values:
        yield Finding(
            "-100 among the labels",
            f"{int((y == -100).sum())} of {y.size} labels are -100",
            "Only cross-entropy leaves -100 out; the multi-label loss takes it for a target, a "
            "hundred times too strong.",
            _keep_rows(setup, f"({name} != -100).all(dim=1)"),
        )
    rest = values - {-100.0}
    to_zero_one = f"{_as_tensor(setup)}{name} = ({name} > 0).float()"
    if -1.0 in rest and rest <= {-1.0, 1.0}:
        yield Finding(
            "labels of -1 and +1",
            f"labels are {' and '.join(f'{value:.4g}' for value in sorted(rest))}",
            "The multi-label loss takes -1 for a target: it can fall below 0 without end.",
            to_zero_one,
        )
    elif rest and (min(rest) < 0 or max(rest) > 1):
        yield Finding(
            "labels outside 0 to 1",
            f"labels run from {min(rest):.4g} to {max(rest):.4g}",
            "The multi-label loss takes them for targets that no probability can reach: it falls "
            "below 0 without end.",
            f"{to_zero_one}  # if more than 0 means that it applies",
        )


def _values(y) -> set[float]:
    return set(np.unique(y[~np.isnan(y)]).astype(float).tolist())


def _as_tensor(setup: Setup) -> str:
    """Code that makes a tensor of the labels, if they are none yet."""
    import torch

    given, name = setup.labels_given, setup.labels_name
    if isinstance(given, torch.Tensor):
        return ""
    if hasattr(given, "to_numpy") or np.asarray(given).dtype.kind == "O":
        return f"{name} = torch.as_tensor(np.asarray({name}, dtype=float))\n"  # of a frame
    return f"{name} = torch.as_tensor({name})\n"


def _keep_rows(setup: Setup, condition: str) -> str:
    code = f"{_as_tensor(setup)}known = {condition}  # texts whose labels are all known"
    if setup.labels_name == "labels":
        code += "\nlabels = labels[known]"
    if setup.batch is not None:
        code += "\nbatch = {name: values[known] for name, values in batch.items()}"
    if setup.texts is not None:
        code += "\ntexts = [text for text, keep in zip(texts, known) if keep]"
    if setup.probabilities is not None:
        code += "\nprobabilities = probabilities[known.numpy()]"
    return code


# The tokenizer and what it made


def _tokenizer(setup: Setup) -> Iterator[Finding]:
    tokenizer = setup.tokenizer
    if tokenizer is None:
        return
    load = (
        "from transformers import AutoTokenizer\n"
        "tokenizer = AutoTokenizer.from_pretrained(backbone)  # what you trained from\n"
        "tokenizer.save_pretrained(folder)  # beside the model"
    )
    if setup.batch is not None:
        load += f"\n{TOKENIZE}"
    rows, size = _vocabulary(setup.model), len(tokenizer)
    if rows and (size > rows or size < 0.97 * rows):  # a few unused rows are no fault
        added = size > rows >= tokenizer.vocab_size
        yield Finding(
            "vocabularies of two sizes",
            f"the tokenizer has {size:,} tokens, the model's embedding {rows:,} rows",
            "The first text that holds a new token stops the program."
            if added
            else "It is not the model's own tokenizer: its ids mean other words to the model.",
            "model.resize_token_embeddings(len(tokenizer))  # then train: new rows are random"
            if added
            else load,
        )
    unknown, count = _unknown_tokens(setup)
    if count >= 5 and unknown > count / 2:
        yield Finding(
            "words are unknown",
            f"{unknown:,} of {count:,} tokens are {tokenizer.unk_token}",
            "The model cannot tell one text from another: it sees the same token everywhere.",
            load,
        )
    if setup.limit and tokenizer.model_max_length > setup.limit:
        given = tokenizer.model_max_length
        yield Finding(
            "tokenizer without a limit",
            f"the model reads {setup.limit} tokens, tokenizer.model_max_length is "
            f"{'not set' if given > 10**9 else given}",
            "truncation=True cuts nothing, so the first long text stops the program.",
            f"tokenizer.model_max_length = {setup.limit}",
        )


def _vocabulary(model) -> int | None:
    try:
        rows = model.get_input_embeddings().num_embeddings
    except (AttributeError, NotImplementedError):
        return None
    return rows if rows == getattr(model.config, "vocab_size", None) else None


def _texts(setup: Setup) -> list[str]:
    """The texts, if there is a tokenizer for them and each is a string; else none."""
    texts = setup.texts or []
    usable = setup.tokenizer is not None and all(isinstance(text, str) for text in texts)
    return texts if usable else []


def _unknown_tokens(setup: Setup) -> tuple[int, int]:
    """Count the tokens that the tokenizer does not know, and all of them."""
    unknown, texts = setup.tokenizer.unk_token_id, _texts(setup)
    if unknown is None or not texts:
        return 0, 0
    rows = setup.tokenizer(texts, add_special_tokens=False, padding=False, verbose=False)
    ids = [i for row in rows["input_ids"] for i in row]
    return ids.count(unknown), len(ids)


def _cut(setup: Setup) -> Iterator[Finding]:
    tokenizer, texts = setup.tokenizer, _texts(setup)
    if not texts:
        return
    limit = min(setup.limit or tokenizer.model_max_length, tokenizer.model_max_length)
    whole = tokenizer(texts, truncation=False, padding=False, verbose=False)["input_ids"]
    lengths = [len(ids) for ids in whole]
    cut = _cut_in_batch(setup, whole)
    if cut is None:
        cut = [(i, limit) for i, length in enumerate(lengths) if length > limit]
    if cut:
        first, kept = cut[0]
        yield Finding(
            "texts cut short",
            f"{len(cut)} of {len(texts)} texts; text {first} has {lengths[first]} tokens, of "
            f"which {kept} are read",
            "What stands behind the cut cannot give a label, and no one is told.",
            _uncut(
                setup, limit, [text for text, n in zip(texts, lengths, strict=True) if n > limit]
            ),
        )


def _cut_in_batch(setup: Setup, whole: list[list[int]]) -> list[tuple[int, int]] | None:
    """Row and length of each text that the batch holds only the beginning of; None: no batch."""
    import torch

    ids = (setup.batch or {}).get("input_ids")
    if not isinstance(ids, torch.Tensor) or ids.ndim != 2:
        return None
    if len(ids) != len(whole) or setup.padded is None:
        setup.notes.append(
            "Not looked at: whether the batch was cut, since it does not hold the texts row "
            "for row."
        )
        return []
    # Most tokenizers put one special token in front; the others, at the end, survive a cut.
    ends = max(setup.tokenizer.num_special_tokens_to_add() - 1, 0)
    kept = [row[~padded].tolist() for row, padded in zip(ids.cpu(), setup.padded, strict=True)]
    return [
        (i, len(row))
        for i, (row, text) in enumerate(zip(kept, whole, strict=True))
        if len(row) < len(text) and row[: len(row) - ends] == text[: len(row) - ends]
    ]


def _uncut(setup: Setup, limit: int, too_long: list[str]) -> str:
    """Code that reads all of each text: tokenized again or, if that is too long, in pieces."""
    in_batch = setup.labels_name != "labels"
    code = "known = batch['labels']\n" if in_batch else ""
    if too_long:
        size = _words_that_fit(setup.tokenizer, too_long, limit)
        code += (
            f"pieces = [(i, words[j : j + {size}]) for i, words in enumerate(map(str.split, "
            f"texts))\n          for j in range(0, max(len(words), 1), {size})]\n"
            'texts = [" ".join(words) for _, words in pieces]\n'
            "rows = [i for i, _ in pieces]  # whose piece: take the largest probability of a text\n"
        )
    code += TOKENIZE.replace("truncation=True", f"truncation=True, max_length={limit}")
    if in_batch:
        code += f'\nbatch["labels"] = known{"[rows]" if too_long else ""}'
    elif too_long and setup.labels_given is not None:
        code += "\nlabels = labels[rows]  # a guess: not every piece has all labels of its text"
    return code


def _words_that_fit(tokenizer, texts: list[str], limit: int) -> int:
    words = sorted({word for text in texts for word in text.split()})
    rows = tokenizer(words, add_special_tokens=False, padding=False)["input_ids"]
    longest = max([len(row) for row in rows], default=1)
    return max((limit - tokenizer.num_special_tokens_to_add()) // max(longest, 1), 1)


def _padding(setup: Setup) -> Iterator[Finding]:
    import torch

    padded = setup.padded
    if padded is None or not padded.any() or not setup.takes_mask():
        return
    mask = setup.batch.get("attention_mask")
    if mask is None:
        count, seen = int(padded.sum()), "the batch has no attention_mask"
    elif isinstance(mask, torch.Tensor) and mask.shape == padded.shape:
        count, seen = int((padded & (mask.cpu() != 0)).sum()), "attention_mask is not 0 there"
    else:
        return
    if count:
        known = getattr(setup.tokenizer, "pad_token_id", None) is not None
        pad = f"{'tokenizer' if known else 'model.config'}.pad_token_id"
        yield Finding(
            "padding is not masked",
            f"{count} of {padded.numel()} tokens are padding, and {seen}",
            "The model reads padding as if it were text, so a text's result depends on how long "
            "the others are.",
            f'batch["attention_mask"] = (batch["input_ids"] != {pad}).long()',
        )


# Probabilities and thresholds


def _probabilities(setup: Setup) -> Iterator[Finding]:
    p = setup.probabilities
    if p is None or not p.size:
        return
    again = (
        "with torch.no_grad():\n"
        "    logits = model(**batch).logits\n"
        "probabilities = torch.sigmoid(logits.float()).cpu().numpy()"
    )
    if setup.batch is None and setup.texts is not None:
        again = f"{TOKENIZE}\n{again}"
    if np.isnan(p).any():
        yield Finding(
            "NaN among the probabilities",
            f"{int(np.isnan(p).sum())} of {p.size} probabilities are NaN",
            "NaN is above no threshold: these labels are never predicted.",
            again,
        )
        return
    if setup.activation_inside():
        setup.notes.append(
            "Not looked at: probabilities, since the model itself needs a fix first."
        )
        return
    kind, compared = _kind(setup, p)
    seen = f"values from {p.min():.2f} to {p.max():.2f}"
    if kind == "logits":
        yield Finding(
            "logits as probabilities",
            f"{seen}{', equal to the logits as computed from the same texts' * compared}",
            "A threshold of 0.5 on logits is one of 0.62 on probabilities: labels are lost.",
            "probabilities = torch.sigmoid(torch.as_tensor(probabilities)).numpy()",
        )
    elif kind == "sigmoid twice":
        yield Finding(
            "sigmoid twice",
            f"{seen}{', equal to sigmoid of sigmoid of the logits' * compared}",
            "The second sigmoid lifts everything above 0.5, so every label is predicted for every "
            "text.",
            "probabilities = torch.logit(torch.as_tensor(probabilities)).numpy()",
        )
    elif kind == "softmax" and not setup.is_single_label():
        yield Finding(
            "softmax",
            "the probabilities of each text sum to 1"
            + ", equal to softmax of the logits" * compared,
            "Labels compete: two that both apply share one probability, and none at all cannot be "
            "said.",
            again,
        )
    elif kind == "predictions" and not setup.is_single_label():
        yield Finding(
            "predictions as probabilities",
            f"all {p.size} values are exactly 0 or 1",
            "A threshold has been applied already, or the logits are enormous: no other threshold "
            "and no ranking can be tried.",
            again,
        )


def _kind(setup: Setup, p: np.ndarray) -> tuple[str | None, bool]:
    """Say what the probabilities are, and whether that was compared with the logits."""
    z = setup.logits_of(p)
    if z is not None:  # the sure way: the same texts went through the model
        for kind, computed in READINGS.items():
            if np.abs(p[: len(z)] - computed(z)).max() < CLOSE:
                return kind, True
    if p.min() < -CLOSE or p.max() > 1 + CLOSE:
        return "logits", False
    if p.size >= 4 and only_zero_and_one(p):
        return "predictions", False
    if sums_to_one(p):
        return "softmax", False
    # A fresh head is near 0.5 too, and logits that do not agree say that it is something else.
    if z is None and p.size >= ENOUGH and sigmoid_twice(p) and not setup.has_fresh_head():
        return "sigmoid twice", False
    return None, False


def _thresholds(setup: Setup) -> Iterator[Finding]:
    t, n_labels = setup.thresholds, setup.n_labels
    if not setup.has_head or t is None or not t.size:
        return
    if (t.size > 1 and t.shape[-1] != n_labels) or (t.ndim and t.size == 1 and n_labels > 1):
        yield Finding(
            "thresholds of another length",
            f"thresholds have the shape {t.shape}, the model has {n_labels} labels",
            "Paired by zip, labels without a threshold vanish; paired by numpy, labels may get "
            "each other's.",
            f"thresholds = np.full({n_labels}, 0.5)  # then choose them again, on validation data",
        )
    if np.isnan(t).any():
        yield Finding(
            "NaN among the thresholds",
            f"{int(np.isnan(t).sum())} of {t.size} thresholds are NaN",
            "Nothing is above NaN: these labels are never predicted.",
            "thresholds = np.where(np.isnan(thresholds), 0.5, thresholds)",
        )
    finite = t[np.isfinite(t)]
    if finite.size and (finite.min() < -1e-6 or finite.max() > 1 + 1e-6):
        yield Finding(
            "thresholds outside 0 to 1",
            f"thresholds run from {finite.min():.2f} to {finite.max():.2f}",
            "They were chosen for logits: no probability is below 0 or above 1, so such a label "
            "is given always or never.",
            "thresholds = torch.sigmoid(torch.as_tensor(thresholds)).numpy()  # if chosen so",
        )
