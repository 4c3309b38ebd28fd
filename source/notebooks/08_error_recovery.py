# %% [markdown]
# # 8 · Error recovery
#
# {badge}
#
# You will meet more than a dozen real errors, name each one, and fix it. Then comes the other kind:
# the faults that raise nothing and cost more.
#
# | minutes | needs | after this you can |
# |---|---|---|
# | 75 | chapters {encoder} and {sigmoid}, and F1 from chapter {metrics} | meet an error, name it, fix it; find the faults that no error tells of |

# %%
# {setup}

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch
import transformers

from helpers import activations, course, data, exercises, metrics, models, plots
from helpers.doctor import examine, recover

course.start("08")

# %% [markdown]
# ## Warm-up
#
# A few questions from earlier chapters. Answer from memory, then go on.

# %%
exercises.warm_up("08")

# %% [markdown]
# ## Why it matters
#
# An error stops you, and many people then change things until it goes away. That is slow, and
# sometimes the error goes away and the fault stays. This chapter's way has five steps, the same each
# time:
#
# **what was done · what it said · why · fix · check.**
#
# The last is the one most often left out. An error that is gone is no proof that the result is
# right.
#
# All messages here are raised live, on the versions printed above. Another version may word them
# differently, and some did: where that is known, it is said.
#
# To have something to break, here are two models: the shipped tagger, and a tiny one with random
# weights, which is quick to make and enough wherever the answers themselves do not matter. It is
# saved in a temporary folder, `checkpoint`, as a trained model of yours would be.

# %%
import tempfile

tagger = models.load_tagger()
tokenizer, names = tagger.tokenizer, tagger.label_names
scratch = tempfile.TemporaryDirectory()  # goes away with the notebook's kernel
checkpoint = scratch.name + "/tiny"


def tiny(**settings):
    sizes = {"hidden_size": 16, "intermediate_size": 16, "vocab_size": len(tokenizer)}
    sizes |= {"num_hidden_layers": 1, "num_attention_heads": 2}
    torch.manual_seed(0)
    config = transformers.BertConfig(**sizes, **settings)
    return transformers.BertForSequenceClassification(config).eval()


# %%
tiny(num_labels=4, problem_type="multi_label_classification").save_pretrained(checkpoint)
tokenizer.save_pretrained(checkpoint)
Classifier = transformers.AutoModelForSequenceClassification  # a shorter name, for this chapter
texts = [
    "The ministry moves all its paperwork to an app.",
    "Whoever borrowed the ladder, please bring it back.",
    "The basketball team won the championship game.",
]
labels = torch.tensor([[0.0, 1, 1, 0], [0, 0, 0, 0], [1, 0, 0, 0]])
batch = tokenizer(texts, padding=True, return_tensors="pt")
model = Classifier.from_pretrained(checkpoint)
print(f"{len(texts)} texts, labels {tuple(labels.shape)}")
print(f"loss {model(**batch, labels=labels).loss:.2f}, as of any fresh head")

# %% [markdown]
# ## The idea: read a traceback from its end
#
# When Python stops, it prints a **traceback**: the calls that led to the error, the latest one
# last. It can be forty lines long. Two places matter.
#
# 1. **The last line**: the type of the error and its message. Read it first, to the end.
# 2. **Your own line**: go up until you see code that you wrote (an arrow `---->` marks the line).
# The cause is often there, and seldom in the library's lines below it.
#
# The course has help for the third step, the why. `%load_ext helpers.doctor` switches it on, once
# a notebook: below the traceback of an error that it knows, it prints the cause, a fix and a
# check. It hides nothing, and where it does not know, it says nothing. (The cell below has
# `%reload_ext`: the same, but it may be run twice without a remark.)
#
# Run this cell. It fails, and is meant to. Read the last line of the traceback, find your own line
# (in `loss_of`), and only then read on to the diagnosis. (Saved without a kernel, the notebook
# shows only the last line.)

# %% tags=["raises-exception"]
# %reload_ext helpers.doctor


def loss_of(model, batch, labels):
    return model(**batch, labels=labels).loss


loss_of(model, batch, labels.int())

# %% [markdown]
# You know this one from chapter {sigmoid}. "Int" is a whole number, the loss wants floats. The fix:

# %%
whole_numbers = labels.int()
print(f"loss {model(**batch, labels=whole_numbers.float()).loss:.2f}")

# %% [markdown]
# From here on the errors are raised inside `with recover():`. It shows the last line and the
# diagnosis, without the traceback, and the notebook goes on. In your own work leave it out:
# `%load_ext` is all you need there.
#
# ## See it run: four that a tutorial lists
#
# A tutorial you may meet ends with a list of four troubles. Let us raise them.
#
# ### 1 · A wrong `problem_type`
#
# *Done:* `"multi_label"` instead of `"multi_label_classification"`. The list says that this raises
# "ValueError: problem_type must be one of...".
#
# Releases differ in whether `from_pretrained` takes the word, as the table below says. So that you see
# the same on all of them, here it comes in by another way, which none of them checks.
#
# **Guess first.** Where will it fail: at once, at the loss, or at the training?

# %%
wrong = Classifier.from_pretrained(checkpoint)
vars(wrong.config)["problem_type"] = "multi_label"
print("problem_type is", wrong.config.problem_type)
print("loss:", wrong(**batch, labels=labels).loss)

# %% [markdown]
# No error, and no loss: a problem that nobody knows has the loss `None`. The trouble comes one step later,
# and what it says does not mention `problem_type` at all.

# %%
with recover():
    wrong(**batch, labels=labels).loss.backward()

# %% [markdown]
# With the `Trainer` of chapter {training} the same fault has another face:

# %%
arguments = transformers.TrainingArguments(
    output_dir=scratch.name, use_cpu=True, report_to="none", disable_tqdm=True, save_strategy="no"
)
rows = [
    {"input_ids": tokenizer(text)["input_ids"], "labels": target}
    for text, target in zip(texts, labels.tolist(), strict=True)
]
collator = transformers.DataCollatorWithPadding(tokenizer)
trainer = transformers.Trainer(
    model=wrong, args=arguments, train_dataset=rows, data_collator=collator
)
with recover():
    trainer.train()

# %% [markdown]
# | transformers | what `from_pretrained(problem_type="multi_label")` does |
# |---|---|
# | 4.6 to 5.3 | nothing; saved and loaded again, a `ValueError` "was not understood" |
# | 5.4 to 5.17 | a `StrictDataclassFieldValidationError` at once |
# | 5.18 to 5.23 | nothing |
#
# None of the versions examined says "problem_type must be one of". *Fix:* the right word. *Check:*
# ask for it by an `assert` of your own, since the library may not.

# %%
model = Classifier.from_pretrained(checkpoint, problem_type="multi_label_classification")
assert model.config.problem_type == "multi_label_classification"
print(f"loss {model(**batch, labels=labels).loss:.2f}")

# %% [markdown]
# ### 2 · Half and Float
#
# Numbers can be stored in 32 bits ("Float", the usual) or in 16 ("Half", to save memory). In products of matrices torch does not mix them. *Done:* a model was saved in half precision, loaded, and given a new head.

# %%
half_checkpoint = scratch.name + "/half"
tiny(num_labels=4).half().save_pretrained(half_checkpoint)
half = Classifier.from_pretrained(half_checkpoint, dtype="auto")  # as it was saved
print("loaded as", half.dtype)
half.classifier = torch.nn.Linear(16, 4)  # a new head: float32, as all new layers
with recover():
    half(**batch)

# %% [markdown]
# Since version 5, transformers does so without `dtype="auto"` too. Version 4 made float32 of it if you
# said nothing, so this error has one more way to come about. The tutorial lists other words, "expected scalar type Half but
# found Float". Those exist too; they come from another operation, a product of two batches:

# %%
with recover():
    torch.bmm(torch.rand(2, 3, 4).half(), torch.rand(2, 4, 3))

# %% [markdown]
# *Fix:* one type for all, at loading. *Check:* count the types among the weights.

# %%
fixed = Classifier.from_pretrained(half_checkpoint, dtype=torch.float32)
fixed.classifier = torch.nn.Linear(16, 4)
types = {str(weights.dtype) for weights in fixed.parameters()}
assert types == {"torch.float32"}
print(types, tuple(fixed(**batch).logits.shape))

# %% [markdown]
# ### 3 · sigmoid is not defined
#
# *Done:* the name was used without the module it lives in.

# %%
with torch.no_grad():
    logits = model(**batch).logits
with recover():
    sigmoid(logits)  # noqa: F821

# %%
probabilities = torch.sigmoid(logits)
assert ((probabilities >= 0) & (probabilities <= 1)).all()
print(f"probabilities from {probabilities.min():.2f} to {probabilities.max():.2f}")

# %% [markdown]
# ### 4 · All probabilities near 0 or 1
#
# This is no error, and often no fault. It has relatives: all in the middle, all low, all the same.
# A few numbers tell them apart. Here are six taggers. Five look at the same 100 test texts. The
# sixth is a plain model without a backbone, trained for four rare labels of newsdesk.
#
# First the logits that they start from: the shipped tagger's, and those of a fresh head.

# %%
test = data.load_newsdesk(split="test")
test_texts, targets = test["text"][:100], np.array(test["labels"][:100])
good = models.predict_logits(tagger.model, tokenizer, test_texts)
torch.manual_seed(153)  # a head that says yes to about two labels of four; others say more or fewer
fresh_model, _ = models.load_backbone(label_names=names)
fresh = models.predict_logits(fresh_model, tokenizer, test_texts)
print("logits", good.shape, "and", fresh.shape)

# %%
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline

rare = data.load_newsdesk(labels=["gaming", "travel", "energy", "housing"])
train_targets, rare_targets = (np.array(rare[split]["labels"][:]) for split in ["train", "test"])
plain = make_pipeline(TfidfVectorizer(), OneVsRestClassifier(LogisticRegression()))
plain.fit(rare["train"]["text"][:], train_targets)
rare_probabilities = plain.predict_proba(rare["test"]["text"][:])
print("probabilities", rare_probabilities.shape)

# %% [markdown]
# Now the six of them by name. The table after it has letters instead.

# %%
sigmoid_of = activations.sigmoid
cases = {
    "a good head": (sigmoid_of(good), targets),
    "sigmoid twice": (sigmoid_of(sigmoid_of(good)), targets),
    "softmax for sigmoid": (activations.softmax(good), targets),
    "logits times 10": (sigmoid_of(10 * good), targets),
    "a fresh head": (sigmoid_of(fresh), targets),
    "rare labels": (rare_probabilities, rare_targets),
}
print(len(cases), "taggers")

# %%
in_order = sorted(cases, key=lambda name: (cases[name][0].max().round(2), name))
letters = dict(zip("ABCDEF", in_order, strict=True))
table = {}
for letter, name in letters.items():
    p = cases[name][0]
    sums, extreme = p.sum(axis=1), ((p < 0.01) | (p > 0.99)).mean()
    table[letter] = [p.min(), p.max(), extreme, sums.min(), sums.max(), (p > 0.5).sum(1).mean()]
columns = "lowest highest extreme lowest_sum highest_sum labels_per_text".split()
pd.DataFrame(table, index=columns).T.map("{:.2f}".format)

# %% [markdown]
# *extreme* is the share below 0.01 or above 0.99; the sums are over the labels of a text.
# **Guess first.** Which letter is which? The highest value alone gives some away.
#
# Then ask `helpers.doctor.symptoms`, which knows such patterns:

# %%
from helpers.doctor import SYMPTOMS, symptoms

for letter, name in letters.items():
    found = symptoms(*cases[name]).names
    print(f"{letter}  {name:20} {', '.join(found) or 'no fault seen'}")

# %% [markdown]
# Look at *a good head* and *logits times 10*. Both reach from 0.00 to 1.00, so near 0 or 1 is no
# fault by itself. What differs is how many values lie there, and whether they are right to be so
# sure. For the second question you need targets:

# %%
for name in ["a good head", "logits times 10"]:
    p, y = cases[name]
    sure = (p < 0.01) | (p > 0.99)
    print(
        f"{name:16} {sure.sum()} of {p.size} are sure, {((p > 0.5) != y)[sure].sum()} of them wrong"
    )

# %% [markdown]
# The table to keep: how it looks, what may be behind it, and how to tell. For your own
# probabilities and targets, `symptoms(p, y)` as the last line of a cell shows the rows that fit.

# %%
SYMPTOMS

# %% [markdown]
# ## Twelve more
#
# Grouped by where they strike. For each: do it, read the last line, guess the cause, then read on.
#
# ### When you load
#
# **5 · Labels not counted.** *Done:* a model is made, and nobody says how many labels there are.

# %%
with recover():
    tiny()(**batch, labels=labels)

# %% [markdown]
# *Why:* "input" is what the loss was given, the logits: two columns, the library's default. The
# target has four. Whenever you read two shapes, ask which of the numbers is yours. *Fix:*
# `num_labels`; better, names, which count themselves.

# %%
named = tiny(id2label=dict(enumerate(names)), problem_type="multi_label_classification")
assert named.config.num_labels == labels.shape[1]
print(f"{named.config.num_labels} labels, loss {named(**batch, labels=labels).loss:.2f}")

# %% [markdown]
# **6 · From 4 to 20.** *Done:* a checkpoint with four labels is loaded for twenty.

# %%
with recover():
    Classifier.from_pretrained(checkpoint, num_labels=20)

# %% [markdown]
# *Why:* the head's weights have the wrong shape. The "above report" is on the screen unless the
# library's log is quiet, as it is here. *Fix:* say that the old head may go. *Check* two things:
# the new shape, and that you now own a **fresh head** that must be trained.

# %%
twenty = Classifier.from_pretrained(checkpoint, num_labels=20, ignore_mismatched_sizes=True)
assert twenty(**batch).logits.shape == (3, 20)
print("logits", tuple(twenty(**batch).logits.shape))
print("constants of the head all zero, so it is fresh:", bool((twenty.classifier.bias == 0).all()))

# %% [markdown]
# **7 · Nothing there.** *Done:* a folder's name is misspelled. **Guess first:** does the message
# say "no such folder"?

# %%
with recover():
    Classifier.from_pretrained("./no/such/folder")

# %% [markdown]
# *Why:* what is no folder is taken for a name on the hub, and judged as one. Had it looked like a
# good name, the library would have gone to the network for it. *Fix:* the right path. *Check*
# before loading, with Python's own means:

# %%
import os

for name, folder in [("misspelled", "./no/such/folder"), ("fixed", checkpoint)]:
    print(f"{name}: config.json is there: {os.path.exists(os.path.join(folder, 'config.json'))}")

# %% [markdown]
# **8 · No head.** *Done:* `AutoModel` for `AutoModelForSequenceClassification`.

# %%
with recover():
    transformers.AutoModel.from_pretrained(checkpoint)(**batch).logits

# %% [markdown]
# *Why:* `AutoModel` is the backbone alone. Chapter {encoder}'s picture: hidden states, no logits.

# %%
whole = Classifier.from_pretrained(checkpoint)
assert whole.base_model is not whole  # there is something around the backbone
print(type(whole).__name__, tuple(whole(**batch).logits.shape))

# %% [markdown]
# ### When you tokenize
#
# **Guess first.** Three calls, each with one fault. What is missing in each, and will the tokenizer
# complain, or the model?
#
# 1. `tokenizer(texts, return_tensors="pt")`
# 2. `model(**tokenizer(texts, padding=True))`
# 3. `tokenizer(pd.Series(texts), padding=True, return_tensors="pt")`
#
# **9 · Not padded.**

# %%
with recover():
    tokenizer(texts, return_tensors="pt")

# %% [markdown]
# "Excessive nesting" leads astray; "padding" in the same message is the cause. A tensor is a
# rectangle, and these texts have different lengths.
#
# **10 · Lists into the model.**

# %%
with recover():
    model(**tokenizer(texts, padding=True))

# %% [markdown]
# Here it is the model that complains, one step after the fault. That is common: the line that fails
# was *given* something wrong.
#
# **11 · A column of a table.**

# %%
with recover():
    tokenizer(pd.Series(texts), padding=True, return_tensors="pt")

# %% [markdown]
# *Fix* for all three, in one line. *Check:* a rectangle, with a mask of the same shape.

# %%
fixed_batch = tokenizer(
    pd.Series(texts).tolist(), padding=True, truncation=True, return_tensors="pt"
)
assert fixed_batch["input_ids"].shape == fixed_batch["attention_mask"].shape
print({name: tuple(value.shape) for name, value in fixed_batch.items()})

# %% [markdown]
# ### When you train
#
# **12 · The guess that sticks.** *Done:* no `problem_type`, and labels that are whole numbers.

# %%
guessing = tiny(num_labels=4)
print("before:", guessing.config.problem_type)
with recover():
    guessing(**batch, labels=labels.long())
print("after: ", guessing.config.problem_type)

# %% [markdown]
# *Why:* whole numbers look like positions, one for each text, so the library guessed "one label a
# text" and **wrote the guess into the model's settings**. There are three texts; twelve is three
# times four.
#
# **Guess first.** You turn the labels into floats, as you learned. Is it fixed?

# %%
import copy

stuck = copy.deepcopy(guessing)
with recover():
    stuck(**batch, labels=labels.float())

# %%
stuck.config.problem_type = "multi_label_classification"
loss = stuck(**batch, labels=labels.float()).loss
assert abs(loss.item() - np.log(2)) < 0.05  # a fresh head, as chapter {sigmoid} has it
print(f"loss {loss:.2f}")

# %% [markdown]
# Same message, after the right fix: the cause of the first error had left something behind. When
# an error survives its fix, start from a fresh model, or a fresh kernel.
#
# **13 · Renamed.** *Done:* an argument out of an older tutorial.

# %%
with recover():
    transformers.TrainingArguments(output_dir=scratch.name, evaluation_strategy="epoch")

# %% [markdown]
# *Why:* libraries rename. An "unexpected keyword argument" is either misspelled, or from another
# version than yours. *Check* which names yours has:

# %%
import inspect

known = inspect.signature(transformers.TrainingArguments).parameters
print([name for name in known if "eval" in name and "strategy" in name])
print("tokenizer" in inspect.signature(transformers.Trainer).parameters, "(tokenizer, in Trainer)")

# %% [markdown]
# ### When you measure
#
# **14 · Still recording.** *Done:* the logits are handed to numpy as they are.

# %%
with recover():
    model(**batch).logits.numpy()

# %% [markdown]
# *Why:* unless `no_grad` says otherwise, torch notes how each number came about, in training mode or not,
# and numpy cannot keep the notes.

# %%
with torch.no_grad():
    as_numpy = torch.sigmoid(model(**batch).logits).numpy()
assert as_numpy.shape == (len(texts), len(names))
print(type(as_numpy).__name__, as_numpy.shape)

# %% [markdown]
# **15 · Probabilities into a metric.** *Done:* the threshold was left out.

# %%
from sklearn.metrics import f1_score

with recover():
    f1_score(labels, as_numpy, average="macro")

# %%
predictions = (sigmoid_of(good) > 0.5).astype(int)
assert set(np.unique(predictions)) <= {0, 1}
print(f"macro-F1 {f1_score(targets, predictions, average='macro'):.2f}")

# %% [markdown]
# "Continuous" is scikit-learn's word for numbers with a fraction. (The fix is shown on the shipped
# tagger: for the tiny one a score would mean nothing.)
#
# **16 · numpy's numbers into a file.** *Done:* a result is to be saved as JSON.

# %%
import json

with recover():
    json.dumps(dict(zip(names, as_numpy[0], strict=True)))

# %%
saved = json.dumps(dict(zip(names, np.round(as_numpy[0], 2).tolist(), strict=True)))
assert list(json.loads(saved)) == names
print("saved and read again:", list(json.loads(saved)))

# %% [markdown]
# ## What happened
#
# There is a pattern in them. Some messages named the cause (14, 16). Some named a place after
# it (1, 10). One named something else altogether (7), and one named two sizes, had two causes, and stayed
# when the first was repaired (12). The type tells you less than the numbers and names inside the message.
#
# ## Common gotcha: nothing was said
#
# A loud error costs you some minutes. A silent fault costs what the wrong predictions cost. How much
# is that? Take the shipped tagger and 100 test texts, and spoil one thing at a time. The first is a
# folder into which the model was saved, and the tokenizer was not:

# %%
no_tokenizer = scratch.name + "/no_tokenizer"
tagger.model.config.save_pretrained(no_tokenizer)
try:
    unknown = transformers.AutoTokenizer.from_pretrained(no_tokenizer)
except (ImportError, TypeError):  # 4.57 refuses; this makes the same by hand
    with open(no_tokenizer + "/vocab.txt", "w") as file:
        file.write("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]")
    unknown = transformers.BertTokenizerFast.from_pretrained(no_tokenizer)
print("its own:  ", *tokenizer.tokenize(texts[0]))
print("the other:", *unknown.tokenize(texts[0]))

# %% [markdown]
# It loaded without a word, with a vocabulary of special tokens only. To this tagger all texts are
# the same word, again and again. Two more faults of what goes in, and two of what is made of the logits:


# %%
def tag(tokenizer, masked=True, **limits):
    parts = []
    for start in range(0, len(test_texts), 50):
        some = test_texts[start : start + 50]
        encoded = tokenizer(some, padding=True, truncation=True, return_tensors="pt", **limits)
        if not masked:
            del encoded["attention_mask"]
        with torch.no_grad():
            parts.append(tagger.model(**encoded).logits.numpy())
    return sigmoid_of(np.concatenate(parts))


no_mask, cut, all_unknown = tag(tokenizer, masked=False), tag(tokenizer, max_length=8), tag(unknown)
print("three times", cut.shape)

# %%
results = {
    "as it should be": sigmoid_of(good),
    "no attention mask": no_mask,
    "softmax": activations.softmax(good),
    "cut at 8 tokens": cut,
    "sigmoid twice": sigmoid_of(sigmoid_of(good)),
    "all words unknown": all_unknown,
}
scores = {
    name: f1_score(targets, p > 0.5, average="macro", zero_division=0)
    for name, p in results.items()
}

# %% [markdown]
# **Guess first.** Order these five faults by harm: all words unknown; texts cut at 8 tokens;
# the attention mask forgotten (in batches of 50, padded to the longest); softmax for sigmoid; sigmoid twice.

# %%
rows = {}
for name, p in results.items():
    below = metrics.bootstrap(targets, sigmoid_of(good) > 0.5, "macro-F1", rival=p > 0.5)
    rows[name] = [f"{scores[name]:.2f}", f"{below.value:.2f} ({below.low:.2f} to {below.high:.2f})"]
pd.DataFrame(rows, index=["macro-F1", "lost, with its interval"]).T

# %%
plt.barh(list(scores), list(scores.values()), color=plots.MAIN)
plt.gca().invert_yaxis()
plt.gca().set(xlim=(0, 1), xlabel="macro-F1 on 100 test texts, threshold 0.5")
plt.title("What a fault costs that nobody is told of")
plt.show()
whole_score, *rest = scores.items()
others = ", ".join(f"{name} {value:.2f}" for name, value in rest)
plots.twin(f"{whole_score[0]} {whole_score[1]:.2f}; {others}")

# %% [markdown]
# Each interval (chapter {metrics}) says how sure these hundred texts are of one loss. Where it holds 0, no loss
# was found on them. (More padding does more: chapter {tokenization} shows a text that loses its label so.) To put two faults in
# order, ask for the interval of *their* difference, as for softmax and the texts cut at 8 tokens:

# %%
softmax_given, cut_given = (results[name] > 0.5 for name in ("softmax", "cut at 8 tokens"))
apart = metrics.bootstrap(targets, softmax_given, "macro-F1", rival=cut_given)
print("softmax above cut at 8 tokens:", apart)
print(f"sigmoid twice at threshold {sigmoid_of(0.5):.2f}:", end=" ")
repaired = results["sigmoid twice"] > sigmoid_of(0.5)
print(f"macro-F1 {f1_score(targets, repaired, average='macro'):.2f}")

# %% [markdown]
# The interval holds 0: these texts cannot put those two in order. Some faults only
# shift the scale: sigmoid twice leaves the order of the texts as it was, and sigmoid of 0.5 as
# the threshold undoes it. What was cut off no threshold brings back. The mild faults are the dangerous ones.
# A tagger that finds nothing is noticed soon. One that has lost a few points looks like a tagger that needs
# more data.
#
# Another one does its harm in training. Targets of -1 and +1, as some tools write them, go into the
# loss like any others. With targets of 0 and 1 this loss cannot fall below 0. **Guess first** what comes
# out here.

# %%
signs = labels * 2 - 1
for wanted, scale in [(labels, 1), (signs, 1), (signs, 2), (signs, 10)]:
    shown = torch.tensor(models.predict_logits(tagger.model, tokenizer, texts)) * scale
    loss = torch.nn.functional.binary_cross_entropy_with_logits(shown, wanted)
    print(f"targets {sorted(set(wanted.ravel().tolist()))}, logits times {scale}: loss {loss:.2f}")

# %% [markdown]
# Below zero, and the further the surer the tagger gets. Training would chase it without end. With this
# loss, a value below zero is always a fault in the targets.
#
# ## When it breaks silently: find them
#
# Somebody sends you this set-up. It runs. There are **seven** faults in these lines: how many can
# you find before `examine` does?

# %%
their_model = copy.deepcopy(tagger.model).train()
their_model.config.problem_type = None
their_texts = test["text"][:20]
their_batch = tokenizer(
    their_texts, padding=True, truncation=True, max_length=12, return_tensors="pt"
)
del their_batch["attention_mask"]
their_labels = torch.tensor(targets[:20]) * 2 - 1
with torch.no_grad():
    their_probabilities = torch.softmax(their_model(**their_batch).logits, dim=-1).numpy()
their_thresholds = np.array([0.0, 1.3, -0.2, 0.4])  # chosen on logits
print(f"{(their_probabilities > their_thresholds).shape} predictions, and no error raised")

# %% [markdown]
# `examine` looks for faults of this kind. Give it all you have; what it cannot look at, it says.

# %%
everything = [their_model, tokenizer, their_batch, their_labels, their_texts]
findings = examine(*everything, their_probabilities, their_thresholds)

# %% [markdown]
# How many did you have? Each comes with its fix. Apply them:

# %%
our_model = copy.deepcopy(their_model).eval()
our_model.config.problem_type = "multi_label_classification"
our_batch = tokenizer(their_texts, padding=True, truncation=True, return_tensors="pt")
our_labels = (their_labels > 0).float()
with torch.no_grad():
    our_probabilities = torch.sigmoid(our_model(**our_batch).logits).numpy()
our_thresholds = np.full(len(names), 0.5)  # then choose them, as in chapter {thresholds}
found = examine(
    our_model, tokenizer, our_batch, our_labels, their_texts, our_probabilities, our_thresholds
)
assert not found

# %% [markdown]
# All clear means: none of the known faults. It does not mean that the tagger is good; chapter {metrics}
# says how good it is.
#
# ## Myths, checked
#
# Six claims that you may meet. **Guess first:** how many of them are true as they stand?
#
# *"With `problem_type` set, the sigmoid is in the head."* Chapter {encoder} compared the four settings.
# Here is the shipped tagger:

# %%
parts = [type(part).__name__ for part in tagger.model.modules()]
print("problem_type:", tagger.model.config.problem_type)
print(f"{len(parts)} parts, Sigmoid among them: {'Sigmoid' in parts}")
print(f"what it returns runs from {good.min():.2f} to {good.max():.2f}")

# %% [markdown]
# *"transformers 4 needs a hand-made head; version 5 does it for you."* The setting came with
# release 4.6.0, in 2021 (pull request 11012). Your version chooses the same loss that you would
# write by hand:

# %%
by_hand = torch.nn.BCEWithLogitsLoss()(named(**batch).logits, labels)
built_in = named(**batch, labels=labels).loss
source = inspect.getsource(type(named).forward)
print("equal to 1e-6:", abs(by_hand.item() - built_in.item()) < 1e-6)
print("its code names BCEWithLogitsLoss:", "BCEWithLogitsLoss" in source)

# %% [markdown]
# *"Pipelines apply no sigmoid, but they handle the threshold."* (Or the other way about.) Since release
# 4.10 a pipeline applies sigmoid *if the saved settings say that the problem is multi-label*, and softmax if they say nothing or one
# label per text (two labels or more; for `regression` nothing, as in chapter {encoder}). A threshold it has never had:

# %%
import contextlib

with_setting = copy.deepcopy(tagger.model)
for kind in ["multi_label_classification", None]:
    with_setting.config.problem_type = kind
    classifier = transformers.pipeline(
        "text-classification", model=with_setting, tokenizer=tokenizer
    )
    scores_of = {row["label"]: row["score"] for row in classifier(texts[0], top_k=None)}
    print(f"{kind}\n ", *(f"{name} {scores_of[name]:.2f}" for name in names))
print("asked for nothing:", [row["label"] for row in classifier(texts[0])])
above = classifier(texts[0], top_k=None)
with contextlib.suppress(TypeError):  # transformers 4.57 refuses the word, 5 takes it
    above = classifier(texts[0], top_k=None, threshold=0.99)
print(f"threshold 0.99: {len(above)} labels, the lowest at {above[-1]['score']:.2f}")

# %% [markdown]
# Three silent ones. Without the setting the two labels must share a 1. Without `top_k=None` you get the
# best label only, however many fit. And `threshold` does not exist: version 5 drops words that it does
# not know without a word of its own, where 4.57 raised `TypeError`.
#
# *"A fresh head prints 0.754 for the right label."* Chapter {encoder} drew many. Here are others, on the
# shipped tagger's vectors, whose pooler was trained for these very labels:

# %%
with torch.no_grad():
    vectors = tagger.model.base_model(**batch).pooler_output
torch.manual_seed(8)
heads = torch.randn(200, 4, vectors.shape[1]) * tagger.model.config.initializer_range
many = torch.sigmoid(torch.einsum("tv,hlv->htl", vectors, heads))
print(f"{many.numel()} probabilities from {many.min():.2f} to {many.max():.2f}")
reach = (many.amax(dim=(1, 2)) > 0.754).sum()
print(f"heads that reach 0.754 for any text and label: {reach} of {len(many)}")

# %% [markdown]
# *"The threshold and the number of labels are independent."* Some say the opposite, "twenty labels bring five
# times the false labels of four". Both cannot be right. Measure: a word-counting
# model for all twenty labels of newsdesk, the false labels per text among the first four and among all.

# %%
twenty = data.load_newsdesk(labels=data.NEWSDESK_LABELS)
words = make_pipeline(TfidfVectorizer(), OneVsRestClassifier(LogisticRegression(C=100)))
words.fit(twenty["train"]["text"][:], np.array(twenty["train"]["labels"][:]))
p_20, y_20 = words.predict_proba(twenty["test"]["text"][:]), np.array(twenty["test"]["labels"][:])
for threshold in [0.5, 0.3]:
    false_yes = (p_20 > threshold) & (y_20 == 0)
    for n in [4, 20]:
        print(
            f"threshold {threshold}, {n:2} labels: {false_yes[:, :n].sum(axis=1).mean():.2f} false",
            end="",
        )
        print(
            f" labels per text, {false_yes[:, :n].sum() / (p_20 > threshold)[:, :n].sum():.2f} of those given"
        )

# %% [markdown]
# More labels never mean fewer false ones, since each adds its own. How many more depends on how often the new
# ones are given: here seldom, for most of the sixteen are rare and this model has no class weight. Look at the second number too, the
# share of false ones among those given. So do not reckon with a factor; when the label set changes and the
# model with it, look at the thresholds again (chapter {thresholds}).
#
# *"The labels must be independent of each other."* Chapter {sigmoid} met music and entertainment. Two
# others:

# %%
pair = data.load_newsdesk(labels=["law", "crime"], split="train")
law, crime = np.array(pair["labels"][:]).T == 1
print(f"law among all texts {law.mean():.2f}, among crime texts {law[crime].mean():.2f}")
print(f"texts with both: {(law & crime).sum()}, so neither excludes the other")

# %% [markdown]
# | claim | verdict |
# |---|---|
# | sigmoid is in the head | No. The model returns logits; the loss and the pipeline have the sigmoid. |
# | version 4 needs a hand-made head | No, not since 4.6. The sigmoid after the logits is yours in 4 and in 5. |
# | pipelines: no sigmoid, but a threshold | Sigmoid if the saved setting says multi-label; with none, softmax (two labels or more). A threshold never. |
# | a fresh head prints 0.754 | No. None of the heads drawn here and in chapter {encoder} came that far. |
# | threshold and label count are independent | Each label adds false ones of its own, by no fixed factor. Look again when labels are added. |
# | labels must be independent | No. They may go together. If exactly one always applies, take multi-class. |
#
# None of the six is true as it stands.
#
# ## From practice: how to ask for help
#
# Some error will be on no list. Then somebody else must see it, and needs three things: the
# **versions**, the **smallest program** that still fails, and the **last line**, whole, as text. Cut
# your program down step by step: tiny model, random weights, hardly any data. Often you find the
# cause on the way.

# %%
print(f"torch {torch.__version__.split('+')[0]}, transformers {transformers.__version__}")
small = tiny(num_labels=4, problem_type="multi_label_classification")
ids = torch.tensor([[2, 3]])  # one text, two tokens: no data of yours, no tokenizer
with recover():
    small(input_ids=ids, labels=torch.zeros(1, 4).bool())

# %% [markdown]
# In your own notebooks, wherever this course is installed:
#
# ```
# %load_ext helpers.doctor
# from helpers.doctor import examine
# ```
#
# The first line stands by at every cell. The second has the check for what no traceback shows: run
# it once before a training, and once before you trust a result. In a program,
# `helpers.doctor.diagnose(error)` gives the diagnosis, or `None`.
#
# ## Check your understanding
#
# Somebody writes: "ValueError: Target size (torch.Size([16, 20])) must be the same as input size
# (torch.Size([16, 4])). It worked yesterday." What was done, why does it say this, what is the
# fix, and what will you check afterwards? Answer before you open this.
#
# <details><summary>Answer</summary>
#
# *Done:* the label set grew to 20, and the model still has a head for 4, most likely loaded
# from yesterday's checkpoint. *Why:* the input of the loss is the logits, 16 texts with 4 columns;
# the targets have 20. *Fix:* load with the 20 names and `ignore_mismatched_sizes=True`. *Check:*
# the logits' second number is 20; and the head is fresh, so its loss is near log 2 until it is
# trained.
# The cell below does it.
#
# </details>

# %%
before = Classifier.from_pretrained(checkpoint)
with recover():
    before(**batch, labels=torch.zeros(3, 20))
after = Classifier.from_pretrained(checkpoint, num_labels=20, ignore_mismatched_sizes=True)
loss = after(**batch, labels=torch.zeros(3, 20)).loss
print(
    f"fixed: logits {tuple(after(**batch).logits.shape)}, loss {loss:.2f}, log 2 = {np.log(2):.2f}"
)

# %%
exercises.questions("08")

# %% [markdown]
# ## Exercises
#
# [Exercises for this chapter](../exercises/08_error_recovery.ipynb): broken programs, loud and
# silent. They say *why* when an answer is wrong.
#
# ## Next
#
# One of this chapter's errors was really a wish: twenty labels in place of four. [Chapter {twenty}](09_four_to_twenty_labels.ipynb) grants
# it. What grows along with the label set, and what does not?
