"""The file ``thresholds.json``: thresholds by label name, in a model's folder."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from helpers import _folder as folders
from helpers import _validate as validate

FILE_NAME = "thresholds.json"
_VERSION = 1
_FIX = "Tune them and write them with helpers.thresholds.save(folder, thresholds, label_names)."


def save(folder: str | Path, thresholds, label_names: Sequence[str], note: str = "") -> Path:
    """Write thresholds into a model's folder, as ``thresholds.json``.

    The file is replaced in one step: whatever happens, the old or the new one is there, whole.

    Args:
        folder: the model's folder; made if it is not there.
        thresholds: one number for all labels, or one per label, ``(n_labels,)``.
        label_names: the labels, in the order of the thresholds. (A Series of thresholds is
            matched to them by name.)
        note: for people, such as what the thresholds were tuned on.

    Returns:
        The path of the file.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     print(save(folder, [0.41, 0.3], ["sports", "politics"]).read_text())
    {
      "version": 1,
      "thresholds": {
        "sports": 0.41,
        "politics": 0.3
      },
      "note": ""
    }
    <BLANKLINE>
    """
    label_names = validate.names(label_names)
    values = validate.thresholds(thresholds, len(label_names), label_names)
    content = {
        "version": _VERSION,
        "thresholds": dict(zip(label_names, values.tolist(), strict=True)),
        "note": validate.string(note, "note"),
    }
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    path = validate.path(folder) / FILE_NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    with folders.settled(path.parent):
        folders.write_whole(path, text.encode())
    return path


def load(folder: str | Path, label_names: Sequence[str] | None = None) -> np.ndarray:
    """Read the thresholds that :func:`save` wrote.

    Args:
        folder: the folder that holds ``thresholds.json``.
        label_names: the model's labels. Thresholds are matched to them by name, so the file's
            own order does not matter. None takes the file's labels in the file's order.

    Returns:
        float array ``(n_labels,)``, to the last bit what was saved.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is damaged, of another version, for other labels, or holds a
            threshold that is not a number from 0 to 1.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = save(folder, [0.41, 0.3], ["sports", "politics"])
    ...     load(folder, ["politics", "sports"]).tolist()
    [0.3, 0.41]
    """
    path = validate.path(folder) / FILE_NAME
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: this folder has no thresholds. {_FIX}")
    found = _read(path)
    if label_names is None:
        return np.array(list(found.values()))
    label_names = validate.names(label_names)
    missing = [name for name in label_names if name not in found]
    known = set(label_names)
    unknown = [name for name in found if name not in known]
    if missing or unknown:
        parts = [f"none for {validate.listed(missing)}"] if missing else []
        if unknown:
            parts.append(f"some for {validate.listed(unknown)}, which the model does not know")
        raise ValueError(
            f"{path} has thresholds for {len(found)} labels, the model has {len(label_names)}: "
            f"{' and '.join(parts)}. The file belongs to another model. {_FIX}"
        )
    return np.array([found[name] for name in label_names])


def _read(path: Path) -> dict[str, float]:
    """Return what a file holds, each label once and each value from 0 to 1."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_no_name_twice)
    except ValueError as error:  # also what is not JSON and not UTF-8
        raise ValueError(f"{path} is damaged: {error}. {_FIX}") from None
    if not isinstance(content, dict) or "version" not in content:
        raise ValueError(
            f"{path} has no version, so it was not written by helpers.thresholds.save. {_FIX}"
        )
    version = content["version"]
    if version != _VERSION or isinstance(version, bool):
        newer = isinstance(version, int | float) and version > _VERSION
        raise ValueError(
            f"{path} has version {version!r}, this course reads version {_VERSION}. "
            + ("A newer course wrote it: update the course." if newer else _FIX)
        )
    found = content.get("thresholds")
    if not isinstance(found, dict) or not found:
        raise ValueError(
            f'{path} has "thresholds": {validate.short(found)}, expected a number for each '
            f"label's name. {_FIX}"
        )
    for name, value in found.items():
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not (number and 0 <= value <= 1):
            hint = "It looks like a logit: apply sigmoid first. " if number else ""
            raise ValueError(
                f"{path} has {value!r} for {name}, expected a number from 0 to 1. {hint}{_FIX}"
            )
    return {name: float(value) for name, value in found.items()}


def _no_name_twice(items: list[tuple]) -> dict:
    twice = [name for name, count in Counter(name for name, _ in items).items() if count > 1]
    if twice:
        raise ValueError(f"{twice[0]!r} stands there twice")
    return dict(items)
