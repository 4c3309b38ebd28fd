"""Training: a head on cached features in seconds, or the whole model with two learning rates.

Bad arguments raise a TypeError (wrong kind) or a ValueError (wrong value) that names the likely
fix; ``Raises`` names what comes on top.
"""

import gc
import tempfile
import time

import numpy as np

from helpers import _validate as validate
from helpers.models import PROBLEM_TYPE, encode, run_in_batches


def cache_features(model, tokenizer, texts, batch_size: int = 64) -> np.ndarray:
    """Compute once what the head reads: the last hidden state of each text's first token.

    As long as the backbone stays as it is, so do these; :func:`train_head` learns from them.

    Args:
        model: a model for sequence classification whose head reads the first token.
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
        return model.base_model(**batch).last_hidden_state[:, 0]

    texts = validate.texts(texts)
    if not texts:
        raise ValueError("texts is empty: there is nothing to learn from. Pass at least one text.")
    return run_in_batches(model, tokenizer, texts, read, model.config.hidden_size, batch_size)


def train_head(
    model,
    features,
    targets,
    epochs: int = 20,
    learning_rate: float = 1e-3,
    batch_size: int = 32,
    seed: int = 0,
) -> list[float]:
    """Train the head alone, on cached features; the backbone is not even run.

    The head is what stands between the first token's last hidden state and the logits: pooler
    and classifier in a BERT, the classifier and the layer before it in a DistilBERT. It goes on
    from the weights it has, and the model is left in evaluation mode.

    Args:
        model: the one that :func:`cache_features` was given; its head is changed in place.
        features: ``(n_texts, hidden_size)``.
        targets: float indicator matrix ``(n_texts, n_labels)``.
        epochs: passes over the texts.
        learning_rate: of AdamW, from the first step to the last.
        batch_size: texts per step.
        seed: decides the order of the texts, whatever was drawn before.

    Returns:
        The mean loss (binary cross-entropy) of each epoch.

    Raises:
        TypeError: features or targets are whole numbers.
        ValueError: targets that are not 0 and 1, a model for another problem, or a head of an
            unknown build.

    >>> from helpers.models import load_backbone
    >>> model, tokenizer = load_backbone(label_names=["sports", "law"])
    >>> features = cache_features(model, tokenizer, ["A late goal.", "The judge was lenient."])
    >>> losses = train_head(model, features, [[1.0, 0.0], [0.0, 1.0]])
    >>> losses[-1] < losses[0]
    True
    """
    import torch

    features = validate.matched(features, "features", targets, axes=(0,))
    features = validate.features(features).astype(np.float32)
    targets = _float_targets(targets, model)
    if features.shape[1] != model.config.hidden_size:
        raise ValueError(
            f"features has shape {features.shape}, but this model's hidden size is "
            f"{model.config.hidden_size}. Pass what cache_features returned for this model."
        )
    if len(features) != len(targets):
        raise ValueError(
            f"features has {len(features)} texts and targets {len(targets)}. Each text needs a row "
            "in both, in the same order."
        )
    epochs = validate.whole(epochs, "epochs")
    learning_rate = validate.positive(learning_rate, "learning_rate")
    batch_size, seed = validate.whole(batch_size, "batch_size"), validate.seed(seed)
    parameters, forward = _head(model)
    inputs = torch.from_numpy(features).to(model.device)
    wanted = torch.from_numpy(targets).to(model.device)
    optimizer = torch.optim.AdamW(parameters, lr=learning_rate)
    generator = torch.Generator().manual_seed(seed)
    losses = []
    model.eval()  # no dropout: the features were computed without it too
    with torch.enable_grad():
        for _ in range(epochs):
            total = 0.0
            for rows in torch.randperm(len(inputs), generator=generator).split(batch_size):
                loss = torch.nn.functional.binary_cross_entropy_with_logits(
                    forward(inputs[rows]), wanted[rows]
                )
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                total += loss.item() * len(rows)
            losses.append(total / len(inputs))
    optimizer.zero_grad()
    return losses


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


def _head(model):
    """Return the head's weights, and a function from first hidden states to logits."""
    pooler = getattr(model.base_model, "pooler", None)
    last = getattr(model, "classifier", None)
    if pooler is not None and hasattr(last, "weight"):  # BERT: the pooler picks the first token
        return [*pooler.parameters(), *last.parameters()], lambda first: last(
            pooler(first[:, None])
        )
    before = getattr(model, "pre_classifier", None)
    if before is not None:  # DistilBERT
        return [*before.parameters(), *last.parameters()], lambda first: last(before(first).relu())
    raise ValueError(
        f"{type(model).__name__} has a head of a build that train_head does not know; it knows "
        "BERT's and DistilBERT's. Use fine_tune, which trains any model."
    )


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
