# %% [markdown]
# # 12 · Beyond one machine
#
# {badge}
#
# This chapter is optional. Some day there are more texts than a laptop tags in a night. After it you know how the
# same few lines run on two cores, on two machines and on a hundred, what survives when one of them dies, and when
# to leave all of this alone.
#
# | minutes | needs | after this you can |
# |---|---|---|
# | 50 | chapters {training} and {shipping}, the extra `scale` | spread tagging and training, and say beforehand if it pays |

# %%
# {setup}

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from helpers import course, data, exercises, models, plots, scale
from helpers.activations import sigmoid
from helpers.thresholds import apply_thresholds

course.start("12")

# %% [markdown]
# The course does without Ray everywhere else, so it is not installed with it. If the next cell says that it is
# missing, do what it says; it is about 80 MB. Nothing below leaves this machine: Ray's processes talk over loopback, its
# usage reports and its dashboard are off.

# %%
ray = scale.need_ray()
print("Ray", ray.__version__)

# %% [markdown]
# ## Warm-up
#
# A few questions from earlier chapters. Answer from memory, then go on.

# %%
exercises.warm_up("12")

# %% [markdown]
# ## Why it matters
#
# How long would a million texts take? Measure before you build anything. One process, one thread, two hundred texts,
# without the time that loading takes. The figure is your machine's; what is saved here is one machine's, and a
# busy one. (A few seconds.)

# %% tags=["nbval-ignore-output", "timed"]
import time

import torch

tagger = models.load_tagger()
texts = data.load_newsdesk(split="test")["text"][:]
threads = torch.get_num_threads()
torch.set_num_threads(1)
started = time.perf_counter()
alone = models.predict_logits(tagger.model, tagger.tokenizer, texts[:200])
rate = 200 / (time.perf_counter() - started)
torch.set_num_threads(threads)
print(f"{rate:.0f} texts per second; a million in {1e6 / rate / 3600:.1f} hours")

# %%
assert rate > 0 and alone.shape == (200, len(tagger.label_names))
at = [20, 50, 200, 1000]
hours = [f"{1e6 / one / 3600:.1f}" for one in at]
pd.DataFrame({"hours for a million": hours}, index=pd.Index(at, name="texts per second"))

# %% [markdown]
# Find your row. A night has eight hours. `python -m helpers.tag` from chapter {shipping} may be all that you need: it
# reads a file of any size, and goes on after an interruption. Spreading is for what does not fit into the time
# that you have.
#
# ## The idea: files in, files out, and a pool between
#
# Tagging is the friendliest work there is to spread: no text needs to know of another one. So
#
# 1. the texts lie in many files, which can be **read** one by one,
# 2. a **pool** of workers, each a process that has loaded the tagger once, **tags** them,
# 3. each piece is **written** as a file of its own, as soon as it is done.
#
# **Parquet** is the usual kind of file for it: columns, compressed, with their types. Four hundred texts of
# newsdesk in sixteen files. Each row gets a number, since the order will not survive.

# %%
import tempfile
import threading
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

home = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
source = Path(home.name, "texts")
source.mkdir()
for k in range(16):
    rows = list(range(25 * k, 25 * k + 25))
    part = pa.table({"id": rows, "text": [texts[i] for i in rows]})
    pq.write_table(part, source / f"{k:02}.parquet")
print(len(list(source.iterdir())), "files,", pq.read_table(source).num_rows, "texts")

# %% [markdown]
# A worker is a class. What `__init__` does happens once for each process, what `__call__` does for each batch.
# Loading in `__call__` would load the tagger for every batch, which is the mistake that costs most here.


# %%
class Tag:
    def __init__(self):
        torch.set_num_threads(1)  # each worker has its share of the cores
        self.tagger = models.load_tagger()

    def __call__(self, batch):
        mine = self.tagger
        logits = models.predict_logits(mine.model, mine.tokenizer, list(batch["text"]))
        given = apply_thresholds(sigmoid(logits), mine.thresholds)
        names = np.array(mine.label_names)
        batch["labels"] = [";".join(names[row == 1]) for row in given]
        return batch


# %% [markdown]
# So far that is plain Python, and can be tested as such:

# %%
few = Tag()({"text": np.array(texts[:3])})
list(few["labels"])

# %% [markdown]
# Now **Ray**. It starts some processes, which together are a
# **node**: what one machine would run. A node knows how many CPUs it may hand out. It does not measure them; it
# counts. (Starting takes ten seconds on an idle laptop, up to a minute on a busy one.)

# %% tags=["slow"]
nodes = scale.start(cpus=2)
print(nodes, "node,", int(ray.cluster_resources()["CPU"]), "CPUs to hand out")

# %% [markdown]
# ## See it run
#
# **Ray Data** puts read, tag and write in a row, and keeps all three busy at once. Nothing runs before something
# asks for the result, which here is `write_parquet`. (About twenty seconds, most of it for loading the tagger twice.)
# One thing is special to files as small as ours: the newer reader of Ray 2.60 joins files below a megabyte into one
# piece, which one worker alone would get. `need_ray` has switched that reader off.

# %% tags=["slow"]
import shutil


def tag(source, target):
    rows = ray.data.read_parquet(str(source), override_num_blocks=16)
    pool = ray.data.ActorPoolStrategy(size=2)
    tagged = rows.map_batches(Tag, batch_size=25, compute=pool, num_cpus=0.5)
    tagged.write_parquet(str(target))


shutil.rmtree(Path(home.name, "tagged"), ignore_errors=True)
tag(source, Path(home.name, "tagged"))
scale.counts(source, Path(home.name, "tagged"))

# %% [markdown]
# `counts` reads the numbers of the rows again: all there, each once. Are the labels the same as those of one process
# without Ray? **Guess first:** of four hundred texts, how many get other labels?

# %% tags=["slow"]
logits = models.predict_logits(tagger.model, tagger.tokenizer, texts)
wanted = apply_thresholds(sigmoid(logits), tagger.thresholds)
wanted = [";".join(np.array(tagger.label_names)[row == 1]) for row in wanted]
found = pq.read_table(Path(home.name, "tagged")).to_pandas().sort_values("id")
print("texts with other labels:", sum(a != b for a, b in zip(found["labels"], wanted, strict=True)))

# %% [markdown]
# None. A batch's other texts change the last digits of a logit, and here no label (chapter {tokenization} has the mask that
# sees to it).
#
# ## Common gotcha: a CPU is a number
#
# `num_cpus=0.5` looks odd: does a worker not use a whole core? It does. But Ray counts reading and writing as well,
# one CPU each unless told otherwise, and hands out no more than it has. Two workers of one CPU each on a node
# with two:

# %%
has = 2  # as scale.start was told
for each in [1.0, 0.5]:
    left = has - 2 * each
    print(f"2 workers of {each} CPU: {left:.0f} left for reading and writing")

# %% [markdown]
# With nothing left, reading waits for the workers, and the workers wait for something to read. No error, no progress, all
# night. The course's `tag_parquet`, the code above with checks around it, refuses:

# %%
with course.expect_error(ValueError):
    scale.tag_parquet(source, Path(home.name, "never"), workers=2, cpus=1.0)

# %% [markdown]
# ## Common gotcha: once more into the same folder
#
# A run was stopped, and somebody starts it again, with the same target. Small, without a tagger: four rows are written,
# twice. **Guess first:** how many rows are in the folder then?

# %% tags=["slow"]
again = Path(home.name, "again")
shutil.rmtree(again, ignore_errors=True)
for _ in range(2):
    ray.data.range(4).write_parquet(str(again))
print(pq.read_table(again).num_rows, "rows:", sorted(pq.read_table(again)["id"].to_pylist()))

# %% [markdown]
# The files have other names the second time, so nothing is overwritten, and whoever reads the folder reads both. A
# fresh folder for each run, renamed when it is done, is the cheapest cure. `tag_parquet` takes no other.
#
# ## When it breaks: a worker dies
#
# On one laptop that is rare. With many machines, night after night, it happens. Suppose each machine is lost on one
# night in a thousand:

# %%
for machines in [1, 10, 100, 1000]:
    print(f"{machines:4} machines: at least one is lost in {1 - 0.999**machines:.1%} of the nights")

# %% [markdown]
# So kill one on purpose. As soon as the first two files are written, a thread finds one of the processes that tag, and
# kills it by its number: no warning, no chance to clean up. That is what the system does when memory runs out.


# %%
def with_a_death(name, kill, workers=2, cpus=0.5):
    target = Path(home.name, name)
    shutil.rmtree(target, ignore_errors=True)

    def wait_and_kill():
        while len(list(target.glob("*.parquet"))) < 2:
            time.sleep(0.02)
        kill()

    thread = threading.Thread(target=wait_and_kill)
    thread.start()
    scale.tag_parquet(source, target, workers, cpus, batch_size=25)
    thread.join()
    return scale.counts(source, target)


# %% [markdown]
# **Guess first:** how many of the four hundred texts are lost, and how many are there twice? (Half a minute.)

# %% tags=["slow"]
with_a_death("a worker died", scale.kill_worker)

# %% [markdown]
# Ray noticed that the process was gone, started another one, and gave it the same piece again. Why is nothing there
# twice? Because a piece is written when all of it is done, under a name made of run and piece. What was half done had not been written,
# and a second try at writing would replace the first.
# The price is that half: it is computed again.
#
# This needs two things from *your* code. `__call__` gives the same for the same batch, whoever calls it and how often. And
# it does nothing else on the side: a line that is sent to a database in `__call__` would be sent twice.
#
# ## Two nodes
#
# A second machine would run `ray start --address=...`, and for the code that is all the difference. Here the second node is more
# processes on this machine, which know nothing of the first but its address. (As long as the first.)

# %% tags=["slow"]
print(scale.add_node(cpus=2), "nodes,", int(ray.cluster_resources()["CPU"]), "CPUs to hand out")

# %% [markdown]
# Four workers now, and the code is the same. In the middle, the second node dies with everything on it: its workers,
# its store of texts, what it was about to write. All four workers then have to fit on the node that is left, and leave
# a CPU for reading and writing. So they get a quarter each: with a half, the first gotcha would be back.

# %% tags=["slow"]
with_a_death("a node died", scale.kill_node, workers=4, cpus=0.25)

# %% [markdown]
# And what if the *first* node dies? There the list of what is to be done is kept, and your notebook hangs on it. Then it is
# over: start again. That is why people keep the first node for this and give it no work.
#
# The same lines run elsewhere; only who starts the nodes differs:
#
# | where | who starts the nodes | in the notebook |
# |---|---|---|
# | a laptop | the notebook | `scale.start()`, or `ray.init()` |
# | two machines | you: `ray start --head`, then `ray start --address=...` on the other | `scale.join("auto")`, or `ray.init(address="auto")` |
# | a hundred | a scheduler: Kubernetes, Slurm, a cloud | the same |
#
# `"auto"` means: the nodes that already run here. Leave, and come back that way:

# %% tags=["slow"]
ray.shutdown()  # the notebook leaves; the nodes stay
print(scale.join("auto"), "node alive")

# %% [markdown]
# On real machines each one needs the same Python, the same packages and a folder that all of them see. And whoever
# reaches Ray's ports can run programs there: keep them off any network that you do not trust.
#
# ## Training together
#
# Training is less friendly. After each step all processes must have the same weights, so they must talk in each step.
# **Data parallel** training: every process holds the whole model and gets a part of each batch. Each computes its
# gradient, the gradients are averaged, and each takes the same step. `accelerate` does that to an ordinary loop.
# The model first: an adapter in the manner of chapter {training}, here in all six layers, with pooler and head.


# %%
def adapter():
    from peft import LoraConfig, get_peft_model
    from transformers import set_seed

    set_seed(0)
    model, tokenizer = models.load_backbone()
    settings = LoraConfig(
        r=8,
        lora_alpha=16,
        target_modules=["query", "value"],
        modules_to_save=["pooler", "classifier"],
    )
    return get_peft_model(model, settings), tokenizer


# %%
model, tokenizer = adapter()
learns = sum(p.numel() for p in model.parameters() if p.requires_grad)
both = dict(model.named_parameters())  # peft keeps the old pooler and head beside the new
every = sum(p.numel() for name, p in both.items() if "original_module" not in name)
print(f"{learns:,} of {every:,} numbers learn")
del model

# %% [markdown]
# Sixty-four training texts, in batches of sixteen, always in the same order, so that the runs can be compared:


# %%
def batches(tokenizer, size):
    from torch.utils.data import DataLoader
    from transformers import DataCollatorWithPadding

    rows = data.load_newsdesk(split="train").select(range(64))
    rows = [
        {**tokenizer(text, truncation=True), "labels": labels}
        for text, labels in zip(rows["text"][:], rows["labels"][:], strict=True)
    ]
    return DataLoader(rows, batch_size=size, collate_fn=DataCollatorWithPadding(tokenizer))


batch = next(iter(batches(tokenizer, 16)))
{name: tuple(values.shape) for name, values in batch.items()}

# %% [markdown]
# The loop has three lines that an ordinary one has not: `Accelerator`, `prepare` and `accelerator.backward`. `reduce`
# is for us, to see the loss of the whole batch. `split_batches=True` says: sixteen is the size of the batch that
# *all* of them share.


# %%
def train(split=True, size=16):
    from accelerate import Accelerator, DataLoaderConfiguration

    how = DataLoaderConfiguration(split_batches=split)
    accelerator = Accelerator(cpu=True, dataloader_config=how)
    model, tokenizer = adapter()
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)
    model, optimizer, loader = accelerator.prepare(model, optimizer, batches(tokenizer, size))
    for batch in loader:
        loss = model(**batch).loss
        accelerator.backward(loss)
        optimizer.step()
        optimizer.zero_grad()
        yield accelerator.reduce(loss.detach(), "mean").item()


# %% [markdown]
# `scale.together` runs a function in several processes that know of each other. (Outside of a notebook that is
# `accelerate launch --num_processes 2 train.py`.) They talk by **gloo**, which is for CPUs; on GPUs it would be NCCL,
# without `cpu=True`, and one process for each GPU. **Guess first:** how far apart are the losses of one process and of
# two? (About half a minute.)

# %% tags=["slow"]
by_one = scale.together(lambda: list(train()), 1)[0]
by_two = scale.together(lambda: list(train()), 2)
assert by_two[0] == by_two[1]  # both see the loss of the whole batch
rows = {"one process": by_one, "two processes": by_two[0]}
print("largest difference below 0.0001:", np.abs(np.subtract(by_one, by_two[0])).max() < 1e-4)
pd.DataFrame(rows, index=pd.Index(range(1, 5), name="step")).map("{:.2f}".format)

# %% [markdown]
# The same training. It has to be: the mean of two halves' gradients *is* the gradient of the whole batch, if the halves
# are of the same size. Dropout is off here (`load_backbone` returns the model in evaluation mode, as `train_adapter`
# wants it). With dropout each process would draw its own, and the losses would differ a little.
#
# ## Common gotcha: which batch does `batch_size` mean?
#
# accelerate's default is `split_batches=False`: each process gets *its own* sixteen. **Guess first:** how many steps do
# two processes then take over the sixty-four texts?

# %% tags=["slow"]
unsplit = scale.together(lambda: list(train(split=False)), 2)[0]
print(f"{len(by_two[0])} steps with shared batches, {len(unsplit)} steps with batches of their own")
print("last losses:", f"{by_two[0][-1]:.2f}", "and", f"{unsplit[-1]:.2f}")

# %% [markdown]
# Half as many steps, of batches twice as large: another training, with the same settings on paper. Some raise the
# learning rate for that. Whichever you choose, choose it; and compare runs by texts seen, not by steps.
#
# ## What it costs to talk
#
# In each step each process sends about twice the gradient's size, four bytes per number that learns, and gets as much (in
# a ring of two it is once; twice is what many come to). How long is that on common networks?

# %%
networks = {"inside a machine": 10e9, "10 Gbit/s": 1.25e9, "1 Gbit/s": 0.125e9, "Wi-Fi": 0.02e9}
sizes = {"adapter, pooler, head": 4 * learns, "all weights": 4 * every}
rows = {
    what: [f"{2 * size / speed * 1000:,.1f} ms" for speed in networks.values()]
    for what, size in sizes.items()
}
print({what: f"{size / 1e6:.1f} MB" for what, size in sizes.items()})
pd.DataFrame(rows, index=list(networks))

# %% [markdown]
# Set that against what a step of yours computes: where talking takes longer, the second machine slows you down. So an adapter may
# be trained over a network that is too slow for all weights. And
# before you spread a training at all: the course's adapter takes a minute on a laptop. Most trainings of this kind
# never need a second machine. Tagging may.
#
# ## When not to
#
# A start costs, and it costs every time. With $s$ seconds to start, $r$ texts per second and worker, and $w$ workers
# that really have a core each, $N$ texts take $s + N / (rw)$ seconds. One core without Ray takes $N / r$. They
# break even at $N = s r / (1 - 1 / w)$. (A single process uses all the cores of its machine, unless it is told otherwise as above. On one
# machine set its rate against the pool's, both measured: the pool may never win there. It pays with the cores of *other* machines.)

# %%
start_seconds, per_worker = 30, 50  # take your own
workers = [2, 4, 16, 100]
even = [start_seconds * per_worker / (1 - 1 / w) for w in workers]
pd.DataFrame(
    {"pays from, texts": [f"{n:,.0f}" for n in even]}, index=pd.Index(workers, name="workers")
)

# %%
n_texts = np.logspace(2, 7, 60)
plt.plot(n_texts, n_texts / per_worker, color=plots.SECOND, ls="--", label="one core, no Ray")
for w, style in [(2, "-"), (100, ":")]:
    took = start_seconds + n_texts / (per_worker * w)
    plt.plot(n_texts, took, color=plots.MAIN, ls=style, label=f"{w} workers")
plt.xscale("log"), plt.yscale("log")
plt.title("Time to tag, starts counted")
plt.gca().set(xlabel="texts", ylabel="seconds")
plt.legend(frameon=False)
plt.show()
plots.twin(
    f"below {even[-1]:,.0f} texts even 100 workers are slower than one core without Ray; "
    f"2 workers are faster from {even[0]:,.0f} texts on."
)

# %% [markdown]
# More workers move that point only a little. What decides is the start, and whether there is a second core at all:
# where workers share one core, they take turns. And the pieces have to be many: with sixteen files the seventeenth worker
# has nothing to do.
#
# ## On paper: a million, a billion
#
# The same formula, with a fifth taken off for what never runs evenly, and with the size of the texts as newsdesk has
# them. Put in what you measured at the top.

# %%
size = np.mean([len(text.encode()) for text in texts])
evenness = 0.8
rows = []
for n in [1e6, 1e9]:
    for w in [1, 10, 100, 1000]:
        pool = start_seconds + n / (per_worker * w * evenness)
        hours = (pool if w > 1 else n / per_worker) / 3600  # one needs no pool
        time_ = f"{hours:,.1f} hours" if hours < 48 else f"{hours / 24:,.0f} days"
        rows.append([f"{n:,.0f}", w, time_, f"{n * size / 1e9:,.1f} GB"])
pd.DataFrame(rows, columns=["texts", "workers", "time", "texts' size"])

# %% [markdown]
# A million texts as short as these is a night of one core. A billion is another matter: a hundred workers for days, and then it pays
# to ask other questions first. Do all of them need labels, or would a random sample answer? Would a smaller model
# do? Are many of them the same text? Half the texts are the cheapest factor of two there is.
#
# ## From practice
#
# | you see | do |
# |---|---|
# | fewer than some ten thousand texts | `python -m helpers.tag`, and nothing else |
# | nothing moves, no error | count CPUs: do the workers take all of them? |
# | a few workers idle | more files than workers, several for each; batches that are not too large |
# | memory runs out | fewer workers per machine, each holds a whole tagger; smaller batches |
# | every text twice | the target was not empty; a fresh folder for each run |
# | every batch slow | something is loaded in `__call__` |
# | two processes train otherwise than one | `split_batches`, dropout, a last batch that is not full (accelerate fills it with the first texts) |
#
# ## Check your understanding
#
# A colleague writes each text's labels into a database inside `__call__`, "so that nothing is lost if it crashes". A worker
# dies in the middle of the night. What is in the database? Answer before you open this.
#
# <details><summary>Answer</summary>
#
# Some texts twice: those of the batch that was half done are tagged again, and sent again. Nothing is lost, but the
# counts are wrong, and nobody sees it. Write files, count them, and load these into the database when all are there. Or make
# the row's number the key, so that the second time changes nothing. The cell below plays it through.
#
# </details>

# %%
sent, keyed = [], {}
batch = [f"text {i}" for i in range(10)]
for dies_after in [6, None]:  # the first time the worker dies after six, the second time not
    for text in batch[:dies_after]:
        sent.append(text)
        keyed[text] = "labels"
print(f"{len(sent)} lines sent for {len(batch)} texts; with a key {len(keyed)}")

# %% [markdown]
# At the end, all that was started is ended. The notebook's own children are counted:

# %%
import psutil

scale.stop()
left = [p for p in psutil.Process().children(recursive=True) if "ray" in " ".join(p.cmdline())]
print("processes of Ray that are left:", len(left))

# %%
exercises.questions("12")

# %% [markdown]
# ## Exercises
#
# [Exercises for this chapter](../exercises/12_beyond_one_machine.ipynb): on paper, and without Ray. How many workers,
# what a death costs, when it pays. They say *why* when an answer is wrong.
#
# ## Next
#
# That was the last chapter. The [final check](../exercises/13_final_check.ipynb) asks twenty questions over the course and
# says what to read again.
