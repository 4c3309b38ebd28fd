"""What has gone: what raises the errors of known/removed.py."""

from doctor_cases._start import NEW, Case

CASES = [
    Case("batch-encode-plus-removed", "tokenizer.batch_encode_plus(texts)", only=NEW),
    Case("batch-encode-plus-removed", "tokenizer.encode_plus(texts[0])", only=NEW),
    Case("adamw-moved", "from transformers import AdamW"),
    Case("adamw-moved", "transformers.AdamW(model.parameters())"),
    Case("load-metric-removed", "from datasets import load_metric"),
    Case("load-metric-removed", "import datasets\ndatasets.load_metric('f1')"),
    Case(
        "tensorflow-classes-removed",
        "from transformers import TFAutoModelForSequenceClassification\n"
        "TFAutoModelForSequenceClassification.from_pretrained(checkpoint)",
    ),
    Case("get-pretrained-model-never-was", "from transformers import get_pretrained_model"),
    Case(
        "get-pretrained-model-never-was",
        "from transformers.models.auto.modeling_auto import get_pretrained_model",
    ),
]
