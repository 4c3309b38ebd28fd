"""From an error that was raised to its diagnosis, in code and below a traceback in a notebook.

An error has to agree with an entry of helpers/doctor/known/ in type, in the whole message and in
the place where it was raised. An error that the learner's own code raises is never known.
"""

import dis
import re
import sys
import sysconfig
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from helpers.doctor.known import KNOWN_ERRORS

WIDTH = 88  # columns of the printed text
LIBRARIES = {
    *("accelerate", "datasets", "huggingface_hub", "safetensors", "sklearn"),
    *("tokenizers", "torch", "transformers"),
}

_shown: BaseException | None = None  # the last error whose traceback IPython has shown


@dataclass(frozen=True)
class Diagnosis:
    """What the doctor says about one error; ``print`` it to read it.

    Attributes:
        name: a short name that stays the same over versions, such as "labels-not-float".
        cause: why it happened, in plain words.
        fix: code that fixes it, with the course's names: ``model``, ``batch``, ``labels`` ...
        check: an ``assert`` that holds once it is fixed.
        versions: where this message was seen.
    """

    name: str
    cause: str
    fix: str
    check: str
    versions: str

    def __str__(self) -> str:
        return "\n".join(
            [
                f"The doctor knows this error: {self.name}",
                *textwrap.wrap(f"Cause: {self.cause}", WIDTH),
                "Fix, with your own names in place of these:",
                textwrap.indent(self.fix, "    "),
                "Check:",
                textwrap.indent(self.check, "    "),
            ]
        )


def diagnose(exception: BaseException) -> Diagnosis | None:
    """Name the cause and the fix of a caught exception, if the doctor knows it.

    The exception must have been raised, since the place decides too. If it is unknown but was
    raised ``from`` a known one, that one is diagnosed, and the cause says so.

    Args:
        exception: as caught by ``except Exception as error``.

    Returns:
        A :class:`Diagnosis`, or None: then nothing is known, not even a guess.

    Raises:
        TypeError: ``exception`` is no exception.

    >>> try:
    ...     sigmoid(0)
    ... except NameError as error:
    ...     diagnose(error).name
    'sigmoid-not-defined'
    """
    if not isinstance(exception, BaseException):
        raise TypeError(
            f"diagnose needs a caught exception, got {type(exception).__name__}. "
            "Pass what stands after `as` in `except Exception as error`."
        )
    error, seen = exception, set()
    while error is not None and id(error) not in seen:
        for diagnosis in _fitting(error):
            if error is exception:
                return diagnosis
            known = f"Behind it is a {type(error).__name__} that is known. {diagnosis.cause}"
            return replace(diagnosis, cause=known)
        seen.add(id(error))  # a chain of causes may come back to where it was
        error = error.__cause__
    return None


@contextmanager
def recover() -> Iterator[None]:
    """Run a block that is meant to fail; print the error's last line and its diagnosis.

    The line is Python's own, ``Type: message``, without the "Did you mean" that differs between
    versions of Python. The block ends at the error, the notebook goes on. An error that the
    doctor does not know is printed and then raised again, so that nothing is hidden.

    Raises:
        Exception: whatever the block raised, if the doctor does not know it.

    >>> with recover():
    ...     sigmoid(0)  # doctest: +ELLIPSIS
    NameError: name 'sigmoid' is not defined
    <BLANKLINE>
    The doctor knows this error: sigmoid-not-defined
    ...
    """
    try:
        yield
    except Exception as error:
        diagnosis = diagnose(error)
        print(_last_line(error))
        if diagnosis is None:
            print("\nThe doctor does not know this error, so it is raised again.")
            raise
        print(f"\n{diagnosis}")


def load_ipython_extension(ipython) -> None:
    """Do what ``%load_ext helpers.doctor`` asks for: a diagnosis below known tracebacks."""
    unload_ipython_extension(ipython)
    _newly_shown()  # what was shown before is not of interest
    ipython.events.register("post_run_cell", _after_cell)


def unload_ipython_extension(ipython) -> None:
    """Undo it, for ``%unload_ext helpers.doctor``."""
    with suppress(ValueError):  # it was not loaded
        ipython.events.unregister("post_run_cell", _after_cell)


def _after_cell(result) -> None:
    # IPython calls this after every cell, when the traceback has been shown.
    try:
        shown = _newly_shown()
        error = result.error_in_exec or result.error_before_exec or shown
        diagnosis = diagnose(error) if isinstance(error, Exception) else None
        if diagnosis is not None:
            print(diagnosis)
    except Exception:  # a doctor who fails stays silent: the learner has one error already
        pass


def _newly_shown() -> BaseException | None:
    # In older IPython (Colab's) %%time shows the traceback itself and reports no error.
    global _shown
    before, _shown = _shown, getattr(sys, "last_value", None)
    return _shown if _shown is not before else None


def _fitting(error: BaseException) -> Iterator[Diagnosis]:
    """Give the diagnosis of every entry that fits; tests hold that there is never a second."""
    kind, message = type(error).__name__, _message(error)
    for known in KNOWN_ERRORS:
        for sign in known.signs:
            if kind in sign.types.split() and re.fullmatch(sign.message, message, re.DOTALL):
                calls = _calls(error)
                if calls and re.search(sign.where, calls):
                    yield Diagnosis(known.name, known.cause, known.fix, known.check, sign.versions)


def _calls(error: BaseException) -> str:
    """Return the calls that led to the error, the last one is where it was raised.

    They are joined by " > ". A function of a library is given with its module, everything else is
    "own". Empty if the error was never raised, or if own code raised it itself.
    """
    calls, last = [], None
    step = error.__traceback__
    while step is not None:
        calls.append(_name(step.tb_frame))
        step, last = step.tb_next, step
    if calls and calls[-1] == "own":
        instruction = dis.opname[last.tb_frame.f_code.co_code[last.tb_lasti]]
        if instruction == "RAISE_VARARGS":
            return ""
    return " > ".join(calls)


def _name(frame) -> str:
    module, file = str(frame.f_globals.get("__name__")), frame.f_code.co_filename
    library = (
        module.partition(".")[0] in LIBRARIES
        or re.search(r"[\\/](site|dist)-packages[\\/]", file)
        or file.startswith((sysconfig.get_path("stdlib"), "<frozen"))
    )
    return f"{module}.{frame.f_code.co_qualname}" if library else "own"


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # a learner's own class may have a faulty __str__; Python says it like this
        return "<exception str() failed>"


def _last_line(error: BaseException) -> str:
    kind, message = type(error), _message(error)
    name = kind.__qualname__
    if kind.__module__ not in ("builtins", "__main__"):
        name = f"{kind.__module__}.{name}"
    return f"{name}: {message}" if message else name
