"""Keeps seats within their memory and disk, so that one learner harms nobody else.

Each process has limits of its own (:mod:`room.confine`); this looks at a seat as a whole. Over its
memory, the seat's largest process ends. Over its disk, nothing more can be written until the
learner has deleted something. Either is said in a file in the seat's home, and on the
instructor's page.
"""

import os
import resource
import signal
import time
from collections import defaultdict
from pathlib import Path

from room import seats

NOTE = "WHY_IT_STOPPED.txt"
MOST_FILES = 20_000  # in one seat
_PAGE = os.sysconf("SC_PAGE_SIZE")
_MB = 1024 * 1024


def processes(first_id: int = seats.FIRST_ID) -> dict[int, list[int]]:
    """Return the process ids of all seats, by user id."""
    found = defaultdict(list)
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            user = owner(int(entry.name))
            if user is not None and first_id < user < first_id + 100_000:
                found[user].append(int(entry.name))
    return dict(found)


def owner(pid: int) -> int | None:
    """Return the real user id of a process; None if it ended.

    Who owns its folder in /proc says less: a process can have that be root.
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return None
    return int(status.split("Uid:")[1].split()[0])


def born(pid: int) -> int:
    """Return when a process started, in ticks since the machine did; 0 if it ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return 0 if fields[0] == "Z" else int(fields[19])


def resident(pid: int) -> int:
    """Return the bytes that lie in memory for a process, shared ones too; 0 if it ended."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def share(pid: int) -> int:
    """Return a process's memory in bytes, with its share of what it shares (PSS); 0 if it ended."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def used(home: str, most: int = MOST_FILES) -> tuple[int, int]:
    """Return the bytes and the number of files below a folder. Links are not followed.

    Counting ends at ``most`` files: that is too many.
    """
    bytes_, files = 0, 0
    for _, folders, names, descriptor in os.fwalk(home, follow_symlinks=False):
        for name in names:
            try:
                bytes_ += os.stat(name, dir_fd=descriptor, follow_symlinks=False).st_blocks * 512
            except OSError:
                continue
        files += len(names) + len(folders)
        if files > most:
            break
    return bytes_, files


def tell(seat: seats.Seat, text: str) -> None:
    """Leave a note in a seat's home. The home is the seat's, so nothing in it is trusted."""
    line = f"{time.strftime('%H:%M')}  {text}\n"
    try:
        folder = os.open(seat.home, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK
        file = os.open(NOTE, flags, 0o600, dir_fd=folder)
        try:
            if os.fstat(file).st_nlink == 1 and os.fstat(file).st_size < 100_000:
                os.write(file, line.encode())
                os.fchown(file, seat.id, seat.id)
        finally:
            os.close(file)
    except OSError:  # a folder or a pipe of that name
        pass
    finally:
        os.close(folder)


class Watch:
    """One look after another at all seats.

    Args:
        folder: of all the seats.
        memory: MB that a seat's processes may hold together.
        disk: MB that a seat's files may hold together.
    """

    def __init__(self, folder: Path, memory: int, disk: int):
        self.folder, self.memory, self.disk = folder, memory * _MB, disk * _MB
        self.full: set[int] = set()  # seats that cannot write
        self.log: list[tuple[str, str, str]] = []  # time, seat, what was done

    def look_at_memory(self) -> None:
        """End the largest process of each seat that holds more than it may."""
        known = seats.by_id(self.folder)
        for user, pids in processes().items():
            if user not in known or sum(map(resident, pids)) < self.memory:
                continue  # what is shared counts many times here, so the sum is at most this
            sizes = {pid: share(pid) for pid in pids}
            if sum(sizes.values()) < self.memory:
                continue
            kernels = [pid for pid in pids if not is_server(pid)] or pids  # the page stays open
            largest = max(kernels, key=sizes.get)
            if end(largest, user):
                self._say(
                    known[user],
                    f"Your programs held {sum(sizes.values()) // _MB} MB of memory, and a seat has "
                    f"{self.memory // _MB}. The largest was ended, with {sizes[largest] // _MB} "
                    "MB. Run its notebook again with less: a smaller batch, fewer texts.",
                )

    def look_at_disk(self) -> None:
        """Stop the writing of each seat whose files are too many, and let it go on after."""
        known = seats.by_id(self.folder)
        running = processes()
        for user, name in known.items():
            if user not in running:
                continue
            places = (self.folder / "home" / name, self.folder / "run" / str(user))
            bytes_, files = map(sum, zip(*(used(str(place)) for place in places), strict=True))
            too_much = bytes_ > self.disk or files > MOST_FILES
            if too_much and user not in self.full:
                self._say(
                    name,
                    f"Your folder holds {bytes_ // _MB} MB in {files} files; a seat has "
                    f"{self.disk // _MB} MB and {MOST_FILES} files. Nothing can be written, and "
                    "kernels end, until you delete something.",
                )
            if too_much:
                self.full.add(user)
            elif user in self.full:
                self.full.discard(user)
                self._say(name, "There is room again: you can write.")
            else:
                continue
            for pid in running[user]:
                if too_much and not is_server(pid):
                    end(pid, user)  # it may hold files open that are deleted, and they count
                else:
                    limit_writing(pid, 0 if too_much else self.disk)

    def _say(self, name: str, text: str) -> None:
        print(f"{name}: {text}", flush=True)
        self.log.append((time.strftime("%H:%M"), name, text))
        del self.log[:-50]
        tell(seats.of(self.folder, name), text)


def comm(pid: int) -> str:
    """Return a process's name."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def is_server(pid: int) -> bool:
    """Say whether a process is a seat's JupyterLab, copied or started anew."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
    return comm(pid) == "seat-server" or b"jupyterhub.singleuser" in command


def end(pid: int, user: int) -> bool:
    """End a process if it still is this user's; say whether it was."""
    try:
        descriptor = os.pidfd_open(pid)
    except OSError:
        return False
    try:
        if owner(pid) != user:
            return False
        signal.pidfd_send_signal(descriptor, signal.SIGKILL)
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)


def limit_writing(pid: int, bytes_: int) -> None:
    """Set how large a file may be that a process writes."""
    try:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (bytes_, bytes_))
    except OSError:  # it ended
        pass
