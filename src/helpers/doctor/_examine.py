"""A look at a multi-label set-up for what raises no error and is wrong all the same."""

from collections.abc import Mapping, Sequence
from contextlib import contextmanager

from helpers import _validate as validate
from helpers._html import Html, join, tag
from helpers._lines import fill
from helpers.doctor._cards import FINE, card, say
from helpers.doctor._setup import Setup
from helpers.doctor.faults import FAULTS, Finding, find_faults


class Findings(list[Finding]):
    """A list of :class:`Finding`; ``not_looked_at`` says what could not be seen, and why."""

    def __init__(self, findings=(), not_looked_at=()):
        super().__init__(findings)
        self.not_looked_at = tuple(not_looked_at)

    @property
    def names(self) -> list[str]:
        """The names of what was found, in order."""
        return [finding.name for finding in self]

    def __str__(self) -> str:
        unseen = "\n".join(map(fill, self.not_looked_at))
        return "\n\n".join([self._head(), *map(str, self), unseen]).rstrip()

    def as_html(self) -> Html:
        """The same as a card for each fault; a notebook shows them."""
        head = tag("div", tag("strong", self._head())) if self else card(self._head(), bar=FINE)
        found = (finding.as_html() for finding in self)
        return join(head, *found, *(tag("div", note) for note in self.not_looked_at))

    def _head(self) -> str:
        return f"Silent faults found: {len(self)}" if self else "No silent fault found."

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
    """Look for what raises no error and is wrong all the same, show it, and return it.

    Looks at what it is given and lists what it could not look at. It would rather miss a fault
    than report one that is none. Nothing is changed: not the model's mode, weights, gradients or
    config, nor the state of the random numbers. At most 32 texts are run through the model.

    A head for one label out of many, with class numbers as labels, is a set-up of its own and no
    fault, unless ``problem_type`` is missing, so that it was guessed.

    Args:
        model: a transformers model with a classification head, or a pipeline that holds one.
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
        TypeError: ``model`` is no transformers model, ``tokenizer`` no tokenizer, ``texts`` no
            list of strings, ``batch`` no mapping, or probabilities or thresholds are not numbers.
        ValueError: ``texts`` is empty.

    >>> from helpers.models import load_tagger
    >>> tagger = load_tagger()
    >>> findings = examine(tagger.model.train())  # doctest: +ELLIPSIS
    Silent faults found: 1
    <BLANKLINE>
    training mode
      seen  model.training is True; dropout of 0.1 is active
      why   Dropout changes every output at random: two calls on the same text
            differ.
      fix   model.eval()
    <BLANKLINE>
    Not looked at without labels: ...
    """
    import torch

    pipe = model if hasattr(model, "_preprocess_params") else None
    if pipe is not None:
        model, tokenizer = pipe.model, pipe.tokenizer if tokenizer is None else tokenizer
    if not isinstance(model, torch.nn.Module) or not hasattr(model, "config"):
        raise TypeError(
            f"model is a {type(model).__name__}, expected a transformers model. If it is inside "
            "something else, pass what is inside: trainer.model, tagger.model."
        )
    if batch is not None and not isinstance(batch, Mapping) and not hasattr(batch, "keys"):
        raise TypeError(
            f"batch is a {type(batch).__name__}, expected what goes into model(**batch): "
            'tokenizer(texts, padding=True, truncation=True, return_tensors="pt").'
        )
    if tokenizer is not None and not callable(getattr(tokenizer, "convert_ids_to_tokens", None)):
        raise TypeError(
            f"tokenizer is {validate.short(tokenizer)} ({type(tokenizer).__name__}), expected the "
            "tokenizer itself: AutoTokenizer.from_pretrained(folder), or tagger.tokenizer."
        )
    texts = None if texts is None else validate.texts(texts)
    if texts == []:
        raise ValueError("texts is empty, expected at least one. Leave it out if you have none.")
    with _tokenizer_left_as_it_was(tokenizer):
        setup = Setup(model, tokenizer, batch, labels, texts, probabilities, thresholds, pipe)
        findings = find_faults(setup)
    result = Findings(findings, [*_unseen(setup), *setup.notes])
    say(str(result), result.as_html())
    return result


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


def _unseen(setup: Setup) -> list[str]:
    """Say which faults could not be looked for without which arguments."""
    names = ("tokenizer", "batch", "texts", "probabilities", "thresholds")
    given = {"model", *(name for name in names if getattr(setup, name) is not None)}
    if setup.labels_given is not None:
        given.add("labels")
    lines: dict[str, list[str]] = {}
    for fault, needs in FAULTS.items():
        missing = [name for name in needs if name not in given]
        if fault == "activation inside the model" and setup.logits is not None:
            continue  # texts and a tokenizer make a batch as well
        if missing:
            lines.setdefault(" and ".join(missing), []).append(fault)
    return [
        f"Not looked at without {needs}: {', '.join(faults)}." for needs, faults in lines.items()
    ]
