from playwright.sync_api import expect


def test_runs_clean_and_its_questions_answer(opened):
    notebook = opened("03_encoder_and_head.ipynb", width=800)
    cell = notebook.cell('exercises.questions("03")')
    buttons = cell.get_by_role("button").filter(has_text="A")
    buttons.first.click()
    expect(cell.locator(".widget-html-content").nth(5)).to_contain_text("A: ")
    notebook.page.keyboard.press("Tab")
    notebook.page.keyboard.press("Space")
    expect(cell.locator(".widget-html-content").nth(5)).to_contain_text("B: ")
