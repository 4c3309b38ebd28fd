"""scikit-learn: metrics, label matrices, splits."""

from helpers.doctor.known._sign import Sign, known_error

METRICS = (
    known_error(
        "metric-of-probabilities",
        Sign(
            "ValueError",
            r"Classification metrics can't handle a mix of (?:multilabel-indicator and "
            r"continuous-multioutput|continuous-multioutput and multilabel-indicator) targets",
            r"> sklearn\.metrics\._classification\._check_targets$",
        ),
        cause="""The metric compares 0s and 1s and was given probabilities or logits. Apply a
            threshold first.""",
        fix="""
            predictions = (probabilities > 0.5).int().numpy()
            score = f1_score(targets, predictions, average="macro", zero_division=0)""",
        check="assert 0 <= score <= 1",
    ),
    known_error(
        "metric-of-best-label-only",
        Sign(
            "ValueError",
            r"Classification metrics can't handle a mix of multilabel-indicator and "
            r"(?:binary|multiclass) targets",
            r"> sklearn\.metrics\._classification\._check_targets$",
        ),
        cause="""The predictions have one number per text, as argmax gives. A multi-label prediction
            has a row of 0s and 1s for each text.""",
        fix="""
            predictions = (probabilities > 0.5).int().numpy()
            score = f1_score(targets, predictions, average="macro", zero_division=0)""",
        check="assert predictions.shape == targets.shape",
    ),
    known_error(
        "metric-without-average",
        Sign(
            "ValueError",
            r"Target is multilabel-indicator but average='binary'\. Please choose another "
            r"average setting, .+",
            r"> sklearn\.metrics\._classification\.",
        ),
        cause="""Without an average the metric expects one label. Say how the labels are combined:
            "macro" counts them alike, "micro" by how often they occur.""",
        fix="""score = f1_score(targets, predictions, average="macro", zero_division=0)""",
        check="assert 0 <= score <= 1",
    ),
    known_error(
        "confusion-matrix-of-many-labels",
        Sign(
            "ValueError",
            r"multilabel-indicator is not supported",
            r"> sklearn\.metrics\._classification\.confusion_matrix$",
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
        check="assert predictions.shape == targets.shape",
    ),
    known_error(
        "one-classifier-for-many-labels",
        Sign(
            "ValueError",
            r"y should be a 1d array, got an array of shape "
            r"\(\d+, (?:[2-9]|\d\d+)\) instead\.",
            r"> sklearn\.utils\.validation\.column_or_1d$",
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
        check="assert targets.shape == (len(label_lists), len(label_names))",
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
        ),
        cause="""stratify takes every combination of labels as a class of its own, and some occur
            once. Split at random, and check that each label is in each part.""",
        fix="""
            train_texts, test_texts, train_targets, test_targets = train_test_split(
                texts, targets, test_size=0.25, random_state=0
            )""",
        check="assert len(train_targets) + len(test_targets) == len(texts)",
    ),
)
