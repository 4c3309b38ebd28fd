"""A notebook that somebody downloaded alone fetches the course once, and upgrades nothing."""

import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
import venv
import zipfile

import pytest

import build
import elsewhere
import networks
from common import ROOT, apart

# A Python that has every package but not the course, as on Colab.
WITHOUT_COURSE = """
import sys
sys.path = [path for path in sys.path if not path.endswith("src")]
sys.meta_path = [f for f in sys.meta_path if "editable" not in repr(f).lower()]
"""
NAME = "multilabel-course"
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


def run_setup(folder, course, code="", before="", python=sys.executable, within=(), **variables):
    """Run the set-up cell in an empty folder; packages go below it, and none is downloaded."""
    cell = build.setup_cell()
    assert "{HOME}/archive/refs/tags/v{VERSION}.zip" in cell
    cell = cell.replace("{HOME}/archive/refs/tags/v{VERSION}.zip", course)
    environment = {
        **os.environ,
        "PIP_TARGET": str(folder / "site"),
        "PYTHONPATH": str(folder / "site"),
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # pip reads this as "no isolation": use setuptools as it is
        "PIP_UPGRADE": "1",  # with PIP_TARGET pip replaces nothing without being told
        "HF_HUB_OFFLINE": "1",
        **variables,
    }
    environment = {key: value for key, value in environment.items() if value is not None}
    program = "\n".join([WITHOUT_COURSE, before, cell, code])
    return subprocess.run(
        [*within, python, "-c", program],
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
    assert lines[:2] == ["Fetching the course, once: about 91 MB.", "The course is here."]
    assert lines[2] == str(tmp_path / "site" / "helpers")
    assert lines[3:] == ["400", "['sports', 'politics', 'technology', 'entertainment']"]
    second = run_setup(tmp_path, "file:///nowhere.zip")
    assert second.stdout.splitlines() == ["The course is here."]


def test_without_a_network_it_says_what_to_do(tmp_path):
    done = run_setup(tmp_path, "http://127.0.0.1:9/main.zip", PIP_RETRIES="0", PIP_TIMEOUT="2")
    assert last_line(done) == (
        "RuntimeError: The course could not be fetched: no network. Connect and run this again."
    )


def test_an_address_that_is_not_there_is_told_from_no_network(tmp_path):
    empty = tmp_path / "served"
    empty.mkdir()
    handler = functools.partial(SilentHandler, directory=empty)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        done = run_setup(tmp_path, f"http://127.0.0.1:{server.server_port}/v9.zip")
        server.shutdown()
    version = build.release().removeprefix("v")
    assert last_line(done) == (
        f"RuntimeError: There is no release {version} at {build.repository()}. Look there for its "
        "new place."
    )


class SilentHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


def test_a_second_run_takes_no_time_worth_naming(archive, tmp_path):
    # A test never fails on a clock: what it does is counted. Nothing is started, nothing imported.
    watch = (
        "import sys; seen = []\n"
        "sys.addaudithook(lambda event, args: seen.append(event)"
        " if event.startswith(('subprocess', 'socket.connect')) else None)"
    )
    code = "print(seen, [n for n in ('torch', 'transformers', 'helpers') if n in sys.modules])"
    folder = with_course(tmp_path)
    done = run_setup(folder, archive.as_uri(), code, before=watch)
    assert done.stdout.splitlines() == ["The course is here.", "[] []"]


def test_another_python_is_named_before_anything_else(tmp_path):
    # Where there are none, what the cell reads is played.
    for version, python in {"3.10.13": None, "3.14.0": None, **elsewhere.pythons()}.items():
        numbers = tuple(int(part) for part in version.split("."))
        if numbers[0] < 3 or (3, 11) <= numbers[:2] <= (3, 13):
            continue
        before, options = "", {"python": python}
        if python is None:
            before, options = f"import sys; sys.version_info = {numbers}", {}
            before += f"; sys.version = '{version} (main)'"
        done = run_setup(tmp_path, "file:///nowhere.zip", before=before, **options)
        assert done.stdout == ""
        assert last_line(done) == (
            f"RuntimeError: This is Python {version}; the course needs 3.11, 3.12 or 3.13. Choose "
            "a kernel with one of these."
        )


def test_too_little_disk_is_said_before_anything_is_fetched(tmp_path):
    """For real: a Python on a disk of 250 MB, which is there in its name space alone."""
    (tmp_path / "disk").mkdir()
    first = f"mount -t tmpfs -o size=250m none disk && {sys.executable} -m venv disk/env"
    within = apart("--mount", first)
    done = run_setup(tmp_path, "file:///nowhere.zip", python="disk/env/bin/python", within=within)
    assert done.stdout == ""
    room = 8 if shutil.which("nvidia-smi") else 3
    assert last_line(done) == (
        f"RuntimeError: 0.2 GB of disk are free, {room} are needed. Then restart the kernel and "
        "run this again."
    )


def test_a_disk_that_fills_up_meanwhile_is_named(archive, tmp_path):
    """For real: where pip puts packages are 5 MB."""
    (tmp_path / "site").mkdir()
    within = apart("--mount", "mount -t tmpfs -o size=5m none site")
    done = run_setup(tmp_path, archive.as_uri(), within=within)
    assert last_line(done) == (
        "RuntimeError: The disk is full. Free some space. Then restart the kernel and run this "
        "again."
    ), done.stdout


@pytest.mark.parametrize(
    ("kind", "advice"),
    [
        (
            "sign-in page",
            "What came is not the course but a sign-in page, or a part of it. Sign in where the "
            "network wants you to, and run this again.",
        ),
        (
            "certificate of its own",
            "The network answers in the place of what was asked, with a certificate of its own. "
            "Sign in where it wants you to, or put the path of your organization's certificates "
            "into os.environ['PIP_CERT'], and run this again.",
        ),
        (
            "proxy that refuses",
            "The proxy refuses. Put http://NAME:PASSWORD@ADDRESS of yours into "
            "os.environ['HTTPS_PROXY'] and run this again.",
        ),
    ],
)
def test_what_stands_in_a_networks_place_is_named(kind, advice, tmp_path):
    with networks.network(kind, tmp_path) as (address, variables):
        unset = {"PIP_CERT": None, "SSL_CERT_FILE": None, "REQUESTS_CA_BUNDLE": None}
        done = run_setup(tmp_path, f"{address}/v9.zip", **unset, **variables)
    assert last_line(done) == f"RuntimeError: {advice}", done.stdout


def test_a_package_without_a_build_for_this_machine_is_named(bare, tmp_path):
    (tmp_path / "torch-2.13.0-cp39-cp39-plan9_1_mips.whl").write_text("")
    links = {"PIP_FIND_LINKS": str(tmp_path), "PIP_CONFIG_FILE": os.devnull}
    done = run_setup(tmp_path, "file:///nowhere.zip", python=bare, **links)
    assert "torch" in done.stdout.partition("about")[2]
    assert last_line(done) == (
        "RuntimeError: A package, named above, was not found for this machine. Torch is there for "
        "Windows, Linux and Macs with Apple's processors; elsewhere take Colab."
    )


def test_what_else_fails_is_shown_as_pip_says_it(tmp_path):
    with zipfile.ZipFile(tmp_path / "v9.zip", "w") as file:
        file.writestr("course-9/README.md", "no package")
    done = run_setup(tmp_path, (tmp_path / "v9.zip").as_uri())
    assert last_line(done) == "RuntimeError: pip failed; what it said is above. Try again later."
    assert "v9.zip" in done.stdout.partition("\n")[2]


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """A Python of its own: with pip, without anything else."""
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder / "env", with_pip=True, symlinks=os.name != "nt")
    return elsewhere.python_of(folder / "env")


def test_without_pip_it_says_how_to_get_it(tmp_path):
    venv.create(tmp_path / "env", with_pip=False, symlinks=os.name != "nt")
    python = elsewhere.python_of(tmp_path / "env")
    done = run_setup(tmp_path, "file:///nowhere.zip", python=python)
    assert last_line(done) == (
        f"RuntimeError: There is no pip here. {python} -m ensurepip adds it. Then restart the "
        "kernel and run this again."
    )


@pytest.mark.skipif(os.name == "nt", reason="no such mark on Windows")
def test_a_system_python_that_takes_no_packages_is_named(archive, tmp_path):
    # pip looks for the mark beside the standard library, unless it runs in an environment.
    played = tmp_path / "played"
    played.mkdir()
    (played / "EXTERNALLY-MANAGED").write_text("[externally-managed]\nError=Use apt.\n")
    (played / "sitecustomize.py").write_text(
        "import sys, sysconfig; sys.prefix = sys.base_prefix\n"
        "path = sysconfig.get_path\n"
        f"sysconfig.get_path = lambda name, *a, **k: {str(played)!r} if name == 'stdlib' "
        "else path(name, *a, **k)\n"
    )
    done = run_setup(tmp_path, archive.as_uri(), PIP_TARGET=None, PYTHONPATH=str(played))
    assert last_line(done).startswith(
        "RuntimeError: This is the system's Python, which takes no packages. In a terminal: "
    ), done.stderr


def test_a_kernel_without_the_packages_is_told_which_one_has_them(bare, tmp_path):
    folder = with_course(tmp_path)
    done = run_setup(folder, "file:///nowhere.zip", python=bare)
    assert done.stdout == ""
    assert last_line(done) == (
        f"RuntimeError: The course is here, but this kernel ({bare}) has no torch. Choose the "
        f"kernel in {tmp_path / '.venv'}, which python3 course.py lab makes and starts."
    )


def test_what_is_new_to_this_kernel_asks_for_a_restart(archive, tmp_path):
    done = run_setup(tmp_path, archive.as_uri(), PYTHONPATH=None)  # pip writes, nobody looks there
    assert last_line(done) == (
        "RuntimeError: The course is installed. Restart the kernel and run this again."
    )


def test_an_older_course_is_replaced_and_a_newer_one_let_be(archive, tmp_path):
    site = tmp_path / "site"
    for version, lines in {"0.0.9": 2, "99.0.0": 1}.items():
        shutil.rmtree(site, ignore_errors=True)
        shutil.copytree(ROOT / "src" / "helpers", site / "helpers")
        info = site / f"{NAME.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {NAME}\nVersion: {version}\n")
        (info / "RECORD").write_text("")
        code = f"print(importlib.metadata.version({NAME!r}))"
        done = run_setup(tmp_path, archive.as_uri(), code)
        assert done.returncode == 0, done.stderr[-2000:]
        assert len(done.stdout.splitlines()) == lines + 1, done.stdout


def test_on_plain_linux_the_cpu_build_of_torch_is_asked_for(bare, tmp_path):
    if not sys.platform.startswith("linux") or shutil.which("nvidia-smi"):
        pytest.skip("only for Linux without a GPU")
    done = run_setup(
        tmp_path,
        "file:///nowhere.zip",
        python=bare,
        PIP_NO_INDEX=None,
        HTTPS_PROXY="http://127.0.0.1:9",
        PIP_RETRIES="1",
        PIP_FIND_LINKS=None,
        PIP_CONFIG_FILE=os.devnull,
        PIP_NO_DEPS=None,
    )
    assert done.stdout.splitlines()[0] == "Fetching the course and torch, once: about 600 MB."
    assert "/whl/cpu/torch/" in done.stdout
    assert "The proxy refuses" in last_line(done)  # nobody is there


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
