"""Savers that are killed, race, or meet a full disk: a few for the tests, many as a script.

python tests/saving.py      300 kills and 200 pairs of savers over one tagger (5 minutes)
"""

import os
import random
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path

import numpy as np
import torch
from tokenizers import BertWordPieceTokenizer
from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

from helpers.models import PROBLEM_TYPE, Tagger, load_tagger, save_tagger


def tiny_tagger(number: int, names=("sports", "law")) -> Tagger:
    """Make a tagger of some 100 kB whose every part tells its number."""
    words = f"[PAD] [UNK] [CLS] [SEP] [MASK] the team won game a new app word{number}".split()
    vocabulary = {word: i for i, word in enumerate(words)}
    tokenizer = BertTokenizerFast(tokenizer_object=BertWordPieceTokenizer(vocabulary)._tokenizer)
    tokenizer.model_max_length = 64
    names = [f"{name}{number}" for name in names]
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
        id2label=dict(enumerate(names)),
        label2id={name: i for i, name in enumerate(names)},
        problem_type=PROBLEM_TYPE,
    )
    model = BertForSequenceClassification(config).eval()
    with torch.no_grad():
        for weights in model.parameters():
            weights.fill_(number / 8)  # exact in float32
    return Tagger(model, tokenizer, np.full(len(names), number / 128), names)


def number_of(tagger: Tagger) -> int:
    """Return a tiny tagger's number, which all of its parts must tell."""
    number = round(tagger.thresholds[0] * 128)
    assert tagger.label_names == [f"sports{number}", f"law{number}"], "names"
    assert f"word{number}" in tagger.tokenizer.get_vocab(), "tokenizer"
    assert all((weights == number / 8).all() for weights in tagger.model.parameters()), "weights"
    return number


def started(action) -> int:
    """Fork a process that does something and ends; return its id."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            action()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    return child


def kills(folder: Path, times: int, seed: int = 0) -> dict[str, int]:
    """Kill savers at random moments; count what is found in the folder each time."""
    old, found = tiny_tagger(1), {"old": 0, "new": 0}
    save_tagger(folder, old)
    before = time.monotonic()
    save_tagger(folder, old)
    span = time.monotonic() - before
    draw = random.Random(seed)
    for i in range(times):
        new = tiny_tagger(2 + i % 50)
        child = started(lambda new=new: save_tagger(folder, new))
        time.sleep(draw.random() * 1.2 * span)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        number = number_of(load_tagger(folder))
        assert number in (number_of(old), number_of(new)), number
        found["new" if number == number_of(new) else "old"] += 1
        if number != number_of(old):
            save_tagger(folder, old)
    save_tagger(folder, old)
    assert not [path.name for path in folder.iterdir() if path.name.startswith(".")]
    return found


def die_before(steps: int, named: str = "") -> None:
    """Let this process kill itself before one of its next calls that change the disk.

    They count from the first one with ``named`` in a path on: libraries change the disk too.
    """
    left, begun = steps, not named
    for name in ("mkdir", "rename", "replace", "unlink", "rmdir", "fsync"):
        real = getattr(os, name)

        def counted(*arguments, real=real, **options):
            nonlocal left, begun
            begun = begun or any(named in str(argument) for argument in arguments)
            if begun and left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left -= begun
            return real(*arguments, **options)

        setattr(os, name, counted)


def every_step(folder: Path) -> int:
    """Kill a saver before each of its calls that change the disk; return how many there are."""
    old, new = tiny_tagger(1), tiny_tagger(2)
    save_tagger(folder, old)
    whole = sorted(path.name for path in folder.parent.rglob("*"))
    for steps in range(1000):

        def die(steps=steps):
            die_before(steps)
            save_tagger(folder, new)

        _, status = os.waitpid(started(die), 0)
        number = number_of(load_tagger(folder))
        if not os.WIFSIGNALED(status):
            assert number == 2
            return steps
        assert number in (1, 2)
        if number == 2 or sorted(path.name for path in folder.parent.rglob("*")) != whole:
            save_tagger(folder, old)  # over whatever the killed one has left
    raise AssertionError("the saver never came to its end")


def pairs(folder: Path, times: int) -> dict[int, int]:
    """Let two savers race, and a reader beside them; count who was last."""
    one, two = tiny_tagger(1), tiny_tagger(2)
    save_tagger(folder, one)
    last = {1: 0, 2: 0}
    for _ in range(times):
        savers = [started(lambda t=t: save_tagger(folder, t)) for t in (one, two)]
        for _ in range(2):
            assert number_of(load_tagger(folder)) in last
        for saver in savers:
            assert os.waitpid(saver, 0)[1] == 0, "a saver failed"
        last[number_of(load_tagger(folder))] += 1
    return last


if __name__ == "__main__":
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as name:
        print("killed before each step:", every_step(Path(name, "steps")), "steps")
        print("killed at random moments:", kills(Path(name, "kills"), 300))
        print("pairs of savers, who was last:", pairs(Path(name, "pairs"), 200))
    sys.exit(0)
