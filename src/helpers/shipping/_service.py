"""A tagger behind HTTP: texts in, labels out, and a reason for whatever is refused."""

import asyncio
import ctypes
import warnings
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np

from helpers import _validate as validate
from helpers import models
from helpers.activations import sigmoid
from helpers.thresholds import apply_thresholds

_DRAINED = 16  # so many times the limit is read and thrown away, so that the client hears why


def service(
    folder: str | Path = models.TAGGER_FOLDER,
    *,
    max_texts: int = 256,
    max_characters: int = 20_000,
    max_bytes: int = 2_000_000,
):
    """Make a web application that tags texts with a saved tagger, and its thresholds.

    ``POST /tag`` takes ``{"texts": ["...", ...]}`` and answers with labels, probabilities and, for
    each text, whether its end was cut off because the model reads no further. A blank text gets no
    label. ``GET /health`` says that it is up, what it knows, its limits, and what it has counted
    since it started. Neither keeps a text or writes one anywhere.

    What cannot be read is refused with status 422 and a sentence that names place and limit, a
    request beyond ``max_bytes`` with 413. One thread computes; what waits for it is computed
    together.

    Nobody is asked who they are, so let it listen on this machine, or behind something that asks.

    Args:
        folder: of the tagger, as ``models.save_tagger`` wrote it; by default the course's own.
        max_texts: how many texts a request may hold.
        max_characters: how long a text may be.
        max_bytes: how large a request may be.

    Returns:
        A ``fastapi.FastAPI``. To run it, put ``app = shipping.service("my_tagger")`` into
        ``app.py`` and start ``uvicorn app:app``.

    Raises:
        FileNotFoundError: a file of the tagger is missing.
        ValueError: a file is damaged, or a limit is below 1.

    >>> from fastapi.testclient import TestClient
    >>> answer = TestClient(service()).post("/tag", json={"texts": ["A goal in the last minute."]})
    >>> answer.status_code, answer.json()["results"][0]["labels"]
    (200, ['sports'])
    """
    from fastapi import FastAPI, HTTPException, Request
    from pydantic import ValidationError
    from starlette.requests import ClientDisconnect

    max_texts = validate.whole(max_texts, "max_texts")
    max_characters = validate.whole(max_characters, "max_characters")
    max_bytes = validate.whole(max_bytes, "max_bytes")
    _give_memory_back()
    tag, counts = _tagging(models.load_tagger(folder))
    ask = _together(tag, max_texts)
    form = _form(max_texts, max_characters)
    limits = {"texts": max_texts, "characters per text": max_characters, "bytes": max_bytes}
    app = FastAPI(title="Tagger", docs_url=None, redoc_url=None)  # their pages need a network

    # Its body is read here and not by FastAPI: with a limit, and without an echo of what is wrong.
    body = {"required": True, "content": {"application/json": {"schema": form.model_json_schema()}}}

    @app.post("/tag", openapi_extra={"requestBody": body})
    async def tag_texts(request: Request) -> dict:
        try:
            raw = await _read(request, max_bytes)
        except ClientDisconnect:
            raise HTTPException(400, "The request broke off.") from None
        if raw is None:
            raise HTTPException(413, f"The request is larger than {max_bytes:,} bytes. Send fewer.")
        try:
            texts = form.model_validate_json(raw).texts
        except ValidationError as error:
            raise HTTPException(422, _reasons(error, max_texts, max_characters)) from None
        results = await ask(texts)
        return {"results": results, "cut": sum(one["cut"] for one in results)}

    @app.get("/health")
    def health() -> dict:
        return {"status": "ok", "limits": limits, **counts()}

    return app


def _give_memory_back() -> None:
    """Have what a batch took go back to the machine once it is freed.

    Left alone, Linux's C library raises the size from which it does so with each large array, and
    a server that reads batches of many lengths grows: to twice its size over 14,000 texts, where
    with this it stayed as it was after the first hundreds.
    """
    try:
        set_option = ctypes.CDLL(None).mallopt
    except (AttributeError, TypeError):  # another C library, or Windows: no such option
        return
    trim_threshold, mmap_threshold = -1, -3
    for option in (trim_threshold, mmap_threshold):
        set_option(option, 1 << 20)


def _tagging(tagger):
    """Return a function that tags texts, and one that says what it has seen."""
    names = tagger.label_names
    limit = models.token_limit(tagger.model, tagger.tokenizer)
    seen = {"texts": 0, "cut": 0, "without a label": 0}
    given = np.zeros(len(names), dtype=int)

    def tag(texts: list[str]) -> list[dict]:
        if not texts:
            return []
        cut = [len(ids) > limit for ids in tagger.tokenizer(texts, verbose=False)["input_ids"]]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that a text is cut stands in the answer
            logits = models.predict_logits(tagger.model, tagger.tokenizer, texts)
        probabilities = sigmoid(logits)
        predicted = apply_thresholds(probabilities, tagger.thresholds)
        predicted[[not text.strip() for text in texts]] = 0  # there is nothing to judge
        seen["texts"] += len(texts)
        seen["cut"] += sum(cut)
        seen["without a label"] += int((predicted.sum(axis=1) == 0).sum())
        given[:] += predicted.sum(axis=0)
        rows = zip(predicted, probabilities, cut, strict=True)
        return [
            {
                "labels": [name for name, one in zip(names, row, strict=True) if one],
                "probabilities": dict(zip(names, map(float, p.round(4)), strict=True)),
                "cut": was_cut,
            }
            for row, p, was_cut in rows
        ]

    def counts() -> dict:
        return {
            "thresholds": dict(zip(names, tagger.thresholds.tolist(), strict=True)),
            "tokens read": limit,
            "seen": {**seen, "given": dict(zip(names, given.tolist(), strict=True))},
        }

    return tag, counts


def _together(tag: Callable[[list[str]], list[dict]], most: int):
    """Return a coroutine that tags texts in the one thread that computes.

    All that waits when the thread is free is tagged in one go, ``most`` texts or one request: many
    callers with a text each then share batches, and memory is that of one thread.
    """
    thread, waiting = ThreadPoolExecutor(1, "tagger"), deque()

    def work() -> None:  # called once for each request; an earlier call may have done it
        jobs, size = [], 0
        while waiting and (not jobs or size + len(waiting[0][0]) <= most):
            texts, answer = waiting.popleft()
            if answer.set_running_or_notify_cancel():  # else its caller has gone
                jobs.append((texts, answer))
                size += len(texts)
        try:
            results = iter(tag([text for texts, _ in jobs for text in texts]))
            for texts, answer in jobs:
                answer.set_result([next(results) for _ in texts])
        except Exception as error:
            for texts, answer in jobs:
                _alone(tag, texts, answer, error if len(jobs) == 1 else None)

    async def ask(texts: list[str]) -> list[dict]:
        answer = Future()
        waiting.append((texts, answer))
        thread.submit(work)
        return await asyncio.wrap_future(answer)

    return ask


def _alone(tag, texts: list[str], answer: Future, error: Exception | None) -> None:
    """Tag one request by itself, so that it fails for no neighbor's sake."""
    try:
        if error:
            raise error
        answer.set_result(tag(texts))
    except Exception as failed:
        answer.set_exception(failed)


def _form(max_texts: int, max_characters: int):
    """Return the model of a request: its one field, and the two limits."""
    from typing import Annotated

    from pydantic import BaseModel, ConfigDict, Field

    text = Annotated[str, Field(max_length=max_characters)]

    class Texts(BaseModel):
        model_config = ConfigDict(extra="forbid", strict=True)
        texts: Annotated[list[text], Field(max_length=max_texts)]

    return Texts


async def _read(request, max_bytes: int) -> bytes | None:
    """Read a request's body; None if it is larger than the limit, which is never held."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > max_bytes * _DRAINED:
            break
        if size <= max_bytes:
            parts.append(part)
    return b"".join(parts) if size <= max_bytes else None


def _reasons(error, max_texts: int, max_characters: int) -> list[str]:
    """Say what is wrong with a request and where, without repeating what it holds."""
    said = {
        "json_invalid": 'The request is no JSON. Send {"texts": ["...", "..."]}.',
        "missing": 'There is no "texts". Send {"texts": ["...", "..."]}.',
        "model_type": 'The JSON is no object. Send {"texts": ["...", "..."]}.',
        "extra_forbidden": 'The request has a field other than "texts". Leave it out.',
        "list_type": '"texts" is no list. One text is a list too: {"texts": ["..."]}.',
        "string_type": "is no text. Leave missing ones out, or send an empty text.",
        "string_unicode": "holds half of a character (a lone surrogate). Send whole ones.",
        "too_long": f'"texts" holds more than {max_texts:,} texts. Send several requests.',
        "string_too_long": f"is longer than {max_characters:,} characters. Send less of it.",
    }

    def place_of(one: dict) -> list[int]:
        return [part for part in one["loc"] if isinstance(part, int)]

    found = error.errors(include_url=False, include_context=False, include_input=False)
    found.sort(key=lambda one: (place_of(one), one["type"]))  # pydantic's order is its release's
    reasons = []
    for one in found[:5]:
        place = place_of(one)
        text = said.get(one["type"], f"cannot be read ({one['type']}).")
        reasons.append(f"Text {place[0]} {text}" if place else text)
    return reasons
