"""Training: cached features for a head, an adapter in half a minute, or all weights.

Bad arguments raise a TypeError (wrong kind) or a ValueError (wrong value) that names the likely
fix; ``Raises`` names what comes on top.
"""

import gc
import tempfile
import time

import numpy as np

from helpers import _validate as validate
from helpers.models import PROBLEM_TYPE, batches, encode, run_in_batches


def cache_features(model, tokenizer, texts, batch_size: int = 64) -> np.ndarray:
    """Turn each text into one vector: the mean of the encoder's last hidden states.

    As long as the encoder stays as it is, so do these. They are what a head can learn from in a
    second, with scikit-learn's ``LogisticRegression`` for instance.

    Args:
        model: a model for sequence classification; its head is not used.
        tokenizer: the tokenizer that belongs to the model.
        texts: ``n_texts`` strings of any length.
        batch_size: texts per batch; texts of like length share one.

    Returns:
        float32 array ``(n_texts, hidden_size)``, in the order of the texts.

    >>> from helpers.models import load_backbone
    >>> model, tokenizer = load_backbone()
    >>> cache_features(model, tokenizer, ["A goal in the last minute."]).shape
    (1, 384)
    """

    def read(batch):
        kept = batch["attention_mask"].unsqueeze(-1)  # padding has vectors too, and means nothing
        return (model.base_model(**batch).last_hidden_state * kept).sum(1) / kept.sum(1)

    texts = validate.texts(texts)
    if not texts:
        raise ValueError("texts is empty: there is nothing to learn from. Pass at least one text.")
    return run_in_batches(model, tokenizer, texts, read, model.config.hidden_size, batch_size)


def train_adapter(
    model,
    tokenizer,
    train,
    layers: int = 2,
    rank: int = 8,
    epochs: int = 3,
    learning_rate: float = 2e-3,
    batch_size: int = 16,
    seed: int = 0,
    folder=None,
) -> list[float]:
    """Train a low-rank addition (LoRA) to the upper layers; the lower ones run once per text.

    What the lower layers give out is cached, so that each step costs the upper ones alone. Pooler
    and head are trained with the addition. At the end the addition is merged into the weights: the
    model is of the same class and size as before, on the CPU and in evaluation mode.

    Args:
        model: a BERT for multi-label classification, freshly loaded; it is changed in place.
        tokenizer: the tokenizer that belongs to the model.
        train: a ``datasets.Dataset`` with columns ``text`` and ``labels``, as for
            :func:`fine_tune`.
        layers: how many layers, counted from the last, get an addition.
        rank: columns of its two thin matrices; its scale is 2 (alpha is twice the rank).
        epochs: passes over the texts.
        learning_rate: of AdamW; it grows over the first twentieth of the steps, then sinks to 0.
        batch_size: texts per step.
        seed: decides the addition's first values and the order of the texts.
        folder: where to save addition, pooler and head in peft's format, about 1 MB; None saves
            nothing.

    Returns:
        The mean loss (binary cross-entropy) of each epoch.

    Raises:
        TypeError: as in :func:`fine_tune`.
        ValueError: as in :func:`fine_tune`; layers that the model does not have, or a model of
            another build.

    Source: Hu et al. (2021), "LoRA: Low-Rank Adaptation of Large Language Models"; library: peft.

    >>> from helpers.data import load_newsdesk
    >>> from helpers.models import load_backbone
    >>> model, tokenizer = load_backbone()
    >>> few = load_newsdesk(split="train").select(range(32))
    >>> losses = train_adapter(model, tokenizer, few, epochs=4)
    >>> losses[-1] < losses[0]
    True
    """
    import torch
    from transformers import set_seed

    stack = getattr(getattr(model.base_model, "encoder", None), "layer", None)
    pooler, head = getattr(model.base_model, "pooler", None), getattr(model, "classifier", None)
    if stack is None or pooler is None or head is None:
        raise ValueError(
            f"{type(model).__name__} is of a build that train_adapter does not know; it knows "
            "BERT's. Use fine_tune, which trains any model."
        )
    layers, epochs = validate.whole(layers, "layers"), validate.whole(epochs, "epochs")
    if layers > len(stack):
        raise ValueError(f"layers is {layers}, but the model has {len(stack)}. Pass fewer.")
    rank, batch_size = validate.whole(rank, "rank"), validate.whole(batch_size, "batch_size")
    learning_rate = validate.positive(learning_rate, "learning_rate")
    seed, folder = validate.seed(seed), folder if folder is None else validate.path(folder)
    train = _tokenized(model, tokenizer, train, "train")
    wanted = torch.tensor(train["labels"][:])
    states = _lower_states(model.cpu().eval(), train["input_ids"][:], len(stack) - layers)
    set_seed(seed)
    adapted = _with_adapter(model, len(stack) - layers, len(stack), rank)
    parameters = [p for p in adapted.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=learning_rate, weight_decay=0.0)
    steps = epochs * -(-len(states) // batch_size)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1, (step + 1) / (0.05 * steps + 1)) * (1 - step / steps)
    )
    losses = []
    with torch.enable_grad():
        for _ in range(epochs):
            total = 0.0
            for rows in _like_length_batches(states, batch_size):
                hidden, mask = pad_states([states[i] for i in rows])
                loss = torch.nn.functional.binary_cross_entropy_with_logits(
                    upper_logits(model, hidden, mask, layers), wanted[rows]
                )
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                schedule.step()
                total += loss.item() * len(rows)
            losses.append(total / len(states))
    if folder is not None:
        adapted.save_pretrained(str(folder))
    adapted.merge_and_unload()
    model.requires_grad_(True).zero_grad(set_to_none=True)
    return losses


def pad_states(states: list):
    """Put hidden states of texts of different lengths into one tensor, and a mask beside it.

    Args:
        states: ``n_texts`` tensors ``(n_tokens, hidden_size)``.

    Returns:
        ``(n_texts, longest, hidden_size)``, filled up with zeros, and a mask
        ``(n_texts, longest)``: 1.0 for a token, 0.0 for padding.

    >>> import torch
    >>> hidden, mask = pad_states([torch.ones(2, 4), torch.ones(3, 4)])
    >>> hidden.shape, mask.tolist()
    (torch.Size([2, 3, 4]), [[1.0, 1.0, 0.0], [1.0, 1.0, 1.0]])
    """
    import torch

    hidden = torch.nn.utils.rnn.pad_sequence(states, batch_first=True)
    lengths = torch.tensor([len(state) for state in states])
    return hidden, (torch.arange(hidden.shape[1]) < lengths[:, None]).float()


def upper_logits(model, hidden, mask, layers: int):
    """Go on from hidden states: through the last ``layers`` layers, pooler and head, to logits.

    Args:
        model: a BERT for sequence classification.
        hidden: ``(n_texts, n_tokens, hidden_size)``, what the layers below give out.
        mask: ``(n_texts, n_tokens)``, 1.0 for a token, 0.0 for padding.
        layers: how many layers, counted from the last.

    Returns:
        Logits ``(n_texts, n_labels)``, without dropout before the head.

    >>> from helpers.models import load_backbone
    >>> model, tokenizer = load_backbone()
    >>> batch = tokenizer(["A late goal."], return_tensors="pt")
    >>> states = model.base_model(**batch, output_hidden_states=True).hidden_states
    >>> upper = upper_logits(model, states[4], batch["attention_mask"].float(), layers=2)
    >>> (upper - model(**batch).logits).abs().max().item() < 1e-5
    True
    """
    hidden = _through(model.base_model.encoder.layer[-layers:], hidden, mask)
    return model.classifier(model.base_model.pooler(hidden))


def _through(layers, hidden, mask):
    """Run some layers of a BERT; shapes as in :func:`upper_logits`, hidden states come back."""
    import torch

    ignored = (1 - mask)[:, None, None, :] * torch.finfo(hidden.dtype).min
    for layer in layers:
        hidden = layer(hidden, attention_mask=ignored)
        hidden = hidden[0] if isinstance(hidden, tuple) else hidden  # transformers 4 and 5
    return hidden


def fine_tune(
    model,
    tokenizer,
    train,
    validation=None,
    epochs: float = 2,
    body_rate: float = 2e-4,
    head_rate: float = 2e-3,
    batch_size: int = 16,
    warmup: float = 0.1,
    seed: int = 0,
    folder=None,
):
    """Train all of a model's weights with ``transformers.Trainer`` and two learning rates.

    The backbone knows much and shall change little; the head knows nothing yet and has far to go.
    So each gets its own rate. Runs on the GPU (CUDA) if there is one, says where it ran, and
    leaves the model on the device where it was, in evaluation mode. Python's, NumPy's and torch's
    generators are seeded on the way.

    Args:
        model: for multi-label classification; it is changed in place.
        tokenizer: the tokenizer that belongs to the model.
        train: a ``datasets.Dataset`` with columns ``text`` and ``labels``: rows of floats, 0.0 or
            1.0, one for each of the model's labels.
        validation: another such, measured after each epoch; None measures nothing.
        epochs: passes over the texts; fractions are fine.
        body_rate: learning rate of the encoder.
        head_rate: learning rate of the pooler and the layers after it.
        batch_size: texts per step.
        warmup: share of the steps in which both rates grow from 0; then they sink to 0.
        seed: decides the order of the texts and the dropout.
        folder: where to save a checkpoint after each epoch; None writes nothing.

    Returns:
        A ``pandas.DataFrame`` with a row for each epoch: the loss on the training texts, and with
        ``validation`` also the loss and the macro-F1 (at threshold 0.5) there.

    Raises:
        TypeError: what was given is no such dataset, or its labels are whole numbers or classes.
        ValueError: a column is missing, there are no texts, labels that are not 0 and 1, or a
            model for another problem.

    >>> from helpers.data import load_newsdesk
    >>> from helpers.models import load_backbone
    >>> model, tokenizer = load_backbone()
    >>> fine_tune(model, tokenizer, load_newsdesk(split="train").select(range(16)), epochs=1).shape
    Epoch 1 of 1, step 1 of 1: ...
    Trained on 16 texts in 1 step on the CPU.
    (1, 1)
    """
    from transformers import DataCollatorWithPadding, PrinterCallback, ProgressCallback, Trainer

    epochs = validate.positive(epochs, "epochs")
    body_rate = validate.positive(body_rate, "body_rate")
    head_rate = validate.positive(head_rate, "head_rate")
    batch_size = validate.whole(batch_size, "batch_size")
    warmup, seed = validate.share(warmup, "warmup", 0.1, zero=True), validate.seed(seed)
    folder = folder if folder is None else validate.path(folder)
    train = _tokenized(model, tokenizer, train, "train")
    if validation is not None:
        validation = _tokenized(model, tokenizer, validation, "validation")
    steps = max(1, round(epochs * -(-len(train) // batch_size)))
    was_on = model.device
    with tempfile.TemporaryDirectory() as scratch:
        arguments = _arguments(
            output_dir=str(folder or scratch),
            save_strategy="epoch" if folder else "no",
            eval_strategy="no" if validation is None else "epoch",
            num_train_epochs=epochs,
            warmup_steps=int(warmup * steps),
            per_device_train_batch_size=batch_size,
            seed=seed,
        )
        kind, settings = Trainer.get_optimizer_cls_and_kwargs(arguments)
        trainer = Trainer(
            model=model,
            args=arguments,
            train_dataset=train,
            eval_dataset=validation,
            data_collator=DataCollatorWithPadding(tokenizer),
            compute_metrics=_macro_f1,
            optimizers=(kind(_parameter_groups(model, body_rate, head_rate), **settings), None),
        )
        for unwanted in (PrinterCallback, ProgressCallback):
            trainer.remove_callback(unwanted)
        trainer.add_callback(_progress(len(train)))
        trainer.train()
    model.zero_grad(set_to_none=True)
    model.to(was_on).eval()
    history = trainer.state.log_history
    del trainer
    gc.collect()  # a Trainer holds itself, and with it the optimizer: twice the model's size
    return _by_epoch(history)


def _arguments(**settings):
    """Make the arguments of a Trainer: ours, and what is the same in every run."""
    import torch
    from transformers import TrainingArguments

    # Batches of like length waste little on padding: a quarter faster.
    by_length = {"group_by_length": True}
    if "train_sampling_strategy" in TrainingArguments.__dataclass_fields__:  # the newer name
        by_length = {"train_sampling_strategy": "group_by_length"}
    return TrainingArguments(
        logging_strategy="epoch",
        report_to="none",
        per_device_eval_batch_size=64,
        disable_tqdm=True,
        use_cpu=not torch.cuda.is_available(),
        **by_length,
        **settings,
    )


def _by_epoch(history: list[dict]):
    """Put what a Trainer logged into a table, a row for each epoch."""
    import pandas as pd

    names = {"loss": "training loss", "eval_loss": "validation loss"}
    names["eval_macro_f1"] = "validation macro-F1"
    rows: dict[float, dict[str, float]] = {}
    for entry in history:
        found = {names[key]: value for key, value in entry.items() if key in names}
        if found:
            rows.setdefault(round(entry["epoch"], 2), {}).update(found)
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("epoch")


def _parameter_groups(model, body_rate: float, head_rate: float) -> list[dict]:
    """Part a model's weights into body and head, each with its learning rate, for an optimizer.

    The head is the pooler, if there is one, and all that comes after the encoder.
    """
    body, head = [], []
    encoder, pooler = f"{model.base_model_prefix}.", f"{model.base_model_prefix}.pooler."
    for name, parameter in model.named_parameters():
        in_body = name.startswith(encoder) and not name.startswith(pooler)
        (body if in_body else head).append(parameter)
    return [{"params": body, "lr": body_rate}, {"params": head, "lr": head_rate}]


def _lower_states(model, ids: list[list[int]], below: int) -> list:
    """Run the layers below once; return each text's hidden states, ``(n_tokens, hidden_size)``."""
    import torch

    states: list = [None] * len(ids)
    for rows in batches(np.array([len(row) for row in ids]), 32):
        batch, mask = pad_states([torch.tensor(ids[i]) for i in rows])
        with torch.no_grad():
            found = model.base_model.embeddings(batch)
            found = _through(model.base_model.encoder.layer[:below], found, mask)
        for i, state in zip(rows, found, strict=True):
            states[i] = state[: len(ids[i])].clone()
    return states


def _like_length_batches(states: list, batch_size: int) -> list[list[int]]:
    """Deal texts into batches at random; those of like length share one, which saves padding."""
    import torch

    dealt = []
    for some in torch.randperm(len(states)).split(8 * batch_size):
        some = sorted(some.tolist(), key=lambda i: len(states[i]))
        dealt += [some[k : k + batch_size] for k in range(0, len(some), batch_size)]
    return [dealt[k] for k in torch.randperm(len(dealt))]


def _with_adapter(model, first: int, end: int, rank: int):
    """Add LoRA to all linear maps of layers ``first`` to ``end``; pooler and head learn too."""
    import warnings

    from peft import LoraConfig, get_peft_model

    settings = LoraConfig(
        r=rank,
        lora_alpha=2 * rank,
        target_modules=["query", "key", "value", "dense"],
        layers_to_transform=list(range(first, end)),
        modules_to_save=["pooler", "classifier"],
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return get_peft_model(model, settings)


def _float_targets(targets, model, name: str = "targets") -> np.ndarray:
    if model.config.problem_type != PROBLEM_TYPE:
        raise ValueError(
            f"The model's problem_type is {model.config.problem_type!r}, expected "
            f"{PROBLEM_TYPE!r}. Load it with that, or set model.config.problem_type."
        )
    targets = validate.as_array(targets, name)
    checked = validate.targets(targets, name)
    if targets.dtype.kind != "f":
        raise TypeError(
            f"{name} are whole numbers ({targets.dtype}), expected floats: the multi-label loss "
            'takes 0.0 and 1.0 only. Write numpy.asarray(...).astype("float32"), or .float() on a '
            "tensor."
        )
    if checked.shape[1] != model.config.num_labels:
        raise ValueError(
            f"{name} has shape {checked.shape}, but the model has {model.config.num_labels} "
            "labels. Load the model with the label names of these targets."
        )
    return checked.astype(np.float32)


def _tokenized(model, tokenizer, dataset, name: str):
    from datasets import Dataset

    if not isinstance(dataset, Dataset):
        fix = "Pass one split, dataset['train']." if isinstance(dataset, dict) else ""
        raise TypeError(
            f"{name} is a {type(dataset).__name__}, expected a datasets.Dataset with columns text "
            f"and labels. {fix or 'Dataset.from_dict makes one from lists.'}"
        )
    missing = {"text", "labels"} - set(dataset.column_names)
    if missing:
        raise ValueError(
            f"{name} has no column {' and no column '.join(sorted(missing))}; it has "
            f"{', '.join(dataset.column_names)}. Use dataset.rename_column."
        )
    if not len(dataset):
        raise ValueError(f"{name} is empty: it has no texts. Pass at least one.")
    kind = dataset.features["labels"]
    if hasattr(getattr(kind, "feature", kind), "int2str"):
        raise TypeError(
            f"{name}['labels'] are class numbers, the positions of each text's labels, expected "
            "rows of 0.0 and 1.0. Make them with helpers.data.indicator_matrix([[label_names[i] "
            "for i in row] for row in dataset['labels']], label_names)."
        )
    texts = validate.texts(dataset["text"])
    targets = _float_targets(list(dataset["labels"]), model, f"{name}['labels']")
    encoded = encode(model, tokenizer, texts, stacklevel=4)
    return Dataset.from_dict({**encoded, "labels": targets.tolist()})


def _macro_f1(prediction) -> dict[str, float]:
    from sklearn.metrics import f1_score

    targets, predictions = prediction.label_ids, prediction.predictions > 0  # probability 0.5
    return {"macro_f1": f1_score(targets, predictions, average="macro", zero_division=0)}


def _progress(n_texts: int):
    """Make a callback: a bar that moves in a notebook, lines in a script; both end in one line."""
    from transformers import TrainerCallback
    from transformers.utils import is_in_notebook

    class Progress(TrainerCallback):
        def on_train_begin(self, arguments, state, control, **others):
            self.started, self.display = time.monotonic(), None
            if is_in_notebook():
                from IPython.display import display

                self.display = display({"text/plain": ""}, raw=True, display_id=True)

        def on_step_end(self, arguments, state, control, **others):
            done, steps = state.global_step, state.max_steps
            left = (time.monotonic() - self.started) / done * (steps - done)
            epoch = min(int(state.epoch + 0.999), arguments.num_train_epochs)
            line = (
                f"Epoch {epoch} of {arguments.num_train_epochs:g}, step {done} of {steps}: "
                f"about {left:.0f} s left"
            )
            if self.display:
                bar = f'<progress value="{done}" max="{steps}"></progress> {line}'
                self.display.update({"text/html": bar, "text/plain": line}, raw=True)
            elif control.should_epoch_stop or done == steps or not done % max(1, steps // 5):
                print(line)

        def on_train_end(self, arguments, state, control, **others):
            where = "the CPU"
            if arguments.device.type == "cuda":
                import torch

                where = f"the GPU, {torch.cuda.get_device_name(arguments.device)}"
            steps = f"{state.global_step} step{'s' * (state.global_step != 1)}"
            line = f"Trained on {n_texts} texts in {steps} on {where}."
            if self.display:
                # What stays, and is saved, is the same on every run: no times.
                self.display.update({"text/plain": line}, raw=True)
            else:
                print(line)

    return Progress()
