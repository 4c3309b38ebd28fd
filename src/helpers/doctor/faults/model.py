"""Faults of the model: its head, its problem_type, its label names, its weights."""

from collections.abc import Iterator, Mapping

from helpers.doctor._setup import PROBLEM_TYPES, Setup
from helpers.doctor.faults._finding import MULTI_LABEL, Finding

LOAD_MODEL = (
    "from transformers import AutoModelForSequenceClassification\n"
    "model = AutoModelForSequenceClassification.from_pretrained(folder)"
)
USE_NAMES = (
    "model.config.id2label = dict(enumerate(names))\n"
    "model.config.label2id = {name: i for i, name in enumerate(names)}"
)


def model_faults(setup: Setup) -> Iterator[Finding]:
    if not setup.has_head:
        yield Finding(
            "no classification head",
            f"model is a {type(setup.model).__name__}, which ends in hidden states",
            "It has no logits and no loss, and newer versions ignore labels= without a word.",
            LOAD_MODEL,
        )
        return
    problem_type = setup.config.problem_type
    if problem_type is not None and problem_type not in PROBLEM_TYPES:
        yield Finding(
            "unknown problem_type",
            f"model.config.problem_type is {problem_type!r}",
            "No loss belongs to it: loss is None or an error later, and a pipeline uses softmax.",
            MULTI_LABEL,
        )
    if problem_type is None and setup.n_labels > 1 and not setup.guesses_from_whole_numbers():
        yield Finding(
            "no problem_type",
            f"model.config.problem_type is None, with {setup.n_labels} labels",
            "The first labels decide which loss is used, and a pipeline uses softmax, so that the "
            "labels compete.",
            MULTI_LABEL,
        )
    dropout = _active_dropout(setup.model)
    if dropout:
        yield Finding(
            "training mode",
            f"model.training is {setup.model.training}; dropout of {max(dropout):.3g} is active",
            "Dropout changes every output at random: two calls on the same text differ.",
            "model.eval()",
        )


def pipeline_faults(setup: Setup) -> Iterator[Finding]:
    """Look for words that a pipeline was given and does nothing with."""
    given = getattr(setup.pipeline, "_preprocess_params", {})
    dropped = sorted(set(given) & {"threshold", "multi_label", "return_all_scores", "topk"})
    if dropped:
        yield Finding(
            "dropped pipeline keywords",
            f"the pipeline was given {', '.join(dropped)}",
            "It does nothing with such a word and says nothing: you get the best label alone, "
            "however many are likely, and no threshold is applied.",
            'classifier = pipeline("text-classification", model=model, tokenizer=tokenizer)\n'
            "results = [\n"
            '    [answer["label"] for answer in answers if answer["score"] > 0.5]\n'
            "    for answers in classifier(texts, top_k=None)\n"
            "]",
        )


def _active_dropout(model) -> list[float]:
    import torch

    kinds = (torch.nn.Dropout, torch.nn.Dropout1d, torch.nn.Dropout2d, torch.nn.AlphaDropout)
    return [m.p for m in model.modules() if isinstance(m, kinds) and m.training and m.p > 0]


def name_faults(setup: Setup) -> Iterator[Finding]:
    """Look at the label names; where they are wrong altogether, at nothing finer."""
    id2label, n_labels = setup.config.id2label, setup.n_labels
    if not setup.has_head or not isinstance(id2label, Mapping):
        return
    names = list(id2label.values())
    doubled = sorted({str(name) for name in names if names.count(name) > 1})
    back = setup.config.label2id or {}
    if names and all(isinstance(key, str) and not key.isdigit() for key in id2label):
        yield Finding(
            "id2label turned round",
            f"model.config.id2label begins with {next(iter(id2label.items()))}",
            "It has to go from number to name. A pipeline finds no name for a number, and the "
            "saved model cannot be loaded.",
            "names = list(model.config.id2label)  # if they are in the order of the logits\n"
            + USE_NAMES,
        )
        return
    wrong = [(name, i) for i, name in id2label.items() if name in back and back[name] != i]
    new_names = (
        f'names = [f"label {{i}}" for i in range({n_labels})]'
        f"  # your own names, in the order of the logits\n{USE_NAMES}"
    )
    if len(names) != n_labels:
        yield Finding(
            "label names of another length",
            f"model.config.id2label has {len(names)} names, the model gives {n_labels} logits",
            "Names and logits no longer belong together: some logits have no name, or some names "
            "no logit.",
            new_names,
        )
    elif n_labels > 1 and all(str(name) == f"LABEL_{i}" for i, name in id2label.items()):
        shown = str(dict(id2label))
        yield Finding(
            "generic label names",
            f"model.config.id2label is {shown if len(shown) <= 60 else shown[:57] + '...'}",
            "Whoever uses the saved model must guess which number is which label.",
            new_names,
        )
    elif n_labels > 2 and all(isinstance(name, str) and len(name) == 1 for name in names):
        if any(not name.isalnum() for name in names) or len(names) > 6:  # 'A', 'B' may be meant
            yield Finding(
                "letters as label names",
                f"model.config.id2label names {', '.join(map(repr, names[:6]))} ...",
                "MultiLabelBinarizer got strings where it wants a list of names for each text, so "
                "it took each letter for a label.",
                "from sklearn.preprocessing import MultiLabelBinarizer\n"
                "label_lists = [names.split(', ') for names in written]  # what parts yours\n"
                "targets = MultiLabelBinarizer().fit_transform(label_lists)  # then train anew",
            )
    elif doubled:
        yield Finding(
            "doubled label name",
            f"model.config.id2label names {', '.join(map(repr, doubled))} more than once",
            "A dictionary from name to probability keeps only the last of them.",
            "names = [f'{name} {i}' if list(model.config.id2label.values()).count(name) > 1 "
            "else name\n         for i, name in model.config.id2label.items()]  # or better ones\n"
            + USE_NAMES,
        )
    elif wrong:
        name, i = wrong[0]
        yield Finding(
            "id2label and label2id disagree",
            f"id2label gives {name!r} the number {i}, label2id gives it {back[name]}",
            "Targets that are made with one of them and read with the other change their label.",
            "model.config.label2id = {name: i for i, name in model.config.id2label.items()}"
            "  # if id2label is the right one",
        )


def weight_faults(setup: Setup) -> Iterator[Finding]:
    import torch

    floats = [
        (name, value)
        for name, value in setup.model.named_parameters()
        if value.is_floating_point() and not value.is_meta
    ]
    broken = [name for name, value in floats if not torch.isfinite(value.detach()).all()]
    if broken:
        yield Finding(
            "NaN among the weights",
            f"{len(broken)} of {len(floats)} weights hold NaN or infinity, first {broken[0]}",
            "Every output that they touch is NaN, and NaN is above no threshold: no label at all.",
            f"{LOAD_MODEL}  # saved before it broke; then a lower learning rate",
        )
    half = [value.dtype for _, value in floats if value.dtype in (torch.float16, torch.bfloat16)]
    if half and not getattr(setup.model, "is_quantized", False):
        kinds = sorted({str(dtype).removeprefix("torch.") for dtype in half})
        yield Finding(
            "half-precision weights",
            f"{len(half)} of {len(floats)} weights are {' and '.join(kinds)}",
            "Probabilities are rounded and reach exactly 1 early, and float16 weights that are "
            "trained soon turn into NaN.",
            "model = model.float()",
        )


def head_faults(setup: Setup) -> Iterator[Finding]:
    import torch

    if setup.has_fresh_head():
        given = "" if "labels" in (setup.batch or {}) else ", labels=labels"
        yield Finding(
            "fresh head",
            f"{setup.head_name}: bias exactly 0 throughout, weights spread by "
            f"{setup.head.weight.detach().float().std():.2f} as when newly made",
            "It has never been trained: its probabilities come from random weights, "
            "whatever the text says.",
            "# one batch shows how; train on all your texts, or load the trained model\n"
            "optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)\n"
            "for _ in range(20):\n"
            f"    loss = model(**batch{given}).loss\n"
            "    loss.backward()\n"
            "    optimizer.step()\n"
            "    optimizer.zero_grad()",
        )
    if setup.has_head and (setup.head is None or setup.head.bias is None):
        setup.notes.append(
            "Not looked at: fresh head, since this model's last layer has no bias to tell it by."
        )
    inside = setup.activation_inside()
    if inside:
        kind = torch.nn.Sigmoid if inside == "sigmoid" else torch.nn.Softmax
        layers = [name for name, module in setup.model.named_modules() if isinstance(module, kind)]
        yield Finding(
            "activation inside the model",
            f"outputs.logits are the {inside} of what {setup.head_name} gives: all from "
            f"{setup.logits.min():.2f} to {setup.logits.max():.2f}",
            "The loss, and whoever uses the model, applies sigmoid once more: no probability can "
            "come below 0.5.",
            "\n".join(f'model.set_submodule("{name}", torch.nn.Identity())' for name in layers)
            or f"# take the {inside} out of {type(setup.model).__name__}.forward",
        )
