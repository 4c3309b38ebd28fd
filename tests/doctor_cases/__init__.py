"""Code that really fails, for each error the doctor knows; a file for each family of known/."""

import importlib
from pathlib import Path

from doctor_cases._start import LOAD, SPACE, Case

FAMILIES = sorted(file.stem for file in Path(__file__).parent.glob("[a-z]*.py"))
CASES = [
    case for family in FAMILIES for case in importlib.import_module(f"doctor_cases.{family}").CASES
]

# Raised in a process of their own: accelerate hidden, and a hub that answers.
ELSEWHERE = [
    Case("accelerate-missing", f"{LOAD}(checkpoint, device_map='auto')"),
    Case("hub-name-unknown", f"{LOAD}('nobody/nothing')"),
]

# Met with a graphics card only: what its documented text is, raised as from a library's code.
NOT_RAISED_HERE = [
    (
        "two-devices",
        RuntimeError,
        "Expected all tensors to be on the same device, but found at least"
        " two devices, cuda:0 and cpu! (when checking argument for argument index)",
    ),
    (
        "two-devices",
        RuntimeError,
        "Expected all tensors to be on the same device, but got index is"
        " on cpu, different from other tensors on cuda:0 (when checking argument in method index)",
    ),
    (
        "cuda-tensor-to-numpy",
        TypeError,
        "can't convert cuda:0 device type tensor to numpy. Use"
        " Tensor.cpu() to copy the tensor to host memory first.",
    ),
    (
        "cuda-out-of-memory",
        "torch.OutOfMemoryError",
        "CUDA out of memory. Tried to allocate 20.00"
        " MiB. GPU 0 has a total capacity of 15.77 GiB of which 5.19 MiB is free.",
    ),
    (
        "device-side-assert",
        RuntimeError,
        "CUDA error: device-side assert triggered\nCUDA kernel"
        " errors might be asynchronously reported at some other API call",
    ),
]

__all__ = ["CASES", "ELSEWHERE", "FAMILIES", "NOT_RAISED_HERE", "SPACE", "Case"]
