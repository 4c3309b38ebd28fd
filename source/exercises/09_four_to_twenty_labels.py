# %% [markdown]
# # 9 · Exercises: From 4 to 20 labels
#
# {badge}
#
# You say what more labels change, measure labels and people against each other, and add a label
# without spoiling the others.
#
# {table 09}
#
# Write your answer in place of the dots and run the cell. The reply says what it thinks of it. If it does
# not help, take away a `#`: each `hint` says a little more, `solution` shows one way. Nothing is graded.

# %%
# {setup}

# %%
import numpy as np
import torch

from helpers import course, data, exercises
from helpers.activations import sigmoid

course.start("09")

# %% [markdown]
# ## {problem 09.1}
#
# A tagger is built anew, with twenty labels in place of four: the same encoder, the same texts, a new head. A
# label that does not fit is given by mistake as often as before. Before you run anything: does each of these
# grow, stay as it is, or fall?
#
# 1. the number of weights in the head
# 2. the loss before training, a mean over the labels
# 3. the time that the encoder takes for a text
# 4. the false labels per text, on average
# 5. the share of texts without a false label

# %%
# {answer 09.1}

# {check 09.1}

# %% [markdown]
# ## {problem 09.2}
#
# A tagger was trained with `pos_weight`, one number for each label. That pushed its logits up, so its
# probabilities no longer match how often labels come true. Take it to be one that the weight pushed by its full
# logarithm. (The chapter's was held back, and pushed by less.) Write a function that takes logits of shape
# (n_texts, n_labels) and the weights, and returns the probabilities with the push taken off.

# %%
# {answer 09.2}

# {check 09.2}

# %% [markdown]
# ## {problem 09.3}
#
# Targets of sixty texts. Compute from them P(entertainment | film), read "of the texts with film, the share that has
# entertainment", P(film | entertainment), and the lift
# of the two: how many times as often they come together as they would if they had nothing to do with each
# other.

# %%
targets, label_names = exercises.given("09.3")
print(targets.shape, label_names, targets.sum(axis=0))
# {answer 09.3}

# {check 09.3}

# %% [markdown]
# ## {problem 09.4}
#
# By the guideline, film and gaming always bring entertainment along. A tagger asks about each label by
# itself, so it can predict a child without its parent. Write the repair that adds the parent. Your function
# gets predictions of 0 and 1, the names of their columns, and a dict such as `{"film": "entertainment"}`. It
# returns a new array and leaves the one it got as it is.

# %%
# {answer 09.4}

# {check 09.4}

# %% [markdown]
# ## {problem 09.5}
#
# Two people went through the same 200 texts for one rare label. On what share of the texts do they agree,
# and what is Cohen's kappa, (observed - chance) / (1 - chance)? Compute it by hand.

# %%
first, second = exercises.given("09.5")
print(first.sum(), "and", second.sum(), "of", len(first), "texts have it")
# {answer 09.5}

# {check 09.5}

# %% [markdown]
# ## {problem 09.6}
#
# A trained head has a row of weights for each label. A label is added, and the new list of names has another
# order. Write a function that makes the weights of the new head: each old label's row where the new list
# has its name, and zeros for the label that is new. (The constants, one for each label, go the same way.)

# %%
# {answer 09.6}

# {check 09.6}

# %% [markdown]
# ## {problem 09.7}
#
# Some texts were never looked at for some labels: there the target is NaN. Write the multi-label loss, as a
# number, of what is known: the mean over all known places, and over nothing else.

# %%
# {answer 09.7}

# {check 09.7}

# %% [markdown]
# ## {problem 09.8}
#
# A tagger of twenty labels gets one more. A few hundred texts were annotated for it; nobody looked at the
# others. Five people have a plan each. Whose do you take?

# %%
plans = exercises.given("09.8")
for name, plan in plans.items():
    print(name, *(f"  {step}: {how}" for step, how in plan.items()), sep="\n")
# {answer 09.8}

# {check 09.8}

# %% [markdown]
# ## Open
#
# An open one, an audit: `annotations.csv`, in the folder `data.FOLDER`, holds a first and a second reading of
# every newsdesk item, by its `id`. Pick a label, draw thirty items at random to which both readings give it, and
# judge each by the guideline. How many are wrong? If you find none, how high can the error rate still be?

# %% [markdown]
# ## What is done

# %%
exercises.progress()
