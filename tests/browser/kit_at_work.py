"""A room without a network, from one kit: python tests/browser/kit_at_work.py KIT FOLDER

test_kit.py runs it where there is loopback and nothing else. One learner has a stick, opens its
start file and runs chapter 0 in the browser; then three at once take all from one server. It
prints what they waited for, on this machine at this hour.
"""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from common import ROOT
from conftest import ALL_WERE_RUN, CELLS, KERNEL_IS_IDLE, RUN_ALL, find_browser, started_browser

PATIENCE_S = 3600
ADDRESS = "http://127.0.0.1:8123"
CLEAR_ALL = "() => window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')"
# What a learner's computer does not have: settings of this one, and the environment of this test.
SETTINGS = ("PIP_", "UV_", "PYTHON", "VIRTUAL_ENV", "JUPYTER", "IPYTHON", "XDG_", "COURSE_")


class Learner:
    """A computer of its own: a home in which nothing is yet, and a start file that runs there.

    Args:
        home: a folder to be made.
        command: what the learner types.
    """

    def __init__(self, home: Path, command: list):
        (home / ".jupyter").mkdir(parents=True)
        # The test reads the page's cells by JupyterLab's own objects.
        settings = {"LabApp": {"expose_app_in_browser": True}}
        (home / ".jupyter" / "jupyter_lab_config.json").write_text(json.dumps(settings))
        environment = {k: v for k, v in os.environ.items() if not k.startswith(SETTINGS)}
        # In place of a browser, a program that says what it was to open.
        environment |= {"HOME": str(home), "BROWSER": "echo opened %s"}
        self.said_in = home / "said.txt"
        self.started = time.monotonic()
        with open(self.said_in, "w") as said:
            self.process = subprocess.Popen(
                [str(part) for part in command],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.said_in.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, what: str) -> str:
        """Wait until it has said something; return that."""

        def found():
            return re.search(what, self.said())

        until(lambda: found() or self.process.poll() is not None, self.said)
        assert found(), self.said()
        return found()[1]

    def opened(self) -> str:
        """Wait until the start file has opened the browser; return the address that it opened."""
        self.wait_for(r"Room code: (READY) ")
        return self.wait_for(r"opened ((?:file|http)\S+)")

    def end(self) -> None:
        """End what the start file started, as closing its window does."""
        with contextlib.suppress(ProcessLookupError):  # it ended by itself
            os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait()

        def gone():
            try:
                os.killpg(self.process.pid, 0)
            except ProcessLookupError:
                return True

        until(gone, self.said)


def until(true: Callable[[], object], what: Callable[[], str]) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end, what()
        time.sleep(0.2)


def answer(address: str) -> str:
    """Return what an address answers, or nothing where it does not."""
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:
            return answer.read().decode()
    except OSError:
        return ""


def run_chapter(opened: str, started: float) -> None:
    """Open what JupyterLab gave to the browser, and run all cells of the page that comes."""
    with started_browser() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(PATIENCE_S * 1000)
        page.goto(opened)
        page.wait_for_function(KERNEL_IS_IDLE)
        assert "/lab/tree/notebooks/00_start_here.ipynb" in page.url, page.url
        print(f"stick: the page is there after {time.monotonic() - started:.0f} s")
        saved = page.evaluate(CELLS)
        page.evaluate(CLEAR_ALL)
        assert not page.evaluate(ALL_WERE_RUN)
        page.evaluate(RUN_ALL)
        page.wait_for_function(ALL_WERE_RUN)
        print(f"stick: chapter 0 is run after {time.monotonic() - started:.0f} s")
        for before, cell in zip(saved, page.evaluate(CELLS), strict=True):
            outputs = cell.get("outputs", [])
            assert bool(outputs) == bool(before.get("outputs")), cell
            assert not any(
                o["output_type"] == "error" or o.get("name") == "stderr" for o in outputs
            )


def main(kit: Path, folder: Path) -> None:
    stick = Learner(folder / "stick", ["sh", kit / "start-linux.sh"])
    try:
        opened = stick.opened()
        print(f"stick: JupyterLab answers after {time.monotonic() - stick.started:.0f} s")
        if find_browser():
            run_chapter(opened, stick.started)
    finally:
        stick.end()

    command = [sys.executable, ROOT / "tools" / "kit.py", kit, "--serve", "--port", "8123"]
    server = subprocess.Popen([str(part) for part in command])
    learners = []
    try:
        until(lambda: answer(ADDRESS), lambda: "the server does not answer")
        for name in "abc":
            start = folder / f"{name}.py"
            start.write_text(answer(f"{ADDRESS}/start.py"))
            learners.append(Learner(folder / name, [sys.executable, start, ADDRESS]))
        for learner in learners:
            page = Path(learner.opened().removeprefix("file://")).read_text(encoding="utf-8")
            assert "<title>" in answer(re.search(r'href="(http[^"]+)"', page)[1])
            seconds = time.monotonic() - learner.started
            print(f"three at once: JupyterLab answers after {seconds:.0f} s")
    finally:
        for learner in learners:
            learner.end()
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
