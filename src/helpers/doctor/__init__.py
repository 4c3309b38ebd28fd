"""Help at hand: for errors that meet you, for faults that raise none, for odd probabilities.

Three ways to a diagnosis. ``%load_ext helpers.doctor`` puts one below the traceback of any error
that the doctor knows, in any notebook. ``with recover():`` runs code that is meant to fail.
``diagnose(exception)`` is for code. Each says what the error means, how to fix it and how to check
the fix. What the doctor does not know it does not judge.

``examine(model, ...)`` looks for what raises no error and is wrong all the same.
``symptoms(probabilities)`` says what a table of probabilities tells, by the rows of ``SYMPTOMS``.
"""

import importlib

from helpers.doctor._diagnose import (
    Diagnosis,
    diagnose,
    load_ipython_extension,
    recover,
    unload_ipython_extension,
)

__all__ = ["SYMPTOMS", "Diagnosis", "diagnose", "examine", "recover", "symptoms"]
__all__ += ["load_ipython_extension", "unload_ipython_extension"]


def __getattr__(name: str):
    # These need NumPy, which a diagnosis does without: they come when they are asked for.
    room = {"examine": "_examine", "symptoms": "_symptoms", "SYMPTOMS": "_symptoms"}.get(name)
    if room is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{room}"), name)
