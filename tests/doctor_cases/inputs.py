"""What goes into the model: what raises the errors of known/inputs.py."""

from doctor_cases._start import (
    BART,
    CLASSIFIER,
    DISTILBERT,
    GPT2,
    OLD,
    ROBERTA,
    Case,
    in_dataset,
    in_rows,
)

CASES = [
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
    Case(
        "token-ids-not-whole",
        "batch = {name: part.float() for name, part in batch.items()}\nmodel(**batch)",
    ),
    *(
        Case("mask-of-another-length", f"{made}{cut}\nmodel(**batch)")
        for made in ("", f"{DISTILBERT}batch.pop('token_type_ids')\n")
        for cut in (
            "batch['attention_mask'] = batch['attention_mask'][:, :-1]",
            "batch['attention_mask'] = F.pad(batch['attention_mask'], (0, 2))",
        )
    ),
    Case(
        "mask-of-another-length",
        "batch['attention_mask'] = batch['attention_mask'][:, 1:]\n"
        "model.base_model(batch['input_ids'], batch['attention_mask'])",
    ),
    Case("model-without-padding-token", f"{GPT2}model(**batch)"),
    Case("token-types-not-known", f"{DISTILBERT}model(**batch)", only=OLD),
    Case("token-types-not-known", f"{BART}model(**batch)", only=OLD),
    Case(
        "head-of-another-width",
        "features, head = torch.rand(3, 16), torch.nn.Linear(768, 4)\nhead(features)",
    ),
    # The encoder is a part of a class of one's own, and nothing else near tells its width.
    Case(
        "head-of-another-width",
        "class Own(torch.nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.encoder = AutoModel.from_pretrained(checkpoint)\n"
        "        self.head = torch.nn.Linear(768, 4)\n"
        "own, model = Own(), None\n"
        "features = own.encoder(**batch).pooler_output\nown.head(features)",
    ),
    Case("lists-into-model", f"{ROBERTA}model(tokenizer(texts, padding=True)['input_ids'])"),
    Case("lists-into-model", "model(pd.Series(texts))"),
    Case("stars-forgotten", "model(dict(batch))"),
    Case("batch-axis-doubled", "batch = {k: v[:, None] for k, v in batch.items()}\nmodel(**batch)"),
    Case(
        "batch-axis-doubled",
        "class Rows(torch.utils.data.Dataset):\n"
        "    def __len__(self):\n        return len(texts)\n"
        "    def __getitem__(self, i):\n"
        "        row = tokenizer(texts[i], padding='max_length', max_length=16,"
        " return_tensors='pt')\n"
        "        return {**row, 'labels': labels[i]}\n"
        "train_dataset = Rows()\ntrainer = make_trainer(train_dataset)\ntrainer.train()",
        reached="Trainer",
    ),
    Case(
        "text-too-long",
        f"{ROBERTA}texts = ['team ' * 600]\nmodel(**tokenizer(texts, return_tensors='pt'))",
    ),
    Case(
        "text-too-long",
        f"{BART}texts = ['team ' * 1100]\nmodel(**tokenizer(texts, return_tensors='pt'))",
    ),
    Case(
        "text-too-long",
        "rows[1]['input_ids'] = tokenizer('team ' * 600)['input_ids']\n"
        + in_rows("labels.tolist()"),
        reached="Trainer",
    ),
    Case(
        "text-too-long",
        "rows[1]['input_ids'] = tokenizer('team ' * 600)['input_ids']\n"
        + in_dataset("labels.tolist()"),
        reached="Trainer with a data set",
    ),
    Case(
        "model-without-padding-token",
        f"{BART}model.config.pad_token_id = None\nbatch.pop('token_type_ids')\nmodel(**batch)",
    ),
    Case(
        "model-without-padding-token",
        f"{GPT2}model.config.problem_type = 'multi_label_classification'\n"
        + in_rows("labels.tolist()"),
        reached="Trainer",
    ),
    Case(
        "model-without-padding-token",
        f"{GPT2}{CLASSIFIER}classifier(texts, batch_size=4)",
        reached="pipeline",
    ),
    Case(
        "tokens-added",
        "tokenizer.add_tokens(['blockchain'])\ntexts[1] = 'blockchain won'\n"
        "batch = tokenizer(texts, padding=True, return_tensors='pt')\nmodel(**batch)",
    ),
    Case(
        "tokens-added",
        "tokenizer.add_tokens(['blockchain'])\n"
        "rows[1]['input_ids'] = tokenizer('blockchain won')['input_ids']\n"
        + in_rows("labels.tolist()"),
        reached="Trainer",
    ),
    Case("token-type-too-large", "batch['token_type_ids'][:, -1] = 5\nmodel(**batch)"),
]
