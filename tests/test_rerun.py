"""Notebooks as learners use them: run twice, then cell by cell from the bottom up.

Each is run once for all of these tests, with what they need recorded on the way; nbval runs it once
more, and that is all.
"""

import copy
import os
import re
from types import SimpleNamespace

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

import build

# An allocator that does not keep memory for each thread, so that the peak is the notebook's own.
KERNEL = {"MALLOC_ARENA_MAX": "2", "PYTHONHASHSEED": "0"}
# What a machine has to have free for any chapter. They are built to need 1.2 (05: 1.3), and the
# difference is for machines whose libraries take more: the figure is printed, so look at it.
PEAK_GB = 1.5

# Thirty times the largest difference seen between threads and instruction sets.
DRIFT = 2e-5

# Keeps what the notebook gets from predict_logits, whichever module asks for it.
RECORD = """
import functools
from helpers import models

def _recording(function, seen):
    @functools.wraps(function)
    def predict_logits(*args, **kwargs):
        logits = function(*args, **kwargs)
        seen.append(logits.copy())
        return logits
    return predict_logits

_recorded = []
models.predict_logits = _recording(models.predict_logits, _recorded)
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


def comparable(cell) -> list:
    """A cell's outputs without what may differ: counts, dead widget ids, free memory."""
    outputs = []
    for output in copy.deepcopy(cell.outputs):
        output.pop("execution_count", None)
        output.pop("traceback", None)
        output.get("data", {}).pop(build.WIDGET_VIEW, None)
        outputs.append(re.sub(r"memory: \d+\.\d GB|0x[0-9a-f]{6,}", "", repr(output)))
    return outputs


@pytest.fixture(
    scope="module",
    params=build.targets([]),
    ids=[source.stem for source, _ in build.targets([])],
)
def rerun(request, tmp_path_factory):
    """Run one notebook twice and once backwards; return what was seen on the way."""
    source, path = request.param
    notebook = build.cells(source)
    client = NotebookClient(
        notebook,
        timeout=1800,
        startup_timeout=300,
        iopub_timeout=300,
        kernel_name="python3",
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.parent)}},
    )
    code = [(i, cell) for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    end = len(notebook.cells)
    notebook.cells.append(nbformat.v4.new_code_cell())

    def ask(source: str) -> str:
        notebook.cells[end].source = source
        outputs = client.execute_cell(notebook.cells[end], end, store_history=False).outputs
        return "".join(output.text for output in outputs)

    seen = SimpleNamespace(code=[cell for _, cell in code], failure=None)
    with client.setup_kernel(env={**os.environ, **KERNEL}):
        ask(RECORD)
        seen.first = [comparable(client.execute_cell(cell, i)) for i, cell in code]
        record = tmp_path_factory.mktemp("record") / "logits.npz"
        ask(SAVE.format(path=str(record)))
        seen.second = [comparable(client.execute_cell(cell, i)) for i, cell in code]
        try:
            for i, cell in reversed(code):
                if "slow" not in cell.metadata.get("tags", []):
                    client.execute_cell(cell, i)
        except CellExecutionError as error:
            seen.failure = error
        seen.peak = int(ask(PEAK)) / 1e9
    with np.load(record) as blocks:
        seen.probabilities = [1 / (1 + np.exp(-block.astype(float))) for block in blocks.values()]
    return seen


def test_twice_the_same(rerun):
    for cell, before, after in zip(rerun.code, rerun.first, rerun.second, strict=True):
        assert after == before, cell.source


def test_any_order_after_that(rerun):
    assert rerun.failure is None, rerun.failure  # a cell failed that is not meant to


def test_memory(rerun, record_property):
    record_property("peak memory", f"{rerun.peak:.2f} GB")
    assert rerun.peak < PEAK_GB


# What a notebook prints of the tagger must be the same on a machine that rounds differently.


def test_printed_probabilities_are_far_from_a_rounding_edge(rerun, record_property):
    """Look at all that the notebook took from ``predict_logits``."""
    if not rerun.probabilities:
        return  # a chapter without the tagger, such as 1
    # At most 20 rows are a table that is printed; more are a split that is counted.
    seen = [block for block in rerun.probabilities if len(block) <= 20]
    if seen:
        printed = np.concatenate([block.ravel() for block in seen])
        printed = np.concatenate([printed, *(block.sum(axis=1) for block in seen)])
        to_edge = np.abs((printed * 100) % 1 - 0.5) / 100
        record_property("nearest to an edge", f"{to_edge.min():.1e}")
        assert to_edge.min() > DRIFT, printed[to_edge.argmin()]
    nearest = min(np.abs(block - 0.5).min() for block in rerun.probabilities if block.size)
    record_property("nearest to 0.5", f"{nearest:.1e}")
    assert nearest > DRIFT / 2, "a prediction hangs on rounding"


def test_the_edge_test_sees_an_edge():
    printed = np.array([0.12349, 0.12505])
    to_edge = np.abs((printed * 100) % 1 - 0.5) / 100
    np.testing.assert_allclose(to_edge, [0.00151, 0.00005], atol=1e-9)
