"""What the tests share: the tagger (loaded once), and a clean subprocess."""

import os
import subprocess
import sys

import pytest

from common import ROOT


@pytest.fixture(scope="session")
def tagger():
    from helpers.models import load_tagger

    return load_tagger()


@pytest.fixture(scope="session")
def run_python():
    """Run code in a fresh Python from the course's folder; return what it printed."""

    def run(code: str, **variables: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    return run
