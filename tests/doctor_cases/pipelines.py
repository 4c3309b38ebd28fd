"""Pipelines: what raises the errors of known/pipelines.py."""

from doctor_cases._start import CLASSIFIER, NEW, OLD, Case

TOKENS = """
from transformers import AutoModelForTokenClassification
model = AutoModelForTokenClassification.from_pretrained(checkpoint)
"""
CASES = [
    Case(
        "pipeline-task-not-known",
        'pipeline("multi-label-classification", model=model, tokenizer=tokenizer)',
    ),
    Case(
        "pipeline-default-function",
        f"{CLASSIFIER}classifier(texts, function_to_apply='default')",
    ),
    Case("pipeline-has-no-threshold", f"{CLASSIFIER}classifier(texts, threshold=0.5)", only=OLD),
    Case("pipeline-of-nothing", f"{CLASSIFIER}texts = []\nclassifier(texts)", only=NEW),
    Case("pipeline-without-tokenizer", 'pipeline("text-classification", model=model)'),
    Case("pipeline-without-tokenizer", f"{TOKENS}pipeline('ner', model=model)"),
    *(
        Case("answers-are-nested", f"{CLASSIFIER}results = classifier(texts, top_k=None)\n{asked}")
        for asked in (
            "results[0]['label']",
            "for answer in results:\n    print(answer['score'])",
            "[answer['label'] for answer in results]",
        )
    ),
    Case(
        "pipeline-without-padding-token",
        f"{CLASSIFIER}classifier.tokenizer.pad_token = None\n"
        "classifier.tokenizer.eos_token = '[SEP]'\nclassifier(texts, batch_size=2)",
    ),
]
