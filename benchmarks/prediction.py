"""predict_logits beside the pipeline, plain batches, and the machine's matrix multiply."""

from collections.abc import Callable

import numpy as np
import torch
from transformers import TextClassificationPipeline

from helpers import models
from helpers.data import load_newsdesk
from memory import peaks
from timing import medians, table

N_TEXTS = 5_000
OURS, PIPELINE = "predict_logits", "pipeline, top_k=None, batch_size=32"
ONE_BATCH, IN_ORDER = "one padded batch", "batches of 64 in the given order"
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

    def in_given_order(size: int):
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
        IN_ORDER: lambda: in_given_order(64),
        PIPELINE: by_pipeline,
        ONE_BATCH: lambda: in_given_order(len(texts)),
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


def bench_prediction() -> None:
    """Logits of 5,000 texts of mixed length: throughput, equality, peak memory."""
    functions, logits = ways(), {}

    def kept(name):
        def run():
            logits[name] = functions[name]()

        return run

    seconds = medians({name: kept(name) for name in functions if name != ONE_BATCH})
    # Slow and large, and far from the rest: once is enough.
    seconds |= medians({ONE_BATCH: kept(ONE_BATCH)}, rounds=1)
    for name in (PIPELINE, IN_ORDER, ONE_BATCH):
        np.testing.assert_allclose(logits[OURS], logits[name], atol=1e-5)
    memory = peaks("prediction", [OURS, IN_ORDER, PIPELINE, ONE_BATCH])
    table(
        f"Logits of {N_TEXTS:,} texts, equal to 1e-5",
        seconds,
        "texts/s",
        N_TEXTS,
        also={"peak MB": memory},
    )
    print(
        f"\nOf what the machine's matrix multiply allows at these shapes: "
        f"{seconds[LIMIT] / seconds[OURS]:.0%}. "
        f"Pipeline: {seconds[PIPELINE] / seconds[OURS]:.1f} times as long."
    )
