"""Put all that a room without a network needs into one folder: a stick, or a laptop that serves it.

    python3 course.py kit FOLDER                             for this system and this Python
    python3 course.py kit FOLDER --for linux macos windows --python 3.11 3.12 3.13
    python3 course.py kit FOLDER --serve                     serve it, and print the address

The folder then holds wheels (Python's installable packages), the course as a zip, a start file for
each system, a page to read, and kit.json, which lists every file with its size and sha256.
kit.json is written last: a kit that was cut off has none, and course.py takes it for no kit. Run
again, and only what is missing or damaged is fetched.
"""

import argparse
import contextlib
import hashlib
import html
import http.server
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import tomllib
import urllib.parse
import zipfile
from collections.abc import Iterator
from pathlib import Path

import course
from packaging import tags
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

import elsewhere

ROOT = course.ROOT
FILES = (
    Path(__file__).resolve().parent / "kit_files"
)  # start files and the page, as they are or nearly
PYTHONS = [f"3.{minor}" for minor in range(course.OLDEST[1], course.NEWEST[1] + 1)]
OLDEST_PATCH, NEWEST_PATCH = ".0", ".99"  # of a Python: wheels are fetched for the first
UNFINISHED = "kit-unfinished"
CPU_BUILD = "https://download.pytorch.org/whl/cpu"
GIGABYTES = 0.8  # for one system and one Python while it is fetched; measured, see workshop/README


def _manylinux(machine: str) -> list[str]:
    old = [f"manylinux{year}_{machine}" for year in ("2014", "2010", "1")]
    return [f"manylinux_2_{minor}_{machine}" for minor in range(28, 4, -1)] + old


# What uv calls a system, and the tags of the wheels that run on it: glibc 2.28, which is of 2018,
# and macOS 14, since torch has no wheels for older ones.
SYSTEMS = {
    "linux": ("x86_64-manylinux_2_28", _manylinux("x86_64")),
    "linux-arm": ("aarch64-manylinux_2_28", _manylinux("aarch64")),
    "macos": ("aarch64-apple-darwin", list(tags.mac_platforms((14, 0), "arm64"))),
    "macos-intel": ("x86_64-apple-darwin", list(tags.mac_platforms((14, 0), "x86_64"))),
    "windows": ("x86_64-pc-windows-msvc", ["win_amd64"]),
    "windows-arm": ("aarch64-pc-windows-msvc", ["win_arm64"]),
}


class LeftOut(Exception):
    """A system and Python for which the registry has not all there must be; the text says what."""


# What a kit holds


def requirements() -> list[str]:
    """List what course.py installs, the installer itself, and what builds the course's package."""
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = listed["project"]

    def extra(name: str) -> list[str]:
        found = []
        for line in project["optional-dependencies"][name]:
            requirement = Requirement(line)
            if requirement.name == project["name"]:
                found += [one for other in sorted(requirement.extras) for one in extra(other)]
            else:
                found.append(line)
        return found

    return [*project["dependencies"], *extra("dev"), *listed["build-system"]["requires"], "uv"]


def resolve(
    wanted: list[str],
    system: str,
    python: str,
    patch: str = OLDEST_PATCH,
    folder: Path | None = None,
) -> dict[str, str]:
    """Return name and version of each package that a machine needs, by constraints.txt.

    Args:
        wanted: requirements, as pip reads them.
        system: a name of SYSTEMS.
        python: such as "3.12".
        patch: which release of that Python.
        folder: wheels to find all of it in, as a set-up from a kit does; the registry if None.

    Raises:
        LeftOut: no set of packages fits, or an address did not answer; the text says which.
    """
    command = ["pip", "compile", "-", "--quiet", "--no-header", "--no-annotate"]
    command += ["-c", ROOT / "constraints.txt", "--python-version", python + patch]
    command += ["--python-platform", SYSTEMS[system][0]]
    variables = {"MACOSX_DEPLOYMENT_TARGET": "14.0"}
    if folder:
        command += ["--only-binary", ":all:", *course.alone_in(folder)]
        variables |= course.NOTHING_ELSE
    elif _cpu_build(system, python):
        command += ["--torch-backend", "cpu"]
    try:
        said = elsewhere.uv(*command, text="\n".join(wanted), **variables)
    except OSError as error:
        raise LeftOut(_short(str(error))) from None
    return dict(re.findall(r"^([\w.-]+)(?:\[.*?\])?==([^\s;]+)", said, re.MULTILINE))


def _cpu_build(system: str, python: str) -> bool:
    """Whether torch comes from its own address: Linux, unless a folder of wheels has it."""
    name = f"torch-*cp{python.replace('.', '')}-*{SYSTEMS[system][1][0].split('_', 3)[-1]}.whl"
    here = any(any(Path(link).glob(name)) for link in course.find_links())
    return system.startswith("linux") and not here


def tags_of(system: str, python: str) -> set[tags.Tag]:
    """Return the tags of the wheels that a system's Python can install."""
    version = tuple(int(part) for part in python.split("."))
    cpython = f"cp{python.replace('.', '')}"
    platforms = SYSTEMS[system][1]
    return {
        *tags.cpython_tags(version, abis=[cpython], platforms=platforms),
        *tags.compatible_tags(version, interpreter=cpython, platforms=platforms),
    }


def wheels_for(packages: dict[str, str], folder: Path, fitting: set) -> dict[str, str | None]:
    """Find the wheel of each package in a folder; None where there is none that fits."""
    there = {}
    for path in sorted(folder.glob("*.whl")):
        name, version, _, its_tags = parse_wheel_filename(path.name)
        if its_tags & fitting:
            there[name, version] = path.name
    return {
        name: there.get((canonicalize_name(name), Version(version)))
        for name, version in packages.items()
    }


def collect(packages: dict[str, str], folder: Path, system: str, python: str) -> list[str]:
    """Fetch what is missing of one system and Python; return the names of all its wheels.

    Raises:
        LeftOut: the registry has no wheel of a package for them.
    """
    fitting = tags_of(system, python)
    found = wheels_for(packages, folder, fitting)
    missing = [f"{name}=={packages[name]}" for name, wheel in found.items() if not wheel]
    if missing:
        print(f"  {system}, Python {python}: fetching {len(missing)} wheels", flush=True)
        sources = _download(missing, folder, system, python)
        for package in sources:
            _build(package, folder)
        found = wheels_for(packages, folder, fitting)
    lacking = [f"{name} {packages[name]}" for name, wheel in found.items() if not wheel]
    if lacking:
        raise LeftOut("the registry has no wheel of " + ", ".join(lacking))
    return sorted(found.values())


def prove(wanted: list[str], folder: Path, names: list[str], system: str, python: str) -> None:
    """See that a set-up finds all it asks for among these wheels, on any release of a Python.

    course.py installs by uv, so uv is asked, for that system, with only the folder to look in.

    Raises:
        LeftOut: it would lack something; the text says what.
    """
    for patch in (OLDEST_PATCH, NEWEST_PATCH):
        try:
            packages = resolve(wanted, system, python, patch, folder)
        except LeftOut as why:
            raise LeftOut(f"a set-up from this kit would fail: {why}") from None
        found = wheels_for(packages, folder, tags_of(system, python))
        lacking = [f"{name} {packages[name]}" for name in packages if found[name] not in names]
        if lacking:
            raise LeftOut("a set-up from this kit would lack " + ", ".join(lacking))


def _download(wanted: list[str], folder: Path, system: str, python: str) -> list[str]:
    """Fetch wheels; return those packages that have none for this system and Python."""
    command = ["download", "--quiet", "--no-deps", "--only-binary=:all:", "--implementation", "cp"]
    command += ["--python-version", python + OLDEST_PATCH, "--abi", f"cp{python.replace('.', '')}"]
    command += ["--abi", "abi3", "--abi", "none"]
    for platform in SYSTEMS[system][1]:
        command += ["--platform", platform]
    if _cpu_build(system, python):
        command += ["--extra-index-url", CPU_BUILD]
    wanted, none = list(wanted), []
    while wanted:
        said = _pip(command, wanted, folder)
        if said is None:
            break
        found = re.search(r"No matching distribution found for (\S+)", said)
        if not found or found[1] not in wanted:
            course.explain(said)
        wanted.remove(found[1])
        none.append(found[1])
    return none


def _build(package: str, folder: Path) -> None:
    """Make the wheel of a package that comes as source alone; one for all systems is of use."""
    said = _pip(["wheel", "--quiet", "--no-deps"], [package], folder)
    print(f"  {package} comes as source; its wheel {'was not made' if said else 'is made here'}")


def _pip(command: list[str], packages: list[str], folder: Path) -> str | None:
    """Let pip write into a folder of its own, and take over what is whole; return its complaint."""
    with_pip = [course.PYTHON, "-m", "pip", *command]
    scratch = folder / "fetching"
    shutil.rmtree(scratch, ignore_errors=True)
    where = "--wheel-dir" if command[0] == "wheel" else "--dest"
    said = course.failure([*with_pip, where, scratch.resolve(), *packages])
    for path in scratch.glob("*.whl") if said is None else ():
        os.replace(path, folder / path.name)
    shutil.rmtree(scratch, ignore_errors=True)
    return said


def is_whole(path: Path) -> bool:
    """Say whether a wheel can be read to its end.

    >>> is_whole(Path("not_there.whl"))
    False
    """
    try:
        with zipfile.ZipFile(path) as file:
            return file.testzip() is None
    except (OSError, zipfile.BadZipFile):
        return False


def make(folder: Path, targets: list[tuple[str, str]], wanted: list[str]) -> dict:
    """Make a kit, or what is missing in it.

    Args:
        folder: where; made if it is not there. One that holds other things is refused.
        targets: systems and Pythons, such as ("linux", "3.12").
        wanted: requirements, as pip reads them.

    Returns:
        What kit.json says.

    Raises:
        course.Stop: what is to be done first; nothing in the folder is taken for a kit then.
    """
    _prepare(folder, len(targets))
    wheels = folder / "wheels"
    for path in sorted(wheels.glob("*.whl")):
        if not is_whole(path):
            print(f"  {path.name} is damaged; fetching it again")
            path.unlink()
    complete, left_out = {}, {}
    for system, python in targets:
        with _noted(left_out, system, python):
            packages = resolve(wanted, system, python)
            complete[f"{system}-{python}"] = collect(packages, wheels, system, python)
    _keep_only(wheels, complete)
    for target, names in complete.items():
        system, python = target.rsplit("-", 1)
        with _noted(left_out, system, python):
            prove(wanted, wheels, names, system, python)
    complete = {target: names for target, names in complete.items() if target not in left_out}
    pinned = _keep_only(wheels, complete)
    elsewhere.zipped(folder / "course.zip")
    for path in sorted(FILES.iterdir()):
        if path.suffix != ".html":
            shutil.copy(path, folder)
    listed = {
        "format": 1,
        "made": time.strftime("%Y-%m-%d"),
        "wheels": complete,
        "left_out": left_out,
        "files": {},
    }
    (folder / "READ ME.html").write_text(page(_sizes(listed, folder)), encoding="utf-8")
    names = ["course.zip", "READ ME.html"]
    names += [path.name for path in FILES.iterdir() if path.suffix != ".html"]
    names += [f"wheels/{name}" for name in pinned]
    for name in sorted(names):
        data = folder / name
        with open(data, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        listed["files"][name] = {"bytes": data.stat().st_size, "sha256": digest}
    part = folder / "kit.json.part"
    part.write_text(json.dumps(listed, indent=1) + "\n", encoding="utf-8")
    os.replace(part, folder / "kit.json")
    (folder / UNFINISHED).unlink()
    return listed


@contextlib.contextmanager
def _noted(left_out: dict[str, str], system: str, python: str) -> Iterator[None]:
    """Go on where a system and Python are left out, and keep why."""
    try:
        yield
    except LeftOut as why:
        left_out[f"{system}-{python}"] = str(why)
        print(f"  {system}, Python {python}: left out, {why}", flush=True)


def _keep_only(wheels: Path, complete: dict[str, list[str]]) -> set[str]:
    """Delete wheels of another state of the course, or of what is left out; return the rest."""
    if not complete:
        raise course.Stop("No kit was made: nothing was complete, as said above.")
    pinned = {name for names in complete.values() for name in names}
    for path in wheels.glob("*.whl"):
        if path.name not in pinned:
            path.unlink()
    return pinned


def _prepare(folder: Path, targets: int) -> None:
    """Mark a folder as a kit that is being made, so that it is none until it is whole."""
    ours = any((folder / name).is_file() for name in ("kit.json", UNFINISHED))
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir()) and not ours):
        raise course.Stop(
            f"{folder} holds other things, and a kit deletes in its folder what is not of the "
            "kit. Name a new folder, or an empty one."
        )
    try:
        (folder / "wheels").mkdir(parents=True, exist_ok=True)
        (folder / UNFINISHED).write_text("", encoding="utf-8")
        (folder / "kit.json").unlink(missing_ok=True)
    except OSError as error:
        raise course.Stop(f"Could not write into {folder}: {error}") from None
    there = sum(path.stat().st_size for path in (folder / "wheels").iterdir() if path.is_file())
    course.need_disk(round(max(0.1, targets * GIGABYTES - there / 1e9), 1), "the kit", folder)


def _short(said: str) -> str:
    """The one line of an installer's complaint that names the trouble."""
    if course.NO_NETWORK.search(said):
        address = re.search(r"https?://[^/\s`]+", said)
        return f"{address[0] if address else 'the registry'} does not answer"
    text = " ".join(said.split())
    return text.partition("hint: ")[2].partition(" hint: ")[0] or text[-300:]


def _sizes(listed: dict, folder: Path) -> dict[str, float]:
    """Return the GB of each system and Python of a kit."""
    return {
        target: sum((folder / "wheels" / name).stat().st_size for name in names) / 1e9
        for target, names in listed["wheels"].items()
    }


# The page, and serving it


def page(sizes: dict[str, float], address: str = "") -> str:
    """Return the page of a kit as HTML; with an address, that of a kit that is served."""
    rows = "".join(
        f"<tr><td>{system}</td><td>{python}</td><td>{gigabytes:.2f} GB</td></tr>\n"
        for target, gigabytes in sorted(sizes.items())
        for system, python in [target.rsplit("-", 1)]
    )
    pythons = sorted({target.rsplit("-", 1)[1] for target in sizes})
    text = (FILES / "page.html").read_text(encoding="utf-8")
    kept, dropped = ("served", "stick") if address else ("stick", "served")
    text = re.sub(rf"<!-- {dropped} -->.*?<!-- end -->\n", "", text, flags=re.DOTALL)
    text = re.sub(rf"<!-- (?:{kept}|end) -->\n", "", text)
    text = text.replace("{rows}", rows).replace("{pythons}", " or ".join(pythons))
    return text.replace("{address}", html.escape(address))


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serve the files that kit.json lists, kit.json and the page, to be read; nothing else."""

    listed: dict
    protocol_version = "HTTP/1.1"

    def send_head(self):
        name = urllib.parse.unquote(self.path.split("?")[0]).lstrip("/")
        if name == "":
            return self._page()
        if name != "kit.json" and name not in self.listed["files"]:
            self.send_error(404, "This is not in the kit")
            return None
        if name == "course.zip":
            print(f"  {time.strftime('%H:%M')}  {self.client_address[0]} begins", flush=True)
        return super().send_head()

    def _page(self):
        address = "http://" + self.headers.get("Host", "ADDRESS")
        body = page(_sizes(self.listed, Path(self.directory)), address).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)
        return None

    def log_message(self, *arguments):
        pass


def server(folder: Path, port: int, listed: dict) -> http.server.ThreadingHTTPServer:
    """Return a server of a kit on all of this machine's addresses; port 0 takes a free one."""

    def handler(*arguments):
        return type("KitHandler", (Handler,), {"listed": listed})(*arguments, directory=str(folder))

    try:
        return http.server.ThreadingHTTPServer(("", port), handler)
    except OSError as error:
        raise course.Stop(f"Port {port} is taken ({error}): add --port {port + 1}.") from None


def serve(folder: Path, port: int) -> int:
    """Serve a kit until Ctrl+C, and print what to write on the board."""
    listed = course.list_of(str(folder))
    with server(folder, port, listed) as running:
        address = f"http://{_own_address()}:{running.server_port}"
        print(f"Serving {folder}. On the board: {address}")
        print("Everybody on this network can read the kit, and nothing else. Ctrl+C ends it.")
        try:
            running.serve_forever()
        except KeyboardInterrupt:
            print()
    return 0


def _own_address() -> str:
    """Return this machine's address in its network; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("10.255.255.255", 1))
            return probe.getsockname()[0]
        except OSError:
            return "127.0.0.1"


def main(arguments: list[str]) -> int:
    here = course.system_name()
    parser = argparse.ArgumentParser(prog="python3 course.py kit", allow_abbrev=False)
    parser.add_argument("folder", type=Path)
    several = {"nargs": "+", "action": "extend"}  # --for macos windows, or --for twice
    parser.add_argument("--for", dest="systems", choices=SYSTEMS, **several)
    parser.add_argument("--python", choices=PYTHONS, **several)
    parser.add_argument("--serve", action="store_true", help="serve a kit that is made")
    parser.add_argument("--port", type=int, default=8000)
    asked = parser.parse_args(arguments)
    asked.systems = list(dict.fromkeys(asked.systems or [here]))
    asked.python = list(dict.fromkeys(asked.python or ["{}.{}".format(*sys.version_info)]))
    folder = asked.folder.resolve()
    try:
        if asked.serve:
            return serve(folder, asked.port)
        started = time.monotonic()
        targets = [(system, python) for system in asked.systems for python in asked.python]
        listed = make(folder, targets, requirements())
        print(_summary(listed, folder, time.monotonic() - started))
        return int(bool(listed["left_out"]))
    except (course.Stop, OSError, subprocess.SubprocessError) as stop:
        print(f"\n{stop}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. Run it again; what is there is kept.", file=sys.stderr)
        return 130


def _summary(listed: dict, folder: Path, seconds: float) -> str:
    lines = [
        f"  {target}: {len(listed['wheels'][target])} wheels, {gigabytes:.2f} GB"
        for target, gigabytes in _sizes(listed, folder).items()
    ]
    total = sum(entry["bytes"] for entry in listed["files"].values()) / 1e9
    lines.append(f"The kit in {folder}: {total:.2f} GB, made in {seconds:.0f} s.")
    lines += [f"Left out: {target}, {why}." for target, why in listed["left_out"].items()]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
