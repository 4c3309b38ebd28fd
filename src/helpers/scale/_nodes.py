"""Nodes of Ray on this machine: start them, add one, kill one, end them all."""

import atexit
import functools
import importlib.util
import logging
import os
import shutil
import tempfile
import time
import warnings
from contextlib import contextmanager
from pathlib import Path

from helpers import _validate as validate

PACKAGE = "ray==2.60.0"
MEGABYTES = 100  # of each node's object store, in which texts wait; Ray takes no less than 75
# Read by each of Ray's processes when it starts. Its own patience of 15 to 30 seconds is too short
# for a busy laptop: its processes import much before they answer.
_SETTINGS = {
    "RAY_USAGE_STATS_ENABLED": "0",  # nothing is reported to anybody
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # loopback, and not the network's address
    "RAY_agent_register_timeout_ms": "600000",
    "RAY_raylet_start_wait_time_s": "600",
    "RAY_worker_register_timeout_seconds": "600",
    # A dead node is noticed after five seconds, not fifteen. One that answers late has as long.
    "RAY_health_check_period_ms": "1000",
    "RAY_BACKEND_LOG_LEVEL": "fatal",  # else C++ writes into the notebook
    "TOKENIZERS_PARALLELISM": "false",
    "RAY_worker_niceness": "0",  # else a busy laptop leaves the workers nothing
}
_KEPT: dict = {"cluster": None, "nodes": []}  # the first node first


class RayIsMissing(ModuleNotFoundError):
    """Ray is not installed; a notebook shows the message alone."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def need_ray():
    """Import Ray, or say in one sentence how to get it.

    Returns:
        The module ``ray``, quiet: no progress bars, no log lines.

    Raises:
        ModuleNotFoundError: it is not installed; the message names the line that installs it.
    """
    if importlib.util.find_spec("ray") is None:
        raise RayIsMissing(
            f'This chapter needs Ray, about 80 MB: run %pip install "{PACKAGE}" in a cell of its '
            "own, then run this cell again.",
            name="ray",
        )
    os.environ.update({name: os.environ.get(name, value) for name, value in _SETTINGS.items()})
    warnings.filterwarnings("ignore", module=r"ray\.")
    import ray
    import ray.data

    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    # The newer reader of 2.60 joins files below a megabyte into one piece, for one worker.
    context.use_datasource_v2 = False
    # What a node tells of its dead goes past loggers. Who was lost is counted; errors are raised.
    ray._private.worker.print_to_stdstream = lambda data, ignore_prefix: None
    for name in ("ray", "ray.data", "ray._private"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return ray


def start(cpus: int = 2) -> int:
    """Start a first node on this machine, unless one runs, and connect to it.

    Args:
        cpus: how many CPUs Ray may count on; it hands them out and does not check who uses them.

    Returns:
        The number of nodes that are alive.

    Raises:
        ModuleNotFoundError: Ray is not installed.
    """
    cpus = validate.whole(cpus, "cpus")
    ray = need_ray()
    if _KEPT["cluster"] is None:
        from ray.cluster_utils import Cluster

        # Processes that Ray starts have to find what this one imports.
        before = [part for part in os.environ.get("PYTHONPATH", "").split(os.pathsep) if part]
        first = [_shortcut(), str(Path(__file__).parents[2])]
        wanted = first + [part for part in before if part not in first]
        os.environ["PYTHONPATH"] = os.pathsep.join(wanted)
        _KEPT["cluster"] = Cluster()
        add_node(cpus)
        _connect(ray, _KEPT["cluster"].address)
    return _alive(ray)


def join(address: str = "auto") -> int:
    """Connect to nodes that somebody else has started, such as by ``ray start``.

    Args:
        address: of the first node; "auto" takes what the variable RAY_ADDRESS says, or the nodes
            that run on this machine.

    Returns:
        The number of nodes that are alive.

    Raises:
        ConnectionError: no node answers.
        ModuleNotFoundError: Ray is not installed.
    """
    ray = need_ray()
    _connect(ray, validate.string(address, "address"))
    return _alive(ray)


def add_node(cpus: int = 2) -> int:
    """Start one more node on this machine: the processes that another machine would run.

    Returns:
        The number of nodes that were started and not killed.
    """
    cluster = _running()
    node = cluster.add_node(
        num_cpus=validate.whole(cpus, "cpus"),
        object_store_memory=MEGABYTES * 2**20,
        node_ip_address="127.0.0.1",
        include_dashboard=False,
    )
    _KEPT["nodes"].append(node)
    return len(_KEPT["nodes"])


def kill_node() -> int:
    """Kill all processes of the node that was added last, as if its plug were pulled.

    Returns:
        The number of nodes that are left.

    Raises:
        ValueError: only the first node is left.
    """
    cluster = _running()
    if len(_KEPT["nodes"]) == 1:
        raise ValueError("Only the first node is left. Start another one by add_node.")
    cluster.remove_node(_KEPT["nodes"].pop(), allow_graceful=False)
    return len(_KEPT["nodes"])


def kill_worker(seconds: float = 600) -> int:
    """Kill one process that is tagging texts, as the system does when memory runs out.

    Args:
        seconds: how long to wait for one to be there.

    Returns:
        The id of the process that was killed.

    Raises:
        TimeoutError: no process was tagging in that time.
    """
    import psutil

    until = time.monotonic() + validate.positive(seconds, "seconds")
    while time.monotonic() < until:
        for pid in _workers():
            try:
                psutil.Process(pid).kill()
            except psutil.NoSuchProcess:  # it has ended in the meantime
                continue
            return pid
        time.sleep(0.05)
    raise TimeoutError(f"No process was tagging texts in {seconds:g} seconds.")


def stop() -> None:
    """Disconnect, and end all processes that were started here. Safe to run twice."""
    if importlib.util.find_spec("ray") is None:
        return
    import ray

    ray.shutdown()
    cluster, _KEPT["cluster"] = _KEPT["cluster"], None
    _KEPT["nodes"] = []
    if cluster is not None:
        cluster.shutdown()


@functools.cache
def _shortcut() -> str:
    """Make a folder that keeps a slow package out of Ray's processes.

    Where rfc3987_syntax is installed, and JupyterLab brings it, jsonschema imports it, and it takes
    three quarters of the time of ``import ray``. Ray has no use for it, and starts a dozen
    processes. jsonschema goes on without it.
    """
    folder = tempfile.mkdtemp(prefix="ray-start-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    Path(folder, "rfc3987_syntax.py").write_text("raise ImportError\n", encoding="utf-8")
    return folder


def _running():
    if _KEPT["cluster"] is None:
        raise ValueError("No node runs. Start one: helpers.scale.start().")
    return _KEPT["cluster"]


def _connect(ray, address: str) -> None:
    if not ray.is_initialized():
        with _silent():
            ray.init(address=address, log_to_driver=False, logging_level="CRITICAL")


@contextmanager
def _silent():
    """Keep out what C++ writes past Python: that its log level was set."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _alive(ray) -> int:
    return sum(node["Alive"] for node in ray.nodes())


def _workers() -> list[int]:
    """List the processes, of the nodes that were started here, that tag texts."""
    import psutil

    _running()
    found = []
    for node in _KEPT["nodes"]:
        (raylet,) = node.all_processes["raylet"]
        for process in psutil.Process(raylet.process.pid).children(recursive=True):
            try:
                title = " ".join(process.cmdline())
            except psutil.NoSuchProcess:
                continue
            if "MapWorker" in title and "Tag" in title:
                found.append(process.pid)
    return found
