"""Write the exercises as a course of nbgrader, for classes that are graded.

    python tools/nbgrader_set.py FOLDER          all chapters
    python tools/nbgrader_set.py FOLDER 04 06    the chapters that begin so

FOLDER gets nbgrader_config.py and source/NN_name/NN_name.ipynb. There, with nbgrader installed in
an environment that also has this course:

    nbgrader generate_assignment 04_sigmoid_versus_softmax
    nbgrader autograde 04_sigmoid_versus_softmax

Each problem becomes three cells: the answer, which nbgrader empties; the check with its hints,
which is the learner's own; and the graded one. The solutions also lie in the installed course, so
this is for homework, not for exams.
"""

import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell

import build
import exercise_cells
from helpers.exercises._problem import Problem, find

POINTS = {"warm-up": 1, "core": 2, "stretch": 3}
CONFIG = """c = get_config()
c.CourseDirectory.course_id = "every-label-that-fits"
c.ClearSolutions.code_stub = {"python": "# Your answer goes in place of the dots."}
"""


def notebook(source: Path) -> nbformat.NotebookNode:
    """Make the instructor's notebook of one chapter's exercises.

    >>> made = notebook(build.SOURCE / "exercises" / "04_sigmoid_versus_softmax.py")
    >>> [cell.metadata.nbgrader.grade_id for cell in made.cells if "nbgrader" in cell.metadata][:2]
    ['answer-04-1', 'grade-04-1']
    """
    made = build.cells(source, build.ROOT / "exercises" / f"{source.stem}.ipynb")
    cells = []
    for cell in made.cells:
        before, mark, after = cell.source.partition("exercises.check(")
        if cell.cell_type != "code" or not mark:
            cells.append(cell)
            continue
        cells += _of_problem(find(after[1:5]), before.rstrip(), mark + after)
    for i, cell in enumerate(cells):
        cell["id"] = f"{source.stem[:2]}-{i:03d}"
    made.cells = cells
    return made


def _of_problem(problem: Problem, answer: str, check: str) -> list:
    name = problem.name.replace(".", "-")
    solved = f"{answer}\n### BEGIN SOLUTION\n{problem.solution}\n### END SOLUTION"
    graded = f'exercises.grade("{problem.name}", {exercise_cells.variable(problem)})'
    points = POINTS[problem.difficulty]
    return [
        new_code_cell(solved, metadata=_metadata(f"answer-{name}", solution=True)),
        new_code_cell(check),
        new_code_cell(
            graded, metadata=_metadata(f"grade-{name}", grade=True, locked=True, points=points)
        ),
    ]


def _metadata(grade_id: str, **more) -> dict:
    usual = {"grade": False, "solution": False, "locked": False, "task": False}
    return {"nbgrader": {"schema_version": 3, "grade_id": grade_id, **usual, **more}}


def main(arguments: list[str]) -> int:
    if not arguments:
        print(__doc__)
        return 2
    folder, prefixes = Path(arguments[0]), arguments[1:]
    sources = [
        source
        for source in sorted((build.SOURCE / "exercises").glob("0*.py"))
        if not prefixes or source.name.startswith(tuple(prefixes))
    ]
    if not sources:
        print(f"No exercises begin with {' or '.join(prefixes)}.")
        return 1
    for source in sources:
        path = folder / "source" / source.stem / f"{source.stem}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(nbformat.writes(notebook(source)) + "\n", encoding="utf-8", newline="\n")
        print(f"wrote {path.relative_to(folder).as_posix()}")
    (folder / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
