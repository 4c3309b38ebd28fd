"""Helpers of the course "Every Label That Fits".

A name in an import line is a door, and ``DOORS`` lists them all. What only its door uses lives in a
folder of that name; ``_validate`` (every check of an argument), ``_html`` (every table and picture
in HTML) and ``_folder`` (files that change all at once) serve several doors and are for no
notebook.

Importing this package is cheap on purpose: torch and transformers are imported by the modules that
need them, when they need them.
"""

__version__ = "0.1.0"

DOORS = {
    "course": "00",
    "environment": "00",
    "data": "01",
    "models": "03",
    "activations": "04",
    "training": "05",
    "exercises": "00",
    "metrics": "06",
    "calibration": "07",
    "thresholds": "07",
    "shipping": "10",
    "scale": "12",
    "plots": "00",
    "drawings": "01",
    "doctor": "08",
    "widgets": "00",
    "widgets.photo": "01",
    "widgets.tokens": "02",
    "widgets.activations": "04",
    "widgets.thresholds": "07",
}
"""Each door of the package, and the chapter that shows its code or what it is for."""

COMMANDS = {"tag"}
"""What is run and not imported: ``python -m helpers.tag``."""
