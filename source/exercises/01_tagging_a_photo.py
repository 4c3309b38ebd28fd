# %% [markdown]
# # 1 · Exercises: Tagging a photo
#
# {badge}
#
# You write labels as 0s and 1s, read them back, and measure how far two people agree.
#
# {table 01}
#
# Write your answer in place of the dots and run the cell. The reply says what it thinks of it. If it does
# not help, take away a `#`: each `hint` says a little more, `solution` shows one way. Nothing is graded.

# %%
# {setup}

# %%
import numpy as np
from sklearn.preprocessing import MultiLabelBinarizer

from helpers import course, data, exercises

course.start("01")

# %% [markdown]
# ## {problem 01.1}
#
# Five texts have these sets of labels. Make the indicator matrix, its columns in the order of
# `label_names`. Use any tool you like.

# %%
label_sets, label_names = exercises.given("01.1")
print(label_sets, label_names, sep="\n")
# {answer 01.1}

# {check 01.1}

# %% [markdown]
# ## {problem 01.2}
#
# Now write the function that makes it, for any sets and any names: loops, and numpy for the table, but
# no binarizer this time.

# %%
# {answer 01.2}

# {check 01.2}

# %% [markdown]
# ## {problem 01.3}
#
# Two texts have one label each, and somebody stored them as plain strings. Make their indicator
# matrix.

# %%
labels, label_names = exercises.given("01.3")
print(labels, label_names, sep="\n")
# {answer 01.3}

# {check 01.3}

# %% [markdown]
# ## {problem 01.4}
#
# What is the label cardinality of this matrix?

# %%
matrix = exercises.given("01.4")
print(matrix)
# {answer 01.4}

# {check 01.4}

# %% [markdown]
# ## {problem 01.5}
#
# For each text of the same matrix: could a form with one choice write its labels down without loss?
# Answer with True or False for each.

# %%
matrix = exercises.given("01.5")
# {answer 01.5}

# {check 01.5}

# %% [markdown]
# ## {problem 01.6}
#
# Write the way back: from a row of 0s and 1s to the list of its names.

# %%
# {answer 01.6}

# {check 01.6}

# %% [markdown]
# ## {problem 01.7}
#
# Two people labeled the same ten texts with four labels. They agree on most decisions, but some of that is
# luck: two people who both say no most of the time agree often without looking. **Cohen's kappa** takes the
# luck out:
#
# $$\text{kappa} = \frac{\text{agreement} - \text{chance}}{1 - \text{chance}}$$
#
# Here agreement is the share of decisions in which they agree, and chance is the share in which they would
# agree if each gave as many 1s as now, but at random. Compute kappa over all forty decisions together, with
# numpy alone.

# %%
first, second = exercises.given("01.7")
print(first, second, sep="\n\n")
# {answer 01.7}

# {check 01.7}

# %% [markdown]
# ## Open
#
# An open one: take ten items of newsdesk (`data.load_newsdesk(split="train")`), label them by the
# [guideline](../src/helpers/files/GUIDELINE.md) without looking at their labels, and compare. Where do you
# differ, and which of the two does the guideline support?

# %% [markdown]
# ## What is done

# %%
exercises.progress()
