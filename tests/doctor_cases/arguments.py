"""What TrainingArguments refuses: what raises the errors of known/arguments.py."""

from doctor_cases._start import NEW, Case
from helpers.doctor.known.arguments import GONE, RENAMED

CASES = [
    *(
        Case(
            words.partition("|")[0].replace("_", "-") + "-renamed",
            f"TrainingArguments(output_dir=folder, {word}=1)",
            only="" if words == "evaluation_strategy" else NEW,
        )
        for words in RENAMED
        for word in words.split("|")
    ),
    *(
        Case(
            word.replace("_", "-") + "-removed",
            f"TrainingArguments(output_dir=folder, {word}=1)",
            only=NEW,
        )
        for word in GONE
    ),
    Case("no-cuda-renamed", "transformers.TrainingArguments(folder, no_cuda=True)", only=NEW),
    Case(
        "warmup-ratio-renamed",
        "from transformers import TrainingArguments as Settings\n"
        "Settings(folder, warmup_ratio=0.1)",
        only=NEW,
    ),
    Case(
        "trainer-tokenizer-renamed",
        "arguments = TrainingArguments(**options)\n"
        "Trainer(model=model, args=arguments, tokenizer=tokenizer)",
        only=NEW,
    ),
    Case(
        "trainer-tokenizer-renamed",
        "arguments = TrainingArguments(**options)\n"
        "class Weighted(Trainer):\n"
        "    def __init__(self, *inputs, **settings):\n"
        "        super().__init__(*inputs, **settings, tokenizer=tokenizer)\n"
        "Weighted(model=model, args=arguments)",
        only=NEW,
    ),
]
