"""Peak memory of each way, in a process of its own."""

import re
import subprocess
import sys
from pathlib import Path

from timing import tell


def peak() -> int:
    """Return the most memory that this process has held so far, in bytes."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux, where getrusage would count the parent process too
        return int(re.search(r"VmHWM:\s+(\d+) kB", status.read_text())[1]) * 1024
    import psutil

    info = psutil.Process().memory_info()
    return getattr(info, "peak_wset", info.rss)  # macOS has no peak to ask for


def fresh_process(code: str) -> str:
    """Run Python code in a process of its own, beside this file; return what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parent,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


def peaks(module: str, names: list[str]) -> dict[str, float]:
    """Run each named way of a module's ``ways()`` in a fresh process; return peak MB of each.

    What Python, torch and the model take before the way begins is part of it: a laptop has to
    have it too.
    """
    found = {}
    for name in names:
        code = f"import {module}, memory; {module}.ways()[{name!r}](); print('peak', memory.peak())"
        found[name] = int(re.search(r"peak (\d+)", fresh_process(code))[1]) / 1e6
        tell(f"{name}: peak {found[name]:.0f} MB")
    return found
