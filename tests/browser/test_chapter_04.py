import re
import statistics

from playwright.sync_api import expect

from helpers.data import TASK_LABELS


def sums(picture) -> list[float]:
    """Read the two sums that the picture states: sigmoid's and softmax's."""
    return [float(number) for number in re.findall(r"sum (\d\.\d\d)", picture.inner_text())]


def test_sliders_by_keyboard_and_mouse(opened):
    notebook = opened("04_sigmoid_versus_softmax.ipynb")
    cell = notebook.cell("two_activations(tagger)")
    picture = cell.locator(".widget-html-content").last
    sliders = cell.locator("[role=slider]")
    expect(sliders).to_have_count(4)
    for name in TASK_LABELS:
        expect(cell.get_by_role("slider", name=name, exact=True)).to_have_count(1)
    sigmoid_before, softmax_before = sums(picture)
    assert softmax_before == 1

    times = notebook.latencies(sliders.nth(2), picture, ["ArrowRight"] * 25)
    print(f"two activations: key press to picture {statistics.median(times):.0f} ms median")
    sigmoid_after, softmax_after = sums(picture)
    assert sigmoid_after > sigmoid_before and softmax_after == 1

    handle, track = sliders.nth(3).bounding_box(), cell.locator(".noUi-base").nth(3).bounding_box()
    notebook.page.mouse.move(handle["x"] + 4, handle["y"] + 4)
    notebook.page.mouse.down()
    notebook.page.mouse.move(track["x"] + track["width"], handle["y"] + 4, steps=5)
    notebook.page.mouse.up()
    notebook.wait_until(lambda: sums(picture)[0] > sigmoid_after and sums(picture)[1] == 1)


def test_own_text_is_read_and_shown_as_text(opened):
    notebook = opened("04_sigmoid_versus_softmax.ipynb")
    cell = notebook.cell("two_activations(tagger)")
    picture = cell.locator(".widget-html-content").last
    box = cell.locator("input[type=text]").first
    box.focus()
    notebook.page.keyboard.press("Control+A")
    notebook.page.keyboard.type("<img src=x onerror=alert(1)>")
    expect(picture).to_contain_text("<img src=x onerror=alert(1)>")
    assert picture.locator("img").count() == 0
    expect(cell.locator("button.mod-active")).to_have_text("your own text")


def test_presets_by_keyboard(opened):
    notebook = opened("04_sigmoid_versus_softmax.ipynb")
    cell = notebook.cell("two_activations(tagger)")
    picture = cell.locator(".widget-html-content").last
    pressed, said = (
        cell.locator("button.mod-active"),
        cell.locator(".jp-OutputArea [aria-live=polite]"),
    )
    none = cell.get_by_role("button", name="none")
    none.focus()
    notebook.page.keyboard.press("Space")
    notebook.wait_until(lambda: sums(picture)[0] < 0.5 and sums(picture)[1] == 1)
    expect(none).to_be_focused()
    expect(pressed).to_have_text("none")
    expect(said).to_contain_text('Preset "none". Sigmoid says yes to 0 of 4 labels')

    slider = cell.locator("[role=slider]").first
    slider.focus()
    notebook.page.keyboard.press("ArrowRight")
    expect(said).to_contain_text("Set by hand.")
    expect(pressed).to_have_count(0)
    notebook.page.keyboard.press("ArrowLeft")  # back to where the preset is
    expect(said).to_contain_text('Preset "none".')
    expect(pressed).to_have_text("none")

    readout = cell.locator(".widget-readout").first
    for typed, shown in (("2.34", "2.3"), ("2.33", "2.3")):
        readout.click()
        notebook.page.keyboard.press("Control+A")
        notebook.page.keyboard.type(typed)
        notebook.page.keyboard.press("Enter")
        expect(picture).to_contain_text(f"sports {shown}")
        expect(readout).to_have_text(shown)
        expect(said).to_contain_text("Set by hand.")


def test_a_long_text_moves_nothing(opened):
    notebook = opened("04_sigmoid_versus_softmax.ipynb")
    cell = notebook.cell("two_activations(tagger)")
    picture, said = (
        cell.locator("svg[role=img]").first,
        cell.locator(".jp-OutputArea [aria-live=polite]"),
    )
    cell.get_by_role("button", name="none").click()
    expect(said).to_contain_text('Preset "none".')
    before = picture.bounding_box()["y"] - cell.bounding_box()["y"]
    cell.locator("input[type=text]").first.fill("The union asks for more pay. " * 172)
    expect(said).to_contain_text("Its end is beyond")
    assert len(said.inner_text()) < 400
    assert picture.bounding_box()["y"] - cell.bounding_box()["y"] == before
