"""Labels of another shape or kind than the loss can use."""

from helpers.doctor.known._sign import BCE, Sign, known_error


def _two_sizes(labels: str, logits: str) -> Sign:
    message = (
        rf"Target size \(torch\.Size\(\[{labels}\]\)\) must be the same as "
        rf"input size \(torch\.Size\(\[{logits}\]\)\)"
    )
    return Sign("ValueError", message, BCE)


LABELS = (
    known_error(
        "labels-of-another-width",
        _two_sizes(r"(\d+), (\d+)", r"\1, (?!\2\])\d+"),
        cause="""The labels have another number of columns than the logits. A model has two outputs
            where nobody said num_labels, or those of the labels it was made for.""",
        fix="""
            # Loads the checkpoint again with a new head: what this model has learned is lost.
            model = AutoModelForSequenceClassification.from_pretrained(
                checkpoint,
                num_labels=labels.shape[1],
                problem_type="multi_label_classification",
                ignore_mismatched_sizes=True,
            )
            loss = model(**batch, labels=labels).loss""",
        check="assert model.config.num_labels == labels.shape[1]",
    ),
    known_error(
        "labels-turned",
        _two_sizes(r"(\d+), (?!\1\])(\d+)", r"\2, \1"),
        cause="""The labels are turned on their side. A row is a text, a column is a label:
            (n_texts, n_labels).""",
        fix="""
            labels = labels.T
            loss = model(**batch, labels=labels).loss""",
        check="assert labels.shape == (len(texts), model.config.num_labels)",
    ),
    known_error(
        "labels-of-another-batch",
        _two_sizes(r"(\d+), (\d+)", r"(?!\1,)(\d+), \2"),
        cause="""There are more rows of labels than texts, or fewer. Which belong together only the
            data can say, so nothing may be cut to fit: take both from the same rows.""",
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
        _two_sizes(r"(\d+)", r"\1, (?!1\])\d+"),
        cause="""Each text has one number as its label, and a multi-label model wants a row of 0s
            and 1s. If a text never has two labels, the task is multi-class: keep the numbers and
            set problem_type to "single_label_classification".""",
        fix="""
            labels = torch.nn.functional.one_hot(labels.long(), model.config.num_labels).float()
            loss = model(**batch, labels=labels).loss""",
        check="""
            assert labels.shape == (len(texts), model.config.num_labels)
            assert (labels.sum(dim=1) == 1).all()""",
    ),
    known_error(
        "labels-of-one-text",
        _two_sizes(r"(\d+)", r"1, \1"),
        cause="""The labels of one text are a row, and the loss wants a matrix: one row for each
            text, here a single one.""",
        fix="""
            labels = labels.unsqueeze(0)
            loss = model(**batch, labels=labels).loss""",
        check="assert labels.shape == (1, model.config.num_labels)",
    ),
    known_error(
        "labels-not-float",
        Sign(
            "RuntimeError",
            r"result type (?:Float|Half|BFloat16|Double) can't be cast to the desired output "
            r"type (?:Long|Int|Short|Byte|Char)",
            BCE,
        ),
        cause="""The labels are whole numbers. The multi-label loss calculates with them, so they
            have to be floats: 1.0 and 0.0.""",
        fix="""
            labels = labels.float()
            loss = model(**batch, labels=labels).loss""",
        check="assert labels.dtype == torch.float32 and loss.item() > 0",
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
        fix="""
            labels = labels.float()
            loss = model(**batch, labels=labels).loss""",
        check="assert labels.dtype == torch.float32 and loss.item() > 0",
    ),
    known_error(
        "labels-are-lists",
        Sign("AttributeError", r"'(?:list|tuple)' object has no attribute 'size'", BCE),
        Sign("TypeError", r"'int' object is not callable", BCE),
        cause="""The labels are a list or a NumPy array, and the loss takes tensors only.""",
        fix="""
            labels = torch.tensor(labels, dtype=torch.float32)
            loss = model(**batch, labels=labels).loss""",
        check="assert isinstance(labels, torch.Tensor) and loss.item() > 0",
    ),
)
