# %% [markdown]
# # 4 · Sigmoid versus softmax
#
# {badge}
#
# One line of code decides whether your model can ever say "both". This chapter takes that line
# apart, and the loss that belongs to it.
#
# | minutes | needs | after this you can |
# |---|---|---|
# | 75 | chapter {encoder} | choose the right activation and loss, and say why |

# %%
# {setup}

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch

from helpers import activations, course, data, drawings, exercises, metrics, models, plots
from helpers import training

course.start("04")

# %% [markdown]
# ## Warm-up
#
# A few questions from earlier chapters. Answer from memory, then go on.

# %%
exercises.warm_up("04")

# %% [markdown]
# ## Why it matters
#
# Chapter {encoder} ended with **logits**: one number for each label, from any negative number to any
# positive one. Nobody can read "politics: 3.53". You want a **probability**, from 0 to 1, and the
# function that turns one into the other is called an **activation**.
#
# There are two famous ones, and they are easy to mix up. Both take the same logits. Both return
# numbers from 0 to 1. Neither ever raises an error. But one of them cannot tag the first text
# below, and the other can.

# %%
tagger = models.load_tagger()
names = tagger.label_names
texts = [
    "The ministry moves all its paperwork to an app.",
    "Whoever borrowed the ladder, please bring it back.",
    "The basketball team won the championship game.",
]
logits = models.predict_logits(tagger.model, tagger.tokenizer, texts)


def show_table(values, rows=texts, digits=2):
    return pd.DataFrame(values, index=rows, columns=names).map(f"{{:.{digits}f}}".format)


show_table(logits)

# %% [markdown]
# The first text is about politics and about technology. The second is about none of the four.
# The third is about one. Keep these three in mind: *both*, *none*, *one*.
#
# This is the step that the chapter is about:

# %%
drawings.the_way("sigmoid")

# %% [markdown]
# ## The idea
#
# **Sigmoid** looks at one logit and at nothing else:
#
# $$\text{sigmoid}(z) = \frac{1}{1 + e^{-z}}$$
#
# It asks, for each label on its own: *does this one fit?*
#
# **Softmax** looks at the whole row. It makes every logit positive with $e^z$, then divides by the
# sum of the row:
#
# $$\text{softmax}(z)_j = \frac{e^{z_j}}{e^{z_1} + e^{z_2} + \dots + e^{z_L}}$$
#
# ($L$ is the number of labels.) It asks: *if exactly one of these fits, how is the belief shared
# out among them?* What it hands to one label it takes from the others.
#
# In numpy each is a line or two. `axis=-1` means "along the row", so that every text is shared out by
# itself.


# %%
def my_sigmoid(logits):
    return 1 / (1 + np.exp(-logits))


def my_softmax(logits):
    powers = np.exp(logits)
    return powers / powers.sum(axis=-1, keepdims=True)


for z in [-4, -1, 0, 1, 4]:
    print(f"logit {z:2}  sigmoid {my_sigmoid(z):.2f}")

# %%
line = np.linspace(-8, 8, 200)
plt.plot(line, my_sigmoid(line), color=plots.MAIN)
plt.plot([0], [0.5], "o", color=plots.MARK)
plt.gca().set(xlabel="logit", ylabel="probability", yticks=[0, 0.25, 0.5, 0.75, 1])
plt.title("Sigmoid: from any number to a probability")
plt.show()
steep = my_sigmoid(1) - my_sigmoid(0), my_sigmoid(7) - my_sigmoid(6)
plots.twin(
    "an S that rises all the way, through 0.50 at logit 0 (the dot), and is flat far out: "
    f"from logit 0 to 1 it gains {steep[0]:.2f}, from 6 to 7 it gains {steep[1]:.3f}."
)

# %% [markdown]
# Logit 0 lies in the middle, at probability 0.50. Above it the answer leans to yes, below it to
# no.
#
# **Guess first.** Under sigmoid, which labels of the first text are above 0.5? And under softmax?
# Then guess the same for the ladder.

# %%
from IPython.display import display

for name, values in [("Sigmoid", my_sigmoid(logits)), ("Softmax", my_softmax(logits))]:
    table = show_table(values)
    table.attrs["caption"] = name
    display(table)

# %% [markdown]
# Same logits, two stories. Sigmoid gives the first text both labels and the ladder none. Softmax
# gives the first text one label above 0.5, and calls the ladder technology.
#
# ## Three ways, the same numbers
#
# You will not write these functions by hand again. The course's helpers have them, and so has
# torch. The helpers differ in one thing: they are arranged so that a huge logit cannot overflow.
# If all three agree, you know what is inside.

# %%
as_tensor = torch.tensor(logits)
for ours, helper, theirs in [
    (my_sigmoid(logits), activations.sigmoid(logits), torch.sigmoid(as_tensor)),
    (my_softmax(logits), activations.softmax(logits), torch.softmax(as_tensor, dim=-1)),
]:
    np.testing.assert_allclose(ours, helper, atol=1e-6)
    np.testing.assert_allclose(ours, theirs.numpy(), atol=1e-6)
    print(ours.shape, "by hand, helper and torch agree. Sums:", ours.sum(axis=1).round(2))

# %% [markdown]
# The sums tell the two apart at a glance. Sigmoid's are whatever they are: four separate answers
# owe each other nothing. Softmax's are 1, always, even for the ladder.
#
# ## See it run
#
# Move the sliders (Tab to reach one, arrow keys to move it), choose a preset, or type a text for
# the tagger. Dark bars with the word "yes" are above 0.5, the dashed line. If you see a table but
# no sliders, this notebook has no kernel running.

# %%
from helpers.widgets.activations import two_activations

two_activations(tagger)

# %% [markdown]
# Four things to try, each with a guess before it:
#
# 1. Preset "two true labels". Raise both high logits to the end. Does softmax ever say yes twice?
# 2. Preset "none". Can you move the sliders so that softmax's bars are all small?
# 3. Move one slider. How many bars move on the left, how many on the right?
# 4. Type a text that needs two labels.
#
# ## What happened there
#
# Three experiments say it in numbers. First: two labels are equally and clearly true.

# %%
both = np.array([5.0, 5.0, -5.0, -5.0])
print("sigmoid", my_sigmoid(both).round(2))
print("softmax", my_softmax(both).round(2))

# %% [markdown]
# **Softmax cannot say "both".** The two must share the 1, so each gets half, and neither is *above*
# 0.5. Raise the logits as far as you like: half is all there is. A lower threshold is no way out either:
# below one half this row would get both, but above the ladder, a text without any label, has 0.97 for technology,
# more than either gets here. No threshold lets these two pass and stops that one.
#
# Second: nothing fits. All four logits are low, and equal.

# %%
none = np.array([-4.0, -4.0, -4.0, -4.0])
print("sigmoid", my_sigmoid(none).round(2))
print("softmax", my_softmax(none).round(2))
print("softmax", my_softmax(-none).round(2), "if all four are high")

# %% [markdown]
# **Softmax cannot tell "none" from "undecided".** It hands out its 1 even if no label wants it. No
# label comes out above 0.5 in the second line, so this text would get none. But the same row of
# quarters comes out when all four fit: from the shares alone nobody can say which it was. And let one
# hopeless label be a little less hopeless than the rest, as with the ladder, and softmax calls it
# likely.
#
# Third. **Guess first:** add 3 to every logit of a row. What changes under sigmoid, and what
# under softmax?

# %%
row = np.array([2.0, 0.5, -1.0, -3.0])
for shift in [-3, 0, 3]:
    print(f"logits {row + shift}")
    print(f"   sigmoid {my_sigmoid(row + shift).round(2)}")
    print(f"   softmax {my_softmax(row + shift).round(2)}")
np.testing.assert_allclose(my_softmax(row), my_softmax(row + 3))

# %% [markdown]
# Softmax did not notice. It sees only the *differences* between the logits of a row, because the
# common factor $e^3$ cancels in its fraction. Sigmoid compares each logit with 0, so the level
# counts. And the level is what tells "all four fit" from "none fits": softmax throws away the very
# information that a multi-label model needs.
#
# ## How much it costs, on a whole test split
#
# Three texts prove little, so here are newsdesk's test texts. The same tagger, the same logits, the
# same threshold 0.5; only the activation differs. Tagging takes about five seconds.

# %%
test = data.load_newsdesk(split="test")
targets = np.array(test["labels"][:])
test_logits = models.predict_logits(tagger.model, tagger.tokenizer, test["text"])
probabilities = {
    "sigmoid": activations.sigmoid(test_logits),
    "softmax": activations.softmax(test_logits),
}
labels_per_text = targets.sum(axis=1)
print(f"{len(test)} texts, logits {test_logits.shape}, targets {targets.shape}")

# %% [markdown]
# A **target** is the right answer for one text and one label: 1 or 0. All of them together are the
# indicator matrix of chapter {photo}. The library's argument for it is called `labels`.
#
# **Recall**: of all labels that should have been found, the share that was found. Chapter {metrics} has
# more of such measures.
#
# **Guess first:** on the texts that have two labels or more, what can recall under softmax be at
# most?

# %%
several = labels_per_text >= 2
wanted = targets[several].sum()
print(f"{several.sum()} texts have two labels or more, {wanted:.0f} labels in all")
print(f"at most one found in each text: recall {several.sum() / wanted:.2f}")
for name, p in probabilities.items():
    found = ((p > 0.5) & (targets == 1))[several].sum()
    print(f"{name}: {found} of them found, recall {found / wanted:.2f}")

# %% [markdown]
# Only one number in a row that sums to 1 can be above one half. So softmax finds at most one label
# per text, however good the model: half of the labels of a text that has two. The second line is
# that limit, and at this threshold no training can lift it. Sigmoid's misses are the tagger's own mistakes, and
# better training may fix them.
#
# Now the texts with none of the four labels. How high is the highest of the four probabilities, on
# average? Low is right here.

# %%
empty = labels_per_text == 0
print(f"{empty.sum()} texts have no label")
for name, p in probabilities.items():
    highest = p[empty].max(axis=1)
    print(
        f"{name}: highest probability {highest.mean():.2f} on average, "
        f"{(highest > 0.5).sum()} texts get a label all the same"
    )
without = (probabilities["softmax"] > 0.5).sum(axis=1) == 0
print(f"softmax leaves {without.sum()} of all {len(test)} texts without a label. Of these,")
print(f"{(without & empty).sum()} have none, {(without & several).sum()} have several")

# %% [markdown]
# Softmax can leave a text without a label, then, where no share is above 0.5. It did so for a few of
# the texts that have none, and for most of them it did not: one of the four shares wins, whatever the
# level.
#
# One group of texts is left, those with exactly one label. If you *know* that there is exactly one,
# you need no threshold: take the highest. **Guess first:** which of the two activations is better
# then?

# %%
single = labels_per_text == 1
for name, p in probabilities.items():
    above = ((p > 0.5) & (targets == 1))[single].sum()
    highest = targets[single, p[single].argmax(axis=1)].sum()
    print(f"{name}: above 0.5 {above} of {single.sum()} found, by taking the highest {highest:.0f}")

# %% [markdown]
# By taking the highest both find the same labels, for neither changes the order of a row. What
# softmax gains above 0.5 is not knowledge: it is the rule "there must be one", built in. Where the
# rule is true, use it, with either. Where it is not, it invents labels and loses labels.
#
# The figure counts how many labels each text gets, beside how many it has.

# %%
counts = {"true labels": np.bincount(labels_per_text.astype(int), minlength=5)}
for name, p in probabilities.items():
    counts[name] = np.bincount((p > 0.5).sum(axis=1), minlength=5)

colors, hatches = [plots.REFERENCE, plots.MAIN, plots.SECOND], ["", "//", ".."]
for i, (name, count) in enumerate(counts.items()):
    places = np.arange(5) + 0.27 * (i - 1)
    plt.bar(places, count, 0.25, label=name, color=colors[i], hatch=hatches[i], edgecolor="white")
plt.title("How many labels a text has, and gets")
plt.gca().set(xlabel="labels on one text", ylabel="texts in the test split")
plt.legend(frameon=False)
plt.show()
print("The figure shows:")
for name, count in counts.items():
    print(f"  {name}: {', '.join(f'{c} with {k}' for k, c in enumerate(count) if c)}")

# %% [markdown]
# Sigmoid's bars follow the true ones. That counts labels and does not check them: some texts
# without a label got one, as you saw, and others lost theirs. Softmax puts nearly everything on
# *one*, and nothing above.
#
# ## From a probability to a loss
#
# The activation says what the model believes. To train it, you need one number that says how wrong
# the belief is: the **loss**. Training makes it small. The loss that belongs to sigmoid is called
# **binary cross-entropy**, and you can build it in three steps.
#
# **Step 1: one label, one text, and the label is true.** The model gave it probability $p$. Good is
# near 1. Take $-\log p$ as the penalty ($\log$ is the natural logarithm, `math.log`):

# %%
import math

for p in [0.99, 0.90, 0.50, 0.10, 0.01]:
    print(f"p {p:.2f}   penalty -log p {-math.log(p):.2f}")

# %%
line = np.linspace(0.005, 0.995, 200)
plt.plot(line, -np.log(line), color=plots.MAIN, label="label true: $-\\log p$")
plt.plot(line, -np.log(1 - line), color=plots.SECOND, ls="--", label="label false: $-\\log(1-p)$")
plt.gca().set(xlabel="probability p that the model gives", ylabel="penalty")
plt.title("The penalty for one label of one text")
plt.legend(frameon=False)
plt.show()
plots.twin(
    f"two mirrored curves that cross at p 0.50, penalty {-math.log(0.5):.2f}. "
    "Each is near 0 where p is right, and climbs without end where it is wrong."
)

# %% [markdown]
# Why this one, and not $1 - p$? For two reasons. Both are 0 for a certain and right answer, but this one
# grows without limit for a certain and wrong one: being sure *and* wrong is what should hurt.
#
# And logarithms turn products into sums. How probable does the model find a whole row of right
# answers? Multiply them. (That treats the answers as separate once the text is known; *From practice*
# comes back to it.) The penalty of the product is the sum of the penalties, so every label
# can be treated alone and added up:

# %%
right_answers = np.array([0.9, 0.8, 0.6])
print(f"penalty of the product: {-np.log(right_answers.prod()):.2f}")
print(f"sum of the penalties:   {-np.log(right_answers).sum():.2f}")

# %% [markdown]
# **Step 2: the label is false.** Then the right answer is "no", and the model gave it $1 - p$. The
# penalty is $-\log(1 - p)$.
#
# One formula covers both. The target $y$, 1 or 0, works as a switch: it keeps one half and turns
# the other off.
#
# $$-\big(\,y \log p + (1 - y)\log(1 - p)\,\big)$$


# %%
def penalty(p, y):
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


print(f"label true,  p 0.97: {penalty(0.97, 1):.2f}")
print(f"label false, p 0.97: {penalty(0.97, 0):.2f}")

# %% [markdown]
# **Step 3: the whole table.** $N$ texts and $L$ labels make $N \times L$ questions, each with its
# penalty. The targets are an indicator matrix, as in chapter {photo}.
#
# Their logits once more:

# %%
show_table(logits)

# %% [markdown]
# **Guess first:** in which of the twelve places is the tagger punished most?

# %%
three_targets = np.array([[0.0, 1, 1, 0], [0, 0, 0, 0], [1, 0, 0, 0]])
penalties = penalty(my_sigmoid(logits.astype(float)), three_targets)
by_hand = penalties.mean()
print(f"{penalties.shape[0]} texts x {penalties.shape[1]} labels, mean penalty {by_hand:.4f}")
show_table(penalties, digits=4)

# %% [markdown]
# All are small: the tagger is right in all twelve places, and sure of it. The largest is for *technology* on the basketball team, which it is a touch less sure to leave off. The mean of the
# table is the loss. No row is treated as a whole, and no label competes.
#
# ## The same loss, ready-made
#
# torch has it as a function and as a module. Look at the name: *with logits*. It wants the logits
# and does the sigmoid inside, because the two together can be computed without overflow. And the
# model has it built in: give it the targets as `labels`, and it returns `loss` beside the logits. (`no_grad`
# tells torch that nothing is to be trained here.)

# %%
from torch.nn import functional

batch = tagger.tokenizer(texts, padding=True, return_tensors="pt")
float_labels = torch.tensor(three_targets, dtype=torch.float32)
with torch.no_grad():
    losses = {
        "function": functional.binary_cross_entropy_with_logits(as_tensor, float_labels),
        "module": torch.nn.BCEWithLogitsLoss()(as_tensor, float_labels),
        "model's own": tagger.model(**batch, labels=float_labels).loss,
    }
for name, loss in losses.items():
    assert abs(loss.item() - by_hand) < 1e-6
    print(f"{name}: {loss:.4f}, equal to 1e-6: {abs(loss.item() - by_hand) < 1e-6}")

# %% [markdown]
# Four times the same number, so nothing is hidden in there. The model chose this loss because its
# settings name the problem:

# %%
tagger.model.config.problem_type

# %% [markdown]
# Why not keep your own? **Guess first:** what does `penalty` say to a model that is right and entirely
# sure, $p = 1$ for a true label? And both functions by hand, to a logit of 1000?

# %%
import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # numpy would warn
    print("penalty(1.0, 1) by hand:   ", penalty(np.float64(1), 1))
    print("softmax of 1000, 0 by hand:", my_softmax(np.array([1000.0, 0])))
    print("penalty at logit 1000, label false, by hand:", penalty(my_sigmoid(1000.0), 0))
far = torch.tensor([1000.0, 0.0])
loss = functional.binary_cross_entropy_with_logits
print("torch's softmax:                     ", torch.softmax(far, dim=-1).tolist())
print("torch's loss at 1000, true and false:", loss(far[:1], torch.ones(1)).item(), end=" and ")
print(loss(far[:1], torch.zeros(1)).item())

# %% [markdown]
# By hand, $0 \cdot \log 0$ is "not a number", $\log 0$ is minus infinity, and $e^{1000}$ is more than a
# number of this kind can hold; one such value spoils the mean of the whole table. The library computes
# the loss from the logit in one step, and it stays finite.
#
# ## A number to know: the loss of a fresh head
#
# **Guess first.** A model with a new, untrained head knows nothing: every probability is near 0.5.
# What is its loss? (Step 1 has the answer. Three models are loaded: a few seconds.)

# %%
for seed in [0, 1, 2]:
    torch.manual_seed(seed)  # a fresh head is drawn at random; here are three
    fresh_model, _ = models.load_backbone(label_names=names)
    with torch.no_grad():
        fresh_loss = fresh_model(**batch, labels=float_labels).loss
    assert abs(fresh_loss - math.log(2)) < 0.02
    print(f"fresh head {fresh_loss:.2f}")
print(f"-log 0.5 = log 2 = {math.log(2):.2f}")
print(f"the tagger {by_hand:.4f}")

# %% [markdown]
# At 0.5 the penalty is the same whether the label is true or false, so the mean is too, for any
# number of labels. Watch for it when you train in chapter {training}: if a fresh head's first loss, without
# weights for labels, is far from this value, something is wrong, and you know it before you have waited
# for an hour.
#
# ## A fairer fight: each trained its own way
#
# Back to the two rivals. Above, softmax had to read logits that were trained for sigmoid. That is a common
# accident, but no fair fight. So train a head for each: on the same vectors, the mean of the
# backbone's states (chapter {encoder}), each with the loss that belongs to it. Softmax's loss is
# $-\log$ of the share that the true label gets. Chapter {training} explains how training works; here it is a
# black box that makes the loss on the training texts small, plus a price on large weights that keeps a
# head from learning the training texts by heart. `cache_features` makes the vectors, in about ten seconds. (You may skip
# the code of this section and read its tables.)

# %%
newsdesk = data.load_newsdesk()
truth_of = {part: torch.tensor(rows["labels"][:]).double() for part, rows in newsdesk.items()}
backbone, tokenizer = models.load_backbone(label_names=names)
vectors = {
    part: torch.tensor(training.cache_features(backbone, tokenizer, rows["text"][:])).double()
    for part, rows in newsdesk.items()
}
print({part: tuple(rows.shape) for part, rows in vectors.items()})


# %%
def train_head(loss, targets, strength):
    n_inputs = vectors["train"].shape[1] + 1  # one more, for the constant
    weights = torch.zeros(n_inputs, targets.shape[1], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=1000, line_search_fn="strong_wolfe")

    def penalized():
        optimizer.zero_grad()
        logits = vectors["train"] @ weights[:-1] + weights[-1]
        total = loss(logits, targets) + strength * (weights[:-1] ** 2).sum()
        total.backward()
        return total

    optimizer.step(penalized)
    return {part: (x @ weights[:-1] + weights[-1]).detach() for part, x in vectors.items()}


# %% [markdown]
# Softmax needs targets that sum to 1: a text with two labels gives each a half. A text without a label
# has nothing to give, so it is left out of the training. Or else *none* becomes a fifth label of
# its own. Each of the three gets the strength of that price and the threshold with which it tags most texts of the
# validation split (texts kept apart for choosing) with all four labels right. That
# takes a moment:

# %%
has_none = (truth_of["train"].sum(dim=1, keepdim=True) == 0).double()
five = torch.cat([truth_of["train"], has_none], dim=1)
labeled = truth_of["train"].sum(dim=1) > 0
bce = torch.nn.BCEWithLogitsLoss(reduction="none")
ways = {  # its loss, its targets, and what it makes of the logits
    "sigmoid": (lambda z, y: bce(z, y).sum(dim=1).mean(), truth_of["train"], torch.sigmoid),
    "softmax": (
        lambda z, y: functional.cross_entropy(z[labeled], y[labeled]),
        truth_of["train"] / five.sum(dim=1, keepdim=True),
        lambda z: z.softmax(-1),
    ),
    "softmax with a fifth label": (
        functional.cross_entropy, five / five.sum(1, True), lambda z: z.softmax(-1)[:, :4]
    ),
}  # fmt: skip

# %%
chosen = {}
for name, (loss_of, its_targets, activation) in ways.items():
    best = -1
    for strength in [0.0001, 0.001, 0.01, 0.1]:
        z = train_head(loss_of, its_targets, strength)
        for threshold in np.arange(0.05, 0.95, 0.05):
            given = activation(z["validation"]) > threshold
            right = (given == truth_of["validation"]).all(dim=1).sum().item()
            if right > best:
                best, on_test = right, activation(z["test"])
                chosen[name] = (strength, threshold, on_test)

# %% [markdown]
# **Guess first:** who wins on the test split?

# %%
predicted, rows = {}, {}
for name, (strength, threshold, on_test) in chosen.items():
    given = predicted[name] = (on_test > threshold).numpy()
    hits = (given & (targets == 1))[several].sum() / targets[several].sum()
    all_right = (given == targets).all(axis=1).mean()
    alone = (given == targets)[single].all(axis=1).mean()
    shown = [all_right, alone, hits, given[empty].any(axis=1).mean()]
    wrong = int((given & (targets == 0)).sum())
    rows[name] = [f"{value:.2f}" for value in shown] + [wrong, f"{threshold:.2f}", strength]
columns = ["all four right", "one label, all right", "recall, several labels"]
columns += ["none, but got one", "labels given wrongly", "threshold", "strength"]
pd.DataFrame(rows, index=columns)


# %%
def recall(y, given):
    return (y & given).sum() / y.sum()


whole = {name: given.astype(int) for name, given in predicted.items()}
for name in ["softmax", "softmax with a fifth label"]:
    ours, theirs = whole["sigmoid"], whole[name]
    right = metrics.bootstrap(targets, ours, "subset accuracy", rival=theirs)
    found = metrics.bootstrap(targets[several], ours[several], recall, rival=theirs[several])
    only = targets[single], ours[single]
    alone = metrics.bootstrap(*only, "subset accuracy", rival=theirs[single])
    print(f"sigmoid above {name}:")
    print(f"   all four right          {right}\n   recall, several labels  {found}")
    print(f"   one label, all right    {alone}")

# %% [markdown]
# The ranges say how far the luck of these test texts may move each difference (chapter {metrics}
# explains how they are made). Softmax as it is loses clearly. Probably because it was never told what *none* looks like,
# validation made it ask for a large share before it gives a label, here more than one half, and then a second label can
# never pass. Give *none* a
# share of its own, and on whole texts these 400 cannot tell the two apart: the range includes 0. On these texts they are good
# at different things. Where there are several labels sigmoid finds more of them; where there is exactly one, the fifth label
# is right more often. (Each threshold was chosen for whole texts. Another one trades the one for the other. And the ranges
# hold for these heads: with other texts to learn and choose from, a range that is near to 0 may come out otherwise.)
#
# So softmax is not weak. It was asked another question, and it took one more label and a low threshold to
# bend its answer into shape. Sigmoid is asked the right question, and each of its numbers can be read, and
# be given a threshold, by itself.
#
# ## Common gotcha: a threshold on logits
#
# A threshold of 0.5 is meant for probabilities. Put it on logits by mistake and nothing complains.
# **Guess first:** how many labels of this row are predicted each way?

# %%
example = np.array([2.3, 0.3, -0.4, -2.0])
print("sigmoid            ", my_sigmoid(example).round(2))
print("sigmoid above 0.5: ", (my_sigmoid(example) > 0.5).sum(), "labels")
print("logits above 0:    ", (example > 0).sum(), "labels, the same question")
print("logits above 0.5:  ", (example > 0.5).sum(), "label, another question")

# %% [markdown]
# Probability 0.5 is logit **0**. Each threshold on probabilities has its twin on logits,
# $\log\frac{p}{1-p}$, which is sigmoid run backwards:

# %%
for p in [0.30, 0.50, 0.62, 0.80]:
    print(f"probability {p:.2f} = logit {math.log(p / (1 - p)):5.2f}")
print(f"logit 0.5 = probability {my_sigmoid(0.5):.2f}")
print("labels on the test split, logits above 0.5:", (test_logits > 0.5).sum())
print("labels on the test split, logits above 0:  ", (test_logits > 0).sum())
unsure = (np.abs(test_logits) < 1).sum()
print(f"logits between -1 and 1: {unsure} of {test_logits.size}")

# %% [markdown]
# This tagger is sure of nearly everything, so the slip costs it next to nothing. On a tagger that is less
# sure, or with a threshold of 0.3, it costs more.
#
# ## When it breaks
#
# **Integer targets.** Zeros and ones look like whole numbers, and many tools hand them over as
# such. The loss multiplies them with logarithms and wants floats. This cell fails, and is meant to:

# %%
integer_labels = torch.tensor([[0, 1, 1, 0], [0, 0, 0, 0], [1, 0, 0, 0]])
with course.expect_error(RuntimeError):
    tagger.model(**batch, labels=integer_labels)

# %% [markdown]
# "Long" is torch's name for 64-bit whole numbers. The fix is one call, `.float()`:

# %%
integer_labels = torch.tensor([[0, 1, 1, 0], [0, 0, 0, 0], [1, 0, 0, 0]])
with torch.no_grad():
    fixed = tagger.model(**batch, labels=integer_labels.float()).loss
print(f"{integer_labels.dtype} -> {integer_labels.float().dtype}, loss {fixed:.4f}")

# %% [markdown]
# That error was loud, and so it was kind. The next two are silent.
#
# **Sigmoid twice.** Somebody's function returns probabilities already, and you apply sigmoid to
# them again. **Guess first:** where do the values end up?

# %%
twice = activations.sigmoid(probabilities["sigmoid"])
labels_given = (twice > 0.5).sum(axis=1)
print(f"lowest {twice.min():.2f}, highest {twice.max():.2f}")
print(f"labels per text, on average: {labels_given.mean():.1f} of {twice.shape[1]}")

# %% [markdown]
# A probability lies between 0 and 1, and as a logit that is a short stretch on the positive side.
# So nothing comes out below 0.5, and nearly everything above it. (From a probability very near 0 comes
# exactly 0.5: so small a step above 0.5 does not fit into 32 bits.) If your tagger says yes to everything, count your
# sigmoids.
#
# **Sigmoid inside the loss too.** `BCEWithLogitsLoss` applies sigmoid by itself. Feed it
# probabilities, and it treats them as logits. **Guess first:** what is the loss of a model that is
# perfect, with probability 1 for each true label and 0 for each false one?

# %%
loss_function = torch.nn.BCEWithLogitsLoss()
truth = torch.tensor(targets, dtype=torch.float32)
perfect = truth.clone()  # the probabilities of a model that makes no mistake
cases = {
    "one true label, probability 1": (torch.ones(1), torch.ones(1)),
    "one false label, probability 0": (torch.zeros(1), torch.zeros(1)),
    "test split, perfect probabilities": (perfect, truth),
    "test split, our tagger's logits": (torch.tensor(test_logits), truth),
}
for name, (model_says, right) in cases.items():
    print(f"{name:34} loss {loss_function(model_says, right):.2f}")

# %% [markdown]
# Perfection scores worse than our tagger. No training can bring this loss below the third line,
# because its sigmoid never sees anything outside 0 to 1. The symptom is a loss that sinks a little
# and then sticks, with no error raised. The rule: **logits into the loss; sigmoid once, at the end,
# for people.**
#
# ## From practice: when softmax is right
#
# Softmax is not the villain. If every text has *exactly one* label, the task is **multi-class**:
# which language is this, which of ten shelves does the parcel go on. Then competition is the truth,
# and knowing it helps, as you saw on the texts with one label.
#
# Its loss is cross-entropy: $-\log$ of the one softmax probability that should be high. The target
# is the position of that label, a whole number this time.

# %%
position = torch.tensor([0])  # the third text has the label at position 0, sports
theirs = functional.cross_entropy(as_tensor[2:], position).item()
ours = -np.log(my_softmax(logits[2].astype(float))[0])
print(f"label {names[0]}, cross-entropy equal to 1e-6: {abs(theirs - ours) < 1e-6}")
assert abs(theirs - ours) < 1e-6

# %% [markdown]
# | | multi-label | multi-class |
# |---|---|---|
# | a text has | none, one or more labels | exactly one |
# | activation | sigmoid | softmax |
# | loss | `BCEWithLogitsLoss` | `CrossEntropyLoss` |
# | targets | a row of 0.0 and 1.0 | one position, a whole number (or shares that sum to 1) |
# | prediction | all above their thresholds | the highest |
# | `problem_type` | `multi_label_classification` | `single_label_classification` |
#
# **Not exclusive is not the same as independent.** A tutorial you may meet says that sigmoid is for
# labels that are independent. That is too strong. *Independent* would mean that one label tells you
# nothing about another. Look at two labels of newsdesk:

# %%
train = data.load_newsdesk(labels=["music", "entertainment"], split="train")
music, entertainment = np.array(train["labels"][:]).T == 1
print(f"entertainment among all texts:   {entertainment.mean():.2f}")
print(f"entertainment among music texts: {entertainment[music].mean():.2f}")
print(f"texts with both: {(music & entertainment).sum()}")

# %% [markdown]
# Those two are far from independent, and sigmoid is still right for them: texts with both exist.
# All it takes is labels that do not *exclude* each other. That they go together the model
# learns from the texts: what speaks for music mostly speaks for entertainment too.
#
# And the product in step 1 of the loss, which multiplied the answers of one text? It does assume something: that
# the answers are independent *given the text*, that is, that once the text is read, knowing one answer
# tells nothing new about another. This is a milder claim, and still not always true: a text whose
# sense is unclear may be about both or about neither. The loss then trains each label's own
# probability rightly. What it cannot give you is the probability of *both together*; the product of the
# two is only a guess at it.
#
# ## Check your understanding
#
# 1. A reader changes the threshold from 0.5 to 0.3. Do more or fewer labels come out, and why?
# 2. Your label set grows from 4 to 20. Two labels of a text are equally true. What is the highest
#    probability that softmax can give them?
#
# Answer both before you open this.
#
# <details><summary>Answer</summary>
#
# 1. More, or as many: never fewer. The probabilities stay as they are, and the bar they have to
#    clear is lower. What was above 0.5 is above 0.3 too, and what lies between the two comes in
#    new.
# 2. One half, with 20 labels as with 4: the two are equal and cannot sum to more than 1. They reach
#    it only if the other labels get nothing. And every further label takes a share of its own,
#    however small, so with more labels the two end up lower at the same logits. Sigmoid gives the
#    two the same probability, however many labels stand beside them.
#
# The cell below computes both.
#
# </details>

# %%
for threshold in [0.5, 0.3]:
    print(f"threshold {threshold}: {(probabilities['sigmoid'] > threshold).sum()} labels")

for n_labels in [4, 20]:
    for others in [-1.0, -20.0]:
        many = np.full(n_labels, others)
        many[:2] = 3.0  # two labels equally true
        print(
            f"{n_labels} labels, the others at {others:.0f}: "
            f"softmax {my_softmax(many)[0]:.2f}, sigmoid {my_sigmoid(many)[0]:.2f}"
        )

# %%
exercises.questions("04")

# %% [markdown]
# ## Exercises
#
# [Exercises for this chapter](../exercises/04_sigmoid_versus_softmax.ipynb): both activations and
# the loss by your own hand, and the slips that everybody makes. They say *why* when an answer is
# wrong.
#
# ## Next
#
# You know what the model should make small. [Chapter {training}](05_training.ipynb) makes it small: you train a head of your own,
# watch the loss leave log 2, and find out whether a plain baseline that counts words was better all
# along.
