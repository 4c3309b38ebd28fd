"""Photos that code draws, and a widget that tags them: with one choice, or with every label."""

import difflib
from collections.abc import Iterable, Mapping

from helpers._html import Html, announced, cell, image, join, svg, table, tag
from helpers.plots import PREDICTED, SERIES
from helpers.widgets._show import Controls, show

TAGS = ["beach", "sunset", "friends", "dog", "snow"]
"""All labels of chapter 1's photos, in the order of the columns."""

PHOTOS = {
    "end of the day": ["beach", "sunset", "friends"],
    "noon": ["beach"],
    "gray morning": [],
    "winter walk": ["dog", "snow"],
}
"""Chapter 1's photos by title, each with the labels that fit."""

_ONE, _MANY = "one choice", "many labels"
_MODES = [_ONE, _MANY]

# Room for the four lines that may be said, so that the page below does not move.
_SAID = "min-height:6.4em;line-height:1.6"

_WORDS = {
    "beach": "a beach with the sea",
    "sunset": "the sun going down",
    "friends": "two friends, arm in arm",
    "dog": "a dog",
    "snow": "snow",
}


def photo_tagger(photos: Mapping[str, Iterable[str]] | None = None) -> None:
    """Show a photo to tag, in two modes, beside the row of the indicator matrix that results.

    "One choice" offers a row of buttons, "many labels" a checkbox for each label. Going from many
    to one keeps one label and drops the others; going back does not bring them back, because a
    row with one choice has no place for them.

    Args:
        photos: for each title the labels that fit, out of ``TAGS``; ``PHOTOS`` if None.

    Raises:
        ValueError: no photo, or a label that is not among ``TAGS``.
        TypeError: a photo's labels are one string.
    """
    photos = _checked_photos(PHOTOS if photos is None else photos)
    show(_PhotoTagger(photos).whole, _fallback(*next(iter(photos.items()))))


def show_photos(photos: Mapping[str, Iterable[str]]) -> None:
    """Draw several photos side by side, each with its title and what is in it in words.

    Args:
        photos: for each title the things to draw, out of ``TAGS``; none draws a gray sky.

    Raises:
        ValueError: no photo, or a thing that cannot be drawn.
        TypeError: a photo's things are one string.
    """
    from IPython.display import display

    photos = _checked_photos(photos)
    figures = (
        tag(
            "div",
            image(_label(things), _draw_scene(things, 165)),
            tag("div", tag("b", name)),
            style="width:165px",
        )
        for name, things in photos.items()
    )
    words = [f"{name}: {_describe_scene(things)}" for name, things in photos.items()]
    page = join(
        tag("div", *figures, style="display:flex;flex-wrap:wrap;gap:8px;max-width:700px"),
        tag("p", "In words:"),
        tag("ul", *(tag("li", line) for line in words)),
    )
    display({"text/html": str(page), "text/plain": "\n".join(words)}, raw=True)


class _PhotoTagger(Controls):
    """The controls, the labels that are chosen, and those that a change of mode dropped."""

    def __init__(self, photos: Mapping[str, list[str]]):
        import ipywidgets

        self.photos, self.chosen, self.dropped = photos, [], []
        self.which = ipywidgets.Dropdown(options=list(photos), description="Photo")
        self.mode = ipywidgets.ToggleButtons(options=_MODES, value=_ONE, description="Mode")
        # Not RadioButtons: arrow keys choose among them, which JupyterLab takes for itself.
        self.one = ipywidgets.ToggleButtons(
            options=[f"#{name}" for name in TAGS],
            index=None,
            description="Choose one",
            style={"button_width": "6em"},
            layout={"width": "20em"},
        )
        self.boxes = [ipywidgets.Checkbox(value=False, description=f"#{name}") for name in TAGS]
        self.picture, self.result = ipywidgets.HTML(), ipywidgets.HTML()
        self.controls = ipywidgets.VBox()
        # In a narrow window the controls go below the picture.
        top = ipywidgets.HBox(
            [self.picture, self.controls], layout={"flex_flow": "row wrap", "grid_gap": "0 12px"}
        )
        self.whole = ipywidgets.VBox([self.mode, top, self.result])
        self.when(self.which, lambda _: self.choose([]))
        self.when(self.mode, lambda mode: self.choose(*_keep(self.chosen, mode)))
        self.when(self.one, lambda i: self.choose([] if i is None else [TAGS[i]]), "index")
        for box in self.boxes:
            self.when(box, lambda _: self.choose(self.ticked()))
        self.choose([])

    def ticked(self) -> list[str]:
        return [name for name, box in zip(TAGS, self.boxes, strict=True) if box.value]

    def choose(self, chosen: list[str], dropped: Iterable[str] = ()) -> None:
        self.chosen, self.dropped = chosen, dropped
        with self.setting():
            self.one.index = TAGS.index(chosen[0]) if len(chosen) == 1 else None
            for name, box in zip(TAGS, self.boxes, strict=True):
                box.value = name in chosen
        self.draw()

    def draw(self) -> None:
        mode, things = self.mode.value, self.photos[self.which.value]
        self.controls.children = [self.which, *([self.one] if mode == _ONE else self.boxes)]
        self.picture.value = _draw_scene(things)
        said = _read_row(self.chosen, things, mode, self.dropped)
        # The mode in words too: a pressed button differs from the others by its shade alone.
        said[0] = f"Mode: {mode}. {said[0]}"
        lines = (tag("div", line, style="max-width:44em") for line in said)
        self.result.value = join(_row_table(self.chosen), announced(*lines, style=_SAID))


def _keep(chosen: Iterable[str], mode: str) -> tuple[list[str], list[str]]:
    """Say what stays when the mode changes: ``(kept, dropped)``.

    Many labels can hold whatever one choice held. One choice keeps the first label alone.

    >>> _keep(["beach", "sunset"], "one choice")
    (['beach'], ['sunset'])
    >>> _keep(["beach", "sunset"], "many labels")
    (['beach', 'sunset'], [])
    """
    chosen = _checked(chosen)
    _check_mode(mode)
    return (chosen[:1], chosen[1:]) if mode == _ONE else (chosen, [])


def _read_row(
    chosen: Iterable[str], things: Iterable[str], mode: str = _MANY, dropped: Iterable[str] = ()
) -> list[str]:
    """Read one row of the indicator matrix aloud, and compare it with the photo.

    Args:
        chosen: the labels given, out of ``TAGS``.
        things: the labels that fit the photo.
        mode: "one choice" or "many labels".
        dropped: labels that were lost when the mode changed.

    Returns:
        Sentences, the first of which says how many labels were given.

    >>> for line in _read_row(["beach"], ["beach", "sunset"]):
    ...     print(line)
    1 of 5 labels: #beach.
    Left out although in the photo: #sunset.
    """
    chosen, things, dropped = _checked(chosen), _checked(things), _checked(dropped)
    _check_mode(mode)
    lines = [f"{len(chosen)} of {len(TAGS)} labels: {_hashed(chosen)}."]
    if mode == _ONE and not chosen:
        lines.append(
            "Nothing is chosen yet. This form asks for one label; it takes no other answer."
        )
        return lines
    left_out = [name for name in things if name not in chosen]
    wrong = [name for name in chosen if name not in things]
    if left_out:
        lines.append(f"Left out although in the photo: {_hashed(left_out)}.")
    if wrong:
        lines.append(f"Given although not in the photo: {_hashed(wrong)}.")
    if not left_out and not wrong:
        lines.append(
            "Every label that fits is given, and no other."
            if things
            else "None fits, and none is given."
        )
    elif mode == _ONE and not things:
        lines.append('None of the labels fits this photo, and "one choice" cannot say so.')
    if dropped:
        lines.append(f"Dropped, because one choice has no place for it: {_hashed(dropped)}.")
    return lines


def _row_table(chosen: Iterable[str]) -> Html:
    """Make a table of one row of the indicator matrix: 1 where the label was given.

    >>> _row_table(["dog"]).count(">1<"), _row_table(["dog"]).count(">0<")
    (1, 4)
    """
    name, head = "This photo’s row of the indicator matrix", [f"#{name}" for name in TAGS]
    return table(name, head, "c" * len(TAGS), [_digits(_checked(chosen))], caption=name)


def _fallback(name: str, things: list[str]) -> Html:
    """Show readers without a kernel each answer with one choice, and the one with many labels."""
    rows = []
    for mode, chosen in [*((_ONE, [one]) for one in TAGS), (_MANY, things)]:
        said = " ".join(_read_row(chosen, things, mode)[1:])
        rows.append([f"{mode}: {_hashed(chosen)}", *_digits(chosen), said])
    return table(
        "One photo, tagged with one choice and with many labels",
        ["labels given", *(f"#{name}" for name in TAGS), "read against the photo"],
        f"l{'c' * len(TAGS)}l",
        rows,
        f"The photo “{name}”: {_describe_scene(things)} (Run the cell to tag it yourself.)",
    )


def _digits(chosen: list[str]) -> list[Html]:
    # White on blue reads in the light and in the dark theme; the digit says it without color.
    given = f";background:{PREDICTED};color:#ffffff;font-weight:bold"
    return [cell(1, "c", look=given) if name in chosen else cell(0, "c") for name in TAGS]


def _describe_scene(things: Iterable[str]) -> str:
    """Say in words what :func:`_draw_scene` draws: its alt text.

    >>> _describe_scene(["dog", "beach"])
    'a beach with the sea under a blue sky at noon; a dog.'
    >>> _describe_scene([])
    'a plain gray sky, and nothing else.'
    """
    things = _checked(things)
    if not things:
        return "a plain gray sky, and nothing else."
    words = dict(_WORDS)
    if _sky(things) == "noon":
        words["beach"] += " under a blue sky at noon"
    return "; ".join(words[thing] for thing in things) + "."


def _draw_scene(things: Iterable[str], width: int = 320) -> Html:
    """Draw a photo that shows the given things and no others; their order makes no difference.

    Args:
        things: any of ``TAGS``; none of them is a gray sky.
        width: of the picture, in pixels; it is five eighths as high.

    >>> _draw_scene(["dog"]).count("<svg"), "a dog." in _draw_scene(["dog"])
    (1, True)
    """
    things = _checked(things)
    if not width > 0:
        raise ValueError(f"width is {width!r}, expected pixels above 0. Try 320.")
    sky = _sky(things)
    parts = [_SKIES[sky]]
    if "beach" in things:
        parts += [_SEA_AT_SUNSET if sky == "sunset" else _SEA, _SAND]
    elif things:
        parts.append(_FIELD)
    if "snow" in things:
        parts.append(_SNOW_ON_GROUND)
    parts += [drawing for thing, drawing in _DRAWINGS.items() if thing in things]
    return svg(_label(things), 320, 200, *map(Html, parts), shown_width=width)


def _label(things: list[str]) -> str:
    return f"A drawn photo: {_describe_scene(things)}"


def _sky(things: list[str]) -> str:
    if "sunset" in things:
        return "sunset"
    return "noon" if "beach" in things and "snow" not in things else "gray"


_BLUE, _ORANGE, _GREEN, _VERMILION = SERIES  # paint
# Flat shapes alone: gradients need ids, and two pictures on one page would share them.
_SKIES = {
    "sunset": (
        '<rect width="320" height="45" fill="#5b4a7d"/>'
        '<rect y="45" width="320" height="30" fill="#a3557b"/>'
        f'<rect y="75" width="320" height="25" fill="{_VERMILION}"/>'
        f'<rect y="100" width="320" height="100" fill="{_ORANGE}"/>'
        '<circle cx="105" cy="118" r="27" fill="#fff3a8"/>'
    ),
    "noon": (
        '<rect width="320" height="125" fill="#8fd0f5"/>'
        '<circle cx="262" cy="32" r="18" fill="#f0e442"/>'
        '<ellipse cx="80" cy="40" rx="34" ry="9" fill="#ffffff"/>'
        '<ellipse cx="102" cy="33" rx="22" ry="10" fill="#ffffff"/>'
    ),
    "gray": (
        '<rect width="320" height="200" fill="#a7adb2"/>'
        '<ellipse cx="90" cy="58" rx="70" ry="17" fill="#bcc1c5"/>'
        '<ellipse cx="225" cy="88" rx="84" ry="20" fill="#989ea3"/>'
        '<ellipse cx="150" cy="135" rx="96" ry="18" fill="#b6bbbf"/>'
    ),
}
_SEA = (
    f'<rect y="120" width="320" height="40" fill="{_BLUE}"/>'
    '<path d="M20 132h40M120 139h52M220 131h46" stroke="#cfe8f7" stroke-width="2"/>'
)
_SEA_AT_SUNSET = (
    '<rect y="120" width="320" height="40" fill="#23486b"/>'
    '<path d="M84 126h42M90 133h30M95 140h20" stroke="#fff3a8" stroke-width="3"/>'
)
_SAND = (
    '<path d="M0 158Q80 142 170 150T320 146V200H0Z" fill="#e8cf9a"/>'
    '<path d="M36 176L50 122" stroke="#5a4632" stroke-width="3"/>'
    '<path d="M14 128A38 38 0 0 1 86 138Z" fill="#ffffff"/>'
    f'<path d="M30 106A38 38 0 0 1 64 107L56 132L38 130Z" fill="{_VERMILION}"/>'
)
_FIELD = '<path d="M0 148Q90 132 180 146T320 140V200H0Z" fill="#6f8352"/>'
_SNOW_ON_GROUND = (
    '<path d="M0 150Q90 134 180 148T320 142V200H0Z" fill="#f7fafc"/>'
    f'<path d="M268 98L246 146H290ZM268 76L252 116H284Z" fill="{_GREEN}"/>'
    '<path d="M268 76L260 94H276Z" fill="#f7fafc"/>'
)
_DRAWINGS = {
    "friends": (
        '<path d="M181 126L171 146M225 124L235 146" stroke="#3b2a20" stroke-width="5"/>'
        f'<rect x="178" y="120" width="20" height="36" rx="8" fill="{_GREEN}"/>'
        f'<rect x="208" y="117" width="20" height="40" rx="8" fill="#f0e442"/>'
        '<path d="M194 130Q204 120 214 130" stroke="#3b2a20" stroke-width="5" fill="none"/>'
        '<path d="M183 155V182M193 155V182M213 156V184M223 156V184" '
        'stroke="#2c2c3a" stroke-width="6"/>'
        '<circle cx="188" cy="109" r="10" fill="#7a4b2f"/>'
        '<circle cx="218" cy="105" r="10" fill="#e0ac84"/>'
        '<path d="M178 106A10 10 0 0 1 198 106Z" fill="#1c1410"/>'
        '<path d="M204 101H232M210 100A8 8 0 0 1 226 100Z" stroke="#2c2c3a" stroke-width="3" '
        'fill="#2c2c3a"/>'
    ),
    "dog": (
        '<ellipse cx="120" cy="164" rx="22" ry="11" fill="#6b4423"/>'
        '<path d="M104 170V186M112 172V186M130 172V186M138 168V186" stroke="#6b4423" '
        'stroke-width="5"/>'
        '<path d="M100 160Q86 152 90 140" stroke="#6b4423" stroke-width="5" fill="none"/>'
        '<circle cx="146" cy="150" r="11" fill="#6b4423"/>'
        '<ellipse cx="157" cy="153" rx="8" ry="5" fill="#8a5c34"/>'
        '<path d="M140 142L134 158L145 150Z" fill="#3d2512"/>'
        '<circle cx="149" cy="147" r="2" fill="#ffffff"/>'
        '<circle cx="164" cy="151" r="2" fill="#000000"/>'
    ),
    "snow": "".join(
        f'<circle cx="{x}" cy="{y}" r="3" fill="#ffffff"/>'
        for x, y in [
            *((22, 30), (60, 84), (98, 22), (140, 66), (176, 28), (206, 92), (242, 44)),
            *((286, 20), (304, 72), (34, 120), (120, 112), (180, 124), (230, 130)),
        ]
    ),
}


def _hashed(tags: Iterable[str]) -> str:
    return ", ".join(f"#{name}" for name in tags) or "none"


def _check_mode(mode) -> None:
    if mode not in _MODES:
        raise ValueError(f"mode is {mode!r}, expected one of {', '.join(map(repr, _MODES))}.")


def _checked_photos(photos: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    if not photos:
        raise ValueError('photos is empty. Pass at least one, such as {"noon": ["beach"]}.')
    return {name: _checked(things) for name, things in photos.items()}


def _checked(things: Iterable[str]) -> list[str]:
    """Return the things in the order of TAGS, each once."""
    if isinstance(things, str) or not isinstance(things, Iterable):
        raise TypeError(
            f"things is {things!r}, expected a list. Write [{things!r}], or [] for none."
        )
    things = list(things)
    for thing in things:
        if thing not in TAGS:
            near = difflib.get_close_matches(str(thing), TAGS, n=1)
            hint = f"Did you mean {near[0]!r}? " if near else ""
            raise ValueError(
                f"These photos know no {thing!r}. {hint}What can be drawn: {', '.join(TAGS)}."
            )
    return [tag for tag in TAGS if tag in things]
