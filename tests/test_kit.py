"""The kit: what a room without a network gets, whole or not at all; wheels here are invented."""

import ast
import hashlib
import http.client
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import zipfile
from pathlib import Path
from types import SimpleNamespace

import course
import pytest

import elsewhere
import kit
from common import ROOT, apart

HERE = course.system_name(), "{}.{}".format(*sys.version_info)
TARGET = "-".join(HERE)
START = ROOT / "tools" / "kit_files" / "start.py"


def wheel(
    folder: Path, name: str, version: str = "1.0", tag: str = "py3-none-any", needs: str = ""
) -> Path:
    """Write a wheel that pip and uv install; ``needs`` is what it asks for in turn."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-{tag}.whl"
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    metadata += f"Requires-Dist: {needs}\n" if needs else ""
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(f"{name}.py", f"version = {version!r}\n")
        file.writestr(f"{info}/METADATA", metadata)
        file.writestr(f"{info}/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n")
        file.writestr(
            f"{info}/RECORD", f"{name}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n"
        )
    return path


@pytest.fixture
def registry(tmp_path, monkeypatch):
    """A folder of wheels as the only place where anything is; nothing else is asked."""
    folder = tmp_path / "registry"
    wheel(folder, "one")
    wheel(folder, "two", "2.0")
    monkeypatch.setenv("UV_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setattr(kit, "_cpu_build", lambda system, python: False)
    monkeypatch.setattr(kit, "GIGABYTES", 0)
    monkeypatch.setattr(course, "find_links", lambda: [])
    monkeypatch.setattr(
        elsewhere, "files", lambda: ["README.md", "course.py", "src/helpers/tag.py"]
    )
    return folder


def made(tmp_path, targets=(HERE,), wanted=("one", "two")):
    folder = tmp_path / "kit"
    return folder, kit.make(folder, list(targets), list(wanted))


def test_a_kit_lists_every_file_with_its_hash(registry, tmp_path):
    folder, listed = made(tmp_path)
    assert listed == json.loads((folder / "kit.json").read_text(encoding="utf-8"))
    there = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert there == {*listed["files"], "kit.json"}
    assert listed["wheels"] == {TARGET: ["one-1.0-py3-none-any.whl", "two-2.0-py3-none-any.whl"]}
    for name, entry in listed["files"].items():
        data = (folder / name).read_bytes()
        assert entry == {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def test_what_the_kit_needs_is_what_course_py_installs():
    wanted = kit.requirements()
    names = {re.match(r"[\w.-]+", line)[0].lower() for line in wanted}
    assert {"torch", "jupyterlab", "openpyxl", "bioregistry", "pytest", "setuptools", "uv"} <= names
    assert "ray" not in names and "multilabel-course" not in names


def test_a_second_run_fetches_only_what_is_missing_or_damaged(registry, tmp_path, monkeypatch):
    folder, before = made(tmp_path)
    asked = []
    download = kit._download
    monkeypatch.setattr(
        kit, "_download", lambda wanted, *rest: asked.append(wanted) or download(wanted, *rest)
    )
    assert made(tmp_path)[1] == before and asked == []
    (folder / "wheels" / "one-1.0-py3-none-any.whl").unlink()
    two = folder / "wheels" / "two-2.0-py3-none-any.whl"
    two.write_bytes(two.read_bytes()[:100])
    assert made(tmp_path)[1] == before and [sorted(wanted) for wanted in asked] == [
        ["one==1.0", "two==2.0"]
    ]


def test_a_kit_that_was_cut_off_is_none_and_is_finished_by_the_next_run(
    registry, tmp_path, monkeypatch
):
    folder, before = made(tmp_path)
    replace = os.replace

    def killed(source, target):
        if Path(target).name == "kit.json":
            raise KeyboardInterrupt
        replace(source, target)

    monkeypatch.setattr(kit.os, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        made(tmp_path)
    with pytest.raises(course.Stop, match="holds no whole kit"):
        course.list_of(str(folder))
    monkeypatch.setattr(kit.os, "replace", replace)
    assert made(tmp_path)[1] == before


def test_a_folder_with_other_things_is_let_be(registry, tmp_path):
    (tmp_path / "kit" / "wheels").mkdir(parents=True)
    mine = wheel(tmp_path / "kit" / "wheels", "mine")
    with pytest.raises(course.Stop, match="holds other things"):
        made(tmp_path)
    assert mine.exists() and not (tmp_path / "kit" / kit.UNFINISHED).exists()


def test_wheels_of_an_earlier_state_are_deleted(registry, tmp_path):
    folder, _ = made(tmp_path)
    wheel(registry, "two", "2.1")
    _, listed = made(tmp_path)
    assert [path.name for path in sorted((folder / "wheels").iterdir())] == listed["wheels"][TARGET]
    assert "two-2.1-py3-none-any.whl" in listed["wheels"][TARGET]


def test_what_a_system_lacks_is_named_and_the_others_are_made(registry, tmp_path, capsys):
    wheel(registry, "compiled", tag="cp312-cp312-win_amd64")
    targets = [("windows", "3.12"), ("windows", "3.13"), ("macos", "3.12")]
    _, listed = made(tmp_path, targets, ["one", "compiled"])
    assert list(listed["wheels"]) == ["windows-3.12"]
    assert set(listed["left_out"]) == {"windows-3.13", "macos-3.12"}
    assert "compiled" in listed["left_out"]["macos-3.12"]
    assert "windows, Python 3.13: left out" in capsys.readouterr().out
    with pytest.raises(course.Stop, match="nothing was complete"):
        kit.make(tmp_path / "other", [("macos", "3.12")], ["compiled"])
    with pytest.raises(course.Stop, match="holds no whole kit"):
        course.list_of(str(tmp_path / "other"))


def test_a_kit_in_which_a_set_up_would_find_too_little_is_none(registry, tmp_path, monkeypatch):
    """Whatever is wrong with what was fetched, the set-up's own installer has the last word."""
    targets = [("windows", "3.12"), ("macos", "3.13")]
    wheel(registry, "zzlate", needs="two; python_full_version >= '3.13.1'")
    _, listed = made(tmp_path, targets, ["zzlate"])
    assert list(listed["wheels"]) == ["windows-3.12"]
    assert "zzlate depend on two" in listed["left_out"]["macos-3.13"]
    collect = kit.collect

    def forgetful(packages, folder, system, python):
        names = collect(packages, folder, system, python)
        return names if system == "macos" else names[1:]

    monkeypatch.setattr(kit, "collect", forgetful)
    folder, listed = made(tmp_path, targets)
    assert list(listed["wheels"]) == ["macos-3.13"]
    assert "would lack one 1.0" in listed["left_out"]["windows-3.12"]
    with pytest.raises(course.Stop, match="nothing was complete"):
        made(tmp_path, targets[:1])
    assert not (folder / "kit.json").exists()


def test_without_the_registry_nothing_that_was_fetched_is_deleted(registry, tmp_path, monkeypatch):
    folder, listed = made(tmp_path)
    monkeypatch.setattr(kit, "resolve", no_registry)
    with pytest.raises(course.Stop, match="nothing was complete"):
        made(tmp_path)
    assert [path.name for path in sorted((folder / "wheels").iterdir())] == listed["wheels"][TARGET]


def no_registry(*arguments):
    raise kit.LeftOut("the registry does not answer")


def test_a_package_that_comes_as_source_is_built_where_one_wheel_fits_all(registry, tmp_path):
    source = tmp_path / "sourced-1.0"
    source.mkdir()
    (source / "sourced.py").write_text("")
    (source / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        '[project]\nname = "sourced"\nversion = "1.0"\n'
    )
    (source / "PKG-INFO").write_text("Metadata-Version: 2.1\nName: sourced\nVersion: 1.0\n")
    ready = wheel(tmp_path / "ready", "sourced")
    (source / "backend.py").write_text(
        "import shutil\n"
        "def build_wheel(folder, config_settings=None, metadata_directory=None):\n"
        f"    shutil.copy({str(ready)!r}, folder)\n"
        f"    return {ready.name!r}\n"
    )
    shutil.make_archive(str(registry / "sourced-1.0"), "gztar", tmp_path, "sourced-1.0")
    _, listed = made(tmp_path, [("windows", "3.13")], ["sourced"])
    assert listed["wheels"] == {"windows-3.13": [ready.name]}


@pytest.mark.parametrize(
    ("system", "name"),
    [
        ("linux", "x-1-cp311-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"),
        ("linux-arm", "x-1-cp312-cp312-manylinux_2_28_aarch64.whl"),
        ("macos", "x-1-cp312-cp312-macosx_11_0_arm64.whl"),
        ("macos", "x-1-cp312-cp312-macosx_10_13_universal2.whl"),
        ("windows", "x-1-cp312-cp312-win_amd64.whl"),
        ("windows", "x-1-py3-none-any.whl"),
    ],
)
def test_wheels_are_known_by_their_tags(tmp_path, system, name):
    (tmp_path / name).write_text("")
    for other in ("x-1-cp313-cp313-win_amd64.whl", "x-1-cp312-cp312-manylinux_2_35_x86_64.whl"):
        (tmp_path / other).write_text("")
    assert kit.wheels_for({"x": "1"}, tmp_path, kit.tags_of(system, "3.12")) == {"x": name}


def test_why_no_set_of_packages_fits_is_told_in_one_sentence():
    said = "no solution found: Because ... hint: There are wheels for\n win_amd64 hint: And more."
    assert kit._short(said) == "There are wheels for win_amd64"
    assert kit._short("error: " + "x" * 400) == "x" * 300


def test_without_the_registry_the_kit_says_so(registry, tmp_path, monkeypatch):
    monkeypatch.delenv("UV_NO_INDEX")
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    with pytest.raises(kit.LeftOut, match=r"http://127\.0\.0\.1:9 does not answer"):
        kit.resolve(["nowhere"], *HERE)


def test_too_little_disk_is_said_first(registry, tmp_path, monkeypatch):
    monkeypatch.setattr(kit, "GIGABYTES", 1e6)
    with pytest.raises(course.Stop, match=r"the kit needs 1000000\.0 GB"):
        made(tmp_path)


# course.py takes it


def test_wheels_of_a_folder_are_looked_at_before_they_are_used(registry, tmp_path):
    folder, _ = made(tmp_path)
    assert course.wheels_of(str(folder)) == folder / "wheels"
    for damage in (lambda path: path.write_bytes(b"x" * path.stat().st_size), Path.unlink):
        damage(folder / "wheels" / "two-2.0-py3-none-any.whl")
        with pytest.raises(course.Stop, match=r"two-2\.0-py3-none-any\.whl in the kit is damaged"):
            course.wheels_of(str(folder))


def test_a_kit_for_others_says_for_whom(registry, tmp_path, monkeypatch):
    folder, _ = made(tmp_path, [("windows", "3.11"), ("macos", "3.13")])
    monkeypatch.setattr(course, "system_name", lambda: "linux-arm")
    with pytest.raises(course.Stop) as stop:
        course.wheels_of(str(folder))
    assert "needs a kit for linux-arm-" in str(stop.value)
    assert "has macos-3.13, windows-3.11" in str(stop.value)


@pytest.mark.parametrize("text", [None, "{", "[]", '{"format": 2}', "\u00e9"])
def test_what_is_no_kit_is_told(tmp_path, text):
    if text is not None:
        (tmp_path / "kit.json").write_text(text, encoding="latin-1")
    with pytest.raises(course.Stop, match="holds no whole kit"):
        course.wheels_of(str(tmp_path))


def test_an_address_that_does_not_answer_is_told():
    with pytest.raises(course.Stop, match="holds no whole kit"):
        course.wheels_of("http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("platform", "machine", "name"),
    [
        ("linux", "x86_64", "linux"),
        ("linux", "aarch64", "linux-arm"),
        ("darwin", "arm64", "macos"),
        ("darwin", "x86_64", "macos-intel"),
        ("win32", "AMD64", "windows"),
        ("win32", "ARM64", "windows-arm"),
    ],
)
def test_systems_are_called_alike_on_both_sides(monkeypatch, platform, machine, name):
    monkeypatch.setattr(course.sys, "platform", platform)
    monkeypatch.setattr(course.platform, "machine", lambda: machine)
    assert course.system_name() == name and name in kit.SYSTEMS


def test_installing_from_a_kit_asks_nothing_else(monkeypatch, tmp_path):
    calls = []
    monkeypatch.setattr(course, "failure", lambda *what: calls.append(what))
    course.install_from(tmp_path, ["--force-reinstall"], ["--reinstall"])
    for command, environment in calls:
        assert command[-3:] == ["--no-index", "--find-links", tmp_path]
        assert environment["PIP_CONFIG_FILE"] == os.devnull and environment["UV_NO_CONFIG"]
    assert "--force-reinstall" in calls[0][0] and "--reinstall" in calls[1][0]


# Serving


@pytest.fixture
def served(registry, tmp_path):
    folder, listed = made(tmp_path)
    (folder / "secret.txt").write_text("mine")
    (tmp_path / "outside.txt").write_text("mine")
    with kit.server(folder, 0, listed) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield SimpleNamespace(folder=folder, listed=listed, port=running.server_port)
        running.shutdown()


def answer(served, path, method="GET"):
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
    connection.request(method, path)
    reply = connection.getresponse()
    text = reply.read()
    connection.close()
    return reply.status, text


def test_what_the_kit_lists_is_served_and_nothing_else(served):
    for name in [*served.listed["files"], "kit.json"]:
        path = "/" + name.replace(" ", "%20")
        assert answer(served, path) == (200, (served.folder / name).read_bytes())
    for path in ("/secret.txt", "/wheels", "/wheels/", "/../outside.txt", "/%2e%2e/outside.txt",
                 "//secret.txt", "/wheels/../secret.txt", "/./secret.txt"):  # fmt: skip
        assert answer(served, path)[0] == 404, path
    for method in ("PUT", "POST", "DELETE"):
        assert answer(served, "/kit.json", method)[0] == 501


def test_the_page_names_the_address_that_was_asked(served):
    status, text = answer(served, "/")
    assert status == 200 and f"python3 start.py http://127.0.0.1:{served.port}".encode() in text
    assert b"start-windows.bat" not in text and b"{" not in text.split(b"</style>")[1]
    assert answer(served, "/", "HEAD") == (200, b"")


def test_wheels_of_an_address_are_fetched_once_and_looked_at(served, monkeypatch, tmp_path):
    monkeypatch.setattr(course, "FETCHED", tmp_path / "fetched")
    monkeypatch.setattr(course, "need_disk", lambda *what: None)
    address = f"http://127.0.0.1:{served.port}/"
    folder = course.wheels_of(address)
    assert sorted(path.name for path in folder.iterdir()) == served.listed["wheels"][TARGET]
    fetched = []
    fetch = course.fetch
    monkeypatch.setattr(course, "fetch", lambda *what: fetched.append(what[1].name) or fetch(*what))
    (folder / "one-1.0-py3-none-any.whl").write_text("cut off")
    course.wheels_of(address)
    assert fetched == ["one-1.0-py3-none-any.whl"]
    one = served.folder / "wheels" / "one-1.0-py3-none-any.whl"
    one.write_text("damaged")
    (folder / one.name).unlink()
    with pytest.raises(course.Stop, match=r"one-1\.0-py3-none-any\.whl in the kit is damaged"):
        course.wheels_of(address)


def test_a_port_that_is_taken_is_told_with_another(served):
    with pytest.raises(course.Stop, match=f"add --port {served.port + 1}"):
        kit.server(served.folder, served.port, served.listed)


# Start files


def test_the_page_of_a_stick_names_its_start_files(registry, tmp_path):
    folder, _ = made(tmp_path)
    text = (folder / "READ ME.html").read_text(encoding="utf-8")
    for name in re.findall(r"start-[\w.]+", text):
        assert (folder / name).is_file()
    assert len(set(re.findall(r"start-[\w.]+", text))) == 3 and "start.py" not in text
    assert HERE[1] in text and "prefers" not in text and "color-scheme: light dark" in text


def test_start_files_end_their_lines_as_their_systems_do():
    for path in (ROOT / "tools" / "kit_files").glob("start*"):
        data = path.read_bytes()
        assert (b"\r\n" in data) == (path.suffix == ".bat"), path.name


@pytest.fixture
def start(tmp_path, monkeypatch):
    """start.py with a home of its own and its commands recorded, not run."""
    spec = importlib.util.spec_from_file_location("kit_start", START)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.HOME = str(tmp_path / "home")
    module.COURSE = str(tmp_path / "home" / "multilabel-course")
    (tmp_path / "home").mkdir()
    module.calls, module.status = [], 0
    module.subprocess = SimpleNamespace(
        call=lambda command, **_: module.calls.append(command) or module.status
    )
    return module


def test_start_unpacks_the_course_once_and_opens_it(start, registry, tmp_path, capsys):
    folder, _ = made(tmp_path)
    for _ in range(2):
        assert start.main([str(folder)]) == 0
        command = [sys.executable, os.path.join(start.COURSE, "course.py")]
        assert start.calls[-2:] == [[*command, "check", "--kit", str(folder)], [*command, "lab"]]
        (Path(start.COURSE) / "mine").write_text("kept")
    assert "already" in capsys.readouterr().out and os.listdir(start.HOME) == ["multilabel-course"]
    there = [
        p.relative_to(start.COURSE).as_posix() for p in Path(start.COURSE).rglob("*") if p.is_file()
    ]
    assert sorted(there) == sorted([*elsewhere.files(), "mine"])


def test_start_stops_where_the_check_does(start, registry, tmp_path):
    folder, _ = made(tmp_path)
    start.status = 1
    assert start.main([str(folder)]) == 1 and start.calls[-1][2] == "check"


def test_start_says_what_it_lacks(start, registry, tmp_path, capsys, monkeypatch):
    assert start.main([str(tmp_path)]) == 1
    assert "cannot be read" in capsys.readouterr().out
    folder, _ = made(tmp_path)
    monkeypatch.setattr(start, "command_of", lambda version: None)
    assert start.main([str(folder)]) == 1
    assert f"This kit needs Python {HERE[1]}; install it" in capsys.readouterr().out
    assert os.listdir(start.HOME) == []


def test_start_can_be_read_by_old_pythons():
    ast.parse(START.read_text(encoding="utf-8"), feature_version=(3, 6))
    for python in elsewhere.pythons().values():
        done = subprocess.run([python, START, "nowhere"], capture_output=True, text=True)
        assert done.returncode == 1 and "The kit in nowhere cannot be read" in done.stdout


# The zip of the course


def test_the_course_is_zipped_alike_with_git_and_without(tmp_path, monkeypatch):
    first = elsewhere.zipped(tmp_path / "a.zip").read_bytes()
    assert elsewhere.zipped(tmp_path / "b.zip").read_bytes() == first
    with zipfile.ZipFile(tmp_path / "a.zip") as file:
        file.extractall(tmp_path)
    unpacked = tmp_path / "multilabel-course"
    listed = elsewhere.files()
    (unpacked / "my_progress.json").write_text("{}")
    (unpacked / ".venv").mkdir()
    (unpacked / ".venv" / "x").write_text("")
    monkeypatch.setattr(elsewhere, "ROOT", unpacked)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    assert elsewhere.files() == listed


# All of it, with the real wheels


@pytest.mark.slow
def test_a_room_without_a_network_sets_up_from_one_kit(tmp_path):
    """A kit for this machine; then, where only loopback is, what kit_at_work.py says."""
    command = [*apart("--net", "ip link set lo up"), sys.executable]
    folder = tmp_path / "kit"
    kit.make(folder, [HERE], kit.requirements())
    command += [ROOT / "tests" / "browser" / "kit_at_work.py", folder, tmp_path]
    places = ["tests/browser", "tests", "src", "tools", "."]
    path = os.pathsep.join(str(ROOT / place) for place in places)
    subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": path}, check=True)


@pytest.mark.parametrize(
    "options",
    [["--for", "macos", "windows"], ["--for", "macos", "--for", "windows", "--for", "macos"]],
)
def test_systems_are_named_together_or_one_by_one(options, tmp_path, monkeypatch):
    asked = []

    def make(folder, targets, wanted):
        asked.extend(targets)
        raise course.Stop("enough")

    monkeypatch.setattr(kit, "make", make)
    assert kit.main([str(tmp_path / "kit"), *options, "--python", "3.12"]) == 1
    assert asked == [("macos", "3.12"), ("windows", "3.12")]
