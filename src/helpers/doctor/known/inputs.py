"""What goes into the model, and into a head of your own.

Each architecture trips over a wrong input in words of its own, so the signs here look at what its
``forward`` was given and not at the words.
"""

from helpers.doctor._evidence import FORWARD, Evidence
from helpers.doctor._kinds import kind_of, position_limit
from helpers.doctor.known._sign import TORCH, Sign, known_error, refused_keyword, train_again, way

# Inside a model of transformers, not in its loss and not in a hook of the learner's own.
INSIDE = rf"{FORWARD}(?!.*> own$)(?!.*\.(?:binary_)?cross_entropy)"
BY_PIPELINE = rf"TextClassificationPipeline\..*{INSIDE}"
BY_HAND = rf"^(?!.*transformers\.pipelines\.).*{INSIDE}"
ANY = "AttributeError TypeError ValueError IndexError RuntimeError KeyError"
LOST_TABLE = "IndexError RuntimeError ValueError"  # a row was asked for that a table does not have
TOKENIZE = """
    batch = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")
    outputs = model(**batch)"""
A_ROW_FOR_EACH_TEXT = "assert outputs.logits.shape == (len(texts), model.config.num_labels)"


def _ids(evidence: Evidence):
    return evidence.forward.get("input_ids")


def _model_got(kind: str) -> Sign:
    return Sign(ANY, ".*", INSIDE, when=lambda evidence: kind_of(_ids(evidence)) == kind)


def _has_axes(count: int):
    def look(evidence: Evidence) -> bool:
        choices = "MultipleChoice" in type(evidence.forward["self"]).__name__
        ids = _ids(evidence)
        return kind_of(ids) == "tensor" and ids.dim() == count and not choices

    return look


def _has_rows_of_one_row(evidence: Evidence) -> bool:
    """Whether each text has ids in a matrix of one row; more rows would be words or choices."""
    return _has_axes(3)(evidence) and _ids(evidence).shape[1] == 1


def _parts(model) -> list:
    """The parts of a module of torch, such as the encoder in a class of the learner's own."""
    parts = getattr(model, "_modules", None)
    return list(parts.values()) if isinstance(parts, dict) else []


def _features_of_an_encoder(evidence: Evidence) -> bool:
    """Whether a layer got vectors such as an encoder of transformers makes, not images, say."""
    near = [value for _, value in evidence.own_values()]
    near += [part for value in near for part in _parts(value)]
    sizes = {
        getattr(getattr(value, "config", None), "hidden_size", None)
        for value in near
        if type(value).__module__.startswith("transformers.")
    } - {None}
    got = evidence.given(r"torch\.nn\.modules\.linear\.Linear\.forward")["input"]
    return got.shape[-1] in sizes


def _rows(evidence: Evidence) -> int:
    return evidence.forward["self"].get_input_embeddings().num_embeddings


def _unknown_ids(evidence: Evidence) -> bool:
    ids = _ids(evidence)
    whole = kind_of(ids) == "tensor" and not ids.dtype.is_floating_point
    return whole and bool(ids.max() >= _rows(evidence))


def _tokens_were_added(evidence: Evidence) -> bool:
    """Whether the learner's tokenizer is the model's own, with tokens added."""
    for _, value in evidence.own_values():
        if hasattr(value, "added_tokens_encoder") and not isinstance(value, type):
            return len(value) > _rows(evidence) >= value.vocab_size
    return False


def _too_long(evidence: Evidence) -> bool:
    limit, ids = position_limit(evidence.forward["self"]), _ids(evidence)
    if limit is None or kind_of(ids) != "tensor" or ids.dim() != 2 or _unknown_ids(evidence):
        return False
    return ids.shape[1] > limit


def _limit(evidence: Evidence) -> dict[str, str]:
    return {"POSITIONS": str(position_limit(evidence.forward["self"]))}


def _mask_differs(evidence: Evidence) -> bool:
    """Whether the attention mask has another number of columns than the token ids.

    Many a forward makes another mask of it, so it is read from the call before.
    """
    if _too_long(evidence):
        return False
    for name, frame in zip(evidence.names, evidence.frames, strict=False):
        if not name.endswith("torch.nn.modules.module.Module._call_impl"):
            continue
        values = frame.f_locals
        if type(values["self"]).__module__.startswith("transformers."):
            args, words = [*values["args"], None, None], values["kwargs"]
            mask = words.get("attention_mask", args[1])
            ids = words.get("input_ids", args[0])
            tables = kind_of(ids) == kind_of(mask) == "tensor" and ids.dim() == mask.dim() == 2
            goes_on = words.get("past_key_values") is not None
            return tables and ids.shape[1] != mask.shape[1] and not goes_on
    return False


def _too_many_types(evidence: Evidence) -> bool:
    types, config = evidence.forward.get("token_type_ids"), evidence.forward["self"].config
    if kind_of(types) != "tensor" or _unknown_ids(evidence) or _too_long(evidence):
        return False
    return bool(types.max() >= config.type_vocab_size)


def _by_transformers(evidence: Evidence) -> bool:
    model = evidence.given(r"torch\.nn\.modules\.module\.Module\._call_impl").get("self")
    return type(model).__module__.startswith("transformers.")


INPUTS = (
    known_error(
        "lists-into-model",
        _model_got("rows"),
        cause="""The model was given lists and takes tensors. Either return_tensors is missing in
            the call of the tokenizer, or the texts never went through it.""",
        fix=TOKENIZE,
        check=A_ROW_FOR_EACH_TEXT,
    ),
    known_error(
        "text-into-model",
        _model_got("text"),
        cause="""The model was given a text. It reads token ids, which the tokenizer makes.""",
        fix=TOKENIZE,
        check=A_ROW_FOR_EACH_TEXT,
    ),
    known_error(
        "arrays-into-model",
        _model_got("array"),
        cause="""The model was given NumPy arrays and takes tensors: return_tensors has to be "pt",
            for PyTorch.""",
        fix=TOKENIZE,
        check=A_ROW_FOR_EACH_TEXT,
    ),
    known_error(
        "stars-forgotten",
        _model_got("mapping"),
        cause="""The batch went in as one argument. Two stars hand over its parts by name:
            input_ids=..., attention_mask=...""",
        fix="outputs = model(**batch)",
        check=A_ROW_FOR_EACH_TEXT,
    ),
    known_error(
        "batch-axis-missing",
        Sign(ANY, ".*", INSIDE, when=_has_axes(1)),
        cause="""One text's token ids are a row, and the model takes a matrix: one row for each
            text.""",
        fix="""
            input_ids = input_ids.unsqueeze(0)
            outputs = model(input_ids=input_ids)""",
        check="assert outputs.logits.shape == (1, model.config.num_labels)",
    ),
    known_error(
        "batch-axis-doubled",
        Sign(ANY, ".*", INSIDE, when=_has_rows_of_one_row),
        cause="""The token ids have three axes and the model takes two: texts and tokens. A
            tokenizer that is called for each text with return_tensors="pt" makes a matrix of one
            row, and the batch puts these on top of each other. Leave return_tensors out there, or
            take the axis away.""",
        fix="""
            batch = {name: values.flatten(0, 1) for name, values in batch.items()}
            outputs = model(**batch)""",
        check="""
            assert batch["input_ids"].dim() == 2
            assert outputs.logits.shape == (len(batch["input_ids"]), model.config.num_labels)""",
        ways={
            "Trainer": way(
                """
                class Squeezed(torch.utils.data.Dataset):
                    def __init__(self, data):
                        self.data = data

                    def __len__(self):
                        return len(self.data)

                    def __getitem__(self, i):  # better: no return_tensors in your own
                        row = self.data[i]
                        return {name: values.squeeze(0) for name, values in row.items()}


                train_dataset = Squeezed(train_dataset)
                trainer.train_dataset = train_dataset
                result = trainer.train()""",
                """
                assert train_dataset[0]["input_ids"].dim() == 1
                assert result.training_loss > 0""",
            )
        },
    ),
    known_error(
        "text-too-long",
        Sign(LOST_TABLE, ".*", BY_HAND, when=_too_long),
        cause="""A text has more tokens than the model has positions, most often 512. Truncation
            cuts its end off; where the end matters, split the text.""",
        fix="""
            # Leaves out what stands in a text behind this many tokens.
            limit = POSITIONS
            batch = tokenizer(
                texts, padding=True, truncation=True, max_length=limit, return_tensors="pt"
            )
            outputs = model(**batch)""",
        check="""
            assert len(batch["input_ids"]) == len(texts)
            assert batch["input_ids"].shape[1] <= limit""",
        ways=train_again(
            """
            # Leaves out what stands in a text behind this many tokens; its last one ends it.
            limit = POSITIONS


            def fixed(row):
                # Where each token has a label, "labels" is one of these names as well.
                names = [name for name in row if name in tokenizer.model_input_names]
                return {
                    name: [*row[name][: limit - 1], row[name][-1]]
                    for name in names
                    if len(row[name]) > limit
                }""",
            """assert all(len(row["input_ids"]) <= limit for row in train_dataset)""",
            labels=False,
        ),
        fill=_limit,
    ),
    known_error(
        "mask-of-another-length",
        Sign("RuntimeError ValueError", r".*\b(?:size|shape).*", INSIDE, when=_mask_differs),
        cause="""attention_mask has another number of columns than input_ids: it needs a 1 for each
            token, and a 0 for each place that is padding. The tokenizer makes both. Made by hand,
            the mask has to count what the ids count, the special tokens among them.""",
        fix="""
            batch["attention_mask"] = (batch["input_ids"] != tokenizer.pad_token_id).long()
            outputs = model(**batch)""",
        check="""assert batch["attention_mask"].shape == batch["input_ids"].shape""",
    ),
    known_error(
        "pipeline-text-too-long",
        Sign(LOST_TABLE, ".*", BY_PIPELINE, when=_too_long),
        cause="""A text has more tokens than the model has positions, and a pipeline cuts nothing
            unless you ask it to.""",
        fix="""
            # Leaves out what stands in a text behind this many tokens.
            results = classifier(texts, truncation=True, max_length=POSITIONS)""",
        check="assert len(results) == len(texts)",
        fill=_limit,
    ),
    known_error(
        "token-id-too-large",
        Sign(
            LOST_TABLE,
            ".*",
            INSIDE,
            when=lambda seen: _unknown_ids(seen) and not _tokens_were_added(seen),
        ),
        cause="""An id has no row in the model's table of tokens. Most often the token ids come
            from another model's tokenizer, with a larger vocabulary. If you added tokens to the
            model's own tokenizer, keep it, and give the table rows for them instead:
            model.resize_token_embeddings(len(tokenizer)).""",
        fix="""
            tokenizer = AutoTokenizer.from_pretrained(checkpoint)  # the model's own
            batch = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")
            outputs = model(**batch)""",
        check="""assert batch["input_ids"].max() < model.config.vocab_size""",
    ),
    known_error(
        "tokens-added",
        Sign(
            LOST_TABLE,
            ".*",
            INSIDE,
            when=lambda seen: _unknown_ids(seen) and _tokens_were_added(seen),
        ),
        cause="""Tokens were added to the tokenizer, and the model's table of tokens has no rows for
            them. The rows that it gets are random: train before you trust them.""",
        fix="""
            model.resize_token_embeddings(len(tokenizer))
            batch = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")
            outputs = model(**batch)""",
        check="""
            assert model.get_input_embeddings().num_embeddings == len(tokenizer)
            assert batch["input_ids"].max() < len(tokenizer)""",
        ways={
            "Trainer": way(
                """
                model.resize_token_embeddings(len(tokenizer))
                result = trainer.train()""",
                """
                assert model.get_input_embeddings().num_embeddings == len(tokenizer)
                assert result.training_loss > 0""",
            )
        },
    ),
    known_error(
        "token-ids-not-whole",
        Sign(
            "RuntimeError",
            r"Expected tensor for argument #1 'indices' to have one of the following scalar "
            r"types: Long, Int; but got \S+ instead "
            r"\(while checking arguments for embedding\)",
            TORCH,
        ),
        cause="""Token ids are row numbers of a table, so they have to be whole numbers. These are
            floats, perhaps because a whole batch was converted.""",
        fix="""
            for name in {"input_ids", "token_type_ids", "attention_mask"} & set(batch):
                batch[name] = batch[name].long()
            outputs = model(**batch)""",
        check="""
            assert batch["input_ids"].dtype == torch.long
            assert outputs.logits.shape[0] == len(batch["input_ids"])""",
    ),
    known_error(
        "model-without-padding-token",
        Sign(
            "ValueError",
            r"Cannot handle batch sizes > 1 if no padding token is defined\.",
            rf"{FORWARD}$",
        ),
        Sign("ValueError", r"self\.model\.config\.pad_token_id has to be defined\.", INSIDE),
        cause="""This model has to know which token is padding, GPT-2 and Llama to find the last
            token of each text, and its config does not say it.""",
        fix="""
            model.config.pad_token_id = tokenizer.pad_token_id
            outputs = model(**batch)""",
        check="assert outputs.logits.shape == (len(texts), model.config.num_labels)",
        ways={
            "Trainer": way(
                """
                model.config.pad_token_id = tokenizer.pad_token_id
                result = trainer.train()""",
                "assert result.training_loss > 0",
            ),
            "pipeline": way(
                """
                model.config.pad_token_id = tokenizer.pad_token_id
                results = classifier(texts)""",
                "assert len(results) == len(texts)",
            ),
        },
    ),
    known_error(
        "token-types-not-known",
        refused_keyword(
            r"\w+\.forward",
            "token_type_ids",
            r"> torch\.nn\.modules\.module\.Module\._call_impl(?: > transformers\.[\w.<>]+)*$",
            when=_by_transformers,
        ),
        cause="""The batch has token_type_ids, which BERT's tokenizer makes and this model does not
            have. If the tokenizer is not the model's own, take that one: the ids mean other words.
            If it is, leave the types out.""",
        fix="""
            batch.pop("token_type_ids")
            outputs = model(**batch)""",
        check="assert outputs.logits.shape == (len(texts), model.config.num_labels)",
    ),
    known_error(
        "token-type-too-large",
        Sign(LOST_TABLE, ".*", INSIDE, when=_too_many_types),
        cause="""A token type has no row in the model's table of them: BERT has two, RoBERTa one.
            Most often the tokenizer is another model's.""",
        fix="""
            tokenizer = AutoTokenizer.from_pretrained(checkpoint)  # the model's own
            batch = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")
            outputs = model(**batch)""",
        check=A_ROW_FOR_EACH_TEXT,
    ),
    known_error(
        "head-of-another-width",
        Sign(
            "RuntimeError",
            r"mat1 and mat2 shapes cannot be multiplied \(\d+x\d+ and \d+x\d+\)",
            r"> torch\.nn\.modules\.linear\.Linear\.forward$",
            when=_features_of_an_encoder,
        ),
        cause="""A linear layer expects as many numbers per text as it was made for. What comes in
            has another width: each encoder has its own, model.config.hidden_size. A head that has
            learned is kept, with the encoder that it learned on. Only one that has learned nothing
            yet is made anew.""",
        fix="""
            # A new head, untrained: its logits mean nothing before it has learned.
            head = torch.nn.Linear(features.shape[-1], len(label_names))
            logits = head(features)""",
        check="assert logits.shape == (len(features), len(label_names))",
    ),
)
