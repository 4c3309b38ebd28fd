# %% [markdown]
# # 0 · Start here
#
# {badge}
#
# In ten minutes a trained model tags news for you, first mine, then yours.
#
# | minutes | needs | after this you can |
# |---|---|---|
# | 10 | a little Python | tag a text with every label that fits; check your machine; find your way through the course |

# %%
# {setup}

# %%
from helpers import course, data, models, plots, widgets
from helpers.activations import sigmoid

course.start("00")

# %% [markdown]
# ## Why it matters
#
# *The ministry moves all its paperwork to an app.* Which page does that go on: politics, or
# technology? An editor would say both. *Lost: one gray glove.* Which page now? None.
#
# Most tutorials teach a model to choose one label, and then have to make an exception for every
# text like these. In this course the model answers a different question, once for each label:
# *does this one fit?* Any number of labels may, and that includes none. This is **multi-label
# classification**.
#
# ## See it run
#
# Here is a tagger that has learned four labels from news items like the ones above. It comes with
# the course, so nothing is downloaded. Loading takes a few seconds.

# %%
tagger = models.load_tagger()
tagger.label_names

# %% [markdown]
# Three sentences. The tagger has not seen them: they are in none of the texts it was trained or
# tested on.
#
# **Guess first.** Which labels will each sentence get? And how sure will the model be: closer to
# 0.6, or closer to 1?

# %%
texts = [
    "The tech company announced a new product today.",
    "The president met with world leaders at the summit.",
    "The basketball team won the championship game.",
]
logits = models.predict_logits(tagger.model, tagger.tokenizer, texts)
probabilities = sigmoid(logits)

plots.probability_table(texts, probabilities, tagger.label_names, tagger.thresholds)

# %% [markdown]
# Two lines of that cell are the whole machine. `predict_logits` asks the model for a raw score,
# a **logit**, for every text and label. `sigmoid` turns each score into a **probability** of its
# own, from 0 to 1. A label whose probability is above its **threshold** is predicted.
#
# The same numbers as a figure, with a sentence below it that says what it shows. Every figure in
# this course has such a sentence, for readers who cannot see it and for the tests that check it.

# %%
plots.plot_probabilities(texts, probabilities, tagger.label_names, tagger.thresholds)

# %% [markdown]
# ## Several, or none
#
# Each of those sentences had one label. Now the two texts from the top of this page, and one
# more. Guess again before you run the cell.

# %%
harder = [
    "The ministry moves all its paperwork to an app.",
    "Lost: one gray glove.",
    "A pop star sings at half-time of the cup final.",
]
harder_logits = models.predict_logits(tagger.model, tagger.tokenizer, harder)
harder_probabilities = sigmoid(harder_logits)

plots.probability_table(harder, harder_probabilities, tagger.label_names, tagger.thresholds)

# %% [markdown]
# The probabilities of one text need not sum to 1, because they answer four separate questions.
# This cell adds up each row:

# %%
for text, total in zip(harder, harder_probabilities.sum(axis=1), strict=True):
    print(f"{total:.2f}  {text}")

# %% [markdown]
# Chapter 4 shows what goes wrong when a model is made to share out a total of 1.
#
# ## Now your own text
#
# Type over the text in the box. The bars follow as you type. If you see a table but no box, this
# notebook has no kernel running: start one, and run all cells from the top.

# %%
widgets.live_tagger(tagger, "The striker scored twice, then read out the union's pay demands.")

# %% [markdown]
# Three things to try:
#
# 1. Write one sentence that gets three labels.
# 2. Take out a word at a time. Which one was the label hanging on?
# 3. Write a sentence that fools it. That is easier than it looks, and you will know why by the
#    end of chapter 6.
#
# ## How good is it?
#
# A demonstration proves little. The tagger was trained on 900 texts and put aside; 300 others
# were kept for this question. `1.00` would be perfect.

# %% tags=[]
test = data.load_newsdesk(split="test")
test_probabilities = sigmoid(
    models.predict_logits(tagger.model, tagger.tokenizer, test["text"])
)
{scores}

# %% [markdown]
# ## Check your machine
#
# Each line says OK, or what to do.

# %%
findings = course.check_environment()
