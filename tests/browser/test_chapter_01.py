import re

from playwright.sync_api import expect


def row(cell) -> list[str]:
    """Read the row of the indicator matrix below the photo."""
    return cell.locator(".widget-html-content table td").all_inner_texts()


def test_photo_tagger_by_mouse_and_by_keyboard(opened):
    notebook = opened("01_tagging_a_photo.ipynb")
    keyboard = notebook.page.keyboard
    cell = notebook.cell("photo.photo_tagger()")
    assert cell.locator("svg[role=img]").get_attribute("aria-label").startswith("A drawn photo: ")
    assert row(cell) == ["0"] * 5

    cell.get_by_role("button", name="#sunset").click()
    expect(cell.locator("td").nth(1)).to_have_text("1")
    keyboard.press("Tab")
    keyboard.press("Space")
    expect(cell.locator("td").nth(2)).to_have_text("1")
    assert row(cell) == ["0", "0", "1", "0", "0"]

    many = cell.get_by_role("button", name="many labels")
    many.focus()
    keyboard.press("Enter")
    boxes = cell.locator("input[type=checkbox]")
    expect(boxes).to_have_count(5)
    boxes.nth(0).focus()
    keyboard.press("Space")
    expect(cell.locator("td").nth(0)).to_have_text("1")
    boxes.nth(1).check()
    expect(cell).to_contain_text("Every label that fits is given, and no other.")
    assert row(cell) == ["1", "1", "1", "0", "0"]

    cell.get_by_role("button", name="one choice").click()
    expect(cell).to_contain_text("Dropped, because one choice has no place for it")
    assert row(cell).count("1") == 1


def test_questions_by_keyboard(opened):
    notebook = opened("01_tagging_a_photo.ipynb")
    cell = notebook.cell('exercises.questions("01")')
    cell.get_by_role("button", name="A · ").first.focus()
    notebook.page.keyboard.press("Space")
    expect(cell).to_contain_text("A: ")
    notebook.page.keyboard.press("Tab")
    notebook.page.keyboard.press("Space")
    expect(cell).to_contain_text("B: ")
    # Each button says what it was, and they are as wide as a line of text.
    for letter in "AB":
        button = cell.get_by_role("button", name=f"{letter} · ").first
        expect(button).to_contain_text(re.compile(rf"^{letter} · (✓ right|✗ wrong) · "))
        assert button.bounding_box()["width"] > 500
        assert button.evaluate("button => button.scrollWidth <= button.clientWidth")
    expect(cell.get_by_role("button", name="B · ").first).to_be_focused()
    expect(cell.locator(".jp-OutputArea [aria-live=polite]").first).to_contain_text("B: ")
