"""What every case of a known error starts from, and lines that several of them share."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """``broken`` raises the error ``name``; ``only`` says on which versions of transformers.

    ``reached`` is the way that needs another fix: "Trainer", "pipeline" ... (see Evidence.reached).
    """

    name: str
    broken: str
    only: str = ""
    reached: str = ""


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
from datasets import Dataset, DatasetDict, load_dataset
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, classification_report, confusion_matrix, f1_score
from sklearn.model_selection import StratifiedKFold, train_test_split
from sklearn.preprocessing import MultiLabelBinarizer, label_binarize
from sklearn.utils.class_weight import compute_class_weight
from transformers import (
    AutoConfig,
    AutoModel,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    BertForSequenceClassification,
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
ROBERTA = """
from transformers import RobertaConfig, RobertaForSequenceClassification
model = RobertaForSequenceClassification(RobertaConfig(
    vocab_size=20, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, num_labels=4,
    intermediate_size=16, max_position_embeddings=514, type_vocab_size=1, pad_token_id=0,
    problem_type="multi_label_classification",
)).eval()
tokenizer.model_input_names = ["input_ids", "attention_mask"]
"""
BART = """
from transformers import BartConfig, BartForSequenceClassification
model = BartForSequenceClassification(BartConfig(
    vocab_size=20, d_model=16, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2,
    decoder_attention_heads=2, encoder_ffn_dim=16, decoder_ffn_dim=16, num_labels=4,
    eos_token_id=3, pad_token_id=0, problem_type="multi_label_classification",
)).eval()
tokenizer.model_input_names = ["input_ids", "attention_mask"]
"""
COPY = "shutil.copytree(checkpoint, folder)\n"
LOAD = "AutoModelForSequenceClassification.from_pretrained"


def in_dataset(labels: str, name: str = "labels") -> str:
    """Code that trains on a data set whose column of labels is this expression."""
    return (
        "ids = [row['input_ids'] for row in rows]\n"
        f"train_dataset = Dataset.from_dict({{'input_ids': ids, {name!r}: {labels}}})\n"
        f"{PADDING}trainer.train()"
    )


def in_rows(labels: str) -> str:
    """Code that trains on a list of rows whose labels are this expression, one for each."""
    return (
        f"values = {labels}\n"
        "train_dataset = [{**row, 'labels': value} for row, value in zip(rows, values)]\n"
        f"{PADDING}trainer.train()"
    )


BOTH = (("Trainer with a data set", in_dataset), ("Trainer", in_rows))


def by_trainer(name: str, labels: str, before: str = "") -> list[Case]:
    """The cases of labels that a Trainer takes from a data set, and from other rows."""
    return [Case(name, before + train(labels), reached=reached) for reached, train in BOTH]
