# %% [markdown]
# # 3 · Encoder and head
#
# {badge}
#
# You will follow three sentences through the model, one shape at a time, and find out which part
# of it knows something and which part is noise.
#
# | minutes | needs | after this you can |
# |---|---|---|
# | 60 | chapter {tokenization} | follow shapes from ids to logits; tell an untrained head from a trained one |

# %%
# {setup}

# %%
import matplotlib.pyplot as plt
import numpy as np
import torch

from helpers import course, drawings, exercises, models, plots
from helpers.activations import sigmoid

course.start("03")

# %% [markdown]
# ## Warm-up
#
# A few questions from earlier chapters. Answer from memory, then go on.

# %%
exercises.warm_up("03")

# %% [markdown]
# ## Why it matters
#
# A tutorial you may meet loads a general language model, asks it for four labels, trains nothing,
# and shows a clear and correct answer for each of its three sentences. It looks like magic. Copy
# such a program into your own work and you may ship a model that answers at random. Here are the
# lines of it that matter, so that you can judge for yourself:
#
# ```
# model = AutoModelForSequenceClassification.from_pretrained(
#     'distilbert-base-uncased', num_labels=4, problem_type='multi_label_classification', ...)
# with torch.no_grad():
#     outputs = model(**inputs)
# probabilities = sigmoid(outputs.logits).cpu().numpy()
# threshold = 0.5
# ```
#
# And here is what it says that they print, one row per sentence:
#
# | | sports | politics | technology | entertainment |
# |---|---|---|---|---|
# | The tech company announced a new product today. | 0.106 | 0.089 | 0.754 | 0.123 |
# | The president met with world leaders at the summit. | 0.112 | 0.642 | 0.095 | 0.078 |
# | The basketball team won the championship game. | 0.821 | 0.103 | 0.088 | 0.156 |
#
# Keep those three high numbers in mind. By the end of this page you can say whether they can be true.
#
# To see through it you need little mathematics beyond adding and multiplying. You need to know what
# parts the model has, what shape the numbers have between them, and where each number came from.
#
# ## The idea
#
# The model has three parts, one after the other.
#
# - The **encoder** turns each word piece into a **vector**: a list of numbers that says something
#   about its meaning in this text. It is a table of embeddings and a stack of layers.
# - The **pooler** makes one vector for the whole text out of the many.
# - The **head** is the last layer. It turns that vector into one **logit** for each label. A logit is
#   a raw score: positive speaks for the label, negative against it.
#
# Encoder and pooler together are the **backbone**. It comes **pre-trained**: somebody trained it on a
# great deal of text before you met it, and its numbers are in the checkpoint. The head is new, and yours
# to train.

# %%
drawings.the_way("encoder", "pooling", "head")

# %% [markdown]
# The same three sentences as in chapter {start}, and the same four labels. `load_backbone` fetches the
# backbone and puts a new head on it; the first time takes a few seconds. The line before it sets
# the seed of the random numbers. Why that matters is what this chapter leads up to.

# %%
from transformers import set_seed

SEED = 417  # any other would do
label_names = ["sports", "politics", "technology", "entertainment"]
texts = [
    "The tech company announced a new product today.",
    "The president met with world leaders at the summit.",
    "The basketball team won the championship game.",
]
set_seed(SEED)
model, tokenizer = models.load_backbone(label_names=label_names)
print(f"{type(model).__name__}: {model.config.num_hidden_layers} layers, {len(texts)} texts,")
print(f"{model.config.hidden_size} numbers in a vector, {model.config.num_labels} labels")

# %% [markdown]
# ## See it run: ids become vectors
#
# Chapter {tokenization} got you this far: texts become ids, padded to the same length.

# %%
inputs = tokenizer(texts, padding=True, truncation=True, return_tensors="pt").to(model.device)
ids, mask = inputs["input_ids"], inputs["attention_mask"]

print("ids", tuple(ids.shape), "= (n_texts, n_tokens)")
print("first text:", ids[0].tolist())
print("real tokens in each text:", mask.sum(dim=1).tolist())

# %% [markdown]
# `.to(model.device)` puts the inputs where the model is. On a laptop both are on the CPU already.
# With a graphics card they may not be, and then this line saves you an error.
#
# Ids are only row numbers. The first step inside the backbone looks up a row of a large table for
# each id, adds a vector that stands for its position, and brings the sum to a common scale. The
# result is called **embeddings**.
#
# **Guess first.** Each id becomes a vector. What shape will the embeddings have?

# %%
with torch.no_grad():
    embeddings = model.base_model.embeddings(ids)

print("ids       ", tuple(ids.shape))
print("embeddings", tuple(embeddings.shape), "= (n_texts, n_tokens, hidden_size)")

# %% [markdown]
# One number became a vector, so the shape grew an axis. `torch.no_grad()` tells torch to keep no
# notes for training. `model.base_model` is the backbone: the model without the head.
#
# Then come the layers. Each lets every token look at all the others, and updates its vector by what
# it saw. What a layer gives out is called its **hidden states**. `output_hidden_states=True` asks for all of
# them, with the embeddings in place 0.

# %%
with torch.no_grad():
    encoded = model.base_model(**inputs, output_hidden_states=True)

for i, hidden in enumerate(encoded.hidden_states):
    print(f"{f'layer {i}' if i else 'embeddings':10}", tuple(hidden.shape))
last_hidden = encoded.last_hidden_state
assert torch.equal(last_hidden, encoded.hidden_states[-1])

# %% [markdown]
# The shape stays the same from layer to layer. The content does not. The second token of all three
# texts is *the*: same id, same position, so the same embedding.
#
# **Guess first.** How alike are the vectors of *the* in the first and in the second text, after
# each layer? **Cosine similarity** measures it: 1 means the same direction, 0 a right angle, and below 0
# they point apart. It compares within one table: what counts as high differs from model to model.

# %%
print("second tokens:", tokenizer.convert_ids_to_tokens(ids[:, 1]))
for i, hidden in enumerate(encoded.hidden_states):
    alike = torch.cosine_similarity(hidden[0, 1], hidden[1, 1], dim=0).item()
    print(f"{f'layer {i}' if i else 'embeddings':10} {alike:.2f}")

# %% [markdown]
# The word is the same, its neighbors are not. Its vector takes up what stands around it: not evenly
# from layer to layer, but in the end the two are far apart. That is what an encoder adds to a table
# of words.
#
# ### How a token looks at the others: attention
#
# From its vector every token makes three new ones, with weights that were learned: a **query** (what
# am I looking for?), a **key** (what do I offer?) and a **value** (what do I pass on?). Query times
# key (multiply number by number, add up), for each pair of tokens, says how well the two fit. These scores are turned into shares that sum
# to 1, and each token receives the mean of all values, weighted by its shares. That is **attention**.
# A layer does this several times side by side, each time with weights of its own, so that each can
# look for something else. After that, in the other half of the layer, every token's vector goes through two
# more sets of weights by itself; they hold most of the layer's parameters.
#
# In the code, `view` and `transpose` cut each vector into pieces, one for each way of looking, and `@` multiplies and adds: it makes all queries times all keys at once. Dividing by the square
# root of their length keeps long vectors from having large scores, and `softmax` (chapter {sigmoid}) turns
# scores into shares.
#
# Two of the first layer's, on the third sentence. **Guess first.** What could be worth looking for
# in the other tokens of a sentence?

# %%
attention = model.base_model.encoder.layer[0].attention.self
n_tokens, n_ways = int(mask[2].sum()), model.config.num_attention_heads
with torch.no_grad():
    seen = embeddings[2, :n_tokens]  # what the first layer gets, without the padding
    query, key = (
        part(seen).view(n_tokens, n_ways, -1).transpose(0, 1)
        for part in (attention.query, attention.key)
    )
shares = (query @ key.transpose(1, 2) / query.shape[-1] ** 0.5).softmax(dim=-1)

print(tuple(shares.shape), "= (ways of looking, n_tokens, n_tokens)")
print("every row sums to 1:", torch.allclose(shares.sum(dim=-1), torch.ones(n_ways, n_tokens)))

# %%
words = tokenizer.convert_ids_to_tokens(ids[2, :n_tokens])
figure, axes = plt.subplots(1, 2, figsize=(8.5, 3.8), sharey=True)
for axis, way in zip(axes, [2, 3], strict=True):
    axis.imshow(shares[way], cmap="Blues", vmin=0, vmax=1)
    axis.set_xticks(range(n_tokens), words, rotation=90)
    axis.set(xlabel="looks at", title=f"first layer, way {way + 1} of {n_ways}")
axes[0].set_yticks(range(n_tokens), words)
axes[0].set_ylabel("this token")
plt.show()
before = shares[2].diagonal(-1).min()
plots.twin(f"on the left a dark line: {before:.3f} of the attention or more, to the token before.")
print("On the right the largest share goes")
for i, j in enumerate(shares[3].argmax(dim=-1)):
    print(f"  from {words[i]:12} to {words[j]} ({shares[3, i, j]:.2f})")

# %% [markdown]
# One way looks at the neighbor on the left, whatever it is. The other mostly spreads its shares (not from `[CLS]`) and gives more to some words of content: basketball to championship, for one. Beware of such readings: these
# two ways were picked out of twelve because they are easy to describe, and what a way "looks for" is our
# word, not the model's. (The field calls such a way an *attention head*. It has nothing to do with the head
# at the end of the model; on these pages *head* means that one.)
#
# ## From many vectors to one
#
# The head wants one vector for each text. There are two usual ways to **pool**.
#
# *First token.* Every text starts with the special token `[CLS]`. The pooler takes its last hidden
# state, sends it through one more layer, and squeezes each number between -1 and 1 with `tanh`.
# By hand, and compared with what the model does:

# %%
pooler = model.base_model.pooler
with torch.no_grad():
    first_token = last_hidden[:, 0]
    pooled = torch.tanh(first_token @ pooler.dense.weight.T + pooler.dense.bias)

print("first token", tuple(first_token.shape), "= (n_texts, hidden_size)")
print("pooled     ", tuple(pooled.shape))
print("the model's own pooler agrees:", torch.allclose(pooled, encoded.pooler_output, atol=1e-5))

# %% [markdown]
# `x @ weight.T + bias` is a **linear layer**: each output is a weighted sum of all inputs plus a
# constant, for all texts at once.
#
# *Mean over tokens.* Take the average of all vectors of a text. Padding has vectors too, and they
# mean nothing, so the mask leaves them out: multiply by 0 or 1, add up, divide by the number of
# real tokens. These three texts are nearly the same length, so a short fourth one is added here to
# show what the mask is for.


# %%
def mean_pool(hidden, mask):
    kept = mask.unsqueeze(-1)  # (n_texts, n_tokens, 1): the same 0 or 1 for a whole vector
    return (hidden * kept).sum(dim=1) / kept.sum(dim=1)


padded = tokenizer([*texts, "Goal."], padding=True, return_tensors="pt")
alone = tokenizer(["Goal."], return_tensors="pt")
with torch.no_grad():
    padded_hidden = model.base_model(**padded).last_hidden_state
    right = mean_pool(model.base_model(**alone).last_hidden_state, alone["attention_mask"])[0]
with_mask = mean_pool(padded_hidden, padded["attention_mask"])[3]
without = padded_hidden[3].mean(dim=0)
print("with the mask, same as alone:   ", torch.allclose(with_mask, right, atol=1e-5))
print("without the mask, same as alone:", torch.allclose(without, right, atol=1e-5))

# %% [markdown]
# Both ways give one vector per text. The stock class that you loaded reads the first token through
# the pooler, so that is what the head gets.
#
# ## The head
#
# **Guess first.** The head turns a vector into one logit for each of the labels. What shape does
# its table of weights have?

# %%
head = model.classifier
with torch.no_grad():
    logits = pooled @ head.weight.T + head.bias
    outputs = model(**inputs)

print("weights", tuple(head.weight.shape), "= (n_labels, hidden_size)")
print("pooled ", tuple(pooled.shape))
print("logits ", tuple(logits.shape), "= (n_texts, n_labels)")
print("the whole model agrees:", torch.allclose(logits, outputs.logits, atol=1e-5))

# %% [markdown]
# You have followed three texts through the whole model, and done its last two steps by hand. Here is the way once more, and beside it how many numbers
# each part has learned or has yet to learn. They are called **parameters**.


# %%
def count(part):
    return sum(parameter.numel() for parameter in part.parameters())


body = model.base_model
rows = [
    ("embeddings", body.embeddings, embeddings),
    ("layers", body.encoder, last_hidden),
    ("pooler", body.pooler, pooled),
    ("head", head, logits),
]
print(f"{'part':12}{'gives out':>14}{'parameters':>14}")
for name, part, result in rows:
    print(f"{name:12}{tuple(result.shape)!s:>14}{count(part):>14,}")
print(f"backbone {count(body):,}, head {count(head):,}: {count(head) / count(model):.4%} of all")

# %% [markdown]
# ## The tutorial's program
#
# Now the program from the top of this page, on this course's backbone, with the inputs sent to the
# model's device, and with a report like the tutorial's.
#
# **Guess first.** Nothing has been trained for these labels. What will the probability of *sports*
# be for the basketball sentence?

# %%
set_seed(SEED)
model, tokenizer = models.load_backbone(label_names=label_names)
inputs = tokenizer(texts, padding=True, truncation=True, return_tensors="pt").to(model.device)
with torch.no_grad():
    fresh_probabilities = torch.sigmoid(model(**inputs).logits)

for text, row in zip(texts, fresh_probabilities.tolist(), strict=True):
    by_label = dict(zip(label_names, row, strict=True))
    print("Text:", text)
    print("Predicted labels:", [name for name, p in by_label.items() if p > 0.5])
    print("Probabilities:", *(f"{name} {p:.2f}" for name, p in by_label.items()))
    print()

# %% [markdown]
# Everything is near one half, whatever the sentence. Where two labels show the same 0.5 and only
# one is predicted, the digits that you do not see decided. This is a coin toss in a neat format.
#
# ## What happened
#
# The head is new. The library filled its weights with small random numbers and its constants with
# zeros. A weighted sum with small weights of either sign comes out near 0, and sigmoid turns 0
# into one half.

# %%
weights = head.weight.detach()
print(f"weights: mean {weights.mean():.2f}, spread (standard deviation) {weights.std():.2f}")
print(f"constants, all zero: {bool((head.bias == 0).all())}")
print(f"spread that the library's setting asks for: {model.config.initializer_range}")
print(f"logits between {logits.min():.2f} and {logits.max():.2f}")
print(f"sigmoid(0) = {sigmoid(0.0):.2f}")

# %% [markdown]
# ## Two hundred fresh heads
#
# The tutorial's table has the right label for each sentence. Was that luck? Draw new heads
# and see. There is no need to load the model each time: only the head's weights are random, and the
# pooled vectors stay.
#
# **Guess first.** Out of 200 heads, how many give all three sentences the right labels and no
# others? And how far from one half does the most extreme probability get?


# %%
def draw_head(seed):
    set_seed(seed)
    return torch.empty(4, model.config.hidden_size).normal_(0, model.config.initializer_range)


right_labels = ["technology", "politics", "sports"]  # of the three sentences
expected = np.array([[name == right for name in label_names] for right in right_labels])
many = np.stack([sigmoid(pooled @ draw_head(seed).T) for seed in range(200)])
correct = (many > 0.5) == expected

print("probabilities", many.shape, "= (n_heads, n_texts, n_labels)")
print(f"heads with all three sentences right: {correct.all(axis=(1, 2)).sum()} of {len(many)}")
print(f"all {many.size} probabilities lie between {many.min():.2f} and {many.max():.2f}")
print(f"labels predicted per text, on average: {(many > 0.5).sum(axis=2).mean():.1f} of 4")

# %% [markdown]
# Twelve independent tosses of a coin come out right once in 4,096 tries. These are not even independent: like
# vectors get like logits, so another label for each sentence is rarer still. That nobody was right in 200
# therefore says little. The range says much: no head gets far from one half.
#
# The tutorial has another backbone, DistilBERT: its vectors are wider, 768 numbers, and its head has *two*
# fresh layers, the first of which sets negative results to 0 (`relu`). To be fair to it, the next cell draws
# 200 such heads. They get vectors about as long as
# DistilBERT's: its last step brings the mean square of the 768 numbers to 1, so the length to root 768, about 28,
# before a learned stretch. The vectors point in random directions, which is generous to whoever hopes for different
# answers: real ones resemble each other, as ours did. It takes a few seconds.

# %%
wide, small = 768, 0.02  # numbers in a vector, and the library's setting, for DistilBERT
wider = []
for seed in range(200):
    set_seed(seed)
    vectors = torch.nn.functional.normalize(torch.randn(3, wide), dim=1) * wide**0.5
    inner = torch.relu(vectors @ torch.empty(wide, wide).normal_(0, small))
    wider.append(sigmoid(inner @ torch.empty(wide, 4).normal_(0, small)))
wider = np.stack(wider)
printed = {"politics": 0.642, "technology": 0.754, "sports": 0.821}
spread = np.log(wider / (1 - wider)).std()  # of the logits, whose mean is 0
print(f"{wider.size} probabilities from {wider.min():.2f} to {wider.max():.2f}")
for name, value in printed.items():
    distance = np.log(value / (1 - value)) / spread
    print(f"{name:10} {value}: {(wider > value).sum()} are above, {distance:.1f} spreads from even")

# %%
axis, bins = plt.subplots()[1], np.linspace(0, 1, 101)
axis.hist(many.ravel(), bins=bins, color=plots.MAIN, label="one fresh layer")
axis.hist(wider.ravel(), bins=bins, color=plots.SECOND, alpha=0.7, label="two, on wide vectors")
for name, value in printed.items():
    axis.axvline(value, color=plots.MARK, linestyle="--")
    axis.text(value + 0.01, 150, f"{name} {value}", rotation=90, va="bottom")
axis.set(xlim=(0, 1), xlabel="probability", ylabel="how many")
axis.set_title("Fresh heads (bars) and what the tutorial prints (dashed)")
axis.legend(frameon=False, loc="upper left")
plt.show()
beyond = sum(value > wider.max() for value in printed.values())
plots.twin(
    f"a narrow peak from {many.min():.2f} to {many.max():.2f} and a wider one "
    f"from {wider.min():.2f} to {wider.max():.2f}; {beyond} of the 3 dashed lines lie beyond both."
)

# %% [markdown]
# None of the fresh heads comes near all three: the lowest of the three figures happens now and then with
# wide vectors, the other two never. Unless that encoder's vectors are much longer than assumed, the program
# did not print this table. It shows what a *trained* head could say. A printed result is a claim. Run it.
#
# ## Common gotcha: where is the sigmoid?
#
# You may read that `problem_type="multi_label_classification"` puts a sigmoid into the model.
# Then the same sentences should give other numbers under another `problem_type`.
#
# **Guess first.** The library knows three problem types. Same seed, same texts: how many different
# sets of logits will you get from the three and from none?

# %%
from transformers import AutoModelForSequenceClassification, pipeline

folder = models.installed_backbone() or models.HUB_ID  # what load_backbone uses
Classifier = AutoModelForSequenceClassification
kinds = ["multi_label_classification", "single_label_classification", "regression", None]
for kind in kinds:
    set_seed(SEED)
    other = Classifier.from_pretrained(folder, num_labels=4, problem_type=kind)
    with torch.no_grad():
        same = torch.allclose(other(**inputs).logits, logits, atol=1e-5)
    tag = pipeline("text-classification", model=other, tokenizer=tokenizer)
    total = sum(answer["score"] for answer in tag(texts[0], top_k=None))
    print(f"{kind!s:28} same logits: {same}   pipeline's scores sum to {total:.2f}")
sigmoids = sum(isinstance(part, torch.nn.Sigmoid) for part in other.modules())
print("Sigmoid modules in the model:", sigmoids)

# %% [markdown]
# One set. The model returns logits, always. `problem_type` decides two things *around* it: the
# **loss**, the number that training makes smaller (chapter {sigmoid} builds it), and what a **pipeline**,
# the library's ready-made tagger, does with the logits. The last column adds up the four scores that
# a pipeline gives to the first sentence. The first is the sum of four sigmoids, each near one half; for
# `regression` the pipeline leaves the logits as they are, each near 0. Sums of 1.00 come from softmax, chapter {sigmoid}'s topic, which
# shares out a total of 1. So with no `problem_type`, or the wrong one, in the saved settings, your
# multi-label model is read as something else, and nobody says so.
#
# ## When it breaks: two loads, two answers
#
# Load the same name twice and compare, part by part.
#
# **Guess first.** What will differ? And what would you have to do to make both loads the same?


# %%
def equal(part_1, part_2):
    return all(map(torch.equal, part_1.parameters(), part_2.parameters()))


one, _tokenizer = models.load_backbone(label_names=label_names)
two, _tokenizer = models.load_backbone(label_names=label_names)
print("backbones equal:", equal(one.base_model, two.base_model))
print("heads equal:    ", equal(one.classifier, two.classifier))

# %% [markdown]
# Now with the same seed before each load:

# %%
set_seed(7)
one, _tokenizer = models.load_backbone(label_names=label_names)
set_seed(7)
two, _tokenizer = models.load_backbone(label_names=label_names)
print("backbones equal:", equal(one.base_model, two.base_model))
print("heads equal:    ", equal(one.classifier, two.classifier))
del one, two  # gives their memory back

# %% [markdown]
# The backbone comes from a file, so it is the same each time. The head comes from random numbers,
# so it is the same only when their seed is. The seed must be set *before* the load: once
# the head is drawn, setting it fixes nothing.
#
# One more thing can differ between two runs: in **training mode** a model sets some of its numbers,
# drawn anew each time, to 0 on purpose. `from_pretrained` gives you the other one, **evaluation mode**; chapter {training} uses both.
#
# ### The load report
#
# The library knows what it had to make up, and says so when it loads: it prints a load report
# that marks those weights MISSING. `course.start` turned such messages down, so you have not seen
# it. Ask for the same facts as data, and your program can act on them:

# %%
set_seed(SEED)
other, report = AutoModelForSequenceClassification.from_pretrained(
    folder, num_labels=4, output_loading_info=True
)
for key in ("missing_keys", "unexpected_keys", "mismatched_keys"):
    print(f"{key:16}", ", ".join(sorted(report[key])) or "none")

# %% [markdown]
# *Missing* means: the model has a place for it, the file has nothing, so the library made it up: weights at
# random, constants 0.
# It is the whole head and nothing but the head. That is right before training. If you see it when
# you load a model that you *have* trained, stop: your head is not in the file.
#
# ### A misspelled problem type
#
# A good library would reject a word it does not know. Some releases of transformers do when a model is loaded with it (5.4 to 5.17); earlier ones only
# when it stands in the saved settings, later ones not at all. The second line below writes the word past
# every check, so that you see on any release what then happens. With labels, the model also returns the
# **loss**, the number that training makes smaller.
#
# **Guess first.** An error, another loss, or no loss at all?

# %%
misspelled = AutoModelForSequenceClassification.from_pretrained(folder, num_labels=4)
vars(misspelled.config)["problem_type"] = "multi_label"  # one word short
labels = torch.tensor(expected, dtype=torch.float32)
with torch.no_grad():
    wrong_loss = misspelled(**inputs, labels=labels).loss
    right_loss = model(**inputs, labels=labels).loss
print(f"loss with the wrong word: {wrong_loss}\nloss with the right word: {right_loss:.2f}")

# %% [markdown]
# No error, and no loss: `None`. You would notice only in training, far from the cause. (Chapter {sigmoid}
# tells you why the other loss is that very number.)
#
# So check it yourself. `load_backbone` has this line:

# %%
import inspect

source_lines = inspect.getsource(models.load_backbone).splitlines()
print("\n".join(line.strip() for line in source_lines if "assert " in line))

# %% [markdown]
# An `assert` does nothing when its condition holds, and stops the program when it does not. Give
# your own code such a line after each load. On the misspelled model it is meant to fail:

# %%
with course.expect_error(AssertionError):
    assert misspelled.config.problem_type == "multi_label_classification", (
        misspelled.config.problem_type
    )

# %% [markdown]
# ## From practice: where the knowledge is
#
# A fresh head knows nothing. Does the backbone? Take a fourth sentence that says nearly the same
# as the third in other words, pool, and compare all pairs by cosine similarity.
#
# **Guess first.** Will that pair stand out, and with which way of pooling more clearly?

# %%
four = [*texts, "The squad took the title in the last match of the season."]
four_inputs = tokenizer(four, padding=True, return_tensors="pt").to(model.device)
with torch.no_grad():
    four_encoded = model.base_model(**four_inputs)

pooled_ways = {
    "mean over tokens": mean_pool(four_encoded.last_hidden_state, four_inputs["attention_mask"]),
    "first token through the pooler": four_encoded.pooler_output,
}
for way, vectors in pooled_ways.items():
    unit = torch.nn.functional.normalize(vectors, dim=1)
    print(way)
    for i, row in enumerate((unit @ unit.T).tolist()):
        print(*(f"{round(value, 2) + 0.0:5.2f}" for value in row), f"  {four[i][:44]}…")

# %% [markdown]
# Each table has a row and a column for each sentence; the diagonal compares a sentence with
# itself. The basketball sentence and its paraphrase stand out, though they share few words and nobody
# gave the backbone your label *sports*. It is no accident: this backbone was trained on a billion pairs of
# sentences that belong together, to give them [vectors that are alike](https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2).
# So that knowledge is there before any training of yours. What is missing is the step from vectors to
# *your* labels.
#
# Here the mean separates more clearly, as it should: the means were trained to be compared, and the pooler was
# not part of that. Chapter {training} comes back to it.
#
# And a trained one? The course's tagger started from this same backbone. Its embeddings are
# unchanged; the pooler and the head have learned from newsdesk, and each layer got a small addition
# to its weights, an **adapter**, that learned with them. Compare the numbers with the report further
# up:

# %%
tagger = models.load_tagger()
trained_logits = models.predict_logits(tagger.model, tagger.tokenizer, texts)
trained_probabilities = sigmoid(trained_logits)
print(f"fresh head:     logits from {logits.min():5.2f} to {logits.max():.2f}")
print(f"trained tagger: logits from {trained_logits.min():5.2f} to {trained_logits.max():.2f}")
plots.probability_table(texts, trained_probabilities, tagger.label_names, tagger.thresholds)

# %% [markdown]
# Same class, same shapes, same number of parameters: the adapter was added into the weights when the
# tagger was loaded. Only the values differ, and so does everything you care about.
#
# ## Check your understanding
#
# You load the same name twice, run the same sentence, and get two answers. What is random, what is
# not, and what would you check first?
#
# <details><summary>Answer</summary>
#
# Random: the head, if it was not in the file. It is drawn anew at each load. Not random: the
# tokenizer, the backbone and, in evaluation mode, the calculation; they give the same every time,
# apart from the last digits.
#
# Check first what was missing: `output_loading_info=True`, or the load report. If the head is
# listed, you are looking at an untrained head: train it, or load the folder where the trained one
# was saved. `set_seed` before the load makes the two answers equal, but not right.
#
# If nothing is missing, look at `model.training`. `from_pretrained` gives you a model in
# evaluation mode. In training mode *dropout* sets numbers drawn at random to 0, and each call
# differs.
#
# </details>

# %%
exercises.questions("03")

# %% [markdown]
# ## Exercises
#
# [Exercises for this chapter](../exercises/03_encoder_and_head.ipynb): shapes without running
# anything, and which of three models is untrained. They say *why* when an answer is wrong.
#
# ## Next
#
# One step of this chapter stayed closed: a logit went into sigmoid and a probability came out.
# [Chapter {sigmoid}](04_sigmoid_versus_softmax.ipynb) asks why sigmoid and not its famous rival, softmax,
# and lets you watch what the wrong one does to a text with two labels. A head that learns awaits
# you in chapter {training}.
