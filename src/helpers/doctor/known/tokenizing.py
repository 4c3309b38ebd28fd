"""From texts to token ids."""

from helpers.doctor.known._sign import Sign, known_error

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
            r"text input must be of type `str` \(single example\), `list\[str\]` .+",
            r"> transformers\.tokenization_utils_\w+\.[\w.]+$",
        ),
        cause="""The tokenizer takes a string or a list of strings. A pandas Series, a NumPy array
            and a dataset's column have to be made a list first.""",
        fix="""
            batch = tokenizer(list(texts), padding=True, truncation=True, return_tensors="pt")""",
        check="""assert len(batch["input_ids"]) == len(texts)""",
    ),
    known_error(
        "missing-texts",
        Sign(
            "TypeError",
            r"TextEncodeInput must be Union\[TextInputSequence, Tuple\[InputSequence, "
            r"InputSequence\]\]",
        ),
        cause="""Something in the list is not a string: None or NaN, the usual marks of a missing
            text in a table.""",
        fix="""
            # Leaves out the texts that are missing, and their labels with them.
            here = [i for i, text in enumerate(texts) if isinstance(text, str)]
            texts, labels = [texts[i] for i in here], labels[here]
            batch = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")""",
        check="""assert len(batch["input_ids"]) == len(texts) == len(labels)""",
    ),
    known_error(
        "text-is-none",
        Sign(
            "ValueError",
            r"You need to specify either `text` or `text_target`\.",
            r"> transformers\.tokenization_utils_base\.[\w.]+$",
        ),
        cause="""The text is None. Decide what a missing text means.""",
        fix="""
            # Reads a missing text as an empty one; or leave it out, with its labels.
            text = text or ""
            batch = tokenizer(text, truncation=True, return_tensors="pt")""",
        check="""assert batch["input_ids"].shape[0] == 1""",
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
)
