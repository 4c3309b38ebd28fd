"""Graphics cards, and where a model is put."""

from helpers.doctor.known._sign import Sign, known_error

DEVICES = (
    known_error(
        "accelerate-missing",
        Sign(
            "ValueError",
            r"Using a `device_map`, .+ requires `accelerate`\. .+",
            r"> transformers\.",
        ),
        cause="""device_map is the work of another package, accelerate, which is not installed
            (pip install accelerate). A model that fits on one device needs no device_map.""",
        fix="""
            device = "cuda" if torch.cuda.is_available() else "cpu"
            model = AutoModelForSequenceClassification.from_pretrained(checkpoint).to(device)""",
        check="assert model.device.type == device",
    ),
    known_error(
        "device-map-not-known",
        Sign(
            "ValueError",
            r"When passing device_map as a string, the value needs to be a device name .+ "
            r"but found .+",
            r"> transformers\.",
        ),
        cause="""device_map takes "auto" or the name of a device: "cpu", "cuda", "cuda:0".""",
        fix="""
            device = "cuda" if torch.cuda.is_available() else "cpu"
            model = AutoModelForSequenceClassification.from_pretrained(checkpoint).to(device)""",
        check="assert model.device.type == device",
    ),
    known_error(
        "device-not-known",
        Sign(
            "RuntimeError",
            r"Expected one of cpu, cuda, .+ device type at start of device string: .+",
        ),
        cause="""There is no device of this name. A graphics card by NVIDIA is "cuda".""",
        fix="""
            device = "cuda" if torch.cuda.is_available() else "cpu"
            model = model.to(device)""",
        check="assert model.device.type == device",
    ),
    known_error(
        "no-cuda-here",
        Sign(
            "AssertionError", r"Torch not compiled with CUDA enabled", r"> torch\.cuda\._lazy_init$"
        ),
        cause="""This is the CPU build of torch: it cannot use a graphics card, even if there is
            one.""",
        fix="""
            device = "cuda" if torch.cuda.is_available() else "cpu"
            model = model.to(device)
            batch = batch.to(device)""",
        check="""assert model.device.type == batch["input_ids"].device.type == device""",
    ),
)
