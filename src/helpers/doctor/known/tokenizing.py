"""From texts to token ids."""

from helpers.doctor._evidence import Evidence
from helpers.doctor._kinds import kind_of
from helpers.doctor.known._sign import LOADER, Sign, known_error, train_again, way

NOT_A_TENSOR = (
    r"Unable to create tensor, you should probably activate truncation and/or padding .+ Perhaps "
    r"your features \(`{}` in this case\) have excessive nesting .+"
)
CONVERT = r"transformers\.tokenization_utils_base\.BatchEncoding\.convert_to_tensors"
NOT_TEXT = r"text input must be of type `str` \(single example\), `list\[str\]` .+"


def _given(evidence: Evidence):
    """What the tokenizer was given, called or by one of its methods; "" if it is not seen."""
    call = r"transformers\.tokenization_utils_\w+\.\w+\.(?:__call__|encode|tokenize)"
    return evidence.given(call).get("text", "")


def _stands_for_missing(text) -> bool:
    """Whether this is None or NaN; another number is a text that was read as a number."""
    nan = isinstance(text, float) and text != text
    return nan or text is None or type(text).__name__ == "NAType"


def _second_are_numbers(evidence: Evidence) -> bool:
    """Whether numbers went in where a second text may stand."""
    import numpy as np  # what has raised the error has loaded it

    call = r"transformers\.tokenization_utils_base\.PreTrainedTokenizerBase\.__call__"
    values = np.asarray(evidence.given(call).get("text_pair"))
    return values.dtype.kind in "biuf" and not np.isnan(values).any()


def _holds_missing(evidence: Evidence) -> bool:
    """Whether None or NaN is among the texts; from another process it is not seen."""
    if not evidence.frames:
        return True
    texts = _given(evidence)
    return isinstance(texts, list | tuple) and any(map(_stands_for_missing, texts))


def _is_missing(evidence: Evidence) -> bool:
    """Whether the tokenizer was given None or NaN for a text."""
    return _stands_for_missing(_given(evidence))


def _begins_with_missing(evidence: Evidence) -> bool:
    """Whether the first in a list of texts is None or NaN."""
    texts = _given(evidence)
    return isinstance(texts, list | tuple) and bool(texts) and _stands_for_missing(texts[0])


def _is_column(evidence: Evidence) -> bool:
    """Whether the texts are in a column, which is no list; from a worker it is not known.

    A whole table is none: made a list it gives the names of its columns.
    """
    if not evidence.frames:
        return True
    texts = _given(evidence)
    column = kind_of(texts) in ("rows", "array") and not isinstance(texts, list | tuple)
    flat = column and getattr(texts, "ndim", 1) == 1
    return flat and any(isinstance(text, str) for text in texts)


def _rows_are_nested(evidence: Evidence) -> bool:
    """Whether each row of token ids is a matrix of one row."""
    rows = evidence.given(CONVERT)["value"]
    nested = [row[0] for row in rows if kind_of(row) == "rows" and len(row) == 1]
    return len(nested) == len(rows) and all(kind_of(row) == "rows" for row in nested)


def _rows_are_flat(evidence: Evidence) -> bool:
    """Whether the rows of token ids hold numbers, so that their lengths are what differs.

    From a worker they are not seen: there a tokenizer was called, unless a collator was.
    """
    if not evidence.frames:
        return "data_collator" not in evidence.calls
    rows = evidence.given(CONVERT)["value"]
    return not any(kind_of(one) == "rows" for row in rows for one in row)


def _is_column_of_text(evidence: Evidence) -> bool:
    """Whether what could not be made a tensor is text, beside token ids."""
    given = evidence.given(CONVERT)
    return "input_ids" in given["self"] and all(isinstance(text, str) for text in given["value"])


def _one_of_a_pair_is_missing(evidence: Evidence) -> bool:
    """Whether None or NaN is among two lists of texts; from another process it is not seen."""
    call = r"transformers\.tokenization_utils_base\.PreTrainedTokenizerBase\.__call__"
    given = evidence.given(call)
    pair = [list(given["text"]), list(given["text_pair"])]
    return any(_stands_for_missing(text) for texts in pair for text in texts)


LEFT_OUT = {
    "map": way(
        """
        # Leaves out the rows whose text is missing, and their labels with them.
        pairs = [(row["text"], row["labels"]) for row in data]
        pairs = [(text, row) for text, row in pairs if isinstance(text, str)]
        data = data.filter(lambda row: isinstance(row["text"], str))
        data = data.map(lambda rows: tokenizer(rows["text"], truncation=True), batched=True)""",
        """
        assert [(row["text"], row["labels"]) for row in data] == pairs
        assert all(data["input_ids"])""",
    ),
    "pipeline": way(
        """
        # Asks for the texts that there are; a missing one gets None.
        here = [text for text in texts if isinstance(text, str)]
        answers = iter(classifier(here))
        results = [next(answers) if isinstance(text, str) else None for text in texts]""",
        """
        missing = [text is None or text != text for text in texts]
        assert [result is None for result in results] == missing""",
    ),
}

TOKENIZING = (
    known_error(
        "token-ids-in-extra-brackets",
        Sign(
            "ValueError",
            NOT_A_TENSOR.format("input_ids"),
            r"transformers\.data\.data_collator\..+" + CONVERT + "$",
            when=_rows_are_nested,
        ),
        Sign(
            "RuntimeError",
            r"stack expects each tensor to be equal size, but got \[1, \d+\] at entry \d+ and "
            r"\[1, \d+\] at entry \d+",
            r"transformers\.data\.data_collator\..+ > transformers\.tokenization_\w+\.[\w.]+$",
        ),
        cause="""The token ids of each text are a matrix of one row, as return_tensors="pt" makes
            it for one text. A collator pads rows, not matrices. Leave return_tensors out where
            texts are tokenized one by one, or take the brackets away, as here.""",
        fix="""
            def flat(row):
                names = ("input_ids", "attention_mask", "token_type_ids")
                return {name: row[name][0] for name in names if name in row}


            before = [row["input_ids"][0] for row in data]
            data = data.map(flat)
            loader = torch.utils.data.DataLoader(
                data, batch_size=4, collate_fn=DataCollatorWithPadding(tokenizer)
            )
            batch = next(iter(loader))""",
        check="""
            assert list(data["input_ids"]) == before
            assert batch["input_ids"].dim() == 2""",
        ways=train_again(
            """
            def fixed(row):
                names = ("input_ids", "attention_mask", "token_type_ids")
                return {name: row[name][0] for name in names if name in row}""",
            """
            assert all(torch.as_tensor(row["input_ids"]).dim() == 1 for row in train_dataset)
            assert result.training_loss > 0""",
            labels=False,
        ),
    ),
    known_error(
        "text-in-a-batch",
        Sign(
            "ValueError",
            NOT_A_TENSOR.format(r"(?!labels?`)\w+"),
            r"transformers\.data\.data_collator\..+" + CONVERT + "$",
            when=_is_column_of_text,
        ),
        cause="""A column of the data set is text, and the collator makes tensors of all columns. A
            Trainer leaves out what the model does not take, unless remove_unused_columns=False
            forbids it; a DataLoader leaves out nothing. Take the column out.""",
        fix=f"# Leaves the columns of text out of the batches; the data set keeps them.{LOADER}",
        check="""assert len(batch["input_ids"]) == len(batch["labels"]) == len(texts)""",
        ways={
            "Trainer with a data set": way(
                """
                # Leaves out the columns of text; their token ids stay.
                written = [n for n, kind in train_dataset.features.items() if "string" in str(kind)]
                assert not {"label", "labels"} & {*written}, "labels that are text: make them 0, 1"
                train_dataset = train_dataset.remove_columns(written)
                trainer.train_dataset = train_dataset  # and eval_dataset in the same way
                result = trainer.train()""",
                """
                assert "input_ids" in train_dataset.column_names
                assert result.training_loss > 0""",
            )
        },
    ),
    known_error(
        "second-text-missing",
        Sign(
            "TypeError",
            r"TextInputSequence must be str",
            r"> transformers\.tokenization_utils\w+\.[\w.]+$",
            when=_one_of_a_pair_is_missing,
        ),
        cause="""Texts come in pairs here, and one of a pair is missing: None, which is what an
            empty cell of a CSV file becomes, and a cell that says N/A, NA or null as well.""",
        fix="""
            # Leaves out the pairs that lack a text, and their labels with them.
            def is_text(value):
                return isinstance(value, str)


            rows = zip(texts, others, labels.tolist(), strict=True)
            rows = [row for row in rows if is_text(row[0]) and is_text(row[1])]
            texts, others = [row[0] for row in rows], [row[1] for row in rows]
            labels = torch.tensor([row[2] for row in rows])
            batch = tokenizer(texts, others, padding=True, return_tensors="pt")""",
        check="""
            assert list(zip(texts, others, labels.tolist(), strict=True)) == rows
            assert len(batch["input_ids"]) == len(texts)""",
        ways={
            "map": way(
                """
                # Leaves out the rows that lack one of the two texts, and their labels with them.
                pair = ["text", "other"]  # the names of your two columns
                data = data.filter(lambda row: all(isinstance(row[name], str) for name in pair))
                data = data.map(
                    lambda rows: tokenizer(rows[pair[0]], rows[pair[1]], truncation=True),
                    batched=True,
                )""",
                """
                assert all(isinstance(text, str) for name in pair for text in data[name])
                assert all(data["input_ids"])""",
            )
        },
    ),
    known_error(
        "texts-not-padded",
        Sign(
            "ValueError",
            NOT_A_TENSOR.format("input_ids"),
            CONVERT + "$",
            when=_rows_are_flat,
        ),
        cause="""The texts have different numbers of tokens, and a tensor is a rectangle. Padding
            fills the short ones up.""",
        fix="""
            # Whatever else your call says, such as max_length or stride, stays as it is.
            batch = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")""",
        check="""assert batch["input_ids"].shape == batch["attention_mask"].shape""",
    ),
    known_error(
        "tokenizer-wants-list",
        Sign(
            "ValueError",
            NOT_TEXT,
            r"> transformers\.tokenization_utils_\w+\.[\w.]+$",
            when=_is_column,
        ),
        cause="""The tokenizer takes a string or a list of strings. A pandas Series, a NumPy array
            and a dataset's column have to be made a list first. (What is a list already has
            something in it that is no string, as None or NaN for a missing text.)""",
        fix="""
            batch = tokenizer(list(texts), padding=True, truncation=True, return_tensors="pt")""",
        check="""assert len(batch["input_ids"]) == len(texts)""",
        ways={
            "pipeline": way(
                "results = classifier(list(texts))", "assert len(results) == len(texts)"
            )
        },
    ),
    known_error(
        "missing-texts",
        Sign(
            "TypeError",
            r"TextEncodeInput must be Union\[TextInputSequence, Tuple\[InputSequence, "
            r"InputSequence\]\]",
            r"> transformers\.tokenization_utils\w+\.[\w.]+$",
            when=_holds_missing,
        ),
        Sign(
            "ValueError",
            NOT_TEXT,
            r"> transformers\.tokenization_utils\w+\.[\w.]+$",
            when=_begins_with_missing,
        ),
        cause="""Something in the list is not a string: None or NaN, the usual marks of a missing
            text in a table.""",
        fix="""
            # Leaves out the texts that are missing, and their labels with them.
            pairs = zip(texts, labels.tolist(), strict=True)  # stops where they do not fit
            pairs = [(text, row) for text, row in pairs if isinstance(text, str)]
            texts, labels = [text for text, _ in pairs], torch.tensor([row for _, row in pairs])
            batch = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")""",
        check="""
            assert list(zip(texts, labels.tolist(), strict=True)) == pairs
            assert len(batch["input_ids"]) == len(texts)""",
        ways={"map": LEFT_OUT["map"]},
    ),
    known_error(
        "text-is-none",
        Sign(
            "ValueError",
            r"You need to specify either `text` or `text_target`\.",
            r"> transformers\.tokenization_utils_base\.[\w.]+$",
        ),
        Sign(
            "ValueError",
            NOT_TEXT,
            r"> transformers\.tokenization_utils_\w+\.[\w.]+$",
            when=_is_missing,
        ),
        cause="""The text is None or NaN, the usual marks of a missing text in a table. Decide what
            a missing text means.""",
        fix="""
            # Reads a missing text as an empty one; or leave it out, with its labels.
            text = text if isinstance(text, str) else ""
            batch = tokenizer(text, truncation=True, return_tensors="pt")""",
        check="""assert batch["input_ids"].shape[0] == 1""",
        ways=LEFT_OUT,
    ),
    known_error(
        "tokenizer-without-padding-token",
        Sign(
            "ValueError",
            r"Asking to pad but the tokenizer does not have a padding token\. .+",
            r"> transformers\.tokenization_utils_base\.[\w.]+$",
        ),
        cause="""Models that were made to write text, such as GPT-2, have no padding token. Their
            end-of-text token can stand in.""",
        fix="""
            tokenizer.pad_token = tokenizer.eos_token
            model.config.pad_token_id = tokenizer.pad_token_id
            batch = tokenizer(texts, padding=True, return_tensors="pt")""",
        check="assert tokenizer.pad_token_id == model.config.pad_token_id",
    ),
    known_error(
        "labels-in-tokenizer",
        Sign(
            "ValueError",
            NOT_TEXT,
            r"> transformers\.tokenization_utils_\w+\.[\w.]+$",
            when=_second_are_numbers,
        ),
        cause="""The tokenizer was given numbers as second texts, the labels most likely. It takes
            texts alone; the labels go to the model beside the batch, or stay in their column.""",
        fix="""
            batch = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")
            loss = model(**batch, labels=labels).loss""",
        check="""assert len(batch["input_ids"]) == len(labels) and loss.item() > 0""",
        ways={
            "map": way(
                """
                before = list(data["labels"])
                data = data.map(
                    lambda rows: tokenizer(rows["text"], truncation=True), batched=True
                )""",
                """
                assert list(data["labels"]) == before
                assert all(data["input_ids"])""",
            )
        },
    ),
)
