"""Shipping: the service under bad input and load, the card, and what watching sees."""

import asyncio
import concurrent.futures
import json
import platform
import random
import re
import socket
import subprocess
import sys
import threading
import time

import httpx
import numpy as np
import pandas as pd
import pytest
import uvicorn
from fastapi.testclient import TestClient

from helpers import data, models, shipping, thresholds
from helpers.activations import sigmoid
from service import bad_requests

TEXTS = data.load_newsdesk(split="test")["text"][:120]


@pytest.fixture(scope="module")
def tagger():
    return models.load_tagger()


@pytest.fixture(scope="module")
def by_helpers(tagger):
    probabilities = sigmoid(models.predict_logits(tagger.model, tagger.tokenizer, TEXTS))
    given = thresholds.apply_thresholds(probabilities, tagger.thresholds) == 1
    return probabilities, [list(np.array(tagger.label_names)[row]) for row in given]


@pytest.fixture(scope="module")
def app():
    return shipping.service(max_texts=200, max_characters=5_000, max_bytes=300_000)


@pytest.fixture(scope="module")
def client(app):
    # What fails inside is to come out as a 500, not as an error of the test's.
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def tag(client, texts):
    return client.post("/tag", json={"texts": texts})


# The service


def test_the_same_labels_as_helpers(client, by_helpers):
    probabilities, labels = by_helpers
    answer = tag(client, TEXTS)
    assert answer.status_code == 200 and answer.json()["cut"] == 0
    results = answer.json()["results"]
    assert [one["labels"] for one in results] == labels
    told = [list(one["probabilities"].values()) for one in results]
    np.testing.assert_allclose(told, probabilities, atol=1e-4)


def test_thresholds_come_from_the_taggers_folder(tagger, tmp_path, by_helpers):
    models.save_tagger(tmp_path, tagger)
    thresholds.save(tmp_path, [0.9, 0.1, 0.5, 0.01], tagger.label_names)
    with TestClient(shipping.service(tmp_path)) as client:
        results = tag(client, TEXTS).json()["results"]
        assert client.get("/health").json()["thresholds"]["entertainment"] == 0.01
    given = by_helpers[0] > [0.9, 0.1, 0.5, 0.01]
    expected = [list(np.array(tagger.label_names)[row]) for row in given]
    assert [one["labels"] for one in results] == expected


def test_no_texts_blank_texts_and_texts_that_are_cut(client):
    assert tag(client, []).json() == {"results": [], "cut": 0}
    long = "The goal was late. " * 200
    found = tag(client, ["", " \n", long, "Goal."]).json()
    assert [one["labels"] for one in found["results"][:2]] == [[], []]
    assert [one["cut"] for one in found["results"]] == [False, False, True, False]
    assert found["cut"] == 1


def test_health_counts_and_keeps_no_text(app):
    with TestClient(shipping.service(max_texts=3)) as client:
        before = client.get("/health").json()
        assert before["status"] == "ok" and before["limits"]["texts"] == 3
        assert before["seen"]["texts"] == 0
        tag(client, ["The striker scored twice.", "", "Zebra " * 600])
        after = client.get("/health").text
    seen = json.loads(after)["seen"]
    assert seen["texts"] == 3 and seen["cut"] == 1 and seen["given"]["sports"] == 1
    assert "striker" not in after and "Zebra" not in after


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        (b"", 422, "no JSON"),
        (b"{", 422, "no JSON"),
        (b"\xff\xfe", 422, "no JSON"),
        (b"null", 422, "no object"),
        (b'["a"]', 422, "no object"),
        (b"{}", 422, 'no "texts"'),
        (b'{"text": "a"}', 422, 'no "texts"'),
        (b'{"texts": null}', 422, "no list"),
        (b'{"texts": "a"}', 422, "One text is a list too"),
        (b'{"texts": {"0": "a"}}', 422, "no list"),
        (b'{"texts": ["a", null]}', 422, "Text 1 is no text"),
        (b'{"texts": [3]}', 422, "Text 0 is no text"),
        (b'{"texts": [NaN]}', 422, "Text 0 is no text"),
        (b'{"texts": [["a"]]}', 422, "Text 0 is no text"),
        (b'{"texts": ["\\ud800"]}', 422, "no JSON|lone surrogate"),
        (b'{"texts": ["a"], "threshold": 0.3}', 422, "Leave it out"),
        (b"[" * 200_000, 422, "no JSON"),
        (b'{"texts": [' + b"9" * 10_000 + b"]}", 422, "Text 0|no JSON"),
        (json.dumps({"texts": ["a"] * 201}).encode(), 422, "more than 200 texts"),
        (json.dumps({"texts": ["a" * 5_001]}).encode(), 422, "longer than 5,000 characters"),
        (b" " * 300_001, 413, "larger than 300,000 bytes"),
    ],
    ids=lambda value: repr(value)[:30] if isinstance(value, bytes) else None,
)
def test_bad_input_is_refused_with_the_place_and_the_limit(client, body, status, says):
    answer = client.post("/tag", content=body)
    assert answer.status_code == status
    detail = answer.json()["detail"]
    assert re.search(says, detail if isinstance(detail, str) else " ".join(detail))


def test_what_is_wrong_is_not_repeated(client):
    answer = client.post("/tag", content=b'{"texts": ["secret-1", {"secret-2": "secret-3"}]}')
    assert answer.status_code == 422 and "secret" not in answer.text


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"])
def test_other_methods_are_405_and_other_paths_404(client, method):
    assert client.request(method, "/tag").status_code == 405
    assert client.request("POST", "/health").status_code == 405
    assert client.request(method, "/docs").status_code == 404


def test_the_description_is_served_and_names_the_field(client):
    described = client.get("/openapi.json").json()
    content = described["paths"]["/tag"]["post"]["requestBody"]["content"]
    assert "texts" in content["application/json"]["schema"]["properties"]


def test_no_bad_request_is_the_services_own_failure(client):
    for method, path, body, headers in bad_requests(300, max_texts=200, max_characters=5_000):
        answer = client.request(method, path, content=body, headers=headers)
        assert 400 <= answer.status_code < 500, (method, path, body[:80], answer.status_code)
    assert tag(client, ["Goal."]).status_code == 200  # it is still there


def test_what_fails_for_one_caller_fails_for_no_other():
    from helpers.shipping import _service

    taken, free = [], threading.Event()

    def tag(texts):
        free.wait()
        taken.append(list(texts))
        if "bad" in texts:
            raise ValueError("bad")
        return [{"text": text} for text in texts]

    async def many():
        ask = _service._together(tag, most=5)
        asked = [asyncio.create_task(ask(texts)) for texts in (["a"], ["b", "c"], ["bad"], ["d"])]
        gone = asyncio.create_task(ask(["gone"]))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.sleep(0)
        free.set()
        return await asyncio.gather(*asked, return_exceptions=True)

    # In a thread of its own: where browser tests ran before, this one has an event loop already.
    with concurrent.futures.ThreadPoolExecutor(1) as thread:
        one, two, bad, last = thread.submit(asyncio.run, many()).result()
    assert one == [{"text": "a"}] and two == [{"text": "b"}, {"text": "c"}]
    assert isinstance(bad, ValueError) and last == [{"text": "d"}]
    assert max(map(len, taken)) > 2, "nothing was tagged together"
    assert not any("gone" in texts for texts in taken)


@pytest.mark.parametrize(
    ("argument", "value", "error"),
    [
        ("max_texts", 0, ValueError),
        ("max_characters", "9", TypeError),
        ("max_bytes", -1, ValueError),
    ],
)
def test_a_limit_that_is_none_is_refused(argument, value, error):
    with pytest.raises(error, match=argument):
        shipping.service(**{argument: value})


def test_a_folder_without_a_tagger_is_refused_at_the_start(tmp_path):
    with pytest.raises(FileNotFoundError, match="no model is here"):
        shipping.service(tmp_path)


# A real server, on this machine alone


@pytest.fixture(scope="module")
def address(app):
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        yield "http://{}:{}".format(*listening.getsockname())
        server.should_exit = True
        thread.join()


def test_twenty_clients_get_their_own_answers(address, by_helpers):
    _, labels = by_helpers

    def visit(number: int) -> int:
        rng = random.Random(number)
        with httpx.Client(base_url=address, timeout=300, trust_env=False) as client:
            for _ in range(4):
                i = rng.randrange(len(TEXTS) - 2)
                if number % 5 == 0:
                    refused = client.post("/tag", content=b'{"texts": [null]}')
                    assert refused.status_code == 422
                answer = tag(client, TEXTS[i : i + 2])
                assert answer.status_code == 200
                found = [one["labels"] for one in answer.json()["results"]]
                assert found == labels[i : i + 2]
        return number

    with concurrent.futures.ThreadPoolExecutor(20) as clients:
        assert list(clients.map(visit, range(20))) == list(range(20))


def test_too_large_is_said_before_the_connection_closes(address):
    with httpx.Client(base_url=address, timeout=300, trust_env=False) as client:
        answer = client.post("/tag", content=b" " * 3_000_000)
        assert answer.status_code == 413
        assert tag(client, ["Goal."]).status_code == 200


def test_half_a_request_does_no_harm(address):
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as sent:
        sent.sendall(b"POST /tag HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
    assert httpx.get(address + "/health", trust_env=False, timeout=300).status_code == 200


FREED = """
import numpy as np
from helpers.shipping import _service
{before}
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096
first = np.ones(1 << 20)
del first  # from here on the C library keeps what is as large, unless it is told otherwise
array = np.ones(1 << 20)
above = np.ones(10_000)
held = resident()
del array
print(held - resident() > 7_000_000)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="of this C library alone")
@pytest.mark.parametrize("before", ["", "_service._give_memory_back()"])
def test_what_is_freed_goes_back_to_the_machine(run_python, before):
    assert run_python(FREED.format(before=before)).strip() == str(bool(before))


def test_the_door_is_light():
    code = (
        "import sys; from helpers import shipping\n"
        "print([name for name in ('torch', 'fastapi', 'transformers') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


# The card

SENTENCES = {
    "title": "News tagger",
    "trained_on": "newsdesk",
    "judged_on": "newsdesk's test split",
    "thresholds_from": "0.5 for all",
    "made_for": "a first guess",
    "not_for": ["decisions about people"],
}


@pytest.fixture(scope="module")
def judged(tagger):
    y = np.array(data.load_newsdesk(split="test")["labels"][:120]).astype(int)
    probabilities = sigmoid(models.predict_logits(tagger.model, tagger.tokenizer, TEXTS))
    return y, (probabilities > 0.5).astype(int)


def test_a_card_says_what_the_tagger_has_and_what_was_measured(tagger, judged):
    from helpers import metrics

    page = shipping.card(tagger, *judged, **SENTENCES, resamples=200)
    for name in tagger.label_names:
        assert f"| {name} | 0.5 |" in page
    assert f"macro-F1 {metrics.bootstrap(*judged, 'macro-F1', 200)}" in page
    assert "(120 texts)" in page and "- decisions about people" in page


@pytest.mark.parametrize("name", SENTENCES)
def test_a_card_that_leaves_something_out_is_refused(tagger, judged, name):
    empty = [] if name == "not_for" else " "
    with pytest.raises(ValueError, match=name):
        shipping.card(tagger, *judged, **(SENTENCES | {name: empty}))


def test_a_card_of_other_labels_is_refused(tagger, judged):
    y, given = judged
    with pytest.raises(ValueError, match="3 labels, the tagger 4"):
        shipping.card(tagger, y[:, :3], given[:, :3], **SENTENCES)


# Watching


def drawn(n, shares, rng):
    """Draw made-up probabilities of n texts, of which each label is predicted by its share."""
    return np.where(rng.random((n, len(shares))) < shares, 0.9, 0.1) + rng.normal(0, 0.01, (n, 1))


def test_nothing_moved_is_seldom_called_moved():
    rng, shares = np.random.default_rng(0), [0.3, 0.1, 0.05, 0.5]
    alarms = 0
    for _ in range(400):
        before, now = drawn(400, shares, rng), drawn(150, shares, rng)
        alarms += shipping.watch(before, now)["moved"].any()
    assert alarms <= 400 * 0.06


def test_a_label_that_moved_is_seen_and_named():
    rng = np.random.default_rng(0)
    table = shipping.watch(
        drawn(400, [0.3, 0.25], rng), drawn(400, [0.3, 0.05], rng), 0.5, ["sports", "law"]
    )
    assert list(table.index) == ["no label", "sports", "law", "confidence"]
    assert table.loc["law", "moved"] and not table.loc["sports", "moved"]
    assert table.loc["law", "high"] < 0 and table.loc["law", "difference"] < -0.1


def test_thresholds_and_names_are_kept_in_order():
    before = pd.DataFrame([[0.3, 0.8]] * 20, columns=["a", "b"])
    table = shipping.watch(before, before, [0.2, 0.9])
    assert table.loc["a", "now"] == 1 and table.loc["b", "now"] == 0
    assert not table["moved"].any()
    assert table.loc["confidence", "now"] == pytest.approx(0.75)


def test_the_interval_of_two_shares_is_newcombes():
    # His example, the first row of his table II: 56/70 - 48/80 has 0.0524 to 0.3339.
    old, new = np.full((80, 1), 0.1), np.full((70, 1), 0.1)
    old[:48], new[:56] = 0.9, 0.9
    level = 1 - 0.05 * 3  # three rows share what is left
    row = shipping.watch(old, new, level=level).loc[0]
    assert row[["low", "high"]].tolist() == pytest.approx([0.0524, 0.3339], abs=1e-4)


@pytest.mark.parametrize(
    ("before", "now", "error", "says"),
    [
        ([[0.1, 0.2]] * 2, [[0.1]] * 2, ValueError, "2 labels, now 1"),
        ([[0.1]] * 2, [[0.1]], ValueError, "now holds 1 text"),
        ([[0.1]] * 2, [[7.5]] * 2, ValueError, "now holds 7.5"),
        (None, [[0.1]] * 2, TypeError, "validation"),
    ],
)
def test_what_cannot_be_compared_is_said(before, now, error, says):
    with pytest.raises(error, match=says):
        shipping.watch(before, now)
