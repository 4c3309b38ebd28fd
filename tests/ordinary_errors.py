"""Six hundred ways to fail that the doctor must leave alone: ``{group: (setup, snippets)}``.

All are raised for real. Many come near to what it knows: the same words, another place.
"""


def raising(kind: str, *messages: str) -> list[str]:
    """A learner's own ``raise`` with words that sound like a known error."""
    return [f"raise {kind}({message!r})" for message in messages]


PYTHON = """
1 / 0 | 1 // 0 | 1 % 0 | 0.0 ** -1 | {}['sports'] | {'a': 1}['b'] | [][0] | [1, 2][5] | ()[1]
'abc'[9] | int('four') | int('') | float('high') | int(None) | float([]) | 'a' + 1 | 1 + 'a'
None + 1 | [] + () | {} + {} | 'a' * 'b' | -'a' | len(5) | len(None) | iter(3) | next(iter([]))
None.size | [].size | [].items | ''.items | ''.size | (1).size | {}.logits | [].shape
[]['name'] | 'abc'['name'] | (1, 2)['x'] | [1, 2][1, 2] | 'ab'[0, 1] | None[0] | None() | 5()
'a'() | a, b = [1] | a, b = 1, 2, 3 | (a, b), c = [1, 2] | a, b = 5 | open('missing.txt')
open('missing/folder/file.csv') | open('.') | import no_such_module | from json import no_such_name
from collections import AdamW | import helpers.no_such | import transformer | unknown_name
tokeniser('a') | modle(1) | lables | thresholds | sigmoids(1) | Sigmoid(1) | relu(1) | batch
max([]) | min(()) | sum(['a']) | [3, 'a'].sort() | sorted([None, 1]) | {[]: 1} | {{}: 2}
[].remove(1) | [1].index(2) | {}.pop('x') | [].pop() | set().pop() | 'a'.index('b')
''.join([1]) | '{}{}'.format(1) | '{x}'.format(y=1) | '%d' % 'a' | chr(-1) | ord('ab')
'é'.encode('ascii') | b'\\xff'.decode() | bytes([300]) | range(0, 5, 0) | list(5) | dict([1])
zip([1], [1, 2], strict=True).__class__(*[5]) | list(zip([1], [1, 2], strict=True))
(lambda x: x)() | (lambda: 1)(2) | print(1, end=3) | round('a') | abs('a') | isinstance(1, 2)
assert False | assert 1 == 2, 'labels differ' | exec('x ==') | exec('1 = x') | exec('  x = 1')
exec('def f(:') | exec('if True print(1)') | exec('"unclosed') | eval('(') | exec('x = 1\\n    y')
exec('f(a b)') | exec('return 1') | exec('for') | object().name | object()['a']
type('a', (1,), {})
(1).__iter__ | super().x | float('nan').as_integer_ratio() | float('inf').as_integer_ratio()
2 ** 'a' | [1] < ['a'] | {} < {} | 1 < None | complex('x') | memoryview('a') | hash([])
while_ = yield_ | del never_there | __import__('os').remove('nothing') | 10 ** 10000 * 1.0
"""

OWN_CLASSES = """
class NoSize:
    pass


class Model:
    logits = None

    def __call__(self, *texts):
        return self.texts

    def sigmoid(self):
        return self.predictions.sigmoid


class SequenceOutput:
    pass


class UnknownLabel(ValueError):
    pass


def count(rows):
    return rows.size


def pair(row):
    first, second = row
    return first, second


def call(size):
    return size()


def threshold(probabilities):
    if not 0 <= probabilities <= 1:
        raise ValueError(f"{probabilities} must be between 0 and 1")
    return {"sports": 1}[probabilities]
"""

LIKE_KNOWN = [
    "count([1, 2])",
    "count('text')",
    "count({})",
    "pair([1])",
    "pair([1, 2, 3])",
    "call(3)",
    "threshold(0.5)",
    "threshold(2)",
    "Model()('text')",
    "Model().sigmoid()",
    "Model().logits.argmax(-1)",
    "Model().predict('text')",
    "SequenceOutput().logits",
    "NoSize().size",
    "NoSize()()",
    "raise UnknownLabel('sport')",
    "raise UnknownLabel",
    "raise Exception",
    "raise AttributeError",
    "raise NotImplementedError('chapter 9')",
    "raise RuntimeError",
    *raising(
        "ValueError",
        "Target size (torch.Size([2, 4])) must be the same as input size (torch.Size([2, 2]))",
        "Target size of 4 must be the same as input size of 2",
        "Expected input batch_size (4) to match target batch_size (16).",
        "problem_type must be one of...",
        "The config parameter `problem_type` was not understood",
        "Unable to create tensor, you should probably activate padding",
        "Asking to pad but the tokenizer does not have a padding token.",
        "not enough values to unpack (expected 2, got 1)",
        "multilabel-indicator is not supported",
        "expected sequence of length 4 at dim 1 (got 3)",
        "y should be a 1d array, got an array of shape (3, 4) instead.",
        "The model did not return a loss from the inputs, only the following keys: logits.",
    ),
    *raising(
        "RuntimeError",
        "expected scalar type Half but found Float",
        "mat1 and mat2 must have the same dtype, but got Half and Float",
        "result type Float can't be cast to the desired output type Long",
        "Boolean value of Tensor with more than one value is ambiguous",
        "Invalid problem type: multi_label",
        "element 0 of tensors does not require grad and does not have a grad_fn",
    ),
    *raising("NameError", "name 'sigmoid' is not defined", "name 'np' is not defined", "sigmoid"),
    *raising("AttributeError", "'list' object has no attribute 'size'", "logits", ""),
    *raising("TypeError", "'int' object is not callable", "Got unsupported ScalarType BFloat16"),
    *raising("KeyError", "DEFAULT", "Unknown task multi-label, available tasks are [...]"),
    *raising("IndexError", "Target 4 is out of bounds.", "index out of range in self"),
    *raising("OSError", "We couldn't connect to 'https://huggingface.co' to load the files"),
    *raising("ImportError", "cannot import name 'AdamW' from 'transformers' (here)"),
    *raising("AssertionError", "Torch not compiled with CUDA enabled"),
]

JSON = [
    "json.loads('')",
    "json.loads('{')",
    "json.loads('[1,]')",
    "json.loads(\"{'a': 1}\")",
    "json.loads(None)",
    "json.dumps({1, 2})",
    "json.dumps(object())",
    "json.dumps(b'bytes')",
    "json.dumps({(1, 2): 3})",
    "json.dumps(float('nan'), allow_nan=False)",
    "json.dumps(datetime.date(2026, 1, 1))",
    "json.load(open('missing.json'))",
    "json.dumps(json)",
    "loop = []\nloop.append(loop)\njson.dumps(loop)",
]

NUMPY = [
    "np.array([1, 2]) + np.array([1, 2, 3])",
    "np.zeros((2, 3)) @ np.zeros((2, 3))",
    "np.zeros((2, 3)).reshape(4, 2)",
    "np.zeros(3)[5]",
    "np.zeros((2, 2))[0, 5]",
    "np.zeros(3)['a']",
    "np.zeros(3)[0.5]",
    "np.zeros((2, 2)).size()",
    "np.zeros(2).sigmoid()",
    "np.zeros(2).backward",
    "np.concatenate([])",
    "np.stack([np.zeros(1), np.zeros(2)])",
    "np.concatenate([np.zeros((1, 2)), np.zeros((1, 3))])",
    "np.array([[1, 0], [1]])",
    "np.array(['a', 'b']).astype(float)",
    "np.zeros(3).sum(axis=2)",
    "np.load('missing.npy')",
    "np.linalg.inv(np.zeros((2, 2)))",
    "bool(np.zeros(2))",
    "if np.zeros(3) > 0.5:\n    pass",
    "np.no_such_function(1)",
    "np.zeros(-1)",
    "np.arange(3).reshape(2, -5)",
    "np.random.default_rng(0).choice([], 2)",
    "np.exp('a')",
    "np.float32('a')",
    "np.max(np.array([]))",
    "np.loadtxt('missing.txt')",
    "int(np.zeros(2))",
    "np.zeros(2)()",
    "np.full((2, 2), 3).item()",
    "np.zeros(2).tolist().size",
]

PANDAS = [
    "table['label']",
    "table.loc[9]",
    "table.iloc[9]",
    "table.label",
    "table.drop(columns=['label'])",
    "table.rename(columns={'a': 'b'}, errors='raise')['a']",
    "table['text'].astype(int)",
    "table['text'] + 1",
    "table.merge(table, on='label')",
    "table.groupby('label')",
    "table.sort_values('label')",
    "table.set_index('label')",
    "table.assign(x=[1, 2, 3])",
    "pd.DataFrame({'a': [1], 'b': [1, 2]})",
    "pd.read_csv('missing.csv')",
    "pd.read_json('{')",
    "pd.to_datetime('no date')",
    "pd.to_numeric(['a'])",
    "pd.Series([1, 2])[5]",
    "pd.Series([1, 2]).loc['a']",
    "pd.concat([])",
    "if table['count'] > 1:\n    pass",
    "bool(pd.Series([1, 2]))",
    "pd.Series(['a']).size()",
    "table['text'].str.len().str.upper()",
    "table.pivot(index='text', columns='label')",
    "table.query('label == 1')",
    "table.explode('label')",
    "pd.Series([1]).backward()",
    "table.values.sigmoid",
    "table.to_numpy()()",
    "table.no_such_method()",
]

MATPLOTLIB = [
    "plt.plot([1, 2], [1, 2, 3])",
    "plt.plot([1], color='no such color')",
    "plt.plot([1], no_such_option=1)",
    "plt.bar(['a', 'b'], [1, 2, 3])",
    "plt.imshow('text')",
    "plt.imshow(np.zeros(3))",
    "plt.scatter([1], [1, 2])",
    "plt.subplots(0, 1)",
    "plt.subplot(2, 2, 7)",
    "plt.style.use('no-such-style')",
    "plt.savefig('missing/folder/figure.png')",
    "plt.savefig('figure.unknown')",
    "plt.colormaps['no such map']",
    "plt.figure(figsize='wide')",
    "plt.gca().set_yscale('no such scale')",
    "plt.gca().legend(loc='nowhere')",
    "plt.no_such_function()",
    "plt.hist(np.zeros(3), bins=0)",
]

TORCH = [
    "torch.zeros(3) + torch.zeros(4)",
    "torch.zeros(2, 3) @ torch.zeros(2, 3)",
    "torch.zeros(3)[5]",
    "torch.zeros(2, 3).view(4, 2)",
    "torch.cat([torch.zeros(1, 2), torch.zeros(1, 3)])",
    "torch.zeros(3).no_such_method()",
    "torch.no_such_function()",
    "torch.load('missing.pt')",
    "torch.tensor([1, None])",
    "torch.zeros(2, requires_grad=True).add_(1)",
    "torch.zeros(2).softmax()",
    "torch.nn.Linear('a', 2)",
    "torch.nn.Linear(2, 2)(None)",
    "torch.nn.Linear(2, 2)([1, 2])",
    "torch.nn.no_such_layer",
    "torch.nn.functional.embedding(torch.tensor([9]), torch.zeros(3, 2))",
    "torch.nn.functional.cross_entropy(torch.zeros(3, 4), torch.zeros(12).long())",
    "torch.nn.functional.cross_entropy(torch.zeros(2, 4), torch.tensor([0, 4]))",
    "torch.nn.functional.mse_loss(torch.zeros(2, 3), torch.zeros(2, 4))",
    "(torch.zeros(2) > 0) - (torch.zeros(2) > 0)",
    "torch.stack([torch.zeros(1), torch.zeros(2)])",
    "torch.zeros(2).sum(dim=3)",
    "torch.zeros(2, 2).squeeze(5)",
    "torch.device('cpu', 0, 1)",
    "torch.zeros(2).size(3)",
    "torch.zeros(2).size.x",
    "a, b = torch.zeros(1)",
    "torch.nn.Linear(2, 2).load_state_dict({})",
    # What the same line made the round before, where the model was not called again.
    "logits = torch.zeros(2)\nfor _ in range(2):\n    logits = torch.sigmoid(logits).cpu().numpy()",
    "import numpy as np\nlogits = np.zeros(2)\nlogits = torch.nn.functional.sigmoid(logits)",
    "def scores(logits):\n    logits = torch.sigmoid(\n        logits\n    )\n    return logits\n"
    "scores([0.5])",
    # Images, not vectors of an encoder; another network's truth, not classes of texts.
    "torch.nn.Linear(784, 10)(torch.rand(5, 28, 28))",
    "torch.nn.Linear(512, 4)(torch.rand(3, 512, 1, 1))",
    "torch.nn.functional.binary_cross_entropy_with_logits(torch.zeros(4, 169), torch.ones(4))",
    "import numpy as np\ntorch.tensor(np.array([[1, None], [2, True]], dtype=object))",
    "torch.nn.Linear(2, 2).load_state_dict(torch.nn.Linear(3, 2).state_dict())",
    # A weight for each text, not for each label; and for the cells of a map.
    "torch.nn.functional.binary_cross_entropy_with_logits("
    "torch.zeros(5, 4), torch.ones(5, 4), weight=torch.ones(5))",
    "torch.nn.functional.binary_cross_entropy_with_logits("
    "torch.zeros(4, 9, 9), torch.ones(4, 9, 9), pos_weight=torch.ones(2))",
    # A network for images, whose last layer has the name that heads have.
    "class Images(torch.nn.Module):\n"
    "    def __init__(self, n_classes):\n"
    "        super().__init__()\n"
    "        self.fc = torch.nn.Linear(8, n_classes)\n"
    "Images(27).load_state_dict(Images(8).state_dict())",
    # Four classes that a model laid out in rows of two, and eleven columns in one.
    "def loss(logits, labels, width):\n"
    "    bce = torch.nn.functional.binary_cross_entropy_with_logits\n"
    "    return bce(logits, labels.view(-1, width))\n"
    "loss(torch.zeros(4, 2), torch.tensor([1.0, 0, 1, 0]), 2)",
    "def loss(batch, width):\n"
    "    bce = torch.nn.functional.binary_cross_entropy_with_logits\n"
    "    return bce(batch['logits'], batch['labels'].view(-1, width))\n"
    "loss({'logits': torch.zeros(4, 1), 'labels': torch.zeros(4, 11)}, 1)",
    # Masks of pictures, three channels against one, made flat.
    "def loss(masks, truth):\n"
    "    return torch.nn.functional.binary_cross_entropy(masks.flatten(1), truth.flatten(1))\n"
    "loss(torch.rand(2, 1, 8, 8), torch.ones(2, 3, 8, 8))",
    # One column where ten are wanted: numbers of classes, or a label that stands alone.
    "torch.nn.functional.binary_cross_entropy_with_logits("
    "torch.zeros(4, 10), torch.tensor([[1.0], [0], [1], [1]]))",
    # Two numbers of labels for each text, or two columns: both look like this.
    "torch.nn.functional.binary_cross_entropy_with_logits("
    "torch.zeros(3, 4), torch.tensor([[1.0, 0], [0, 1], [0, 1]]))",
    # A class for each frame, one-hot; and a matrix that is not of labels.
    "torch.nn.functional.cross_entropy(torch.zeros(2, 3, 3), torch.eye(3).repeat(2, 1, 1).long())",
    "torch.nn.functional.cross_entropy(torch.zeros(2, 3), torch.full((2, 3), 7))",
    # Labels for each token: the collator that pads token ids does not pad them.
    "ids = [torch.arange(n) for n in (2, 3)]\n"
    "list(torch.utils.data.DataLoader([{'input_ids': i, 'labels': i} for i in ids], batch_size=2))",
    # Numbers where texts should be, and a whole table: a list of it has the names of its columns.
    *(
        "from tokenizers import Tokenizer, models\n"
        "from transformers import PreTrainedTokenizerFast\n"
        "import pandas as pd\n"
        "words = models.WordLevel({'[UNK]': 0, 'goal': 1}, unk_token='[UNK]')\n"
        f"PreTrainedTokenizerFast(tokenizer_object=Tokenizer(words)){call}"
        for call in (
            *(".tokenize(20453)", ".encode(20453)", "(3.5)", "(['goal', 3.5])", "([3.5, 'goal'])"),
            *("(pd.Series([1, 2]))", "(pd.DataFrame({'text': ['goal']}))"),
        )
    ),
    # Half a character in a text: a string, though tokenizers call it none.
    "from tokenizers import Tokenizer, models\n"
    "from transformers import PreTrainedTokenizerFast\n"
    "words = models.WordLevel({'[UNK]': 0, 'goal': 1}, unk_token='[UNK]')\n"
    "PreTrainedTokenizerFast(tokenizer_object=Tokenizer(words))(['goal', 'goal \\ud800'])",
]

# One class per text, written as a row of 0s with one 1.
ONE_HOT = "import numpy as np\nfeatures, classes = np.eye(4), np.eye(3)[[0, 1, 1, 2]]\n"
SKLEARN = [
    "f1_score([0, 1], [0, 1, 1])",
    "f1_score([0, 1], [0.2, 0.7])",
    "f1_score([0, 1, 2], [0, 1, 2], average='samples')",
    "f1_score([0, 1], [0, 1], average='no such')",
    "f1_score([], [])",
    "confusion_matrix([0, 1], [0.1, 0.9])",
    "confusion_matrix([0], [0, 1])",
    "LogisticRegression().predict([[1]])",
    "LogisticRegression().fit([[1], [2]], [0, 0])",
    "LogisticRegression().fit(['a'], [0])",
    "LogisticRegression().fit([[1.0], [float('nan')]], [0, 1])",
    "LogisticRegression(C=-1).fit([[1], [2]], [0, 1])",
    "train_test_split([])",
    "train_test_split([1, 2], [1])",
    "train_test_split([1, 2], test_size=5)",
    "train_test_split([1, 2, 3, 4], stratify=[0, 1, 2, 3])",
    "CountVectorizer().transform(['a'])",
    "CountVectorizer().fit_transform([])",
    "CountVectorizer().fit('text')",
    "CountVectorizer().fit([None])",
    "MultiLabelBinarizer(classes=['a', 'a']).fit([['a']])",
    "import pandas as pd\nboth = [[1, 0], [0, 1]]\nf1_score(pd.Series(both), both)",
    # One class per text, as numbers here and as rows with one 1 there.
    "from sklearn.metrics import accuracy_score\naccuracy_score([[1, 0], [0, 1]], [0, 1])",
    "from sklearn.metrics import accuracy_score\naccuracy_score([0, 1], [[1, 0], [1, 1]])",
    "from sklearn.metrics import classification_report\n"
    "classification_report([0, 1, 1], [0, 1, 0], target_names=['a', 'b', 'c'])",
    "from sklearn.model_selection import StratifiedKFold\n"
    "next(StratifiedKFold(2).split([1, 2, 3, 4], [[1, 0], [1, 0], [0, 1], [0, 1]]))",
    f"{ONE_HOT}LogisticRegression().fit(features, classes)",
    f"{ONE_HOT}from sklearn.ensemble import BaggingClassifier\n"
    "BaggingClassifier(LogisticRegression()).fit(features, classes)",
    f"{ONE_HOT}confusion_matrix(classes, classes[::-1])",
    f"{ONE_HOT}f1_score(classes, classes * 0.7 + 0.1, average='macro')",
    f"{ONE_HOT}f1_score(classes * 0.7 + 0.1, classes, average='macro')",
    f"{ONE_HOT}train_test_split(features, stratify=classes, test_size=0.5)",
    f"{ONE_HOT}from sklearn.utils.class_weight import compute_class_weight\n"
    "compute_class_weight('balanced', classes=np.arange(3), y=classes)",
]

TRAINED = """
from transformers import DataCollatorWithPadding, PreTrainedTokenizerFast, Trainer
from tokenizers import Tokenizer, models
words = Tokenizer(models.WordLevel({"[PAD]": 0}, unk_token="[PAD]"))
tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, pad_token="[PAD]")


def train(kind, rows, collator=None, **settings):
    options = {"use_cpu": True, "report_to": "none", "save_strategy": "no", "disable_tqdm": True}
    Trainer(
        model=kind(BertConfig(**TINY, **settings)),
        args=TrainingArguments(output_dir="trained", **options),
        train_dataset=rows,
        data_collator=collator or DataCollatorWithPadding(tokenizer),
    ).train()


"""
BEST = """
from transformers import BertForSequenceClassification as Model, Trainer
BEST_BY_F1 = {"load_best_model_at_end": True, "metric_for_best_model": "f1"}
BEST_BY_F1 |= {"eval_strategy": "epoch", "save_strategy": "epoch", "disable_tqdm": True}


def train(settings, **more):
    settings = {"use_cpu": True, "report_to": "none", "num_train_epochs": 1, **settings, **more}
    rows = [{"input_ids": [2, 5, 3], "labels": 0}, {"input_ids": [2, 3, 3], "labels": 1}]
    Trainer(
        model=Model(BertConfig(**TINY)),
        args=TrainingArguments(output_dir="best", **settings),
        train_dataset=rows,
        eval_dataset=rows,
        compute_metrics=lambda result: {"f1": 0.5},
    ).train()


"""
LIBRARIES = [
    "Dataset.from_dict({'text': ['a']})['label']",
    "Dataset.from_dict({'text': ['a'], 'label': [1, 2]})",
    "Dataset.from_dict({'text': ['a']})[5]",
    "Dataset.from_dict({'text': ['a']}).rename_column('label', 'labels')",
    "Dataset.from_dict({'text': ['a']}).remove_columns('label')",
    "DatasetDict({'train': Dataset.from_dict({'text': ['a']})})['test']",
    "DatasetDict({'train': Dataset.from_dict({'text': ['a']})})[0]",
    "from transformers import NoSuchModel",
    "from transformers import sigmoid",
    "from datasets import load_metrics",
    "import transformers.no_such_part",
    "AutoConfig.for_model('no-such-kind')",
    "BertConfig(**TINY).to_dict()['no_such_setting']",
    "BertModel(BertConfig(hidden_size=10, num_attention_heads=3))",
    "BertModel(BertConfig(**TINY)).no_such_part",
    "BertModel(BertConfig(**TINY))()",
    "BertConfig(**TINY).no_such_setting",
    "TrainingArguments(no_such_argument=1)",
    "TrainingArguments(eval_strategy='sometimes')",
    "TrainingArguments(learning_rate='fast', optim='no such')",
    "set_seed('x')",
    "default_data_collator([{'labels': [1, 0]}, {'labels': [1]}])",
    "BertModel(BertConfig(**TINY))(torch.ones(3, 9).long(), attention_mask=[1, 1])",
    # Labels for each token, which a model for texts cannot use.
    "from transformers import BertForSequenceClassification\n"
    "BertForSequenceClassification(BertConfig(**TINY, num_labels=13))("
    "torch.ones(4, 9).long(), labels=torch.full((4, 9), 3))",
    "BertModel(BertConfig(**TINY))(torch.ones(3, 9).long(), token_type_ids=[0, 0])",
    # Models for tokens: no labels, labels for each word, one for each text.
    f"{TRAINED}from transformers import BertForMaskedLM\n"
    "train(BertForMaskedLM, [{'input_ids': [2, 5, 3]}] * 4)",
    f"{TRAINED}from transformers import BertForTokenClassification\n"
    "rows = [{'input_ids': [2, 5, 6, 7, 3], 'labels': [0, 1, 2]}]\n"
    "rows += [{'input_ids': [2, 5, 6, 3], 'labels': [0, 4]}]\n"
    "train(BertForTokenClassification, rows, num_labels=9)",
    f"{TRAINED}from transformers import BertForTokenClassification\n"
    "rows = [{'input_ids': [2, 5, 3], 'labels': label} for label in ('O', 'B-LOC')]\n"
    "train(BertForTokenClassification, rows)",
    # A model that returns bare logits, which the Trainer takes for a loss.
    f"{TRAINED}class Bare(torch.nn.Module):\n"
    "    def __init__(self, config):\n"
    "        super().__init__()\n"
    "        self.encoder = BertModel(config)\n"
    "    def forward(self, input_ids, attention_mask=None, labels=None):\n"
    "        return self.encoder(input_ids, attention_mask).pooler_output\n"
    "train(Bare, [{'input_ids': [2, 5, 3], 'labels': [1.0] * 8}] * 2)",
    # Another number of classes of images, and of tokens.
    "from transformers import ViTConfig, ViTForImageClassification\n"
    "tiny = dict(hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8)\n"
    "config = ViTConfig(**tiny, image_size=8, patch_size=4, num_labels=5)\n"
    "ViTForImageClassification(config).save_pretrained('images')\n"
    "ViTForImageClassification.from_pretrained('images', num_labels=2)",
    "from transformers import BertForTokenClassification as Model\n"
    "Model(BertConfig(**TINY, num_labels=9)).save_pretrained('tokens')\n"
    "Model.from_pretrained('tokens', num_labels=13)",
    # A layer for other numbers than an encoder's, with an encoder beside it.
    "encoder = BertModel(BertConfig(**TINY))\ntorch.nn.Linear(16, 64)(torch.rand(24, 80))",
    # A reward model's head of one output, where two classes are to be told apart.
    "from transformers import BertForSequenceClassification\n"
    "model = BertForSequenceClassification(BertConfig(**TINY, num_labels=2))\n"
    "model.classifier = torch.nn.Linear(8, 1)\n"
    "model(torch.ones(4, 9).long(), labels=torch.tensor([0, 1, 0, 1]))",
    # Classes of tokens, laid out in a row, and of images.
    "ids, classes = torch.ones(2, 3).long(), torch.tensor([[0, 1, 4], [0, 0, 2]])\n"
    "states = BertModel(BertConfig(**TINY))(ids).last_hidden_state\n"
    "logits = torch.nn.Linear(8, 3)(states)\n"
    "torch.nn.functional.cross_entropy(logits.view(-1, 3), classes.view(-1))",
    "ids = torch.ones(2, 3).long()\n"
    "torch.nn.functional.cross_entropy(torch.nn.Linear(8, 3)(torch.zeros(2, 8)),"
    " torch.tensor([0, 5]))",
    # Metrics that were not asked for, so compute_metrics was never called.
    f"{BEST}train(BEST_BY_F1, prediction_loss_only=True)",
    f"{BEST}train(BEST_BY_F1, label_names=['labels', 'others'])",
    # Sums with None beside an answer that has no loss, for nobody asked for one.
    "from transformers import BertForSequenceClassification\n"
    "outputs = BertForSequenceClassification(BertConfig(**TINY))(torch.ones(2, 3).long())\n"
    "total = None\ntotal + 1",
    # A mask of as many columns, for other texts.
    "mask = torch.ones(2, 4).tril()\n"
    "BertModel(BertConfig(**TINY))(torch.ones(3, 4).long(), attention_mask=mask)",
    # A model that is spread over two cards.
    "said = 'Expected all tensors to be on the same device, but found at least two devices, '\n"
    "said += 'cuda:2 and cuda:0! (when checking argument for argument mat1)'\n"
    "code = 'def forward():\\n    raise RuntimeError(said)'\n"
    "library = {'__name__': 'torch.nn.modules.linear', 'said': said}\n"
    "exec(code, library)\nlibrary['forward']()",
    "BertModel(BertConfig(**TINY))("
    "torch.ones(3, 9).long(), token_type_ids=torch.zeros(3, 2).long())",
    # What a text says, as rows of tokens of different lengths, beside a picture of one size.
    f"{TRAINED}"
    "train(BertModel, [{'pixel_values': torch.zeros(3), 'labels': [1] * n}"
    " for n in (2, 3)])",
    f"{TRAINED}"
    "rows = [{'pixel_values': torch.zeros(3), 'labels': torch.ones(n)}"
    " for n in (2, 3)]\n"
    "class Reader(torch.nn.Module):\n"
    "    def __init__(self, config):\n"
    "        super().__init__()\n"
    "    def forward(self, pixel_values, labels=None):\n"
    "        return pixel_values\n"
    "train(Reader, rows, default_data_collator)",
    # Tags for each token: a collator that pads token ids does not pad them.
    f"{TRAINED}from transformers import BertForTokenClassification\n"
    "rows = [{'input_ids': [2] * n, 'labels': [0] * n} for n in (2, 3)]\n"
    "train(BertForTokenClassification, rows, default_data_collator)",
    # The words of a text tokenized as if each were a text: a row for each word.
    "BertModel(BertConfig(**TINY))(torch.ones(2, 4, 6).long())",
    # Several choices for each question, in rows of rows.
    "from transformers import BatchEncoding\n"
    "BatchEncoding({'input_ids': [[[2, 3], [2]], [[2]]]}).convert_to_tensors('pt')",
    "from datasets import Sequence, Value\nDataset.from_dict({'labels': ['a, b']})"
    ".cast_column('labels', Sequence(Value('float32')))",
]

# Things that are no tensors, models or losses, asked for what such things have.
THINGS = ["None", "5", "2.5", "'text'", "[1, 2]", "(1, 2)", "{'a': 1}", "object()", "len", "math"]
ASKED = """
{}.backward() | {}.logits | {}.size(0) | {}.numpy() | {}.item() | {}.shape[0] | {}.to('cuda')
{}.detach() | {}['labels'] | {}.argmax(-1) | {}.predict(['a']) | {}.sigmoid() | {}(input_ids=[1])
{}.train_dataset | {}.config.problem_type | {}.float() | {}.mean() | {}.fit([1]) | {}.id2label
{} @ {} | {} > object() | {}.tokenize('a') | {}.encode_plus('a') | {}.requires_grad_(True)
"""


def _asked() -> list[str]:
    questions = [part.strip() for part in ASKED.replace("\n", "|").split("|") if part.strip()]
    return [question.replace("{}", thing) for thing in THINGS for question in questions]


SAME_NAMES = """
class TrainingArguments:
    def __init__(self, output_dir=""):
        pass


class Trainer:
    def __init__(self, model):
        pass

    def compute_loss(self, model):
        return 0


class BertForSequenceClassification(Trainer):
    def forward(self, input_ids):
        return input_ids.size()

    from_pretrained = __init__ = Trainer.__init__


class Robot:
    loss = None


def compute_metrics(result):
    return result.predictions > 0
"""
WORDS = "evaluation_strategy warmup_ratio logging_dir no_cuda adafactor group_by_length torchdynamo"
WORDS += " fp16_backend save_safetensors use_mps_device push_to_hub_token ray_scope past_index"
OF_SAME_NAMES = [
    *(f"TrainingArguments({word}=1)" for word in WORDS.split()),
    "Trainer(model=1, tokenizer=2)",
    "Trainer(1).compute_loss(1, num_items_in_batch=2)",
    "Trainer(1).compute_loss(1, return_outputs=True)",
    "BertForSequenceClassification(1, problemtype='multi_label')",
    "BertForSequenceClassification(1).forward([1, 2])",
    "BertForSequenceClassification(1).forward('text')",
    "BertForSequenceClassification(1).forward(token_type_ids=[0])",
    "robot = None\nrobot.backward()",
    "Robot().backward()",
    "compute_metrics((1, 2))",
    "class Result:\n    predictions = (1, 2)\ncompute_metrics(Result)",
    "table = pd.Series([1, 2], index=[5, 6])\ntable[9]",
    "table = pd.Series([1, 2])\ntable.loc[7]",
    "labels = pd.DataFrame({'a': [1]})\nlabels[0]",
    "from datasets_of_mine import load_metric",
    "results = [[{'label': 'a', 'count': 1}]]\nresults[0]['label']",
    "results = [[{'label': 'a', 'score': 1}]]\nnames = [1]\nnames['label']",
    "results = [[{'label': 'a', 'score': 1}]]\nresults[0]['text']",
    "import pickle\npickle.dumps(lambda rows: rows)",
]

ORDINARY = {
    "asked": ("import math", _asked()),
    "same names": ("import pandas as pd", [SAME_NAMES + snippet for snippet in OF_SAME_NAMES]),
    "python": ("", [part.strip() for part in PYTHON.replace("\n", "|").split("|") if part.strip()]),
    "own code": (OWN_CLASSES, LIKE_KNOWN),
    "json": ("import datetime, json", JSON),
    "numpy": ("import numpy as np", NUMPY),
    "pandas": (
        "import pandas as pd\ntable = pd.DataFrame({'text': ['a', 'b'], 'count': [1, 2]})",
        PANDAS,
    ),
    "matplotlib": (
        "import matplotlib\nmatplotlib.use('agg')\n"
        "import matplotlib.pyplot as plt\nimport numpy as np",
        MATPLOTLIB,
    ),
    "torch": ("import torch", TORCH),
    "sklearn": (
        "from sklearn.feature_extraction.text import CountVectorizer\n"
        "from sklearn.linear_model import LogisticRegression\n"
        "from sklearn.metrics import confusion_matrix, f1_score\n"
        "from sklearn.model_selection import train_test_split\n"
        "from sklearn.preprocessing import MultiLabelBinarizer",
        SKLEARN,
    ),
    "libraries": (
        "from datasets import Dataset, DatasetDict\n"
        "from transformers import AutoConfig, BertConfig, BertModel, TrainingArguments, set_seed\n"
        "from transformers import default_data_collator\n"
        "import torch\n"
        "TINY = dict(vocab_size=20, hidden_size=8, num_hidden_layers=1, num_attention_heads=2,"
        " intermediate_size=8)",
        LIBRARIES,
    ),
}
