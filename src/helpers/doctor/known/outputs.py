"""What comes out of the model, and what is done with it."""

from helpers.doctor._evidence import Evidence
from helpers.doctor.known._sign import OWN, TORCH, V4, Sign, known_error, refused_keyword

WITH_HEAD = {"loss", "logits"}  # the parts of a model with a head
OF_ENCODER = {"last_hidden_state", "pooler_output", "hidden_states", "attentions"}
IN_TORCH = r"(^|> )(?:own|torch\.[\w.<>]+)$"


def _got_the_name_of(parts: set[str]):
    """Whether one of the last calls had the name of one of these parts of an answer for a value."""

    def look(evidence: Evidence) -> bool:
        frames = list(zip(evidence.names, evidence.frames, strict=False))
        for name, frame in frames[-3:]:
            values = list(frame.f_locals.values())
            if name.startswith("torch.") and any(isinstance(v, str) and v in parts for v in values):
                return True
        return evidence.names[-1] == "own" and any(
            isinstance(value, str) and value in parts for _, value in list(evidence.loaded())[:4]
        )

    return look


def _taken_apart(parts: set[str]) -> tuple[Sign, Sign]:
    """The signs of a name where a tensor should be."""
    return (
        Sign(
            "TypeError",
            r"\w+\(\): argument '\w+' \(position \d\) must be (?:Tensor|tuple of Tensors), not str",
            IN_TORCH,
            when=_got_the_name_of(parts),
        ),
        Sign(
            "AttributeError",
            r"'str' object has no attribute '(?:backward|item|argmax|sigmoid|size|shape|detach|dim"
            r"|mean|cpu|to|squeeze|view|float|logits)'",
            OWN,
            when=_got_the_name_of(parts),
        ),
    )


def _answers_with_tuples(evidence: Evidence) -> bool:
    """Whether a model of transformers is near whose config asks for tuples."""
    return any(
        getattr(getattr(value, "config", None), "return_dict", None) is False
        for _, value in evidence.own_values()
    )


AMBIGUOUS = r"Boolean value of Tensor with more than one value is ambiguous"

OUTPUTS = (
    known_error(
        "model-without-head",
        Sign(
            "AttributeError",
            r"'BaseModelOutput\w*' object has no attribute '(?:logits|loss|item|backward)'",
            OWN,
        ),
        Sign(
            "TypeError",
            r"\w+\(\): argument 'input' \(position 1\) must be Tensor, not BaseModelOutput\w*",
            TORCH,
        ),
        refused_keyword(
            r"\w+Model\.forward", "labels", r"> torch\.nn\.modules\.module\.Module\._call_impl$", V4
        ),
        cause="""AutoModel loads the encoder alone: no head, no logits, no loss.
            AutoModelForSequenceClassification puts a head on it.""",
        fix="""
            model = AutoModelForSequenceClassification.from_pretrained(
                checkpoint,
                num_labels=len(label_names),
                problem_type="multi_label_classification",  # not where a text has one class
            )
            logits = model(**batch).logits""",
        check="assert logits.shape == (len(texts), len(label_names))",
    ),
    known_error(
        "answer-is-a-tuple",
        Sign(
            "AttributeError",
            r"'tuple' object has no attribute "
            r"'(?:loss|logits|last_hidden_state|pooler_output|hidden_states|attentions)'",
            OWN,
            when=_answers_with_tuples,
        ),
        cause="""The model's config says return_dict=False, so it answers with a tuple, whose parts
            have no names. Ask for an answer with names, in the call of the model or, once for all,
            in its config.""",
        fix="""
            model.config.return_dict = True
            logits = model(**batch).logits""",
        check="assert logits.shape == (len(texts), model.config.num_labels)",
    ),
    known_error(
        "no-such-output",
        Sign("AttributeError", r"'SequenceClassifierOutput\w*' object has no attribute '\w+'", OWN),
        cause="""The model's answer has .logits, and .loss if labels went in. Probabilities and
            predictions you compute from the logits.""",
        fix="""
            logits = model(**batch).logits
            probabilities = torch.sigmoid(logits)""",
        check="assert probabilities.shape == (len(texts), model.config.num_labels)",
    ),
    known_error(
        "model-has-no-predict",
        Sign(
            "AttributeError",
            r"'\w+ForSequenceClassification' object has no attribute "
            r"'(?:predict|predict_proba|fit|decision_function)'",
            r"> torch\.nn\.modules\.module\.Module\.__getattr__$",
        ),
        cause="""fit and predict are scikit-learn's way. A model of transformers is called with a
            batch, and trained by a Trainer or a loop.""",
        fix="""
            batch = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")
            with torch.no_grad():
                probabilities = torch.sigmoid(model(**batch).logits)
            predictions = (probabilities > 0.5).int()""",
        check="assert predictions.shape == (len(texts), model.config.num_labels)",
    ),
    known_error(
        "sigmoid-of-array",
        Sign(
            "AttributeError",
            r"'numpy\.ndarray' object has no attribute 'sigmoid'",
            r"> torch\.nn\.functional\.sigmoid$",
            when=lambda seen: not seen.overwrites,  # it may be what the line made, run once before
        ),
        Sign(
            "TypeError",
            r"sigmoid\(\): argument 'input' \(position 1\) must be Tensor, "
            r"not (?:numpy\.ndarray|list|tuple|float)",
            TORCH,
            when=lambda seen: not seen.overwrites,
        ),
        cause="""torch.sigmoid takes tensors only, and the logits are a NumPy array, a list or a
            number.""",
        fix="probabilities = torch.sigmoid(torch.as_tensor(logits))",
        check="assert ((probabilities >= 0) & (probabilities <= 1)).all()",
    ),
    known_error(
        "sigmoid-of-output",
        Sign(
            "TypeError",
            r"\w+\(\): argument 'input' \(position 1\) must be Tensor, "
            r"not (?!BaseModelOutput)\w*(?:ClassifierOutput|ModelOutput)\w*",
            TORCH,
        ),
        Sign(
            "AttributeError",
            r"'SequenceClassifierOutput\w*' object has no attribute '(?:log_)?s(?:oftmax|igmoid)'",
            r"> torch\.nn\.functional\.\w+$",
        ),
        cause="""A model of transformers returns an object with several parts. The logits are one
            of them.""",
        fix="""
            logits = model(**batch).logits  # for a loss of your own as well
            probabilities = torch.sigmoid(logits)""",
        check="assert probabilities.shape == (len(texts), model.config.num_labels)",
    ),
    known_error(
        "gradient-to-numpy",
        Sign(
            "RuntimeError",
            r"Can't call numpy\(\) on Tensor that requires grad\. "
            r"Use tensor\.detach\(\)\.numpy\(\) instead\.",
            r"(?:^|> )(?:own|(?:torch|sklearn|numpy|matplotlib|pandas)\.[\w.<>]+)$",
        ),
        cause="""The tensor still remembers how it was computed, for training. Without
            torch.no_grad() every output of a model does. (A loss that you keep as a number is
            loss.item().)""",
        fix="""
            with torch.no_grad():
                logits = model(**batch).logits
            values = logits.numpy()""",
        check="assert values.shape == logits.shape",
    ),
    known_error(
        "tensor-in-if",
        Sign("RuntimeError", AMBIGUOUS, OWN, when=lambda seen: seen.compares),
        cause="""`if` needs one yes or no, and a comparison of a tensor gives one for each value.
            A threshold is applied to all of them at once.""",
        fix="predictions = (probabilities > 0.5).int()",
        check="assert ((predictions == 1) == (probabilities > 0.5)).all()",
    ),
    known_error(
        "tensor-as-yes-or-no",
        Sign("RuntimeError", AMBIGUOUS, OWN, when=lambda seen: not seen.compares),
        cause="""Something asks a whole tensor for one yes or no: `in`, `or`, `and`, `not`, `==` in
            an assert, max(), min() and sorted() do. Say what you mean: the same in every place,
            any place, all places, or a maximum.""",
        fix="""
            same = torch.equal(left, right)  # the same shape, and the same in every place
            anywhere = bool((left != right).any())
            largest = torch.maximum(left, right)""",
        check="assert same is not anywhere and (largest >= left).all()",
    ),
    known_error(
        "tensor-is-not-one-number",
        Sign(
            "RuntimeError",
            r"a Tensor with (?:[02-9]|\d\d+) elements cannot be converted to Scalar",
            OWN,
        ),
        cause=""".item() and float() take a tensor of one value. This one has more: one for each
            text and label.""",
        fix="values = probabilities.tolist()",
        check="assert len(values) == len(texts)",
    ),
    known_error(
        "thresholds-are-a-list",
        Sign(
            "TypeError",
            r"'[<>]=?' not supported between instances of 'Tensor' and '(?:list|tuple)'",
            OWN,
        ),
        cause="""A tensor can be compared with a number or a tensor, not with a list.""",
        fix="predictions = (probabilities > torch.tensor(thresholds)).int()",
        check="assert predictions.shape == probabilities.shape",
    ),
    known_error(
        "json-of-numpy",
        Sign(
            "TypeError",
            r"Object of type (?:float16|float32|u?int(?:8|16|32|64)|bool|bool_|ndarray|Tensor) "
            r"is not JSON serializable",
            r"^(?!.*transformers\.trainer).+> json\.encoder\.JSONEncoder\.default$",
        ),
        cause="""JSON knows Python's own numbers and lists. NumPy's numbers, arrays and tensors
            have to be made these first; .tolist() does it.""",
        fix="text = json.dumps(dict(zip(label_names, probabilities[0].tolist())))",
        check="assert list(json.loads(text)) == label_names",
    ),
    known_error(
        "output-taken-apart",
        *_taken_apart(OF_ENCODER),
        cause="""A model's answer works like a dictionary: taken apart by `a, b = model(...)` it
            gives the names of its parts, which are text. Ask for the parts by name.""",
        fix="""
            outputs = model.base_model(**batch)
            states = outputs.last_hidden_state  # a vector for each token
            pooled = states[:, 0]  # one for each text; or, in BERT, outputs.pooler_output""",
        check="assert pooled.shape == (len(texts), model.config.hidden_size)",
    ),
    known_error(
        "loss-and-logits-taken-apart",
        *_taken_apart(WITH_HEAD),
        cause="""A model's answer works like a dictionary: taken apart by
            `loss, logits = model(...)` it gives the names of its parts, which are text. Ask for
            the parts by name.""",
        fix="""
            outputs = model(**batch, labels=labels)
            loss, logits = outputs.loss, outputs.logits""",
        check="assert loss.item() > 0 and len(logits) == len(texts)",
    ),
    known_error(
        "features-of-inference-mode",
        Sign(
            "RuntimeError",
            r"Inference tensors cannot be saved for backward\. .+",
            TORCH,
        ),
        cause="""These features were computed in torch.inference_mode(), as encode() of
            sentence-transformers does, and nothing can be trained on such tensors. A copy made
            outside of it is an ordinary tensor.""",
        fix="""
            features = features.clone()
            logits = head(features)""",
        check="assert not features.is_inference() and logits.requires_grad",
    ),
)
