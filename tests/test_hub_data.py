"""Data sets by name, against a local server that answers as the Hugging Face hub does."""

import hashlib
import json
import threading
from http.server import ThreadingHTTPServer
from urllib.parse import unquote

import pytest
from datasets import ClassLabel, Dataset, Features, Sequence, Value

from common import Answers
from helpers.data import load_hub

COMMIT = "c0ffee" * 6 + "c0ff"
NAMES = ["joy", "anger", "fear"]
TEXTS = ["What a day.", "Go away now.", "It is dark here."]
WANTED = [[1, 0, 0], [0, 1, 1], [0, 0, 0]]


def made(labels, kind):
    features = Features({"text": Value("string"), "labels": kind, "id": Value("string")})
    columns = {"text": TEXTS, "labels": labels, "id": ["a", "b", "c"]}
    return Dataset.from_dict(columns, features=features)


def sets() -> dict[str, Dataset]:
    flags = {"text": TEXTS, **{n: [r[k] for r in WANTED] for k, n in enumerate(NAMES)}}
    named = [[n for n, one in zip(NAMES, row, strict=True) if one] for row in WANTED]
    numbers = [[k for k, one in enumerate(row) if one] for row in WANTED]
    return {
        "class-numbers": made(numbers, Sequence(ClassLabel(names=NAMES))),
        "strings": made(named, Sequence(Value("string"))),
        "flags": Dataset.from_dict(flags),
        "go_emotions": made(numbers, Sequence(ClassLabel(names=NAMES))),
    }


@pytest.fixture(scope="module")
def repositories(tmp_path_factory):
    """Tiny sets in the hub's layout, one of them still kept as a script."""
    root = tmp_path_factory.mktemp("hub")
    for name, dataset in sets().items():
        owner = "google-research-datasets" if name == "go_emotions" else "somebody"
        folder = root / owner / name / "data"
        folder.mkdir(parents=True)
        for part in ("train", "test"):
            dataset.to_parquet(folder / f"{part}-00000-of-00001.parquet")
        info = {"config_name": "default", "data_files": []}
        if name == "go_emotions":
            info["config_name"] = "simplified"
        for part in ("train", "test"):
            info["data_files"].append({"split": part, "path": f"data/{part}-*"})
        card = f"---\nconfigs:\n{json.dumps([info])}\n---\n".replace("configs:\n", "configs: ")
        (folder.parent / "README.md").write_text(card)
    (root / "somebody" / "old-script").mkdir()
    (root / "somebody" / "old-script" / "old-script.py").write_text("import datasets\n")
    return root


@pytest.fixture(scope="module")
def hub(repositories):
    """Serve the repositories; yields the address."""

    class Hub(Answers):
        def do_HEAD(self):
            self.answer(with_body=False)

        def do_GET(self):
            self.answer(with_body=True)

        def do_POST(self):
            length = int(self.headers.get("Content-Length", 0))
            asked = self.rfile.read(length).decode()
            try:
                paths = json.loads(asked)["paths"]
            except ValueError:
                from urllib.parse import parse_qs

                paths = parse_qs(asked).get("paths", [])
            self.answer(with_body=True, paths=[paths] if isinstance(paths, str) else paths)

        def answer(self, with_body, paths=None):
            path = unquote(self.path.split("?")[0])
            api, files = path.startswith("/api/datasets/"), path.startswith("/datasets/")
            owner, name, *rest = path.removeprefix("/api").removeprefix("/datasets/").split("/")
            folder = repositories / owner / name
            if not (api or files) or not folder.is_dir():
                return self.send(404, b"", with_body, {"X-Error-Code": "RepoNotFound"})
            known = sorted(one for one in folder.rglob("*"))
            if api:
                body = {"id": f"{owner}/{name}", "sha": COMMIT, "tags": [], "private": False}
                body["siblings"] = [
                    {"rfilename": one.relative_to(folder).as_posix()}
                    for one in known
                    if one.is_file()
                ]
                if rest[:1] in (["tree"], ["paths-info"]):
                    inner = "/".join(rest[2:])
                    body = [
                        self.entry(folder, one)
                        for one in known
                        if (
                            one.relative_to(folder).as_posix() in paths
                            if paths is not None
                            else one.relative_to(folder).as_posix().startswith(inner)
                            and one.relative_to(folder).as_posix() != inner
                        )
                    ]
                return self.send(
                    200, json.dumps(body).encode(), with_body, {"Content-Type": "application/json"}
                )
            file = folder / "/".join(rest[2:])
            if not file.is_file():
                headers = {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": COMMIT}
                return self.send(404, b"", with_body, headers)
            content = file.read_bytes()
            etag = hashlib.sha256(content).hexdigest()
            self.send(200, content, with_body, {"ETag": f'"{etag}"', "X-Repo-Commit": COMMIT})

        def entry(self, folder, one):
            path = one.relative_to(folder).as_posix()
            if one.is_dir():
                return {"type": "directory", "path": path, "oid": "0" * 40}
            oid = hashlib.sha1(one.read_bytes()).hexdigest()
            return {"type": "file", "path": path, "oid": oid, "size": one.stat().st_size}

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


CODE = """
from helpers.data import load_hub
try:
    parts, names = load_hub({name!r})
    for part, rows in parts.items():
        print(part, rows["text"][:], rows["labels"][:], names)
except (OSError, ValueError) as error:
    print(type(error).__name__, error)
"""


@pytest.fixture
def run(hub, run_python, tmp_path):
    variables = {"HF_ENDPOINT": hub, "HF_HOME": str(tmp_path), "HF_HUB_OFFLINE": ""}
    return lambda name, **more: run_python(CODE.format(name=name), **variables | more)


@pytest.mark.parametrize(
    "name", ["somebody/class-numbers", "somebody/strings", "somebody/flags", "goemotions"]
)
def test_a_set_by_name(run, name):
    out = run(name)
    order = sorted(NAMES) if "strings" in name else NAMES
    labels = [[float(row[NAMES.index(n)]) for n in order] for row in WANTED]
    for part in ("train", "test"):
        assert f"{part} {TEXTS} {labels} {order}" in out
    assert "texts in column 'text'" in out and "3 labels" in out and "train 3, test 3" in out


def test_what_was_loaded_is_found_without_a_network(run):
    assert run("goemotions", HF_HUB_OFFLINE="1").startswith("OSError")
    first = run("goemotions")
    assert run("goemotions", HF_HUB_OFFLINE="1").splitlines()[-2:] == first.splitlines()[-2:]


def test_a_set_of_the_script_era_is_refused_with_what_to_do(run):
    out = run("somebody/old-script")
    assert out.startswith("ValueError") and "refs/convert/parquet" in out, out


def test_an_unknown_name_is_a_clear_error(run):
    out = run("nobody/nothing")
    assert out.startswith("OSError nobody/nothing could not be loaded from the hub. Check"), out


def test_a_name_is_a_string():
    with pytest.raises(TypeError, match="name is 3"):
        load_hub(3)
