# %% [markdown]
# # 0 · Start here
#
# {badge}
#
# In a few minutes a trained model tags news for you, first mine, then yours.
#
# | minutes | needs | after this you can |
# |---|---|---|
# | 20 | a little Python | tag a text with all labels that fit; check your machine; find your way |
#
# This page is made of text and cells of code. Click into a cell and press Shift+Enter to run it.
# Run the cells in order, from the top, beginning with the next one.

# %%
# {setup}

# %%
import numpy as np

from helpers import course, data, environment, exercises, models, plots, widgets
from helpers.activations import sigmoid

course.start("00")

# %% [markdown]
# ## Why it matters
#
# *The ministry moves all its paperwork to an app.* Which page does that go on: politics, or
# technology? An editor would say both. *Whoever borrowed the ladder, please bring it back.* Which
# page now? None.
#
# A **label** is a name such as *politics* that a text can be given. A **model** is a program whose
# rules were not written by hand: it was shown many texts with their labels, and adjusted its own
# numbers until its answers came close to them. That adjusting is called training, or learning.
#
# Many tutorials teach a model to choose one label, and then have to make an exception for every
# text like these. In this course the model answers a different question, once for each label:
# *does this one fit?* Any number of labels may, and that includes none. This is **multi-label
# classification**.
#
# ## Look at your machine
#
# Before you use it, look whether it has what the course needs. Each line says OK, or what to do.

# %%
findings = environment.look()

# %% [markdown]
# ## See it run
#
# Here is a tagger that has learned four labels from news items like the ones above. They are invented:
# language models wrote them and labeled them ([how](../src/helpers/files/DATA_CARD.md)). The tagger comes
# with the course, so nothing is downloaded. Loading takes a few seconds.

# %%
tagger = models.load_tagger()
tagger.label_names

# %% [markdown]
# What the four mean was written down before the texts were labeled:
#
# | label | an item gets it if it is about |
# |---|---|
# | sports | matches, races, athletes, clubs, leagues, fans |
# | politics | governments, parliaments, councils, parties, elections, and what they decide |
# | technology | software, phones, computers, robots, data, and the firms that make them |
# | entertainment | what is made to amuse an audience: film, television, pop, comedy, games |
#
# The [guideline](../src/helpers/files/GUIDELINE.md) has the whole rule for each, also for sixteen
# labels more that later chapters use.
#
# Three sentences. The tagger has not seen them: they are in none of the texts it was trained or
# tested on.
#
# **Guess first.** Which labels will each sentence get? For each label the model says how sure it
# is, from 0 (no) to 1 (yes). Will the labels it gives be closer to 0.6, or closer to 1?

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
# own, from 0 to 1. A label whose probability is above its **threshold**, here 0.5, is **predicted**;
# the last column lists those labels.
#
# The same numbers as a figure, with a sentence below it that says what it shows. Every figure in
# this course has such a sentence, for readers who cannot see it and for the tests that check it.

# %%
plots.plot_probabilities(texts, probabilities, tagger.label_names, tagger.thresholds)

# %% [markdown]
# ## Several, or none
#
# Each of those sentences had one label. You know what an editor would say to the two texts from
# the top of this page. **Guess first.** Will the model agree? And what will it give the third text?

# %%
harder = [
    "The ministry moves all its paperwork to an app.",
    "Whoever borrowed the ladder, please bring it back.",
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
# Chapter {sigmoid} shows what goes wrong when a model is made to share out a total of 1.
#
# ## Now your own text
#
# Type over the text in the box. The bars follow as you type. If you see a table but no box, this
# notebook has no kernel running (the Python process that runs the cells): start one from the menu,
# and run all cells from the top.

# %%
widgets.live_tagger(tagger, "The striker scored twice, then read out the union's pay demands.")

# %% [markdown]
# Three things to try:
#
# 1. Write one sentence that gets three labels.
# 2. Take out a word at a time. Which one was the label hanging on?
# 3. Write a sentence that fools it. That is easier than it looks, and you will know why by the
#    end of chapter {metrics}.
#
# ## How good is it?
#
# A demonstration proves little. The tagger learned from one part of newsdesk, the course's own
# collection of short news items; another part, the test split, was kept away from it. This cell
# tags those texts and counts (no need to read its code yet). It takes about five seconds.

# %%
test = data.load_newsdesk(split="test")
targets = np.array(test["labels"][:])
test_logits = models.predict_logits(tagger.model, tagger.tokenizer, test["text"])
predictions = sigmoid(test_logits) > tagger.thresholds

for j, name in enumerate(tagger.label_names):
    has, given = targets[:, j] == 1, predictions[:, j]
    print(
        f"{name:13} {has.sum():3} texts have it, {(has & given).sum():3} of them found, "
        f"{(given & ~has).sum():2} others given it wrongly"
    )
all_right = (predictions == targets).all(axis=1).sum()
print(f"All four labels right: {all_right} of {len(test)} texts")

# %% [markdown]
# Not perfect. And these texts were made the same way as those it learned from. On the **stress set**,
# texts of other sorts, it does worse, on other languages most of all; chapter {metrics} looks at each sort.

# %%
stress = data.load_stress()
stress_logits = models.predict_logits(tagger.model, tagger.tokenizer, stress["text"])
stress_given = sigmoid(stress_logits) > tagger.thresholds
stress_right = (stress_given == np.array(stress["labels"][:])).all(axis=1)
print(f"All four labels right: {stress_right.sum()} of {len(stress)} texts of the stress set")
print(f"As shares: {all_right / len(test):.2f} of the test split, {stress_right.mean():.2f} here")

# %% [markdown]
# Which of these mistakes matter depends on who pays for them. Chapter {metrics} measures them
# properly, and chapter {thresholds} trades one kind for the other. A plain baseline that only counts words
# is beside the tagger on [its card](../src/helpers/files/tagger/CARD.md).
#
# ## How to work
#
# - **Run** a cell with Shift+Enter. Run every notebook from the top the first time; after that you
#   can run cells again, and change them.
# - **Guess** before you run. Where a page asks for a guess, say it aloud or write it down. Being
#   wrong is the part that teaches.
# - **Check.** Change a number, run the cell again, and see whether what you expected happens.
# - **Come back.** Each chapter ends with questions and opens with a few from earlier ones. On any
#   day, `exercises.review()` asks again what you answered wrongly or long ago, and
#   `exercises.progress()` shows what is done. At the end a [final check](../exercises/13_final_check.ipynb)
#   of twenty questions says which chapters to read again.
# - Your changes stay in your copy. To get a page back as it was, run `python3 course.py reset 03` in the
#   course's folder, with the page's number; your copy is kept beside it. Without that folder, fetch
#   the page again from where you got it.
#
# ## The map
#
# | chapter | minutes | afterwards you can |
# |---|---|---|
# | **0 · Start here** | 20 | tag a text and find your way |
# | [1 · Tagging a photo](01_tagging_a_photo.ipynb) | 35 | tell multi-class from multi-label; write labels as 0s and 1s |
# | [2 · Tokenization](02_tokenization.ipynb) | 45 | read what the model reads |
# | [3 · Encoder and head](03_encoder_and_head.ipynb) | 60 | follow a text from word pieces to logits |
# | [4 · Sigmoid versus softmax](04_sigmoid_versus_softmax.ipynb) | 75 | choose the right activation and loss, and say why |
# | [5 · Training](05_training.ipynb) | 80 | train a tagger four ways on a laptop |
# | [6 · Metrics](06_metrics.ipynb) | 80 | say how good a tagger is, for whom, and read its mistakes |
# | [7 · Thresholds](07_thresholds.ipynb) | 90 | choose thresholds and defend them |
# | [8 · Error recovery](08_error_recovery.ipynb) | 75 | meet an error, name it, fix it |
# | [9 · From 4 to 20 labels](09_four_to_twenty_labels.ipynb) | 75 | scale the label set |
# | [10 · Shipping](10_shipping.ipynb) | 65 | put a tagger to use, watch it, know when to tune again |
# | [11 · Capstone](11_capstone.ipynb) | 60 | do it all with texts of your own |
# | [12 · Beyond one machine](12_beyond_one_machine.ipynb) | 50 | optional: tag on many machines, train on several processes |
#
# ## Check your understanding
#
# A text gets 0.97 for *politics* and 0.95 for *technology*. Somebody says: "That is 192 percent.
# The model is broken." Is it?
#
# <details><summary>Answer</summary>
#
# No. The two numbers answer two questions: "is this politics?" and "is this technology?" To both
# the answer can be yes, so they are not shares of one whole and need not sum to 1. They would have
# to if the question were "which *one* of these is it?", and that is another task: multi-class
# classification.
#
# </details>

# %%
exercises.questions("00")

# %% [markdown]
# ## Exercises
#
# [Exercises for this chapter](../exercises/00_start_here.ipynb): four short problems on reading
# what a tagger says, and sentences of yours that fool it. They say *why* when an answer is wrong.
#
# ## Next
#
# [Chapter {photo}](01_tagging_a_photo.ipynb) puts the model away and tags a photo by hand. There is a
# beach, a sunset and two friends in it; you may choose one label. Which one, and what does the
# choice cost?
