"""How an error is written down: its signs, its cause, its fix, a check of the fix."""

from dataclasses import dataclass

OWN = r"(^|> )own$"  # raised in the learner's own line, not inside a library
MODEL = r"> transformers\.models\.[\w.]+$"  # inside a model's own forward
BCE = r"> torch\.nn\.functional\.binary_cross_entropy_with_logits$"
# Inside the loss of a classification model of transformers, whatever its kind.
CLASSIFIER_CROSS_ENTROPY = r"ForSequenceClassification.* > torch\.nn\.functional\.cross_entropy$"
POSITIONS = "(?:128|256|512|514|1024|2048|4096|8192)"  # what models can read
OLD_CHECK = r"> transformers\.modeling_utils\.\w+\.warn_if_padding_and_no_attention_mask$"

ALL = "all"
TRANSFORMERS_4 = "transformers 4.57"
TRANSFORMERS_5 = "transformers 5"


@dataclass(frozen=True)
class Sign:
    """How an error shows itself.

    Attributes:
        types: names of the exception types, with a space between.
        message: regular expression for the whole message.
        where: regular expression, searched in the calls that led to the error (see
            ``helpers.doctor._calls``); empty where the message alone is certain.
        versions: which versions say it like this.
    """

    types: str
    message: str
    where: str = ""
    versions: str = ALL


@dataclass(frozen=True)
class KnownError:
    """One error: its signs, its cause in plain words, its fix as code, a check of the fix."""

    name: str
    signs: tuple[Sign, ...]
    cause: str
    fix: str
    check: str
