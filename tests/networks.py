"""Networks that learners sit in, played on loopback to real installers.

What lies there is an index with one wheel, "tiny", and the course's zip; what comes of it depends.
"""

import http.server
import io
import ssl
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import elsewhere
from common import Answers

WHEEL = "tiny-1.0-py3-none-any.whl"
INDEX = f'<a href="/{WHEEL}">{WHEEL}</a>'.encode()
SIGN_IN = b"<html><title>Welcome to our Wi-Fi</title>Sign in</html>"


@contextmanager
def network(kind: str, folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Make a network; give the address of what lies there, and the variables of who asks.

    Args:
        kind: "open"; "sign-in page", which answers everything; "certificate of its own"; "proxy
            that refuses"; or "cut off", in the middle of each file.
        folder: keeps a certificate.
    """

    class Answer(Answers):
        def do_CONNECT(self):
            self.send(407, b"", False, {"Proxy-Authenticate": "Basic"})

        def do_HEAD(self):
            self.send(200, _wheel(), False, {"Accept-Ranges": "none"})

        def do_GET(self):
            if kind == "sign-in page":
                return self.send(200, SIGN_IN, True, {"Content-Type": "text/html"})
            if self.path.endswith("/"):
                return self.send(200, INDEX, True, {"Content-Type": "text/html"})
            whole = _wheel()
            if kind != "cut off":
                return self.send(200, whole, True, {})
            self.send(200, whole, False, {})
            self.wfile.write(whole[: len(whole) // 2])
            self.close_connection = True

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        server.daemon_threads = True
        address, variables = f"http://localhost:{server.server_port}", {}
        if kind == "certificate of its own":
            key, certificate = elsewhere.own_certificate(folder, "localhost")
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, key)
            server.socket = context.wrap_socket(server.socket, server_side=True)
            address = address.replace("http:", "https:")
        if kind == "proxy that refuses":
            proxies = ("HTTPS_PROXY", "https_proxy")
            variables = dict.fromkeys(proxies, address) | dict.fromkeys(
                ("NO_PROXY", "no_proxy"), ""
            )
            address = "https://pypi.example"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        # Tried once more, of which pip speaks, as it does not of the first time.
        variables |= {"PIP_RETRIES": "1", "UV_HTTP_RETRIES": "0", "UV_NO_CACHE": "1"}
        yield address, variables
        server.shutdown()


def _wheel() -> bytes:
    file = io.BytesIO()
    info = "tiny-1.0.dist-info"
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("tiny.py", "".join(f"# {number}\n" for number in range(9999)))
        packed.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        packed.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n")
        packed.writestr(f"{info}/RECORD", "")
    return file.getvalue()
