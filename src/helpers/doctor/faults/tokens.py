"""Faults of the tokenizer and of the batch that it made: words, length, padding."""

from collections.abc import Iterator

from helpers.doctor._setup import Setup
from helpers.doctor.faults._finding import TOKENIZE, Finding


def tokenizer_faults(setup: Setup) -> Iterator[Finding]:
    tokenizer = setup.tokenizer
    if tokenizer is None:
        return
    load = (
        "from transformers import AutoTokenizer\n"
        "tokenizer = AutoTokenizer.from_pretrained(backbone)  # what you trained from\n"
        "tokenizer.save_pretrained(folder)  # beside the model"
    )
    if setup.batch is not None:
        load += f"\n{TOKENIZE}"
    rows, size = _vocabulary(setup.model), len(tokenizer)
    if rows and (size > rows or size < 0.97 * rows):  # a few unused rows are no fault
        added = size > rows >= tokenizer.vocab_size
        yield Finding(
            "vocabularies of two sizes",
            f"the tokenizer has {size:,} tokens, the model's embedding {rows:,} rows",
            "The first text that holds a new token stops the program."
            if added
            else "It is not the model's own tokenizer: its ids mean other words to the model.",
            "model.resize_token_embeddings(len(tokenizer))  # then train: new rows are random"
            if added
            else load,
        )
    unknown, count = _unknown_tokens(setup)
    if count >= 5 and unknown > count / 2:
        yield Finding(
            "words are unknown",
            f"{unknown:,} of {count:,} tokens are {tokenizer.unk_token}",
            "The model cannot tell one text from another: it sees the same token everywhere.",
            load,
        )
    if setup.limit and tokenizer.model_max_length > setup.limit:
        given = tokenizer.model_max_length
        yield Finding(
            "tokenizer without a limit",
            f"the model reads {setup.limit} tokens, tokenizer.model_max_length is "
            f"{'not set' if given > 10**9 else given}",
            "truncation=True cuts nothing, so the first long text stops the program.",
            f"tokenizer.model_max_length = {setup.limit}",
        )


def _vocabulary(model) -> int | None:
    try:
        rows = model.get_input_embeddings().num_embeddings
    except (AttributeError, NotImplementedError):
        return None
    return rows if rows == getattr(model.config, "vocab_size", None) else None


def _texts(setup: Setup) -> list[str]:
    """The texts, if there is a tokenizer for them and each is a string; else none."""
    texts = setup.texts or []
    usable = setup.tokenizer is not None and all(isinstance(text, str) for text in texts)
    return texts if usable else []


def _unknown_tokens(setup: Setup) -> tuple[int, int]:
    """Count the tokens that the tokenizer does not know, and all of them."""
    unknown, texts = setup.tokenizer.unk_token_id, _texts(setup)
    if unknown is None or not texts:
        return 0, 0
    rows = setup.tokenizer(texts, add_special_tokens=False, padding=False, verbose=False)
    ids = [i for row in rows["input_ids"] for i in row]
    return ids.count(unknown), len(ids)


def cut_faults(setup: Setup) -> Iterator[Finding]:
    tokenizer, texts = setup.tokenizer, _texts(setup)
    if not texts:
        return
    limit = min(setup.limit or tokenizer.model_max_length, tokenizer.model_max_length)
    whole = tokenizer(texts, truncation=False, padding=False, verbose=False)["input_ids"]
    lengths = [len(ids) for ids in whole]
    cut = _cut_in_batch(setup, whole)
    if cut is None:
        cut = [(i, limit) for i, length in enumerate(lengths) if length > limit]
    if cut:
        first, kept = cut[0]
        too_long = [text for text, length in zip(texts, lengths, strict=True) if length > limit]
        yield Finding(
            "texts cut short",
            f"{len(cut)} of {len(texts)} texts; text {first} has {lengths[first]} tokens, of "
            f"which {kept} are read",
            "What stands behind the cut cannot give a label, and no one is told.",
            _uncut(setup, limit, too_long),
        )


def _cut_in_batch(setup: Setup, whole: list[list[int]]) -> list[tuple[int, int]] | None:
    """Row and length of each text that the batch holds only the beginning of; None: no batch."""
    import torch

    ids = (setup.batch or {}).get("input_ids")
    if not isinstance(ids, torch.Tensor) or ids.ndim != 2:
        return None
    if len(ids) != len(whole) or setup.padded is None:
        setup.notes.append(
            "Not looked at: whether the batch was cut, since it does not hold the texts row "
            "for row."
        )
        return []
    # Most tokenizers put one special token in front; the others, at the end, survive a cut.
    ends = max(setup.tokenizer.num_special_tokens_to_add() - 1, 0)
    kept = [row[~padded].tolist() for row, padded in zip(ids.cpu(), setup.padded, strict=True)]
    return [
        (i, len(row))
        for i, (row, text) in enumerate(zip(kept, whole, strict=True))
        if len(row) < len(text) and row[: len(row) - ends] == text[: len(row) - ends]
    ]


def _uncut(setup: Setup, limit: int, too_long: list[str]) -> str:
    """Code that reads all of each text: tokenized again or, if that is too long, in pieces."""
    in_batch = setup.labels_name != "labels"
    code = "known = batch['labels']\n" if in_batch else ""
    if too_long:
        size = _words_that_fit(setup.tokenizer, too_long, limit)
        code += (
            f"pieces = [(i, words[j : j + {size}]) for i, words in enumerate(map(str.split, "
            f"texts))\n          for j in range(0, max(len(words), 1), {size})]\n"
            'texts = [" ".join(words) for _, words in pieces]\n'
            "rows = [i for i, _ in pieces]  # whose piece: take the largest probability of a text\n"
        )
    code += TOKENIZE.replace("truncation=True", f"truncation=True, max_length={limit}")
    if in_batch:
        code += f'\nbatch["labels"] = known{"[rows]" if too_long else ""}'
    elif too_long and setup.labels_given is not None:
        code += "\nlabels = labels[rows]  # a guess: not every piece has all labels of its text"
    return code


def _words_that_fit(tokenizer, texts: list[str], limit: int) -> int:
    words = sorted({word for text in texts for word in text.split()})
    rows = tokenizer(words, add_special_tokens=False, padding=False)["input_ids"]
    longest = max([len(row) for row in rows], default=1)
    return max((limit - tokenizer.num_special_tokens_to_add()) // max(longest, 1), 1)


def pad_faults(setup: Setup) -> Iterator[Finding]:
    """Look whether tokenizer and config mean the same token by padding, where a model looks."""
    ours = getattr(setup.tokenizer, "pad_token_id", None)
    theirs = getattr(setup.config, "pad_token_id", None)
    if ours is None or theirs is None or ours == theirs or not setup.has_head:
        return
    by_last = setup.head_name.split(".")[-1] == "score"  # GPT-2, Llama: the last token before it
    if by_last or _counts_from_padding(setup.model):
        yield Finding(
            "padding tokens differ",
            f"tokenizer.pad_token_id is {ours}, model.config.pad_token_id is {theirs}",
            "The model takes padding for text, or reads another token than the last: a text's "
            "result depends on the texts beside it.",
            "model.config.pad_token_id = tokenizer.pad_token_id"
            if by_last
            else "from transformers import AutoTokenizer\n"
            "tokenizer = AutoTokenizer.from_pretrained(backbone)  # the model's own",
        )


def _counts_from_padding(model) -> bool:
    """Whether positions are counted from behind the padding token, as RoBERTa does."""
    return any(
        name.endswith("position_embeddings") and getattr(part, "padding_idx", None) is not None
        for name, part in model.named_modules()
    )


def padding_faults(setup: Setup) -> Iterator[Finding]:
    import torch

    padded = setup.padded
    if padded is None or not padded.any() or not setup.takes_mask():
        return
    mask = setup.batch.get("attention_mask")
    if mask is None:
        count, seen = int(padded.sum()), "the batch has no attention_mask"
    elif isinstance(mask, torch.Tensor) and mask.shape == padded.shape:
        count, seen = int((padded & (mask.cpu() != 0)).sum()), "attention_mask is not 0 there"
    else:
        return
    if count:
        known = getattr(setup.tokenizer, "pad_token_id", None) is not None
        pad = f"{'tokenizer' if known else 'model.config'}.pad_token_id"
        yield Finding(
            "padding is not masked",
            f"{count} of {padded.numel()} tokens are padding, and {seen}",
            "The model reads padding as if it were text, so a text's result depends on how long "
            "the others are.",
            f'batch["attention_mask"] = (batch["input_ids"] != {pad}).long()',
        )
