"""Rows of data: what raises the errors of known/rows.py."""

from doctor_cases._start import PADDING, Case
from doctor_cases.trainer import OWN_TAGGER

CASES = [
    Case("index-has-gaps", "texts = pd.Series(texts).iloc[[3, 1]]\ntexts[0]"),
    Case(
        "index-has-gaps",
        "texts = pd.Series(texts).iloc[[3, 1]]\nfor i in range(len(texts)):\n    texts.loc[i]",
    ),
    *(
        Case(
            "index-has-gaps",
            "texts = pd.Series(texts).iloc[[3, 1]]\n"
            "class Rows(torch.utils.data.Dataset):\n"
            "    def __len__(self):\n        return len(texts)\n"
            "    def __getitem__(self, i):\n        return texts[i]\n"
            f"list(torch.utils.data.DataLoader(Rows(), num_workers={workers}))",
        )
        for workers in (0, 1)
    ),
    Case("loader-without-padding", "list(torch.utils.data.DataLoader(rows, batch_size=4))"),
    Case(
        "loader-without-padding",
        "rows = Dataset.from_list(rows).with_format('torch')\n"
        "list(torch.utils.data.DataLoader(rows, batch_size=4))",
    ),
    Case(
        "loader-of-texts-without-padding",
        "rows = [{'text': text, **row} for text, row in zip(texts, rows)]\n"
        "list(torch.utils.data.DataLoader(rows, batch_size=4))",
    ),
    Case(
        "loader-of-texts-without-padding",  # cut by nobody: padding to a length is no limit
        "wanted = {'padding': 'max_length', 'max_length': 5, 'return_tensors': 'pt'}\n"
        "rows = [{'text': text, **{name: ids.flatten() for name, ids in "
        "tokenizer(text, **wanted).items()}} for text in texts]\n"
        "for row in rows:\n    row['attention_mask'] = torch.ones_like(row['input_ids'])\n"
        "list(torch.utils.data.DataLoader(rows, batch_size=4))",
    ),
    Case(
        "loader-of-unequal-labels",
        "rows = [{'labels': torch.tensor(n)} for n in ([0], [2], [1, 2, 3], [0, 1])]\n"
        "list(torch.utils.data.DataLoader(rows, batch_size=4))",
    ),
    Case("tensor-of-text", "values = ['sports', 'politics']\ntorch.tensor(values)"),
    Case("tensor-of-text", "values = ['[1, 0, 0, 1]', '[0, 1, 0, 0]']\ntorch.tensor(values)"),
    Case(
        "tensor-of-text",
        "values = [['sports', 'politics'], ['sports', 'technology']]\ntorch.tensor(values)",
    ),
    Case("tensor-of-unequal-rows", "values = [[0, 2], [1]]\ntorch.tensor(values)"),
    Case(
        "tensor-of-objects",
        "values = pd.Series([[1, 0], [0, 1]]).values\ntorch.tensor(values)",
    ),
    Case(
        "tensor-of-unequal-rows",
        "values = pd.Series([[0, 2], [1]]).values\ntorch.tensor(values)",
    ),
    Case(
        "tensor-of-text",
        "values = pd.Series([['sports'], ['politics', 'technology']]).values\ntorch.tensor(values)",
    ),
    Case("tensor-of-tensors", "values = [torch.ones(2), torch.zeros(2)]\ntorch.tensor(values)"),
    Case(
        "dataset-script",
        "os.mkdir(folder)\nfiles = folder + '/news.csv'\n"
        "pd.DataFrame({'text': texts}).to_csv(files)\n"
        "open(folder + '/news.py', 'w').write('import datasets')\n"
        "load_dataset(folder + '/news.py')",
    ),
    Case(
        "stratify-by-label-column",
        "data = Dataset.from_dict({'labels': targets.tolist()})\n"
        "data.train_test_split(test_size=0.5, stratify_by_column='labels')",
    ),
    Case(
        "no-column-fits",
        "train_dataset = Dataset.from_dict({'text': texts, 'topics': label_lists})\n"
        f"{PADDING}trainer.train()",
    ),
    Case(
        "map-gave-more-rows",
        "data = Dataset.from_dict({'text': texts, 'labels': targets.tolist()})\n"
        "cut = {'truncation': True, 'max_length': 5, 'return_overflowing_tokens': True}\n"
        "data.map(lambda rows: tokenizer(rows['text'], **cut), batched=True)",
    ),
    Case(
        "label-column-is-text",
        "from datasets import Sequence, Value\n"
        "written = [str(row) for row in targets.tolist()]\n"
        "data = Dataset.from_dict({'text': texts, 'labels': written})\ndel written\n"
        "data.cast_column('labels', Sequence(Value('float32')))",
    ),
    *(
        Case(
            "function-not-for-workers",
            f"def loader():\n    {inside}\n    return torch.utils.data.DataLoader("
            "rows, collate_fn=own, num_workers=1, multiprocessing_context='spawn')\n"
            "list(loader())",
        )
        for inside in ("own = lambda rows: rows", "def own(rows): return rows")
    ),
    Case(
        "forward-takes-other-names",
        f"{OWN_TAGGER.format('ids, mask=None, targets=None')}"
        "batch = tokenizer(texts, padding=True)\n"
        "columns = {'input_ids': batch['input_ids'], 'attention_mask': batch['attention_mask']}\n"
        "train_dataset = Dataset.from_dict({**columns, 'labels': labels.tolist()})\n"
        "trainer = make_trainer(train_dataset)\ntrainer.train()",
    ),
    *(
        Case(
            "map-gave-another-number",
            "data = Dataset.from_dict({'text': texts, 'labels': targets.tolist()})\n"
            f"function = lambda rows: {{'read': {read}}}\n"
            "data.map(function, batched=True)",
        )
        for read in (
            "tokenizer(rows['text'])['input_ids'][0]",
            "model(**tokenizer(rows['text'], padding=True, return_tensors='pt')).logits[0].tolist()"
            " + [0.0]",
        )
    ),
    *(
        Case(
            "columns-are-lists",
            "data = Dataset.from_dict({'text': texts, **tokenizer(texts, padding=True),"
            " 'labels': labels.tolist()})\n"
            "for batch in torch.utils.data.DataLoader(data, batch_size=4):\n"
            f"    {line}",
        )
        for line in (
            "ids = batch['input_ids'].to('cpu')",
            "batch = {k: v.to('cpu') for k, v in batch.items() if k != 'text'}",
        )
    ),
]
