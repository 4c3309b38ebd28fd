"""What has gone or has another name now, and what never was."""

from helpers.doctor._evidence import is_installed
from helpers.doctor.known._sign import OWN, V4, V5, Sign, known_error

REMOVED = (
    known_error(
        "batch-encode-plus-removed",
        Sign(
            "AttributeError",
            r"\w+ has no attribute (?:batch_encode_plus|encode_plus)",
            r"> transformers\.tokenization_utils_base\.\w+\.__getattr__$",
            V5,
        ),
        cause="""transformers 5 has no encode_plus and batch_encode_plus any more. Call the
            tokenizer itself.""",
        fix="""batch = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")""",
        check="""
            assert len(batch["input_ids"]) == len(batch["attention_mask"]) == len(texts)""",
    ),
    known_error(
        "adamw-moved",
        Sign(
            "ImportError",
            r"cannot import name 'AdamW' from 'transformers' .+",
            OWN,
            when=lambda seen: is_installed("transformers"),
        ),
        Sign(
            "AttributeError",
            r"module transformers has no attribute AdamW",
            r"> transformers\.utils\.import_utils\._LazyModule\.__getattr__$",
        ),
        cause="""transformers has no AdamW any more. torch has one.""",
        fix="""
            from torch.optim import AdamW

            optimizer = AdamW(model.parameters(), lr=2e-5)""",
        check="assert optimizer.param_groups",
    ),
    known_error(
        "load-metric-removed",
        Sign(
            "ImportError",
            r"cannot import name 'load_metric' from 'datasets' .+",
            OWN,
            when=lambda seen: is_installed("datasets"),
        ),
        Sign(
            "AttributeError",
            r"module 'datasets' has no attribute 'load_metric'",
            OWN,
            when=lambda seen: is_installed("datasets"),
        ),
        cause="""load_metric has been removed from datasets. scikit-learn has the metrics that you
            need.""",
        fix="""
            from sklearn.metrics import f1_score

            score = f1_score(targets, predictions, average="macro", zero_division=0)""",
        check="assert 0 <= score <= 1",
    ),
    known_error(
        "tensorflow-classes-removed",
        Sign(
            "ImportError",
            r"cannot import name 'TF\w+' from 'transformers' .+",
            OWN,
            V5,
            when=lambda seen: is_installed("transformers"),
        ),
        Sign(
            "ImportError",
            r"\s*TF\w+ requires the TensorFlow library but it was not found .+",
            r"> transformers\.",
            V4,
        ),
        cause="""Classes that begin with TF are for TensorFlow, which transformers 5 does not
            support any more. The class without TF is for PyTorch.""",
        fix="""
            from transformers import AutoModelForSequenceClassification

            model = AutoModelForSequenceClassification.from_pretrained(checkpoint)""",
        check="assert model(**batch).logits.shape[0] == len(texts)",
    ),
    known_error(
        "get-pretrained-model-never-was",
        Sign(
            "ImportError",
            r"cannot import name 'get_pretrained_model' from 'transformers[\w.]*' .+",
            OWN,
            when=lambda seen: is_installed("transformers"),
        ),
        cause="""transformers has no get_pretrained_model, whatever you have read. A model is loaded
            by from_pretrained of its class.""",
        fix="""
            from transformers import AutoModelForSequenceClassification

            model = AutoModelForSequenceClassification.from_pretrained(checkpoint)""",
        check="assert model(**batch).logits.shape[0] == len(texts)",
    ),
)
