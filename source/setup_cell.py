# @title Set-up: run this first. It is the same in every notebook and safe to run twice.
import sys

if not (3, 11) <= sys.version_info < (3, 14):
    raise RuntimeError(
        f"This is Python {sys.version.split()[0]}; the course needs 3.11, 3.12 or 3.13. Choose a "
        "kernel with one of these."
    )
import importlib.metadata
import importlib.util
import pathlib
import re
import shutil
import subprocess

NAME, VERSION, HOME = "{name}", "{version}", "{repository}"
CPU_BUILD = "https://download.pytorch.org/whl/cpu"  # a tenth of what Linux gets otherwise
NEEDED = "torch transformers datasets accelerate peft sklearn pandas matplotlib ipywidgets psutil"
AGAIN = "Then restart the kernel and run this again."
REASONS = {  # what pip says, and what to do about it
    "externally-managed": "This is the system's Python, which takes no packages. In a terminal: "
    "python3 -m venv course, then course/bin/pip install jupyterlab, course/bin/jupyter lab.",
    "HTTP error 404": f"There is no release {VERSION} at {HOME}. Look there for its new place.",
    "No space left|Errno 28": f"The disk is full. Free some space. {AGAIN}",
    "certificate verify": "The network answers in the place of what was asked, with a certificate "
    "of its own. Sign in where it wants you to, or put the path of your organization's "
    "certificates into os.environ['PIP_CERT'], and run this again.",
    "ProxyError": "The proxy refuses. Put http://NAME:PASSWORD@ADDRESS of yours into "
    "os.environ['HTTPS_PROXY'] and run this again.",
    "BadZipFile|is invalid": "What came is not the course but a sign-in page, or a part of it. "
    "Sign in where the network wants you to, and run this again.",
    "NewConnection|name resolution|timed out|Max retries|reset by peer|IncompleteRead": (
        "The course could not be fetched: no network. Connect and run this again."
    ),
    "No matching distribution": "A package, named above, was not found for this machine. Torch is "
    "there for Windows, Linux and Macs with Apple's processors; elsewhere take Colab.",
}


def find_helpers():  # where `import helpers` leads; a folder without __init__.py hides nothing
    found = sys.modules.get("helpers") or importlib.util.find_spec("helpers")
    other = next(iter(getattr(found, "__path__", [found])))
    return getattr(found, "__file__", None) or getattr(found, "origin", other)


def lacking():
    return [name for name in NEEDED.split() if not importlib.util.find_spec(name)]


def installed():  # the course's version, as numbers that can be compared; [] for none
    try:
        return [int(part) for part in importlib.metadata.version(NAME).split(".")]
    except importlib.metadata.PackageNotFoundError:
        return []


def pip(*arguments):
    command = [sys.executable, "-m", "pip", "install", "--quiet", *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        print(done.stdout[-1500:])
        fits = (fix for said, fix in REASONS.items() if re.search(said, done.stdout))
        raise RuntimeError(next(fits, "pip failed; what it said is above. Try again later."))


def fetch():
    if not importlib.util.find_spec("pip"):
        raise RuntimeError(f"There is no pip here. {sys.executable} -m ensurepip adds it. {AGAIN}")
    torch = bool(importlib.util.find_spec("torch"))
    small = not sys.platform.startswith("linux") or not shutil.which("nvidia-smi")
    size, room = ("91 MB", 0.5) if torch else ("600 MB", 3) if small else ("3.5 GB", 8)
    free = shutil.disk_usage(sys.prefix).free / 1e9
    if free < room:
        raise RuntimeError(f"{free:.1f} GB of disk are free, {room} are needed. {AGAIN}")
    print(f"Fetching the course{'' if torch else ' and torch'}, once: about {size}.")
    if not torch and small and sys.platform.startswith("linux"):
        pip("torch", "--index-url", CPU_BUILD)
    pip(f"{NAME} @ {HOME}/archive/refs/tags/v{VERSION}.zip")
    importlib.invalidate_caches()
    if "helpers" in sys.modules or not find_helpers():
        raise RuntimeError("The course is installed. Restart the kernel and run this again.")
    importlib.import_module("torch")


here, mark = pathlib.Path.cwd(), "files/newsdesk.csv"  # an installed course goes before this one
around = [p for p in (here, *here.parents) if (p / "src/helpers" / mark).is_file()]
outdated = [] < installed() < [int(part) for part in VERSION.split(".")]
source = [f"{p}/src" for p in around if f"{p}/src" not in sys.path]
sys.path[:] = source + sys.path if outdated else sys.path + source
if not around and (outdated or lacking() or not find_helpers()):
    fetch()
if not (pathlib.Path(str(find_helpers())).parent / mark).is_file():
    advice = "Rename it or move this notebook, then restart the kernel and run this again."
    raise ImportError(f"`import helpers` finds {find_helpers()}, not this course. {advice}")
if lacking():
    raise RuntimeError(
        f"The course is here, but this kernel ({sys.executable}) has no {lacking()[0]}. Choose the "
        f"kernel in {around[0] / '.venv'}, which python3 course.py lab makes and starts."
    )
print("The course is here.")
