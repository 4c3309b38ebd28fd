"""Every widget in JupyterLab's light and dark theme: its text can be read, and no box is white."""

import pytest
from playwright.sync_api import expect

from conftest import axe_findings

# For each piece of text: its own color and what is painted behind it, mixed down to the page.
READ = """out => {
    const parse = css => { const [r, g, b, a = 1] = css.match(/[\\d.]+/g).map(Number);
        return [r, g, b, a] };
    const over = (top, below) => [0, 1, 2].map(k => top[k] * top[3] + below[k] * (1 - top[3]));
    const light = color => { const [r, g, b] = color.map(c => { c /= 255;
        return c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4 });
        return .2126 * r + .7152 * g + .0722 * b };
    const behind = one => {
        const layers = [];
        for (let up = one; up; up = up.parentElement)
            layers.unshift(parse(getComputedStyle(up).backgroundColor));
        return layers.reduce((below, top) => over(top, below), [255, 255, 255]);
    };
    const seen = [], boxes = [];
    for (const content of out.querySelectorAll('.widget-html-content'))
        for (const one of content.querySelectorAll('*')) {
            const style = getComputedStyle(one), own = parse(style.backgroundColor);
            if (own[3] > .95 && light(over(own, [0, 0, 0])) > .8) boxes.push(one.outerHTML);
            const words = [...one.childNodes].some(n => n.nodeType === 3 && n.data.trim());
            if (!words) continue;
            const page = behind(one);
            const ink = parse(one instanceof SVGElement ? style.fill : style.color);
            const pair = [light(over(ink, page)), light(page)].sort((a, b) => b - a);
            seen.push([(pair[0] + .05) / (pair[1] + .05), one.textContent.slice(0, 40)]);
        }
    return {seen, boxes};
}"""
WIDGETS = [
    ("00_start_here.ipynb", "widgets.live_tagger"),
    ("01_tagging_a_photo.ipynb", "photo.photo_tagger()"),
    ("01_tagging_a_photo.ipynb", 'exercises.questions("01")'),
    ("02_tokenization.ipynb", "tokens.token_viewer("),
    ("04_sigmoid_versus_softmax.ipynb", "two_activations(tagger)"),
    ("07_thresholds.ipynb", "threshold_lab("),
]


@pytest.mark.parametrize(("name", "source"), WIDGETS)
def test_text_can_be_read_in_both_themes(opened, name, source, tmp_path):
    notebook = opened(name)
    cell = notebook.cell(source)
    out = cell.locator(".jp-OutputArea")
    region = out.locator("[aria-live=polite]")
    expect(region).not_to_have_count(0)  # and the page leaves the attribute in place
    try:
        for theme in ("JupyterLab Dark", "JupyterLab Light"):
            notebook.use_theme(theme)
            found = out.evaluate(READ)
            assert found["seen"] and not found["boxes"]
            assert axe_findings(notebook.page) == [], theme
            poor = [one for one in found["seen"] if one[0] < 4.5]
            assert not poor, (theme, poor)
            notebook.page.screenshot(path=tmp_path / f"{theme.split()[-1]}.png")
    finally:
        notebook.use_theme("JupyterLab Light")
