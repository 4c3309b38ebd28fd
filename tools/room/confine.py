"""Become a seat: a view of the disk of its own, limits, and a user id that owns nothing else.

Linux only, and called as root. What a process may still do afterward: read what everybody may
read, write into the seat's own two folders and into a small ``/dev/shm``, see and signal its own
processes, and use the network.
"""

import ctypes
import os
import resource
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
_MB = 1024 * 1024
SHARED_MEMORY = "64m"  # of /dev/shm, for each process that is confined
_STARTS_WITH = 600 * _MB  # what Python and torch set aside, most of it untouched
_NEW_NAMESPACE = 0x20000
_NO_SUID, _NO_DEVICES, _BIND, _RECURSIVE, _SLAVE = 2, 4, 4096, 16384, 1 << 19
_MOUNT_SETATTR, _HERE, _AT_RECURSIVE = 442, -100, 0x8000  # the same number on x86 and ARM
_SET_NAME, _SET_DUMPABLE, _NO_NEW_PRIVILEGES = 15, 4, 38

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Seat:
    """Who a process becomes, and what it may take.

    Args:
        name: of the seat.
        id: its number, for user and group alike.
        home: its folder, owned by ``id``; every folder above is root's.
        run: its folder of sockets, owned by ``id``.
        memory: MB that one process may ask for beyond what it starts with.
        file: MB that one file may hold.
        processes: that the seat may have, threads included.
    """

    name: str
    id: int
    home: str
    run: str
    memory: int = 2000
    file: int = 500
    processes: int = 300


def become(seat: Seat) -> None:
    """Make this process one of the seat's, for good.

    Raises:
        OSError: the system refuses a step. Nothing of the seat has been read or run by then, so
            the caller has only to end.
    """
    _see_the_disk_as(seat)
    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_DATA: max(_data(), _STARTS_WITH) + seat.memory * _MB,
        resource.RLIMIT_FSIZE: seat.file * _MB,
        resource.RLIMIT_NPROC: seat.processes,
        resource.RLIMIT_NOFILE: 4096,
        resource.RLIMIT_MEMLOCK: _MB,
        resource.RLIMIT_MSGQUEUE: 0,
    }
    for kind, limit in limits.items():
        resource.setrlimit(kind, (limit, limit))
    with open("/proc/self/oom_score_adj", "w") as file:
        file.write("500")  # where memory runs out all the same, a seat goes before the hub
    os.setgroups([])
    os.setresgid(seat.id, seat.id, seat.id)
    os.setresuid(seat.id, seat.id, seat.id)
    _call(_libc.prctl, _NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    _call(_libc.prctl, _SET_DUMPABLE, 1, 0, 0, 0)  # else /proc/self stays root's
    os.umask(0o077)
    os.chdir(seat.home)


def call_it(name: str) -> None:
    """Name this process in /proc; 15 letters count."""
    _call(_libc.prctl, _SET_NAME, name.encode(), 0, 0, 0)


def _see_the_disk_as(seat: Seat) -> None:
    """Everything is read-only except the seat's folders; other seats' processes are not seen."""
    _call(_libc.unshare, _NEW_NAMESPACE)
    _mount(None, "/", None, _RECURSIVE | _SLAVE)
    _open_the_way([sys.base_prefix, sys.prefix, str(ROOT), seat.home, seat.run])
    for folder in (seat.home, seat.run):
        _mount(folder, folder, None, _BIND)
    _set_read_only("/", True)
    for folder in (seat.home, seat.run):
        _set_read_only(folder, False)
    safe = _NO_SUID | _NO_DEVICES
    _mount("tmpfs", "/dev/shm", "tmpfs", safe, f"size={SHARED_MEMORY},nr_inodes=1k,mode=1777")
    _mount("proc", "/proc", "proc", safe, "hidepid=2")


def _open_the_way(paths: list[str]) -> None:
    """Show folders that lie in one that is closed to others, such as /root; nothing beside them."""
    closed = {path: folder for path in paths if (folder := _closed(Path(path)))}
    held = {path: os.open(path, os.O_PATH) for path in closed}
    for folder in set(closed.values()):
        _mount("tmpfs", folder, "tmpfs", _NO_SUID | _NO_DEVICES, "size=64k,mode=0755")
    for path, descriptor in sorted(held.items()):
        os.makedirs(path, mode=0o755, exist_ok=True)
        _mount(f"/proc/self/fd/{descriptor}", path, None, _BIND | _RECURSIVE)
        os.close(descriptor)


def _closed(path: Path) -> str | None:
    """Return the topmost folder above a path that others cannot pass; None if there is none."""
    above = reversed(path.resolve().parents)
    return next((str(folder) for folder in above if not folder.stat().st_mode & 0o001), None)


def _set_read_only(path: str, on: bool) -> None:
    """Set a mount, and those below it where it is switched on."""
    attributes = (ctypes.c_uint64 * 4)(1 | _NO_SUID, 0, 0, 0) if on else (ctypes.c_uint64 * 4)(0, 1)
    flags = _AT_RECURSIVE if on else 0
    size = ctypes.c_size_t(ctypes.sizeof(attributes))
    where = os.fsencode(path)
    _call(_libc.syscall, _MOUNT_SETATTR, _HERE, where, flags, ctypes.byref(attributes), size)


def _mount(source, target, kind, flags, data=None) -> None:
    texts = [text and os.fsencode(text) for text in (source, target, kind, data)]
    _call(_libc.mount, *texts[:3], ctypes.c_ulong(flags), texts[3])


def _call(function, *arguments) -> None:
    if function(*arguments) == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{os.strerror(number)} ({function.__name__})")


def _data() -> int:
    """Return the bytes that count toward RLIMIT_DATA at this moment."""
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmData"))
