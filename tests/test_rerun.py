"""The checks of rerun.py see what they are there to see."""

import shutil
import subprocess
import sys

import nbformat
import numpy as np

from common import ROOT
from rerun import CHECKS, to_edge

CELLS = """\
n = globals().get("n", 0)
----
print("run", n)
n += 1
----
items = [n]
----
del items
----
from helpers import models
logits = models.predict_logits
"""


def test_the_edge_test_sees_an_edge():
    np.testing.assert_allclose(to_edge(np.array([0.12349, 0.12505])), [0.00151, 0.00005], atol=1e-9)


def test_faults_are_seen(tmp_path):
    """A cell that shows something else the second time, one that fails out of order."""
    notebook = nbformat.v4.new_notebook()
    for number, source in enumerate(CELLS.split("----\n"), start=1):
        cell = nbformat.v4.new_code_cell(source, execution_count=number)
        if "print" in source:
            cell.outputs = [nbformat.v4.new_output("stream", text="run 0\n")]
        notebook.cells.append(cell)
    nbformat.write(notebook, tmp_path / "faults.ipynb")
    shutil.copy(ROOT / "conftest.py", tmp_path)
    command = [sys.executable, "-m", "pytest", "-c", ROOT / "pyproject.toml", "--rootdir", ROOT]
    command += ["-p", "no:cacheprovider", "-rA", tmp_path / "faults.ipynb"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    verdicts = {
        name: line.split()[0]
        for line in done.stdout.splitlines()
        for name in CHECKS
        if f"::{name}" in line and line.split()[0] in ("PASSED", "FAILED", "ERROR")
    }
    assert verdicts == {
        "Rounding edges": "PASSED",
        "Second run": "FAILED",
        "Any order": "FAILED",
        "Memory": "PASSED",
    }, done.stdout
