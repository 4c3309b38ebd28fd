import json
import urllib.request

import pytest
from nbformat import v4

CELLS = ["import torch\n\nlogits = torch.zeros(2, 4)\n%load_ext helpers.doctor", "sigmoid(logits)"]


@pytest.fixture
def notebook(server, opened):
    """A learner's own notebook, whose last cell fails."""
    address, token = server
    cells = [v4.new_code_cell(source) for source in CELLS]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    content = v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    body = {"type": "notebook", "content": content}
    request = urllib.request.Request(
        f"{address}/api/contents/notebooks/own.ipynb?token={token}",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
        method="PUT",
    )
    urllib.request.urlopen(request, timeout=30).close()
    return opened("own.ipynb")


def test_diagnosis_stands_below_the_traceback(notebook):
    cell = notebook.cell("sigmoid(logits)")
    outputs = cell.locator(".jp-OutputArea-output")
    outputs.nth(1).wait_for()
    traceback, diagnosis = outputs.all()
    assert "NameError: name 'sigmoid' is not defined" in traceback.inner_text()
    assert diagnosis.inner_text().startswith("The doctor knows this error: sigmoid-not-defined")
    fix = diagnosis.locator("pre").first
    assert "probabilities = torch.sigmoid(logits)" in fix.inner_text().splitlines()
    assert traceback.bounding_box()["y"] < diagnosis.bounding_box()["y"]
    assert diagnosis.evaluate("box => box.scrollWidth <= box.clientWidth")
