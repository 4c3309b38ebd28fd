# %% [markdown]
# # 2 · Tokenization
#
# {badge}
#
# A model never sees your text. Here you read what it reads instead, and catch it being misled
# without a single error message.
#
# | minutes | needs | after this you can |
# |---|---|---|
# | 45 | chapter {photo} | read what the model reads |

# %%
# {setup}

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch

from helpers import course, data, drawings, exercises, models, plots
from helpers.activations import sigmoid

course.start("02")

# %% [markdown]
# ## Warm-up
#
# A few questions from earlier chapters. Answer from memory, then go on.

# %%
exercises.warm_up("02")

# %% [markdown]
# ## Why it matters
#
# A model computes with numbers, so somebody has to turn *The goalkeeper saved a penalty* into
# numbers first. That is the work of the **tokenizer**. Whatever it drops, no model can find
# again: a capital that told two words apart, an emoji, the end of a long text. Worse, most of
# these losses raise no error. The labels come out as usual, and some of them are wrong.
#
# The cure is to look. A few lines show exactly what the model was given.
#
# ## The idea
#
# A list of all words would never be complete: people invent words, misspell them and inflect
# them. A list of letters would be complete, but each letter means little. The tokenizer goes
# between. It has a fixed list of **word pieces**, its **vocabulary**. A common word is one piece.
# Nearly any other word is put together from smaller pieces, down to single letters if need be.
#
# Each piece has a number, its **id**. The ids are what the model gets. One piece at its place in a
# text is called a **token**.
#
# This is the first step of a long way, which the next chapters go one by one. (n is the number of texts;
# below each box stands the shape of what is in it.)

# %%
drawings.the_way("tokenizer")

# %% [markdown]
# ## See it run
#
# The tagger of chapter {start} brings its own tokenizer. A **checkpoint**, the folder in which a model is
# kept, has the tokenizer's files beside the model's. The tagger was made from such a checkpoint and uses
# its tokenizer; chapter {encoder} shows what else came from there.

# %%
tagger = models.load_tagger()
tokenizer = tagger.tokenizer

print(f"The vocabulary has {len(tokenizer):,} pieces.")
print(f"The model has room for {tagger.model.config.vocab_size:,}.")

# %% [markdown]
# **Guess first.** Into how many pieces does this sentence fall? Count the period.

# %%
sentence = "The goalkeeper saved a penalty."
pieces = tokenizer.tokenize(sentence)
print(len(pieces), "pieces:", pieces)

# %% [markdown]
# Every word here is common enough to be a piece of its own, and a mark such as the period is a
# piece too. Now words that are rarer, and some that are misspelled. Guess which of them stay whole. (Only
# luck or a feeling for how common a word is can tell you: the list was made by counting.)


# %%
def show_pieces(texts):
    for text in texts:
        print(f"{text:22} {' '.join(tokenizer.tokenize(text))}")


show_pieces(["goalkeeper", "goalkeper", "biathlon", "parliament", "parlaiment", "smartphone"])

# %% [markdown]
# `##` means: this piece continues the word that the piece before it began. So `##per` inside a word and `per` as a
# word are two pieces, with two ids.
#
# The tokenizer does not know grammar. It takes the longest piece that fits the start of the word,
# then the longest that fits the rest, and so on. A misspelled word can therefore fall into pieces
# that have little to do with its meaning. The model still gets something, and it must make sense
# of it from the words around.
#
# ## What gets lost
#
# **Guess first.** Which of these pairs will the model be unable to tell apart?

# %%
for one, other in [("US", "us"), ("Polish", "polish"), ("Zürich", "Zurich"), ("résumé", "resume")]:
    same = tokenizer.tokenize(one) == tokenizer.tokenize(other)
    print(f"{one:8} {other:8} {'the same pieces' if same else 'different'}")

# %% [markdown]
# All of them. This tokenizer is *uncased*: it makes every letter small and drops accents before it
# looks anything up. *Polish voters* and *polish the floor* now start with the same piece. The words
# around it must tell them apart.
#
# Next: numbers, other scripts, and emoji.

# %%
show_pieces(["1987", "1234567", "3.14", "€5", "гол", "ゴール", "ঢাকা", "🏆", "won🏆", "lost🏆"])

# %% [markdown]
# A number that was frequent is one piece, another falls apart like a rare word. To the
# model both are pieces with ids; nothing in them says how large the number is. A sign such as € stays one word with what is glued to it
# (`##5`), while the period was cut off, as $ or + would be.
#
# Some letters of other scripts are in the vocabulary, so their words become letters, without the small
# marks that this tokenizer takes for accents: the first letter of the Japanese word lost its two strokes,
# and with them its sound. Where a single
# character of a word has no piece, the *whole word* turns into one token, `[UNK]`, for *unknown*,
# even if the rest of it is in the vocabulary.
#
# **Guess first.** Two pairs of messages. In the first pair a space stands before the emoji, in the
# second pair none. Which of the four lines of ids will be alike?

# %%
pairs = ["we won 🏆", "we won 😭", "we won🏆", "we lost🏆"]
for text, its_ids in zip(pairs, tokenizer(pairs)["input_ids"], strict=True):
    print(f"{text:9} {its_ids} {tokenizer.convert_ids_to_tokens(its_ids)}")

# %% [markdown]
# Joy and tears get the same ids, because neither emoji is known. And one character that is not known
# takes its word down with it: *won* and *lost* become the same number. The model cannot help answering
# the same. Before you
# use a model on texts of a new kind, count how many of them hold an unknown piece:

# %%
newsdesk = data.load_newsdesk()
all_texts = [text for part in newsdesk.values() for text in part["text"]]
unknown = sum(tokenizer.unk_token_id in ids for ids in tokenizer(all_texts)["input_ids"])
print(f"{unknown} of {len(all_texts):,} newsdesk texts hold an unknown piece.")

# %% [markdown]
# ## From pieces to ids and back
#
# Call the tokenizer itself instead of its method `tokenize`, and it gives ids. Two more came in.

# %%
ids = tokenizer(sentence)["input_ids"]
pd.DataFrame({"piece": tokenizer.convert_ids_to_tokens(ids), "id": ids}).T

# %% [markdown]
# `[CLS]` and `[SEP]` are **special tokens**. They stand for no text; they are signs that the model
# was trained with. These are all that this vocabulary has:

# %%
meanings = {
    "[CLS]": "opens every text; the tagger sums the text up at this place",
    "[SEP]": "closes a text",
    "[PAD]": "fills a short text up, so that a batch is a rectangle",
    "[UNK]": "stands for a word that the pieces cannot spell",
    "[MASK]": "hides a word; models like this learn language by guessing it",
}
for name, meaning in meanings.items():
    print(f"{name:7} id {tokenizer.convert_tokens_to_ids(name):3}  {meaning}")

# %% [markdown]
# From what stands at `[CLS]` the tagger's last part, its **head**, makes the logits. Chapter {encoder}
# takes it apart.
#
# Can you get the text back from the ids? **Guess** what will have changed. (`skip_special_tokens=True`
# leaves out `[CLS]` and `[SEP]`.)

# %%
original = "Zürich  WON the cup, at last 🏆"
original_ids = tokenizer(original)["input_ids"]
back = tokenizer.decode(original_ids, skip_special_tokens=True)
print("before:", original)
print("after: ", back)
print("all:   ", tokenizer.decode(original_ids))
print("the same text:", back == original)

# %% [markdown]
# Capitals, the accent, the double space and the emoji are gone. Decoding is the quickest look at what a
# model read, and the third line is the honest one: `[UNK]` is a special token too, so leaving those out
# hides that a word was lost.
#
# ## One text is a batch of one
#
# The tokenizer returns more than ids.

# %%
encoded = tokenizer(sentence)
for key, values in encoded.items():
    print(f"{key:15} {values}")

# %% [markdown]
# `attention_mask` says which tokens to read: 1 for yes. `token_type_ids` tells a first text from a
# second, for tasks that compare two; here it is all 0 and you can forget it.
#
# These are plain Python lists, and they hold one text. The model always works on a **batch**,
# texts that go through it together, even if there is only one. And it wants a **tensor**, an
# array of numbers in torch, the library that computes the model, here of the shape *texts by tokens*. This is what it says to the lists:

# %%
with course.expect_error(AttributeError):
    tagger.model(**tokenizer(sentence))

# %% [markdown]
# The model asked its input for a size, and a list has none. (Other versions of transformers word
# this differently.) The fix has two parts: put the text in a list, which makes it a batch, and
# ask for tensors with `return_tensors="pt"`.

# %%
batch = tokenizer([sentence], return_tensors="pt")
with torch.inference_mode():
    logits = tagger.model(**batch).logits

print("without the list:", np.shape(tokenizer(sentence)["input_ids"]))
print("input_ids:       ", tuple(batch["input_ids"].shape), "= texts, tokens")
print("logits:          ", tuple(logits.shape), "= texts, labels")

# %% [markdown]
# `inference_mode` tells torch that nothing is to be learned here, which saves time and memory. (You
# will also meet `no_grad`, its older and milder form.)
# The logits are the model's raw scores, one for each label.
#
# ## Several texts: padding
#
# Now two texts. One is longer.

# %%
two = ["Goal!", "The ministry moves all its paperwork to an app."]
print([len(ids) for ids in tokenizer(two)["input_ids"]], "tokens")

# %% [markdown]
# As lists they may differ in length. **Guess** what happens when you ask for one tensor.

# %%
with course.expect_error(ValueError):
    tokenizer(two, return_tensors="pt")

# %% [markdown]
# A tensor is a rectangle, and these two rows have different lengths. The message names the fix:
# `padding=True` fills every text up to the longest one of the batch. Its last sentence, about
# nesting, is a wrong trail here: nothing is nested too deep.

# %%
padded = tokenizer(two, padding=True, return_tensors="pt")
rows = []
for text_ids, mask in zip(padded["input_ids"], padded["attention_mask"], strict=True):
    rows.append(tokenizer.convert_ids_to_tokens(text_ids.tolist()))
    rows.append(mask.tolist())
pd.DataFrame(rows, index=["text 1", "its mask", "text 2", "its mask"])

# %% [markdown]
# ### What happened
#
# The short text was filled up with `[PAD]`, and its **attention mask** says 0 there: *do not look
# at these*. Inside the model every token looks at all the others. Without the mask, the
# words would look at the padding too.
#
# ## Common gotcha: the mask goes missing
#
# It is an easy slip: you hand over `input_ids` and leave the rest. First the case where it does no
# harm, a text by itself. Here are its logits with the mask and without.


# %%
def logits_of(texts, width, with_mask):
    batch = tokenizer(texts, padding="max_length", max_length=width, return_tensors="pt")
    inputs = {"input_ids": batch["input_ids"]}
    if with_mask:
        inputs["attention_mask"] = batch["attention_mask"]
    with torch.inference_mode():
        return tagger.model(**inputs).logits.numpy()


vote = "Parliament passed the budget by two votes."
width = len(tokenizer(vote)["input_ids"])
for with_mask in (True, False):
    row = logits_of([vote], width, with_mask)[0]
    print(f"mask: {with_mask!s:5}  width {width:3} ", " ".join(f"{z:6.2f}" for z in row))

# %% [markdown]
# The same: there was no padding, so the mask was all ones. Now let the text stand in wider and
# wider batches, as it would beside longer and longer neighbors.
#
# **Guess first.** Without the mask, will the logit stay near where it was as the padding grows? And is
# there a width at which *politics* is no longer predicted?

# %%
rows = []
for width in (16, 32, 64, 128, 512):
    masked, bare = (logits_of([vote], width, with_mask)[0, 1] for with_mask in (True, False))
    given = ["yes" if sigmoid(z) > tagger.thresholds[1] else "no" for z in (masked, bare)]
    rows.append([width, f"{masked:.2f}", given[0], f"{bare:.2f}", given[1]])
assert rows[-1][2] == "yes" and rows[-1][4] == "no"  # what the text below says
columns = ["width", "logit, mask", "politics?", "logit, no mask", "politics then?"]
pd.DataFrame(rows, columns=columns)

# %% [markdown]
# With the mask, padding changes nothing that you can see. Without it, the score drifts, then sinks, and in the end a
# plain vote in parliament has lost its label. There was no error and no warning. The result even
# depends on which other texts share the batch.
#
# The habit that protects you is one pair of stars: `model(**batch)` hands over everything the
# tokenizer made. The course's `predict_logits` does that.
#
# ## When it breaks: too long a text
#
# The model learned a place for each of a fixed number of tokens. That is its **limit**.

# %%
print("The model has places for", tagger.model.config.max_position_embeddings, "tokens.")
print("Its tokenizer knows:    ", tokenizer.model_max_length)

# %% [markdown]
# A checkpoint may name a third number. This one was trained to compare sentences, and a settings file
# beside its weights says where the library that it was made with cuts a text:

# %%
import json
from pathlib import Path

from transformers.utils import cached_file

source = models.installed_backbone() or models.HUB_ID  # a folder, or a name on the hub
file = cached_file(source, "sentence_bert_config.json")
longest = json.loads(Path(file).read_text())["max_seq_length"]
print("That library cuts at:   ", longest, "tokens")

# %% [markdown]
# So its makers did not count on more. (They
# [write](https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2) that they trained on texts of at
# most 128.) Beyond, it still runs, up to its last place, on positions that had less training. What that
# costs depends on your texts; measure it before you rely on it.
#
# Let us make a page that is too long: one quiet newsdesk text many times, and at its end a match
# report, repeated so that it is no passing remark.

# %%
import textwrap

quiet = next(text for text in all_texts if "white van" in text)
match = next(text for text in all_texts if "Oudermeer won 2-0" in text)
for item in (quiet, match):
    print(textwrap.fill(item, 80))

page = " ".join([quiet] * 30 + [match] * 6)
page_ids = tokenizer([page], return_tensors="pt", verbose=False)
print(page_ids["input_ids"].shape[1], "tokens")

# %% [markdown]
# Nothing stops you so far. (The tokenizer would print a note about the length; `verbose=False`
# keeps it quiet here.) The model does stop you:

# %%
with course.expect_error(RuntimeError):
    tagger.model(**page_ids)

# %% [markdown]
# Two numbers that do not fit: the tokens you have and the places there are. The usual fix is
# `truncation=True`, which cuts the text off at the limit. Now it runs. **Guess** what is left of
# the match.

# %%
cut_ids = tokenizer(page, truncation=True, max_length=512)["input_ids"]
quiet_ids = tokenizer(" ".join([quiet] * 30), truncation=True, max_length=512)["input_ids"]

print(len(cut_ids), "tokens")
print("the end:", tokenizer.decode(cut_ids[-12:]))
print("the same ids as a page without any match report:", cut_ids == quiet_ids)

# %% [markdown]
# The model cannot know that there was a match: it gets what it would get if there had been none.
# What this does to the label *sports* shows in three pages: short, longer, and too long. Each
# stands in two orders, with the reports at the end and at the start.

# %%
import warnings

rows = []
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    for repeats in (5, 15, 30):
        at_end = " ".join([quiet] * repeats + [match] * 6)
        at_start = " ".join([match] * 6 + [quiet] * repeats)
        size = len(tokenizer(at_end, verbose=False)["input_ids"])
        found = models.predict_logits(tagger.model, tokenizer, [at_end, at_start])
        rows.append([size, *(f"{p:.2f}" for p in sigmoid(found)[:, 0])])
pd.DataFrame(rows, columns=["tokens", "sports, match at the end", "sports, match at the start"])

# %% [markdown]
# As long as all of it fits, the match is found at the end as well. Past the limit the label
# is lost, but only when the match stands where the scissors go.
#
# The tokenizer cut without a word. `predict_logits` does say something. The cell above kept its
# warnings; here is the first one:

# %%
print(len(caught), "warning")
print(caught[0].message)

# %% [markdown]
# ## Try it: what does the model read?
#
# Type over the lines in the box; each line is one text, and all of them are one batch. Then pull
# the slider down (or press the left arrow key) and watch where the scissors go.

# %%
from helpers.widgets import tokens

tokens.token_viewer(
    tokenizer,
    [
        "The goalkeper saved a penalty in the last minute of extra time 🏆",
        "Parliament votes on Zürich's smartphone tax",
        "Goal!",
    ],
    longest=12,
)

# %% [markdown]
# Three things to try:
#
# 1. Find the longest word you can that stays one piece.
# 2. Make the second line much longer. Which rows change, and why others too?
# 3. Set the slider to its smallest value. What is left of each text? Which tokens are never cut?
#
# ## From practice: how long are your texts?
#
# Whether the limit matters is a question about your texts. Count before you decide. Guess: how
# many tokens does a newsdesk text have for each word?

# %%
lengths = np.array([len(ids) for ids in tokenizer(all_texts)["input_ids"]])
words = np.array([len(text.split()) for text in all_texts])
per_word = (lengths - 2).sum() / words.sum()  # without [CLS] and [SEP]

print(f"{per_word:.2f} tokens per word")
print(f"So {tokenizer.model_max_length} tokens hold about {510 / per_word:.0f} such words.")

# %% [markdown]
# A limit in tokens is therefore reached sooner than a count of words suggests. In a language that
# the vocabulary knows less well it is reached much sooner.

# %%
plt.hist(lengths, bins=range(0, 80, 5), color=plots.MAIN, rwidth=0.9)
plt.title("Length of newsdesk's texts")
plt.xlabel("tokens per text, [CLS] and [SEP] included")
plt.ylabel("texts")
plt.show()

plots.twin(
    f"half of the {len(lengths):,} texts have {np.median(lengths):.0f} tokens or "
    f"fewer, 95 in 100 have at most {np.percentile(lengths, 95):.0f}, the longest has "
    f"{lengths.max()}; {(lengths > tokenizer.model_max_length).sum()} are over the limit."
)

# %% [markdown]
# No newsdesk text is near the limit, so truncation would change nothing here. For longer texts you have three choices: cut at the limit and say so, split a
# text and join the answers of its parts, or take a model with a longer limit.
#
# What does it cost to fill every text up to the limit, "to be safe"? Count the tokens that the
# model must go through in the test split, in batches of 64:

# %%
test_lengths = np.array([len(ids) for ids in tokenizer(newsdesk["test"]["text"][:])["input_ids"]])
batches = [test_lengths[i : i + 64] for i in range(0, len(test_lengths), 64)]
to_longest = sum(len(batch) * batch.max() for batch in batches)

print(f"no padding at all:        {test_lengths.sum():7,}")
print(f"padded to the longest:    {to_longest:7,}")
print(f"all padded to the limit:  {len(test_lengths) * tokenizer.model_max_length:7,}")

# %% [markdown]
# ## One more silent trap: somebody else's tokenizer
#
# Ids mean something only in the vocabulary they come from. Suppose another vocabulary had the same
# pieces, numbered from A to Z. Its ids are valid numbers for our model, so nothing complains.

# %%
alphabetical = {piece: i for i, piece in enumerate(sorted(tokenizer.get_vocab()))}
names = tokenizer.convert_ids_to_tokens(tokenizer(two[1])["input_ids"])
wrong_ids = torch.tensor([[alphabetical[name] for name in names]])
with torch.inference_mode():
    wrong = sigmoid(tagger.model(input_ids=wrong_ids).logits.numpy())
right = sigmoid(models.predict_logits(tagger.model, tokenizer, [two[1]]))

print("meant:", two[1])
print(textwrap.fill(f"read:  {tokenizer.decode(wrong_ids[0].tolist())}", 80))
asked = ["right ids", "wrong ids"]
plots.probability_table(asked, np.vstack([right, wrong]), tagger.label_names, tagger.thresholds)

# %% [markdown]
# No error, four probabilities as always, and both labels lost. Load the tokenizer from the same
# place as the model, and save it beside the model. `load_tagger` gives you
# both together for that reason.
#
# ## Without this course's helpers
#
# In a program of your own, `AutoTokenizer` from transformers loads a tokenizer. It takes a folder or
# a name on the Hugging Face hub, such as `distilbert-base-uncased`, and finds the right class.

# %%
from transformers import AutoTokenizer

own = AutoTokenizer.from_pretrained(source)
print("the same ids:", own([sentence])["input_ids"] == tokenizer([sentence])["input_ids"])

# %% [markdown]
# Other checkpoints cut words in other ways, and may keep capitals, accents and emoji. So whatever you
# load, look at a few of your own texts with it: `own.tokenize(text)`.
#
# ## Check your understanding
#
# A colleague pads every text to 512 tokens "to be safe", and drops the attention mask "because it
# is all ones anyway". Which of the two is only wasteful, and which is wrong?
#
# <details><summary>Answer</summary>
#
# Padding to 512 with the mask is only wasteful, of time and memory: the logits stay the same, but the model goes through
# many tokens that say nothing, as the count above shows. Dropping the mask is wrong. It is all
# ones only where there is no padding, and the first habit puts padding into nearly every text.
# Together they are the last row of the table above: with the mask the label is there, without it is
# lost, and no error says so.
#
# </details>

# %%
exercises.questions("02")

# %% [markdown]
# ## Exercises
#
# [Exercises for this chapter](../exercises/02_tokenization.ipynb): what becomes of messages as
# people write them. They say *why* when an answer is wrong.
#
# ## Next
#
# You now have ids and a mask in the right shape. [Chapter {encoder}](03_encoder_and_head.ipynb) follows
# them through the model, layer by layer, to four logits, and finds out what a model answers whose
# last layer nobody trained.
