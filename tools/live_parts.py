"""Live parts of the site's pages: what stands there for a notebook's widget, and with which data.

A part is an element of ours, such as ``<course-activations>``, that a script of site/static brings
to life. Its data stand in it as JSON, so a page works from disk too. Behind them stands what the
notebook saved for readers without a kernel: it is what readers without scripts see.
"""

import ast
import json

import nbformat
import numpy as np

from helpers import models, thresholds
from helpers._html import shorten
from helpers.activations import sigmoid
from helpers.data import load_newsdesk
from helpers.widgets import activations as sliders
from helpers.widgets import tokens

MEGABYTES = "{megabytes}"  # what a browser fetches before it tags: known once the model is exported
_LISTED = 84  # characters of a text that the lab lists


def place(cell: nbformat.NotebookNode) -> None:
    """Put a live part around what a cell saved, if it shows a widget that has one."""
    name = next((name for name in PARTS if f"{name}(" in cell.source), None)
    call = name and _find_call(cell.source, name)
    if not call:
        return
    element, data = PARTS[name]
    for output in cell.outputs:
        saved = output.get("data", {}).get("text/html")
        if saved:
            script = f'<script type="application/json">{in_script(data(call))}</script>'
            output["data"]["text/html"] = f"<{element}>{script}{saved}</{element}>"
            return


def in_script(data: dict) -> str:
    """Write data as JSON that may stand inside a script element.

    >>> in_script({"text": "</script>"})
    '{"text": "\\\\u003c/script>"}'
    """
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")


def _find_call(source: str, name: str) -> ast.Call | None:
    """Find where a cell calls a function, by the function's own name.

    >>> ast.unparse(_find_call("tokens.token_viewer(tokenizer, ['Goal!'])", "token_viewer"))
    "tokens.token_viewer(tokenizer, ['Goal!'])"
    """
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return next((c for c in calls if ast.unparse(c.func).split(".")[-1] == name), None)


def _activations(_call) -> dict:
    """Return labels, presets and a first sentence with its logits."""
    tagger = models.load_tagger()
    names, sentence = tagger.label_names, sliders._FIRST_TEXT
    logits = models.predict_logits(tagger.model, tagger.tokenizer, [sentence])
    return {
        "labels": names,
        "presets": [
            {"name": name, "logits": sliders._preset_logits(name, len(names))}
            for name in (sliders._TWO, sliders._NONE, sliders._ONE)
        ],
        "own": sliders._OWN_TEXT,
        "sentence": {"text": sentence, "logits": logits[0].astype(float).tolist()},
        "lowest": sliders._LOWEST,
        "highest": sliders._HIGHEST,
        "step": sliders._STEP,
        "megabytes": MEGABYTES,
    }


def _threshold_lab(_call) -> dict:
    """Return the validation texts with targets and probabilities, and what was tuned on them."""
    tagger, rows = models.load_tagger(), load_newsdesk(split="validation")
    texts, targets = rows["text"][:], np.array(rows["labels"][:]).astype(int)
    logits = models.predict_logits(tagger.model, tagger.tokenizer, texts)
    probabilities = sigmoid(logits.astype(float))
    return {
        "labels": tagger.label_names,
        "targets": targets.tolist(),
        "probabilities": probabilities.tolist(),  # all digits, so that no prediction differs
        "texts": [shorten(text, _LISTED) for text in texts],
        "tuned": thresholds.best_f1(targets, probabilities).thresholds.tolist(),
        "together": float(thresholds.best_constant(targets, probabilities).thresholds[0]),
    }


def _token_viewer(call: ast.Call) -> dict:
    """Return the texts of the notebook's call, and which tokens of the tokenizer are special."""
    tokenizer = models.load_tagger().tokenizer
    longest = {word.arg: ast.literal_eval(word.value) for word in call.keywords}["longest"]
    return {
        "texts": ast.literal_eval(call.args[1]),
        "least": tokenizer.num_special_tokens_to_add() + 1,
        "longest": longest,
        "most": tokens._MAX_ALLOWED,
        "unknown": tokenizer.unk_token_id,
        "special": tokenizer.all_special_ids,
        "padding": {"text": tokenizer.pad_token, "id": tokenizer.pad_token_id},
    }


PARTS = {
    "two_activations": ("course-activations", _activations),
    "threshold_lab": ("course-threshold-lab", _threshold_lab),
    "token_viewer": ("course-token-viewer", _token_viewer),
}
