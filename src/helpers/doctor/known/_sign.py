"""How a known error is written down, and the places that several of them name."""

import inspect
from dataclasses import dataclass

OWN = r"(^|> )own$"  # raised in the learner's own line, not inside a library
BCE = r"> torch\.nn\.functional\.binary_cross_entropy_with_logits$"

V4, V5 = "transformers 4.57", "transformers 5"  # where only one of them says it


@dataclass(frozen=True)
class Sign:
    """How an error shows itself.

    Attributes:
        types: names of the exception types, with a space between.
        message: regular expression for the whole message.
        where: regular expression, searched in the calls that led to the error (see
            ``helpers.doctor._diagnose._calls``); empty where the message alone is certain.
        versions: which versions say it like this.
    """

    types: str
    message: str
    where: str = ""
    versions: str = "all"


def refused_keyword(function: str, keywords: str, where: str = "", versions: str = "all") -> Sign:
    """Make the sign of a call with a keyword that the function does not take."""
    message = rf"{function}\(\) got an unexpected keyword argument '(?:{keywords})'"
    return Sign("TypeError", message, where, versions)


@dataclass(frozen=True)
class KnownError:
    """One error: its signs, its cause in plain words, its fix as code, a check of the fix."""

    name: str
    signs: tuple[Sign, ...]
    cause: str
    fix: str
    check: str


def known_error(name: str, *signs: Sign, cause: str, fix: str, check: str) -> KnownError:
    """Make one; its texts lose the indentation that they have in the table."""
    fix, check = inspect.cleandoc(fix), inspect.cleandoc(check).rstrip()
    return KnownError(name, signs, " ".join(cause.split()), fix, check)
