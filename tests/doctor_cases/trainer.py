"""The Trainer: what raises the errors of known/trainer.py."""

from doctor_cases._start import BART, MISSPELLED, PADDING, Case, by_trainer, in_dataset, in_rows

EVALUATE = "options |= {'eval_strategy': 'epoch', 'save_strategy': 'epoch'}\n"
BEST = EVALUATE + "options |= {'load_best_model_at_end': True, 'metric_for_best_model': 'f1'}\n"
BEST_LOSS = EVALUATE + "options |= {'load_best_model_at_end': True}\n"
OWN_TAGGER = """
class Tagger(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = AutoModel.from_pretrained(checkpoint)
        self.head = torch.nn.Linear(16, 4)

    def forward(self, {}):
        ids, mask, targets = list(locals().values())[1:4]
        logits = self.head(self.encoder(ids, mask).pooler_output)
        loss = None if targets is None else F.binary_cross_entropy_with_logits(logits, targets)
        return {{"loss": loss, "logits": logits}}


model = Tagger()
"""
EACH = """
def compute_metrics(result):
    return {"f1": f1_score(result.label_ids, result.predictions > 0, average=None)}
"""


def own_trainer(head: str, body: str) -> str:
    """Code that makes a trainer with a compute_loss of its own."""
    return (
        "class Own(Trainer):\n"
        f"    def compute_loss(self, model, inputs, {head}):\n        {body}\n"
        "trainer = Own(model=model, args=TrainingArguments(**options), train_dataset=rows,"
        " eval_dataset=rows, data_collator=DataCollatorWithPadding(tokenizer))\n"
    )


CASES = [
    Case(
        "trainer-without-labels",
        "train_dataset = Dataset.from_dict({'input_ids': [row['input_ids'] for row in rows],"
        f" 'targets': [row['labels'] for row in rows]}})\n{PADDING}trainer.train()",
    ),
    Case(
        "trainer-problem-type",
        f"{MISSPELLED}train_dataset = rows\n{PADDING}trainer.train()",
    ),
    Case(
        "own-model-without-loss",
        "from transformers.modeling_outputs import SequenceClassifierOutput\n"
        "class Tagger(torch.nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.encoder = AutoModel.from_pretrained(checkpoint)\n"
        "        self.head = torch.nn.Linear(16, 4)\n"
        "    def forward(self, input_ids, attention_mask=None, labels=None):\n"
        "        pooled = self.encoder(input_ids, attention_mask).pooler_output\n"
        "        return SequenceClassifierOutput(logits=self.head(pooled))\n"
        f"model = Tagger()\ntrain_dataset = rows\n{PADDING}trainer.train()",
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
    Case(
        "trainer-without-labels",
        in_dataset("[[1.0, 0, 0, 0], [0.0, 0, 1, 0], [0.0, 1, 1, 1], [0.0] * 4]", "topics"),
    ),
    Case(
        "trainer-without-padding",
        "rows = Dataset.from_list(rows).with_format('torch')\n"
        "trainer = make_trainer(rows)\ntrainer.train()",
    ),
    Case(
        "labels-in-columns",
        "columns = {name: targets[:, i].tolist() for i, name in enumerate(label_names)}\n"
        "ids = [row['input_ids'] for row in rows]\n"
        f"train_dataset = Dataset.from_dict({{'input_ids': ids, **columns}})\n"
        f"{PADDING}trainer.train()",
        reached="Trainer with a data set",
    ),
    Case(
        "labels-in-columns",
        "train_dataset = [\n"
        "    {'input_ids': row['input_ids'], **dict(zip(label_names, map(bool, target)))}\n"
        "    for row, target in zip(rows, targets)\n]\n"
        f"{PADDING}trainer.train()",
        reached="Trainer",
    ),
    *by_trainer("labels-are-written-rows", "[str(row) for row in targets.tolist()]"),
    *by_trainer("labels-are-words", "[', '.join(names) for names in label_lists]"),
    *by_trainer("labels-are-names", "label_lists"),
    *by_trainer("labels-of-unequal-length", "[[0], [2], [1, 2, 3], []]"),
    Case("tensors-among-lists", in_rows("list(labels)"), reached="Trainer"),
    Case(
        "metrics-got-a-tuple",
        "model.config.output_hidden_states = True\n"
        "def compute_metrics(result):\n"
        "    return {'share': float((result.predictions > 0).mean())}\n"
        "trainer = make_trainer(rows, DataCollatorWithPadding(tokenizer), eval_dataset=rows,"
        " compute_metrics=compute_metrics)\ntrainer.evaluate()",
    ),
    Case(
        "metrics-got-a-tuple",
        f"{BART}"
        "def compute_metrics(result):\n"
        "    predictions = torch.sigmoid(torch.tensor(result.predictions)) > 0.5\n"
        "    return {'f1': f1_score(result.label_ids, predictions, average='macro')}\n"
        "trainer = make_trainer(rows, DataCollatorWithPadding(tokenizer), eval_dataset=rows,"
        " compute_metrics=compute_metrics)\ntrainer.evaluate()",
    ),
    Case(
        "best-metric-has-another-name",
        f"{BEST}trainer = make_trainer(rows, DataCollatorWithPadding(tokenizer), eval_dataset=rows,"
        " compute_metrics=lambda result: {'f1_macro': 0.5})\ntrainer.train()",
    ),
    Case(
        "label-names-not-told",
        f"{BEST}{OWN_TAGGER.format('input_ids, attention_mask=None, targets=None')}"
        "rows = [{'input_ids': r['input_ids'], 'targets': r['labels']} for r in rows]\n"
        "trainer = make_trainer(rows, DataCollatorWithPadding(tokenizer), eval_dataset=rows,"
        " compute_metrics=lambda result: {'f1': 0.5})\ntrainer.train()",
    ),
    Case(
        "evaluation-without-labels",
        f"{BEST}train_dataset = Dataset.from_list(rows)\n"
        "trainer = make_trainer(train_dataset, DataCollatorWithPadding(tokenizer),"
        " eval_dataset=train_dataset.remove_columns('labels'),"
        " compute_metrics=lambda result: {'f1': 0.5})\ntrainer.train()",
    ),
    Case(
        "metric-for-each-label",
        f"{BEST}{EACH}trainer = make_trainer(rows, DataCollatorWithPadding(tokenizer),"
        " eval_dataset=rows, compute_metrics=compute_metrics)\ntrainer.train()",
    ),
    Case(
        "metric-for-each-label",
        f"{EVALUATE}{EACH}trainer = make_trainer(rows, DataCollatorWithPadding(tokenizer),"
        " eval_dataset=rows, compute_metrics=compute_metrics)\ntrainer.train()",
    ),
    *(
        Case(name, f"{own_trainer(head, body)}trainer.{call}()")
        for name, head, body, call in [
            (
                "compute-loss-takes-too-little",
                "return_outputs=False",
                "return model(**inputs).loss",
                "train",
            ),
            (
                "compute-loss-takes-too-little",
                "num_items_in_batch=None",
                "return model(**inputs).loss",
                "evaluate",
            ),
            (
                "compute-loss-returns-other-things",
                "return_outputs=False, **more",
                "model(**inputs).loss",
                "train",
            ),
            (
                "compute-loss-returns-other-things",
                "return_outputs=False, **more",
                "model(**inputs).loss",
                "evaluate",
            ),
            (
                "compute-loss-returns-other-things",
                "return_outputs=False, **more",
                "return model(**inputs).loss",
                "evaluate",
            ),
            (
                "compute-loss-returns-other-things",
                "return_outputs=False, **more",
                "outputs = model(**inputs); return outputs.loss, outputs",
                "train",
            ),
        ]
    ),
    Case(
        "loss-function-takes-too-little",
        "def own_loss(outputs, labels):\n    return outputs.logits.mean()\n"
        "trainer = make_trainer(rows, DataCollatorWithPadding(tokenizer),"
        " compute_loss_func=own_loss)\ntrainer.train()",
    ),
    *(
        Case(
            "early-stopping-without-metric",
            "from transformers import EarlyStoppingCallback\ntrain_dataset = eval_dataset = rows\n"
            f"options |= {more}\n"
            "trainer = make_trainer(rows, DataCollatorWithPadding(tokenizer), eval_dataset=rows,"
            " callbacks=[EarlyStoppingCallback()])\ntrainer.train()",
        )
        for more in ("{}", "{'metric_for_best_model': 'loss'}")
    ),
    *(
        Case(
            "no-checkpoint-to-resume",
            "trainer = make_trainer(rows, DataCollatorWithPadding(tokenizer))\n"
            f"os.makedirs(trainer.args.output_dir, exist_ok=True)\n"
            f"trainer.train(resume_from_checkpoint={value})",
        )
        for value in ("True", "trainer.args.output_dir")
    ),
    Case(
        "best-loss-of-several-sets",
        f"{BEST_LOSS}trainer = make_trainer(rows, DataCollatorWithPadding(tokenizer),"
        " eval_dataset={'near': rows, 'far': rows})\ntrainer.train()",
    ),
    Case(
        "evaluation-without-labels",
        f"{BEST_LOSS}train_dataset = Dataset.from_list(rows)\n"
        "trainer = make_trainer(train_dataset, DataCollatorWithPadding(tokenizer),"
        " eval_dataset=train_dataset.remove_columns('labels'))\ntrainer.train()",
    ),
    Case(
        "label-names-not-told",
        f"{BEST_LOSS}{OWN_TAGGER.format('input_ids, attention_mask=None, targets=None')}"
        "rows = [{'input_ids': r['input_ids'], 'targets': r['labels']} for r in rows]\n"
        "trainer = make_trainer(rows, DataCollatorWithPadding(tokenizer), eval_dataset=rows)\n"
        "trainer.train()",
    ),
    Case(
        "collator-got-too-little",
        "train_dataset = Dataset.from_list(rows).add_column('weight', [1.0, 2.0, 1.0, 1.0])\n"
        "def collate(rows):\n"
        "    weights = torch.tensor([row['weight'] for row in rows])\n"
        "    batch = tokenizer.pad([{'input_ids': r['input_ids']} for r in rows],"
        " return_tensors='pt')\n"
        "    labels = torch.tensor([row['labels'] for row in rows])\n"
        "    return {**batch, 'labels': labels * (weights > 0)[:, None]}\n"
        "trainer = make_trainer(train_dataset, collate)\ntrainer.train()",
    ),
    Case(
        "trainer-got-text",
        "train_dataset = Dataset.from_list(rows).add_column('text', texts)\n"
        "train_dataset = train_dataset.remove_columns('input_ids')\n"
        f"{PADDING}trainer.train()",
    ),
    Case(
        "trainer-got-a-table",
        "train_dataset = pd.DataFrame({'text': texts, 'labels': labels.tolist()})\n"
        f"{PADDING}trainer.train()",
    ),
    Case(
        "trainer-got-tuples",
        "train_dataset = torch.utils.data.TensorDataset("
        "batch['input_ids'], batch['attention_mask'], labels)\n"
        "trainer = make_trainer(train_dataset)\ntrainer.train()",
    ),
]
