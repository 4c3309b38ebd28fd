"""From texts to token ids."""

from helpers.doctor._evidence import Evidence
from helpers.doctor._kinds import kind_of
from helpers.doctor.known._sign import Sign, known_error, way

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
        "texts-not-padded",
        Sign(
            "ValueError",
            r"Unable to create tensor, you should probably activate truncation and/or padding "
            r".+ Perhaps your features \(`input_ids` in this case\) have excessive nesting .+",
            r"> transformers\.tokenization_utils_base\.BatchEncoding\.convert_to_tensors$",
        ),
        cause="""The texts have different numbers of tokens, and a tensor is a rectangle. Padding
            fills the short ones up.""",
        fix="""batch = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")""",
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
