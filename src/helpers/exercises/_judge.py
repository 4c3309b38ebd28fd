"""Decide what an answer is: right, not yet and why, not attempted, or code that raised."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

from helpers.exercises._compare import describe, is_rounded, kind, plain, same
from helpers.exercises._problem import Problem
from helpers.exercises._run import LIMIT, run

RIGHT, NOT_YET, NOT_ATTEMPTED, RAISED = "Right", "Not yet", "Not attempted", "Your code raised"


@dataclass(frozen=True)
class Verdict:
    """An outcome and what to say about it; ``thought`` counts the misconception it was."""

    outcome: str
    reply: str
    thought: int | None = None


def judge(problem: Problem, answer, limit: float = LIMIT) -> Verdict:
    """Compare an answer with the right one, then with each known wrong idea's.

    Never raises; never changes ``answer``.
    """
    if answer is ... or _is_placeholder(answer):
        return Verdict(
            NOT_ATTEMPTED, "Put your answer in place of the dots, and run the cell again."
        )
    if problem.cases is None:
        given = [plain(answer)]
        if callable(answer) and kind(given[0]) == "other":
            return Verdict(NOT_YET, "This is a function; what is asked for is a value. Call it.")
    else:
        if not callable(answer):
            found = describe(plain(answer))
            return Verdict(
                NOT_YET, f"Hand over the function itself, without calling it; got {found}."
            )
        given = []
        for case, untouched in zip(problem.cases(), problem.cases(), strict=True):
            ran = run(answer, case, limit)
            early = _of_the_run(ran, case, untouched, problem, limit)
            if early:
                return early
            given.append(plain(ran.result))
    return _compared(problem, given)


def _of_the_run(ran, case, untouched, problem: Problem, limit: float) -> Verdict | None:
    """Say what is wrong with how a function behaved, before its result is looked at."""
    if ran.late:
        return Verdict(
            NOT_YET, f"It was still running after {limit:g} seconds. Does a loop not end?"
        )
    if ran.error is not None:
        said, thought = _last_line(ran.error), _thought_behind(problem, ran.error)
        if thought is not None:
            said = f"{said}\n{problem.wrong[thought].reply}"
        return Verdict(RAISED, said, thought)
    if not all(same(plain(a), plain(b), 0) for a, b in zip(case, untouched, strict=True)):
        return Verdict(
            NOT_YET,
            "Your function changes what it is given, and whoever called it still needs that. Work "
            "on a copy, or make a new array.",
        )
    if ran.result is None and plain(problem.answer(*untouched)) is not None:
        also = " It prints something, but printing is not returning." if ran.printed else ""
        return Verdict(NOT_YET, f"Your function returns None. Is the `return` missing?{also}")
    return None


def _compared(problem: Problem, given: list) -> Verdict:
    right, wrong = _known(problem)
    if _all_same(given, right, problem.near):
        return Verdict(RIGHT, "")
    for i, results in enumerate(wrong):
        if _all_same(given, results, problem.near):
            return Verdict(NOT_YET, problem.wrong[i].reply, i)
    for ours, theirs in zip(right, given, strict=True):
        if theirs is None:
            return Verdict(NOT_YET, "Your answer is None. Does what made it return anything?")
        if kind(ours) != kind(theirs) or describe(ours) != describe(theirs):
            return Verdict(
                NOT_YET, f"Your answer is {describe(theirs)}; expected {describe(ours)}."
            )
    if all(map(is_rounded, given, right)):
        return Verdict(NOT_YET, "Right so far, and rounded. Hand over all the digits.")
    return Verdict(NOT_YET, f"The form is right, the content is not. {problem.general}")


def _all_same(given: list, expected: list, near: float) -> bool:
    return len(given) == len(expected) and all(map(partial(same, near=near), given, expected))


@cache
def _known(problem: Problem) -> tuple[list, list[list]]:
    """Compute the right answer and those of the misconceptions, once."""

    def results(program: Callable) -> list:
        if problem.cases is None:
            return [plain(program(*problem.given()))]
        return [plain(program(*case)) for case in problem.cases()]

    def wrong_results(program: Callable) -> list:
        try:
            return results(program)
        except Exception as error:  # some wrong ideas end in an error: that is their mark
            return [_signature(error)]

    return results(problem.answer), [wrong_results(wrong.program) for wrong in problem.wrong]


def _signature(error: BaseException) -> str:
    return f"raised {type(error).__name__}: {error}"


def _thought_behind(problem: Problem, error: BaseException) -> int | None:
    """Find the misconception that ends in the very same error."""
    try:
        found = (_signature(error),)
        wrong = _known(problem)[1]
        return [isinstance(w[0], str) and tuple(w) == found for w in wrong].index(True)
    except Exception:  # none of them; or an error that cannot even say what it is
        return None


def _is_placeholder(answer) -> bool:
    """Say whether a function still has nothing but dots in it."""

    def dots(): ...

    code = getattr(answer, "__code__", None)
    return code is not None and code.co_code == dots.__code__.co_code and not code.co_names


def _last_line(error: BaseException) -> str:
    try:
        text = f"{type(error).__name__}: {error}"
    except BaseException:
        text = type(error).__name__
    text = text[:500]
    try:
        from helpers.doctor import diagnose

        diagnosis = diagnose(error)
    except BaseException:
        diagnosis = None
    return text if diagnosis is None else f"{text}\n{diagnosis}"
