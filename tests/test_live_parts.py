"""Which widgets are live on the site, and what stands there for readers without scripts."""

import json
import re

import nbformat
import pytest

import live_parts
from common import ROOT

WIDGETS = {
    "02_tokenization": "course-token-viewer",
    "04_sigmoid_versus_softmax": "course-activations",
    "07_thresholds": "course-threshold-lab",
}
PART = re.compile(r'<(course-[\w-]+)><script type="application/json">(.*?)</script>(.*)</\1>', re.S)


def placed(notebook) -> list[tuple[str, dict, str]]:
    """List the live parts of a notebook: element, data, and what stands behind."""
    found = []
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        live_parts.place(cell)
        for output in cell.outputs:
            text = "".join(output.get("data", {}).get("text/html", ""))
            found += [(name, json.loads(data), rest) for name, data, rest in PART.findall(text)]
    return found


@pytest.mark.parametrize("path", sorted(ROOT.glob("notebooks/*.ipynb")), ids=lambda path: path.stem)
def test_three_chapters_have_a_live_part_with_its_table_behind(path):
    found = placed(nbformat.read(path, as_version=4))
    wanted = [WIDGETS[path.stem]] if path.stem in WIDGETS else []
    assert [name for name, _, _ in found] == wanted
    for _, data, behind in found:
        assert behind.startswith("<table") and data


def test_data_cannot_end_their_script():
    source = "tokens.token_viewer(tokenizer, ['</script><b>'], longest=5)"
    shown = {"output_type": "display_data", "data": {"text/html": "<table></table>"}}
    cell = nbformat.from_dict({"cell_type": "code", "source": source, "outputs": [shown]})
    live_parts.place(cell)
    ((_, data, behind),) = PART.findall(cell.outputs[0]["data"]["text/html"])
    assert "<" not in data and json.loads(data)["texts"] == ["</script><b>"]
    assert behind == "<table></table>"
