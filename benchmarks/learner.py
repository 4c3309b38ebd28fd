"""A learner at a hub, without a browser: what JupyterLab would send, in the order it would."""

import json
import ssl
import time
import uuid

import httpx
import websocket


class Learner:
    """One seat.

    Args:
        address: of the hub, such as "http://127.0.0.1:8000".
        name: of the seat.
        word: the room's.
        password: the learner's own.
        certificate: file of who signed the hub's, where no authority did.
    """

    def __init__(
        self,
        address: str,
        name: str,
        word: str,
        password: str = "a secret",
        certificate: str | None = None,
    ):
        self.address, self.name, self.word, self.password = address, name, word, password
        self.base = f"/user/{name}"
        self.trusted = ssl.create_default_context(cafile=certificate)
        self.http = httpx.Client(
            base_url=address,
            follow_redirects=True,
            timeout=120,
            trust_env=False,
            verify=self.trusted,
        )

    def sign_in(self) -> httpx.Response:
        """Go through the door; the answer's status is 200 on the inside."""
        self.http.get("/hub/login").raise_for_status()
        form = {
            "username": self.name,
            "word": self.word,
            "password": self.password,
            "_xsrf": self._token("/hub/"),
        }
        return self.http.post("/hub/login", params={"next": "/hub/home"}, data=form)

    def start(self, patience: float = 300) -> float:
        """Start the seat's server; return the seconds until it answers."""
        started = time.perf_counter()
        self.http.get("/hub/spawn").raise_for_status()
        while time.perf_counter() - started < patience:
            answer = self.http.get(f"{self.base}/lab")  # by the hub and back, for its cookie
            if answer.status_code == 200 and answer.url.path.startswith(self.base):
                return time.perf_counter() - started
            time.sleep(0.3)
        raise TimeoutError(f"{self.name}'s server: {answer.status_code} {answer.text[:200]}")

    def call(self, method: str, what: str, **content) -> httpx.Response:
        """Call the server's API, as its pages do."""
        headers = {"X-XSRFToken": self._token(f"{self.base}/")}
        answer = self.http.request(
            method, f"{self.base}/api/{what}", headers=headers, json=content or None
        )
        answer.raise_for_status()
        return answer

    def open(self, page: str) -> "Kernel":
        """Open a notebook and start its kernel."""
        cells = self.call("GET", f"contents/{page}").json()["content"]["cells"]
        session = self.call(
            "POST", "sessions", path=page, name=page, type="notebook", kernel={"name": "python3"}
        ).json()
        return Kernel(self, session["kernel"]["id"], cells)

    def save(self, page: str) -> None:
        """Save a notebook, as its page does."""
        content = self.call("GET", f"contents/{page}").json()["content"]
        self.call("PUT", f"contents/{page}", type="notebook", format="json", content=content)

    def _token(self, path: str) -> str:
        fits = [c for c in self.http.cookies.jar if c.name == "_xsrf" and c.path == path]
        return fits[0].value if fits else ""

    def cookies(self) -> str:
        """Return the cookies that a page of the seat's server would send."""
        fits = (c for c in self.http.cookies.jar if f"{self.base}/".startswith(c.path))
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in fits)


class Kernel:
    """A kernel over its server's websocket.

    Args:
        learner: whose it is.
        id: of the kernel.
        cells: of the notebook that was opened.
    """

    def __init__(self, learner: Learner, id: str, cells: list[dict] = ()):
        self.learner, self.id, self.cells = learner, id, cells
        self.socket = None
        self.connect()

    def connect(self, patience: float = 90) -> None:
        """Connect, as a page that is opened anew."""
        if self.socket is not None:
            self.socket.close()
        self.session, self.used = uuid.uuid4().hex, time.monotonic()
        address = self.learner.address.replace("http", "ws", 1)
        url = f"{address}{self.learner.base}/api/kernels/{self.id}/channels"
        self.socket = websocket.create_connection(
            f"{url}?session_id={self.session}",
            cookie=self.learner.cookies(),
            origin=self.learner.address,
            timeout=patience,
            http_no_proxy=["*"],
            sslopt={"context": self.learner.trusted},
        )

    def run(self, code: str, patience: float | None = None) -> tuple[float, str, str]:
        """Run code as a cell.

        Args:
            code: of the cell.
            patience: seconds to wait for each message; without it, as :meth:`connect` was told.

        Returns:
            Seconds from sending to the first output, or to the end where there is none; what was
            printed or shown as text; and "ok", or the name of the error.
        """
        if time.monotonic() - self.used > 20:  # it has not answered the server's pings
            self.connect()
        if patience is not None:
            self.socket.settimeout(patience)
        sent = self._send("shell", "execute_request", {
            "code": code, "silent": False, "store_history": True, "user_expressions": {},
            "allow_stdin": False, "stop_on_error": True,
        })  # fmt: skip
        started, first, texts, status = time.perf_counter(), None, [], "ok"
        while True:
            message = json.loads(self.socket.recv())
            self.used = time.monotonic()
            if message["parent_header"].get("msg_id") != sent:
                if message["content"].get("execution_state") in ("dead", "restarting"):
                    return time.perf_counter() - started, "".join(texts), "KernelDied"
                continue
            kind, content = message["msg_type"], message["content"]
            if kind in ("stream", "execute_result", "display_data", "error"):
                first = first or time.perf_counter() - started
                texts.append(content.get("text") or content.get("data", {}).get("text/plain", ""))
            if kind == "error":
                status = content["ename"]
                texts.append(content["evalue"])
            if kind == "status" and content["execution_state"] == "idle":
                return first or time.perf_counter() - started, "".join(texts), status

    def _send(self, channel: str, kind: str, content: dict) -> str:
        id = uuid.uuid4().hex
        header = {
            "msg_id": id, "msg_type": kind, "session": self.session, "username": "",
            "date": "2026-01-01T00:00:00Z", "version": "5.3",
        }  # fmt: skip
        message = {
            "header": header, "parent_header": {}, "metadata": {}, "content": content,
            "channel": channel, "buffers": [],
        }  # fmt: skip
        self.socket.send(json.dumps(message))
        return id
