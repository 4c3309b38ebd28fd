# %% [markdown]
# # 10 · Shipping
#
# {badge}
#
# A tagger is of use once other programs can ask it, and once you notice when it is no longer right. After
# this chapter yours answers over HTTP, says no politely, and is watched.
#
# | minutes | needs | after this you can |
# |---|---|---|
# | 65 | chapters {metrics} and {thresholds} | put a tagger to use, watch it, and know when to tune again |

# %%
# {setup}

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from helpers import calibration, course, data, exercises, metrics, models, plots
from helpers import shipping, thresholds
from helpers.activations import sigmoid

course.start("10")

# %% [markdown]
# ## Warm-up
#
# A few questions from earlier chapters. Answer from memory, then go on.

# %%
exercises.warm_up("10")

# %% [markdown]
# ## Why it matters
#
# A notebook is used by whoever wrote it. A tagger in use is called by programs that know nothing of this
# course: with texts that are missing, endless or in another language, at three in the morning. Three things
# go wrong there. The thresholds get lost, so it predicts other labels than the ones you judged. A bad
# request brings it down. Or everything runs, and the texts have changed, and nobody looks.
#
# First something to ship. Tagging the validation and test texts takes about ten seconds.

# %%
tagger = models.load_tagger()
names = tagger.label_names
texts, targets, logits = {}, {}, {}
for split in ["validation", "test"]:
    rows = data.load_newsdesk(split=split)
    texts[split] = rows["text"][:]
    targets[split] = np.array(rows["labels"][:]).astype(int)
    found = models.predict_logits(tagger.model, tagger.tokenizer, texts[split])
    logits[split] = found.astype(float)
probabilities = {split: sigmoid(z) for split, z in logits.items()}
print({split: p.shape for split, p in probabilities.items()})

# %% [markdown]
# The desk that ordered it says: a missed label costs us 7, a false alarm 3. From chapter {thresholds}:
# calibrate, then take 3 / (3 + 7) as the threshold. But a temperature is one more number that somebody has to
# apply in use, and that can be forgotten. It can be had without: `sigmoid(z / T) > t` says the same as
# `sigmoid(z) > sigmoid(T * logit(t))`, since both say that `z` is above `T` times the logit of `t`, which is
# `log(t / (1 - t))`. So the threshold moves, and the tagger stays as it is.

# %%
cost_fp, cost_fn = 3, 7
bar = thresholds.from_costs(cost_fp, cost_fn)
temperature = calibration.fit_temperature(targets["validation"], logits["validation"])
new_bar = sigmoid(temperature * np.log(bar / (1 - bar)))
same = (sigmoid(logits["test"] / temperature) > bar) == (probabilities["test"] > new_bar)
print(f"temperature {temperature:.2f}: threshold {bar:.2f} becomes {new_bar:.3f}")
print(f"predictions that agree on test: {same.mean():.0%}")

# %% [markdown]
# Saved, with model, tokenizer and thresholds in one folder. It is a temporary one here, so nothing of yours is
# touched. (A few seconds.)

# %%
import dataclasses
import tempfile
from pathlib import Path

home = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
folder = Path(home.name, "desk_tagger")
chosen = np.full(len(names), round(float(new_bar), 3))
models.save_tagger(folder, dataclasses.replace(tagger, thresholds=chosen))
needed = ("model.safetensors", "tokenizer.json", "thresholds.json")
[name for name in needed if (folder / name).is_file()]

# %% [markdown]
# ## The idea: what `pipeline` really does
#
# `pipeline` is what most tutorials ship. Point it at the folder and give it a text. **Guess first:** this
# one is about politics and about technology. How many labels come back?

# %%
import transformers

pipeline = transformers.pipeline("text-classification", model=str(folder), device="cpu")
text = "Parliament votes on a law that opens the source code of all voting machines."
[(one["label"], f"{one['score']:.2f}") for one in pipeline(text)]

# %% [markdown]
# One: the most probable, as if the labels excluded each other. `top_k=None` asks for all of them:

# %%
everything = pipeline(text, top_k=None)
print({one["label"]: f"{one['score']:.2f}" for one in everything})
print(f"sum {sum(one['score'] for one in everything):.2f}")

# %% [markdown]
# The sum is not 1, so this was sigmoid and not softmax. Nobody told the pipeline. Who did? **Guess first:**
# what will the sum be after the next cell changes one word of the configuration?

# %%
kept = pipeline.model.config.problem_type
pipeline.model.config.problem_type = "single_label_classification"
changed = pipeline(text, top_k=None)
pipeline.model.config.problem_type = kept
print("saved with the model:", kept)
print({one["label"]: f"{one['score']:.2f}" for one in changed})
print(f"sum {sum(one['score'] for one in changed):.2f}")

# %% [markdown]
# `problem_type`, which was saved in `config.json`, decides. So three things to know of a pipeline:
#
# 1. It applies **sigmoid** if the saved `problem_type` says multi-label; softmax if nothing is saved and there
#    are several labels.
# 2. It returns the **top label only**, unless you say `top_k=None`.
# 3. It knows **no threshold**. The file `thresholds.json` lies in its folder, and it does not read it.
#
# ## See it run: three ways, the same labels
#
# Whoever uses your tagger may have this course, or transformers alone, or a pipeline. All three have to
# give the same labels on every test text. With the course's helpers:

# %%
tagger = models.load_tagger(folder)
found = models.predict_logits(tagger.model, tagger.tokenizer, texts["test"])
by_helpers = thresholds.apply_thresholds(sigmoid(found), tagger.thresholds)
print(f"{by_helpers.sum()} labels for {len(by_helpers)} texts")

# %% [markdown]
# With a pipeline, and the thresholds by hand. Its scores come sorted, so they are matched by name:

# %%
import json

stored = json.loads((folder / "thresholds.json").read_text(encoding="utf-8"))["thresholds"]
by_pipeline = np.zeros_like(by_helpers)
for i, scores in enumerate(pipeline(texts["test"], top_k=None, batch_size=32, truncation=True)):
    for one in scores:
        by_pipeline[i, names.index(one["label"])] = one["score"] > stored[one["label"]]
print(stored)

# %% [markdown]
# With plain transformers, the way a colleague without this course would write it:

# %%
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
tokenizer = AutoTokenizer.from_pretrained(folder)
bars = torch.tensor([stored[model.config.id2label[i]] for i in range(model.config.num_labels)])
by_hand = []
for start in range(0, len(texts["test"]), 32):
    some = texts["test"][start : start + 32]
    batch = tokenizer(some, padding=True, truncation=True, return_tensors="pt")
    with torch.inference_mode():
        by_hand.append(torch.sigmoid(model(**batch).logits) > bars)
by_hand = torch.cat(by_hand).numpy()
del model  # a hundred megabytes less

# %%
assert (by_hand == by_helpers).all() and (by_pipeline == by_helpers).all()
top_only = np.zeros_like(by_helpers)
top_only[np.arange(len(top_only)), probabilities["test"].argmax(axis=1)] = 1
ways = {
    "three ways, thresholds read": by_helpers,
    "pipeline, all scores, 0.5": (probabilities["test"] > 0.5).astype(int),
    "pipeline, as it comes": top_only,
}
other = [f"{(given != by_helpers).any(axis=1).mean():.0%}" for given in ways.values()]
f1 = [f"{metrics.bootstrap(targets['test'], given, 'macro-F1')}" for given in ways.values()]
cost = [thresholds.total_cost(targets["test"], g, cost_fp, cost_fn) for g in ways.values()]
pd.DataFrame({"texts with other labels": other, "macro-F1": f1, "cost": cost}, index=ways)

# %%
half = (probabilities["test"] > 0.5).astype(int)
gap = metrics.bootstrap(targets["test"], by_helpers, "macro-F1", rival=half)
print("macro-F1, thresholds read above 0.5:", gap)

# %% [markdown]
# The first row is what you judged. The last is what somebody ships who calls the pipeline and takes what comes:
# a label for every text, and never two. Between the first two rows F1 has no favorite that these texts
# could prove; the costs are what the thresholds were chosen by, and chapter {thresholds} shows how sure such a difference is.
#
# ## Say what it is: the card
#
# The folder will outlive your memory of it. A **model card** says what the tagger knows, what it learned from,
# how good it is and, above all, what it is *not* for. Numbers typed by hand go stale, so code fills them in.
# What no code can know, `card` asks for, and it refuses an empty answer.

# %%
page = shipping.card(
    tagger,
    targets["test"],
    by_helpers,
    title="Desk tagger",
    trained_on="newsdesk's training texts: invented news in English, labeled by its writers",
    judged_on="newsdesk's test split, which chose nothing",
    thresholds_from=f"costs {cost_fp} to {cost_fn}, temperature {temperature:.2f} (validation)",
    made_for="a first guess at the topics of short news, for an editor who looks",
    not_for=["decisions about people", "other languages than English", "labels it never saw"],
)
(folder / "README.md").write_text(page, encoding="utf-8")
print(page.partition("**Trained")[0])

# %%
print("\n".join(line for line in page.splitlines() if line.startswith("|")))

# %% [markdown]
# `README.md` is where the hub looks for a card, too. The scores have their intervals, so whoever reads
# the card sees how sure each of them is. Comparing two taggers takes both on the same texts (chapter {metrics}).
#
# ## How fast: latency and throughput
#
# **Latency** is how long one text waits for its labels. **Throughput** is how many texts are done per second.
# They pull in different directions. Texts that share a batch are computed together, but the shorter ones are
# padded to the longest (chapter {tokenization}), and padding is work for nothing. That can be counted. **Guess first:**
# in batches of 64 test texts as they come, what share of the tokens is padding? And if texts of like length share
# a batch?

# %%
lengths = np.array([len(ids) for ids in tagger.tokenizer(texts["test"])["input_ids"]])


def tokens_computed(lengths, batch_size):
    starts = range(0, len(lengths), batch_size)
    batches = [lengths[start : start + batch_size] for start in starts]
    return sum(len(batch) * batch.max() for batch in batches)


rows = {}
for size in [1, 8, 64, 400]:
    orders = [lengths, np.sort(lengths)]
    rows[size] = [f"{1 - lengths.sum() / tokens_computed(one, size):.0%}" for one in orders]
padding = pd.DataFrame(rows, index=["as they come", "by length"]).T
padding.rename_axis("texts per batch: share of padding")

# %%
sizes, told = [2**k for k in range(9)], []
looks = {"as they come": (lengths, plots.SECOND), "by length": (np.sort(lengths), plots.MAIN)}
for name, (order, color) in looks.items():
    share = [1 - lengths.sum() / tokens_computed(order, size) for size in sizes]
    plt.plot(sizes, share, color=color, marker="os"[name == "as they come"], label=name)
    told.append(f"{name}, the share of padding is {share[6]:.0%} in batches of 64")
plt.xscale("log", base=2)
plt.title("Padding, of all tokens that are computed")
plt.gca().set(xlabel="texts per batch", ylabel="share of padding", ylim=(0, 0.7))
plt.legend(frameon=False)
plt.show()
plots.twin("; ".join(told) + ".")

# %% [markdown]
# One text at a time pads nothing, middling batches by length pad little, and in one batch of everything no order helps. `predict_logits` sorts by length;
# a pipeline takes texts as they come. What does it mean in time? The next cell measures on your machine, so its
# numbers are yours; what is saved here is one machine's. (About ten seconds.)

# %% tags=["nbval-ignore-output", "timed"]
import time

some = texts["test"][:60]
ways = {
    "batches by length": lambda: models.predict_logits(tagger.model, tagger.tokenizer, some),
    "one at a time": lambda: models.predict_logits(tagger.model, tagger.tokenizer, some, 1),
    "pipeline, batches of 32": lambda: pipeline(some, top_k=None, batch_size=32),
}
seconds = {name: [] for name in ways}
for name, way in [*ways.items()] * 3:  # in turns, so that a busy moment hits all of them
    started = time.perf_counter()
    way()
    seconds[name].append(time.perf_counter() - started)
least = {name: min(times) for name, times in seconds.items()}
pd.Series({n: f"{s / least['batches by length']:.1f} times as long" for n, s in least.items()})

# %% [markdown]
# Whatever your ratios are, the answers may not depend on the way:

# %%
alone = models.predict_logits(tagger.model, tagger.tokenizer, some, batch_size=1)
together = models.predict_logits(tagger.model, tagger.tokenizer, some)
assert np.abs(alone - together).max() < 1e-4
print("logits agree to 0.0001, alone and in batches")

# %% [markdown]
# So ask for many texts in one request where you can, and a tagger that reads a file wants batches (`python -m helpers.tag`
# does that). **Threads** are the other screw. torch uses several cores for one batch. Several server
# processes on one machine share these cores, so give each its part: `torch.set_num_threads(1)`. Does a thread more or less change the answers?

# %%
threads = torch.get_num_threads()
torch.set_num_threads(1)
with_one = models.predict_logits(tagger.model, tagger.tokenizer, some)
torch.set_num_threads(threads)
assert np.abs(with_one - together).max() < 1e-4
print("logits agree to 0.0001, with one thread and with all")

# %% [markdown]
# ## A service
#
# Other programs ask over HTTP: they send JSON to an address and get JSON back. FastAPI makes a service of a
# function. A **type** says what may come in, and whatever does not fit is refused with status **422** before your
# function sees it. (200 is fine, a 4 in front means that the request is wrong, a 5 that the service is.)

# %%
import fastapi
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel


class Texts(BaseModel):
    texts: list[str]


print("FastAPI", fastapi.__version__)

# %%
small = FastAPI()


@small.post("/tag")
def tag(request: Texts):
    found = models.predict_logits(tagger.model, tagger.tokenizer, request.texts)
    given = sigmoid(found) > tagger.thresholds
    return [[name for name, one in zip(names, row, strict=True) if one] for row in given]


# %% [markdown]
# `TestClient` asks the service inside this kernel: the same code as over a network, without one.

# %%
client = TestClient(small, raise_server_exceptions=False)
answer = client.post("/tag", json={"texts": [text, "The ladder is back in the shed."]})
print(answer.status_code, answer.json())

# %% [markdown]
# ## When it breaks
#
# Six requests that real programs send by accident:

# %%
bad = {
    "a null": b'{"texts": [null]}',
    "one text, no list": b'{"texts": "Goal."}',
    "broken off": b'{"texts": ["Goal.',
    "not a number": b'{"texts": [NaN]}',
    "half a character": b'{"texts": ["\\ud83d"]}',
    "a misspelled field": b'{"text": ["Ms. Doe has been ill since May."]}',
}


# %% [markdown]
# **Guess first:** which of them gets a status with a 5 in front, so that the service takes the blame?


# %%
def statuses(client):
    kind = {"content-type": "application/json"}
    return {
        name: client.post("/tag", content=b, headers=kind).status_code for name, b in bad.items()
    }


pd.Series(statuses(client), name="status").to_frame()

# %% [markdown]
# Two of them. `NaN` is refused, but FastAPI repeats the wrong value in its reply, and JSON has no `NaN`: writing
# the refusal fails. Half a character (one half of an emoji, cut by a program that counts wrongly) is a string to
# Python, gets through the type, and the tokenizer cannot encode it. And look at what the last one is answered:

# %%
answer = client.post("/tag", content=bad["a misspelled field"])
print(answer.status_code, "Ms. Doe" in answer.text)

# %% [markdown]
# The text comes back in the error, and errors are what programs write into their logs. Also, nothing here limits
# how much is sent. `shipping.service` is the same idea with these holes closed, for any tagger's folder:

# %%
client = TestClient(shipping.service(folder), raise_server_exceptions=False)
print(statuses(client))
answer = client.post("/tag", content=bad["a misspelled field"])
print(answer.json()["detail"], "Ms. Doe" in answer.text)

# %% [markdown]
# It reads thresholds from the folder, refuses what it cannot read with place and reason, says its limits, and
# says when a text was longer than the model reads, since then its labels are of the beginning only:

# %%
requests = {
    "good": [text],
    "too many": ["Goal."] * 257,
    "too large": ["a" * 20_001],
    "too long": ["The vote was late. " * 200],
}
for name, some_texts in requests.items():
    answer = client.post("/tag", json={"texts": some_texts})
    content = answer.json()
    told = content.get("detail") or [content["results"][0]["labels"], f"cut: {content['cut']}"]
    print(f"{name}: {answer.status_code}", *told)
print("GET, which asks for a page and sends nothing:", client.get("/tag").status_code)
print("an address that is not there:", client.post("/tags", json={"texts": ["A"]}).status_code)

# %% [markdown]
# Does it give the labels that you judged? On all test texts, in requests of a hundred:

# %%
served = []
for start in range(0, len(texts["test"]), 100):
    answer = client.post("/tag", json={"texts": texts["test"][start : start + 100]})
    served += [one["labels"] for one in answer.json()["results"]]
expected = [[names[j] for j in np.flatnonzero(row)] for row in by_helpers]
assert served == expected
health = client.get("/health").json()
print(health["status"], health["limits"])
print(health["thresholds"])
print(health["seen"])

# %% [markdown]
# `GET /health` is for the program that restarts services, and its counts are for you. To run it for real, put two
# lines into `app.py` and start a server, which listens on your machine alone unless you say otherwise:
#
# ```
# from helpers import shipping
# app = shipping.service("desk_tagger")
# ```
#
# ```
# uvicorn app:app --port 8000 --limit-concurrency 100
# ```
#
# One thread computes. What comes in meanwhile waits and is then tagged together, so callers with one text each share
# batches as well. The service asks nobody who they are. Before it is open to others, something in front of it has to:
# your company's gateway, or a proxy with passwords and encryption.
#
# ## Common gotcha: no error is no proof
#
# The service is up, each answer has status 200. Are they right? Nobody labels what comes in, so F1 cannot be
# had. Three things can be watched without any labels:
#
# - the share of texts that get **no label**,
# - how often **each label** is given,
# - the mean **confidence**: how near a probability is to 0 or to 1, on average.
#
# Each is compared with the validation texts, on which the tagger was judged. How far may they be apart by chance? For
# a share there is an interval, as in chapter {metrics}. Here for the share of texts without a label, on
# validation and on test, with the normal curve's 1.96 standard errors for 95 %:

# %%
given = {split: p > chosen for split, p in probabilities.items()}
none = {split: ~one.any(axis=1) for split, one in given.items()}
gap = none["test"].mean() - none["validation"].mean()
error = np.sqrt(sum(one.var() / len(one) for one in none.values()))
print(f"no label: validation {none['validation'].mean():.3f}, test {none['test'].mean():.3f}")
print(f"difference {gap:+.3f}, 95 % from {gap - 1.96 * error:+.3f} to {gap + 1.96 * error:+.3f}")

# %% [markdown]
# `shipping.watch` does it for all of them. It uses an interval that also holds for rare labels (Newcombe, 1998),
# and makes all of them wider, because six looks are six chances for a false alarm.

# %%
before = probabilities["validation"]


def look(now):
    table = shipping.watch(before, now, chosen, names)
    shown = table[["validation", "now", "low", "high"]].map("{:.3f}".format)
    return shown.assign(moved=np.where(table["moved"], "moved", ""))


look(probabilities["test"])

# %% [markdown]
# Nothing moved: the test texts are of the same kind. How often does it cry wolf? Draw texts of the same kind
# two hundred times and count:

# %%
rng, alarms = np.random.default_rng(0), 0
for _ in range(200):
    rows = rng.integers(len(before), size=200)
    alarms += shipping.watch(before, before[rows], chosen, names)["moved"].any()
print(f"false alarms in {alarms} of 200 looks at 200 texts")

# %% [markdown]
# At most one in twenty is promised. (Here the texts are drawn from the validation split itself, so its own luck does not
# count, and there are fewer.)
#
# ## Three shifts
#
# Now the world changes, in three ways:
#
# - *An election is over*: a text about politics is met five times less often.
# - *Another language*: the stress set's texts that are not in English.
# - *No news at all*: private messages, which ended up in the wrong folder.

# %%
stress = data.load_stress()
sorts, odd = np.array(stress["sort"][:]), ["language", "no news", "code"]
picked = np.isin(sorts, odd)
odd_texts = np.array(stress["text"][:])[picked].tolist()
stress_logits = models.predict_logits(tagger.model, tagger.tokenizer, odd_texts)
politics = names.index("politics")
weight = np.where(targets["test"][:, politics] == 1, 0.2, 1.0)
drawn = np.random.default_rng(0).choice(len(weight), size=200, p=weight / weight.sum())
now = {"election over": probabilities["test"][drawn]}
truth = {"election over": targets["test"][drawn]}
for sort in odd:
    now[sort] = sigmoid(stress_logits[sorts[picked] == sort].astype(float))
    truth[sort] = np.array(stress["labels"][:]).astype(int)[sorts == sort]

# %% [markdown]
# **Guess first**, for each of the three: will the watch see it, and are the labels still right?
#
# The first one:

# %%
look(now["election over"])

# %% [markdown]
# And the other two, and a fourth: *code*, which is tables, logs and programs. In short, with what you would not
# know in use, the share of texts whose labels are all right:

# %%
rows = {}
for name, p in {"test": probabilities["test"], **now}.items():
    table = shipping.watch(before, p, chosen, names)
    right = ((p > chosen) == (truth.get(name, targets["test"]) == 1)).all(axis=1)
    moved = ", ".join(map(str, table.index[table["moved"]])) or "nothing"
    rows[name] = [len(p), moved, f"{right.mean():.0%}"]
pd.DataFrame(rows, index=["texts", "moved", "texts all right"]).T

# %% [markdown]
# Read the two columns on the right together. *No news* moves nearly everything, and the tagger is right: these
# texts have no label. *Another language* moves only the share of texts without a label, and more than half of its
# texts are wrong; its confidence has not moved. *Code* moves nothing, and whether its labels are worse than
# test's so few texts cannot tell. So **an alarm says "look", not "it is broken"**. And silence is no proof: whatever
# the true labels are, the watch prints the same table, since it does not see them. What helps against both is the same:
# each week label a small sample, drawn at random, and score it.
#
# ## What to do about it
#
# You looked, and labeled a sample. Tune again, or annotate and train? Ask what the best thresholds could do at most. For
# the language texts, cheat on purpose: search for the thresholds on the very texts that judge them, which flatters.

# %%
rows = {}
for name in ["language", "code"]:
    cheat = thresholds.best_f1(truth[name], now[name], objective="micro").score
    here = metrics.bootstrap(truth[name], (now[name] > chosen).astype(int), "micro-F1")
    rows[name] = [f"{here}", f"{cheat:.2f}"]
here = metrics.bootstrap(targets["test"], by_helpers, "micro-F1")
rows["test"] = [f"{here}", ""]
pd.DataFrame(rows, index=["micro-F1", "best thresholds, flattered"]).T

# %% [markdown]
# For *language* even thresholds that have seen the answers stay far below test. The order of the
# probabilities is wrong, and no threshold changes an order (chapter {metrics}). So: keep these texts away, or
# annotate some and train. For *code* the first interval holds test's score: no difference was found, so collect more.
#
# And for the election? There the texts are of the same kind and only rarer. Draw such weeks two hundred times: tune
# on one half of the texts, by the desk's costs, and judge on the other half. Does it save anything?


# %%
def cost_of(y, p, t):
    return cost_fp * ((p > t) & (y == 0)).sum() + cost_fn * ((p <= t) & (y == 1)).sum()


rng, bills, saved, n_politics = np.random.default_rng(0), [], [], []
y, p = targets["test"][:, politics], probabilities["test"][:, politics]
cuts = np.linspace(0.02, 0.98, 49)
for _ in range(200):
    a, b = np.split(rng.permutation(len(y)), 2)
    a, b = (rng.choice(half, 100, p=weight[half] / weight[half].sum()) for half in (a, b))
    costs = np.array([cost_of(y[a], p[a], t) for t in cuts])
    again = np.median(cuts[costs == costs.min()])  # with so few, many cuts cost the same
    bills.append(cost_of(y[b], p[b], chosen[politics]))
    saved.append(bills[-1] - cost_of(y[b], p[b], again))
    n_politics.append(y[a].sum())

# %%
low, high = np.quantile(saved, [0.025, 0.975])
print(f"tuned on 100 texts, about politics {np.mean(n_politics):.0f} of them on average")
print(f"saved per 100 texts: {np.mean(saved):+.1f} of {np.mean(bills):.1f} on average")
print(f"95 % of the weeks from {low:+.0f} to {high:+.0f}")
print(f"weeks in which it saved something: {np.mean(np.array(saved) > 0):.0%}")

# %% [markdown]
# It saved something on average; in nearly half of the weeks it saved nothing, and in some it cost more. A hundred texts with so few about politics are
# little to choose a threshold by. What the watch saw is real, and with more texts the answer is surer: try
# on one half what you would choose on the other, as here, before you change what is in use. (All weeks are drawn from the same test texts, so they
# differ less than real ones.)
#
# ## A band for people
#
# Chapter {thresholds} had two thresholds: sure enough to give, sure enough to leave off, and between them a person
# looks. Where should the two lie? The costs say it. A person's look at one label of one text costs, say, 1.
# Without a look a label that is left off costs $7p$ on average, and one that is given costs $3(1 - p)$. A look pays
# where both are more than 1: for $p$ between $1/7$ and $1 - 1/3$, in calibrated probabilities. The next cell writes that down.

# %%
look_cost = 1
low, high = look_cost / cost_fn, 1 - look_cost / cost_fp


def with_a_band(split):
    y, p = targets[split] == 1, sigmoid(logits[split] / temperature)
    wrong, unsure = (p > bar) != y, (p > low) & (p < high)
    price = np.where(y, cost_fn, cost_fp) * wrong
    gain = (price - np.where(unsure, look_cost, price)).sum(axis=1)
    draws = np.random.default_rng(0).choice(gain, (2000, len(y))).sum(axis=1)
    ends = np.quantile(draws, [0.025, 0.975])
    saved = f"{gain.sum():.0f} ({ends[0]:.0f} to {ends[1]:.0f})"
    met = f"{(wrong & unsure).sum()} of {wrong.sum()}"
    return [f"{unsure.any(axis=1).mean():.0%}", met, price.sum(), saved]


# %% [markdown]
# **Guess first:** what share of the texts will people see, and how many of the mistakes?

# %%
rows = {split: with_a_band(split) for split in ["validation", "test"]}
print(f"band from {low:.2f} to {high:.2f}")
pd.DataFrame(rows, index=["texts seen", "mistakes met", "cost alone", "saved (95 %)"]).T

# %% [markdown]
# The band was fixed by the costs; only the temperature was fitted on validation. About half of the mistakes lie
# outside: the tagger is sure of them. Whether the band pays is a matter of its interval: where that holds 0, these
# texts cannot tell. And it takes the person to be right always. A band has a use that no table shows, too: what people
# decide there are new labels, for the texts that the tagger finds hardest. But these alone are no sample to score by.
# Draw that one at random.
#
# ## Privacy: what not to log
#
# Texts are people's. Log what you need to watch, and nothing by which somebody could be found:
#
# | log | do not log |
# |---|---|
# | time, how many texts, how long they are | the texts, or parts of them |
# | labels given, how often; texts cut | who asked about which text |
# | probabilities, if you watch by them, without a key to the text | a refused request, or an error that repeats one |
# | which tagger, which thresholds | passwords and keys in a request's headers |
#
# A sample to label needs texts, and leave to keep them: store it apart, small, and with a date by
# which it is deleted. A log line made from the service's answer alone cannot hold a text, since the answer holds none:

# %%
private = "Ms. Doe of 12 Elm Street has been elected to the town council."
answer = client.post("/tag", json={"texts": [private, text]}).json()
given = [name for one in answer["results"] for name in one["labels"]]
line = json.dumps(
    {
        "texts": len(answer["results"]),
        "cut": answer["cut"],
        "labels": pd.Series(given).value_counts().to_dict(),
    }
)
assert "Doe" not in line and "Elm" not in json.dumps(answer)
print(line)

# %% [markdown]
# Does it matter which label somebody's text got? Sometimes that alone says too much: think of *health*. Then log
# sums over a day.
#
# ## From practice
#
# | you see | do |
# |---|---|
# | other labels than in your notebook | compare thresholds and `problem_type` in the folder; run the three ways on a few texts |
# | many texts cut | split them; what stands after the limit is not read |
# | the watch says "moved" | look at fifty texts before you change anything |
# | it moved, and the labels are right | nothing; or keep such texts away |
# | it moved, and the best thresholds would do on the labeled sample | tune again, on enough texts, and judge on others |
# | the best thresholds would not do either | annotate, train, and a new card |
# | nothing moved for months | label the weekly sample all the same |
#
# ## Check your understanding
#
# Since Monday the share of texts without a label is twice as high. A colleague wants to lower all thresholds until
# it is as before. What do you say? Answer before you open this.
#
# <details><summary>Answer</summary>
#
# That this repairs the number that is watched and not what it stands for. If the new texts are no news, "no label" is
# right, and lower thresholds would make labels up. If they are in another language, their order is wrong, and lower
# thresholds give labels at random. Look at a sample of texts first, label it, and see what the best thresholds could
# do. The cell below does what the colleague wants to the "no news" texts.
#
# </details>

# %%
p = now["no news"]
wanted = none["validation"].mean()
lowered = np.quantile(p.max(axis=1), wanted)
given = p > lowered
print(f"all thresholds below 0.01: {lowered < 0.01}")
print(f"no label for {(~given.any(axis=1)).mean():.0%} of the texts")
print(f"{given.sum()} labels given, {(given & (truth['no news'] == 1)).sum()} of them right")

# %%
exercises.questions("10")

# %% [markdown]
# ## Exercises
#
# [Exercises for this chapter](../exercises/10_shipping.ipynb): a pipeline that lost its thresholds, a service that
# trusts its callers, and an alarm to be judged. They say *why* when an answer is wrong.
#
# ## Next
#
# Your tagger is in use, and you know when it needs you. What is left is to do all of it with texts of your own: the
# [capstone](11_capstone.ipynb), chapter {capstone}.
