# %% [markdown]
# # 8 · Exercises: Error recovery
#
# {badge}
#
# You fix programs that stop, and find the faults in those that do not.
#
# {table 08}
#
# Write your answer in place of the dots and run the cell. The reply says what it thinks of it. If it does
# not help, take away a `#`: each `hint` says a little more, `solution` shows one way. Nothing is graded.

# %%
# {setup}

# %%
import json

import numpy as np
import torch

from helpers import course, exercises

course.start("08")

# %% [markdown]
# ## {problem 08.1}
#
# This function stops with an error when the labels are whole numbers. Write it so that it works, and returns the loss as a number. Change nothing about what is computed.
#
# ```python
# def loss_of(logits, labels):
#     loss = torch.nn.functional.binary_cross_entropy_with_logits
#     return loss(logits, labels).item()
# ```

# %%
# {answer 08.1}

# {check 08.1}

# %% [markdown]
# ## {problem 08.2}
#
# Three messages. What was done in each case? Choose from `causes`.

# %%
messages, causes = exercises.given("08.2")
print(*messages, *causes, sep="\n")
# {answer 08.2}

# {check 08.2}

# %% [markdown]
# ## {problem 08.3}
#
# A tool writes targets as -1 and +1, in a numpy array. Write the function that makes 0.0 and 1.0 of them.

# %%
# {answer 08.3}

# {check 08.3}

# %% [markdown]
# ## {problem 08.4}
#
# A checkpoint has its labels in another order than you. Put its columns into yours.

# %%
probabilities, id2label, label_names = exercises.given("08.4")
print(probabilities, id2label, label_names, sep="\n")
# {answer 08.4}

# {check 08.4}

# %% [markdown]
# ## {problem 08.5}
#
# In a list of texts some are missing (`None`). Write a function that returns the list of labels of those that
# are there.

# %%
# {answer 08.5}

# {check 08.5}

# %% [markdown]
# ## {problem 08.6}
#
# Three programs gave these probabilities for the same texts. Name each one's fault.

# %%
tables = exercises.given("08.6")
for p in tables:
    print(f"from {p.min():.2f} to {p.max():.2f}, first rows:", p[:2].round(2).tolist())
# {answer 08.6}

# {check 08.6}

# %% [markdown]
# ## {problem 08.7}
#
# `json.dumps` refuses numpy's numbers. Write a function that takes a dict of names and scores and
# returns the JSON text, numbers as numbers.

# %%
# {answer 08.7}

# {check 08.7}

# %% [markdown]
# ## {problem 08.8}
#
# Somebody's set-up. It runs. Which of its five settings may make the tagger worse, in silence?

# %%
setup = exercises.given("08.8")
print(setup)
# {answer 08.8}

# {check 08.8}

# %% [markdown]
# ## Open
#
# An open one: the next error that you meet outside this course, write down its five steps (done, said, why,
# fix, check) before you ask anybody.

# %% [markdown]
# ## What is done

# %%
exercises.progress()
