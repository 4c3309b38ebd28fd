"""Which loss the model computes: what raises the errors of known/problem_type.py."""

from doctor_cases._start import COPY, LLAMA, LOAD, MISSPELLED, SINGLE, Case, by_trainer

CASES = [
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
    Case(
        "cross-entropy-for-rows-with-one",
        "labels = torch.eye(4, dtype=torch.long)\nF.cross_entropy(logits, labels)",
    ),
    *by_trainer("labels-read-as-classes", "targets.tolist()", before=SINGLE),
    Case(
        "head-and-num-labels-differ",
        f"{SINGLE}model.classifier = torch.nn.Linear(16, 6)\nlabels = torch.tensor([1, 5, 2, 3])\n"
        "model(**batch, labels=labels)",
    ),
    Case(
        "class-id-too-large-for-own-head",
        "encoder, head = AutoModel.from_pretrained(checkpoint), torch.nn.Linear(16, 3)\n"
        "classes = [0, 3, 1, 2]\nlabels = torch.tensor(classes)\n"
        "features = encoder(**batch).pooler_output\nF.cross_entropy(head(features), labels)",
    ),
    Case("labels-not-published", f"{SINGLE}model(**batch, labels=torch.full((4,), -1))"),
    Case(
        "labels-not-published",
        f"{SINGLE}batch['labels'] = torch.full((4,), -1)\nmodel(**batch)",
    ),
    *(
        Case(
            "class-numbers-not-long",
            f"labels = torch.tensor([1, 2, 3, 0]).{kind}\nF.cross_entropy(logits, labels)",
        )
        for kind in ("int()", "short()", "double()", "float()")
    ),
    Case(
        "class-numbers-not-long",
        f"{SINGLE}labels = torch.tensor([1, 2, 3, 0]).int()\nmodel(**batch, labels=labels)",
    ),
]
