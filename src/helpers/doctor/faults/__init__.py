"""The silent faults, by the part of a set-up they are in; each file holds one part."""

from helpers.doctor._setup import Setup
from helpers.doctor.faults._finding import Finding
from helpers.doctor.faults.labels import label_faults, loss_faults
from helpers.doctor.faults.model import (
    head_faults,
    model_faults,
    name_faults,
    pipeline_faults,
    weight_faults,
)
from helpers.doctor.faults.probabilities import probability_faults, threshold_faults
from helpers.doctor.faults.tokens import (
    cut_faults,
    pad_faults,
    padding_faults,
    tokenizer_faults,
)

FAULTS = {
    "no classification head": ["model"],
    "unknown problem_type": ["model"],
    "no problem_type": ["model"],
    "class numbers are guessed": ["labels"],
    "stuck problem_type": ["labels"],
    "regression loss": ["labels"],
    "labels of -1 and +1": ["labels"],
    "-100 among the labels": ["labels"],
    "labels outside 0 to 1": ["labels"],
    "label that never occurs": ["labels"],
    "NaN among the labels": ["labels"],
    "fresh head": ["model"],
    "training mode": ["model"],
    "half-precision weights": ["model"],
    "NaN among the weights": ["model"],
    "activation inside the model": ["batch"],
    "label names of another length": ["model"],
    "generic label names": ["model"],
    "doubled label name": ["model"],
    "letters as label names": ["model"],
    "id2label turned round": ["model"],
    "id2label and label2id disagree": ["model"],
    "vocabularies of two sizes": ["tokenizer"],
    "words are unknown": ["tokenizer", "texts"],
    "tokenizer without a limit": ["tokenizer"],
    "texts cut short": ["tokenizer", "texts"],
    "padding is not masked": ["batch"],
    "padding tokens differ": ["tokenizer"],
    "dropped pipeline keywords": ["model"],
    "logits as probabilities": ["probabilities"],
    "sigmoid twice": ["probabilities"],
    "softmax": ["probabilities"],
    "predictions as probabilities": ["probabilities"],
    "NaN among the probabilities": ["probabilities"],
    "thresholds outside 0 to 1": ["thresholds"],
    "NaN among the thresholds": ["thresholds"],
    "thresholds of another length": ["thresholds"],
}
"""Every fault that ``examine`` knows, and the arguments it needs to see it."""


def find_faults(setup: Setup) -> list[Finding]:
    """Look at every part of a set-up; what cannot be looked at goes into ``setup.notes``."""
    looks = [
        pipeline_faults,
        model_faults,
        name_faults,
        weight_faults,
        head_faults,
        loss_faults,
        label_faults,
    ]
    looks += [tokenizer_faults, pad_faults, cut_faults, padding_faults]
    looks += [probability_faults, threshold_faults]
    return [finding for look in looks for finding in look(setup)]
