"""A notebook that somebody downloaded alone fetches the course once, and upgrades nothing."""

import os
import shutil
import subprocess
import sys
import zipfile

import pytest

import build
from common import ROOT

# A Python that has every package but not the course, as on Colab.
WITHOUT_COURSE = """
import sys
sys.path = [path for path in sys.path if not path.endswith("src")]
sys.meta_path = [f for f in sys.meta_path if "editable" not in repr(f).lower()]
"""
AFTERWARDS = """
import pathlib
import helpers, helpers.data, helpers.models
print(pathlib.Path(helpers.__file__).parent)
print(helpers.data.load_newsdesk(split="test").num_rows)
print(helpers.models.load_tagger().label_names)
"""


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """The repository as the hosting site zips it: everything below one folder."""
    path = tmp_path_factory.mktemp("archive") / "main.zip"
    with zipfile.ZipFile(path, "w") as file:
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            file.write(ROOT / name, f"course-main/{name}")
        for item in sorted((ROOT / "src").rglob("*")):
            if item.is_file() and "egg-info" not in str(item) and item.suffix != ".pyc":
                file.write(item, f"course-main/{item.relative_to(ROOT)}")
    return path


def run_setup(folder, course, code="", before="", **variables):
    """Run the set-up cell in an empty folder; packages go below it, and none is downloaded."""
    address = f"{build.repository()}/archive/refs/heads/{build.branch()}.zip"
    cell = build.setup_cell()
    assert address in cell
    environment = {
        **os.environ,
        "PIP_TARGET": str(folder / "site"),
        "PYTHONPATH": str(folder / "site"),
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # pip reads this as "no isolation": use setuptools as it is
        "HF_HUB_OFFLINE": "1",
        **variables,
    }
    program = "\n".join([WITHOUT_COURSE, before, cell.replace(address, course), code])
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=1800,
    )


def last_line(done) -> str:
    assert done.returncode != 0
    return done.stderr.splitlines()[-1]


def test_a_lone_notebook_fetches_the_course_once(archive, tmp_path):
    first = run_setup(tmp_path, archive.as_uri(), AFTERWARDS)
    assert first.returncode == 0, first.stderr[-3000:]
    lines = first.stdout.splitlines()
    assert lines[0].startswith("Fetching the course, once") and lines[1] == "The course is here."
    assert lines[2] == str(tmp_path / "site" / "helpers")
    assert lines[3:] == ["400", "['sports', 'politics', 'technology', 'entertainment']"]
    second = run_setup(tmp_path, "file:///nowhere.zip")
    assert second.stdout.splitlines() == ["The course is here."]


def test_without_a_network_it_says_what_to_do(tmp_path):
    done = run_setup(tmp_path, "http://127.0.0.1:9/main.zip", PIP_RETRIES="0", PIP_TIMEOUT="2")
    assert last_line(done) == (
        "ConnectionError: The course could not be fetched. Connect and run this again."
    )


def test_a_course_around_it_is_used_as_it_is(tmp_path):
    folder = with_course(tmp_path)
    done = run_setup(folder, "file:///nowhere.zip", "import helpers; print(helpers.__file__)")
    assert done.stdout.splitlines() == [
        "The course is here.",
        str(tmp_path / "src" / "helpers" / "__init__.py"),
    ]


def with_course(folder):
    """Put the course into a folder; return its notebooks' folder."""
    shutil.copytree(ROOT / "src" / "helpers", folder / "src" / "helpers")
    (folder / "notebooks").mkdir()
    return folder / "notebooks"


@pytest.mark.parametrize("name", ["helpers.py", "helpers/__init__.py"])
@pytest.mark.parametrize("around", [True, False])
def test_what_hides_the_course_is_named(tmp_path, name, around):
    folder = with_course(tmp_path) if around else tmp_path
    other = folder / name
    other.parent.mkdir(exist_ok=True)
    other.write_text("raise RuntimeError('not to be run')")
    done = run_setup(folder, "file:///nowhere.zip")
    assert done.stdout == ""
    assert last_line(done) == (
        f"ImportError: `import helpers` finds {other}, not this course. Rename it or move this "
        "notebook, then restart the kernel and run this again."
    )
    other.rename(other.with_name("mine.py"))
    if around:
        assert run_setup(folder, "file:///nowhere.zip").stdout == "The course is here.\n"


def test_another_package_that_is_installed_is_named(tmp_path):
    other = tmp_path / "site" / "helpers" / "__init__.py"
    other.parent.mkdir(parents=True)
    other.write_text("")
    done = run_setup(
        with_course(tmp_path), "file:///nowhere.zip", PYTHONPATH=str(tmp_path / "site")
    )
    assert f"finds {other}, not this course" in last_line(done)


@pytest.mark.parametrize(
    ("before", "named"),
    [
        ("sys.path.insert(0, 'mine'); import helpers", "mine/helpers.py"),
        ("sys.path.insert(0, 'bare'); import helpers", "bare/helpers"),
        (
            "import types; sys.modules['helpers'] = types.ModuleType('helpers')",
            "<module 'helpers'>",
        ),
    ],
    ids=["a file", "a folder without __init__.py", "made by hand"],
)
def test_another_that_was_imported_before_is_named(tmp_path, before, named):
    (tmp_path / "bare" / "helpers").mkdir(parents=True)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "helpers.py").write_text("")
    with_course(tmp_path)
    done = run_setup(tmp_path, "file:///nowhere.zip", before=before)
    assert last_line(done).startswith("ImportError: `import helpers` finds ")
    assert named in last_line(done) and "restart the kernel" in last_line(done)


def test_a_folder_that_hides_nothing_is_let_be(tmp_path):
    folder = with_course(tmp_path)
    (folder / "helpers").mkdir()
    done = run_setup(folder, "file:///nowhere.zip", "import helpers; print(helpers.__file__)")
    assert done.stdout.splitlines() == [
        "The course is here.",
        str(tmp_path / "src" / "helpers" / "__init__.py"),
    ]
