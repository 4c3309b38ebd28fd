"""What a seat has tried and solved, read as root from a file that is the learner's.

So nothing in it is trusted: not its size, not its kind, not its form. Answers are not in it, and
what else it holds is not passed on.
"""

import json
import os
import re
import stat
from datetime import datetime
from pathlib import Path

from helpers.exercises._judge import RIGHT

LARGEST = 300_000  # bytes; a whole course has some twenty thousand
NAME = "my_progress.json"
_PROBLEM = re.compile(r"\d\d\.\d{1,2}")


def read(home: str | Path) -> dict[str, tuple[bool, str]]:
    """Return for each problem that was tried: whether it is solved, and when it last was tried.

    A file that is no record of progress counts as none.
    """
    try:
        folder = os.open(home, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return {}
    try:
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY
        file = os.open(NAME, flags, dir_fd=folder)
    except OSError:
        return {}
    finally:
        os.close(folder)
    try:
        about, owner = os.fstat(file), os.stat(home, follow_symlinks=False).st_uid
        if not stat.S_ISREG(about.st_mode) or about.st_size > LARGEST or about.st_uid != owner:
            return {}
        text = os.read(file, LARGEST)
    except OSError:
        return {}
    finally:
        os.close(file)
    try:
        problems = json.loads(text)["problems"]
        return {name: one for name in problems if (one := _entry(name, problems[name]))}
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}


def _entry(name, entry) -> tuple[bool, str] | None:
    """Return what is shown of an entry; None where it has not the form of one."""
    if not isinstance(name, str) or not _PROBLEM.fullmatch(name) or not isinstance(entry, dict):
        return None
    try:
        when = datetime.fromisoformat(entry["when"])
    except (ValueError, KeyError, TypeError):
        return None
    return entry.get("outcome") == RIGHT, f"{when:%m-%d %H:%M}"
