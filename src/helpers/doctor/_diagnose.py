"""From an error that was raised to its diagnosis, in code and below a traceback in a notebook.

An error has to agree with an entry of helpers/doctor/known/ in type, in the whole message and in
the place where it was raised. An error that the learner's own code raises is never known.
"""

import re
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from helpers._html import Html, join, tag
from helpers._lines import fill
from helpers.doctor._cards import FAULT, KNOWN, card, code, row, say
from helpers.doctor._evidence import Evidence, text_of
from helpers.doctor.known import KNOWN_ERRORS

_shown: BaseException | None = None  # the last error whose traceback IPython has shown
_open = 0  # how many recover() are at work, one inside the other
_told: list[BaseException] = []  # errors that one of them has printed and raised again


@dataclass(frozen=True)
class Diagnosis:
    """What the doctor says about one error; ``print`` it to read it.

    Attributes:
        name: a short name that stays the same over versions, such as "labels-not-float".
        cause: why it happened, in plain words.
        fix: code that fixes it, with the course's names: ``model``, ``batch``, ``labels`` ...
        check: an ``assert`` that holds once it is fixed.
        versions: where this message was seen.
        reached: how it was reached, where that needs another fix: "Trainer", "pipeline" ...
    """

    name: str
    cause: str
    fix: str
    check: str
    versions: str
    reached: str = ""

    def __str__(self) -> str:
        return "\n".join(
            [
                f"The doctor knows this error: {self.name}",
                fill(f"Cause: {self.cause}"),
                "Fix, with your own names in place of these:",
                textwrap.indent(self.fix, "    "),
                "Check:",
                textwrap.indent(self.check, "    "),
            ]
        )

    def as_html(self) -> Html:
        """The same as a card; a notebook shows it."""
        fix = row("Fix", "with your own names in place of these")
        parts = [row("Cause", self.cause), fix, code(self.fix), row("Check"), code(self.check)]
        return card(f"The doctor knows this error: {self.name}", *parts, bar=KNOWN)


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
        for diagnosis in _known_in(error):
            if error is exception:
                return diagnosis
            known = f"Behind it is a {type(error).__name__} that is known. {diagnosis.cause}"
            return replace(diagnosis, cause=known)
        seen.add(id(error))  # a chain of causes may come back to where it was
        error = error.__cause__
    return None


def _known_in(error: BaseException) -> Iterator[Diagnosis]:
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            diagnosis = diagnose(inner)
            if diagnosis is not None:
                n = len(error.exceptions)
                yield replace(diagnosis, cause=f"In a group of {n}: {diagnosis.cause}")
    else:
        yield from _fitting(error)


@contextmanager
def recover() -> Iterator[None]:
    """Run a block that is meant to fail; show the error's last line and its diagnosis.

    A notebook shows both as cards. The line is Python's own, ``Type: message``, without the "Did
    you mean" that differs between versions of Python. The block ends at the error, the notebook
    goes on. An error that the doctor does not know is shown and then raised again, so that nothing
    is hidden.

    Raises:
        Exception: whatever the block raised, if the doctor does not know it.

    >>> with recover():
    ...     sigmoid(0)  # doctest: +ELLIPSIS
    NameError: name 'sigmoid' is not defined
    <BLANKLINE>
    The doctor knows this error: sigmoid-not-defined
    ...
    """
    global _open
    _open += 1
    try:
        yield
    except Exception as error:
        told = any(error is one for one in _told)  # by a recover() inside this one
        diagnosis = None if told else diagnose(error)
        if diagnosis is None:
            if not told:
                _told.append(error)
                unknown = "The doctor does not know this error, so it is raised again."
                say(f"{_last_line(error)}\n\n{unknown}", _raised(error, unknown))
            raise
        say(f"{_last_line(error)}\n\n{diagnosis}", join(_raised(error), diagnosis.as_html()))
    finally:
        _open -= 1
        if not _open:
            _told.clear()


def load_ipython_extension(ipython) -> None:
    """Do what ``%load_ext helpers.doctor`` asks for: a diagnosis below known tracebacks.

    Outside IPython, where ``get_ipython()`` is None, there is nothing to do.
    """
    if ipython is None:
        return
    unload_ipython_extension(ipython)
    _newly_shown()  # what was shown before is not of interest
    ipython.events.register("post_run_cell", _after_cell)


def unload_ipython_extension(ipython) -> None:
    """Undo it, for ``%unload_ext helpers.doctor``."""
    if ipython is None:
        return
    with suppress(ValueError):  # it was not loaded
        ipython.events.unregister("post_run_cell", _after_cell)


def _after_cell(result) -> None:
    # IPython calls this after every cell, when the traceback has been shown.
    try:
        shown = _newly_shown()
        error = result.error_in_exec or result.error_before_exec or shown
        diagnosis = diagnose(error) if isinstance(error, Exception) else None
        if diagnosis is not None:
            say(str(diagnosis), diagnosis.as_html())
    except Exception:  # a doctor who fails stays silent: the learner has one error already
        pass


def _newly_shown() -> BaseException | None:
    # In older IPython (Colab's) %%time shows the traceback itself and reports no error.
    global _shown
    before, _shown = _shown, getattr(sys, "last_value", None)
    return _shown if _shown is not before else None


def _fitting(error: BaseException) -> Iterator[Diagnosis]:
    """Give the diagnosis of every entry that fits; tests hold that there is never a second."""
    evidence = Evidence(error)
    if not evidence.calls:
        return
    for known in KNOWN_ERRORS:
        for sign in known.signs:
            if _fits(sign, evidence):
                yield _diagnosis(known, sign, evidence)


def _fits(sign, evidence: Evidence) -> bool:
    if evidence.kind not in sign.types.split() or not re.search(sign.where, evidence.calls):
        return False
    if not re.fullmatch(sign.message, evidence.message, re.DOTALL):
        return False
    try:
        return sign.when is None or bool(sign.when(evidence))
    except Exception:  # what cannot be looked at is not known
        return False


def _diagnosis(known, sign, evidence: Evidence) -> Diagnosis:
    reached = [way for way in evidence.reached if way in known.ways] if known.ways else []
    text = known.ways[reached[0]] if reached else known
    parts = [text.cause or known.cause, text.fix, text.check]
    for name, value in known.fill(evidence).items() if known.fill else ():
        parts = [re.sub(rf"\b{name}\b", lambda _, value=value: value, part) for part in parts]
    return Diagnosis(known.name, *parts, sign.versions, reached[0] if reached else "")


def _raised(error: BaseException, said: str = "") -> Html:
    return card("Raised, as Python says it:", code(_last_line(error)), tag("div", said), bar=FAULT)


def _last_line(error: BaseException) -> str:
    kind, message = type(error), text_of(error)
    name = kind.__qualname__
    if kind.__module__ not in ("builtins", "__main__"):
        name = f"{kind.__module__}.{name}"
    return f"{name}: {message}" if message else name
