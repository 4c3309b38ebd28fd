"""Files as people have them: every format is read, or refused with what to do."""

import csv
import gzip
import io
import json
import random
import zipfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from datasets import ClassLabel, Dataset, Features, Sequence, Value
from pyarrow import compute

from helpers.data import _block, _table, load_table

A, B, C = "A late goal wins the cup.", "Parliament votes on the new law.", "A cat was lost today."
WANTED = {A: {"sports"}, B: {"law", "news"}, C: set()}


@pytest.fixture
def load(tmp_path, capsys):
    """Write a file, load it; return {text: its labels}, the names, and the sentence."""

    def load(content, name="mine.csv", encoding="utf-8", **options):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        dataset, names = load_table(path, **options)
        sets = {
            text: {name for name, one in zip(names, row, strict=True) if one}
            for text, row in zip(dataset["text"], dataset["labels"], strict=True)
        }
        return sets, names, capsys.readouterr().out

    return load


def columns(yes="1", no="0", sign=",", end="\n"):
    rows = [["text", "sports", "law", "news"], [A, yes, no, no], [B, no, yes, yes], [C, no, no, no]]
    return "".join(sign.join(row) + end for row in rows)


def csv_line(row, end):
    written = io.StringIO()
    csv.writer(written, lineterminator=end).writerow(row)
    return written.getvalue()


def cells(*labels, sign=",", name="labels"):
    rows = [["text", name], *zip([A, B, C], labels, strict=True)]
    quoted = [[f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row] for row in rows]
    return "".join(sign.join(row) + "\n" for row in quoted)


# Text files


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_encodings_and_line_ends(load, encoding, sign, end):
    sets, names, said = load(columns(sign=sign, end=end), encoding=encoding)
    assert sets == WANTED and names == ["sports", "law", "news"]
    assert {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}[sign] + "-separated" in said


def test_a_line_for_excel(load):
    assert load("sep=;\r\n" + columns(sign=";", end="\r\n"))[0] == WANTED


def test_an_encoding_of_windows_is_told_by_the_letters(load):
    content = "text;spam\nCafé “Größe” für 5 €;1\nNaïve façade;0\n"
    sets, _, said = load(content, encoding="cp1252")
    assert "Café “Größe” für 5 €" in sets and "cp1252" in said


def test_an_encoding_that_is_not_certain_is_shown_both_ways(load):
    content = "text,spam\nПривет мир, как дела,1\n".replace(" мир,", " мир")
    with pytest.raises(ValueError, match=r"(?s)not certain which:.*encoding='cp125.*encoding='"):
        load(content, encoding="cp1251")


def test_an_encoding_that_is_named_is_used(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_bytes("text,spam\nПривет мир,1\n".encode("cp1251"))
    assert load_table(path, encoding="cp1251", quiet=True)[0]["text"][:] == ["Привет мир"]
    with pytest.raises(ValueError, match="line 2: byte 0xcf is not utf-8"):
        load_table(path, encoding="utf-8")
    with pytest.raises(ValueError, match="encoding is 'latin-99'"):
        load_table(path, encoding="latin-99")


def test_one_damaged_letter_does_not_change_the_encoding(load):
    good = "".join(f"Café number {i},1\n" for i in range(5)).encode()
    with pytest.raises(ValueError, match=r"line 7: .*5 other lines are UTF-8, so 1 seem damaged"):
        load(b"text,spam\n" + good + b"caf\xe9,0\n")


def test_multi_line_texts_and_texts_without_end(load):
    long = "word " * 40_000
    sets, _, _ = load(f'text,spam\n"Two\nlines, and\n\nmore",1\n"{long}",0\nlast,1\n')
    assert set(sets) == {"Two\nlines, and\n\nmore", long, "last"}
    sets, _, _ = load(f'text,spam\n"{long}",0\nlast,1\n')  # and in the first row
    assert set(sets) == {long, "last"}


@pytest.mark.parametrize("second", ['well, he said so"', 'he said "so', '"Thanks'])
def test_quotes_are_letters_in_a_tsv(load, second):
    content = f'text\tanger\tjoy\n"Worry is a down payment\t1\t0\n{second}\t0\t1\nlast\t0\t0\n'
    sets, _, said = load(content, "tweets.tsv")
    assert list(sets) == ['"Worry is a down payment', second, "last"]
    assert "quotes are plain letters" in said


def test_quotes_of_a_database(load):
    sets, _, _ = load('text,spam\n"She said \\"no\\", twice",1\nfine,0\n')
    assert list(sets) == ['She said "no", twice', "fine"]


def test_quotes_that_may_be_either_are_an_error(load):
    content = 'text,spam\n"One,1\nTwo",0\nThree,0\n'
    with pytest.raises(ValueError, match=r"(?s)row 2: .*quotes=True.*quotes=False"):
        load(content)
    assert len(load(content, quotes=True)[0]) == 2
    assert len(load(content, quotes=False)[0]) == 3


def test_rows_are_counted_as_an_editor_counts(load):
    content = 'text,spam\n"One\ntwo\nthree",1\n\nfour,maybe\n'
    with pytest.raises(ValueError, match="row 6, column 'spam': got 'maybe', expected 0 or 1"):
        load(content)
    with pytest.raises(ValueError, match="row 6: 3 cells, but the first row has 2"):
        load('text,spam\n"One\ntwo\nthree",1\n\nfour,1,1\nfive,0\nsix,0\n')
    with pytest.raises(ValueError, match="row 3: 1 cell, but the first row has 2"):
        load("text,spam\none,1\ntwo\nthree,0\nfour,0\n")


def test_no_header_row(load):
    goemotions = f"{A}\t3\ted001\n{B}\t0,2\ted002\n{C}\t\ted003\n"
    names = ["law", "joy", "news", "sports"]
    sets, _, said = load(goemotions, "train.tsv", label_names=names)
    assert sets == WANTED and "no header row" in said
    columns = ["text", "labels", "id"]
    assert load(goemotions, "train.tsv", label_names=names, header=columns)[0] == WANTED
    with pytest.raises(ValueError, match=r"no header row\).*class numbers.*label_names="):
        load(goemotions, "train.tsv")
    with pytest.raises(ValueError, match=r"header has 1 names, but .* has 3 columns"):
        load(goemotions, "train.tsv", header=["text"])


def test_a_header_that_may_be_a_text_is_an_error(load):
    content = "Great match,sports\nNew law,law\nOld law,law\nOld match,sports\n"
    with pytest.raises(ValueError, match=r"(?s)header=True.*header=False"):
        load(content)
    sets, _, _ = load(content, header=False, text_column="column 1", labels_column="column 2")
    assert len(sets) == 4


def test_movies_of_cmu(load):
    rows = [["1", A, '{"/m/1": "sports"}'], ["2", B, '{"/m/2": "law", "/m/3": "news"}']]
    content = "".join("\t".join(row) + "\n" for row in [*rows, ["3", C, "{}"]])
    assert load(content, "movies.tsv")[0] == WANTED


# Other files


@pytest.mark.parametrize("name", ["mine.csv.gz", "mine.csv"])
def test_gzip_whatever_its_name(load, name):
    sets, _, said = load(gzip.compress(columns().encode()), name)
    assert sets == WANTED and "in gzip" in said
    with pytest.raises(ValueError, match="damaged and cannot be unpacked"):
        load(gzip.compress(columns().encode())[:-20], name)


def test_zip_with_one_file_and_with_two(load, tmp_path):
    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as archive:
        archive.writestr("train.csv", columns())
    assert load((tmp_path / "packed.zip").read_bytes(), "train.csv.zip")[0] == WANTED
    with zipfile.ZipFile(tmp_path / "packed.zip", "a") as archive:
        archive.writestr("test.csv", columns())
    with pytest.raises(ValueError, match=r"archive of 2 files: train\.csv, test\.csv"):
        load_table(tmp_path / "packed.zip")


def test_packed_twice(load, tmp_path):
    pq.write_table(pa.table({"text": [A, B], "a": [1, 0]}), tmp_path / "a.parquet")
    for content in ((tmp_path / "a.parquet").read_bytes(), gzip.compress(columns().encode())):
        with pytest.raises(ValueError, match=r"holds another packed file.*unpack it"):
            load(gzip.compress(content), "mine.gz")


RECORDS = [{"id": i, "text": text, "label": sorted(WANTED[text])} for i, text in enumerate(WANTED)]


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(RECORDS),
        json.dumps(RECORDS, indent=2),
        json.dumps({"data": RECORDS, "version": "1"}),
        json.dumps({name: [record[name] for record in RECORDS] for name in RECORDS[0]}),
        json.dumps({n: {str(i): r[n] for i, r in enumerate(RECORDS)} for n in RECORDS[0]}),
        json.dumps({str(i): record for i, record in enumerate(RECORDS)}),
        json.dumps(
            {"columns": [*RECORDS[0]], "index": [0, 1, 2], "data": [[*r.values()] for r in RECORDS]}
        ),
        "\n".join(map(json.dumps, RECORDS)) + "\n\n",
        "\ufeff" + "\r\n".join(json.dumps(one, ensure_ascii=False) for one in RECORDS),
    ],
    ids=["list", "indent", "data", "lists", "columns", "index", "split", "lines", "mark"],
)
def test_json_in_every_shape(load, content):
    assert load(content, "mine.csv")[0] == WANTED


@pytest.mark.parametrize("name", ["name", "label"])
def test_scores_of_a_pipeline_need_a_cut(load, name):
    def scores(labels):
        return [
            {name: one, "score": 0.9 if one in labels else 0.2} for one in ("sports", "law", "news")
        ]

    content = json.dumps([{"text": text, "labels": scores(WANTED[text])} for text in WANTED])
    with pytest.raises(ValueError, match=r"record 1, column 'labels'.*cut=0\.5"):
        load(content, "mine.json")
    sets, names, _ = load(content, "mine.json", cut=0.5)
    assert sets == WANTED and names == ["law", "news", "sports"]
    assert load(content, "mine.json", cut=0.95)[1] == names


def test_json_that_is_damaged_says_where(load):
    with pytest.raises(ValueError, match=r"JSON Lines\), line 2: "):
        load('{"text": "One", "label": ["a"]}\n{"text": \n', "mine.jsonl")
    with pytest.raises(ValueError, match="record 2: got 3, expected an object"):
        load('[{"text": "One", "label": ["a"]}, 3]', "mine.json")


def test_parquet_with_lists_and_class_numbers(tmp_path, capsys):
    path = tmp_path / "mine.bin"
    lists = [sorted(WANTED[text]) for text in WANTED]
    pq.write_table(pa.table({"text": list(WANTED), "labels": lists}), path)
    dataset, names = load_table(path)
    assert names == ["law", "news", "sports"] and "mine.bin is Parquet" in capsys.readouterr().out
    assert dataset["labels"][:] == [[0, 0, 1], [1, 1, 0], [0, 0, 0]]
    numbers = {"text": list(WANTED), "labels": [[2], [0, 1], []]}
    kinds = {"text": Value("string"), "labels": Sequence(ClassLabel(names=names))}
    Dataset.from_dict(numbers, features=Features(kinds)).to_parquet(path)
    again, found = load_table(path)
    assert found == names and again["labels"][:] == dataset["labels"][:]
    pq.write_table(pa.table(numbers), path)
    with pytest.raises(ValueError, match=r"Parquet.*class numbers.*label_names=\[\.\.\.\]"):
        load_table(path)
    flags = {name: [name in WANTED[text] for text in WANTED] for name in names}
    pq.write_table(pa.table({"text": list(WANTED), **flags}), path)
    assert load_table(path)[0]["labels"][:] == dataset["labels"][:]


def workbook(path, *sheets):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_a_spreadsheet_of_yes_and_no(tmp_path, capsys):
    rows = [["Text", "sports", "law"], [A, "yes", "no"], [], [B, "No", "YES"], [None, None, None]]
    path = workbook(tmp_path / "mine.xlsx", ("Sheet1", rows), ("Sheet2", []))
    dataset, names = load_table(path)
    assert names == ["sports", "law"] and dataset["labels"][:] == [[1, 0], [0, 1]]
    assert "Excel workbook, sheet Sheet1" in capsys.readouterr().out
    path.rename(tmp_path / "mine.csv")
    assert load_table(tmp_path / "mine.csv", quiet=True)[1] == names
    rows[3][1] = "perhaps"
    workbook(path, ("Sheet1", rows), ("More", rows))
    with pytest.raises(ValueError, match=r"sheets Sheet1, More\. Name one, sheet='Sheet1'"):
        load_table(path)
    with pytest.raises(ValueError, match="row 4, column 'sports': got 'perhaps'"):
        load_table(path, sheet="More")
    with pytest.raises(ValueError, match="no sheet 'Other'"):
        load_table(path, sheet="Other")


@pytest.mark.parametrize(
    ("head", "message"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel workbook"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x80\x05\x95", "pickle"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
        (b"text\0,spam\n\0\0\0", "zero bytes"),
        (b"", "is empty"),
        (b"\xef\xbb\xbf\n\n", "is empty"),
    ],
)
def test_what_is_no_table_is_named(load, head, message):
    with pytest.raises(ValueError, match=message):
        load(head)


def test_no_file_and_a_folder(tmp_path):
    with pytest.raises(FileNotFoundError, match="Check the spelling"):
        load_table(tmp_path / "nowhere.csv")
    with pytest.raises(ValueError, match=r"is a folder\. It is empty\."):
        load_table(tmp_path)
    (tmp_path / "mine.csv").write_text(columns())
    with pytest.raises(ValueError, match=r"is a folder\. Name a file in it: mine\.csv"):
        load_table(tmp_path)


# Exports of annotation tools


def test_doccano(load):
    lines = [json.dumps({"id": r["id"], "text": r["text"], "label": r["label"]}) for r in RECORDS]
    assert load("\n".join(lines), "admin.jsonl")[0] == WANTED
    lines = [json.dumps(r | {"Comments": []}) for r in RECORDS]
    assert load("\n".join(lines), "admin.jsonl")[0] == WANTED
    content = f"id,text,label\n1,{A},sports\n2,{B},law#news\n3,{C},\n"
    sets, _, said = load(content, "admin.csv")
    assert sets == WANTED and "parted by #" in said and "left out: column id" in said


def test_doccano_with_a_row_for_each_label(load):
    content = f"id,text,label\n1,{A},sports\n2,{B},law\n2,{B},news\n3,{C},\n"
    with pytest.raises(ValueError, match=r'(?s)rows 3 and 4.*repeated="raters".*repeated="labels"'):
        load(content)
    assert load(content, repeated="labels")[0] == WANTED


def test_label_studio(load):
    common = "annotation_id,annotator,created_at,id,lead_time,text,updated_at,topic"
    rows = [
        f"1,1,2025-01-01T10:00:00Z,1,3.5,{A},2025-01-01T10:00:00Z,sports",
        f"2,1,2025-01-01T10:00:00Z,2,3.5,{B},2025-01-01T10:00:00Z,"
        '"{""choices"": [""law"", ""news""]}"',
        f"3,1,2025-01-01T10:00:00Z,3,3.5,{C},2025-01-01T10:00:00Z,",
    ]
    assert load("\n".join([common, *rows]) + "\n")[0] == WANTED
    topics = ["sports", {"choices": ["law", "news"]}, None]
    small = [
        {
            "text": text,
            "id": i,
            "topic": topic,
            "annotator": 1,
            "annotation_id": i,
            "lead_time": 2.5,
        }
        for i, (text, topic) in enumerate(zip(WANTED, topics, strict=True))
    ]
    assert load(json.dumps(small), "min.json")[0] == WANTED

    def task(i, text, *choices):
        results = [
            {"completed_by": k, "result": [{"value": {"choices": some}}]}
            for k, some in enumerate(choices)
        ]
        return {"id": i, "data": {"text": text}, "annotations": results}

    full = [task(1, A, ["sports"]), task(2, B, ["law", "news"]), task(3, C, []), task(4, "New.")]
    sets, _, said = load(json.dumps(full), "full.json")
    assert sets == WANTED and "1 record not labeled" in said
    full[0] = task(1, A, ["sports"], ["sports", "law"], ["sports"])
    sets, _, said = load(json.dumps(full), "full.json")
    assert sets == WANTED and "settled by majority" in said


def test_prodigy_and_spacy(load):
    def line(text, accept, answer="accept"):
        options = [{"id": name, "text": name} for name in ("sports", "law", "news")]
        return json.dumps({"text": text, "options": options, "accept": accept, "answer": answer})

    lines = [line(text, sorted(WANTED[text])) for text in WANTED]
    lines.append(line("Skipped.", [], "ignore"))
    sets, _, said = load("\n".join(lines), "prodigy.jsonl")
    assert sets == WANTED and "1 line not accepted in Prodigy" in said
    asked = [
        json.dumps({"text": t, "label": n, "answer": "accept" if n in WANTED[t] else "reject"})
        for t in WANTED
        for n in ("law", "news", "sports")
    ]
    assert load("\n".join(asked), "binary.jsonl")[0] == WANTED
    sets, _, said = load("\n".join(asked[:-1]), "binary.jsonl")
    assert C not in sets and "1 line not labeled" in said
    cats = [
        json.dumps(
            {"text": t, "cats": {n: float(n in WANTED[t]) for n in ("law", "news", "sports")}}
        )
        for t in WANTED
    ]
    assert load("\n".join(cats), "spacy.jsonl")[0] == WANTED


def test_fasttext(load):
    content = f"__label__sports {A}\n__label__law __label__news {B}\n{C}\n"
    assert load(content, "train.txt")[0] == WANTED
    assert load(f"{A} __label__sports\n{B} __label__law __label__news\n", "t")[0][A] == {"sports"}


# Columns of 0 and 1, in any writing


@pytest.mark.parametrize(
    ("yes", "no"),
    [
        *[("1", "0"), ("1.0", "0.0"), ("true", "false"), ("TRUE", "FALSE"), ("yes", "no")],
        *[("Yes", "No"), ("ja", "nein"), ("x", ""), ("X", " "), ("1", ""), ("oui", "non")],
        *[("y", "n"), ("✓", "")],
    ],
)
def test_yes_and_no_in_any_writing(load, yes, no):
    assert load(columns(yes, no))[0] == WANTED
    assert load(columns(yes, no, sign=";"))[0] == WANTED


def test_a_decimal_comma(load):
    assert load(columns("1,0", "0,0", sign=";"))[0] == WANTED


def test_what_nobody_has_judged_is_left_out_and_counted(load):
    for mark in ("-1", "", "-1.0", "NaN"):
        sets, _, said = load(columns() + f"Not seen.,0,{mark},0\n")
        assert sets == WANTED and "left out: 1 row not labeled" in said
    signs = columns("1", "-1")
    with pytest.raises(ValueError, match=r"(?s)row 2, column 'law'.*not_labeled=\[\].*-1"):
        load(signs)
    assert load(signs, not_labeled=[])[0] == WANTED
    with pytest.raises(ValueError, match=r"(?s)an empty cell means no, or not labeled"):
        load(columns("1", "") + "Fourth.,0,,\n")
    with pytest.raises(ValueError, match="no row is labeled"):
        load("text,a\nOne,-1\nTwo,-1\n", not_labeled=["-1"])


def test_an_index_is_no_label(load):
    for header in (",text,a", "Unnamed: 0,text,a", "id,text,a"):
        _, names, said = load(f"{header}\n0,one text,1\n1,two texts,0\n")
        assert names == ["a"] and "left out: column" in said


def test_probabilities_need_a_cut(load):
    content = columns("0.83", "0.1")
    with pytest.raises(ValueError, match=r"row 2, column 'sports': got 0\.83.*cut=0\.5"):
        load(content)
    sets, _, said = load(content, cut=0.5)
    assert sets == WANTED and "a label from 0.5 on" in said


@pytest.mark.parametrize("cells", [("0,85", "0,1"), ("85 %", "2 %"), ("85%", "0"), (".85", "0")])
def test_probabilities_as_spreadsheets_write_them(load, cells):
    content = columns(*cells, sign=";")
    with pytest.raises(ValueError, match=r"column 'sports': got .*85.*cut=0\.5"):
        load(content)
    assert load(content, cut=0.5)[0] == WANTED


def test_a_decimal_comma_that_may_part_class_numbers_is_an_error(load):
    content = f"text;toxic\n{A};0,85\n{B};0,10\n{C};0,3\n"
    with pytest.raises(ValueError, match=r"(?s)a probability of 0,85.*class numbers 0 and 85"):
        load(content)
    assert load(content, label_columns=["toxic"], cut=0.5)[0][A] == {"toxic"}
    sure = content.replace("0,3", "0,03")
    assert load(sure, cut=0.5)[0] == {A: {"toxic"}, B: set(), C: set()}


def test_percents_beside_plain_numbers_are_an_error(load):
    content = columns("85 %", "0", sign=";").replace("85 %", "0,85", 1)
    with pytest.raises(ValueError, match=r"(?s)in percent.*85 %.*column 'sports': 0,85"):
        load(content, cut=0.5)


@pytest.mark.parametrize("rows", ["all", "below", "some"])
def test_a_separator_at_the_end_of_rows(load, rows):
    lines = columns(sign=";").splitlines()
    ended = {"all": [0, 1, 2, 3], "below": [1, 2, 3], "some": [2]}[rows]
    content = "".join(line + ";" * (i in ended) + "\n" for i, line in enumerate(lines))
    assert load(content)[0] == WANTED


def test_row_numbers_without_a_name(load):
    lines = columns().splitlines()
    content = "".join(f"{i},{line}\n" if i else f"{line}\n" for i, line in enumerate(lines))
    with pytest.raises(ValueError, match=r"row 2: 5 cells.*give it one in row 1"):
        load(content)


@pytest.mark.parametrize("last", ["Total;1;1;1", "Summe;3;1;1", "Mittelwert;0,33;0,3;0,3"])
def test_a_row_of_totals_is_no_text(load, last):
    with pytest.raises(ValueError, match=r"row 5.*seems to hold totals.*delete it"):
        load(columns(sign=";") + f"{last}\n")
    assert load(columns(sign=";") + ";3;1;1\n")[0] == WANTED


def test_raters_are_settled_by_majority(load):
    rows = ["id,text,rater_id,sports,law"]
    rows += [f"1,{A},r{k},{int(k < 2)},0" for k in range(3)]
    rows += [f"2,{B},r{k},0,{k}" for k in range(2)]
    sets, _, said = load("\n".join(rows) + "\n")
    assert sets == {A: {"sports"}, B: set()}
    assert "2 to 3 raters per text settled by majority, who disagreed in 50.0% " in said
    assert "1 ties count as no" in said


# Labels in one cell


@pytest.mark.parametrize(
    "labels",
    [
        ("['sports']", "['law', 'news']", "[]"),
        ('["sports"]', '["law", "news"]', "[]"),
        ("('sports',)", "('law', 'news')", ""),
        ("{'sports'}", "{'law', 'news'}", ""),
        ("[sports]", "[law, news]", "[]"),
        ("['sports']", "['law' 'news']", "[]"),
        ("sports", "law|news", ""),
        ("|sports|", "|law|news|", ""),
        ("sports", "law;news", ""),
        ("sports", "law; news;", ""),
        ("sports", "law#news", ""),
        ("<sports>", "<law><news>", ""),
        ("sports", "law|news", ""),
        ('[{"id": 1, "name": "sports"}]', '[{"id": 2, "name": "law"}, {"name": "news"}]', "[]"),
        ("[{'name': 'sports'}]", "[{'name': 'law'}, {'name': 'news'}]", "[]"),
        ('{"sports": 1, "law": 0}', '{"law": 1, "news": 1}', '{"law": 0}'),
        ('{"sports": true}', '{"law": true, "news": true}', '{"law": false}'),
        ('{"choices": ["sports"]}', '{"choices": ["law", "news"]}', ""),
    ],
)
@pytest.mark.parametrize("sign", [",", "\t"])
def test_lists_in_a_cell(load, labels, sign):
    if any(label.endswith(";") for label in labels):
        labels = ("sports", "law; news", "")
    sets, names, _ = load(cells(*labels, sign=sign))
    assert sets == WANTED and sorted(names) == ["law", "news", "sports"]


def test_words_between_blanks(load):
    rows = ["text\tcategories", "One paper\tcs.CL cs.LG", "Two papers\tcs.LG", "Three\tmath.CO"]
    content = "\n".join(rows) + "\n"
    assert load(content)[1] == ["cs.CL", "cs.LG", "math.CO"]
    names = ["Science Fiction", "Drama"]
    content = "text,genre\nOne a,Science Fiction\nTwo b,Drama\nThree c,Science Fiction\n"
    assert load(content)[1] == sorted(names)


def test_a_sign_that_may_belong_to_a_name_is_an_error(load):
    content = cells("Arts, Crafts", "Law, Arts", "Crafts, Tools", name="tags")
    with pytest.raises(ValueError, match=r"(?s)column 'tags'.*separator=','.*separator="):
        load(content)
    assert len(load(content, separator=",")[1]) == 4
    assert load(cells("sports", "law, news", "news, law"), separator=",")[1][0] == "law"
    assert load(cells("news", "law,news", "law"))[1] == ["law", "news"]


def test_class_numbers_with_a_file_of_names(load, tmp_path):
    content = cells("2", "0,1", "")
    names = ["law", "news", "sports"]
    (tmp_path / "names.txt").write_text("law\nnews\nsports\n")
    for given in (names, str(tmp_path / "names.txt"), tmp_path / "names.txt"):
        assert load(content, label_names=given)[0] == WANTED
    assert load(cells("[3]", "[1, 2]", "[]"), label_names=names)[0] == WANTED
    assert load(cells("[0, 0, 1]", "[1, 1, 0]", "[0, 0, 0]"), label_names=names)[0] == WANTED
    for wrong in (cells("2", "0,1", ""), cells("[0, 0, 1]", "[1, 1, 0]", "[0, 0, 0]")):
        with pytest.raises(ValueError, match=r"label_names=\[\.\.\.\], in order"):
            load(wrong)
    with pytest.raises(ValueError, match="row 2, column 'labels': the class number 7 is beyond"):
        load(cells("7", "0,1", ""), label_names=names)
    with pytest.raises(FileNotFoundError, match="no such file"):
        load(content, label_names="nowhere.txt")


def test_names_are_checked_where_they_are_given(load):
    with pytest.raises(ValueError, match=r"row 2, column 'labels': the label 'sprots'.*'sports'"):
        load(cells("sprots", "law|news", ""), label_names=["law", "news", "sports"])
    many = [f"label number {i}" for i in range(20_000)]
    with pytest.raises(ValueError) as caught:
        load(cells("label numbre 5", "label number 1", ""), label_names=many)
    assert len(str(caught.value)) < 2000


def test_what_looks_wrong_is_said(load):
    content = "text,labels\nOne a,Sports;sports\nTwo b,law\n,law\nOne a,law\n"
    _, _, said = load(content)
    assert "are these the same label? 'Sports', 'sports'" in said
    assert "1 row without a text, the first in row 4" in said
    assert "1 row repeats a text, 1 with other labels (such as rows 2 and 5)" in said
    _, _, said = load(content.replace("One a,law", "One a,Sports;sports"))
    assert "1 row repeats a text" in said and "other labels" not in said
    sets, _, said = load(content, repeated="labels")
    assert sets["One a"] == {"Sports", "sports", "law"} and "rows of each text put together" in said


def reviews(*people):
    """An annotation tool's lines: labels in dicts, with who gave each, beside what describes."""
    lines = []
    for i, (text, labels) in enumerate(WANTED.items()):
        given = [
            {"name": f"span {k}", "label": name, "annotator": people[k % len(people)]}
            for k, name in enumerate(sorted(labels))
        ]
        meta = {"hotel": "Alba", "lang": "en", "stars": i + 2}
        lines.append({"id": 7 + i, "review_text": text, "meta": meta, "annotations": given})
    return "\n".join(map(json.dumps, lines))


def test_what_describes_a_text_is_not_taken_for_its_labels(load):
    sets, names, said = load(reviews("ana"), "reviews.jsonl")
    assert sets == WANTED and names == ["law", "news", "sports"]
    assert "lists in column 'annotations'" in said and "raters" not in said


def test_labels_of_several_raters_in_one_cell_are_said_to_be_so(load):
    sets, _, said = load(reviews("ana", "tom"), "reviews.jsonl")
    assert sets == WANTED
    assert "lists (1 by several raters, whose labels are all kept) in column" in said


# What is asked for


def test_columns_are_taken_as_lists_are(load):
    import pandas as pd

    for given in (["law"], ("law",), pd.Index(["law"]), np.array(["law"]), iter(["law"])):
        assert load(columns(), label_columns=given)[1] == ["law"]
    for arguments in ({"label_columns": "law"}, {"labels_column": ["a"]}, {"text_column": 0}):
        with pytest.raises(TypeError, match=f"{next(iter(arguments))} is"):
            load(columns(), **arguments)


@pytest.mark.parametrize(
    ("content", "arguments", "message"),
    [
        ("body,spam\nA b,1\n", {"text_column": "text"}, "no column 'text'; it has 'body', 'spam'"),
        ("text,spam\nA,1\n", {"label_columns": ["ham"]}, "no column 'ham'"),
        ("text,spam\nA,1\nB,2\nC,2\nD,1\nE,0\n", {}, r"row 3, column 'spam': got '2'.*\(1 more"),
        ("text,spam,spam\nA,1,1\n", {}, "'spam' more than once"),
        ("text,spam\n", {}, "a header but no rows"),
        ("text,spam\n ,1\n", {}, "every text is empty"),
        ('text,spam\n"A, b,1\n', {}, "row 2, cannot be read: .*quotes=False"),
        ("text\nA\n", {}, "no column looks like labels"),
        ("text,tags\nA,\n", {"labels_column": "tags"}, "empty in every row"),
        ("text,spam\nA,1\n", {"label_columns": ["spam"], "labels_column": "spam"}, "both given"),
        ("text,spam\nA,1\n", {"label_columns": []}, "label_columns is empty"),
        ("text,tags\nA,a\n", {"labels_column": "tags", "separator": ""}, "separator is ''"),
        ("text,spam\nA,1\n", {"delimiter": "||"}, "delimiter is '||', expected a sign"),
        ("title,abstract,a\nA b,C d,1\nE f,G h,0\n", {}, "text_column='title'|no column|abstract"),
    ],
)
def test_what_is_wrong_is_said(load, content, arguments, message):
    if content.startswith("title"):
        assert load(content, **arguments)[1] == ["a"]
        return
    with pytest.raises(ValueError, match=f"(?s){message}"):
        load(content, **arguments)


def test_thousands_of_columns_are_read_at_once(load):
    names = [f"label {i}" for i in range(500)]
    table = (np.random.default_rng(0).random((50, 500)) < 0.02).astype(int)
    rows = [",".join(["text", *names])]
    rows += [",".join([f"text number {i}", *map(str, row)]) for i, row in enumerate(table)]
    sets, found, said = load("\n".join(rows) + "\n")
    assert found == names and len(said) < 1000
    assert [len(one) for one in sets.values()] == table.sum(axis=1).tolist()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [True, False])
@pytest.mark.parametrize("part", [16, 64, 1 << 19])
def test_parts_of_a_file_join_without_a_seam(tmp_path, monkeypatch, part, last, end):
    """Rows longer and shorter than what is looked at at once, read as csv reads them."""
    monkeypatch.setattr(_block, "_PART", part)
    draw = random.Random(0)
    rows = [["text", "sports", "law"]]
    for _ in range(200):
        text = "".join(draw.choices(['"', ",", "\n", "é", "word "], k=draw.choice([0, 1, 9, 90])))
        rows.append([f"t{text}", *draw.choices("01", k=2)])
    written = io.StringIO()
    csv.writer(written, lineterminator=end).writerows(rows)
    content = written.getvalue() if last else written.getvalue().removesuffix(end)
    path = tmp_path / "mine.csv"
    path.write_bytes(content.encode())
    names, front, numbers, block = _block.read_block(lambda: open(path, "rb"), "utf-8", ",")
    assert [names, *zip(front.column(0).to_pylist(), *block.T, strict=True)] == [
        rows[0],
        *((text, float(a), float(b)) for text, a, b in rows[1:]),
    ]
    above = "".join(csv_line(row, end) for row in rows[:-1])
    assert numbers[-1] == above.count("\n") + 1


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
def test_a_text_that_comes_again_is_found(kind):
    draw, answers = random.Random(0), set()
    for _ in range(200):
        texts = ["".join(draw.choices("aé", k=draw.choice([0, 1, 15, 16, 17]))) for _ in range(6)]
        parts = [pa.array(texts[:2], kind), pa.array(["of no matter", *texts[2:]], kind).slice(1)]
        found = _table._repeat(pa.chunked_array(parts))
        assert found == (len(set(texts)) < len(texts)), texts
        answers.add(found)
    assert answers == {True, False}


# What was read wrongly in silence


def test_text_and_Text_are_not_chosen_between(load):
    content = "Text,text,a,b\nOne more,two of,1,0\nThree of,four now,0,1\n"
    with pytest.raises(ValueError, match="text_column='Text'") as error:
        load(content)
    assert "text_column='text'" in str(error.value)
    assert load(content, text_column="text")[0] == {"two of": {"a"}, "four now": {"b"}}


@pytest.mark.parametrize("name", ["docid", "is_test", "length", "n_words", "char_count"])
def test_what_counts_or_splits_is_no_label(load, name):
    rows = [f"{text},{i % 2},{i // 2},{i % 2}\n" for i, text in enumerate([A, B, C])]
    assert load(f"text,a,b,{name}\n" + "".join(rows))[1] == ["a", "b"]


def test_a_header_that_comes_again_is_no_text(load):
    part = "text,labels\n"
    with pytest.raises(ValueError, match="row 3 is the header again"):
        load(f"{part}{A},sports\n\ufeff{part}{B},law;sports\n")


def test_a_row_above_the_header_is_said(load):
    rows = f"text,sports,law\n{A},1,0\n{B},0,1\n{C},0,0\n"
    with pytest.raises(ValueError, match=r"seem to stand in row 2 .* Delete the rows above"):
        load(",Topic,\n" + rows)


def test_nothing_is_not_an_empty_list(tmp_path, capsys):
    path = tmp_path / "mine.parquet"
    pq.write_table(pa.table({"text": [A, B, C], "labels": [["sports"], [], None]}), path)
    dataset, names = load_table(path)
    assert dataset["labels"][:] == [[1.0], [0.0]] and names == ["sports"]
    assert "1 row not labeled" in capsys.readouterr().out


@pytest.mark.parametrize("nothing", ["NaN", "nan", "<NA>", "null"])
def test_a_program_s_word_for_nothing_is_no_label(load, nothing):
    assert load(cells("sports", "law;news", nothing))[0] == WANTED


def test_letters_of_no_width_are_said(load):
    said = load(cells("news;law", "\u200bnews", "law"))[2]
    assert "are these the same label? 'news', '\\u200bnews'" in said


def test_two_questions_of_label_studio_are_not_one(load):
    def answer(question, name):
        return {"from_name": question, "type": "choices", "value": {"choices": [name]}}

    tasks = [
        {"data": {"text": text}, "annotations": [{"result": [answer("style", "law"), mood]}]}
        for text, mood in [(A, answer("mood", "glad")), (B, answer("mood", "sad"))]
    ]
    with pytest.raises(ValueError, match="labels_column='style'"):
        load(json.dumps(tasks), "mine.json")
    assert load(json.dumps(tasks), "mine.json", labels_column="mood")[1] == ["glad", "sad"]


@pytest.mark.parametrize(
    "message", ["B2:B3 are merged", "formula in B2 has no value"], ids=["merged", "formula"]
)
def test_cells_that_look_full_in_excel_alone(tmp_path, message):
    book = pytest.importorskip("openpyxl").Workbook()
    for row in (["text", "sports", "law"], [A, 1, 0], [B, 0, 1], [C, 0, 0]):
        book.active.append(row)
    if "merged" in message:
        book.active.merge_cells("B2:B3")
    else:
        book.active["B2"] = "=IF(LEN(A2)>3,1,0)"
    book.save(tmp_path / "mine.xlsx")
    with pytest.raises(ValueError, match=message):
        load_table(tmp_path / "mine.xlsx")


def test_blank_texts_are_found_as_arrow_finds_them():
    spaces = ["", " ", "\t\n", "\u00a0\u2003", "\u3000", "\x0b", "\x1c", "\x85", "\u200b", "\0"]
    texts = [*spaces, "a", "é", "日本", " a", "\u3000b", *reversed(spaces)]
    for kind in (pa.string(), pa.large_string()):
        chunk = pa.array(texts, kind)
        expected = compute.or_(compute.utf8_is_space(chunk), compute.equal(chunk, ""))
        assert _table._blank(chunk).tolist() == expected.to_pylist()
        assert _table._blank(chunk.slice(3, 9)).tolist() == expected.to_pylist()[3:12]
    assert _table._blank(pa.array(["", ""])).tolist() == [True, True]
