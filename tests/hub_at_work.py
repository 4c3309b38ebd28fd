"""A hub for a room, for tests: started for real, with a neighbor who is up to no good.

It takes Linux and root, since seats are kept apart by the system itself; elsewhere the tests that
import this are skipped.
"""

import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from common import ROOT

if sys.platform != "linux" or os.geteuid() != 0:
    pytest.skip("a hub takes Linux and root", allow_module_level=True)
if importlib.util.find_spec("jupyterhub") is None:
    pytest.skip("the extra is missing: python3 course.py test --with hub", allow_module_level=True)

from learner import Learner
from room import seats, start, watch

CANNOT = start.try_a_seat()
if CANNOT:
    pytest.skip(CANNOT, allow_module_level=True)

WORD = "red green blue"
PATIENCE = 90


def until(true, what: str, patience: float = PATIENCE):
    """Wait for something to become true; return it."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        found = true()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError(f"{what}: not in {patience} s")


def four_ports() -> int:
    """Find a port that is free, with the three after it."""
    for port in range(18_000, 30_000, 4):
        held = [socket.socket() for _ in range(4)]
        try:
            for k, one in enumerate(held):
                one.bind(("", port + k))
            return port
        except OSError:
            continue
        finally:
            for one in held:
                one.close()
    raise AssertionError("no free ports")


class Room:
    """A running hub, small: 1,200 MB of memory and 60 MB of disk for a seat.

    Args:
        options: more of the command's.
        certificate: of who signed the room's own, where the options say https.
    """

    def __init__(self, *options: str, certificate: str | None = None):
        self.folder = Path(tempfile.mkdtemp(prefix="seats-"))
        self.port = four_ports()
        self.certificate = certificate
        self.address = f"{'https' if certificate else 'http'}://127.0.0.1:{self.port}"
        self.log = self.folder / "log.txt"
        command = [sys.executable, "-m", "room.start", "--port", str(self.port), "--word", WORD]
        command += ["--ip", "127.0.0.1", "--seats", str(self.folder)]
        command += ["--memory", "1200", "--disk", "60", *options]
        path = os.pathsep.join([str(start.PACKAGES), str(ROOT / "tools")])
        with open(self.log, "a") as log:
            self.process = subprocess.Popen(
                command, env={**os.environ, "PYTHONPATH": path}, stdout=log, stderr=log
            )
        until(self.is_open, "the room's door")

    def is_open(self) -> bool:
        said = self.log.read_text()
        assert self.process.poll() is None, said
        return "Ctrl+C ends it" in said

    def learner(self, name: str) -> Learner:
        learner = Learner(self.address, name, WORD, certificate=self.certificate)
        assert learner.sign_in().url.path == "/hub/home"
        learner.start(PATIENCE)
        return learner

    def part(self, words: str) -> int:
        """Return the process id of a part, by what stands in its command."""
        found = subprocess.run(
            ["pgrep", "-P", str(self.process.pid), "-f", words], capture_output=True, text=True
        ).stdout.split()
        assert len(found) == 1, (words, found)
        return int(found[0])

    def end(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(PATIENCE)


@contextmanager
def opened(*options: str, certificate: str | None = None) -> Iterator[Room]:
    """Open a room, and see to it that it ends as it should."""
    room = Room(*options, certificate=certificate)
    try:
        yield room
    finally:
        room.end()
    said = room.log.read_text()
    assert room.process.returncode == 0 and "Ending the room" in said, said
    assert not [pid for pid in watch.processes() if pid in seats.by_id(room.folder)]
    shutil.rmtree(room.folder)


def server_of(room: Room, name: str) -> int:
    """Return the process id of a seat's JupyterLab."""
    return next(
        pid for pid in watch.processes()[seats.of(room.folder, name).id] if watch.is_server(pid)
    )


TRIES = """
import ctypes, json, os, signal, socket, sqlite3, subprocess, urllib.error, urllib.request
def answer(url, token=None, method="GET"):
    headers = {"Authorization": "token " + token} if token else {}
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(urllib.request.Request(url, headers=headers, method=method)) as found:
        text = found.read().decode()
    if "hub/login" in found.url or "oauth2/authorize" in found.url:
        raise PermissionError("sent to the door")
    return text[:200]
def connect(path):
    with socket.socket(socket.AF_UNIX) as one:
        one.connect(path)
        return "connected"
def called(name, *arguments):
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments) == -1:
        raise OSError(ctypes.get_errno(), name)
    return name
def write(path):
    with open(path, "w") as file:
        return file.write("x")
def users():
    return sqlite3.connect(FOLDER + "/state/hub.sqlite").execute("select 1 from users").fetchall()
mine = os.environ["JUPYTERHUB_API_TOKEN"]
HUB_API = f"http://127.0.0.1:{PORT + 1}/hub/api"
PAGE = f"http://127.0.0.1:{PORT + 3}/services/overview/"
HERS = f"http://127.0.0.1:{SERVER_PORT}/user/ada/api/contents"
tries = {
  "list her home": lambda: os.listdir(HOME),
  "read her progress": lambda: open(HOME + "/my_progress.json").read(),
  "write into her home": lambda: write(HOME + "/x"),
  "move her home": lambda: os.rename(HOME, HOME + "-mine"),
  "read the hub's database": lambda: open(FOLDER + "/state/hub.sqlite", "rb").read(1),
  "open the hub's database": users,
  "read the cookie secret": lambda: open(FOLDER + "/state/cookie_secret").read(),
  "read the room's secrets": lambda: open(FOLDER + "/state/room.json").read(),
  "read the passwords": lambda: open(FOLDER + "/state/seats.json").read(),
  "see the hub's variables": lambda: open(f"/proc/{HUB}/environ").read(),
  "see the proxy's variables": lambda: open(f"/proc/{PROXY}/environ").read(),
  "see her server's variables": lambda: open(f"/proc/{SERVER}/environ").read(),
  "see her server's memory": lambda: open(f"/proc/{SERVER}/mem", "rb").read(1),
  "go by her server's root": lambda: os.listdir(f"/proc/{SERVER}/root" + HOME),
  "signal her server": lambda: os.kill(SERVER, signal.SIGTERM),
  "signal the hub": lambda: os.kill(HUB, 0),
  "trace her server": lambda: called("ptrace", 16, SERVER, 0, 0),
  "ask the proxy": lambda: answer(f"http://127.0.0.1:{PORT + 2}/api/routes"),
  "ask the proxy with a token": lambda: answer(f"http://127.0.0.1:{PORT + 2}/api/routes", mine),
  "list all learners": lambda: answer(HUB_API + "/users", mine),
  "look her up": lambda: answer(HUB_API + "/users/ada", mine),
  "stop her server": lambda: answer(HUB_API + "/users/ada/server", mine, "DELETE"),
  "take a token of hers": lambda: answer(HUB_API + "/users/ada/tokens", mine, "POST"),
  "stop the hub": lambda: answer(HUB_API + "/shutdown", mine, "POST"),
  "open her server with a token": lambda: answer(HERS, mine),
  "open her server without": lambda: answer(HERS),
  "read the instructor's page": lambda: answer(PAGE, mine),
  "list her sockets": lambda: os.listdir(RUN),
  "enter her kernel": lambda: connect(KERNEL),
  "ask for servers": lambda: connect(FOLDER + "/run/servers.sock"),
  "change the course": lambda: write(COURSE + "/src/helpers/metrics.py"),
  "add to the course": lambda: write(COURSE + "/src/helpers/numpy.py"),
  "write to everybody's folder": lambda: write(os.path.join(os.sep, "tmp", "from-eve")),
  "become root": lambda: os.setuid(0),
  "become her": lambda: os.setuid(os.getuid() - 1),
  "mount something": lambda: called("mount", b"tmpfs", HOME.encode(), b"tmpfs", 0, None),
  "open what the course hides": lambda: os.listdir(os.path.expanduser("~root/.ssh")),
}
said = {}
for name, attempt in tries.items():
    try:
        said[name] = f"GOT IN: {attempt()}"
    except (OSError, sqlite3.Error, urllib.error.URLError) as error:
        said[name] = f"{type(error).__name__}: {error}"
print(json.dumps(said))
"""


def tries_of(eve: Learner, room: Room, ada: Learner) -> dict[str, str]:
    """Have eve try to get at what is ada's, the hub's and everybody's; return what was said."""
    hers = seats.of(room.folder, "ada")
    server = server_of(room, "ada")
    port = json.loads(next(Path(hers.run).glob("jpserver-*.json")).read_text())["port"]
    kernel = next(Path(hers.run).glob("*-ipc-1"))
    known = {
        "HOME": hers.home, "RUN": hers.run, "FOLDER": str(room.folder), "COURSE": str(ROOT),
        "SERVER": server, "SERVER_PORT": port, "KERNEL": str(kernel), "PORT": room.port,
        "HUB": room.part("hub_config"), "PROXY": room.part("configurable-http-proxy"),
    }  # fmt: skip
    code = "".join(f"{name} = {value!r}\n" for name, value in known.items()) + TRIES
    _, said, status = eve.kernel.run(code)
    assert status == "ok", said
    said = json.loads(said)
    assert len(said) >= 37
    return said


def got_in(said: dict[str, str]) -> dict[str, str]:
    """Return the tries that did more than they may."""
    return {name: text for name, text in said.items() if text.startswith("GOT IN")}
