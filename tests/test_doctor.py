"""The doctor: each known error raised, named, fixed and checked; everything else left alone."""

import ast
import copy
import io
import itertools
import re
import sys
import threading
import traceback
from contextlib import nullcontext, redirect_stdout
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import FunctionType

import numpy as np
import pytest
import torch
import transformers
from datasets import DatasetDict
from nbclient import NotebookClient
from nbformat import v4
from packaging.specifiers import SpecifierSet
from packaging.version import Version

import errors_page
from doctor_cases import CASES, ELSEWHERE, NOT_RAISED_HERE, SPACE
from helpers._lines import CODE_WIDTH, WIDTH
from helpers.doctor import Diagnosis, _diagnose, diagnose, recover
from helpers.doctor._evidence import Evidence
from helpers.doctor.known import KNOWN_ERRORS
from ordinary_errors import ORDINARY

INSTALLED = Version(transformers.__version__)
HERE = [case for case in CASES if SpecifierSet(case.only).contains(INSTALLED)]
WORDS = "[PAD] [UNK] [CLS] [SEP] [MASK] the team won game a new app band sings . goal vote".split()
# The first backward went well, so its check holds before the fix as well.
TRUE_BEFORE = {"backward-twice"}
# A data set of its own makes lists of these at once, and the others need a graphics card.
NO_CASE = {("tensors-among-lists", "Trainer with a data set"), ("cuda-out-of-memory", "Trainer")}


PAIRS = {  # the texts of SPACE and their labels
    "the team won": (1, 0, 0, 0),
    "a new app": (0, 0, 1, 0),
    "the band sings a new game .": (0, 1, 1, 1),
    "the vote": (0, 0, 0, 0),
    "blockchain won": (0, 0, 1, 0),
}


def caught(code: str, space: dict) -> Exception:
    try:
        exec(compile(code, "<cell>", "exec"), space)
    except Exception as error:
        return error
    pytest.fail(f"raised nothing:\n{code}")


def assigned(code: str) -> set[str]:
    """Names that this code gives a value."""
    nodes = ast.walk(ast.parse(code))
    stores = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    nodes = ast.walk(ast.parse(code))
    return stores | {
        alias.asname or alias.name
        for node in nodes
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory) -> str:
    """A BERT of a few kB with four labels, saved with its tokenizer."""
    folder = tmp_path_factory.mktemp("checkpoint")
    (folder / "vocab.txt").write_text("\n".join(WORDS))
    if INSTALLED.major == 4:
        tokenizer = transformers.BertTokenizerFast(vocab_file=str(folder / "vocab.txt"))
    else:
        tokenizer = transformers.BertTokenizerFast(vocab={word: i for i, word in enumerate(WORDS)})
    tokenizer.model_max_length = 512
    tokenizer.save_pretrained(folder)
    names = ["sports", "politics", "technology", "entertainment"]
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        id2label=dict(enumerate(names)),
        label2id={name: i for i, name in enumerate(names)},
        problem_type="multi_label_classification",
    )
    transformers.BertForSequenceClassification(config).save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="module")
def fresh(checkpoint):
    """The names that a notebook would have at this point."""
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    space = {"__name__": "__main__", "checkpoint": checkpoint, "folder": ""}
    exec(SPACE, space)
    return space


@pytest.fixture
def space(fresh, tmp_path, monkeypatch):
    """A copy of them for one test, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    # What hub and transformers read at import: without it a wrong name waits for the network.
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    if hasattr(transformers.utils.hub, "_is_offline_mode"):
        monkeypatch.setattr(transformers.utils.hub, "_is_offline_mode", True)
    copies = {
        name: copy.deepcopy(value)
        for name, value in fresh.items()
        if name
        in ("model", "tokenizer", "batch", "texts", "labels", "label_lists", "options", "rows")
    }
    space = {**fresh, **copies, "folder": str(tmp_path / "saved_model")}
    space["options"]["output_dir"] = str(tmp_path / "trainer")
    # The function of SPACE must see the copies.
    made = fresh["make_trainer"]
    space["make_trainer"] = FunctionType(made.__code__, space, made.__name__, made.__defaults__)
    return space


@pytest.mark.parametrize("case", HERE, ids=[f"{i}-{case.name}" for i, case in enumerate(HERE)])
def test_raised_named_fixed_and_checked(case, space):
    error = caught(case.broken, space)
    diagnosis = diagnose(error)
    assert diagnosis is not None, (type(error).__name__, str(error), Evidence(error).calls)
    assert (diagnosis.name, diagnosis.reached) == (case.name, case.reached), str(error)
    # No second entry fits, so the order of the families and of their entries does not matter.
    assert [fits.name for fits in _diagnose._fitting(error)] == [case.name]
    assert not re.search(r"0x[0-9a-f]{6}|[\\/]tmp|-packages", str(diagnosis))

    # The same words, but from a line of the learner's own: then it is the learner's own error.
    own = caught("raise kind(*values)", {"kind": type(error), "values": error.args})
    assert diagnose(own) is None

    # A check must be able to fail: on what is broken, and without what only the fix makes.
    made = assigned(diagnosis.fix) - assigned(case.broken)
    before = {name: value for name, value in space.items() if name not in made}
    with pytest.raises(Exception) if case.name not in TRUE_BEFORE else nullcontext():
        exec(diagnosis.check, before)

    texts = len(space["texts"]) if isinstance(space["texts"], list) else 0
    ids = token_ids(space)
    exec(diagnosis.fix, space)
    exec(diagnosis.check, space)
    assert_no_harm(case, diagnosis.fix, space, texts)
    assert (
        ids is None or token_ids(space) == ids or case.name in ("no-column-fits", "text-too-long")
    )


def token_ids(space: dict) -> list | None:
    """The rows that a Trainer is to learn from, by their token ids."""
    data = space.get("train_dataset")
    if data is None or isinstance(data, DatasetDict):
        return None
    try:
        rows = [data[i] for i in range(len(data))]
        name = "ids" if "ids" in rows[0] else "input_ids"  # as a forward of one's own may call them
        return [torch.as_tensor(row[name]).flatten().tolist() for row in rows]
    except (KeyError, TypeError):  # not tokenized yet
        return None


def assert_no_harm(case, fix: str, space: dict, texts_before: int) -> None:
    """A fix keeps every text with its own labels; where it leaves something out, it says so."""
    said = fix.startswith("#")
    if isinstance(space["texts"], list) and len(space["texts"]) < texts_before:
        assert said, "the fix drops texts and does not say so"
    changed = assigned(case.broken)
    for name in {"labels", "targets"} - changed:
        rows = np.array(space[name].tolist())
        if rows.shape == (len(space["texts"]), 4):
            pairs = zip(space["texts"], map(tuple, rows), strict=True)
            assert all(PAIRS[t] == row for t, row in pairs if t), f"{name} of another text"
    columns = getattr(space.get("data"), "column_names", ())
    if "text" in columns:
        assert set(space["data"]["text"]) <= set(PAIRS), "a text that nobody wrote"
    if {"text", "labels"} <= set(columns):
        pairs = zip(space["data"]["text"], map(tuple, space["data"]["labels"]), strict=True)
        assert all(PAIRS[text] == row for text, row in pairs), "a text of the data set"
    if re.search(r"ignore_mismatched_sizes|load_backbone|nn\.Linear\(", fix):
        # These weights are in the next line's file, every one of them.
        assert said or case.name == "state-dict-of-other-labels", "weights are replaced unsaid"


def test_a_missing_text_takes_its_own_labels_along(space):
    """Two fixes, one after the other, once gave every text its neighbor's labels."""
    space["texts"][1] = None
    diagnosis = diagnose(caught("tokenizer(texts, padding=True)", space))
    exec(diagnosis.fix, space)
    exec(diagnosis.check, space)
    assert diagnosis.fix.startswith("# Leaves out the texts that are missing, and their labels")
    rows = map(tuple, space["labels"].int().tolist())
    pairs = dict(zip(space["texts"], rows, strict=True))
    assert pairs == {t: row for t, row in PAIRS.items() if t in (*space["texts"],)}
    exec("loss = model(**batch, labels=labels).loss", space)


def test_labels_are_not_cut_to_fit(space):
    """Where a text was lost before, the fix stops; it does not take the first labels."""
    space["texts"] = space["texts"][1:]
    space["batch"] = space["tokenizer"](space["texts"], padding=True, return_tensors="pt")
    diagnosis = diagnose(caught("model(**batch, labels=labels)", space))
    assert diagnosis.name == "labels-of-another-batch"
    with pytest.raises(ValueError, match="zip"):
        exec(diagnosis.fix, space)


def test_a_missing_text_without_labels_stops(space):
    """Which row of labels has no text cannot be told, so no row is left out."""
    space["texts"].append(None)
    diagnosis = diagnose(caught("tokenizer(texts, padding=True)", space))
    with pytest.raises(ValueError, match="zip"):
        exec(diagnosis.fix, space)
    assert space["texts"][-1] is None and len(space["labels"]) == len(space["texts"]) - 1


def test_names_of_one_class_each_become_numbers(space):
    """A row of 0s and 1s for each text is no target of this loss: the fix offers numbers too."""
    space["values"] = ["positive", "negative", "neutral", "positive"]
    diagnosis = diagnose(caught("torch.tensor(values)", space))
    assert diagnosis.name == "tensor-of-text"
    in_place = diagnosis.fix.split("in place of all above:\n")[1]
    exec(re.sub("^# ", "", in_place, flags=re.MULTILINE), space)
    exec(diagnosis.check, space)
    assert space["labels"].tolist() == [2, 0, 1, 2]
    exec("torch.nn.NLLLoss()(torch.zeros(4, 3).log_softmax(dim=1), labels)", space)


@pytest.mark.parametrize("kind", [tuple, set, frozenset, np.array])
def test_a_missing_list_of_labels_leaves_the_others_alone(kind, space):
    space["label_lists"] = [kind(names) for names in space["label_lists"][:3]] + [float("nan")]
    broken = "MultiLabelBinarizer(classes=label_names).fit_transform(label_lists)"
    diagnosis = diagnose(caught(broken, space))
    exec(diagnosis.fix, space)
    exec(diagnosis.check, space)
    assert list(map(tuple, space["targets"].tolist())) == list(PAIRS.values())[:4]


def test_enough_errors_are_raised_on_this_version():
    names = {case.name for case in HERE}
    print(f"transformers {INSTALLED}: {len(names)} errors, {len(HERE)} ways to meet them")
    assert len(names) >= 40


def test_every_known_error_has_a_case():
    raised = {case.name for case in [*CASES, *ELSEWHERE]} | {name for name, *_ in NOT_RAISED_HERE}
    assert {known.name for known in KNOWN_ERRORS} == raised


def test_every_other_way_has_a_case():
    raised = {(case.name, case.reached) for case in CASES if case.reached}
    ways = {(known.name, way) for known in KNOWN_ERRORS for way in known.ways}
    print(ways - raised)
    assert raised == ways - NO_CASE


@pytest.fixture
def empty_hub():
    """A server that answers as the hub does where it has no such model; yields its address."""

    class Hub(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(404)
            self.send_header("X-Error-Code", "RepoNotFound")
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_HEAD = do_GET

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_an_own_folder_of_a_library_s_name_gets_nothing(run_python, tmp_path):
    (tmp_path / "datasets").mkdir()
    (tmp_path / "datasets" / "__init__.py").write_text("rows = []")
    code = f"""
import sys
sys.path.insert(0, {str(tmp_path)!r})
from helpers.doctor import diagnose
for line in ["from datasets import load_metric", "import datasets; datasets.load_metric('f1')"]:
    try:
        exec(line)
    except (ImportError, AttributeError) as error:
        print(diagnose(error))
"""
    assert run_python(code).split() == ["None", "None"]


def test_without_accelerate_and_with_a_hub(checkpoint, empty_hub, run_python, tmp_path):
    code = f"""
import sys
sys.modules["accelerate"] = None  # as if it were not installed
import torch
from transformers import AutoModelForSequenceClassification
from helpers.doctor import diagnose
checkpoint = {checkpoint!r}
label_names = ["sports", "politics", "technology", "entertainment"]
for broken in {[case.broken for case in ELSEWHERE]}:
    try:
        exec(broken)
    except Exception as error:
        diagnosis = diagnose(error)
    exec(diagnosis.fix)
    exec(diagnosis.check)
    print("named", diagnosis.name)
"""
    variables = {"HF_ENDPOINT": empty_hub, "HF_HOME": str(tmp_path), "HF_HUB_OFFLINE": ""}
    printed = re.findall(r"(?m)^named (.+)$", run_python(code, **variables))
    assert printed == [case.name for case in ELSEWHERE]


@pytest.mark.parametrize("name, kind, message", NOT_RAISED_HERE)
def test_what_needs_a_graphics_card(name, kind, message, space):
    """Its words are the documented ones; the fix is run on the CPU, where it must not harm."""
    kind = torch.OutOfMemoryError if isinstance(kind, str) else kind
    library = {"__name__": "torch.nn.modules.module", "kind": kind, "message": message}
    exec("def forward():\n    raise kind(message)", library)
    diagnosis = diagnose(caught("forward()", {"forward": library["forward"]}))
    assert diagnosis.name == name and diagnosis.versions.startswith("not raised here")
    assert diagnose(caught("raise kind(message)", {"kind": kind, "message": message})) is None
    exec(diagnosis.fix, space)
    exec(diagnosis.check, space)


# ---- What is not known


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("group", ORDINARY)
def test_ordinary_errors_get_no_diagnosis(group, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    setup, snippets = ORDINARY[group]
    for snippet in snippets:
        space = {"__name__": "__main__"}
        exec(setup, space)
        error = caught(snippet, space)
        assert diagnose(error) is None, (snippet, diagnose(error).name)


def test_ordinary_errors_are_five_hundred_and_distinct():
    snippets = [snippet for _, group in ORDINARY.values() for snippet in group]
    assert len(set(snippets)) == len(snippets) >= 500


def test_never_raised_is_not_known():
    assert diagnose(NameError("name 'sigmoid' is not defined")) is None


def test_a_faulty_str_is_survived(capsys):
    class Odd(ValueError):
        def __str__(self):
            raise RuntimeError("no text")

    with pytest.raises(Odd), recover():
        raise Odd
    assert "<exception str() failed>" in capsys.readouterr().out


def test_diagnose_wants_an_exception():
    with pytest.raises(TypeError, match="caught exception, got str"):
        diagnose("NameError: name 'sigmoid' is not defined")


def test_a_known_cause_behind_an_own_error_is_named():
    error = caught(
        "try:\n    sigmoid(0)\nexcept NameError as error:\n"
        "    raise RuntimeError('step 3 failed') from error",
        {"__name__": "__main__"},
    )
    diagnosis = diagnose(error)
    assert diagnosis.name == "sigmoid-not-defined"
    assert diagnosis.cause.startswith("Behind it is a NameError that is known.")


def test_an_error_while_another_is_handled_is_judged_alone():
    space = {"__name__": "__main__"}
    error = caught("try:\n    sigmoid(0)\nexcept NameError:\n    {}['fallback']", space)
    assert type(error) is KeyError and diagnose(error) is None


def test_raised_again_is_still_known():
    code = "try:\n    sigmoid(0)\nexcept NameError:\n    raise"
    assert diagnose(caught(code, {"__name__": "__main__"})).name == "sigmoid-not-defined"


# ---- The table


def test_table_is_well_formed():
    names = [known.name for known in KNOWN_ERRORS]
    assert len(set(names)) == len(names) >= 140
    for known in KNOWN_ERRORS:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", known.name)
        for sign in known.signs:
            assert re.compile(sign.message) and sign.where and re.compile(sign.where)
            assert all(kind.isidentifier() for kind in sign.types.split())
            assert re.match(r"all$|transformers \d|not raised here", sign.versions)
        for text in [known, *known.ways.values()]:
            compile(text.fix, known.name, "exec")
            assert "assert " in text.check and compile(text.check, known.name, "exec")
            lines = [*text.fix.splitlines(), *text.check.splitlines()]
            assert max(map(len, lines)) + 4 <= CODE_WIDTH, (known.name, max(lines, key=len))
        cause = known.cause
        assert cause.endswith((".", ".)")) and len(re.findall(r"[.?](?= [A-Z]|$)", cause)) <= 6


def test_the_page_of_all_errors_is_up_to_date():
    assert errors_page.main(["--check"]) == 0, "run tools/errors_page.py"
    text = errors_page.PAGE.read_text(encoding="utf-8")
    assert all(f"\n### {known.name}\n" in text for known in KNOWN_ERRORS)


def test_import_is_light(run_python):
    heavy = "torch transformers sklearn numpy IPython datasets"
    code = "import sys, helpers.doctor\n"
    code += f"print([name for name in {heavy.split()} if name in sys.modules])"
    assert run_python(code).strip() == "[]"


# ---- recover()


def test_recover_prints_message_then_diagnosis(capsys):
    with recover():
        sigmoid(0)  # noqa: F821
    out = capsys.readouterr().out
    line, blank, headline, *rest = out.splitlines()
    assert line == "NameError: name 'sigmoid' is not defined"
    assert (blank, headline) == ("", "The doctor knows this error: sigmoid-not-defined")
    assert "    probabilities = torch.sigmoid(logits)" in rest
    assert max(map(len, rest)) <= WIDTH


def test_recover_raises_what_it_does_not_know(capsys):
    with pytest.raises(KeyError), recover():
        {}["sports"]
    out = capsys.readouterr().out
    assert out.startswith("KeyError: 'sports'\n\nThe doctor does not know this error")


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_recover_lets_through_what_is_no_exception(kind, capsys):
    with pytest.raises(kind), recover():
        raise kind
    assert capsys.readouterr().out == ""


def test_recover_says_nothing_when_nothing_happens(capsys):
    with recover():
        pass
    assert capsys.readouterr().out == ""


class OwnError(Exception):
    pass


@pytest.mark.parametrize(
    "error",
    [
        ValueError("two\nlines"),
        KeyError("sports"),
        AttributeError(),
        OwnError("mine"),
        OSError(2, "No such file"),
        torch.OutOfMemoryError("too big"),
    ],
)
def test_the_printed_line_is_pythons(error):
    (line,) = traceback.format_exception_only(error)
    assert _diagnose._last_line(error) == line.rstrip("\n")


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_recover_escapes_what_cannot_be_shown(encoding, monkeypatch):
    written = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(written, encoding=encoding))
    with pytest.raises(KeyError), recover():
        {}["\u6a21"]
    with recover():
        sigmoid("\u6a21")  # noqa: F821
    sys.stdout.flush()
    out = written.getvalue().decode(encoding)
    assert out.startswith("KeyError: '\\u6a21'") and "sigmoid-not-defined" in out


def test_recover_with_a_closed_stdout_tells_stderr(monkeypatch, capsys):
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr("sys.stdout", closed)
    with recover():
        sigmoid(0)  # noqa: F821
    monkeypatch.undo()
    assert "sigmoid-not-defined" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdout", None)
    monkeypatch.setattr("sys.stderr", None)
    with recover():
        sigmoid(0)  # noqa: F821


def test_recover_inside_recover_prints_once(capsys):
    for _ in range(2):
        with pytest.raises(KeyError), recover(), recover():
            {}["sports"]
        assert capsys.readouterr().out.count("KeyError: 'sports'") == 1


def test_outside_ipython_there_is_nothing_to_load():
    _diagnose.load_ipython_extension(None)
    _diagnose.unload_ipython_extension(None)


# ---- Errors inside others


def test_an_error_in_a_group_is_named():
    space = {"__name__": "__main__"}
    code = "try:\n    sigmoid(0)\nexcept NameError as error:\n    known = error\n"
    code += "raise ExceptionGroup('both', [KeyError(1), ExceptionGroup('one', [known])])"
    diagnosis = diagnose(caught(code, space))
    assert diagnosis.name == "sigmoid-not-defined"
    assert diagnosis.cause.startswith("In a group of 2: In a group of 1: ")


def test_an_error_from_a_worker_is_unwrapped(space):
    code = """
class Rows(torch.utils.data.Dataset):
    def __len__(self):
        return 4
    def __getitem__(self, i):
        return {what}
list(torch.utils.data.DataLoader(Rows(), num_workers=1))
"""
    for what, name in [
        ("tokenizer(pd.Series(texts))", "tokenizer-wants-list"),
        ("tokenizer(['a', None])", "missing-texts"),
        ("sigmoid(0)", "sigmoid-not-defined"),
        ("tokenizer(texts, return_tensors='pt')", "texts-not-padded"),
        ("{'input_ids': tokenizer(texts[i])['input_ids']}[0]", None),
    ]:
        found = diagnose(caught(code.replace("{what}", what), dict(space)))
        assert (found and found.name) == name


# ---- %load_ext helpers.doctor, in a real kernel

PATIENT = {"startup_timeout": 300, "iopub_timeout": 300}  # with a machine that is busy
KNOWN, UNKNOWN, FINE = "sigmoid(0)", "{}['sports']", "print('fine')"
LOAD, UNLOAD = "%load_ext helpers.doctor", "%unload_ext helpers.doctor"


def run_cells(*sources: str) -> list[list[str]]:
    """Run cells in one kernel; return for each what was shown, in order."""
    notebook = v4.new_notebook(cells=[v4.new_code_cell(source) for source in sources])
    client = NotebookClient(notebook, **PATIENT, kernel_name="python3", allow_errors=True)
    client.execute()
    return [in_order(cell.outputs) for cell in notebook.cells]


def in_order(outputs: list) -> list[str]:
    """Say what was shown; a busy kernel sends what one print shows in more than one piece."""
    kinds = {"error": "traceback", "display_data": "card"}
    shown = []
    for kind, pieces in itertools.groupby(
        outputs, lambda output: output.get("name") or kinds[output.output_type]
    ):
        text = "".join(
            piece.get("text") or piece.get("data", {}).get("text/plain", "") for piece in pieces
        )
        shown.append(f"{kind}: {text}" if text else kind)
    return shown


def test_pieces_of_one_print_are_one():
    def stream(text):
        return v4.new_output("stream", name="stdout", text=text)

    error = v4.new_output("error", ename="NameError", evalue="", traceback=[])
    assert in_order([stream("a\n"), error, stream("b"), stream("\n")]) == [
        "stdout: a\n",
        "traceback",
        "stdout: b\n",
    ]


def test_extension_in_a_kernel():
    without, with_, known, unknown, fine, *rest = run_cells(
        KNOWN,
        LOAD,
        KNOWN,
        UNKNOWN,
        FINE,
        LOAD,
        KNOWN,
        "from helpers import doctor; doctor.load_ipython_extension(get_ipython())",
        KNOWN,
        "%reload_ext helpers.doctor",
        KNOWN,
        f"%%time\n{KNOWN}",
        UNLOAD,
        KNOWN,
    )
    assert without == ["traceback"] and with_ == []
    assert known[0] == "traceback"
    (diagnosis,) = known[1:]
    assert diagnosis.startswith("card: The doctor knows this error: sigmoid-not-defined\n")
    assert unknown == ["traceback"]
    assert fine == ["stdout: fine\n"]
    again, twice, reloaded, timed, unloaded = (rest[i] for i in (1, 3, 5, 6, 8))
    assert again == twice == reloaded == known
    shown = "".join(timed)
    assert shown.count("sigmoid-not-defined") == 1
    assert shown.index("traceback") < shown.index("sigmoid-not-defined")
    assert unloaded == ["traceback"]


def test_a_notebook_shows_a_card_and_a_string_gets_text():
    block = "with recover():\n    int('<b>') + {}['sigmoid'](0)"
    to_a_string = (
        "import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()) as written, "
        "recover():\n    sigmoid(0)\nprint(written.getvalue()[:9])"
    )
    sources = [
        "from helpers.doctor import recover",
        block,
        "with recover():\n    sigmoid(0)",
        to_a_string,
    ]
    notebook = v4.new_notebook(cells=[v4.new_code_cell(source) for source in sources])
    client = NotebookClient(notebook, **PATIENT, kernel_name="python3", allow_errors=True)
    client.execute()
    _, unknown, known, as_text = (cell.outputs for cell in notebook.cells)
    assert [output.output_type for output in unknown] == ["display_data", "error"]
    page = unknown[0].data["text/html"]
    assert "&#x27;&lt;b&gt;&#x27;" in page and "<b>'" not in page  # what was typed is text
    (card,) = known
    assert set(card.data) == {"text/html", "text/plain"}
    assert card.data["text/plain"].startswith("NameError: name 'sigmoid' is not defined\n\nThe do")
    # Whatever the text says stands on the cards as well, in its order.
    words = re.sub(r"<[^>]+>", " ", card.data["text/html"]).split()
    for word in ("NameError:", "sigmoid-not-defined", "Cause:", "Fix:", "Check:"):
        words = words[words.index(word) :]
    assert [output.text for output in as_text] == ["NameError\n"]


def test_traceback_is_unchanged_by_the_extension():
    def tracebacks(*sources):
        notebook = v4.new_notebook(cells=[v4.new_code_cell(source) for source in sources])
        client = NotebookClient(notebook, **PATIENT, kernel_name="python3", allow_errors=True)
        client.execute()
        return [
            re.sub(r"In\[\d+\]|\[\d+\]", "", "\n".join(output.traceback))
            for cell in notebook.cells
            for output in cell.outputs
            if output.output_type == "error"
        ]

    before, after = tracebacks(KNOWN, LOAD, KNOWN)
    assert before == after


def test_a_failing_doctor_is_silent(monkeypatch, capsys):
    class Result:
        error_before_exec = None
        error_in_exec = caught(KNOWN, {"__name__": "__main__"})

    monkeypatch.setattr(_diagnose, "diagnose", lambda error: 1 / 0)
    _diagnose._after_cell(Result)
    _diagnose._after_cell(object())
    assert capsys.readouterr() == ("", "")


def test_a_diagnosis_cannot_be_changed_and_reads_well():
    diagnosis = diagnose(caught(KNOWN, {"__name__": "__main__"}))
    assert isinstance(diagnosis, Diagnosis) and diagnosis.versions == "all"
    with pytest.raises(AttributeError):
        diagnosis.name = "another"
    buffer = io.StringIO()
    with redirect_stdout(buffer):
        print(diagnosis)
    assert buffer.getvalue() == (
        "The doctor knows this error: sigmoid-not-defined\n"
        "Cause: `import torch` brings torch.sigmoid, not a bare sigmoid: a function is\n"
        "called by the module that it lives in.\n"
        "Fix, with your own names in place of these:\n"
        "    import torch\n"
        "\n"
        "    probabilities = torch.sigmoid(logits)\n"
        "Check:\n"
        "    assert ((probabilities >= 0) & (probabilities <= 1)).all()\n"
    )
