"""Texts and their labels: the course's own newsdesk set, and files of the reader's own.

Bad arguments raise a TypeError (wrong kind) or a ValueError (wrong value) that names the likely
fix; ``Raises`` names what comes on top.
"""

from helpers.data._fairsharing import load_fairsharing
from helpers.data._hub import load_hub
from helpers.data._matrix import indicator_matrix
from helpers.data._newsdesk import (
    FOLDER,
    NEWSDESK_LABELS,
    SPLITS,
    TASK_LABELS,
    load_newsdesk,
    load_stress,
)
from helpers.data._split import split
from helpers.data._stream import stream
from helpers.data._table import load_table

__all__ = ["FOLDER", "NEWSDESK_LABELS", "SPLITS", "TASK_LABELS"]
__all__ += ["indicator_matrix", "load_hub", "load_newsdesk", "load_stress", "load_table", "split"]
__all__ += ["load_fairsharing", "stream"]
