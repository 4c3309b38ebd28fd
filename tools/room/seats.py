"""The table of seats: a name, a password's hash and a user id for each. Root's alone.

It is one readable file, ``state/seats.json``. A seat's id is a number that no account of the system
has; a number is never given twice, so that nobody inherits files.
"""

import fcntl
import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from room.confine import Seat

FIRST_ID = 1_900_000_000  # no distribution and no container gives these numbers away
INSTRUCTOR = "instructor"
SHORTEST_PASSWORD = 4
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LONGEST = 24
_SCRYPT = {"n": 2**14, "r": 8, "p": 1}


def normalized(name: str) -> str:
    """Return a seat's name as it is kept.

    Raises:
        ValueError: it is none.

    >>> normalized(" Ada-2 ")
    'ada-2'
    >>> normalized("../ada")
    Traceback (most recent call last):
    ValueError: A name has letters a to z, digits and single hyphens: such as ada or ada-2.
    """
    name = name.strip().lower()
    if len(name) > _LONGEST:
        raise ValueError(f"A name has at most {_LONGEST} letters.")
    if not _NAME.fullmatch(name):
        raise ValueError(
            "A name has letters a to z, digits and single hyphens: such as ada or ada-2."
        )
    return name


def make_folders(folder: Path) -> None:
    """Make what the seats need, if it is not there.

    home/ and run/ hold a folder for each seat, shared/ what programs cache before they are copied,
    state/ the hub's secrets.
    """
    for name in ("", "home", "run", "shared", "state"):
        (folder / name).mkdir(parents=True, exist_ok=True)
        os.chmod(folder / name, 0o700 if name == "state" else 0o755)
        os.chown(folder / name, 0, 0)


def names(folder: Path) -> list[str]:
    """List the seats that were ever taken."""
    return sorted(_read(folder))


def sign_in(folder: Path, name: str, password: str) -> bool:
    """Take a seat, or come back to it: the first password that a name brings is its own.

    Args:
        folder: of all the seats.
        name: normalized.

    Returns:
        Whether the password is right.

    Raises:
        ValueError: the seat is new and the password too short.
    """
    kept = _read(folder).get(name, {}).get("password")
    if kept:
        salt, digest = map(bytes.fromhex, kept.split("$"))
        return hmac.compare_digest(digest, hashlib.scrypt(password.encode(), salt=salt, **_SCRYPT))
    if len(password) < SHORTEST_PASSWORD:
        raise ValueError(f"Choose a password of {SHORTEST_PASSWORD} letters or more.")
    salt = secrets.token_bytes(16)
    hashed = f"{salt.hex()}${hashlib.scrypt(password.encode(), salt=salt, **_SCRYPT).hex()}"
    with _changed(folder) as table:
        entry = _taken(table, name)
        if entry["password"]:  # somebody was quicker by a moment
            return False
        entry["password"] = hashed
    return True


def take(folder: Path, name: str) -> None:
    """Take a seat whose password is kept elsewhere."""
    with _changed(folder) as table:
        _taken(table, name)


def forget_password(folder: Path, name: str) -> None:
    """Let the next who comes with a name choose its password anew. The files stay.

    Raises:
        ValueError: there is no such seat.
    """
    with _changed(folder) as table:
        if name not in table:
            raise ValueError(f"There is no seat {name!r}. There are: {', '.join(sorted(table))}.")
        table[name]["password"] = None


def of(folder: Path, name: str) -> Seat:
    """Return a seat with its folders, which are made if they are not there.

    Raises:
        KeyError: nobody has taken it.
    """
    id = _read(folder)[name]["id"]
    settings = read_room(folder)
    home, run = folder / "home" / name, folder / "run" / str(id)
    for path in (home, run):
        if not path.is_dir():
            path.mkdir(mode=0o700)
        os.chmod(path, 0o700)
        os.chown(path, id, id)
    return Seat(name, id, str(home), str(run), memory=settings["memory"], file=settings["disk"])


def with_id(folder: Path, id: int) -> Seat | None:
    """Return the seat of a user id; None where it is nobody's."""
    for name, entry in _read(folder).items():
        if entry["id"] == id:
            return of(folder, name)
    return None


def by_id(folder: Path) -> dict[int, str]:
    """Return the names of all seats, by user id."""
    return {entry["id"]: name for name, entry in _read(folder).items()}


def read_room(folder: Path) -> dict:
    """Return what was settled at the start: word, ports, limits."""
    return json.loads((folder / "state" / "room.json").read_text(encoding="utf-8"))


def write_room(folder: Path, settings: dict) -> None:
    """Keep what was settled at the start."""
    _write(folder / "state" / "room.json", settings)


def _taken(table: dict, name: str) -> dict:
    if name not in table:
        id = max([FIRST_ID, *(entry["id"] for entry in table.values())]) + 1
        table[name] = {"id": id, "password": None}
    return table[name]


def _read(folder: Path) -> dict:
    try:
        return json.loads((folder / "state" / "seats.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}


@contextmanager
def _changed(folder: Path) -> Iterator[dict]:
    """Yield the table to change; it is written when that is done, whole or not at all."""
    with open(folder / "state" / "seats.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        table = _read(folder)
        yield table
        _write(folder / "state" / "seats.json", table)


def _write(file: Path, content: dict) -> None:
    new = file.with_suffix(".new")
    with open(new, "w", encoding="utf-8", opener=_private) as opened:
        json.dump(content, opened, indent=1)
        opened.flush()
        os.fsync(opened.fileno())
    new.replace(file)


def _private(path, flags):
    return os.open(path, flags, 0o600)
