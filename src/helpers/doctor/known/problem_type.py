"""Which loss the model computes: its problem_type, and labels read as class numbers."""

from helpers.doctor._evidence import Evidence
from helpers.doctor._kinds import has_one_in_each_row, holds_whole_numbers, kind_of
from helpers.doctor.known._sign import Sign, known_error
from helpers.doctor.known.labels import floats_by_trainer, head_differs

# Inside the loss of a classification model of transformers, whatever its kind.
CLASSIFIER_CROSS_ENTROPY = r"ForSequenceClassification.* > torch\.nn\.functional\.cross_entropy$"

CROSS_ENTROPY = r"> torch\.nn\.functional\.cross_entropy$"
MULTI_LABEL = 'trainer.model.config.problem_type = "multi_label_classification"'


def _matrix_of_labels(evidence: Evidence) -> bool:
    """Whether a matrix of 0s and 1s, a place for each label, was read as a list of class numbers.

    Labels for each token are a matrix too, of other numbers and another width.
    """
    labels, values = evidence.forward["labels"], evidence.forward
    logits = values.get("logits", values.get("pooled_logits"))
    fits = labels.dim() == 2 and labels.shape == logits.shape and not head_differs(evidence)
    return fits and bool(((labels == 0) | (labels == 1)).all())


def _has_one_output(evidence: Evidence) -> bool:
    """Whether the head gives one number, as a reward model's: no label can be told by it."""
    values = evidence.forward
    return values.get("logits", values.get("pooled_logits")).shape[-1] == 1


def _table_of_labels(evidence: Evidence):
    """The matrix of 0s and 1s that cross-entropy was given, a row for each text; else None.

    Classes for each token, frame or pixel have more dimensions, and other losses.
    """
    target = evidence.given(r"torch\.nn\.functional\.cross_entropy")["target"]
    return target if target.dim() == 2 and bool(((target == 0) | (target == 1)).all()) else None


def _many_in_a_row(evidence: Evidence) -> bool:
    labels = _table_of_labels(evidence)
    return labels is not None and not has_one_in_each_row(labels)


def _one_in_each_row(evidence: Evidence) -> bool:
    labels = _table_of_labels(evidence)
    return labels is not None and has_one_in_each_row(labels)


def _are_class_numbers(evidence: Evidence) -> bool:
    """Whether cross-entropy was given a number for each row of logits, of a class that it has."""
    given = evidence.given(r"torch\.nn\.functional\.cross_entropy")
    logits, target = given["input"], given["target"]
    one_each = logits.dim() == 2 and target.shape == logits.shape[:1]
    fits = one_each and bool(target.min() >= 0) and bool(target.max() < logits.shape[1])
    return fits and holds_whole_numbers(target)


def _all_are_minus_one(evidence: Evidence) -> bool:
    """Whether the labels are all -1, the mark of labels that are kept back."""
    return bool((evidence.forward["labels"] == -1).all())


def _of_texts_by_own_head(evidence: Evidence) -> bool:
    """Whether these are classes of texts, one each, and the head on an encoder is the learner's.

    Classes of tokens, laid out in a row for the loss, are more than the texts.
    """
    given = evidence.given(r"torch\.nn\.functional\.cross_entropy")
    logits, target = given["input"], given["target"]
    if evidence.forward or logits.dim() != 2 or target.shape != logits.shape[:1]:
        return False
    near = [value for _, value in evidence.own_values()]
    near += [part for one in near if kind_of(one) == "mapping" for part in list(one.values())]
    tables = [one for one in near if kind_of(one) == "tensor" and one.dim() == 2]
    ids = [one for one in tables if not one.dtype.is_floating_point and one.dtype.itemsize == 8]
    return _has_encoder(near) and any(len(one) == len(target) for one in ids)


def _has_encoder(values: list) -> bool:
    """Whether one of these is an encoder of transformers, or a module that has one."""
    modules = [value for value in values if hasattr(type(value), "_call_impl")]
    parts = [part for module in modules for part in module.modules()]
    return any(
        type(part).__module__.startswith("transformers.models.")
        and type(part).__name__.endswith("Model")
        for part in parts
    )


PROBLEM_TYPE = (
    known_error(
        "problem-type-in-config",
        Sign(
            "ValueError",
            r"The config parameter `problem_type` was not understood: received .+ but only .+",
            r"> transformers\.configuration_utils\.[\w.]+$",
            "transformers 4.6 to 5.3",
        ),
        Sign(
            "StrictDataclassFieldValidationError",
            r"Validation error for field 'problem_type':\s.+",
            r"> huggingface_hub\.dataclasses\.[\w.<>]+$",
            "transformers 5.4 to 5.17",
        ),
        cause="""problem_type has to be one of "multi_label_classification",
            "single_label_classification" and "regression", letter for letter. A saved model keeps
            a misspelled one in its config.json. transformers 5.18 to 5.23 say nothing at all.""",
        fix="""
            import json
            from pathlib import Path

            config_file = Path(checkpoint) / "config.json"
            if config_file.is_file():  # a saved model: fix what it saved
                config = json.loads(config_file.read_text())
                config["problem_type"] = "multi_label_classification"
                config_file.write_text(json.dumps(config, indent=2))
            model = AutoModelForSequenceClassification.from_pretrained(
                checkpoint, problem_type="multi_label_classification"
            )""",
        check="""
            assert model.config.problem_type == "multi_label_classification"
            assert model(**batch, labels=labels).loss is not None""",
    ),
    known_error(
        "problem-type-in-loss",
        Sign(
            "RuntimeError",
            r"Invalid problem type: .+",
            r"> transformers\.loss\.loss_utils\.ForSequenceClassificationLoss$",
        ),
        cause="""The model's problem_type is none of the three that exist, so there is no loss to
            compute. It was accepted when the model was loaded.""",
        fix="""
            model.config.problem_type = "multi_label_classification"
            loss = model(**batch, labels=labels).loss""",
        check="assert loss.item() > 0",
    ),
    known_error(
        "labels-read-as-classes",
        Sign(
            "ValueError",
            r"Expected input batch_size \(\d+\) to match target batch_size \(\d+\)\.",
            CLASSIFIER_CROSS_ENTROPY,
            when=_matrix_of_labels,
        ),
        cause="""The model computes the loss of one class per text. Either its problem_type says so,
            or whole-number labels made it guess so, and the first guess stays in
            model.config.problem_type for good.""",
        fix="""
            model.config.problem_type = "multi_label_classification"
            labels = labels.float()
            loss = model(**batch, labels=labels).loss""",
        check="""
            assert model.config.problem_type == "multi_label_classification"
            assert loss.item() > 0""",
        ways=floats_by_trainer(f"{MULTI_LABEL}\n"),
    ),
    known_error(
        "head-and-num-labels-differ",
        Sign(
            "ValueError",
            r"Expected input batch_size \(\d+\) to match target batch_size \(\d+\)\.",
            CLASSIFIER_CROSS_ENTROPY,
            when=lambda seen: head_differs(seen) and not _has_one_output(seen),
        ),
        cause="""The head gives another number of logits than the model's num_labels says: it was
            replaced, and the model goes on counting by the old number. (If the old number is the
            right one, replace the head once more.)""",
        fix="""
            n_labels = model(**batch).logits.shape[-1]
            model.num_labels = model.config.num_labels = n_labels  # names them LABEL_0 ...
            loss = model(**batch, labels=labels).loss""",
        check="""
            assert model.num_labels == model.config.num_labels == len(model.config.id2label)
            assert model(**batch).logits.shape[-1] == model.num_labels and loss.item() > 0""",
    ),
    known_error(
        "class-ids-not-whole",
        Sign(
            "RuntimeError",
            r"expected target dtype to be Long or Byte, but got (?:Float|Double|Half)",
            CLASSIFIER_CROSS_ENTROPY,
        ),
        cause="""The model's problem_type is one class per text, for which labels are whole numbers,
            and these are floats. For several labels per text set the problem_type and give a row
            of 0s and 1s for each text.""",
        fix="""
            model.config.problem_type = "multi_label_classification"
            labels = torch.tensor(targets, dtype=torch.float32)
            loss = model(**batch, labels=labels).loss""",
        check="""
            assert (labels.numpy() == targets).all()
            assert loss.item() > 0""",
    ),
    known_error(
        "class-numbers-not-long",
        Sign(
            "RuntimeError",
            r"expected target dtype to be Long or Byte, but got (?:Int|Short)"
            r"|expected scalar type Long but found (?:Int|Short)",
            CROSS_ENTROPY,
            when=_are_class_numbers,
        ),
        Sign(
            "RuntimeError",
            r"expected target dtype to be Long or Byte, but got (?:Float|Double)"
            r"|expected scalar type Long but found (?:Float|Double)",
            rf"^(?!.*{CLASSIFIER_CROSS_ENTROPY}).*{CROSS_ENTROPY}",
            when=_are_class_numbers,
        ),
        cause="""Cross-entropy takes the number of each text's class, as a whole number of the type
            torch.long. These are of another type: int32, as NumPy makes them on Windows, or floats,
            as a table makes of a column with gaps.""",
        fix="""
            labels = labels.long()
            loss = torch.nn.functional.cross_entropy(logits, labels)  # or as before""",
        check="assert labels.dtype == torch.long and loss.item() > 0",
    ),
    known_error(
        "class-id-too-large",
        Sign(
            "IndexError",
            r"Target -?\d+ is out of bounds\.",
            CLASSIFIER_CROSS_ENTROPY,
            when=lambda seen: not head_differs(seen) and not _all_are_minus_one(seen),
        ),
        cause="""The labels were read as one class per text, and a class has a number that the model
            has no output for: they run from 0 to num_labels - 1. If a text can have several labels,
            give a row of 0s and 1s for each. If each has exactly one, number the classes from 0,
            and load the model with as many outputs as there are classes.""",
        fix="""
            # If a text can have several labels:
            model.config.problem_type = "multi_label_classification"
            labels = torch.tensor(targets, dtype=torch.float32)
            # If each has exactly one, take these in place of the two lines above:
            # number = {one: i for i, one in enumerate(sorted(set(classes)))}  # of all texts
            # labels = torch.tensor([number[one] for one in classes])
            # and a model that was loaded with num_labels=len(number)
            loss = model(**batch, labels=labels).loss""",
        check="assert labels.tolist() == [[float(value) for value in row] for row in targets]",
    ),
    known_error(
        "class-id-too-large-for-own-head",
        Sign(
            "IndexError",
            r"Target \d+ is out of bounds\.",
            rf"^(?!.*{CLASSIFIER_CROSS_ENTROPY}).*{CROSS_ENTROPY}",
            when=_of_texts_by_own_head,
        ),
        cause="""A class has a number that your head has no output for: they run from 0 to the
            number of outputs less 1. Number the classes of all texts from 0, and make the head with
            as many outputs as there are classes. If a text can have several labels, give a row of
            0s and 1s for each, and another loss.""",
        fix="""
            # A new head, untrained: its logits mean nothing before it has learned.
            number = {one: i for i, one in enumerate(sorted(set(classes)))}  # of all texts
            labels = torch.tensor([number[one] for one in classes])
            head = torch.nn.Linear(features.shape[-1], len(number))
            loss = torch.nn.functional.cross_entropy(head(features), labels)""",
        check="""
            assert [list(number)[i] for i in labels.tolist()] == list(classes)
            assert head.out_features == len(number) and loss.item() > 0""",
    ),
    known_error(
        "labels-not-published",
        Sign(
            "IndexError",
            r"Target -1 is out of bounds\.",
            CLASSIFIER_CROSS_ENTROPY,
            when=_all_are_minus_one,
        ),
        cause="""Every label here is -1. So public data sets mark the labels that they keep back, in
            the test part of GLUE for one: then there is nothing to compare with. Predict without
            labels, as here, and measure on another part. (Is -1 a class of your own? Then number
            the classes from 0.)""",
        fix="""
            # Leaves out the labels: they tell nothing here.
            batch = {name: part for name, part in batch.items() if name != "labels"}
            outputs = model(**batch)""",
        check="assert outputs.loss is None and len(outputs.logits) == len(texts)",
    ),
    known_error(
        "cross-entropy-for-many-labels",
        Sign(
            "RuntimeError",
            r"Expected floating point type for target with class probabilities, got \w+",
            r"> torch\.nn\.functional\.cross_entropy$",
            when=_many_in_a_row,
        ),
        cause="""Cross-entropy is the loss of one class per text, and it was given a matrix of 0s
            and 1s. Converted to floats it would go through and mean something else.""",
        fix="""
            loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, labels.float())""",
        check="assert loss.item() > 0",
    ),
    known_error(
        "cross-entropy-for-rows-with-one",
        Sign(
            "RuntimeError",
            r"Expected floating point type for target with class probabilities, got \w+",
            r"> torch\.nn\.functional\.cross_entropy$",
            when=_one_in_each_row,
        ),
        cause="""Cross-entropy takes the number of each text's class, and it was given rows of 0s
            and 1s, with one 1 in each. Ask whether a text can have several labels. If each has
            exactly one, give the numbers; if not, the loss is another one.""",
        fix="""
            # If each text has exactly one label:
            numbers = labels.argmax(dim=1)
            loss = torch.nn.functional.cross_entropy(logits, numbers)
            # If a text can have several, take these in place of the two lines above:
            # bce = torch.nn.functional.binary_cross_entropy_with_logits
            # loss = bce(logits, labels.float())""",
        check="""
            assert (torch.nn.functional.one_hot(numbers, labels.shape[1]) == labels).all()
            assert loss.item() > 0""",
    ),
)
