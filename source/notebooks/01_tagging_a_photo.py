# %% [markdown]
# # 1 · Tagging a photo
#
# {badge}
#
# You tag one photo in two ways, see what one of them loses, and leave with labels in the form that
# every later chapter hands to the model: a table of 0s and 1s.
#
# | minutes | needs | after this you can |
# |---|---|---|
# | 35 | chapter {start}, for the set-up | tell multi-class from multi-label; write an indicator matrix |

# %%
# {setup}

# %%
import matplotlib.pyplot as plt
import numpy as np

from helpers import course, data, drawings, exercises, plots

course.start("01")

# %% [markdown]
# ## Warm-up
#
# A few questions from earlier chapters. Answer from memory, then go on.

# %%
exercises.warm_up("01")

# %% [markdown]
# ## Why it matters
#
# You have a photo: a beach, a sunset, two friends. Your album lets you put it into one folder. You
# pick *beach*. Next year you look for pictures of those friends, and this one is not found.
#
# Nothing was wrong with your answer. The form had room for one, and the photo had more to say. A
# model learns from such forms. What they leave out, it cannot learn, however good it is. So before
# there is any model in this course, we look at the form.
#
# In this chapter alone, the form and some printouts show a label as photo apps do: `#beach`.
#
# ## The idea: one question, or one for each label
#
# There are two ways to ask about a photo.
#
# - *Which one of these is it?* One question, one answer. Labels exclude each other. This is
#   **multi-class** classification.
# - *Is there a beach in it? A sunset? Friends?* A yes-or-no question for each label, and no answer
#   settles another. This is **multi-label** classification.
#
# Below, the same photo on both forms, and the row of digits that each leaves behind:

# %%
drawings.two_forms()

# %% [markdown]
# The form on the left had no room for *sunset* and *friends*. What its row says about them is wrong.
#
# ## See it run: one photo, two forms
#
# Five labels are on offer, and not all of them fit the photo.
#
# **Guess first.** With one choice, how many of the fitting labels will be left out? Does the
# number depend on which one you choose?
#
# Then run the cell and fill in the form. Switch the mode to "many labels", tick all that fit, and
# switch back. Everything works with the mouse, or with Tab, the space bar and, for the photo, the arrow keys. If you see a table
# but no buttons, this notebook has no kernel running: start one, and run all cells from the top.

# %%
from helpers.widgets import photo

photo.photo_tagger()

# %% [markdown]
# ## What happened
#
# - With **one choice** the row of digits held a single 1, whichever label you chose. The other
#   labels in the photo were written down as 0, the same digit that *snow* got. The row cannot tell
#   "it does not fit" from "there was no room for it".
# - With **many labels** each digit answered its own question.
# - When you switched back, one label stayed and the others were dropped. Switching again did not
#   bring them back: the row had no place to keep them.
#
# Now set the photo to *gray morning*. With many labels, you leave every box empty and you are done.
# With one choice, every answer is wrong, and once you have given one, that form has no way to take
# it back.
#
# ## Zero, one, many
#
# The photos are drawn by code. What stands in the list is what is drawn, and is also, in these
# photos, the complete list of labels that fit. A photo taken at noon has one, the gray sky none.

# %%
tags = ["beach", "sunset", "friends", "dog", "snow"]
photos = {
    "end of the day": ["beach", "sunset", "friends"],
    "noon": ["beach"],
    "gray morning": [],
    "winter walk": ["dog", "snow"],
}
photo.show_photos(photos)

# %% [markdown]
# Put a label into another photo's list, run the cell again, and the picture follows. Then set the
# list back and run it once more, so that the text below fits what you see.
#
# ## Writing it down: the indicator matrix
#
# A model reads numbers. So the lists become a table: a row for each photo, a column for each label,
# 1 where the label fits and 0 where it does not. It is called the **indicator matrix**.
#
# **Guess first.** How many rows and columns will it have? Which row will hold nothing but 0s?

# %%
rows = []
for labels_of_photo in photos.values():
    row = []
    for tag in tags:
        row.append(1 if tag in labels_of_photo else 0)
    rows.append(row)
by_hand = np.array(rows, dtype=np.float32)

print(by_hand.shape)
print(by_hand)

# %% [markdown]
# The order of the columns is that of `tags`. Nothing in the matrix says so: it holds numbers and no
# names. To read a row, you need the list beside it. The next section is about that.
#
# Reading goes in both directions. Along a row you see one photo; down a column, one label.

# %%
for name, row in zip(photos, by_hand, strict=True):
    print(f"{name:15} labels: {int(row.sum())}  {[tags[j] for j in np.flatnonzero(row)]}")
print()
for tag, count in zip(tags, by_hand.sum(axis=0), strict=True):
    print(f"#{tag:8} photos: {int(count)}")

# %% [markdown]
# Two helpers do the same work. `MultiLabelBinarizer` is scikit-learn's. `data.indicator_matrix` is
# this course's, and holds the loop you have seen, plus checks. Do all three agree?

# %%
from sklearn.preprocessing import MultiLabelBinarizer

from_sklearn = MultiLabelBinarizer(classes=tags).fit_transform(photos.values())
from_course = data.indicator_matrix(photos.values(), tags)

print("scikit-learn's equals ours by hand:", np.array_equal(from_sklearn, by_hand))
print("the course's equals ours by hand:  ", np.array_equal(from_course, by_hand))
print(f"kinds of number: {from_sklearn.dtype}, {from_course.dtype}, by hand {by_hand.dtype}")

# %% [markdown]
# The same digits, but not the same kind of number: scikit-learn's are whole numbers, ours are
# floats (numbers with a fraction, here of 32 bits).
#
# Why floats, for something that is 0 or 1? In training each 0 or 1 is compared with a probability,
# which can be anything between, and what compares them wants both in one form. Chapter {sigmoid} shows
# what happens to whole numbers there. The fix changes the kind of number and no value:

# %%
as_floats = from_sklearn.astype(np.float32)
print(as_floats.dtype, np.array_equal(as_floats, by_hand))

# %% [markdown]
# ## Common gotcha: whose order is it?
#
# You told `MultiLabelBinarizer` the order of the columns, with `classes=tags`. Many examples
# leave that out.
#
# **Guess first.** The winter walk has a dog and snow. What will it have, if the columns come in an
# order that you did not ask for and you read them with your own list?

# %%
left_alone = MultiLabelBinarizer()
sorted_matrix = left_alone.fit_transform(photos.values())
winter = sorted_matrix[list(photos).index("winter walk")]

print("its order:    ", left_alone.classes_.tolist())
print("our order:    ", tags)
print("winter walk:  ", winter)
print("read with its:", [left_alone.classes_[j] for j in np.flatnonzero(winter)])
print("read with ours:", [tags[j] for j in np.flatnonzero(winter)])

# %% [markdown]
# It sorts by the alphabet. The matrix has the right shape and the right number of 1s, no warning
# appears, and the wrong labels come out. A model trained on it would learn well and be read
# wrongly. Always write `classes=` with your own list, and keep that list with the data.
#
# There is a second trap. A text with one label is often stored as a plain string. What does
# `MultiLabelBinarizer` make of two photos, one with `"beach"` and one with `"dog"`?

# %%
letters = MultiLabelBinarizer()
of_strings = letters.fit_transform(["beach", "dog"])

print(letters.classes_.tolist())
print(of_strings.shape)

# %% [markdown]
# A string is a sequence of letters, so each letter became a label. One label still needs a list
# around it: `["dog"]`. The course's helper refuses the string and says so. (The error is meant:
# `course.expect_error` shows it without the lines that led to it, and the notebook goes on.)

# %%
with course.expect_error(TypeError):
    data.indicator_matrix(["beach", "dog"], tags)

# %% [markdown]
# ## When it breaks: a label nobody knows
#
# Somebody types *sunst*. The order is given, the list is a list. What now? The cell catches
# warnings and prints them, so that none slips by.

# %%
import warnings

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    typo = MultiLabelBinarizer(classes=tags).fit_transform([["beach", "sunst"]])

print(typo)
for warning in caught:
    print(f"{warning.category.__name__}: {warning.message}")

# %% [markdown]
# A warning, and the label is gone. In a notebook you see it. In a program that runs at night, with
# its warnings in some log, the photo has lost its sunset. The course's helper stops instead:

# %%
with course.expect_error(ValueError):
    data.indicator_matrix([["beach", "sunst"]], tags)

# %% [markdown]
# ## Multi-class is a special case
#
# Where exactly one label fits every time, each row of the matrix sums to 1. That is all that
# multi-class means, seen from the matrix. It also gives you a test: sum the rows. (It tests how the
# form was filled in: one with a single choice passes, whatever is in the photos.)
#
# **Guess first.** How many of the four photos would pass?

# %%
row_sums = by_hand.sum(axis=1)
for name, total in zip(photos, row_sums, strict=True):
    print(f"{name:15} sums to {int(total)}")

print("every row sums to 1:", bool((row_sums == 1).all()))

# %% [markdown]
# Because such rows hold a single 1, multi-class data are often stored shorter: as the number of the
# column where the 1 stands. `argmax` finds it. What does it do with rows that do not sum to 1?

# %%
for name, row in zip(photos, by_hand, strict=True):
    print(f"{name:15} {row.astype(int)} -> column {row.argmax()}, {tags[row.argmax()]}")

# %% [markdown]
# Three photos became a beach. Noon is right. The end of the day lost two labels. The gray morning
# has no label: among equal values `argmax` takes the first. No error, no warning. From the short
# form, nobody can tell these three photos apart.
#
# ## How many labels does a text have?
#
# The average number of labels per row is called **label cardinality**. It is a first look at a new
# data set. An average other than 1 says that some rows do not sum to 1, so that one choice
# cannot hold them. An average of 1 proves nothing, as you will see in a moment: a text with two labels and one
# without give it too.

# %%
print(f"label cardinality of the photos: {row_sums.mean():.2f}")

# %% [markdown]
# Now newsdesk, the news items from chapter {start}. They come with four labels or with all twenty, and
# the texts are the same.
#
# **Guess first.** What is the cardinality with four labels: above 1, or below? And with twenty?

# %%
four, twenty = [
    np.concatenate([part["labels"][:] for part in data.load_newsdesk(names).values()])
    for names in (data.TASK_LABELS, data.NEWSDESK_LABELS)
]
for matrix in (four, twenty):
    per_text = matrix.sum(axis=1)
    print(
        f"{len(matrix)} texts, {matrix.shape[1]:2} labels: cardinality {per_text.mean():.2f}, "
        f"{(per_text == 0).sum()} texts have none, {(per_text > 1).sum()} have several"
    )

# %% [markdown]
# With four labels it is below 1, and still this is multi-label: some texts have several, and more
# have none. An average hides both. So look at the whole spread too. Here it is for twenty labels.

# %%
numbers, texts_with = np.unique(twenty.sum(axis=1).astype(int), return_counts=True)

figure, axis = plt.subplots(figsize=(6, 3))
bars = axis.bar(numbers, texts_with, color=plots.MAIN, width=0.7)
axis.bar_label(bars)
axis.set(xlabel="labels of a text", ylabel="texts", xticks=numbers)
axis.set_title("Newsdesk: how many of the twenty labels a text has", loc="left")
axis.margins(y=0.12)
plt.show()
print("The figure shows:")
for number, count in zip(numbers, texts_with, strict=True):
    print(f"  {count:3} texts have {number} label{'' if number == 1 else 's'}")

# %% [markdown]
# How many of these texts could a form with one choice write down without loss? Those whose row sums
# to 1.

# %%
for matrix in (four, twenty):
    fits = (matrix.sum(axis=1) == 1).sum()
    lost = matrix.sum() - (matrix.sum(axis=1) > 0).sum()
    print(f"{matrix.shape[1]:2} labels: one choice is enough for {fits} of {len(matrix)} texts;")
    print(f"           forced on the others, it loses {int(lost)} of {int(matrix.sum())} labels")
    print(f"           and makes up a label for {(matrix.sum(axis=1) == 0).sum()} texts with none")

# %% [markdown]
# ## A hundred labels are a hundred questions
#
# There is a way to keep multi-class: call each *set* of labels a class of its own. "Beach and
# sunset" is one class, "beach and friends" another, "none" a third.
#
# **Guess first.** With twenty labels, how many sets are possible? How many of them occur in
# newsdesk?

# %%
sets, times = np.unique(twenty, axis=0, return_counts=True)  # different rows, and how often
labels = twenty.shape[1]

print(f"possible sets of {labels} labels: {2**labels:,}")
print(f"sets that occur in newsdesk: {len(sets)}")
print(f"sets that occur once: {(times == 1).sum()}")
print(f"texts with the rarest label: {int(twenty.sum(axis=0).min())}")
print(f"possible sets of 100 labels: {2**100:,}")

# %% [markdown]
# Each further label doubles the number of sets, because it can be in or out of every set there was.
# Nearly all possible sets have no text to learn from, and many of those that occur have one.
#
# Seen as questions, the same data go much further. Each of the twenty questions, *does this label fit?*,
# is answered by every text: yes or no. Even the rarest label has the number of yes-texts printed
# above. And a text with a set never seen before can still be answered, for the questions are asked one by
# one. So a hundred labels are a hundred yes-or-no questions: a hundred columns here, and a hundred
# numbers out of the model in chapter {encoder}.
#
# ## From practice
#
# - **Write the list of labels once**, in an order of your own, and keep it with the data. Every
#   matrix is read with it.
# - **Keep the rows of 0s.** "None" is an answer. A model that has never seen one may learn
#   that something must always fit.
# - **Ask people the way you will ask the model**: for each label, does it fit? People who are asked
#   for one will give you one.
# - **Look before you train.** A few lines find most of what can be wrong with a matrix:

# %%
assert by_hand.shape == (len(photos), len(tags)), "a row for each photo, a column for each label"
assert by_hand.dtype == np.float32, "floats, for the loss"
assert set(np.unique(by_hand)) <= {0, 1}, "nothing but 0 and 1"
assert by_hand.sum(axis=0).min() > 0, "a label without a photo cannot be learned"
first = [tags[j] for j in np.flatnonzero(by_hand[0])]
print("Nothing wrong with the form. Now read a row back and compare it with its photo:")
print(first)

# %% [markdown]
# ## Check your understanding
#
# A shop wants one "main category" for each product. A raincoat for dogs could go under *pets* or
# under *clothing*. Is that multi-label? When is it right to force one choice, and what does it
# cost here?
#
# <details><summary>Answer</summary>
#
# As the shop asks it, it is multi-class: one answer for each product, every row sums to 1. That
# the product *could* go under two categories does not change the question.
#
# Forcing one choice is right when something in the world has room for one: a box stands on one
# shelf, a form goes to one desk, an article is taxed at one rate. It is also right when the labels exclude each
# other by what they mean, as "arrived" and "not sent yet" do.
#
# Here it costs the second category. Whoever browses *clothing* does not find the raincoat, and
# nothing in the data says that they should have. Two people who fill in the form will also choose
# differently, and a model will learn their disagreement as if it were noise. And a product that
# fits no category, a mug perhaps, must go into one all the same.
#
# A way to have both: record all that fit, then choose the main one from them by a rule that you
# write down. From a list with something in it you can always go to one; you saw that there is no way
# back.
#
# </details>

# %%
exercises.questions("01")

# %% [markdown]
# ## Exercises
#
# [Exercises for this chapter](../exercises/01_tagging_a_photo.ipynb): matrices written and read,
# and how far two people agree. They say *why* when an answer is wrong.
#
# ## Next
#
# You know the form in which the answers are written down. The model also has to read the text, and
# it does not read words. [Chapter {tokenization}](02_tokenization.ipynb) shows what it sees in their place.
