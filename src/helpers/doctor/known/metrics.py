"""scikit-learn: metrics, label matrices, splits."""

from helpers.doctor._evidence import Evidence
from helpers.doctor._kinds import has_one_in_each_row
from helpers.doctor.known._sign import Sign, known_error, way

CHECK_TARGETS = r"> sklearn\.metrics\._classification\._check_targets$"
NO_INDICATORS = (
    (r"multiclass-multioutput is not supported", CHECK_TARGETS),
    (
        r"Classification metrics can't handle a mix of (?:multiclass-multioutput and "
        r"multilabel-indicator|multilabel-indicator and multiclass-multioutput) targets",
        CHECK_TARGETS,
    ),
    (
        r"Multioutput target data is not supported with label binarization",
        r"> sklearn\.preprocessing\._label\.label_binarize$",
    ),
)
SHUFFLED = r"sklearn\.model_selection\._split\.BaseShuffleSplit\.split"
COLUMN = r"sklearn\.utils\.validation\.column_or_1d"
CONFUSION = r"sklearn\.metrics\._classification\.confusion_matrix"
REPORT = r"sklearn\.metrics\._classification\.classification_report"
LISTS_IN_A_COLUMN = r"You appear to be using a legacy multi-label data representation\. .+"
SCORE = """score = f1_score(targets, predictions, average="macro", zero_division=0)"""


def _of_classifier(evidence: Evidence) -> bool:
    """Whether the matrix of labels went into the fit of a classifier, not of a regression."""
    for name, frame in zip(evidence.names, evidence.frames, strict=False):
        if name.startswith("sklearn.") and name.endswith(".fit"):
            kinds = {kind.__name__ for kind in type(frame.f_locals["self"]).__mro__}
            return "ClassifierMixin" in kinds
    return False


def _is_indicators(evidence: Evidence) -> bool | None:
    """Whether rows in a column are 0s and 1s, a place for each label; None where both may be.

    A row of the numbers of a text's labels has no number twice; a row of 0s and 1s soon has.
    """
    column = evidence.given(r"sklearn\.utils\.multiclass\.type_of_target")["y"]
    rows = [list(row) for row in column]
    if len({len(row) for row in rows}) > 1 or not all(v in (0, 1) for row in rows for v in row):
        return False
    return True if any(len(set(row)) < len(row) for row in rows) else None


def _has_stray_values(evidence: Evidence) -> bool:
    """Whether a matrix is of 0s and 1s but for a few values, so it does not number the labels."""
    import numpy as np  # what has raised the error has loaded it

    values = evidence.given(r"sklearn\.metrics\._classification\._check_targets")
    values = values or evidence.given(r"sklearn\.preprocessing\._label\.label_binarize")
    for name in ("y_true", "y_pred", "y"):
        matrix = np.asarray(values.get(name))
        others = ~np.isin(matrix, (0, 1))
        if matrix.ndim == 2 and others.any():
            return bool((matrix == 1).sum(axis=1).max() > 1 or others.any(axis=1).mean() < 0.5)
    return False


def _table(values):
    """What scikit-learn was given, as an array."""
    import numpy as np  # what has raised the error has loaded it

    return np.asarray(values.toarray() if hasattr(values, "toarray") else values)


def _of_many_labels(call: str, name: str):
    """Whether what the call was given by this name is a table of labels.

    One class per text, written as rows with one 1, is refused in the same words.
    """

    def look(evidence: Evidence) -> bool:
        table = _table(evidence.given(call)[name])
        return table.ndim == 2 and not has_one_in_each_row(table)

    return look


def _truth_of_many_labels(evidence: Evidence) -> bool:
    """Whether one of the two tables that a metric compares is of labels, of 0s and 1s."""
    import numpy as np  # what has raised the error has loaded it

    given = evidence.given(r"sklearn\.metrics\._classification\._check_targets")
    tables = [_table(given[name]) for name in ("y_true", "y_pred")]
    truth = next(table for table in tables if np.isin(table, (0, 1)).all())
    return not has_one_in_each_row(truth)


def _many_labels_against_one(evidence: Evidence) -> bool:
    """Whether the truth is a table of labels, not of classes, and the predictions are a list."""
    given = evidence.given(r"sklearn\.metrics\._classification\._check_targets")
    truth = _table(given["y_true"])
    return truth.ndim == 2 and not has_one_in_each_row(truth)


def in_compute_metrics(line: str, check: str) -> dict:
    """The way for a metric that a Trainer asks for, with this line in compute_metrics."""
    return {
        "Trainer": way(
            f"""
            def compute_metrics(result):
                targets = result.label_ids
                {line}
                return {{"f1": f1_score(targets, predictions, average="macro", zero_division=0)}}


            trainer.compute_metrics = compute_metrics
            scores = trainer.evaluate()""",
            check,
        )
    }


ABOVE_ZERO = in_compute_metrics(
    "predictions = result.predictions > 0  # logits above 0: above 0.5",
    """assert 0 <= scores["eval_f1"] <= 1""",
)

METRICS = (
    known_error(
        "metric-of-probabilities",
        Sign(
            "ValueError",
            r"Classification metrics can't handle a mix of (?:multilabel-indicator and "
            r"continuous-multioutput|continuous-multioutput and multilabel-indicator) targets",
            CHECK_TARGETS,
            when=_truth_of_many_labels,
        ),
        cause="""The metric compares 0s and 1s and was given probabilities or logits. Apply a
            threshold first.""",
        fix="""
            predictions = (np.asarray(probabilities) > 0.5).astype(int)
            score = f1_score(targets, predictions, average="macro", zero_division=0)""",
        check="assert ((predictions == 1) == (np.asarray(probabilities) > 0.5)).all()",
        ways=ABOVE_ZERO,
    ),
    known_error(
        "metric-of-best-label-only",
        Sign(
            "ValueError",
            r"Classification metrics can't handle a mix of multilabel-indicator and "
            r"(?:binary|multiclass) targets",
            CHECK_TARGETS,
            when=_many_labels_against_one,
        ),
        cause="""The predictions have one number per text, as argmax gives. A multi-label prediction
            has a row of 0s and 1s for each text.""",
        fix="""
            predictions = (np.asarray(probabilities) > 0.5).astype(int)
            score = f1_score(targets, predictions, average="macro", zero_division=0)""",
        check="assert ((predictions == 1) == (np.asarray(probabilities) > 0.5)).all()",
        ways=ABOVE_ZERO,
    ),
    known_error(
        "metric-without-average",
        Sign(
            "ValueError",
            r"Target is (?:multilabel-indicator|multiclass) but average='binary'\. "
            r"Please choose another average setting, .+",
            r"> sklearn\.metrics\._classification\.",
        ),
        cause="""Without an average, or with "binary", the metric expects one label, 0 or 1. Say how
            the labels, or the classes, are combined: "macro" counts them alike, "micro" by how
            often they occur.""",
        fix="""score = f1_score(targets, predictions, average="macro", zero_division=0)""",
        check="assert 0 <= score <= 1",
    ),
    known_error(
        "confusion-matrix-of-many-labels",
        Sign(
            "ValueError",
            r"multilabel-indicator is not supported",
            r"> sklearn\.metrics\._classification\.confusion_matrix$",
            when=_of_many_labels(CONFUSION, "y_true"),
        ),
        cause="""A confusion matrix is for one class per text. With several labels each has a small
            matrix of its own.""",
        fix="""
            from sklearn.metrics import multilabel_confusion_matrix

            matrices = multilabel_confusion_matrix(targets, predictions)""",
        check="assert matrices.shape == (targets.shape[1], 2, 2)",
    ),
    known_error(
        "metric-of-different-labels",
        Sign(
            "ValueError",
            r"Multi-label binary indicator input with different numbers of labels",
            r"> sklearn\.utils\.multiclass\.unique_labels$",
        ),
        cause="""Targets and predictions have different numbers of columns: a label is missing in
            one of them. Take the columns of both from one list of names.""",
        fix="""
            logits = model(**batch).logits
            predictions = (torch.sigmoid(logits) > 0.5).int().numpy()
            score = f1_score(targets, predictions, average="macro", zero_division=0)""",
        check="""
            assert predictions.shape == targets.shape
            assert ((predictions == 1) == (logits > 0).numpy()).all()""",
    ),
    known_error(
        "one-classifier-for-many-labels",
        Sign(
            "ValueError",
            r"y should be a 1d array, got an array of shape "
            r"\(\d+, (?:[2-9]|\d\d+)\) instead\.",
            r"> sklearn\.utils\.validation\.column_or_1d$",
            when=lambda seen: _of_classifier(seen) and _of_many_labels(COLUMN, "y")(seen),
        ),
        cause="""This classifier learns one label at a time and was given a matrix of labels.
            OneVsRestClassifier makes a copy of it for each label.""",
        fix="""
            from sklearn.linear_model import LogisticRegression
            from sklearn.multiclass import OneVsRestClassifier

            classifier = OneVsRestClassifier(LogisticRegression()).fit(features, targets)""",
        check="assert classifier.predict_proba(features).shape == targets.shape",
    ),
    known_error(
        "binarizer-not-fitted",
        Sign(
            "NotFittedError",
            r"This MultiLabelBinarizer instance is not fitted yet\. .+",
            r"> sklearn\.utils\.validation\.check_is_fitted$",
        ),
        cause="""The binarizer has not seen the names of the labels. Name them, in the order of the
            columns, and fit it once.""",
        fix="""
            binarizer = MultiLabelBinarizer(classes=label_names).fit(label_lists)
            targets = binarizer.transform(label_lists)""",
        check="""
            found = [set(names) for names in binarizer.inverse_transform(targets)]
            assert found == [set(names) for names in label_lists]""",
    ),
    known_error(
        "text-without-label-list",
        Sign(
            "TypeError",
            r"'(?:NoneType|float)' object is not iterable",
            r"> sklearn\.preprocessing\._label\.MultiLabelBinarizer\.[\w.<>]+$",
        ),
        cause="""A text has None or NaN in place of its list of labels. If that means no label, say
            so with an empty list.""",
        fix="""
            # Reads a missing list as "no label". Leave out texts that are not labeled yet.
            missing = [names is None or isinstance(names, float) for names in label_lists]
            label_lists = [[] if gone else names for names, gone in zip(label_lists, missing)]
            targets = MultiLabelBinarizer(classes=label_names).fit_transform(label_lists)""",
        check="assert targets.sum() == sum(len(set(names)) for names in label_lists)",
    ),
    known_error(
        "stratify-by-many-labels",
        Sign(
            "ValueError",
            r"The least populated classes in y have only 1 member, .+ are: "
            r"\['[01](?:\.0)?(?: [01](?:\.0)?)+'.*",
            r"> sklearn\.model_selection\._split\.",
            when=_of_many_labels(SHUFFLED, "y"),
        ),
        cause="""stratify takes every combination of labels as a class of its own, and some occur
            once. Split at random, and check that each label is in each part.""",
        fix="""
            train_texts, test_texts, train_targets, test_targets = train_test_split(
                texts, targets, test_size=0.25, random_state=0
            )""",
        check="""
            dealt = [*zip(train_texts, train_targets), *zip(test_texts, test_targets)]
            assert sorted((text, *row) for text, row in dealt) == sorted(
                (text, *row) for text, row in zip(texts, targets)
            )""",
    ),
    known_error(
        "class-weights-of-many-labels",
        Sign(
            "ValueError",
            r"y should be a 1d array, got an array of shape \(\d+, \d+\) instead\.",
            r"sklearn\.utils\.class_weight\.compute_class_weight > .+\.column_or_1d$",
            when=_of_many_labels(COLUMN, "y"),
        ),
        cause="""compute_class_weight is for one class per text. With several labels each has a
            weight of its own for its 1s, which the loss takes as pos_weight: how many 0s there are
            for each 1.""",
        fix="""
            positives = torch.tensor(targets, dtype=torch.float32).sum(dim=0)
            pos_weight = (len(targets) - positives) / positives.clamp(min=1)
            loss = torch.nn.functional.binary_cross_entropy_with_logits(
                logits, labels, pos_weight=pos_weight
            )""",
        check="""
            assert pos_weight.shape == (targets.shape[1],)
            assert (pos_weight * positives == len(targets) - positives)[positives > 0].all()""",
    ),
    known_error(
        "metric-of-label-numbers",
        *(
            Sign("ValueError", message, where, when=lambda seen: not _has_stray_values(seen))
            for message, where in NO_INDICATORS
        ),
        cause="""A matrix for the metric holds something else than 0 and 1: numbers of labels, or
            text. A row has to be as long as there are labels: 1 where a label applies, 0
            elsewhere. Numbers that only fill a row up, as -1, belong to no label.""",
        fix="""
            numbers = [[int(i) for i in row] for row in numbers]  # and those predicted likewise
            columns = range(len(label_names))
            targets = np.array([[int(i in row) for i in columns] for row in numbers])
            score = f1_score(targets, predictions, average="macro", zero_division=0)""",
        check="""
            found = [set(np.flatnonzero(row)) for row in targets]
            assert found == [{i for i in row if 0 <= i < len(label_names)} for row in numbers]""",
    ),
    known_error(
        "metric-of-label-lists",
        Sign(
            "ValueError",
            LISTS_IN_A_COLUMN,
            r"> sklearn\.[\w.<>]+$",
            when=lambda seen: _is_indicators(seen) is False,
        ),
        cause="""Each text has a list of labels here, and scikit-learn wants a matrix: a row for
            each text, a column for each label, 0 or 1. MultiLabelBinarizer makes it, of targets and
            predictions by the same one.""",
        fix="""
            binarizer = MultiLabelBinarizer(classes=label_names).fit(label_lists)
            targets = binarizer.transform(label_lists)  # and predicted lists by the same one
            score = f1_score(targets, predictions, average="macro", zero_division=0)""",
        check="""
            found = [set(names) for names in binarizer.inverse_transform(targets)]
            assert found == [set(names) for names in label_lists]""",
        ways={
            "fit": way(
                """
                binarizer = MultiLabelBinarizer(classes=label_names).fit(label_lists)
                targets = binarizer.transform(label_lists)
                classifier.fit(features, targets)""",
                """
                found = [set(names) for names in binarizer.inverse_transform(targets)]
                assert found == [set(names) for names in label_lists]
                assert classifier.predict(features).shape == targets.shape""",
            )
        },
    ),
    known_error(
        "metric-of-names-and-numbers",
        Sign(
            "ValueError",
            r"Mix of label input types \(string and number\).*"
            r"|Labels in y_true and y_pred should be of the same type\. .+",
            r"> sklearn\.(?:utils\.multiclass|metrics\._classification)\.[\w.]+$",
        ),
        cause="""One side names the labels, the other numbers them. Several labels per text are
            compared as rows of 0 and 1, both in the order of the same names.""",
        fix="""
            binarizer = MultiLabelBinarizer(classes=label_names).fit(label_lists)
            targets = binarizer.transform(label_lists)
            score = f1_score(targets, predictions, average="macro", zero_division=0)""",
        check="""
            found = [set(names) for names in binarizer.inverse_transform(targets)]
            assert found == [set(names) for names in label_lists]""",
    ),
    known_error(
        "folds-by-many-labels",
        Sign(
            "ValueError",
            r"Supported target types are: \('binary', 'multiclass'\)\. Got "
            r"'multilabel-indicator' instead\.",
            r"> sklearn\.model_selection\._split\.[\w.]+$",
            when=lambda seen: (
                not has_one_in_each_row(
                    _table(seen.given(r"sklearn\.model_selection\._split\.[\w.]+").get("y"))
                )
            ),
        ),
        cause="""Stratified folds are for one class per text. Make folds at random, with a seed, and
            check that each label is in each of them.""",
        fix="""
            from sklearn.model_selection import KFold

            folds = list(KFold(n_splits=2, shuffle=True, random_state=0).split(texts))""",
        check="assert sorted(i for _, test in folds for i in test) == list(range(len(texts)))",
    ),
    known_error(
        "report-with-other-names",
        Sign(
            "ValueError",
            r"Number of classes, \d+, does not match size of target_names, \d+\. .+",
            r"> sklearn\.metrics\._classification\.classification_report$",
            when=lambda seen: _table(seen.given(REPORT)["y_true"]).ndim == 2,
        ),
        cause="""The report got more or fewer names than there are columns. Take names and columns
            from one list, in one order; the model's is model.config.id2label.""",
        fix="""
            from sklearn.metrics import classification_report

            names = list(model.config.id2label.values())
            report = classification_report(
                targets, predictions, target_names=names, zero_division=0
            )""",
        check="assert len(names) == targets.shape[1] and all(name in report for name in names)",
    ),
    known_error(
        "metric-of-stray-values",
        *(
            Sign("ValueError", message, where, when=_has_stray_values)
            for message, where in NO_INDICATORS
        ),
        cause="""The matrix is one of 0s and 1s, but for a few values: a number that was mistyped,
            added up or read wrongly. Find them and correct them where they come from; what they
            should be, the matrix does not tell. Until then the score can do without those rows.""",
        fix="""
            # Leaves out the rows with another value than 0 and 1, predictions with targets.
            sound = np.isin(np.hstack([targets, predictions]), (0, 1)).all(axis=1)
            print("rows to correct:", np.flatnonzero(~sound))
            score = f1_score(
                targets[sound], predictions[sound], average="macro", zero_division=0
            )""",
        check="""
            assert 0 < sound.sum() < len(targets) == len(predictions)
            assert set(targets[sound].ravel()) <= {0, 1}""",
    ),
    known_error(
        "metric-of-a-column-of-rows",
        Sign(
            "ValueError",
            LISTS_IN_A_COLUMN,
            r"> sklearn\.[\w.<>]+$",
            when=lambda seen: _is_indicators(seen) is True,
        ),
        cause="""The rows of 0s and 1s are right, but they sit in a column of a table, one list in
            each cell. To scikit-learn that is no matrix. Made a list of lists, it is one.""",
        fix="""
            before = [list(row) for row in targets]
            targets = np.array(before)  # and predictions in the same way
            score = f1_score(targets, predictions, average="macro", zero_division=0)""",
        check="assert targets.tolist() == before and targets.shape == predictions.shape",
    ),
    known_error(
        "sparse-matrix-refused",
        Sign(
            "TypeError",
            r"Sparse data was passed(?: for \w+)?, but dense data is required\. .+",
            r"> sklearn\.utils\.validation\._ensure_sparse_format$",
        ),
        Sign(
            "ValueError",
            r"sparse multilabel-indicator for y is not supported\.",
            r"> sklearn\.ensemble\._forest\.\w+\.fit$",
        ),
        cause="""A vectorizer gives a sparse matrix, which keeps only what is not 0, and so may a
            binarizer. This classifier takes no such matrix. A dense one holds every 0: 10,000 texts
            and 50,000 words are 4 GB. LogisticRegression and LinearSVC take sparse features as they
            are.""",
        fix="""
            def dense(matrix):
                return matrix.toarray() if hasattr(matrix, "toarray") else matrix


            before = features.sum(), targets.sum()
            features, targets = dense(features), dense(targets)
            classifier.fit(features, targets)""",
        check="""
            assert np.allclose((features.sum(), targets.sum()), before)
            assert classifier.predict(features).shape == targets.shape""",
    ),
)
