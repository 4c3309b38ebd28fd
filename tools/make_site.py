"""Make the course's site: every page to read, and a tagger that runs in the reader's browser.

python tools/make_site.py              write build/site/; any static host can serve it
python tools/make_site.py --serve      then serve it at http://127.0.0.1:8000

The pages are the built notebooks with their saved outputs, so nothing is computed here but the
model for the browser, which tools/browser_model.py exports once. Nothing on the pages comes from
another address.
"""

import argparse
import functools
import http.server
import json
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import numpy as np

import browser_model
import build
import from_npm
import helpers
import live_parts
import sections
import site_questions
from helpers import models
from helpers._html import tag
from helpers.activations import sigmoid

ROOT = build.ROOT
SITE = ROOT / "site"
WORK = ROOT / "build" / "site-pages"
TARGET = ROOT / "build" / "site"
VENDOR = WORK / "static" / "vendor"
# What the first page offers before its model is there: two labels, one, none, and doubtful ones.
EXAMPLES = [
    "The ministry moves all its paperwork to an app.",
    "A documentary about a goalkeeper wins a prize.",
    "The league tests cameras on the goal line.",
    "Whoever borrowed the ladder, please bring it back.",
]
# What Sphinx leaves out: a heading's level, and that the keyboard can scroll a wide box of code.
FOR_EVERYBODY = {
    '<p class="caption" role="heading">': '<p class="caption" role="heading" aria-level="2">',
    "<pre>": '<pre tabindex="0">',
}
NOTHING_MOVES = "Nothing moves?"  # what stands below a figure that a kernel moves
TO_RUN = "Here you read what the cells gave. They run in Colab or on your own laptop."
NOT_ATTEMPTED = "Not attempted"  # what an exercise replies before anybody has answered
# Pages that are there as Markdown.
TEXTS = ["PLATFORMS.md", "workshop/*.md", "src/helpers/files/*.md", "src/helpers/files/tagger/*.md"]
# Widgets live in a kernel alone; tag is a command, and no door of a notebook.
DOORS = sorted({*(door for door in helpers.DOORS if not door.startswith("widgets")), "tag"})


def page(notebook: nbformat.NotebookNode, name: str) -> nbformat.NotebookNode:
    """Turn a built notebook into a page to read: no set-up, no way bar, guesses folded."""
    cells = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            if cell.source.startswith("# @title Set-up"):
                continue
            _fold(cell)
            live_parts.place(cell)
        cells.append(cell)
    first = cells[0]
    first.source = _head(first.source, name)
    return nbformat.from_dict({**notebook, "cells": site_questions.live(cells, name)})


def _head(source: str, name: str) -> str:
    """Put what a page of a site offers in the place of the bar that leads from page to page."""
    lines = source.split("\n")
    bars = [i for i, line in enumerate(lines) if line.startswith("[") and " · " in line]
    if not bars:
        return source
    bar = bars[0]
    colab = re.search(r"\[open in Colab\]\([^)]+\)", lines[bar])
    exercises = re.search(r"\[(?:exercises|chapter \d+)\]\([^)]+\)", lines[bar])
    ways = [found[0] for found in (exercises, colab) if found]
    lines[bar] = " · ".join([*ways, f"[this notebook]({build.repository()}/blob/main/{name})"])
    if name.startswith("notebooks/"):
        lines[bar] += f"\n\n*{TO_RUN}*"
    return "\n".join(lines)


def _fold(cell) -> None:
    """Fold on the site what is folded in the notebook, and leave out what only a kernel needs."""
    folded = any(output.get("metadata", {}).get("fold") for output in cell.outputs)
    cell.outputs = [output for output in cell.outputs if not _is_for_a_kernel(output)]
    tags = ["hide-output"] if folded and cell.outputs else []
    if cell.metadata.get("jupyter", {}).get("source_hidden"):
        tags.append("remove-input")
    cell.metadata = nbformat.from_dict({"tags": tags})


def _is_for_a_kernel(output) -> bool:
    """Tell what only says what to run: a folded cell, a figure that moves, an open problem."""
    text = output.get("data", {}).get("text/plain", "")
    folded = bool(output.get("metadata", {}).get("fold"))
    return folded or text.startswith(NOTHING_MOVES) or NOT_ATTEMPTED in text.split("\n")[0]


def links_led(path: Path) -> str:
    """Read a page; lead its links to files that are no pages to where the course lies."""

    def lead(found: re.Match) -> str:
        target = (path.parent / found[1].split("#")[0]).resolve()
        if not target.is_file() or target.suffix in (".md", ".ipynb"):
            return found[0]
        return f"]({build.repository()}/blob/main/{target.relative_to(ROOT).as_posix()})"

    text = path.read_text(encoding="utf-8")
    return re.sub(r"\]\((?!https?:|#|mailto:)([^)]+)\)", lead, text)


def slug(heading: str) -> str:
    """Name a heading as JupyterLab does, since the chapters' links do.

    >>> slug("The map")
    'The-map'
    """
    return heading.replace(" ", "-")


def collect() -> None:
    """Write every page's source below build/, in the folders of the course, so that links hold."""
    shutil.rmtree(WORK, ignore_errors=True)
    for package in (from_npm.ONNX, from_npm.TOKENIZERS):
        from_npm.unpack(package, VENDOR)
    shutil.copytree(browser_model.export(), WORK / "static" / "model")
    megabytes = str(round(fetched_bytes() / 1e6))
    for folder in ("notebooks", "exercises", "exercises/solutions", "workshop"):
        (WORK / folder).mkdir(parents=True)
        for path in sorted((ROOT / folder).glob("*.ipynb")):
            made = page(nbformat.read(path, as_version=4), f"{folder}/{path.name}")
            text = nbformat.writes(made).replace(live_parts.MEGABYTES, megabytes)
            (WORK / folder / path.name).write_text(text, encoding="utf-8")
    for pattern in TEXTS:
        for path in sorted(ROOT.glob(pattern)):
            target = WORK / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(links_led(path), encoding="utf-8")
    (WORK / "reference").mkdir()
    for door in DOORS:
        title = f"helpers.{door}"
        body = f"{title}\n{'=' * len(title)}\n\n.. automodule:: {title}\n"
        (WORK / "reference" / f"{door}.rst").write_text(body, encoding="utf-8")
    listed = "\n".join(f"   {door}" for door in DOORS)
    index = f"Helpers\n=======\n\n.. toctree::\n   :titlesonly:\n\n{listed}\n"
    (WORK / "reference" / "index.rst").write_text(index, encoding="utf-8")
    for path in SITE.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            target = WORK / path.relative_to(SITE)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    (WORK / "index.md").write_text(first_page(), encoding="utf-8")


def first_page() -> str:
    """Return the first page: site/index.md, with its examples and its table of chapters."""
    tagger = models.load_tagger()
    logits = models.predict_logits(tagger.model, tagger.tokenizer, EXAMPLES)
    facts = json.loads((browser_model.FOLDER / browser_model.FACTS).read_text(encoding="utf-8"))
    prepared = {
        "labels": tagger.label_names,
        "thresholds": facts["thresholds"],
        "megabytes": round(fetched_bytes() / 1e6),
        "examples": [
            {"text": text, "logits": [round(float(z), 4) for z in row]}
            for text, row in zip(EXAMPLES, logits, strict=True)
        ],
    }
    rows = [
        f"| [{sections.title(chapter)}](notebooks/{stem}.ipynb) | {sections.minutes(chapter)} | "
        f"{promise(chapter)} |"
        for chapter, stem in sections.stems().items()
    ]
    text = (SITE / "index.md").read_text(encoding="utf-8")
    first = sections.notebook("00").cells[0].source
    marks = {
        "{prepared}": live_parts.in_script(prepared),
        "{tagged}": tagged(logits, tagger),
        "{chapters}": "\n".join(rows),
        "{home}": build.repository(),
        "{minutes}": str(sections.minutes("00")),
        "{n_chapters}": str(len(sections.stems())),
        "{hours}": str(round(sum(map(sections.minutes, sections.stems())) / 60)),
        "{colab}": re.search(r"\[open in Colab\]\(([^)]+)\)", first)[1],
    }
    for mark, value in marks.items():
        text = text.replace(mark, value)
    return text


def tagged(logits: np.ndarray, tagger: models.Tagger) -> str:
    """Return what stands in the tagger's place without scripts: the examples with their labels."""
    items = []
    for text, row in zip(EXAMPLES, sigmoid(logits) > tagger.thresholds, strict=True):
        names = [name for name, given in zip(tagger.label_names, row, strict=True) if given]
        items.append(tag("li", text, tag("br"), tag("b", " and ".join(names) or "no label")))
    return tag("ul", *items)


def promise(chapter: str) -> str:
    """Return what a chapter says that one can do after it."""
    lines = sections.notebook(chapter).cells[0].source.splitlines()
    row = next(lines[i + 1] for i, line in enumerate(lines) if line.startswith("|---"))
    return row.strip("| ").split(" | ")[-1]


def fetched_bytes() -> int:
    """Return what a browser fetches before it tags: the model, and what runs it."""
    vendored = VENDOR.glob("*.wasm")
    return sum(path.stat().st_size for path in (*browser_model.FOLDER.iterdir(), *vendored))


def make(target: Path = TARGET) -> Path:
    """Make the site in a folder, and return the folder."""
    collect()
    shutil.rmtree(target, ignore_errors=True)
    # -W: a warning, such as a link that leads nowhere, is an error.
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going"]
    command += ["-d", f"{WORK}.trees", str(WORK), str(target)]
    subprocess.run(command, check=True, cwd=ROOT / "tools")  # where conf.py finds make_site
    for path in target.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for theirs, ours in FOR_EVERYBODY.items():
            text = text.replace(theirs, ours)
        path.write_text(text, encoding="utf-8")
    return target


def serve(port: int = 8000) -> None:
    """Serve the site on this machine until Ctrl+C."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(TARGET))
    with http.server.ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        print(f"The site is at http://127.0.0.1:{port}. To end it: Ctrl+C.", flush=True)
        server.serve_forever()


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--serve", action="store_true", help="serve it on this machine")
    options = parser.parse_args(arguments)
    started = time.perf_counter()
    make()
    size = sum(path.stat().st_size for path in TARGET.rglob("*") if path.is_file()) / 1e6
    took = time.perf_counter() - started
    print(f"The site is in {TARGET.relative_to(ROOT)}: {size:.0f} MB, made in {took:.0f} s.")
    if options.serve:
        serve()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
