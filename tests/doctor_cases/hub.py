"""A model from the hub: what raises the errors of known/hub.py."""

from doctor_cases._start import COPY, LOAD, NEW, Case

CASES = [
    Case("hub-not-reached", f"{COPY}{LOAD}('bert-base-uncasd')"),
    Case("auth-token-renamed", f"{LOAD}(checkpoint, use_auth_token=True)", only=NEW),
]
