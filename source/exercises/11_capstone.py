# %% [markdown]
# # 11 · Exercises: Capstone
#
# {badge}
#
# What goes wrong with files of one's own, and what may be said of few texts.
#
# {table 11}
#
# Write your answer in place of the dots and run the cell. The reply says what it thinks of it. If it does
# not help, take away a `#`: each `hint` says a little more, `solution` shows one way. Nothing is graded.

# %%
# {setup}

# %%
import numpy as np

from helpers import course, exercises
from helpers.activations import sigmoid

course.start("11")

# %% [markdown]
# ## {problem 11.1}
#
# People write several labels into one cell, parted by `|`, with blanks here and there, a sign too many, or a label twice.
# Write the function that returns the labels of a cell as a list, in alphabetical order. (`data.load_table` does
# it for you; here you see what it has to think of.)

# %%
# {answer 11.1}

# {check 11.1}

# %% [markdown]
# ## {problem 11.2}
#
# How many texts have each label, part by part. A label stays if it has at least 5 in train, 2 in validation and 2 in
# test. Which ones stay, in this order?

# %%
counts = exercises.given("11.2")
for name, n in counts.items():
    print(name, n)
# {answer 11.2}

# {check 11.2}

# %% [markdown]
# ## {problem 11.3}
#
# A difference of two scores, and the lower and the upper end of its 95 % interval. Write the function that returns what may
# be said: `"better"`, `"worse"` or `"no difference was found"`.

# %%
# {answer 11.3}

# {check 11.3}

# %% [markdown]
# ## {problem 11.4}
#
# A rival that has learned nothing: it gives every label to every text. What is its macro-F1 on these targets? (With its
# threshold chosen, nothing that you train should be below it.)

# %%
y = exercises.given("11.4")
print(y.shape, "texts with each label:", y.sum(axis=0))
# {answer 11.4}

# {check 11.4}

# %% [markdown]
# ## {problem 11.5}
#
# What a missed label and a false alarm cost, and the temperature that was fitted on validation. The tagger is saved as it
# was trained, without the temperature. Which threshold goes into its folder?

# %%
miss, alarm, temperature = exercises.given("11.5")
print(f"miss {miss}, alarm {alarm}, temperature {temperature}")
# {answer 11.5}

# {check 11.5}

# %% [markdown]
# ## {problem 11.6}
#
# Six steps of a project. Which of them spoil the test part, so that its score may flatter?

# %%
steps = exercises.given("11.6")
print(*steps, sep="\n")
# {answer 11.6}

# {check 11.6}

# %% [markdown]
# ## {problem 11.7}
#
# On this many test texts the interval of a difference reaches this far to each side. How many test texts of the same kind
# would it take to reach only as far as is wanted?

# %%
n_now, width_now, width_wanted = exercises.given("11.7")
print(f"{n_now} texts: {width_now} to each side; wanted: {width_wanted}")
# {answer 11.7}

# {check 11.7}

# %% [markdown]
# ## {problem 11.8}
#
# The encoder is to read at most `longest` characters of a text. Write the function that returns the beginning of a text, as
# many whole words as fit. If not even the first word fits, return as much of it as does.

# %%
# {answer 11.8}

# {check 11.8}

# %% [markdown]
# ## Open
#
# To decide with people: take labels that you know from work. Who gave them, and why? Which label would two of your
# colleagues give differently, and what would you write into a guideline for it? What does a wrong one cost, and
# whom?

# %% [markdown]
# ## What is done

# %%
exercises.progress()
