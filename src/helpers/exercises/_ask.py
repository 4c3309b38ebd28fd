"""Questions on the page: buttons to choose by, and a fold for each answer without a kernel."""

from collections.abc import Sequence
from functools import partial

from helpers import widgets
from helpers._html import Html, join, tag
from helpers.exercises import _record
from helpers.exercises._questions import LETTERS, Question
from helpers.exercises._words import marked_up


def ask(questions: Sequence[Question]) -> None:
    """Show questions one below the other; whichever answer is chosen is explained."""
    import ipywidgets

    asked = [_Asked(question, number) for number, question in enumerate(questions, 1)]
    parts = [part for one in asked for part in one.parts]
    widgets.show(ipywidgets.VBox(parts), join(*(_folded(one) for one in asked)))


def verdict(question: Question, i: int) -> Html:
    """Say whether a choice is right, and why or why not."""
    _, right, why = question.choices[i]
    said = f"{LETTERS[i]}: {'right.' if right else 'not this one.'}"
    return join(tag("b", said), " ", marked_up(why))


class _Asked:
    def __init__(self, question: Question, number: int):
        import ipywidgets

        self.question, self.recorded = question, False
        self.heading = tag("b", f"{number}. ", marked_up(question.asks))
        self.explanation = ipywidgets.HTML(value="Choose one, by mouse or by Tab and space bar.")
        self.parts = [ipywidgets.HTML(value=self.heading)]
        for i, (answer, _, _) in enumerate(question.choices):
            # Not RadioButtons: they need the arrow keys, which JupyterLab takes for itself.
            button = ipywidgets.Button(
                description=LETTERS[i], tooltip=answer, layout={"width": "3em"}
            )
            button.on_click(partial(self.choose, i))
            self.parts.append(ipywidgets.HBox([button, ipywidgets.HTML(value=marked_up(answer))]))
        self.parts.append(self.explanation)

    def choose(self, i: int, _button) -> None:
        self.explanation.value = verdict(self.question, i)
        if not self.recorded:  # what was known, not what was found by trying
            self.recorded = True
            _record.note_answer(self.question.name, self.question.choices[i][1])


def _folded(asked: _Asked) -> Html:
    folds = (
        tag(
            "li",
            marked_up(answer),
            tag("details", tag("summary", "Is it this one?"), verdict(asked.question, i)),
        )
        for i, (answer, _, _) in enumerate(asked.question.choices)
    )
    return join(tag("p", asked.heading), tag("ul", *folds))
