"""A real JupyterLab in headless Chromium, with the notebooks in a folder of their own."""

import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
QUIET = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    # All cells stay in the page, so that each can be found.
    "notebook-extension/tracker": {"windowingMode": "none"},
}
# The badge's picture is on the network, which a test does not ask.
EXPECTED = re.compile(r"ERR_NAME_NOT_RESOLVED|ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED")

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


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """Start JupyterLab; yields (address, token)."""
    if find_browser() is None:
        if os.environ.get("CI"):
            pytest.fail("CI has no browser: .ci/run installs one")
        pytest.skip("no browser found: install Chromium or Chrome to run these tests")
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    for name, settings in QUIET.items():
        path = folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = secrets.token_hex(8)
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--ip=127.0.0.1"]
    command += [f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}"]
    command += [f"--ServerApp.root_dir={folder}", "--LabApp.expose_app_in_browser=True"]
    command += [f"--LabApp.user_settings_dir={folder / 'settings'}"]
    command += [f"--LabApp.workspaces_dir={folder / 'workspaces'}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    with open(folder / "server.log", "w") as log:
        lab = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            address = f"http://127.0.0.1:{port}"
            for _ in range(300):
                try:
                    urllib.request.urlopen(f"{address}/api/status?token={token}", timeout=1)
                    break
                except OSError:
                    time.sleep(0.2)
            else:
                pytest.fail((folder / "server.log").read_text()[-2000:])
            yield address, token
        finally:
            lab.terminate()
            lab.wait(30)


@pytest.fixture(scope="session")
def browser(server):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        yield browser
        browser.close()


class Notebook:
    """One notebook, run from top to bottom; what the page complained of is in ``problems``."""

    def __init__(self, browser, server, name: str, width: int = 1280):
        address, token = server
        self.page = browser.new_page(viewport={"width": width, "height": 900})
        self.problems: list[str] = []
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", self._note)
        self.page.on("dialog", lambda dialog: self.problems.append(f"dialog: {dialog.message}"))
        self.page.goto(f"{address}/lab/tree/notebooks/{name}?token={token}&reset")
        self.page.wait_for_function(
            "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status"
            " === 'idle'",
            timeout=120_000,
        )
        self.page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells') }")
        self.page.wait_for_function(
            "() => window.jupyterapp.shell.currentWidget.content.widgets.every("
            "w => w.model.type !== 'code' || w.model.executionCount)",
            timeout=240_000,
        )

    def _note(self, message):
        if message.type == "error" and not EXPECTED.search(message.text):
            self.problems.append(message.text)

    def cell(self, source: str):
        """Find the code cell whose source holds this text."""
        return self.page.locator(".jp-CodeCell").filter(has_text=source).last

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


@pytest.fixture
def opened(browser, server):
    """Open and run a notebook by name; checks at the end that nothing went wrong in the page."""
    notebooks = []

    def open_notebook(name: str, width: int = 1280) -> Notebook:
        notebook = Notebook(browser, server, name, width)
        notebooks.append(notebook)
        return notebook

    yield open_notebook
    for notebook in notebooks:
        problems, stray = notebook.problems, notebook.stray_output()
        notebook.close()
        assert not problems
        assert not stray
