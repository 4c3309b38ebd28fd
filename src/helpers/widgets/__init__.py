"""Things to move and type into. Each also leaves HTML for readers without a kernel.

Here are those that belong to no topic; each topic's own is a door beside this one: ``photo``,
``tokens``, ``activations`` and ``thresholds``.
"""

from helpers.widgets._live_tagger import live_tagger
from helpers.widgets._show import show

__all__ = ["live_tagger", "show"]
