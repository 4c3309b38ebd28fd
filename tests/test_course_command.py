"""course.py: what it says when something is wrong, and that it fixes what was left half-done.

The real installation is what these tests run in; here its commands are replaced by doubles that
fail as the real ones do, with what pip and uv really print.
"""

import ast
import importlib.util
import shutil
import subprocess
import sys
import venv
from types import SimpleNamespace

import pytest

from common import ROOT

PIP_OFFLINE = """\
WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after \
connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object \
at 0x7f3c2a>: Failed to establish a new connection: [Errno -3] Temporary failure in name \
resolution')': /simple/uv/
ERROR: No matching distribution found for uv"""
UV_OFFLINE = """\
error: Failed to fetch: `https://index/simple/torch/`
  Caused by: error sending request for url (https://index/simple/torch/)
  Caused by: client error (Connect)
  Caused by: dns error: failed to lookup address information: Name or service not known"""
UV_FULL = """\
error: Failed to install: torch-2.13.0-cp311-cp311-linux_x86_64.whl (torch==2.13.0)
  Caused by: failed to copy file: No space left on device (os error 28)"""


@pytest.fixture
def course(tmp_path, monkeypatch):
    """course.py in a folder of its own, with every command recorded and none run."""
    for name in ("course.py", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path)
    spec = importlib.util.spec_from_file_location("course_command", tmp_path / "course.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.calls = []
    module.fail_at = {}

    def fake_run(command, **kwargs):
        command = [str(part) for part in command]
        module.calls.append(command)
        for part, answer in module.fail_at.items():
            if part in command:
                if isinstance(answer, BaseException):
                    raise answer
                return SimpleNamespace(returncode=1, stdout=answer.encode(), stderr=b"")
        return SimpleNamespace(returncode=0, stdout=b"", stderr=b"")

    def fake_create(folder, with_pip):
        module.PYTHON.parent.mkdir()
        module.PYTHON.write_text("")
        version = "version = {}.{}.0\n".format(*sys.version_info)
        (module.VENV / "pyvenv.cfg").write_text(version)

    monkeypatch.setattr(module.subprocess, "run", fake_run)
    monkeypatch.setattr("venv.create", fake_create)
    monkeypatch.setattr(
        module.shutil, "disk_usage", lambda path: SimpleNamespace(free=module.free_gb * 1e9)
    )
    module.free_gb = 50
    return module


def installs(course):
    return [command for command in course.calls if "install" in command]


def test_sets_up_once_and_says_so(course, capsys):
    assert course.main(["build", "00"]) == 0
    out = capsys.readouterr().out
    assert "once" in out and "step 1 of 2" in out and "step 2 of 2" in out
    assert len(installs(course)) == 2
    assert course.calls[-1] == [str(course.PYTHON), "tools/build.py", "00"]
    assert course.main(["build"]) == 0
    assert len(installs(course)) == 2


def test_changed_requirements_are_installed(course):
    course.main(["build"])
    (course.ROOT / "constraints.txt").write_text("torch==2.13.0\n")
    course.main(["build"])
    assert len(installs(course)) == 4


@pytest.mark.parametrize("at", ["uv", "-e"])
def test_interrupted_installation_is_fixed(course, capsys, at):
    course.fail_at[at] = KeyboardInterrupt()
    assert course.main(["build"]) == 130
    assert "run the same command again" in capsys.readouterr().err
    course.fail_at.clear()
    course.calls.clear()
    assert course.main(["build"]) == 0
    first, second = installs(course)
    assert "--force-reinstall" in first and "--reinstall" in second
    course.calls.clear()
    assert course.main(["build"]) == 0
    assert not installs(course)


def test_half_made_environment_is_made_anew(course, capsys):
    course.VENV.mkdir()
    (course.VENV / "pyvenv.cfg").write_text("")
    assert course.main(["build"]) == 0
    assert "making it anew" in capsys.readouterr().out
    assert course.PYTHON.exists()


def test_environment_with_half_a_pip_is_made_anew(course, monkeypatch, capsys):
    """Killed while pip was being copied: what is there looks whole and is not."""
    create = venv.create

    def killed(folder, with_pip):
        create(folder, with_pip)
        raise KeyboardInterrupt

    monkeypatch.setattr("venv.create", killed)
    assert course.main(["build"]) == 130
    monkeypatch.setattr("venv.create", create)
    capsys.readouterr()
    assert course.main(["build"]) == 0
    assert "making it anew" in capsys.readouterr().out


def test_environment_of_another_python_is_made_anew(course):
    course.main(["build"])
    (course.VENV / "pyvenv.cfg").write_text("version = 3.9.1\n")
    course.DONE.unlink()
    (course.VENV / "old").write_text("")
    course.main(["build"])
    assert not (course.VENV / "old").exists()


@pytest.mark.parametrize(
    ("at", "said", "advice"),
    [
        ("uv", PIP_OFFLINE, "No network"),
        ("-e", UV_OFFLINE, "No network"),
        ("-e", UV_FULL, "The disk is full"),
        ("-e", "error: something new", "its last words are above"),
    ],
)
def test_failed_installation_is_explained(course, capsys, at, said, advice):
    course.fail_at[at] = said
    assert course.main(["test"]) == 1
    error = capsys.readouterr().err
    assert advice in error and said.splitlines()[-1] in error
    assert "Traceback" not in error


def test_no_room_is_said_before_anything_is_fetched(course, capsys):
    course.free_gb = 1.5
    assert course.main(["lab"]) == 1
    assert "Only 1.5 GB of disk are free" in capsys.readouterr().err
    assert course.calls == []


@pytest.mark.parametrize("version", [(3, 10), (3, 14), (3, 8, 2)])
def test_wrong_python_is_named_with_the_right_one(course, monkeypatch, version):
    monkeypatch.setattr(course.shutil, "which", lambda name: name == "python3.12" or None)
    with pytest.raises(course.Stop, match=r"This is Python 3\.\d+; .*run python3.12 course.py"):
        course.require_python(version)
    monkeypatch.setattr(course.shutil, "which", lambda name: None)
    with pytest.raises(course.Stop, match=r"Install Python 3\.12"):
        course.require_python(version)


@pytest.mark.parametrize("minor", [11, 12, 13])
def test_right_python_is_let_in(course, minor):
    course.require_python((3, minor))


def test_an_old_python_can_read_the_file():
    ast.parse((ROOT / "course.py").read_text(encoding="utf-8"), feature_version=(3, 6))


def test_missing_venv_module_is_explained(course, monkeypatch, capsys):
    def fail(folder, with_pip):
        raise subprocess.CalledProcessError(1, ["ensurepip"])

    monkeypatch.setattr("venv.create", fail)
    assert course.main(["lab"]) == 1
    assert "python3-venv" in capsys.readouterr().err


def test_wheels_on_disk_are_passed_to_uv(course, tmp_path, monkeypatch):
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels" / "torch-2.13.0+cpu-cp311-cp311-linux_x86_64.whl").write_text("")
    monkeypatch.setattr(course, "find_links", lambda: [str(tmp_path / "wheels")])
    monkeypatch.setattr(course.sys, "platform", "linux")
    course.main(["build"])
    assert "--torch-backend" not in installs(course)[-1]
    monkeypatch.setattr(course, "find_links", lambda: [])
    course.DONE.unlink()
    course.main(["build"])
    assert installs(course)[-1][-2:] == ["--torch-backend", "auto"]


def test_no_command_or_an_unknown_one_prints_the_commands(course, capsys):
    assert course.main([]) == 0
    assert course.main(["tset"]) == 2
    assert capsys.readouterr().out.count("python3 course.py lab") == 2
    assert course.calls == []


def test_failing_tests_fail_the_command(course):
    course.fail_at["pytest"] = "1 failed"
    assert course.main(["test"]) == 1


@pytest.mark.parametrize(
    ("arguments", "workers", "lint"),
    [
        ([], True, True),
        (["--durations=5", "-x"], True, True),
        (["-k", "notebooks"], True, True),  # a word, not the folder
        (["notebooks"], True, False),
        (["course.py", "conftest.py", "-x"], True, False),
        (["course.py::test_x", "-k", "y"], False, False),
        (["--pdb"], False, True),
    ],
)
def test_only_naming_one_file_gives_up_the_two_processes(course, arguments, workers, lint):
    (course.ROOT / "notebooks").mkdir()
    (course.ROOT / "conftest.py").write_text("")
    course.main(["build"])
    course.calls.clear()
    assert course.main(["test", *arguments]) == 0
    (tests, *rest) = course.calls
    assert (
        tests[2:4] == ["pytest", "--durations=15"]
        and tests[len(tests) - len(arguments) :] == arguments
    )
    assert ("-n" in tests) == workers
    assert bool(rest) == lint


def test_each_command_has_help_and_makes_nothing(course, capsys):
    for name in ("lab", "test", "check", "build", "bench"):
        assert course.main([name, "--help"]) == 0
        assert f"usage: python3 course.py {name} " in capsys.readouterr().out
    assert course.main(["help"]) == 0
    assert course.calls == []


def test_lab_opens_the_first_notebook_and_ends_quietly(course, capsys):
    assert (ROOT / course.FIRST_NOTEBOOK).exists()
    assert course.main(["lab", "--no-browser"]) == 0
    command = course.calls[-1]
    assert f"--LabApp.default_url=/lab/tree/{course.FIRST_NOTEBOOK}" in command
    assert command[-1] == "--no-browser"
    course.fail_at["lab"] = KeyboardInterrupt()
    capsys.readouterr()
    assert course.main(["lab"]) == 0
    assert capsys.readouterr().err == ""


def test_other_releases_are_laid_over_once(course):
    course.main(["build"])
    course.calls.clear()
    assert course.main(["test", "--with", "ipywidgets-7"]) == 0
    (overlay,) = installs(course)
    assert "ipywidgets==7.7.1" in overlay and "--no-deps" in overlay
    assert course.calls[-1][2:] == ["pytest", *course.OTHERS["ipywidgets-7"]["tests"]]
    course.calls.clear()
    assert course.main(["test", "--with", "ipywidgets-7", "tests/test_photo.py", "-x"]) == 0
    assert not installs(course)
    assert course.calls[-1][2:] == ["pytest", "tests/test_photo.py", "-x"]


def test_other_releases_are_imported_first(course, monkeypatch):
    seen = {}
    monkeypatch.setenv("PYTHONPATH", "mine")
    monkeypatch.setattr(
        course.subprocess,
        "run",
        lambda command, **kwargs: seen.update(kwargs) or SimpleNamespace(returncode=0),
    )
    folder = course.VENV / "transformers-4.57"
    folder.mkdir(parents=True)
    packages = course.OTHERS["transformers-4.57"]["packages"]
    (folder / "installed.txt").write_text("\n".join(packages))
    assert course.test_with("transformers-4.57", []) == 0
    assert seen["env"]["PYTHONPATH"].split(course.os.pathsep) == [str(folder), "mine"]


def test_changed_or_interrupted_overlay_is_made_anew(course):
    course.main(["build"])
    course.fail_at["--target"] = KeyboardInterrupt()
    assert course.main(["test", "--with", "ipywidgets-7"]) == 130
    course.fail_at.clear()
    course.calls.clear()
    course.main(["test", "--with", "ipywidgets-7"])
    assert len(installs(course)) == 1
    course.OTHERS["ipywidgets-7"]["packages"].append("six==1.17.0")
    course.main(["test", "--with", "ipywidgets-7"])
    assert len(installs(course)) == 2


@pytest.mark.parametrize("rest", [[], ["transformers-3"]])
def test_unknown_release_is_answered_with_the_known(course, capsys, rest):
    course.main(["build"])
    assert course.main(["test", "--with", *rest]) == 1
    assert "ipywidgets-7, transformers-4.57" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["transformers-4.57", "transformers-5.15", "ipywidgets-7"])
def test_what_is_run_on_other_releases_exists(course, name):
    tests = " ".join(course.OTHERS[name]["tests"]).partition(" -k ")[0].split()
    assert tests and all((ROOT / test).exists() for test in tests)
