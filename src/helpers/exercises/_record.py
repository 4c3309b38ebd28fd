"""What has been tried and solved: one readable file in the learner's folder."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

NAME = "my_progress.json"
VERSION = 1
DAYS = (1, 3, 7, 21, 60)  # until a question comes again, after that many right answers in a row
PATIENCE = 5.0  # seconds to wait for another kernel; a write takes a hundredth of one


def path() -> Path:
    """Return where the record is: one for the whole course, in its folder.

    Away from the course's folder it is beside the notebook; COURSE_PROGRESS overrules both.
    """
    if os.environ.get("COURSE_PROGRESS"):
        return Path(os.environ["COURSE_PROGRESS"])
    here = Path.cwd()
    for folder in (here, *here.parents[:2]):  # exercises/solutions lies two deep
        if (folder / "course.py").is_file() and (folder / "notebooks").is_dir():
            return folder / NAME
    return here / NAME


def read() -> dict:
    """Return the record; an empty one where there is none, or none that can be read.

    A file that is damaged, or newer than this course, is set aside under another name, and that
    is said.
    """
    file = path()
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        if found["version"] == VERSION:
            found = _empty() | found
            _check(found)
            return found
        reason = f"was written by another version of the course ({found['version']!r})"
    except FileNotFoundError:
        return _empty()
    except (ValueError, KeyError, TypeError, AttributeError, OSError):
        reason = "cannot be read"
    aside = file.with_name(f"{file.stem}.aside-{time.strftime('%Y%m%d-%H%M%S')}{file.suffix}")
    try:
        file.replace(aside)
        print(f"{file.name} {reason}. It is kept as {aside.name}, and a new one begins.")
    except OSError:
        print(f"{file.name} {reason}; it could not be moved, so nothing is recorded.")
    return _empty()


def note(name: str, group: str = "problems", **changes) -> dict:
    """Change one problem's entry, and return it as it is now.

    Args:
        name: of the problem, or of a question.
        group: "problems" or "questions".
        changes: new values; a function is called with the old value, or None.
    """
    with _alone():
        record = read()
        entry = record[group].setdefault(name, {})
        for key, change in changes.items():
            entry[key] = change(entry.get(key)) if callable(change) else change
        entry["when"] = datetime.now().isoformat(timespec="seconds")
        _write(record)
    return entry


def note_answer(name: str, right: bool) -> None:
    """Note how a question was answered, and how many times in a row it was right."""
    note(
        name,
        "questions",
        in_a_row=lambda before: (before or 0) + 1 if right else 0,
        tries=lambda before: (before or 0) + 1,
    )


def due(now: datetime) -> tuple[list[str], datetime | None]:
    """Say which answered questions should come again, the most urgent first.

    What was answered wrongly comes first, whenever that was; what was right comes after a while
    that grows each time: that is how memory is trained.

    Returns:
        Names of the questions that are due, and when the next one will be, if any is to come.
    """
    wrong, old, later = [], [], []
    for name, entry in read()["questions"].items():
        when = datetime.fromisoformat(entry["when"])
        row = entry["in_a_row"]
        again = when + timedelta(days=DAYS[min(row, len(DAYS)) - 1]) if row else when
        if not row:
            wrong.append((when, name))
        elif again <= now:
            old.append((again, name))
        else:
            later.append(again)
    return [name for _, name in sorted(wrong) + sorted(old)], min(later, default=None)


def _check(record: dict) -> None:
    """Raise ValueError, KeyError or TypeError where a record was changed by hand, wrongly."""
    for group in (record["problems"], record["questions"]):
        for entry in group.values():
            datetime.fromisoformat(entry["when"])
    for entry in record["questions"].values():
        if not isinstance(entry["in_a_row"], int):
            raise TypeError


def _empty() -> dict:
    return {"version": VERSION, "problems": {}, "questions": {}}


def save(file: Path, content: dict, what: str) -> bool:
    """Write a readable file, all of it or nothing; where that fails, say so and return False."""
    new = file.with_name(f"{file.name}.{os.getpid()}.new")
    try:
        new.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        new.replace(file)  # all or nothing, whenever the program is ended
        return True
    except OSError as error:
        print(f"{what} could not be saved in {file}: {error.strerror}.")
        new.unlink(missing_ok=True)
        return False


def _write(record: dict) -> None:
    save(path(), record, "Your progress")


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
