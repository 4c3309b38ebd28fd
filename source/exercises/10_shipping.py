# %% [markdown]
# # 10 · Exercises: Shipping
#
# {badge}
#
# You give a pipeline its thresholds back, write a service's doorkeeper, and judge an alarm.
#
# {table 10}
#
# Write your answer in place of the dots and run the cell. The reply says what it thinks of it. If it does
# not help, take away a `#`: each `hint` says a little more, `solution` shows one way. Nothing is graded.

# %%
# {setup}

# %%
import numpy as np

from helpers import course, exercises

course.start("10")

# %% [markdown]
# ## {problem 10.1}
#
# `scores` is what a pipeline with `top_k=None` says of one text: a list such as
# `[{"label": "law", "score": 0.91}, ...]`, the highest first. `thresholds` is a dictionary from label to
# threshold. Write the function that returns the labels to give, in the order of `thresholds`.

# %%
# {answer 10.1}

# {check 10.1}

# %% [markdown]
# ## {problem 10.2}
#
# The tokens of eight texts, and how many texts go into a batch. Texts of like length share a batch. How many
# tokens of padding are computed?

# %%
lengths, size = exercises.given("10.2")
print(lengths, "in batches of", size)
# {answer 10.2}

# {check 10.2}

# %% [markdown]
# ## {problem 10.3}
#
# Five requests to a tagger's service. Which status should each get: 200, 404, 405, 422 or 500?

# %%
asked = exercises.given("10.3")
print(*asked, sep="\n")
# {answer 10.3}

# {check 10.3}

# %% [markdown]
# ## {problem 10.4}
#
# Write the function that says, by True or False, whether a request can be tagged. It gets whatever the JSON was
# made into. A request that can be tagged is a dictionary with a list under `"texts"`, of at most three texts, all of
# them strings. An empty string is fine, and so is an empty list. It must raise nothing, whatever comes.

# %%
# {answer 10.4}

# {check 10.4}

# %% [markdown]
# ## {problem 10.5}
#
# How many texts got no label, on validation and now. Compute the 95 % interval of the difference of the two shares,
# now minus validation, by the normal curve's 1.96 standard errors.

# %%
none_before, texts_before, none_now, texts_now = exercises.given("10.5")
print(f"validation {none_before} of {texts_before}, now {none_now} of {texts_now}")
# {answer 10.5}

# {check 10.5}

# %% [markdown]
# ## {problem 10.6}
#
# Nothing has changed, and you look at this many numbers, each with an interval of this level. Take them to be
# independent. How likely is it that at least one alarm rings?

# %%
looks, level = exercises.given("10.6")
print(looks, level)
# {answer 10.6}

# {check 10.6}

# %% [markdown]
# ## {problem 10.7}
#
# A person's look at one label of one text costs `look`, a missed label `miss`, a false alarm `alarm`. The
# probabilities are calibrated. Write the function that returns the lower and the upper end of the band in which a
# look is the cheapest.

# %%
# {answer 10.7}

# {check 10.7}

# %% [markdown]
# ## {problem 10.8}
#
# Four weeks. `moved` is what the watch said. Then a large random sample was labeled: its F1 with the thresholds in
# use, its F1 with thresholds tuned on one half of it and judged on the other, and the F1 on test from the card. What
# helps, at the least cost: nothing, tuning again, or annotating and training?

# %%
weeks = exercises.given("10.8")
for week in weeks:
    print(week)
# {answer 10.8}

# {check 10.8}

# %% [markdown]
# ## Open
#
# To decide with people: take a service that you know and that reads what people write. What does it log? Who can
# read that, and for how long? Which of it would you need in order to watch the tagger behind it?

# %% [markdown]
# ## What is done

# %%
exercises.progress()
