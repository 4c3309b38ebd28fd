# %% [markdown]
# # 0 · Exercises: Start here
#
# {badge}
#
# You read what a tagger says, by eye and by counting, and collect sentences that fool it.
#
# {table 00}
#
# Write your answer in place of the dots and run the cell. The reply says what it thinks of it. If it does
# not help, take away a `#`: each `hint` says a little more, `solution` shows one way. Nothing is graded.

# %%
# {setup}

# %%
import numpy as np

from helpers import course, exercises

course.start("00")

# %% [markdown]
# ## {problem 00.1}
#
# A tagger gives one text these probabilities. Which labels are predicted at a threshold of 0.5?

# %%
probabilities, label_names = exercises.given("00.1")
print(dict(zip(label_names, probabilities.tolist(), strict=True)))
# {answer 00.1}

# {check 00.1}

# %% [markdown]
# ## {problem 00.2}
#
# Three rows of probabilities, one per text. For each: can these be the probabilities of a multi-label
# tagger? (Ask what form they may have, not whether they are any good.)

# %%
rows = exercises.given("00.2")
print(rows)
# {answer 00.2}

# {check 00.2}

# %% [markdown]
# ## {problem 00.3}
#
# The text of the first problem again, now at a threshold of 0.3. Think first: more labels, or fewer?

# %%
probabilities, label_names = exercises.given("00.3")
print(dict(zip(label_names, probabilities.tolist(), strict=True)))
# {answer 00.3}

# {check 00.3}

# %% [markdown]
# ## {problem 00.4}
#
# Eight texts and one label: which texts have it (`targets`), and which were given it. Count the
# finds, the misses and the false alarms.

# %%
targets, given = exercises.given("00.4")
print(targets, given, sep="\n")
# {answer 00.4}

# {check 00.4}

# %% [markdown]
# ## Open
#
# Last, an open one. Write five sentences that fool the tagger: each should get a label that you would not
# give it, or miss one that you would. Write beside each *why* you think it works. Run the cell, and keep
# the list: chapter {metrics} reads such mistakes for a living.

# %%
from helpers import models, plots
from helpers.activations import sigmoid

my_sentences = [
    "The goalkeeper of the vault counts the silver.",
]
tagger = models.load_tagger()
found = sigmoid(models.predict_logits(tagger.model, tagger.tokenizer, my_sentences))
plots.probability_table(my_sentences, found, tagger.label_names, tagger.thresholds)

# %% [markdown]
# ## What is done

# %%
exercises.progress()
