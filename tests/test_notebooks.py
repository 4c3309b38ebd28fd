"""What nbval does not look at: it passes a notebook without outputs, or run out of order."""

import ast
import re
from urllib.parse import unquote

import nbformat
import pytest

import build
from common import ROOT, compared_cells
from helpers._lines import WIDTH

PAIRS = build.targets([])
NOTEBOOKS = [notebook for _, notebook in PAIRS]
LINK = re.compile(r"\]\(([^)\s]+)\)")
MACHINE_PATH = re.compile(
    r"(?<![\w.:/])/(home|root|tmp|work|usr|opt|var|Users|private)/|[A-Z]:\\\\"
)

CHAPTERS = [path for path in NOTEBOOKS if path.parent.name == "notebooks"]
every_notebook = pytest.mark.parametrize(
    "path", NOTEBOOKS, ids=lambda path: f"{path.parent.name}-{path.stem}"
)


def read(path):
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def cell_lines(notebook, i: int) -> list[str]:
    return code_cells(notebook)[i].source.splitlines()


def texts_of(output) -> str:
    data = output.get("data", {})
    parts = [output.get("text", ""), data.get("text/plain", ""), data.get("text/html", "")]
    return "\n".join("".join(part) for part in parts)


@every_notebook
def test_valid_and_run_from_top_to_bottom(path):
    notebook = read(path)
    nbformat.validate(notebook)
    ids = [cell.id for cell in notebook.cells]
    assert len(ids) == len(set(ids))
    counts = [cell.execution_count for cell in code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1))


@every_notebook
def test_errors_are_meant(path):
    for cell in code_cells(read(path)):
        errors = [output for output in cell.outputs if output.output_type == "error"]
        assert bool(errors) == ("raises-exception" in cell.metadata.get("tags", [])), cell.id


@every_notebook
def test_no_stray_output(path):
    for cell in code_cells(read(path)):
        for output in cell.outputs:
            assert output.get("name") != "stderr", (cell.id, output.get("text"))
            assert not MACHINE_PATH.search(texts_of(output)), (cell.id, texts_of(output))


# What others wrote: messages of libraries, values as Python prints them, code of the doctor's.
THEIR_LINES = re.compile(r"\w+(Error|Warning): |Longer than |[\[{]| {4,}\S|  fix   ")


@every_notebook
def test_printed_lines_fit_a_narrow_page(path):
    for cell in code_cells(read(path)):
        for output in cell.outputs:
            for line in output.get("text", "").splitlines():
                assert len(line) <= WIDTH or THEIR_LINES.match(line), (cell.id, line)


@every_notebook
def test_at_most_one_output_in_ten_is_ignored(path):
    compared, ignored = compared_cells(path)
    assert compared >= 2
    assert ignored <= compared / 10
    for cell in code_cells(read(path)):
        tags = cell.metadata.get("tags", [])
        assert "nbval-skip" not in tags
        if "nbval-ignore-output" in tags:
            following = next(
                c for c in code_cells(read(path)) if c.execution_count > cell.execution_count
            )
            assert "assert" in following.source, f"what {cell.id} shows is checked by nothing"


@every_notebook
def test_every_figure_says_what_it_shows(path):
    for cell in code_cells(read(path)):
        data = [output.get("data", {}) for output in cell.outputs]
        assert not any("image/png" in one for one in data), "a figure without its alt text"
        if any('alt="Figure: ' in "".join(one.get("text/html", "")) for one in data):
            assert "The figure shows:" in "".join(map(texts_of, cell.outputs)), cell.id


@every_notebook
def test_badge_points_at_its_own_file(path):
    name = path.relative_to(ROOT).as_posix()
    first = "\n".join(cell.source for cell in read(path).cells[:1])
    links = LINK.findall(first)
    address = build.repository().removeprefix("https://github.com/")
    assert (
        f"https://colab.research.google.com/github/{address}/blob/{build.release()}/{name}" in links
    )


@every_notebook
def test_form(path):
    if path.stem.startswith("13"):
        return  # the final check has a form of its own: test_questions.py
    notebook = read(path)
    first = notebook.cells[0].source
    assert re.match(rf"# {int(path.stem[:2])} · \S", first)
    is_chapter = path.parent.name == "notebooks"
    assert f"| minutes | {'needs | after this you can' if is_chapter else 'problems'} |" in first
    setup = notebook.cells[1]
    assert setup.source.startswith("# @title Set-up")
    assert setup.metadata.jupyter.source_hidden and setup.metadata.cellView == "form"
    assert "](http" not in re.sub(r"\]\(https://colab[^)]*\)", "", first), "no picture from afar"
    assert f'course.start("{path.stem[:2]}")' in notebook.cells[2].source
    assert len(cell_lines(notebook, 1)) <= 25, "too many imports"
    for i, cell in enumerate(code_cells(notebook)[2:], start=2):
        assert len(cell_lines(notebook, i)) <= 15, cell.id
    for cell in code_cells(notebook)[2:]:
        code = re.sub(r"(?m)^%.*$", "", cell.source)
        kinds = {type(statement) for statement in ast.parse(code).body}
        assert not kinds <= {ast.Import, ast.ImportFrom}, "only imports"


@every_notebook
def test_links_lead_somewhere(path):
    for cell in read(path).cells:
        for link in LINK.findall(cell.source) if cell.cell_type == "markdown" else []:
            if not link.startswith(("http", "#")):
                assert (path.parent / unquote(link.split("#")[0])).exists(), (cell.id, link)


def test_every_chapter_is_on_the_map_and_in_the_readme():
    chapter_0 = "\n".join(cell.source for cell in read(NOTEBOOKS[0]).cells)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for path in CHAPTERS[1:]:
        assert f"({path.name})" in chapter_0
    for path in CHAPTERS:
        assert f"(notebooks/{path.name})" in readme
