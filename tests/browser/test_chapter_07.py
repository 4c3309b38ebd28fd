import statistics

from playwright.sync_api import expect


def test_threshold_lab_by_keyboard(opened):
    notebook = opened("07_thresholds.ipynb")
    cell = notebook.cell("threshold_lab(")
    picture, flipped = (cell.locator(".widget-html-content").nth(k) for k in (-2, -1))
    sliders = cell.locator("[role=slider]")
    expect(sliders).to_have_count(6)  # four labels, two costs
    expect(flipped).to_contain_text("Move a slider")
    technology = sliders.nth(2)

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
    sliders.nth(5).focus()
    notebook.page.keyboard.press("ArrowRight")
    expect(picture).to_contain_text("the costs ask for 0.33")
    expect(picture).to_contain_text("now 0.33")

    cell.get_by_role("button", name="one for all").focus()
    notebook.page.keyboard.press("Enter")
    expect(sliders).to_have_count(3)
    sliders.first.focus()
    notebook.page.keyboard.press("ArrowRight")
    expect(picture).to_contain_text("now 0.34")
