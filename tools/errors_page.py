"""Write the page of all errors that the doctor knows: what they look like, why, and the fix.

python tools/errors_page.py           write workshop/errors.md
python tools/errors_page.py --check   write nothing; exit 1 where it would change
"""

import re
import sys
from pathlib import Path

from helpers.doctor import known
from helpers.doctor.known._sign import KnownError

PAGE = Path(__file__).resolve().parent.parent / "workshop" / "errors.md"
HEAD = """# Errors that the doctor knows

For instructors, and for the site. Made by `tools/errors_page.py` from the table that
`helpers.doctor` reads. A test raises each error, runs its fix and runs its check; those that need a
graphics card are marked. `...` stands for whatever a message has in that place. Names in capitals,
such as POSITIONS, are filled in by the doctor.
"""
ANY_WORDS = "in words of its own for each model; known by what the model was given"


def page() -> str:
    """Return the whole page, as Markdown."""
    families = {
        name: table
        for name, table in sorted(vars(known).items())
        if isinstance(table, tuple) and name.isupper() and name != "KNOWN_ERRORS"
    }
    parts = [f"{HEAD}\n{len(known.KNOWN_ERRORS)} errors in {len(families)} families.\n"]
    for name, table in families.items():
        parts.append(f"\n## {name.replace('_', ' ').capitalize()}\n")
        parts += map(_error, table)
    return "".join(parts)


def _error(error: KnownError) -> str:
    seen = list(dict.fromkeys(map(_seen, error.signs)))
    ways = "".join(
        f"\nReached by {way}:\n\n```python\n{other.fix}\n```\n" for way, other in error.ways.items()
    )
    alone = error.ways.get("Trainer")
    first = "" if alone and alone.fix == error.fix else f"\n```python\n{error.fix}\n```\n"
    return f"\n### {error.name}\n\n" + "".join(seen) + f"\n{error.cause}\n{first}{ways}"


def _seen(sign) -> str:
    versions = "" if sign.versions == "all" else f" ({sign.versions})"
    kinds = sign.types.replace(" ", " or ")
    if re.fullmatch(r"\.[*+]", sign.message):
        return f"- {ANY_WORDS}{versions}\n"
    return f"- {kinds}: `{_plain(sign.message)}`{versions}\n"


def _plain(pattern: str) -> str:
    """A message as one reads it: what varies becomes three dots."""
    text = re.sub(r"\(\?[!=][^()]*(?:\([^()]*\)[^()]*)*\)", "", pattern)  # what must not follow
    text = re.sub(r"\\b|(?<=[\w-])\?", "", text)  # edges of words, and what may be left out
    text = text.replace(r"\(", "\0").replace(r"\)", "\1").replace(r"\|", "\2")
    text = re.sub(r"\(\?:([^()|]*)\|[^()]*\)\??", r"\1", text)  # the first of several words
    text = re.sub(r"\((?:\?:)?([^()]*)\)[*+?]?", r"\1", text)
    text = re.sub(r"\[[^\]]*\][*+]|\\[dwS][*+]?|(?<!\\)\.[*+]\??|\\\d", "...", text)
    text = re.sub(r"\\s[*+]?", " ", text).split("|")[0]
    text = re.sub(r"\\(.)", r"\1", text).replace("`", "'")
    return re.sub(r"(?:\.\.\.)+", "...", text).translate({0: "(", 1: ")", 2: "|"})


def main(arguments: list[str]) -> int:
    old = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    if "--check" in arguments:
        return int(old != page())
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
