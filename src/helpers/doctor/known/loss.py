"""The loss, and its way backward."""

from helpers.doctor.known._sign import BCE, OWN, Sign, known_error

LOSS = (
    known_error(
        "logits-as-probabilities",
        Sign(
            "RuntimeError",
            r"all elements of input should be between 0 and 1",
            r"> torch\.nn\.functional\.binary_cross_entropy$",
        ),
        cause="""binary_cross_entropy wants probabilities and was given logits. The function that
            takes logits applies the sigmoid itself.""",
        fix="loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, labels)",
        check="assert loss.item() > 0",
    ),
    known_error(
        "pos-weight-of-another-width",
        Sign(
            "RuntimeError",
            r"The size of tensor a \(\d+\) must match the size of tensor b \(\d+\) at "
            r"non-singleton dimension 1",
            BCE,
        ),
        cause="""The weights in the loss need one number for each label.""",
        fix="""
            positives = labels.sum(dim=0)
            pos_weight = (len(labels) - positives) / positives.clamp(min=1)
            loss = torch.nn.functional.binary_cross_entropy_with_logits(
                logits, labels, pos_weight=pos_weight
            )""",
        check="assert pos_weight.shape == (labels.shape[1],)",
    ),
    known_error(
        "loss-not-called",
        Sign(
            "RuntimeError",
            r"Boolean value of Tensor with more than one value is ambiguous",
            r"> torch\.nn\._reduction\.legacy_get_string$",
        ),
        cause="""A loss of torch.nn is made first and called afterwards: two pairs of parentheses.
            Here logits and labels went where its settings belong.""",
        fix="loss = torch.nn.BCEWithLogitsLoss()(logits, labels)",
        check="assert loss.item() > 0",
    ),
    known_error(
        "loss-is-none",
        Sign("AttributeError", r"'NoneType' object has no attribute 'backward'", OWN),
        cause="""There is no loss: backward was called on None. A model of transformers leaves the
            loss None when it gets no labels, or when problem_type is a word that it does not know.
            A function of your own gives None when it lacks a return.""",
        fix="""
            model.config.problem_type = "multi_label_classification"
            loss = model(**batch, labels=labels).loss
            loss.backward()""",
        check="assert model.classifier.weight.grad is not None",
    ),
    known_error(
        "loss-not-one-number",
        Sign("RuntimeError", r"grad can be implicitly created only for scalar outputs"),
        cause="""backward() starts from one number, and this loss has one for each text and
            label. Take their mean.""",
        fix="""
            loss = loss.mean()
            loss.backward()""",
        check="assert loss.ndim == 0 and model.classifier.weight.grad is not None",
    ),
    known_error(
        "nothing-to-learn",
        Sign(
            "RuntimeError",
            r"element 0 of tensors does not require grad and does not have a grad_fn",
        ),
        cause="""This loss depends on no weight that may change: it was computed under
            torch.no_grad(), or every weight is frozen.""",
        fix="""
            model.classifier.requires_grad_(True)
            loss = model(**batch, labels=labels).loss  # not under torch.no_grad()
            loss.backward()""",
        check="assert model.classifier.weight.grad is not None",
    ),
    known_error(
        "backward-twice",
        Sign("RuntimeError", r"Trying to backward through the graph a second time .+"),
        cause="""A loss can be sent backward once; then what it remembered is gone. In a notebook
            that happens when a cell runs again without the forward pass.""",
        fix="""
            model.zero_grad()
            loss = model(**batch, labels=labels).loss
            loss.backward()""",
        check="assert model.classifier.weight.grad is not None",
    ),
)
