import statistics

import pytest
from playwright.sync_api import expect


def slider(cell, name):
    """Find a slider as a screen reader does, by its name; a key is pressed on its handle."""
    return cell.get_by_role("slider", name=name, exact=True)


def test_threshold_lab_by_keyboard(opened):
    notebook = opened("07_thresholds.ipynb")
    cell = notebook.cell("threshold_lab(")
    picture, _, flipped = (cell.locator(".widget-html-content").nth(k) for k in range(3))
    sliders = cell.locator("[role=slider]")
    expect(sliders).to_have_count(7)  # the curve's axis, four labels, two costs
    expect(flipped).to_contain_text("Move a slider")
    technology = slider(cell, "technology")

    times = notebook.latencies(technology, picture, ["ArrowLeft"] * 9)
    print(f"threshold lab: key press to picture {statistics.median(times):.0f} ms median")
    expect(picture).to_contain_text("now 0.41")
    expect(flipped).to_contain_text("That move")
    notebook.page.keyboard.press("Home")
    expect(picture).to_contain_text("now 0.00")
    expect(flipped).to_contain_text("now given")
    expect(flipped).to_contain_text("more")

    cell.get_by_role("button", name="all to tuned").focus()
    notebook.page.keyboard.press("Space")
    expect(flipped).to_contain_text("no longer given")
    slider(cell, "miss costs").focus()
    notebook.page.keyboard.press("ArrowRight")
    expect(picture).to_contain_text("costs ask for 0.33")
    expect(picture).to_contain_text("now 0.33")

    cell.get_by_role("button", name="one for all").focus()
    notebook.page.keyboard.press("Enter")
    expect(sliders).to_have_count(4)
    expect(flipped.locator("[aria-live=polite]")).to_contain_text("One slider for all labels.")
    slider(cell, "all labels").focus()
    notebook.page.keyboard.press("ArrowRight")
    expect(picture).to_contain_text("now 0.34")


def test_the_threshold_moves_on_the_axis(opened):
    notebook = opened("07_thresholds.ipynb")
    cell = notebook.cell("threshold_lab(")
    picture, flipped = (cell.locator(".widget-html-content").nth(k) for k in (0, 2))
    cell.get_by_role("button", name="technology").focus()
    notebook.page.keyboard.press("Space")
    expect(flipped).to_contain_text("Curves of technology.")
    axis = slider(cell, "threshold")
    times = notebook.latencies(axis, picture, ["ArrowLeft"] * 9)
    print(f"threshold on the axis: key press to picture {statistics.median(times):.0f} ms median")
    expect(picture).to_contain_text("now 0.41")
    expect(flipped.locator("[aria-live=polite]")).to_contain_text("That move")

    # By mouse: to the middle of the axis, where the picture has its 0.5.
    track, handle = cell.locator(".noUi-base").first.bounding_box(), axis.bounding_box()
    y = handle["y"] + handle["height"] / 2
    notebook.page.mouse.move(handle["x"] + handle["width"] / 2, y)
    notebook.page.mouse.down()
    notebook.page.mouse.move(track["x"] + track["width"] / 2, y, steps=5)
    notebook.page.mouse.up()
    expect(picture).to_contain_text("now 0.50")


@pytest.mark.parametrize("width", [1280, 800])
def test_all_of_the_lab_is_seen_at_once_or_one_column_below_the_other(opened, width):
    notebook = opened("07_thresholds.ipynb", width=width)
    cell = notebook.cell("threshold_lab(")
    whole = cell.locator(".jp-OutputArea-output .widget-hbox").first
    curves, controls = (whole.locator("> .widget-vbox").nth(k) for k in (0, 1))
    flipped = cell.locator(".widget-html-content").nth(2)
    expect(cell.locator(".widget-html-content table")).to_have_count(1)
    before = whole.bounding_box()["height"]
    left, right = curves.bounding_box(), controls.bounding_box()
    if width == 1280:
        panel = notebook.page.locator(".jp-WindowedPanel-outer").first.bounding_box()["height"]
        print(f"threshold lab: {before:.0f} px high, the notebook's panel {panel:.0f}")
        assert before <= panel
        assert right["x"] >= left["x"] + left["width"] and right["y"] == left["y"]
        table = cell.locator(".widget-html-content table")
        assert table.evaluate("one => one.scrollWidth <= one.parentElement.clientWidth")
    else:
        assert right["y"] >= left["y"] + left["height"]
    assert whole.evaluate("one => one.scrollWidth <= one.clientWidth + 1")

    # The slider's track lies below the frame of the curves, and names are not cut off.
    frame = curves.locator("svg rect").first.bounding_box()
    track = curves.locator(".noUi-base").bounding_box()
    assert abs(track["x"] - frame["x"]) < 3
    assert abs(track["x"] + track["width"] - frame["x"] - frame["width"]) < 3
    assert 0 < track["y"] - frame["y"] - frame["height"] < 80
    if width == 1280:
        for label in cell.locator(".widget-slider .widget-label, button").all():
            assert label.evaluate("one => one.scrollWidth <= one.clientWidth"), label.inner_text()

    # The most that can flip: nothing below moves.
    slider(cell, "sports").focus()
    notebook.page.keyboard.press("Home")
    expect(flipped).to_contain_text("more")
    assert whole.bounding_box()["height"] == before
