"""Draw the picture at the top of the README: a text with all its labels, an error diagnosed.

    python tools/readme_picture.py            write README.svg
    python tools/readme_picture.py --check    exit 1 where README.svg is not what would be drawn

Nothing in it is typed by hand: the tagger tags, and the doctor looks at an error that is raised.
"""

import contextlib
import io
import sys
from pathlib import Path

import torch

from helpers import plots
from helpers._html import Html, line, rect, svg, tag, text
from helpers.activations import sigmoid
from helpers.doctor import recover
from helpers.models import Tagger, load_tagger, predict_logits

PICTURE = Path(__file__).resolve().parent.parent / "README.svg"
TEXT = "The ministry moves all its paperwork to an app."
WIDTH, HEIGHT, LEFT = 1000, 246, 330  # of the whole, and where the right half begins
BAR = 150  # pixels for a probability of 1


def bars(tagger: Tagger) -> list[Html]:
    """Draw a bar for each label, dark where it is predicted, with its threshold."""
    probabilities = sigmoid(predict_logits(tagger.model, tagger.tokenizer, [TEXT]))[0]
    parts = [text(16, 56, f"“{TEXT}”", size=12)]
    rows = zip(tagger.label_names, probabilities, tagger.thresholds, strict=True)
    for y, (name, probability, threshold) in zip(range(78, 1000, 34), rows, strict=False):
        above = probability > threshold
        color = plots.PREDICTED if above else plots.NOT_PREDICTED
        x = 112 + threshold * BAR
        parts += [
            text(104, y + 14, name, bold=above, anchor="end"),
            rect(112, y, max(1, probability * BAR), 20, fill=color),
            line(x, y - 5, x, y + 25, dash="4 3", thick=1),
            text(112 + BAR + 8, y + 14, f"{probability:.2f}", bold=above),
        ]
    return [
        *parts,
        text(16, HEIGHT - 20, "dashed: the threshold; dark and bold: predicted", size=11),
    ]


def diagnosis(tagger: Tagger) -> list[str]:
    """Train with whole numbers as labels, as many do, and return the lines that are printed."""
    batch = tagger.tokenizer([TEXT], return_tensors="pt")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), recover():
        tagger.model(**batch, labels=torch.tensor([[0, 1, 1, 0]]))
    return printed.getvalue().splitlines()


def draw() -> str:
    """Return the picture as SVG."""
    tagger = load_tagger()
    lines = diagnosis(tagger)
    known = [text(LEFT + 16, 56 + 17 * i, content, size=12) for i, content in enumerate(lines)]
    left, right = "every label that fits", "an error, named and fixed"
    return (
        svg(
            f"On the left, probabilities of four labels for one sentence; on the right: {lines[2]}",
            WIDTH,
            HEIGHT,
            tag("style", Html("text{white-space:pre}.code text{font-family:monospace}")),
            rect(0.5, 0.5, WIDTH - 1, HEIGHT - 1, rx=8, fill="#ffffff", stroke="#c8c8c8"),
            rect(LEFT, 12, WIDTH - LEFT - 12, HEIGHT - 24, rx=6, fill="#f3f3f3"),
            text(16, 30, left, bold=True),
            text(LEFT + 16, 30, right, bold=True),
            *bars(tagger),
            tag("g", *known, **{"class": "code"}),
        ).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
        + "\n"
    )


def main(arguments: list[str]) -> int:
    if "--check" in arguments:
        same = PICTURE.read_text(encoding="utf-8") == draw()
        print("README.svg is what would be drawn." if same else "README.svg is stale.")
        return 0 if same else 1
    with open(PICTURE, "w", encoding="utf-8", newline="\n") as file:
        file.write(draw())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
