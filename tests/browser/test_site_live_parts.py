"""Live parts of the site's pages: the helpers' numbers and pictures, by mouse and by keyboard."""

import html
import json
import re

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from site_pages import assert_same_drawing, opened

from helpers import models, thresholds
from helpers.activations import sigmoid, softmax
from helpers.data import load_newsdesk, load_stress
from helpers.widgets import activations as sliders
from helpers.widgets import thresholds as lab_module
from helpers.widgets import tokens

PAGES = {
    "course-activations": "notebooks/04_sigmoid_versus_softmax.html",
    "course-threshold-lab": "notebooks/07_thresholds.html",
    "course-token-viewer": "notebooks/02_tokenization.html",
}
HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>"
ODD_TEXTS = [
    "Goal!", "😀🏆 a\u0301 Zürich ÅÆß ŒUVRE İstanbul", "日本語のテキスト and 한국어",
    "١٢٣ ½ ² ™ ﬁne", "[SEP] and [MASK] [PAD] typed", "a" * 101, "`code` “quotes” …—",
    "don't e-mail: foo_bar@x.org $5.00 50% C++", HOSTILE, "goal " * 199,
    "tabs\tand\u00a0spaces\u200b\u202eodd\u0000\ufffd",
]  # fmt: skip


@pytest.fixture
def live(context, address):
    """Open the page of a live part; gives it, and checks at the end that nothing went wrong."""
    pages = []

    def open_part(name: str):
        pages.append(opened(context, address + PAGES[name]))
        part = pages[-1].locator(f"{name}.live")
        part.scroll_into_view_if_needed()
        return part

    yield open_part
    for page in pages:
        assert not page.wrong
        assert all(url.startswith((address, "blob:", "data:")) for url in page.asked)


@pytest.fixture
def viewer(live):
    """The token viewer, with its tokenizer."""
    part = live("course-token-viewer")
    expect(part.locator(".live-state")).to_contain_text("is here")
    return part


def pictures(part) -> list[str]:
    return part.locator("svg").evaluate_all("all => all.map(one => one.outerHTML)")


def test_both_activations_are_the_helpers(live):
    part = live("course-activations")
    rng = np.random.default_rng(0)
    rows = [*rng.uniform(-6, 6, (50, 4)), [0, 0, 0, 0], [1000, -1000, 0.5, 0.25]]
    found = part.evaluate(
        "(one, rows) => rows.map(row => one.constructor.of(row))", np.array(rows).tolist()
    )
    for name, function in (("sigmoid", sigmoid), ("softmax", softmax)):
        ours = np.array([one[name] for one in found])
        np.testing.assert_allclose(ours, function(np.array(rows)), rtol=0, atol=1e-6)


def test_numbers_are_written_as_in_python(live):
    part = live("course-activations")
    values = [*(k / 16 for k in range(-99, 99) if k), *np.random.default_rng(0).normal(0, 9, 99)]
    values = [float(one) for one in values]
    for digits in (1, 2):
        found = part.evaluate(
            "(_, [all, digits]) => all.map(one => course.fixed(one, digits))", [values, digits]
        )
        assert found == [f"{one:.{digits}f}" for one in values]


def test_both_activations_are_drawn_and_told_as_in_the_notebook(live):
    part, names = live("course-activations"), models.load_tagger().label_names
    rng = np.random.default_rng(1)
    rows = [*np.round(rng.uniform(-6, 6, (30, 4)), 1), [0, 0, 0, 0], [3, 3, -4, -4]]
    for row in rows:
        part.evaluate("(one, row) => one.put(row, null)", [float(z) for z in row])
        helpers = re.findall(r"<svg.*?</svg>", sliders._picture(row, names))
        for ours, theirs in zip(pictures(part), helpers, strict=True):
            assert_same_drawing(ours, theirs)
            label = re.search(r'aria-label="([^"]*)"', theirs)[1]
            assert f'aria-label="{label}"' in ours
        expect(part.locator(".live-said")).to_contain_text(sliders._sentence(row))


def test_logits_beyond_the_sliders_are_clipped_and_told_as_by_the_helpers(live):
    part, names = live("course-activations"), models.load_tagger().label_names
    for row in ([-6.67, 3.53, 0.04, -0.04], [12.0, -6.0, 6.0, 6.01]):
        part.evaluate("(one, row) => one.found('Goal!', row, 0)", row)
        values, note = sliders._fit_to_sliders(row, names)
        assert part.evaluate("one => one.logits") == values
        expect(part.locator(".live-said")).to_contain_text(f'The tagger reads "Goal!". {note}')


def test_activations_by_keyboard(live):
    part = live("course-activations")
    said = part.locator("[aria-live=polite]")
    expect(said).to_contain_text('Preset "two true labels". Sigmoid says yes to 2 of 4')
    none = part.get_by_role("button", name="none")
    none.focus()
    none.press("Space")
    expect(said).to_contain_text('Preset "none". Sigmoid says yes to 0 of 4 labels, softmax to 0.')
    expect(part.locator("[aria-pressed=true]")).to_have_text(["none"])
    slider = part.get_by_role("slider", name="sports", exact=True)
    slider.press("End")
    expect(said).to_contain_text("Set by hand. Sigmoid says yes to 1 of 4 labels, softmax to 1.")
    expect(part.locator("[aria-pressed=true]")).to_have_count(0)
    assert slider.input_value() == "6"


def test_a_text_of_ones_own_moves_the_sliders(live):
    part = live("course-activations")
    box, said = part.get_by_role("textbox", name="Your text"), part.locator(".live-said")
    part.get_by_role("button", name="your own text").click()
    expect(said).to_contain_text('The tagger reads "The ministry moves')  # prepared: at once
    expect(said).to_contain_text("Sigmoid says yes to 2 of 4 labels")
    box.fill("  ")
    expect(said).to_contain_text("Type a sentence in the box.")
    for text, shown in ((HOSTILE, HOSTILE), ("The union asks for more pay. " * 172, "Its end is")):
        box.fill(text)
        expect(said).to_contain_text(shown)
        assert part.locator("img, script").count() == 0 and len(said.inner_text()) < 400
    logits = part.evaluate("one => one.logits")
    assert len(logits) == 4 and all(abs(z) <= 6 for z in logits)


@pytest.fixture(scope="module")
def lab():
    """The helpers' lab on the data that the page has."""
    tagger, rows = models.load_tagger(), load_newsdesk(split="validation")
    logits = models.predict_logits(tagger.model, tagger.tokenizer, rows["text"][:])
    targets = np.array(rows["labels"][:]).astype(int)
    return lab_module._Lab(
        targets, sigmoid(logits.astype(float)), tagger.label_names, rows["text"][:]
    )


def test_the_lab_has_the_validation_texts_as_they_are(live, lab):
    part = live("course-threshold-lab")
    given = part.evaluate("one => one.given")
    assert given["targets"] == lab.targets.tolist() and given["labels"] == lab.label_names
    np.testing.assert_allclose(given["probabilities"], lab.probabilities, rtol=0, atol=1e-6)
    np.testing.assert_allclose(given["tuned"], lab.tuned, rtol=0, atol=1e-6)
    together = thresholds.best_constant(lab.targets, lab.probabilities).thresholds[0]
    assert given["together"] == pytest.approx(together, abs=1e-6)
    size = len(json.dumps(given, ensure_ascii=False)) / 1000
    stated = int(re.search(r"(\d+) kB", part.locator(".live-state").last.inner_text())[1])
    assert stated == pytest.approx(size, abs=10) and stated < 150


def test_the_lab_counts_as_the_helpers_at_every_threshold(live, lab):
    part = live("course-threshold-lab")
    lab.probabilities = np.array(part.evaluate("one => one.given.probabilities"))
    # On the grid, at each probability, and between each two.
    scores = np.unique(lab.probabilities)
    bars = np.concatenate([lab_module._GRID, scores, (scores[1:] + scores[:-1]) / 2])
    found = part.evaluate(
        """(one, bars) => bars.map(bar => {
            const counts = one.counts(one.all(bar));
            return {counts, ratios: counts.map(one.constructor.ratios)};
        })""",
        bars.tolist(),
    )
    ours = np.array([lab.counts(lab.all_at(bar)) for bar in bars])
    np.testing.assert_array_equal(ours, [one["counts"] for one in found])
    ratios = np.array([one["ratios"] for one in found], dtype=float)
    np.testing.assert_allclose(ratios, lab_module._ratios(ours), rtol=0, atol=1e-6)


def test_the_lab_draws_flips_and_tells_as_the_helpers(live, lab):
    part = live("course-threshold-lab")
    lab = lab_module._Lab(
        lab.targets, part.evaluate("one => one.given.probabilities"), lab.label_names, lab.texts
    )
    rng, before = np.random.default_rng(0), [0.5] * 4
    for after in [[0.3] * 4, [0.31, 0.3, 0.3, 0.3], lab.tuned.tolist(), *rng.random((12, 4))]:
        after = [float(one) for one in after]
        found = part.evaluate("(one, [a, b]) => one.flips(a, b)", [before, after])
        theirs = [flip._asdict() for flip in lab.flips(before, after)]
        assert [list(one) for one in found] == [list(one) for one in theirs]
        assert found == theirs
        part.evaluate("(one, after) => one.put(after)", after)
        said = part.locator(".live-said").inner_text() + part.locator(".live-flips").inner_text()
        told = re.sub("<[^>]+>", "", lab_module._flips_list(lab, lab.flips(before, after)))
        assert "".join(said.split()) == "".join(html.unescape(told).split())
        cells = part.locator("tbody tr").evaluate_all(
            "rows => rows.map(row => [...row.cells].map(cell => cell.innerText))"
        )
        assert cells == _cells(lab_module._table(lab, after))
        for j in range(4):
            part.evaluate("(one, j) => one.changeCurves(j)", j)
            assert_same_drawing(pictures(part)[0], lab_module._picture(lab, after, j))
            name = part.locator("svg").get_attribute("aria-label")
            assert name == lab_module._describe(lab, after, j)
        before = after


def _cells(table: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", table)[1:]
    return [[html.unescape(one) for one in re.findall(r"<td[^>]*>(.*?)</td>", row)] for row in rows]


def test_the_lab_by_keyboard(live):
    part = live("course-threshold-lab")
    said = part.locator("[aria-live=polite]")
    expect(said).to_contain_text("Move a slider")
    slider = part.get_by_role("slider", name="technology", exact=True)
    for _ in range(20):
        slider.press("ArrowLeft")
    expect(slider).to_have_value("0.3")
    expect(part.locator("svg")).to_have_attribute("aria-label", re.compile("technology: .* 0.30"))
    expect(said).to_contain_text("That move")
    axis = part.get_by_role("slider", name="threshold", exact=True)
    axis.press("ArrowRight")
    expect(slider).to_have_value("0.31")
    tuned = part.get_by_role("button", name="all to tuned")
    tuned.press("Enter")
    best = part.evaluate("one => one.given.tuned")
    assert part.evaluate("one => one.thresholds") == best
    part.get_by_role("slider", name="miss costs").press("End")
    expect(part.locator("svg")).to_contain_text("costs ask for 0.09")
    assert part.evaluate("one => one.thresholds") == [1 / 11] * 4
    follow = part.get_by_role("checkbox", name="costs move the thresholds")
    follow.press("Space")
    part.get_by_role("slider", name="miss costs").press("Home")
    assert part.evaluate("one => one.thresholds") == [1 / 11] * 4
    part.get_by_role("button", name="one for all").press("Space")
    expect(said).to_contain_text("One slider for all labels.")
    part.get_by_role("slider", name="all labels").press("Home")
    assert part.evaluate("one => one.thresholds") == [0] * 4
    tuned.press("Space")
    assert (
        part.evaluate("one => one.thresholds") == [part.evaluate("one => one.given.together")] * 4
    )


def test_nothing_moves_when_many_texts_flip(live):
    part = live("course-threshold-lab")
    for width in (1280, 390):
        part.page.set_viewport_size({"width": width, "height": 844})
        part.get_by_role("button", name="all to 0.5").click()
        before = part.bounding_box()["height"]
        part.get_by_role("slider", name="sports", exact=True).press("Home")
        expect(part.locator(".live-flips")).to_contain_text("more")
        assert part.bounding_box()["height"] == before


@pytest.mark.parametrize("width", [1280, 390])
def test_the_axis_lies_below_its_curves(live, width):
    part = live("course-threshold-lab")
    part.page.set_viewport_size({"width": width, "height": 844})
    frame = part.locator("svg rect").first.bounding_box()
    track = part.get_by_role("slider", name="threshold", exact=True).bounding_box()
    assert abs(track["x"] + 8 - frame["x"]) < 3
    assert abs(track["x"] + track["width"] - 8 - frame["x"] - frame["width"]) < 3
    assert part.evaluate("one => one.scrollWidth <= one.clientWidth")


def test_tokens_are_those_of_the_tokenizer(viewer):
    tokenizer = models.load_tagger().tokenizer
    texts = [*load_newsdesk(split="test")["text"], *load_stress()["text"], *ODD_TEXTS]
    texts = [text for text in texts if text.strip()]
    for longest in (3, 12, 512):
        found = viewer.evaluate(
            "(one, [texts, longest]) => texts.map(text => one.batch([text], longest)[0])",
            [texts, longest],
        )
        for text, row in zip(texts, found, strict=True):
            (ours,) = tokens._read_batch(tokenizer, [text], longest)
            assert row["pieces"] == [vars(piece) for piece in ours.pieces], text
            assert row["cut"] == ours.cut, text


def test_a_batch_is_padded_and_told_as_by_the_helpers(viewer):
    tokenizer = models.load_tagger().tokenizer
    typed = "\n".join(["Extra time again", "", "  Goal ", "a " * 600, *ODD_TEXTS])
    texts, notes = tokens._first(typed)
    first = viewer.evaluate("(one, typed) => one.constructor.first(typed)", typed)
    assert first == {"texts": texts, "notes": notes}
    for longest in (3, 9, 64):
        rows = viewer.evaluate(
            "(one, [texts, longest]) => one.batch(texts, longest)", [texts, longest]
        )
        ours = tokens._read_batch(tokenizer, texts, longest)
        for row, our in zip(rows, ours, strict=True):
            assert row == {"pieces": [vars(piece) for piece in our.pieces], "cut": our.cut}
        said = viewer.evaluate("(one, rows) => one.constructor.summary(rows)", rows)
        assert said == tokens._summary(ours)


def test_the_token_viewer_by_keyboard(viewer):
    said = viewer.locator("[aria-live=polite]")
    expect(said).to_contain_text("The batch is 3 texts of 12 tokens: 26 read, 10 padding.")
    expect(viewer.locator("[role=list]").first.locator("[role=listitem]")).to_have_count(12)
    slider = viewer.get_by_role("slider", name="Longest allowed")
    slider.press("Home")
    expect(said).to_contain_text("The batch is 3 texts of 3 tokens")
    slider.press("End")
    expect(said).to_contain_text("Cut off: 0 pieces.")
    box = viewer.get_by_role("textbox", name="Your texts")
    box.focus()
    box.press("Control+A")
    viewer.page.keyboard.type(HOSTILE)
    expect(viewer.locator("[role=list]")).to_contain_text("alert")
    assert viewer.locator("img, script").count() == 0
    box.fill("goal " * 999)
    expect(said).to_contain_text("only the first 1000 characters are read of text 1.")
    box.fill("")
    expect(said).to_have_text("Type a text above; each line is one text.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_everybody_can_use_a_live_part(browser, address, name, scheme):
    context = browser.new_context(color_scheme=scheme, viewport={"width": 390, "height": 844})
    page = opened(context, address + PAGES[name])
    page.locator(f"{name}.live").scroll_into_view_if_needed()
    expect(page.locator(f"{name} [role=slider], {name} input[type=range]").first).to_be_visible()
    report = Axe().run(page, context={"include": [[name]]}).response["violations"]
    bad = [
        (found["id"], node["html"][:150])
        for found in report
        if found["impact"] in ("serious", "critical")
        for node in found["nodes"]
    ]
    context.close()
    assert not bad


@pytest.mark.parametrize("name", PAGES)
def test_without_scripts_the_table_is_there(browser, site, name):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / PAGES[name]).as_uri())
    table = page.locator(f"{name} table")
    expect(table).to_be_visible()
    assert "Nothing moves" not in page.locator(name).inner_text()
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_from_disk_a_part_works_or_says_what_it_needs(context, site, name):
    page = opened(context, (site / PAGES[name]).as_uri())
    part = page.locator(f"{name}.live")
    if name == "course-token-viewer":
        expect(part.locator(".live-state")).to_contain_text("course.py site --serve")
        expect(part.locator("table")).to_be_visible()
    else:
        part.get_by_role("slider").first.press("Home")
        expect(part.locator("svg").first).to_be_visible()
    if name == "course-activations":
        part.get_by_role("textbox").fill("A goal.")
        expect(part.locator(".live-state")).to_contain_text("course.py site --serve")
    assert not page.wrong
