"""A page that was run, saved and closed shows its widgets the next day, as they were left."""

from playwright.sync_api import expect

from conftest import RUN_ALL, Notebook

SAVE = "() => window.jupyterapp.commands.execute('docmanager:save')"


def test_a_page_that_is_opened_again_shows_its_widgets_as_they_were(browser, server):
    day_one = Notebook(browser, server, "01_tagging_a_photo.ipynb")
    # A page of which every cell was run is trusted when it is opened again: its widgets are drawn.
    day_one.page.evaluate(RUN_ALL)
    cell = day_one.page.locator(".jp-CodeCell").filter(has_text="photo.photo_tagger()").last
    cell.get_by_role("button", name="#sunset").click()
    expect(cell.locator(".widget-html-content td").nth(1)).to_have_text("1")
    day_one.page.evaluate(SAVE)
    day_one.close()

    day_two = Notebook(browser, server, "01_tagging_a_photo.ipynb")
    cell = day_two.page.locator(".jp-CodeCell").filter(has_text="photo.photo_tagger()").last
    expect(cell.locator(".widget-html-content svg[role=img]")).to_be_visible()
    expect(cell.locator(".widget-html-content td").nth(1)).to_have_text("1")
    expect(day_two.page.get_by_text("model not found")).to_have_count(0)
    expect(cell.get_by_text("Nothing moves? Run this cell.")).to_be_visible()
    # What is shown is a picture of yesterday: run again, and it moves again.
    cell = day_two.cell("photo.photo_tagger()")
    expect(cell.locator(".widget-html-content td").nth(1)).to_have_text("0")
    assert not day_two.problems
    day_two.close()
