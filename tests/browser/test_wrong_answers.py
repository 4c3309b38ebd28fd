"""Thirty answers as a learner would type them, each with a wrong thought, in a real JupyterLab.

They were written from the exercises' texts, not from the programs that the checks compare with.
"""

import json
import urllib.request

from nbformat import v4

START = """import math
import numpy as np
import torch
from sklearn.metrics import accuracy_score, f1_score
from sklearn.preprocessing import MultiLabelBinarizer
from helpers import exercises, thresholds"""

ANSWERS = {  # the problem: what is typed, and words of the reply that it should get
    "00.1": ('["sports"]', "highest one only"),
    "00.2": ("[False, False, False]", "adding up each row"),
    "00.3": ('["sports"]', "lower bar is easier"),
    "01.1": (
        "MultiLabelBinarizer().fit_transform(exercises.given('01.1')[0])",
        "alphabetical order",
    ),
    "01.3": (
        "MultiLabelBinarizer(classes=exercises.given('01.3')[1])"
        ".fit_transform([exercises.given('01.3')[0]])",
        "one text with two labels",
    ),
    "01.4": ("exercises.given('01.4').mean()", "share of 1s among all places"),
    "01.5": ("exercises.given('01.5').sum(axis=1) <= 1", "no label does not fit either"),
    "01.7": ("(np.equal(*exercises.given('01.7'))).mean()", "Much of it is luck"),
    "02.3": ("(2, 512)", "not to the limit"),
    "02.4": ("np.ones_like(exercises.given('02.4'))", "All ones"),
    "02.6": ("exercises.given('02.6')[0][:6]", "Two of the places go to [CLS] and [SEP]"),
    "03.1": ("[(3, 12), (3, 384), (3, 384), (3, 4)]", "each token has a vector"),
    "03.2": ("lambda pooled, weight, bias: pooled @ weight + bias", "Turn it over first"),
    "03.4": ("exercises.given('03.4')[0]", "whole first text"),
    "03.6": ("round(exercises.given('03.6')['head'] / 22714756, 4)", "all its digits"),
    "03.7": ("0.5", "One half is the probability"),
    "04.1": (
        "[n for z, n in zip(*exercises.given('04.1')) if z > 0.5]",
        "compared the logits with 0.5",
    ),
    "04.2": ("lambda z: 1 / (1 + math.exp(-z))", "math.exp takes one number"),
    "04.3": ("lambda z: np.exp(z) / np.exp(z).sum()", "all texts share one 1"),
    "04.4": ("lambda p, y: -np.log(p)", "as if it were true"),
    "04.6": ("lambda p: 2 * p - 1", "Logits have no end"),
    "05.2": ("math.ceil(1200 / 32)", "one epoch"),
    "05.4": ("1 / exercises.given('05.4').mean(axis=0)", "All texts divided by positives"),
    "06.2": ("0.0", "most of its no's are right"),
    "06.7": ('"A"', "best micro-F1"),
    "07.1": ("lambda false_alarm, miss: false_alarm / miss", "ratio of the two costs"),
    "07.5": ('["fewer", "more", "fewer"]', "Turned round"),
    "07.6": ("lambda z, t: 1 / (1 + np.exp(-z)) / t", "Divide the logit"),
    "08.3": ("lambda signs: np.abs(signs)", "every label is 1"),
    "08.5": (
        "lambda texts, labels: labels[: sum(text is not None for text in texts)]",
        "neighbor's labels",
    ),
}


def test_thirty_wrong_answers_are_understood(server, opened):
    assert len(ANSWERS) == 30
    address, token = server
    sources = [START]
    sources += [f'exercises.check("{name}", {typed})' for name, (typed, _) in ANSWERS.items()]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [v4.new_code_cell(source) for source in sources]
    content = v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    request = urllib.request.Request(
        f"{address}/api/contents/notebooks/wrong.ipynb?token={token}",
        json.dumps({"type": "notebook", "content": content}).encode(),
        {"Content-Type": "application/json"},
        method="PUT",
    )
    urllib.request.urlopen(request, timeout=30).close()
    notebook = opened("wrong.ipynb")
    misread = {}
    for source, (name, (_, words)) in zip(sources[1:], ANSWERS.items(), strict=True):
        box = notebook.cell(source).locator("[role=status]")
        box.wait_for()
        reply = " ".join(box.inner_text().split())
        if words not in reply or not reply.startswith((f"✗ {name}", f"! {name}")):
            misread[name] = reply
    assert not misread
