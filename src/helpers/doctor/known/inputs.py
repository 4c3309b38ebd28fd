"""What goes into the model, and into a head of your own."""

from helpers.doctor.known._sign import V4, V5, Sign, known_error, refused_keyword

MODEL = r"> transformers\.models\.[\w.]+$"  # inside a model's own forward
EMBEDDINGS = r"> transformers\.models\.\w+\.\w+\.\w*Embeddings\.forward$"
OLD_CHECK = r"> transformers\.modeling_utils\.\w+\.warn_if_padding_and_no_attention_mask$"
POSITIONS = "(?:128|256|512|514|1024|2048|4096|8192)"  # what models can read
TOO_MANY_TOKENS = (
    rf"The size of tensor a \(\d+\) must match the size of tensor b \({POSITIONS}\) at "
    r"non-singleton dimension 1"
)

INPUTS = (
    known_error(
        "lists-into-model",
        Sign("AttributeError", r"'list' object has no attribute 'size'", MODEL),
        Sign("TypeError", r"list indices must be integers or slices, not tuple", OLD_CHECK, V4),
        cause="""The model was given lists and takes tensors. Either return_tensors is missing in
            the call of the tokenizer, or the texts never went through it.""",
        fix="""
            batch = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")
            outputs = model(**batch)""",
        check="assert outputs.logits.shape == (len(texts), model.config.num_labels)",
    ),
    known_error(
        "text-into-model",
        Sign("AttributeError", r"'str' object has no attribute 'size'", MODEL),
        Sign("TypeError", r"string indices must be integers, not 'tuple'", OLD_CHECK, V4),
        cause="""The model was given a text. It reads token ids, which the tokenizer makes.""",
        fix="""
            batch = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")
            outputs = model(**batch)""",
        check="assert outputs.logits.shape == (len(texts), model.config.num_labels)",
    ),
    known_error(
        "arrays-into-model",
        Sign("TypeError", r"'int' object is not callable", MODEL),
        cause="""The model was given NumPy arrays and takes tensors: return_tensors has to be "pt",
            for PyTorch.""",
        fix="""
            batch = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")
            outputs = model(**batch)""",
        check="assert outputs.logits.shape == (len(texts), model.config.num_labels)",
    ),
    known_error(
        "stars-forgotten",
        Sign(
            "AttributeError",
            r"",
            r"> transformers\.models\.\S+ > \S+\.BatchEncoding\.__getattr__$",
            V5,
        ),
        Sign(
            "TypeError",
            r"list indices must be integers or slices, not tuple",
            r"warn_if_padding_and_no_attention_mask > \S+\.BatchEncoding\.__getitem__$",
            V4,
        ),
        cause="""The batch went in as one argument. Two stars hand over its parts by name:
            input_ids=..., attention_mask=...""",
        fix="outputs = model(**batch)",
        check="assert outputs.logits.shape == (len(texts), model.config.num_labels)",
    ),
    known_error(
        "batch-axis-missing",
        Sign("ValueError", r"not enough values to unpack \(expected 2, got 1\)", MODEL, V5),
        Sign("IndexError", r"too many indices for tensor of dimension 1", OLD_CHECK, V4),
        cause="""One text's token ids are a row, and the model takes a matrix: one row for each
            text.""",
        fix="""
            input_ids = input_ids.unsqueeze(0)
            outputs = model(input_ids=input_ids)""",
        check="assert outputs.logits.shape == (1, model.config.num_labels)",
    ),
    known_error(
        "text-too-long",
        Sign(
            "RuntimeError", TOO_MANY_TOKENS, rf"^(?!.*TextClassificationPipeline\.).* {EMBEDDINGS}"
        ),
        Sign(
            "RuntimeError",
            r"The expanded size of the tensor \((\d+)\) must match the existing size "
            rf"\(({POSITIONS})\) at non-singleton dimension 1\.  Target sizes: \[\d+, \1\]\.  "
            r"Tensor sizes: \[1, \2\]",
            MODEL,
        ),
        cause="""A text has more tokens than the model has positions, most often 512. Truncation
            cuts its end off; where the end matters, split the text.""",
        fix="""
            limit = min(tokenizer.model_max_length, model.config.max_position_embeddings)
            batch = tokenizer(
                texts, padding=True, truncation=True, max_length=limit, return_tensors="pt"
            )
            outputs = model(**batch)""",
        check="""assert batch["input_ids"].shape[1] <= model.config.max_position_embeddings""",
    ),
    known_error(
        "pipeline-text-too-long",
        Sign("RuntimeError", TOO_MANY_TOKENS, rf"TextClassificationPipeline\..+ {EMBEDDINGS}"),
        cause="""A text has more tokens than the model has positions, and a pipeline cuts nothing
            unless you ask it to.""",
        fix="results = classifier(texts, truncation=True)",
        check="assert len(results) == len(texts)",
    ),
    known_error(
        "token-id-too-large",
        Sign(
            "IndexError",
            r"index out of range in self",
            r"> transformers\.models\..+ > torch\.nn\.functional\.embedding$",
        ),
        cause="""An id has no row in one of the model's tables. Most often the token ids come from
            another model's tokenizer, with a larger vocabulary.""",
        fix="""
            tokenizer = AutoTokenizer.from_pretrained(checkpoint)  # the model's own
            batch = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")
            outputs = model(**batch)""",
        check="""assert batch["input_ids"].max() < model.config.vocab_size""",
    ),
    known_error(
        "token-ids-not-whole",
        Sign(
            "RuntimeError",
            r"Expected tensor for argument #1 'indices' to have one of the following scalar "
            r"types: Long, Int; but got \S+ instead "
            r"\(while checking arguments for embedding\)",
        ),
        cause="""Token ids are row numbers of a table, so they have to be whole numbers. These are
            floats, perhaps because a whole batch was converted.""",
        fix="""
            batch["input_ids"] = batch["input_ids"].long()
            outputs = model(**batch)""",
        check="""assert batch["input_ids"].dtype == torch.long""",
    ),
    known_error(
        "model-without-padding-token",
        Sign(
            "ValueError",
            r"Cannot handle batch sizes > 1 if no padding token is defined\.",
            r"> transformers\.\S+ForSequenceClassification\.forward$",
        ),
        cause="""This model classifies by the last token that is not padding, and its config does
            not say which token is padding.""",
        fix="""
            model.config.pad_token_id = tokenizer.pad_token_id
            outputs = model(**batch)""",
        check="assert outputs.logits.shape == (len(texts), model.config.num_labels)",
    ),
    known_error(
        "token-types-not-known",
        refused_keyword(r"DistilBert\w+\.forward", "token_type_ids", versions=V4),
        cause="""BERT's tokenizer makes token_type_ids, which DistilBERT does not have.""",
        fix="""
            batch.pop("token_type_ids")
            outputs = model(**batch)""",
        check="assert outputs.logits.shape == (len(texts), model.config.num_labels)",
    ),
    known_error(
        "head-of-another-width",
        Sign(
            "RuntimeError",
            r"mat1 and mat2 shapes cannot be multiplied \(\d+x\d+ and \d+x\d+\)",
            r"> torch\.nn\.modules\.linear\.Linear\.forward$",
        ),
        cause="""A linear layer expects as many numbers per text as it was made for. What comes in
            has another width: each encoder has its own, model.config.hidden_size.""",
        fix="""
            # A new head, untrained: its logits mean nothing before it has learned.
            head = torch.nn.Linear(features.shape[-1], len(label_names))
            logits = head(features)""",
        check="assert logits.shape == (len(features), len(label_names))",
    ),
)
