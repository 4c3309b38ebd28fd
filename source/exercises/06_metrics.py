# %% [markdown]
# # 6 · Exercises: Metrics
#
# {badge}
#
# You compute the numbers that chapters quote, and say for whom each of them speaks.
#
# {table 06}
#
# Write your answer in place of the dots and run the cell. The reply says what it thinks of it. If it does
# not help, take away a `#`: each `hint` says a little more, `solution` shows one way. Nothing is graded.

# %%
# {setup}

# %%
import numpy as np
from sklearn.metrics import f1_score

from helpers import course, exercises

course.start("06")

# %% [markdown]
# ## {problem 06.1}
#
# Write a function that returns precision and recall of one label, from 0/1 targets and 0/1
# predictions. (There is at least one 1 in each.)

# %%
# {answer 06.1}

# {check 06.1}

# %% [markdown]
# ## {problem 06.2}
#
# Targets of forty texts. What accuracy (share of right decisions) does a tagger have that says no
# to everything?

# %%
targets, _ = exercises.given("06.2")
print(targets.shape, targets.sum(axis=0))
# {answer 06.2}

# {check 06.2}

# %% [markdown]
# ## {problem 06.3}
#
# Compute macro-F1 and micro-F1 of these predictions. One label is never predicted: its F1 is 0.

# %%
targets, given = exercises.given("06.3")
print(given.sum(axis=0))
# {answer 06.3}

# {check 06.3}

# %% [markdown]
# ## {problem 06.4}
#
# Write ROC AUC by comparing pairs. (There are no ties in what it is tried on.)

# %%
# {answer 06.4}

# {check 06.4}

# %% [markdown]
# ## {problem 06.5}
#
# Write average precision: walk down the list, note the precision at each text that has the label.

# %%
# {answer 06.5}

# {check 06.5}

# %% [markdown]
# ## {problem 06.6}
#
# A thousand bootstrap draws of how much better a new tagger is than an old one (new minus old). By the
# middle 95 percent of them (add a line that computes where they begin and end): is it better?

# %%
differences = exercises.given("06.6")
print(f"middle {np.median(differences):.3f}")
# {answer 06.6}

# {check 06.6}

# %% [markdown]
# ## {problem 06.7}
#
# Three taggers report to a buyer who runs twenty pages, each with readers of its own. Which one
# should she take?

# %%
reports = exercises.given("06.7")
for name, scores in reports.items():
    print(name, scores)
# {answer 06.7}

# {check 06.7}

# %% [markdown]
# ## Open
#
# An open one: read ten mistakes of the course's tagger on the test split (chapter {metrics} shows how to find
# the surest). Sort them into three heaps: the tagger is wrong, the target is wrong, people would argue.

# %% [markdown]
# ## What is done

# %%
exercises.progress()
