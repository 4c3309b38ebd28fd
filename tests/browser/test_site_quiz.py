"""The questions and hints on the site's pages: the helpers' words, for mouse, keyboard and ear."""

import re
from html import unescape

import pytest
from site_pages import opened

import sections
from helpers.exercises._ask import verdict
from helpers.exercises._final import result
from helpers.exercises._problem import chapters
from helpers.exercises._questions import LETTERS, of_chapter, warm_up
from helpers.exercises._words import plain

STEMS = sections.stems()


def words(html: str) -> str:
    """Leave out the tags of a reply, and read its escaped letters."""
    return unescape(re.sub("<[^>]+>", "", html))


@pytest.fixture
def chapter(context, address):
    """Open a chapter's page on the site."""
    return lambda number: opened(context, f"{address}notebooks/{STEMS[number]}.html")


@pytest.mark.parametrize("number", STEMS)
def test_each_answer_is_a_button_that_says_what_the_helpers_say(chapter, number):
    page = chapter(number)
    asked = [*warm_up(number), *of_chapter(number)]
    groups = page.locator("course-quiz [role=group]")
    assert groups.count() == len(asked)
    for k, question in enumerate(asked):
        group = groups.nth(k)
        assert group.get_attribute("aria-label").endswith(plain(question.asks))
        buttons, reply = group.locator("button"), group.locator("[role=status]")
        assert reply.inner_text() == "Choose one."
        for i, (answer, right, _) in enumerate(question.choices):
            assert buttons.nth(i).inner_text().strip() == f"{LETTERS[i]} · {plain(answer)}"
            buttons.nth(i).click()
            said = "✓ right" if right else "✗ wrong"
            shown = buttons.nth(i).inner_text().split("\n")
            assert shown == [f"{LETTERS[i]} · {plain(answer)}", said]
            assert reply.inner_text() == words(verdict(question, i))
    assert page.locator("course-quiz details").count() == 0 and not page.wrong


def test_a_question_is_answered_by_keyboard(chapter):
    page = chapter("04")
    first = page.locator("course-quiz [role=group]").first
    first.locator("button").first.focus()
    question = warm_up("04")[0]
    for i, (_, right, _) in enumerate(question.choices):
        page.keyboard.press("Space" if i % 2 else "Enter")
        assert first.locator("[role=status]").inner_text() == words(verdict(question, i))
        assert page.evaluate("document.activeElement.innerText").startswith(f"{LETTERS[i]} · ")
        assert ("✓ right" in page.evaluate("document.activeElement.innerText")) == right
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText").startswith("A · ")  # of the next one


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("number", STEMS)
def test_nothing_moves_when_a_reply_comes(browser, address, number, width):
    context = browser.new_context(viewport={"width": width, "height": 844})
    page = opened(context, f"{address}notebooks/{STEMS[number]}.html")
    moved = page.evaluate(
        """() => {
            const buttons = [...document.querySelectorAll("course-quiz button")], moved = [];
            const places = () => buttons.map(one => one.offsetTop).join();
            const before = places();
            for (const button of buttons) {
                button.click();
                if (places() !== before) moved.push(button.innerText);
            }
            return moved;
        }"""
    )
    context.close()
    assert not moved


def test_without_scripts_each_answer_has_a_fold(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}notebooks/{STEMS['04']}.html")
    folds = page.locator("course-quiz details")
    assert folds.count() == 4 * len([*warm_up("04"), *of_chapter("04")])
    folds.first.locator("summary").click()
    assert folds.first.inner_text().endswith(words(verdict(warm_up("04")[0], 0)))
    context.close()


def test_a_page_from_disk_asks_as_well(context, site):
    page = opened(context, (site / "notebooks" / f"{STEMS['04']}.html").as_uri())
    page.locator("course-quiz button").first.click()
    assert page.locator("course-quiz [role=status]").first.inner_text().startswith("A: ")
    assert not page.wrong


@pytest.mark.parametrize("number", chapters())
def test_hints_and_a_solution_are_folded_below_each_problem(context, address, number):
    page = opened(context, f"{address}exercises/{STEMS[number]}.html")
    folds = page.locator(".help details")
    expected = []
    for problem in chapters()[number]:
        total = len(problem.hints)
        expected += [
            (f"Hint {k} of {total}", plain(hint)) for k, hint in enumerate(problem.hints, 1)
        ]
        expected.append(("A solution", problem.solution))
    assert folds.count() == len(expected)
    for k, (title, text) in enumerate(expected):
        fold = folds.nth(k)
        assert not fold.evaluate("fold => fold.open")
        fold.locator("summary").press("Enter")  # by keyboard
        assert fold.locator("summary").inner_text() == title
        shown = fold.locator("p" if title != "A solution" else "pre").inner_text()
        assert " ".join(shown.split()) == " ".join(text.split())
    assert not page.wrong


def choose(page, questions, letters: dict[str, str]) -> None:
    for k, question in enumerate(questions):
        quiz = page.locator("course-quiz").nth(k)
        quiz.locator("button").nth(LETTERS.index(letters[question.name])).click()


@pytest.mark.parametrize("wrong", [0, 3, 9, 20])
def test_the_final_check_says_how_it_went_as_the_helpers_do(context, address, wrong):
    page = opened(context, f"{address}exercises/13_final_check.html")
    questions = of_chapter("final")
    right = {q.name: LETTERS[q.right] for q in questions}
    letters = {q.name: LETTERS[(q.right + (k < wrong)) % 4] for k, q in enumerate(questions)}
    choose(page, questions[:7], letters)
    tally = page.locator("course-tally")
    assert tally.inner_text() == "7 of 20 answered."
    choose(page, questions, letters)
    expected = result(questions, letters).text.split("\n")[:2]
    assert tally.inner_text().split("\n\n") == expected
    choose(page, questions, right)  # the first choice counts
    assert tally.inner_text().split("\n\n") == expected and not page.wrong
