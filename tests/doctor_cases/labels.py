"""Labels of another shape or kind: what raises the errors of known/labels.py."""

from doctor_cases._start import NEW, ROBERTA, Case, by_trainer, in_rows

ONE_OUTPUT = """
config = AutoConfig.from_pretrained(checkpoint, num_labels=1)
model = AutoModelForSequenceClassification.from_config(config)
model.config.problem_type = "multi_label_classification"
"""

OWN_HEAD = """
class Head(torch.nn.Module):
    def __init__(self, n_features, n_outputs):
        super().__init__()
        self.linear = torch.nn.Linear(n_features, n_outputs)

    def forward(self, features):
        return self.linear(features)


loss = torch.nn.BCEWithLogitsLoss()
features = AutoModel.from_pretrained(checkpoint)(**batch).last_hidden_state[:, 0]
"""
CASES = [
    Case(
        "labels-of-another-width",
        "config = AutoConfig.from_pretrained(checkpoint, num_labels=2)\n"
        "model = AutoModelForSequenceClassification.from_config(config)\n"
        "model(**batch, labels=labels)",
    ),
    Case(
        "labels-of-another-width",
        "label_names = list('abcdef')\nlabels = torch.ones(4, 6)\n"
        "F.binary_cross_entropy_with_logits(logits, labels)",
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
        "train_dataset = rows\n"
        "trainer = make_trainer(rows, DataCollatorWithPadding(tokenizer))\ntrainer.train()",
        reached="Trainer",
    ),
    Case("labels-are-bool", "labels = labels > 0\nmodel(**batch, labels=labels)"),
    Case("labels-are-lists", "labels = labels.tolist()\nmodel(**batch, labels=labels)"),
    Case("labels-are-lists", "labels = labels.numpy()\nmodel(**batch, labels=labels)"),
    Case(
        "labels-of-another-width",
        "label_names = [f'topic {i}' for i in range(20)]\nlabels = torch.zeros(4, 20)\n"
        "labels[0, 19] = 1\nmodel(**batch, labels=labels)",
    ),
    Case(
        "labels-of-another-width",
        "label_names = [f'topic {i}' for i in range(20)]\n" + in_rows("torch.eye(20)[:4].tolist()"),
        reached="Trainer",
    ),
    Case(
        "labels-are-lists-of-numbers",
        "labels = torch.tensor([[0, 2], [0, 1], [2, 3], [1, 3]]).float()\n"
        "model(**batch, labels=labels)",
    ),
    *by_trainer("labels-are-lists-of-numbers", "[[0, 2], [0, 1], [2, 3], [1, 3]]"),
    Case(  # the batch that fails has the numbers 0 and 1 alone
        "labels-are-lists-of-numbers",
        "options |= {'per_device_train_batch_size': 2, 'train_sampling_strategy': 'sequential'}\n"
        + in_rows("[[0, 1], [1, 0], [2, 3], [1, 3]]"),
        only=NEW,
        reached="Trainer",
    ),
    Case("labels-of-another-batch", "p = probabilities[:2]\nF.binary_cross_entropy(p, labels)"),
    *by_trainer("labels-are-class-ids", "[0, 2, 3, 1]"),
    Case(
        "one-label-is-a-column",
        "labels, logits = labels[:, 0], logits[:, :1]\n"
        "F.binary_cross_entropy_with_logits(logits, labels)",
    ),
    Case(
        "one-label-is-a-column",
        "labels, logits = labels[:, 0], logits[:, :1]\n"
        "probabilities = torch.sigmoid(logits)\ntorch.nn.BCELoss()(probabilities, labels)",
    ),
    Case(
        "one-label-is-a-column",
        f"{ONE_OUTPUT}batch['labels'] = labels[:, 0]\nmodel(**batch)",
        reached="batch with labels",
    ),
    *by_trainer("one-label-is-a-column", "[1.0, 0.0, 1.0, 0.0]", before=ONE_OUTPUT),
    Case(
        "one-logit-is-a-row",
        "labels, logits = labels[:, :1], logits[:, 0]\n"
        "F.binary_cross_entropy_with_logits(logits, labels)",
    ),
    Case(
        "one-logit-is-a-row",
        "labels, probabilities = labels[:, :1], probabilities[:, 0]\n"
        "F.binary_cross_entropy(probabilities, labels)",
    ),
    *(
        Case(
            "own-head-of-another-width",
            f"{OWN_HEAD}head = {head}\nloss(head(features), labels)",
        )
        for head in ("torch.nn.Linear(16, 3)", "Head(16, 3)", "Head(16, 2)")
    ),
    Case("labels-with-an-axis-too-many", "labels = labels[:, None]\nmodel(**batch, labels=labels)"),
    *by_trainer("labels-with-an-axis-too-many", "[[row] for row in labels.tolist()]"),
    Case(
        "logits-for-each-token",
        f"{ROBERTA}model.classifier = torch.nn.Linear(16, 4)\nbatch.pop('token_type_ids')\n"
        "logits = model(**batch).logits\nmodel(**batch, labels=labels)",
    ),
    Case(
        "labels-not-float",
        "p = probabilities\nlabels = labels.long()\nF.binary_cross_entropy(p, labels)",
    ),
    *by_trainer("labels-not-float", "targets.tolist()"),
    *by_trainer("labels-are-bool", "(targets > 0).tolist()"),
    Case(
        "labels-not-float",
        "batch['labels'] = labels.int()\nfor step in range(2):\n    model(**batch)",
        reached="batch with labels",
    ),
    Case(
        "labels-are-bool",
        "batch = {**batch, 'labels': labels > 0}\nmodel(**batch)",
        reached="batch with labels",
    ),
    Case(
        "labels-are-lists", "labels = pd.DataFrame(targets).values\nmodel(**batch, labels=labels)"
    ),
    Case(
        "logits-are-lists",
        "logits = logits.numpy()\nF.binary_cross_entropy_with_logits(logits, labels)",
    ),
    Case(
        "logits-are-lists", "logits = model(**batch)\ntorch.nn.BCEWithLogitsLoss()(logits, labels)"
    ),
]
