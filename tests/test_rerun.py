"""The checks of rerun.py see what they are there to see."""

import functools
import json
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import numpy as np
import pytest

import elsewhere
from common import ROOT
from rerun import CHECKS, WATCH, WATCHED, to_edge

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


NOISY = """
import collections, pickle, socket
open({path!r}, "w").close()
pickle.loads(pickle.dumps(collections.OrderedDict(a=1)))
try:
    socket.create_connection(("192.0.2.1", 9), timeout=0.01)  # an address that nobody has
except OSError:
    pass
"""


def test_what_leaves_the_machine_is_written_or_unpickled_is_seen(tmp_path):
    path = str(tmp_path.resolve() / "new.txt")
    program = WATCH + NOISY.format(path=path) + WATCHED
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    seen = json.loads(done.stdout)
    assert path in seen["written"] and "192.0.2.1" in seen["connected"]
    assert seen["unpickled"] == ["collections.OrderedDict"]
    kernel = SimpleNamespace(kc=SimpleNamespace(execute_interactive=answering(seen)))
    with pytest.raises(AssertionError, match=r"192\.0\.2\.1"):
        CHECKS["Quiet"](kernel, [], print)


def answering(seen):
    def execute_interactive(code, output_hook, **options):
        output_hook({"content": {"text": json.dumps(seen)}})
        return {"content": {"status": "ok"}}

    return execute_interactive


def test_faults_are_seen(tmp_path):
    """A cell that shows something else the second time, one that fails out of order."""
    notebook = nbformat.v4.new_notebook()
    for number, source in enumerate(CELLS.split("----\n"), start=1):
        cell = nbformat.v4.new_code_cell(source, execution_count=number)
        if "print" in source:
            cell.outputs = [nbformat.v4.new_output("stream", text="run 0\n")]
        notebook.cells.append(cell)
    nbformat.write(notebook, tmp_path / "faults.ipynb")
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
        "Quiet": "PASSED",
        "Rounding edges": "PASSED",
        "Second run": "FAILED",
        "Any order": "FAILED",
        "Memory": "PASSED",
    }, done.stdout


def test_another_environment_is_compared_in_the_same_way(tmp_path):
    """A notebook in a folder of its own, with the line before folded output and a widget's end."""
    fold = nbformat.v4.new_output(
        "display_data", data={"text/plain": "(folded)"}, metadata={"fold": True}
    )
    shown = nbformat.v4.new_output("stream", text="after\n")
    source = "from IPython.display import clear_output\nprint('before')\nclear_output()\n"
    notebook = nbformat.v4.new_notebook()
    for name, text in {"right": "print('after')", "wrong": "print('else')"}.items():
        cell = nbformat.v4.new_code_cell(source + text, execution_count=1, outputs=[fold, shown])
        notebook.cells = [cell]
        nbformat.write(notebook, tmp_path / f"{name}.ipynb")
    pages = [tmp_path / "right.ipynb", tmp_path / "wrong.ipynb"]
    said = dict(elsewhere.run(pages, Path(sys.executable)))
    assert said["right.ipynb"] == "passed"
    assert said["wrong.ipynb"].startswith("1 of 1 cells")


def test_an_errors_words_may_be_a_releases_own_and_the_verdict_may_not():
    rules = (ROOT / "tests" / "nbval_sanitize_other_words.cfg").read_text(encoding="utf-8")
    rules = re.findall(r"^regex: (.*)\nreplace: (.*)$", rules, re.MULTILINE)
    page = nbformat.read(ROOT / "notebooks" / "08_error_recovery.ipynb", as_version=4)
    shown = [
        text
        for cell in page.cells
        for output in cell.get("outputs", [])
        for text in output.get("data", {}).values()
        if "text input must be of type" in text
    ]
    assert len(rules) == len(shown) == 2  # as a card and as text

    def compared(*change: str) -> list[str]:
        texts = [text.replace(*change) for text in shown]
        return [functools.reduce(lambda t, rule: re.sub(*rule, t), rules, text) for text in texts]

    saved = compared("", "")
    assert compared("text input must be", "a text was to be\nonce") == saved
    for change in [("tokenizer-wants-list", "another"), ("a list of strings", "what you like")]:
        assert all(new != old for new, old in zip(compared(*change), saved, strict=True))
