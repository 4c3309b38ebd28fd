"""Tag a file of texts with a saved tagger: ``python -m helpers.tag FOLDER texts.csv``.

CSV, TSV, JSON Lines and Parquet go in and come out, a few thousand rows at a time, so that memory
does not grow with the file. What is done is kept in a folder beside the result: after an
interruption the same command goes on there.
"""

import argparse
import csv
import hashlib
import io
import json
import os
import shutil
import sys
import warnings
from pathlib import Path

from helpers import _folder as folders
from helpers import _validate as validate
from helpers.data import stream

ROWS = 2048  # per part; an interruption costs no more than these

_KINDS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}


def tag_file(
    folder,
    path,
    result=None,
    text_column: str | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
    with_probabilities: bool = False,
    rows_per_part: int = ROWS,
    quiet: bool = False,
    header: bool | None = None,
) -> Path:
    """Tag every text of a file, and write the file again with a column ``labels``.

    Args:
        folder: of the tagger, as ``models.save_tagger`` wrote it.
        path: the texts: CSV, TSV, JSON Lines or Parquet.
        result: the file to write, its kind told by its suffix; None for ``texts.tagged.csv``
            beside ``texts.csv``.
        text_column: name of the column with the texts; found by its name or its length.
        delimiter: what parts the columns of a CSV file.
        encoding: how the file's bytes become letters.
        with_probabilities: True adds a column for each label, ``probability of ...``.
        rows_per_part: how many rows are kept at a time.
        quiet: True shows no progress.
        header: whether the first row of a CSV file names the columns; found by looking.

    Returns:
        The path of the result.

    Raises:
        FileExistsError: the result is there already.
        ValueError: the file cannot be read, or an interrupted run was of other settings.
    """
    path = validate.path(path, "path")
    texts = stream(path, text_column, delimiter, encoding, header)
    kind = "tsv" if texts.kind == "csv" and texts.delimiter == "\t" else texts.kind
    if result is None:
        name = path.name.removesuffix(".gz")
        result = path.with_name(f"{Path(name).stem}.tagged.{kind}")
    result = validate.path(result, "result")
    if result.suffix not in _KINDS:
        raise ValueError(f"result is {result}, expected a file that ends in {', '.join(_KINDS)}.")
    if result.exists():
        raise FileExistsError(f"{result} is there already. Delete it, or name another result.")
    parts = result.with_name(f"{result.name}.parts")
    parts.mkdir(parents=True, exist_ok=True)
    with folders.locked(parts):
        if result.exists():  # whoever held the lock has finished it
            return result
        _settings(parts, folder, path, texts, with_probabilities, rows_per_part)
        _tag_parts(
            parts, folder, texts, _KINDS[result.suffix], with_probabilities, rows_per_part, quiet
        )
        _join(sorted(parts.glob("*.part")), result, _KINDS[result.suffix])
        shutil.rmtree(parts)
    return result


def _settings(parts: Path, folder, path: Path, texts, with_probabilities, rows_per_part) -> None:
    """Make sure that a run goes on with what it began with."""
    stat, listing = path.stat(), validate.path(folder) / folders.LISTING
    tagger = hashlib.sha256(listing.read_bytes()).hexdigest() if listing.is_file() else str(folder)
    settings = {
        "file": [str(path.resolve()), stat.st_size, stat.st_mtime_ns],
        "tagger": tagger,
        "text_column": texts.text_column,
        "columns": texts.names,
        "with_probabilities": with_probabilities,
        "rows_per_part": rows_per_part,
        "result": parts.name,
    }
    kept = parts / "settings.json"
    if kept.is_file():
        before = json.loads(kept.read_text(encoding="utf-8"))
        other = [name for name, value in settings.items() if before.get(name) != value]
        if other:
            raise ValueError(
                f"{parts} holds an interrupted run of other settings ({', '.join(other)}). Repeat "
                "that command to finish it, or delete the folder to begin anew."
            )
        return
    folders.write_whole(kept, json.dumps(settings, indent=2).encode())


def _tag_parts(parts, folder, texts, kind, with_probabilities, rows_per_part, quiet) -> None:
    from tqdm import tqdm

    from helpers.activations import sigmoid
    from helpers.models import load_tagger, predict_logits
    from helpers.thresholds import apply_thresholds

    done = len(list(parts.glob("*.part")))
    tagger, blank, cut, count = load_tagger(folder), 0, 0, done * rows_per_part
    if done and not quiet:
        print(f"Going on after {count:,} texts that were tagged before.", file=sys.stderr)
    bar = tqdm(total=texts.size, unit="B", unit_scale=True, disable=quiet)
    with bar:
        for number, rows in enumerate(texts.parts(rows_per_part, skip=done), start=done):
            given = [row.get(texts.text_column) for row in rows]
            given = ["" if text is None else str(text) for text in given]
            blank += sum(not text.strip() for text in given)
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                logits = predict_logits(tagger.model, tagger.tokenizer, given)
            cut += sum("Longer than the" in str(one.message) for one in caught)
            probabilities = sigmoid(logits)
            predicted = apply_thresholds(probabilities, tagger.thresholds)
            for i, row in enumerate(rows):
                if not given[i].strip():
                    predicted[i] = 0  # there is nothing to judge
                names = zip(tagger.label_names, predicted[i], strict=True)
                _add(row, "labels", [name for name, one in names if one])
                if with_probabilities:
                    for name, value in zip(tagger.label_names, probabilities[i], strict=True):
                        _add(row, f"probability of {name}", round(float(value), 4))
            _write_part(parts / f"{number:08d}.part", rows, kind)
            count += len(rows)
            bar.n = texts.position()
            bar.set_postfix_str(f"{count:,} texts")
            bar.refresh()
    if not quiet:
        line = f"{count:,} texts tagged"
        line += f", {blank:,} of them empty and without labels" if blank else ""
        line += f"; in {cut:,} parts of {rows_per_part:,} a text was cut at its end" if cut else ""
        print(f"{line}.", file=sys.stderr)


def _add(row: dict, name: str, value) -> None:
    """Enter a column, and never over one that the file has."""
    while name in row:
        name = f"{name} (tagger)"
    row[name] = value


def _write_part(path: Path, rows: list[dict], kind: str) -> None:
    if kind == "parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        buffer = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(rows), buffer)
        return folders.write_whole(path, buffer.getvalue())
    text = io.StringIO(newline="")
    if kind == "jsonl":
        text.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    else:
        writer = csv.DictWriter(
            text,
            list(rows[0]),
            delimiter="\t" if kind == "tsv" else ",",
            lineterminator="\n",
            restval="",
            extrasaction="ignore",
        )
        writer.writeheader()
        for row in rows:
            writer.writerow({k: ";".join(v) if isinstance(v, list) else v for k, v in row.items()})
    folders.write_whole(path, text.getvalue().encode())


def _join(parts: list[Path], result: Path, kind: str) -> None:
    """Put the parts into one file, which is there whole or not at all."""
    beside = result.with_name(f".{result.name}.new")
    if kind == "parquet":
        import pyarrow.parquet as pq

        schema = pq.read_schema(parts[0])
        for part in parts:  # a column that is empty in one part has its kind from another
            schema = _unified(schema, pq.read_schema(part))
        with pq.ParquetWriter(beside, schema) as writer:
            for part in parts:
                writer.write_table(pq.read_table(part).cast(schema))
    else:
        with open(beside, "wb") as file:
            for i, part in enumerate(parts):
                with open(part, "rb") as one:
                    if i and kind != "jsonl":
                        one.readline()  # the header stands once
                    shutil.copyfileobj(one, file)
            file.flush()
            os.fsync(file.fileno())
    os.replace(beside, result)


def _unified(one, other):
    import pyarrow as pa

    return pa.unify_schemas([one, other], promote_options="permissive")


def main(arguments: list[str] | None = None) -> int:
    """Read the command line, tag, and say where the result is."""
    parser = argparse.ArgumentParser(
        prog="python -m helpers.tag",
        description="Tag every text of a file: CSV, TSV, JSON Lines or Parquet. Interrupted? Give "
        "the same command again: it goes on where it stopped.",
    )
    parser.add_argument("folder", help="the tagger, as models.save_tagger wrote it")
    parser.add_argument("file", help="the texts")
    parser.add_argument("-o", "--result", help="file to write; its suffix says which kind")
    parser.add_argument("--text-column", help="the column with the texts")
    parser.add_argument("--delimiter", help="what parts the columns of a CSV file")
    parser.add_argument("--encoding", help="such as cp1252")
    parser.add_argument("--header", choices=["True", "False"], help="does row 1 name the columns?")
    parser.add_argument("--probabilities", action="store_true", help="add a column for each label")
    parser.add_argument("--quiet", action="store_true", help="show no progress")
    given = parser.parse_args(arguments)
    try:
        result = tag_file(
            given.folder,
            given.file,
            given.result,
            given.text_column,
            given.delimiter,
            given.encoding,
            given.probabilities,
            quiet=given.quiet,
            header={"True": True, "False": False, None: None}[given.header],
        )
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. Give the same command again to go on.", file=sys.stderr)
        return 130
    print(f"Written: {result}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
