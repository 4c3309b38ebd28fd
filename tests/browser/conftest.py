"""A real JupyterLab in headless Chromium, with the notebooks in a folder of their own.

A notebook is opened as it was saved, and only the cells that the test's cell needs are run: whole
notebooks are run by nbval and by test_rerun.py.
"""

import ast
import importlib.util
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from site_pages import served

from common import ROOT
from helpers import course

PATIENCE_S = 30  # no test fails because the machine is busy
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
QUIET = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    # All cells stay in the page, so that each can be found.
    "notebook-extension/tracker": {"windowingMode": "none"},
}

WATCH_FOR_CHANGE = """picture => { window.pictureChanged = new Promise(resolve => {
    let pressed = null;
    addEventListener("keydown", () => { pressed = performance.now() }, {once: true, capture: true});
    const watch = new MutationObserver(() => {
        if (pressed === null) return;
        watch.disconnect();
        requestAnimationFrame(() => resolve(performance.now() - pressed));
    });
    watch.observe(picture, {childList: true, subtree: true, characterData: true});
}) }"""


def find_browser() -> str | None:
    return next((path for path in map(shutil.which, BROWSERS) if path), None)


def need_browser() -> None:
    """Skip where there is no browser; fail where CI has none."""
    if find_browser() is None:
        if os.environ.get("CI"):
            pytest.fail("CI has no browser: .ci/run installs one")
        pytest.skip("no browser found: install Chromium or Chrome to run these tests")


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """Start JupyterLab; yields (address, token)."""
    need_browser()
    with started_lab(tmp_path_factory.mktemp("lab")) as place:
        yield place


@contextmanager
def started_lab(folder: Path):
    """Start JupyterLab in a folder, with a copy of the notebooks; gives (address, token)."""
    for name in ("notebooks", "exercises"):
        shutil.copytree(ROOT / name, folder / name)
    for name, settings in QUIET.items():
        path = folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings))
    token = secrets.token_hex(8)
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--ip=127.0.0.1"]
    # The system chooses a free port; the server writes it down.
    command += ["--port=0", f"--IdentityProvider.token={token}"]
    command += [f"--ServerApp.root_dir={folder}", "--LabApp.expose_app_in_browser=True"]
    command += [f"--LabApp.user_settings_dir={folder / 'settings'}"]
    command += [f"--LabApp.workspaces_dir={folder / 'workspaces'}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    environment = {**os.environ, "JUPYTER_RUNTIME_DIR": str(folder / "runtime")}
    with open(folder / "server.log", "w") as log:
        lab = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        try:
            yield wait_for_address(lab, folder), token
        finally:
            lab.terminate()
            lab.wait(PATIENCE_S)


def wait_for_address(lab, folder: Path) -> str:
    """Wait until the server listens, which it does before it writes down its address."""
    end = time.monotonic() + PATIENCE_S
    while lab.poll() is None and time.monotonic() < end:
        for path in (folder / "runtime").glob("jpserver-*.json"):
            try:
                return json.loads(path.read_text())["url"].rstrip("/")
            except ValueError:  # half written
                pass
        time.sleep(0.2)
    pytest.fail((folder / "server.log").read_text()[-2000:])


@pytest.fixture(scope="session")
def browser():
    need_browser()
    with started_browser() as browser:
        yield browser


@contextmanager
def started_browser():
    """Start Chromium without a window."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE_S * 1000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        yield browser
        browser.close()


KERNEL_IS_IDLE = (
    "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status"
    " === 'idle'"
)
CELLS = "() => window.jupyterapp.shell.currentWidget.content.model.toJSON().cells"
ALL_WERE_RUN = """() => window.jupyterapp.shell.currentWidget.content.model.toJSON().cells
    .every(cell => cell.cell_type !== 'code' || cell.execution_count)"""
RUN_ALL = "() => window.jupyterapp.commands.execute('notebook:run-all-cells')"
RUN_CELL = """async index => {
    const {shell, commands} = window.jupyterapp, notebook = shell.currentWidget.content;
    notebook.deselectAll();
    notebook.activeCellIndex = index;
    await commands.execute('notebook:run-cell');
}"""


# Links without a line below them are JupyterLab's style, not the page's.
THEIRS = {("link-in-text-block", "")}
OURS = [".jp-OutputArea-output", ".jp-MarkdownOutput"]  # around them is what JupyterLab wrote


def axe_findings(page) -> list[tuple]:
    """List what axe-core finds serious or critical in texts and outputs."""
    from axe_playwright_python.sync_playwright import Axe

    report = Axe().run(page, context={"include": [[place] for place in OURS]})
    return [
        (found["id"], node["html"][:200], node["failureSummary"])
        for found in report.response["violations"]
        if found["impact"] in ("serious", "critical")
        for node in found["nodes"]
        if not any(found["id"] == name and what in node["html"] for name, what in THEIRS)
    ]


def reads(source: str) -> set[str]:
    """Find the names that a cell reads."""
    tree = ast.parse(re.sub(r"(?m)^\s*[%!].*$", "", source))
    return {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


def needed(cells: list[dict], target: int) -> list[int]:
    """List the cells to run for one cell: the first two, and all that make what these read."""
    code = [i for i, cell in enumerate(cells[: target + 1]) if cell["cell_type"] == "code"]
    chosen, wanted = [], set()
    for i in reversed(code):
        source = "".join(cells[i]["source"])
        if i in (*code[:2], target) or course._makes(source) & wanted:
            chosen.append(i)
            wanted |= reads(source)
    return chosen[::-1]


class Notebook:
    """One notebook as it was saved; what the page complained of is in ``problems``."""

    def __init__(self, browser, server, name: str, width: int = 1280, folder: str = "notebooks"):
        address, token = server
        self.page = browser.new_page(viewport={"width": width, "height": 900})
        self.page.set_default_timeout(PATIENCE_S * 1000)
        self.problems: list[str] = []
        self.was_run: set[int] = set()
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", self._note)
        self.page.on("dialog", lambda dialog: self.problems.append(f"dialog: {dialog.message}"))
        self.page.goto(f"{address}/lab/tree/{folder}/{name}?token={token}&reset")
        self.page.wait_for_function(KERNEL_IS_IDLE)
        self.cells = self.page.evaluate(CELLS)

    def _note(self, message):
        if message.type == "error":
            self.problems.append(message.text)

    def cell(self, source: str):
        """Run the last code cell whose source holds this text, and before it what it needs."""
        target = max(
            i
            for i, cell in enumerate(self.cells)
            if cell["cell_type"] == "code" and source in "".join(cell["source"])
        )
        for i in needed(self.cells, target):
            if i == target or i not in self.was_run:
                self.page.evaluate(RUN_CELL, i)
                self.was_run.add(i)
        return self.page.locator(".jp-CodeCell").filter(has_text=source).last

    def use_theme(self, theme: str) -> None:
        """Change JupyterLab's theme, and wait until the page has it."""
        from playwright.sync_api import expect

        self.page.evaluate(
            "theme => jupyterapp.commands.execute('apputils:change-theme', {theme})", theme
        )
        light = "false" if "Dark" in theme else "true"
        expect(self.page.locator("body")).to_have_attribute("data-jp-theme-light", light)

    def wait_until(self, condition) -> None:
        """Wait until a condition on the page holds."""
        end = time.monotonic() + PATIENCE_S
        while not condition() and time.monotonic() < end:
            self.page.wait_for_timeout(100)
        assert condition()

    def stray_output(self) -> list[str]:
        """What cells wrote to stderr; errors that are meant do not count."""
        return self.page.evaluate(
            "() => window.jupyterapp.shell.currentWidget.content.widgets"
            ".filter(cell => cell.model.type === 'code')"
            ".flatMap(cell => cell.model.outputs.toJSON())"
            ".filter(output => output.name === 'stderr').map(output => output.text)"
        )

    def latencies(self, control, picture, keys: list[str]) -> list[float]:
        """Press keys, a tenth of a second apart; return the milliseconds until each is drawn."""
        control.focus()
        element = picture.element_handle()
        times = []
        for key in keys:
            self.page.evaluate(WATCH_FOR_CHANGE, element)
            control.press(key)
            times.append(self.page.evaluate("() => window.pictureChanged"))
            self.page.wait_for_timeout(100)
        return times

    def close(self):
        self.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
        self.page.close()


@pytest.fixture(scope="module")
def pages():
    """The notebooks that are open, by name and width; a test's cell is run anew for it."""
    pages: dict[tuple, Notebook] = {}
    yield pages
    for notebook in pages.values():
        notebook.close()


@pytest.fixture
def opened(browser, server, pages):
    """Open a notebook by name; checks at the end that nothing went wrong in the page."""
    notebooks = []

    def open_notebook(name: str, width: int = 1280) -> Notebook:
        if (name, width) not in pages:
            pages[name, width] = Notebook(browser, server, name, width)
        notebooks.append(pages[name, width])
        return notebooks[-1]

    yield open_notebook
    for notebook in notebooks:
        assert not notebook.problems
        assert not notebook.stray_output()


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """Make the site; yields its folder."""
    if importlib.util.find_spec("sphinx") is None:
        pytest.skip("wants what the site is made with: python3 course.py test --with site")
    import make_site

    return make_site.make(tmp_path_factory.mktemp("site") / "site")


@pytest.fixture(scope="session")
def address(site):
    """Serve the site on loopback; yields its address."""
    with served(site) as address:
        yield address


@pytest.fixture
def context(browser):
    """A browser that has seen nothing yet."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context
    context.close()
