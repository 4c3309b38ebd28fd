"""Labels of another shape or kind than the loss can use."""

from helpers.doctor._evidence import Evidence
from helpers.doctor._kinds import holds_whole_numbers, kind_of
from helpers.doctor.known._sign import BCE, Sign, known_error, train_again, way

BCE_OF_PROBABILITIES = r"> torch\.nn\.functional\.binary_cross_entropy$"
LOSS = r"torch\.nn\.functional\.binary_cross_entropy(?:_with_logits)?"
LOSS_AGAIN = "loss = model(**batch, labels=labels).loss  # or your own loss, as before"


def _two_sizes(labels: str, logits: str, when=None) -> tuple[Sign, Sign]:
    """The signs of two shapes that differ, in the words of either loss."""
    labels, logits = rf"\(torch\.Size\(\[{labels}\]\)\)", rf"\(torch\.Size\(\[{logits}\]\)\)"
    return (
        Sign(
            "ValueError",
            rf"Target size {labels} must be the same as input size {logits}",
            BCE,
            when=when,
        ),
        Sign(
            "ValueError",
            rf"Using a target size {labels} that is different to the input size {logits} is "
            r"deprecated\. .+",
            BCE_OF_PROBABILITIES,
            when=when,
        ),
    )


def _target(evidence: Evidence):
    return evidence.given(LOSS)["target"]


def _are_class_numbers(evidence: Evidence) -> bool:
    """Whether the rows hold numbers of labels: whole, and some of them above 1."""
    target = _target(evidence)
    return holds_whole_numbers(target) and bool(target.min() >= 0) and bool(target.max() > 1)


def _in_data_are_class_numbers(evidence: Evidence) -> bool:
    """Whether rows of the Trainer's data hold numbers of labels, which one batch may not show."""
    data = getattr(evidence.trainer, "train_dataset", None)
    if not hasattr(data, "__getitem__"):
        return False
    rows = [data[i] for i in range(min(len(data), 100))]
    lists = [row.get("labels", row.get("label", ())) for row in rows]
    values = [float(value) for row in lists for value in row]
    return all(v.is_integer() and v >= 0 for v in values) and max(values, default=0) > 1


def _list_numbers(evidence: Evidence) -> bool:
    """Whether the rows hold numbers of labels, in this batch or in the others."""
    return _are_class_numbers(evidence) or _in_data_are_class_numbers(evidence)


def _are_zero_or_one(evidence: Evidence) -> bool:
    """Whether the rows are 0s and 1s, a place for each label.

    Rows such as [0, 1] and [1, 0] may as well list the numbers of labels: each value stands there
    once. Then the other rows of a Trainer's data decide, and without them nothing is known.
    """
    target = _target(evidence)
    if not (bool((target >= 0).all()) and bool((target <= 1).all())) or _was_flattened(evidence):
        return False
    if evidence.trainer is not None:
        return not _in_data_are_class_numbers(evidence)
    return target.shape[1] > 2 or any(len(set(row)) < len(row) for row in target.tolist())


def _other_shapes(evidence: Evidence) -> list:
    """Shapes that as many values as the target has have elsewhere on the way to the loss."""
    target = _target(evidence)
    values = [value for frame in evidence.frames for value in list(frame.f_locals.values())]
    values += [part for value in values if kind_of(value) == "mapping" for part in value.values()]
    tensors = [value for value in values if kind_of(value) == "tensor" and value.dim()]
    same = [one.shape for one in tensors if one.numel() == target.numel()]
    return [shape for shape in same if shape != target.shape]


def _was_reshaped(evidence: Evidence) -> bool:
    """Whether a model laid labels out anew that had a row, or a number, for each text."""
    n_texts = len(evidence.given(LOSS)["input"])
    return any(shape[0] == n_texts for shape in _other_shapes(evidence))


def _was_flattened(evidence: Evidence) -> bool:
    """Whether the target is a picture's mask, say, that was flattened for the loss."""
    return any(len(shape) > 2 for shape in _other_shapes(evidence))


def head_differs(evidence: Evidence) -> bool:
    """Whether the head gives another number of logits than the model's num_labels."""
    values = evidence.forward
    logits = values.get("logits", values.get("pooled_logits"))
    count = getattr(values.get("self"), "num_labels", None)
    return logits is not None and count is not None and logits.shape[-1] != count


def _width_differs(evidence: Evidence) -> bool:
    """Whether rows of 0s and 1s are of another width than what the model's own head gives."""
    return not head_differs(evidence) and _are_zero_or_one(evidence)


def _of_own_head(evidence: Evidence) -> bool:
    """Whether the logits come from a head that the learner made, and no config counts them."""
    if evidence.forward or evidence.trainer is not None:
        return False
    width = evidence.given(LOSS)["input"].shape[-1]
    near = [value for _, value in evidence.own_values() if hasattr(type(value), "_call_impl")]
    heads = [m for m in near if any(_outputs(layer) == width for layer in m.modules())]
    counted = any(getattr(getattr(m, "config", None), "num_labels", None) == width for m in heads)
    own = [type(m).__name__ == "Linear" or evidence.is_own(type(m).forward) for m in heads]
    return any(own) and not counted


def _outputs(layer) -> int | None:
    """How many numbers a linear layer gives; None for another layer."""
    return getattr(layer, "out_features", None)


def _rows_fit(evidence: Evidence) -> bool:
    """Whether there may be a row of labels for each text, which the loss then counts otherwise.

    So it is where a model has one output: a matrix of labels becomes one long column.
    """
    ids, labels = evidence.forward.get("input_ids"), evidence.forward.get("labels")
    fit = kind_of(ids) == kind_of(labels) == "tensor" and len(ids) == len(labels)
    one_output = evidence.given(LOSS)["input"].shape[-1] == 1
    return fit or one_output or _was_reshaped(evidence)


def _are_class_ids(evidence: Evidence) -> bool:
    """Whether these are numbers of classes: 0s and 1s may be another kind of truth elsewhere."""
    target = _target(evidence)
    whole = holds_whole_numbers(target) and bool(target.min() >= 0)
    in_a_model = bool(evidence.forward) and not head_differs(evidence)
    two = evidence.given(LOSS)["input"].shape[-1] == 2
    return whole and (in_a_model or two or bool(target.max() > 1))


def _same_loss(evidence: Evidence) -> dict[str, str]:
    """The loss that was asked for: the one of logits, or the one of probabilities."""
    if evidence.calls.endswith("_with_logits"):
        return {"LOSS": "binary_cross_entropy_with_logits", "OUTPUTS": "logits"}
    return {"LOSS": "binary_cross_entropy", "OUTPUTS": "probabilities"}


def _is_tensor(name: str, wanted: bool):
    return lambda evidence: (kind_of(evidence.given(LOSS)[name]) == "tensor") is wanted


def floats_by_trainer(before: str = "") -> dict:
    """The ways to floats for labels that a Trainer takes from a data set or from other rows."""
    rows = train_again(
        """
        def fixed(row):
            return {"labels": [float(value) for value in row["labels"]]}""",
        "",
    )["Trainer"].fix
    same = """
        assert [[float(v) for v in row["labels"]] for row in train_dataset] == before
        assert result.training_loss > 0"""
    keep = """
        numbers = [train_dataset[i]["labels"] for i in range(len(train_dataset))]
        before = [[float(value) for value in row] for row in numbers]
        """
    keep = "\n".join(line.strip() for line in keep.strip().splitlines())
    return {
        "Trainer with a data set": way(
            f"{before}from datasets import Sequence, Value\n\n{keep}\n"
            'train_dataset = train_dataset.cast_column("labels", Sequence(Value("float32")))\n'
            "trainer.train_dataset = train_dataset  # and eval_dataset in the same way\n"
            "result = trainer.train()",
            same,
        ),
        "Trainer": way(f"{before}{keep}\n\n\n{rows}", same),
    }


IN_BATCH = {
    "batch with labels": way(
        """
        batch["labels"] = batch["labels"].float()  # in the loop, before the model
        loss = model(**batch).loss""",
        """assert batch["labels"].dtype == torch.float32 and loss.item() > 0""",
    )
}
INDICATORS = """
def fixed(row):
    columns = range(model.config.num_labels)
    return {"labels": [float(i in row["labels"]) for i in columns]}"""

LABELS = (
    known_error(
        "labels-of-another-width",
        *_two_sizes(
            r"(\d+), (\d+)",
            r"\1, (?!\2\])(?!1\])\d+",
            lambda seen: _width_differs(seen) and not _of_own_head(seen),
        ),
        cause="""The labels have another number of columns than the logits. A model has as many
            outputs as num_labels said when it was loaded: two where nobody said it, or those of its
            checkpoint. Compare model.config.id2label with your label names. If your columns are
            right, the model needs a new head, as below; if not, the labels or their names are to be
            corrected. (Another library's head needs as many outputs as there are labels.)""",
        fix="""
            # Loads the checkpoint again with a new head: what this head has learned is lost.
            assert labels.shape[1] == len(label_names), "which of the two is wrong?"
            model = AutoModelForSequenceClassification.from_pretrained(
                checkpoint,
                num_labels=labels.shape[1],
                id2label=dict(enumerate(label_names)),  # a name for each column of the labels
                label2id={name: i for i, name in enumerate(label_names)},
                problem_type="multi_label_classification",
                ignore_mismatched_sizes=True,
            )
            loss = model(**batch, labels=labels).loss""",
        check="""
            assert model.config.num_labels == labels.shape[1] == len(label_names)
            assert model(**batch).logits.shape == labels.shape""",
        ways={
            "Trainer": way(
                """
                # Loads the checkpoint again with a new head: what this head has learned is lost.
                model = AutoModelForSequenceClassification.from_pretrained(
                    checkpoint,
                    num_labels=len(label_names),
                    id2label=dict(enumerate(label_names)),
                    label2id={name: i for i, name in enumerate(label_names)},
                    problem_type="multi_label_classification",
                    ignore_mismatched_sizes=True,
                )
                trainer = Trainer(
                    model=model,
                    args=trainer.args,
                    train_dataset=train_dataset,
                    data_collator=trainer.data_collator,
                )
                result = trainer.train()""",
                """
                assert len(train_dataset[0]["labels"]) == model.config.num_labels
                assert result.training_loss > 0""",
            )
        },
    ),
    known_error(
        "own-head-of-another-width",
        *_two_sizes(
            r"(\d+), (\d+)",
            r"\1, (?!\2\])(?!1\])\d+",
            lambda seen: _width_differs(seen) and _of_own_head(seen),
        ),
        cause="""Your head has another number of outputs than the labels have columns. Count your
            label names: either the head has to be made with as many outputs, as below, or the
            columns are wrong.""",
        fix="""
            # A new head, untrained: its logits mean nothing before it has learned.
            assert labels.shape[1] == len(label_names), "which of the two is wrong?"
            head = torch.nn.Linear(features.shape[-1], len(label_names))
            logits = head(features)
            loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, labels)""",
        check="assert logits.shape == labels.shape and loss.item() > 0",
    ),
    known_error(
        "labels-are-lists-of-numbers",
        *_two_sizes(r"(\d+), (\d+)", r"\1, (?!\2\])\d+", _list_numbers),
        cause="""A row of these labels lists the numbers of the labels that a text has, as 0 and 2.
            The loss wants a row as wide as the logits: 1 where a label applies, 0 elsewhere. Filled
            up to one length, such lists also hold numbers that are no labels: leave those out.""",
        fix="""
            numbers = labels.tolist()
            columns = range(model.config.num_labels)
            labels = torch.tensor([[float(i in row) for i in columns] for row in numbers])
            loss = model(**batch, labels=labels).loss""",
        check="""
            assert labels.shape == (len(texts), model.config.num_labels)
            found = [set(row.nonzero().flatten().tolist()) for row in labels]
            assert found == [{int(i) for i in row} for row in numbers]""",
        ways=train_again(
            f"""
            old = [train_dataset[i]["labels"] for i in range(len(train_dataset))]

            {INDICATORS.replace(chr(10), chr(10) + " " * 12)}""",
            """
            found = [{i for i, v in enumerate(row["labels"]) if v} for row in train_dataset]
            assert found == [{int(i) for i in row} for row in old]
            assert result.training_loss > 0""",
        ),
    ),
    known_error(
        "labels-turned",
        *_two_sizes(r"(\d+), (?!\1\])(?!1\])(\d+)", r"\2, \1"),
        cause="""The labels are turned on their side. A row is a text, a column is a label:
            (n_texts, n_labels).""",
        fix=f"""
            columns = labels
            labels = columns.T
            {LOSS_AGAIN}""",
        check="""
            assert labels.shape == (len(texts), model.config.num_labels)
            assert all((row == columns[:, i]).all() for i, row in enumerate(labels))""",
    ),
    known_error(
        "labels-of-another-batch",
        *_two_sizes(r"(\d+), (\d+)", r"(?!\1,)(\d+), \2", lambda seen: not _rows_fit(seen)),
        cause="""There are more rows of labels than texts, or fewer, or none at all. Which belong
            together only the data can say, so nothing may be cut to fit: take both from the same
            rows.""",
        fix="""
            pairs = list(zip(texts, targets, strict=True))  # stops where the data does not fit
            batch = tokenizer([text for text, _ in pairs], padding=True, return_tensors="pt")
            labels = torch.tensor([list(row) for _, row in pairs], dtype=torch.float32)
            loss = model(**batch, labels=labels).loss""",
        check="""
            assert len(labels) == len(batch["input_ids"]) == len(texts)
            assert (labels.numpy() == targets).all()""",
    ),
    known_error(
        "labels-are-class-ids",
        *_two_sizes(r"(\d+)", r"\1, (?!1\])\d+", _are_class_ids),
        cause="""Each text has one number as its label, and a multi-label model wants a row of 0s
            and 1s. Ask first whether a text can have several labels. If it can, make such rows,
            from all of a text's labels. If each has exactly one, the task is multi-class: keep
            the numbers.""",
        fix="""
            # If a text can have several labels: rows of 0 and 1, here with the one label known.
            numbers = labels.long()  # from 0 on; where yours begin with 1, less 1
            labels = torch.nn.functional.one_hot(numbers, len(label_names)).float()
            loss = model(**batch, labels=labels).loss  # or your own loss, as before
            # If each text has exactly one, these in place of the two lines above:
            # model.config.problem_type = "single_label_classification"
            # loss = model(**batch, labels=numbers).loss
            # or your own: torch.nn.functional.cross_entropy(logits, numbers)""",
        check="""
            assert (labels.sum(dim=1) == 1).all() and len(labels) == len(texts)
            assert (labels.argmax(dim=1) == numbers).all()""",
        ways=train_again(
            """
            # If a text can have several labels: rows of 0 and 1, here with the one label known.
            # If each text has exactly one, leave the rows as they are and set
            # model.config.problem_type = "single_label_classification"
            numbers = [int(train_dataset[i]["labels"]) for i in range(len(train_dataset))]


            def fixed(row):
                columns = range(model.config.num_labels)
                return {"labels": [float(i == row["labels"]) for i in columns]}""",
            """
            assert [list(row["labels"]).index(1) for row in train_dataset] == numbers
            assert all(sum(row["labels"]) == 1 for row in train_dataset)
            assert result.training_loss > 0""",
        ),
    ),
    known_error(
        "labels-of-one-text",
        *_two_sizes(r"(\d+)", r"1, (?!1\])\1"),
        cause="""The labels of one text are a row, and the loss wants a matrix: one row for each
            text, here a single one.""",
        fix=f"""
            row = labels
            labels = row.unsqueeze(0)
            {LOSS_AGAIN}""",
        check="assert len(labels) == 1 and (labels[0] == row).all()",
    ),
    known_error(
        "one-label-is-a-column",
        *_two_sizes(r"(\d+)", r"\1, 1"),
        cause="""The model has one output, so the logits are a column, (n_texts, 1), and the labels
            are a row of as many numbers. Make the labels a column as well. (A model that should
            have several outputs needs num_labels.)""",
        fix="""
            row = labels
            labels = row.reshape(-1, 1)
            loss = torch.nn.functional.LOSS(OUTPUTS, labels)""",
        check="assert labels.shape == OUTPUTS.shape and (labels[:, 0] == row).all()",
        fill=_same_loss,
        ways=train_again(
            """
            before = [float(train_dataset[i]["labels"]) for i in range(len(train_dataset))]


            def fixed(row):
                return {"labels": [float(row["labels"])]}""",
            """
            assert [list(row["labels"]) for row in train_dataset] == [[one] for one in before]
            assert result.training_loss > 0""",
        )
        | {
            "batch with labels": way(
                """
                row = batch["labels"].float()
                batch["labels"] = row.reshape(-1, 1)
                loss = model(**batch).loss""",
                """assert (batch["labels"][:, 0] == row).all() and loss.item() > 0""",
            )
        },
    ),
    known_error(
        "one-logit-is-a-row",
        *_two_sizes(r"(\d+), 1", r"\1"),
        cause="""The labels are a column, (n_texts, 1), and the logits lost theirs, most often by
            squeeze(). Keep the logits as they come out of the model.""",
        fix="""
            OUTPUTS = OUTPUTS.reshape(-1, 1)
            loss = torch.nn.functional.LOSS(OUTPUTS, labels)""",
        check="assert labels.shape == OUTPUTS.shape and loss.item() > 0",
        fill=_same_loss,
    ),
    known_error(
        "labels-with-an-axis-too-many",
        *_two_sizes(r"(\d+), 1, (\d+)", r"\1, \2"),
        cause="""The labels of each text are a matrix of one row, where the loss wants a row:
            (n_texts, 1, n_labels) for (n_texts, n_labels). Leave out the extra brackets, or take
            the axis away.""",
        fix=f"""
            rows = labels
            labels = rows.squeeze(1)
            {LOSS_AGAIN}""",
        check="assert labels.dim() == 2 and (labels == rows[:, 0]).all()",
        ways=train_again(
            """
            before = [list(train_dataset[i]["labels"][0]) for i in range(len(train_dataset))]


            def fixed(row):
                return {"labels": list(row["labels"][0])}""",
            """
            assert [list(row["labels"]) for row in train_dataset] == before
            assert result.training_loss > 0""",
        ),
    ),
    known_error(
        "logits-for-each-token",
        *_two_sizes(r"(\d+), (\d+)", r"\1, \d+, \2"),
        cause="""The logits have a row for each token: (n_texts, n_tokens, n_labels). The head saw
            all hidden states where it needs one vector per text: the first token's, as here, or
            the pooler's. RoBERTa and its kin take the first token inside model.classifier, so
            replace model.classifier.out_proj there, not the whole.""",
        fix="""
            logits = logits[:, 0]  # what the head makes of the first token
            loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, labels)""",
        check="assert logits.shape == labels.shape and loss.item() > 0",
    ),
    known_error(
        "labels-not-float",
        Sign(
            "RuntimeError",
            r"result type (?:Float|Half|BFloat16|Double) can't be cast to the desired output "
            r"type (?:Long|Int|Short|Byte|Char)",
            BCE,
        ),
        Sign(
            "RuntimeError",
            r"Found dtype (?:Long|Int|Short|Byte|Char) but expected (?:Float|Half|BFloat16)",
            r"functional\.binary_cross_entropy$",
        ),
        cause="""The labels are whole numbers. This loss, binary cross-entropy, calculates with
            them, so they have to be floats: 1.0 and 0.0.""",
        fix=f"""
            labels = labels.float()
            {LOSS_AGAIN}""",
        check="assert labels.dtype == torch.float32 and loss.item() > 0",
        ways=floats_by_trainer() | IN_BATCH,
    ),
    known_error(
        "labels-are-bool",
        Sign(
            "RuntimeError",
            r"Subtraction, the `-` operator, with two bool tensors is not supported\. .+",
            BCE,
        ),
        cause="""The labels are True and False. The multi-label loss calculates with them, so they
            have to be floats: 1.0 and 0.0.""",
        fix=f"""
            labels = labels.float()
            {LOSS_AGAIN}""",
        check="assert labels.dtype == torch.float32 and loss.item() > 0",
        ways=floats_by_trainer() | IN_BATCH,
    ),
    known_error(
        "labels-are-lists",
        Sign("AttributeError TypeError", ".+", BCE, when=_is_tensor("target", False)),
        cause="""The labels are a list or a NumPy array, and the loss takes tensors only.""",
        fix=f"""
            labels = torch.tensor(labels, dtype=torch.float32)
            {LOSS_AGAIN}""",
        check="assert isinstance(labels, torch.Tensor) and loss.item() > 0",
    ),
    known_error(
        "logits-are-lists",
        Sign(
            "AttributeError TypeError",
            ".+",
            BCE,
            when=lambda seen: _is_tensor("target", True)(seen) and _is_tensor("input", False)(seen),
        ),
        cause="""The logits are a NumPy array, a list or a model's whole answer, and the loss takes
            tensors only. To train, the logits have to stay the tensor that the model gave.""",
        fix="""
            logits = model(**batch).logits
            loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, labels)""",
        check="assert logits.shape == labels.shape and loss.requires_grad",
    ),
)
