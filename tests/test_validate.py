import inspect
from functools import partial

import numpy as np
import pandas as pd
import pytest
import torch
from datasets import Dataset
from scipy import sparse

from helpers import _validate as validate
from helpers import activations, calibration, data, metrics, models, plots, thresholds, training

TABLE = [[0.0, 1.0], [1.0, 0.0]]
EVERY = [
    validate.targets,
    validate.predictions,
    validate.probabilities,
    validate.logits,
]


@pytest.mark.parametrize("check", EVERY)
@pytest.mark.parametrize(
    ("value", "error", "says"),
    [
        ([0.0, 1.0], ValueError, r"shape \(2,\).*\[:, None\].*\[None, :\]"),
        (np.zeros((2, 2, 2)), ValueError, "Each row is a text"),
        (np.zeros((0, 4)), ValueError, "no texts"),
        (np.zeros((4, 0)), ValueError, "no labels"),
        ([[0.0, np.nan]], ValueError, "NaN, first in row 0, column 1"),
        ([[0.0], [0.0, 1.0]], ValueError, "rows of different lengths"),
        ([["sports"]], TypeError, "indicator_matrix"),
        (None, TypeError, "is None, expected numbers"),
    ],
)
def test_what_no_table_may_be(check, value, error, says):
    with pytest.raises(error, match=says):
        check(value)


@pytest.mark.parametrize("check", EVERY)
def test_lists_arrays_and_tensors_are_the_same(check):
    for same in (TABLE, np.array(TABLE, np.float32), torch.tensor(TABLE, requires_grad=True)):
        assert check(same).tolist() == TABLE
    assert check(torch.tensor(TABLE, dtype=torch.bfloat16)).tolist() == TABLE


@pytest.mark.parametrize("check", EVERY)
def test_a_model_output_is_named_as_such(check, tagger):
    batch = tagger.tokenizer(["A goal."], return_tensors="pt")
    with pytest.raises(TypeError, match=r"outputs\.logits"):
        check(tagger.model(**batch))


def test_likely_mistakes_are_named():
    with pytest.raises(ValueError, match=r"2.5.*look like logits: apply sigmoid"):
        validate.probabilities([[2.5, 0.3]])
    with pytest.raises(TypeError, match=r"whole numbers.*before the threshold"):
        validate.probabilities([[1, 0]])
    with pytest.raises(ValueError, match="look like probabilities: apply a threshold"):
        validate.predictions([[0.7, 0.3]])
    with pytest.raises(ValueError, match="arguments exchanged"):
        validate.targets([[0.7, 0.3]])
    with pytest.raises(ValueError, match=r"-1 and \+1: write \(targets > 0\)"):
        validate.targets([[1, -1]])
    with pytest.raises(ValueError, match="MultiLabelBinarizer"):
        validate.targets([[1, 3]])
    with pytest.raises(ValueError, match="look like logits"):
        validate.targets([[1.5, -3.0]])
    with pytest.raises(ValueError, match="infinity"):
        validate.logits([[np.inf]])


def test_booleans_and_one_label_are_fine():
    assert validate.predictions(np.array([[True], [False]])).tolist() == [[1], [0]]


def test_shapes_that_differ_are_named():
    validate.same_shape(targets=np.zeros((2, 3)), probabilities=np.zeros((2, 3)))
    with pytest.raises(ValueError, match=r"targets has shape \(2, 3\) and predictions \(3, 2\)"):
        validate.same_shape(targets=np.zeros((2, 3)), predictions=np.zeros((3, 2)))


# What is read as numbers

PANDAS_DTYPES = [
    "float64",
    "Float64",
    "Int64",
    "boolean",
    "bool",
    "object",
    "Sparse[int]",
    "category",
]


@pytest.mark.parametrize("dtype", PANDAS_DTYPES)
def test_frames_of_every_dtype_are_read(dtype):
    frame = pd.DataFrame(TABLE).astype("int64").astype(dtype)
    assert validate.targets(frame).tolist() == TABLE


READ_AS_NUMBERS = {
    "tuple": tuple(map(tuple, TABLE)),
    "generator": "(row for row in TABLE)",
    "mixed frame": pd.DataFrame({"a": [0.0, 1.0], "b": [True, False]}),
    "mixed nullable frame": pd.DataFrame({"a": [0.0, 1.0], "b": pd.array([True, False])}),
    "Series of lists": pd.Series(TABLE),
    "Series of arrays": pd.Series(list(np.array(TABLE))),
    "Series of tensors": pd.Series(list(torch.tensor(TABLE, requires_grad=True))),
    "object array": np.array(TABLE, dtype=object),
    "mask over nothing": np.ma.array(TABLE, mask=False),
    "dataset column": Dataset.from_dict({"labels": TABLE})["labels"],
    "csr": sparse.csr_matrix(TABLE),
    "coo": sparse.coo_array(TABLE),
    "half": torch.tensor(TABLE).half(),
    "sparse tensor": torch.tensor(TABLE).to_sparse(),
    "tensors with gradient": list(torch.tensor(TABLE, requires_grad=True)),
    "tensors of bfloat16": list(torch.tensor(TABLE).bfloat16()),
    "sparse tensors": [row.to_sparse() for row in torch.tensor(TABLE)],
    "lists of tensors": [list(row) for row in torch.tensor(TABLE, requires_grad=True)],
}


@pytest.mark.parametrize("kind", READ_AS_NUMBERS)
@pytest.mark.parametrize("check", EVERY)
def test_what_holds_numbers_is_read(check, kind):
    values = (row for row in TABLE) if kind == "generator" else READ_AS_NUMBERS[kind]
    assert check(values).tolist() == TABLE


def test_precision_is_kept():
    fine = np.array([[1 - 1e-9, 2e-9]])
    for same in (fine, torch.tensor(fine), list(torch.tensor(fine, requires_grad=True))):
        assert validate.probabilities(same).tolist() == fine.tolist()
    assert activations.sigmoid(torch.tensor([20.0], dtype=torch.float64)).dtype == np.float64
    assert activations.sigmoid(torch.tensor([20.0])).dtype == np.float32
    assert validate.as_array([2**70], "values").tolist() == [2.0**70]


def test_targets_are_wide_enough_to_be_counted():
    for check in (validate.targets, validate.predictions):
        assert check(TABLE).dtype == np.int64
    ones = np.ones((200, 4), dtype=bool)
    found = metrics.bootstrap(ones, ones, lambda t, p: t.ravel() @ p.ravel(), resamples=5)
    assert found.value == 800 and (found.values == 800).all()


@pytest.mark.parametrize("check", EVERY)
@pytest.mark.parametrize(
    ("value", "says"),
    [
        ([[0.0, None]], "NaN, first in row 0, column 1"),
        (pd.DataFrame({"a": pd.array([1, None], dtype="Int64")}), "NaN, first in row 1, column 0"),
        (pd.DataFrame({"a": pd.array([None, True], dtype="boolean")}), "NaN"),
        (pd.DataFrame({"a": pd.array([0.5, None], dtype="Float64")}), "NaN"),
        (np.ma.array(TABLE, mask=[[0, 1], [0, 0]]), "masked values"),
        ([np.ma.array([0.0, 1.0], mask=[1, 0]), np.ma.array([0.0, 1.0])], "masked values"),
    ],
)
def test_missing_values_are_refused(check, value, says):
    with pytest.raises(ValueError, match=says):
        check(value)


@pytest.mark.parametrize("check", [*EVERY, validate.as_array])
@pytest.mark.parametrize(
    ("value", "says"),
    [
        (None, "None"),
        ("0.5", "'0.5'.*without quotes"),
        ({"sports": [1.0]}, "a dict"),
        ({0.5, 0.7}, "a set"),
        (Dataset.from_dict({"labels": TABLE}), "Dataset.*one of its columns"),
        ([["sports"]], "'sports'.*indicator_matrix"),
        ([["0.5"]], "'0.5'.*float"),
        ([{"sports": 0.9}], "holds {'sports': 0.9}"),
        (
            pd.DataFrame({"text": ["A goal."], "law": [1]}),
            r"'A goal.'.*\[label_names\]",
        ),
        (np.array([["a", 1.0]], dtype=object), "'a'"),
        (np.array([[1j]]), "complex"),
        (np.array([["2024-05-01"]], dtype="datetime64[ns]"), "M8"),
        (pd.DataFrame({"day": pd.to_datetime(["2024-05-01"])}), "M8"),
        ([torch.tensor([0.5], device="meta")], r"torch\.stack"),
        (object, "class"),
    ],
)
def test_what_is_no_number_is_named(check, value, says):
    with pytest.raises(TypeError, match=f"(?s)^values .*{says}.*expected numbers|^values .*{says}"):
        check(value, "values")


def test_rows_of_class_numbers_and_of_names_are_named():
    with pytest.raises(ValueError, match=r"different lengths.*Class numbers.*label_names\[i\]"):
        validate.targets([[0], [], [0, 1]])
    with pytest.raises(ValueError, match=r"different lengths.*indicator_matrix"):
        validate.targets([["law"], []])


def test_rounding_is_no_mistake():
    found = validate.probabilities(np.array([[1 + 1e-7, -1e-9, 0.3]]))
    assert found.tolist() == [[1.0, 0.0, 0.3]]
    assert validate.thresholds(1 + 1e-7, 2).tolist() == [1.0, 1.0]
    for beyond in (1 + 3e-6, -3e-6):
        with pytest.raises(ValueError, match="expected values from 0 to 1"):
            validate.probabilities([[beyond]])


def test_nothing_is_imported_to_ask(run_python):
    code = (
        "import sys\n"
        "from helpers import _validate\n"
        "_validate.probabilities([[0.5]])\n"
        "_validate.texts(['a'])\n"
        "print({'torch', 'pandas', 'scipy', 'datasets'} & {*sys.modules})"
    )
    assert run_python(code).strip() == "set()"


# Frames that know their names

Y = pd.DataFrame({"a": [1, 1, 0, 0], "b": [0, 0, 0, 1]}, index=["w", "x", "y", "z"])
P = pd.DataFrame({"a": [0.9, 0.8, 0.1, 0.2], "b": [0.1, 0.2, 0.3, 0.9]}, index=Y.index)
COMPARE = {
    "predictions": lambda t, p: metrics.summary(t, (p > 0.5) if hasattr(p, "iloc") else p)[
        "macro-F1"
    ],
    "rival": lambda t, p: 1 - metrics.bootstrap(t, Y, "macro-F1", 5, rival=p > 0.5).value,
    "probabilities": lambda t, p: thresholds.best_f1(t, p).score,
    "ranking": lambda t, p: metrics.ranking(t, p).loc["macro", "ROC AUC"],
    "logits": lambda t, p: calibration.fit_platt(t, p * 4 - 2)[0].min() > 0,
}


@pytest.mark.parametrize("compare", COMPARE.values(), ids=COMPARE)
def test_two_frames_are_matched_by_name(compare):
    assert compare(Y, P) == 1
    assert compare(Y, P[["b", "a"]]) == 1
    assert compare(Y, P.loc[["z", "x", "w", "y"]]) == 1
    assert compare(Y, P.loc[["z", "x", "w", "y"], ["b", "a"]]) == 1


@pytest.mark.parametrize("compare", COMPARE.values(), ids=COMPARE)
@pytest.mark.parametrize(
    ("other", "says"),
    [
        (P.rename(columns={"b": "B"}), r"columns \['a', 'B'\], targets \['a', 'b'\]"),
        (P.set_axis([0, 1], axis=1), "columns"),
        (P.set_axis(["a", "a"], axis=1), "columns"),
        (P.reset_index(drop=True), "rows"),
        (P.rename(index={"w": "v"}), r"rows \['v', 'x', 'y', 'z'\]"),
    ],
)
def test_two_frames_of_other_names_are_refused(compare, other, says):
    with pytest.raises(ValueError, match=f"has the {says}.*to_numpy"):
        compare(Y, other)


def test_counted_rows_in_another_order_are_refused():
    """Was the other frame counted before the shuffling, or after it? Nobody can know."""
    counted, shuffled = Y.reset_index(drop=True), P.reset_index(drop=True).iloc[[2, 0, 1, 3]]
    with pytest.raises(ValueError, match=r"rows \[2, 0, 1, 3\], targets \[0, 1, 2, 3\]"):
        thresholds.best_f1(counted, shuffled)


def test_a_frame_beside_an_array_is_taken_by_position():
    shuffled = P[["b", "a"]].to_numpy()
    assert thresholds.best_f1(Y[["b", "a"]], shuffled).score == 1
    assert thresholds.best_f1(Y.to_numpy(), P).score == 1


def test_features_follow_the_rows_of_their_targets():
    features = validate.matched(P.loc[["z", "x", "w", "y"]], "features", Y, axes=(0,))
    assert list(features.index) == list(Y.index)


NAMED = pd.Series([0.25, 0.75], index=["b", "a"])


def test_a_series_is_matched_by_name(tmp_path):
    expected = [[1, 0], [1, 0], [0, 1], [0, 1]]
    assert thresholds.apply_thresholds(P, NAMED).tolist() == expected
    assert thresholds.apply_thresholds(P.to_numpy(), NAMED[["a", "b"]]).tolist() == expected
    thresholds.save(tmp_path, NAMED, ["a", "b"])
    assert thresholds.load(tmp_path, ["a", "b"]).tolist() == [0.75, 0.25]
    table = plots.probability_table(list("wxyz"), P, ["a", "b"], NAMED)
    assert table["predicted"].tolist() == ["a", "a", "b", "b"]
    costs = pd.Series([1, 10], index=["b", "a"]), pd.Series([100, 1000], index=["a", "b"])
    assert thresholds.total_cost(Y, 1 - Y, *costs) == 2 * 10 + 3 * 1 + 2 * 100 + 1000
    assert thresholds.from_costs(*costs) == pytest.approx([1 / 1001, 10 / 110])


def test_a_series_of_other_names_is_refused(tmp_path):
    other = NAMED.rename({"a": "c"})
    for use in (
        lambda: thresholds.apply_thresholds(P, other),
        lambda: thresholds.save(tmp_path, other, ["a", "b"]),
        lambda: plots.probability_table(list("wxyz"), P, ["a", "b"], other),
        lambda: thresholds.total_cost(Y, Y, other, 1),
    ):
        with pytest.raises(ValueError, match=r"has the names \['b', 'c'\], expected \['a', 'b'\]"):
            use()
    counted = NAMED.reset_index(drop=True)  # has no names: a list
    assert thresholds.apply_thresholds(P, counted).tolist() == [[1, 0], [1, 0], [0, 0], [0, 1]]


def test_names_must_be_those_of_the_columns():
    assert list(metrics.per_label(Y, Y, ["a", "b"]).index) == ["a", "b"]
    for use in (
        lambda names: metrics.per_label(Y, Y, names),
        lambda names: metrics.per_label(Y.to_numpy(), Y, names),
        lambda names: metrics.ranking(Y, P, names),
        lambda names: plots.probability_table(list("wxyz"), P, names, 0.5),
    ):
        for names in (["b", "a"], ["A", "B"]):
            with pytest.raises(ValueError, match=r"has the columns \['a', 'b'\].*\[label_names\]"):
                use(names)


# Lists and settings

LISTS = {
    "tuple": tuple,
    "array": np.array,
    "object array": partial(np.array, dtype=object),
    "Series": lambda names: pd.Series(names, index=range(7, 7 + len(names))),
    "Index": pd.Index,
    "generator": iter,
    "keys": lambda names: dict.fromkeys(names).keys(),
    "dataset column": lambda names: Dataset.from_dict({"a": names})["a"],
}


@pytest.mark.parametrize("kind", LISTS.values(), ids=LISTS)
def test_what_is_a_list(kind, tmp_path):
    names = ["sports", "law"]
    for check in (validate.list_of, validate.texts, validate.names):
        assert check(kind(names), "names") == names
    assert data.indicator_matrix([kind(["law"])], kind(names)).tolist() == [[0, 1]]
    (tmp_path / "mine.csv").write_text("text,sports,law\nOne,1,0\n")
    assert data.load_table(tmp_path / "mine.csv", label_columns=kind(names))[1] == names


def test_numbers_of_numpy_are_numbers():
    assert validate.whole(np.int64(8), "k") == 8
    assert validate.seed(np.uint8(0)) == 0
    assert validate.share(np.float32(0.9), "level", 0.95) == pytest.approx(0.9)
    assert validate.share(0, "warmup", 0.1, zero=True) == 0
    assert validate.positive(np.float16(0.5), "rate") == 0.5
    assert type(validate.whole(np.int64(8), "k")) is int
    found = metrics.bootstrap(
        TARGETS, TARGETS, "macro-F1", np.int64(5), np.float32(0.9), np.int8(1)
    )
    assert len(found.values) == 5


def test_messages_stay_short():
    names = [f"label number {i}" for i in range(8000)]
    with pytest.raises(ValueError, match=r"Did you mean 'label number \d+'.*7,980 more") as caught:
        data.indicator_matrix([["label numbre 5"]], names)
    assert len(str(caught.value)) < 1000
    for wrong in (names * 2, [0.5] * 8000, {name: 1 for name in names}):
        with pytest.raises((TypeError, ValueError)) as caught:
            data.indicator_matrix([[]], wrong)
        assert len(str(caught.value)) < 1000


class Counted(str):
    """A name that counts how often it is compared with another."""

    compared = 0
    __hash__ = str.__hash__

    def __eq__(self, other):
        Counted.compared += 1
        return str.__eq__(self, other)


def test_a_name_is_looked_up_and_not_searched_for():
    names = [Counted(f"label number {i}") for i in range(8000)]
    assert validate.names(names) == [f"label number {i}" for i in range(8000)]
    assert Counted.compared <= 8000


# The same mistake is the same error, everywhere

NAMES = ["sports", "law"]
TARGETS, GIVEN = [[1, 0], [0, 1], [1, 1]], [[1, 0], [0, 1], [1, 0]]
PROBABILITIES = [[0.9, 0.2], [0.1, 0.8], [0.7, 0.6]]
LOGITS = [[2.0, -1.0], [-2.0, 1.0], [1.0, -0.5]]
TEXTS = ["A goal.", "A vote.", "A film."]
NO_LIST = [("sports", TypeError), ({"a": 1}, TypeError), ({"a"}, TypeError), (Y, TypeError)]
NO_LIST += [(None, TypeError), (5, TypeError), (Dataset.from_dict({"a": ["b"]}), TypeError)]
NO_NUMBERS = [(None, TypeError), ("0.5", TypeError), ({"a": 0.5}, TypeError), ({0.5}, TypeError)]
NO_NUMBERS += [([["a", "b"]] * 3, TypeError)]
NO_TABLE = [*NO_NUMBERS, ([0.5, 0.5], ValueError), (np.zeros((0, 2)), ValueError)]
NO_TABLE += [([[0.5], [0.5, 0.5]], ValueError), (np.full((3, 2), np.nan), ValueError)]
NO_TABLE += [(np.ma.array(PROBABILITIES, mask=True), ValueError)]
NO_FLOATS = [*NO_TABLE, (TARGETS, TypeError), (np.array(TARGETS, bool), TypeError)]
NO_ZEROS_AND_ONES = [*NO_TABLE, (PROBABILITIES, ValueError), (LOGITS, ValueError)]
PER_LABEL = [*NO_NUMBERS, (True, TypeError), (Y, TypeError), ([[0.5, 0.5]], ValueError)]
PER_LABEL += [([0.5] * 3, ValueError), (np.nan, ValueError), (-1.5, ValueError)]
NO_NUMBER = [(None, TypeError), ("0.95", TypeError), (True, TypeError), ([0.5], TypeError)]
NO_WHOLE = [*NO_NUMBER, (2.5, TypeError), (2.0, TypeError), (np.float64(2), TypeError)]
NO_WHOLE += [(np.nan, TypeError), (-1, ValueError)]
NO_SHARE = [*NO_NUMBER, (95, ValueError), (1, ValueError), (-0.5, ValueError), (np.nan, ValueError)]
NOT_POSITIVE = [*NO_NUMBER, (0, ValueError), (-1.0, ValueError)]
NOT_POSITIVE += [(np.nan, ValueError), (np.inf, ValueError)]
NO_NAMES = [*NO_LIST, ([None], TypeError), ([], ValueError), (["a", "a"], ValueError)]
NO_TEXTS = [*NO_LIST, (["A goal.", None, "A film."], TypeError), ([1, 2, 3], TypeError)]
NO_CHOICE = [(None, TypeError), (["macro"], TypeError), (0.5, TypeError), ("median", ValueError)]
NO_PATH = [(None, TypeError), (5, TypeError), (["a"], TypeError)]

BAD = {
    "targets": NO_ZEROS_AND_ONES,
    "predictions": NO_ZEROS_AND_ONES,
    "rival": NO_ZEROS_AND_ONES,
    "probabilities": [*NO_FLOATS, (LOGITS, ValueError)],
    "logits": [*NO_FLOATS, (np.full((3, 2), np.inf), ValueError)],
    "thresholds": [*PER_LABEL, (7, ValueError)],
    "cost_fp": [*PER_LABEL, (np.inf, ValueError)],
    "cost_fn": [*PER_LABEL, (np.inf, ValueError)],
    **{name: NO_NAMES for name in ("label_names", "labels", "label_columns")},
    "label_sets": [*NO_LIST, (["sports"], TypeError), ([None], TypeError), ([[0]], TypeError)],
    "texts": NO_TEXTS,
    "level": NO_SHARE,
    "warmup": NO_SHARE,
    "objective": NO_CHOICE,
    "metric": NO_CHOICE,
    "split": NO_CHOICE,
    "folder": NO_PATH,
    "path": NO_PATH,
    "seed": [*NO_WHOLE, (2**32, ValueError)],
    **{name: NOT_POSITIVE for name in ("learning_rate", "body_rate", "head_rate")},
    **{
        name: [*NO_WHOLE, (0, ValueError)]
        for name in ("resamples", "bins", "batch_size", "epochs", "layers", "rank")
    },
    **{name: [*NO_WHOLE, (5, ValueError)] for name in ("k", "label")},
    **{name: NO_PATH for name in ("note", "text_column", "separator", "delimiter", "encoding")},
}


def calls(tagger):
    """Every function that takes arguments of these kinds, with arguments that are right."""
    both = {"targets": TARGETS, "probabilities": PROBABILITIES}
    given = {"targets": TARGETS, "predictions": GIVEN}
    shown = {
        "texts": TEXTS,
        "probabilities": PROBABILITIES,
        "label_names": NAMES,
        "thresholds": 0.5,
    }
    model, tokenizer = tagger.model, tagger.tokenizer
    few = data.load_newsdesk(split="test").select(range(4))
    rates = {"body_rate": 1e-4, "head_rate": 1e-4, "warmup": 0.1, "batch_size": 2, "seed": 0}
    read = {"text_column": "text", "separator": ";", "delimiter": ",", "encoding": "utf-8"}
    return [
        (metrics.per_label, {**given, "label_names": NAMES}),
        (metrics.summary, given),
        (metrics.ranking, {**both, "label_names": NAMES}),
        (
            metrics.bootstrap,
            {
                **given,
                "metric": "macro-F1",
                "resamples": 2,
                "level": 0.9,
                "seed": 0,
                "rival": GIVEN,
            },
        ),
        (calibration.reliability, {**both, "bins": 2}),
        (calibration.calibration_error, {**both, "bins": 2}),
        (calibration.fit_temperature, {"targets": TARGETS, "logits": LOGITS}),
        (calibration.fit_platt, {"targets": TARGETS, "logits": LOGITS}),
        (thresholds.apply_thresholds, {"probabilities": PROBABILITIES, "thresholds": 0.5}),
        (thresholds.sweep, {**both, "label": 1}),
        (thresholds.best_f1, {**both, "objective": "macro"}),
        (thresholds.best_constant, {**both, "objective": "macro"}),
        (thresholds.top_k, {"probabilities": PROBABILITIES, "k": 1}),
        (thresholds.total_cost, {**given, "cost_fp": 1, "cost_fn": [1, 2]}),
        (
            thresholds.spread,
            {**both, "objective": "micro", "resamples": 2, "level": 0.9, "seed": 0},
        ),
        (plots.probability_table, shown),
        (plots.describe_probabilities, shown),
        (data.indicator_matrix, {"label_sets": [["sports"]], "label_names": ["sports", "law"]}),
        (data.load_newsdesk, {"labels": ["art"], "split": "test"}),
        (data.load_table, {"path": "mine.csv", "label_columns": ["art"], **read}),
        (models.predict_logits, {"texts": TEXTS, "batch_size": 2}, model, tokenizer),
        (training.cache_features, {"texts": TEXTS, "batch_size": 2}, model, tokenizer),
        (
            training.train_adapter,
            {
                "epochs": 1,
                "learning_rate": 1e-3,
                "batch_size": 2,
                "seed": 0,
                "layers": 1,
                "rank": 1,
            },
            model,
            tokenizer,
            few,
        ),
        (training.fine_tune, {**rates, "epochs": 1}, model, tokenizer, few),
    ]


def test_the_same_mistake_is_the_same_error_everywhere(tagger, tmp_path):
    files = [
        (
            thresholds.save,
            {"folder": tmp_path, "thresholds": 0.5, "label_names": NAMES, "note": ""},
        ),
        (thresholds.load, {"folder": tmp_path}),
        (models.load_tagger, {"folder": tmp_path}),
        (models.load_backbone, {"label_names": NAMES}),
    ]
    wrong, seen = [], set()
    for function, arguments, *first in [*calls(tagger), *files]:
        for name in arguments:
            seen.add(name)
            half_an_epoch_is_fine = function is training.fine_tune and name == "epochs"
            for value, error in BAD["learning_rate" if half_an_epoch_is_fine else name]:
                if value is None and inspect.signature(function).parameters[name].default is None:
                    continue
                try:
                    found = function(*first, **{**arguments, name: value})
                except Exception as caught:
                    found = caught
                if type(found) is not error or not str(found).startswith(name):
                    call = f"{function.__name__}({name}={validate.short(value)})"
                    wrong.append(f"{call}: {error.__name__} expected, got {found!r}")
    assert not wrong, "\n" + "\n".join(wrong)
    assert seen == set(BAD)
