"""``load_hub``: a multi-label set from the Hugging Face hub, in the course's form."""

from collections.abc import Sequence

import numpy as np

from helpers import _validate as validate
from helpers.data import _labels as labels
from helpers.data._found import Found
from helpers.data._matrix import as_dataset
from helpers.data._table import find_labels, find_text

_KNOWN = {"goemotions": ("google-research-datasets/go_emotions", "simplified")}


def load_hub(
    name: str,
    config: str | None = None,
    text_column: str | None = None,
    label_columns: Sequence[str] | None = None,
    labels_column: str | None = None,
    quiet: bool = False,
):
    """Load a multi-label data set from the Hugging Face hub, or from a folder in its layout.

    Args:
        name: "goemotions", or any id such as "somebody/some-set", or a folder.
        config: which of the set's configurations; None for its own default.
        text_column: name of the column with the texts; found by its name or its length.
        label_columns: names of the 0/1 columns.
        labels_column: name of the column of lists, of class numbers or of names.
        quiet: True prints nothing.

    Returns:
        ``(datasets.DatasetDict, label_names)``: each part with columns ``text`` and ``labels``
        (float32, ``n_labels`` wide), as :func:`load_table` gives them.

    Raises:
        OSError: the set cannot be reached, or is not there.
        ValueError: the set needs a script, has several configurations, or no labels that are sure.
    """
    import datasets

    validate.string(name, "name")
    source, chosen = _KNOWN.get(name.casefold().replace("_", ""), (name, config))
    found = _fetched(datasets, source, config or chosen)
    parts = dict(found) if isinstance(found, dict) else {"train": found}
    tables = {part: _as_found(rows) for part, rows in parts.items()}
    first = next(iter(tables.values()))
    where = f"{source} on the hub"
    text_column = text_column or find_text(first, where, [*(label_columns or []), labels_column])
    if label_columns is None and labels_column is None:
        label_columns, labels_column = find_labels(first, where, text_column, None)
    together = Found("set of the hub", [], first.names, [], [], "row")
    together.class_names = first.class_names
    for table in tables.values():
        if table.names != first.names:
            raise ValueError(f"{where}: its parts have different columns. Load them one by one.")
        together.rows += table.rows
    together.numbers = list(range(1, len(together.rows) + 1))
    if labels_column is not None:
        targets, names, note = labels.from_cells(
            together, where, labels_column, None, None, None, None
        )
    else:
        names = validate.names(label_columns, "label_columns")
        targets, note = labels.from_columns(together, where, names, None, None)
    texts, start, made, gone = together.column(text_column), 0, {}, 0
    for part, table in tables.items():
        rows = slice(start, start + len(table.rows))
        start += len(table.rows)
        known = ~np.isnan(targets[rows]).any(axis=1)
        known &= np.array([bool(text and str(text).strip()) for text in texts[rows]], dtype=bool)
        gone += int((~known).sum())
        kept = [str(text) for text, keep in zip(texts[rows], known, strict=True) if keep]
        made[part] = as_dataset(kept, targets[rows][known])
    if not quiet:
        sizes = ", ".join(f"{part} {len(one):,}" for part, one in made.items())
        print(
            f"{source} from the hub; texts in column {text_column!r}, {note}: {sizes} texts, "
            f"{len(names):,} labels ({validate.listed(names, 6)})"
            + (f"; left out: {gone:,} rows without a text or not labeled." if gone else ".")
        )
    return datasets.DatasetDict(made), names


def _fetched(datasets, source: str, config: str | None):
    bars = datasets.are_progress_bars_disabled()
    datasets.disable_progress_bars()
    try:
        return datasets.load_dataset(source, config)
    except Exception as error:  # the library and the network have many
        text = str(error)
        if "script" in text.lower() or "trust_remote_code" in text:
            raise ValueError(
                f"{source} is kept as a script of the old kind, which datasets does not run any "
                "more. Look on its page for a copy in Parquet (often the branch refs/convert/"
                "parquet), download those files, and read them by data.load_table(path)."
            ) from error
        if "Config name is missing" in text or "BuilderConfig" in text:
            raise ValueError(
                f"{source} has several configurations: name one in config.\n({text})"
            ) from error
        raise OSError(
            f"{source} could not be loaded from the hub. Check the spelling and the network; what "
            f"was loaded before is found without one.\n({text})"
        ) from error
    finally:
        if not bars:
            datasets.enable_progress_bars()


def _as_found(part) -> Found:
    names = part.column_names
    columns = part.with_format(None)
    rows = list(zip(*(columns[name][:] for name in names), strict=True))
    found = Found("set of the hub", [], names, rows, list(range(1, len(rows) + 1)), "row")
    for name, kind in part.features.items():
        inner = getattr(kind, "feature", kind)
        if hasattr(inner, "int2str") and inner.names:
            found.class_names[name] = inner.names
    return found
