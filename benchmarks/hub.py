"""A room at work: learners sign in, run two chapters and solve two exercises, all at once.

    python3 course.py bench hub                 six learners
    python benchmarks/hub.py 30 --think 5       thirty, five seconds of thought before each cell
    python benchmarks/hub.py --kill             the hub is killed in the middle, and comes back

It starts a hub of its own on this machine (Linux, as root) and drives it over HTTP and websockets,
as JupyterLab does. Times are from sending a cell to its first output.
"""

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from pathlib import Path

import httpx

from learner import Learner
from timing import tell

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("notebooks/00_start_here.ipynb", "notebooks/04_sigmoid_versus_softmax.ipynb")
WORD, PORT = "red green blue", 18_900
PATIENCE = 3600  # seconds: a room that computes all at once on two cores has to wait
SOLVE = """
from helpers import exercises
from helpers.exercises._problem import find
for name in ("04.1", "04.2"):
    problem = find(name)
    exercises.check(name, problem.answer if problem.cases else problem.answer(*problem.given()))
"""


class Room:
    """A hub for the time of a measurement."""

    def __init__(self, *options: str):
        sys.path.append(str(ROOT / "tools"))  # for the table of seats, in memory()
        self.seats = tempfile.mkdtemp(prefix="seats-")
        self.log = Path(self.seats, "log.txt")
        command = [sys.executable, ROOT / "course.py", "hub", "--port", str(PORT), "--word", WORD]
        command += ["--ip", "127.0.0.1", "--seats", self.seats, *options]
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                list(map(str, command)), stdout=log, stderr=log, start_new_session=True
            )
        while "Ctrl+C ends it" not in self.log.read_text():
            if self.process.poll() is not None:
                raise RuntimeError(self.log.read_text())
            time.sleep(0.2)

    def end(self) -> None:
        """End it, as Ctrl+C does."""
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(120)

    def kill_the_hub(self) -> float:
        """Kill the hub itself, not its seats; return the seconds until its door is open again."""
        os.kill(hub_process(), signal.SIGKILL)
        started = time.perf_counter()
        while not is_open():
            time.sleep(0.2)
        return time.perf_counter() - started


def hub_process() -> int:
    """Return the process id of the hub, of which a machine has one."""
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if "jupyterhub -f" in file.read_bytes().decode().replace("\0", " "):
                return int(file.parent.name)
        except OSError:  # it ended
            continue
    raise RuntimeError("The hub is gone.")


def is_open() -> bool:
    """Say whether the hub answers."""
    try:
        url = f"http://127.0.0.1:{PORT}/hub/login"
        return httpx.get(url, trust_env=False, timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def memory() -> dict[str, list[int]]:
    """Return MB (PSS) of each process of the room, by what it is."""
    from room.seats import FIRST_ID

    found: dict[str, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().decode().replace("\0", " ")
            if folder.stat().st_uid > FIRST_ID:  # a seat's; a copy still has its parent's command
                server = "room.fork_server server" in command or "singleuser" in command
                name = "seat-server" if server else "seat-kernel"
            elif "room.fork_server" in command:
                name = "fork servers"
            else:
                name = "hub, proxy, watch" if str(PORT) in command or "room." in command else ""
            if name:
                rollup = (folder / "smaps_rollup").read_text()
                pss = int(rollup.split("\nPss:")[1].split()[0]) // 1024
                found.setdefault(name, []).append(pss)
        except (OSError, IndexError):  # it ended
            continue
    return found


def taken() -> int:
    """Return MB of the machine's memory that are in use."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    numbers = {line.split(":")[0]: int(line.split()[1]) for line in lines}
    return (numbers["MemTotal"] - numbers["MemAvailable"]) // 1024


def work(learner: Learner, think: float, notes: dict) -> None:
    """Do what a learner does; note times and whatever goes wrong."""
    try:
        started = time.perf_counter()
        learner.sign_in().raise_for_status()
        learner.start()
        notes["signed in"].append(time.perf_counter() - started)
        for page in PAGES:
            started = time.perf_counter()
            kernel = learner.open(page)
            notes["kernel ready"].append(time.perf_counter() - started)
            for cell in kernel.cells:
                if cell["cell_type"] == "code":
                    time.sleep(think)
                    code = "".join(cell["source"])
                    seconds, said, status = kernel.run(code, PATIENCE)
                    notes["cell"].append(seconds)
                    notes["which"].append((Path(page).stem, code, seconds))
                    if status != "ok" and "raises-exception" not in str(cell["metadata"]):
                        notes["failed"].append(f"{learner.name} {page}: {status} {said[-200:]}")
            learner.save(page)
        _, said, status = kernel.run(SOLVE, PATIENCE)
        if status != "ok" or said.count("Right") < 2:
            notes["failed"].append(f"{learner.name} exercises: {status} {said[-200:]}")
    except Exception as error:
        notes["failed"].append(f"{learner.name}: {type(error).__name__}: {error}")


def slowest(cells: list[tuple[str, str, float]], most: int = 5) -> list[tuple[str, str, float]]:
    """Return the slowest cells.

    Args:
        cells: page, code and seconds of each time that one was run.
        most: how many to return.

    Returns:
        Page, first line and median seconds of each, the slowest first.

    >>> slowest([("00", "a\\n1", 1.0), ("00", "a\\n1", 3.0), ("00", "a\\n2", 9.0)])
    [('00', 'a', 9.0), ('00', 'a', 2.0)]
    """
    times = defaultdict(list)
    for page, code, seconds in cells:
        times[page, code].append(seconds)
    medians = [
        (page, code.split("\n")[0], statistics.median(seconds))
        for (page, code), seconds in times.items()
    ]
    return sorted(medians, key=lambda cell: -cell[2])[:most]


def bench_hub(
    learners: int = 6, think: float = 1.0, plain: bool = False, kill: bool = False
) -> None:
    """Times and memory of a room that works through two chapters."""
    if sys.platform != "linux" or os.geteuid() != 0:
        print("\n### A room\n\nNot measured: a hub takes Linux and root.")
        return
    before = taken()
    room = Room(*["--plain"] * plain)
    notes: dict[str, list] = defaultdict(list)
    back = None  # seconds until the hub's door was open again
    try:
        threads = [
            threading.Thread(
                target=work,
                args=(Learner(f"http://127.0.0.1:{PORT}", f"seat-{k}", WORD), think, notes),
            )
            for k in range(learners)
        ]
        for thread in threads:
            thread.start()
        peak, parts = 0, {}
        while any(thread.is_alive() for thread in threads):
            time.sleep(3)
            if kill and back is None and len(notes["kernel ready"]) > learners:
                before_it = len(notes["cell"])  # a learner has begun the second chapter
                back = room.kill_the_hub()
                meanwhile = len(notes["cell"]) - before_it
            now = taken() - before
            if now > peak:
                peak, parts = now, memory()
    finally:
        room.end()
    for text in notes["failed"]:
        tell(text)
    way = "each kernel anew" if plain else "copies of a fork server"
    print(f"\n### A room of {learners}, {way}, {think:g} s of thought\n")
    print("| what | times | median s | p95 s | longest s |\n|---|---|---|---|---|")
    for name in ("signed in", "kernel ready", "cell"):
        times = notes[name]
        if len(times) > 1:
            high = statistics.quantiles(times, n=20, method="inclusive")[-1]
            middle, most = statistics.median(times), max(times)
            print(f"| {name} | {len(times)} | {middle:.2f} | {high:.2f} | {most:.2f} |")
    print("\n| slowest cells | first line | median s |\n|---|---|---|")
    for page, line, seconds in slowest(notes["which"]):
        print(f"| {page} | `{line[:60].replace('|', ' ')}` | {seconds:.2f} |")
    if back is not None:
        print(f"\nThe hub was killed after {before_it} cells. Its door was open again after")
        print(f"{back:.1f} s; {meanwhile} cells gave their output meanwhile.")
    print(
        f"\nFailed: {len(notes['failed'])}. The machine's memory grew by {peak:,} MB at most; then"
    )
    for name, sizes in sorted(parts.items()):
        middle = sorted(sizes)[len(sizes) // 2]
        print(f"- {name}: {len(sizes)} with {sum(sizes):,} MB (PSS), median {middle}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("learners", type=int, nargs="?", default=6)
    parser.add_argument("--think", type=float, default=1.0, help="seconds before each cell")
    parser.add_argument("--plain", action="store_true", help="without fork servers")
    parser.add_argument("--kill", action="store_true", help="the hub itself, once, half-way")
    given = parser.parse_args()
    bench_hub(given.learners, given.think, given.plain, given.kill)
