# %% [markdown]
# # 4 · Exercises: Sigmoid versus softmax
#
# {badge}
#
# You write both activations and the loss, and catch what each of the usual slips does to a text.
#
# {table 04}
#
# Write your answer in place of the dots and run the cell. The reply says what it thinks of it. If it does
# not help, take away a `#`: each `hint` says a little more, `solution` shows one way. Nothing is graded.

# %%
# {setup}

# %%
import numpy as np
import torch

from helpers import course, exercises

course.start("04")

# %% [markdown]
# ## {problem 04.1}
#
# The logits of one text. Which labels are predicted at a probability of 0.5?

# %%
logits, label_names = exercises.given("04.1")
print(dict(zip(label_names, logits.tolist(), strict=True)))
# {answer 04.1}

# {check 04.1}

# %% [markdown]
# ## {problem 04.2}
#
# Write sigmoid, for a number or an array of any shape.

# %%
# {answer 04.2}

# {check 04.2}

# %% [markdown]
# ## {problem 04.3}
#
# Write softmax: each row of a table (or one row alone) shares out a total of 1.

# %%
# {answer 04.3}

# {check 04.3}

# %% [markdown]
# ## {problem 04.4}
#
# Write the penalty for one label: the model gave it probability `p`, its target `y` is 1 or 0.

# %%
# {answer 04.4}

# {check 04.4}

# %% [markdown]
# ## {problem 04.5}
#
# Logits and targets of two texts. Compute the multi-label loss, as one number; by hand or with the
# library.

# %%
logits, targets = exercises.given("04.5")
print(logits, targets, sep="\n\n")
# {answer 04.5}

# {check 04.5}

# %% [markdown]
# ## {problem 04.6}
#
# A threshold on probabilities has a twin on logits. Write the function that finds it.

# %%
# {answer 04.6}

# {check 04.6}

# %% [markdown]
# ## {problem 04.7}
#
# Add 3 to every one of these logits. How many labels are then above 0.5 by sigmoid, and how many by
# softmax? Reason first.

# %%
logits = exercises.given("04.7")
print(logits)
# {answer 04.7}

# {check 04.7}

# %% [markdown]
# ## Open
#
# An open one: think of a tagging task of your own. Does every text have exactly one label, or may it have
# none or several? Which activation and which loss follow, and what would the other choice cost its users?

# %% [markdown]
# ## What is done

# %%
exercises.progress()
