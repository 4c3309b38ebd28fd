# %% [markdown]
# # 7 · Exercises: Thresholds
#
# {badge}
#
# You choose thresholds for people who pay for mistakes, and catch a colleague who tuned on test.
#
# {table 07}
#
# Write your answer in place of the dots and run the cell. The reply says what it thinks of it. If it does
# not help, take away a `#`: each `hint` says a little more, `solution` shows one way. Nothing is graded.

# %%
# {setup}

# %%
import numpy as np
from sklearn.metrics import f1_score

from helpers import course, exercises, thresholds
from helpers.activations import sigmoid

course.start("07")

# %% [markdown]
# ## {problem 07.1}
#
# Write the threshold that follows from the costs of a false alarm and of a miss.

# %%
# {answer 07.1}

# {check 07.1}

# %% [markdown]
# ## {problem 07.2}
#
# Targets and probabilities of one label. What is the best F1 that any threshold reaches on them?

# %%
targets, probabilities = exercises.given("07.2")
print(targets.sum(), "of", len(targets), "have the label")
# {answer 07.2}

# {check 07.2}

# %% [markdown]
# ## {problem 07.3}
#
# A colleague reports the best F1 on the test half. Do it right: choose the threshold on the validation half
# and report its F1 on the test half. A threshold lies halfway between two neighboring probabilities, and a
# label is given above it; `thresholds.best_f1` does that, for columns: `val_targets[:, None]`.

# %%
val_targets, val_probabilities, test_targets, test_probabilities = exercises.given("07.3")
# {answer 07.3}

# {check 07.3}

# %% [markdown]
# ## {problem 07.4}
#
# A client pays `false_alarm` for each label given wrongly and `miss` for each one missed. What do all mistakes
# together cost, at the threshold that follows from these two prices?

# %%
targets, probabilities, false_alarm, miss = exercises.given("07.4")
print(f"a false alarm costs {false_alarm}, a miss {miss}")
# {answer 07.4}

# {check 07.4}

# %% [markdown]
# ## {problem 07.5}
#
# The threshold goes from 0.5 down to 0.3. Do the labels given, the misses and the false alarms become more or
# fewer? Answer with a list of three words.

# %%
# {answer 07.5}

# {check 07.5}

# %% [markdown]
# ## {problem 07.6}
#
# Write the calibrated probability: logits and a temperature go in.

# %%
# {answer 07.6}

# {check 07.6}

# %% [markdown]
# ## {problem 07.7}
#
# Two taggers with calibrated probabilities reach these best F1. Where does each one's best
# threshold lie?

# %%
strong, weak = exercises.given("07.7")
print(strong, weak)
# {answer 07.7}

# {check 07.7}

# %% [markdown]
# ## {problem 07.8}
#
# `recall` is the share of the texts with a label that a tagger finds, `alarm_rate` the share of the texts
# *without* it that get it all the same, and `share` how many of all texts have it where the tagger is used.
# What is the precision there?

# %%
recall, alarm_rate, share = exercises.given("07.8")
print(recall, alarm_rate, share)
# {answer 07.8}

# {check 07.8}

# %% [markdown]
# ## Open
#
# An open one, to decide with people: who pays for a false alarm and who for a miss in a tagging task that
# you know? Ask one of each for a price, and compute the threshold.

# %% [markdown]
# ## What is done

# %%
exercises.progress()
