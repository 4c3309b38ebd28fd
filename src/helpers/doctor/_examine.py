"""A check-up of a multi-label set-up: what raises no error and is wrong all the same."""

import inspect
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from helpers.activations import sigmoid, softmax

PROBLEM_TYPES = ("regression", "single_label_classification", "multi_label_classification")

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
"""Every fault that :func:`examine` knows, and the arguments it needs to see it."""

ROWS_RUN = 32  # texts that are run through the model: enough to compare, quick on a laptop
CLOSE = 2e-3  # probabilities nearer than this are equal; half precision rounds to 5e-4


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
      fix  model.eval()
    """

    name: str
    seen: str
    why: str
    fix: str

    def __str__(self) -> str:
        fix = self.fix.replace("\n", "\n        ")
        return f"{self.name}\n  seen  {self.seen}\n  why   {self.why}\n  fix  {fix}"


class Findings(list):
    """A list of :class:`Finding`; ``not_looked_at`` says what could not be seen, and why."""

    def __init__(self, findings=(), not_looked_at=()):
        super().__init__(findings)
        self.not_looked_at = tuple(not_looked_at)

    @property
    def names(self) -> list[str]:
        """The names of what was found, in order."""
        return [finding.name for finding in self]

    def __str__(self) -> str:
        head = {0: "No silent fault found."}.get(len(self), f"Silent faults found: {len(self)}")
        return "\n\n".join([head, *map(str, self), "\n".join(self.not_looked_at)]).rstrip()

    def __repr__(self) -> str:
        return f"<Findings: {', '.join(self.names) or 'none'}>"


def examine(
    model,
    tokenizer=None,
    batch=None,
    labels=None,
    texts: Sequence[str] | None = None,
    probabilities=None,
    thresholds=None,
) -> Findings:
    """Look for what raises no error and is wrong all the same, print it, and return it.

    Looks at what it is given and lists what it could not look at. It would rather miss a fault
    than report one that is none. Nothing is changed: not the model's mode, weights, gradients or
    config, nor the state of the random numbers. At most 32 texts are run through the model.

    A head for one label out of many, with class numbers as labels, is a set-up of its own and no
    fault, unless ``problem_type`` is missing, so that it was guessed.

    Args:
        model: a transformers model with a classification head.
        tokenizer: the tokenizer that you use with it.
        batch: what you give to the model, ``model(**batch)``; may hold ``labels``.
        labels: the targets, ``(n_texts, n_labels)``, where they are not in the batch.
        texts: list of strings, in the order of the batch and of the probabilities.
        probabilities: what you take for probabilities, ``(n_texts, n_labels)``.
        thresholds: what you compare them with: one number, or one for each label.

    Returns:
        :class:`Findings`, a list of :class:`Finding`; empty when nothing was found. ``FAULTS``
        names all that is looked for.

    Raises:
        TypeError: ``model`` is no transformers model, ``texts`` is one string, or ``batch`` is
            no mapping.

    >>> from helpers.models import load_tagger
    >>> tagger = load_tagger()
    >>> findings = examine(tagger.model.train())  # doctest: +ELLIPSIS
    Silent faults found: 1
    <BLANKLINE>
    training mode
      seen  model.training is True; dropout of 0.1 is active
      why   Dropout changes every output at random: two calls on the same text differ.
      fix  model.eval()
    <BLANKLINE>
    Not looked at without labels: ...
    """
    import torch

    if not isinstance(model, torch.nn.Module) or not hasattr(model, "config"):
        raise TypeError(
            f"model is a {type(model).__name__}, expected a transformers model. If it is inside "
            "something else, pass what is inside: pipe.model, trainer.model, tagger.model."
        )
    if batch is not None and not isinstance(batch, Mapping) and not hasattr(batch, "keys"):
        raise TypeError(
            f"batch is a {type(batch).__name__}, expected what goes into model(**batch): "
            'tokenizer(texts, padding=True, truncation=True, return_tensors="pt").'
        )
    if isinstance(texts, str):
        raise TypeError(f"texts is one string. Put it in a list: [{texts[:40]!r}]")
    looks = (_model, _names, _weights, _labels, _tokenizer, _batch, _probabilities, _thresholds)
    with _tokenizer_left_as_it_was(tokenizer):
        setup = _Setup(model, tokenizer, batch, labels, texts, probabilities, thresholds)
        findings = [finding for look in looks for finding in look(setup)]
    result = Findings(findings, [*_unseen(setup), *setup.notes])
    print(result)
    return result


class _Setup:
    """What was given, and what several checks want to know of it."""

    def __init__(self, model, tokenizer, batch, labels, texts, probabilities, thresholds):
        import torch

        self.model, self.tokenizer, self.config = model, tokenizer, model.config
        self.batch = None if batch is None else dict(batch)
        self.texts = None if texts is None else list(texts)
        self.thresholds = None if thresholds is None else _numbers(thresholds)
        self.probabilities = None if probabilities is None else _numbers(probabilities)
        self.notes = []
        self.labels_name = "labels"
        if labels is None and self.batch is not None and self.batch.get("labels") is not None:
            labels, self.labels_name = self.batch["labels"], 'batch["labels"]'
        self.labels = None
        self.labels_given = labels is not None
        if labels is not None:
            try:
                self.labels = torch.as_tensor(labels).detach().cpu()
            except (TypeError, ValueError, RuntimeError) as error:
                self.notes.append(f"Not looked at: labels are no numbers ({error}).")
        self.labels_are_tensor = isinstance(labels, torch.Tensor)
        self.has_head = getattr(model, "base_model", None) is not model
        self.head_name, self.head = _find_head(model) if self.has_head else ("", None)
        self.n_labels = self.head.out_features if self.head is not None else self.config.num_labels
        self.limit = _position_limit(model)
        self.logits = self.before = None
        self._run()

    def _run(self):
        """Fill ``logits`` and ``before``, the last layer's own output, if there is an input."""
        import torch

        if not self.has_head:
            return
        inputs = None
        try:
            if self.batch is not None and "input_ids" in self.batch:
                inputs = {
                    key: value[:ROWS_RUN].to(self.model.device)
                    for key, value in self.batch.items()
                    if key != "labels" and isinstance(value, torch.Tensor)
                }
                if "attention_mask" not in inputs and _takes_mask(self.model):
                    padded = self.padded()
                    if padded is not None:
                        mask = (~padded[:ROWS_RUN]).long()
                        inputs["attention_mask"] = mask.to(self.model.device)
            elif self.tokenizer is not None and self.texts:
                limit = min(self.limit or 512, self.tokenizer.model_max_length)
                inputs = self.tokenizer(
                    self.texts[:ROWS_RUN],
                    padding=True,
                    truncation=True,
                    max_length=limit,
                    return_tensors="pt",
                ).to(self.model.device)
            if inputs is None:
                return
            with _left_as_it_was(self.model), torch.no_grad():
                seen = []
                hook = None
                if self.head is not None:
                    hook = self.head.register_forward_hook(lambda *call: seen.append(call[2]))
                try:
                    logits = self.model(**inputs).logits
                finally:
                    if hook is not None:
                        hook.remove()
            self.logits = logits.float().cpu().numpy()
            if seen and seen[-1].shape == logits.shape:
                self.before = seen[-1].float().cpu().numpy()
        except Exception as error:  # whatever is loud is not this module's to explain
            first = (str(error).splitlines() or [""])[0]
            self.notes.append(
                f"Not looked at: running the model raised {type(error).__name__}: {first}"
            )

    def padded(self):
        """Where the batch is padding at an end of a row (bool tensor), or None if not known."""
        import torch

        ids = (self.batch or {}).get("input_ids")
        pad = self.pad_id()
        if pad is None or not isinstance(ids, torch.Tensor) or ids.ndim != 2:
            return None
        is_pad = (ids.cpu() == pad).long()
        ends = is_pad.cumprod(1).bool() | is_pad.flip(1).cumprod(1).flip(1).bool()
        ends_text = {getattr(self.config, "eos_token_id", None)}
        ends_text.add(getattr(self.tokenizer, "eos_token_id", None))
        if pad in ends_text:  # then the first one may belong to the text
            ends &= (ends.sum(1) > 1)[:, None]
        return ends

    def pad_id(self):
        found = getattr(self.tokenizer, "pad_token_id", None)
        return getattr(self.config, "pad_token_id", None) if found is None else found

    def is_single_label(self) -> bool:
        """A head for one label out of many that is meant so."""
        return self.config.problem_type == PROBLEM_TYPES[1] and not (
            self.labels is not None and self.labels.ndim == 2
        )

    def probabilities_code(self) -> str:
        tokenize = (
            'batch = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")\n'
            if self.batch is None and self.texts is not None
            else ""
        )
        return (
            f"{tokenize}with torch.no_grad():\n"
            "    logits = model(**batch).logits\n"
            "probabilities = torch.sigmoid(logits.float()).cpu().numpy()"
        )


# What the checks look at, one function for each part of the set-up


def _model(setup: _Setup):
    config = setup.config
    if not setup.has_head:
        yield Finding(
            "no classification head",
            f"model is a {type(setup.model).__name__}, which ends in hidden states",
            "It has no logits and no loss, and newer versions ignore labels= without a word.",
            "from transformers import AutoModelForSequenceClassification\n"
            "model = AutoModelForSequenceClassification.from_pretrained(folder)",
        )
        return
    problem_type = config.problem_type
    if problem_type is not None and problem_type not in PROBLEM_TYPES:
        yield Finding(
            "unknown problem_type",
            f"model.config.problem_type is {problem_type!r}",
            "No loss belongs to it: loss is None or an error later, and a pipeline uses softmax.",
            'model.config.problem_type = "multi_label_classification"',
        )
    if problem_type is None and setup.n_labels > 1 and not _class_numbers_guessed(setup):
        yield Finding(
            "no problem_type",
            f"model.config.problem_type is None, with {setup.n_labels} labels",
            "The first labels decide which loss is used, and a pipeline uses softmax, so that the "
            "labels compete.",
            'model.config.problem_type = "multi_label_classification"',
        )
    dropout = _active_dropout(setup.model)
    if dropout:
        yield Finding(
            "training mode",
            f"model.training is {setup.model.training}; dropout of {max(dropout):.3g} is active",
            "Dropout changes every output at random: two calls on the same text differ.",
            "model.eval()",
        )


def _names(setup: _Setup):
    config = setup.config
    if not setup.has_head or not isinstance(config.id2label, Mapping):
        return
    names, n_labels = list(config.id2label.values()), setup.n_labels
    if len(names) != n_labels:
        yield Finding(
            "label names of another length",
            f"model.config.id2label has {len(names)} names, the model gives {n_labels} logits",
            "Names and logits no longer belong together: some logits have no name, or some names "
            "no logit.",
            f'names = [f"label {{i}}" for i in range({n_labels})]'
            "  # your own names, in the order of the logits\n"
            "model.config.id2label = dict(enumerate(names))\n"
            "model.config.label2id = {name: i for i, name in enumerate(names)}",
        )
        return
    if n_labels > 1 and all(str(name) == f"LABEL_{i}" for i, name in config.id2label.items()):
        yield Finding(
            "generic label names",
            f"model.config.id2label is {_short(dict(config.id2label))}",
            "Whoever uses the saved model must guess which number is which label.",
            f'names = [f"label {{i}}" for i in range({n_labels})]'
            "  # your own names, in the order of the logits\n"
            "model.config.id2label = dict(enumerate(names))\n"
            "model.config.label2id = {name: i for i, name in enumerate(names)}",
        )
        return
    doubled = sorted({str(name) for name in names if names.count(name) > 1})
    if doubled:
        yield Finding(
            "doubled label name",
            f"model.config.id2label names {', '.join(map(repr, doubled))} more than once",
            "A dictionary from name to probability keeps only the last of them.",
            "names = [f'{name} {i}' if list(model.config.id2label.values()).count(name) > 1 "
            "else name\n         for i, name in model.config.id2label.items()]  # or better ones\n"
            "model.config.id2label = dict(enumerate(names))\n"
            "model.config.label2id = {name: i for i, name in enumerate(names)}",
        )
        return
    back = config.label2id or {}
    wrong = [(name, i, back.get(name)) for i, name in config.id2label.items() if name in back]
    wrong = [row for row in wrong if row[1] != row[2]]
    if wrong:
        name, i, other = wrong[0]
        yield Finding(
            "id2label and label2id disagree",
            f"id2label gives {name!r} the number {i}, label2id gives it {other}",
            "Targets that are made with one of them and read with the other change their label.",
            "model.config.label2id = {name: i for i, name in model.config.id2label.items()}"
            "  # if id2label is the right one",
        )


def _weights(setup: _Setup):
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
            "from transformers import AutoModelForSequenceClassification\n"
            "model = AutoModelForSequenceClassification.from_pretrained(folder)"
            "  # saved before it broke; then a lower learning rate",
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
    if _is_fresh(setup):
        yield Finding(
            "fresh head",
            f"{setup.head_name}: bias exactly 0 throughout, weights spread by "
            f"{setup.head.weight.detach().float().std():.2f} as when newly made",
            "It has never been trained: its probabilities come from random weights, "
            "whatever the text says.",
            "# one batch shows how; train on all your texts, or load the trained model\n"
            + _training_code(setup),
        )
    if setup.has_head and (setup.head is None or setup.head.bias is None):
        setup.notes.append(
            "Not looked at: fresh head, since this model's last layer has no bias to tell it by."
        )
    kind = _activation_inside(setup)
    if kind:
        inside = [
            name
            for name, module in setup.model.named_modules()
            if isinstance(module, torch.nn.Sigmoid if kind == "sigmoid" else torch.nn.Softmax)
        ]
        yield Finding(
            "activation inside the model",
            f"outputs.logits are the {kind} of what {setup.head_name} gives: all from "
            f"{setup.logits.min():.2f} to {setup.logits.max():.2f}",
            "The loss, and whoever uses the model, applies sigmoid once more: no probability can "
            "come below 0.5.",
            "\n".join(f'model.set_submodule("{name}", torch.nn.Identity())' for name in inside)
            or f"# take the {kind} out of {type(setup.model).__name__}.forward",
        )


def _labels(setup: _Setup):
    import torch

    y, name = setup.labels, setup.labels_name
    if y is None or not y.numel() or not setup.has_head or y.dtype.is_complex:
        return
    problem_type, n_labels = setup.config.problem_type, setup.n_labels
    as_tensor = "" if setup.labels_are_tensor else f"{name} = torch.as_tensor({name})\n"
    integers = not y.is_floating_point() and y.dtype != torch.bool
    known = y[~torch.isnan(y)] if y.is_floating_point() else y
    values = set(torch.unique(known.double()).tolist())
    class_numbers = y.ndim == 1 and (values or {0.5}) <= set(range(n_labels)) and n_labels > 1
    to_rows = (
        f"{as_tensor}{name} = torch.nn.functional.one_hot({name}.long(), {n_labels}).float()"
        if class_numbers
        else f"{as_tensor}{name} = {name}.float()"
    )
    multi = 'model.config.problem_type = "multi_label_classification"\n'
    if _class_numbers_guessed(setup):
        yield Finding(
            "class numbers are guessed",
            f"labels are {str(y.dtype).removeprefix('torch.')} of shape {tuple(y.shape)} and "
            "problem_type is None",
            "From whole numbers the model guesses cross-entropy, one label for each text, and "
            "writes the guess into its config.",
            multi + to_rows,
        )
    if problem_type == PROBLEM_TYPES[1] and y.ndim == 2 and n_labels > 1:
        yield Finding(
            "stuck problem_type",
            f"model.config.problem_type is {problem_type!r}, labels have the shape "
            f"{tuple(y.shape)}",
            "A first call with whole numbers wrote this guess, and it stays: the wrong loss, and "
            "softmax in a pipeline.",
            (multi + (to_rows if integers else as_tensor)).rstrip(),
        )
    elif problem_type == PROBLEM_TYPES[2] and class_numbers:
        yield Finding(
            "stuck problem_type",
            f"model.config.problem_type is {problem_type!r}, labels are class numbers of shape "
            f"{tuple(y.shape)}",
            "The two do not go together: this problem_type wants a 0 or 1 for every label.",
            to_rows,
        )
    zero_one = values <= {0.0, 1.0}
    rows = y.ndim == 2 and y.shape[1] == n_labels
    enough = n_labels > 1 or (len(values) == 2 and y.numel() >= 4)
    squared = problem_type == "regression" or (problem_type is None and n_labels == 1)
    if squared and zero_one and enough and (rows or n_labels == 1):
        reshape = "" if rows or y.ndim != 1 else f"\n{name} = {name}[:, None]"
        yield Finding(
            "regression loss",
            f"model.config.problem_type is {problem_type!r} with {n_labels} "
            f"label{'s' * (n_labels > 1)}, labels are only 0 and 1",
            "The model learns to output 0 and 1 by squared error; sigmoid of that is 0.50 and "
            "0.73, so a threshold of 0.5 says yes to almost everything.",
            multi + to_rows + reshape,
        )
    if not rows or problem_type == PROBLEM_TYPES[1]:
        return
    if torch.isnan(y).any() if y.is_floating_point() else False:
        yield Finding(
            "NaN among the labels",
            f"{int(torch.isnan(y).sum())} of {y.numel()} labels are NaN",
            "The loss is NaN, and after one step so is every weight.",
            _keep_rows(setup, as_tensor, f"~torch.isnan({name}).any(dim=1)"),
        )
    if -100.0 in values:
        yield Finding(
            "-100 among the labels",
            f"{int((y == -100).sum())} of {y.numel()} labels are -100",
            "Only cross-entropy leaves -100 out; the multi-label loss takes it for a target, a "
            "hundred times too strong.",
            _keep_rows(setup, as_tensor, f"({name} != -100).all(dim=1)"),
        )
    rest = values - {-100.0}
    if -1.0 in rest and rest <= {-1.0, 1.0}:
        yield Finding(
            "labels of -1 and +1",
            f"labels are {_listed(rest)}",
            "The multi-label loss takes -1 for a target: it can fall below 0 without end.",
            f"{as_tensor}{name} = ({name} > 0).float()",
        )
    elif rest and (min(rest) < 0 or max(rest) > 1):
        yield Finding(
            "labels outside 0 to 1",
            f"labels run from {min(rest):.4g} to {max(rest):.4g}",
            "The multi-label loss takes them for targets that no probability can reach: it falls "
            "below 0 without end.",
            f"{as_tensor}{name} = ({name} > 0).float()  # if more than 0 means that it applies",
        )


def _tokenizer(setup: _Setup):
    tokenizer = setup.tokenizer
    if tokenizer is None:
        return
    again = (
        '\nbatch = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")'
        if setup.batch is not None
        else ""
    )
    load = (
        "from transformers import AutoTokenizer\n"
        "tokenizer = AutoTokenizer.from_pretrained(backbone)  # what you trained from\n"
        "tokenizer.save_pretrained(folder)  # beside the model" + again
    )
    rows, size = _vocabulary(setup.model), len(tokenizer)
    if rows and (size > rows or size < 0.97 * rows):
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
    unknown = _unknown_share(setup)
    if unknown and unknown[1] >= 5 and unknown[0] > unknown[1] / 2:
        yield Finding(
            "words are unknown",
            f"{unknown[0]:,} of {unknown[1]:,} tokens are {tokenizer.unk_token}",
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
    yield from _cut(setup)


def _cut(setup: _Setup):
    import torch

    tokenizer, texts = setup.tokenizer, setup.texts
    if texts is None or not all(isinstance(text, str) for text in texts):
        return
    limit = min(setup.limit or tokenizer.model_max_length, tokenizer.model_max_length)
    whole = tokenizer(texts, truncation=False, padding=False, verbose=False)["input_ids"]
    lengths = np.array([len(ids) for ids in whole])
    ids = (setup.batch or {}).get("input_ids")
    cut = []
    if isinstance(ids, torch.Tensor) and ids.ndim == 2:
        padded = setup.padded()
        if len(ids) != len(texts) or padded is None:
            setup.notes.append(
                "Not looked at: whether the batch was cut, since it does not hold the texts row "
                "for row."
            )
            return
        ends = tokenizer.num_special_tokens_to_add() - 1  # most tokenizers put one in front
        for i, row in enumerate(ids.cpu()):
            kept = row[~padded[i]].tolist()
            body = kept[: len(kept) - max(ends, 0)]
            if len(kept) < len(whole[i]) and whole[i][: len(body)] == body:
                cut.append((i, len(kept)))
    else:
        cut = [(i, limit) for i in np.flatnonzero(lengths > limit)]
    if not cut:
        return
    first, kept = cut[0]
    labels = "\nlabels = labels[rows]  # a guess: not every piece has all labels of its text"
    labels = labels if setup.labels_given else ""
    in_batch = setup.labels_name != "labels"
    hold = "known = batch['labels']\n" if labels and in_batch else ""
    encode = (
        f"batch = tokenizer(texts, padding=True, truncation=True, max_length={limit}, "
        'return_tensors="pt")'
    )
    if lengths.max() <= limit:
        fix = f"{hold}{encode}" + ('\nbatch["labels"] = known' if hold else "")
    else:
        size = _words_that_fit(
            tokenizer, [texts[i] for i in np.flatnonzero(lengths > limit)], limit
        )
        if hold:
            labels = '\nbatch["labels"] = known[rows]'
        fix = (
            f"{hold}pieces = [(i, words[j : j + {size}]) for i, words in enumerate(map(str.split, "
            f"texts))\n          for j in range(0, max(len(words), 1), {size})]\n"
            'texts = [" ".join(words) for _, words in pieces]\n'
            "rows = [i for i, _ in pieces]  # whose piece: take the largest probability of a text\n"
            f"{encode}{labels}"
        )
    yield Finding(
        "texts cut short",
        f"{len(cut)} of {len(texts)} texts; text {first} has {lengths[first]} tokens, of which "
        f"{kept} are read",
        "What stands behind the cut cannot give a label, and no one is told.",
        fix,
    )


def _batch(setup: _Setup):
    import torch

    padded = setup.padded()
    if padded is None or not padded.any() or not _takes_mask(setup.model):
        return
    mask = setup.batch.get("attention_mask")
    if mask is None:
        seen = "the batch has no attention_mask"
        count = int(padded.sum())
    elif isinstance(mask, torch.Tensor) and mask.shape == padded.shape:
        seen = "attention_mask is not 0 there"
        count = int((padded & (mask.cpu() != 0)).sum())
    else:
        return
    if count:
        pad = "tokenizer" if getattr(setup.tokenizer, "pad_token_id", None) is not None else ""
        yield Finding(
            "padding is not masked",
            f"{count} of {padded.numel()} tokens are padding, and {seen}",
            "The model reads padding as if it were text, so a text's result depends on how long "
            "the others are.",
            f'batch["attention_mask"] = (batch["input_ids"] != {pad or "model.config"}'
            ".pad_token_id).long()",
        )


def _probabilities(setup: _Setup):
    p = setup.probabilities
    if p is None or not p.size:
        return
    if np.isnan(p).any():
        yield Finding(
            "NaN among the probabilities",
            f"{int(np.isnan(p).sum())} of {p.size} probabilities are NaN",
            "NaN is above no threshold: these labels are never predicted.",
            setup.probabilities_code(),
        )
        return
    z = setup.logits
    if _activation_inside(setup):
        setup.notes.append(
            "Not looked at: probabilities, since the model itself needs a fix first."
        )
        return
    if z is not None and p.ndim == 2 and p.shape[1] == z.shape[1] and len(p) >= len(z):
        count = len(setup.batch["input_ids"]) if setup.batch is not None else len(setup.texts)
        if len(p) != count:
            z = None
    else:
        z = None
    if z is not None and z.size > 1 and np.isfinite(z).all():
        p_run = p[: len(z)]
        kind = next((name for name, f in _READINGS if np.abs(p_run - f(z)).max() < CLOSE), None)
        if kind == "sigmoid":
            return
        sure = "as computed from the same texts" if kind else ""
    else:
        kind, sure = None, ""
    if kind is None and (p.min() < -CLOSE or p.max() > 1 + CLOSE):
        kind = "logits"
    hard = p.size >= 4 and np.isin(p, (0, 1)).all()
    if kind is None and hard:
        kind = "hard"
    if kind is None and p.ndim == 2 and p.shape[1] > 1 and len(p) > 1:
        if np.abs(p.sum(1) - 1).max() < 1e-5 * p.shape[1]:
            kind = "softmax"
    if kind is None and z is None and p.size >= 20 and not _is_fresh(setup):
        if p.min() >= 0.5 and p.max() <= 0.7311 and np.ptp(p) > 0.03:
            kind = "sigmoid twice"
    seen = f"values from {p.min():.2f} to {p.max():.2f}"
    if kind == "logits":
        yield Finding(
            "logits as probabilities",
            seen + f"{', equal to the logits ' * bool(sure)}{sure}",
            "A threshold of 0.5 on logits is one of 0.62 on probabilities: labels are lost.",
            "probabilities = torch.sigmoid(torch.as_tensor(probabilities)).numpy()",
        )
    elif kind == "sigmoid twice":
        yield Finding(
            "sigmoid twice",
            seen + (", equal to sigmoid of sigmoid of the logits" if sure else ""),
            "The second sigmoid lifts everything above 0.5, so every label is predicted for every "
            "text.",
            "probabilities = torch.logit(torch.as_tensor(probabilities)).numpy()",
        )
    elif kind == "softmax" and not setup.is_single_label():
        yield Finding(
            "softmax",
            "the probabilities of each text sum to 1"
            + (", equal to softmax of the logits" if sure else ""),
            "Labels compete: two that both apply share one probability, and none at all cannot be "
            "said.",
            setup.probabilities_code(),
        )
    elif kind == "hard" and not setup.is_single_label():
        yield Finding(
            "predictions as probabilities",
            f"all {p.size} values are exactly 0 or 1",
            "A threshold has been applied already, or the logits are enormous: no other threshold "
            "and no ranking can be tried.",
            setup.probabilities_code(),
        )


def _thresholds(setup: _Setup):
    t = setup.thresholds
    if t is None or not t.size or not setup.has_head:
        return
    n_labels = setup.n_labels
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


# Small parts


_READINGS = (
    ("sigmoid", sigmoid),
    ("sigmoid twice", lambda z: sigmoid(sigmoid(z))),
    ("softmax", softmax),
    ("logits", lambda z: z),
)


def _numbers(values) -> np.ndarray:
    if hasattr(values, "detach"):
        values = values.detach().float().cpu().numpy()
    return np.asarray(values, dtype=np.float64)


@contextmanager
def _left_as_it_was(model):
    import torch

    modes = [(module, module.training) for module in model.modules()]
    device = getattr(model, "device", None)
    devices = [device] if device is not None and device.type == "cuda" else []
    with torch.random.fork_rng(devices=devices):
        model.eval()
        try:
            yield
        finally:
            for module, mode in modes:
                module.training = mode


@contextmanager
def _tokenizer_left_as_it_was(tokenizer):
    # A fast tokenizer keeps the padding and truncation of its last call, and saves them.
    backend = getattr(tokenizer, "backend_tokenizer", None)
    before = None if backend is None else (backend.truncation, backend.padding)
    try:
        yield
    finally:
        if before is not None:
            truncation, padding = before
            backend.no_truncation()
            backend.no_padding()
            if truncation is not None:
                backend.enable_truncation(**truncation)
            if padding is not None:
                backend.enable_padding(**padding)


def _find_head(model):
    """Return name and module of the last linear layer outside the encoder, or ("", None)."""
    import torch

    base = getattr(model, "base_model", None)
    inside = set() if base is None else {id(module) for module in base.modules()}
    found = [
        (name, module)
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.Linear) and id(module) not in inside
    ]
    usual = {"classifier", "score", "classification_head", "logits_proj", "head"}
    found = [(name, module) for name, module in found if usual & set(name.split("."))]
    return found[-1] if found else ("", None)


def _is_fresh(setup: _Setup) -> bool:
    head = setup.head
    if head is None or head.bias is None or head.bias.is_meta or bool((head.bias != 0).any()):
        return False
    usual = [getattr(setup.config, "initializer_range", None), head.in_features**-0.5]
    spread = float(head.weight.detach().float().std()) if head.weight.numel() > 1 else 0.0
    tolerance = max(0.05, 4 / (2 * head.weight.numel()) ** 0.5)
    return any(value and abs(spread / value - 1) < tolerance for value in usual)


def _active_dropout(model) -> list[float]:
    import torch

    kinds = (torch.nn.Dropout, torch.nn.Dropout1d, torch.nn.Dropout2d, torch.nn.AlphaDropout)
    return [m.p for m in model.modules() if isinstance(m, kinds) and m.training and m.p > 0]


def _activation_inside(setup: _Setup) -> str | None:
    if setup.before is None or setup.logits is None or not np.isfinite(setup.before).all():
        return None
    if np.abs(setup.before - setup.logits).max() < 1e-6:
        return None
    for name, function in (("sigmoid", sigmoid), ("softmax", softmax)):
        if np.abs(function(setup.before) - setup.logits).max() < 1e-4:
            return name
    return None


def _class_numbers_guessed(setup: _Setup) -> bool:
    import torch

    y = setup.labels
    if y is None or setup.config.problem_type is not None or setup.n_labels < 2:
        return False
    return y.dtype in (torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8)


def _takes_mask(model) -> bool:
    return "attention_mask" in inspect.signature(model.forward).parameters


def _position_limit(model) -> int | None:
    """Return how many tokens the table of positions has room for; None without a table."""
    import torch

    for name, module in model.named_modules():
        if isinstance(module, torch.nn.Embedding) and name.split(".")[-1] in (
            "position_embeddings",
            "wpe",
        ):
            # A table with a padding index counts from behind it, as in RoBERTa.
            offset = 0 if module.padding_idx is None else module.padding_idx + 1
            return module.num_embeddings - offset
    return None


def _vocabulary(model) -> int | None:
    try:
        rows = model.get_input_embeddings().num_embeddings
    except (AttributeError, NotImplementedError):
        return None
    return rows if rows == getattr(model.config, "vocab_size", None) else None


def _unknown_share(setup: _Setup) -> tuple[int, int] | None:
    tokenizer = setup.tokenizer
    unknown = tokenizer.unk_token_id
    if unknown is None:
        return None
    if setup.texts and all(isinstance(text, str) for text in setup.texts):
        rows = tokenizer(setup.texts, add_special_tokens=False, padding=False, verbose=False)
        ids = [i for row in rows["input_ids"] for i in row]
    else:
        return None
    return ids.count(unknown), len(ids)


def _words_that_fit(tokenizer, texts: list[str], limit: int) -> int:
    words = sorted({word for text in texts for word in text.split()})
    rows = tokenizer(words, add_special_tokens=False, padding=False)["input_ids"]
    longest = max([len(row) for row in rows], default=1)
    return max((limit - tokenizer.num_special_tokens_to_add()) // max(longest, 1), 1)


def _keep_rows(setup: _Setup, as_tensor: str, condition: str) -> str:
    code = f"{as_tensor}known = {condition}  # texts whose labels are all known"
    if setup.labels_name == "labels":
        code += "\nlabels = labels[known]"
    if setup.batch is not None:
        code += "\nbatch = {name: values[known] for name, values in batch.items()}"
    if setup.texts is not None:
        code += "\ntexts = [text for text, keep in zip(texts, known) if keep]"
    if setup.probabilities is not None:
        code += "\nprobabilities = probabilities[known.numpy()]"
    return code


def _training_code(setup: _Setup) -> str:
    given = "" if setup.batch is not None and "labels" in setup.batch else ", labels=labels"
    return (
        "optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)\n"
        "for _ in range(20):\n"
        f"    loss = model(**batch{given}).loss\n"
        "    loss.backward()\n"
        "    optimizer.step()\n"
        "    optimizer.zero_grad()"
    )


def _short(value) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _listed(values) -> str:
    return " and ".join(f"{value:.4g}" for value in sorted(values))


def _unseen(setup: _Setup) -> list[str]:
    given = {"model"}
    for name in ("tokenizer", "batch", "texts", "probabilities", "thresholds"):
        if getattr(setup, name) is not None:
            given.add(name)
    if setup.labels_given:
        given.add("labels")
    if {"tokenizer", "texts"} <= given:
        given.add("batch for the model")
    lines: dict[str, list[str]] = {}
    for fault, needs in FAULTS.items():
        missing = [name for name in needs if name not in given]
        if fault == "activation inside the model" and setup.logits is not None:
            missing = []
        if missing:
            lines.setdefault(" and ".join(missing), []).append(fault)
    return [
        f"Not looked at without {needs}: {', '.join(faults)}." for needs, faults in lines.items()
    ]
