"""The site in headless Chromium: the tagger tags, nothing comes from elsewhere, all can use it."""

import re
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import numpy as np
import pytest
from site_pages import every_page, opened

from helpers import models
from helpers.activations import sigmoid
from helpers.data import load_newsdesk

SENTENCE = "The basketball team met the minister of sports in parliament."
TAGGED = "text => document.querySelector('course-tagger').tagged === text"


def with_the_tagger(context, address: str, text: str = SENTENCE):
    """Open the first page, type a text, wait until it is tagged."""
    page = opened(context, address)
    page.locator("#tagger-text").fill(text)
    page.wait_for_function(TAGGED, arg=text)
    return page


def given(page) -> str:
    return page.locator(".tagger-answer").inner_text()


def test_a_visitor_tags_a_sentence_and_nothing_leaves_the_machine(context, address):
    page = with_the_tagger(context, address)
    assert given(page) == "Labels: sports and politics."
    assert all(url.startswith((address, "blob:", "data:")) for url in page.asked)
    assert not page.wrong


def test_the_first_page_is_small_until_somebody_types(context, address, site):
    page = opened(context, address)
    files = {urlsplit(url).path for url in page.asked if url.startswith("http")}
    sizes = {name: (site / (name.strip("/") or "index.html")).stat().st_size for name in files}
    assert sum(sizes.values()) < 300_000, sizes
    later = [*(site / "_static" / "model").iterdir(), *site.glob("_static/vendor/*.wasm")]
    megabytes = round(sum(path.stat().st_size for path in later) / 1e6)
    assert f"{megabytes} MB, once" in page.locator(".tagger-state").inner_text()


def test_a_second_visit_has_the_model(context, address):
    with_the_tagger(context, address).close()
    page = with_the_tagger(context, address)
    workers = [url for url in page.asked if url.endswith("tagger.onnx")]
    assert given(page) == "Labels: sports and politics." and not workers


def test_a_threshold_moves_by_keyboard(context, address):
    page = opened(context, address)
    page.get_by_role("button", name=re.compile("goalkeeper")).click()
    assert given(page) == "Labels: sports."
    slider = page.get_by_label("threshold of entertainment")
    slider.focus()
    slider.press("Home")
    assert given(page) == "Labels: sports and entertainment."
    row = page.locator("tbody tr", has_text="entertainment")
    assert row.locator("output").inner_text() == "0.01" and "✓ yes" in row.inner_text()
    slider.press("End")
    assert given(page) == "Labels: sports."


def test_an_example_fetches_nothing(context, address):
    page = opened(context, address)
    for words, labels in [("goalkeeper", "sports"), ("ladder", "none of the four labels")]:
        page.get_by_role("button", name=re.compile(words)).click()
        assert given(page) == f"Labels: {labels}."
    page.wait_for_timeout(500)
    assert not [url for url in page.asked if re.search("worker|model|vendor", url)]


def test_what_is_fetched_is_counted_to_the_end(context, address, site):
    page = opened(context, address)
    page.evaluate(
        """() => {
            const { on } = document.querySelector("course-tagger").tagging, { coming } = on;
            window.parts = [];
            on.coming = (text, part) => { window.parts.push(part); coming(text, part); };
        }"""
    )
    page.locator("#tagger-text").fill(SENTENCE)
    page.wait_for_function(TAGGED, arg=SENTENCE)
    parts = page.evaluate("window.parts")
    assert parts == sorted(parts) and parts[-1] > 0.98


def test_what_could_not_come_is_tried_again(context, address):
    """No network at the first letter; then there is one, and the next text gets its labels."""
    page = opened(context, address)
    context.set_offline(True)
    page.locator("#tagger-text").fill("A text in a tunnel")
    state = page.locator(".tagger-state", has_text="there is no network")
    state.wait_for()
    assert "tried again" in state.inner_text() and given(page) == "The tagger is not here."
    page.get_by_role("button", name=re.compile("goalkeeper")).click()
    assert given(page) == "Labels: sports."
    context.set_offline(False)
    page.wait_for_timeout(2100)  # so long it rests after what failed
    page.locator("#tagger-text").fill(SENTENCE)
    page.locator(".tagger-answer", has_text="Labels: sports and politics.").wait_for()


def test_the_closest_call_is_named(context, address):
    page = opened(context, address)
    page.get_by_role("button", name=re.compile("goalkeeper")).click()
    tagger = models.load_tagger()
    text = page.locator("#tagger-text").input_value()
    p = sigmoid(models.predict_logits(tagger.model, tagger.tokenizer, [text]))[0]
    apart = np.abs(p - tagger.thresholds)
    k = int(apart.argmin())
    said = f"{tagger.label_names[k]}, {p[k]:.2f} beside {tagger.thresholds[k]:.2f}"
    nearest = page.locator(".tagger-nearest")
    assert said in nearest.inner_text()
    page.get_by_role("button", name=re.compile("ministry")).click()
    assert "no threshold from 0.05 to 0.95" in nearest.inner_text()


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x onerror=alert(1)><script>alert(2)</script>",
        "\u202e😀\u0000 é\n\n",
        "goal " * 999,
    ],
    ids=["markup", "odd letters", "long"],
)
def test_any_text_is_text(context, address, text):
    page = with_the_tagger(context, address, text)
    assert given(page).startswith("Labels: ") and not page.wrong
    assert page.locator("course-tagger img, course-tagger script").count() == 0
    assert ("cut" in given(page)) == (len(text) > 2000)


def test_an_empty_box_has_no_labels(context, address):
    page = with_the_tagger(context, address)
    page.locator("#tagger-text").fill("  ")
    page.wait_for_function("document.querySelector('.tagger-answer').innerText.includes('Write')")


def test_the_browser_says_what_python_says(context, address):
    tagger, test = models.load_tagger(), load_newsdesk(split="test")
    texts = test["text"][:]
    ours = sigmoid(models.predict_logits(tagger.model, tagger.tokenizer, texts))
    page = with_the_tagger(context, address)
    logits = page.evaluate(
        """async texts => {
            const {worker} = document.querySelector("course-tagger").tagging, found = [];
            for (const [i, text] of texts.entries())
                found.push(await new Promise(resolve => {
                    worker.addEventListener("message", function heard({data}) {
                        if (data.id !== 1e6 + i) return;
                        worker.removeEventListener("message", heard);
                        resolve(data.logits);
                    });
                    worker.postMessage({id: 1e6 + i, text});
                }));
            return found;
        }""",
        texts,
    )
    theirs, targets = sigmoid(np.array(logits)), np.array(test["labels"])
    assert np.abs(ours - theirs).max() < 0.05
    from sklearn.metrics import f1_score

    scores = [f1_score(targets, p > tagger.thresholds, average="macro") for p in (ours, theirs)]
    assert abs(scores[0] - scores[1]) < 0.01


def test_opened_from_disk_it_says_what_needs_a_server(context, site):
    page = opened(context, (site / "index.html").as_uri())
    assert "course.py site --serve" in page.locator(".tagger-state").inner_text()
    page.get_by_role("button", name=re.compile("goalkeeper")).click()
    assert given(page) == "Labels: sports."
    chapter = opened(context, (site / "notebooks" / "04_sigmoid_versus_softmax.html").as_uri())
    assert chapter.locator("math").count() > 10 and not chapter.wrong + page.wrong
    assert all(url.startswith(("file:", "data:")) for url in page.asked + chapter.asked)


def test_no_page_is_wider_than_a_phone(browser, site):
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page, wide = context.new_page(), {}
    for path in every_page(site):
        page.goto(path.as_uri())
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 391:
            wide[path.relative_to(site).as_posix()] = width
    context.close()
    assert not wide


class Links(HTMLParser):
    def __init__(self, text: str):
        super().__init__()
        self.links, self.ids, self.no_alt = [], set(), []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.ids |= {found.get("id"), found.get("name")}
        self.links += [found[key] for key in ("href", "src") if found.get(key)]
        if tag == "img" and not found.get("alt") and found.get("aria-hidden") != "true":
            self.no_alt.append(str(found)[:100])


def test_every_link_leads_somewhere_and_every_picture_has_words(site):
    pages = {path: Links(path.read_text(encoding="utf-8")) for path in every_page(site)}
    assert len(pages) > 60
    broken = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme in ("http", "https"):
                assert parts.netloc and " " not in link, link
                continue
            if parts.scheme in ("data", "mailto"):
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            known = pages.get(target)
            there = not (known and parts.fragment) or unquote(parts.fragment) in known.ids
            if not target.is_file() or not there:
                broken.append((path.relative_to(site).as_posix(), link))
    assert not broken
    assert not [(path.name, page.no_alt) for path, page in pages.items() if page.no_alt]
