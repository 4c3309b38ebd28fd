"""Notebooks as learners use them: run twice, then cell by cell from the bottom up."""

import copy
import os
import re

import pytest
from nbclient import NotebookClient

from test_notebooks import PAIRS, build

PEAK_GB = 1.5
# On Linux the kernel's own peak: what getrusage says there also counts the process that started it.
PEAK_CODE = """
import pathlib, re, sys
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


@pytest.mark.parametrize(("source", "path"), PAIRS, ids=[source.stem for source, _ in PAIRS])
def test_twice_the_same_and_any_order_after_that(source, path, monkeypatch):
    monkeypatch.setitem(os.environ, "PYTHONHASHSEED", "0")
    notebook = build.cells(source)
    client = NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.parent)}},
    )
    code = [(i, cell) for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    with client.setup_kernel():
        first = [comparable(client.execute_cell(cell, i)) for i, cell in code]
        second = [comparable(client.execute_cell(cell, i)) for i, cell in code]
        for (_, cell), before, after in zip(code, first, second, strict=True):
            assert after == before, cell.source
        for i, cell in reversed(code):
            if "slow" not in cell.metadata.get("tags", []):
                client.execute_cell(cell, i)  # raises where a cell fails that is not meant to
        last = code[-1][1]
        last.source = PEAK_CODE
        client.execute_cell(last, code[-1][0])
        assert int(last.outputs[0].text) / 1e9 < PEAK_GB
