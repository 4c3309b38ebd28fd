"""What tests and the plugin front_end share."""

import json
import subprocess
import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

import elsewhere

ROOT = Path(__file__).resolve().parent.parent
TRACKED = subprocess.run(
    ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
    cwd=ROOT,
    capture_output=True,
    text=True,
).stdout.split("\n")[:-1]


def compared_cells(path: Path) -> tuple[int, int]:
    """Count the cells of a notebook with saved output: (compared by nbval, ignored)."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    with_output = [cell for cell in cells if cell["cell_type"] == "code" and cell["outputs"]]
    ignored = sum("nbval-ignore-output" in cell["metadata"].get("tags", []) for cell in with_output)
    return len(with_output) - ignored, ignored


def count_calls(run: Callable[[], object]) -> int:
    """Count the calls of functions that something makes: how much it does, on any machine."""
    calls = 0

    def note(frame, event, argument):
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        run()
    finally:
        sys.setprofile(before)
    return calls


def sent_by(widget, move: Callable[[], object]) -> list[str]:
    """List what a kernel sends to the page while something moves: each is one message."""
    sent, parts = [], [widget]
    for part in parts:  # grows while it is walked through
        parts += getattr(part, "children", ())

    def note(change):
        if change["name"] in change["owner"].keys:
            sent.append(f"{type(change['owner']).__name__}.{change['name']}")

    for part in parts:
        part.observe(note)
    move()
    for part in parts:
        part.unobserve(note)
    return sent


def apart(kind: str, first: str) -> tuple[str, ...]:
    """As in tools/elsewhere.py; skips the test where this machine makes no such name space."""
    try:
        subprocess.run([*elsewhere.apart(kind, "true"), "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("wants Linux, and to be let make a name space")
    return elsewhere.apart(kind, first)


class Answers(BaseHTTPRequestHandler):
    """A server's side of a conversation, which prints nothing."""

    def send(self, status, body, with_body, headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def log_message(self, *arguments):
        pass
