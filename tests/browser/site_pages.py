"""How tests serve the site and visit its pages; the fixtures are in conftest.py."""

import functools
import http.server
import re
import threading
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

import pytest

NUMBER = r"-?\d+(?:\.\d+)?"


@contextmanager
def served(folder: Path):
    """Serve a folder on loopback; gives its address."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


def every_page(site: Path) -> list[Path]:
    """List the pages of a site."""
    return sorted(path for path in site.rglob("*.html") if "_static" not in path.parts)


def opened(context, address: str):
    """Open a page; what it asks for and what goes wrong in it are noted."""
    page = context.new_page()
    page.asked, page.wrong = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("console", lambda said: said.type == "error" and page.wrong.append(said.text))
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.goto(address)
    return page


def shapes(markup: str) -> list[tuple[str, dict, str]]:
    """List what an SVG picture is drawn with: kind, attributes, words."""
    picture = ElementTree.fromstring(markup)
    return [(one.tag, dict(one.attrib), one.text or "") for one in picture.iter()][1:]


def assert_same_drawing(ours: str, theirs: str) -> None:
    """Compare two pictures, shape by shape; a place may differ by a tenth of a pixel's rounding."""
    ours, theirs = shapes(ours), shapes(theirs)
    assert len(ours) == len(theirs)
    for (kind, look, words), (their_kind, their_look, their_words) in zip(
        ours, theirs, strict=True
    ):
        assert (kind, words, set(look)) == (their_kind, their_words, set(their_look))
        for name, value in look.items():
            parts, their_parts = (re.split(NUMBER, one) for one in (value, their_look[name]))
            assert parts == their_parts, (kind, name)
            places, their_places = (
                [float(one) for one in re.findall(NUMBER, text)]
                for text in (value, their_look[name])
            )
            assert places == pytest.approx(their_places, abs=0.11), (kind, name)
