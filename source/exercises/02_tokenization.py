# %% [markdown]
# # 2 · Exercises: Tokenization
#
# {badge}
#
# You find out what the tokenizer makes of texts as people write them, and what gets lost.
#
# {table 02}
#
# Write your answer in place of the dots and run the cell. The reply says what it thinks of it. If it does
# not help, take away a `#`: each `hint` says a little more, `solution` shows one way. Nothing is graded.

# %%
# {setup}

# %%
import numpy as np
from transformers import AutoTokenizer

from helpers import course, exercises, models

course.start("02")

# %%
source = models.installed_backbone() or models.HUB_ID
tokenizer = AutoTokenizer.from_pretrained(source)
print(f"{len(tokenizer):,} pieces")

# %% [markdown]
# ## {problem 02.1}
#
# Here are twenty-odd messages. How many of them hold at least one unknown piece?

# %%
texts = exercises.given("02.1")
print(len(texts), "texts, the first:", texts[0])
# {answer 02.1}

# {check 02.1}

# %% [markdown]
# ## {problem 02.2}
#
# In some of the same messages a whole *word* with at least one letter in it became one `[UNK]`, because an emoji was
# glued to it, for instance. List those texts.

# %%
texts = exercises.given("02.2")
print(*texts, sep="\n")
# {answer 02.2}

# {check 02.2}

# %% [markdown]
# ## {problem 02.3}
#
# Two texts are tokenized as one batch with `padding=True`. Say the shape of `input_ids` before you
# run anything. Then check.

# %%
texts = exercises.given("02.3")
print(texts)
# {answer 02.3}

# {check 02.3}

# %% [markdown]
# ## {problem 02.4}
#
# The ids of a padded batch; `[PAD]` has id 0, `[CLS]` 101, `[SEP]` 102. Make the attention mask.

# %%
ids = exercises.given("02.4")
print(ids)
# {answer 02.4}

# {check 02.4}

# %% [markdown]
# ## {problem 02.5}
#
# The model will turn each token into a row of numbers, its hidden state (chapter {encoder}). Write a function
# that takes such states as an array of the shape (texts, tokens, numbers) and a mask of the shape
# (texts, tokens), and returns for each text the mean over its real tokens: an array (texts, numbers). So
# that the two can be multiplied, the mask needs a third axis: `mask[:, :, None]`.

# %%
# {answer 02.5}

# {check 02.5}

# %% [markdown]
# ## {problem 02.6}
#
# These words are one piece each. They are tokenized with `truncation=True` and the `max_length`
# below. Which words are left?

# %%
words, max_length = exercises.given("02.6")
print(words, max_length)
# {answer 02.6}

# {check 02.6}

# %% [markdown]
# ## {problem 02.7}
#
# How many tokens per word do these two texts have together, special tokens left out?

# %%
texts = exercises.given("02.7")
print(texts)
# {answer 02.7}

# {check 02.7}

# %% [markdown]
# ## Open
#
# An open one: take twenty texts of your own (messages, headlines, notes). How many hold an unknown piece,
# how many are longer than 256 tokens, and what would you do about it?

# %% [markdown]
# ## What is done

# %%
exercises.progress()
