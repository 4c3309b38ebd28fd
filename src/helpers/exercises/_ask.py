"""Questions on the page: buttons to choose by, and a fold for each answer without a kernel."""

from collections.abc import Sequence
from functools import partial

from helpers import widgets
from helpers._html import Html, announced, join, tag
from helpers.exercises import _record
from helpers.exercises._questions import LETTERS, Question
from helpers.exercises._words import marked_up, plain

_WIDE = {"width": "auto", "max_width": "44em"}  # an answer's button: as wide as a line of text
_ASKED = "line-height:1.4;max-width:44em;margin-top:0.5em"
_ROOM = "min-height:2.8em;line-height:1.4;max-width:44em"  # for two lines: few answers take more
# A button keeps its words in one line and cuts off what is too long; an answer goes on in the next.
_ANSWER = "course-answer"
_WRAPPED = tag(
    "style",
    f".jupyter-button.{_ANSWER} {{white-space: normal !important; height: auto !important; "
    "min-height: 28px; line-height: 1.4; padding: 4px 10px; text-align: left}",
)


def ask(questions: Sequence[Question]) -> None:
    """Show questions one below the other; whichever answer is chosen is explained."""
    import ipywidgets

    asked = [_Asked(question, number) for number, question in enumerate(questions, 1)]
    parts = [part for one in asked for part in one.parts]
    fallback = join(*(folded(one.question, one.heading) for one in asked))
    widgets.show(ipywidgets.VBox(parts), fallback)


def verdict(question: Question, i: int) -> Html:
    """Say whether a choice is right, and why or why not."""
    _, right, why = question.choices[i]
    said = f"{LETTERS[i]}: {'right.' if right else 'not this one.'}"
    return join(tag("b", said), " ", marked_up(why))


def folded(question: Question, heading: Html) -> Html:
    """Show a question without buttons: a fold for each answer, with why it is right or wrong."""
    folds = (
        tag(
            "li",
            marked_up(answer),
            tag("details", tag("summary", "Is it this one?"), verdict(question, i)),
        )
        for i, (answer, _, _) in enumerate(question.choices)
    )
    return join(tag("p", heading), tag("ul", *folds))


class _Asked:
    def __init__(self, question: Question, number: int):
        import ipywidgets

        self.question, self.recorded = question, False
        self.heading = tag("b", f"{number}. ", marked_up(question.asks))
        self.explanation = ipywidgets.HTML()
        self.explain("Choose one, by mouse or by Tab and space bar.")
        asked = tag("div", self.heading, style=_ASKED)
        # One style for all, and it comes with the first.
        self.parts = [ipywidgets.HTML(value=join(_WRAPPED, asked) if number == 1 else asked)]
        for i, (answer, _, _) in enumerate(question.choices):
            # Not RadioButtons: they need the arrow keys, which JupyterLab takes for itself.
            answer = plain(answer)
            button = ipywidgets.Button(
                description=f"{LETTERS[i]} · {answer}", tooltip=answer, layout=_WIDE
            )
            button.add_class(_ANSWER)
            button.on_click(partial(self.choose, i))
            self.parts.append(button)
        self.parts.append(self.explanation)

    def explain(self, said: str) -> None:
        self.explanation.value = announced(said, style=_ROOM)

    def choose(self, i: int, button) -> None:
        answer, right, _ = self.question.choices[i]
        # In words, and at the front, where no narrow window cuts it off.
        said = "✓ right" if right else "✗ wrong"
        button.description = f"{LETTERS[i]} · {said} · {plain(answer)}"
        self.explain(verdict(self.question, i))
        if not self.recorded:  # what was known, not what was found by trying
            self.recorded = True
            _record.note_answer(self.question.name, self.question.choices[i][1])
