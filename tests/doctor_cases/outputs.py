"""What comes out of the model: what raises the errors of known/outputs.py."""

from doctor_cases._start import OLD, Case

CASES = [
    Case("model-without-head", "AutoModel.from_pretrained(checkpoint)(**batch).logits"),
    Case(
        "model-without-head", "AutoModel.from_pretrained(checkpoint)(**batch, labels=labels)", OLD
    ),
    Case("no-such-output", "model(**batch).logit"),
    Case("no-such-output", "model(**batch).argmax(-1)"),
    Case("model-has-no-predict", "model.predict(texts)"),
    Case("sigmoid-of-array", "logits = logits.numpy()\nF.sigmoid(logits)"),
    Case("sigmoid-of-array", "logits = logits.numpy()\ntorch.sigmoid(logits)"),
    Case("sigmoid-of-array", "logits = logits.numpy()\nresults = torch.sigmoid(logits).tolist()"),
    Case("sigmoid-of-array", "logits = [0.3, -0.4]\ntorch.sigmoid(logits)"),
    Case("sigmoid-of-output", "torch.sigmoid(model(**batch))"),
    Case("sigmoid-of-output", "F.softmax(model(**batch), dim=-1)"),
    Case("sigmoid-of-output", "torch.argmax(model(**batch), dim=1)"),
    Case("model-without-head", "AutoModel.from_pretrained(checkpoint)(**batch).loss.backward()"),
    Case("gradient-to-numpy", "model(**batch).logits.numpy()"),
    Case("gradient-to-numpy", "f1_score(targets, model(**batch).logits)"),
    Case("tensor-in-if", "if probabilities > 0.5:\n    print('yes')"),
    Case("tensor-is-not-one-number", "probabilities.item()"),
    Case(
        "thresholds-are-a-list",
        "thresholds = [0.5, 0.4, 0.5, 0.6]\nprobabilities > thresholds",
    ),
    Case("json-of-numpy", "json.dumps({'sports': probabilities.numpy()[0, 0]})"),
    Case("json-of-numpy", "json.dumps({'sports': targets[0, 0]})"),
    Case("json-of-numpy", "json.dumps({'sports': probabilities})"),
    Case("json-of-numpy", "json.dumps({'sports': predictions})"),
    Case("tensor-as-yes-or-no", "left, right = labels, probabilities\nmax(left, right)"),
    Case("tensor-as-yes-or-no", "left, right = labels, probabilities\nleft in [right]"),
    Case("tensor-as-yes-or-no", "left, right = labels, probabilities\nleft or right"),
    Case("tensor-as-yes-or-no", "left, right = labels, probabilities\nassert left == right"),
    Case("tensor-in-if", "while probabilities < 0.5:\n    pass"),
    Case(
        "output-taken-apart",
        "hidden, pooled = model.base_model(**batch)\ntorch.nn.Dropout(0.3)(pooled)",
    ),
    Case(
        "output-taken-apart",
        "hidden, pooled = model.base_model(**batch)\ntorch.nn.Linear(16, 4)(hidden)",
    ),
    *(
        Case("loss-and-logits-taken-apart", f"loss, scores = model(**batch, labels=labels)\n{used}")
        for used in ("loss.backward()", "total = 0\ntotal += loss.item()", "torch.sigmoid(scores)")
    ),
    Case(
        "features-of-inference-mode",
        "head = torch.nn.Linear(16, 4)\nwith torch.inference_mode():\n"
        "    features = model.base_model(**batch).pooler_output\nhead(features)",
    ),
    Case("answer-is-a-tuple", "model.config.return_dict = False\nmodel(**batch).logits"),
    Case(
        "answer-is-a-tuple",
        "model.config.return_dict = False\n"
        "outputs = model.base_model(**batch)\noutputs.last_hidden_state[:, 0]",
    ),
    Case("model-without-head", "AutoModel.from_pretrained(checkpoint)(**batch).backward()"),
]
