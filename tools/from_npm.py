"""What pages need of npm's packages: fetched once, then kept, and no network is needed.

Whatever is read, kept or new, is checked against the sum that npm publishes for the release.
"""

import base64
import hashlib
import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

KEPT = Path(sys.prefix, "share", "multilabel-course")


@dataclass(frozen=True)
class Package:
    """A release of an npm package.

    Attributes:
        name, version: as npm writes them.
        integrity: what ``npm view NAME@VERSION dist.integrity`` prints.
        files: those that are needed, as the archive calls them, and what the pages call them.
    """

    name: str
    version: str
    integrity: str
    files: dict[str, str]

    @property
    def file(self) -> str:
        """The archive's name, as ``npm pack`` gives it."""
        return f"{self.name.removeprefix('@').replace('/', '-')}-{self.version}.tgz"

    def is_right(self, content: bytes) -> bool:
        """Say whether an archive is this release."""
        digest = base64.b64encode(hashlib.sha512(content).digest()).decode()
        return f"sha512-{digest}" == self.integrity


REVEAL = Package(
    "reveal.js",
    "6.0.2",
    "sha512-JYIg5D9aoxoaLeb84O+OvAwsKWdIavVgEDScxtYEXFCT6t6TQrhNtSgogcjdCpdLsWglhJn3zyE3fUOwiH5KEg==",
    {
        "package/dist/reveal.js": "reveal.js",
        "package/dist/reveal.css": "reveal.css",
        "package/dist/plugin/notes.js": "notes.js",
        "package/LICENSE": "LICENSE",
    },
)
TOKENIZERS = Package(
    "@huggingface/tokenizers",
    "0.2.0",
    "sha512-LidMHe1FpcSYH4vcSjXooda34pC0M8m1gmDOv7SQi6Iv+ib1zX7J3sHBCC9/3FPCkn2k1b55FneVqMRxrr99pg==",
    {
        "package/dist/tokenizers.min.mjs": "tokenizers.min.mjs",
        "package/LICENSE": "tokenizers.LICENSE",
    },
)
ONNX = Package(
    "onnxruntime-web",
    "1.30.0",
    "sha512-q0y+JrrtukXSzsBWEMccVfqX25LRmosXHF+CaRJmg8pZClzcV7svNc4rKY3jL02Vb7QmRMDs1SigqR4CXAfKYQ==",
    {
        "package/dist/ort.wasm.bundle.min.mjs": "ort.wasm.bundle.min.mjs",
        "package/dist/ort-wasm-simd-threaded.wasm": "ort-wasm-simd-threaded.wasm",
    },
)


def unpack(package: Package, folder: Path) -> None:
    """Write what is needed of a package into a folder.

    Raises:
        SystemExit: it is not here and could not be fetched.
    """
    with tarfile.open(fileobj=io.BytesIO(archive(package))) as files:
        found = {name: files.extractfile(inside).read() for inside, name in package.files.items()}
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in found.items():
        (folder / name).write_bytes(content)


def archive(package: Package) -> bytes:
    """Return a release's archive: the one that is kept, else a new one, which is then kept."""
    kept = KEPT / package.file
    if kept.exists() and package.is_right(kept.read_bytes()):
        return kept.read_bytes()
    try:
        content = fetched(package)
    except (OSError, subprocess.CalledProcessError) as error:
        said = (getattr(error, "stderr", "") or str(error)).strip()
        raise SystemExit(
            f"{package.name} {package.version} is needed, which npm fetches once, and it did not "
            f"come:\n{said[-500:]}\nInstall Node.js, which brings npm, or connect to the network "
            "(a proxy goes into the variable HTTPS_PROXY), and run this again; or put the file "
            f"{package.file} there by hand:\n{kept}"
        ) from None
    if not package.is_right(content):
        raise SystemExit(
            f"What came as {package.file} is not what npm publishes under this name (its sha512 "
            "differs). Nothing was kept. Run this again; if it stays, ask who runs the network "
            "between."
        )
    KEPT.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(content)
    return content


def fetched(package: Package) -> bytes:
    """Get the archive through npm, which knows its registry and proxy."""
    npm = shutil.which("npm")
    if not npm:
        raise OSError("There is no npm here.")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [npm, "pack", f"{package.name}@{package.version}", "--silent"],
            cwd=folder, check=True, capture_output=True, text=True,
        )  # fmt: skip
        return Path(folder, package.file).read_bytes()
