# %% [markdown]
# # 5 · Training
#
# {badge}
#
# By the end of this chapter you have trained taggers of your own in four ways, and you know which of them
# was worth the wait.
#
# | minutes | needs | after this you can |
# |---|---|---|
# | 80 | chapter {sigmoid} | train a tagger four ways; watch it, stop it in time, keep it; tell whether it paid |

# %%
# {setup}

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from transformers import set_seed

from helpers import course, data, drawings, exercises, models, plots, training
from helpers.activations import sigmoid

course.start("05")

# %% [markdown]
# ## Warm-up
#
# A few questions from earlier chapters. Answer from memory, then go on.

# %%
exercises.warm_up("05")

# %% [markdown]
# ## Why it matters
#
# So far the tagger was a gift. For labels of your own nobody has one ready: you bring texts and
# labels, and train. There are cheap ways and thorough ones, and many a tutorial goes straight for the
# most thorough. That can cost hours and a rented machine. Sometimes it buys a lot, sometimes nothing.
# You find out by trying the cheap ways first.
#
# newsdesk comes in three parts, called **splits**:

# %%
newsdesk = data.load_newsdesk()
names = data.TASK_LABELS
texts = {part: list(newsdesk[part]["text"]) for part in newsdesk}
targets = {part: np.array(newsdesk[part]["labels"][:], dtype="float32") for part in newsdesk}
for part in newsdesk:
    counts = ", ".join(
        f"{n:.0f} {name}" for n, name in zip(targets[part].sum(axis=0), names, strict=True)
    )
    print(f"{part}: {len(texts[part])} texts: {counts}")

# %% [markdown]
# - **train**: the model learns from these.
# - **validation**: you compare on these, as often as you like, to choose between models and
#   settings. (The best of many looks a little better here than it is: chapter {thresholds} measures that.)
# - **test**: looked at once, at the end. Whoever chooses by the test split has no fair judge left.
#
# One number is needed to compare by. The **F1** of a label is 1 if the model finds every text that
# has the label and gives it to no other; it sinks with each label missed and each one given
# wrongly, and is 0 if no label is found. The mean over the labels is **macro-F1**. Chapter {metrics} takes
# it apart; until then: higher is better.


# %%
from sklearn.metrics import f1_score


def macro_f1(predictions, part="validation"):
    return f1_score(targets[part], predictions, average="macro", zero_division=0)


everything = np.ones_like(targets["validation"])
print(f"every label on every text: {macro_f1(everything):.2f}")
print(f"no label on any text:      {macro_f1(0 * everything):.2f}")

# %% [markdown]
# ## A plain baseline first
#
# A **baseline** is the plainest thing that could work. It takes a second, and it decides what "good"
# means: a big model that does not beat it is not worth running.
#
# Ours counts words. **TF-IDF** turns each text into a long row with a number for each word, high if
# the word is in this text and in few others. **Logistic regression** then learns a weight for each
# word and label. A label's logit is the sum, over the words of the text, of number times weight, plus a
# constant; sigmoid makes it a probability. You know the rest: that is a head, on word counts instead of
# hidden states.


# %%
def train_baseline(n_texts, strength=10, class_weight="balanced"):
    settings = {"C": strength, "class_weight": class_weight}
    one_label = LogisticRegression(**settings, max_iter=10_000, tol=1e-6)  # run to the end
    baseline = make_pipeline(TfidfVectorizer(sublinear_tf=True), OneVsRestClassifier(one_label))
    return baseline.fit(texts["train"][:n_texts], targets["train"][:n_texts])


for strength in [1, 10, 100]:
    for class_weight in [None, "balanced"]:
        candidate = train_baseline(1200, strength, class_weight)
        found = macro_f1(candidate.predict(texts["validation"]))
        print(f"strength {strength:3}, class_weight {class_weight!s:8}  macro-F1 {found:.2f}")

# %% [markdown]
# Two settings matter. `strength` says how freely the weights may grow. "balanced" makes the few
# texts that have a label count as much as the many that have not. The choice falls on the
# **validation** split, and that is what it is for. Strength 10 with "balanced" does
# it, by a hair.
#
# A baseline has another virtue: you can look inside. These words have the highest weights:

# %%
baseline = train_baseline(1200)
vocabulary = baseline[0].get_feature_names_out()
for name, one_label in zip(names, baseline[1].estimators_, strict=True):
    strongest = np.argsort(-one_label.coef_[0])[:7]
    print(f"{name:13} {', '.join(vocabulary[strongest])}")

# %% [markdown]
# Sensible words, mostly. But to the baseline "match" and "fixture" are as unrelated as "match" and
# "onion": each word has to be met in training, with the right label. The backbone has read much
# more than newsdesk. It comes with an idea of which words are alike.
#
# ## The idea: freeze the encoder, train a head
#
# Chapter {encoder} took the model apart: the encoder turns each token into a vector, its hidden state. Now
# the trick. **Freeze** the encoder, that is, leave its weights as they are. Then the hidden states of a
# text are the same in every round of training, so they need to be computed only once. To make one vector
# of them, the mean over the tokens is the natural way for this encoder: it was trained to make means
# comparable. What is kept is called **cached features**. Only the head is left to train:

# %%
drawings.the_way("head")

# %% [markdown]
# First the vectors of three texts, as a test; all texts follow below.

# %%
set_seed(0)  # before loading: the head is drawn at random
model, tokenizer = models.load_backbone()


def mean_state(texts):
    batch = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")
    with torch.no_grad():
        hidden = model.base_model(**batch).last_hidden_state
    kept = batch["attention_mask"].unsqueeze(-1)
    return ((hidden * kept).sum(dim=1) / kept.sum(dim=1)).numpy()


a_few = mean_state(texts["train"][:3])
print("3 texts:", a_few.shape)

# %% [markdown]
# The helper `cache_features` does this for any number of texts, in batches of like length. About
# ten seconds on a two-core laptop.

# %% tags=["slow"]
features = {
    part: training.cache_features(*models.load_backbone(), texts[part], batch_size=16)
    for part in ["train", "validation"]
}
for part, array in features.items():
    print(f"{part:10} {array.shape}")
np.testing.assert_allclose(features["train"][:3], a_few, atol=1e-5)

# %% [markdown]
# That was the slow part. Now the training. The **head** is one linear layer: from a vector to a logit
# for each label. Each step takes 32 texts, compares their logits with their targets by the loss of
# chapter {sigmoid}, asks torch in which direction the loss would sink for each weight (`backward`), and lets
# an **optimizer** (here AdamW, the usual one) take a small step there. How large a step is depends on the **learning rate**, `lr`. A
# round over all texts is an **epoch**.


# %%
def my_epoch(head, optimizer, inputs, wanted, order, loss_function):
    total = 0.0
    for rows in torch.randperm(len(inputs), generator=order).split(32):
        loss = loss_function(head(inputs[rows]), wanted[rows])
        optimizer.zero_grad()  # forget the directions of the step before
        loss.backward()
        optimizer.step()
        total += loss.item() * len(rows)
    return total / len(inputs)  # the mean over the texts


print("steps in an epoch:", len(torch.arange(len(features["train"])).split(32)))


# %%
def my_training(wanted, epochs=50, pos_weight=None):
    set_seed(0)
    inputs, wanted = torch.tensor(features["train"]), torch.tensor(wanted)
    head = torch.nn.Linear(inputs.shape[1], wanted.shape[1])
    optimizer = torch.optim.AdamW(head.parameters(), lr=0.01)
    order = torch.Generator().manual_seed(0)
    loss_function = torch.nn.BCEWithLogitsLoss(pos_weight=pos_weight)
    run = [my_epoch(head, optimizer, inputs, wanted, order, loss_function) for _ in range(epochs)]
    return head, run


# %% [markdown]
# **Guess first:** how long will 50 epochs over all 1,200 texts take? And near which number does the
# loss begin? (Chapter {sigmoid} had it.)

# %%
head, losses = my_training(targets["train"])
print(f"log 2 = {np.log(2):.2f}")
print("loss", ", ".join(f"{loss:.2f}" for loss in losses[:5]), "...", f"{losses[-1]:.2f}")

# %% [markdown]
# About a second. (The first epoch's mean is below log 2 already, since the loss sinks within the epoch.)
# And on texts that it has not learned from? Logit 0 is probability 0.5, as you know from chapter {sigmoid}.

# %%
for part in features:
    with torch.no_grad():
        given = (head(torch.tensor(features[part])) > 0).numpy()
    print(f"{part:10} macro-F1 {macro_f1(given, part):.2f}")
print(f"baseline, validation: {macro_f1(baseline.predict(texts['validation'])):.2f}")

# %% [markdown]
# The head scores higher than the baseline, which counts words, and it took a second, after ten for the
# features. (How sure such a difference is, chapter {metrics} tells.) It does better on its own training
# texts, which is no merit: it has seen those.
#
# You need not write the loop again. A head on features is logistic regression, and scikit-learn finds
# its best weights without any steps of yours. `C` is the strength of before; 0.3 did well on the validation
# split. Here are its two ways to treat rare labels:


# %%
def head_on(n_texts, class_weight):
    one_label = LogisticRegression(C=0.3, class_weight=class_weight, max_iter=3000)
    return OneVsRestClassifier(one_label).fit(
        features["train"][:n_texts], targets["train"][:n_texts]
    )


for class_weight in [None, "balanced"]:
    for n_texts in [100, 1200]:
        found = macro_f1(head_on(n_texts, class_weight).predict(features["validation"]))
        print(f"{n_texts:4} texts, class_weight {class_weight!s:8}  macro-F1 {found:.2f}")

# %% [markdown]
# For this head, at this `C`, it helps a lot with few texts and hardly with many. For the baseline it mattered with all
# of them. What is it that the weight does?
#
# ## Rare labels: what a class weight does
#
# Each label has far fewer texts than it has not, and the rarer it is, the cheaper it gets for a model to
# say no. A **class weight** makes each text *with* the label count more. scikit-learn calls it
# `class_weight`, torch's loss `pos_weight`: a number per label, by which the penalty of its positives is
# multiplied. The usual choice is negatives divided by positives.
#
# Here is the hard case, all twenty labels of newsdesk. **Guess first:** what will the weight do to
# recall (how many of the true labels are found), and what to precision (how many of the given ones are
# true)?

# %%
all_labels = data.load_newsdesk(data.NEWSDESK_LABELS)
wanted_20 = {part: np.array(all_labels[part]["labels"][:], "float32") for part in features}
positives = wanted_20["train"].sum(axis=0)
weight = torch.tensor((len(wanted_20["train"]) - positives) / positives)
rows = {}
for name, pos_weight in {"no weight": None, "pos_weight": weight}.items():
    one, _ = my_training(wanted_20["train"], pos_weight=pos_weight)
    with torch.no_grad():
        given = (one(torch.tensor(features["validation"])) > 0).numpy()
    hits = (given * wanted_20["validation"]).sum()  # recall and precision of all decisions together
    f1 = f1_score(wanted_20["validation"], given, average="macro")
    rows[name] = [hits / wanted_20["validation"].sum(), hits / given.sum(), f1]
columns = ["recall", "precision", "macro-F1"]
pd.DataFrame(rows, index=columns).T.map("{:.2f}".format)

# %% [markdown]
# More is found, and more of what is given is wrong: the weight moves the point between caution and
# boldness. Whether it teaches the model anything else, this table cannot say. Choosing thresholds moves the
# same point, after training and with better control: chapter {thresholds} sets the two against each other. A
# weight also pushes the probabilities up on purpose, above how often a label is true. So if you use one,
# say so.
#
# ## Fine-tune everything
#
# A frozen backbone offers what it happens to know. To **fine-tune** means to train all weights, so
# that the backbone also learns what these labels are about. Nothing can be cached then: with every
# step the hidden states change. Each epoch costs a run through the backbone and back.
#
# `Trainer` from transformers does the loop for you. It wants a data set of token ids instead of
# texts, with the targets in a column called `labels`.


# %%
import tempfile

from transformers import DataCollatorWithPadding, TrainingArguments


def tokenize(rows):
    return tokenizer(rows["text"], truncation=True)


tokenized = newsdesk["train"].map(tokenize, batched=True, remove_columns="text")
collate = DataCollatorWithPadding(tokenizer)
example = collate([tokenized[i] for i in range(3)])
for column, tensor in example.items():
    print(f"{column:15} {tuple(tensor.shape)} {tensor.dtype}")

# %% [markdown]
# The **collator** makes a batch and pads it, as in chapter {tokenization}. The labels are floats, as the loss
# wants them, because `load_newsdesk` gives floats.
#
# Training all weights is work for a GPU. Without one, the trainings on this page take about a minute
# together. Which is it here?

# %%
gpu = torch.cuda.is_available()
print("There is a GPU: it will be used." if gpu else "No GPU here: training runs on the CPU.")

# %% [markdown]
# Now the settings. Most have a default that is fine, among them the learning rate. Or is it?


# %%
def settings(epochs, **more):
    return TrainingArguments(
        output_dir=tempfile.mkdtemp(),
        num_train_epochs=epochs,
        per_device_train_batch_size=8,
        per_device_eval_batch_size=16,
        warmup_steps=10,  # begin with small steps
        logging_strategy="epoch",
        report_to="none",
        use_cpu=not gpu,
        **({"save_strategy": "no"} | more),
    )


print("default learning rate:", settings(3).learning_rate)

# %% [markdown]
# To try it out, eighty texts are enough. What all trainings on this page share: a start from the same
# weights, no line for each epoch, and a score.


# %%
import gc

tuned = model  # one model for all trainings, to spare memory


def start_over():
    gc.collect()  # lets go of the last Trainer: its optimizer keeps two numbers for each weight
    tuned.zero_grad()
    set_seed(0)  # before loading, every time
    tuned.load_state_dict(models.load_backbone()[0].state_dict())


# %%
from transformers import EarlyStoppingCallback, PrinterCallback, ProgressCallback


def quietly(trainer):  # Trainer would print a line for each epoch
    for callback in (PrinterCallback, ProgressCallback):
        trainer.remove_callback(callback)
    trainer.train()
    return [row for row in trainer.state.log_history if "loss" in row or "eval_loss" in row]


def score(model):
    logits = models.predict_logits(model, tokenizer, texts["validation"], batch_size=16)
    return macro_f1(logits > 0), sigmoid(logits).max()


# %% [markdown]
# Train all weights on eighty texts: about ten seconds on a two-core laptop. **Guess first:** after three
# epochs with the default learning rate, how good is the model?

# %% tags=["slow"]
from transformers import Trainer

start_over()
some = tokenized.select(range(80))
log = quietly(Trainer(tuned, settings(3), collate, some))
print("loss in epochs 1 to 3:", ", ".join(f"{row['loss']:.2f}" for row in log))
one_rate, highest = score(tuned)
print(f"macro-F1 {one_rate:.2f}, highest of all probabilities {highest:.2f}")

# %% [markdown]
# The loss did sink, a little. And not one label was given. What is wrong?
#
# ## Two learning rates
#
# The default rate is made for long trainings, and these few steps end before much has moved. So raise
# it. And the two parts of the model are in different situations. The **backbone** knows a lot and should
# keep it, so people give it the smaller steps. The **head** was drawn at random and has far to go.
#
# An optimizer can have **parameter groups**, each with a rate of its own. (The pooler goes with the head
# here. It came with the backbone, but there it served another task, and has to learn this one. `fused`
# makes AdamW faster and changes nothing else.)


# %%
def two_rates(model, body_rate, head_rate):
    is_head = ("bert.pooler.", "classifier.")
    body = [w for name, w in model.named_parameters() if not name.startswith(is_head)]
    head = [w for name, w in model.named_parameters() if name.startswith(is_head)]
    groups = [{"params": body, "lr": body_rate}, {"params": head, "lr": head_rate}]
    return torch.optim.AdamW(groups, weight_decay=0.0, fused=True)


for name, group in zip(["body", "head"], two_rates(tuned, 3e-4, 3e-3).param_groups, strict=True):
    n_weights = sum(weights.numel() for weights in group["params"])
    print(f"{name}: {n_weights:>10,} weights, learning rate {group['lr']}")

# %% [markdown]
# Same eighty texts, same order, same number of steps, the same fresh head. Both rates are higher, the
# head's more. About ten seconds again. **Guess first:** will the model be better, and by how much?

# %% tags=["slow"]
start_over()
optimizers = two_rates(tuned, body_rate=3e-4, head_rate=3e-3), None
log = quietly(Trainer(tuned, settings(3), collate, some, optimizers=optimizers))
del optimizers  # or it would keep this model's memory
print("loss in epochs 1 to 3:", ", ".join(f"{row['loss']:.2f}" for row in log))
print(f"the default rate:  macro-F1 {one_rate:.2f}")
print(f"two higher rates:  macro-F1 {score(tuned)[0]:.2f}")

# %% [markdown]
# From nothing to something useful, at the same cost. A small rate is not wrong as such: with many more
# steps it may get somewhere too. But every step has to be paid for. (That it takes *two* rates, this page
# does not show: one between the two may do as well. Rates like all settings are chosen on the validation
# split.)
#
# ## Watch it, and stop in time
#
# How many epochs? Too few, and the model has not learned. Too many, and it learns its texts by heart.
# Nobody knows the number beforehand, so let the validation split say it: measure after each epoch, keep
# the best state, and stop when it has not become better for a while. That is **early stopping**, and
# `Trainer` has it: `compute_metrics` says what to measure, `load_best_model_at_end` puts the best state
# back. (A quarter of the validation texts do for this, and the same eighty to learn from. About 20 seconds.)


# %%
def metrics_of(prediction):
    given = prediction.predictions > 0
    return {"macro_f1": f1_score(prediction.label_ids, given, average="macro", zero_division=0)}


watching = {
    "eval_strategy": "epoch",
    "save_strategy": "epoch",
    "save_only_model": True,  # without the optimizer, which is twice as large
    "save_total_limit": 1,
    "load_best_model_at_end": True,
    "metric_for_best_model": "macro_f1",
}

# %% tags=["slow"]
start_over()
watched = Trainer(
    tuned,
    settings(6, **watching),
    collate,
    some,
    newsdesk["validation"].select(range(100)).map(tokenize, batched=True, remove_columns="text"),
    compute_metrics=metrics_of,
    callbacks=[EarlyStoppingCallback(early_stopping_patience=2)],
    optimizers=(two_rates(tuned, 3e-4, 3e-3), None),
)
log = quietly(watched)
del watched  # or its optimizer would keep twice the model's memory
by_epoch = pd.DataFrame(log).groupby("epoch")[["loss", "eval_loss", "eval_macro_f1"]].first()
by_epoch.map("{:.2f}".format)

# %% [markdown]
# Read the columns downward. `loss` is that of the training texts, `eval_loss` and `eval_macro_f1` those of
# texts that the model does not learn from.

# %%
plt.plot(by_epoch["loss"], "o-", color=plots.MAIN, label="training texts")
plt.plot(by_epoch["eval_loss"], "s--", color=plots.SECOND, label="validation texts")
plt.title("Loss by epoch")
plt.gca().set(xlabel="epoch", ylabel="loss", ylim=(0, None), xticks=by_epoch.index)
plt.legend(frameon=False)
plt.show()
first, last = by_epoch.iloc[0], by_epoch.iloc[-1]
plots.twin(
    f"the loss on the training texts sinks from {first['loss']:.1f} to {last['loss']:.1f}; "
    f"on validation texts it flattens out at about {last['eval_loss']:.1f}."
)

# %% [markdown]
# At first the training loss is the higher one: it is the mean over the epoch, from before the model had
# learned what it knows at the end. Later it sinks far below the other. That **gap** is the sign of a model
# that knows its training texts better than others. Both curves high, with a small gap: try training longer,
# or a higher rate. A wide gap: try more texts, fewer epochs, or a smaller trained part (you are coming to
# that); and measure each. The best macro-F1 and the lowest validation loss need not come in the same epoch.
# (Read off which epoch was best, and whether the training was stopped before its end.) Keep the state that
# is best by what you will be judged by. And the best of several epochs flatters a
# little on the texts that chose it: judge it on others.
#
# **Keep it.** What is not saved is gone with the kernel. The tokenizer belongs beside the model:

# %%
from pathlib import Path

from transformers import AutoModelForSequenceClassification

kept = Path(tempfile.mkdtemp())
tuned.save_pretrained(kept)
tokenizer.save_pretrained(kept)
again = AutoModelForSequenceClassification.from_pretrained(kept).eval()
asked = texts["validation"][:50]
answers = [models.predict_logits(one, tokenizer, asked) for one in (tuned.eval(), again)]
print("the same answers after loading:", np.allclose(*answers, atol=1e-4))
print("it knows its labels and its problem:", again.config.id2label[0], again.config.problem_type)
size = (kept / "model.safetensors").stat().st_size
print(f"size of the weights: {size / 1e6:.0f} MB")
del again  # gives its memory back

# %% [markdown]
# ## Common gotcha: the model is still in training mode
#
# During training a part of the hidden states is set to 0 at random at every step. This **dropout**
# keeps the model from leaning on single numbers. It must stop when you use the model. A model that was
# loaded, or that `Trainer` has evaluated, has stopped; one that comes straight out of training has not.
# Here is the model from the cells above in that state, asked the same question twice:

# %%
three = [
    "The tech company announced a new product today.",
    "The president met with world leaders at the summit.",
    "The basketball team won the championship game.",
]
tuned.train()  # as Trainer.train() leaves it, unless it has evaluated since
question = tokenizer(three[:1], return_tensors="pt").to(tuned.device)
with torch.no_grad():
    first, second = tuned(**question).logits, tuned(**question).logits
print("in training mode:", tuned.training)
print("the same answer twice:", torch.equal(first, second))

# %%
tuned.eval()
with torch.no_grad():
    first, second = tuned(**question).logits, tuned(**question).logits
print("in training mode:", tuned.training)
print("the same answer twice:", torch.equal(first, second))

# %% [markdown]
# No error, and no two answers alike. So: `model.eval()` after every training. The helpers look after it
# themselves.
#
# ## The adapter: train a hundredth
#
# A frozen encoder offers what it happens to know. Fine-tuning changes every weight, and every step pays
# for all of them. There is a way between. It rests on two ideas.
#
# **First:** what a layer has to learn for a new task is little beside what it knows. So leave its table
# of weights $W$ as it is, and learn an *addition* to it, made of two thin tables: $W + B A$. A table of
# 384 rows and 384 columns has 147,456 numbers; with $B$ of 384 rows and 8 columns and $A$ of 8 rows and
# 384 columns, the addition has 6,144. It is called **LoRA**, "low-rank adaptation" (Hu et al., 2021).
# The 8 is its **rank**. torch can hang such an addition on a layer: from then on, whoever
# asks for `layer.weight` gets what `forward` makes of the old one.


# %%
class LowRank(torch.nn.Module):
    def __init__(self, rows, columns, rank=8):
        super().__init__()
        self.a = torch.nn.Parameter(torch.randn(rank, columns) / columns**0.5)
        self.b = torch.nn.Parameter(torch.zeros(rows, rank))  # zeros: at first, nothing is added

    def forward(self, weights):
        return weights + 2 * self.b @ self.a  # 2: a chosen scale; peft calls it alpha / rank


# %%
layer = torch.nn.Linear(384, 384)
some_vectors = torch.randn(5, 384)
before = layer(some_vectors)
torch.nn.utils.parametrize.register_parametrization(layer, "weight", LowRank(384, 384))
added = layer.parametrizations.weight[0]
print("the same at first:", torch.allclose(layer(some_vectors), before, atol=1e-5))
print(f"{sum(p.numel() for p in added.parameters()):,} numbers beside {384 * 384:,}")

# %% [markdown]
# When it has been trained, the addition can be added in, and what is left is a layer like any other, as
# fast as before. **Merging** is one line:

# %%
trained = torch.nn.Linear(384, 384)
torch.nn.utils.parametrize.register_parametrization(trained, "weight", LowRank(384, 384))
torch.nn.init.normal_(trained.parametrizations.weight[0].b, std=0.01)  # as if by training
with_addition = trained(some_vectors)
torch.nn.utils.parametrize.remove_parametrizations(trained, "weight")
print(type(trained).__name__, torch.allclose(trained(some_vectors), with_addition, atol=1e-5))

# %% [markdown]
# **Second:** train the *upper* layers only. Then the lower ones stay frozen, and what they give out can
# be cached, as above; each step costs the two upper layers instead of six. Here is what goes through
# them, by hand, on a model of six:

# %%
batch = tokenizer(three, padding=True, return_tensors="pt")
ignored = (1 - batch["attention_mask"][:, None, None, :].float()) * -1e9  # the padding
with torch.no_grad():
    hidden = model.base_model(**batch, output_hidden_states=True).hidden_states[4]  # cache this
    for upper in model.base_model.encoder.layer[4:]:
        hidden = upper(hidden, attention_mask=ignored)
        hidden = hidden[0] if isinstance(hidden, tuple) else hidden  # transformers 4 has a tuple
    by_hand = model.classifier(model.base_model.pooler(hidden))
    print("same logits:", torch.allclose(by_hand, model(**batch).logits, atol=1e-5))

# %% [markdown]
# The library for such additions is called `peft`. It does what `LowRank` does, and saves the addition in a
# small file. The course's helper `train_adapter` puts the two ideas together: it caches the lower layers,
# lets `peft` add to the upper two, trains the addition with pooler and head, saves it if you name a
# folder, and merges it. On all 1,200 texts, in two epochs, about 15 seconds on a two-core laptop.
# **Guess first:** how good can that be?

# %% tags=["slow"]
adapter_folder = Path(tempfile.mkdtemp())
start_over()
adapter_losses = training.train_adapter(
    tuned, tokenizer, newsdesk["train"], epochs=2, folder=adapter_folder
)
print("loss in epochs 1 and 2:", ", ".join(f"{loss:.2f}" for loss in adapter_losses))
balanced_head = head_on(1200, "balanced").predict(features["validation"])
print(f"head on the frozen encoder: macro-F1 {macro_f1(balanced_head):.2f}")
print(f"adapter:                    macro-F1 {score(tuned)[0]:.2f}")

# %% [markdown]
# What was saved is the addition, the pooler and the head. `peft` puts them back on a fresh backbone:

# %%
from peft import PeftModel

file = adapter_folder / "adapter_model.safetensors"
small = file.stat().st_size
print(f"{file.name}: {small / 1e6:.2f} MB; all weights: {size / 1e6:.0f} MB,", end=" ")
print(f"{size / small:.0f} times as much")
n_rest = sum(p.numel() for part in (tuned.bert.pooler, tuned.classifier) for p in part.parameters())
print(f"of about {small / 4:,.0f} numbers, {n_rest:,} are the pooler's and the head's")
back = PeftModel.from_pretrained(models.load_backbone()[0], adapter_folder).merge_and_unload()
answers = [models.predict_logits(one, tokenizer, asked) for one in (tuned, back)]
print("the same answers:", np.allclose(*answers, atol=1e-4), "from a", type(back).__name__)
del back

# %% [markdown]
# One backbone and dozens of such files make dozens of taggers. The course's own tagger is of this kind,
# with an addition to all six layers.
#
# ## Who needs how many texts?
#
# Labels are expensive: somebody has to read every text. So the question is not only which way wins,
# but which wins with what you have. A **learning curve** answers it: train on 50 texts, on 100, and
# so on, and measure each time on the same texts. And a fair answer takes more than one run: other texts,
# another order, another fresh head. So here is each way three times, with three **seeds** (the number that a
# random generator starts from), each of which draws its own texts. That took a quarter of an hour; the
# course keeps the results in a file, and `tools/learning_curve.py` is what made it. Baseline and head got
# the best of eight settings, chosen on the validation split at each size. The rates of the other two were
# chosen there for all 1,200 texts; few texts get more epochs. The test split judges: this once.
#
# **Guess first:** with 50 texts, which of the four ways is best? A common rule says that few texts
# are too few to fine-tune a whole model.

# %%
curve = pd.read_csv(data.FOLDER / "learning_curve.csv")
table = curve.groupby(["texts", "way"], sort=False)["test"].agg(["mean", "min", "max"])
cells = table.apply(lambda row: "{:.2f} ({:.2f} to {:.2f})".format(*row), axis=1)
cells.unstack("way")[curve["way"].unique()]

# %%
looks = [plots.REFERENCE, plots.SECOND, plots.SERIES[2], plots.MAIN]
sizes = curve["texts"].unique()
for way, color, style in zip(curve["way"].unique(), looks, ["s:", "o--", "^-.", "D-"], strict=True):
    mean, low, high = (table[name].unstack("way")[way] for name in ("mean", "min", "max"))
    plt.plot(sizes, mean, style, color=color, label=way)
    plt.fill_between(sizes, low, high, color=color, alpha=0.2)
plt.title("Macro-F1 on test texts: mean and range of three seeds")
plt.gca().set(xlabel="texts to learn from", ylabel="macro-F1", xscale="log", ylim=(0, 1))
plt.xticks(sizes, sizes, minor=False)
plt.legend(frameon=False)
plt.show()
best = table["mean"].unstack("way").idxmax(axis=1)
bests = ", ".join(f"{way} at {n}" for n, way in best.items())
plots.twin(f"four rising curves. Best on average: {bests}")

# %% [markdown]
# With all texts, baseline and head have no range: nothing in their training is random, so the three seeds
# are one run. And no range here covers the luck of the texts that judge (chapter {metrics}), nor that of the choice of
# settings: where validation cannot decide between two, one may still be better on test. (Further up baseline and head
# had more: that was on validation, where their settings were chosen.)
#
# Compare the ways seed by seed, since the same seed drew the same texts for all of them:

# %%
wide = curve.pivot(index=["texts", "seed"], columns="way", values="test")
asked_for = [("head", "baseline"), ("adapter", "head"), ("all weights", "head")]
for one, other in [*asked_for, ("all weights", "adapter")]:
    gap = (wide[one] - wide[other]).unstack("seed")
    print(f"{one} above {other}:")
    for n, row in gap.iterrows():
        same = "" if row.min() > 0 or row.max() < 0 else "   the seeds disagree"
        print(f"  {n:4} texts {row.mean():+.2f} ({row.min():+.2f} to {row.max():+.2f}){same}")

# %% [markdown]
# Three seeds agree by luck one time in four, so look at the large differences first. The baseline knows the
# words that it has met and no others: it needs the most texts. With the fewest texts the adapter is no better
# than a head on the frozen encoder, which costs a second after the features; from a hundred on it is ahead.
# The common rule does not hold here: at no size were all weights worse than the head. But look at the last
# rows: with all the texts, training all weights gains hardly anything over the adapter. On your data the
# order may differ, and now you know how to find out.
#
# All were judged at threshold 0.5, and chapter {thresholds} shows taggers that it does not suit. Does it explain
# how far the baseline lies behind? Here it is at 0.5, and at the threshold that is best on validation. (With the
# settings chosen further up, on the first texts of the training split: so not quite the table's figures.)

# %%
for n_texts in [50, 100, 200, 400, 1200]:
    by_words = train_baseline(n_texts)
    p = {part: by_words.predict_proba(texts[part]) for part in ["validation", "test"]}
    bar = max(np.arange(0.1, 0.6, 0.02), key=lambda bar: macro_f1(p["validation"] > bar))
    found = [macro_f1(p["test"] > threshold, "test") for threshold in (0.5, bar)]
    print(f"{n_texts:4} texts: macro-F1 {found[0]:.2f} at 0.5, {found[1]:.2f} at {bar:.2f}")

# %% [markdown]
# It explains a part, the more the fewer the texts, and not the rest: with either threshold the baseline stays
# behind the head in the table above.
#
# What does each way cost? Times differ from machine to machine; work does not. How many numbers does
# each way train, and how often must a text go through which layers?

# %%
n_all = sum(p.numel() for p in tuned.parameters())
n_head = sum(p.numel() for p in tuned.classifier.parameters())
n_adapter = round(file.stat().st_size / 4, -3)  # four bytes each
rows = {
    "head": [f"{n_head:,}", "all layers, once, forward"],
    "adapter": [
        f"about {n_adapter:,.0f}",
        "4 layers once, forward; 2 layers each epoch, both ways",
    ],
    "all weights": [f"{n_all:,}", "all layers each epoch, both ways"],
}
pd.DataFrame(rows, index=["numbers trained", "a text goes through"]).T

# %% [markdown]
# ## When it breaks: `problem_type` left out
#
# `load_backbone` told the model that its problem is multi-label. Leave that out, as many do, and the
# model guesses from your labels when it first computes a loss. Its setting begins as None:

# %%
source = models.installed_backbone() or models.HUB_ID
guesser = AutoModelForSequenceClassification.from_pretrained(
    source,
    num_labels=4,
    num_hidden_layers=1,  # one layer of six will do here
)
print("before:", guesser.config.problem_type)
three_batch = tokenizer(three, padding=True, return_tensors="pt")
float_labels = torch.tensor([[0.0, 0, 1, 0], [0, 1, 0, 0], [1, 0, 0, 0]])
with torch.no_grad():
    loss = guesser(**three_batch, labels=float_labels).loss
print("after floats:", guesser.config.problem_type)

# %% [markdown]
# Floats, and it guessed right. **Guess first:** what does it make of the same table as whole
# numbers? This cell fails, and is meant to:

# %%
guesser.config.problem_type = None  # as it was at first
with course.expect_error(ValueError):
    guesser(**three_batch, labels=float_labels.long())

# %% [markdown]
# It took whole numbers for the *positions* of labels, one per text: multi-class, as in chapter {sigmoid}. Three
# texts need three positions and it was given twelve. (Had you named the problem, the message would
# be chapter {sigmoid}'s, about "Float" and "Long".)
#
# So you fix the labels and try again:

# %%
print(guesser.config.problem_type)
with course.expect_error(ValueError):
    guesser(**three_batch, labels=float_labels)

# %% [markdown]
# Right labels, same error. **The guess sticks**: the failing call wrote it into the model's settings,
# as the first line shows, and it would be saved with the model. Fix the setting:

# %%
guesser.config.problem_type = "multi_label_classification"
with torch.no_grad():
    loss = guesser(**three_batch, labels=float_labels).loss
print(f"{guesser.config.problem_type}: loss {loss:.2f}")

# %% [markdown]
# Name the problem when you load the model and give floats, and neither can happen.
#
# ## From practice: splitting texts of your own
#
# newsdesk comes in splits. Your texts do not. Dealing them at random is right as far as it goes, but a
# rare label may end up with hardly a text on one side. scikit-learn's `train_test_split` can keep shares
# equal with `stratify`, if each text has *one* thing to keep equal. So give it the rarest label that the
# text has. **Guess first:** of the rarest label's texts, a fifth should land in the smaller part. How far
# off can a random deal be?

# %%
from sklearn.model_selection import train_test_split

matrix = np.concatenate([np.array(part["labels"][:]) for part in all_labels.values()])
frequency = matrix.sum(axis=0)
rarest = np.where(matrix == 1, frequency, np.inf).argmin(axis=1)  # the place of the rarest label
rarest[matrix.sum(axis=1) == 0] = -1  # a text with none
j = int(frequency.argmin())
for name, kept_equal in {"at random": None, "by the rarest label": rarest}.items():
    counts = []
    for seed in range(200):
        _, small = train_test_split(matrix, test_size=0.2, random_state=seed, stratify=kept_equal)
        counts.append(int(small[:, j].sum()))
    print(f"{name:20} {data.NEWSDESK_LABELS[j]}: {min(counts)} to {max(counts)}", end="")
    print(f" of {int(frequency[j])} texts, {frequency[j] / 5:.0f} wanted")

# %% [markdown]
# The same trick deals the rest into validation and test. Deal once, write down which text went where,
# and never deal again: a text that has been trained on must not come back as a judge. Near copies of a
# text (reprints, updates of a story) belong on the same side.
#
# ## From practice: the same result tomorrow
#
# Three things in fine-tuning are random: the fresh head, the order of the texts, and dropout. (An adapter has
# a fourth: its table $A$.)
# `TrainingArguments(seed=...)` takes care of the order and of dropout. The head it cannot help: that
# was drawn when the model was loaded, before there was a Trainer.


# %%
def fresh_classifier(seed=None):
    if seed is not None:
        set_seed(seed)
    return models.load_backbone()[0].classifier.weight


one, other = fresh_classifier(), fresh_classifier()
print("loaded twice:                  same head", torch.equal(one, other))
one, other = fresh_classifier(seed=0), fresh_classifier(seed=0)
print("set_seed before each loading:  same head", torch.equal(one, other))

# %% [markdown]
# That is why `start_over` calls `set_seed` *before* it loads, and why a second run on your machine prints the same. (Another machine, or a GPU, rounds otherwise and may
# differ a little.) The other half of the truth: a result that holds for one seed only
# is luck. When two ways come out close, train each with several seeds; if they disagree, call it undecided.
#
# ## Check your understanding
#
# You fine-tune a model on 300 texts. The loss begins at 0.69 and is at 0.66 after three epochs, and
# no text gets a label. Name two things that you would try first, and say how you would know that they
# helped.
#
# <details><summary>Answer</summary>
#
# 0.69 is log 2, so the start was right: a fresh head that says one half to everything. Then
# hardly anything moved. Try a higher learning rate for the head, in a parameter group of its own, as
# this page did; and more steps, through more epochs or smaller batches. You know that it helped when
# the loss falls well below the start *and* macro-F1 rises on the validation split. A falling loss on
# the training texts alone may be learning by heart. And train a baseline and a head on cached
# features while you wait: they say what to expect.
#
# </details>

# %%
exercises.questions("05")

# %% [markdown]
# ## Exercises
#
# [Exercises for this chapter](../exercises/05_training.ipynb): steps, stopping in time, rare
# labels, merging an adapter. They say *why* when an answer is wrong.
#
# ## Next
#
# One number, macro-F1, decided everything on this page. Can you trust it? A label that is never given can hide in a mean over many, and another number says that a tagger without any label is
# right most of the time. [Chapter {metrics}](06_metrics.ipynb) takes these numbers apart and finds out who is hurt.
