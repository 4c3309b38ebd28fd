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
PER_REQUEST = (1, 8)  # texts
# What runs on the other side: its own process, so that its memory is its own.
SERVER = """
import socket
import uvicorn
from helpers import shipping
app = shipping.service()
listening = socket.create_server(("127.0.0.1", 0), backlog=2048)
print(listening.getsockname()[1], flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="error")).run(sockets=[listening])
"""
NO_TEXT = [None, 3, [], {}, True, float("nan"), ["a"], "\ud800"]


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


def bad_bodies(n: int):
    """Yield n requests that cannot be tagged."""
    rng = random.Random(0)
    whole = json.dumps({"texts": ["Goal in the last minute."] * 3}).encode()
    for _ in range(n):
        kind = rng.randrange(5)
        if kind == 0:
            yield rng.randbytes(rng.randrange(1, 5_000))
        elif kind == 1:
            yield whole[: rng.randrange(len(whole))]
        elif kind == 2:
            yield json.dumps({"texts": ["a"] * rng.randrange(4) + [rng.choice(NO_TEXT)]}).encode()
        elif kind == 3:
            yield json.dumps({rng.choice(["text", "Texts", "input"]): ["a"]}).encode()
        else:
            yield json.dumps({"texts": ["a"] * rng.randrange(257, 600)}).encode()


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
        for body in bad_bodies(bad):
            code = client.post("/tag", content=body).status_code
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
