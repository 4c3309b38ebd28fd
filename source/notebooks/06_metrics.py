# %% [markdown]
# # 6 · Metrics
#
# {badge}
#
# "How good is it?" has many honest answers and one that flatters every tagger. After this chapter
# you know which number to trust, whom it hides, and how far it may be off.
#
# | minutes | needs | after this you can |
# |---|---|---|
# | 80 | chapter {training} | say how good a tagger is, for whom, and how sure you are; read its mistakes |

# %%
# {setup}

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from helpers import activations, course, data, exercises, metrics, models, plots, thresholds

course.start("06")

# %% [markdown]
# ## Warm-up
#
# A few questions from earlier chapters. Answer from memory, then go on.

# %%
exercises.warm_up("06")

# %% [markdown]
# ## Why it matters
#
# Your tagger runs. Somebody asks how good it is, and one number goes on a slide. Whoever chose that
# number has decided which mistakes count and whose labels are allowed to fail.
#
# A **metric** is a function that takes the targets (the right answers) and the predictions, and
# returns such a number. Here are the course's tagger and newsdesk's test texts, which it has never
# learned from. Tagging takes about five seconds.

# %%
import sklearn

tagger = models.load_tagger()
names = tagger.label_names
test = data.load_newsdesk(split="test")
texts, targets = list(test["text"]), np.array(test["labels"][:]).astype(int)
logits = models.predict_logits(tagger.model, tagger.tokenizer, texts)
probabilities = activations.sigmoid(logits)
predictions = (probabilities > 0.5).astype(int)
print(f"targets {targets.shape}, probabilities {probabilities.shape}, scikit-learn", end=" ")
print(sklearn.__version__)

# %% [markdown]
# Two tables of 0 and 1 with the same shape, a row for each text, a column for each label. What you
# do next with those two tables is this whole chapter. In the code, `sk` is scikit-learn's module of
# metrics, and `metrics` the course's own helper. You build the main ones by hand before you use
# either.
#
# ## The number that flatters
#
# The first idea that everybody has: count the right decisions. That share is called **accuracy**.
# To see what it is worth, send in a rival that has read nothing. It says "no" to every label of
# every text.
#
# **Guess first.** What share of its decisions is right?

# %%
no_sayer = np.zeros_like(targets)
for who, answers in {"tagger": predictions, "no-sayer": no_sayer}.items():
    right = answers == targets
    print(f"{who:9} right decisions {right.mean():.2f}", end="   ")
    print(f"labels found {(answers * targets).sum()} of {targets.sum()}")

# %% [markdown]
# The no-sayer has found nothing and looks respectable. Most labels do not apply to most texts, so
# most right decisions are a "no" that cost nobody any thought. With more labels it becomes worse.
# These are the same texts with all twenty labels of newsdesk:

# %%
test_20 = data.load_newsdesk(labels=data.NEWSDESK_LABELS, split="test")
targets_20 = np.array(test_20["labels"][:]).astype(int)
right_20 = np.zeros_like(targets_20) == targets_20
print(f"no-sayer on {targets_20.shape[1]} labels: right decisions {right_20.mean():.2f}")
cardinality = targets_20.sum(axis=1).mean()
print(f"labels per text (cardinality) {cardinality:.2f}, 1 - cardinality / labels =", end=" ")
print(f"{1 - cardinality / targets_20.shape[1]:.2f}")

# %% [markdown]
# The last number is no accident. Of all decisions, the share that should be a yes is cardinality divided
# by the number of labels. The no-sayer is wrong in these and right in all others:
# $1 - \text{cardinality} / \text{labels}$. Before you admire an accuracy, work this out. It takes no model.
#
# You may meet the same number upside down. **Hamming loss** is the share of *wrong* decisions. It
# is as blind as accuracy is.
#
# **Subset accuracy** is the strict sister: a text counts only if its whole row is right, every label
# and no other. scikit-learn's `accuracy_score` computes this one when it is given several labels,
# so its name promises one thing and it does another. **Guess first:** does the no-sayer score zero
# now?

# %%
from sklearn import metrics as sk

for who, answers in {"tagger": predictions, "no-sayer": no_sayer}.items():
    print(f"{who:9} subset accuracy {sk.accuracy_score(targets, answers):.2f}", end="   ")
    print(f"Hamming loss {sk.hamming_loss(targets, answers):.2f}")
print("texts without a label:", (targets.sum(axis=1) == 0).sum(), "of", len(targets))

# %% [markdown]
# Not zero: the texts that have no label are right for free. Subset accuracy is a good number for
# one question, "how many texts need no hand after the tagger?" It is a bad one for others: a row
# with one small mistake counts as much as a row that is all wrong.
#
# ## The idea: count four things
#
# Take one label, *sports*, and sort its decisions into four heaps:
#
# | | the tagger said yes | the tagger said no |
# |---|---|---|
# | **it is sports** | true positive (TP), a find | false negative (FN), a miss |
# | **it is not** | false positive (FP), a false alarm | true negative (TN), no news |

# %%
true, said = targets[:, 0] == 1, predictions[:, 0] == 1  # below, & means "both" and ~ means "not"
tp, fn = (true & said).sum(), (true & ~said).sum()
fp, tn = (~true & said).sum(), (~true & ~said).sum()
print(f"{names[0]}: TP {tp}, FN {fn}, FP {fp}, TN {tn}, together {tp + fn + fp + tn}")

# %% [markdown]
# The true negatives are what made accuracy look good. Leave them out, and three useful measures
# are left:
#
# - **Precision**: of all that were tagged sports, the share that is sports. False alarms lower it.
# - **Recall**: of all that is sports, the share that was tagged. Misses lower it.
# - **F1**: one number from both, $\dfrac{2\,TP}{2\,TP + FP + FN}$. It is high only when both are
#   high: F1 lies between the two, and nearer to the lower one.

# %%
precision, recall = tp / (tp + fp), tp / (tp + fn)
f1 = 2 * tp / (2 * tp + fp + fn)
print(f"precision {precision:.2f}, recall {recall:.2f}, F1 {f1:.2f}")
assert np.isclose(f1, 2 * precision * recall / (precision + recall))
for p, r in [(0.9, 0.9), (1.0, 0.1), (0.5, 1.0)]:
    print(
        f"precision {p:.2f}, recall {r:.2f}: mean {(p + r) / 2:.2f}, F1 {2 * p * r / (p + r):.2f}"
    )

# %% [markdown]
# Look at the last two lines. A plain mean lets the high one hide the low one. F1 is the harmonic
# mean, twice the product over the sum, and stays nearer to the low one. It is not proof against everything: the last line could come
# from a tagger that says yes to every text, where half of them have the label. So know what "yes to
# all" would score before you are pleased with an F1.
#
# ## See it run: all labels
#
# scikit-learn has these metrics, tested for years; use them. `average=None` means "do not average,
# give me every label". First see that it counts as you do.

# %%
counts = sk.multilabel_confusion_matrix(targets, predictions)  # for each label [[TN, FP], [FN, TP]]
assert counts[0].tolist() == [[tn, fp], [fn, tp]]
assert np.isclose(sk.precision_score(targets, predictions, average=None)[0], precision)
assert np.isclose(sk.recall_score(targets, predictions, average=None)[0], recall)
each_f1 = sk.f1_score(targets, predictions, average=None)
assert np.isclose(each_f1[0], f1)
print(dict(zip(names, each_f1.round(2).tolist(), strict=True)))

# %% [markdown]
# One helper puts it in a table that a person can read. `positives` counts the texts that have the
# label, `predicted` those that were given it. The numbers are scikit-learn's.

# %%
table = metrics.per_label(targets, predictions, names)
assert np.allclose(table["f1"], each_f1)
table.round(2)

# %% [markdown]
# Read it by row. Whose label is the weakest? And does that label have more false alarms or more
# misses? Where `predicted` is above `positives`, there are more false alarms than misses.
#
# The same four heaps for every label, as a figure. Dark means many texts.

# %%
figure, axes = plt.subplots(1, len(names), figsize=(9, 3), sharey=True, layout="constrained")
for axis, name, heap in zip(axes, names, counts, strict=True):
    axis.imshow(heap, cmap="Blues", vmax=len(targets))
    for (i, j), n in np.ndenumerate(heap):
        axis.text(j, i, n, ha="center", va="center", color="white" if n > 200 else "black")
    axis.set(xticks=[0, 1], yticks=[0, 1], xticklabels=["no", "yes"], yticklabels=["no", "yes"])
    axis.set(title=name, xlabel="the tagger says")
axes[0].set_ylabel("it is")
plt.show()
print("The figure shows: for each label, misses and false alarms beside the finds.")
for name, ((_, alarms), (misses, finds)) in zip(names, counts, strict=True):
    print(f"  {name}: {finds} found, {misses} missed, {alarms} false alarms")

# %% [markdown]
# The table is the answer to "how good is it?". Everything that follows squeezes it into one number,
# and every squeeze loses something.
#
# ## Four ways to average
#
# - **macro**: the mean of the labels' F1. Every *label* has one vote.
# - **micro**: pour the TP, FP and FN of all labels together, then compute one F1. Every find, miss
#   and false alarm counts alike, whichever label it belongs to, so common labels have most of the
#   say.
# - **weighted**: the mean of the labels' F1, each weighted by its positives.
# - **samples**: an F1 for each *text* over its row, then the mean over texts.

# %%
by_hand = {
    "micro": 2 * counts[:, 1, 1].sum() / (targets.sum() + predictions.sum()),
    "macro": each_f1.mean(),
    "weighted": (each_f1 * targets.sum(axis=0)).sum() / targets.sum(),
}
for average in ["micro", "macro", "weighted", "samples"]:
    score = sk.f1_score(targets, predictions, average=average, zero_division=0)
    if average in by_hand:  # samples has its own section, next
        assert np.isclose(score, by_hand[average])
    print(f"{average:9} F1 {score:.2f}")

# %% [markdown]
# In the micro line, $2\,TP + FP + FN$ is written as all true labels plus all predicted ones: that
# is the same sum, since each find is in both.
#
# Three agree, because the four labels are about equally common and the tagger is about equally good
# at them. The fourth does not. Why?
#
# ## Common gotcha: a row without labels
#
# For samples-F1 every text needs an F1 of its own. Now take a text that has no label and was given
# none: a perfect answer. $TP$, $FP$ and $FN$ are all 0, so F1 is 0 divided by 0. Somebody has to
# decide what that is, and that somebody is the argument `zero_division`.
#
# **Guess first:** by how much can one argument change the result?

# %%
both_empty = (targets.sum(axis=1) == 0) & (predictions.sum(axis=1) == 0)
print(f"no label and none given: {both_empty.sum()} of {len(targets)} texts")
for value in [0, 1]:
    score = sk.f1_score(targets, predictions, average="samples", zero_division=value)
    print(f"zero_division={value}: samples-F1 {score:.2f}")

# %% [markdown]
# The same predictions, and two results that are far apart. With 0, each of these texts counts as a
# complete failure, though nothing is wrong with it. Where texts without labels exist, **say which
# `zero_division` a samples-F1 was made with, or do not report it**. The course's helpers use 0
# everywhere, which never flatters, and they say so.
#
# If you pass nothing, scikit-learn takes 0 and warns. Catch the warning to read it in peace:

# %%
import warnings

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    sk.f1_score(targets, predictions, average="samples")
for warning in caught:
    print(f"{warning.category.__name__}: {warning.message}")

# %% [markdown]
# It is no error, and it is no noise either. It says: *this number holds a decision that you did not
# make.*
#
# ## When it breaks: micro and macro disagree
#
# Now a harder case: all twenty labels, some of them rare, and chapter {training}'s plain baseline. It counts
# the words of a text (TF-IDF: words that few texts have count more) and adds them up to a logit with
# weights that it has learned (logistic regression), for every label on its own. Its settings are
# those that chapter {training} chose on the validation split, for the first four labels. Training it takes
# about five seconds.

# %%
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline

train_20 = data.load_newsdesk(labels=data.NEWSDESK_LABELS, split="train")
question = LogisticRegression(C=10, class_weight="balanced", max_iter=10_000, tol=1e-6)
baseline = make_pipeline(TfidfVectorizer(sublinear_tf=True), OneVsRestClassifier(question))
baseline.fit(list(train_20["text"]), np.array(train_20["labels"][:]))
probabilities_20 = baseline.predict_proba(texts)
predictions_20 = (probabilities_20 > 0.5).astype(int)
for average in ["micro", "weighted", "macro"]:
    score = sk.f1_score(targets_20, predictions_20, average=average, zero_division=0)
    print(f"{average:9} F1 {score:.2f}")

# %% [markdown]
# Micro is well above macro. That gap has one usual meaning: *on the whole, the common labels do better than
# the rare ones.* Who is it? **Guess first:** how many labels have an F1 below one half? Then look.

# %%
table_20 = metrics.per_label(targets_20, predictions_20, data.NEWSDESK_LABELS)
print((table_20["f1"] < 0.5).sum(), "of", len(table_20), "labels have an F1 below 0.5")
table_20.sort_values("positives", kind="stable").round(2)

# %% [markdown]
# Not every rare label does badly: *film* and *education* have a higher F1 here than the common *technology*. Read the rows, not
# the rule. Precision is high for most labels, recall is not: the baseline prefers to stay silent. The
# reader of the environment page pays for it. Of what belongs on that page hardly anything gets there:

# %%
import textwrap

environment = data.NEWSDESK_LABELS.index("environment")
for i in np.flatnonzero(targets_20[:, environment])[:4]:
    given = np.array(data.NEWSDESK_LABELS)[predictions_20[i] == 1]
    print(textwrap.fill(texts[i], 80), f"    given: {', '.join(given) or 'no label'}", sep="\n")

# %% [markdown]
# How loud do the averages cry about such a thing? Here is an experiment. Silence the four rarest
# labels (of those that tie, the first in the table): never predict them again. For the readers of those pages the product is dead.
#
# **Guess first:** how far does micro-F1 fall, and how far macro-F1?

# %%
rare = np.argsort(targets_20.sum(axis=0), kind="stable")[:4]
silenced = predictions_20.copy()
silenced[:, rare] = 0
print("silenced:", ", ".join(data.NEWSDESK_LABELS[j] for j in rare), end="; ")
print(f"{targets_20[:, rare].sum()} of {targets_20.sum()} true labels")
before_after = pd.DataFrame(
    {
        "before": metrics.summary(targets_20, predictions_20),
        "silenced": metrics.summary(targets_20, silenced),
    }
)
before_after.round(2)

# %% [markdown]
# `summary` is the second helper: all the squeezed numbers at once, so that none of them can be
# chosen for its looks.
#
# Macro-F1 cries out. Micro-F1 falls by less than half as much, and Hamming loss hardly moves. So:
#
# - **micro** speaks for all finds and mistakes in one pot. Right if every label given is worth the
#   same to you.
# - **macro** speaks for the average *label*. Right if every page has readers of its own.
# - **weighted** sounds fair and sides with the common labels, as micro does.
# - **samples** speaks for the average *text*, if you settle the empty rows.
#
# Look at the last two lines of the table as well: far more texts got no label than have none. A gap
# between the two is the cheapest alarm there is, and needs no F1 at all.
#
# A label that is never predicted has a precision of 0 divided by 0. That is another place where
# scikit-learn warns:

# %%
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    sk.precision_score(targets_20, silenced, average="macro")
for warning in caught:
    print(f"{warning.category.__name__}: {warning.message}")

# %% [markdown]
# ## Scores, before any threshold
#
# F1 needs predictions, and predictions need a threshold. So a low F1 has two usual causes: the
# model cannot tell the texts apart, or it can and the threshold is in the wrong place. To find out,
# look at the *order* in which its probabilities put the texts. Two metrics do.
#
# **ROC AUC**: draw one text that has the label and one that has not. How often does the first have
# the higher probability? 1 is perfect order, 0.5 is dice; a tie counts as half. (The name is short for "area under the
# receiver operating characteristic curve"; the pairs say the same.)

# %%
scores = probabilities[:, 0]
positives, negatives = scores[targets[:, 0] == 1], scores[targets[:, 0] == 0]
pairs = positives[:, None] > negatives[None, :]
auc = sk.roc_auc_score(targets[:, 0], scores)
assert np.isclose(pairs.mean(), auc)
print(f"{names[0]}: {pairs.size} pairs, {pairs.sum()} in the right order, ROC AUC {auc:.2f}")

# %% [markdown]
# **Average precision**: walk down the list of texts, the most probable first. Each time you come to
# one that has the label, note the precision so far. The mean of these notes is average precision.
# False alarms near the top cost the most.

# %%
order = np.argsort(-scores)
found = targets[order, 0]
precision_so_far = found.cumsum() / np.arange(1, len(found) + 1)
by_hand_ap = precision_so_far[found == 1].mean()
assert np.isclose(by_hand_ap, sk.average_precision_score(targets[:, 0], scores))
print(f"first ten of the list: {found[:10]}, average precision {by_hand_ap:.2f}")

# %% [markdown]
# Where those notes come from can be drawn: recall so far along the one axis, precision so far along the
# other, for every place at which you might stop. This is the **precision-recall curve**; average
# precision is the area below its steps. Here is the tagger's for *sports*, and the rare label *food* for the
# baseline of the last section.

# %%
food = data.NEWSDESK_LABELS.index("food")
curves = {
    f"tagger, {names[0]}": (targets[:, 0], scores, plots.MAIN, "-"),
    "baseline, food": (targets_20[:, food], probabilities_20[:, food], plots.SECOND, "--"),
}
twin = []
for name, (y, p, color, style) in curves.items():
    precision_at, recall_at, _ = sk.precision_recall_curve(y, p)
    plt.step(recall_at, precision_at, style, color=color, label=name, where="post")
    half = precision_at[recall_at >= 0.5].max()
    twin.append(f"  {name}: with half of the labels found or more, precision up to {half:.2f}")
plt.gca().set(xlabel="recall", ylabel="precision", title="Precision-recall curves on test texts")
plt.legend(frameon=False)
plt.show()
print("The figure shows:", *twin, sep="\n")

# %% [markdown]
# If what you build shows a list and people look at its first ten, the curve's beginning is all that
# counts. **Precision at k** is the precision among the first k: of ten shown, how many are right. It
# needs no threshold, and says nothing about what stands at place eleven.
#
# The third helper gives average precision and ROC AUC for every label. Here for the baseline and some of its rare labels,
# beside the F1 you know. **Guess first:** can a label with a poor F1 have a good order?

# %%
order_20 = metrics.ranking(targets_20, probabilities_20, data.NEWSDESK_LABELS)
order_20["f1"] = table_20["f1"]
chosen = ["health", "environment", "science", "food", "music"]
order_20.loc[chosen].drop(columns="note").round(2)

# %% [markdown]
# Two things to read off:
#
# - *health* is in good order on these few texts, and still most of them were missed. The order is
#   there; the threshold hides it. That can be fixed without any training, and chapter {thresholds}
#   shows how.
# - *food* has a good ROC AUC and a poor average precision. When a label is rare, the
#   negatives are so many that those above a true one are a small share of all pairs; but they are
#   what a person meets at the top of the list. **For rare labels read average precision beside ROC
#   AUC.** It too is unsure where texts are few, and what counts as good depends on how common the
#   label is. So compare it with what dice would score, about the share of texts that have the label:

# %%
for name in ["health", "environment", "food"]:
    share = order_20.loc[name, "positives"] / len(targets_20)
    print(f"{name}: dice {share:.2f}, baseline {order_20.loc[name, 'average precision']:.2f}")

# %% [markdown]
# And if the label does not occur at all? In a small test set that happens. Then there is no pair and
# no list, and no number would be true. The helper says NaN ("not a number"), says why, and leaves
# the label out of the mean. Here are the first forty texts alone:

# %%
few = metrics.ranking(targets_20[:40], probabilities_20[:40], data.NEWSDESK_LABELS)
few[few["note"] != ""].round(2)

# %% [markdown]
# ## Common gotcha: the wrong table goes in
#
# Now the mistakes that everybody makes once. Loud ones first. F1 of the probabilities, the
# threshold forgotten:

# %%
with course.expect_error(ValueError):
    sk.f1_score(targets, probabilities, average="macro")

# %% [markdown]
# Read it from the back: *continuous* is your table of probabilities. The fix is
# `probabilities > 0.5`. Next, `average` forgotten:

# %%
with course.expect_error(ValueError):
    sk.f1_score(targets, predictions)

# %% [markdown]
# The default is for a problem with two classes. You have several labels, and scikit-learn will not
# choose an average for you. Good.
#
# Now the silent ones. **Guess first:** the order metrics of before, but given the 0/1 predictions
# instead of the probabilities. An error, a warning, or a number?

# %%
for name, metric in {
    "ROC AUC": sk.roc_auc_score,
    "average precision": sk.average_precision_score,
}.items():
    right = metric(targets, probabilities, average="macro")
    wrong = metric(targets, predictions, average="macro")
    print(f"{name}: {right:.2f} on probabilities, {wrong:.2f} on predictions")

# %% [markdown]
# A number, and a wrong one. Two values leave little to put in order: among texts with the same
# answer every pair is a tie. No message will tell you. The helper does:

# %%
with course.expect_error(TypeError):
    metrics.ranking(targets, predictions, names)

# %% [markdown]
# Two more without a sound. Exchange targets and predictions, and precision becomes recall. Cut out
# one label as a column of a table, and scikit-learn takes it for a problem with two classes, "yes"
# and "no", and averages over *both*.

# %%
right, swapped = (targets, predictions), (predictions, targets)
print(f"recall     {sk.recall_score(*right, average='macro'):.4f}")
print(f"precision  {sk.precision_score(*right, average='macro'):.4f}")
print(f"exchanged: precision {sk.precision_score(*swapped, average='macro'):.4f}")
column = sk.f1_score(targets[:, [0]], predictions[:, [0]], average="macro")
print(f"F1 of {names[0]} is {each_f1[0]:.2f}; of its column with average='macro' {column:.2f}")
print(f"helper: {metrics.summary(targets[:, [0]], predictions[:, [0]])['macro-F1']:.2f}")

# %% [markdown]
# So the order is always *targets first*, and for one label pass scikit-learn `targets[:, 0]`, with
# one axis, and no `average`. The course's helpers take a column for one label, as the last line
# shows: the mean over one label is that label's own F1.
#
# ## How sure are you?
#
# All those numbers come from these test texts. Other texts of the same kind would have given
# others. How different? You have no other texts. But you can draw from those you have: as many as
# there are, **with replacement**, so that some come twice and some not at all. Compute the metric,
# draw again, a thousand times. This is the **bootstrap**, and the middle 95 percent of the results
# are an **interval**.
#
# Draw whole *texts*, never single decisions: the labels of one text came together, and must go
# together.
#
# **Guess first:** macro-F1 of the tagger, give or take how much?


# %%
def macro_f1(targets, predictions):  # by hand: scikit-learn's checks would run a thousand times
    hits = (targets * predictions).sum(axis=0)
    return (2 * hits / (targets.sum(axis=0) + predictions.sum(axis=0))).mean()


rng = np.random.default_rng(0)
drawn = []
for _ in range(1000):
    rows = rng.integers(len(targets), size=len(targets))
    drawn.append(macro_f1(targets[rows], predictions[rows]))
low, high = np.quantile(drawn, [0.025, 0.975])
print(f"macro-F1 {macro_f1(targets, predictions):.2f}, interval {low:.2f} to {high:.2f}")

# %%
plt.hist(drawn, bins=25, color=plots.MAIN, rwidth=0.9)
for end in (low, high):
    plt.axvline(end, color=plots.MARK, ls="--")
plt.title("Macro-F1 of the tagger on a thousand draws of the test texts")
plt.gca().set(xlabel="macro-F1 (dashed: the middle 95 percent)", ylabel="draws")
plt.show()
plots.twin(
    f"{len(drawn)} draws in one hump, from {min(drawn):.2f} to {max(drawn):.2f}, "
    f"middle {np.median(drawn):.2f}; 95 percent lie between {low:.2f} and {high:.2f}."
)

# %% [markdown]
# The fourth helper does the same faster, because it never copies the tables: it counts how often
# each text was drawn and multiplies. The same seed (the number that starts the random generator)
# draws the same texts, so the numbers must be equal to yours.

# %%
interval = metrics.bootstrap(targets, predictions, "macro-F1", seed=0)
assert np.allclose(interval.values, drawn)
assert np.allclose([interval.low, interval.high], [low, high])
print("macro-F1       ", interval)
print("subset accuracy", metrics.bootstrap(targets, predictions, "subset accuracy"))

# %% [markdown]
# A third decimal of that F1 would be decoration.
#
# And for one label? What counts is how many texts *have* it. Here are the baseline's twenty labels,
# rarest at the top, the number of positives beside each name. **Guess first:** how wide is the
# interval of a label with about twenty positives?

# %%
by_count = table_20["positives"].to_numpy().argsort(kind="stable")
rows, intervals = [], []
for j in by_count:
    pair = targets_20[:, [j]], predictions_20[:, [j]]  # one column each: F1 of this label
    intervals.append(metrics.bootstrap(*pair, "macro-F1"))
    rows.append(f"{data.NEWSDESK_LABELS[j]} ({table_20['positives'].iloc[j]})")
plots.plot_intervals(rows, {"baseline": intervals}, "F1 with its interval, rarest label first")

# %% [markdown]
# For most labels the interval is a third of the scale wide, or wider: the F1 that you read may be off by a
# sixth either way. This is the price of macro-F1: it gives a vote to labels
# about which you know little. To know more, collect test texts for *them*.
#
# One interval needs a second look: that of a label which was silenced above. **Guess first:** how
# wide is it?

# %%
print(metrics.bootstrap(targets_20[:, rare[:1]], silenced[:, rare[:1]], "macro-F1"))

# %% [markdown]
# No width at all. Here that is right: you silenced it, so its F1 is zero on any texts. But the same line
# comes out for a label that merely was not found once in *these* texts, or whose few texts were all found and no others, and then
# nothing is as sure as it looks. **The bootstrap cannot imagine what your texts do not contain.**
#
# ## Is the tagger better than the baseline?
#
# The first four of the baseline's twenty labels are the tagger's four. Here are the figures that
# the tagger's card states for both. This is where they come from.

# %%
rival = predictions_20[:, :4]
stated = {}
for who, answers in {"tagger": predictions, "baseline": rival}.items():
    stated[who] = metrics.summary(targets, answers)[["micro-F1", "macro-F1", "subset accuracy"]]
    f1_rows = metrics.per_label(targets, answers, names)["f1"].rename("F1 {}".format)
    stated[who] = pd.concat([stated[who], f1_rows])
pd.DataFrame(stated).map("{:.2f}".format)

# %%
sides = {"tagger": predictions, "baseline": rival}
f1_intervals = {
    who: [metrics.bootstrap(targets[:, [j]], side[:, [j]], "macro-F1") for j in range(4)]
    for who, side in sides.items()
}
plots.plot_intervals(names, f1_intervals, "F1 of each label: tagger and baseline")

# %% [markdown]
# Some intervals overlap. It is tempting to say "so there is no difference". **Do not compare two
# intervals.** Both taggers met the same texts, and a hard text is hard for both. What you want is
# the interval of the *difference*, both measured on the same draw, again and again. This is the
# **paired bootstrap**.

# %%
print("macro-F1:", metrics.bootstrap(targets, predictions, "macro-F1", rival=rival))
for j, name in enumerate(names):
    gain = metrics.bootstrap(targets[:, [j]], predictions[:, [j]], "macro-F1", rival=rival[:, [j]])
    side = "better" if gain.value > 0 else "worse"
    end = gain.low if gain.value > 0 else -gain.high  # the end on the side of 0
    verdict = "too close to call" if abs(end) < 0.01 else side if end > 0 else "not decided"
    print(f"{name}: {gain.value:.3f} ({gain.low:.3f} to {gain.high:.3f}) {verdict}")

# %% [markdown]
# The difference in macro-F1 is well away from 0: with both at threshold 0.5, the tagger is better.
# Part of that may be the baseline's threshold rather than what it knows; chapter {thresholds} has the tools to
# ask. Where an interval holds 0, the cell would print "not decided": these texts could not tell the two
# apart, and an honest report says so. *Not decided* is not *equal*: more texts might decide it. And four
# comparisons are four chances for luck: trust the one far from 0 more than the one that is close to it.
#
# Compare the line for politics with the figure: two intervals that overlap, and a difference whose
# interval ends so near to 0 that another seed of the bootstrap may put that end on the other side. A verdict
# that hangs on a seed is none, so the cell says "too close to call".
#
# What no interval covers: texts of another kind than newsdesk's, targets that are wrong, and the
# luck of the training run. And it holds for a metric that you chose *before* you saw the result.
#
# Now the question about the threshold. Give both their best ones, chosen on the *validation* texts by
# the helper `best_f1` (chapter {thresholds} opens it), and judge on test.

# %%
validation = data.load_newsdesk(split="validation")
others = list(validation["text"])
y_others = np.array(validation["labels"][:]).astype(int)
tagger_logits = models.predict_logits(tagger.model, tagger.tokenizer, others)
tuned = {
    "tagger": activations.sigmoid(tagger_logits),
    "baseline": baseline.predict_proba(others)[:, :4],
}
print({who: p.shape for who, p in tuned.items()})

# %%
at_best = {
    who: (p > thresholds.best_f1(y_others, tuned[who]).thresholds).astype(int)
    for who, p in {"tagger": probabilities, "baseline": probabilities_20[:, :4]}.items()
}
for who, answers in at_best.items():
    print(f"{who:9} macro-F1 at 0.5 {macro_f1(targets, sides[who]):.2f}", end="; ")
    print(f"with tuned thresholds {macro_f1(targets, answers):.2f}")
for who, answers in at_best.items():
    gain = metrics.bootstrap(targets, answers, "macro-F1", rival=sides[who])
    print(f"{who:9} gained by tuning {gain.value:+.3f} ({gain.low:+.3f} to {gain.high:+.3f})")
gap = metrics.bootstrap(targets, at_best["tagger"], "macro-F1", rival=at_best["baseline"])
print("tagger above baseline, both tuned:", gap)

# %% [markdown]
# With both tuned the tagger stays well ahead. So the threshold explains at most a small part of the gap;
# the rest is what the tagger knows.
#
# ## Read the mistakes
#
# Numbers say how many. Texts say why. Sort the wrong decisions by how sure the tagger was of them, and
# read from the top. **Guess first:** will you agree with the targets?

# %%
sure = np.where(targets == 1, 1 - probabilities, probabilities)  # how far on the wrong side
worst = np.dstack(np.unravel_index(np.argsort(-sure, axis=None), sure.shape))[0]
for i, j in worst[:6]:
    word = "missed" if targets[i, j] else "false alarm"
    print(
        textwrap.fill(texts[i], 80),
        f"    {names[j]}: {word}, p {probabilities[i, j]:.2f}",
        sep="\n",
    )

# %% [markdown]
# Some are plain mistakes, and some are texts on which you might have argued for the tagger. Argue with
# the [guideline](../src/helpers/files/GUIDELINE.md) in hand, and change a target only if it breaks the
# guideline, never because a model says otherwise.
#
# Next, are the mistakes spread evenly? Cut the test texts into **slices** and count, in each, the texts
# with all four labels right: by the kind of text, and by its length.

# %%
rows_of_csv = pd.read_csv(data.FOLDER / "newsdesk.csv").query("split == 'test'")
all_right = (predictions == targets).all(axis=1)
n_words = np.array([len(text.split()) for text in texts])
longest = np.quantile(n_words, [0, 1 / 3, 2 / 3, 1])
lengths = pd.cut(n_words, longest, include_lowest=True, labels=["short", "middle", "long"])
rng, rows = np.random.default_rng(0), {}
for slices in (rows_of_csv["kind"].to_numpy(), np.array(lengths)):
    for name in np.unique(slices):
        ours = all_right[slices == name]
        resampled = rng.choice(ours, (1000, len(ours))).mean(axis=1)
        bottom, top = np.quantile(resampled, [0.025, 0.975])
        rows[name] = [len(ours), f"{ours.mean():.2f}", f"{bottom:.2f} to {top:.2f}"]
print(f"all test texts: {all_right.mean():.2f}")
pd.DataFrame(rows, index=["texts", "all four right", "interval"]).T

# %% [markdown]
# Where an interval holds the figure for all texts, the slice is not known to be any different. Where one
# does not, read the mistakes of that slice. (With this many slices about one in twenty falls outside by luck, more
# where texts are few. And an interval without any width is the trap that you know: that slice has had no
# mistake yet.)
#
# **Is the judge right?** newsdesk was labeled twice, by two annotators; where they differed, a third reading
# or an editor settled it. The first annotator wrote the text, often to order; the second saw the text alone. How good
# would the second be, measured as if it were a tagger?

# %%
readings = pd.read_csv(data.FOLDER / "annotations.csv").set_index(["reading", "id"])[names]
ids = rows_of_csv["id"]
first, second = (readings.loc[which].loc[ids].to_numpy() for which in ("first", "second"))
for who, given in {"second annotator": second, "the tagger": predictions}.items():
    print(f"macro-F1 {macro_f1(first, given):.2f}, judged by the first annotator: {who}")
ahead = metrics.bootstrap(first, second, "macro-F1", rival=predictions)
print("second annotator above the tagger:", ahead)
disputed = (first != second).any(axis=1)
as_one = ((predictions == first).all(1) | (predictions == second).all(1)) & disputed & ~all_right
print(f"texts on which the two differ: {disputed.sum()} of {len(texts)}; of the tagger's")
print(f"{(~all_right).sum()} texts with a mistake, {(disputed & ~all_right).sum()} are among them,")
print(f"and on {as_one.sum()} of those it says what one of the annotators said")

# %% [markdown]
# So the tagger is not yet as good as a second annotator, and few of its mistakes can be blamed on the
# labels. Where the annotators differ it is soon counted wrong for saying what one of them said: a disputed
# label is a coin that fell one way. (Both are language models, and the author knew the order; people might
# differ more.) Where annotators differ as often as your tagger errs, a higher score may no longer mean a
# better tagger: improve the guideline first.
#
# **A missing label is not a negative.** The 0s of newsdesk mean "somebody looked, and it does not fit".
# In data that grew by itself, tags that people added when they thought of it, a 0 may also mean "nobody
# thought of it". What would that do? Hide a third of the true labels and measure again. **Guess first:**
# does precision suffer, or recall?

# %%
hidden = targets * (np.random.default_rng(0).random(targets.shape) < 2 / 3)
for name, judge in {"complete labels": targets, "a third missing": hidden}.items():
    of_given = sk.precision_score(judge, predictions, average="macro")
    print(f"{name}: precision {of_given:.2f}, ", end="")
    print(f"recall {sk.recall_score(judge, predictions, average='macro'):.2f}")

# %% [markdown]
# The same predictions; a third of what they found is now called a false alarm, while recall hardly
# moves (it would if what people leave out were the hard cases; here chance left them out). If your labels may be incomplete, have a sample of the "false alarms" looked at before you
# believe a precision, and do not train on such 0s as if somebody had looked.
#
# ## Texts of another kind
#
# One more kind of slice: texts unlike those it learned from. newsdesk has a **stress set** apart from its splits, 200 texts of sorts that it does not have, or hardly: long ones, other languages, code and tables, near twins (pairs that
# differ in a few words and in a label), words in another meaning ("the washing machine's quick
# program"), and what is no news at all. **Guess first:** which sort hurts the tagger most?

# %%
stress = data.load_stress()
stress_targets = np.array(stress["labels"][:]).astype(int)
stress_logits = models.predict_logits(tagger.model, tagger.tokenizer, stress["text"])
stress_predictions = (activations.sigmoid(stress_logits) > 0.5).astype(int)
sorts = np.array(stress["sort"][:])
rows = {}
for sort in dict.fromkeys(sorts.tolist()):
    wanted, given = stress_targets[sorts == sort], stress_predictions[sorts == sort]
    right = (wanted == given).all(axis=1).sum()
    missed, alarms = (wanted > given).sum(), (wanted < given).sum()
    rows[sort] = [len(wanted), right, wanted.sum(), missed, alarms]
columns = ["texts", "all four right", "labels", "missed", "false alarms"]
pd.DataFrame(rows, index=columns).T

# %% [markdown]
# Other languages: most of their labels are missed, since all that it learned from is English. Words in
# another meaning get labels that do not fit, and in code and tables some are missed. Everyday remarks leave
# it cold, as they should. (Fifteen such lines were put into newsdesk after an earlier tagger had stumbled over
# one, as the [data card](../src/helpers/files/DATA_CARD.md) says.) No score on the test split would have told you any of this. Each sort has few texts, so take the table as a direction and not as
# a score, and make a stress set of your own: of what your users really send.
#
# ## From practice: what to report
#
# 1. The table of every label, with its positives. If there is room for one thing, this.
# 2. One average, chosen before the run for a reason you can say aloud: macro if each label has
#    readers of its own, micro if each label given is worth the same.
# 3. Its interval, and the number of texts. For two taggers, the interval of the difference.
# 4. Where the threshold came from, what 0/0 counts as, and which split it was. Choose on the
#    validation split; touch the test split once. (This page has looked at it far more often, and picked what
#    to show by it: a lesson may.)
# 5. A plain baseline beside it.
#
# ## Check your understanding
#
# A colleague reports for a set of twenty labels: "Accuracy 0.95, micro-F1 0.80, macro-F1 0.45. Ready
# to ship." Which of the three says the least, what do the other two say together, and what would
# you ask to see?
#
# Answer before you open this.
#
# <details><summary>Answer</summary>
#
# Accuracy says the least: until you know how many labels a text has, you do not know what a no-sayer
# would get. (At the top it got 0.90 for twenty labels.) Micro far above macro mostly means that several rare
# labels do badly, or are never predicted. Ask for the table of every label: positives, predicted, precision, recall.
# Where `predicted` is near zero, ask for the average precision: if it is good, the threshold is in
# the wrong place, and no training is needed. And ask for intervals, since rare labels have few
# texts.
#
# </details>

# %%
exercises.questions("06")

# %% [markdown]
# ## Exercises
#
# [Exercises for this chapter](../exercises/06_metrics.ipynb): the numbers computed, three reports
# judged, ten mistakes read. They say *why* when an answer is wrong.
#
# ## Next
#
# You can now say how good a tagger is. You have also seen one that knew the answer and kept it to
# itself, because somebody once wrote 0.5. [Chapter {thresholds}](07_thresholds.ipynb) moves that number: exactly, label by label, and
# with an eye on who pays for which mistake.
