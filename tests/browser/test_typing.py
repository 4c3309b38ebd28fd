"""Whatever is typed into a widget changes no cell: JupyterLab has a command on most letters."""

import pytest
from playwright.sync_api import expect

# Every letter, digits, arrows: what a learner types who takes a control for a text box.
TYPED = ["gray mood", "abcdefghijklmnopqrstuvwxyz", "123456"]
ARROWS = ["ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight", "Shift+ArrowDown", "Shift+J"]
CELLS = """() => window.jupyterapp.shell.currentWidget.content.model.toJSON().cells
    .map(cell => [cell.id, cell.cell_type, cell.source])"""
STATUS = "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status"
CONTROLS = "button, input, select, textarea, [role=slider], .noUi-handle"


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("00_start_here.ipynb", "widgets.live_tagger"),
        ("01_tagging_a_photo.ipynb", "photo.photo_tagger()"),
        ("01_tagging_a_photo.ipynb", "exercises.warm_up"),
        ("04_sigmoid_versus_softmax.ipynb", "two_activations("),
        ("07_thresholds.ipynb", "threshold_lab("),
    ],
)
def test_typing_into_a_control_changes_no_cell(opened, name, source):
    notebook = opened(name)
    cell = notebook.cell(source)
    controls = cell.locator(".jp-OutputArea").locator(CONTROLS)
    controls.first.wait_for()
    notebook.wait_until(lambda: notebook.page.evaluate(STATUS) == "idle")
    before = notebook.page.evaluate(CELLS)
    for index in range(min(controls.count(), 12)):
        control = controls.nth(index)
        if not control.is_visible() or not control.is_enabled():
            continue
        for press in (*TYPED, *ARROWS):
            control.focus()
            expect(control).to_be_focused()  # else it was typed to nobody
            if press in TYPED:
                notebook.page.keyboard.type(press)
            else:
                notebook.page.keyboard.press(press)
            assert notebook.page.evaluate(CELLS) == before, f"control {index}, {press}"


def test_outside_of_widgets_the_keys_still_do_what_they_did(opened):
    notebook = opened("01_tagging_a_photo.ipynb")
    notebook.cell("course.start")
    notebook.page.keyboard.press("Escape")
    before = notebook.page.evaluate(CELLS)
    notebook.page.keyboard.press("b")
    assert len(notebook.page.evaluate(CELLS)) == len(before) + 1
    notebook.page.keyboard.press("d")
    notebook.page.keyboard.press("d")
    assert notebook.page.evaluate(CELLS) == before
