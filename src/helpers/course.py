"""The start of a chapter: quiet logs, fixed seeds, the course's style of figures and tables."""

import os
import platform
import random
import warnings

SEED = 0


def start(chapter: str) -> None:
    """Prepare a notebook: quiet logs, fixed seeds, the course's style of figures and tables.

    Safe to run twice. Nothing is downloaded and nothing outside this process is changed.

    Args:
        chapter: the number in the notebook's name, such as "04".

    >>> start("00")  # doctest: +ELLIPSIS
    Chapter 0 is ready: Python 3..., torch ..., transformers ...
    """
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    import numpy as np
    import torch
    import transformers

    _quiet()
    random.seed(SEED)
    np.random.seed(SEED)
    torch.manual_seed(SEED)
    _style()
    print(
        f"Chapter {int(chapter)} is ready: Python {platform.python_version()}, "
        f"torch {torch.__version__.split('+')[0]}, transformers {transformers.__version__}."
    )


def _quiet() -> None:
    import datasets
    from transformers.utils import logging

    # What libraries tell each other about names to come is nothing that a reader could act on.
    warnings.filterwarnings("ignore", category=FutureWarning, module="transformers")
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    datasets.disable_progress_bars()


def _style() -> None:
    import matplotlib as mpl
    import pandas as pd

    pd.set_option("display.max_colwidth", 120, "display.width", 120)
    mpl.rcParams.update(
        {
            "figure.dpi": 100,
            "figure.figsize": (7, 3),
            "figure.constrained_layout.use": True,
            "font.size": 10,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.titlelocation": "left",
        }
    )
