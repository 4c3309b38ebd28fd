"""The site's pages are the notebooks', without what a kernel needs; its model is the tagger."""

import importlib.util
import json
import re

import nbformat
import numpy as np
import pytest

import build
import make_site
import sections
import site_questions
from common import ROOT
from helpers import models
from helpers.activations import sigmoid
from helpers.data import load_newsdesk
from helpers.exercises._problem import chapters
from helpers.exercises._questions import LETTERS, of_chapter
from helpers.exercises._words import marked_up

PAGES = [*sorted(ROOT.glob("notebooks/*.ipynb")), *sorted(ROOT.glob("exercises/*.ipynb"))]


def page_of(path):
    return make_site.page(nbformat.read(path, as_version=4), path.relative_to(ROOT).as_posix())


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_page_has_no_set_up_and_says_nothing_of_kernels(path):
    page = page_of(path)
    text = nbformat.writes(page)
    assert "# @title Set-up" not in text and "Nothing moves?" not in text
    assert "Not attempted" not in text
    assert "run this cell" not in "".join(
        "".join(output.get("data", {}).get("text/html", ""))
        for cell in page.cells
        for output in cell.get("outputs", [])
    )
    assert "[map]" not in page.cells[0].source and "→" not in page.cells[0].source


def test_a_guess_is_folded_and_its_answer_is_there():
    page = page_of(ROOT / "notebooks" / "04_sigmoid_versus_softmax.ipynb")
    folded = [cell for cell in page.cells if "hide-output" in cell.metadata.get("tags", [])]
    assert len(folded) >= 8 and all(cell.outputs for cell in folded)
    asked = [cell for cell in page.cells if cell.source.startswith("exercises.warm_up")]
    assert asked[0].metadata["tags"] == ["remove-input"] and asked[0].outputs


def test_questions_know_which_answer_is_right():
    asked = 0
    for path in sorted(ROOT.glob("notebooks/*.ipynb")):
        for cell in page_of(path).cells:
            if not cell.source.startswith(("exercises.warm_up", "exercises.questions")):
                continue
            asked += 1
            (output,) = cell.outputs
            shown = output["data"]["text/html"]
            letters = re.match(r'<course-quiz right="([A-D]+)">', shown)[1]
            assert re.findall(r"<b>([A-D]): right\.</b>", shown) == list(letters)
    assert asked == 2 * len(sections.stems()) - 1  # nothing comes before chapter 0


def test_help_stands_below_a_problem_and_not_below_its_solution():
    stem = sections.stems()["04"]
    page = page_of(ROOT / "exercises" / f"{stem}.ipynb")
    below = [k for k, cell in enumerate(page.cells) if 'class="help"' in cell.source]
    problems = chapters()["04"]
    assert len(below) == len(problems)
    for k, problem in zip(below, problems, strict=True):
        assert f'exercises.check("{problem.name}"' in page.cells[k - 1].source
        assert problem.solution in page.cells[k].source
    assert site_questions.TO_READ in page.cells[0].source
    solved = page_of(ROOT / "exercises" / "solutions" / f"{stem}.ipynb")
    assert "Hint 1" not in nbformat.writes(solved)
    assert site_questions.TO_READ not in solved.cells[0].source


def test_the_final_check_is_asked_by_buttons():
    page = page_of(ROOT / "exercises" / "13_final_check.ipynb")
    questions = of_chapter("final")
    asked = [cell.source for cell in page.cells if "<course-quiz" in cell.source]
    assert len(asked) == len(questions)
    for source, question in zip(asked, questions, strict=True):
        assert source.startswith(f"### {question.name}\n")
        assert marked_up(question.asks) in source
        right = LETTERS[question.right]
        assert f'right="{right}" chapter="{int(question.chapter)}"' in source
        assert re.findall(r"<b>([A-D]): right\.</b>", source) == [right]
    assert all(cell.cell_type == "markdown" for cell in page.cells)
    assert "letter" not in page.cells[0].source and site_questions.TO_CHOOSE in page.cells[0].source


def test_a_promise_is_what_the_chapter_says():
    assert make_site.promise("04") == "choose the right activation and loss, and say why"
    promises = [make_site.promise(chapter) for chapter in sections.stems()]
    assert len(set(promises)) == 13 and all(10 < len(one) < 100 for one in promises)


def test_links_to_files_that_are_no_pages_lead_to_the_course():
    text = make_site.links_led(ROOT / "PLATFORMS.md")
    led = re.findall(re.escape(build.repository()) + r"/blob/main/([^)#]+)", text)
    assert ".github/workflows/test.yml" in led
    assert all((ROOT / name).is_file() for name in led)


def test_the_examples_have_two_labels_one_and_none():
    tagger = models.load_tagger()
    logits = models.predict_logits(tagger.model, tagger.tokenizer, make_site.EXAMPLES)
    given = (sigmoid(logits) > tagger.thresholds).sum(axis=1)
    assert {0, 1, 2} <= set(given.tolist())


needs_site = pytest.mark.skipif(
    importlib.util.find_spec("onnxruntime") is None,
    reason="wants what the site is made with: python3 course.py test --with site",
)


@needs_site
def test_the_model_of_the_site_is_the_same_wherever_it_is_made(tmp_path):
    import browser_model

    folder = browser_model.export()
    browser_model.export(tmp_path / "again")
    for path in folder.iterdir():
        content = path.read_bytes()
        assert content == (tmp_path / "again" / path.name).read_bytes(), path.name
        assert str(ROOT).encode() not in content and b"site-packages" not in content


@needs_site
def test_the_model_of_the_site_is_the_tagger_to_a_twentieth():
    import onnxruntime
    from sklearn.metrics import f1_score

    import browser_model

    folder = browser_model.export()
    assert browser_model.export() == folder  # and is kept
    facts = json.loads((folder / browser_model.FACTS).read_text(encoding="utf-8"))
    tagger, test = models.load_tagger(), load_newsdesk(split="test")
    assert facts["labels"] == tagger.label_names and facts["limit"] == 512
    assert facts["thresholds"] == tagger.thresholds.tolist()
    session = onnxruntime.InferenceSession(str(folder / browser_model.WEIGHTS))
    rows = []
    for text in test["text"][:]:
        encoded = tagger.tokenizer([text], truncation=True, max_length=512)
        inputs = {key: np.array(encoded[key]) for key in ("input_ids", "attention_mask")}
        rows.append(session.run(None, inputs)[0][0])
    ours = sigmoid(models.predict_logits(tagger.model, tagger.tokenizer, test["text"][:]))
    theirs, targets = sigmoid(np.array(rows)), np.array(test["labels"])
    assert np.abs(ours - theirs).max() < 0.05
    scores = [f1_score(targets, p > tagger.thresholds, average="macro") for p in (ours, theirs)]
    assert abs(scores[0] - scores[1]) < 0.01
