"""Start a hub for a room: python3 course.py hub

Everybody in the room opens the address that is printed, and signs in with a name, the room's word
and a password of their own. Ctrl+C ends it; folders stay, and the next start goes on with them.
"""

import argparse
import ctypes
import fcntl
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from room import confine, seats, watch

ROOT = confine.ROOT
PACKAGES = ROOT / ".venv" / "hub"  # the extra and the proxy, where course.py puts them
PROXY_ID = seats.FIRST_ID  # the proxy's own user id; seats come after it
LONGEST_PATH = 42  # of the seats' folder: 107 for a socket in it
WORDS = """acorn amber apple arrow atlas badge banjo beach birch bison brick bread cabin camel
candle canoe cedar cherry chess cloud clover comet coral cotton crane daisy delta desert
dolphin eagle ember falcon fern fiddle forest fossil garden ginger glacier grape harbor
hazel helmet honey island ivory jacket jasmine jungle kettle kitten ladder lagoon
lantern lemon lilac linen lizard magnet mango maple marble meadow melon mirror mosaic
nectar nickel oasis ocean olive onyx orange orchid otter oyster paddle panda paper
parrot pebble pepper pianos pigeon pillow planet pocket poppy prairie pumpkin quartz
rabbit radish raven ribbon river robin rocket saddle saffron salmon sandal shadow silver
spruce sunset tango teapot thunder tiger timber tulip tunnel turtle valley velvet violet
walnut willow window winter yellow zebra""".split()
OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "OMP_NUM_THREADS": "1",  # a room computes side by side anyway
    "OPENBLAS_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_TRIM_THRESHOLD_": "16000000",  # memory of a forward pass goes back to the machine
    "MALLOC_MMAP_THRESHOLD_": "4000000",
    "ARROW_DEFAULT_MEMORY_POOL": "system",  # its own sets a gigabyte aside
    "JE_ARROW_MALLOC_CONF": "background_thread:false",  # a fork server has one thread
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "JUPYTER_CONFIG_PATH": str(Path(__file__).parent / "server"),
}


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python3 course.py hub", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="and the three after it, inside")
    parser.add_argument("--ip", default="", help="listen here alone, such as 127.0.0.1")
    parser.add_argument("--word", help="the room's word; made up if you give none")
    parser.add_argument("--seats", type=Path, default=ROOT / "seats", help="folder of all seats")
    parser.add_argument("--memory", type=int, default=2000, help="MB for a seat")
    parser.add_argument("--disk", type=int, default=500, help="MB for a seat")
    parser.add_argument("--idle", type=float, default=60, help="minutes until a kernel is ended")
    parser.add_argument("--plain", action="store_true", help="start all anew, share no memory")
    parser.add_argument("--ssl-key", type=Path, help="for https")
    parser.add_argument("--ssl-cert", type=Path, help="for https")
    parser.add_argument("--forget", metavar="NAME", help="let NAME choose a new password, and end")
    return parser.parse_args(arguments)


def problems(options: argparse.Namespace) -> list[str]:
    """Say what keeps a hub from running here; each line names what to do."""
    if sys.platform != "linux":
        return ["A hub runs on Linux alone. On this computer: python3 course.py lab"]
    if os.geteuid() != 0:
        return [
            "A hub gives each seat a user id of its own, which root alone can do. Run it with "
            "sudo: sudo python3 course.py hub"
        ]
    if not alone():
        return ["Another hub runs on this machine, and seats of both would mix. End it first."]
    found = []
    if shutil.which("node") is None or node_version() < 18:
        found.append("Node.js 18 or newer is needed for the proxy: sudo apt install nodejs npm")
    for port in range(options.port, options.port + 4):
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind(("", port))
            except OSError:
                found.append(f"Port {port} is in use. End what uses it, or choose: --port 8100")
    found += lacking_for_https(options)
    if len(str(options.seats.resolve())) > LONGEST_PATH:
        found.append(
            f"The path of the seats' folder is too long for sockets in it: {LONGEST_PATH} letters "
            "at most. Choose another, such as: --seats /srv/seats"
        )
    said = try_a_seat()
    if said:
        found.append(said)
    return found


def lacking_for_https(options: argparse.Namespace) -> list[str]:
    """Say what keeps https from being had; an empty list also where it was not asked for."""
    given = [file for file in (options.ssl_cert, options.ssl_key) if file]
    if len(given) == 1:
        return ["https takes both: --ssl-cert FILE and --ssl-key FILE"]
    return [
        f"There is no file {file}. Write the path of the certificate and of its key."
        for file in given
        if not file.is_file()
    ]


def alone() -> bool:
    """Take this machine's lock, which ends with this process; say whether it was free."""
    lock = os.open("/run/multilabel-hub.lock", os.O_RDWR | os.O_CREAT, 0o600)  # stays open
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return False
    return True


def node_version() -> int:
    """Return the first number of node's version; 0 where it does not say."""
    done = subprocess.run(["node", "--version"], capture_output=True, text=True)
    first = done.stdout.strip().lstrip("v").split(".")[0]
    return int(first) if first.isdigit() else 0


def try_a_seat() -> str | None:
    """Become a seat in a process of its own, and start Python there; say what is in the way."""
    home = Path("/run", f"multilabel-try-{os.getpid()}")
    home.mkdir(mode=0o700)
    os.chown(home, PROXY_ID, PROXY_ID)
    seat = confine.Seat("try", PROXY_ID, str(home), str(home))
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        said = ""
        try:
            confine.become(seat)
            for path in (sys.executable, os.__file__, ROOT / "course.py"):
                if not os.access(path, os.R_OK):
                    said = (
                        f"Learners cannot read {path}. Move the course to a folder that is open "
                        "to all, such as /opt, and set it up anew there."
                    )
        except OSError as error:
            said = (
                f"This system does not let a process be confined: {error}. It takes Linux 5.12 or "
                "newer, and in a container the right to mount (CAP_SYS_ADMIN): use a virtual "
                "machine, or plain Linux."
            )
        finally:
            os.write(writing, said.encode())
            os._exit(0)
    os.close(writing)
    with open(reading) as file:
        said = file.read()
    os.waitpid(pid, 0)
    home.rmdir()
    return said or None


def settle(options: argparse.Namespace) -> dict:
    """Make the folders, and keep in them what this room has: word, tokens, limits."""
    folder = options.seats = options.seats.resolve()
    seats.make_folders(folder)
    try:
        before = seats.read_room(folder)
    except FileNotFoundError:
        before = {}
    environment = OFFLINE | {"COURSE_IDLE_KERNEL": str(round(options.idle * 60))}
    if not options.plain:
        environment["COURSE_KERNELS"] = str(folder / "run" / "kernels.sock")
    room = {
        "word": options.word or before.get("word") or " ".join(map(secrets.choice, [WORDS] * 3)),
        "password": before.get("password") or "-".join(map(secrets.choice, [WORDS] * 4)),
        "proxy_token": before.get("proxy_token") or secrets.token_hex(32),
        "overview_token": before.get("overview_token") or secrets.token_hex(32),
        "idle_token": before.get("idle_token") or secrets.token_hex(32),
        "port": options.port,
        "memory": options.memory,
        "disk": options.disk,
        "environment": environment,
    }
    room["word"] = " ".join(room["word"].lower().replace("-", " ").split())
    seats.write_room(folder, room)
    return room


class Part:
    """One program of the hub's, started again when it ends.

    Args:
        name: for people.
        command: the program.
        environment: all of it; nothing of this program's own passes on.
        user: whom it runs as.
    """

    def __init__(self, name: str, command: list, environment: dict, log: Path, user: int = 0):
        self.name, self.user = name, user
        self.command, self.environment = list(map(str, command)), environment
        self.log, self.process, self.started = log, None, 0.0

    def start(self) -> None:
        """Start it. It ends when this process does, however that is."""
        libc = ctypes.CDLL(None)

        def prepare():
            libc.prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
            os.setsid()
            if self.user:
                os.setgroups([])
                os.setresgid(self.user, self.user, self.user)
                os.setresuid(self.user, self.user, self.user)
                libc.prctl(1, signal.SIGTERM)  # a new user id has unset it

        with open(self.log, "ab", opener=lambda path, flags: os.open(path, flags, 0o600)) as log:
            self.process = subprocess.Popen(
                self.command, env=self.environment, cwd="/", stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, preexec_fn=prepare,
            )  # fmt: skip
        self.started = time.monotonic()

    def look(self) -> None:
        """Start it again if it has ended, at most once in two seconds."""
        if self.process.poll() is not None and time.monotonic() - self.started > 2:
            status = self.process.returncode
            print(f"The {self.name} had ended, with {status}; started again.", flush=True)
            self.start()

    def end(self) -> None:
        """End it."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def parts(options: argparse.Namespace, room: dict) -> list[Part]:
    """List the programs of a hub, in the order of their start."""
    folder, port = options.seats, room["port"]
    run, state = folder / "run", folder / "state"
    base = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    base |= {"HOME": str(folder / "shared"), "PYTHONPATH": str(ROOT / "tools")}
    whole = base | {"PYTHONPATH": os.pathsep.join([str(PACKAGES), base["PYTHONPATH"]])}
    hub = f"http://127.0.0.1:{port + 1}/hub/api"
    servers, kernels = f"{run}/servers.sock", f"{run}/kernels.sock"
    plain = ["--plain"] if options.plain else []
    python = [sys.executable, "-m"]
    fork = [*python, "room.fork_server"]
    found = [
        Part("server of servers", [*fork, "server", servers, folder, *plain], whole | OFFLINE,
             state / "servers.log"),
    ]  # fmt: skip
    if not options.plain:
        found.append(
            Part("server of kernels", [*fork, "kernel", kernels, folder], base | OFFLINE,
                 state / "kernels.log")
        )  # fmt: skip
    proxy = ["node", proxy_program(), "--ip", options.ip, "--port", port]
    proxy += ["--api-ip", "127.0.0.1", "--api-port", port + 2, "--log-level", "warn"]
    proxy += ["--default-target", f"http://127.0.0.1:{port + 1}"]
    proxy += ["--error-target", f"http://127.0.0.1:{port + 1}/hub/error"]
    for name, file in (("key", options.ssl_key), ("cert", options.ssl_cert)):
        if file:
            proxy += [f"--ssl-{name}", for_the_proxy(file, folder / "proxy" / name)]
    found.append(
        Part("proxy", proxy, base | {"CONFIGPROXY_AUTH_TOKEN": room["proxy_token"]},
             state / "proxy.log", PROXY_ID)
    )  # fmt: skip
    config = Path(__file__).with_name("hub_config.py")
    settled = {"COURSE_SEATS": str(folder), "COURSE_SERVERS": servers}
    found.append(
        Part("hub", [*python, "jupyterhub", "-f", config], whole | settled, state / "hub.log")
    )
    service = {
        "JUPYTERHUB_API_TOKEN": room["overview_token"],
        "JUPYTERHUB_API_URL": hub,
        "JUPYTERHUB_BASE_URL": "/",
        "JUPYTERHUB_CLIENT_ID": "service-overview",
        "JUPYTERHUB_SERVICE_NAME": "overview",
        "JUPYTERHUB_SERVICE_PREFIX": "/services/overview/",
        "JUPYTERHUB_OAUTH_ACCESS_SCOPES": '["access:services!service=overview"]',
        "JUPYTERHUB_HOST": "",
    }
    found.append(
        Part("overview", [*python, "room.overview", folder], whole | service, state / "watch.log")
    )
    idle = {"JUPYTERHUB_API_TOKEN": room["idle_token"], "JUPYTERHUB_API_URL": hub}
    cull = [*python, "jupyterhub_idle_culler", f"--timeout={round(options.idle * 120)}"]
    found.append(Part("culler", cull, whole | idle, state / "culler.log"))
    return found


def for_the_proxy(file: Path, copy: Path) -> Path:
    """Copy a file that root alone may read to where the proxy, which is not root, reads it."""
    copy.parent.mkdir(mode=0o700, exist_ok=True)
    with open(copy, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as opened:
        opened.write(file.read_bytes())
    for path in (copy.parent, copy):
        os.chown(path, PROXY_ID, PROXY_ID)
    return copy


def proxy_program() -> Path:
    """Return the proxy's program; course.py has installed it."""
    return PACKAGES / "node_modules" / "configurable-http-proxy" / "bin" / "configurable-http-proxy"


def end_seats() -> None:
    """End every process of every seat: first asked, then ended."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pids in watch.processes().values():
            for pid in pids:
                try:
                    os.kill(pid, number)
                except ProcessLookupError:
                    pass
        deadline = time.monotonic() + 10
        while watch.processes() and time.monotonic() < deadline:
            time.sleep(0.1)


def wait_until_ready(started: list[Part], port: int) -> None:
    """Wait until the door is open, and all who give out copies are loaded.

    Raises:
        RuntimeError: a part ends again and again; the text has its last words.
    """
    import urllib.request

    sockets = [part.command[4] for part in started if "server of" in part.name]
    deadline = time.monotonic() + 120
    while True:
        try:
            url = f"http://127.0.0.1:{port + 1}/hub/health"
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            opener.open(url, timeout=5).close()
            if all(map(os.path.exists, sockets)):
                return
        except OSError:
            pass
        for part in started:
            if part.process.poll() is not None or time.monotonic() > deadline:
                said = part.log.read_text(errors="replace")[-1500:]
                raise RuntimeError(f"The {part.name} does not start. Its last words:\n{said}")
        time.sleep(0.2)


def main(arguments: list[str]) -> int:
    """Run a hub until Ctrl+C."""
    options = parse(arguments)
    if options.forget:
        try:
            seats.forget_password(options.seats.resolve(), seats.normalized(options.forget))
        except (ValueError, OSError) as error:
            print(error, file=sys.stderr)
            return 1
        print(f"The next who comes as {options.forget} chooses the password anew.")
        return 0
    wrong = problems(options)
    if wrong:
        print("\n".join(wrong), file=sys.stderr)
        return 1
    room = settle(options)
    running = parts(options, room)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    for socket_ in (options.seats / "run").glob("*.sock"):
        socket_.unlink()
    try:
        for part in running:
            part.start()
        wait_until_ready(running, room["port"])
        scheme = "https" if options.ssl_cert else "http"
        print(
            f"\nThe room is open: {scheme}://{options.ip or address()}:{options.port}\n"
            f"  the room's word       {room['word']}\n"
            f"  your own seat         {seats.INSTRUCTOR}, password {room['password']}\n"
            f"  who is where          {scheme}://{options.ip or address()}:{options.port}"
            "/services/overview/\n"
            f"  the seats' folders    {options.seats / 'home'}\n"
            "Ctrl+C ends it. Folders stay.",
            flush=True,
        )
        while True:
            time.sleep(0.5)
            for part in running:
                part.look()
    except KeyboardInterrupt:
        print("\nEnding the room.", flush=True)
        status = 0
    except RuntimeError as error:
        print(error, file=sys.stderr)
        status = 1
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for part in reversed(running):
        part.end()
    end_seats()
    print(f"All of the seats' files are in {options.seats / 'home'}.", flush=True)
    return status


def address() -> str:
    """Return this machine's address in the room's network, as far as that can be told."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as trial:
        try:
            trial.connect(("192.0.2.1", 9))  # sends nothing
            return trial.getsockname()[0]
        except OSError:
            return "127.0.0.1"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
