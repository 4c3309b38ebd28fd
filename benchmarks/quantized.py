"""Linear layers in 8 bits by ONNX Runtime: how fast, and what it costs in macro-F1.

Not part of the course: see the README beside this file. It runs where ONNX Runtime is installed:
.venv/bin/uv pip install onnxruntime onnx onnxscript
"""

import importlib.util
import logging
import tempfile
import time
import warnings
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch
from sklearn.metrics import f1_score

from helpers import models
from helpers.data import load_newsdesk
from prediction import OURS, PIPELINE, mixed_texts, ways
from timing import medians, table

N_TEXTS = 500
NEEDED = ["onnxruntime", "onnx", "onnxscript"]


class OnnxModel:
    """What predict_logits asks of a model, answered by an ONNX file."""

    def __init__(self, path: Path, model):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        self.session = onnxruntime.InferenceSession(path, options)
        self.config, self.device, self.training = model.config, torch.device("cpu"), False

    def eval(self):
        return self

    def train(self, mode=True):
        return self

    def __call__(self, **batch):
        inputs = {name: tensor.numpy() for name, tensor in batch.items()}
        return SimpleNamespace(logits=torch.from_numpy(self.session.run(None, inputs)[0]))


def export(model, tokenizer, path: Path) -> None:
    """Write the model as ONNX, for any number of texts of any length."""

    class Logits(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, input_ids, token_type_ids, attention_mask):
            batch = {"input_ids": input_ids, "token_type_ids": token_type_ids}
            return self.model(**batch, attention_mask=attention_mask).logits

    batch = tokenizer(["A late goal.", "Rain."], padding=True, return_tensors="pt")
    names = ["input_ids", "token_type_ids", "attention_mask"]
    sizes = {0: torch.export.Dim("texts"), 1: torch.export.Dim("tokens", max=512)}
    torch.onnx.export(
        Logits().eval(),
        tuple(batch[name] for name in names),
        path,
        input_names=names,
        output_names=["logits"],
        dynamic_shapes=(sizes,) * len(names),
        external_data=False,
        verbose=False,
    )


def bench_quantized() -> None:
    """Logits of 500 texts of mixed length: the pipeline, predict_logits, ONNX, ONNX in 8 bits."""
    missing = [name for name in NEEDED if not importlib.util.find_spec(name)]
    if missing:
        print(f"\n8-bit layers: not measured, {', '.join(missing)} not installed.")
        return
    from onnxruntime.quantization import QuantType, quantize_dynamic

    tagger = models.load_tagger()
    model, tokenizer = tagger.model, tagger.tokenizer
    texts, pipeline = mixed_texts(N_TEXTS), ways(N_TEXTS)[PIPELINE]
    logging.disable(logging.WARNING)  # what exporter and quantizer remark on their own insides
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(action="ignore"):
        whole, small = Path(folder) / "whole.onnx", Path(folder) / "small.onnx"
        started = time.perf_counter()
        export(model, tokenizer, whole)
        # Without these two settings, processors that lack 8-bit multiply instructions overflow.
        quantize_dynamic(
            whole,
            small,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "Gemm"],
            reduce_range=True,
            per_channel=True,
        )
        prepared = time.perf_counter() - started
        sizes = {"float32": whole.stat().st_size / 1e6, "8 bits": small.stat().st_size / 1e6}
        rivals = {
            OURS: model,
            "ONNX Runtime, float32": OnnxModel(whole, model),
            "ONNX Runtime, 8 bits": OnnxModel(small, model),
        }
    logging.disable(logging.NOTSET)
    runs = {
        name: lambda rival=rival: models.predict_logits(rival, tokenizer, texts)
        for name, rival in rivals.items()
    }
    seconds = medians(runs | {PIPELINE: pipeline})
    test = load_newsdesk(split="test")
    targets = np.array(test["labels"][:])
    scores = {
        name: f1_score(
            targets, models.predict_logits(rival, tokenizer, test["text"]) > 0, average="macro"
        )
        for name, rival in rivals.items()
    }
    table(
        f"8-bit layers, {N_TEXTS:,} texts", seconds, "texts/s", N_TEXTS, also={"macro-F1": scores}
    )
    files = ", ".join(f"{name} {size:.0f} MB" for name, size in sizes.items())
    print(f"\nTo export and quantize: {prepared:.0f} s. Files: {files}.")


if __name__ == "__main__":
    bench_quantized()
