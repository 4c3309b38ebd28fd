"""The start of a chapter: quiet logs, fixed seeds, the course's style of figures and tables."""

import ast
import json
import os
import platform
import random
import warnings
from contextlib import contextmanager
from pathlib import Path

from helpers._lines import fill

SEED = 0
INKED = ("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color")


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


@contextmanager
def expect_error(kind: type[Exception]):
    """Show an error that is meant in a line or two; the notebook goes on.

    Args:
        kind: of the error. Any other error is raised, with its traceback, as always.

    >>> with expect_error(ValueError):
    ...     int("seven")
    A ValueError, as meant: invalid literal for int() with base 10: 'seven'
    >>> with expect_error(ValueError):
    ...     number = int("7")
    No error this time, where a ValueError was meant.
    """
    article = "An" if kind.__name__[0] in "AEIOU" else "A"
    try:
        yield
    except kind as error:
        said = f"{article} {type(error).__name__}, as meant: {error}"
        for line in said.splitlines():
            print(fill(line))
    else:
        print(f"No error this time, where {article.lower()} {kind.__name__} was meant.")


def load_ipython_extension(shell) -> None:
    """Prepare a kernel of the course's own environment, which ``course.py`` has load this.

    An unknown name is answered with where it is made, and the kernel says nothing of its Python's
    version, which JupyterLab would write into every notebook that is opened.
    """
    shell.events.register("post_run_cell", _after_cell)
    kernel = getattr(shell, "kernel", None)
    if kernel is not None:
        kernel.language_info = {k: v for k, v in kernel.language_info.items() if k != "version"}


def unload_ipython_extension(shell) -> None:
    """Undo the first of it."""
    shell.events.unregister("post_run_cell", _after_cell)


def _after_cell(result) -> None:
    error = result.error_in_exec
    if isinstance(error, NameError) and error.name and "JPY_SESSION_NAME" in os.environ:
        try:
            cells = json.loads(Path(os.environ["JPY_SESSION_NAME"]).read_text("utf-8"))["cells"]
            said = where_made(error.name, cells)
        except (OSError, ValueError, KeyError):  # the notebook was renamed, say
            return
        if said:
            print(said)


def where_made(name: str, cells: list[dict]) -> str | None:
    """Say under which heading of a notebook a name is made, and how to make it.

    Args:
        name: that is not defined.
        cells: of the notebook, as its file has them.

    Returns:
        None if no cell makes it.

    >>> cells = [{"cell_type": "markdown", "source": "## See it run"},
    ...     {"cell_type": "code", "source": "logits = 3"}]
    >>> print(where_made("logits", cells))
    `logits` is made by a cell that was not run since the kernel started, under "See it run".
    From the menu: Run > Run All Above Selected Cell. Then run this cell again.
    """
    heading = "the top"
    for cell in cells:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            titles = [line.lstrip("# ") for line in source.splitlines() if line.startswith("#")]
            heading = f'"{titles[-1]}"' if titles else heading
        elif cell["cell_type"] == "code" and name in _makes(source):
            return (
                f"`{name}` is made by a cell that was not run since the kernel started, under "
                f"{heading}.\nFrom the menu: Run > Run All Above Selected Cell. "
                "Then run this cell again."
            )
    return None


def _makes(source: str) -> set[str]:
    lines = ("" if line.lstrip().startswith(("%", "!")) else line for line in source.splitlines())
    try:
        tree = ast.parse("\n".join(lines))
    except SyntaxError:  # a cell that the learner has not finished
        return set()
    made = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            made.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            made.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            made |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    return made


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

    from helpers._html import INK

    _show_as_html()
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
            # All in one ink, which dark pages turn light; the page itself is the background.
            **dict.fromkeys(INKED, INK),
            "legend.framealpha": 0,
        }
    )


def _show_as_html() -> None:
    """Let notebooks show figures for light pages and dark ones, and tables in the course's form."""
    import pandas as pd
    from IPython import get_ipython
    from matplotlib.figure import Figure
    from matplotlib_inline.config import InlineBackend

    from helpers import plots

    shell = get_ipython()
    if shell is None:  # a script; its figures open in windows
        return
    # A PNG beside it would double the notebook, and nobody would see it.
    InlineBackend.instance(parent=shell).figure_formats = set()
    formatters = shell.display_formatter.formatters
    for kind in ("image/png", "image/svg+xml"):
        formatters[kind].type_printers.pop(Figure, None)
    formatters["text/html"].for_type(Figure, plots.as_html)
    formatters["text/html"].for_type(pd.DataFrame, plots.table_as_html)
