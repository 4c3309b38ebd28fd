"""scikit-learn: metrics, label matrices, splits: what raises the errors of known/metrics.py."""

from doctor_cases._start import Case

CASES = [
    Case("metric-of-probabilities", "f1_score(targets, probabilities, average='macro')"),
    Case("metric-of-probabilities", "f1_score(logits.numpy(), targets, average='micro')"),
    Case("metric-of-probabilities", "accuracy_score(targets, probabilities.numpy())"),
    Case(
        "metric-of-best-label-only",
        "f1_score(targets, probabilities.argmax(-1).numpy(), average='macro')",
    ),
    Case("metric-of-best-label-only", "f1_score(targets, [0, 1, 2, 3], average='macro')"),
    Case("metric-without-average", "f1_score(targets, predictions)"),
    Case("confusion-matrix-of-many-labels", "confusion_matrix(targets, predictions)"),
    Case(
        "metric-of-different-labels",
        "predictions = predictions[:, :3]\nf1_score(targets, predictions, average='macro')",
    ),
    Case(
        "one-classifier-for-many-labels",
        "features = np.random.default_rng(0).random((4, 5))\n"
        "LogisticRegression().fit(features, targets)",
    ),
    Case(
        "binarizer-not-fitted",
        "binarizer = MultiLabelBinarizer()\nbinarizer.transform(label_lists)",
    ),
    Case(
        "text-without-label-list",
        "label_lists[3] = None\nMultiLabelBinarizer().fit_transform(label_lists)",
    ),
    Case(
        "text-without-label-list",
        "label_lists[3] = float('nan')\nMultiLabelBinarizer().fit(label_lists)",
    ),
    Case(
        "stratify-by-many-labels",
        "train_test_split(texts, targets, test_size=0.5, stratify=targets)",
    ),
    Case(
        "class-weights-of-many-labels",
        "compute_class_weight('balanced', classes=np.array([0, 1]), y=targets)",
    ),
    *(
        Case(
            "metric-of-label-numbers",
            f"numbers = np.array([[0, -1, -1], [2, -1, -1], [1, 2, 3], [-1, -1, -1]])\n{metric}",
        )
        for metric in (
            "f1_score(numbers, numbers, average='macro')",
            "accuracy_score(numbers, numbers)",
            "f1_score(targets, numbers, average='micro')",
            "label_binarize(numbers, classes=[0, 1, 2, 3])",
        )
    ),
    Case("metric-of-label-lists", "f1_score(label_lists, label_lists, average='macro')"),
    Case(
        "metric-of-label-lists",
        "predicted = [tuple(names) for names in label_lists]\naccuracy_score(predicted, predicted)",
    ),
    Case(
        "metric-of-label-lists",
        "from sklearn.multiclass import OneVsRestClassifier\n"
        "features = np.random.default_rng(0).random((4, 5))\n"
        "classifier = OneVsRestClassifier(LogisticRegression())\n"
        "classifier.fit(features, label_lists)",
        reached="fit",
    ),
    Case("metric-of-names-and-numbers", "f1_score(label_names, [0, 1, 2, 3], average='macro')"),
    Case("folds-by-many-labels", "list(StratifiedKFold(2).split(texts, targets))"),
    Case(
        "report-with-other-names",
        "classification_report(targets, predictions, target_names=label_names[:3])",
    ),
    Case(
        "metric-of-probabilities",
        "def compute_metrics(result):\n"
        "    return {'f1': f1_score(result.label_ids, result.predictions, average='macro')}\n"
        "trainer = make_trainer(rows, DataCollatorWithPadding(tokenizer), eval_dataset=rows,"
        " compute_metrics=compute_metrics)\ntrainer.evaluate()",
        reached="Trainer",
    ),
    Case(
        "metric-of-best-label-only",
        "def compute_metrics(result):\n    best = result.predictions.argmax(-1)\n"
        "    return {'f1': f1_score(result.label_ids, best, average='macro')}\n"
        "trainer = make_trainer(rows, DataCollatorWithPadding(tokenizer), eval_dataset=rows,"
        " compute_metrics=compute_metrics)\ntrainer.evaluate()",
        reached="Trainer",
    ),
    *(
        Case(
            "metric-of-stray-values",
            f"targets = targets.copy()\ntargets[2, 1] = {value}\n{metric}",
        )
        for value, metric in (
            (10, "f1_score(targets, predictions, average='macro')"),
            (-100, "accuracy_score(predictions, targets)"),
            (2, "label_binarize(targets, classes=[0, 1, 2])"),
        )
    ),
    Case(
        "metric-of-a-column-of-rows",
        "targets = pd.Series(targets.tolist())\nf1_score(targets, predictions, average='macro')",
    ),
    Case(
        "metric-of-a-column-of-rows",
        "targets = pd.DataFrame({'y': targets.tolist()})['y'].values\n"
        "accuracy_score(targets, predictions)",
    ),
    Case(
        "metric-of-label-lists",
        "f1_score(pd.Series([[0], [2], [1, 2, 3], []]), predictions, average='macro')",
    ),
    Case(
        "sparse-matrix-refused",
        "from sklearn.feature_extraction.text import TfidfVectorizer\n"
        "from sklearn.multiclass import OneVsRestClassifier\n"
        "from sklearn.naive_bayes import GaussianNB\n"
        "features = TfidfVectorizer().fit_transform(texts)\n"
        "classifier = OneVsRestClassifier(GaussianNB())\nclassifier.fit(features, targets)",
    ),
    *(
        Case(
            "sparse-matrix-refused",
            "from sklearn.ensemble import RandomForestClassifier\n"
            "from sklearn.multioutput import MultiOutputClassifier\n"
            "features = np.random.default_rng(0).random((4, 5))\n"
            "targets = MultiLabelBinarizer(sparse_output=True).fit_transform(label_lists)\n"
            f"classifier = {classifier}\nclassifier.fit(features, targets)",
        )
        for classifier in (
            "RandomForestClassifier(n_estimators=2, random_state=0)",
            "MultiOutputClassifier(LogisticRegression())",
        )
    ),
    Case(
        "metric-without-average",
        "targets, predictions = [0, 1, 2, 1], [0, 2, 2, 1]\nf1_score(targets, predictions)",
    ),
    Case(
        "metric-of-probabilities",
        "probabilities = probabilities.numpy()\nf1_score(targets, probabilities, average='macro')",
    ),
]
