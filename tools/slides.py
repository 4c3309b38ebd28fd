"""Make the slides of the workshop's timetables: a deck for each block, with speaker notes.

python3 course.py slides            write them into build/slides/
python3 course.py slides FOLDER     write them somewhere else, such as onto a stick
python3 course.py slides --pdf      and print each deck into a PDF, as a handout

The folder needs no network: open its index.html. What stands on slides is chosen by tools/deck.py.
"""

import argparse
import html
import shutil
import sys
from pathlib import Path

import build
import deck
import from_npm

FOLDER = build.ROOT / "build" / "slides"
LOOKS = Path(__file__).parent / "templates" / "slides"
PARTS = "parts"  # what all decks share
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
WAIT_MS = 120_000
HEAD = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
"""


def page(title: str, slides: list[deck.Slide]) -> str:
    """Return a deck as a page of HTML."""
    return (
        HEAD.format(title=html.escape(title))
        + f'<link rel="stylesheet" href="{PARTS}/reveal.css">\n'
        + f'<link rel="stylesheet" href="{PARTS}/slides.css">\n</head>\n<body>\n'
        + '<div class="reveal"><div class="slides">\n'
        + "".join(map(section, slides))
        + f'</div></div>\n<script src="{PARTS}/reveal.js"></script>\n'
        + f'<script src="{PARTS}/notes.js"></script>\n'
        + f'<script src="{PARTS}/slides.js"></script>\n</body>\n</html>\n'
    )


def section(slide: deck.Slide) -> str:
    """Return one slide as HTML."""
    said, _, chapter = slide.kicker.partition("|")
    above = deck.MARKDOWN.renderInline(said)
    notes = deck.markdown("\n".join(_apart(slide.notes)))
    return (
        f'<section><div class="page {slide.kind}">'
        f'<div class="kicker"><span>{above}</span><span>{html.escape(chapter)}</span></div>'
        f'<div class="body">{slide.body}</div></div>'
        f'<aside class="notes">{notes}</aside></section>\n'
    )


def contents(decks: dict) -> str:
    """Return the page that lists all decks."""
    rows = "".join(
        f'<li><a href="{name}.html">{html.escape(title)}</a>, {len(slides)} slides</li>\n'
        for name, (title, slides) in decks.items()
    )
    look = "body {font: 24px/1.6 sans-serif; max-width: 40em; margin: 2em auto; padding: 0 1em}"
    keys = "Arrow keys turn pages. S: speaker notes. D: dark. F: full screen. O: all slides."
    return (
        HEAD.format(title="Slides: Every Label That Fits")
        + f"<style>{look}</style>\n</head>\n<body>\n<h1>Slides</h1>\n<ul>\n{rows}</ul>\n"
        + f"<p>{keys}</p>\n</body>\n</html>\n"
    )


def write(folder: Path) -> dict:
    """Write every deck and what it needs into a folder; return the decks."""
    decks = deck.decks()
    from_npm.unpack(from_npm.REVEAL, folder / PARTS)
    for look in ("slides.css", "slides.js"):
        shutil.copy(LOOKS / look, folder / PARTS / look)
    for name, (title, slides) in decks.items():
        (folder / f"{name}.html").write_text(page(title, slides), encoding="utf-8", newline="\n")
    (folder / "index.html").write_text(contents(decks), encoding="utf-8", newline="\n")
    return decks


def print_pdf(folder: Path, names: list[str]) -> None:
    """Print decks into PDFs beside them, a page for each slide.

    Raises:
        SystemExit: no browser is here that can print.
    """
    browser_file = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser_file is None:
        raise SystemExit(
            "The slides are written; for PDFs a browser is missing: install Chromium or Chrome, "
            "then run this again. Or open a deck in your browser with ?print-pdf behind its "
            "address, and print it."
        )
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_file, args=["--no-sandbox"])
        for name in names:
            opened = browser.new_page()
            opened.goto((folder / f"{name}.html").resolve().as_uri() + "?print-pdf")
            opened.wait_for_selector(".pdf-page", state="attached", timeout=WAIT_MS)
            opened.evaluate("() => Promise.all([...document.images].map(one => one.decode()))")
            opened.pdf(
                path=folder / f"{name}.pdf", prefer_css_page_size=True, print_background=True
            )
            opened.close()
        browser.close()


def _apart(notes: list[str]) -> list[str]:
    """Put empty lines between paragraphs, and none between the items of a list."""
    found: list[str] = []
    for note in notes:
        found += [note] if note.startswith("- ") else ["", note, ""]
    return found


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python3 course.py slides",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("--pdf", action="store_true", help="print each deck into a PDF as well")
    options = parser.parse_args(arguments)
    if options.folder.is_file():
        parser.error(f"{options.folder} is a file; name a folder for the slides")
    try:
        decks = write(options.folder)
    except OSError as error:
        raise SystemExit(
            f"Could not write {error.filename}: {error.strerror}. Name another folder: "
            "python3 course.py slides FOLDER"
        ) from None
    if options.pdf:
        print_pdf(options.folder, list(decks))
    for name, (title, slides) in decks.items():
        print(f"{len(slides):3} slides  {name}.html  {title}")
    print(f"Open {options.folder / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
