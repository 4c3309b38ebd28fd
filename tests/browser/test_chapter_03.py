from playwright.sync_api import expect


def test_runs_clean_and_its_questions_answer(opened):
    notebook = opened("03_encoder_and_head.ipynb", width=800)
    cell = notebook.cell('exercises.questions("03")')
    explanation = cell.locator(".jp-OutputArea [aria-live=polite]").first
    cell.get_by_role("button", name="A · ").first.click()
    expect(explanation).to_contain_text("A: ")
    notebook.page.keyboard.press("Tab")
    notebook.page.keyboard.press("Space")
    expect(explanation).to_contain_text("B: ")
    # In a narrow window too, no answer is cut off: it goes on in a second line.
    for button in cell.get_by_role("button", name=" · ").all():
        assert button.evaluate(
            "one => one.scrollWidth <= one.clientWidth && one.scrollHeight <= one.clientHeight"
        )
