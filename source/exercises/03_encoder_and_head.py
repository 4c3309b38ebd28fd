# %% [markdown]
# # 3 · Exercises: Encoder and head
#
# {badge}
#
# You follow shapes without running anything, rebuild the head, and tell a trained model from a
# fresh one.
#
# {table 03}
#
# Write your answer in place of the dots and run the cell. The reply says what it thinks of it. If it does
# not help, take away a `#`: each `hint` says a little more, `solution` shows one way. Nothing is graded.

# %%
# {setup}

# %%
import numpy as np

from helpers import course, exercises

course.start("03")

# %% [markdown]
# ## {problem 03.1}
#
# Fill in the worksheet *before* you look anything up. Four shapes, as tuples, for the sizes below:
# of the ids, of the last hidden states, of the pooled vectors, of the logits.

# %%
sizes = exercises.given("03.1")
print(sizes)
# {answer 03.1}

# {check 03.1}

# %% [markdown]
# ## {problem 03.2}
#
# Write the head: from pooled vectors (texts, hidden size), weights (labels, hidden size) and constants
# (labels), all numpy arrays, to logits.

# %%
# {answer 03.2}

# {check 03.2}

# %% [markdown]
# ## {problem 03.3}
#
# Three models tagged the same eight texts. One has a fresh head. Which?

# %%
tables = exercises.given("03.3")
for table in tables:
    print(table[:3], "...")
# {answer 03.3}

# {check 03.3}

# %% [markdown]
# ## {problem 03.4}
#
# Hidden states of two texts, three tokens each. Take the vector of each text's first token.

# %%
hidden = exercises.given("03.4")
print(hidden.shape)
# {answer 03.4}

# {check 03.4}

# %% [markdown]
# ## {problem 03.5}
#
# Write cosine similarity for two vectors: the sum of the products of their numbers, divided by both their
# lengths. The length of a vector is the root of the sum of its squares (`np.linalg.norm`).

# %%
# {answer 03.5}

# {check 03.5}

# %% [markdown]
# ## {problem 03.6}
#
# The parameters of the chapter's model, by part. Which share of all of them, between 0 and 1, was not in the file,
# so that the library made it up when it was loaded?

# %%
parameters = exercises.given("03.6")
print(parameters)
# {answer 03.6}

# {check 03.6}

# %% [markdown]
# ## {problem 03.7}
#
# A model with four labels is freshly loaded for multi-label classification. What is its loss,
# near enough, on any batch? (It answers about 0.5 to every question, right or wrong, and the penalty for
# a probability is minus its natural logarithm, as chapter {sigmoid} explains.)

# %%
# {answer 03.7}

# {check 03.7}

# %% [markdown]
# ## Open
#
# An open one: `AutoModelForSequenceClassification.from_pretrained(..., output_loading_info=True)` says what
# was missing from the file. Load the course's backbone with it. What would the list look like if you loaded
# a model that you had trained and saved?

# %% [markdown]
# ## What is done

# %%
exercises.progress()
