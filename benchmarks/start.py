"""What the course's package adds to the start of Python."""

import subprocess
import sys

from timing import medians, table


def bench_start() -> None:
    """Start Python with one import, beside nothing and beside what most notebooks import."""

    def start(code: str):
        return lambda: subprocess.run([sys.executable, "-c", code], check=True)

    ways = {
        "import helpers": start("import helpers"),
        "nothing": start("pass"),
        "import torch": start("import torch"),
        "import transformers, its Auto classes": start(
            "from transformers import AutoModelForSequenceClassification, AutoTokenizer"
        ),
    }
    table("Starting Python", medians(ways, rounds=5), "seconds")
