"""Graphics cards, and where a model is put."""

from helpers.doctor.known._sign import GPU, TORCH, Sign, known_error, way

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
            TORCH,
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
    known_error(
        "two-devices",
        Sign(
            "RuntimeError",
            # Not two cards: then a model is spread over them, and what moves the batch is no help.
            r"Expected all tensors to be on the same device, but (?:found at least two devices, "
            r"(?=.*\bcpu\b)|got \w+ is on (?=.*\bcpu\b)).+",
            TORCH,
            GPU,
        ),
        cause="""The model is on one device, and what it was given on another: a model moves by
            .to(device), and so does every batch, the labels with it, and every tensor of your own,
            such as pos_weight.""",
        fix="""
            batch = batch.to(model.device)
            labels = labels.to(model.device)
            # pos_weight = pos_weight.to(model.device)  # and what else the loss needs
            loss = model(**batch, labels=labels).loss""",
        check="""
            assert labels.device == batch["input_ids"].device == model.device
            assert loss.item() > 0""",
    ),
    known_error(
        "cuda-tensor-to-numpy",
        Sign(
            "TypeError",
            r"can't convert (?:cuda:\d+|mps:\d+) device type tensor to numpy\. Use "
            r"Tensor\.cpu\(\) .+",
            r"(?:^|> )(?:own|(?:torch|sklearn|numpy|matplotlib|pandas)\.[\w.<>]+)$",
            GPU,
        ),
        cause="""The tensor is on a graphics card, and NumPy works in the computer's memory.""",
        fix="values = logits.detach().cpu().numpy()",
        check="assert values.shape == logits.shape",
    ),
    known_error(
        "cuda-out-of-memory",
        Sign(
            "OutOfMemoryError",
            r"CUDA out of memory\. Tried to allocate .+",
            r"> (?:torch|transformers|accelerate)\.[\w.<>]+$|(?:^|> )own$",
            GPU,
        ),
        cause="""The graphics card's memory is full. Smaller batches, shorter texts and
            torch.no_grad() when you only predict need less. Old models of the notebook keep theirs
            until the kernel is restarted.""",
        fix="""
            parts = []
            with torch.no_grad():
                for start in range(0, len(texts), 2):
                    two = texts[start : start + 2]
                    some = tokenizer(two, padding=True, truncation=True, return_tensors="pt")
                    parts.append(model(**some.to(model.device)).logits.cpu())
            logits = torch.cat(parts)""",
        check="assert logits.shape == (len(texts), model.config.num_labels)",
        ways={
            "Trainer": way(
                """
                arguments = TrainingArguments(
                    output_dir="trainer_output",
                    per_device_train_batch_size=2,
                    gradient_accumulation_steps=4,  # as before: 8 texts for each step
                )
                trainer = Trainer(
                    model=trainer.model,
                    args=arguments,
                    train_dataset=train_dataset,
                    data_collator=trainer.data_collator,
                )
                result = trainer.train()""",
                "assert result.training_loss > 0",
            )
        },
    ),
    known_error(
        "device-side-assert",
        Sign(
            "RuntimeError AcceleratorError",
            r"CUDA error: device-side assert triggered.+",
            r"> (?:torch|transformers|accelerate)\.[\w.<>]+$|(?:^|> )own$",
            GPU,
        ),
        cause="""Something in the data points beyond a table: a token id, a class number, or a label
            that is not from 0 to 1. The graphics card says so late and not where. Restart the
            kernel, since the card stays in error, and run one batch on the CPU: there the message
            names it. These are the usual suspects.""",
        fix="""
            model = model.cpu()
            batch = batch.to("cpu")
            labels = labels.cpu()
            assert batch["input_ids"].max() < model.get_input_embeddings().num_embeddings
            assert labels.shape[1] == model.config.num_labels, "a column for each label"
            assert 0 <= labels.min() and labels.max() <= 1, "labels are 0 or 1"
            loss = model(**batch, labels=labels.float()).loss""",
        check="assert torch.isfinite(loss)",
    ),
)
