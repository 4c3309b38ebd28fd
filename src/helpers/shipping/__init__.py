"""Shipping: a tagger's card, a service that tags over HTTP, and a look at what it meets in use.

Bad arguments raise a TypeError (wrong kind) or a ValueError (wrong value) that names the likely
fix; ``Raises`` names what comes on top.
"""

from helpers.shipping._card import card
from helpers.shipping._service import service
from helpers.shipping._watch import watch

__all__ = ["card", "service", "watch"]
