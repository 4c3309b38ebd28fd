"""The README's way from a file to a tagged file, on the files that people come with."""

import csv
import json
import re
import shutil
import subprocess
import sys

import pytest

from common import ROOT
from helpers.data import TASK_LABELS, load_newsdesk

README = (ROOT / "README.md").read_text(encoding="utf-8").split("## Your own texts")[1]
CODE = re.search(r"```python\n(.*?)```", README, re.DOTALL)[1]


def table(n_texts):
    rows = load_newsdesk(split="train").select(range(n_texts))
    return list(
        zip(rows["text"], [[int(one) for one in row] for row in rows["labels"]], strict=True)
    )


def doccano(folder, rows):
    path = folder / "admin.jsonl"
    named = [[n for n, one in zip(TASK_LABELS, row, strict=True) if one] for _, row in rows]
    lines = [
        json.dumps({"id": i, "text": text, "label": names})
        for i, ((text, _), names) in enumerate(zip(rows, named, strict=True))
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def jigsaw(folder, rows):
    path = folder / "train.csv"
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(["id", "comment_text", *TASK_LABELS])
        writer.writerows([f"{i:016x}", text, *row] for i, (text, row) in enumerate(rows))
    return path


def spreadsheet(folder, rows):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["Text", *TASK_LABELS])
    for text, row in rows:
        book.active.append([text, *("yes" if one else "no" for one in row)])
    book.save(folder / "judged.xlsx")
    return folder / "judged.xlsx"


def test_it_is_ten_statements():
    statements = re.findall(r"(?m)^\S", CODE)
    assert len(statements) == 11  # the import is one more


@pytest.mark.parametrize("write", [doccano, jigsaw, spreadsheet])
def test_from_file_to_tagged_file(write, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    path = write(tmp_path, table(240))
    assert '"texts.csv"' in CODE and '"my_tagger"' in CODE
    exec(CODE.replace('"texts.csv"', repr(str(path))), {})
    said = capsys.readouterr().out
    assert "240 texts, 4 labels" in said and "near-duplicates" in said
    assert 0 < float(said.splitlines()[-1]) <= 1
    shutil.copy(jigsaw(tmp_path, table(20)), tmp_path / "new_texts.csv")
    command = re.search(r"python -m (helpers\.tag .*)", README)[1].split()
    done = subprocess.run(
        [sys.executable, "-m", *command], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    with open("new_texts.tagged.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["comment_text"] for row in rows] == [text for text, _ in table(20)]
    assert {name for row in rows for name in row["labels"].split(";")} <= {*TASK_LABELS, ""}
