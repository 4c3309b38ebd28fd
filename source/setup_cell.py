# Set-up: run this first. It is the same in every notebook and safe to run twice.
import importlib.util
import pathlib
import subprocess
import sys


def find_helpers():  # where `import helpers` leads; a folder without __init__.py hides nothing
    found = sys.modules.get("helpers") or importlib.util.find_spec("helpers")
    other = next(iter(getattr(found, "__path__", [found])))
    return getattr(found, "__file__", None) or getattr(found, "origin", other)


here, mark = pathlib.Path.cwd(), "files/newsdesk.csv"  # an installed course goes before this one
sys.path += [f"{p}/src" for p in (here, *here.parents) if (p / "src/helpers" / mark).is_file()]
if not find_helpers():
    print("Fetching the course, once: about a minute.")
    course = "{name} @ {repository}/archive/refs/heads/{branch}.zip"
    if subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", course]).returncode:
        raise ConnectionError("The course could not be fetched. Connect and run this again.")
    importlib.invalidate_caches()
if not (pathlib.Path(str(find_helpers())).parent / mark).is_file():
    advice = "Rename it or move this notebook, then restart the kernel and run this again."
    raise ImportError(f"`import helpers` finds {find_helpers()}, not this course. {advice}")
print("The course is here.")
