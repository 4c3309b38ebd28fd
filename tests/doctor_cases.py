"""Code that really fails, for each error the doctor knows, in the order of its families."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """``broken`` raises the error ``name``; ``only`` says on which versions of transformers."""

    name: str
    broken: str
    only: str = ""


OLD, NEW = "<5", ">=5"

# What every case starts from; each gets copies of its own.
SPACE = """
import json
import os
import shutil

import numpy as np
import pandas as pd
import torch
import transformers
from datasets import Dataset, DatasetDict
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import MultiLabelBinarizer
from transformers import (
    AutoConfig,
    AutoModel,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    DataCollatorWithPadding,
    Trainer,
    TrainingArguments,
    pipeline,
)

label_names = ["sports", "politics", "technology", "entertainment"]
texts = ["the team won", "a new app", "the band sings a new game .", "the vote"]
label_lists = [["sports"], ["technology"], ["politics", "technology", "entertainment"], []]
targets = np.array([[1, 0, 0, 0], [0, 0, 1, 0], [0, 1, 1, 1], [0, 0, 0, 0]])
tokenizer = AutoTokenizer.from_pretrained(checkpoint)
model = AutoModelForSequenceClassification.from_pretrained(checkpoint)
batch = tokenizer(texts, padding=True, return_tensors="pt")
labels = torch.tensor(targets, dtype=torch.float32)
with torch.no_grad():
    logits = model(**batch).logits
probabilities = torch.sigmoid(logits)
predictions = (probabilities > 0.5).int().numpy()
F = torch.nn.functional
options = {"use_cpu": True, "report_to": "none", "save_strategy": "no", "num_train_epochs": 1}
options |= {"output_dir": folder, "disable_tqdm": True}
rows = [
    {"input_ids": tokenizer(text)["input_ids"], "labels": [float(value) for value in target]}
    for text, target in zip(texts, targets)
]


def make_trainer(rows, collator=None, **more):
    return Trainer(
        model=model,
        args=TrainingArguments(**options),
        train_dataset=rows,
        data_collator=collator,
        **more,
    )
"""

# In place of model.config.problem_type = "multi_label", which 5.4 to 5.17 refuse at once.
MISSPELLED = 'vars(model.config)["problem_type"] = "multi_label"\n'
SINGLE = 'model.config.problem_type = "single_label_classification"\n'
PADDING = "trainer = make_trainer(train_dataset, DataCollatorWithPadding(tokenizer))\n"
CLASSIFIER = 'classifier = pipeline("text-classification", model=model, tokenizer=tokenizer)\n'
GPT2 = """
from transformers import GPT2Config, GPT2ForSequenceClassification
model = GPT2ForSequenceClassification(
    GPT2Config(vocab_size=20, n_embd=8, n_layer=1, n_head=2, num_labels=4)
)
model.config.pad_token_id = None
"""
LLAMA = """
from transformers import LlamaConfig, LlamaForSequenceClassification
model = LlamaForSequenceClassification(LlamaConfig(
    vocab_size=20, hidden_size=8, num_hidden_layers=1, num_attention_heads=2, num_labels=4,
    num_key_value_heads=2, intermediate_size=8, pad_token_id=0,
))
batch.pop("token_type_ids")
"""
DISTILBERT = """
from transformers import DistilBertConfig, DistilBertForSequenceClassification
model = DistilBertForSequenceClassification(
    DistilBertConfig(vocab_size=20, dim=16, n_layers=1, n_heads=2, hidden_dim=16, num_labels=4)
)
"""
COPY = "shutil.copytree(checkpoint, folder)\n"
LOAD = "AutoModelForSequenceClassification.from_pretrained"

CASES = [
    # ---- known/problem_type.py
    Case(
        "problem-type-in-config",
        f"{COPY}checkpoint = folder\nfile = os.path.join(folder, 'config.json')\n"
        "config = json.load(open(file)) | {'problem_type': 'multi_label'}\n"
        f"json.dump(config, open(file, 'w'))\n{LOAD}(checkpoint)",
        only="<5.18",
    ),
    Case(
        "problem-type-in-config",
        'AutoConfig.for_model("bert", problem_type="multi_label")',
        only="<5.18",
    ),
    Case(
        "problem-type-in-config",
        f"{LOAD}(checkpoint, problem_type='multi_label')",
        only=">=5.4,<5.18",
    ),
    Case(
        "problem-type-in-loss",
        f"{LLAMA}{MISSPELLED}model(**batch, labels=labels)",
    ),
    Case(
        "labels-read-as-classes",
        "model.config.problem_type = None\nmodel(**batch, labels=labels.long())",
    ),
    Case(
        "labels-read-as-classes",
        "model.config.problem_type = None\n"
        "try:\n    model(**batch, labels=labels.long())\n"
        "except ValueError:\n    pass\n"
        "model(**batch, labels=labels)",
    ),
    Case("labels-read-as-classes", f"{SINGLE}model(**batch, labels=labels)"),
    Case("class-ids-not-whole", f"{SINGLE}model(**batch, labels=torch.tensor([1.0, 2, 3, 0]))"),
    Case("class-id-too-large", f"{SINGLE}model(**batch, labels=torch.tensor([1, 2, 3, 4]))"),
    Case(
        "class-id-too-large",
        f"{LLAMA}model.config.problem_type = None\n"
        "model(**batch, labels=torch.tensor([1, 2, 3, 4]))",
    ),
    Case("cross-entropy-for-many-labels", "F.cross_entropy(logits, labels.long())"),
    # ---- known/number_types.py
    Case("mixed-types-in-layer", "model.half()\nmodel.classifier.float()\nmodel(**batch)"),
    Case("mixed-types-in-layer", "model.bfloat16()\nmodel.classifier.float()\nmodel(**batch)"),
    Case("mixed-types-in-layer", "torch.nn.Linear(16, 4).half()(torch.rand(3, 16))"),
    Case(
        "mixed-types-in-product",
        "left, right = torch.rand(2, 3, 4).half(), torch.rand(2, 4, 3)\ntorch.bmm(left, right)",
    ),
    Case(
        "mixed-types-in-product",
        "left, right = torch.rand(2, 3, 4), torch.rand(2, 4, 3).bfloat16()\ntorch.bmm(left, right)",
    ),
    Case(
        "mixed-types-in-product",
        "left, right = torch.rand(3, 4).half(), torch.rand(4, 3)\nleft @ right",
    ),
    Case("mixed-types-in-layer-norm", "model.half()\nmodel(inputs_embeds=torch.rand(3, 5, 16))"),
    Case("mixed-types-in-loss", "F.binary_cross_entropy(probabilities.half(), labels)"),
    Case("mixed-types-in-loss", "F.binary_cross_entropy(probabilities, labels.long())"),
    Case(
        "mixed-types-in-attention",
        "query = key = value = torch.rand(1, 2, 3, 4)\n"
        "F.scaled_dot_product_attention(query.half(), key, value)",
    ),
    Case(
        "features-are-double",
        "features = torch.from_numpy(np.random.rand(3, 16))\nhead = torch.nn.Linear(16, 4)\n"
        "head(features)",
    ),
    Case("bfloat16-to-numpy", "logits.bfloat16().numpy()"),
    Case(
        "mean-of-whole-numbers",
        "predictions = (probabilities > 0.5).int()\npredictions.mean()",
    ),
    Case("mean-of-whole-numbers", "predictions = probabilities > 0.5\npredictions.mean()"),
    # ---- known/names.py
    Case("sigmoid-not-defined", "sigmoid(logits)"),
    Case("sigmoid-not-defined", "def tag(logits):\n    return sigmoid(logits)\ntag(logits)"),
    Case("sigmoid-not-in-nn", "torch.nn.sigmoid(logits)"),
    Case("import-forgotten", "del np\nnp.array([1])"),
    Case("import-forgotten", "del pd\npd.DataFrame()"),
    Case("import-forgotten", "plt.plot([1, 2])"),
    Case("import-forgotten", "del torch\ntorch.sigmoid(logits)"),
    Case("import-forgotten", "del AutoTokenizer\nAutoTokenizer"),
    Case(
        "import-forgotten",
        f"del AutoModelForSequenceClassification\n{LOAD}(checkpoint)",
    ),
    Case("import-forgotten", "del Trainer\nTrainer"),
    Case("import-forgotten", "del TrainingArguments\nTrainingArguments"),
    Case("import-forgotten", "del DataCollatorWithPadding\nDataCollatorWithPadding(tokenizer)"),
    Case("import-forgotten", "load_dataset('newsdesk')"),
    Case("import-forgotten", "del MultiLabelBinarizer\nMultiLabelBinarizer()"),
    Case("import-forgotten", "del f1_score\nf1_score(targets, predictions)"),
    Case("indentation-lost", "exec('with torch.no_grad():\\nlogits = model(**batch).logits')"),
    Case("indentation-lost", "exec('def tag(text):\\nreturn 0')"),
    # ---- known/labels.py
    Case(
        "labels-of-another-width",
        "config = AutoConfig.from_pretrained(checkpoint, num_labels=2)\n"
        "model = AutoModelForSequenceClassification.from_config(config)\n"
        "model(**batch, labels=labels)",
    ),
    Case(
        "labels-of-another-width",
        "labels = torch.ones(4, 6)\nF.binary_cross_entropy_with_logits(logits, labels)",
    ),
    Case(
        "labels-turned",
        "texts = texts[:3]\nbatch = tokenizer(texts, padding=True, return_tensors='pt')\n"
        "labels = labels[:3].T\nmodel(**batch, labels=labels)",
    ),
    Case("labels-of-another-batch", "model(**batch, labels=labels[:2])"),
    Case("labels-of-another-batch", "F.binary_cross_entropy_with_logits(logits, labels[:1])"),
    Case(
        "labels-are-class-ids",
        "labels = torch.tensor([0.0, 2, 3, 1])\nmodel(**batch, labels=labels)",
    ),
    Case(
        "labels-of-one-text",
        "batch = tokenizer(texts[:1], return_tensors='pt')\nlabels = labels[0]\n"
        "model(**batch, labels=labels)",
    ),
    Case("labels-not-float", "labels = labels.long()\nmodel(**batch, labels=labels)"),
    Case(
        "labels-not-float",
        "labels = labels.int()\nF.binary_cross_entropy_with_logits(logits, labels)",
    ),
    Case(
        "labels-not-float",
        "for row in rows:\n    row['labels'] = [int(value) for value in row['labels']]\n"
        "make_trainer(rows, DataCollatorWithPadding(tokenizer)).train()",
    ),
    Case("labels-are-bool", "labels = labels > 0\nmodel(**batch, labels=labels)"),
    Case("labels-are-lists", "labels = labels.tolist()\nmodel(**batch, labels=labels)"),
    Case("labels-are-lists", "labels = labels.numpy()\nmodel(**batch, labels=labels)"),
    # ---- known/loss.py
    Case(
        "logits-as-probabilities", "logits = 9 * logits + 2\nF.binary_cross_entropy(logits, labels)"
    ),
    Case(
        "pos-weight-of-another-width",
        "F.binary_cross_entropy_with_logits(logits, labels, pos_weight=torch.ones(3))",
    ),
    Case("loss-not-called", "loss = torch.nn.BCEWithLogitsLoss(logits, labels)"),
    Case("loss-is-none", "model(**batch).loss.backward()"),
    Case(
        "loss-is-none",
        f"{MISSPELLED}model(**batch, labels=labels).loss.backward()",
    ),
    Case(
        "loss-not-one-number",
        "logits = model(**batch).logits\n"
        "loss = F.binary_cross_entropy_with_logits(logits, labels, reduction='none')\n"
        "loss.backward()",
    ),
    Case(
        "nothing-to-learn",
        "with torch.no_grad():\n    loss = model(**batch, labels=labels).loss\nloss.backward()",
    ),
    Case(
        "nothing-to-learn",
        "model.requires_grad_(False)\nmodel(**batch, labels=labels).loss.backward()",
    ),
    Case(
        "backward-twice",
        "loss = model(**batch, labels=labels).loss\nloss.backward()\nloss.backward()",
    ),
    # ---- known/tokenizing.py
    Case("texts-not-padded", 'tokenizer(texts, return_tensors="pt")'),
    Case("tokenizer-wants-list", "texts = pd.Series(texts)\ntokenizer(texts, padding=True)"),
    Case("tokenizer-wants-list", "texts = np.array(texts)\ntokenizer(texts, padding=True)"),
    Case("missing-texts", "texts = [*texts, None]\ntokenizer(texts, padding=True)"),
    Case("missing-texts", "texts = [*texts, float('nan')]\ntokenizer(texts, padding=True)"),
    Case("text-is-none", "text = None\ntokenizer(text)"),
    Case(
        "tokenizer-without-padding-token",
        "tokenizer.pad_token = None\ntokenizer.eos_token = '[SEP]'\ntokenizer(texts, padding=True)",
    ),
    # ---- known/inputs.py
    Case("lists-into-model", "model(**tokenizer(texts, padding=True))"),
    Case("lists-into-model", "model(texts)"),
    Case("text-into-model", "model(texts[0])"),
    Case("arrays-into-model", 'model(**tokenizer(texts, padding=True, return_tensors="np"))'),
    Case("stars-forgotten", "model(batch)"),
    Case(
        "batch-axis-missing",
        "input_ids = torch.tensor(tokenizer(texts[0])['input_ids'])\nmodel(input_ids=input_ids)",
    ),
    Case(
        "text-too-long",
        "texts = ['team ' * 600]\nbatch = tokenizer(texts, return_tensors='pt')\nmodel(**batch)",
    ),
    Case("text-too-long", "model(input_ids=torch.ones(1, 602, dtype=torch.long))"),
    Case(
        "text-too-long",
        f"{DISTILBERT}tokenizer.model_input_names.remove('token_type_ids')\n"
        "model(input_ids=torch.ones(1, 602, dtype=torch.long))",
    ),
    Case("pipeline-text-too-long", f"{CLASSIFIER}texts = ['team ' * 600]\nclassifier(texts)"),
    Case("token-id-too-large", "model(input_ids=torch.tensor([[2, 999, 3]]))"),
    Case(
        "token-ids-not-whole",
        "batch['input_ids'] = batch['input_ids'].float()\nmodel(**batch)",
    ),
    Case("model-without-padding-token", f"{GPT2}model(**batch)"),
    Case("token-types-not-known", f"{DISTILBERT}model(**batch)", only=OLD),
    Case(
        "head-of-another-width",
        "features, head = torch.rand(3, 16), torch.nn.Linear(768, 4)\nhead(features)",
    ),
    # ---- known/outputs.py
    Case("model-without-head", "AutoModel.from_pretrained(checkpoint)(**batch).logits"),
    Case(
        "model-without-head", "AutoModel.from_pretrained(checkpoint)(**batch, labels=labels)", OLD
    ),
    Case("no-such-output", "model(**batch).logit"),
    Case("no-such-output", "model(**batch).argmax(-1)"),
    Case("model-has-no-predict", "model.predict(texts)"),
    Case("sigmoid-of-array", "logits = logits.numpy()\nF.sigmoid(logits)"),
    Case("sigmoid-of-array", "logits = logits.numpy()\ntorch.sigmoid(logits)"),
    Case("sigmoid-of-array", "logits = [0.3, -0.4]\ntorch.sigmoid(logits)"),
    Case("sigmoid-of-output", "torch.sigmoid(model(**batch))"),
    Case("gradient-to-numpy", "model(**batch).logits.numpy()"),
    Case("gradient-to-numpy", "f1_score(targets, model(**batch).logits)"),
    Case("tensor-in-if", "if probabilities > 0.5:\n    print('yes')"),
    Case("tensor-is-not-one-number", "probabilities.item()"),
    Case(
        "thresholds-are-a-list",
        "thresholds = [0.5, 0.4, 0.5, 0.6]\nprobabilities > thresholds",
    ),
    Case("json-of-numpy", "json.dumps({'sports': probabilities.numpy()[0, 0]})"),
    Case("json-of-numpy", "json.dumps({'sports': targets[0, 0]})"),
    Case("json-of-numpy", "json.dumps({'sports': probabilities})"),
    Case("json-of-numpy", "json.dumps({'sports': predictions})"),
    # ---- known/loading.py
    Case(
        "checkpoint-has-other-labels",
        f"label_names = [str(i) for i in range(20)]\n{LOAD}(checkpoint, num_labels=20)",
    ),
    Case(
        "label-names-of-another-length",
        f"{LOAD}(checkpoint, num_labels=4, id2label={{0: 'a', 1: 'b'}})",
        only=OLD,
    ),
    Case(
        "id2label-is-a-list",
        f"model.config.id2label = label_names\nmodel.save_pretrained(folder)\n{LOAD}(folder)",
    ),
    Case("keyword-misspelled", f"{LOAD}(checkpoint, problemtype='multi_label_classification')"),
    Case("dtype-not-known", f"{LOAD}(checkpoint, dtype='fp16')"),
    Case("dtype-not-known", f"{LOAD}(checkpoint, torch_dtype='fp16')"),
    Case("model-folder-not-found", f"{LOAD}('./no/such/folder')"),
    Case("model-folder-not-found", "AutoTokenizer.from_pretrained('./no/such/folder')"),
    Case(
        "model-folder-without-weights",
        f"os.mkdir(folder)\nshutil.copy(checkpoint + '/config.json', folder)\n{LOAD}(folder)",
    ),
    Case("model-folder-without-config", f"os.mkdir(folder)\n{LOAD}(folder)"),
    # ---- known/hub.py
    Case("hub-not-reached", f"{LOAD}('bert-base-uncasd')"),
    Case("auth-token-renamed", f"{LOAD}(checkpoint, use_auth_token=True)", only=NEW),
    # ---- known/devices.py
    Case("device-map-not-known", f"{LOAD}(checkpoint, device_map='gpu')"),
    Case("device-not-known", "model.to('gpu')"),
    Case("no-cuda-here", "model.to('cuda')"),
    Case("no-cuda-here", "batch.to('cuda')"),
    # ---- known/removed.py
    Case("batch-encode-plus-removed", "tokenizer.batch_encode_plus(texts)", only=NEW),
    Case("batch-encode-plus-removed", "tokenizer.encode_plus(texts[0])", only=NEW),
    Case("adamw-moved", "from transformers import AdamW"),
    Case("load-metric-removed", "from datasets import load_metric"),
    Case(
        "tensorflow-classes-removed",
        "from transformers import TFAutoModelForSequenceClassification\n"
        "TFAutoModelForSequenceClassification.from_pretrained(checkpoint)",
    ),
    Case("get-pretrained-model-never-was", "from transformers import get_pretrained_model"),
    Case(
        "get-pretrained-model-never-was",
        "from transformers.models.auto.modeling_auto import get_pretrained_model",
    ),
    Case("evaluation-strategy-renamed", "TrainingArguments(evaluation_strategy='epoch')"),
    Case("no-cuda-renamed", "TrainingArguments(no_cuda=True)", only=NEW),
    Case("warmup-ratio-removed", "TrainingArguments(warmup_ratio=0.1)", only=NEW),
    Case("gpu-batch-size-renamed", "TrainingArguments(per_gpu_train_batch_size=8)", only=NEW),
    *(
        Case("training-argument-removed", f"TrainingArguments({argument}=True)", only=NEW)
        for argument in ("overwrite_output_dir", "logging_dir", "group_by_length")
    ),
    Case("training-argument-removed", "TrainingArguments(save_safetensors=True)", only=NEW),
    Case(
        "trainer-tokenizer-renamed",
        "arguments = TrainingArguments(**options)\n"
        "Trainer(model=model, args=arguments, tokenizer=tokenizer)",
        only=NEW,
    ),
    # ---- known/trainer.py
    Case(
        "trainer-without-labels",
        "train_dataset = Dataset.from_dict({'input_ids': [row['input_ids'] for row in rows],"
        f" 'targets': [row['labels'] for row in rows]}})\n{PADDING}trainer.train()",
    ),
    Case(
        "trainer-problem-type",
        f"{MISSPELLED}train_dataset = rows\n{PADDING}trainer.train()",
    ),
    Case("trainer-without-padding", "trainer = make_trainer(rows)\ntrainer.train()"),
    Case(
        "trainer-got-text",
        "train_dataset = Dataset.from_dict({'text': texts,"
        f" 'labels': [row['labels'] for row in rows]}})\n{PADDING}trainer.train()",
    ),
    Case(
        "trainer-got-all-splits",
        "train_dataset = DatasetDict({'train': Dataset.from_list(rows)})\n"
        f"{PADDING}trainer.train()",
    ),
    Case(
        "labels-not-a-matrix",
        "for row, names in zip(rows, label_lists):\n    row['labels'] = names\n"
        f"train_dataset = rows\n{PADDING}trainer.train()",
    ),
    Case(
        "labels-not-a-matrix",
        "for i, row in enumerate(rows):\n    row['labels'] = row['labels'][i:]\n"
        f"train_dataset = rows\n{PADDING}trainer.train()",
    ),
    Case(
        "trainer-without-training-data",
        f"train_dataset = None\n{PADDING}train_dataset = rows\ntrainer.train()",
    ),
    Case(
        "trainer-without-evaluation-data",
        "train_dataset = eval_dataset = rows\narguments = TrainingArguments(**options)\n"
        f"{PADDING}trainer.evaluate()",
    ),
    Case(
        "trainer-without-evaluation-data",
        "train_dataset = eval_dataset = rows\n"
        "arguments = TrainingArguments(**options, eval_strategy='epoch')\n"
        "Trainer(model=model, args=arguments, train_dataset=train_dataset)",
    ),
    Case("best-model-needs-both-strategies", "TrainingArguments(load_best_model_at_end=True)"),
    Case(
        "metrics-not-a-dictionary",
        "def compute_metrics(result):\n"
        "    return f1_score(result.label_ids, result.predictions > 0, average='macro')\n"
        "trainer = make_trainer(rows, DataCollatorWithPadding(tokenizer), eval_dataset=rows,"
        " compute_metrics=compute_metrics)\n"
        "trainer.evaluate()",
    ),
    # ---- known/metrics.py
    Case("metric-of-probabilities", "f1_score(targets, probabilities, average='macro')"),
    Case("metric-of-probabilities", "f1_score(logits.numpy(), targets, average='micro')"),
    Case("metric-of-probabilities", "accuracy_score(targets, probabilities.numpy())"),
    Case(
        "metric-of-best-label-only",
        "f1_score(targets, probabilities.argmax(-1).numpy(), average='macro')",
    ),
    Case("metric-of-best-label-only", "f1_score(targets, [0, 1, 2, 3], average='macro')"),
    Case("metric-without-average", "f1_score(targets, predictions)"),
    Case("confusion-matrix-of-many-labels", "confusion_matrix(targets, predictions)"),
    Case(
        "metric-of-different-labels",
        "predictions = predictions[:, :3]\nf1_score(targets, predictions, average='macro')",
    ),
    Case(
        "one-classifier-for-many-labels",
        "features = np.random.default_rng(0).random((4, 5))\n"
        "LogisticRegression().fit(features, targets)",
    ),
    Case(
        "binarizer-not-fitted",
        "binarizer = MultiLabelBinarizer()\nbinarizer.transform(label_lists)",
    ),
    Case(
        "text-without-label-list",
        "label_lists[3] = None\nMultiLabelBinarizer().fit_transform(label_lists)",
    ),
    Case(
        "text-without-label-list",
        "label_lists[3] = float('nan')\nMultiLabelBinarizer().fit(label_lists)",
    ),
    Case(
        "stratify-by-many-labels",
        "train_test_split(texts, targets, test_size=0.5, stratify=targets)",
    ),
    # ---- known/pipelines.py
    Case(
        "pipeline-task-not-known",
        'pipeline("multi-label-classification", model=model, tokenizer=tokenizer)',
    ),
    Case(
        "pipeline-default-function",
        f"{CLASSIFIER}classifier(texts, function_to_apply='default')",
    ),
    Case("pipeline-has-no-threshold", f"{CLASSIFIER}classifier(texts, threshold=0.5)", only=OLD),
    Case("pipeline-of-nothing", f"{CLASSIFIER}texts = []\nclassifier(texts)", only=NEW),
    Case("pipeline-without-tokenizer", 'pipeline("text-classification", model=model)'),
]

# Raised in a process of their own: accelerate hidden, and a hub that answers.
ELSEWHERE = [
    Case("accelerate-missing", f"{LOAD}(checkpoint, device_map='auto')"),
    Case("hub-name-unknown", f"{LOAD}('nobody/nothing')"),
]
