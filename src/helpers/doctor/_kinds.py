"""What kind of thing a value is, told without importing torch, NumPy or pandas."""

from collections.abc import Mapping


def kind_of(value) -> str:
    """Name the kind: tensor, array, rows (a list or column), text, mapping, none or other."""
    module = type(value).__module__.partition(".")[0]
    if isinstance(value, str):
        return "text"
    if value is None:
        return "none"
    if module == "torch" and hasattr(value, "dim"):
        return "tensor"
    if module == "numpy" and hasattr(value, "shape"):
        return "array"
    if isinstance(value, Mapping) or type(value).__name__ == "BatchEncoding":
        return "mapping"
    if isinstance(value, list | tuple) or module in ("pandas", "datasets"):
        return "rows"
    return "other"


def holds_whole_numbers(values) -> bool:
    """Whether a tensor or an array holds whole numbers, of whatever type."""
    return bool((values == values.round()).all()) if values.dtype.is_floating_point else True


def has_one_in_each_row(table) -> bool:
    """Whether a tensor or an array of 0s and 1s has one 1 in each row: it may be of classes."""
    one = table.ndim == 2 and bool((table.sum(axis=1) == 1).all())
    return one and bool((table >= 0).all())


def position_limit(model) -> int | None:
    """Return how many tokens the table of positions has room for; None without a table."""
    for name, module in model.named_modules():
        last = name.split(".")[-1]
        if last in ("position_embeddings", "wpe", "embed_positions") and hasattr(
            module, "num_embeddings"
        ):
            # A table with a padding index counts from behind it, as in RoBERTa; BART's has an
            # offset of its own.
            padding = getattr(module, "padding_idx", None)
            offset = getattr(module, "offset", 0 if padding is None else padding + 1)
            return module.num_embeddings - offset
    return None
