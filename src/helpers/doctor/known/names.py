"""Names that Python does not know, and lines that lost their indentation."""

from helpers.doctor.known._sign import OWN, Sign, known_error

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

NAMES = (
    known_error(
        "sigmoid-not-defined",
        Sign("NameError", r"name 'sigmoid' is not defined", OWN),
        cause="""`import torch` brings torch.sigmoid, not a bare sigmoid: a function is called by
            the module that it lives in.""",
        fix="""
            import torch

            probabilities = torch.sigmoid(logits)""",
        check="assert ((probabilities > 0) & (probabilities < 1)).all()",
    ),
    known_error(
        "sigmoid-not-in-nn",
        Sign("AttributeError", r"module 'torch\.nn' has no attribute 'sigmoid'", OWN),
        cause="""torch.nn holds layers, with capital letters: torch.nn.Sigmoid is one. The function
            is torch.sigmoid.""",
        fix="probabilities = torch.sigmoid(logits)",
        check="assert ((probabilities > 0) & (probabilities < 1)).all()",
    ),
    *(
        known_error(
            "import-forgotten",
            Sign("NameError", rf"name '{name}' is not defined", OWN),
            cause=f"""Nothing called {name} has been imported in this session. After a restart of
                the kernel every import has to run again.""",
            fix=statement,
            check=f"assert {name} is not None",
        )
        for name, statement in IMPORTS.items()
    ),
    known_error(
        "indentation-lost",
        Sign(
            "IndentationError",
            r"expected an indented block after '(?:with|for|if|while|try)' statement "
            r"on line \d+.*",
        ),
        Sign(
            "IndentationError",
            r"expected an indented block after (?:function|class) definition on line \d+.*",
        ),
        cause="""The line below a colon has to begin with four more spaces. Code that is copied
            from a web page often loses them.""",
        fix="""
            with torch.no_grad():
                logits = model(**batch).logits""",
        check="assert not logits.requires_grad",
    ),
)
