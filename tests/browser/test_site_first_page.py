"""Who comes to the first page cold, with a phone: what it is, and a text tagged by one tap."""

import pytest
from site_pages import opened

import make_site
from helpers import models
from helpers.activations import sigmoid

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def phone(browser):
    """A phone that has seen nothing yet, and is touched."""
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    yield context
    context.close()


def labels_of(text: str) -> str:
    tagger = models.load_tagger()
    row = sigmoid(models.predict_logits(tagger.model, tagger.tokenizer, [text]))[0]
    pairs = zip(tagger.label_names, row > tagger.thresholds, strict=True)
    return " and ".join(name for name, given in pairs if given)


def is_on_screen(found) -> bool:
    return found.evaluate(
        "e => { const r = e.getBoundingClientRect();"
        "return r.top >= 0 && r.bottom <= innerHeight && r.right <= innerWidth }"
    )


def test_the_first_screen_of_a_phone_says_what_it_is_and_has_the_box(phone, address):
    page = opened(phone, address)
    promise = page.locator("article p").first
    assert "tag texts with any number of labels" in promise.inner_text()
    seen = {"title": page.locator("h1"), "promise": promise, "box": page.locator("#tagger-text")}
    seen["labels"] = page.locator(".tagger-answer")
    seen |= {text: page.get_by_role("button", name=text) for text in make_site.EXAMPLES}
    seen["cost"] = page.locator(".tagger-state")
    hidden = [name for name, found in seen.items() if not is_on_screen(found)]
    assert not hidden


@pytest.mark.parametrize("text", make_site.EXAMPLES)
def test_one_tap_tags_an_example_on_the_same_screen(phone, address, text):
    page = opened(phone, address)
    page.get_by_role("button", name=text).tap()
    answer = page.locator(".tagger-answer")
    assert answer.inner_text() == f"Labels: {labels_of(text) or 'none of the four labels'}."
    assert is_on_screen(answer) and page.locator("#tagger-text").input_value() == text


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        (lambda route: None, "The tagger is loading."),
        (lambda route: route.abort(), "The tagger is not here."),
    ],
    ids=["still loading", "failed"],
)
def test_labels_of_the_text_before_do_not_stay(context, address, ends, said):
    context.route("**/tagger.onnx", ends)
    page = opened(context, address)
    page.locator("#tagger-text").fill("A text of mine")
    page.locator(".tagger-answer", has_text=said).wait_for()
    assert page.locator("course-tagger tr.given").count() == 0
    page.get_by_role("button", name=make_site.EXAMPLES[0]).click()
    assert page.locator("course-tagger tr.given").count() == 2


def test_what_is_typed_takes_the_place_of_an_example(phone, address):
    page = opened(phone, address)
    box = page.locator("#tagger-text")
    box.tap()
    page.wait_for_function("document.querySelector('#tagger-text').selectionEnd > 0")
    page.keyboard.type("Mine")
    assert box.input_value() == "Mine"
    box.blur()
    box.tap()
    page.keyboard.type("!")  # a text of one's own is not taken away
    assert sorted(box.input_value()) == sorted("Mine!")


def test_without_scripts_the_examples_have_their_labels(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    shown = page.locator("course-tagger li").all_inner_texts()
    expected = [f"{text}\n{labels_of(text) or 'no label'}" for text in make_site.EXAMPLES]
    context.close()
    assert shown == expected


def test_why_and_what_come_before_how(context, address):
    page = opened(context, address)
    headings = [text.strip("#¶ ") for text in page.locator("article h2").all_inner_texts()]
    assert headings == ["Why this course", "What you can do after each chapter", "Start here"]
    start = page.locator("section", has=page.get_by_role("heading", name="Start here")).last
    assert start.get_by_role("link", name="Colab").count() == 1
    above = page.get_by_role("link", name="Start with chapter 0")
    assert above.get_attribute("href").startswith("notebooks/00_")
