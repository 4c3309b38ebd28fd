"""Starts a seat's JupyterLab by the fork server, finds it again after the hub was restarted."""

import asyncio
import os
import signal
from pathlib import Path

from jupyterhub.spawner import LocalProcessSpawner
from jupyterhub.utils import random_port
from traitlets import Integer

from room import fork_server, seats, watch


class SeatSpawner(LocalProcessSpawner):
    """A server in a seat: its process is a copy of the fork server, no child of the hub."""

    born = Integer(help="When the process started, so that its number is not another's later.")

    async def start(self):
        """Start the server; return where it listens."""
        self.port = random_port()
        folder = Path(os.environ["COURSE_SEATS"])
        seat = await asyncio.to_thread(seats.of, folder, self.user.name)
        environment = self.get_env() | {
            "HOME": seat.home,
            "USER": seat.name,
            "SHELL": "/bin/sh",
            "TMPDIR": str(Path(seat.home, ".tmp")),
            "JUPYTER_RUNTIME_DIR": seat.run,
            "COURSE_PROGRESS": str(Path(seat.home, "my_progress.json")),
        }
        request = {
            "seat": seat.name,
            "folder": seat.home,
            "arguments": self.get_args(),
            "environment": environment,
        }
        address = os.environ["COURSE_SERVERS"]
        pid, descriptor = await asyncio.to_thread(fork_server.ask, address, request)
        os.close(descriptor)
        self.pid, self.born = pid, watch.born(pid)
        return ("127.0.0.1", self.port)

    def user_env(self, env):
        """Leave the environment as it is: a seat is no account of the system."""
        return env

    def get_state(self):
        """Keep the process with the time of its birth."""
        return super().get_state() | ({"born": self.born} if self.pid else {})

    def load_state(self, state):
        """Find the process again."""
        super().load_state(state)
        self.born = state.get("born", 0)

    async def poll(self):
        """Return None while the server runs, else 0."""
        if self.pid and self.born and watch.born(self.pid) == self.born:
            return None
        self.clear_state()
        return 0

    async def _signal(self, number):
        if await self.poll() is not None:
            return False
        try:
            os.kill(self.pid, number)
        except ProcessLookupError:
            return False
        return True

    async def stop(self, now=False):
        """End the server and whatever else of the seat still runs."""
        owner = seats.of(Path(os.environ["COURSE_SEATS"]), self.user.name).id
        if not now and await self._signal(signal.SIGTERM):
            await self.wait_for_death(10)
        for pid in watch.processes().get(owner, []):
            watch.end(pid, owner)
        await self.wait_for_death(5)
