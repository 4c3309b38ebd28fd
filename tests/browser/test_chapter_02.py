from playwright.sync_api import expect


def test_token_viewer_by_mouse_and_by_keyboard(opened):
    notebook = opened("02_tokenization.ipynb")
    keyboard = notebook.page.keyboard
    cell = notebook.cell("tokens.token_viewer(")
    box, picture = cell.locator("textarea"), cell.locator(".widget-html-content").last

    box.click()
    keyboard.press("Control+A")
    keyboard.type("<img src=x onerror=alert(1)>")
    expect(picture).to_contain_text("alert")
    assert picture.locator("img").count() == 0

    keyboard.press("Control+A")
    keyboard.type("The team won the game in the last minute.")
    expect(picture).to_contain_text("minute")
    cut = picture.locator("[style*='line-through'], [text-decoration='line-through'], s, del")
    expect(cut).to_have_count(0)

    slider = cell.locator("[role=slider]")
    times = notebook.latencies(slider, picture, ["ArrowLeft"] * 9)
    print(f"token viewer: key press to picture {sorted(times)[4]:.0f} ms median")
    expect(cut).not_to_have_count(0)

    handle, track = slider.bounding_box(), cell.locator(".noUi-base").bounding_box()
    notebook.page.mouse.move(handle["x"] + 4, handle["y"] + 4)
    notebook.page.mouse.down()
    notebook.page.mouse.move(track["x"] + track["width"], handle["y"] + 4, steps=5)
    notebook.page.mouse.up()
    expect(cut).to_have_count(0)
