"""Pipelines."""

from itertools import islice

from helpers.doctor._evidence import Evidence
from helpers.doctor.known._sign import OWN, V4, V5, Sign, known_error, refused_keyword


def _is_answers(value) -> bool:
    return isinstance(value, list) and all(
        isinstance(one, dict) and {"label", "score"} <= set(one) for one in value
    )


def _is_nested(value) -> bool:
    return isinstance(value, list) and len(value) > 0 and all(map(_is_answers, value))


def _one_index_short(evidence: Evidence) -> bool:
    """Whether a pipeline's answers for a text were asked for what one answer has."""
    loaded = list(islice(evidence.loaded(), 3))
    if not loaded or loaded[0][0] not in ("label", "score"):
        return False
    lists = [value for _, value in evidence.own_values() if _is_nested(value)]
    return any(
        any(value is one or any(value is part for part in one) for one in lists)
        for _, value in loaded
    )


def _task(evidence: Evidence) -> dict[str, str]:
    """The task that the pipeline was asked for."""
    return {"TASK": evidence.given(r"transformers\.pipelines\.pipeline")["task"]}


PIPELINES = (
    known_error(
        "pipeline-task-not-known",
        Sign(
            "KeyError",
            r"\"Unknown task .+, available tasks are \[.+",
            r"> transformers\.pipelines\.",
        ),
        cause="""There is no pipeline of this name. Multi-label is text-classification too: the
            model's problem_type makes the difference.""",
        fix="""
            classifier = pipeline("text-classification", model=model, tokenizer=tokenizer)
            results = classifier(texts, top_k=None)  # every label, not the best alone""",
        check="assert len(results) == len(texts)",
    ),
    known_error(
        "pipeline-without-padding-token",
        Sign(
            "ValueError",
            r"Pipeline with tokenizer without pad_token cannot do batching\. .+",
            r"> transformers\.pipelines\.[\w.]+$",
        ),
        cause="""To take several texts at once a pipeline has to pad, and this tokenizer has no
            padding token. The end-of-text token can stand in; the model has to know of it too.""",
        fix="""
            classifier.tokenizer.pad_token = classifier.tokenizer.eos_token
            classifier.model.config.pad_token_id = classifier.tokenizer.pad_token_id
            results = classifier(texts, batch_size=2)""",
        check="assert len(results) == len(texts)",
    ),
    known_error(
        "pipeline-default-function",
        Sign(
            "KeyError",
            r"'DEFAULT'",
            r"TextClassificationPipeline\._sanitize_parameters > enum\..+$",
        ),
        cause="""The documentation names "default" for function_to_apply, the code does not know
            it. Leave it out, or say "sigmoid".""",
        fix="""results = classifier(texts, top_k=None, function_to_apply="sigmoid")""",
        check="assert len(results) == len(texts)",
    ),
    known_error(
        "pipeline-has-no-threshold",
        refused_keyword(
            r"\w+\._batch_encode_plus", "threshold", r"TextClassificationPipeline\.", V4
        ),
        cause="""A pipeline has no threshold. transformers 5 ignores the word, 4.57 hands it to the
            tokenizer. Apply it to the scores.""",
        fix="""
            results = [
                [answer["label"] for answer in answers if answer["score"] > 0.5]
                for answers in classifier(texts, top_k=None)
            ]""",
        check="assert len(results) == len(texts)",
    ),
    known_error(
        "pipeline-of-nothing",
        Sign(
            "IndexError",
            r"list index out of range",
            r"TextClassificationPipeline\.__call__ > "
            r"transformers\.pipelines\.base\.Pipeline\.__call__$",
            V5,
        ),
        cause="""The pipeline was given an empty list, which transformers 5 does not expect.""",
        fix="results = classifier(texts) if len(texts) else []",
        check="assert len(results) == len(texts)",
    ),
    known_error(
        "pipeline-without-tokenizer",
        Sign(
            "Exception",
            r"Impossible to guess which tokenizer to use\. .+",
            r"> transformers\.pipelines\.",
        ),
        cause="""From a model that is already loaded, a pipeline cannot tell which tokenizer
            belongs to it.""",
        fix="""classifier = pipeline("TASK", model=model, tokenizer=tokenizer)""",
        check="assert len(classifier(texts)) == len(texts)",
        fill=_task,
    ),
    known_error(
        "answers-are-nested",
        Sign(
            "TypeError",
            r"list indices must be integers or slices, not str",
            OWN,
            when=_one_index_short,
        ),
        cause="""With top_k a pipeline gives a list of answers for each text, one answer for each
            label, so there is one index more: results[0][0]["label"]. For many labels take those
            whose score is above a threshold.""",
        fix="""
            found = [
                [answer["label"] for answer in answers if answer["score"] > 0.5]
                for answers in results
            ]""",
        check="""
            scores = [{answer["label"]: answer["score"] for answer in row} for row in results]
            likely = [sum(score > 0.5 for score in row.values()) for row in scores]
            assert [len(names) for names in found] == likely""",
    ),
)
