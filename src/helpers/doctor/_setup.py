"""What ``examine`` was given, and what several of its checks want to know of it."""

import inspect
from contextlib import contextmanager

import numpy as np

from helpers import _validate as validate
from helpers.doctor._kinds import position_limit
from helpers.doctor._patterns import READINGS

PROBLEM_TYPES = ("regression", "single_label_classification", "multi_label_classification")
ROWS_RUN = 32  # texts that are run through the model: enough to compare, quick on a laptop
HEAD_NAMES = {"classifier", "score", "classification_head", "logits_proj", "head"}


class Setup:
    """A model and whatever came with it; ``notes`` says what could not be looked at, and why."""

    def __init__(self, model, tokenizer, batch, labels, texts, probabilities, thresholds, pipe):
        self.pipeline = pipe
        self.model, self.tokenizer, self.config = model, tokenizer, model.config
        self.batch, self.texts = None if batch is None else dict(batch), texts
        self.probabilities = self.thresholds = None
        if probabilities is not None:
            self.probabilities = validate.as_array(probabilities, "probabilities").astype(float)
        if thresholds is not None:
            self.thresholds = validate.as_array(thresholds, "thresholds").astype(float)
        self.notes = []
        self.labels_name, self.labels_given, self.labels = "labels", labels, None
        if labels is None and (self.batch or {}).get("labels") is not None:
            self.labels_name, self.labels_given = 'batch["labels"]', self.batch["labels"]
        if self.labels_given is not None:
            try:
                self.labels = validate.as_array(self.labels_given, "labels")
            except (TypeError, ValueError) as error:
                self.notes.append(f"Not looked at: {error}")
        self.has_head = getattr(model, "base_model", None) is not model
        self.head_name, self.head = _find_head(model) if self.has_head else ("", None)
        self.n_labels = self.head.out_features if self.head is not None else self.config.num_labels
        self.limit = position_limit(model)
        self.padded = self._find_padding()
        self.logits, self.before, self.n_texts_of_logits = None, None, 0
        if self.has_head:
            try:
                self._run()
            except Exception as error:  # whatever is loud is not for examine to explain
                first = (str(error).splitlines() or [""])[0]
                self.notes.append(
                    f"Not looked at: running the model raised {type(error).__name__}: {first}"
                )

    def _run(self):
        """Fill ``logits`` and ``before``, the last layer's own output, if there is an input."""
        import torch

        inputs = self._inputs()
        if inputs is None:
            return
        seen = []
        with _left_as_it_was(self.model), torch.no_grad():
            hook = None
            if self.head is not None:
                hook = self.head.register_forward_hook(lambda *call: seen.append(call[2]))
            try:
                logits = self.model(**inputs).logits
            finally:
                if hook is not None:
                    hook.remove()
        self.logits = validate.as_array(logits, "logits")
        if seen and seen[-1].shape == logits.shape:
            self.before = validate.as_array(seen[-1], "logits")

    def _inputs(self):
        """The first rows of the batch, masked as they should be, or else of the texts."""
        import torch

        if self.batch is not None and "input_ids" in self.batch:
            self.n_texts_of_logits = len(self.batch["input_ids"])
            inputs = {
                key: value[:ROWS_RUN].to(self.model.device)
                for key, value in self.batch.items()
                if key != "labels" and isinstance(value, torch.Tensor)
            }
            if "attention_mask" not in inputs and self.takes_mask() and self.padded is not None:
                inputs["attention_mask"] = (~self.padded[:ROWS_RUN]).long().to(self.model.device)
            return inputs
        if self.tokenizer is None or self.texts is None:
            return None
        self.n_texts_of_logits = len(self.texts)
        return self.tokenizer(
            self.texts[:ROWS_RUN],
            padding=True,
            truncation=True,
            max_length=min(self.limit or 512, self.tokenizer.model_max_length),
            return_tensors="pt",
        ).to(self.model.device)

    def _find_padding(self):
        """Where the batch is padding at an end of a row (bool tensor), or None if not known."""
        import torch

        ids = (self.batch or {}).get("input_ids")
        holders = (self.tokenizer, self.config)
        pads = [getattr(holder, "pad_token_id", None) for holder in holders]
        pad = pads[1] if pads[0] is None else pads[0]
        if pad is None or not isinstance(ids, torch.Tensor) or ids.ndim != 2:
            return None
        is_pad = (ids.cpu() == pad).long()
        ends = is_pad.cumprod(1).bool() | is_pad.flip(1).cumprod(1).flip(1).bool()
        if pad in [getattr(holder, "eos_token_id", None) for holder in holders]:
            ends &= (ends.sum(1) > 1)[:, None]  # the first one may belong to the text
        return ends

    def takes_mask(self) -> bool:
        return "attention_mask" in inspect.signature(self.model.forward).parameters

    def is_single_label(self) -> bool:
        """A head for one label out of many that is meant so."""
        return self.config.problem_type == PROBLEM_TYPES[1] and not (
            self.labels is not None and self.labels.ndim == 2
        )

    def guesses_from_whole_numbers(self) -> bool:
        """Whether the model, from these labels, guesses that each text has one class."""
        return (
            self.labels is not None
            and self.labels.dtype.kind in "iu"
            and self.config.problem_type is None
            and self.n_labels > 1
        )

    def has_fresh_head(self) -> bool:
        """Whether the head is as newly made: bias 0, weights spread as they are drawn."""
        head = self.head
        if head is None or head.bias is None or head.bias.is_meta or bool((head.bias != 0).any()):
            return False
        usual = [getattr(self.config, "initializer_range", None), head.in_features**-0.5]
        spread = float(head.weight.detach().float().std()) if head.weight.numel() > 1 else 0.0
        # A spread measured on n weights is itself off by 1 / sqrt(2 n): four times that is allowed.
        tolerance = max(0.05, 4 / (2 * head.weight.numel()) ** 0.5)
        return any(value and abs(spread / value - 1) < tolerance for value in usual)

    def activation_inside(self) -> str | None:
        """Name what the model applies after its last layer, "sigmoid" or "softmax"."""
        before, logits = self.before, self.logits
        if before is None or not np.isfinite(before).all() or _near(before, logits, 1e-6):
            return None
        for name in ("sigmoid", "softmax"):
            if _near(READINGS[name](before), logits, 1e-4):
                return name
        return None

    def logits_of(self, p: np.ndarray) -> np.ndarray | None:
        """The logits of the same texts and labels as these probabilities, if there are any."""
        z = self.logits
        same = z is not None and p.ndim == 2 and p.shape == (self.n_texts_of_logits, z.shape[1])
        return z if same and z.size > 1 and np.isfinite(z).all() else None


def _near(a, b, tolerance) -> bool:
    return bool(np.abs(a - b).max() < tolerance)


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


def _find_head(model):
    """Return name and module of the last linear layer outside the encoder, or ("", None)."""
    import torch

    base = getattr(model, "base_model", None)
    inside = set() if base is None else {id(module) for module in base.modules()}
    found = [
        (name, module)
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.Linear)
        and id(module) not in inside
        and HEAD_NAMES & set(name.split("."))
    ]
    return found[-1] if found else ("", None)
