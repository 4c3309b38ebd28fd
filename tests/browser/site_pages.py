"""How tests serve the site and visit its pages; the fixtures are in conftest.py."""

import functools
import http.server
import threading
from contextlib import contextmanager
from pathlib import Path


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
