"""Problems of chapter 2: what the model reads."""

from functools import cache

import numpy as np

from helpers.exercises._problem import Problem, Wrong

TWENTY = [
    "we won 🏆🏆🏆",
    "we won🏆",
    "The final is over 😭",
    "Rain at 7, sun at 9.",
    "Zürich votes",
    "ნინო won the race",
    "great🔥",
    "see you at the café",
    "no more words",
    "3-2 after extra time",
    "goal!!!",
    "new phone 📱 who dis",
    "ok",
    "budget+tax=trouble",
    "Müller scores",
    "the cup is ours❤",
    "parking app down again",
    "tickets €12",
    "naïve plan",
    "rain 🌧 then sun 🌤",
    "Ꮳ is a letter",
]


@cache
def tokenizer():
    from transformers import AutoTokenizer

    from helpers.models import HUB_ID, installed_backbone

    return AutoTokenizer.from_pretrained(installed_backbone() or HUB_ID)


def _unknown(texts, per="text"):
    ids = tokenizer()(texts)["input_ids"]
    unknown = tokenizer().unk_token_id
    if per == "text":
        return float(sum(unknown in row for row in ids))
    return float(sum(row.count(unknown) for row in ids))


def _glued(texts):
    return [
        text for text in texts
        if any(tokenizer().tokenize(word) == ["[UNK]"] and any(c.isalpha() for c in word)
               for word in text.split())
    ]  # fmt: skip


def _two():
    return (["Goal!", "The ministry moves all its paperwork to an app."],)


def _batch(texts):
    return tokenizer()(texts, padding=True)


def _mask():
    return (np.array([[101, 3125, 999, 102, 0, 0], [101, 1996, 3757, 5829, 2035, 102]]),)


def _vectors():
    rng = np.random.default_rng(2)
    hidden = rng.normal(size=(2, 4, 3)).round(1)
    return [(hidden, np.array([[1, 1, 0, 0], [1, 1, 1, 1]]))]


PROBLEMS = [
    Problem(
        "02.1",
        "How many texts hold an unknown piece?",
        5,
        "warm-up",
        given=lambda: (list(TWENTY),),
        answer=_unknown,
        wrong=(
            Wrong(
                lambda texts: _unknown(texts, "piece"),
                "You counted unknown pieces. A text with two of them is still one text.",
            ),
            Wrong(
                lambda texts: float(sum(any(ord(c) > 127 for c in text) for text in texts)),
                "You counted texts with a character beyond plain ASCII. Accents are dropped, and "
                "some signs are in the vocabulary: ask the tokenizer.",
            ),
            Wrong(
                lambda texts: float(len(texts)) - _unknown(texts),
                "These are the texts without one.",
            ),
            Wrong(
                lambda texts: 0.0,
                'None? Compare the ids with tokenizer.unk_token_id; the string "[UNK]" is not in '
                "the texts, it is what they become.",
            ),
        ),
        hints=(
            'tokenizer(texts)["input_ids"] has the ids; tokenizer.unk_token_id is the one to '
            "look for.",
            "sum(tokenizer.unk_token_id in ids for ids in ...)",
        ),
        solution="count = sum(\n"
        '    tokenizer.unk_token_id in ids for ids in tokenizer(texts)["input_ids"]\n)',
        placeholder="count = ...",
    ),
    Problem(
        "02.2",
        "Which texts lost a whole word?",
        10,
        "stretch",
        given=lambda: (list(TWENTY),),
        answer=_glued,
        wrong=(
            Wrong(
                lambda texts: [
                    t for t in texts if tokenizer().unk_token_id in tokenizer()(t)["input_ids"]
                ],
                "These are all texts with an unknown piece. Where a space stands before the "
                "emoji, no "
                "word was lost with it.",
            ),
            Wrong(
                lambda texts: [t for t in texts if any(ord(c) > 0x2600 for c in t)],
                "These are all with an emoji. Ask the tokenizer what became of each word.",
            ),
            Wrong(
                lambda texts: _glued(texts)[:-1],
                "One more: a letter that the vocabulary lacks, standing alone, is a word that is "
                "lost too.",
            ),
            Wrong(
                lambda texts: [],
                "There are some: look at what tokenizer.tokenize makes of each "
                "word with letters in it.",
            ),
        ),
        hints=(
            "Go through the words: text.split(). Which of them have letters and become [UNK]?",
            'tokenizer.tokenize(word) == ["[UNK]"] and any(c.isalpha() for c in word)',
        ),
        solution="glued = [\n"
        "    text for text in texts\n"
        '    if any(tokenizer.tokenize(word) == ["[UNK]"] and any(c.isalpha() for c in word)\n'
        "           for word in text.split())\n]",
        placeholder="glued = ...  # a list of texts",
    ),
    Problem(
        "02.3",
        "Shapes before running",
        3,
        "warm-up",
        given=_two,
        answer=lambda texts: np.array(np.shape(_batch(texts)["input_ids"])),
        wrong=(
            Wrong(
                lambda texts: np.array(np.shape(_batch(texts)["input_ids"])) - [0, 2],
                "[CLS] and [SEP] count too: two tokens more.",
            ),
            Wrong(
                lambda texts: np.array(np.shape(_batch(texts)["input_ids"]))[::-1],
                "Texts first, then tokens.",
            ),
            Wrong(
                lambda texts: np.array([2, 512]),
                "padding=True fills up to the longest text of the batch, not to the limit.",
            ),
            Wrong(
                lambda texts: np.array([2, 9]),
                "You counted words. The period is a piece of its own, and [CLS] and [SEP] come on "
                "top.",
            ),
            Wrong(
                lambda texts: np.array([2, 11]),
                "The period is a token too.",
            ),
            Wrong(
                lambda texts: np.array([2, len(_batch(texts[:1])["input_ids"][0])]),
                "That is the shorter text's length. The rectangle is as wide as the longest.",
            ),
        ),
        hints=(
            "A row for each text. How wide is the rectangle?",
            "As many tokens as the longest text has, [CLS] and [SEP] included.",
        ),
        solution='shape = tokenizer(texts, padding=True, return_tensors="pt")["input_ids"].shape',
        placeholder="shape = ...  # two numbers",
    ),
    Problem(
        "02.4",
        "Write the attention mask",
        2,
        "core",
        given=_mask,
        answer=lambda ids: (ids != 0).astype(int),
        wrong=(
            Wrong(
                lambda ids: (ids == 0).astype(int),
                "Turned round: 1 means read this, 0 means padding.",
            ),
            Wrong(
                lambda ids: np.ones_like(ids),
                "All ones: then the words look at the padding as well.",
            ),
            Wrong(
                lambda ids: ((ids != 0) & (ids != 101) & (ids != 102)).astype(int),
                "[CLS] and [SEP] are read as well; only [PAD] is not.",
            ),
            Wrong(
                lambda ids: (ids != 0).sum(axis=1),
                "That counts the real tokens of each text. The mask has a number per token.",
            ),
        ),
        hints=("Which id is [PAD]'s?", "1 where the id is not 0."),
        solution="mask = (ids != 0).astype(int)",
        placeholder="mask = ...",
    ),
    Problem(
        "02.5",
        "The mean over real tokens",
        10,
        "core",
        answer=lambda hidden, mask: (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdims=True),
        cases=_vectors,
        wrong=(
            Wrong(
                lambda hidden, mask: hidden.mean(axis=1),
                "The padding was counted: its vectors mean nothing. Leave them out of the sum "
                "and of "
                "the number you divide by.",
            ),
            Wrong(
                lambda hidden, mask: (hidden * mask[..., None]).mean(axis=1),
                "The padding is out of the sum, but you still divide by all places. Divide by the "
                "number of real tokens.",
            ),
            Wrong(
                lambda hidden, mask: (hidden * mask[..., None]).sum(1) / mask.sum(1),
                "The counts lost their axis, so that they do not stand beside the vectors: "
                "mask.sum(axis=1, keepdims=True) keeps it.",
            ),
            Wrong(
                lambda hidden, mask: hidden[:, 0],
                "That is the first token's vector, another way to pool. The mean is asked for.",
            ),
            Wrong(
                lambda hidden, mask: (hidden * mask[..., None]).sum(axis=1),
                "That is the sum. Divide by the number of real tokens.",
            ),
            Wrong(
                lambda hidden, mask: (
                    (hidden * mask[..., None]).sum(0) / mask.sum(0)[:, None].clip(1)
                ),
                "You averaged over the texts. Average over the tokens of each text: axis 1.",
            ),
        ),
        hints=(
            "Multiply the hidden states by 0 or 1, add up over the tokens, divide.",
            "mask[..., None] has the shape to multiply by; divide by mask.sum(axis=1, "
            "keepdims=True).",
        ),
        solution="def mean_pool(hidden, mask):\n"
        "    kept = hidden * mask[..., None]\n"
        "    return kept.sum(axis=1) / mask.sum(axis=1, keepdims=True)",
    ),
    Problem(
        "02.6",
        "What is cut?",
        3,
        "core",
        given=lambda: (["goal"] * 4 + ["penalty"] * 3, 6),
        answer=lambda words, longest: words[: longest - 2],
        wrong=(
            Wrong(
                lambda words, longest: words[:longest], "Two of the places go to [CLS] and [SEP]."
            ),
            Wrong(
                lambda words, longest: words[-(longest - 2) :],
                "The end is cut off, not the beginning: what stands last is lost.",
            ),
            Wrong(lambda words, longest: words[longest - 2 :], "These are the ones that are cut."),
            Wrong(
                lambda words, longest: list(words),
                "Nothing would be cut? There are more words than places.",
            ),
        ),
        hints=(
            "Each of these words is one piece. How many places are left for words?",
            "max_length counts [CLS] and [SEP]; truncation keeps the beginning.",
        ),
        solution='kept = ["goal", "goal", "goal", "goal"]',
        placeholder="kept = ...  # a list of words",
    ),
    Problem(
        "02.7",
        "Tokens per word",
        6,
        "core",
        given=lambda: (["Parliament votes on Zürich's smartphone tax", "3-2 after extra time"],),
        answer=lambda texts: (
            sum(len(tokenizer().tokenize(t)) for t in texts) / sum(len(t.split()) for t in texts)
        ),
        wrong=(
            Wrong(
                lambda texts: (
                    sum(len(row) for row in tokenizer()(texts)["input_ids"])
                    / sum(len(t.split()) for t in texts)
                ),
                "[CLS] and [SEP] were counted. They are no part of the words.",
            ),
            Wrong(
                lambda texts: np.mean(
                    [len(tokenizer().tokenize(t)) / len(t.split()) for t in texts]
                ),
                "That is the mean of the two texts' ratios, so the short one weighs as much as the "
                "long one. Divide the totals.",
            ),
            Wrong(
                lambda texts: (
                    sum(len(t.split()) for t in texts)
                    / sum(len(tokenizer().tokenize(t)) for t in texts)
                ),
                "Upside down: words per token.",
            ),
        ),
        hints=(
            "All tokens of both texts, divided by all words of both.",
            "tokenizer.tokenize(text) leaves the special tokens out; text.split() has the words.",
        ),
        solution="ratio = sum(len(tokenizer.tokenize(text)) for text in texts) / sum(\n"
        "    len(text.split()) for text in texts\n)",
        placeholder="ratio = ...",
    ),
]
