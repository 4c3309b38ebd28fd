"""What TrainingArguments and Trainer do not take any more, or take by another name."""

import re

from helpers.doctor._evidence import Evidence
from helpers.doctor.known._sign import OWN, V5, known_error, refused_keyword


def _of_transformers(evidence: Evidence) -> bool:
    """Whether the class that refused the keyword is the library's, not one of the same name."""
    name = evidence.message.partition(".")[0]
    for called, value in evidence.loaded():
        if isinstance(value, type) and name in [kind.__name__ for kind in value.__mro__]:
            kinds = {kind.__name__: kind.__module__ for kind in reversed(value.__mro__)}
            return kinds[name].startswith("transformers.")
        if called in ("super", "__class__"):  # in a class of the learner's own, on top of it
            kinds = type(evidence.frames[-1].f_locals.get("self")).__mro__
            return any(
                kind.__name__ == name and kind.__module__.startswith("transformers.")
                for kind in kinds
            )
    return False


def _refused(words: str, versions: str = V5, function: str = r"TrainingArguments\.__init__"):
    return refused_keyword(function, words, OWN, versions, _of_transformers)


def _made(setting: str) -> str:
    line = f"""arguments = TrainingArguments(output_dir="trainer_output", {setting})"""
    if len(line) <= 84:
        return line
    return f"""arguments = TrainingArguments(
    output_dir="trainer_output",
    {setting},
)"""


RENAMED = {  # the old names, what takes their place, how to see that it does, and why
    "evaluation_strategy": (
        """eval_strategy="epoch\"""",
        """arguments.eval_strategy == "epoch\"""",
        "evaluation_strategy has been renamed: it is eval_strategy.",
    ),
    "no_cuda": (
        "use_cpu=True",
        """arguments.device.type == "cpu\"""",
        "no_cuda is called use_cpu in transformers 5.",
    ),
    "warmup_ratio": (
        "warmup_steps=0.1",
        "arguments.get_warmup_steps(100) == 10",
        """warmup_ratio is gone. warmup_steps takes a share as well: below 1 it is a part of all
        steps.""",
    ),
    "per_gpu_train_batch_size|per_gpu_eval_batch_size": (
        "per_device_train_batch_size=8, per_device_eval_batch_size=8",
        "arguments.train_batch_size == arguments.eval_batch_size == 8",
        "The batch size is given for each device, whether it is a GPU or not.",
    ),
    "group_by_length": (
        """train_sampling_strategy="group_by_length\"""",
        """arguments.train_sampling_strategy == "group_by_length\"""",
        """group_by_length is one of the sampling strategies now. Without it texts are shuffled and
        padded to the longest of their batch, so it does not happen by itself.""",
    ),
    "adafactor": (
        """optim="adafactor\"""",
        """arguments.optim == "adafactor\"""",
        "adafactor is one of the optimizers now, named by optim.",
    ),
    "include_inputs_for_metrics": (
        """include_for_metrics=["inputs"]""",
        """arguments.include_for_metrics == ["inputs"]""",
        "What compute_metrics gets beside predictions is listed in include_for_metrics.",
    ),
    "include_tokens_per_second": (
        "include_num_input_tokens_seen=True",
        "arguments.include_num_input_tokens_seen",
        """include_tokens_per_second is gone. include_num_input_tokens_seen counts the tokens, from
        which the log has the speed.""",
    ),
    "push_to_hub_token": (
        """hub_token="hf_...\"""",
        """arguments.hub_token == "hf_...\"""",
        "push_to_hub_token is called hub_token.",
    ),
    "push_to_hub_model_id|push_to_hub_organization": (
        """hub_model_id="owner/name\"""",
        """arguments.hub_model_id == "owner/name\"""",
        "Owner and name of the model on the hub are one word now: hub_model_id.",
    ),
    "torchdynamo": (
        """torch_compile_backend="inductor\"""",
        """arguments.torch_compile_backend == "inductor\"""",
        "torchdynamo is called torch_compile_backend.",
    ),
    "tpu_metrics_debug": (
        """debug="tpu_metrics_debug\"""",
        """[str(option.value) for option in arguments.debug] == ["tpu_metrics_debug"]""",
        "tpu_metrics_debug is one of the words of debug now.",
    ),
    "fp16_backend|half_precision_backend|fp16_opt_level": (
        "bf16=False",
        "not arguments.bf16 and not arguments.fp16",
        """Half precision is torch's own work now, with no other backend or level to choose. Say
        fp16=True or bf16=True on a graphics card, nothing on a CPU.""",
    ),
    "fsdp_min_num_params|fsdp_transformer_layer_cls_to_wrap": (
        """fsdp_config={"min_num_params": 0}""",
        """arguments.fsdp_config["min_num_params"] == 0""",
        "The settings of FSDP, for several graphics cards, stand in fsdp_config now.",
    ),
}
GONE = {  # what nothing takes the place of, and why nothing is lost
    "overwrite_output_dir": """A folder that exists is written into anyway.""",
    "logging_dir": """Where TensorBoard writes is set outside of Python, by the environment variable
        TENSORBOARD_LOGGING_DIR.""",
    "save_safetensors": """Models are always saved as safetensors.""",
    "use_mps_device": """A Mac's graphics part is used if there is one.""",
    "jit_mode_eval": """Tracing for evaluation is gone; torch_compile=True does more.""",
    "past_index": """It was for models that keep a state between steps, which taggers do not.""",
    "ray_scope": """The scope of a search by Ray is set by the environment variable RAY_SCOPE.""",
    "mp_parameters": """It was for SageMaker's own way of splitting a model.""",
    "tpu_num_cores": """The launcher of a program on TPUs says how many cores there are.""",
    "use_legacy_prediction_loop": """There is one loop for predictions only.""",
}

ARGUMENTS = (
    *(
        known_error(
            re.sub(r"_", "-", words.partition("|")[0]) + "-renamed",
            _refused(words, "all" if words == "evaluation_strategy" else V5),
            cause=cause,
            fix=_made(setting),
            check=f"assert {check}",
        )
        for words, (setting, check, cause) in RENAMED.items()
    ),
    *(
        known_error(
            re.sub(r"_", "-", word) + "-removed",
            _refused(word),
            cause=f"TrainingArguments has no {word} any more. {cause} Leave it out.",
            fix="""arguments = TrainingArguments(output_dir="trainer_output")""",
            check="""assert arguments.output_dir == "trainer_output" """,
        )
        for word, cause in GONE.items()
    ),
    known_error(
        "trainer-tokenizer-renamed",
        _refused("tokenizer", function=r"Trainer\.__init__"),
        cause="""The Trainer's tokenizer is called processing_class now, since it may be for
            pictures or sound as well.""",
        fix="trainer = Trainer(model=model, args=arguments, processing_class=tokenizer)",
        check="assert trainer.processing_class is tokenizer",
    ),
)
