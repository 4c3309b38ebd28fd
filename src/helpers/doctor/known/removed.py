"""What has gone or has another name now, and what never was."""

from helpers.doctor.known._sign import OWN, V4, V5, Sign, known_error, refused_keyword

REMOVED = (
    known_error(
        "batch-encode-plus-removed",
        Sign(
            "AttributeError",
            r"\w+ has no attribute (?:batch_encode_plus|encode_plus)",
            r"> transformers\.tokenization_utils_base\.\w+\.__getattr__$",
            V5,
        ),
        cause="""transformers 5 has no encode_plus and batch_encode_plus any more. Call the
            tokenizer itself.""",
        fix="""batch = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")""",
        check="""assert len(batch["input_ids"]) == len(texts)""",
    ),
    known_error(
        "adamw-moved",
        Sign("ImportError", r"cannot import name 'AdamW' from 'transformers' .+", OWN),
        cause="""transformers has no AdamW any more. torch has one.""",
        fix="""
            from torch.optim import AdamW

            optimizer = AdamW(model.parameters(), lr=2e-5)""",
        check="assert optimizer.param_groups",
    ),
    known_error(
        "load-metric-removed",
        Sign("ImportError", r"cannot import name 'load_metric' from 'datasets' .+", OWN),
        cause="""load_metric has been removed from datasets. scikit-learn has the metrics that you
            need.""",
        fix="""
            from sklearn.metrics import f1_score

            score = f1_score(targets, predictions, average="macro", zero_division=0)""",
        check="assert 0 <= score <= 1",
    ),
    known_error(
        "tensorflow-classes-removed",
        Sign("ImportError", r"cannot import name 'TF\w+' from 'transformers' .+", OWN, V5),
        Sign(
            "ImportError",
            r"\s*TF\w+ requires the TensorFlow library but it was not found .+",
            r"> transformers\.",
            V4,
        ),
        cause="""Classes that begin with TF are for TensorFlow, which transformers 5 does not
            support any more. The class without TF is for PyTorch.""",
        fix="""
            from transformers import AutoModelForSequenceClassification

            model = AutoModelForSequenceClassification.from_pretrained(checkpoint)""",
        check="assert model(**batch).logits.shape[0] == len(texts)",
    ),
    known_error(
        "get-pretrained-model-never-was",
        Sign(
            "ImportError",
            r"cannot import name 'get_pretrained_model' from 'transformers[\w.]*' .+",
            OWN,
        ),
        cause="""transformers has no get_pretrained_model, whatever you have read. A model is loaded
            by from_pretrained of its class.""",
        fix="""
            from transformers import AutoModelForSequenceClassification

            model = AutoModelForSequenceClassification.from_pretrained(checkpoint)""",
        check="assert model(**batch).logits.shape[0] == len(texts)",
    ),
    known_error(
        "evaluation-strategy-renamed",
        refused_keyword(r"TrainingArguments\.__init__", "evaluation_strategy"),
        cause="""evaluation_strategy has been renamed: it is eval_strategy.""",
        fix="""arguments = TrainingArguments(output_dir="trainer_output", eval_strategy="epoch")""",
        check="""assert arguments.eval_strategy == "epoch" """,
    ),
    known_error(
        "no-cuda-renamed",
        refused_keyword(r"TrainingArguments\.__init__", "no_cuda", versions=V5),
        cause="""no_cuda is called use_cpu in transformers 5.""",
        fix="""arguments = TrainingArguments(output_dir="trainer_output", use_cpu=True)""",
        check="""assert arguments.device.type == "cpu" """,
    ),
    known_error(
        "warmup-ratio-removed",
        refused_keyword(r"TrainingArguments\.__init__", "warmup_ratio", versions=V5),
        cause="""warmup_ratio is gone. warmup_steps takes a share as well: below 1 it is a part of
            all steps.""",
        fix="""arguments = TrainingArguments(output_dir="trainer_output", warmup_steps=0.1)""",
        check="assert arguments.get_warmup_steps(100) == 10",
    ),
    known_error(
        "gpu-batch-size-renamed",
        refused_keyword(
            r"TrainingArguments\.__init__", "per_gpu_(?:train|eval)_batch_size", versions=V5
        ),
        cause="""The batch size is given for each device, whether it is a GPU or not.""",
        fix="""
            arguments = TrainingArguments(
                output_dir="trainer_output",
                per_device_train_batch_size=8,
                per_device_eval_batch_size=8,
            )""",
        check="assert arguments.per_device_train_batch_size == 8",
    ),
    known_error(
        "training-argument-removed",
        refused_keyword(
            r"TrainingArguments\.__init__",
            "overwrite_output_dir|logging_dir|group_by_length|save_safetensors",
            versions=V5,
        ),
        cause="""This argument was removed on the way to the transformers that is installed. Leave
            it out: what it asked for happens anyway, or is not needed.""",
        fix="""arguments = TrainingArguments(output_dir="trainer_output")""",
        check="""assert arguments.output_dir == "trainer_output" """,
    ),
    known_error(
        "trainer-tokenizer-renamed",
        refused_keyword(r"Trainer\.__init__", "tokenizer", versions=V5),
        cause="""The Trainer's tokenizer is called processing_class now, since it may be for
            pictures or sound as well.""",
        fix="trainer = Trainer(model=model, args=arguments, processing_class=tokenizer)",
        check="assert trainer.processing_class is tokenizer",
    ),
)
