"""The loss, and its way backward: what raises the errors of known/loss.py."""

from doctor_cases._start import MISSPELLED, Case, in_rows

CASES = [
    Case(
        "logits-as-probabilities", "logits = 9 * logits + 2\nF.binary_cross_entropy(logits, labels)"
    ),
    Case(
        "pos-weight-of-another-width",
        "F.binary_cross_entropy_with_logits(logits, labels, pos_weight=torch.ones(3))",
    ),
    Case("loss-not-called", "loss = torch.nn.BCEWithLogitsLoss(logits, labels)"),
    Case("loss-is-none", "model(**batch).loss.backward()"),
    Case(
        "loss-is-none",
        f"{MISSPELLED}model(**batch, labels=labels).loss.backward()",
    ),
    *(
        Case("loss-is-none", f"outputs = model(**batch)\nloss, total = outputs.loss, 0\n{line}")
        for line in ("loss = outputs.loss / 4", "total += loss", "(loss * 0.5).backward()")
    ),
    Case(
        "loss-is-none",
        "from accelerate import Accelerator\nloss = model(**batch).loss\n"
        "Accelerator(cpu=True).backward(loss)",
    ),
    Case(
        "loss-not-one-number",
        "logits = model(**batch).logits\n"
        "loss = F.binary_cross_entropy_with_logits(logits, labels, reduction='none')\n"
        "loss.backward()",
    ),
    Case(
        "nothing-to-learn",
        "with torch.no_grad():\n    loss = model(**batch, labels=labels).loss\nloss.backward()",
    ),
    Case(
        "nothing-to-learn",
        "model.requires_grad_(False)\nmodel(**batch, labels=labels).loss.backward()",
    ),
    Case(
        "backward-twice",
        "loss = model(**batch, labels=labels).loss\nloss.backward()\nloss.backward()",
    ),
    Case(
        "probabilities-are-nan",
        "with torch.no_grad():\n    model.classifier.weight.fill_(float('nan'))\n"
        "probabilities = torch.sigmoid(model(**batch).logits)\n"
        "F.binary_cross_entropy(probabilities, labels)",
    ),
    Case(
        "targets-outside-0-to-1",
        "labels = labels * 2 - 1\nF.binary_cross_entropy(probabilities, labels)",
    ),
    Case(
        "nothing-to-learn", "((model(**batch).logits > 0).float() - labels).abs().mean().backward()"
    ),
    Case(
        "nothing-to-learn",
        "F.binary_cross_entropy_with_logits(model(**batch).logits.detach(), labels).backward()",
    ),
    Case(
        "nothing-to-learn",
        "model.requires_grad_(False)\n" + in_rows("labels.tolist()"),
        reached="Trainer",
    ),
]
