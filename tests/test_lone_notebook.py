"""A notebook that somebody downloaded alone fetches the course once, and upgrades nothing."""

import os
import shutil
import subprocess
import sys
import zipfile

import pytest

from common import ROOT

sys.path.insert(0, str(ROOT / "tools"))
import build

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


def run_setup(folder, course, code="", **variables):
    """Run the set-up cell in an empty folder; packages go below it, and none is downloaded."""
    address = f"{build.repository()}/archive/refs/heads/main.zip"
    cell = build.SETUP_CELL.format(name="multilabel-course", repository=build.repository())
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
    program = WITHOUT_COURSE + cell.replace(address, course) + "\n" + code
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_a_lone_notebook_fetches_the_course_once(archive, tmp_path):
    first = run_setup(tmp_path, archive.as_uri(), AFTERWARDS)
    assert first.returncode == 0, first.stderr[-3000:]
    lines = first.stdout.splitlines()
    assert lines[0].startswith("Fetching the course, once") and lines[1] == "The course is here."
    assert lines[2] == str(tmp_path / "site" / "helpers")
    assert lines[3:] == ["300", "['sports', 'politics', 'technology', 'entertainment']"]
    second = run_setup(tmp_path, "file:///nowhere.zip")
    assert second.stdout.splitlines() == ["The course is here."]


def test_without_a_network_it_says_what_to_do(tmp_path):
    done = run_setup(tmp_path, "http://127.0.0.1:9/main.zip", PIP_RETRIES="0", PIP_TIMEOUT="2")
    assert done.returncode != 0
    assert done.stderr.splitlines()[-1] == (
        "ConnectionError: The course could not be fetched. Connect and run this again."
    )


def test_a_course_around_it_is_used_as_it_is(tmp_path):
    shutil.copytree(ROOT / "src" / "helpers", tmp_path / "src" / "helpers")
    (tmp_path / "notebooks").mkdir()
    done = run_setup(
        tmp_path / "notebooks", "file:///nowhere.zip", "import helpers; print(helpers.__file__)"
    )
    assert done.stdout.splitlines() == [
        "The course is here.",
        str(tmp_path / "src" / "helpers" / "__init__.py"),
    ]
