"""One text through the tagger, for the widgets that a reader types or pastes into."""

import warnings

import numpy as np

from helpers import models


def read(tagger: models.Tagger, text: str) -> tuple[np.ndarray, str]:
    """Return the logits of one text, and a sentence about what was left out: mostly an empty one.

    The text is tagged whole, as far as the model reads. A warning would be lost, or stand
    somewhere below the widget, so it becomes that sentence.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        (logits,) = models.predict_logits(tagger.model, tagger.tokenizer, [text])
    too_long = any("tokens this model reads" in str(warning.message) for warning in caught)
    return logits, "Its end is beyond what the tagger reads." * too_long
