"""A folder whose files change all at once: the old ones or the new ones, whatever happens.

New files are written into a hidden folder inside, ``.saving-...``, checked and written through to
the disk. Renaming that folder to ``.saved`` is the one step that decides: before it the old files
count, after it the new ones. Then they are moved into place one by one; whoever comes next, after a
kill in the middle, moves the rest. ``config.json`` goes first and comes last, so that a program
that knows nothing of this finds no model for an instant, and never a mixture.

What is in place is listed in ``saved.json``, with a checksum of each file. Writers take a lock that
the system drops when they die; readers share one.
"""

import hashlib
import json
import os
import re
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

LISTING = "saved.json"
_SAVING, _SAVED = ".saving-", ".saved"
_GATE = "config.json"  # without it transformers takes a folder for empty
# What killed writers left: ours, safetensors' own, and those of the thresholds' file.
_LEFTOVER = re.compile(r"\.saving-\w+|\.tmp\w{6}|\.thresholds\.json\.[0-9a-f]{32}")


@contextmanager
def locked(folder: Path, shared: bool = False) -> Iterator[None]:
    """Hold a folder's lock: alone, or with other readers. It waits for whoever holds it.

    The lock is on the folder itself, so it leaves no file and needs no right to write. A file
    system that knows no locks goes without.
    """
    if fcntl is None:
        from filelock import FileLock

        name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:32]
        with FileLock(Path(tempfile.gettempdir(), f"multilabel-course-{name}.lock")):
            yield
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # what is wrong with the folder is said by whoever reads or writes there
        yield
        return
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield
    finally:
        with suppress(OSError):  # at once, though a forked child may still hold the folder open
            fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.close(descriptor)


@contextmanager
def replaced(folder: Path, is_ours: Callable[[str], bool]) -> Iterator[Path]:
    """Yield an empty folder; the files written there become those of ``folder``, or none does.

    Args:
        folder: made if it is not there.
        is_ours: takes a file's name; True for what the new files replace as a whole, even where
            none of them has that name. Other files stay as they are.

    >>> with tempfile.TemporaryDirectory() as name:
    ...     folder = Path(name)
    ...     _ = (folder / "old.bin").write_text("old")
    ...     with replaced(folder, lambda name: name.endswith(".bin")) as beside:
    ...         _ = (beside / "new.bin").write_text("new")
    ...     sorted(path.name for path in folder.iterdir())
    ['new.bin', 'saved.json']
    """
    folder.mkdir(parents=True, exist_ok=True)
    with settled(folder):
        _sweep(folder)
        beside = folder / f"{_SAVING}{uuid.uuid4().hex}"
        beside.mkdir()
        try:
            yield beside
            _list(beside, folder, is_ours)
            for path in [*beside.rglob("*"), beside]:
                _sync(path)
            os.rename(beside, folder / _SAVED)
        except BaseException:
            shutil.rmtree(beside, ignore_errors=True)
            raise
        _sync(folder)
        _settle(folder)


@contextmanager
def settled(folder: Path) -> Iterator[None]:
    """Hold a folder's lock, after what a killed writer left undone is done."""
    with locked(folder):
        _settle(folder)
        yield


@contextmanager
def whole(folder: Path) -> Iterator[Path]:
    """Yield a folder whose files belong together, and stay while it is read.

    It is ``folder`` itself, after what a killed writer left undone is done; where this reader may
    not write, it is a temporary one that shows the files as they will be.
    """
    while True:
        with locked(folder, shared=True):
            if not (folder / _SAVED).is_dir():
                yield folder
                return
        with locked(folder):
            try:
                _settle(folder)
            except OSError:
                with tempfile.TemporaryDirectory() as name:
                    _gather(folder, Path(name))
                    yield Path(name)
                return


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that is there whole or not at all."""
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex}")  # on the same disk
    try:
        with open(beside, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def check(folder: Path, fix: str) -> dict | None:
    """Compare a folder's files with its listing, and return the listing; None if it has none.

    Raises:
        FileNotFoundError: a listed file is missing.
        ValueError: a file, or the listing, is another than was saved.
    """
    path = folder / LISTING
    if not path.is_file():
        return None
    try:
        listing = json.loads(path.read_text(encoding="utf-8"))
        expected = dict(listing["sha256"])
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} is damaged ({type(error).__name__}: {error}). {fix}") from None
    for name, digest in expected.items():
        file = folder / name
        if not file.is_file():
            raise FileNotFoundError(f"{file} is missing, which was saved with the others. {fix}")
        if _digest(file) != digest:
            raise ValueError(
                f"{file} is damaged, or belongs to another tagger: its sha256 is not the one that "
                f"{LISTING} has. {fix} (If you changed the file on purpose, delete {LISTING}.)"
            )
    return listing


def _sweep(folder: Path) -> None:
    """Delete what killed writers left; the lock is held, so none of it is in use."""
    for path in folder.iterdir():
        if _LEFTOVER.fullmatch(path.name):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _list(beside: Path, folder: Path, is_ours) -> None:
    """Write the listing: a checksum of each new file, and which old files go."""
    new = [path.relative_to(beside).as_posix() for path in beside.rglob("*") if path.is_file()]
    old = {path.name for path in folder.iterdir() if path.is_file() and is_ours(path.name)}
    # The thresholds are tuned anew without the rest, and are checked by their labels' names.
    hashed = sorted(name for name in new if name != "thresholds.json")
    listing = {
        "version": 1,
        "sha256": {name: _digest(beside / name) for name in hashed},
        "files": sorted(new),
        "replaced": sorted(old - set(new)),
    }
    (beside / LISTING).write_text(json.dumps(listing, indent=2) + "\n", encoding="utf-8")
    for name in new:  # safetensors lets nobody else read its files, not even a team
        (beside / name).chmod((beside / LISTING).stat().st_mode)


def _settle(folder: Path) -> None:
    """Move files that are decided on into place; each step can be done again after a kill."""
    saved = folder / _SAVED
    if (saved / LISTING).is_file():
        listing = json.loads((saved / LISTING).read_text(encoding="utf-8"))
        try:
            if (saved / _GATE).is_file():  # else the new one is in place already
                (folder / _GATE).unlink(missing_ok=True)
        except OSError:
            if all((saved / name).is_file() for name in listing["files"]):  # nothing has moved
                os.rename(saved, folder / f"{_SAVING}undone")
                shutil.rmtree(folder / f"{_SAVING}undone", ignore_errors=True)
            raise
        for name in listing["replaced"]:
            (folder / name).unlink(missing_ok=True)
        for name in sorted(listing["files"], key=lambda name: name == _GATE):
            if (saved / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                os.replace(saved / name, folder / name)
        _sync(folder)
        os.replace(saved / LISTING, folder / LISTING)
        _sync(folder)
    if saved.is_dir():
        shutil.rmtree(saved)


def _gather(folder: Path, into: Path) -> None:
    """Copy what :func:`_settle` would put into place."""
    saved = folder / _SAVED
    place = saved if (saved / LISTING).is_file() else folder
    for name in [*json.loads((place / LISTING).read_text(encoding="utf-8"))["files"], LISTING]:
        (into / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile((saved if (saved / name).is_file() else folder) / name, into / name)


def _digest(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    """Have a file or a folder written to the disk, so that a power cut keeps the order of steps."""
    if path.is_dir() and os.name == "nt":
        return  # Windows opens no folders
    descriptor = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
