"""The command that tags a file: every kind in and out, every row once after ten kills."""

import csv
import json
import os
import random
import signal
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch

import saving
from common import ROOT
from helpers.data import stream
from helpers.models import save_tagger
from helpers.tag import main, tag_file
from saving import tiny_tagger

TEXTS = [f"the team won game {i}" for i in range(25)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A tagger that gives every text its first label: its bias is above, the second's below."""
    tagger = tiny_tagger(1)
    with torch.no_grad():
        tagger.model.classifier.weight.zero_()
        tagger.model.classifier.bias.copy_(torch.tensor([3.0, -9.0]))
    return save_tagger(tmp_path_factory.mktemp("tag") / "tagger", tagger)


def write(path, kind, texts=TEXTS):
    rows = [{"id": i, "text": text} for i, text in enumerate(texts)]
    if kind == "parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    elif kind == "jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    else:
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0], delimiter="\t" if kind == "tsv" else ",")
            writer.writeheader()
            writer.writerows(rows)
    return path


def read(path):
    """Return (id, text, labels) of each row."""
    if path.suffix == ".parquet":
        rows = pq.read_table(path).to_pylist()
    elif path.suffix == ".jsonl":
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    else:
        with open(path, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t" if path.suffix == ".tsv" else ","))
    return [(int(row["id"]), row["text"], row["labels"]) for row in rows]


@pytest.mark.parametrize("source", ["csv", "tsv", "jsonl", "parquet"])
@pytest.mark.parametrize("result", ["csv", "tsv", "jsonl", "parquet"])
def test_every_kind_in_and_out(folder, tmp_path, source, result):
    path = write(tmp_path / f"texts.{source}", source)
    done = tag_file(folder, path, tmp_path / f"out.{result}", rows_per_part=10, quiet=True)
    labels = "sports1" if result in ("csv", "tsv") else ["sports1"]
    assert read(done) == [(i, text, labels) for i, text in enumerate(TEXTS)]
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted([path.name, done.name])


@pytest.mark.parametrize("source", ["csv", "jsonl", "parquet"])
def test_the_progress_ends_where_the_file_ends(tmp_path, source):
    texts = stream(write(tmp_path / f"texts.{source}", source))
    for _ in texts.parts(10):
        assert 0 <= texts.position() <= texts.size
    assert texts.position() == texts.size


def test_a_file_in_cp1252_with_long_empty_and_multi_line_texts(folder, tmp_path, capsys):
    texts = ["Café, für 5 €", "two\nlines", "", "word " * 40_000]
    path = tmp_path / "mine.csv"
    with open(path, "w", encoding="cp1252", newline="") as file:
        csv.writer(file, delimiter=";").writerows(
            [["text", "labels"], *([t, "old"] for t in texts)]
        )
    assert main([str(folder), str(path), "--probabilities"]) == 0
    said = capsys.readouterr()
    assert "Written:" in said.out and "1 of them empty" in said.err and "was cut" in said.err
    with open(tmp_path / "mine.tagged.csv", encoding="utf-8", newline="") as file:
        csv.field_size_limit(1 << 20)
        rows = list(csv.DictReader(file))
    assert [row["text"] for row in rows] == texts
    assert [row["labels (tagger)"] for row in rows] == ["sports1", "sports1", "", "sports1"]
    assert rows[0]["labels"] == "old" and rows[0]["probability of sports1"] == "0.9526"


def test_killed_ten_times_every_row_is_there_once(folder, tmp_path):
    """Each run dies before one of its next calls that change the disk, and the command ends it."""
    path = write(tmp_path / "texts.csv", "csv", [f"the team won game {i}" for i in range(600)])
    parts, draw, counts = tmp_path / "texts.tagged.csv.parts", random.Random(0), []

    def killed(steps):
        torch.set_num_threads(1)  # threads do not survive a fork
        saving.die_before(steps, named=parts.name)
        tag_file(folder, path, rows_per_part=10, quiet=True)

    for _ in range(10):
        _, status = os.waitpid(saving.started(lambda: killed(draw.randint(4, 14))), 0)
        assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        counts.append(len(list(parts.glob("*.part"))))
    assert counts == sorted(counts) and 10 < counts[-1] < 60, counts
    tag_file(folder, path, rows_per_part=10, quiet=True)
    done = tmp_path / "texts.tagged.csv"
    assert [row[0] for row in read(done)] == list(range(600)) and not parts.exists()


def test_the_command_goes_on_where_a_killed_one_stopped(folder, tmp_path):
    path = write(tmp_path / "texts.csv", "csv", ["the team won"] * 4500)
    parts = tmp_path / "texts.tagged.csv.parts"

    def killed():
        torch.set_num_threads(1)
        saving.die_before(8, named=parts.name)
        tag_file(folder, path, quiet=True)

    os.waitpid(saving.started(killed), 0)
    assert list(parts.glob("*.part"))
    command = [sys.executable, "-m", "helpers.tag", str(folder), str(path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0 and "Going on after" in done.stderr
    assert [row[0] for row in read(tmp_path / "texts.tagged.csv")] == list(range(4500))


def test_an_interrupted_run_is_not_mixed_with_another(folder, tmp_path, monkeypatch):
    path = write(tmp_path / "texts.csv", "csv")
    with monkeypatch.context() as patch:
        patch.setattr("helpers.tag._join", lambda *files: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            tag_file(folder, path, rows_per_part=10, quiet=True)
    other = save_tagger(tmp_path / "other", tiny_tagger(2))
    with pytest.raises(ValueError, match=r"interrupted run of other settings \(tagger\)"):
        tag_file(other, path, rows_per_part=10, quiet=True)
    assert len(read(tag_file(folder, path, rows_per_part=10, quiet=True))) == len(TEXTS)
    with pytest.raises(FileExistsError, match="there already"):
        tag_file(folder, path, quiet=True)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("mine.txt", "One text of seven or more words stands here\n\nand another\n"),
        ("mine.csv", "sep=;\r\ntext;id\r\nOne text;1\r\nand another;2\r\n"),
        ("mine.tsv", 'text\tid\n"One text\t1\nand another"\t2\n'),
        ("mine.csv", "text,id\rOne text,1\rand another,2\r"),
    ],
    ids=["no header", "line for Excel", "quotes are letters", "old line ends"],
)
def test_a_file_is_understood_as_load_table_does(folder, tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content.encode())
    assert main([str(folder), str(path), "-o", str(tmp_path / "done.jsonl"), "--quiet"]) == 0
    rows = [json.loads(line) for line in (tmp_path / "done.jsonl").read_text().splitlines()]
    texts = [row.get("text", row.get("column 1")).strip('"') for row in rows]
    assert [text[:8] for text in texts] == ["One text", "and anot"]
    assert all(row["labels"] == ["sports1"] for row in rows)


def test_it_asks_whether_a_first_row_names_the_columns(folder, tmp_path, capsys):
    path = tmp_path / "mine.txt"
    path.write_text("One text\nand another\n")
    assert main([str(folder), str(path), "--quiet"]) == 1
    assert "header=False: ['One text']" in capsys.readouterr().err
    assert main([str(folder), str(path), "--quiet", "--header", "False"]) == 0
    assert (tmp_path / "mine.tagged.csv").read_text().count("sports1") == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("id,text\n1,a b\n2,c,d\n", "row 3: 3 cells, but the first row has 2"),
        ('id,text\n1,"a, b\n', "row 2, cannot be read"),
        ("", "is empty"),
        ("id,text\n", "a header but no rows"),
        ('[{"text": "a"}]', "a record per line"),
        ("PK\x03\x04", "save it as CSV"),
    ],
)
def test_what_cannot_be_read_is_said(folder, tmp_path, content, message, capsys):
    path = tmp_path / "texts.csv"
    path.write_text(content)
    assert main([str(folder), str(path), "--quiet"]) == 1
    assert message in capsys.readouterr().err
    assert main([str(folder), str(tmp_path / "nowhere.csv")]) == 1
    assert "There is no file" in capsys.readouterr().err
