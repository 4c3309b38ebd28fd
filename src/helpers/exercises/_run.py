"""Run a learner's function: on its own copies, for a limited time, whatever it does."""

import contextlib
import ctypes
import io
import threading
from collections.abc import Callable
from dataclasses import dataclass

LIMIT = 5.0  # seconds; a right answer takes a hundredth of one


@dataclass(frozen=True)
class Ran:
    """What came of it: a result or an error, what was printed, and whether time was up."""

    result: object = None
    error: BaseException | None = None
    printed: str = ""
    late: bool = False


class _TimeIsUp(BaseException):
    pass


def run(function: Callable, arguments: tuple, limit: float = LIMIT) -> Ran:
    """Call a function in a thread of its own, and stop waiting for it when time is up.

    >>> run(max, (2, 3)).result
    3
    >>> run(int, ("x",)).error
    ValueError("invalid literal for int() with base 10: 'x'")
    """
    box: dict = {}
    out = io.StringIO()

    def call() -> None:
        try:
            box["result"] = function(*arguments)
        except _TimeIsUp:
            pass
        except BaseException as error:  # SystemExit and KeyboardInterrupt of its own, too
            box["error"] = error

    thread = threading.Thread(target=call, daemon=True)
    with contextlib.redirect_stdout(out):
        thread.start()
        thread.join(limit)
        late = thread.is_alive()
        if late:  # a loop in Python ends here; a call into C ends when it ends
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(thread.ident or 0), ctypes.py_object(_TimeIsUp)
            )
            thread.join(0.5)
    return Ran(box.get("result"), box.get("error"), out.getvalue(), late)
