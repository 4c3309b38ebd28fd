"""Bring pages back as they were, and keep the learner's own copies beside them.

    python tools/reset_page.py 03              chapter 3
    python tools/reset_page.py exercises/03    its exercises

With git the page comes back with its saved outputs; without it, from source/, so its outputs come
when it is run.
"""

import subprocess
import sys
import time
from pathlib import Path

import nbformat

import build


def pages(wanted: str) -> list[Path]:
    """Find the pages that a learner means by "03", "notebooks/03" or "exercises/03".

    >>> [page.name for page in pages("exercises/04")]
    ['04_sigmoid_versus_softmax.ipynb']
    """
    folder, _, prefix = wanted.replace("\\", "/").strip("/").rpartition("/")
    folder = folder or "notebooks"
    return [
        path
        for _, path in build.targets([prefix] if prefix else [])
        if prefix and path.parent.relative_to(build.ROOT).as_posix() == folder
    ]


def as_it_was(path: Path) -> bytes:
    """Return what the page held when it came: from git, or built anew without outputs."""
    name = path.relative_to(build.ROOT).as_posix()
    try:
        shown = subprocess.run(["git", "show", f"HEAD:{name}"], cwd=build.ROOT, capture_output=True)
        if shown.returncode == 0:
            return shown.stdout
    except OSError:  # no git here
        pass
    (source,) = (source for source, target in build.targets([]) if target == path)
    return (nbformat.writes(build.cells(source, path)) + "\n").encode()


def reset(path: Path) -> None:
    """Put one page back; what the learner had is kept, unless it is the same."""
    before, name = as_it_was(path), path.relative_to(build.ROOT).as_posix()
    if path.exists():
        if path.read_bytes() == before:
            print(f"{name} is as it was. Nothing to do.")
            return
        mine = path.with_name(f"{path.stem}.mine-{time.strftime('%Y%m%d-%H%M%S')}.ipynb")
        path.replace(mine)
        print(f"Your copy is now {mine.relative_to(build.ROOT).as_posix()}.")
    path.write_bytes(before)
    print(f"{name} is as it was. If it is open in JupyterLab: File, Reload Notebook from Disk.")


def main(arguments: list[str]) -> int:
    found = [(wanted, pages(wanted)) for wanted in arguments]
    for wanted, there in found:
        if not there:
            print(f'There is no page "{wanted}". Write a number such as 03, or exercises/03.')
    if not arguments:
        print("Which page? Write a number such as 03, or exercises/03.")
    if not arguments or not all(there for _, there in found):
        return 1
    for _, there in found:
        for path in there:
            reset(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
