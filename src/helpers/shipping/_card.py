"""A tagger's card: what whoever uses it has to know, filled by code."""

from collections.abc import Sequence

import numpy as np

from helpers import _validate as validate
from helpers import metrics


def card(
    tagger,
    targets,
    predictions,
    *,
    title: str,
    trained_on: str,
    judged_on: str,
    thresholds_from: str,
    made_for: str,
    not_for: Sequence[str],
    resamples: int = 1000,
) -> str:
    """Write a tagger's card in Markdown: labels, data, thresholds, scores, and what it is not for.

    Numbers are computed, not typed: the scores with their 95 % intervals (bootstrap over texts),
    the thresholds from the tagger. What no code can know is asked for, and an empty answer is
    refused.

    Args:
        tagger: a ``models.Tagger``.
        targets: 0 or 1, ``(n_texts, n_labels)``, of texts that had no part in any choice.
        predictions: the tagger's own, the same shape.
        title: of the page.
        trained_on: which texts, from where, labeled by whom.
        judged_on: which texts the scores are of.
        thresholds_from: how the thresholds were chosen, and on which texts.
        made_for: what it is to be used for.
        not_for: what it is not to be used for, one or more.
        resamples: how many times the bootstrap draws.

    Returns:
        The page, as ``README.md`` it may lie in the tagger's folder.

    Raises:
        ValueError: one of the sentences is empty, or the tables do not have the tagger's labels.
    """
    words = {
        "title": title,
        "trained_on": trained_on,
        "judged_on": judged_on,
        "thresholds_from": thresholds_from,
        "made_for": made_for,
    }
    for name, value in words.items():
        _said(value, name)
    not_for = [_said(one, "not_for") for one in validate.list_of(not_for, "not_for")]
    if not not_for:
        raise ValueError("not_for is empty, expected one use or more that you have not measured.")
    y, given = validate.pair(targets, predictions=predictions)
    names = tagger.label_names
    if y.shape[1] != len(names):
        raise ValueError(
            f"targets has {y.shape[1]} labels, the tagger {len(names)}. Pass the columns of its "
            "label_names, in their order."
        )

    scored = {m: metrics.bootstrap(y, given, m, resamples) for m in ("micro-F1", "macro-F1")}
    rows = []
    for j, name in enumerate(names):
        f1 = metrics.bootstrap(y[:, [j]], given[:, [j]], "macro-F1", resamples)
        bar = f"{tagger.thresholds[j]:.3g}"
        rows.append(f"| {_cell(name)} | {bar} | {y[:, j].sum()} | {f1} |")
    empty = np.mean(given.sum(axis=1) == 0)
    return "\n".join(
        [
            f"# {title}\n",
            f"**Made for:** {made_for}\n",
            "**Not for:**\n",
            *(f"- {one}" for one in not_for),
            f"\n**Trained on:** {trained_on}\n",
            f"**Thresholds:** {thresholds_from}\n",
            f"**Judged on:** {judged_on} ({len(y):,} texts)\n",
            "| label | threshold | texts that have it | F1 (95 % interval) |",
            "|---|---|---|---|",
            *rows,
            f"\nAll labels: micro-F1 {scored['micro-F1']}, macro-F1 {scored['macro-F1']}. "
            f"Texts that get no label: {empty:.0%}.\n",
        ]
    )


def _said(value, name: str) -> str:
    if not validate.string(value, name).strip():
        raise ValueError(f"{name} is empty. A card that leaves this out is no card.")
    return value


def _cell(name: str) -> str:
    return str(name).replace("|", "\\|").replace("\n", " ")
