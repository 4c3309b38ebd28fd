"""Chapter 11 with other texts in its one variable, and the reader of FAIRsharing's records."""

import csv
import json
import re
import subprocess
import sys

import matplotlib
import numpy as np
import pytest

from common import ROOT
from helpers import data

SOURCE = (ROOT / "source" / "notebooks" / "11_capstone.py").read_text(encoding="utf-8")
WORDS = {
    "sport": "goal match team coach cup".split(),
    "food": "soup recipe bread oven salt".split(),
    "travel": "train hotel island ticket airport".split(),
}


def rows(n_texts, length=1):
    """Make texts whose words say which labels they have."""
    rng, made = np.random.default_rng(0), []
    for i in range(n_texts):
        labels = rng.choice(list(WORDS), rng.integers(3), replace=False).tolist()
        spoken = [word for name in labels for word in rng.choice(WORDS[name], 2)]
        filler = rng.choice("the a on with in for people many new old".split(), 5).tolist()
        made.append((" ".join([*spoken, *filler, str(i)] * length), labels))
    return made


def cells():
    """Return the page's code, cell by cell, without the set-up cell."""
    blocks = SOURCE.split("\n# %%")[1:]
    code = [b.partition("\n")[2] for b in blocks if " [markdown]" not in b.splitlines()[0]]
    return [one for one in code if "{setup}" not in one]


def run_page(source, cells_until="exercises.questions", **changes):
    """Run the page's code; ``changes`` are new values of its variables, such as FOLDER."""
    matplotlib.use("Agg")
    namespace: dict = {}
    for cell in cells():
        if cells_until in cell:
            break
        if not cell.startswith("exercises.warm_up"):
            for name, value in ({"SOURCE": str(source)} | changes).items():
                cell = re.sub(
                    rf"(?m)^{name} = [^#\n]+", lambda _, n=name, v=value: f"{n} = {v!r}  ", cell
                )
            exec(cell, namespace)
    return namespace


@pytest.fixture(autouse=True)
def record(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "progress.json"))


def in_one_cell(folder):
    """120 rows of a|b, some of them empty; one label has two texts."""
    made = rows(120)
    for i in (3, 70):
        made[i][1].append("rare")
    with open(folder / "cells.csv", "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(
            [("text", "labels"), *((text, "|".join(labels)) for text, labels in made)]
        )
    return folder / "cells.csv", ["food", "sport", "travel"], ["rare"]


def in_columns(folder):
    """A workbook with a column for each label, and texts that are longer than what is read."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["text", *WORDS])
    for text, labels in rows(90, length=20):
        book.active.append([text, *(int(name in labels) for name in WORDS)])
    book.save(folder / "columns.xlsx")
    return folder / "columns.xlsx", list(WORDS), []


def one_that_is_left(folder):
    """Of five labels four have two texts each, so one remains."""
    rare = ["w", "x", "y", "z"]
    with open(folder / "rare.csv", "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["text", "food", *rare])
        for i, (text, labels) in enumerate(rows(90)):
            out.writerow([text, int("food" in labels), *(int(i // 2 == k) for k in range(4))])
    return folder / "rare.csv", ["food"], rare


@pytest.mark.parametrize("write", [in_one_cell, in_columns, one_that_is_left])
def test_the_page_runs_with_a_file_of_ones_own(write, tmp_path, capsys):
    path, kept, left_out = write(tmp_path)
    page = run_page(path)
    said = capsys.readouterr().out
    assert (page["names"], page["left_out"]) == (kept, left_out)
    assert f"left out: {', '.join(left_out) or 'none'}" in said
    share = "100%" if write is in_columns else "0%"
    assert f"texts; {share} are longer than is read of them" in said
    n_test = len(page["y"]["test"])
    assert {one.shape for one in page["given"].values()} == {(n_test, len(kept))}
    assert ("Counting words does it here" in said) == (page["best"] == "words")
    assert page["same"] == 1
    card = (page["folder"] / "README.md").read_text(encoding="utf-8")
    assert all(f"| {name} |" in card for name in kept)
    assert all(f"the label {name}" in card for name in left_out)
    loss = page["found_out"].get(("adapter", page["best"])) == "worse"
    beside = "this was worse" if loss else "no difference was found"
    lost = f"what {page['best']} can do: on the same texts {beside}"
    assert (lost in card) == (page["best"] != "adapter")
    assert "between 0.6 and 0.8: " in said and "given to none: " in said
    assert "- decisions about people" in said
    # Nobody's texts are handed on with the tagger.
    assert not list(page["folder"].glob("*.csv")) and not list(page["folder"].glob("words.json"))
    assert "the same labels after loading: 100%" in said
    assert np.array_equal(page["given"]["all labels"], np.ones((n_test, len(kept))))


def test_too_few_texts_or_labels_are_refused_with_the_fix(tmp_path):
    path = tmp_path / "few.csv"
    for n_texts, reason in [(30, "Label more, at least 60"), (70, "Label more texts, join")]:
        with open(path, "w", newline="", encoding="utf-8") as file:
            out = csv.writer(file)
            out.writerow(["text", "a", "b"])
            out.writerows([t, int(i < 2), int(i > 67)] for i, (t, _) in enumerate(rows(n_texts)))
        with pytest.raises(ValueError, match=reason):
            run_page(path)


def test_labels_that_every_text_has_are_said_to_be_so(tmp_path):
    path = tmp_path / "all.csv"
    with open(path, "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["text", "a", "b"])
        out.writerows([text, 1, 1] for text, _ in rows(70))
    with pytest.raises(ValueError, match="Every text has every label"):
        run_page(path)


def as_excel_in_germany(folder):
    """Semicolons, a mark in front, blanks in the header, an empty text; b never without a."""
    path = folder / "Helpdesk Export.csv"
    with open(path, "w", newline="", encoding="utf-8-sig") as file:
        out = csv.writer(file, delimiter=";")
        out.writerow(["Ticket Nr", "Created at", "Message Text", "Labels given"])
        for i, (text, labels) in enumerate(rows(120)):
            both = ";".join([*labels, *(["late"] if "food" in labels else [])])
            out.writerow([f"HD-{i}", f"{i % 28 + 1:02}.01.2025", text if i else " ", both])
    return path


def test_an_export_of_a_help_desk_needs_what_its_error_names(tmp_path, capsys):
    path = as_excel_in_germany(tmp_path)
    with pytest.raises(ValueError, match="labels_column='Labels given' for one with all labels"):
        data.load_table(path)
    found, names = data.load_table(path, labels_column="Labels given", quiet=True)
    assert len(found) == 119 and names == ["food", "late", "sport", "travel"]


def test_a_column_that_is_named_settles_that_there_is_a_header(tmp_path):
    path = tmp_path / "new_texts.csv"
    lines = ["Ticket Nr;Message Text", "HD-1;The parcel is late.", "HD-2;Where is my money?"]
    path.write_text("\r\n".join(lines), encoding="utf-8-sig")
    with pytest.raises(ValueError, match="header=True"):
        data.stream(path)
    (part,) = data.stream(path, text_column="Message Text").parts(10)
    assert [row["Message Text"] for row in part] == ["The parcel is late.", "Where is my money?"]


def test_two_labels_that_come_together_are_named(tmp_path, capsys, monkeypatch):
    path, load_table = as_excel_in_germany(tmp_path), data.load_table
    monkeypatch.setattr(data, "load_table", lambda p: load_table(p, labels_column="Labels given"))
    run_page(path, "import textwrap")
    said = capsys.readouterr().out
    share = re.search(r"of the texts with food, 100% have late too,\nof all texts (\d+)%", said)
    assert 10 < int(share[1]) < 60


def test_a_label_of_nearly_all_texts_is_no_partner_and_is_said_to_be_given_to_all(tmp_path, capsys):
    path = tmp_path / "common.csv"
    with open(path, "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["text", *WORDS, "late", "visit", "always"])
        for i, (text, labels) in enumerate(rows(150)):
            given = [int(name in labels) for name in [*WORDS, "food"]]
            out.writerow([text, *given, int(i % 10 > 0), int(i > 5)])
    page = run_page(path, "fit_temperature")
    said = capsys.readouterr().out
    assert page["left_out"] == ["always"]  # six texts lack it, and none can be learned from them
    assert "100% have late too" in said or "100% have food too" in said
    assert "have visit too" not in said
    to_all = [n for n, j in zip(page["names"], page["given"]["adapter"].T, strict=True) if j.all()]
    assert f"given to all: {', '.join(to_all) or 'no label'}" in said


def test_a_description_of_no_label_is_refused(tmp_path):
    path, *_ = in_one_cell(tmp_path)
    with pytest.raises(ValueError, match=r"{'Food'} are no labels here. .*'food'"):
        run_page(path, DESCRIPTIONS={"Food": "It is about food."})


def test_without_the_package_the_page_says_so_and_goes_on(monkeypatch, capsys):
    monkeypatch.setattr("helpers.data._fairsharing.importlib.util.find_spec", lambda name: None)
    page = run_page("fairsharing", "MOST, LONGEST")
    assert "pip install --no-deps bioregistry==0.15.6" in capsys.readouterr().out
    assert page["found_names"] == data.NEWSDESK_LABELS and len(page["found"]) == 2000


def test_the_extra_and_the_command_name_the_same_release():
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    command = (ROOT / "src/helpers/data/_fairsharing.py").read_text(encoding="utf-8")
    pins = re.findall(r"bioregistry==[\d.]+", pyproject + command)
    assert len(pins) == 2 and len(set(pins)) == 1


def test_records_are_read_by_path_and_the_package_is_never_run(tmp_path):
    folder = tmp_path / "bioregistry" / "external" / "fairsharing"
    folder.mkdir(parents=True)
    (tmp_path / "bioregistry" / "__init__.py").write_text("raise RuntimeError('was run')")
    records = {
        "1": {"description": " Genes of mice ", "keywords": ["gene", "mouse"]},
        "2": {"description": "Genes of mice", "keywords": ["life"]},
        "3": {"description": "Rain", "keywords": ["climate", "life"]},
        "4": {"description": "Nothing common", "keywords": ["stamps"]},
        "5": {"description": "", "keywords": ["life"]},
        "6": {"description": "Genes of flies", "keywords": ["gene"]},
    }
    (folder / "processed.json").write_text(json.dumps(records), encoding="utf-8")
    code = (
        "import sys\n"
        f"sys.path.insert(0, {str(tmp_path)!r})\n"
        "from helpers import data\n"
        "found, names = data.load_fairsharing(n_labels=2, quiet=True)\n"
        "print(names, found['text'][:], found['labels'][:], 'bioregistry' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == (
        "['gene', 'life'] ['Genes of mice', 'Rain', 'Genes of flies'] "
        "[[1.0, 1.0], [0.0, 1.0], [1.0, 0.0]] False"
    )


def test_all_records_of_the_release_are_there():
    found, names = data.load_fairsharing(quiet=True)
    assert len(names) == 20 and len(found) == 3149


def test_a_set_of_the_hub_is_taken_with_all_its_parts(tmp_path, capsys):
    for part, some in [("train", rows(50)), ("test", rows(30))]:
        lines = [json.dumps({"text": text, "labels": labels}) for text, labels in some]
        (tmp_path / f"{part}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    page = run_page(f"hub:{tmp_path.as_posix()}", "MOST, LONGEST")
    assert len(page["found"]) == 80 and page["found_names"] == sorted(WORDS)
    assert "train 50, test 30 texts" in capsys.readouterr().out


def test_a_file_that_is_not_there_is_said_to_be_so(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none\.csv"):
        run_page(tmp_path / "none.csv", "MOST, LONGEST")
