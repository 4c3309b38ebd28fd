"""predict_logits beside the pipeline, plain batches, and the machine's matrix multiply."""

from collections.abc import Callable

import numpy as np
import torch
from transformers import TextClassificationPipeline

from helpers import models
from helpers.data import load_newsdesk
from memory import peaks
from timing import medians, table, tell

N_TEXTS, IN_ONE_BATCH = 1_000, 250  # one batch of all would take gigabytes, and minutes
OURS, PIPELINE = "predict_logits", "pipeline, top_k=None, batch_size=32"
IN_ORDER = "batches of 64 in the given order"
ONE_BATCH = f"one padded batch of {IN_ONE_BATCH} texts, time x {N_TEXTS // IN_ONE_BATCH}"
LIMIT = "its matrix multiplies alone"


def mixed_texts(n_texts: int) -> list[str]:
    """Make texts of mixed length, about log-normal, by joining newsdesk's words in order."""
    words = " ".join(load_newsdesk(split="train")["text"]).split()
    rng = np.random.default_rng(0)
    lengths = np.clip(rng.lognormal(mean=2.75, sigma=0.65, size=n_texts), 2, 110).astype(int)
    starts = rng.integers(len(words) - 110, size=n_texts)
    return [" ".join(words[s : s + n]) for s, n in zip(starts, lengths, strict=True)]


def ways(n_texts: int = N_TEXTS) -> dict[str, Callable[[], np.ndarray | None]]:
    """Return each way to get logits for the same texts, as a function."""
    tagger = models.load_tagger()
    model, tokenizer = tagger.model, tagger.tokenizer
    texts = mixed_texts(n_texts)
    pipeline = TextClassificationPipeline(
        model=model, tokenizer=tokenizer, top_k=None, function_to_apply="none"
    )

    def by_pipeline():
        rows = pipeline(texts, batch_size=32)
        scores = [{entry["label"]: entry["score"] for entry in row} for row in rows]
        return np.array([[row[name] for name in tagger.label_names] for row in scores])

    def in_given_order(texts: list[str], size: int):
        rows = []
        with torch.inference_mode():
            for start in range(0, len(texts), size):
                some = texts[start : start + size]
                batch = tokenizer(some, padding=True, truncation=True, return_tensors="pt")
                rows.append(model(**batch).logits.numpy())
        return np.concatenate(rows)

    return {
        OURS: lambda: models.predict_logits(model, tokenizer, texts),
        LIMIT: multiplications(model, tokenizer, texts),
        IN_ORDER: lambda: in_given_order(texts, 64),
        PIPELINE: by_pipeline,
        ONE_BATCH: lambda: in_given_order(texts[:IN_ONE_BATCH], IN_ONE_BATCH),
    }


def multiplications(model, tokenizer, texts: list[str]) -> Callable[[], None]:
    """Return a function that does the matrix multiplies of predict_logits, and nothing else.

    The same shapes in the same order, padding included, on tensors that mean nothing; without
    tokenizer, embedding, softmax, normalization and activation.
    """
    config = model.config
    width, inner, heads = config.hidden_size, config.intermediate_size, config.num_attention_heads
    lengths = np.array([len(ids) for ids in tokenizer(texts)["input_ids"]])
    shapes = [(len(rows), int(lengths[rows].max())) for rows in models.batches(lengths, 64)]
    square, up, down = torch.rand(width, width), torch.rand(inner, width), torch.rand(width, inner)
    bias, wide_bias = torch.rand(width), torch.rand(inner)
    tokens = max(n * length for n, length in shapes)
    narrow, wide = torch.rand(tokens, width), torch.rand(tokens, inner)
    attention = torch.rand(max(n * heads * length * length for n, length in shapes))
    linear = torch.nn.functional.linear

    def multiply():
        with torch.inference_mode():
            for n, length in shapes:
                states = narrow[: n * length]
                per_head = states.view(n, length, heads, -1).transpose(1, 2)
                weights = attention[: n * heads * length**2].view(n, heads, length, length)
                for _ in range(config.num_hidden_layers):
                    for _ in range(4):  # query, key, value, output
                        linear(states, square, bias)
                    per_head @ per_head.transpose(2, 3)
                    weights @ per_head
                    linear(states, up, wide_bias)
                    linear(wide[: n * length], down, bias)

    return multiply


def bench_prediction(n_texts: int = N_TEXTS) -> None:
    """Logits of texts of mixed length: throughput, largest difference, peak memory."""
    functions, logits = ways(n_texts), {}

    def kept(name):
        def run():
            logits[name] = functions[name]()

        return run

    seconds = medians({name: kept(name) for name in functions if name != ONE_BATCH})
    # Slow and large, and far from the rest: once is enough.
    once = medians({ONE_BATCH: kept(ONE_BATCH)}, rounds=1)[ONE_BATCH]
    seconds[ONE_BATCH] = once * n_texts / IN_ONE_BATCH
    rivals = (PIPELINE, IN_ORDER, ONE_BATCH)
    # Rounding alone: each way pads and adds up in another order. No bound is asked of it here.
    apart = {
        name: np.abs(logits[name] - logits[OURS][: len(logits[name])]).max() for name in rivals
    }
    tell(", ".join(f"{name}: at most {value:.1e} apart" for name, value in apart.items()))
    table(
        f"Logits of {n_texts:,} texts",
        seconds,
        "texts/s",
        n_texts,
        also={"largest difference": apart, "peak MB": peaks("prediction", [OURS, *rivals])},
    )
    print(
        f"\nOf what the machine's matrix multiply allows at these shapes: "
        f"{seconds[LIMIT] / seconds[OURS]:.0%}. "
        f"Pipeline: {seconds[PIPELINE] / seconds[OURS]:.1f} times as long. "
        f"Logits differ by at most {max(apart.values()):.1e}."
    )
