#!/usr/bin/env python3
"""Every Label That Fits: one command for everything, on Linux, macOS and Windows.

    python3 course.py lab      open the first notebook in JupyterLab
    python3 course.py test     prove that everything works: unit tests, notebooks, outputs
    python3 course.py check    look at this machine: each line OK, or what to do
    python3 course.py reset    bring a page back as it was, such as 03, and keep your copy beside it
    python3 course.py build    turn source/ into notebooks, run and saved with outputs
    python3 course.py bench    measure speed and memory beside what you would use instead
    python3 course.py feedback sum up a folder of exit tickets, for instructors
    python3 course.py slides   make the slides of the timetables, for instructors
    python3 course.py site     make the course's site, where the tagger runs in the reader's browser
    python3 course.py kit      put all that a room without a network needs into a folder
    python3 course.py hub      give a room its seats on this machine, for instructors; Linux, root

Each makes the course's own Python environment in .venv first, if it is not there yet.
What follows the command is passed on: python3 course.py build 00
More about one: python3 course.py test --help
"""

# The standard library only, and nothing that Python 2.7 cannot read: whoever comes with an old
# Python shall be told so, not shown a SyntaxError.
from __future__ import print_function

import sys

if sys.version_info < (3, 6):
    sys.exit(
        "This is Python {}.{}; the course needs 3.11, 3.12 or 3.13. If python3 is one of them: "
        "python3 course.py".format(*sys.version_info)
    )

import argparse
import ast
import contextlib
import hashlib
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import time
from http.client import HTTPException
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
UV = BIN / ("uv.exe" if os.name == "nt" else "uv")
DONE = VENV / "course-is-set-up"
UNFINISHED = VENV / "course-set-up-unfinished"
BARE = VENV / "course-is-making-the-bare-environment"
LOCK = ROOT / ".course-lock"
FETCHED = ROOT / ".course-kit"  # wheels from a kit's address, until they are installed

OLDEST, NEWEST = (3, 11), (3, 13)
DISK_NEEDED_GB = 4
FIRST_NOTEBOOK = "notebooks/00_start_here.ipynb"

NO_NETWORK = re.compile(
    r"dns error|failed to lookup|name resolution|connection refused|error sending request|"
    r"network is unreachable|timed out|NewConnectionError|getaddrinfo|No route to host|"
    r"Could not connect|Max retries|error reading a body|reset by peer|IncompleteRead",
    re.IGNORECASE,
)
FOREIGN_CERTIFICATE = re.compile(r"certificate verify failed|invalid peer certificate", re.I)
SYSTEM_CERTIFICATES = {"UV_SYSTEM_CERTS": "1", "PIP_USE_FEATURE": "truststore"}

# What an installer says, what to do about it, and the letter of the room code. The first counts: a
# full disk can also cut a download short, and who is refused does find a network.
REASONS = [
    (
        r"no space left|disk quota|not enough space|os error 28|ENOSPC",
        "The disk is full. Free {} GB and run this again.".format(DISK_NEEDED_GB),
        "D",
    ),
    (
        FOREIGN_CERTIFICATE.pattern,
        "The network answers in the packages' place, with a certificate that this machine does not "
        "know: a sign-in page, or an organization's filter. Sign in in a browser, or put the path "
        "of the organization's certificates into SSL_CERT_FILE and PIP_CERT; then run this again.",
        "N",
    ),
    (
        r"ProxyError|tunnel error",
        "The proxy refuses. Put its address into the variable HTTPS_PROXY, with a name and a "
        "password if it wants them (http://NAME:PASSWORD@ADDRESS), and run this again.",
        "N",
    ),
    (
        r"has no wheels with a matching",
        "A package, named above, has no build for this machine. Torch has builds of 64 bits: for "
        "Windows and Linux (of 2018 and newer), and for Macs with Apple's processors and macOS 14. "
        "Elsewhere take Colab: README.md has the link.",
        "B",
    ),
    (
        NO_NETWORK.pattern,
        "No network: a package could not be fetched. Connect (a proxy goes into the variable "
        "HTTPS_PROXY) and run this again; what is already here is kept.",
        "N",
    ),
    (
        r"no versions of|package registry|from versions: none|403 Forbidden|Wheel .* is invalid|"
        r"invalid package format|Failed to read from zip",
        "What came is not what was asked for: a sign-in page or a filter answers in its place, the "
        "connection was cut, or a mirror lacks the package named above. Sign in in a browser, or "
        "take another network, and run this again.",
        "N",
    ),
    ("", "The installation failed; its last words are above. Running it again is safe.", "I"),
]

# An installer asks nothing that a machine's settings would add: another index, another folder.
NOTHING_ELSE = {
    "PIP_CONFIG_FILE": os.devnull,
    "PIP_FIND_LINKS": "",
    "UV_FIND_LINKS": "",
    "UV_NO_CONFIG": "1",
    "UV_OFFLINE": "1",
}


# What depends on the messages of transformers and on how it loads.
BY_RELEASE = [
    "tests/test_doctor.py",
    "tests/test_doctor_inputs.py",
    "tests/test_examine.py",
    "tests/test_symptoms.py",
    "tests/test_models.py",
    "tests/test_hub.py",
]

# Releases that learners also meet, laid over the tested set for one run, and what to run on each.
OTHERS = {
    "transformers-4.57": {
        "packages": [
            "transformers==4.57.6",
            "tokenizers==0.22.2",
            "huggingface_hub==0.36.2",
            "datasets==4.8.4",
        ],
        "tests": BY_RELEASE,
    },
    "transformers-5.15": {  # Colab's
        "packages": [
            "transformers==5.15.0",
            "tokenizers==0.22.2",
            "huggingface_hub==1.33.0",
        ],
        # Every cell once, and what the doctor knows.
        "tests": ["notebooks", "tests/test_doctor.py", "-k", "Cell or doctor"],
    },
    "transformers-5.24": {"packages": ["transformers==5.24.0"], "tests": BY_RELEASE},  # the newest
    "ipywidgets-7": {  # Colab's
        "packages": ["ipywidgets==7.7.1", "ipython_genutils==0.2.0"],
        "tests": [
            "tests/test_plots_and_widgets.py",
            "tests/test_photo.py",
            "tests/test_tokens.py",
            "tests/test_activation_sliders.py",
            "tests/test_threshold_lab.py",
        ],
    },
    "scale": {  # the extra of chapter 12, which is optional
        "packages": ["ray==2.60.0", "msgpack==1.2.4", "protobuf==7.36.2"],
        "tests": ["notebooks/12_beyond_one_machine.ipynb", "tests/test_scale.py"],
    },
    "site": {  # what `course.py site` is made with
        "packages": [
            "accessible-pygments==0.0.5",
            "alabaster==1.0.0",
            "docutils==0.22.4",
            "flatbuffers==25.12.19",
            "furo==2025.12.19",
            "imagesize==2.0.1",
            "importlib-metadata==10.2.0",
            "jupyter-cache==1.0.1",
            "latex2mathml==3.81.1",
            "lazy-importer==0.1.0",
            "ml-dtypes==0.6.0",
            "myst-nb==1.4.0",
            "myst-parser==5.2.0",
            "onnx-ir==1.1.0",
            "onnx==1.23.2",
            "onnxruntime==1.32.0",
            "onnxscript==0.7.2",
            "protobuf==7.36.2",
            "roman-numerals==4.1.0",
            "snowballstemmer==3.1.1",
            "sphinx-basic-ng==1.0.0b2",
            "sphinx-copybutton==0.5.2",
            "sphinx==9.0.4",
            "sphinxcontrib-applehelp==2.0.0",
            "sphinxcontrib-devhelp==2.0.0",
            "sphinxcontrib-htmlhelp==2.1.0",
            "sphinxcontrib-jsmath==2.0.0",
            "sphinxcontrib-qthelp==2.0.0",
            "sphinxcontrib-serializinghtml==2.0.0",
            "sqlalchemy==2.1.9",
            "tabulate==0.10.0",
            "zipp==4.1.2",
        ],
        "tests": [
            "tests/test_site.py",
            "tests/browser/test_site_browser.py",
            "tests/browser/test_site_first_page.py",
            "tests/browser/test_site_live_parts.py",
            "tests/browser/test_site_pages.py",
            "tests/browser/test_site_picture.py",
            "tests/browser/test_site_quiz.py",
        ],
    },
    "hub": {  # the extra of `course.py hub`, with its proxy
        "packages": [
            "jupyterhub==6.1.1",
            "jupyterhub-idle-culler==2.0.0",
            "aiodns==4.0.4",
            "aiohappyeyeballs==2.7.1",
            "aiohttp==3.14.5",
            "aiosignal==1.4.0",
            "alembic==1.20.1",
            "certipy==0.2.3",
            "cryptography==50.0.2",
            "frozenlist==1.8.0",
            "mako==1.4.3",
            "multidict==7.2.1",
            "oauthlib==4.0.1",
            "pamela==1.2.0",
            "propcache==0.5.4",
            "pycares==5.2.1",
            "sqlalchemy==2.1.9",
            "yarl==1.25.1",
        ],
        "npm": "configurable-http-proxy@5.3.0",
        "tests": ["tests/test_hub_room.py", "tests/test_hub_options.py", "tools/room"],
    },
}


# Environments of their own, in which every notebook runs: tools/elsewhere.py.
ELSEWHERE = ("colab", "newest", "everywhere")


class Stop(Exception):
    """Something the reader has to fix; the text says how, the letter names it in a room code."""

    def __init__(self, text, letter="I"):
        super(Stop, self).__init__(text)
        self.letter = letter


class Parser(argparse.ArgumentParser):
    """A parser that answers what it cannot read with the list of commands."""

    def error(self, message):
        self.print_help()
        self.exit(2, "\n{}\n".format(message))


def make_parser():
    """Return the parser of the command line; what it does not know is for the command itself."""
    options = {"formatter_class": argparse.RawDescriptionHelpFormatter, "allow_abbrev": False}
    usage = "python3 course.py COMMAND ..."
    parser = Parser(prog="course.py", usage=usage, description=__doc__, **options)
    commands = parser.add_subparsers(prog="python3 course.py", help=argparse.SUPPRESS)
    for function, passed_on in (
        (lab, "JupyterLab, such as --no-browser"),
        (test, "pytest, such as -x or -k word; name files, and only those are run"),
        (check, "python -m helpers.environment"),
        (reset, "tools/reset_page.py: the pages, such as 03 or exercises/03"),
        (build, "tools/build.py: the chapters to build, such as 00 04"),
        (bench, "benchmarks/run.py: the parts to measure, such as start prediction"),
        (feedback, "tools/feedback.py: the folder"),
        (slides, "tools/slides.py: the folder to write, --pdf"),
        (site, "tools/make_site.py: --serve"),
        (kit, "tools/kit.py: the folder, --for windows, --python 3.12, --serve"),
        (
            hub,
            "tools/room: --port 8000, --ip ADDRESS, --word WORD, --seats FOLDER, --memory MB and "
            "--disk MB of a seat, --idle MINUTES, --ssl-key and --ssl-cert FILE, --plain (kernels "
            "share no memory), --forget NAME (who may then choose another password)",
        ),
    ):
        text = "{}\n\nWhat else you write goes to {}.".format(function.__doc__, passed_on)
        command = commands.add_parser(function.__name__, description=text, **options)
        command.set_defaults(function=function, release=None, kit=None)
        if function in (lab, check):
            place = "set up from a kit, without a network: its folder or its address"
            command.add_argument("--kit", metavar="PLACE", help=place)
        if function is test:
            names = "run a part of the tests, or files you name, on other releases: "
            names += release_names()
            command.add_argument(
                "--with", dest="release", metavar="NAME", nargs="?", const="", help=names
            )
            command.add_argument(
                "--everywhere", dest="release", action="store_const", const="everywhere",
                help="run every notebook in every set, on each Python found: one table, hours",
            )  # fmt: skip
    return parser


def main(arguments):
    """Run one command; return the exit status."""
    if arguments[:1] in ([], ["help"]):
        arguments = ["--help"]
    try:
        known, passed_on = make_parser().parse_known_args(arguments)
    except SystemExit as done:
        return done.code
    try:
        require_python()
        set_up(known.kit)
        if known.release is not None:
            return test_with(known.release, passed_on)
        if known.function is check:
            return check(passed_on, known.kit)
        return known.function(passed_on)
    except Stop as stop:
        print("\n" + str(stop), file=sys.stderr)
        if known.function is check:
            print("Room code: FIX {} {}.{}".format(stop.letter, *sys.version_info))
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. Nothing is lost: run the same command again.", file=sys.stderr)
        return 130


def lab(arguments):
    """Open JupyterLab at the first notebook; stays until you stop it."""
    settle_lab()
    # As the default address it also stands in the link that is printed, for whoever copies that.
    command = [PYTHON, "-m", "jupyter", "lab"]
    command.append("--LabApp.default_url=/lab/tree/" + FIRST_NOTEBOOK)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    print("JupyterLab opens in your browser. To end it: Ctrl+C here, twice.", flush=True)
    try:
        return run(command + arguments)
    except KeyboardInterrupt:  # the way to end it
        return 0


def test(arguments):
    """Run every test and the linter, in two processes, and list the slowest."""
    files = named_files(arguments)
    command = [PYTHON, "-m", "pytest", "--durations=15"]
    one_file = len(files) == 1 and not (ROOT / files[0]).is_dir()
    if not one_file and "--pdb" not in arguments:
        # Two processes of one thread each, much faster than one of two threads. What the arguments
        # say comes later, so -n 4 wins.
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        command += ["-n", "2"]
    status = run(command + arguments)
    if not files:
        status = run([PYTHON, "-m", "ruff", "check", "."]) or status
        status = run([PYTHON, "-m", "ruff", "format", "--check", "."]) or status
    return status


def named_files(arguments):
    """List those of pytest's arguments that name files or folders of the course."""
    files = []
    for i, argument in enumerate(arguments):
        value = i and arguments[i - 1] in ("-k", "-m", "-n", "-p", "-o", "-c", "--deselect")
        file = argument.split("::")[0]
        if not value and not argument.startswith("-") and (ROOT / file).exists():
            files.append(file)
    return files


def test_with(name, arguments):
    """Run tests with other releases of some packages, which .venv keeps beside its own."""
    if name in ELSEWHERE:
        return run([PYTHON, "tools/elsewhere.py", name] + arguments, python_path=ROOT)
    if name not in OTHERS:
        raise Stop("Write course.py test --with NAME; NAME is one of: " + release_names())
    tests = [] if named_files(arguments) else OTHERS[name]["tests"]
    return run([PYTHON, "-m", "pytest"] + tests + arguments, python_path=overlay(name))


def release_names():
    """Return what may stand behind --with, for people."""
    return ", ".join(sorted(list(OTHERS) + [name for name in ELSEWHERE if name != "everywhere"]))


def overlay(name):
    """Install a set of OTHERS, once, into a folder that lies before what .venv has; return it."""
    folder = VENV / name
    packages = OTHERS[name]["packages"]
    installed = folder / "installed.txt"
    if not installed.is_file() or installed.read_text(encoding="utf-8").split() != packages:
        step("installing " + ", ".join(packages))
        command = [UV, "pip", "install", "--quiet"]
        command += ["--python", PYTHON, "--target", folder, "--no-deps"]
        install(command + packages)
        folder.mkdir(exist_ok=True)
        if "npm" in OTHERS[name]:
            install([npm(), "install", "--silent", "--prefix", folder, OTHERS[name]["npm"]])
        installed.write_text("\n".join(packages), encoding="utf-8")
    return folder


def npm():
    """Return the program that installs what is written for Node.js."""
    found = shutil.which("npm")
    if not found:
        raise Stop("Node.js 18 or newer is needed, with npm: sudo apt install nodejs npm")
    return found


def check(arguments, kit=None):
    """Look at this machine: each line OK, or what to do, and a code for whoever teaches."""
    status = run([PYTHON, "-m", "helpers.environment"] + arguments)
    if status and not works(
        "import torch, transformers, datasets, sklearn, matplotlib, ipywidgets"
    ):
        print("\nFiles of a package are gone. Installing all of them again.", flush=True)
        DONE.unlink()
        UNFINISHED.write_text("", encoding="utf-8")  # else what looks installed would be let be
        set_up(kit)
        status = run([PYTHON, "-m", "helpers.environment"] + arguments)
    return status


def reset(arguments):
    """Bring a page back as it was, such as 03 or exercises/03; your copy is kept beside it."""
    return run([PYTHON, "tools/reset_page.py"] + arguments)


def build(arguments):
    """Turn source/ into notebooks, run and saved with their outputs."""
    return run([PYTHON, "tools/build.py"] + arguments)


def bench(arguments):
    """Measure speed and memory beside what you would use instead."""
    return run([PYTHON, "benchmarks/run.py"] + arguments)


def feedback(arguments):
    """Sum up the exit tickets of a room: counts, and free answers without names."""
    return run([PYTHON, "tools/feedback.py"] + arguments)


def slides(arguments):
    """Make the slides of the timetables, with speaker notes; they open without a network."""
    return run([PYTHON, "tools/slides.py"] + arguments)


def site(arguments):
    """Make the course's site: every page to read, and a tagger in the reader's own browser."""
    return run([PYTHON, "tools/make_site.py"] + arguments, python_path=overlay("site"))


def kit(arguments):
    """Put wheels, the course and start files into a folder, for a room without a network."""
    return run([PYTHON, ROOT / "tools" / "kit.py"] + arguments, ROOT, folder=os.getcwd())


def hub(arguments):
    """Give each learner of a room a seat on this machine, with a browser as all they need."""
    if sys.platform != "linux":
        raise Stop("A hub runs on Linux alone. On this computer: python3 course.py lab")
    if os.geteuid() != 0:
        raise Stop("A hub keeps its seats apart, which takes root: sudo python3 course.py hub")
    packages = os.pathsep.join([str(overlay("hub")), str(ROOT / "tools")])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the room, which takes its time
    return run([PYTHON, "-m", "room.start"] + arguments, python_path=packages)


def require_python(version=None):
    """Stop where this Python is none that the course is tested on, and name one that is."""
    version = tuple(version or sys.version_info)[:2]
    if OLDEST <= version <= NEWEST:
        return
    fitting = ["python3.{}".format(minor) for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
    here = [name for name in fitting if shutil.which(name) and runs(name)]
    fix = (
        "You have {0}: run {0} course.py".format(here[0])
        if here
        else "Install Python 3.12 from python.org, your system's packages, or conda."
    )
    raise Stop(
        "This is Python {}.{}; the course needs 3.11, 3.12 or 3.13. {}".format(*(version + (fix,))),
        "P",
    )


def runs(name):
    """Say whether a command is more than a name: pyenv keeps names of Pythons that it has not."""
    done = subprocess.run([name, "--version"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done.returncode == 0


def set_up(kit=None):
    """Make .venv with all the course needs; do nothing where that was done already."""
    if is_set_up():
        return
    with alone():
        if not is_set_up():  # another course.py may have done it while this one waited
            make(kit)


def is_set_up():
    return DONE.is_file() and DONE.read_text(encoding="utf-8") == fingerprint() and PYTHON.exists()


@contextlib.contextmanager
def alone():
    """Let one course.py at a time set up; another waits. The lock ends with its holder."""
    try:
        file = open(str(LOCK), "a")
    except OSError as error:
        raise Stop("Could not write into this folder: {}".format(error))
    with file:
        if not lock(file):
            print("Another course.py is setting up here. Waiting for it.", flush=True)
            while not lock(file):
                time.sleep(0.5)
        yield


def lock(file):
    """Take the lock if it is free; say whether it was."""
    try:
        if os.name == "nt":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except OSError:
        return False


def need_disk(gigabytes, why, folder=ROOT):
    """Stop where less than this is free."""
    free = shutil.disk_usage(str(folder)).free / 1e9
    if free < gigabytes:
        raise Stop(
            "Only {:.1f} GB of disk are free here; {} needs {} GB while it is made. Free some "
            "space, or take a folder on a larger disk.".format(free, why, gigabytes),
            "D",
        )


def make(kit=None):
    """Make .venv, or what is missing in it; from a kit alone, where one is given."""
    if not DONE.is_file():
        need_disk(DISK_NEEDED_GB, "the course's environment")
    started = time.time()
    print("Setting up the course in .venv: one to four minutes, once. Then it works offline.")
    wheels = kit and wheels_of(kit)
    interrupted = UNFINISHED.exists()
    make_venv()
    UNFINISHED.write_text("", encoding="utf-8")
    # After an interruption any package may have been left half-written, and looks installed.
    first = ["--force-reinstall"] if interrupted else []
    second = ["--reinstall"] if interrupted else []
    if kit:
        install_from(wheels, first, second)
    else:
        install_from_network(first, second)
    settle_lab()
    DONE.write_text(fingerprint(), encoding="utf-8")
    UNFINISHED.unlink()
    if FETCHED.exists():
        shutil.rmtree(str(FETCHED))
    print("Set up in {:.0f} s.\n".format(time.time() - started), flush=True)


def install_from_network(first, second):
    """Install uv by pip, and everything else by uv."""
    step("1 of 2  fetching the installer")
    install(pip_command() + first)
    step("2 of 2  installing torch, transformers, JupyterLab and the model (about 600 MB)")
    command = uv_command() + second
    links = find_links()
    environment = uv_settings()
    if sys.platform == "linux" and not any(holds_torch(link) for link in links):
        # The CPU build where there is no NVIDIA driver. It lies at an address of its own.
        said = failure(command + ["--torch-backend", "auto"], environment)
        if said and "download.pytorch.org" in said and NO_NETWORK.search(said):
            need_disk(DISK_NEEDED_GB + 6, "torch's build for NVIDIA cards")
            step("2 again  download.pytorch.org does not answer, and there lies the small build of")
            print("          torch. Taking the one for NVIDIA cards: 3 GB more to fetch, 6 GB more")
            print("          on disk. Ctrl+C stops it.", flush=True)
            said = failure(command, environment)
        explain(said)
    else:
        install(command, environment)


def pip_command():
    return [PYTHON, "-m", "pip", "install", "--quiet", "-c", "constraints.txt", "uv"]


def uv_command():
    command = [UV, "pip", "install", "--quiet"]
    command += ["--compile-bytecode"]  # else the first start of everything is slow
    return command + ["--python", PYTHON, "-c", "constraints.txt", "-e", ".[dev]"]


def install_from(wheels, first, second):
    """Install as from the network, but from a folder of wheels, and ask nothing else."""
    step("1 of 2  the installer, from the kit")
    install(pip_command() + first + alone_in(wheels), NOTHING_ELSE)
    step("2 of 2  torch, transformers, JupyterLab and the model, from the kit")
    install(uv_command() + second + alone_in(wheels), NOTHING_ELSE)


def alone_in(folder):
    """Return what keeps an installer to a folder of wheels; NOTHING_ELSE goes with it."""
    return ["--no-index", "--find-links", folder]


def wheels_of(kit):
    """Return the folder of a kit's wheels for this machine, each found to be whole.

    What lies at an address is fetched into a folder of the course's first; the kit's own list says
    how each file must be, so that what is there already is not fetched again.
    """
    system = "{}-{}.{}".format(system_name(), *sys.version_info)
    listed = list_of(kit)
    if system not in listed["wheels"]:
        raise Stop(
            "This machine needs a kit for {}; {} has {}. Use another computer's Python of one of "
            "these, or make the kit with --for and --python.".format(
                system, kit, ", ".join(sorted(listed["wheels"]))
            )
        )
    at_address = is_address(kit)
    folder = FETCHED if at_address else Path(kit).resolve() / "wheels"
    wanted = listed["wheels"][system]
    if at_address:
        gigabytes = sum(listed["files"]["wheels/" + name]["bytes"] for name in wanted) / 1e9
        need_disk(round(DISK_NEEDED_GB + gigabytes, 1), "the course's environment with the kit")
        step("0 of 2  fetching {:.1f} GB from {}".format(gigabytes, kit))
    else:
        step("0 of 2  looking whether the kit is whole")
    for name in wanted:
        entry = listed["files"]["wheels/" + name]
        if at_address and not is_whole(folder / name, entry):
            fetch(kit.rstrip("/") + "/wheels/" + quote(name), folder / name)
        if not is_whole(folder / name, entry):
            raise Stop(
                "{} in the kit is damaged or missing. Copy the kit again from where it is whole, "
                "or make it again: python3 course.py kit FOLDER fetches what is wrong.".format(name)
            )
    return folder


def list_of(kit):
    """Read kit.json, which says what a kit holds; without it, a kit is not whole."""
    try:
        if is_address(kit):
            with urlopen(kit.rstrip("/") + "/kit.json", timeout=60) as answer:
                text = answer.read()
        else:
            text = (Path(kit) / "kit.json").read_bytes()
        listed = json.loads(text.decode("utf-8"))
        if listed["format"] == 1:
            return listed
        said = "its kit.json is of another course.py; use the course that lies in the kit"
    except (OSError, HTTPException) as error:
        said = "{}".format(error)
    except (ValueError, KeyError, TypeError):
        said = "its kit.json cannot be read"
    raise Stop(
        "{} holds no whole kit: {}. A kit is made by python3 course.py kit FOLDER; copy all of "
        "it.".format(kit, said)
    )


def is_address(kit):
    """Say whether a kit is named by an address, not by a folder."""
    return re.match("https?://", kit) is not None


def system_name():
    """Return this machine's system as kits call it: linux, linux-arm, macos, windows, ..."""
    name = {"darwin": "macos", "win32": "windows"}.get(sys.platform, sys.platform)
    machine = platform.machine().lower()
    usual = ("arm64",) if name == "macos" else ("x86_64", "amd64")
    if machine in usual:
        return name
    return name + "-" + {"aarch64": "arm", "arm64": "arm", "x86_64": "intel"}.get(machine, machine)


def is_whole(path, entry):
    """Say whether a file has the size and the sha256 of its entry in kit.json."""
    try:
        if path.stat().st_size != entry["bytes"]:
            return False
        digest = hashlib.sha256()
        with open(str(path), "rb") as file:
            for block in iter(lambda: file.read(1 << 20), b""):
                digest.update(block)
        return digest.hexdigest() == entry["sha256"]
    except OSError:
        return False


def fetch(address, path):
    """Fetch a file, written beside its name and renamed when it is there whole."""
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with urlopen(address, timeout=60) as answer, open(str(part), "wb") as file:
            shutil.copyfileobj(answer, file, 1 << 20)
        os.replace(str(part), str(path))
    except (OSError, HTTPException) as error:
        raise Stop(
            "Could not fetch {}: {}. Is the computer that serves the kit awake, and on the same "
            "network? Run this again; what is already here is kept.".format(address, error),
            "N",
        )


def make_venv():
    """Make the bare environment, anew where the one there does not work."""
    usable = PYTHON.exists() and not BARE.exists() and sys.version_info[:2] == venv_version()
    if usable and works("import pip._internal.cli.main"):
        return
    clear_the_place()
    import venv

    problem = None
    try:
        VENV.mkdir()
        BARE.write_text("", encoding="utf-8")
        venv.create(str(VENV), with_pip=True)
        BARE.unlink()
    except (subprocess.CalledProcessError, ImportError):
        problem = (
            "Python could not make an environment with pip in it. On Debian and Ubuntu it is a "
            "package of its own: sudo apt install python3-venv. Then run this again."
        )
    except OSError as error:
        problem = "Could not write {}: {}".format(VENV, error)
    if problem:
        raise Stop(problem)


def clear_the_place():
    """Delete what this command left half-made in .venv; ask before anything else is deleted."""
    if VENV.is_symlink() or VENV.is_file():
        kind = "a link" if VENV.is_symlink() else "a file"
        raise Stop(
            "{} is {}, and the course's environment goes there. Rename it, then run this "
            "again.".format(VENV, kind)
        )
    if not VENV.exists() or not any(VENV.iterdir()):
        if VENV.exists():
            VENV.rmdir()
        return
    was = venv_version()
    ours = any(mark.exists() for mark in (DONE, UNFINISHED, BARE))
    if not ours or (was and was != sys.version_info[:2]):
        what = "is of Python {}.{}".format(*was) if was else "does not work"
        print("The environment in {} {}; this is Python {}.{}.".format(
            VENV, what, *sys.version_info[:2]))  # fmt: skip
        if not confirmed("Delete it and make it anew?"):
            fix = "Rename it, then run this again."
            if was and ours:
                fix = "Run python{}.{} course.py, or rename it and run this again.".format(*was)
            raise Stop("Nothing was deleted. " + fix)
    print("        the .venv here is broken or of another Python; making it anew")
    shutil.rmtree(str(VENV))


def confirmed(question):
    """Ask for a yes; where nobody can answer, take it for a no."""
    try:
        return sys.stdin.isatty() and input(question + " [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False


def venv_version():
    """Return the (major, minor) that .venv was made with, or None."""
    try:
        text = (VENV / "pyvenv.cfg").read_text(encoding="utf-8")
    except OSError:
        return None
    found = re.search(r"^version\s*=\s*(\d+)\.(\d+)", text, re.MULTILINE)
    return found and tuple(int(number) for number in found.groups())


def install(command, environment=None):
    """Run an installer; turn its failure into advice."""
    explain(failure(command, environment))


def failure(command, environment=None):
    """Run an installer; return what it said if it failed, else None."""
    variables = own_home(dict(os.environ))
    variables.update(environment or {}, PIP_USER="0")  # "user" has no meaning in an environment
    said = what_failed(command, variables)
    if said and FOREIGN_CERTIFICATE.search(said):
        # Installers bring certificates of their own; an organization's are the system's.
        variables.update(SYSTEM_CERTIFICATES)
        said = said if what_failed(command, variables) else None
    return said


def what_failed(command, variables):
    """Run a command; return what it said if it failed, else None."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=str(ROOT),
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode == 0:
        return None
    return done.stdout.decode("utf-8", "replace").strip() or "It said nothing."


def explain(said):
    """Stop with advice on what an installer said; go on where it said nothing."""
    if said is None:
        return
    _, advice, letter = next(
        reason for reason in REASONS if re.search(reason[0], said, re.IGNORECASE)
    )
    raise Stop("{}\n\n{}".format(said[-700:], advice), letter)


def own_home(variables):
    """Give programs a home below .venv where the real one cannot be written."""
    home = Path(os.path.expanduser("~"))
    try:
        (home / ".cache").mkdir(exist_ok=True)
        if os.access(str(home / ".cache"), os.W_OK):
            return variables
    except OSError:
        pass
    for name in ("HOME", "USERPROFILE"):
        variables[name] = str(VENV / "home")
    (VENV / "home").mkdir(parents=True, exist_ok=True)
    return variables


def find_links():
    """List the folders of wheels that pip's settings name."""
    return pip_settings().get("find-links", "").split()


def uv_settings():
    """Return the variables that tell uv what pip's settings say, which uv does not read.

    A mirror, a certificate or a proxy of an organization is most often known to pip alone. What is
    in the environment already comes first.
    """
    settings = pip_settings()
    variables = {
        "UV_FIND_LINKS": ",".join(find_links()),
        "UV_DEFAULT_INDEX": settings.get("index-url"),
        "UV_INSECURE_HOST": settings.get("trusted-host"),
        "SSL_CERT_FILE": settings.get("cert"),
        "ALL_PROXY": settings.get("proxy"),
    }
    return {k: v for k, v in variables.items() if v and k not in os.environ}


def pip_settings():
    """Return what this machine's settings tell pip: the environment's come before the files'."""
    listed = subprocess.run(
        [str(PYTHON), "-m", "pip", "config", "list"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    lines = listed.stdout.decode("utf-8", "replace").splitlines()
    found = {}
    for place in ("global", "install", ":env:"):
        for line in lines:
            name, _, value = line.partition("=")
            if name.startswith(place + "."):
                found[name[len(place) + 1 :]] = ast.literal_eval(value)
    return found


def holds_torch(link):
    """Say whether a folder of wheels has the torch that constraints.txt pins."""
    pinned = re.search(r"^torch==(\S+)", (ROOT / "constraints.txt").read_text(), re.MULTILINE)
    return any(Path(link).glob("torch-{}*.whl".format(pinned.group(1))))


def settle_lab():
    """Set JupyterLab's defaults for the course, below what a learner has set.

    It asks the network for no news and no updates. It saves the state of widgets with a page: else
    a page that is opened again has an error in the place of each. And it keeps the keys that change
    cells out of widgets: else an R typed on a button or a slider turns its cell to raw text.
    """
    folder = VENV / "share" / "jupyter" / "lab" / "settings"
    folder.mkdir(parents=True, exist_ok=True)
    settings = {
        "@jupyterlab/apputils-extension:notification": {
            "fetchNews": "false",
            "checkForUpdates": False,
        },
        "@jupyter-widgets/jupyterlab-manager:plugin": {"saveState": True},
        "@jupyterlab/shortcuts-extension:shortcuts": {"shortcuts": shortcuts()},
    }
    text = json.dumps(settings, indent=2) + "\n"
    (folder / "overrides.json").write_text(text, encoding="utf-8")
    # And each kernel answers an unknown name with where it is made: helpers.course.
    folder = VENV / "etc" / "ipython"
    folder.mkdir(parents=True, exist_ok=True)
    text = 'c.InteractiveShellApp.extensions = ["helpers.course"]\n'
    (folder / "ipython_kernel_config.py").write_text(text, encoding="utf-8")
    # What JupyterLab exports and prints, and nbconvert: a page that fits its paper.
    folder = VENV / "etc" / "jupyter"
    folder.mkdir(parents=True, exist_ok=True)
    template = {
        "extra_template_basedirs": [str(ROOT / "tools" / "templates")],
        "template_name": "course",
    }
    text = json.dumps({"HTMLExporter": template}, indent=2) + "\n"
    for name in ("jupyter_server_config.json", "jupyter_nbconvert_config.json"):
        (folder / name).write_text(text, encoding="utf-8")


def shortcuts():
    """Return the notebook's one-key shortcuts anew, so that they do not reach into widgets."""
    folder = VENV / "share" / "jupyter" / "lab" / "schemas" / "@jupyterlab" / "notebook-extension"
    try:
        known = json.loads((folder / "tracker.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):  # a JupyterLab of another build: its own defaults, then
        return []
    changed = []
    for entry in known.get("jupyter.lab.shortcuts", []):
        with_modifier = re.search("Accel|Ctrl|Alt", " ".join(entry["keys"]))
        if entry["selector"].endswith(" :focus") and any(entry["keys"]) and not with_modifier:
            changed.append(dict(entry, disabled=True))
            outside = entry["selector"] + ":not(.jupyter-widgets):not(.jupyter-widgets *)"
            changed.append(dict(entry, selector=outside))
    return changed


def fingerprint():
    """Summarize everything that decides what .venv must hold."""
    digest = hashlib.sha256()
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update((ROOT / name).read_bytes())
    digest.update(str(ROOT).encode())  # an environment that was moved points to its old place
    return digest.hexdigest()


def works(code):
    """Say whether the environment's Python runs this code."""
    try:
        return subprocess.run([str(PYTHON), "-c", code], stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def step(text):
    """Say what comes now."""
    print("  step " + text, flush=True)


def run(command, python_path=None, folder=ROOT):
    """Run a command of the course from its folder, or another; return the exit status.

    What lies in the folder ``python_path`` is imported before what is installed.
    """
    environment = own_home(dict(os.environ))
    environment["PATH"] = str(BIN) + os.pathsep + environment.get("PATH", "")
    if python_path:
        before = [str(python_path), environment.get("PYTHONPATH", "")]
        environment["PYTHONPATH"] = os.pathsep.join(part for part in before if part)
    return subprocess.run(
        [str(part) for part in command], cwd=str(folder), env=environment
    ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
