import re
import statistics

from playwright.sync_api import expect


def sums(picture) -> list[float]:
    """Read the two sums that the picture states: sigmoid's and softmax's."""
    return [float(number) for number in re.findall(r"sum (\d\.\d\d)", picture.inner_text())]


def test_sliders_by_keyboard_and_mouse(opened):
    notebook = opened("04_sigmoid_versus_softmax.ipynb")
    cell = notebook.cell("two_activations(tagger)")
    picture = cell.locator(".widget-html-content").last
    sliders = cell.locator("[role=slider]")
    expect(sliders).to_have_count(4)
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
    expect(cell.locator("select")).to_have_value("your own text")


def test_presets_by_keyboard(opened):
    notebook = opened("04_sigmoid_versus_softmax.ipynb")
    cell = notebook.cell("two_activations(tagger)")
    picture = cell.locator(".widget-html-content").last
    cell.locator("select").focus()
    notebook.page.keyboard.type("none")
    notebook.wait_until(lambda: sums(picture)[0] < 0.5 and sums(picture)[1] == 1)
