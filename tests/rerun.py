"""What a notebook must stand in the kernel in which nbval has run and compared its cells once.

Run again, every cell gives the same; after that the cells run in any order; memory suffices; and
what was printed of the tagger is far from a rounding edge. A notebook is run for all of this, and
for nbval, in one kernel: front_end.py adds these checks to its cells, and its terminal summary
prints what they note.
"""

import copy
import json
import os
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from nbval.plugin import IPyNbCell

from build import WIDGET_VIEW

# What a machine has to have free for any chapter, run more than once in one kernel as here. Run
# once they need 1.2 (05: 1.25); on top comes what Python and its libraries do not give back. The
# figure is printed, so look at it.
PEAK_GB = 1.6

LOOPBACK = {"127.0.0.1", "::1", "localhost", "0.0.0.0", "None"}

# Thirty times the largest difference seen between threads and instruction sets.
DRIFT = 2e-5

# Run before the first cell: keeps what the notebook gets from predict_logits, whichever module
# asks for it.
RECORD = """
import functools, importlib.util

def _recording(function, seen):
    @functools.wraps(function)
    def predict_logits(*args, **kwargs):
        logits = function(*args, **kwargs)
        seen.append(logits.copy())
        return logits
    return predict_logits

_recorded = []
if importlib.util.find_spec("helpers"):  # not yet where the set-up cell is to fetch the course
    from helpers import models
    models.predict_logits = _recording(models.predict_logits, _recorded)
"""
# Also before the first cell: notes what leaves this machine, what is written and what is unpickled.
WATCH = """
import os, sys
_watched = {"connected": set(), "written": set(), "unpickled": set()}

def _watch(event, args):
    if event in ("socket.connect", "socket.sendto"):
        if isinstance(args[1], tuple):
            _watched["connected"].add(str(args[1][0]))
    elif event == "socket.getaddrinfo":
        _watched["connected"].add(str(args[0]))
    elif event == "open" and isinstance(args[0], (str, bytes)):
        path, mode, flags = args
        if set(mode or "") & set("wax+") or (flags or 0) & (os.O_WRONLY | os.O_RDWR):
            _watched["written"].add(os.path.realpath(os.fsdecode(path)))
    elif event == "pickle.find_class":
        asked_by = sys._getframe(1).f_globals.get("__name__", "")
        if asked_by.split(".")[0] == "ray":  # its processes on this machine, among themselves
            return
        _watched["unpickled"].add(".".join(map(str, args)))

sys.addaudithook(_watch)
"""
WATCHED = """
import json
print(json.dumps({name: sorted(seen) for name, seen in _watched.items()}))
"""
SAVE = "import numpy; numpy.savez({path!r}, *_recorded); _recorded.clear()"
# On Linux the kernel's own peak: what getrusage says there also counts the process that started it.
PEAK = """
import pathlib, re
status = pathlib.Path("/proc/self/status")
if status.exists():
    print(int(re.search(r"VmHWM:\\s+(\\d+) kB", status.read_text())[1]) * 1024)
else:
    import psutil
    print(getattr(psutil.Process().memory_info(), "peak_wset", psutil.Process().memory_info().rss))
"""


def ask(kernel, code: str) -> str:
    """Run code of our own in a notebook's kernel; return what it printed."""
    said = []
    reply = kernel.kc.execute_interactive(
        code,
        store_history=False,
        timeout=None,
        output_hook=lambda message: said.append(message["content"].get("text", "")),
    )
    assert reply["content"]["status"] == "ok", reply["content"]
    return "".join(said)


def run(cell: IPyNbCell) -> list:
    """Run a cell once more; return its outputs, or raise where it fails and is not meant to."""
    again = copy.copy(cell)
    again.options = cell.options | {"check": False}
    again.runtest()
    return again.test_outputs


def comparable(outputs: list) -> list[str]:
    """A cell's outputs without what may differ: counts, dead widget ids, free memory."""
    shown = []
    for output in copy.deepcopy(outputs):
        output.pop("execution_count", None)
        output.pop("traceback", None)
        output.get("data", {}).pop(WIDGET_VIEW, None)
        shown.append(re.sub(r"memory: \d+\.\d GB|0x[0-9a-f]{6,}", "", repr(output)))
    return shown


# What a notebook prints of the tagger must be the same on a machine that rounds differently.


def rounding_edges(kernel, cells: list[IPyNbCell], note: Callable[[str, str], None]) -> None:
    """Look at all that the notebook took from ``predict_logits``."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "logits.npz"
        ask(kernel, SAVE.format(path=str(path)))
        with np.load(path) as blocks:
            probabilities = [1 / (1 + np.exp(-block.astype(float))) for block in blocks.values()]
    # At most 20 rows are a table that is printed; more are a split that is counted.
    tables = [block for block in probabilities if len(block) <= 20 and block.size]
    if tables:
        printed = np.concatenate([*(b.ravel() for b in tables), *(b.sum(axis=1) for b in tables)])
        away = to_edge(printed)
        note("nearest to a rounding edge", f"{away.min():.1e}")
        assert away.min() > DRIFT, printed[away.argmin()]
    if probabilities:  # else a chapter without the tagger, such as 1
        nearest = min(np.abs(block - 0.5).min() for block in probabilities if block.size)
        note("nearest to 0.5", f"{nearest:.1e}")
        assert nearest > DRIFT / 2, "a prediction hangs on rounding"


def to_edge(printed: np.ndarray) -> np.ndarray:
    """Return how far numbers are from where their second decimal changes."""
    return np.abs((printed * 100) % 1 - 0.5) / 100


def quiet(kernel, cells: list[IPyNbCell], note: Callable[[str, str], None]) -> None:
    """No address but loopback was asked for, nothing written elsewhere, nothing unpickled."""
    watched = json.loads(ask(kernel, WATCHED))
    assert not set(watched["connected"]) - LOOPBACK, watched["connected"]
    assert watched["unpickled"] == [], watched["unpickled"]
    allowed = [Path(tempfile.gettempdir()).resolve(), Path(os.devnull), Path("/dev/shm")]
    allowed += [Path.home() / ".cache", Path(sys.prefix).resolve()]  # libraries', and bytecode
    written = [Path(path) for path in watched["written"] if "__pycache__" not in path]
    elsewhere = [p for p in written if not any(p.is_relative_to(place) for place in allowed)]
    assert elsewhere == [], elsewhere


def second_run(kernel, cells: list[IPyNbCell], note: Callable[[str, str], None]) -> None:
    """Run from the top once more: every cell shows what it showed before, save those with times."""
    for cell in cells:
        before, after = comparable(cell.test_outputs), comparable(run(cell))
        assert after == before or "timed" in cell.cell.metadata.get("tags", []), cell.cell.source


def any_order(kernel, cells: list[IPyNbCell], note: Callable[[str, str], None]) -> None:
    """Run from the bottom up, without the cells that are slow: none fails that is not meant to."""
    for cell in reversed(cells):
        if "slow" not in cell.cell.metadata.get("tags", []):
            run(cell)


def memory(kernel, cells: list[IPyNbCell], note: Callable[[str, str], None]) -> None:
    """After all this, the peak is still what a laptop has free."""
    peak = int(ask(kernel, PEAK)) / 1e9
    note("peak memory", f"{peak:.2f} GB")
    assert peak < PEAK_GB


class Check(pytest.Item):
    """One of the checks, as a test beside the notebook's cells."""

    def __init__(self, check, cells, **kwargs):
        super().__init__(**kwargs)
        self.check, self.cells = check, cells

    def runtest(self):
        if any(cell.test_outputs is None for cell in self.cells):
            pytest.skip("not all cells were run")
        self.check(
            self.parent.kernel, self.cells, lambda *noted: self.user_properties.append(noted)
        )

    def reportinfo(self):
        return self.path, None, f"{self.path.name}::{self.name}"


CHECKS = {
    "Quiet": quiet,
    "Rounding edges": rounding_edges,
    "Second run": second_run,
    "Any order": any_order,
    "Memory": memory,
}
