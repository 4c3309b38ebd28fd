"""Rows of data: tables, data sets, the tensors that are made of them."""

from helpers.doctor._evidence import Evidence
from helpers.doctor._kinds import kind_of
from helpers.doctor.known._sign import LOADER, OWN, Sign, known_error

PADDED = ("input_ids", "attention_mask", "token_type_ids", "special_tokens_mask")  # by a collator
UNEQUAL = (
    r"stack expects each tensor to be equal size, but got \[\d+\] at entry \d+ and \[\d+\] "
    r"at entry \d+|each element in list of batch should be of equal size"
)
NOT_A_MATRIX = r"can't convert np\.ndarray of type numpy\.object_\. .+"
COLLATE = r"> torch\.utils\.data\._utils\.collate\.\w+(?:\.[\w.<>]+)?$"


def _position_exists(evidence: Evidence) -> bool:
    """Whether a column or table was asked for a row by its place, and its index has gaps."""
    if not evidence.frames:  # from a worker, where a DataLoader asks by place
        # A range that lacks 0 begins later; another number may as well lie behind its end.
        return "RangeIndex" not in evidence.calls or evidence.message == "0"
    series = r"pandas\.core\.series\.Series\.__getitem__"
    located = r"pandas\.core\.indexing\._LocationIndexer\.__getitem__"
    values = evidence.given(series) or evidence.given(located)
    table, key = values["self"], values.get("key")
    table = getattr(table, "obj", table)
    return isinstance(key, int) and 0 <= key < len(table) and key not in table.index


def _gave_windows(evidence: Evidence) -> bool:
    """Whether the function for map cut long texts into windows, which are rows of their own."""
    batch = evidence.given(r"datasets\.arrow_dataset\.Dataset\._map_single").get("batch")
    return "overflow_to_sample_mapping" in batch


def _mapped_in_batches(evidence: Evidence) -> bool:
    """Whether the function for map, the learner's own, was given many rows at once."""
    given = evidence.given(r"datasets\.arrow_dataset\.Dataset\._map_single")
    return bool(given["batched"]) and evidence.is_own(given["function"])


def _is_tokenized(evidence: Evidence) -> bool:
    """Whether the Trainer's data set has token ids."""
    return "input_ids" in evidence.trainer.train_dataset.column_names


def _has_own_forward(evidence: Evidence) -> bool:
    """Whether the class of the Trainer's model is the learner's, not a library's."""
    return evidence.is_own(type(evidence.trainer.model).forward)


def _token_ids_are_turned(evidence: Evidence) -> bool:
    """Whether a batch holds token ids as a list of tensors, one for each place in the texts."""
    for _, value in evidence.own_values():
        ids = value.get("input_ids") if kind_of(value) == "mapping" else None
        if kind_of(ids) == "rows" and ids and all(kind_of(one) == "tensor" for one in ids):
            return True
    return False


def _is_written_row(evidence: Evidence) -> bool:
    """Whether the first value of a column of text is a row such as "[1, 0]"."""
    column = evidence.given(r"datasets\.table\.cast_array_to_feature")["array"]
    return column[0].as_py().startswith("[")


def _column_of(evidence: Evidence) -> str:
    """What a column, or an array, of lists holds that the learner's lines could see.

    "text", "equal rows" or "unequal rows"; "" if there is none.
    """
    for _, value in evidence.own_values():
        if type(value).__name__ == "Series" or (
            kind_of(value) == "array" and value.dtype == object and value.ndim == 1
        ):
            rows = list(value)
            if not rows or not all(_is_row(row) for row in rows):
                continue
            if any(isinstance(one, str) for row in rows for one in row):
                return "text"
            return "equal rows" if len(set(map(len, rows))) == 1 else "unequal rows"
    return ""


def _is_row(value) -> bool:
    return isinstance(value, list | tuple) or (kind_of(value) == "array" and value.ndim == 1)


def _column_of_unequal_rows(evidence: Evidence) -> str:
    """The name of the column whose rows could not be put together, "" if it is not seen."""
    for name, frame in zip(reversed(evidence.names), reversed(evidence.frames), strict=False):
        if "_utils.collate.collate" in name and isinstance(frame.f_locals.get("key"), str):
            return frame.f_locals["key"]
    return ""


def _beside_the_tokens(evidence: Evidence) -> str:
    """What the other columns of rows hold whose token ids differ in length.

    "numbers", which a collator puts together, "text" if some are text, or "" if it could not.
    """
    if _column_of_unequal_rows(evidence) not in ("input_ids", "attention_mask"):
        return ""
    rows = evidence.given(r"torch\.utils\.data\._utils\.collate\.default_collate")["batch"]
    others = [[row[name] for row in rows] for name in rows[0] if name not in PADDED]
    numbers = [column for column in others if not isinstance(column[0], str)]
    if any(len({_shape(value) for value in column}) > 1 for column in numbers):
        return ""
    return "numbers" if len(numbers) == len(others) else "text"


def _shape(value) -> tuple:
    if hasattr(value, "shape"):
        return tuple(value.shape)
    return (len(value),) if isinstance(value, list | tuple) else ()


ROWS = (
    known_error(
        "index-has-gaps",
        Sign(
            "KeyError",
            r"\d+",
            r"> own > pandas\.core\.(?:series\.Series|indexing\._LocationIndexer)"
            r"\.__getitem__ > .+$",
            when=_position_exists,
        ),
        cause="""A column of a table is asked for a row by its number, and pandas looks for a row
            with this name: after a split or a filter the names have gaps. Ask by place, .iloc[i],
            or number the rows anew. Texts and labels keep their order, so do it to both.""",
        fix="""
            before = list(texts)
            texts = texts.reset_index(drop=True)  # and the column of labels in the same way""",
        check="assert list(texts) == before and [texts[i] for i in range(len(texts))] == before",
    ),
    known_error(
        "loader-without-padding",
        Sign(
            "RuntimeError",
            UNEQUAL,
            COLLATE,
            when=lambda seen: _beside_the_tokens(seen) == "numbers",
        ),
        cause="""The texts of a batch have different numbers of tokens, and this DataLoader pads
            nothing. A collator does. (In a tokenizer's call, padding="max_length" alone cuts no
            long text: truncation=True does.)""",
        fix="""
            loader = torch.utils.data.DataLoader(
                rows, batch_size=4, collate_fn=DataCollatorWithPadding(tokenizer)
            )
            batch = next(iter(loader))""",
        check="""
            first = [rows[i]["input_ids"] for i in range(len(batch["input_ids"]))]
            assert batch["attention_mask"].sum(dim=1).tolist() == [len(ids) for ids in first]""",
    ),
    known_error(
        "loader-of-texts-without-padding",
        Sign(
            "RuntimeError",
            UNEQUAL,
            COLLATE,
            when=lambda seen: _beside_the_tokens(seen) == "text",
        ),
        cause="""The texts of a batch have different numbers of tokens, and this DataLoader pads
            nothing. If the tokenizer's call has padding="max_length", it needs truncation=True as
            well, to cut the long ones. Or a collator pads; the texts themselves, in a column
            beside the token ids, have to go round it.""",
        fix="""
            pad = DataCollatorWithPadding(tokenizer)


            def collate(rows):
                written = [name for name in rows[0] if isinstance(rows[0][name], str)]
                batch = pad([{n: row[n] for n in row if n not in written} for row in rows])
                return {**batch, **{name: [row[name] for row in rows] for name in written}}


            loader = torch.utils.data.DataLoader(rows, batch_size=4, collate_fn=collate)
            batch = next(iter(loader))""",
        check="""
            first = [rows[i]["input_ids"] for i in range(len(batch["input_ids"]))]
            assert batch["attention_mask"].sum(dim=1).tolist() == [len(ids) for ids in first]
            words = [name for name in rows[0] if isinstance(rows[0][name], str)]
            assert all(len(batch[name]) == len(first) for name in words)""",
    ),
    known_error(
        "loader-of-unequal-labels",
        Sign(
            "RuntimeError",
            UNEQUAL,
            COLLATE,
            when=lambda seen: _column_of_unequal_rows(seen) in ("labels", "label", "targets"),
        ),
        cause="""The rows of labels have different lengths, so they hold the numbers of the labels
            that a text has. The loss wants rows of one width: 1 where a label applies, 0
            elsewhere.""",
        fix="""
            def indicators(numbers):
                numbers = {int(i) for i in numbers}
                return torch.tensor([float(i in numbers) for i in range(len(label_names))])


            rows = [rows[i] for i in range(len(rows))]
            numbers = [{int(i) for i in row["labels"]} for row in rows]
            rows = [{**row, "labels": indicators(row["labels"])} for row in rows]""",
        check="""
            found = [set(row["labels"].nonzero().flatten().tolist()) for row in rows]
            assert found == numbers""",
    ),
    known_error(
        "columns-are-lists",
        Sign(
            "AttributeError",
            r"'list' object has no attribute '(?:to|cuda|size|shape)'",
            OWN,
            when=_token_ids_are_turned,
        ),
        cause="""The data set gives lists, and a DataLoader puts the first of each list together,
            the second of each, and so on: one tensor for each place, in a list. A collator makes
            one tensor of them all; so does data.set_format("torch").""",
        fix=LOADER,
        check="""
            assert batch["input_ids"].tolist() == data[:4]["input_ids"]""",
    ),
    known_error(
        "tensor-of-text",
        Sign("ValueError", r"too many dimensions 'str'", OWN),
        Sign("TypeError", r"new\(\): invalid data type 'str'", OWN),
        Sign("TypeError", NOT_A_MATRIX, OWN, when=lambda seen: _column_of(seen) == "text"),
        cause="""A tensor holds numbers, and this is text. If a text can have several labels, their
            names become columns of 0 and 1. If each has exactly one, its name becomes a number, as
            cross-entropy wants it. Rows such as "[1, 0]", as a CSV file keeps them, are read first.
            Texts themselves go through the tokenizer.""",
        fix="""
            import ast


            # If a text can have several labels:
            def indicators(value):
                if isinstance(value, str) and value.startswith("["):  # "[1, 0]" or "['sports']"
                    value = ast.literal_eval(value)
                names = [value] if isinstance(value, str) else list(value)
                if all(name in label_names for name in names):
                    return [float(name in names) for name in label_names]
                return [float(number) for number in names]


            labels = torch.tensor([indicators(value) for value in values])
            # If each has exactly one, take these in place of all above:
            # number = {one: i for i, one in enumerate(sorted(set(values)))}  # of all texts
            # labels = torch.tensor([number[one] for one in values])""",
        check="assert labels.shape in [(len(values), len(label_names)), (len(values),)]",
    ),
    known_error(
        "tensor-of-unequal-rows",
        Sign("ValueError", r"expected sequence of length \d+ at dim 1 \(got \d+\)", OWN),
        Sign("TypeError", NOT_A_MATRIX, OWN, when=lambda seen: _column_of(seen) == "unequal rows"),
        cause="""A tensor is a rectangle, and these rows have different lengths. Lists of the
            numbers of a text's labels become rows of 0 and 1, as here. Token ids are padded
            instead: tokenizer(texts, padding=True, return_tensors="pt").""",
        fix="""
            labels = torch.tensor(
                [[float(i in row) for i in range(len(label_names))] for row in values]
            )""",
        check="""
            found = [set(row.nonzero().flatten().tolist()) for row in labels]
            assert found == [{int(i) for i in row} for row in values]""",
    ),
    known_error(
        "tensor-of-objects",
        Sign(
            "TypeError",
            NOT_A_MATRIX,
            OWN,
            when=lambda seen: _column_of(seen) == "equal rows",
        ),
        cause="""A column of lists is no matrix to NumPy: it is a row of Python objects. Made a list
            first, the rows become a matrix.""",
        fix="""
            labels = torch.tensor([list(row) for row in values], dtype=torch.float32)""",
        check="assert labels.tolist() == [[float(v) for v in row] for row in values]",
    ),
    known_error(
        "tensor-of-tensors",
        Sign(
            "ValueError",
            r"only one element tensors can be converted to Python scalars",
            OWN,
        ),
        Sign(
            "RuntimeError",
            r"a Tensor with \d+ elements cannot be converted to Scalar",
            OWN,
            when=lambda seen: any(name == "tensor" for name, _ in list(seen.loaded())[:6]),
        ),
        cause="""torch.tensor makes a tensor of numbers, and this is a list of tensors. stack puts
            them on top of each other.""",
        fix="labels = torch.stack(list(values)).float()",
        check="assert labels.tolist() == [row.tolist() for row in values]",
    ),
    known_error(
        "dataset-script",
        Sign(
            "RuntimeError",
            r"Dataset scripts are no longer supported, but found .+\.py",
            r"> datasets\.load\.[\w.]+$",
        ),
        cause="""This data set comes as a program that loads it, and datasets 4 and later run none.
            On the hub many such data sets have a copy without one: load_dataset(name,
            revision="refs/convert/parquet"). Files that you have are loaded by their kind, as
            here. datasets below 4 still runs the program.""",
        fix="""data = load_dataset("csv", data_files=files, split="train")""",
        check="assert len(data) > 0",
    ),
    known_error(
        "stratify-by-label-column",
        Sign(
            "ValueError",
            r"Stratifying by column is only supported for ClassLabel column, and column \w+ is "
            r"(?:List|Sequence|LargeList)\.",
            r"> datasets\.arrow_dataset\.Dataset\.train_test_split$",
        ),
        cause="""A split can be stratified by one class per text, and this column has a list for
            each. Split at random, with a seed, and check that each label is in each part.""",
        fix="""parts = data.train_test_split(test_size=0.25, seed=0)""",
        check="""assert len(parts["train"]) + len(parts["test"]) == len(data)""",
    ),
    known_error(
        "no-column-fits",
        Sign(
            "ValueError",
            r"No columns in the dataset match the model's forward method signature: .+",
            r"> transformers\.trainer\.Trainer\._remove_unused_columns$",
            when=lambda seen: not _is_tokenized(seen),
        ),
        Sign(
            "IndexError",
            r"Invalid key: \d+ is out of bounds for size 0",
            r"transformers\.trainer\..+ > datasets\.[\w.]+$",
            when=lambda seen: not _is_tokenized(seen),
        ),
        cause="""No column of the data set is one that the model takes, such as input_ids and
            labels: it was not tokenized, or map's result was not kept, since map changes nothing in
            place.""",
        fix="""
            def fixed(row):
                new = dict(tokenizer(row["text"], truncation=True))
                if "labels" not in row:  # here from lists of names, in a column "topics"
                    new["labels"] = [float(name in row["topics"]) for name in label_names]
                return new


            train_dataset = train_dataset.map(fixed)
            trainer.train_dataset = train_dataset
            result = trainer.train()""",
        check="""
            counts = [len(names) for names in train_dataset["topics"]]
            assert [sum(row) for row in train_dataset["labels"]] == counts
            assert result.training_loss > 0""",
    ),
    known_error(
        "forward-takes-other-names",
        Sign(
            "ValueError",
            r"No columns in the dataset match the model's forward method signature: .+",
            r"> transformers\.trainer\.Trainer\._remove_unused_columns$",
            when=lambda seen: _is_tokenized(seen) and _has_own_forward(seen),
        ),
        cause="""The data set is tokenized, but its columns have other names than what the forward
            of your model takes, and a Trainer hands over by name. Give forward the names input_ids,
            attention_mask and labels, or the columns the names that forward has, as here.""",
        fix="""
            # The names that your forward has, for the columns that there are:
            names = {"input_ids": "ids", "attention_mask": "mask", "labels": "targets"}
            names = {one: names[one] for one in names if one in train_dataset.column_names}
            train_dataset = train_dataset.rename_columns(names)
            trainer.train_dataset = train_dataset
            result = trainer.train()""",
        check="""
            import inspect

            assert {*names.values()} <= {*inspect.signature(trainer.model.forward).parameters}
            assert result.training_loss > 0""",
    ),
    known_error(
        "map-gave-another-number",
        Sign(
            "ArrowInvalid",
            r"Column \d+ named \w+ expected length \d+ but got length \d+",
            r"> datasets\.arrow_dataset\.Dataset\._map_single > ",
            when=lambda seen: not _gave_windows(seen) and _mapped_in_batches(seen),
        ),
        cause="""With batched=True the function is given many rows at once, a list for each column,
            and has to return as many values as there are rows. Here it returned another number: it
            may have joined the rows, or taken the first of them. Without batched=True it is given
            one row at a time. (Is another number meant? Then add
            remove_columns=data.column_names.)""",
        fix="""
            # Not batched: what the function is given for a column is one value, not a list.
            data = data.map(function)""",
        check="""assert len(data) == len(texts) and {*data.column_names} > {"text", "labels"}""",
    ),
    known_error(
        "map-gave-more-rows",
        Sign(
            "ArrowInvalid",
            r"Column \d+ named \w+ expected length \d+ but got length \d+",
            r"> datasets\.arrow_dataset\.Dataset\._map_single > ",
            when=_gave_windows,
        ),
        cause="""The tokenizer cut long texts into windows, so there are more rows than texts, and
            map keeps the old columns as long as they were. Each window needs the labels of its own
            text; overflow_to_sample_mapping says which text that is. (A label may concern another
            part of the text than the window shows.)""",
        fix="""
            def windows(rows):
                encoded = tokenizer(
                    rows["text"],
                    truncation=True,
                    max_length=8,  # yours
                    return_overflowing_tokens=True,
                )
                places = encoded.pop("overflow_to_sample_mapping")
                again = {name: [column[i] for i in places] for name, column in rows.items()}
                return {**again, **encoded}


            before = {(row["text"], *row["labels"]) for row in data}
            data = data.map(windows, batched=True, remove_columns=data.column_names)""",
        check="""
            assert {(row["text"], *row["labels"]) for row in data} == before
            assert len(data) > len(before) and max(map(len, data["input_ids"])) <= 8""",
    ),
    known_error(
        "label-column-is-text",
        Sign(
            "TypeError",
            r"Couldn't cast array of type\s(?:large_)?string\sto\s(?:List|LargeList|Sequence)\(.+",
            r"> datasets\.table\.[\w.<>]+$",
            when=_is_written_row,
        ),
        cause="""A CSV file keeps a list as text, "[1, 0]", and casting does not read it. Read the
            text first.""",
        fix="""
            import ast

            from datasets import Sequence, Value

            written = list(data["labels"])
            data = data.map(lambda row: {"labels": ast.literal_eval(row["labels"])})
            data = data.cast_column("labels", Sequence(Value("float32")))""",
        check="""assert list(data["labels"]) == [ast.literal_eval(row) for row in written]""",
    ),
    known_error(
        "function-not-for-workers",
        Sign(
            "AttributeError PicklingError",
            r"Can't (?:pickle|get) (?:local object|<function) .+",
            r"torch\.utils\.data\.dataloader\..+ > multiprocessing\.[\w.]+$",
        ),
        cause="""Workers of a DataLoader are processes of their own, and on Windows and Mac they are
            sent all they need. A lambda, or a function or class inside a function, cannot be sent:
            move it to the top of a file that both import, or do without workers, as here.""",
        fix="""
            loader = torch.utils.data.DataLoader(
                rows, batch_size=4, collate_fn=DataCollatorWithPadding(tokenizer), num_workers=0
            )
            found = [len(one["input_ids"]) for one in loader]""",
        check="assert sum(found) == len(rows)",
    ),
)
