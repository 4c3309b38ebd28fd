"""From texts to token ids: what raises the errors of known/tokenizing.py."""

from doctor_cases._start import CLASSIFIER, PADDING, Case

MISSING = "texts[1] = None\ndata = Dataset.from_dict({'text': texts, 'labels': targets.tolist()})\n"
WITH_TEXT = (
    "data = Dataset.from_dict({'text': texts, 'labels': labels.tolist()})\n"
    "data = data.map(lambda rows: tokenizer(rows['text']), batched=True)\n"
)
NESTED = (
    "data = Dataset.from_dict({'text': texts, 'labels': labels.tolist()})\n"
    "data = data.map(lambda row: tokenizer(row['text'], return_tensors='pt'),"
    " remove_columns=['text'])\n"
)

CASES = [
    Case("texts-not-padded", 'tokenizer(texts, return_tensors="pt")'),
    Case("tokenizer-wants-list", "texts = pd.Series(texts)\ntokenizer(texts, padding=True)"),
    Case("tokenizer-wants-list", "texts = np.array(texts)\ntokenizer(texts, padding=True)"),
    *(
        Case(
            "missing-texts",
            f"texts, labels = [*texts, {missing}], torch.cat([labels, labels[:1]])\n"
            "tokenizer(texts, padding=True)",
        )
        for missing in ("None", "float('nan')")
    ),
    Case("missing-texts", "texts = [None, *texts[1:]]\ntokenizer(texts, padding=True)"),
    Case("missing-texts", "texts[0] = float('nan')\ntokenizer(texts, padding=True)"),
    Case("text-is-none", "text = None\ntokenizer(text)"),
    Case("text-is-none", "text = float('nan')\ntokenizer(text)"),
    Case("text-is-none", "text = None\ntokenizer.tokenize(text)", only=">=5"),
    Case("tokenizer-wants-list", "texts = np.array(texts)\ntokenizer.encode(texts)", only=">=5"),
    Case(
        "tokenizer-without-padding-token",
        "tokenizer.pad_token = None\ntokenizer.eos_token = '[SEP]'\ntokenizer(texts, padding=True)",
    ),
    Case("tokenizer-wants-list", "texts = Dataset.from_dict({'t': texts})['t']\ntokenizer(texts)"),
    Case(
        "tokenizer-wants-list",
        f"{CLASSIFIER}texts = pd.Series(texts)\nclassifier(texts)",
        reached="pipeline",
    ),
    *(
        Case(
            name,
            f"{MISSING}data.map(lambda rows: tokenizer(rows['text']), batched={batched})",
            reached="map",
        )
        for name, batched in [("missing-texts", True), ("text-is-none", False)]
    ),
    Case(
        "missing-texts",
        f"{MISSING}data.map(lambda rows: tokenizer(rows['text']), batched=True, num_proc=2)",
        reached="map",
    ),
    Case("text-is-none", f"{CLASSIFIER}texts[1] = None\nclassifier(texts)", reached="pipeline"),
    *(
        Case("labels-in-tokenizer", f"tokenizer(texts, {second}, padding=True)")
        for second in ("targets.tolist()", "labels", "[0, 1, 1, 0]")
    ),
    Case(
        "labels-in-tokenizer",
        "data = Dataset.from_dict({'text': texts, 'labels': targets.tolist()})\n"
        "data.map(lambda rows: tokenizer(rows['text'], rows['labels']), batched=True)",
        reached="map",
    ),
    Case(
        "token-ids-in-extra-brackets",
        f"{NESTED}load = torch.utils.data.DataLoader\n"
        "next(iter(load(data, batch_size=4, collate_fn=DataCollatorWithPadding(tokenizer))))",
    ),
    *(
        Case(
            "token-ids-in-extra-brackets",
            f"{NESTED}train_dataset = {data}\n{PADDING}trainer.train()",
            reached=reached,
        )
        for data, reached in (("data", "Trainer with a data set"), ("list(data)", "Trainer"))
    ),
    Case(
        "token-ids-in-extra-brackets",
        "class Own(torch.utils.data.Dataset):\n"
        "    def __len__(self):\n"
        "        return len(texts)\n"
        "    def __getitem__(self, i):\n"
        "        return {**tokenizer(texts[i], return_tensors='pt'), 'labels': labels[i]}\n"
        f"train_dataset = Own()\n{PADDING}trainer.train()",
        reached="Trainer",
    ),
    Case(
        "text-in-a-batch",
        f"{WITH_TEXT}load = torch.utils.data.DataLoader\n"
        "next(iter(load(data, batch_size=4, collate_fn=DataCollatorWithPadding(tokenizer))))",
    ),
    Case(
        "text-in-a-batch",
        f"{WITH_TEXT}train_dataset = data\noptions['remove_unused_columns'] = False\n"
        f"{PADDING}trainer.train()",
        reached="Trainer with a data set",
    ),
    Case("second-text-missing", "others = [*texts[:3], None]\ntokenizer(texts, others)"),
    Case("second-text-missing", "others = [*texts[:3], float('nan')]\ntokenizer(texts, others)"),
    Case(
        "second-text-missing",
        "data = Dataset.from_dict({'text': texts, 'labels': targets.tolist(),"
        " 'other': [*texts[:3], None]})\n"
        "data.map(lambda rows: tokenizer(rows['text'], rows['other']), batched=True)",
        reached="map",
    ),
]
