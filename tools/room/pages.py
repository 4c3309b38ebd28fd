"""A learner's own copies of the pages. Run by the seat itself, never by root."""

import shutil
from contextlib import suppress
from pathlib import Path

from room.confine import ROOT

COPIED = ("notebooks/*.ipynb", "exercises/*.ipynb", "exercises/solutions/*.ipynb")
COPIED += ("workshop/exit_ticket.ipynb",)


def copy(home: str) -> None:
    """Copy the pages that the seat lacks. What it has is never touched, whoever wrote it.

    A page that a learner has deleted or renamed comes back at the next start.
    """
    for pattern in COPIED:
        for page in sorted(ROOT.glob(pattern)):
            mine = Path(home) / page.relative_to(ROOT)
            if mine.exists() or mine.is_symlink():
                continue
            try:
                mine.parent.mkdir(parents=True, exist_ok=True)
                new = mine.with_name(f".{mine.name}.new")
                shutil.copyfile(page, new)
                new.rename(mine)
            except OSError as error:  # a full folder, say: the seat opens all the same
                print(f"{mine} could not be copied: {error.strerror}", flush=True)
    with suppress(OSError):
        Path(home, ".tmp").mkdir(exist_ok=True)
