"""The loss, and its way backward."""

from itertools import islice

from helpers.doctor._evidence import Evidence
from helpers.doctor._kinds import kind_of
from helpers.doctor.known._sign import BCE, OWN, TORCH, Sign, known_error, way

BACKWARD = r"(?:^|> )(?:torch|accelerate|transformers)\.[\w.]+$"
ACCELERATOR = r"accelerate\.accelerator\.Accelerator\.backward"
PROBABILITIES = r"torch\.nn\.functional\.binary_cross_entropy"
TRAIN_AGAIN = {
    "Trainer": way(
        """
        trainer.model.requires_grad_(True)  # or a part of it, as trainer.model.classifier
        result = trainer.train()""",
        "assert result.training_loss > 0",
    )
}


def _hold_nan(evidence: Evidence) -> bool:
    values = evidence.given(PROBABILITIES)["input"]
    return bool((values != values).any())


def _computes_own_loss(evidence: Evidence) -> bool:
    """Whether the learner's lines made the loss; else a Trainer took bare logits for one."""
    trainer = evidence.trainer
    if trainer is None or trainer.compute_loss_func is not None:
        return True
    return evidence.is_own(type(trainer).compute_loss)


def _has_no_loss(evidence: Evidence) -> bool:
    """Whether the failing line counts with a loss, and an answer of a model near has none."""
    names = [name for name, _ in islice(evidence.loaded(), 3)]
    answers = [
        value
        for _, value in evidence.own_values()
        if type(value).__module__ == "transformers.modeling_outputs" and hasattr(value, "logits")
    ]
    return any("loss" in name.lower() for name in names) and any(
        one.loss is None for one in answers
    )


def _pos_weight_differs(evidence: Evidence) -> bool:
    """Whether it is pos_weight that does not fit; weight may have a number for each text."""
    values = evidence.given(r"torch\.nn\.functional\.binary_cross_entropy_with_logits")
    weights = values["pos_weight"]
    return weights is not None and weights.shape[-1] not in (1, values["input"].shape[-1])


def _targets_beyond(evidence: Evidence) -> bool:
    values = evidence.given(PROBABILITIES)["target"]
    return kind_of(values) == "tensor" and bool((values < 0).any() or (values > 1).any())


LOSS = (
    known_error(
        "logits-as-probabilities",
        Sign(
            "RuntimeError",
            r"all elements of input should be between 0 and 1",
            r"> torch\.nn\.functional\.binary_cross_entropy$",
            when=lambda seen: not _hold_nan(seen),
        ),
        cause="""binary_cross_entropy wants probabilities and was given logits. The function that
            takes logits applies the sigmoid itself.""",
        fix="loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, labels)",
        check="assert loss.item() > 0",
    ),
    known_error(
        "probabilities-are-nan",
        Sign(
            "RuntimeError",
            r"all elements of input should be between 0 and 1",
            r"> torch\.nn\.functional\.binary_cross_entropy$",
            when=_hold_nan,
        ),
        cause="""Some probabilities are NaN, "not a number". Either the model's weights are: a step
            that was too large spoiled them, and the model has to be loaded as it was before, then
            trained with a lower rate. Or the weights are sound and what went in was NaN.""",
        fix="""
            # Where weights are spoiled, takes the saved ones, without what came after them.
            if not all(torch.isfinite(weights).all() for weights in model.parameters()):
                model = AutoModelForSequenceClassification.from_pretrained(checkpoint)
            probabilities = torch.sigmoid(model(**batch).logits)
            loss = torch.nn.functional.binary_cross_entropy(probabilities, labels)""",
        check="assert torch.isfinite(loss) and torch.isfinite(probabilities).all()",
    ),
    known_error(
        "targets-outside-0-to-1",
        Sign(
            "RuntimeError",
            r"all elements of target should be between 0 and 1",
            r"> torch\.nn\.functional\.binary_cross_entropy$",
            when=_targets_beyond,
        ),
        cause="""The labels have values below 0 or above 1. This loss knows 1, the label applies,
            and 0, it does not. Where the labels are -1 and +1, as some tools write them, more than
            0 means that a label applies. Numbers of labels, as 0 and 2, have to become rows of 0
            and 1 first.""",
        fix="""
            assert set(labels.unique().tolist()) <= {-1.0, 0.0, 1.0}, "numbers of labels?"
            before = labels
            labels = (labels > 0).float()
            loss = torch.nn.functional.binary_cross_entropy(probabilities, labels)""",
        check="assert ((labels == 1) == (before == 1)).all() and loss.item() > 0",
    ),
    known_error(
        "pos-weight-of-another-width",
        Sign(
            "RuntimeError",
            r"The size of tensor a \(\d+\) must match the size of tensor b \(\d+\) at "
            r"non-singleton dimension 1",
            BCE,
            when=_pos_weight_differs,
        ),
        cause="""pos_weight, the weights in the loss, needs one number for each label.""",
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
        Sign(
            "AttributeError",
            r"'NoneType' object has no attribute '(?:backward|item|detach|mean)'",
            OWN,
            when=lambda seen: "loss" in seen.attribute_of.lower(),
        ),
        Sign(
            "TypeError",
            r"unsupported operand type\(s\) for (?:\+|\*|/)=?: "
            r"(?:'NoneType' and '(?:int|float)'|'(?:int|float)' and 'NoneType')",
            OWN,
            when=_has_no_loss,
        ),
        Sign(
            "TypeError",
            r"unsupported operand type\(s\) for /=?: 'NoneType' and 'int'",
            rf"> {ACCELERATOR}$",
            when=lambda seen: seen.trainer is None and seen.given(ACCELERATOR)["loss"] is None,
        ),
        cause="""There is no loss: it is None. A model of transformers leaves it None when it gets
            no labels, which have to be called labels, or when problem_type is a word that it does
            not know. A function of your own gives None when it lacks a return.""",
        fix="""
            model.config.problem_type = "multi_label_classification"  # several per text
            loss = model(**batch, labels=labels).loss
            loss.backward()""",
        check="assert model.classifier.weight.grad is not None",
    ),
    known_error(
        "loss-not-one-number",
        Sign(
            "RuntimeError",
            r"grad can be implicitly created only for scalar outputs",
            TORCH,
            when=_computes_own_loss,
        ),
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
            TORCH,
        ),
        cause="""No way leads from this loss back to a weight that may change. Look at
            model(**batch).logits.requires_grad. If that is False, the model ran under
            torch.no_grad(), as an encode() for finished models does, or every weight is frozen. If
            it is True, the way was lost after it: a threshold, argmax, .item(), .detach() and
            .numpy() let nothing through, and a new torch.tensor(...) remembers nothing. Compute the
            loss from the logits.""",
        fix="""
            model.classifier.requires_grad_(True)  # if every weight was frozen
            logits = model(**batch).logits  # not under torch.no_grad()
            loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, labels)
            loss.backward()""",
        check="assert logits.requires_grad and model.classifier.weight.grad is not None",
        ways=TRAIN_AGAIN,
    ),
    known_error(
        "backward-twice",
        Sign("RuntimeError", r"Trying to backward through the graph a second time .+", TORCH),
        cause="""A loss can be sent backward once; then what it remembered is gone. In a notebook
            that happens when a cell runs again without the forward pass. Where the forward pass did
            run, something of the step before is still in this one, as a hidden state that was kept
            or losses that are added up: .detach() cuts it off.""",
        fix="""
            # state = state.detach()  # where something of the step before is used again
            model.zero_grad()
            loss = model(**batch, labels=labels).loss
            loss.backward()""",
        check="assert model.classifier.weight.grad is not None",
    ),
)
