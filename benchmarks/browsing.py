"""What the browser tests start a browser with, for measuring in one."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def can_browse(who: str) -> bool:
    """Make the browser tests' own modules importable; say what is missing for it, if anything."""
    sys.path[:0] = [str(ROOT / "tests" / "browser"), str(ROOT / "tests")]
    try:
        from playwright import sync_api  # noqa: F401

        from conftest import find_browser
    except ImportError as missing:
        print(f"\n{who} {missing.name}: python3 course.py test tests/browser")
        return False
    if find_browser() is None:
        print(f"\n{who} Chromium or Chrome.")
        return False
    return True
