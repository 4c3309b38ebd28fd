"""Beyond one machine: nodes of Ray, texts that are tagged on them, training in several processes.

Needs the extra ``scale``, which brings Ray; what needs it says so in one sentence where it is
missing. Everything that is started here stays on this machine's loopback and reports to nobody.
"""

from helpers.scale._nodes import add_node, join, kill_node, kill_worker, need_ray, start, stop
from helpers.scale._tag import counts, tag_parquet, together

__all__ = [
    "add_node",
    "counts",
    "join",
    "kill_node",
    "kill_worker",
    "need_ray",
    "start",
    "stop",
    "tag_parquet",
    "together",
]
