# %% [markdown]
# # Exit ticket
#
# {badge}
#
# Five questions at the end of a block of a workshop, about five minutes. Your answers stay on this machine, in a file
# with a number and without your name, until you copy it to where your instructor says.

# %%
# {setup}

# %% [markdown]
# ## Which block?
#
# Your instructor says which. Write it in the quotes and run the cell: it shows the questions.

# %%
from helpers import exercises

block = "taster"
exercises.ticket(block)

# %% [markdown]
# ## Your answers
#
# Write each in place of its dots: words in quotes, `"like this"`, a pace in quotes, a number as it is. Write `""` to
# leave one out. Then run the cell.

# %%
answers = {
    1: ...,  # in your own words
    2: ...,  # in your own words
    3: ...,  # in your own words
    4: ...,  # "slow", "right" or "fast"
    5: ...,  # 1 to 5
}
exercises.hand_in(block, answers)

# %% [markdown]
# Something went wrong in the room that no question asks about? Tell your instructor now; next time it is better.
