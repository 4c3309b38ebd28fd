"""The start of a chapter: how figures, tables, meant errors and unknown names are shown."""

import base64
import io
import json
import os
import re

import matplotlib
import numpy as np
import pandas as pd
import pytest
from nbclient import NotebookClient
from nbformat import v4

from helpers import _html, course, drawings, plots
from helpers._html import INK, INK_ON_DARK
from test_contrast import contrast

matplotlib.use("agg")
PICTURE = re.compile(r'<img class="for-(light|dark)" alt="([^"]*)" src="data:[^,]*,([^"]*)"')


def run_cells(*sources: str, **variables) -> list[list[dict]]:
    notebook = v4.new_notebook(cells=[v4.new_code_cell(source) for source in sources])
    client = NotebookClient(notebook, kernel_name="python3", allow_errors=True, startup_timeout=300)
    client.execute(env={**os.environ, **variables})
    return [cell.outputs for cell in notebook.cells]


def pictures(page: str) -> dict[str, tuple[str, str]]:
    found = PICTURE.findall(page)
    return {kind: (alt, base64.b64decode(data).decode()) for kind, alt, data in found}


# ---- figures


def draw():
    import matplotlib.pyplot as plt

    with matplotlib.rc_context():
        course._style()
        figure, axis = plt.subplots()
        axis.plot([0, 1], [1, 0], color=plots.MAIN, label="loss")
        axis.set(xlabel="epoch", ylabel="nats", title="Loss & <more>")
        axis.legend()
    plt.close(figure)
    return figure


def test_a_figure_suits_light_and_dark_pages():
    page = plots.as_html(draw())
    (alt, light), (alt_dark, dark) = (pictures(page)[kind] for kind in ("light", "dark"))
    assert (
        alt
        == alt_dark
        == (
            "Figure: Loss &amp; &lt;more&gt;; x: epoch, y: nats. The text below says what it shows."
        )
    )
    assert light.count(INK) > 5 and INK not in dark
    assert light.replace(INK, INK_ON_DARK) == dark, "nothing else may differ"
    assert plots.MAIN.lower() in dark and "#ffffff" not in light, "the page is the background"
    assert 'style="max-width:100%;height:auto;display:none"' in page, (
        "dark ones wait for a dark page"
    )
    assert plots.as_html(draw()) == page, "two that look alike have the same bytes"


def test_a_figure_is_shortened_without_being_changed():
    drawn = io.StringIO()
    draw().savefig(drawn, format="svg")
    whole, short = drawn.getvalue(), _html.minified(drawn.getvalue())
    assert short.startswith("<svg") and len(short) < 0.9 * len(whole)
    for shape in ("<path", "<use", "<g", "clip-path"):
        assert short.count(shape) == whole.count(shape)
    kept, rounded = (np.array(re.findall(r"[ML] (-?[\d.]+)", s), float) for s in (whole, short))
    np.testing.assert_allclose(kept, rounded, atol=0.01)


def test_a_notebook_shows_figures_so_and_not_as_png():
    plot = "import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.title('Two'); plt.show()"
    start = "from helpers import course; course.start('00')"
    *_, first, _, second = run_cells(start, plot, start, plot)
    for (output,) in (first, second):  # also when the start was run twice
        assert set(output.data) == {"text/html", "text/plain"}
        assert set(pictures(output.data["text/html"])) == {"light", "dark"}


def test_contrast():
    for mark in {*plots.SERIES, plots.PREDICTED, plots.REFERENCE, plots.MARK}:
        assert contrast(mark, "#ffffff") >= 3 and contrast(mark, "#111111") >= 3, mark
    assert contrast(INK, "#ffffff") >= 7 and contrast(INK_ON_DARK, "#111111") >= 7
    assert contrast("#ffffff", plots.PREDICTED) >= 4.5, "white letters on what is predicted"


# ---- tables


def cells_of(page: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", page)
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in rows]


def test_a_table_has_no_row_numbers_and_one_row_of_headings():
    frame = pd.DataFrame({"label": ["law", "a<b"], "F1": [0.5, 0.25], "n": [1, 20]})
    page = plots.table_as_html(frame)
    assert cells_of(page) == [
        ["label", "F1", "n"],
        ["law", "0.50", "1"],
        ["a&lt;b", "0.25", "20"],
    ]
    named = plots.table_as_html(frame.set_index("label"))
    assert cells_of(named) == cells_of(page), "a name of the index is a heading like the others"
    sides = re.findall(r"<td style=\"text-align:(\w+)", page)
    assert sides == ["left", "right", "right"] * 2
    chosen = plots.table_as_html(frame[frame["n"] > 5])
    assert cells_of(chosen)[1][0] == "1", "a number that says which row it was stays"


@pytest.mark.parametrize(
    ("values", "side"),
    [
        (["0.50", "-1", "12 %", "1,200"], "right"),
        (["0.50", "none"], "left"),
        ([True, False], "left"),
        ([None, 0.5], "right"),
        ([["law"], []], "left"),
    ],
)
def test_numbers_stand_on_the_right_also_when_they_are_written_out(values, side):
    page = plots.table_as_html(pd.DataFrame({"a": values}))
    assert set(re.findall(r"<td style=\"text-align:(\w+)", page)) == {side}


def test_probabilities_are_tinted_the_more_the_higher_they_are():
    frame = plots.probability_table(["Goal!"], [[0.9, 0.2]], ["sports", "law"], 0.5)
    strengths = re.findall(r"rgba\(0,114,178,([\d.]+)\)", plots.table_as_html(frame))
    assert [float(strength) for strength in strengths] == [0.36, 0.08]


def test_a_long_table_is_cut_and_says_how_long_it_is():
    page = plots.table_as_html(pd.DataFrame({"n": range(1000)}))
    assert "1,000 rows" in page
    assert [row[0] for row in cells_of(page)] == [
        "n", "0", "1", "2", "3", "4", "…", "995", "996", "997", "998", "999",
    ]  # fmt: skip
    levels = pd.DataFrame({("a", "b"): [1]})
    assert plots.table_as_html(levels) is None, "pandas draws it"
    assert cells_of(plots.table_as_html(pd.DataFrame({"n": []}))) == [["n"]]


# ---- errors


def test_only_the_error_that_is_meant_is_shown_in_short(capsys):
    with course.expect_error(ValueError):
        raise ValueError("a word " * 30)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("A ValueError, as meant: a word") and max(map(len, lines)) <= 80
    with pytest.raises(KeyError), course.expect_error(ValueError):
        {}["sports"]
    with course.expect_error(OSError):
        pass
    assert capsys.readouterr().out == "No error this time, where an OSError was meant.\n"


def test_an_unknown_name_is_answered_with_where_it_is_made(tmp_path):
    cells = [
        v4.new_markdown_cell("# 4 · A page"),
        v4.new_code_cell("import numpy as np\n%matplotlib inline"),
        v4.new_markdown_cell("text\n## See it run\nmore"),
        v4.new_code_cell("for row, logits in []:\n    pass"),
        v4.new_code_cell("an unfinished ("),
    ]
    page = tmp_path / "page.ipynb"
    page.write_text(json.dumps(v4.new_notebook(cells=cells)))
    load = "%load_ext helpers.course"
    asked = run_cells(load, "logits", "np.ones(3)", "nowhere", "1 / 0", JPY_SESSION_NAME=str(page))
    said = ["".join(o.get("text", "") for o in outputs) for outputs in asked]
    assert [outputs[0].output_type for outputs in asked[1:]] == ["error"] * 4, "tracebacks stay"
    assert said[1].count("was not run") == 1 and 'under "See it run".' in said[1]
    assert "`np` is made by" in said[2] and 'under "4 · A page"' in said[2]
    assert said[3] == said[4] == ""


def test_without_a_page_nothing_is_said():
    _, outputs = run_cells("%load_ext helpers.course", "logits", JPY_SESSION_NAME="/no/such.ipynb")
    assert [output.output_type for output in outputs] == ["error"]


# ---- drawings


def test_the_way_lights_its_steps_and_says_them(capsys, monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: shown.append(data))
    drawings.the_way("pooling", "head", hidden_size=8, n_labels=20)
    alt, light = pictures(shown[0]["text/html"])["light"]
    assert alt == "The way from text to labels. This chapter: pooling, head."
    assert light.count(f'fill="{plots.PREDICTED}"') == 2 and "n × 8<" in light
    assert light.count("n × 20<") == 3
    said = capsys.readouterr().out
    assert said.startswith("The figure shows:\n  text -> tokenizer -> tokens")
    assert "POOLING" in said and "ENCODER" not in said and max(map(len, said.splitlines())) <= 80
    with pytest.raises(
        ValueError, match=r"'softmax' is no step\. The steps are: tokenizer, encoder"
    ):
        drawings.the_way("softmax")


def test_the_way_has_the_taggers_own_shapes():
    import inspect

    from helpers import models

    model, _ = models.load_backbone()
    defaults = inspect.signature(drawings.the_way).parameters
    assert defaults["hidden_size"].default == model.config.hidden_size
    assert defaults["n_labels"].default == len(models.load_tagger().label_names)


def test_two_forms_differ_where_one_choice_had_no_room(capsys, monkeypatch):
    monkeypatch.setattr("IPython.display.display", lambda data, raw: None)
    drawings.two_forms()
    _, one, many = capsys.readouterr().out.splitlines()
    assert (one.count(" 1"), many.count(" 1")) == (1, 3)
