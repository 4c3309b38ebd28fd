"""reveal.js, which shows the slides: fetched once from npm, then kept, and no network is needed.

Whatever is read, kept or new, is checked against the sum that npm publishes for this release.
"""

import base64
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

VERSION = "6.0.2"
INTEGRITY = (  # as `npm view reveal.js dist.integrity` prints it
    "sha512-JYIg5D9aoxoaLeb84O+OvAwsKWdIavVg"
    "EDScxtYEXFCT6t6TQrhNtSgogcjdCpdLsWglhJn3zyE3fUOwiH5KEg=="
)
FILES = {  # in the archive, and what the decks call them
    "package/dist/reveal.js": "reveal.js",
    "package/dist/reveal.css": "reveal.css",
    "package/dist/plugin/notes.js": "notes.js",
    "package/LICENSE": "LICENSE",
}
NAME = f"reveal.js-{VERSION}.tgz"
KEPT = Path(sys.prefix, "share", "multilabel-course", NAME)


def unpack(folder: Path) -> None:
    """Write what a deck needs of reveal.js into a folder.

    Raises:
        SystemExit: it is not here and could not be fetched.
    """
    with tarfile.open(fileobj=io.BytesIO(archive())) as files:
        found = {name: files.extractfile(inside).read() for inside, name in FILES.items()}
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in found.items():
        (folder / name).write_bytes(content)


def archive() -> bytes:
    """Return the release's archive: the one that is kept, else a new one, which is then kept."""
    if KEPT.exists() and is_right(KEPT.read_bytes()):
        return KEPT.read_bytes()
    try:
        content = fetched()
    except (OSError, subprocess.CalledProcessError) as error:
        said = (getattr(error, "stderr", "") or str(error)).strip()
        raise SystemExit(
            f"The slides need reveal.js {VERSION}, which is fetched once, and npm's registry did "
            f"not give it:\n{said[-500:]}\nConnect to the network (a proxy goes into the variable "
            f"HTTPS_PROXY) and run this again, or put the file {NAME} there by hand:\n{KEPT}"
        ) from None
    if not is_right(content):
        raise SystemExit(
            f"What came as {NAME} is not what npm publishes under this name (its sha512 differs). "
            "Nothing was kept. Run this again; if it stays, ask who runs the network between."
        )
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    KEPT.write_bytes(content)
    return content


def is_right(content: bytes) -> bool:
    """Say whether an archive is the pinned release."""
    return f"sha512-{base64.b64encode(hashlib.sha512(content).digest()).decode()}" == INTEGRITY


def fetched() -> bytes:
    """Get the archive through npm, which knows its registry and proxy; else from the registry."""
    npm = shutil.which("npm")
    if npm:
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(
                [npm, "pack", f"reveal.js@{VERSION}", "--silent"],
                cwd=folder, check=True, capture_output=True, text=True,
            )  # fmt: skip
            return Path(folder, NAME).read_bytes()
    registry = os.environ.get("NPM_CONFIG_REGISTRY", "https://registry.npmjs.org").rstrip("/")
    with urllib.request.urlopen(f"{registry}/reveal.js/-/{NAME}", timeout=60) as answer:
        return answer.read()
