"""A process that has loaded what seats need, and makes a copy of itself for each that asks.

    python -m room.fork_server server SOCKET FOLDER    JupyterLab's servers, for the hub
    python -m room.fork_server kernel SOCKET FOLDER    kernels, for the seats' servers

A copy starts in half a second and shares the memory that loading took: Python, torch and
transformers lie in memory once for the whole room. Who asks is known from the socket (SO_PEERCRED).
The server itself reads nothing from a seat: the copy has become the seat (:mod:`room.confine`)
before it reads what the seat wants. With ``--plain`` nothing is loaded, and the copy starts Python
anew; everything else is the same.

Asking: connect, send one line of JSON together with three descriptors (stdin, stdout, stderr),
close that half; the answer is ``{"pid": ...}`` with a pidfd, or ``{"error": ...}``.
"""

import atexit
import ctypes
import gc
import json
import os
import random
import runpy
import select
import signal
import socket
import struct
import sys
import traceback
from pathlib import Path, PosixPath

from room import confine, pages, seats

LARGEST_REQUEST = 1 << 20
MOST_KERNELS = 8  # for one seat at a time
PATIENCE = 10  # seconds for a request to arrive
_HOME = os.path.expanduser("~")  # of this program; each copy gets its seat's
MODULES = {"server": "jupyterhub.singleuser", "kernel": "ipykernel_launcher"}
PRELOAD = {
    "server": (
        "jupyterhub.singleuser.extension",
        "jupyterlab.labapp",
        "jupyter_server.serverapp",
        "jupyter_server_terminals",
        "jupyter_lsp",
        "notebook_shim",
        "nbconvert.exporters",
        "room.provisioner",
    ),
    "kernel": (
        "ipykernel.kernelapp",
        "ipykernel.debugger",  # looks at every module when it comes, which unshares their memory
        "ipykernel.inprocess",
        "ipywidgets",
        "matplotlib.font_manager",
        "matplotlib.figure",
        "matplotlib.backends.backend_agg",
        "pandas",
        "sklearn.metrics",
        "sklearn.linear_model",
        "torch",
        "datasets",
        "transformers",
        "transformers.models.auto.modeling_auto",
        "transformers.models.auto.tokenization_auto",
        "transformers.models.bert.modeling_bert",
        "transformers.models.bert.tokenization_bert",
        "transformers.trainer",
        "peft",
        "helpers.data",
        "helpers.doctor",
        "helpers.exercises",
        "helpers.metrics",
        "helpers.models",
        "helpers.thresholds",
    ),
}


def preload(kind: str) -> list[tuple[object, str]]:
    """Load what all copies need, the tagger too; start no thread.

    Returns:
        Where loaded modules remember a path below the home folder: (module, name).

    Raises:
        RuntimeError: a thread was started, which no copy would have.
    """
    for name in PRELOAD[kind]:
        __import__(name)
    if kind == "kernel":
        sys.modules["torch"].set_num_threads(1)
        models = sys.modules["helpers.models"]
        models.loaded_ahead.append(models.load_tagger())
    n_threads = len(os.listdir("/proc/self/task"))
    if n_threads > 1:
        raise RuntimeError(f"Loading for {kind}s started {n_threads - 1} threads. Use --plain.")
    places = []
    for module in list(sys.modules.values()):
        for name, value in list(getattr(module, "__dict__", {}).items()):
            if type(value) in (str, PosixPath) and str(value).startswith(_HOME + os.sep):
                places.append((module, name))
    gc.collect()
    gc.freeze()  # what is collected is written to, and what is written to is no longer shared
    return places


def serve(kind: str, address: str, folder: Path, plain: bool) -> None:
    """Answer who asks, until this process is ended."""
    places = [] if plain else preload(kind)
    listening = socket.socket(socket.AF_UNIX)
    Path(address).unlink(missing_ok=True)
    os.umask(0o177 if kind == "server" else 0o111)  # servers are for root, which the hub is
    listening.bind(address)
    os.umask(0o022)
    listening.listen(128)
    listening.setblocking(False)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the command, which ends this one
    print(f"{kind}s: ready", flush=True)
    alive: dict[int, int] = {}  # pid: user id
    while True:
        select.select([listening], [], [], 0.5)
        _bury(alive)
        try:
            asking, _ = listening.accept()
        except OSError:
            continue
        with asking:
            try:
                _answer(asking, kind, folder, plain, places, listening, alive)
            except OSError as error:
                print(f"{kind}s: {error}", file=sys.stderr, flush=True)


def _answer(asking, kind, folder, plain, places, listening, alive) -> None:
    asking.settimeout(PATIENCE)
    size = struct.calcsize("3i")
    credentials = asking.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
    parent, user, _ = struct.unpack("3i", credentials)
    refusal = None
    if kind == "kernel":
        seat = seats.with_id(folder, user)
        if seat is None:
            refusal = "Only seats get kernels here."
        elif sum(owner == user for owner in alive.values()) >= MOST_KERNELS:
            refusal = f"This seat has {MOST_KERNELS} kernels. Shut one down."
    else:
        seat = None
    if refusal:
        asking.sendall(json.dumps({"error": refusal}).encode())
        return
    watched = os.pidfd_open(parent)
    pid = os.fork()
    if pid == 0:
        listening.close()
        _live(asking, kind, folder, plain, places, seat, watched)
    os.close(watched)
    alive[pid] = user
    copy = os.pidfd_open(pid)
    try:
        socket.send_fds(asking, [json.dumps({"pid": pid}).encode()], [copy])
    finally:
        os.close(copy)


def _bury(alive: dict) -> None:
    """Take note of copies that have ended."""
    while alive:
        pid, _ = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        alive.pop(pid, None)


def _live(asking, kind, folder, plain, places, seat, watched) -> None:
    """The copy: become the seat, read what it wants, do that, end. Never returns."""
    status = 1
    try:
        os.setsid()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        if kind == "kernel":
            confine.become(seat)  # from here on this is the seat
            request = _read(asking)
        else:
            request = _read(asking)  # from the hub
            seat = seats.of(folder, request["seat"])
            confine.become(seat)
            _log_to(Path(seat.home, ".server.log"))
            pages.copy(seat.home)
        asking.close()
        confine.call_it(f"seat-{kind}")
        os.environ.clear()
        os.environ.update(request["environment"])
        os.chdir(request["folder"])
        sys.argv = [MODULES[kind], *request["arguments"]]
        if plain:
            command = [sys.executable, "-m", MODULES[kind], *request["arguments"]]
            os.execv(sys.executable, command)
        _at_home(places, seat.home)
        random.seed()
        if kind == "kernel":
            _end_with(watched)
            status = _run_kernel()
        else:
            status = _run_server()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(bool(end.code))
    except BaseException:
        traceback.print_exc()
    finally:
        try:
            atexit._run_exitfuncs()
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(status)


def _read(asking) -> dict:
    """Read a request; its descriptors become stdin, stdout and stderr."""
    said, descriptors, _, _ = socket.recv_fds(asking, LARGEST_REQUEST, 3)
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    while len(said) <= LARGEST_REQUEST and (more := asking.recv(LARGEST_REQUEST)):
        said += more
    return json.loads(said)


def _log_to(file: Path) -> None:
    """Have what this process says go to a file of the seat's, not to the hub's."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.close(descriptor)


def _at_home(places, home: str) -> None:
    """Have loaded modules keep their files in the seat's home, not in this program's."""
    for module, name in places:
        value = getattr(module, name)
        setattr(module, name, type(value)(home + str(value)[len(_HOME) :]))


def _end_with(watched: int) -> None:
    """End this kernel when the server that asked for it has ended, however that was."""
    import threading

    def wait():
        select.select([watched], [], [])
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _run_kernel() -> int:
    import numpy

    numpy.random.seed()
    ours = ("/", str(confine.ROOT / "tools"))
    sys.path[:] = [part for part in sys.path if part not in ours]
    from ipykernel.kernelapp import IPKernelApp

    app = IPKernelApp.instance()
    app.initialize()
    app.shell.events.register("post_run_cell", _give_memory_back)
    app.start()
    return 0


def _give_memory_back(result=None) -> None:
    """Give the machine what a cell took and no longer needs: a quarter of a kernel, measured."""
    ctypes.CDLL(None).malloc_trim(0)


def _run_server() -> int:
    runpy.run_module(MODULES["server"], run_name="__main__", alter_sys=False)
    return 0


def ask(address: str, request: dict) -> tuple[int, int]:
    """Ask a fork server for a copy.

    Args:
        address: its socket.
        request: "arguments", "environment" and "folder"; for a server also "seat".

    Returns:
        The copy's process id, and a pidfd that the caller closes.

    Raises:
        OSError: nobody answers there, or the answer is no; the text says why.
    """
    with socket.socket(socket.AF_UNIX) as asking:
        asking.settimeout(60)
        asking.connect(address)
        said = json.dumps(request).encode()
        with open(os.devnull, "rb") as nothing:
            first = socket.send_fds(asking, [said], [nothing.fileno(), 1, 2])
        asking.sendall(said[first:])
        asking.shutdown(socket.SHUT_WR)
        answer, descriptors, _, _ = socket.recv_fds(asking, 4096, 1)
    found = json.loads(answer or b'{"error": "The fork server ended."}')
    if "error" in found:
        raise OSError(found["error"])
    return found["pid"], descriptors[0]


if __name__ == "__main__":
    plain = "--plain" in sys.argv
    kind, address, folder = [one for one in sys.argv[1:] if one != "--plain"]
    serve(kind, address, Path(folder), plain)
