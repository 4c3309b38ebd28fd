"""The service under load: a real server, 50 clients for a minute, then 10,000 bad requests."""

import json
import random
import statistics
import subprocess
import sys
import threading
import time

import httpx
import psutil

from helpers.data import load_newsdesk
from timing import tell

CLIENTS, SECONDS, BAD = 50, 60, 10_000
PER_REQUEST = (1, 1, 8, 8)  # texts; each twice, since memory has to stay where it is
# What runs on the other side: its own process, so that its memory is its own.
SERVER = """
import socket
import uvicorn
from helpers import shipping
app = shipping.service()
# Named as TCP, so that asyncio sends at once (TCP_NODELAY): else each short answer waits 40 ms.
listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
listening.bind(("127.0.0.1", 0))
listening.listen(2048)
print(listening.getsockname()[1], flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="error")).run(sockets=[listening])
"""


class Clients:
    """Many clients that ask again as soon as they are answered, until the time is over."""

    def __init__(self, address: str, n_texts: int, seconds: float, clients: int):
        self.address, self.n_texts, self.until = address, n_texts, time.perf_counter() + seconds
        self.texts = load_newsdesk(split="test")["text"][:]
        self.waited, self.failed = [], []
        threads = [threading.Thread(target=self.ask, args=(k,)) for k in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def ask(self, number: int) -> None:
        """Ask until the time is over; note how long each answer took, or what went wrong."""
        rng = random.Random(number)
        with httpx.Client(base_url=self.address, timeout=600, trust_env=False) as client:
            while time.perf_counter() < self.until:
                texts = rng.sample(self.texts, self.n_texts)
                started = time.perf_counter()
                try:
                    answer = client.post("/tag", json={"texts": texts})
                    if answer.status_code != 200 or len(answer.json()["results"]) != len(texts):
                        self.failed.append(answer.status_code)
                except (httpx.HTTPError, ValueError) as error:
                    self.failed.append(repr(error))
                self.waited.append(time.perf_counter() - started)


def bad_requests(n: int, max_texts: int = 256, max_characters: int = 20_000):
    """Yield n requests that no service could answer: (method, path, body, headers)."""
    rng = random.Random(0)
    letters = 'az{}[]",:\\0\x00\n é字😀'

    def value(depth=0):
        kinds = [None, True, 3, -1.5, 10**40, float("nan"), float("inf"), "", "x"]
        if depth < 3:
            kinds += [[value(depth + 1)], {"a": value(depth + 1)}, {}]
        return rng.choice(kinds)

    for _ in range(n):
        kind = rng.randrange(9)
        method, path, headers = "POST", "/tag", {}
        if kind == 0:
            body = rng.randbytes(rng.randrange(1, 2_000))
        elif kind == 1:  # a good request, broken off
            whole = json.dumps({"texts": ["Goal in the last minute."]}).encode()
            body = whole[: rng.randrange(len(whole))]
        elif kind == 2:  # anything but an object that has texts alone
            body = json.dumps(rng.choice([value(), {"text": value()}, [value()]])).encode()
        elif kind == 3:
            no_list = [None, 3, "a", {}, {"a": 1}, True, 1.5]
            body = json.dumps({"texts": rng.choice(no_list)}).encode()
        elif kind == 4:
            no_text = [None, 3, [], {}, True, float("nan"), ["a"], "\ud800"]
            some = ["a"] * rng.randrange(5) + [rng.choice(no_text)] + ["b"] * rng.randrange(5)
            body = json.dumps({"texts": some}).encode()
        elif kind == 5:
            body = json.dumps({"texts": ["a"] * rng.randrange(max_texts + 1, 3_000)}).encode()
        elif kind == 6:
            long = "a" * rng.choice([max_characters + 1, 1_000_000])
            body = json.dumps({"texts": [long]}).encode()
        elif kind == 7:
            body = "".join(rng.choices(letters, k=rng.randrange(300))).encode()
            headers = {"content-type": rng.choice(["text/plain", "a/b", "", "application/json; x"])}
        else:
            method = rng.choice(["GET", "PUT", "DELETE", "PATCH", "BREW"])
            path = rng.choice(["/tag", "/tags", "/%00", "//", "/health/x", "/tag?x=1"])
            body = b"{}"
        yield method, path, body, headers


def bench_service(clients: int = CLIENTS, seconds: float = SECONDS, bad: int = BAD) -> None:
    """Latency, throughput, errors and memory of the service of chapter 10."""
    command = [sys.executable, "-c", SERVER]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        address = f"http://127.0.0.1:{int(server.stdout.readline())}"
        _load(address, psutil.Process(server.pid), clients, seconds, bad)
    finally:
        server.terminate()
        server.wait()


def _load(address: str, server: psutil.Process, clients: int, seconds: float, bad: int) -> None:
    with httpx.Client(base_url=address, timeout=600, trust_env=False) as client:
        client.post("/tag", json={"texts": ["Goal."]}).raise_for_status()  # it is up, and warm
        print(f"\n### The service: {clients} clients for {seconds:g} seconds each\n")
        print("| texts per request | requests | failed | texts/s | p50 s | p99 s | server's MB |")
        print("|---|---|---|---|---|---|---|")
        print(f"| before | | | | | | {server.memory_info().rss / 1e6:.0f} |")
        for n_texts in PER_REQUEST:
            started = time.perf_counter()
            load = Clients(address, n_texts, seconds, clients)
            took = time.perf_counter() - started
            cuts = statistics.quantiles(load.waited, n=100)
            tell(f"{n_texts} texts per request: {len(load.waited)} requests; {load.failed[:3]}")
            print(
                f"| {n_texts} | {len(load.waited):,} | {len(load.failed)} "
                f"| {len(load.waited) * n_texts / took:.0f} | {cuts[49]:.2f} | {cuts[98]:.2f} "
                f"| {server.memory_info().rss / 1e6:.0f} |"
            )
        codes: dict[int, int] = {}
        for method, path, body, headers in bad_requests(bad):
            code = client.request(method, path, content=body, headers=headers).status_code
            codes[code] = codes.get(code, 0) + 1
        counted = ", ".join(f"{n:,} got {code}" for code, n in sorted(codes.items()))
        seen = client.get("/health").json()["seen"]["texts"]
        memory = server.memory_info().rss / 1e6
    print(
        f"\n{bad:,} bad requests: {counted}. Texts tagged until then: {seen:,}. "
        f"The server's memory afterwards: {memory:.0f} MB."
    )


if __name__ == "__main__":
    bench_service()
