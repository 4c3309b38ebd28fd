"""Export the course's tagger for the browser: ONNX, its weights in 8 bits.

python tools/browser_model.py          write build/site-model/, unless it is there

Wants what ``python3 course.py site`` installs. The result depends on the tagger and on the packages
that export it; it is made anew when one of them changes.
"""

import hashlib
import importlib.metadata
import json
import logging
import shutil
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
import torch

import build
from helpers import models

FOLDER = build.ROOT / "build" / "site-model"
PACKAGES = ["torch", "transformers", "onnx", "onnxscript", "onnxruntime"]
WEIGHTS, FACTS, TOKENIZER = "tagger.onnx", "tagger.json", "tokenizer.json"
LARGE = 10_000  # rows of a table that is worth shrinking: the word pieces', not the positions'


class Logits(torch.nn.Module):
    """The model as two tensors in, one out: what the browser's side sees."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask):
        """Return logits ``(n_texts, n_labels)``."""
        return self.model(input_ids=input_ids, attention_mask=attention_mask).logits


def mark() -> str:
    """Return what tells whether an exported model is of this tagger and these packages."""
    said = [f"{name} {importlib.metadata.version(name)}" for name in PACKAGES]
    files = sorted(models.TAGGER_FOLDER.iterdir())
    said += [hashlib.sha256(path.read_bytes()).hexdigest() for path in (*files, Path(__file__))]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]


def export(folder: Path = FOLDER) -> Path:
    """Write the model, its tokenizer and what is known of it; keep what is there and fits.

    Returns:
        The folder, with ``tagger.onnx``, ``tokenizer.json`` and ``tagger.json``.
    """
    facts, ours = folder / FACTS, mark()
    if facts.is_file() and json.loads(facts.read_text(encoding="utf-8"))["mark"] == ours:
        return folder
    tagger = models.load_tagger()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as name:
        whole = Path(name, "float.onnx")
        _write_float(tagger, whole)
        _in_8_bits(whole, folder / WEIGHTS)
        tagger.tokenizer.save_pretrained(name)
        kept = json.loads(Path(name, TOKENIZER).read_text(encoding="utf-8"))
    kept["padding"] = kept["truncation"] = None  # the worker cuts, and tells
    text = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
    (folder / TOKENIZER).write_text(text, encoding="utf-8")
    said = {
        "mark": ours,
        "labels": tagger.label_names,
        "thresholds": [float(one) for one in tagger.thresholds],
        "limit": models.token_limit(tagger.model, tagger.tokenizer),
    }
    facts.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
    return folder


def _write_float(tagger: models.Tagger, path: Path) -> None:
    example = tagger.tokenizer(["One text.", "Another, longer text."], padding=True)
    inputs = [torch.tensor(example[key]) for key in ("input_ids", "attention_mask")]
    sizes = {0: torch.export.Dim("texts"), 1: torch.export.Dim("tokens", max=512)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the exporter's own parts
        torch.onnx.export(
            Logits(tagger.model).eval(),
            tuple(inputs),
            str(path),
            input_names=["input_ids", "attention_mask"],
            output_names=["logits"],
            dynamic_shapes={"input_ids": sizes, "attention_mask": sizes},
            dynamo=True,
            external_data=False,
            verbose=False,
        )


def _in_8_bits(path: Path, target: Path) -> None:
    """Keep weights in 8 bits and compute in float: what moves the probabilities least."""
    import onnx
    from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

    logging.getLogger("onnxruntime.quantization.matmul_nbits_quantizer").setLevel(logging.ERROR)
    model = onnx.load(str(path))
    _forget_the_machine(model)
    _shrink_tables(model)
    products = MatMulNBitsQuantizer(model, bits=8, block_size=32, is_symmetric=True)
    products.process()
    products.model.save_model_to_file(str(target), False)


def _forget_the_machine(model) -> None:
    """Drop what the exporter notes beside each node: lines of code, and the folder they lie in."""
    graph = model.graph
    noted = (*graph.node, *graph.initializer, *graph.value_info, *graph.input, *graph.output)
    for one in (model, graph, *noted):
        del one.metadata_props[:]


def _shrink_tables(model) -> None:
    """Write large tables of vectors as 8-bit numbers, with a scale for each row."""
    from onnx import TensorProto, helper, numpy_helper

    graph = model.graph
    tables = {one.name: one for one in graph.initializer}
    nodes = []
    for node in graph.node:
        table = tables.get(node.input[0]) if node.op_type == "Gather" else None
        if table is None or len(table.dims) != 2 or table.dims[0] < LARGE:
            nodes.append(node)
            continue
        values = numpy_helper.to_array(table)
        scales = np.abs(values).max(axis=1, keepdims=True) / 127
        small = np.round(values / np.where(scales, scales, 1)).astype(np.int8)
        name, rows, found = table.name, node.input[1], node.output[0]
        graph.initializer.remove(table)
        graph.initializer.append(numpy_helper.from_array(small, f"{name}_8"))
        graph.initializer.append(numpy_helper.from_array(scales, f"{name}_scales"))
        nodes += [
            helper.make_node("Gather", [f"{name}_8", rows], [f"{found}_8"]),
            helper.make_node("Gather", [f"{name}_scales", rows], [f"{found}_scales"]),
            helper.make_node("Cast", [f"{found}_8"], [f"{found}_float"], to=TensorProto.FLOAT),
            helper.make_node("Mul", [f"{found}_float", f"{found}_scales"], [found]),
        ]
    del graph.node[:]
    graph.node.extend(nodes)


if __name__ == "__main__":
    sys.exit(print(export()))
