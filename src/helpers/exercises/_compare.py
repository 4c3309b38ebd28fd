"""Bring answers of any kind into one form, and compare them; nothing of the learner's is called."""

import numpy as np

MOST = 5_000_000  # numbers or words in an answer


class Other:
    """What no problem asks for; ``kind`` says what it is, in a learner's words."""

    def __init__(self, kind: str):
        self.kind = kind


def plain(value, depth: int = 0):
    """Return a number array, a string, a tuple, a frozenset, a dict or None; else :class:`Other`.

    Subclasses with methods of their own are not looked into: an answer can be anything.

    >>> plain([[1, 0], [0, 1]]).shape
    (2, 2)
    >>> plain(["law", "art"])
    ('law', 'art')
    """
    try:
        return _plain(value, depth)
    except Exception:
        return Other(_kind(value))


def _plain(value, depth: int):
    kind = type(value)
    if value is None or kind is str:
        return value
    if kind in (bool, int, float) or isinstance(value, np.generic):
        return _numbers(np.asarray(value), value)
    if kind is np.ndarray:
        return _numbers(value, value)
    module = kind.__module__.partition(".")[0]
    if module == "torch" and kind.__name__ == "Size":
        return _numbers(np.array(tuple(value)), value)
    if module == "torch" and hasattr(value, "detach"):
        return _numbers(value.detach().cpu().float().numpy(), value)
    if module == "scipy" and hasattr(value, "toarray"):
        if np.prod(value.shape) > MOST:
            return Other("a table that is too large")
        return _numbers(value.toarray(), value)
    if module == "pandas" and hasattr(value, "to_numpy"):
        return _numbers(value.to_numpy(), value)
    if depth > 4 or kind not in (list, tuple, set, frozenset, dict):
        return Other(_kind(value))
    if len(value) > MOST:
        return Other("a collection that is too large")
    if kind is dict:
        return {str(key): plain(content, depth + 1) for key, content in value.items()}
    contents = [plain(content, depth + 1) for content in value]
    if kind in (set, frozenset):
        return frozenset(content for content in contents if isinstance(content, str | tuple))
    arrays = [content for content in contents if isinstance(content, np.ndarray)]
    if contents and len(arrays) == len(contents) and len({a.shape for a in arrays}) == 1:
        return np.stack(arrays)
    return tuple(contents)


def _numbers(array: np.ndarray, value):
    if array.size > MOST:
        return Other("an array that is too large")
    if array.dtype.kind in "biuf":
        return array.astype(float)
    if array.dtype.kind in "UO" and all(type(x) is str for x in array.ravel()):
        return tuple(array.tolist()) if array.ndim == 1 else Other(_kind(value))
    return Other(_kind(value))


def same(one, other, near: float) -> bool:
    """Say whether two plain values are the same, numbers within ``near``.

    >>> same(plain([0.5, True]), plain([0.50001, 1]), 1e-4)
    True
    """
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return one.shape == other.shape and bool(
            np.allclose(one, other, rtol=0, atol=near, equal_nan=True)
        )
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(
            same(a, b, near) for a, b in zip(one, other, strict=True)
        )
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[k], other[k], near) for k in one)
    if isinstance(one, str) and isinstance(other, str):
        return one.strip().casefold() == other.strip().casefold()
    return type(one) is type(other) and not isinstance(one, np.ndarray | Other) and one == other


def is_rounded(given, right) -> bool:
    """Say whether plain numbers are the right ones, rounded, and less than a hundredth off.

    >>> is_rounded(plain(0.79), plain(0.7925)), is_rounded(plain(0.8), plain(0.7925))
    (True, True)
    >>> is_rounded(plain(0.7), plain(0.7925)), is_rounded(plain(0.795), plain(0.7925))
    (False, False)
    """
    if not (isinstance(given, np.ndarray) and isinstance(right, np.ndarray)):
        return False
    if given.shape != right.shape or not np.allclose(given, right, rtol=0.01, atol=0):
        return False
    return any(np.allclose(given, right.round(digits), rtol=1e-9, atol=0) for digits in range(10))


def describe(value) -> str:
    """Say what a plain value is, in a few words.

    >>> describe(plain([[1, 0], [0, 1], [1, 1]]))
    'numbers of shape (3, 2)'
    """
    if isinstance(value, Other):
        return value.kind
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return "one number" if value.ndim == 0 else f"numbers of shape {value.shape}"
    if isinstance(value, str):
        return "one string"
    if isinstance(value, frozenset):
        return f"a set of {len(value)}"
    if isinstance(value, dict):
        return f"a dict with {len(value)} keys"
    if all(isinstance(content, str) for content in value):
        return f"{len(value)} strings"
    return f"a list of {len(value)}"


def kind(value) -> str:
    """Say of which sort a plain value is: values of one sort can be compared."""
    return "other" if isinstance(value, Other) else type(value).__name__


def _kind(value) -> str:
    name = type(value).__name__
    article = "an" if name[:1].lower() in "aeiou" else "a"
    return f"{article} {name}"
