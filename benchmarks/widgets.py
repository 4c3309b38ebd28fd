"""How long a key press takes until its picture is drawn, in a real JupyterLab."""

import json
import statistics
import tempfile
from pathlib import Path

from browsing import can_browse
from timing import table, tell

ROOT = Path(__file__).resolve().parent.parent
PRESSES = 25
RIVAL = "a slider of interact that draws four bars with plt.show"
# What most notebooks do. It draws less than any widget of the course: one panel, no table.
RIVAL_CODE = """import matplotlib.pyplot as plt
from ipywidgets import FloatSlider, interact

def draw(logit):
    plt.bar(["sports", "politics", "technology", "entertainment"], [0.5, 0.2, 0.1, logit / 12 + 0.5])
    plt.show()

interact(draw, logit=FloatSlider(min=-6, max=6, step=0.1));"""  # noqa: E501
OURS = {  # the way: page, cell, slider, key
    "two activations: a logit": (
        "04_sigmoid_versus_softmax.ipynb",
        "two_activations(tagger)",
        "technology",
        "ArrowRight",
    ),
    "threshold lab: a label": ("07_thresholds.ipynb", "threshold_lab(", "technology", "ArrowLeft"),
    "threshold lab: the axis": ("07_thresholds.ipynb", "threshold_lab(", "threshold", "ArrowLeft"),
}


def bench_widgets() -> None:
    """Press keys on the sliders of the course, beside one of ``interact``."""
    if not can_browse("The widgets need"):
        return
    from conftest import Notebook, started_browser, started_lab

    times: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        with started_lab(folder) as server, started_browser() as browser:
            (folder / "notebooks" / "rival.ipynb").write_text(json.dumps(_rival_page()))
            for name, (page, source, slider, key) in OURS.items():
                notebook = Notebook(browser, server, page)
                cell = notebook.cell(source)
                handle = cell.get_by_role("slider", name=slider, exact=True)
                picture = cell.locator(".widget-html-content").first
                times[name] = _pressed(notebook, name, handle, picture, key)
            notebook = Notebook(browser, server, "rival.ipynb")
            cell = notebook.cell("interact(draw")
            handle, picture = cell.get_by_role("slider"), cell.locator(".widget-output")
            times[RIVAL] = _pressed(notebook, RIVAL, handle, picture, "ArrowRight")
    seconds = {name: statistics.median(each) for name, each in times.items()}
    slow = {name: statistics.quantiles(each, n=10)[-1] for name, each in times.items()}
    table(
        f"Key press to picture, medians of {PRESSES}",
        seconds,
        "seconds",
        also={"slowest 10 %": slow},
    )


def _pressed(notebook, name: str, handle, picture, key: str) -> list[float]:
    handle.wait_for()
    notebook.latencies(handle, picture, [key] * 3)  # what is slow only once
    times = [ms / 1000 for ms in notebook.latencies(handle, picture, [key] * PRESSES)]
    tell(f"{name}: median {statistics.median(times):.3g} s")
    notebook.close()
    return times


def _rival_page() -> dict:
    from nbformat import v4

    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return v4.new_notebook(cells=[v4.new_code_cell(RIVAL_CODE)], metadata={"kernelspec": kernel})
