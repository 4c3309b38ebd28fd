"""A question with several answers, each explained. Every chapter ends with some."""

from functools import partial

from helpers._html import Html, escape, join, tag
from helpers.widgets._show import show

LETTERS = "ABCDEFGH"  # of the choices


def quiz(question: str, choices: list[tuple[str, bool, str]]) -> None:
    """Ask a question with several answers, and explain whichever is chosen.

    Args:
        question: plain text.
        choices: for each answer its text, whether it is right, and why or why not. No answer is
            chosen at first.

    Raises:
        ValueError: no answer is right, an answer stands twice, one has no explanation, or there
            are more than eight.
    """
    import ipywidgets

    _check(choices)
    folds = (
        tag("li", answer, tag("details", tag("summary", "Is it this one?"), _verdict(choices, i)))
        for i, (answer, _, _) in enumerate(choices)
    )
    fallback = join(tag("p", tag("b", question)), tag("ul", *folds))
    show(ipywidgets.VBox(_Quiz(question, choices).parts), fallback)


class _Quiz:
    def __init__(self, question: str, choices: list[tuple[str, bool, str]]):
        import ipywidgets

        self.choices = choices
        self.explanation = ipywidgets.HTML(value="Choose one, by mouse or by Tab and space bar.")
        self.parts = [ipywidgets.HTML(value=tag("b", question))]
        for i, (answer, _, _) in enumerate(choices):
            # Not RadioButtons: they need the arrow keys, which JupyterLab takes for itself.
            button = ipywidgets.Button(
                description=LETTERS[i], tooltip=answer, layout={"width": "3em"}
            )
            button.on_click(partial(self.choose, i))
            self.parts.append(ipywidgets.HBox([button, ipywidgets.HTML(value=escape(answer))]))
        self.parts.append(self.explanation)

    def choose(self, i: int, _button) -> None:
        self.explanation.value = _verdict(self.choices, i)


def _verdict(choices, i: int) -> Html:
    _, right, why = choices[i]
    return join(tag("b", f"{LETTERS[i]}: {'right.' if right else 'not this one.'}"), " ", why)


def _check(choices) -> None:
    answers = [answer for answer, _, _ in choices]
    if len(choices) > len(LETTERS):
        raise ValueError(f"quiz has {len(choices)} choices, at most 8 fit. Leave some out.")
    if not any(right for _, right, _ in choices):
        raise ValueError("quiz needs at least one choice that is right.")
    if len(set(answers)) != len(answers):
        raise ValueError("quiz has the same answer twice; give each choice a text of its own.")
    if not all(why.strip() for _, _, why in choices):
        raise ValueError("quiz needs an explanation for every choice, the wrong ones too.")
