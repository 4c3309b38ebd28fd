"""Measure how long a processor core computes in each section of a chapter.

python tools/compute_times.py          measure all chapters (ten minutes)
python tools/compute_times.py 04 07    measure these, and keep what is known of the others

Written to source/workshop/compute_times.json, from which the workshop's timetables take it. It is
the time of the processor, with one thread, so that it does not matter what else the machine had to
do; two cores need less.
"""

import json
import os
import platform
import sys

import psutil
from nbclient import NotebookClient

import build
import sections

FILE = build.SOURCE / sections.COMPUTE_TIMES


def measure(chapter: str) -> dict[str, float]:
    """Run a chapter in a fresh kernel; return the seconds of each section."""
    stem = sections.stems()[chapter]
    notebook = build.cells(build.SOURCE / "notebooks" / f"{stem}.py")
    used: dict[str, float] = {}

    def now() -> float:
        times = psutil.Process(client.km.provisioner.pid).cpu_times()
        return times.user + times.system

    def begin(cell, cell_index):
        used[cell.id] = -now()

    def end(cell, cell_index, execute_reply):
        used[cell.id] += now()

    client = NotebookClient(
        notebook,
        timeout=1800,
        startup_timeout=300,
        resources={"metadata": {"path": str(build.ROOT / "notebooks")}},
        on_cell_execute=begin,
        on_cell_executed=end,
    )
    client.execute()
    return {
        part.name: round(sum(used[cell.id] for cell in part.cells), 1)
        for part in sections.cut(notebook.cells)
    }


def main(arguments: list[str]) -> int:
    unknown = [one for one in arguments if one not in sections.stems()]
    if unknown:
        print(f"No chapter begins with {' or '.join(unknown)}. Write 04 for chapter 4.")
        return 1
    os.environ.update(OMP_NUM_THREADS="1", PYTHONHASHSEED="0", HF_HUB_OFFLINE="1")
    for chapter in arguments or sections.stems():
        found = measure(chapter)
        old = json.loads(FILE.read_text(encoding="utf-8"))["seconds"] if FILE.exists() else {}
        known = {
            "machine": f"one core of {platform.machine()}, Python {platform.python_version()}",
            "seconds": dict(sorted({**old, chapter: found}.items())),
        }
        FILE.parent.mkdir(exist_ok=True)
        FILE.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"chapter {int(chapter)}: {sum(found.values()):.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
