"""What has been tried and solved: one readable file in the learner's folder."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

NAME = "my_progress.json"
VERSION = 1
PATIENCE = 5.0  # seconds to wait for another kernel; a write takes a hundredth of one


def path() -> Path:
    """Return where the record is: beside the notebook, or where COURSE_PROGRESS says."""
    return Path(os.environ.get("COURSE_PROGRESS") or NAME)


def read() -> dict:
    """Return the record; an empty one where there is none, or none that can be read.

    A file that is damaged, or newer than this course, is set aside under another name, and that
    is said.
    """
    file = path()
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        if found["version"] == VERSION and isinstance(found["problems"], dict):
            return found
        reason = f"was written by another version of the course ({found['version']!r})"
    except FileNotFoundError:
        return {"version": VERSION, "problems": {}}
    except (ValueError, KeyError, TypeError, OSError):
        reason = "cannot be read"
    aside = file.with_name(f"{file.stem}.aside-{time.strftime('%Y%m%d-%H%M%S')}{file.suffix}")
    try:
        file.replace(aside)
        print(f"{file.name} {reason}. It is kept as {aside.name}, and a new one begins.")
    except OSError:
        print(f"{file.name} {reason}; it could not be moved, so nothing is recorded.")
    return {"version": VERSION, "problems": {}}


def note(name: str, **changes) -> dict:
    """Change one problem's entry, and return it as it is now.

    Args:
        name: of the problem.
        changes: new values; a function is called with the old value, or None.
    """
    with _alone():
        record = read()
        entry = record["problems"].setdefault(name, {})
        for key, change in changes.items():
            entry[key] = change(entry.get(key)) if callable(change) else change
        entry["when"] = datetime.now().isoformat(timespec="seconds")
        _write(record)
    return entry


def _write(record: dict) -> None:
    file = path()
    new = file.with_name(f"{file.name}.{os.getpid()}.new")
    try:
        new.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        new.replace(file)  # all or nothing, whenever the program is ended
    except OSError as error:
        print(f"Your progress could not be saved in {file}: {error.strerror}.")
        new.unlink(missing_ok=True)


@contextmanager
def _alone() -> Iterator[None]:
    """Wait until no other kernel writes; a lock that was left behind is not waited for long."""
    lock = path().with_name(f"{path().name}.lock")
    end = time.monotonic() + PATIENCE
    held = False
    while not held:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            held = True
        except FileExistsError:
            if time.monotonic() > end:
                lock.unlink(missing_ok=True)
            time.sleep(0.01)
        except OSError:  # a folder that cannot be written: _write says so
            break
    try:
        yield
    finally:
        if held:
            lock.unlink(missing_ok=True)
