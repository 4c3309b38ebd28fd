"""course.py: what it says when something is wrong, and that it fixes what was left half-done.

The real installation is what these tests run in; here its commands are replaced by doubles that
fail as the real ones do, with what pip and uv really print.
"""

import ast
import importlib.util
import os
import shutil
import subprocess
import sys
import venv
from types import SimpleNamespace

import course as installed
import pytest

import elsewhere
import networks
from common import ROOT, apart

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
    course.UNFINISHED.write_text("")
    assert course.main(["build"]) == 0
    assert "making it anew" in capsys.readouterr().out
    assert course.PYTHON.exists()


def another_environment(course, version):
    course.VENV.mkdir()
    (course.VENV / "pyvenv.cfg").write_text(f"version = {version}\n")
    (course.VENV / "mine").write_text("")


@pytest.mark.parametrize("version", ["3.9.1", "{}.{}.0".format(*sys.version_info)])
def test_an_environment_that_is_not_ours_is_asked_about(course, capsys, monkeypatch, version):
    another_environment(course, version)
    assert course.main(["build"]) == 1  # nobody is there to answer
    assert "Nothing was deleted. Rename it" in capsys.readouterr().err
    monkeypatch.setattr(course.sys, "stdin", SimpleNamespace(isatty=lambda: True))
    for answer, status in {"": 1, "n": 1, "y": 0}.items():
        assert (course.VENV / "mine").exists()
        monkeypatch.setattr("builtins.input", lambda question, answer=answer: answer)
        assert course.main(["build"]) == status
    assert not (course.VENV / "mine").exists() and course.DONE.exists()


@pytest.mark.parametrize("kind", ["file", "link"])
def test_what_lies_where_the_environment_goes_is_let_be(course, tmp_path, capsys, kind):
    other = tmp_path / "other"
    other.mkdir()
    (other / "precious").write_text("")
    if kind == "file":
        course.VENV.write_text("precious")
    else:
        course.VENV.symlink_to(other)
    assert course.main(["build"]) == 1
    assert f".venv is a {kind}, and the course's environment goes" in capsys.readouterr().err
    assert (other / "precious").exists() and (
        kind == "link" or course.VENV.read_text() == "precious"
    )


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


def test_environment_of_another_python_is_asked_about(course, capsys, monkeypatch):
    course.main(["build"])
    (course.VENV / "pyvenv.cfg").write_text("version = 3.12.1\n")
    (course.ROOT / "constraints.txt").write_text("torch==2.13.0\n")
    (course.VENV / "old").write_text("")
    assert course.main(["build"]) == 1
    assert "Run python3.12 course.py, or rename it" in capsys.readouterr().err
    monkeypatch.setattr(course, "confirmed", lambda question: True)
    assert course.main(["build"]) == 0
    assert not (course.VENV / "old").exists()


def test_two_at_once_wait_for_each_other(tmp_path):
    """For real, in two processes: the second waits, says so, and finds the work done."""
    shutil.copy(ROOT / "course.py", tmp_path)
    program = (
        "import sys, time, course\n"
        "course.is_set_up = lambda: (course.ROOT / 'made').exists()\n"
        "def make(kit):\n"
        "    print('making', flush=True)\n"
        "    sys.stdin.readline()\n"
        "    (course.ROOT / 'made').write_text('')\n"
        "course.make = make\n"
        "course.set_up()\n"
        "print('done')\n"
    )
    start = {"cwd": tmp_path, "stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    first = subprocess.Popen([sys.executable, "-c", program], **start)
    assert first.stdout.readline() == "making\n"
    second = subprocess.Popen([sys.executable, "-c", program], **start)
    assert second.stdout.readline() == "Another course.py is setting up here. Waiting for it.\n"
    assert first.communicate("\n")[0] == "done\n"
    assert second.communicate("")[0] == "done\n"
    # A holder that is killed leaves no lock behind.
    (tmp_path / "made").unlink()
    third = subprocess.Popen([sys.executable, "-c", program], **start)
    assert third.stdout.readline() == "making\n"
    third.kill()
    third.communicate()
    fourth = subprocess.Popen([sys.executable, "-c", program], **start)
    assert fourth.communicate("\n")[0] == "making\ndone\n"


@pytest.mark.skipif(os.name == "nt", reason="pyenv's names are shell scripts")
def test_a_name_of_a_python_that_does_not_run_is_not_recommended(tmp_path):
    """What pyenv leaves on the path for a Python that it does not have, for real."""
    for name, text in {
        "python3.13": "exit 127",
        "python3.12": f'exec {sys.executable} "$@"',
    }.items():
        shim = tmp_path / name
        shim.write_text(f"#!/bin/sh\n{text}\n")
        shim.chmod(0o755)
    program = "import course\ntry: course.require_python((3, 9))\nexcept course.Stop as s: print(s)"
    variables = {"PATH": f"{tmp_path}:/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    said = subprocess.run([sys.executable, "-c", program], env=variables, capture_output=True)
    assert b"You have python3.12: run python3.12 course.py" in said.stdout


def test_pip_is_kept_out_of_the_users_own_packages(course, monkeypatch):
    monkeypatch.setenv("PIP_USER", "1")
    seen = []
    recorded = course.subprocess.run

    def run(command, **options):
        seen.append((options.get("env") or {}).get("PIP_USER"))
        return recorded(command, **options)

    monkeypatch.setattr(course.subprocess, "run", run)
    course.install([course.PYTHON, "-m", "pip", "install", "uv"])
    assert seen == ["0"]


def test_with_pip_user_set_pip_itself_refuses_and_with_ours_it_does_not(tmp_path):
    venv.create(tmp_path / "env", with_pip=True)
    pip = [elsewhere.python_of(tmp_path / "env"), "-m", "pip", "install", "--no-index", "nothing"]
    for value, refused in {"1": True, "0": False}.items():
        environment = {**os.environ, "PIP_USER": value}
        done = subprocess.run(pip, capture_output=True, text=True, env=environment)
        assert ("Can not perform a '--user' install" in done.stderr) == refused


def test_a_home_that_cannot_be_written_is_replaced(course, monkeypatch, tmp_path):
    (tmp_path / "nowhere").write_text("")  # a file, in which not even root can make a folder
    monkeypatch.setenv("HOME", str(tmp_path / "nowhere"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "nowhere"))
    found = course.own_home({})
    assert found["HOME"] == str(course.VENV / "home") and (course.VENV / "home").is_dir()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert course.own_home({}) == {}


def test_check_installs_again_what_has_lost_its_files(course, monkeypatch, capsys):
    course.main(["build"])
    monkeypatch.setattr(course, "works", lambda code: "torch" not in code)
    course.fail_at["helpers.environment"] = "NO  torch"
    course.calls.clear()
    course.main(["check"])
    assert "Files of a package are gone" in capsys.readouterr().out
    assert "--reinstall" in installs(course)[-1]


@pytest.mark.slow
def test_check_repairs_a_torch_that_was_deleted(tmp_path):
    """For real: the course in a folder of its own, with an environment of its own."""
    for name in elsewhere.files():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    check = [sys.executable, "course.py", "check"]
    first = subprocess.run(check, cwd=tmp_path, capture_output=True, text=True)
    assert first.returncode == 0, first.stdout + first.stderr
    [torch] = (tmp_path / ".venv").rglob("site-packages/torch")
    shutil.rmtree(torch)
    again = subprocess.run(check, cwd=tmp_path, capture_output=True, text=True)
    said, _, after = again.stdout.partition("Files of a package are gone.")
    assert "NO  torch" in said and "OK  torch" in after and again.returncode == 0


UV_NO_CPU_BUILD = """\
error: Failed to fetch: `https://download.pytorch.org/whl/cpu/torch/`
  Caused by: error sending request for url (https://download.pytorch.org/whl/cpu/torch/)
  Caused by: dns error: failed to lookup address information: Name or service not known"""


def test_without_the_cpu_builds_address_the_large_build_is_named_with_its_size(
    course, monkeypatch, capsys
):
    monkeypatch.setattr(course.sys, "platform", "linux")
    monkeypatch.setattr(course, "find_links", lambda: [])
    course.fail_at["--torch-backend"] = UV_NO_CPU_BUILD
    course.free_gb = 7
    assert course.main(["build"]) == 1
    assert "torch's build for NVIDIA cards needs 10 GB" in capsys.readouterr().err
    course.free_gb = 50
    assert course.main(["build"]) == 0
    assert "3 GB more to fetch, 6 GB more" in capsys.readouterr().out
    assert "--torch-backend" not in installs(course)[-1]


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
    for version, python in elsewhere.pythons().items():
        version = ".".join(version.split(".")[:2])
        if version not in ("3.11", "3.12", "3.13"):
            command = [python, ROOT / "course.py", "lab"]
            done = subprocess.run(command, capture_output=True, text=True)
            assert done.returncode == 1
            assert f"This is Python {version}; the course needs 3.11, 3.12 or 3.13." in done.stderr


def test_missing_venv_module_is_explained(course, monkeypatch, capsys):
    def fail(folder, with_pip):
        raise subprocess.CalledProcessError(1, ["ensurepip"])

    monkeypatch.setattr("venv.create", fail)
    assert course.main(["lab"]) == 1
    assert "python3-venv" in capsys.readouterr().err


def by(installer: str, address: str, folder) -> list:
    """A command by which course.py would fetch a package, with the real installer."""
    command = {
        "pip": [sys.executable, "-m", "pip", "install", "--index-url"],
        "uv": [installed.UV, "pip", "install", "--default-index"],
    }[installer]
    return [*command, f"{address}/simple", "--quiet", "--target", folder, "tiny"]


@pytest.fixture
def unset(monkeypatch):
    """Take away what this machine's settings tell installers."""
    for name in os.environ:
        if name.startswith(("PIP_", "UV_", "SSL_CERT", "REQUESTS_CA", "CURL_CA")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("UV_NO_CONFIG", "1")


@pytest.mark.parametrize("installer", ["pip", "uv"])
@pytest.mark.parametrize(
    ("kind", "advice"),
    [
        ("sign-in page", "What came is not what was asked for: a sign-in page or a filter"),
        ("certificate of its own", "with a certificate that this machine does not know"),
        ("proxy that refuses", "The proxy refuses. Put its address"),
        ("cut off", "the connection was cut"),
    ],
)
def test_what_stands_in_a_networks_place_is_named(kind, advice, installer, tmp_path, unset):
    """For real: pip and uv ask, and what they say is read."""
    with networks.network(kind, tmp_path) as (address, variables):
        said = installed.failure(by(installer, address, tmp_path / "site"), variables)
    with pytest.raises(installed.Stop) as stop:
        installed.explain(said)
    assert advice in str(stop.value) and stop.value.letter == "N"
    assert "No network" not in str(stop.value)


def test_a_certificate_that_the_system_knows_is_taken(tmp_path, unset):
    """For real: an organization's certificate is among the system's, in a name space."""
    known = "/etc/ssl/certs/ca-certificates.crt"
    if not os.path.exists(known):
        pytest.skip("where Debian keeps them")
    program = "import sys, course\nprint(course.failure(sys.argv[1:], {'UV_NO_CACHE': '1'}))"
    first = f"mount --bind {tmp_path / 'certificate.pem'} {known}"
    with networks.network("certificate of its own", tmp_path) as (address, _):
        command = [sys.executable, "-c", program, *by("uv", address, tmp_path / "site")]
        done = subprocess.run(
            [*apart("--mount", first), *map(str, command)], cwd=ROOT, capture_output=True, text=True
        )
    assert done.stdout == "None\n", done.stdout + done.stderr
    assert (tmp_path / "site" / "tiny.py").exists()


def test_a_package_without_a_build_for_this_machine_is_named(tmp_path, unset):
    """For real: uv finds a torch, for others."""
    (tmp_path / "torch-2.13.0-cp39-cp39-plan9_1_mips.whl").write_text("")
    command = [installed.UV, "pip", "install", "--no-index", "--find-links", tmp_path, "torch"]
    said = installed.failure([*command, "--target", tmp_path / "site"], {"UV_NO_CACHE": "1"})
    with pytest.raises(installed.Stop, match="Elsewhere take Colab") as stop:
        installed.explain(said)
    assert stop.value.letter == "B" and "torch" in str(stop.value).partition("A package")[0]


def test_uv_hears_what_pip_is_told(tmp_path, monkeypatch, unset):
    """For real: a mirror that only pip's own file names."""
    file = tmp_path / "pip.conf"
    monkeypatch.setenv("PIP_CONFIG_FILE", str(file))
    monkeypatch.setenv("PIP_FIND_LINKS", f"{tmp_path / 'a'} {tmp_path / 'b'}")
    with networks.network("open", tmp_path) as (address, variables):
        file.write_text(
            f"[global]\nindex-url = {address}/simple\ntrusted-host = elsewhere\n"
            "proxy = http://unused\n[install]\ntrusted-host = localhost\n"
        )
        (tmp_path / "a").mkdir()
        (tmp_path / "b").mkdir()
        told = installed.uv_settings()
        assert (
            told.items()
            >= {
                "UV_FIND_LINKS": f"{tmp_path / 'a'},{tmp_path / 'b'}",
                "UV_DEFAULT_INDEX": f"{address}/simple",
                "UV_INSECURE_HOST": "localhost",
                "ALL_PROXY": "http://unused",
            }.items()
        )
        monkeypatch.setenv("ALL_PROXY", "")
        told = installed.uv_settings()  # the environment comes first
        assert "ALL_PROXY" not in told
        command = [installed.UV, "pip", "install", "--target", tmp_path / "site", "tiny"]
        assert installed.failure(command, variables | told) is None


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
    (course.ROOT / "tests").mkdir(exist_ok=True)
    (course.ROOT / "tests" / "test_photo.py").touch()
    assert course.main(["test", "--with", "ipywidgets-7", "tests/test_photo.py", "-x"]) == 0
    assert not installs(course)
    assert course.calls[-1][2:] == ["pytest", "tests/test_photo.py", "-x"]
    course.main(["test", "--with", "ipywidgets-7", "-x"])  # no file: those of the set, not all
    assert course.calls[-1][2:] == ["pytest", *course.OTHERS["ipywidgets-7"]["tests"], "-x"]


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
    assert (
        "hub, ipywidgets-7, newest, scale, site, transformers-4.57, transformers-5.15, "
        in capsys.readouterr().err
    )


def test_what_is_run_on_other_releases_exists(course):
    for name, release in course.OTHERS.items():
        tests = " ".join(release["tests"]).partition(" -k ")[0].split()
        assert tests and all((ROOT / test).exists() for test in tests), name


def test_a_kit_is_where_everything_comes_from(course, tmp_path, monkeypatch):
    monkeypatch.setattr(course, "wheels_of", lambda kit: tmp_path / kit)
    monkeypatch.setattr(course, "find_links", lambda: pytest.fail("the kit is enough"))
    course.FETCHED.mkdir()
    assert course.main(["lab", "--kit", "stick", "--no-browser"]) == 0
    for command in installs(course):
        assert command[-3:] == ["--no-index", "--find-links", str(tmp_path / "stick")]
        assert "--torch-backend" not in command
    assert course.calls[-1][-1] == "--no-browser" and "--kit" not in course.calls[-1]
    assert course.DONE.exists() and not course.FETCHED.exists()


def test_a_kit_that_lacks_files_leaves_no_environment(course, tmp_path, capsys):
    assert course.main(["check", "--kit", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert "holds no whole kit" in said.err and "Room code: FIX I 3." in said.out
    assert not course.VENV.exists()


def test_check_repairs_from_the_kit_too(course, monkeypatch):
    kits = []
    monkeypatch.setattr(course, "wheels_of", lambda kit: kits.append(kit) or "wheels")
    course.main(["check", "--kit", "stick"])
    monkeypatch.setattr(course, "works", lambda code: "torch" not in code)
    course.fail_at["helpers.environment"] = "NO  torch"
    course.main(["check", "--kit", "stick"])
    assert kits == ["stick", "stick"]


def test_a_kit_is_made_where_one_stands(course, tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(course, "run", lambda *what, **options: seen.append((what, options)) or 0)
    monkeypatch.setattr(course, "set_up", lambda kit: None)
    monkeypatch.chdir(tmp_path)
    assert course.main(["kit", "stick", "--for", "windows"]) == 0
    ((command, path), options) = seen[0]
    assert command[1:] == [course.ROOT / "tools" / "kit.py", "stick", "--for", "windows"]
    assert (path, options) == (course.ROOT, {"folder": str(tmp_path)})


def test_a_hub_wants_linux_and_root(course, capsys, monkeypatch):
    course.main(["build"])
    monkeypatch.setattr(course.sys, "platform", "darwin")
    assert course.main(["hub"]) == 1 and "course.py lab" in capsys.readouterr().err
    monkeypatch.setattr(course.sys, "platform", "linux")
    monkeypatch.setattr(course.os, "geteuid", lambda: 1000)
    assert course.main(["hub"]) == 1 and "sudo python3 course.py hub" in capsys.readouterr().err


def test_a_hub_without_npm_says_what_to_install(course, capsys, monkeypatch):
    course.main(["build"])
    monkeypatch.setattr(course.sys, "platform", "linux")
    monkeypatch.setattr(course.os, "geteuid", lambda: 0)
    monkeypatch.setattr(course.shutil, "which", lambda name: None)
    assert course.main(["hub"]) == 1 and "Node.js 18" in capsys.readouterr().err
