"""The Trainer: its data, its settings, its metrics."""

from collections.abc import Mapping
from inspect import signature

from helpers.doctor._evidence import Evidence
from helpers.doctor._kinds import kind_of
from helpers.doctor.known._sign import Sign, known_error, train_again

CONVERT = r"transformers\.tokenization_utils_base\.BatchEncoding\.convert_to_tensors"
NO_LOSS = (
    r"The model did not return a loss from the inputs, only the following keys: logits\."
    r" For reference, the inputs it received are "
)
COMPUTE_LOSS = r"> transformers\.trainer\.Trainer\.compute_loss$"
NOT_RECTANGLE = (
    r"Unable to create tensor, you should probably activate truncation and/or padding .+ Perhaps "
    r"your features \(`labels?` in this case\) have excessive nesting .+"
)
PADDED = ("input_ids", "attention_mask", "token_type_ids", "special_tokens_mask")  # by a collator
ONE_SIZE = r"stack expects each tensor to be equal size, but got \[\d+\] at entry \d+ and .+"
DEFAULT_COLLATOR = r"transformers\.\S+\.torch_default_data_collator"
NO_EVAL_LOSS = (
    r".The `metric_for_best_model` training argument is set to 'eval_loss', which is not found in "
    r"the evaluation metrics\. .+"
)
NO_BEST_METRIC = (
    r".The `metric_for_best_model` training argument is set to '(?!eval_loss')\w+', which is not "
    r"found in the evaluation metrics\. .+"
)
TIMES = ("_runtime", "_per_second", "_preparation_time", "epoch")  # the Trainer's own, always there
BEST_METRIC = r"> transformers\.trainer\.Trainer\._determine_best_metric$"
PADDING_COLLATOR = r"transformers\.data\.data_collator\.DataCollatorWithPadding\.__call__"
STEPS = r"> transformers\.trainer\.Trainer\.(?:training|prediction)_step"
OWN_LOSS = """
            def compute_loss(
                self, model, inputs, return_outputs=False, num_items_in_batch=None
            ):
                outputs = model(**inputs)
                loss = outputs.loss  # or your own, from outputs.logits and inputs["labels"]
                return (loss, outputs) if return_outputs else loss


            type(trainer).compute_loss = compute_loss  # better: in the class itself
            result = trainer.train()"""


def _label_columns(evidence: Evidence) -> list[str]:
    """Columns of the data set that hold a single 0 or 1 for each text."""
    data = evidence.trainer.train_dataset
    rows = [data[i] for i in range(min(len(data), 100))]
    return [
        name
        for name in rows[0]
        if all(isinstance(row[name], bool | int | float) and row[name] in (0, 1) for row in rows)
    ]


def _has_no_known_problem_type(evidence: Evidence) -> bool:
    """Whether a model of transformers computed no loss since its problem_type is no such word."""
    model = evidence.trainer.model
    tagger = type(model).__module__.startswith("transformers.") and _is_for_texts(evidence)
    words = ("multi_label_classification", "single_label_classification", "regression")
    return tagger and model.config.problem_type not in (None, *words)


def _is_own_model(evidence: Evidence) -> bool:
    """Whether the class of the Trainer's model is the learner's, not a library's."""
    return evidence.is_own(type(evidence.trainer.model).forward)


def _tokens_differ_alone(evidence: Evidence) -> bool:
    """Whether it is token ids that differ in length, which a collator pads, and nothing else."""
    rows = evidence.given(DEFAULT_COLLATOR)["features"]
    others = [[row[name] for row in rows] for name in rows[0] if name not in PADDED]
    sizes = [{len(value) if hasattr(value, "__len__") else 1 for value in one} for one in others]
    numbers = [size for one, size in zip(others, sizes, strict=True) if not isinstance(one[0], str)]
    return "input_ids" in rows[0] and all(len(size) == 1 for size in numbers)


def _text_lacks_token_ids(evidence: Evidence) -> bool:
    """Whether there are rows with a text and without token ids."""
    trainer = evidence.trainer
    rows = [*evidence.given(PADDING_COLLATOR)["features"][:1]]
    for data in (trainer.train_dataset, trainer.eval_dataset) if trainer else ():
        rows += [] if data is None or isinstance(data, Mapping) else [data[0]]
    return any(
        "input_ids" not in row and any(isinstance(v, str) for v in row.values()) for row in rows
    )


def _columns(data) -> set[str]:
    """The names of the columns of a data set, or of its first row."""
    return set(getattr(data, "column_names", None) or data[0])


def _evaluation_lacks_columns(evidence: Evidence) -> bool:
    """Whether rows to evaluate on lack a column, the labels say, that those to train on have."""
    trainer = evidence.trainer
    if isinstance(trainer.eval_dataset, Mapping):
        return False
    lacks = _columns(trainer.train_dataset) - _columns(trainer.eval_dataset)
    return bool(lacks & {"label", "label_ids", *signature(trainer.model.forward).parameters})


def _label_names_are_others(evidence: Evidence) -> bool:
    """Whether the Trainer looks for labels in no column that there is."""
    trainer = evidence.trainer
    if isinstance(trainer.eval_dataset, Mapping) or _evaluation_lacks_columns(evidence):
        return False
    return _is_own_model(evidence) and not set(trainer.label_names) & _columns(trainer.eval_dataset)


def _only_times(evidence: Evidence) -> bool:
    """Whether compute_metrics is given and was never called, nor a loss computed."""
    names = evidence.given(r"transformers\.trainer\.Trainer\._determine_best_metric")["metrics"]
    given = evidence.trainer.compute_metrics is not None
    return given and all(name.endswith(TIMES) for name in names)


def _nothing_measured(when) -> list[Sign]:
    """Return the signs of a number that evaluation did not compute: no loss, or times alone."""
    return [
        Sign("KeyError", NO_EVAL_LOSS, BEST_METRIC, when=when),
        Sign(
            "KeyError",
            NO_BEST_METRIC,
            BEST_METRIC,
            when=lambda seen: _only_times(seen) and when(seen),
        ),
    ]


def _has_other_names(evidence: Evidence) -> bool:
    """Whether nothing kept the Trainer from calling compute_metrics, if there is one."""
    return not _only_times(evidence) and not evidence.trainer.args.prediction_loss_only


def _column_was_dropped(evidence: Evidence) -> bool:
    """Whether a collator of the learner's own lacks a column that the Trainer left out."""
    trainer, name = evidence.trainer, evidence.message.strip("'")
    return trainer.args.remove_unused_columns and name in _columns(trainer.train_dataset)


def _is_for_texts(evidence: Evidence) -> bool:
    """Whether the Trainer's model is not one of transformers for another task."""
    return not evidence.is_of_another_task(getattr(evidence.trainer, "model", None))


def _labels_are(kind: str):
    """Whether the labels that could not be made a tensor are of this kind, by their first."""

    def look(evidence: Evidence) -> bool:
        if not _is_for_texts(evidence):
            return False
        first, *rest = evidence.given(CONVERT)["value"]
        if isinstance(first, str):
            return kind == ("written rows" if first.lstrip()[:1] in "[(" else "words")
        if kind_of(first) in ("tensor", "array"):
            return kind == "tensors" and len({tuple(row.shape) for row in [first, *rest]}) == 1
        if kind_of(first) != "rows" or any(kind_of(row) != "rows" for row in rest):
            return False
        values = [value for row in [first, *rest] for value in row]
        if any(isinstance(value, str) for value in values):
            return kind == "names" and all(isinstance(value, str) for value in values)
        if kind != "numbers" or len({len(row) for row in [first, *rest]}) == 1:
            return False
        count = getattr(getattr(evidence.trainer, "model", None), "num_labels", None)
        known = count is None or all(0 <= value < count for value in values)
        return known and not _a_label_for_each_token([first, *rest], evidence)

    return look


def _a_label_for_each_token(rows: list, evidence: Evidence) -> bool:
    """Whether each row of labels is as long as its text: another task's labels."""
    read = evidence.given(CONVERT)["self"].get("attention_mask")
    return read is not None and [int(sum(row)) for row in read] == [len(row) for row in rows]


def _own_metrics_got_a_tuple(evidence: Evidence) -> bool:
    loop = r"transformers\.trainer\.Trainer\.(?:evaluation|prediction)_loop"
    predictions = evidence.given(loop)["all_preds"]
    return isinstance(predictions, tuple)


TRAINER = (
    known_error(
        "trainer-without-labels",
        Sign(
            "ValueError",
            NO_LOSS + r"(?!(?:.*,)?labels\b)[\w,]+\.",
            COMPUTE_LOSS,
            when=lambda seen: _is_for_texts(seen) and len(_label_columns(seen)) < 2,
        ),
        cause="""No column reaches the model as labels, so it has no loss. The column has to be
            called labels; one of another name is dropped without a word. If there is none, the
            labels were lost on the way: look where the data set was made.""",
        fix="""
            inputs = {"text", "input_ids", "attention_mask", "token_type_ids"}
            [column] = set(train_dataset.column_names) - inputs  # stops where there are several
            train_dataset = train_dataset.rename_column(column, "labels")
            trainer.train_dataset = train_dataset
            result = trainer.train()""",
        check="""
            assert "labels" in trainer.train_dataset.column_names
            assert result.training_loss > 0""",
    ),
    known_error(
        "labels-in-columns",
        Sign(
            "ValueError",
            NO_LOSS + r"(?!(?:.*,)?labels\b)[\w,]+\.",
            COMPUTE_LOSS,
            when=lambda seen: _is_for_texts(seen) and len(_label_columns(seen)) >= 2,
        ),
        cause="""Each label has a column of its own, and the Trainer drops all of them: it takes one
            column, called labels, with a row of floats for each text.""",
        fix="",
        check="",
        ways=train_again(
            """
            def fixed(row):
                return {"labels": [float(row[name]) for name in label_names]}""",
            """
            for i, name in enumerate(label_names):
                assert all(row["labels"][i] == row[name] for row in train_dataset)
            assert result.training_loss > 0""",
        ),
    ),
    known_error(
        "trainer-problem-type",
        Sign(
            "ValueError",
            NO_LOSS + r"(?:.*,)?labels\b[\w,]*\.",
            COMPUTE_LOSS,
            when=_has_no_known_problem_type,
        ),
        cause="""The labels arrived and still there is no loss: the model's problem_type is a word
            that it does not know.""",
        fix="""
            trainer.model.config.problem_type = "multi_label_classification"
            result = trainer.train()""",
        check="assert result.training_loss > 0",
    ),
    known_error(
        "own-model-without-loss",
        Sign(
            "ValueError",
            NO_LOSS + r"(?:.*,)?labels\b[\w,]*\.",
            COMPUTE_LOSS,
            when=_is_own_model,
        ),
        cause="""The model is a class of your own, and what its forward returns has logits and no
            loss. Either forward computes one when it gets labels, or the Trainer does it, from
            logits and labels, by a function of yours.""",
        fix="""
            def own_loss(outputs, labels, num_items_in_batch=None):
                bce = torch.nn.functional.binary_cross_entropy_with_logits
                return bce(outputs["logits"], labels)  # of several labels per text


            trainer.compute_loss_func = own_loss
            result = trainer.train()""",
        check="assert result.training_loss > 0",
    ),
    known_error(
        "trainer-without-padding",
        Sign(
            "ValueError",
            r"expected sequence of length \d+ at dim 1 \(got \d+\)",
            rf"transformers\.trainer\..+ > {DEFAULT_COLLATOR}$",
            when=_tokens_differ_alone,
        ),
        Sign(
            "RuntimeError",
            ONE_SIZE,
            rf"transformers\.trainer\..+ > {DEFAULT_COLLATOR}$",
            when=_tokens_differ_alone,
        ),
        cause="""The texts of a batch have different numbers of tokens, and nobody pads them. A
            collator does.""",
        fix="""
            trainer.data_collator = DataCollatorWithPadding(tokenizer)
            result = trainer.train()""",
        check="assert result.training_loss > 0",
    ),
    known_error(
        "trainer-got-text",
        Sign(
            "ValueError",
            r"You should supply an encoding or a list of encodings to this method that "
            r"includes input_ids, but you provided \[(?!.*(?:_values|_features|_input_ids)').*\]",
            rf"{PADDING_COLLATOR} > .+",
            when=_text_lacks_token_ids,
        ),
        cause="""The data set has texts but no token ids: it was not tokenized before training, what
            map returned was not kept, or the columns of token ids were taken out.""",
        fix="""
            train_dataset = train_dataset.map(
                lambda rows: tokenizer(rows["text"], truncation=True), batched=True
            )
            trainer.train_dataset = train_dataset
            result = trainer.train()""",
        check="assert result.training_loss > 0",
    ),
    known_error(
        "trainer-got-tuples",
        Sign(
            "TypeError",
            r"vars\(\) argument must have __dict__ attribute",
            rf"transformers\.trainer\..+ > {DEFAULT_COLLATOR}(?:\.<locals>\.<listcomp>)?$",
            when=lambda seen: hasattr(seen.trainer.train_dataset, "tensors"),
        ),
        cause="""A TensorDataset gives tuples, whose parts have no names, and a Trainer wants
            dictionaries: it hands over by name.""",
        fix="""
            ids, mask, answers = train_dataset.tensors  # in the order in which they went in
            train_dataset = [
                {"input_ids": ids[i], "attention_mask": mask[i], "labels": answers[i]}
                for i in range(len(ids))
            ]
            trainer.train_dataset = train_dataset  # and eval_dataset in the same way
            result = trainer.train()""",
        check="""
            assert [tuple(row["labels"].tolist()) for row in train_dataset] == [
                tuple(row.tolist()) for row in labels
            ]
            assert result.training_loss > 0""",
    ),
    known_error(
        "trainer-got-a-table",
        Sign(
            "KeyError",
            r"\d+",
            r"transformers\.trainer\..+ > pandas\.core\.frame\.DataFrame\.__getitem__.*",
            when=lambda seen: hasattr(seen.trainer.train_dataset, "iloc"),
        ),
        cause="""The data is a table of pandas, where a number in brackets asks for a column of
            this name and not for a row. A Trainer takes a Dataset, and its texts tokenized.""",
        fix="""
            from datasets import Dataset

            table = train_dataset
            train_dataset = Dataset.from_pandas(table, preserve_index=False).map(
                lambda rows: tokenizer(rows["text"], truncation=True), batched=True
            )
            trainer.train_dataset = train_dataset  # and eval_dataset in the same way
            trainer.data_collator = DataCollatorWithPadding(tokenizer)
            result = trainer.train()""",
        check="""
            assert train_dataset["text"][:] == list(table["text"])
            assert result.training_loss > 0""",
    ),
    known_error(
        "trainer-got-all-splits",
        Sign(
            "KeyError",
            r"\"Invalid key: \d+\. Please first select a split\. .+",
            r"torch\.utils\.data\..+ > datasets\.dataset_dict\.DatasetDict\.__getitem__$",
        ),
        cause="""All splits went in at once. The Trainer takes one of them for training and another
            for evaluation.""",
        fix="""
            trainer.train_dataset = train_dataset["train"]
            result = trainer.train()""",
        check="assert result.training_loss > 0",
    ),
    known_error(
        "labels-are-written-rows",
        Sign("ValueError", NOT_RECTANGLE, CONVERT + "$", when=_labels_are("written rows")),
        cause="""The labels are text that looks like a list, as "[1, 0, 0, 1]": so a CSV file keeps
            them. Read the text first. Padding, which the message advises, would not help.""",
        fix="",
        check="",
        ways=train_again(
            """
            import ast


            def fixed(row):
                return {"labels": [float(value) for value in ast.literal_eval(row["labels"])]}


            written = [train_dataset[i]["labels"] for i in range(len(train_dataset))]""",
            """
            read = [[float(v) for v in ast.literal_eval(text)] for text in written]
            assert [list(row["labels"]) for row in train_dataset] == read""",
        ),
    ),
    known_error(
        "labels-are-words",
        Sign("ValueError", NOT_RECTANGLE, CONVERT + "$", when=_labels_are("words")),
        cause="""The labels are text: a name, or several in one string. The loss wants a row of
            floats for each text: 1 where a label applies, 0 elsewhere. Padding, which the message
            advises, would not help. (If each text can have exactly one, the task is multi-class:
            give label_names.index(name) in place of the row.)""",
        fix="",
        check="",
        ways=train_again(
            """
            def fixed(row):
                names = [name.strip() for name in row["labels"].split(",") if name.strip()]
                assert set(names) <= set(label_names), names  # or another mark parts them
                return {"labels": [float(name in names) for name in label_names]}


            written = [train_dataset[i]["labels"] for i in range(len(train_dataset))]""",
            """
            for row, text in zip(train_dataset, written, strict=True):
                found = [name for name, value in zip(label_names, row["labels"]) if value]
                assert set(found) == {name.strip() for name in text.split(",")} - {""}""",
        ),
    ),
    known_error(
        "labels-are-names",
        Sign("ValueError", NOT_RECTANGLE, CONVERT + "$", when=_labels_are("names")),
        cause="""The labels are lists of names. The loss wants a row of floats for each text: 1
            where a label applies, 0 elsewhere. Padding, which the message advises, would not
            help.""",
        fix="",
        check="",
        ways=train_again(
            """
            def fixed(row):
                assert set(row["labels"]) <= set(label_names), row["labels"]
                return {"labels": [float(name in row["labels"]) for name in label_names]}


            named = [train_dataset[i]["labels"] for i in range(len(train_dataset))]""",
            """
            for row, names in zip(train_dataset, named, strict=True):
                found = [name for name, value in zip(label_names, row["labels"]) if value]
                assert set(found) == set(names)""",
        ),
    ),
    known_error(
        "labels-of-unequal-length",
        Sign("ValueError", NOT_RECTANGLE, CONVERT + "$", when=_labels_are("numbers")),
        cause="""The rows of labels have different lengths, so they hold the numbers of the labels
            that a text has. The loss wants rows of one width: 1 where a label applies, 0 elsewhere.
            (If they are meant to be such rows, something cut them.)""",
        fix="",
        check="",
        ways=train_again(
            """
            def fixed(row):
                numbers = {int(i) for i in row["labels"]}
                assert numbers <= set(range(len(label_names))), numbers
                return {"labels": [float(i in numbers) for i in range(len(label_names))]}


            old = [train_dataset[i]["labels"] for i in range(len(train_dataset))]
            """,
            """
            found = [{i for i, v in enumerate(row["labels"]) if v} for row in train_dataset]
            assert found == [{int(i) for i in row} for row in old]""",
        ),
    ),
    known_error(
        "tensors-among-lists",
        Sign("ValueError", NOT_RECTANGLE, CONVERT + "$", when=_labels_are("tensors")),
        cause="""The labels are tensors or arrays and the token ids are lists, and the collator
            takes rows of one sort. Lists are the plainer one: it makes tensors of them.""",
        fix="",
        check="",
        ways=train_again(
            """
            def fixed(row):
                return {"labels": [float(value) for value in row["labels"]]}


            before = [train_dataset[i]["labels"].tolist() for i in range(len(train_dataset))]""",
            """
            assert [row["labels"] for row in train_dataset] == before
            assert result.training_loss > 0""",
        ),
    ),
    known_error(
        "trainer-without-training-data",
        Sign(
            "ValueError",
            r"Trainer: training requires a train_dataset\.",
            r"> transformers\.trainer\.",
        ),
        cause="""The Trainer was made without train_dataset.""",
        fix="""
            trainer.train_dataset = train_dataset
            result = trainer.train()""",
        check="assert result.training_loss > 0",
    ),
    known_error(
        "trainer-without-evaluation-data",
        Sign(
            "ValueError",
            r"Trainer: evaluation requires an eval_dataset\.",
            r"> transformers\.trainer\.",
        ),
        Sign(
            "ValueError",
            r"You have set `args\.eval_strategy` to .+ but you didn't pass an `eval_dataset` "
            r"to `Trainer`\. .+",
            r"> transformers\.trainer\.",
        ),
        cause="""There is nothing to evaluate on: the Trainer got no eval_dataset. Evaluate on texts
            that were not used in training.""",
        fix="""
            trainer = Trainer(
                model=model,
                args=arguments,
                train_dataset=train_dataset,
                eval_dataset=eval_dataset,
                data_collator=DataCollatorWithPadding(tokenizer),
            )""",
        check="""assert trainer.evaluate()["eval_loss"] > 0""",
    ),
    known_error(
        "best-model-needs-both-strategies",
        Sign(
            "ValueError",
            r"--load_best_model_at_end requires the save and eval strategy to match, .+",
            r"> transformers\.training_args\.",
        ),
        cause="""To load the best model at the end, every evaluation needs a saved model: evaluate
            and save at the same moments.""",
        fix="""
            arguments = TrainingArguments(
                output_dir="trainer_output",
                eval_strategy="epoch",
                save_strategy="epoch",
                load_best_model_at_end=True,
            )""",
        check="assert arguments.load_best_model_at_end",
    ),
    known_error(
        "metrics-not-a-dictionary",
        Sign(
            "TypeError",
            r"'(?:float|numpy\.float64)' object does not support item assignment",
            r"> transformers\.trainer\.Trainer\.evaluation_loop$",
        ),
        cause="""compute_metrics returned a number. The Trainer wants a dictionary, a name for each
            number.""",
        fix="""
            def compute_metrics(result):
                predictions = result.predictions > 0  # logits above 0: probability above 0.5
                return {"f1": f1_score(result.label_ids, predictions, average="macro")}


            trainer.compute_metrics = compute_metrics""",
        check="""assert "eval_f1" in trainer.evaluate()""",
    ),
    known_error(
        "metrics-got-a-tuple",
        Sign(
            "TypeError AttributeError ValueError IndexError AxisError",
            ".+",
            r"transformers\.trainer\.Trainer\.evaluation_loop > own",
            when=_own_metrics_got_a_tuple,
        ),
        cause="""The predictions that compute_metrics gets are a tuple: this model returns more than
            logits, as BART does, and others with output_hidden_states. The logits are the first
            part.""",
        fix="""
            def compute_metrics(result):
                logits = result.predictions
                if isinstance(logits, tuple):
                    logits = logits[0]
                # From here on as in your own: argmax(-1), say, where each text has one class.
                predictions = logits > 0  # a logit above 0 is a probability above 0.5
                return {"f1": f1_score(result.label_ids, predictions, average="macro")}


            trainer.compute_metrics = compute_metrics
            scores = trainer.evaluate()""",
        check="""assert 0 <= scores["eval_f1"] <= 1""",
    ),
    known_error(
        "best-metric-has-another-name",
        Sign("KeyError", NO_BEST_METRIC, BEST_METRIC, when=_has_other_names),
        cause="""metric_for_best_model names a number that compute_metrics does not return, or there
            is no compute_metrics. The message lists the names that there are; they are given
            without "eval_".""",
        fix="""
            names = [name.removeprefix("eval_") for name in trainer.evaluate()]
            print(names)
            trainer.args.metric_for_best_model = "f1_macro"  # yours, letter for letter
            result = trainer.train()""",
        check="assert trainer.args.metric_for_best_model in names and trainer.state.best_metric",
    ),
    known_error(
        "best-loss-of-several-sets",
        Sign(
            "KeyError",
            NO_EVAL_LOSS,
            BEST_METRIC,
            when=lambda seen: isinstance(seen.trainer.eval_dataset, Mapping),
        ),
        cause="""There are several data sets to evaluate on, and each has a loss of its own: the
            message lists their names. Say which of them decides.""",
        fix="""
            first = next(iter(trainer.eval_dataset))  # or the name of another one
            trainer.args.metric_for_best_model = f"eval_{first}_loss"
            result = trainer.train()""",
        check="assert trainer.state.best_metric is not None",
    ),
    known_error(
        "evaluation-without-labels",
        *_nothing_measured(_evaluation_lacks_columns),
        cause="""The best model is to be chosen by a number that evaluation computes from labels,
            and none was computed: rows of eval_dataset lack a column that those of train_dataset
            have, the labels most likely. Make both in the same way, or evaluate on a part of the
            training rows, as here.""",
        fix="""
            # Trains on three quarters of the training rows and evaluates on the others.
            parts = train_dataset.train_test_split(test_size=0.25, seed=0)
            trainer.train_dataset, trainer.eval_dataset = parts["train"], parts["test"]
            result = trainer.train()""",
        check="assert trainer.state.best_metric is not None",
    ),
    known_error(
        "label-names-not-told",
        *_nothing_measured(_label_names_are_others),
        cause="""The best model is to be chosen by a number that evaluation computes from labels, a
            loss or what compute_metrics returns, and none was computed: the Trainer does not know
            which columns are labels, since the forward of your model names none of them. Name them,
            here or as TrainingArguments(label_names=...). (And forward has to compute the loss in
            evaluation too.)""",
        fix="""
            trainer.label_names = ["targets"]  # the names that your forward has for the labels
            result = trainer.train()""",
        check="assert trainer.state.best_metric is not None",
    ),
    known_error(
        "collator-got-too-little",
        Sign(
            "KeyError",
            r"'\w+'",
            r"transformers\.trainer\..+ > torch\.utils\.data\..+ > own$",
            when=_column_was_dropped,
        ),
        cause="""Your collator asks for a column that the data set has and that a Trainer leaves
            out, since the model does not take it. The Trainer can be told to keep all columns;
            then what the collator returns must hold nothing that the model does not take.""",
        fix="""
            trainer.args.remove_unused_columns = False
            result = trainer.train()""",
        check="assert result.training_loss > 0",
    ),
    known_error(
        "metric-for-each-label",
        Sign(
            "TypeError",
            r"Object of type ndarray is not JSON serializable",
            r"> transformers\.trainer_callback\..+ > json\.encoder\.JSONEncoder\.default$",
        ),
        Sign(
            "ValueError",
            r"The truth value of an array with more than one element is ambiguous\. .+",
            r"> transformers\.trainer\.Trainer\._determine_best_metric$",
        ),
        cause="""compute_metrics returned an array, a number for each label as average=None gives.
            The Trainer compares and saves numbers: give each label's its own name.""",
        fix="""
            def compute_metrics(result):
                predictions = result.predictions > 0  # a logit above 0: probability above 0.5
                each = f1_score(result.label_ids, predictions, average=None, zero_division=0)
                scores = {f"f1_{name}": float(f1) for name, f1 in zip(label_names, each)}
                return scores | {"f1": float(each.mean())}


            trainer.compute_metrics = compute_metrics
            result = trainer.train()""",
        check="""
            scores = trainer.evaluate()
            assert all(isinstance(scores[f"eval_f1_{name}"], float) for name in label_names)""",
    ),
    known_error(
        "compute-loss-takes-too-little",
        Sign(
            "TypeError",
            r"\w+(?:\.<locals>\.\w+)*\.compute_loss\(\) got an unexpected keyword argument "
            r"'(?:num_items_in_batch|return_outputs)'",
            STEPS + "$",
        ),
        Sign(
            "TypeError",
            r"[\w.<>]*compute_loss\(\) takes \d+ positional arguments but \d+ were given",
            STEPS + "$",
        ),
        cause="""The Trainer calls compute_loss with return_outputs and, since transformers 4.46,
            with num_items_in_batch. Yours has to take both, used or not.""",
        fix=OWN_LOSS,
        check="assert result.training_loss > 0",
    ),
    known_error(
        "loss-function-takes-too-little",
        Sign(
            "TypeError",
            r"[\w.<>]+\(\) got an unexpected keyword argument 'num_items_in_batch'",
            COMPUTE_LOSS,
            when=lambda seen: seen.trainer.compute_loss_func is not None,
        ),
        cause="""The Trainer calls the function given as compute_loss_func with num_items_in_batch.
            Yours has to take it, used or not.""",
        fix="""
            def own_loss(outputs, labels, num_items_in_batch=None):
                bce = torch.nn.functional.binary_cross_entropy_with_logits
                return bce(outputs.logits, labels)  # or your own loss


            trainer.compute_loss_func = own_loss
            result = trainer.train()""",
        check="assert result.training_loss > 0",
    ),
    known_error(
        "compute-loss-returns-other-things",
        Sign(
            "TypeError AttributeError",
            r"unsupported operand type\(s\) for /=?: '(?:NoneType|tuple)' and 'int'"
            r"|'(?:NoneType|tuple)' object has no attribute '(?:mean|detach|backward)'",
            STEPS,
            when=lambda seen: seen.names[-1] != "own",
        ),
        Sign(
            "TypeError ValueError",
            r"iteration over a 0-d tensor|cannot unpack non-iterable NoneType object"
            r"|(?:too many|not enough) values to unpack .+",
            r"> transformers\.trainer\.Trainer\.prediction_step(?: > torch\._tensor\.[\w.]+)?$",
        ),
        cause="""Your compute_loss has to return the loss, and with return_outputs=True, as in
            evaluation, the pair of loss and outputs. None of it, or always one of the two, is what
            stops here: look for a forgotten return.""",
        fix=OWN_LOSS,
        check="""assert result.training_loss > 0""",
    ),
    known_error(
        "early-stopping-without-metric",
        Sign(
            "AssertionError",
            r"EarlyStoppingCallback requires .+",
            r"> transformers\.trainer_callback\.EarlyStoppingCallback\.on_train_begin$",
        ),
        cause="""To stop early the Trainer has to evaluate while it trains, and to know which number
            it should follow.""",
        fix="""
            from transformers import EarlyStoppingCallback

            arguments = TrainingArguments(
                output_dir="trainer_output",
                eval_strategy="epoch",
                save_strategy="epoch",
                load_best_model_at_end=True,
                metric_for_best_model="loss",  # or a name that compute_metrics gives
            )
            trainer = Trainer(
                model=model,
                args=arguments,
                train_dataset=train_dataset,
                eval_dataset=eval_dataset,
                data_collator=DataCollatorWithPadding(tokenizer),
                callbacks=[EarlyStoppingCallback(early_stopping_patience=2)],
            )
            result = trainer.train()""",
        check="assert trainer.state.best_metric is not None",
    ),
    known_error(
        "no-checkpoint-to-resume",
        Sign(
            "ValueError",
            r"No valid checkpoint found in output directory \(.+\)"
            r"|Can't find a valid checkpoint at .+",
            r"> transformers\.trainer\.Trainer\.\w+$",
        ),
        cause="""Training can go on from a folder checkpoint-..., which the Trainer writes into
            output_dir as often as save_strategy says. Here is none: nothing was saved yet, or
            output_dir is another one now, or the folder around it was named.""",
        fix="""
            # Goes on from the last one that was saved; where there is none, begins anew.
            from transformers.trainer_utils import get_last_checkpoint

            last = get_last_checkpoint(trainer.args.output_dir)
            print("goes on from:", last)
            result = trainer.train(resume_from_checkpoint=last)""",
        check="assert result.global_step == trainer.state.max_steps",
    ),
)
