"""sigmoid, by names that Python does not know."""

from helpers.doctor._evidence import is_installed
from helpers.doctor.known._sign import OWN, Sign, known_error

NAMES = (
    known_error(
        "sigmoid-not-defined",
        Sign("NameError", r"name 'sigmoid' is not defined", OWN),
        cause="""`import torch` brings torch.sigmoid, not a bare sigmoid: a function is called by
            the module that it lives in.""",
        fix="""
            import torch

            probabilities = torch.sigmoid(logits)""",
        check="assert ((probabilities >= 0) & (probabilities <= 1)).all()",
    ),
    known_error(
        "sigmoid-not-in-nn",
        Sign(
            "AttributeError",
            r"module 'torch\.nn' has no attribute 'sigmoid'",
            OWN,
            when=lambda seen: is_installed("torch"),
        ),
        cause="""torch.nn holds layers, with capital letters: torch.nn.Sigmoid is one. The function
            is torch.sigmoid.""",
        fix="probabilities = torch.sigmoid(logits)",
        check="assert ((probabilities >= 0) & (probabilities <= 1)).all()",
    ),
)
