"""Turn source/ into notebooks, run and saved with their outputs.

source/notebooks/*.py become notebooks/*.ipynb, source/exercises/*.py twice: exercises/*.ipynb with
dots for answers, and exercises/solutions/*.ipynb with the answers in their place.

    python tools/build.py              build all
    python tools/build.py 00 04        build the chapters and exercises that begin so
    python tools/build.py --check      build nothing; exit 1 where a notebook's cells are stale

Two builds give the same bytes: cell ids are counted, times and widget ids are left out.
"""

import argparse
import os
import re
import sys
import tempfile
import tomllib
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

import exercise_cells

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "source"
FOLDERS = ["notebooks", "exercises", "exercises/solutions"]
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
KEPT_METADATA = ("tags", "slideshow")

BADGE_MARK = "{badge}"
SETUP_MARK = "# {setup}"
# Shown as one line, in JupyterLab and on Colab: what it does is no subject of the course.
FOLDED = {"jupyter": {"source_hidden": True}, "cellView": "form"}
# Of questions the reader sees what they ask, not the line that asks.
QUESTIONS = re.compile(r"exercises\.(warm_up|questions|progress|final_check)\(.*\)")
# Below such a text the saved output stays folded, in JupyterLab, until the reader runs the cell.
GUESS = "**Guess first"
ANSWER, ANSWER_END = "<details><summary>Answer</summary>", "</details>"
UNSEEN = {"collapsed": True, "jupyter": {"outputs_hidden": True}}  # as JupyterLab would write it
# JupyterLab shows the first line of what is folded; this one gives nothing away.
FOLD = {
    "data": {"text/plain": "(folded: guess first, then run this cell)"},
    "metadata": {"fold": True},
}
# What a kernel of the course's environment says of its language: a page is not changed by opening.
LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}
METADATA = {"kernelspec": KERNEL, "language_info": LANGUAGE}
# "chapter {metrics}" and the like; the words of a file's name stand for its number
CHAPTER_MARK = re.compile(r"\b([Cc]hapters? \{\w+\}(?:(?:, | and | to )\{\w+\})*)")


def repository() -> str:
    """Return the address of the course's repository, which stands in pyproject.toml alone."""
    return _pyproject()["project"]["urls"]["Repository"]


def release() -> str:
    """Return the tag that learners get, on Colab and by the set-up cell: that of this version."""
    return f"v{_pyproject()['project']['version']}"


def setup_cell() -> str:
    """Return the set-up cell: source/setup_cell.py, its three marks filled in."""
    cell = (SOURCE / "setup_cell.py").read_text(encoding="utf-8").rstrip("\n")
    facts = {
        "{name}": _pyproject()["project"]["name"],
        "{repository}": repository(),
        "{version}": _pyproject()["project"]["version"],
    }
    for mark, fact in facts.items():
        cell = cell.replace(mark, fact)
    return cell


def way(path: Path) -> str:
    """Return the line of links that every page has at its top and its end.

    From a chapter it leads to the one before and the one after, the map and the exercises; from
    exercises to the chapter, the map and the exercises before and after.
    """
    if path.parent.name == "workshop":
        return f"[map](../notebooks/{_first().stem}.ipynb#The-map)"
    chapters, exercises = (
        {source.stem: _title(source) for source in sorted((SOURCE / name).glob("[0-9]*.py"))}
        for name in ("notebooks", "exercises")
    )
    is_chapter = path.parent.name == "notebooks"
    for stem in chapters:
        exercises[stem] = f"exercises {int(stem[:2])}"
    pages = chapters if is_chapter else exercises
    order, home = list(pages), "" if is_chapter else "../notebooks/"
    at, here = order.index(path.stem), path.stem
    parts = [f"[← {pages[order[at - 1]]}]({order[at - 1]}.ipynb)"] if at else []
    parts.append(f"[map]({home}{next(iter(chapters))}.ipynb#The-map)")
    if is_chapter:
        parts.append(f"[exercises](../exercises/{here}.ipynb)")
    elif here in chapters:
        parts.append(f"[chapter {int(here[:2])}]({home}{here}.ipynb)")
    if at + 1 < len(order):
        parts.append(f"[{pages[order[at + 1]]} →]({order[at + 1]}.ipynb)")
    if is_chapter and at:
        parts.append(f"{at} of {len(order) - 1}")
    return " · ".join(parts)


def _first() -> Path:
    return min((SOURCE / "notebooks").glob("[0-9]*.py"))


def _title(source: Path) -> str:
    return re.search(r"^# # (.+)$", source.read_text(encoding="utf-8"), re.MULTILINE)[1]


def chapter_number(word: str) -> str:
    """Return the number of the chapter that has this word in its file's name.

    So a page can say "chapter {metrics}" and stays right when another chapter comes before it.
    """
    found = [s.stem for s in sorted((SOURCE / "notebooks").glob("[0-9]*.py"))]
    found = [stem[:2] for stem in found if word in stem.split("_")[1:]]
    if len(found) != 1:
        raise SystemExit(f"{{{word}}} stands for {len(found)} chapters, expected 1")
    return str(int(found[0]))


def cells(source: Path, path: Path | None = None) -> nbformat.NotebookNode:
    """Make the notebook of one source file, without outputs.

    Args:
        source: the file.
        path: where it goes; in a folder ``solutions`` exercises have their answers in them.
    """
    path = path or ROOT / source.relative_to(SOURCE).with_suffix(".ipynb")
    name = path.relative_to(ROOT).as_posix()
    notebook = jupytext.read(source)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata = nbformat.from_dict(METADATA)
    address = repository().replace(
        "https://github.com/", "https://colab.research.google.com/github/"
    )
    # Words, no picture from the network: offline a picture would be a broken one.
    badge = f"[open in Colab]({address}/blob/{release()}/{name})"
    setup, bar = setup_cell(), way(path)
    notebook.cells.append(nbformat.v4.new_markdown_cell(bar))
    for mark in (BADGE_MARK, SETUP_MARK):
        if sum(mark in cell.source for cell in notebook.cells) != 1:
            raise SystemExit(f"{source.name}: expected one cell with {mark}")
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"{source.stem[:2]}-{number:03d}"
        cell.source = exercise_cells.fill(cell.source, solved=path.parent.name == "solutions")
        kept = {key: value for key, value in cell.metadata.items() if key in KEPT_METADATA}
        cell.metadata = nbformat.from_dict(kept | folding(notebook.cells, number))
        cell.source = cell.source.replace(BADGE_MARK, f"{bar} · {badge}")
        cell.source = cell.source.replace(SETUP_MARK, setup)
        cell.source = cell.source.replace("  # fmt: skip", "")  # for our formatter, not for readers
        cell.source = with_numbers(cell.source)
        if cell.cell_type == "markdown":
            cell.source = with_answers_boxed(with_guesses_boxed(cell.source))
        if path.parent.name == "solutions":  # one folder further down
            cell.source = cell.source.replace("](../", "](../../")
    return notebook


def folding(cells: list, number: int) -> dict:
    """Return what folds a cell, so that a page shows its subject first, and no answer too early."""
    source, before = cells[number].source, cells[number - 1]
    if cells[number].cell_type != "code":
        return {}
    if SETUP_MARK in source or QUESTIONS.fullmatch(source):
        return FOLDED
    return UNSEEN if before.cell_type == "markdown" and GUESS in before.source else {}


def with_guesses_boxed(text: str) -> str:
    """Set each guess apart as a quotation, which GitHub, Colab and JupyterLab all show as a box.

    >>> text = "Two forms. **Guess first:** which one\\nloses more?\\n\\nThen run."
    >>> print(with_guesses_boxed(text))
    Two forms.
    <BLANKLINE>
    > **Guess first:** which one
    > loses more?
    <BLANKLINE>
    Then run.
    """
    paragraphs = []
    for paragraph in text.split("\n\n"):
        before, mark, asked = paragraph.partition(GUESS)
        if mark:
            paragraphs += [before.strip()] if before.strip() else []
            paragraph = "> " + (mark + asked).replace("\n", "\n> ")
        paragraphs.append(paragraph)
    return "\n\n".join(paragraphs)


def with_numbers(text: str) -> str:
    """Put the numbers of chapters in place of their marks.

    >>> with_numbers("from chapter {start} on")
    'from chapter 0 on'
    """
    return CHAPTER_MARK.sub(_with_numbers, text)


def with_answers_boxed(text: str) -> str:
    """Set each answer that folds apart in the same way, so that its end is seen when it is open.

    >>> text = f"{ANSWER}\\n\\nYes.\\n\\n- It is.\\n\\n{ANSWER_END}\\n\\nNext."
    >>> print(with_answers_boxed(text))
    <details><summary><b>Answer</b></summary>
    <BLANKLINE>
    > Yes.
    >
    > - It is.
    <BLANKLINE>
    </details>
    <BLANKLINE>
    Next.
    """
    before, mark, rest = text.partition(ANSWER)
    if not mark:
        return text
    answer, end, after = rest.partition(ANSWER_END)
    if not end:
        raise SystemExit(f"An answer is opened by {ANSWER} and not ended by {ANSWER_END}.")
    boxed = "\n".join(f"> {line}".rstrip() for line in answer.strip().splitlines())
    opened = ANSWER.replace("Answer", "<b>Answer</b>")
    return f"{before}{opened}\n\n{boxed}\n\n{end}{with_answers_boxed(after)}"


def _with_numbers(mention: re.Match) -> str:
    return re.sub(r"\{(\w+)\}", lambda mark: chapter_number(mark[1]), mention[0])


def run(notebook: nbformat.NotebookNode, folder: Path) -> None:
    """Execute a notebook in ``folder`` and keep only outputs that are the same on every run."""
    scratch = tempfile.mkdtemp()  # exercises keep a record; none of ours belongs beside them
    os.environ.update(PYTHONHASHSEED="0", HF_HUB_OFFLINE="1")
    os.environ["COURSE_PROGRESS"] = f"{scratch}/progress.json"
    NotebookClient(
        notebook,
        timeout=1800,
        startup_timeout=300,
        iopub_timeout=300,  # after 4 seconds, the default, a busy machine would lose output
        kernel_name="python3",
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
    ).execute()
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            # The view of a widget dies with its kernel; its saved fallback stays.
            output.get("data", {}).pop(WIDGET_VIEW, None)
            if output.output_type == "error":
                # No colors and no paths of this machine: what was raised is enough.
                output.traceback = [f"{output.ename}: {output.evalue}"]
        if cell.metadata.get("jupyter", {}).get("outputs_hidden"):
            cell.outputs.insert(0, nbformat.v4.new_output("display_data", **FOLD))


def targets(prefixes: list[str]) -> list[tuple[Path, Path]]:
    """List (source, notebook) pairs whose names begin with one of the prefixes, or all."""
    pairs = [
        (source, ROOT / folder / f"{source.stem}.ipynb")
        for folder in FOLDERS
        for source in sorted((SOURCE / folder.split("/")[0]).glob("[0-9]*.py"))
    ]
    if not prefixes:
        return pairs
    return [pair for pair in pairs if pair[0].name.startswith(tuple(prefixes))]


def stale() -> list[str]:
    """Say which notebooks do not hold the cells of their source, or have no source."""
    problems = []
    pairs = targets([])
    for source, notebook in pairs:
        name = notebook.relative_to(ROOT).as_posix()
        if not notebook.exists():
            problems.append(f"{name} is not built")
            continue
        built = nbformat.read(notebook, as_version=4)
        if [_bare(cell) for cell in built.cells] != [
            _bare(cell) for cell in cells(source, notebook).cells
        ]:
            problems.append(f"{name} differs from {source.relative_to(ROOT).as_posix()}")
    known = {notebook for _, notebook in pairs}
    for folder in FOLDERS:
        for notebook in sorted((ROOT / folder).glob("*.ipynb")):
            if notebook not in known:
                problems.append(f"{notebook.relative_to(ROOT).as_posix()} has no source")
    return problems


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("prefix", nargs="*", help="chapters to build, such as 00; all if none")
    parser.add_argument("--check", action="store_true", help="build nothing, report stale ones")
    arguments = parser.parse_args()
    if arguments.check:
        problems = stale()
        print("\n".join(problems) or "Every notebook holds the cells of its source.")
        return 1 if problems else 0
    chosen = targets(arguments.prefix)
    if not chosen:
        print(f"No source begins with {' or '.join(arguments.prefix)}.")
        return 1
    for source, path in chosen:
        notebook = cells(source, path)
        path.parent.mkdir(exist_ok=True)
        try:
            run(notebook, path.parent)
        except CellExecutionError as error:
            print(re.sub(r"\x1b\[[0-9;]*m", "", str(error)))
            print(f"{source.name}: a cell failed; {path.name} was left as it was.")
            return 1
        nbformat.validate(notebook)
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(nbformat.writes(notebook) + "\n")
        print(f"built {path.relative_to(ROOT).as_posix()}")
    return 0


def _pyproject() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _bare(cell) -> tuple:
    return cell.cell_type, cell.id, cell.source, dict(cell.metadata)


if __name__ == "__main__":
    sys.exit(main())
