# %% [markdown]
# # 5 · Exercises: Training
#
# {badge}
#
# You take a step, count steps, stop in time, weigh rare labels and merge an adapter.
#
# {table 05}
#
# Write your answer in place of the dots and run the cell. The reply says what it thinks of it. If it does
# not help, take away a `#`: each `hint` says a little more, `solution` shows one way. Nothing is graded.

# %%
# {setup}

# %%
import math

import numpy as np

from helpers import course, exercises

course.start("05")

# %% [markdown]
# ## {problem 05.1}
#
# Write one step of training in its plainest form. The weights, their gradient and the learning rate go in, the
# new weights come out. (The **gradient**, what `backward` computes, points the way in which the loss *grows*
# fastest.)

# %%
# {answer 05.1}

# {check 05.1}

# %% [markdown]
# ## {problem 05.2}
#
# How many steps does this training take?

# %%
n_texts, batch_size, epochs = exercises.given("05.2")
print(n_texts, "texts, batches of", batch_size, "and", epochs, "epochs")
# {answer 05.2}

# {check 05.2}

# %% [markdown]
# ## {problem 05.3}
#
# Macro-F1 on the validation split after each of six epochs, without early stopping. Now with it, and with a
# **patience** of 2, that is, it stops when two epochs in a row have not beaten the best so far: which
# epoch's state is kept, and which epoch is the last that is trained? (The first is epoch 1.)

# %%
scores = exercises.given("05.3")
print(scores)
# {answer 05.3}

# {check 05.3}

# %% [markdown]
# ## {problem 05.4}
#
# Targets of fifty texts. Compute `pos_weight` for each label: negatives divided by positives.

# %%
targets = exercises.given("05.4")
print(targets.sum(axis=0), "of", len(targets))
# {answer 05.4}

# {check 05.4}

# %% [markdown]
# ## {problem 05.5}
#
# A layer's table has these rows and columns. How many numbers has a low-rank addition of this rank?

# %%
rows, columns, rank = exercises.given("05.5")
print(rows, columns, rank)
# {answer 05.5}

# {check 05.5}

# %% [markdown]
# ## {problem 05.6}
#
# Write the merging: weights, the two thin tables and the scale go in, the merged weights come out.

# %%
# {answer 05.6}

# {check 05.6}

# %% [markdown]
# ## {problem 05.7}
#
# Write a function that returns a list of the *test* texts, as they are written there, which were trained on.
# Capitals, and blanks at either end, make no new text.

# %%
# {answer 05.7}

# {check 05.7}

# %% [markdown]
# ## Open
#
# An open one, with a prediction: chapter {training} ends in a learning curve. Sketch, for texts of your own, where you
# expect the curves of the four ways to cross. What would you have to measure to know?

# %% [markdown]
# ## What is done

# %%
exercises.progress()
