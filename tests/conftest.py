"""What the tests share: the tagger (loaded once), and a clean subprocess."""

import os
import subprocess
import sys

import ipywidgets
import pytest

from common import ROOT

# Servers of our own on this machine are reached directly, whatever proxy there is, and in any time.
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"
os.environ["HF_HUB_ETAG_TIMEOUT"] = os.environ["HF_HUB_DOWNLOAD_TIMEOUT"] = "300"


@pytest.fixture(scope="session")
def tagger():
    from helpers.models import load_tagger

    return load_tagger()


@pytest.fixture(scope="session")
def run_python():
    """Run code in a fresh Python from the course's folder; return what it printed."""
    before = [os.environ.get("PYTHONPATH", ""), str(ROOT / "src"), str(ROOT / "tools")]
    python_path = os.pathsep.join(part for part in before if part)

    def run(code: str, **variables: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": python_path, **variables},
            capture_output=True,
            text=True,
            timeout=1800,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    return run


@pytest.fixture
def catch_shown(monkeypatch):
    """Call something that shows one widget; return the widget and the bundle that is saved."""

    def catch(build, *arguments, **options):
        shown = []
        monkeypatch.setattr("IPython.display.display", lambda bundle, raw: shown.append(bundle))
        build(*arguments, **options)
        bundle, wake = shown
        assert wake["text/plain"] == "Nothing moves? Run this cell."
        model_id = bundle["application/vnd.jupyter.widget-view+json"]["model_id"]
        # Where ipywidgets 8 and 7 keep what has been made.
        made = getattr(ipywidgets.widgets.widget, "_instances", None) or ipywidgets.Widget.widgets
        return made[model_id], bundle

    return catch
