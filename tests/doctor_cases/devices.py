"""Graphics cards, and where a model is put: what raises the errors of known/devices.py."""

from doctor_cases._start import LOAD, Case

CASES = [
    Case("device-map-not-known", f"{LOAD}(checkpoint, device_map='gpu')"),
    Case("device-not-known", "model.to('gpu')"),
    Case("no-cuda-here", "model.to('cuda')"),
    Case("no-cuda-here", "batch.to('cuda')"),
]
