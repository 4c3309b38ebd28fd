# %% [markdown]
# # 7 · Thresholds
#
# {badge}
#
# A threshold decides which mistakes your tagger makes. After this chapter each of yours has a
# reason, and you can say how far to trust it.
#
# | minutes | needs | after this you can |
# |---|---|---|
# | 90 | chapters {sigmoid} to {metrics} | choose thresholds and defend them |

# %%
# {setup}

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from helpers import calibration, course, data, exercises, metrics, models, plots, thresholds
from helpers.activations import sigmoid

course.start("07")

# %% [markdown]
# ## Warm-up
#
# A few questions from earlier chapters. Answer from memory, then go on.

# %%
exercises.warm_up("07")

# %% [markdown]
# ## Why it matters
#
# The model gives a probability. Somebody has to turn it into yes or no: a label is predicted where
# its probability is above its **threshold**. In a tutorial you may meet, that number is 0.5, then
# 0.3 for a site that shows related tags, then 0.8 for a spam filter. Where do such numbers come
# from? By the end of this page you can compute them.
#
# Here are the tagger's probabilities on newsdesk's validation and test texts. Tagging them takes
# about ten seconds.

# %%
tagger = models.load_tagger()
names = tagger.label_names
texts, targets, logits, probabilities = {}, {}, {}, {}
for split in ["validation", "test"]:
    rows = data.load_newsdesk(split=split)
    texts[split] = rows["text"][:]
    targets[split] = np.array(rows["labels"][:]).astype(int)
    found = models.predict_logits(tagger.model, tagger.tokenizer, texts[split])
    logits[split] = found.astype(float)
    probabilities[split] = sigmoid(logits[split])
    print(f"{split}: {probabilities[split].shape}, texts with each label:")
    print(" ", *(f"{n} {name}" for n, name in zip(targets[split].sum(axis=0), names, strict=True)))
print("thresholds so far:", tagger.thresholds.tolist())

# %% [markdown]
# Two splits, two duties. On **validation** texts you may try thresholds as often as you like. The
# **test** texts judge the one you chose. This page chooses on validation, and later measures what
# happens to people who do not. Where it searches on test texts all the same, to measure something,
# it says so and throws the result away. It also looks at test far more often than you should: a
# lesson may, a report may not.
#
# ## The idea
#
# A threshold trades one mistake for the other. Lower it, and more labels are given: fewer are
# **missed**, and more are **false alarms**. Chapter {metrics} boiled the two down to one number:
#
# $$F_1 = \frac{2 \cdot \text{found}}{2 \cdot \text{found} + \text{false alarms} + \text{missed}}$$
#
# Take one label, *technology*, and try nine thresholds by hand. **Guess first:** which one has the
# best F1?

# %%
technology = names.index("technology")
y_tech = targets["validation"][:, technology]
p_tech = probabilities["validation"][:, technology]


def count(y, p, threshold):
    given = p > threshold
    found, alarms = (given & (y == 1)).sum(), (given & (y == 0)).sum()
    missed = (~given & (y == 1)).sum()
    f1 = 2 * found / (2 * found + alarms + missed)
    return {"found": found, "false alarms": alarms, "missed": missed, "F1": f"{f1:.2f}"}


nine = pd.DataFrame([{"threshold": t / 10, **count(y_tech, p_tech, t / 10)} for t in range(1, 10)])
nine

# %% [markdown]
# Down the table, false alarms never grow and misses never fall. From 0.2 on F1 hardly changes: what is saved in false alarms is lost in misses. It wants both to be few.
#
# The helper `sweep` makes the same counts at every threshold that matters. As a figure:

# %%
sweep = thresholds.sweep(targets["validation"], probabilities["validation"], technology)
for name, color, dash in [("precision", plots.PRECISION, "--"), ("recall", plots.RECALL, ":")]:
    plt.plot(sweep["threshold"], sweep[name], color=color, ls=dash, label=name)
plt.plot(sweep["threshold"], sweep["f1"], color=plots.F1, lw=2, label="F1")
plt.axvline(0.5, color=plots.REFERENCE, lw=1)
plt.title("One label, technology, on validation texts (gray line: 0.5)")
plt.gca().set(xlabel="threshold", ylabel="precision, recall, F1", ylim=(0, 1.02))
plt.legend(frameon=False)
plt.show()
top = sweep["f1"].max()
good = sweep["threshold"][sweep["f1"] > top - 0.03]  # F1 is jagged: not all between them are
print("The figure shows: recall falls as the threshold rises, precision mostly rises.")
print(f"F1 reaches {top:.2f}; the lowest threshold within 0.03 of it is {good.min():.2f},")
print(f"the highest {good.max():.2f}.")

# %% [markdown]
# Look at the top of the F1 curve: jagged, and flat. Many thresholds are nearly as good as the best
# one. Keep that in mind.
#
# ## The best threshold, exactly
#
# Nine thresholds may step over the best one, and so may ninety-nine. How many different thresholds
# are there really? A prediction changes only where the threshold passes a text's probability. All
# thresholds between two neighboring probabilities predict the same. So one for each gap, halfway
# between the two, is all there is to try.
#
# **Guess first:** how many can there be, for this many texts?

# %%
from sklearn.metrics import f1_score

scores = np.unique(p_tech)  # each probability once, ascending
cuts = (np.append(0, scores) + np.append(scores, 1)) / 2
by_hand = np.array([f1_score(y_tech, p_tech > cut, zero_division=0) for cut in cuts])
best = by_hand.argmax()
print(f"{len(y_tech)} texts, {len(cuts)} thresholds that differ")
print(f"best threshold {cuts[best]:.2f}: F1 {by_hand[best]:.2f}")
print(f"threshold 0.5: F1 {f1_score(y_tech, p_tech > 0.5):.2f}")

# %% [markdown]
# One more than there are texts: that is the whole search, and no grid is needed. The helper
# `best_f1` does the same for all labels at once, much faster, since it sorts each column once and
# then counts along. If both agree, you know what is inside.

# %%
tuned = thresholds.best_f1(targets["validation"], probabilities["validation"])
np.testing.assert_allclose(tuned.f1[technology], by_hand[best])
np.testing.assert_allclose(tuned.thresholds[technology], cuts[best])
half = f1_score(targets["validation"], probabilities["validation"] > 0.5, average=None)
pd.DataFrame(
    {"threshold": tuned.thresholds, "F1 at 0.5": half, "F1 tuned": tuned.f1}, index=names
).map("{:.2f}".format)

# %% [markdown]
# No label got worse, because 0.5 was among the candidates. Is that a result? Not yet: these are
# the texts on which the thresholds were chosen.
#
# ## Rivals, and a judge
#
# One threshold per label is four numbers chosen by data. There are plainer ways: **one threshold for
# all labels**, chosen the same way, or **top k**, the k most probable labels of each text whatever
# their probabilities. All choosing happens on validation.

# %%
one = thresholds.best_constant(targets["validation"], probabilities["validation"])
ways = {
    "0.5": lambda p: p > 0.5,
    f"one for all, {one.thresholds[0]:.2f}": lambda p: p > one.thresholds,
    "one per label": lambda p: p > tuned.thresholds,
    "top 1": lambda p: thresholds.top_k(p, 1),
    "top 2": lambda p: thresholds.top_k(p, 2),
}
results = pd.DataFrame(index=list(ways), columns=["validation", "test"])
for name, way in ways.items():
    for split in results.columns:
        f1 = f1_score(targets[split], way(probabilities[split]), average="macro")
        results.loc[name, split] = f"{f1:.3f}"
results[["validation"]].rename_axis("macro-F1")

# %% [markdown]
# Top k, a habit from multi-class, is far behind: it must give every text the same number of labels, and
# many news items have none. **Guess first:** on the test texts, by how much will tuned thresholds beat 0.5?

# %%
results.rename_axis("macro-F1")

# %% [markdown]
# By less than on validation, if at all. (The row of 0.5 falls too. One reason may be that the tagger itself was chosen on validation, as its card
# says.) One number is not proof either, so ask how far chance could
# have moved it, with chapter {metrics}'s paired bootstrap: both thresholds on the same draws of the test
# texts.

# %%
y_test, p_test = targets["test"], probabilities["test"]
with_tuned = thresholds.apply_thresholds(p_test, tuned.thresholds)
with_half = thresholds.apply_thresholds(p_test, 0.5)
gain = metrics.bootstrap(y_test, with_tuned, "macro-F1", resamples=2000, rival=with_half)
print(f"macro-F1 on test, tuned minus 0.5: {gain.value:+.3f}")
print(f"95 % of the draws lie from {gain.low:+.3f} to {gain.high:+.3f}")

# %% [markdown]
# The interval lies on both sides of 0. The honest report: **with this tagger and these labels, no
# gain from tuning was found.** (The thresholds stayed the same in all draws, so this covers the luck
# of the test texts. That of the validation texts comes next.) You will see two reasons. The first is
# that a tuned threshold is a shaky number. The second is that this tagger is near its best
# at 0.5 already; another one, below, is not.
#
# ## How sure is a tuned threshold?
#
# Tune it again on validation texts drawn with replacement, two hundred times, and see where it
# lands. **Guess first:** how wide is the range that holds 95 % of them: 0.02, 0.1, or more?

# %%
spread = thresholds.spread(targets["validation"], probabilities["validation"], resamples=200)
places = np.arange(len(names))
plt.figure(figsize=(7, 2.4))
plt.hlines(places, spread.low, spread.high, color=plots.MAIN, lw=3)
plt.plot(tuned.thresholds, places, "o", color=plots.SECOND, ms=9)
plt.yticks(places, names)
plt.title("Tuned thresholds (dots), and where 95 % of resamples lie")
plt.gca().set(xlabel="threshold", ylabel="label", xlim=(0, 1))
plt.show()
print("The figure shows:")
for name, t, low, high in zip(names, tuned.thresholds, spread.low, spread.high, strict=True):
    print(f"  {name}: tuned {t:.2f}, resamples from {low:.2f} to {high:.2f}")

# %% [markdown]
# Had other texts happened to be in the validation split, you might have got quite another number.
# That is the flat top of the curve again: many thresholds are nearly as good, and chance picks one.
#
# Does it help to have more texts with the label? Draw validation sets with sixty of them, with thirty and
# with fifteen, and with as many others in proportion. How far do the thresholds spread, and what do they
# reach on test? First macro-F1 from counts, since scikit-learn's is slow for hundreds of draws:


# %%
def macro_f1(targets, given):
    found = (given & (targets == 1)).sum(axis=0)
    return (2 * found / (given.sum(axis=0) + targets.sum(axis=0))).mean()


by_sklearn = f1_score(y_test, with_half, average="macro")
print(f"as in scikit-learn: {abs(macro_f1(y_test, with_half) - by_sklearn) < 1e-12}")

# %% [markdown]
# In the next cell `rng.choice` draws without replacement (`False`), so that 60 positives are 60 different
# ones, and `y[i, None]` makes the drawn texts a table with one column, the form that `best_f1` takes. It shows one draw: a threshold for each label.


# %%
def tune_on(n_positives, rng):
    found = []
    for y, p in zip(targets["validation"].T, probabilities["validation"].T, strict=True):
        yes, no = np.flatnonzero(y == 1), np.flatnonzero(y == 0)
        n_others = round(n_positives * len(no) / len(yes))
        i = [rng.choice(some, n, False) for some, n in [(yes, n_positives), (no, n_others)]]
        i = np.concatenate(i)
        found.append(thresholds.best_f1(y[i, None], p[i, None]).thresholds[0])
    return np.array(found)


tune_on(30, np.random.default_rng(0)).round(2)

# %% [markdown]
# Tune on two hundred draws of each of three sizes: 60, 30 and 15 positives per label. **Guess first:** from how
# many positives on is tuning better than 0.5 here?

# %%
for n_positives in [60, 30, 15]:
    rng = np.random.default_rng(0)
    draws = np.array([tune_on(n_positives, rng) for _ in range(200)])
    low, high = np.quantile(draws[:, technology], [0.025, 0.975])
    f1 = np.mean([macro_f1(y_test, p_test > t) for t in draws])
    print(
        f"{n_positives} positives per label: macro-F1 on test {f1:.3f} on average;\n"
        f"  95 % of technology's thresholds {low:.2f} to {high:.2f}"
    )
print(f"0.5 for all: macro-F1 on test {macro_f1(y_test, p_test > 0.5):.3f}")

# %% [markdown]
# The spread is wide at every size. (Sets of 60 share most of their texts, so the true spread at 60 is wider
# than shown.) The averages on test lie close together, thanks to that flat top, and differ by no more than the interval above is wide (that was of other thresholds, so take it as a hint). So this does not prove that tuning on few positives
# harms. It shows that it brought nothing worth having at any of these sizes.
#
# ## The mistake: tuning on test
#
# Somebody tunes on the test texts and reports F1 on the same texts. How much does that flatter? To
# measure it, pool both splits, shuffle, cut in halves A and B, tune on A. Then judge on A, as the
# cheat does, and on B, as new texts will. Two hundred times.


# %%
def judge_twice(y, p, choose):
    rng, judged = np.random.default_rng(0), []
    for _ in range(200):
        a, b = np.split(rng.permutation(len(y)), 2)
        t = choose(y[a], p[a]).thresholds
        judged.append([macro_f1(y[a], p[a] > t), macro_f1(y[b], p[b] > t)])
        judged[-1].append(macro_f1(y[b], p[b] > 0.5))
    return np.array(judged).T


# %% [markdown]
# **Guess first:** by how much is macro-F1 on A, which chose the thresholds, above that on B?

# %%
pool_y = np.concatenate([targets["validation"], targets["test"]])
pool_p = np.concatenate([probabilities["validation"], probabilities["test"]])
same, new, at_half = judge_twice(pool_y, pool_p, thresholds.best_f1)
for name, f1 in [("A, judged on A", same), ("A, judged on B", new)]:
    print(f"tuned on {name}: macro-F1 {f1.mean():.3f} on average")
print(f"0.5, judged on B:        macro-F1 {at_half.mean():.3f} on average")
print(f"flattery (A minus B) {np.mean(same - new):.3f}, in {(same > new).mean():.0%} of the splits")

# %% [markdown]
# The cheat does not see any of it: no error, a better number, and a promise that new texts break.
# And compare the second line with the third: on texts that had no part in the choice, tuning did not
# beat 0.5. The halves come from one pool again and again, so take that gap as a hint and not as a proof.
# How the flattery depends on how much is chosen comes next.
#
# ## Where thresholds pay
#
# So why tune at all? Take a tagger that needs it: chapter {metrics}'s baseline, with the same settings, on
# all of newsdesk's labels. Many of them are rare. (About ten seconds.)

# %%
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline

twenty = data.load_newsdesk(labels=data.NEWSDESK_LABELS)
texts20 = {split: rows["text"][:] for split, rows in twenty.items()}
y20 = {split: np.array(rows["labels"][:]).astype(int) for split, rows in twenty.items()}
question = LogisticRegression(C=10, class_weight="balanced", max_iter=10_000, tol=1e-6)
baseline = make_pipeline(TfidfVectorizer(sublinear_tf=True), OneVsRestClassifier(question))
baseline.fit(texts20["train"], y20["train"])
logits20 = {s: baseline.decision_function(texts20[s]) for s in ["validation", "test"]}
p20 = {split: sigmoid(z) for split, z in logits20.items()}
print(f"{y20['test'].sum()} labels on test, above 0.5: {(p20['test'] > 0.5).sum()}")

# %% [markdown]
# It gives far fewer labels than there are: for a rare label it seldom gets above 0.5. Remember
# *health*, whose order was good while most of its texts were missed. **Guess first:** what do
# the three ways of choosing reach on test, over all labels and for *health*?

# %%
one20 = thresholds.best_constant(y20["validation"], p20["validation"])
tuned20 = thresholds.best_f1(y20["validation"], p20["validation"])
choices20 = {"0.5": 0.5, "one for all": one20.thresholds, "one per label": tuned20.thresholds}
health = data.NEWSDESK_LABELS.index("health")
for name, t in choices20.items():
    f1 = f1_score(y20["test"], p20["test"] > t, average=None, zero_division=0)
    print(f"{name:13} macro-F1 on test {f1.mean():.2f}, health {f1[health]:.2f},", end=" ")
    print(f"thresholds {np.min(t):.2f} to {np.max(t):.2f}")

# %%
tables20 = {name: (p20["test"] > t).astype(int) for name, t in choices20.items()}
compared = [("one per label", "0.5"), ("one for all", "0.5"), ("one per label", "one for all")]
for one_way, other_way in compared:
    gap = metrics.bootstrap(y20["test"], tables20[one_way], "macro-F1", rival=tables20[other_way])
    print(f"{one_way} above {other_way}: {gap}")

# %% [markdown]
# Same model, same probabilities, and macro-F1 is higher. *health* needed no training either: a lower
# threshold brings out what the order knew. (It was picked in chapter {metrics} for its low F1 on these very
# texts, so a part of its rise is luck that evens out.) What was wrong was 0.5. Between one threshold for all
# and one per label the interval holds 0: no difference was found. Tuning pays where probabilities and 0.5 do
# not fit together; then a shaky threshold is better than a wrong one.
#
# Is yours such a case? The validation texts can tell: tune on one half of them, judge tuned and 0.5
# on the other half, and repeat, as with A and B above.
#
# Remember that this baseline was trained with "balanced": a class weight, which makes positives count more
# (chapter {training}), has moved it towards yes already. Was that needed, if thresholds can do the same? Train it
# without. (A few seconds.)

# %%
unweighted = LogisticRegression(C=10, max_iter=10_000, tol=1e-6)
plain = make_pipeline(TfidfVectorizer(sublinear_tf=True), OneVsRestClassifier(unweighted))
plain.fit(texts20["train"], y20["train"])
plain20 = {s: plain.predict_proba(texts20[s]) for s in ["validation", "test"]}
by_weight = []
for name, p in [("balanced", p20), ("no weight", plain20)]:
    t = thresholds.best_f1(y20["validation"], p["validation"]).thresholds
    f1 = [macro_f1(y20["test"], p["test"] > bar) for bar in (0.5, t)]
    print(f"{name:10} macro-F1 on test at 0.5 {f1[0]:.2f}, tuned {f1[1]:.2f}")
    by_weight.append((p["test"] > t).astype(int))
gap = metrics.bootstrap(y20["test"], by_weight[0], "macro-F1", rival=by_weight[1])
print("balanced above no weight, both tuned:", gap)

# %% [markdown]
# At 0.5 the weight matters; with tuned thresholds no difference was found. Here the one can stand in for the other, as far as these
# texts can tell, and the threshold does it after training, where you can still change your mind. (The last stage of the course's tagger was
# trained without one.)
#
# And the flattery, with twenty thresholds to choose? And with one for all twenty?

# %%
pool_y20 = np.concatenate([y20["validation"], y20["test"]])
pool_p20 = np.concatenate([p20["validation"], p20["test"]])
for name, some, choose in [
    ("4 common labels, one each", slice(0, 4), thresholds.best_f1),
    ("16 rarer labels, one each", slice(4, 20), thresholds.best_f1),
    ("all 20, one each", slice(0, 20), thresholds.best_f1),
    ("all 20, one for all", slice(0, 20), thresholds.best_constant),
]:
    same, new, at_half = judge_twice(pool_y20[:, some], pool_p20[:, some], choose)
    print(f"{name:26} flattery {np.mean(same - new):.3f}, ", end="")
    print(f"gained over 0.5 on new texts {np.mean(new - at_half):+.3f}")

# %% [markdown]
# All four lines are the baseline's. The rarer the labels, the more each threshold fits the luck of its few
# positives, and the more a number flatters that was tuned and judged on the same texts. One threshold for
# all is chosen from everything at once, and flatters least.
#
# One choice is still hidden: best by which F1? **Macro** is the mean of the labels' F1, so each label
# is tuned alone. **Micro** counts all decisions in one pot, and there the labels' thresholds depend
# on each other. `best_f1` has both objectives, each exact:

# %%
for objective in ["macro", "micro"]:
    choice = thresholds.best_f1(y20["validation"], p20["validation"], objective=objective)
    given = p20["validation"] > choice.thresholds
    macro, micro = (f1_score(y20["validation"], given, average=a) for a in ["macro", "micro"])
    print(f"tuned for {objective}: macro-F1 {macro:.4f}, micro-F1 {micro:.4f} on validation")

# %% [markdown]
# Each wins its own contest, on the texts that it was tuned on it cannot be otherwise; and the common labels
# weigh more in the second. Say which one you tuned for.
#
# ## Thresholds from costs
#
# F1 treats a false alarm and a miss alike. The person who pays for the mistakes seldom does.
#
# Say a false alarm costs $c_{FP}$ and a miss costs $c_{FN}$ (complaints, minutes, money: any unit,
# as long as it is the same). The model gives a label probability $p$. Give the label, and with
# probability $1 - p$ that is a false alarm: the expected cost is $(1 - p)\,c_{FP}$. Leave it out,
# and the expected cost is $p\,c_{FN}$. ("Expected" means the average over many such cases.) Giving is
# the cheaper one as soon as
#
# $$p > \frac{c_{FP}}{c_{FP} + c_{FN}}$$
#
# and that fraction is the threshold (Charles Elkan, 2001). No F1 and no search. It asks for one
# thing, probabilities that can be believed; that comes below. And it takes three things for granted: that
# a right decision costs nothing, that costs add up (two misses cost twice one), and that labels are as
# frequent in use as where the probabilities were learned.
#
# Back to the tutorial's two numbers. **Related tags:** a tag that does not fit is a small nuisance;
# a missing one hides an article from its readers. **Spam filter:** the label is *spam*, and a false
# alarm loses a letter; a miss is one more message to delete. **Guess first:** which ratio of costs
# gives 0.3, and which 0.8?

# %%
for task, cost_fp, cost_fn in [("related tags", 3, 7), ("spam filter", 4, 1), ("even", 1, 1)]:
    threshold = cost_fp / (cost_fp + cost_fn)
    assert threshold == thresholds.from_costs(cost_fp, cost_fn)
    print(f"{task}: false alarm {cost_fp}, miss {cost_fn}: threshold {threshold:.2f}")

# %% [markdown]
# So 0.3 says "a miss is a bit more than twice as bad as a false alarm", and 0.8 says "a false alarm
# is four times as bad as a miss". And 0.5 says that both are equally bad, which somebody ought to
# have decided. Does it work? What the mistakes on the test texts cost:


# %%
pairs = [(1, 1), (3, 7), (1, 4), (1, 9), (4, 1), (9, 1)]


def bill(p, costs, threshold=None):
    threshold = thresholds.from_costs(*costs) if threshold is None else threshold
    return round(thresholds.total_cost(y_test, (p > threshold).astype(int), *costs))


bills = pd.DataFrame(index=[f"false alarm {fp}, miss {fn}" for fp, fn in pairs])
bills["threshold"] = [f"{thresholds.from_costs(*costs):.2f}" for costs in pairs]
bills["cost at 0.5"] = [bill(p_test, costs, 0.5) for costs in pairs]
bills["cost at threshold"] = [bill(p_test, costs) for costs in pairs]
bills

# %% [markdown]
# How far could the luck of these texts have moved what is saved? Draw the texts again, as in chapter {metrics}.


# %%
def cost_per_text(given, cost_fp, cost_fn):
    return (cost_fp * (given & (y_test == 0)) + cost_fn * (~given & (y_test == 1))).sum(axis=1)


def saved(p, costs):
    before = cost_per_text(p_test > 0.5, *costs)
    saving = before - cost_per_text(p > thresholds.from_costs(*costs), *costs)
    rng = np.random.default_rng(0)
    low, high = np.quantile(rng.choice(saving, (2000, len(saving))).sum(axis=1), [0.025, 0.975])
    return f"{saving.sum():.0f} ({low:.0f} to {high:.0f})"


bills["saved"] = [saved(p_test, costs) for costs in pairs]
bills[["threshold", "saved"]]

# %% [markdown]
# More than 0 means saved. Where the interval clears 0, the rule saves, on a tagger for which tuning F1 brought
# nothing. Where it holds 0, these texts cannot tell, and five intervals are five chances for luck. The first
# row cannot save: its threshold is 0.5.
#
# ## See it run: the lab
#
# Move a threshold, on the axis below its curves or with its own slider (Tab to reach one, arrow keys
# to move it), and watch the counts, the cost and the texts that flip. The two cost sliders move the thresholds to where the costs ask for them, as
# long as their box is ticked. The texts are validation texts, on purpose: playing with
# thresholds is tuning.

# %%
from helpers.widgets.thresholds import threshold_lab

threshold_lab(
    targets["validation"], probabilities["validation"], names, texts["validation"], tuned.thresholds
)

# %% [markdown]
# Four things to try, each with a guess before it:
#
# 1. Lower *technology* from 0.5 one step at a time. Are the texts that flip right or wrong?
# 2. Set a miss to 7 and a false alarm to 3. Which labels gain the most false alarms?
# 3. Press "all to tuned". How many predictions change, out of all?
# 4. Choose "one for all". Can one threshold reach the macro-F1 of four?
#
# ## Can the probabilities be trusted?
#
# The cost rule took $p$ at its word: of all cases with probability 0.7, seven in ten should come
# true. Probabilities that keep this promise are **calibrated**. To check, sort all pairs of text
# and label into ten bins by probability, and compare each bin's mean probability with the share
# that was true. The helper `reliability` does that.

# %%
reliability = calibration.reliability(targets["validation"], probabilities["validation"])
reliability[["count", "mean_probability", "share_true"]].round(2)

# %% [markdown]
# Nearly all pairs stand in the first and the last bin: the tagger is sure of nearly everything, and a
# little too sure, for in both bins some of what it is certain of is wrong. That is common in modern
# networks (Guo et al., 2017). (The bins between hold a handful of pairs each. What they show is
# mostly noise.) There is a cheap fix. Divide all logits by one number, the
# **temperature**, found on validation as the one with the lowest loss. Above 1 it makes the model more
# careful, below 1 bolder. **Guess first:** how many predictions at 0.5 will that change?
#
# The cell also prints the **calibration error**: the gap between the two columns above, averaged over all
# pairs.

# %%
temperature = calibration.fit_temperature(targets["validation"], logits["validation"])
calibrated = sigmoid(logits["test"] / temperature)
print(f"temperature {temperature:.2f}")
print(f"predictions that change at 0.5: {((calibrated > 0.5) != (p_test > 0.5)).sum()}")
for name, p in [("before", p_test), ("after", calibrated)]:
    print(f"{name}: calibration error on test {calibration.calibration_error(y_test, p):.3f}")

# %% [markdown]
# None: dividing moves no logit across 0. As a figure:

# %%
plt.plot([0, 1], [0, 1], color=plots.REFERENCE, ls="--", label="calibrated")
twin = ["The figure shows:"]
looks = [("before", p_test, plots.SECOND, "s"), ("after", calibrated, plots.MAIN, "o")]
for name, p, color, mark in looks:
    bins = calibration.reliability(y_test, p)
    says, true = bins["mean_probability"], bins["share_true"]
    plt.plot(says, true, color=color, marker=mark, label=name)
    for b in [1, 10]:
        twin.append(f"  {name}: bin {b} says {says[b - 1]:.2f}, {true[b - 1]:.2f} was true")
plt.title("Reliability on test texts, before and after the temperature")
plt.gca().set(xlabel="mean probability of the bin", ylabel="share that was true")
plt.legend(frameon=False)
plt.show()
print("\n".join(twin))

# %% [markdown]
# A point below the dashed line says more than comes true, one above it less. The middle bins hold a
# handful of pairs each, and chance moves every one of them. So how large an error would a *perfect* tagger
# show on so few pairs? Let its probabilities be exactly right, draw the answers by them, and measure; a
# thousand times.

# %%
rng = np.random.default_rng(0)
for name, p in [("before", p_test), ("after", calibrated)]:
    drawn = [calibration.calibration_error(rng.random(p.shape) < p, p) for _ in range(1000)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    found = calibration.calibration_error(y_test, p)
    print(f"{name}: error {found:.3f}, of a perfect tagger {low:.3f} to {high:.3f}")

# %% [markdown]
# An error inside the range is no evidence against the probabilities; one above it is. And the costs, with
# calibrated probabilities?

# %%
bills["saved, calibrated first"] = [saved(calibrated, costs) for costs in pairs]
bills[["threshold", "saved", "saved, calibrated first"]]


# %%
def more_saved(costs):
    bar, rng = thresholds.from_costs(*costs), np.random.default_rng(0)
    more = cost_per_text(p_test > bar, *costs) - cost_per_text(calibrated > bar, *costs)
    low, high = np.quantile(rng.choice(more, (2000, len(more))).sum(axis=1), [0.025, 0.975])
    return f"{more.sum():.0f} ({low:.0f} to {high:.0f})"


bills["more saved by calibrating"] = [more_saved(costs) for costs in pairs]
bills[["threshold", "more saved by calibrating"]]

# %% [markdown]
# Look at the intervals before you rejoice or despair: with one training and these texts, a row may come out
# either way. A temperature is one number for everything. It lowers the loss over the whole table and
# promises nothing for any one place in it, and the rule asks about the few pairs around its threshold.
# The reason for calibrating stands: the rule takes $p$ at its word. But look whether the word is kept where
# *your* costs ask: **first calibrate, then apply the costs, then count on validation what they save.**
#
# ## A band for a person
#
# Two thresholds are possible, too: sure enough to give, sure enough to leave off, and between them a
# person looks. **Guess first:** if people looked at all texts with any probability between 0.1 and 0.9,
# how much of the work would that be, and how many of the mistakes would they meet?

# %%
wrong = (p_test > 0.5) != (y_test == 1)
rows = []
for low, high in [(0.4, 0.6), (0.2, 0.8), (0.1, 0.9), (0.05, 0.95), (0.01, 0.99)]:
    unsure = (calibrated > low) & (calibrated < high)
    looked_at = unsure.any(axis=1)
    met = f"{(wrong & unsure).sum()} of {wrong.sum()}"
    rows.append([f"{low} to {high}", f"{looked_at.mean():.0%}", met])
pd.DataFrame(rows, columns=["band", "texts to look at", "mistakes met"])

# %% [markdown]
# Go down the rows: how many more texts does each step ask for, and how many more mistakes does it meet? The
# first steps are cheap, the last two are not. What the band does not catch are the mistakes that the tagger is
# sure of. (The table takes the person to be right always, and was made on test texts, to show it.) Choose the
# band on validation, by what an hour of a person costs beside a mistake.
#
# ## "At least 0.9 of what you tag must be right"
#
# A demand like this asks for the lowest threshold that keeps the precision on validation. Here at 0.95,
# since this tagger is above 0.9 nearly everywhere. **Guess first:** on new texts, for how many of the four
# labels will it hold?

# %%
from sklearn.metrics import precision_recall_curve

rng, rows = np.random.default_rng(0), {}
for j, name in enumerate(names):
    y, p = targets["validation"][:, j], probabilities["validation"][:, j]
    precision, _, bars = precision_recall_curve(y, p)
    t = bars[np.flatnonzero(precision[:-1] >= 0.95)[0]]
    right = y_test[p_test[:, j] >= t, j]
    low, high = np.quantile(rng.choice(right, (1000, len(right))).mean(axis=1), [0.025, 0.975])
    kept = right.sum() / y_test[:, j].sum()
    rows[name] = [f"{t:.2f}", f"{right.mean():.2f} ({low:.2f} to {high:.2f})", f"{kept:.2f}"]
pd.DataFrame(rows, index=["threshold", "precision on test", "recall on test"]).T

# %% [markdown]
# How often is such a promise kept on new texts? Two hundred times, on halves A and B as above:

# %%
rng, kept = np.random.default_rng(0), []
for _ in range(200):
    a, b = np.split(rng.permutation(len(pool_y)), 2)
    for j in range(len(names)):
        precision, _, bars = precision_recall_curve(pool_y[a, j], pool_p[a, j])
        t = bars[np.flatnonzero(precision[:-1] >= 0.95)[0]]
        kept.append(pool_y[b, j][pool_p[b, j] >= t].mean() >= 0.95)
print(f"precision of at least 0.95 on A was kept on B in {np.mean(kept):.0%} of the cases")

# %% [markdown]
# A threshold that barely keeps a promise was chosen at its edge. If the promise matters, aim higher than it (so that the lower end of the interval
# keeps it), and check it on texts of the following weeks.
#
# ## A surprise: half of the best F1
#
# Here is a law about F1 that hardly anybody expects. If probabilities are calibrated, the threshold
# with the best F1 is **half of that best F1** (Lipton, Elkan and Naryanaswamy, 2014). So it is
# never above 0.5, and the weaker the tagger, the lower it is.
#
# First on a made-up tagger whose probabilities keep their promise exactly: of the pairs
# with probability $p$, the share $p$ is true. It comes in three forms. The weaker the form, the more
# of the probabilities lie low.

# %%
for name, power in [("strong", 1), ("weaker", 3), ("weak", 10)]:
    p = np.linspace(0, 1, 100_001)[::-1] ** power  # from the most probable pair to the least
    found = p.cumsum()  # expected, if the first k pairs are predicted
    f1 = 2 * found / (np.arange(1, len(p) + 1) + p.sum())
    k = f1.argmax()
    print(f"{name}: best F1 {f1[k]:.4f}, half of it {f1[k] / 2:.4f}, threshold {p[k]:.4f}")

# %% [markdown]
# To four decimals. The reason is short. The bottom of the F1 fraction is all labels given plus all
# true ones (chapter {metrics}), so giving one more adds 1 to it, right or wrong. To the top it adds 2 if it
# is right, so $2p$ on average. A fraction grows as long as what you add has a higher ratio than it
# has itself: $2p / 1 > F_1$, that is $p > F_1 / 2$.
#
# Now on real scores: all pairs of the twenty labels on test, once as the baseline gives them, once
# calibrated on validation. One temperature cannot fix twenty labels, so this takes **Platt scaling**: for
# each label a slope and an offset for its logits, `sigmoid(slope * logit + offset)`, found as the two with
# the lowest loss on validation. It is logistic regression with the logit as its only input, and the helper
# `fit_platt` does it for all labels. Looking for the best threshold on *test* is fine
# here: it is to check a law, and it is thrown away.

# %%
slopes, offsets = calibration.fit_platt(y20["validation"], logits20["validation"])
calibrated20 = {split: sigmoid(z * slopes + offsets) for split, z in logits20.items()}
for name, p in [("as they are", p20["test"]), ("calibrated", calibrated20["test"])]:
    pooled = thresholds.best_f1(y20["test"].reshape(-1, 1), p.reshape(-1, 1))
    error = calibration.calibration_error(y20["test"], p)
    print(
        f"{name:11} calibration error {error:.3f};\n  best F1 {pooled.f1[0]:.2f}, "
        f"half of it {pooled.f1[0] / 2:.2f}, its threshold {pooled.thresholds[0]:.2f}"
    )

# %% [markdown]
# The law speaks of the second line. (What the first one shows is chance: the law says nothing about
# probabilities that are not calibrated.) One case is no proof; the argument above is. And for single labels?
# The tagger's four, calibrated with the temperature:

# %%
for split in ["validation", "test"]:
    law = thresholds.best_f1(targets[split], sigmoid(logits[split] / temperature))
    for name, t, f1 in zip(names, law.thresholds, law.f1, strict=True):
        print(f"{split}: {name:13} threshold {t:.2f}, half of the best F1 {f1 / 2:.2f}")

# %% [markdown]
# Some are close, some far off, and not the same on both splits. The law speaks of expected counts, and fewer than a hundred positives per label may be far from what is
# expected: the threshold jumps about on the flat top, while F1
# hardly moves. And one temperature need not calibrate each label by itself, which the law asks for.
# Still, it fits that 0.5 suited this tagger: half of a high F1 is not far from 0.5.
#
# It also suggests a use. Of a search's two results, which moves more when the texts are others: the
# threshold, or half of the best F1? Draw validation texts two hundred times, calibrate and search on each draw, and look how wide the range is
# in which 95 % of the results lie, on average over the twenty labels:

# %%
rng, moved = np.random.default_rng(0), []
for _ in range(200):
    rows = rng.integers(len(y20["validation"]), size=len(y20["validation"]))
    y, z = y20["validation"][rows], logits20["validation"][rows]
    slopes, offsets = calibration.fit_platt(y, z)
    found = thresholds.best_f1(y, sigmoid(z * slopes + offsets))
    moved.append([found.thresholds, found.f1 / 2])
widths = np.subtract(*np.quantile(moved, [0.975, 0.025], axis=0))  # (2, n_labels)
for name, width in zip(["threshold", "half of the best F1"], widths, strict=True):
    print(f"{name:19} {width.mean():.2f} wide on average, {width.min():.2f} to {width.max():.2f}")

# %% [markdown]
# Half of F1 is the steadier number. So calibrate, search on validation as before, and keep from the search only the
# best F1. Half of it is the threshold:

# %%
best20 = thresholds.best_f1(y20["validation"], calibrated20["validation"])
shared = thresholds.best_constant(y20["validation"], calibrated20["validation"])
rivals = {"0.5": 0.5, "one for all": shared.thresholds, "best F1": best20.thresholds}
given20 = {"half of F1": (calibrated20["test"] > best20.f1 / 2).astype(int)}
given20 |= {name: (calibrated20["test"] > t).astype(int) for name, t in rivals.items()}
for name, given in given20.items():
    print(f"calibrated, {name:11} macro-F1 on test {macro_f1(y20['test'], given == 1):.2f}")
for name in rivals:
    gap = metrics.bootstrap(y20["test"], given20["half of F1"], "macro-F1", rival=given20[name])
    print(f"half of F1 above {name:11} {gap}")

# %% [markdown]
# Better than 0.5. Against the search and against one for all, look whether the interval holds 0: then no
# difference was found, and half of F1 has two things for it that are no scores. It is
# steadier than the search for each label, and each threshold has a reason that you can tell somebody.
#
# ## Frequencies that shift
#
# Thresholds were chosen where, say, a quarter of the texts are about politics. In use it may be one in
# twenty. The tagger is the same, and so are its chances to find a politics text and to take another for
# one. **Guess first:** what happens to precision? To see it, keep those two chances and change the share of
# politics texts in the formula of precision.

# %%
politics = names.index("politics")
has, given = y_test[:, politics] == 1, p_test[:, politics] > 0.5
found, alarm = given[has].mean(), given[~has].mean()
print(f"share of politics texts found {found:.2f}, of the others given it {alarm:.3f}")
for share in [has.mean(), 0.10, 0.05, 0.01]:
    precision = share * found / (share * found + (1 - share) * alarm)
    print(f"politics in {share:.0%} of the texts: precision {precision:.2f}, recall {found:.2f}")

# %% [markdown]
# Recall stays, if the texts of each kind stay as they are; precision falls, and no code has changed. (The
# chance of a false alarm was counted from few of them, so read the direction rather than the figure.) So **tune again** when the model changes, when
# labels are added, when the costs change, and when the frequencies do. The last comes without notice:
# count how often each label is given, every week, and compare.
#
# ## Common gotcha: a threshold on logits
#
# A threshold on probabilities must never meet logits: chapter {sigmoid} showed that numpy compares
# them without complaint. The helper looks at what it gets. This cell fails, and is meant to:

# %%
with course.expect_error(ValueError):
    thresholds.apply_thresholds(np.array([[2.3, -0.4]]), 0.5)

# %% [markdown]
# ## Keep them with the model
#
# Thresholds belong to one model and its labels. Lost, or paired with another model, they
# do harm in silence. So they are stored in the model's own folder, as a file that people can read.
# The tuned four serve as the example, since they are easy to tell from 0.5. For this tagger 0.5 did
# as well on new texts; what follows is the same for any thresholds. How many decimals do people
# need? As many as predict the same:

# %%
for digits in [2, 3]:
    rounded = probabilities["validation"] > tuned.thresholds.round(digits)
    changed = (rounded != (probabilities["validation"] > tuned.thresholds)).sum()
    print(f"{digits} decimals: {changed} predictions change on validation")
chosen = tuned.thresholds.round(3)

# %% [markdown]
# The cells below work in a temporary folder, so nothing of yours is touched.

# %%
import contextlib
import tempfile
from pathlib import Path

home = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)  # thrown away afterwards
with contextlib.chdir(home.name):
    thresholds.save("my_tagger", chosen, names, note="best F1 on newsdesk validation")
    print(Path("my_tagger/thresholds.json").read_text(encoding="utf-8"))
    print("loaded:", thresholds.load("my_tagger", names).tolist())

# %% [markdown]
# They are matched by name, not by place, so a model with its labels in another order gets the
# right ones:

# %%
with contextlib.chdir(home.name):
    print(names[::-1])
    print(thresholds.load("my_tagger", names[::-1]).tolist())

# %% [markdown]
# `save_tagger` writes model, tokenizer and thresholds into one folder, and `load_tagger` brings all
# three back. (A few seconds.)

# %%
import dataclasses

with contextlib.chdir(home.name):
    models.save_tagger("whole_tagger", dataclasses.replace(tagger, thresholds=chosen))
    again = models.load_tagger("whole_tagger")
for name, t in zip(again.label_names, again.thresholds, strict=True):
    print(f"{name:13} {t:.3f}")

# %% [markdown]
# ## When it breaks
#
# Three ways to lose thresholds, and what you meet on loading. **The file is missing.** Somebody
# copied the weights only:

# %%
with contextlib.chdir(home.name), course.expect_error(FileNotFoundError):
    Path("copied_tagger").mkdir(exist_ok=True)
    thresholds.load("copied_tagger", names)

# %% [markdown]
# The error is a kindness. A loader that fell back to 0.5 in silence would serve other predictions
# than the ones you judged.
#
# **The file is older than the code,** here with a version that this course does not read:

# %%
import json

with contextlib.chdir(home.name), course.expect_error(ValueError):
    content = json.loads(Path("my_tagger/thresholds.json").read_text(encoding="utf-8"))
    Path("old_tagger").mkdir(exist_ok=True)
    Path("old_tagger/thresholds.json").write_text(json.dumps(content | {"version": 0}))
    thresholds.load("old_tagger", names)

# %% [markdown]
# **The model has grown.** A label was added, and its threshold was not:

# %%
with contextlib.chdir(home.name), course.expect_error(ValueError):
    thresholds.load("my_tagger", [*names, "business"])

# %% [markdown]
# If the file still exists beside the model it was tuned for, copy it. Otherwise tune on validation
# and save again; after training again, always.
#
# ## From practice
#
# | you have | threshold |
# |---|---|
# | costs of the two mistakes | calibrate, then $c_{FP} / (c_{FP} + c_{FN})$ |
# | no costs; rare labels, or a model that seldom gets beyond doubt | one for all by best F1. (One per label, or calibrated and half of each F1: no difference was found here.) |
# | a promise of precision | the lowest that keeps it on validation, with room to spare |
# | people who can look | two thresholds, and the band between them for the people |
# | no costs; tuned on half of the validation texts, it does no better than 0.5 on the other half | leave 0.5, and say that you looked |
#
# In every row: choose on validation, judge once on test, report the interval, store the numbers
# with the model, and say what they were tuned for.
#
# ## Check your understanding
#
# You change the threshold from 0.5 to 0.3 for related tags, and to 0.8 for a spam filter. Why?
# And what happens to false alarms and misses each time? Answer before you open this.
#
# <details><summary>Answer</summary>
#
# Because the costs differ. For related tags a missing tag is worse than a wrong one, so it pays to
# give a label even when it is more likely wrong than right. More labels come out: fewer misses,
# more false alarms. For a spam filter a false alarm loses a real letter, so the filter must be
# surer. Fewer come out: fewer false alarms, more misses. Each number stands for a ratio of costs:
# $(1 - t) : t$ is the cost of a miss to the cost of a false alarm. At 0.3 a miss costs 7 for every 3
# of a false alarm, at 0.8 it costs 1 for every 4. The probabilities must be calibrated, or the numbers mean
# something else. The cell below counts both mistakes on the test texts.
#
# </details>

# %%
for threshold in [0.3, 0.5, 0.8]:
    given = calibrated > threshold
    alarms, missed = (given & (y_test == 0)).sum(), (~given & (y_test == 1)).sum()
    print(f"threshold {threshold}: {given.sum()} labels, {alarms} false alarms, {missed} missed")

# %%
exercises.questions("07")

# %% [markdown]
# ## Exercises
#
# [Exercises for this chapter](../exercises/07_thresholds.ipynb): a client's costs, and a colleague
# who tuned on test. They say *why* when an answer is wrong.
#
# ## Next
#
# Your tagger is trained, measured and tuned, and until now most things worked. [Chapter {error}](08_error_recovery.ipynb) breaks them: real
# errors on your installed versions, and the worse kind that raises nothing at all. How many can you
# name from their message alone?
