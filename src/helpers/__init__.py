"""Helpers of the course "Every Label That Fits": a flat module for each topic.

Importing this package is cheap on purpose: torch and transformers are imported by the
modules that need them, when they need them.
"""

__version__ = "0.1.0"
