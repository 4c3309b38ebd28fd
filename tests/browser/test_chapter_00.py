from playwright.sync_api import expect


def test_live_tagger_follows_the_keyboard_and_shows_text_as_text(opened):
    notebook = opened("00_start_here.ipynb")
    cell = notebook.cell("widgets.live_tagger")
    box, picture = cell.locator("textarea"), cell.locator(".widget-html-content")
    expect(picture).to_contain_text("sports")
    box.click()
    notebook.page.keyboard.press("Control+A")
    notebook.page.keyboard.type("<img src=x onerror=alert(1)>")
    said = picture.locator("[aria-live=polite]")
    expect(said).to_contain_text('"<img src=x onerror=alert(1)>" gets ')
    assert picture.locator("img").count() == 0
    notebook.page.keyboard.press("Control+A")
    notebook.page.keyboard.type("Parliament votes on the phone ban.")
    expect(picture.locator("b", has_text="politics")).to_be_visible()
    expect(said).to_contain_text("gets politics")
    assert cell.locator("label", has_text="Your text").count() == 1


def test_a_long_text_is_tagged_and_nothing_moves(opened):
    notebook = opened("00_start_here.ipynb")
    cell = notebook.cell("widgets.live_tagger")
    box, said = cell.locator("textarea"), cell.locator(".jp-OutputArea [aria-live=polite]")
    numbers = cell.locator(".widget-html-content td:nth-child(2)")
    expect(numbers).to_have_count(4)

    def places():
        tops = [numbers.nth(k).bounding_box() for k in range(4)]
        top = cell.bounding_box()["y"]
        return [(n["x"], n["y"] - top, n["width"], n["height"]) for n in tops]

    before = places()
    box.fill("The union asks for more pay. " * 172)  # 5,000 characters
    expect(said).to_contain_text("Its end is beyond")
    assert len(said.inner_text()) < 250
    assert places() == before
    box.fill("")
    expect(said).to_have_text("Type a sentence above.")
    assert places() == before
    print("live tagger: height", round(cell.locator(".jp-OutputArea").bounding_box()["height"]))
