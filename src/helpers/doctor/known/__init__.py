"""The errors that helpers.doctor knows: data, no code.

Every error here is raised for real, fixed and checked by tests/test_doctor.py, on the newest
transformers of constraints.txt and on 4.57. Names in the fixes are the course's:

    checkpoint     folder or hub id of a model           texts      list of strings
    model, tokenizer                                     batch      tokenizer(texts, ...)
    label_names    list of strings                       targets    indicator matrix, NumPy
    labels         tensor for the loss                   logits, probabilities: tensors
    predictions    0 or 1, after the threshold           trainer, train_dataset, eval_dataset
"""

from dataclasses import dataclass

OWN = r"(^|> )own$"  # raised in the learner's own line, not inside a library
MODEL = r"> transformers\.models\.[\w.]+$"  # inside a model's own forward
BCE = r"> torch\.nn\.functional\.binary_cross_entropy_with_logits$"
# Inside the loss of a classification model of transformers, whatever its kind.
CLASSIFIER_CROSS_ENTROPY = r"ForSequenceClassification.* > torch\.nn\.functional\.cross_entropy$"
POSITIONS = "(?:128|256|512|514|1024|2048|4096|8192)"  # what models can read
OLD_CHECK = r"> transformers\.modeling_utils\.\w+\.warn_if_padding_and_no_attention_mask$"

ALL = "all"
TRANSFORMERS_4 = "transformers 4.57"
TRANSFORMERS_5 = "transformers 5"

IMPORTS = {
    "np": "import numpy as np",
    "pd": "import pandas as pd",
    "plt": "import matplotlib.pyplot as plt",
    "torch": "import torch",
    "AutoTokenizer": "from transformers import AutoTokenizer",
    "AutoModelForSequenceClassification": (
        "from transformers import AutoModelForSequenceClassification"
    ),
    "Trainer": "from transformers import Trainer",
    "TrainingArguments": "from transformers import TrainingArguments",
    "DataCollatorWithPadding": "from transformers import DataCollatorWithPadding",
    "load_dataset": "from datasets import load_dataset",
    "MultiLabelBinarizer": "from sklearn.preprocessing import MultiLabelBinarizer",
    "f1_score": "from sklearn.metrics import f1_score",
}


@dataclass(frozen=True)
class Sign:
    """How an error shows itself.

    Attributes:
        types: names of the exception types, with a space between.
        message: regular expression for the whole message.
        where: regular expression, searched in the calls that led to the error (see
            ``helpers.doctor._calls``); empty where the message alone is certain.
        versions: which versions say it like this.
    """

    types: str
    message: str
    where: str = ""
    versions: str = ALL


@dataclass(frozen=True)
class KnownError:
    """One error: its signs, its cause in plain words, its fix as code, a check of the fix."""

    name: str
    signs: tuple[Sign, ...]
    cause: str
    fix: str
    check: str


KNOWN_ERRORS = (
    # ---- The four that a tutorial you may meet lists
    KnownError(
        name="problem-type-in-config",
        signs=(
            Sign(
                "ValueError",
                r"The config parameter `problem_type` was not understood: received .+ but only .+",
                r"> transformers\.configuration_utils\.[\w.]+$",
                "transformers 4.6 to 5.3",
            ),
            Sign(
                "StrictDataclassFieldValidationError",
                r"Validation error for field 'problem_type':\s.+",
                r"> huggingface_hub\.dataclasses\.[\w.<>]+$",
                "transformers 5.4 to 5.17",
            ),
        ),
        cause="""problem_type has to be one of "multi_label_classification",
            "single_label_classification" and "regression", letter for letter. A saved model keeps
            a misspelled one in its config.json. transformers 5.18 to 5.23 say nothing at all.""",
        fix="""
            import json
            from pathlib import Path

            config_file = Path(checkpoint) / "config.json"
            if config_file.is_file():  # a saved model: fix what it saved
                config = json.loads(config_file.read_text())
                config["problem_type"] = "multi_label_classification"
                config_file.write_text(json.dumps(config, indent=2))
            model = AutoModelForSequenceClassification.from_pretrained(
                checkpoint, problem_type="multi_label_classification"
            )""",
        check="""
            assert model.config.problem_type == "multi_label_classification"
            assert model(**batch, labels=labels).loss is not None""",
    ),
    KnownError(
        name="problem-type-in-loss",
        signs=(
            Sign(
                "RuntimeError",
                r"Invalid problem type: .+",
                r"> transformers\.loss\.loss_utils\.ForSequenceClassificationLoss$",
            ),
        ),
        cause="""The model's problem_type is none of the three that exist, so there is no loss to
            compute. It was accepted when the model was loaded.""",
        fix="""
            model.config.problem_type = "multi_label_classification"
            loss = model(**batch, labels=labels).loss""",
        check="assert loss.item() > 0",
    ),
    KnownError(
        name="mixed-types-in-layer",
        signs=(
            Sign(
                "RuntimeError",
                r"mat1 and mat2 must have the same dtype, but got "
                r"(?:(?:Half|BFloat16) and Float|Float and (?:Half|BFloat16))",
            ),
        ),
        cause="""One part of the model computes in half precision (Half or BFloat16), another in
            Float: a head that was replaced, or inputs that were not converted. transformers 5
            loads a checkpoint that was saved in half precision as it is.""",
        fix="""
            model = model.float()  # or load it with dtype=torch.float32
            logits = model(**batch).logits""",
        check="""
            assert {weights.dtype for weights in model.parameters()} == {torch.float32}
            assert logits.dtype == torch.float32""",
    ),
    KnownError(
        name="mixed-types-in-product",
        signs=(
            Sign(
                "RuntimeError",
                r"expected scalar type (?:(?:Half|BFloat16) but found Float"
                r"|Float but found (?:Half|BFloat16))",
            ),
            Sign(
                "RuntimeError",
                r"expected m1 and m2 to have the same dtype, but got: "
                r"(?:c10::(?:Half|BFloat16) != float|float != c10::(?:Half|BFloat16))",
            ),
        ),
        cause="""Two tensors are multiplied, one in half precision, the other in Float. torch does
            not choose for you.""",
        fix="product = left.float() @ right.float()",
        check="assert product.dtype == torch.float32",
    ),
    KnownError(
        name="mixed-types-in-layer-norm",
        signs=(
            Sign(
                "RuntimeError",
                r"mixed dtype \(CPU\): expect parameter to have scalar type of Float",
                r"> torch\.nn\.functional\.layer_norm$",
            ),
        ),
        cause="""The weights of a layer norm are in half precision and what comes in is Float.""",
        fix="model = model.float()",
        check="assert {weights.dtype for weights in model.parameters()} == {torch.float32}",
    ),
    KnownError(
        name="mixed-types-in-loss",
        signs=(
            Sign(
                "RuntimeError",
                r"Found dtype \w+ but expected \w+",
                r"> torch\.nn\.functional\.binary_cross_entropy$",
            ),
        ),
        cause="""binary_cross_entropy wants probabilities and labels of the same type. Its sibling
            that takes logits is more exact as well.""",
        fix="""
            loss = torch.nn.functional.binary_cross_entropy_with_logits(
                logits.float(), labels.float()
            )""",
        check="assert loss.dtype == torch.float32",
    ),
    KnownError(
        name="mixed-types-in-attention",
        signs=(
            Sign(
                "RuntimeError",
                r"Expected query, key, and value to have the same dtype, but got "
                r"query\.dtype: .+ key\.dtype: .+ and value\.dtype: .+ instead\.",
            ),
        ),
        cause="""Attention got a query, a key and a value that are not all of one type. Part of
            the model, or of what it is given, is in half precision.""",
        fix="""
            attended = torch.nn.functional.scaled_dot_product_attention(
                query.float(), key.float(), value.float()
            )""",
        check="assert attended.dtype == torch.float32",
    ),
    KnownError(
        name="sigmoid-not-defined",
        signs=(Sign("NameError", r"name 'sigmoid' is not defined", OWN),),
        cause="""`import torch` brings torch.sigmoid, not a bare sigmoid: a function is called by
            the module that it lives in.""",
        fix="""
            import torch

            probabilities = torch.sigmoid(logits)""",
        check="assert ((probabilities > 0) & (probabilities < 1)).all()",
    ),
    KnownError(
        name="sigmoid-not-in-nn",
        signs=(Sign("AttributeError", r"module 'torch\.nn' has no attribute 'sigmoid'", OWN),),
        cause="""torch.nn holds layers, with capital letters: torch.nn.Sigmoid is one. The function
            is torch.sigmoid.""",
        fix="probabilities = torch.sigmoid(logits)",
        check="assert ((probabilities > 0) & (probabilities < 1)).all()",
    ),
    KnownError(
        name="sigmoid-of-array",
        signs=(
            Sign(
                "AttributeError",
                r"'numpy\.ndarray' object has no attribute 'sigmoid'",
                r"> torch\.nn\.functional\.sigmoid$",
            ),
            Sign(
                "TypeError",
                r"sigmoid\(\): argument 'input' \(position 1\) must be Tensor, "
                r"not (?:numpy\.ndarray|list|tuple|float)",
            ),
        ),
        cause="""torch.sigmoid takes tensors only, and the logits are a NumPy array, a list or a
            number.""",
        fix="probabilities = torch.sigmoid(torch.as_tensor(logits))",
        check="assert ((probabilities > 0) & (probabilities < 1)).all()",
    ),
    KnownError(
        name="sigmoid-of-output",
        signs=(
            Sign(
                "TypeError",
                r"sigmoid\(\): argument 'input' \(position 1\) must be Tensor, "
                r"not \w*(?:ClassifierOutput|ModelOutput)\w*",
            ),
        ),
        cause="""A model of transformers returns an object with several parts. The logits are one
            of them.""",
        fix="""
            outputs = model(**batch)
            probabilities = torch.sigmoid(outputs.logits)""",
        check="assert probabilities.shape == (len(texts), model.config.num_labels)",
    ),
    *(
        KnownError(
            name="import-forgotten",
            signs=(Sign("NameError", rf"name '{name}' is not defined", OWN),),
            cause=f"""Nothing called {name} has been imported in this session. After a restart of
                the kernel every import has to run again.""",
            fix=statement,
            check=f"assert {name} is not None",
        )
        for name, statement in IMPORTS.items()
    ),
    KnownError(
        name="indentation-lost",
        signs=(
            Sign(
                "IndentationError",
                r"expected an indented block after '(?:with|for|if|while|try)' statement "
                r"on line \d+.*",
            ),
            Sign(
                "IndentationError",
                r"expected an indented block after (?:function|class) definition on line \d+.*",
            ),
        ),
        cause="""The line below a colon has to begin with four spaces more. Code that is copied
            from a web page often loses them.""",
        fix="""
            with torch.no_grad():
                logits = model(**batch).logits""",
        check="assert not logits.requires_grad",
    ),
    # ---- The loss and its labels
    KnownError(
        name="labels-of-another-width",
        signs=(
            Sign(
                "ValueError",
                r"Target size \(torch\.Size\(\[(\d+), (\d+)\]\)\) must be the same as "
                r"input size \(torch\.Size\(\[\1, (?!\2\])\d+\]\)\)",
                BCE,
            ),
        ),
        cause="""The labels have another number of columns than the logits. Without num_labels a
            model gets two outputs, whatever your labels are.""",
        fix="""
            model = AutoModelForSequenceClassification.from_pretrained(
                checkpoint,
                num_labels=labels.shape[1],
                problem_type="multi_label_classification",
                ignore_mismatched_sizes=True,  # a head of the old width is replaced
            )
            loss = model(**batch, labels=labels).loss""",
        check="assert model.config.num_labels == labels.shape[1]",
    ),
    KnownError(
        name="labels-turned",
        signs=(
            Sign(
                "ValueError",
                r"Target size \(torch\.Size\(\[(\d+), (?!\1\])(\d+)\]\)\) must be the same as "
                r"input size \(torch\.Size\(\[\2, \1\]\)\)",
                BCE,
            ),
        ),
        cause="""The labels are turned on their side. A row is a text, a column is a label:
            (n_texts, n_labels).""",
        fix="""
            labels = labels.T
            loss = model(**batch, labels=labels).loss""",
        check="assert labels.shape == (len(texts), model.config.num_labels)",
    ),
    KnownError(
        name="labels-of-another-batch",
        signs=(
            Sign(
                "ValueError",
                r"Target size \(torch\.Size\(\[(\d+), (\d+)\]\)\) must be the same as "
                r"input size \(torch\.Size\(\[(?!\1,)(\d+), \2\]\)\)",
                BCE,
            ),
        ),
        cause="""There are more rows of labels than texts, or fewer. Take both from the same rows
            of the data.""",
        fix="""
            labels = torch.tensor(targets[: len(texts)], dtype=torch.float32)
            loss = model(**batch, labels=labels).loss""",
        check="assert len(labels) == len(texts)",
    ),
    KnownError(
        name="labels-are-class-ids",
        signs=(
            Sign(
                "ValueError",
                r"Target size \(torch\.Size\(\[(\d+)\]\)\) must be the same as "
                r"input size \(torch\.Size\(\[\1, (?!1\])\d+\]\)\)",
                BCE,
            ),
        ),
        cause="""Each text has one number as its label, but a multi-label model wants a row of 0s
            and 1s for each text, one for each label.""",
        fix="""
            labels = torch.nn.functional.one_hot(labels.long(), model.config.num_labels).float()
            loss = model(**batch, labels=labels).loss""",
        check="assert labels.shape == (len(texts), model.config.num_labels)",
    ),
    KnownError(
        name="labels-of-one-text",
        signs=(
            Sign(
                "ValueError",
                r"Target size \(torch\.Size\(\[(\d+)\]\)\) must be the same as "
                r"input size \(torch\.Size\(\[1, \1\]\)\)",
                BCE,
            ),
        ),
        cause="""The labels of one text are a row, and the loss wants a matrix: one row for each
            text, here a single one.""",
        fix="""
            labels = labels.unsqueeze(0)
            loss = model(**batch, labels=labels).loss""",
        check="assert labels.shape == (1, model.config.num_labels)",
    ),
    KnownError(
        name="labels-not-float",
        signs=(
            Sign(
                "RuntimeError",
                r"result type (?:Float|Half|BFloat16|Double) can't be cast to the desired output "
                r"type (?:Long|Int|Short|Byte|Char)",
                BCE,
            ),
        ),
        cause="""The labels are whole numbers. The multi-label loss calculates with them, so they
            have to be floats: 1.0 and 0.0.""",
        fix="""
            labels = labels.float()
            loss = model(**batch, labels=labels).loss""",
        check="assert labels.dtype == torch.float32 and loss.item() > 0",
    ),
    KnownError(
        name="labels-are-bool",
        signs=(
            Sign(
                "RuntimeError",
                r"Subtraction, the `-` operator, with two bool tensors is not supported\. .+",
                BCE,
            ),
        ),
        cause="""The labels are True and False. The multi-label loss calculates with them, so they
            have to be floats: 1.0 and 0.0.""",
        fix="""
            labels = labels.float()
            loss = model(**batch, labels=labels).loss""",
        check="assert labels.dtype == torch.float32 and loss.item() > 0",
    ),
    KnownError(
        name="labels-are-lists",
        signs=(
            Sign("AttributeError", r"'(?:list|tuple)' object has no attribute 'size'", BCE),
            Sign("TypeError", r"'int' object is not callable", BCE),
        ),
        cause="""The labels are a list or a NumPy array, and the loss takes tensors only.""",
        fix="""
            labels = torch.tensor(labels, dtype=torch.float32)
            loss = model(**batch, labels=labels).loss""",
        check="assert isinstance(labels, torch.Tensor) and loss.item() > 0",
    ),
    KnownError(
        name="labels-read-as-classes",
        signs=(
            Sign(
                "ValueError",
                r"Expected input batch_size \(\d+\) to match target batch_size \(\d+\)\.",
                CLASSIFIER_CROSS_ENTROPY,
            ),
        ),
        cause="""The model computes the loss of one class a text. Either its problem_type says so,
            or whole-number labels made it guess so, and the first guess stays in
            model.config.problem_type for good.""",
        fix="""
            model.config.problem_type = "multi_label_classification"
            labels = labels.float()
            loss = model(**batch, labels=labels).loss""",
        check="""
            assert model.config.problem_type == "multi_label_classification"
            assert loss.item() > 0""",
    ),
    KnownError(
        name="class-ids-not-whole",
        signs=(
            Sign(
                "RuntimeError",
                r"expected target dtype to be Long or Byte, but got (?:Float|Double|Half)",
                CLASSIFIER_CROSS_ENTROPY,
            ),
        ),
        cause="""The model's problem_type is one class a text, for which labels are whole numbers,
            and these are floats. For several labels per text set the problem_type and give a row
            of 0s and 1s for each text.""",
        fix="""
            model.config.problem_type = "multi_label_classification"
            labels = torch.tensor(targets, dtype=torch.float32)
            loss = model(**batch, labels=labels).loss""",
        check="assert loss.item() > 0",
    ),
    KnownError(
        name="class-id-too-large",
        signs=(Sign("IndexError", r"Target -?\d+ is out of bounds\.", CLASSIFIER_CROSS_ENTROPY),),
        cause="""The labels were read as one class a text, and a class has a number that the model
            has no output for: they run from 0 to num_labels - 1. For several labels per text give
            a row of 0s and 1s for each.""",
        fix="""
            model.config.problem_type = "multi_label_classification"
            labels = torch.tensor(targets, dtype=torch.float32)
            loss = model(**batch, labels=labels).loss""",
        check="assert labels.shape == (len(texts), model.config.num_labels)",
    ),
    KnownError(
        name="cross-entropy-for-many-labels",
        signs=(
            Sign(
                "RuntimeError",
                r"Expected floating point type for target with class probabilities, got \w+",
                r"> torch\.nn\.functional\.cross_entropy$",
            ),
        ),
        cause="""Cross-entropy is the loss of one class a text, and it was given a matrix of 0s and
            1s. Converted to floats it would go through and mean something else.""",
        fix="""
            loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, labels.float())""",
        check="assert loss.item() > 0",
    ),
    KnownError(
        name="logits-as-probabilities",
        signs=(
            Sign(
                "RuntimeError",
                r"all elements of input should be between 0 and 1",
                r"> torch\.nn\.functional\.binary_cross_entropy$",
            ),
        ),
        cause="""binary_cross_entropy wants probabilities and was given logits. The function that
            takes logits applies the sigmoid itself.""",
        fix="loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, labels)",
        check="assert loss.item() > 0",
    ),
    KnownError(
        name="pos-weight-of-another-width",
        signs=(
            Sign(
                "RuntimeError",
                r"The size of tensor a \(\d+\) must match the size of tensor b \(\d+\) at "
                r"non-singleton dimension 1",
                BCE,
            ),
        ),
        cause="""The weights in the loss need one number for each label.""",
        fix="""
            positives = labels.sum(dim=0)
            pos_weight = (len(labels) - positives) / positives.clamp(min=1)
            loss = torch.nn.functional.binary_cross_entropy_with_logits(
                logits, labels, pos_weight=pos_weight
            )""",
        check="assert pos_weight.shape == (labels.shape[1],)",
    ),
    KnownError(
        name="loss-not-called",
        signs=(
            Sign(
                "RuntimeError",
                r"Boolean value of Tensor with more than one value is ambiguous",
                r"> torch\.nn\._reduction\.legacy_get_string$",
            ),
        ),
        cause="""A loss of torch.nn is made first and called afterwards: two pairs of parentheses.
            Here logits and labels went where its settings belong.""",
        fix="loss = torch.nn.BCEWithLogitsLoss()(logits, labels)",
        check="assert loss.item() > 0",
    ),
    KnownError(
        name="loss-is-none",
        signs=(Sign("AttributeError", r"'NoneType' object has no attribute 'backward'", OWN),),
        cause="""There is no loss: backward was called on None. A model of transformers leaves the
            loss None when it gets no labels, or when problem_type is a word that it does not know.
            A function of your own gives None when it lacks a return.""",
        fix="""
            model.config.problem_type = "multi_label_classification"
            loss = model(**batch, labels=labels).loss
            loss.backward()""",
        check="assert model.classifier.weight.grad is not None",
    ),
    KnownError(
        name="loss-not-one-number",
        signs=(Sign("RuntimeError", r"grad can be implicitly created only for scalar outputs"),),
        cause="""backward() starts from one number, and this loss has one for each text and
            label. Take their mean.""",
        fix="""
            loss = loss.mean()
            loss.backward()""",
        check="assert loss.ndim == 0 and model.classifier.weight.grad is not None",
    ),
    KnownError(
        name="nothing-to-learn",
        signs=(
            Sign(
                "RuntimeError",
                r"element 0 of tensors does not require grad and does not have a grad_fn",
            ),
        ),
        cause="""This loss depends on no weight that may change: it was computed under
            torch.no_grad(), or every weight is frozen.""",
        fix="""
            model.classifier.requires_grad_(True)
            loss = model(**batch, labels=labels).loss  # not under torch.no_grad()
            loss.backward()""",
        check="assert model.classifier.weight.grad is not None",
    ),
    KnownError(
        name="backward-twice",
        signs=(Sign("RuntimeError", r"Trying to backward through the graph a second time .+"),),
        cause="""A loss can be sent backward once; then what it remembered is gone. In a notebook
            that happens when a cell runs again without the forward pass.""",
        fix="""
            model.zero_grad()
            loss = model(**batch, labels=labels).loss
            loss.backward()""",
        check="assert model.classifier.weight.grad is not None",
    ),
    # ---- From texts to the model
    KnownError(
        name="texts-not-padded",
        signs=(
            Sign(
                "ValueError",
                r"Unable to create tensor, you should probably activate truncation and/or padding "
                r".+ Perhaps your features \(`input_ids` in this case\) have excessive nesting .+",
                r"> transformers\.tokenization_utils_base\.BatchEncoding\.convert_to_tensors$",
            ),
        ),
        cause="""The texts have different numbers of tokens, and a tensor is a rectangle. Padding
            fills the short ones up.""",
        fix="""
            batch = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")""",
        check="""assert batch["input_ids"].shape == batch["attention_mask"].shape""",
    ),
    KnownError(
        name="lists-into-model",
        signs=(
            Sign("AttributeError", r"'list' object has no attribute 'size'", MODEL),
            Sign(
                "TypeError",
                r"list indices must be integers or slices, not tuple",
                OLD_CHECK,
                TRANSFORMERS_4,
            ),
        ),
        cause="""The model was given lists and takes tensors. Either return_tensors is missing in
            the call of the tokenizer, or the texts never went through it.""",
        fix="""
            batch = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")
            outputs = model(**batch)""",
        check="assert outputs.logits.shape == (len(texts), model.config.num_labels)",
    ),
    KnownError(
        name="text-into-model",
        signs=(
            Sign("AttributeError", r"'str' object has no attribute 'size'", MODEL),
            Sign(
                "TypeError",
                r"string indices must be integers, not 'tuple'",
                OLD_CHECK,
                TRANSFORMERS_4,
            ),
        ),
        cause="""The model was given a text. It reads token ids, which the tokenizer makes.""",
        fix="""
            batch = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")
            outputs = model(**batch)""",
        check="assert outputs.logits.shape == (len(texts), model.config.num_labels)",
    ),
    KnownError(
        name="arrays-into-model",
        signs=(Sign("TypeError", r"'int' object is not callable", MODEL),),
        cause="""The model was given NumPy arrays and takes tensors: return_tensors has to be "pt",
            for PyTorch.""",
        fix="""
            batch = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")
            outputs = model(**batch)""",
        check="assert outputs.logits.shape == (len(texts), model.config.num_labels)",
    ),
    KnownError(
        name="stars-forgotten",
        signs=(
            Sign(
                "AttributeError",
                r"",
                r"> transformers\.models\.\S+ > \S+\.BatchEncoding\.__getattr__$",
                TRANSFORMERS_5,
            ),
            Sign(
                "TypeError",
                r"list indices must be integers or slices, not tuple",
                r"warn_if_padding_and_no_attention_mask > \S+\.BatchEncoding\.__getitem__$",
                TRANSFORMERS_4,
            ),
        ),
        cause="""The batch went in as one argument. Two stars hand over its parts by name:
            input_ids=..., attention_mask=...""",
        fix="outputs = model(**batch)",
        check="assert outputs.logits.shape == (len(texts), model.config.num_labels)",
    ),
    KnownError(
        name="batch-axis-missing",
        signs=(
            Sign(
                "ValueError",
                r"not enough values to unpack \(expected 2, got 1\)",
                MODEL,
                TRANSFORMERS_5,
            ),
            Sign(
                "IndexError",
                r"too many indices for tensor of dimension 1",
                OLD_CHECK,
                TRANSFORMERS_4,
            ),
        ),
        cause="""One text's token ids are a row, and the model takes a matrix: one row for each
            text.""",
        fix="""
            input_ids = input_ids.unsqueeze(0)
            outputs = model(input_ids=input_ids)""",
        check="assert outputs.logits.shape == (1, model.config.num_labels)",
    ),
    KnownError(
        name="pipeline-text-too-long",
        signs=(
            Sign(
                "RuntimeError",
                rf"The size of tensor a \(\d+\) must match the size of tensor b \({POSITIONS}\) at "
                r"non-singleton dimension 1",
                r"TextClassificationPipeline\..+ > transformers\.models\.\w+\.\w+\.\w*"
                r"Embeddings\.forward$",
            ),
        ),
        cause="""A text has more tokens than the model has positions, and a pipeline cuts nothing
            unless you ask it to.""",
        fix="results = classifier(texts, truncation=True)",
        check="assert len(results) == len(texts)",
    ),
    KnownError(
        name="text-too-long",
        signs=(
            Sign(
                "RuntimeError",
                rf"The size of tensor a \(\d+\) must match the size of tensor b \({POSITIONS}\) at "
                r"non-singleton dimension 1",
                r"> transformers\.models\.\w+\.\w+\.\w*Embeddings\.forward$",
            ),
            Sign(
                "RuntimeError",
                r"The expanded size of the tensor \((\d+)\) must match the existing size "
                rf"\(({POSITIONS})\) at non-singleton dimension 1\.  Target sizes: \[\d+, \1\]\.  "
                r"Tensor sizes: \[1, \2\]",
                MODEL,
            ),
        ),
        cause="""A text has more tokens than the model has positions, most often 512. Truncation
            cuts its end off; where the end matters, split the text.""",
        fix="""
            limit = min(tokenizer.model_max_length, model.config.max_position_embeddings)
            batch = tokenizer(
                texts, padding=True, truncation=True, max_length=limit, return_tensors="pt"
            )
            outputs = model(**batch)""",
        check="""
            assert batch["input_ids"].shape[1] <= model.config.max_position_embeddings""",
    ),
    KnownError(
        name="token-id-too-large",
        signs=(
            Sign(
                "IndexError",
                r"index out of range in self",
                r"> transformers\.models\..+ > torch\.nn\.functional\.embedding$",
            ),
        ),
        cause="""An id has no row in one of the model's tables. Most often the token ids come from
            another model's tokenizer, with a larger vocabulary.""",
        fix="""
            tokenizer = AutoTokenizer.from_pretrained(checkpoint)  # the model's own
            batch = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")
            outputs = model(**batch)""",
        check="""assert batch["input_ids"].max() < model.config.vocab_size""",
    ),
    KnownError(
        name="token-ids-not-whole",
        signs=(
            Sign(
                "RuntimeError",
                r"Expected tensor for argument #1 'indices' to have one of the following scalar "
                r"types: Long, Int; but got \S+ instead "
                r"\(while checking arguments for embedding\)",
            ),
        ),
        cause="""Token ids are row numbers of a table, so they have to be whole numbers. These are
            floats, perhaps because a whole batch was converted.""",
        fix="""
            batch["input_ids"] = batch["input_ids"].long()
            outputs = model(**batch)""",
        check="""assert batch["input_ids"].dtype == torch.long""",
    ),
    KnownError(
        name="tokenizer-wants-list",
        signs=(
            Sign(
                "ValueError",
                r"text input must be of type `str` \(single example\), `list\[str\]` .+",
                r"> transformers\.tokenization_utils_\w+\.[\w.]+$",
            ),
        ),
        cause="""The tokenizer takes a string or a list of strings. A pandas Series, a NumPy array
            and a dataset's column have to be made a list first.""",
        fix="""
            batch = tokenizer(list(texts), padding=True, truncation=True, return_tensors="pt")""",
        check="""assert len(batch["input_ids"]) == len(texts)""",
    ),
    KnownError(
        name="missing-texts",
        signs=(
            Sign(
                "TypeError",
                r"TextEncodeInput must be Union\[TextInputSequence, Tuple\[InputSequence, "
                r"InputSequence\]\]",
            ),
        ),
        cause="""Something in the list is no string: None or NaN, the usual marks of a missing
            text in a table.""",
        fix="""
            texts = [text for text in texts if isinstance(text, str)]
            batch = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")""",
        check="""assert len(batch["input_ids"]) == len(texts)""",
    ),
    KnownError(
        name="text-is-none",
        signs=(
            Sign(
                "ValueError",
                r"You need to specify either `text` or `text_target`\.",
                r"> transformers\.tokenization_utils_base\.[\w.]+$",
            ),
        ),
        cause="""The text is None. Decide what a missing text means: here, an empty one.""",
        fix="""
            text = text or ""
            batch = tokenizer(text, truncation=True, return_tensors="pt")""",
        check="""assert batch["input_ids"].shape[0] == 1""",
    ),
    KnownError(
        name="tokenizer-without-padding-token",
        signs=(
            Sign(
                "ValueError",
                r"Asking to pad but the tokenizer does not have a padding token\. .+",
                r"> transformers\.tokenization_utils_base\.[\w.]+$",
            ),
        ),
        cause="""Models that were made to write text, such as GPT-2, have no padding token. Their
            end-of-text token can stand in.""",
        fix="""
            tokenizer.pad_token = tokenizer.eos_token
            model.config.pad_token_id = tokenizer.pad_token_id
            batch = tokenizer(texts, padding=True, return_tensors="pt")""",
        check="assert tokenizer.pad_token_id == model.config.pad_token_id",
    ),
    KnownError(
        name="model-without-padding-token",
        signs=(
            Sign(
                "ValueError",
                r"Cannot handle batch sizes > 1 if no padding token is defined\.",
                r"> transformers\.\S+ForSequenceClassification\.forward$",
            ),
        ),
        cause="""This model classifies by the last token that is no padding, and its config does
            not say which token is padding.""",
        fix="""
            model.config.pad_token_id = tokenizer.pad_token_id
            outputs = model(**batch)""",
        check="assert outputs.logits.shape == (len(texts), model.config.num_labels)",
    ),
    KnownError(
        name="token-types-not-known",
        signs=(
            Sign(
                "TypeError",
                r"DistilBert\w+\.forward\(\) got an unexpected keyword argument 'token_type_ids'",
                versions=TRANSFORMERS_4,
            ),
        ),
        cause="""BERT's tokenizer makes token_type_ids, which DistilBERT does not have.""",
        fix="""
            batch.pop("token_type_ids")
            outputs = model(**batch)""",
        check="assert outputs.logits.shape == (len(texts), model.config.num_labels)",
    ),
    # ---- What comes out of the model
    KnownError(
        name="model-without-head",
        signs=(
            Sign(
                "AttributeError",
                r"'BaseModelOutput\w*' object has no attribute 'logits'",
                OWN,
            ),
            Sign(
                "TypeError",
                r"\w+Model\.forward\(\) got an unexpected keyword argument 'labels'",
                r"> torch\.nn\.modules\.module\.Module\._call_impl$",
                TRANSFORMERS_4,
            ),
        ),
        cause="""AutoModel loads the encoder alone: no head, no logits, no loss.
            AutoModelForSequenceClassification puts a head on it.""",
        fix="""
            model = AutoModelForSequenceClassification.from_pretrained(
                checkpoint,
                num_labels=len(label_names),
                problem_type="multi_label_classification",
            )
            logits = model(**batch).logits""",
        check="assert logits.shape == (len(texts), len(label_names))",
    ),
    KnownError(
        name="no-such-output",
        signs=(
            Sign(
                "AttributeError",
                r"'SequenceClassifierOutput\w*' object has no attribute '\w+'",
                OWN,
            ),
        ),
        cause="""The model's answer has .logits, and .loss if labels went in. Probabilities and
            predictions you compute from the logits.""",
        fix="""
            logits = model(**batch).logits
            probabilities = torch.sigmoid(logits)""",
        check="assert probabilities.shape == (len(texts), model.config.num_labels)",
    ),
    KnownError(
        name="model-has-no-predict",
        signs=(
            Sign(
                "AttributeError",
                r"'\w+ForSequenceClassification' object has no attribute "
                r"'(?:predict|predict_proba|fit|decision_function)'",
                r"> torch\.nn\.modules\.module\.Module\.__getattr__$",
            ),
        ),
        cause="""fit and predict are scikit-learn's way. A model of transformers is called with a
            batch, and trained by a Trainer or a loop.""",
        fix="""
            batch = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")
            with torch.no_grad():
                probabilities = torch.sigmoid(model(**batch).logits)
            predictions = (probabilities > 0.5).int()""",
        check="assert predictions.shape == (len(texts), model.config.num_labels)",
    ),
    KnownError(
        name="gradient-to-numpy",
        signs=(
            Sign(
                "RuntimeError",
                r"Can't call numpy\(\) on Tensor that requires grad\. "
                r"Use tensor\.detach\(\)\.numpy\(\) instead\.",
            ),
        ),
        cause="""The tensor still remembers how it was computed, for training. Without
            torch.no_grad() every output of a model does.""",
        fix="""
            with torch.no_grad():
                logits = model(**batch).logits
            values = logits.numpy()""",
        check="assert values.shape == logits.shape",
    ),
    KnownError(
        name="bfloat16-to-numpy",
        signs=(Sign("TypeError", r"Got unsupported ScalarType BFloat16"),),
        cause="""NumPy has no bfloat16, which this tensor is stored in.""",
        fix="values = logits.float().numpy()",
        check="""assert values.dtype == "float32" """,
    ),
    KnownError(
        name="tensor-in-if",
        signs=(
            Sign(
                "RuntimeError",
                r"Boolean value of Tensor with more than one value is ambiguous",
                OWN,
            ),
        ),
        cause="""`if` needs one yes or no, and a comparison of a tensor gives one for each value.
            A threshold is applied to all of them at once.""",
        fix="predictions = (probabilities > 0.5).int()",
        check="assert predictions.shape == probabilities.shape",
    ),
    KnownError(
        name="tensor-is-not-one-number",
        signs=(
            Sign(
                "RuntimeError",
                r"a Tensor with (?:[02-9]|\d\d+) elements cannot be converted to Scalar",
                OWN,
            ),
        ),
        cause=""".item() and float() take a tensor of one value. This one has more: one for each
            text and label.""",
        fix="values = probabilities.tolist()",
        check="assert len(values) == len(texts)",
    ),
    KnownError(
        name="thresholds-are-a-list",
        signs=(
            Sign(
                "TypeError",
                r"'[<>]=?' not supported between instances of 'Tensor' and '(?:list|tuple)'",
                OWN,
            ),
        ),
        cause="""A tensor can be compared with a number or a tensor, not with a list.""",
        fix="predictions = (probabilities > torch.tensor(thresholds)).int()",
        check="assert predictions.shape == probabilities.shape",
    ),
    KnownError(
        name="mean-of-whole-numbers",
        signs=(
            Sign(
                "RuntimeError",
                r"mean\(\): could not infer output dtype\. Input dtype must be either a floating "
                r"point or complex dtype\. Got: (?:Bool|Long|Int)",
            ),
        ),
        cause="""torch takes means of floats only, and these are whole numbers or True and
            False.""",
        fix="average = predictions.float().mean()",
        check="assert 0 <= average <= 1",
    ),
    KnownError(
        name="json-of-numpy",
        signs=(
            Sign(
                "TypeError",
                r"Object of type (?:float16|float32|u?int(?:8|16|32|64)|bool|bool_|ndarray|Tensor) "
                r"is not JSON serializable",
                r"> json\.encoder\.JSONEncoder\.default$",
            ),
        ),
        cause="""JSON knows Python's own numbers and lists. NumPy's numbers, arrays and tensors
            have to be made these first; .tolist() does it.""",
        fix="""
            text = json.dumps(dict(zip(label_names, probabilities[0].tolist())))""",
        check="assert list(json.loads(text)) == label_names",
    ),
    KnownError(
        name="head-of-another-width",
        signs=(
            Sign(
                "RuntimeError",
                r"mat1 and mat2 shapes cannot be multiplied \(\d+x\d+ and \d+x\d+\)",
                r"> torch\.nn\.modules\.linear\.Linear\.forward$",
            ),
        ),
        cause="""A linear layer expects as many numbers a text as it was made for. What comes in
            has another width: each encoder has its own, model.config.hidden_size.""",
        fix="""
            head = torch.nn.Linear(features.shape[-1], len(label_names))
            logits = head(features)""",
        check="assert logits.shape == (len(features), len(label_names))",
    ),
    KnownError(
        name="features-are-double",
        signs=(
            Sign(
                "RuntimeError",
                r"mat1 and mat2 must have the same dtype, but got Double and Float",
            ),
        ),
        cause="""NumPy counts in float64 (Double), the weights of a layer are float32 (Float).""",
        fix="""
            features = features.float()
            logits = head(features)""",
        check="assert logits.dtype == torch.float32",
    ),
    # ---- Loading and saving
    KnownError(
        name="checkpoint-has-other-labels",
        signs=(
            Sign(
                "RuntimeError",
                r"You set `ignore_mismatched_sizes` to `False`, thus raising an error\. .+",
                r"> transformers\.[\w.]+$",
                TRANSFORMERS_5,
            ),
            Sign(
                "RuntimeError",
                r"Error\(s\) in loading state_dict for Linear:\s+size mismatch for .+: copying a "
                r"param with shape .+ from checkpoint, the shape in current model is .+",
                r"> transformers\.modeling_utils\..+ > torch\S+\.Module\.load_state_dict$",
                TRANSFORMERS_4,
            ),
        ),
        cause="""Weights of the checkpoint have another shape than this model's: most often those
            of the head, which was made for another number of labels. The encoder can stay; the
            head has to be new, and trained again.""",
        fix="""
            model = AutoModelForSequenceClassification.from_pretrained(
                checkpoint,
                num_labels=len(label_names),
                id2label=dict(enumerate(label_names)),
                label2id={name: i for i, name in enumerate(label_names)},
                problem_type="multi_label_classification",
                ignore_mismatched_sizes=True,
            )""",
        check="assert model(**batch).logits.shape == (len(texts), len(label_names))",
    ),
    KnownError(
        name="label-names-of-another-length",
        signs=(
            Sign(
                "ValueError",
                r"You passed along `num_labels=\d+` with an incompatible id to label map: .+",
                r"> transformers\.configuration_utils\.[\w.]+$",
                TRANSFORMERS_4,
            ),
        ),
        cause="""num_labels and id2label disagree on how many labels there are. Take both from one
            list of names.""",
        fix="""
            model = AutoModelForSequenceClassification.from_pretrained(
                checkpoint,
                num_labels=len(label_names),
                id2label=dict(enumerate(label_names)),
                label2id={name: i for i, name in enumerate(label_names)},
            )""",
        check="assert list(model.config.id2label.values()) == label_names",
    ),
    KnownError(
        name="id2label-is-a-list",
        signs=(
            Sign(
                "AttributeError",
                r"'list' object has no attribute 'items'",
                r"> transformers\.configuration_utils\.[\w.]+$",
                TRANSFORMERS_5,
            ),
            Sign(
                "ValueError",
                r"Argument id2label should be a dictionary\.",
                r"> transformers\.configuration_utils\.[\w.]+$",
                TRANSFORMERS_4,
            ),
            Sign(
                "StrictDataclassFieldValidationError",
                r"Validation error for field 'id2label':\s+"
                r"TypeError: Field 'id2label' with value \[.+",
                r"> huggingface_hub\.dataclasses\.[\w.<>]+$",
                "transformers 5.4 to 5.17",
            ),
        ),
        cause="""id2label is a list, and it has to be a dictionary from number to name. Some
            releases accept the list, save it, and then cannot load the model. Set it and save
            again.""",
        fix="""
            model.config.id2label = dict(enumerate(label_names))
            model.config.label2id = {name: i for i, name in enumerate(label_names)}
            model.save_pretrained(folder)
            model = AutoModelForSequenceClassification.from_pretrained(folder)""",
        check="assert list(model.config.id2label.values()) == label_names",
    ),
    KnownError(
        name="keyword-misspelled",
        signs=(
            Sign(
                "TypeError",
                r"\w+\.__init__\(\) got an unexpected keyword argument "
                r"'(?:problemtype|problem_types|problemType|num_label|numlabels|n_labels"
                r"|num_classes|id_to_label|id2labels|label_to_id|label2ids)'",
                r"> transformers\.modeling_utils\.\w+\.from_pretrained$",
            ),
        ),
        cause="""from_pretrained hands words that the config does not have on to the model, which
            refuses them. Here the name of a setting is misspelled.""",
        fix="""
            model = AutoModelForSequenceClassification.from_pretrained(
                checkpoint,
                num_labels=len(label_names),
                id2label=dict(enumerate(label_names)),
                label2id={name: i for i, name in enumerate(label_names)},
                problem_type="multi_label_classification",
            )""",
        check="""
            assert model.config.num_labels == len(label_names)
            assert model.config.problem_type == "multi_label_classification" """,
    ),
    KnownError(
        name="auth-token-renamed",
        signs=(
            Sign(
                "TypeError",
                r"\w+\.__init__\(\) got an unexpected keyword argument 'use_auth_token'",
                r"> transformers\.modeling_utils\.\w+\.from_pretrained$",
                TRANSFORMERS_5,
            ),
        ),
        cause="""use_auth_token was removed in transformers 5. It is called token now, and public
            models need none.""",
        fix="model = AutoModelForSequenceClassification.from_pretrained(checkpoint, token=None)",
        check="assert model(**batch).logits.shape[0] == len(texts)",
    ),
    KnownError(
        name="dtype-not-known",
        signs=(
            Sign(
                "ValueError",
                r"`dtype` provided as a `str` can only be `'auto'`, or a string representation of "
                r"a valid `torch\.dtype`",
                r"> transformers\.modeling_utils\.[\w.]+$",
                TRANSFORMERS_5,
            ),
            Sign(
                "AttributeError",
                r"module 'torch' has no attribute '\w+'",
                r"> transformers\.configuration_utils\.[\w.]+ > torch\.__getattr__$",
                TRANSFORMERS_5,
            ),
            Sign(
                "AttributeError",
                r"'str' object has no attribute 'is_floating_point'",
                r"> transformers\.modeling_utils\.[\w.]+$",
                TRANSFORMERS_4,
            ),
        ),
        cause="""There is no number type of this name. Pass the type itself; on a CPU float32 is
            the fastest too.""",
        fix="""
            model = AutoModelForSequenceClassification.from_pretrained(
                checkpoint, dtype=torch.float32
            )""",
        check="assert model.dtype == torch.float32",
    ),
    KnownError(
        name="hub-not-reached",
        signs=(
            Sign(
                "OSError",
                r"We couldn't connect to '.+' to load .+ and couldn't find .+ in the cached .+",
                r"> transformers\.utils\.hub\.cached_files$",
            ),
        ),
        cause="""This name is no folder here, was never downloaded, and the hub cannot be asked:
            no network, or HF_HUB_OFFLINE is set. The course's own model needs neither.""",
        fix="""
            from helpers.models import load_backbone

            model, tokenizer = load_backbone(label_names=label_names)""",
        check="assert model.config.num_labels == len(label_names)",
    ),
    KnownError(
        name="hub-name-unknown",
        signs=(
            Sign(
                "OSError",
                r"\S+ is not a local folder and is not a valid model identifier listed on .+",
                r"> transformers\.utils\.hub\.cached_files$",
            ),
        ),
        cause="""The hub has no model of this name, or does not show it to you. Names are
            owner/name, letter for letter. The course's own model comes with it.""",
        fix="""
            from helpers.models import load_backbone

            model, tokenizer = load_backbone(label_names=label_names)""",
        check="assert model.config.num_labels == len(label_names)",
    ),
    KnownError(
        name="model-folder-not-found",
        signs=(
            Sign(
                "OSError HFValidationError",
                r"Repo id must be in the form 'repo_name' or 'namespace/repo_name': '.+'\. "
                r"Use `repo_type` argument if needed\.",
                r"> transformers\.",
            ),
        ),
        cause="""There is no folder of this name, and it cannot be a model of the hub either.
            Perhaps nothing was saved yet, or the path starts from another folder.""",
        fix="""
            model.save_pretrained(folder)
            tokenizer.save_pretrained(folder)
            model = AutoModelForSequenceClassification.from_pretrained(folder)
            tokenizer = AutoTokenizer.from_pretrained(folder)""",
        check="assert len(tokenizer) == model.config.vocab_size",
    ),
    KnownError(
        name="model-folder-without-weights",
        signs=(
            Sign(
                "OSError",
                r"Error no file named .*(?:pytorch_model\.bin|model\.safetensors).* found in "
                r"directory .+",
                r"> transformers\.modeling_utils\.[\w.]+$",
            ),
        ),
        cause="""The folder has a config.json but no weights: saving was interrupted, or only the
            config or the tokenizer was saved or copied.""",
        fix="""
            model.save_pretrained(folder)
            tokenizer.save_pretrained(folder)
            model = AutoModelForSequenceClassification.from_pretrained(folder)""",
        check="assert model(**batch).logits.shape[0] == len(texts)",
    ),
    KnownError(
        name="model-folder-without-config",
        signs=(
            Sign(
                "ValueError",
                r"Unrecognized model in .+\. Should have a `model_type` key in its config\.json.*",
                r"> transformers\.models\.auto\.configuration_auto\.AutoConfig\.from_pretrained$",
            ),
        ),
        cause="""The folder is empty, or holds no complete config.json: save the model into it, or
            correct the path.""",
        fix="""
            model.save_pretrained(folder)
            tokenizer.save_pretrained(folder)
            model = AutoModelForSequenceClassification.from_pretrained(folder)
            tokenizer = AutoTokenizer.from_pretrained(folder)""",
        check="assert len(tokenizer) == model.config.vocab_size",
    ),
    KnownError(
        name="accelerate-missing",
        signs=(
            Sign(
                "ValueError",
                r"Using a `device_map`, .+ requires `accelerate`\. .+",
                r"> transformers\.",
            ),
        ),
        cause="""device_map is the work of another package, accelerate, which is not installed
            (pip install accelerate). A model that fits on one device needs no device_map.""",
        fix="""
            device = "cuda" if torch.cuda.is_available() else "cpu"
            model = AutoModelForSequenceClassification.from_pretrained(checkpoint).to(device)""",
        check="assert model.device.type == device",
    ),
    KnownError(
        name="device-map-not-known",
        signs=(
            Sign(
                "ValueError",
                r"When passing device_map as a string, the value needs to be a device name .+ "
                r"but found .+",
                r"> transformers\.",
            ),
        ),
        cause="""device_map takes "auto" or the name of a device: "cpu", "cuda", "cuda:0".""",
        fix="""
            device = "cuda" if torch.cuda.is_available() else "cpu"
            model = AutoModelForSequenceClassification.from_pretrained(checkpoint).to(device)""",
        check="assert model.device.type == device",
    ),
    KnownError(
        name="device-not-known",
        signs=(
            Sign(
                "RuntimeError",
                r"Expected one of cpu, cuda, .+ device type at start of device string: .+",
            ),
        ),
        cause="""There is no device of this name. A graphics card by NVIDIA is "cuda".""",
        fix="""
            device = "cuda" if torch.cuda.is_available() else "cpu"
            model = model.to(device)""",
        check="assert model.device.type == device",
    ),
    KnownError(
        name="no-cuda-here",
        signs=(
            Sign(
                "AssertionError",
                r"Torch not compiled with CUDA enabled",
                r"> torch\.cuda\._lazy_init$",
            ),
        ),
        cause="""This torch is the one for the CPU: it cannot use a graphics card, even if there
            is one.""",
        fix="""
            device = "cuda" if torch.cuda.is_available() else "cpu"
            model = model.to(device)
            batch = batch.to(device)""",
        check="""assert model.device.type == batch["input_ids"].device.type == device""",
    ),
    # ---- What has gone, and what never was
    KnownError(
        name="batch-encode-plus-removed",
        signs=(
            Sign(
                "AttributeError",
                r"\w+ has no attribute (?:batch_encode_plus|encode_plus)",
                r"> transformers\.tokenization_utils_base\.\w+\.__getattr__$",
                TRANSFORMERS_5,
            ),
        ),
        cause="""transformers 5 has no encode_plus and batch_encode_plus any more. Call the
            tokenizer itself.""",
        fix="""
            batch = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")""",
        check="""assert len(batch["input_ids"]) == len(texts)""",
    ),
    KnownError(
        name="adamw-moved",
        signs=(Sign("ImportError", r"cannot import name 'AdamW' from 'transformers' .+", OWN),),
        cause="""transformers has no AdamW any more. torch has one.""",
        fix="""
            from torch.optim import AdamW

            optimizer = AdamW(model.parameters(), lr=2e-5)""",
        check="assert optimizer.param_groups",
    ),
    KnownError(
        name="load-metric-removed",
        signs=(Sign("ImportError", r"cannot import name 'load_metric' from 'datasets' .+", OWN),),
        cause="""load_metric has been removed from datasets. scikit-learn has the metrics that you
            need.""",
        fix="""
            from sklearn.metrics import f1_score

            score = f1_score(targets, predictions, average="macro", zero_division=0)""",
        check="assert 0 <= score <= 1",
    ),
    KnownError(
        name="tensorflow-classes-removed",
        signs=(
            Sign(
                "ImportError",
                r"cannot import name 'TF\w+' from 'transformers' .+",
                OWN,
                TRANSFORMERS_5,
            ),
            Sign(
                "ImportError",
                r"\s*TF\w+ requires the TensorFlow library but it was not found .+",
                r"> transformers\.",
                TRANSFORMERS_4,
            ),
        ),
        cause="""Classes that begin with TF are for TensorFlow, which transformers 5 does not
            support any more. The class without TF is for PyTorch.""",
        fix="""
            from transformers import AutoModelForSequenceClassification

            model = AutoModelForSequenceClassification.from_pretrained(checkpoint)""",
        check="assert model(**batch).logits.shape[0] == len(texts)",
    ),
    KnownError(
        name="get-pretrained-model-never-was",
        signs=(
            Sign(
                "ImportError",
                r"cannot import name 'get_pretrained_model' from 'transformers[\w.]*' .+",
                OWN,
            ),
        ),
        cause="""transformers has no get_pretrained_model, whatever you have read. A model is loaded
            by from_pretrained of its class.""",
        fix="""
            from transformers import AutoModelForSequenceClassification

            model = AutoModelForSequenceClassification.from_pretrained(checkpoint)""",
        check="assert model(**batch).logits.shape[0] == len(texts)",
    ),
    KnownError(
        name="evaluation-strategy-renamed",
        signs=(
            Sign(
                "TypeError",
                r"TrainingArguments\.__init__\(\) got an unexpected keyword argument "
                r"'evaluation_strategy'",
            ),
        ),
        cause="""evaluation_strategy has been renamed: it is eval_strategy.""",
        fix="""
            arguments = TrainingArguments(output_dir="trainer_output", eval_strategy="epoch")""",
        check="""assert arguments.eval_strategy == "epoch" """,
    ),
    KnownError(
        name="no-cuda-renamed",
        signs=(
            Sign(
                "TypeError",
                r"TrainingArguments\.__init__\(\) got an unexpected keyword argument 'no_cuda'",
                versions=TRANSFORMERS_5,
            ),
        ),
        cause="""no_cuda is called use_cpu in transformers 5.""",
        fix="""arguments = TrainingArguments(output_dir="trainer_output", use_cpu=True)""",
        check="""assert arguments.device.type == "cpu" """,
    ),
    KnownError(
        name="warmup-ratio-removed",
        signs=(
            Sign(
                "TypeError",
                r"TrainingArguments\.__init__\(\) got an unexpected keyword argument "
                r"'warmup_ratio'",
                versions=TRANSFORMERS_5,
            ),
        ),
        cause="""warmup_ratio is gone. warmup_steps takes a share as well: below 1 it is a part of
            all steps.""",
        fix="""arguments = TrainingArguments(output_dir="trainer_output", warmup_steps=0.1)""",
        check="assert arguments.get_warmup_steps(100) == 10",
    ),
    KnownError(
        name="gpu-batch-size-renamed",
        signs=(
            Sign(
                "TypeError",
                r"TrainingArguments\.__init__\(\) got an unexpected keyword argument "
                r"'per_gpu_(?:train|eval)_batch_size'",
                versions=TRANSFORMERS_5,
            ),
        ),
        cause="""The batch size is given for each device, whether it is a GPU or not.""",
        fix="""
            arguments = TrainingArguments(
                output_dir="trainer_output",
                per_device_train_batch_size=8,
                per_device_eval_batch_size=8,
            )""",
        check="assert arguments.per_device_train_batch_size == 8",
    ),
    KnownError(
        name="training-argument-removed",
        signs=(
            Sign(
                "TypeError",
                r"TrainingArguments\.__init__\(\) got an unexpected keyword argument "
                r"'(?:overwrite_output_dir|logging_dir|group_by_length|save_safetensors)'",
                versions=TRANSFORMERS_5,
            ),
        ),
        cause="""This argument was removed on the way to the transformers that is installed. Leave
            it out: what it asked for happens anyway, or is not needed.""",
        fix="""arguments = TrainingArguments(output_dir="trainer_output")""",
        check="""assert arguments.output_dir == "trainer_output" """,
    ),
    KnownError(
        name="trainer-tokenizer-renamed",
        signs=(
            Sign(
                "TypeError",
                r"Trainer\.__init__\(\) got an unexpected keyword argument 'tokenizer'",
                versions=TRANSFORMERS_5,
            ),
        ),
        cause="""The Trainer's tokenizer is called processing_class now, since it may be for
            pictures or sound as well.""",
        fix="""
            trainer = Trainer(model=model, args=arguments, processing_class=tokenizer)""",
        check="assert trainer.processing_class is tokenizer",
    ),
    # ---- Trainer
    KnownError(
        name="trainer-without-labels",
        signs=(
            Sign(
                "ValueError",
                r"The model did not return a loss from the inputs, only the following keys: logits"
                r"\. For reference, the inputs it received are (?!(?:.*,)?labels\b)[\w,]+\.",
                r"> transformers\.trainer\.Trainer\.compute_loss$",
            ),
        ),
        cause="""No column reaches the model as labels, so it has no loss. The column has to be
            called labels; one of another name is dropped without a word.""",
        fix="""
            train_dataset = train_dataset.rename_column("targets", "labels")
            trainer.train_dataset = train_dataset
            result = trainer.train()""",
        check="assert result.training_loss > 0",
    ),
    KnownError(
        name="trainer-problem-type",
        signs=(
            Sign(
                "ValueError",
                r"The model did not return a loss from the inputs, only the following keys: logits"
                r"\. For reference, the inputs it received are (?:.*,)?labels\b[\w,]*\.",
                r"> transformers\.trainer\.Trainer\.compute_loss$",
            ),
        ),
        cause="""The labels arrived and still there is no loss: the model's problem_type is a word
            that it does not know.""",
        fix="""
            trainer.model.config.problem_type = "multi_label_classification"
            result = trainer.train()""",
        check="assert result.training_loss > 0",
    ),
    KnownError(
        name="trainer-without-padding",
        signs=(
            Sign(
                "ValueError",
                r"expected sequence of length \d+ at dim 1 \(got \d+\)",
                r"transformers\.trainer\..+ > transformers\.\S+\.torch_default_data_collator$",
            ),
        ),
        cause="""The rows of a batch have different lengths, most often the token ids, and nobody
            pads them. A collator does.""",
        fix="""
            trainer.data_collator = DataCollatorWithPadding(tokenizer)
            result = trainer.train()""",
        check="assert result.training_loss > 0",
    ),
    KnownError(
        name="trainer-got-text",
        signs=(
            Sign(
                "ValueError",
                r"You should supply an encoding or a list of encodings to this method that "
                r"includes input_ids, but you provided \[.*\]",
                r"transformers\.data\.data_collator\.DataCollatorWithPadding\.__call__ > .+",
            ),
        ),
        cause="""The data set has texts but no token ids: it was not tokenized before training.""",
        fix="""
            train_dataset = train_dataset.map(
                lambda rows: tokenizer(rows["text"], truncation=True), batched=True
            )
            trainer.train_dataset = train_dataset
            result = trainer.train()""",
        check="assert result.training_loss > 0",
    ),
    KnownError(
        name="trainer-got-all-splits",
        signs=(
            Sign(
                "KeyError",
                r"\"Invalid key: \d+\. Please first select a split\. .+",
                r"torch\.utils\.data\..+ > datasets\.dataset_dict\.DatasetDict\.__getitem__$",
            ),
        ),
        cause="""All splits went in at once. The Trainer takes one of them for training and another
            for evaluation.""",
        fix="""
            trainer.train_dataset = train_dataset["train"]
            result = trainer.train()""",
        check="assert result.training_loss > 0",
    ),
    KnownError(
        name="labels-not-a-matrix",
        signs=(
            Sign(
                "ValueError",
                r"Unable to create tensor, you should probably activate truncation and/or padding "
                r".+ Perhaps your features \(`labels` in this case\) have excessive nesting .+",
                r"> transformers\.tokenization_utils_base\.BatchEncoding\.convert_to_tensors$",
            ),
        ),
        cause="""The labels are words, or rows of different lengths. Each text needs a row of
            floats, one for each label. Padding, which the message advises, would not help.""",
        fix="""
            for row, target in zip(train_dataset, targets):
                row["labels"] = [float(value) for value in target]
            result = trainer.train()""",
        check="assert result.training_loss > 0",
    ),
    KnownError(
        name="trainer-without-training-data",
        signs=(
            Sign(
                "ValueError",
                r"Trainer: training requires a train_dataset\.",
                r"> transformers\.trainer\.",
            ),
        ),
        cause="""The Trainer was made without train_dataset.""",
        fix="""
            trainer.train_dataset = train_dataset
            result = trainer.train()""",
        check="assert result.training_loss > 0",
    ),
    KnownError(
        name="trainer-without-evaluation-data",
        signs=(
            Sign(
                "ValueError",
                r"Trainer: evaluation requires an eval_dataset\.",
                r"> transformers\.trainer\.",
            ),
            Sign(
                "ValueError",
                r"You have set `args\.eval_strategy` to .+ but you didn't pass an `eval_dataset` "
                r"to `Trainer`\. .+",
                r"> transformers\.trainer\.",
            ),
        ),
        cause="""There is nothing to evaluate on: the Trainer got no eval_dataset. Evaluate on data
            that is not trained on.""",
        fix="""
            trainer = Trainer(
                model=model,
                args=arguments,
                train_dataset=train_dataset,
                eval_dataset=eval_dataset,
                data_collator=DataCollatorWithPadding(tokenizer),
            )""",
        check="""assert trainer.evaluate()["eval_loss"] > 0""",
    ),
    KnownError(
        name="best-model-needs-both-strategies",
        signs=(
            Sign(
                "ValueError",
                r"--load_best_model_at_end requires the save and eval strategy to match, .+",
                r"> transformers\.training_args\.",
            ),
        ),
        cause="""To load the best model at the end, every evaluation needs a saved model: evaluate
            and save at the same moments.""",
        fix="""
            arguments = TrainingArguments(
                output_dir="trainer_output",
                eval_strategy="epoch",
                save_strategy="epoch",
                load_best_model_at_end=True,
            )""",
        check="assert arguments.load_best_model_at_end",
    ),
    KnownError(
        name="metrics-not-a-dictionary",
        signs=(
            Sign(
                "TypeError",
                r"'(?:float|numpy\.float64)' object does not support item assignment",
                r"> transformers\.trainer\.Trainer\.evaluation_loop$",
            ),
        ),
        cause="""compute_metrics returned a number. The Trainer wants a dictionary, a name for each
            number.""",
        fix="""
            def compute_metrics(result):
                predictions = result.predictions > 0  # logits above 0: probability above 0.5
                return {"f1": f1_score(result.label_ids, predictions, average="macro")}


            trainer.compute_metrics = compute_metrics""",
        check="""assert "eval_f1" in trainer.evaluate()""",
    ),
    # ---- scikit-learn
    KnownError(
        name="metric-of-probabilities",
        signs=(
            Sign(
                "ValueError",
                r"Classification metrics can't handle a mix of (?:multilabel-indicator and "
                r"continuous-multioutput|continuous-multioutput and multilabel-indicator) targets",
                r"> sklearn\.metrics\._classification\._check_targets$",
            ),
        ),
        cause="""The metric compares 0s and 1s and was given probabilities or logits. Apply a
            threshold first.""",
        fix="""
            predictions = (probabilities > 0.5).int().numpy()
            score = f1_score(targets, predictions, average="macro", zero_division=0)""",
        check="assert 0 <= score <= 1",
    ),
    KnownError(
        name="metric-of-best-label-only",
        signs=(
            Sign(
                "ValueError",
                r"Classification metrics can't handle a mix of multilabel-indicator and "
                r"(?:binary|multiclass) targets",
                r"> sklearn\.metrics\._classification\._check_targets$",
            ),
        ),
        cause="""The predictions have one number per text, as argmax gives. A multi-label prediction
            has a row of 0s and 1s for each text.""",
        fix="""
            predictions = (probabilities > 0.5).int().numpy()
            score = f1_score(targets, predictions, average="macro", zero_division=0)""",
        check="assert predictions.shape == targets.shape",
    ),
    KnownError(
        name="metric-without-average",
        signs=(
            Sign(
                "ValueError",
                r"Target is multilabel-indicator but average='binary'\. Please choose another "
                r"average setting, .+",
                r"> sklearn\.metrics\._classification\.",
            ),
        ),
        cause="""Without an average the metric expects one label. Say how the labels are combined:
            "macro" counts them alike, "micro" by how often they occur.""",
        fix="""
            score = f1_score(targets, predictions, average="macro", zero_division=0)""",
        check="assert 0 <= score <= 1",
    ),
    KnownError(
        name="confusion-matrix-of-many-labels",
        signs=(
            Sign(
                "ValueError",
                r"multilabel-indicator is not supported",
                r"> sklearn\.metrics\._classification\.confusion_matrix$",
            ),
        ),
        cause="""A confusion matrix is for one class a text. With several labels each has a small
            matrix of its own.""",
        fix="""
            from sklearn.metrics import multilabel_confusion_matrix

            matrices = multilabel_confusion_matrix(targets, predictions)""",
        check="assert matrices.shape == (targets.shape[1], 2, 2)",
    ),
    KnownError(
        name="metric-of-different-labels",
        signs=(
            Sign(
                "ValueError",
                r"Multi-label binary indicator input with different numbers of labels",
                r"> sklearn\.utils\.multiclass\.unique_labels$",
            ),
        ),
        cause="""Targets and predictions have different numbers of columns: a label is missing in
            one of them. Take the columns of both from one list of names.""",
        fix="""
            logits = model(**batch).logits
            predictions = (torch.sigmoid(logits) > 0.5).int().numpy()
            score = f1_score(targets, predictions, average="macro", zero_division=0)""",
        check="assert predictions.shape == targets.shape",
    ),
    KnownError(
        name="one-classifier-for-many-labels",
        signs=(
            Sign(
                "ValueError",
                r"y should be a 1d array, got an array of shape "
                r"\(\d+, (?:[2-9]|\d\d+)\) instead\.",
                r"> sklearn\.utils\.validation\.column_or_1d$",
            ),
        ),
        cause="""This classifier learns one label at a time and was given a matrix of labels.
            OneVsRestClassifier makes a copy of it for each label.""",
        fix="""
            from sklearn.linear_model import LogisticRegression
            from sklearn.multiclass import OneVsRestClassifier

            classifier = OneVsRestClassifier(LogisticRegression()).fit(features, targets)""",
        check="assert classifier.predict_proba(features).shape == targets.shape",
    ),
    KnownError(
        name="binarizer-not-fitted",
        signs=(
            Sign(
                "NotFittedError",
                r"This MultiLabelBinarizer instance is not fitted yet\. .+",
                r"> sklearn\.utils\.validation\.check_is_fitted$",
            ),
        ),
        cause="""The binarizer has not seen the names of the labels. Name them, in the order of the
            columns, and fit it once.""",
        fix="""
            binarizer = MultiLabelBinarizer(classes=label_names).fit(label_lists)
            targets = binarizer.transform(label_lists)""",
        check="assert targets.shape == (len(label_lists), len(label_names))",
    ),
    KnownError(
        name="text-without-label-list",
        signs=(
            Sign(
                "TypeError",
                r"'(?:NoneType|float)' object is not iterable",
                r"> sklearn\.preprocessing\._label\.MultiLabelBinarizer\.[\w.<>]+$",
            ),
        ),
        cause="""A text has None or NaN in place of its list of labels. If that means no label, say
            so by an empty list.""",
        fix="""
            label_lists = [names if isinstance(names, list) else [] for names in label_lists]
            targets = MultiLabelBinarizer(classes=label_names).fit_transform(label_lists)""",
        check="assert targets.shape == (len(label_lists), len(label_names))",
    ),
    KnownError(
        name="stratify-by-many-labels",
        signs=(
            Sign(
                "ValueError",
                r"The least populated classes in y have only 1 member, .+ are: "
                r"\['[01](?:\.0)?(?: [01](?:\.0)?)+'.*",
                r"> sklearn\.model_selection\._split\.",
            ),
        ),
        cause="""stratify takes every combination of labels as a class of its own, and some occur
            once. Split by chance, and look whether each label is in each part.""",
        fix="""
            train_texts, test_texts, train_targets, test_targets = train_test_split(
                texts, targets, test_size=0.25, random_state=0
            )""",
        check="assert len(train_targets) + len(test_targets) == len(texts)",
    ),
    # ---- Pipelines
    KnownError(
        name="pipeline-task-not-known",
        signs=(
            Sign(
                "KeyError",
                r"\"Unknown task .+, available tasks are \[.+",
                r"> transformers\.pipelines\.",
            ),
        ),
        cause="""There is no pipeline of this name. Multi-label is text-classification too: the
            model's problem_type makes the difference.""",
        fix="""
            classifier = pipeline("text-classification", model=model, tokenizer=tokenizer)
            results = classifier(texts, top_k=None)  # every label, not the best alone""",
        check="assert len(results) == len(texts)",
    ),
    KnownError(
        name="pipeline-default-function",
        signs=(
            Sign(
                "KeyError",
                r"'DEFAULT'",
                r"TextClassificationPipeline\._sanitize_parameters > enum\..+$",
            ),
        ),
        cause="""The documentation names "default" for function_to_apply, the code does not know
            it. Leave it out, or say "sigmoid".""",
        fix="""
            results = classifier(texts, top_k=None, function_to_apply="sigmoid")""",
        check="assert len(results) == len(texts)",
    ),
    KnownError(
        name="pipeline-has-no-threshold",
        signs=(
            Sign(
                "TypeError",
                r"\w+\._batch_encode_plus\(\) got an unexpected keyword argument 'threshold'",
                r"TextClassificationPipeline\.",
                TRANSFORMERS_4,
            ),
        ),
        cause="""A pipeline has no threshold. transformers 5 ignores the word, 4.57 hands it to the
            tokenizer. Apply it to the scores.""",
        fix="""
            results = [
                [answer["label"] for answer in answers if answer["score"] > 0.5]
                for answers in classifier(texts, top_k=None)
            ]""",
        check="assert len(results) == len(texts)",
    ),
    KnownError(
        name="pipeline-of-nothing",
        signs=(
            Sign(
                "IndexError",
                r"list index out of range",
                r"TextClassificationPipeline\.__call__ > "
                r"transformers\.pipelines\.base\.Pipeline\.__call__$",
                TRANSFORMERS_5,
            ),
        ),
        cause="""The pipeline was given an empty list, which transformers 5 does not expect.""",
        fix="results = classifier(texts) if len(texts) else []",
        check="assert len(results) == len(texts)",
    ),
    KnownError(
        name="pipeline-without-tokenizer",
        signs=(
            Sign(
                "Exception",
                r"Impossible to guess which tokenizer to use\. .+",
                r"> transformers\.pipelines\.",
            ),
        ),
        cause="""From a model that is already loaded, a pipeline cannot tell which tokenizer
            belongs to it.""",
        fix="""
            classifier = pipeline("text-classification", model=model, tokenizer=tokenizer)""",
        check="assert len(classifier(texts)) == len(texts)",
    ),
)
