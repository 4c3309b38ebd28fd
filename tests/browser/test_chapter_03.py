from playwright.sync_api import expect


def test_runs_clean_and_its_quiz_answers(opened):
    notebook = opened("03_encoder_and_head.ipynb", width=800)
    cell = notebook.cell("widgets.quiz(")
    buttons = cell.get_by_role("button").filter(has_text="A")
    buttons.first.click()
    expect(cell.locator(".widget-html-content").last).to_contain_text("A: ")
    notebook.page.keyboard.press("Tab")
    notebook.page.keyboard.press("Space")
    expect(cell.locator(".widget-html-content").last).to_contain_text("B: ")
