# %% [markdown]
# # Final check
#
# {badge}
#
# Twenty questions on what the chapters teach, mixed. Some want a number: compute it, on paper or in a cell of
# your own. About half an hour.
#
# Write the letter of your answer in place of the dots, in quotes: `"B"`. Write `"?"` where you do not
# know. The last cell says how it went, why each answer is right or wrong, and which chapters to read
# again. Your letters stay in this notebook when you save it, so you can stop and come back.

# %%
# {setup}

# %%
import math

import numpy as np

from helpers import exercises

answers = {}

# %% [markdown]
# {question F.1}

# %%
# {letter F.1}

# %% [markdown]
# {question F.2}

# %%
# {letter F.2}

# %% [markdown]
# {question F.3}

# %%
# {letter F.3}

# %% [markdown]
# {question F.4}

# %%
# {letter F.4}

# %% [markdown]
# {question F.5}

# %%
# {letter F.5}

# %% [markdown]
# {question F.6}

# %%
# {letter F.6}

# %% [markdown]
# {question F.7}

# %%
# {letter F.7}

# %% [markdown]
# {question F.8}

# %%
# {letter F.8}

# %% [markdown]
# {question F.9}

# %%
# {letter F.9}

# %% [markdown]
# {question F.10}

# %%
# {letter F.10}

# %% [markdown]
# {question F.11}

# %%
# {letter F.11}

# %% [markdown]
# {question F.12}

# %%
# {letter F.12}

# %% [markdown]
# {question F.13}

# %%
# {letter F.13}

# %% [markdown]
# {question F.14}

# %%
# {letter F.14}

# %% [markdown]
# {question F.15}

# %%
# {letter F.15}

# %% [markdown]
# {question F.16}

# %%
# {letter F.16}

# %% [markdown]
# {question F.17}

# %%
# {letter F.17}

# %% [markdown]
# {question F.18}

# %%
# {letter F.18}

# %% [markdown]
# {question F.19}

# %%
# {letter F.19}

# %% [markdown]
# {question F.20}

# %%
# {letter F.20}

# %% [markdown]
# ## How it went

# %%
exercises.final_check(answers)

# %% [markdown]
# What you answered wrongly comes back with `exercises.review()`, beside the questions of the chapters.
