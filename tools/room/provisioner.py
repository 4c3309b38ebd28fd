"""How a seat's server gets its kernels from the fork server. jupyter_client calls it."""

import os
import select
import signal
import sys
import time

from jupyter_client.provisioning import LocalProvisioner

from room import fork_server

ADDRESS = "COURSE_KERNELS"  # the environment variable that names the fork server's socket


class Forked:
    """A process that is no child of this one, with what is used of ``subprocess.Popen``."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, descriptor: int):
        self.pid, self.descriptor, self.returncode = pid, descriptor, None

    def poll(self) -> int | None:
        """Return None while it runs; -9 afterward, since only a parent learns the true status."""
        if self.returncode is None and select.select([self.descriptor], [], [], 0)[0]:
            os.close(self.descriptor)
            self.returncode = -int(signal.SIGKILL)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended."""
        end = None if timeout is None else time.monotonic() + timeout
        while self.poll() is None:
            if end is not None and time.monotonic() > end:
                raise TimeoutError(f"Process {self.pid} still runs.")
            time.sleep(0.02)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Signal it; do nothing where it has ended."""
        if self.poll() is None:
            signal.pidfd_send_signal(self.descriptor, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


class ForkedProvisioner(LocalProvisioner):
    """Starts the course's kernels by a copy of the fork server, any other as usual."""

    async def launch_kernel(self, cmd, **kwargs):
        """Start a kernel; return how to reach it."""
        if ADDRESS not in os.environ or cmd[1:3] != ["-m", "ipykernel_launcher"]:
            return await super().launch_kernel(cmd, **kwargs)
        request = {
            "arguments": cmd[3:],
            "environment": kwargs.get("env") or dict(os.environ),
            "folder": kwargs.get("cwd") or os.getcwd(),
        }
        try:
            self.process = Forked(*fork_server.ask(os.environ[ADDRESS], request))
        except OSError as error:
            print(f"No kernel by the fork server: {error}", file=sys.stderr, flush=True)
            raise
        self.pid = self.pgid = self.process.pid  # it leads a group of its own
        return self.connection_info
