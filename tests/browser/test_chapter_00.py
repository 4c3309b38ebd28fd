from playwright.sync_api import expect


def test_live_tagger_follows_the_keyboard_and_shows_text_as_text(opened):
    notebook = opened("00_start_here.ipynb")
    cell = notebook.cell("widgets.live_tagger")
    box, picture = cell.locator("textarea"), cell.locator(".widget-html-content")
    expect(picture).to_contain_text("sports")
    box.click()
    notebook.page.keyboard.press("Control+A")
    notebook.page.keyboard.type("<img src=x onerror=alert(1)>")
    expect(picture.locator("caption")).to_have_text("<img src=x onerror=alert(1)>")
    assert picture.locator("img").count() == 0
    notebook.page.keyboard.press("Control+A")
    notebook.page.keyboard.type("Parliament votes on the phone ban.")
    expect(picture.locator("b", has_text="politics")).to_be_visible()
    assert cell.locator("label", has_text="Your text").count() == 1
