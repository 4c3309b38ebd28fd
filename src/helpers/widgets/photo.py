"""Photos that code draws, and a widget that tags them: with one choice, or with every label."""

import difflib
import html
from collections.abc import Iterable, Mapping

from helpers.plots import PREDICTED, SERIES
from helpers.widgets import show

BLUE, ORANGE, GREEN, VERMILION = SERIES  # paint for the drawings
TAGS = ["beach", "sunset", "friends", "dog", "snow"]
"""All labels of chapter 1's photos, in the order of the columns."""

PHOTOS = {
    "end of the day": ["beach", "sunset", "friends"],
    "noon": ["beach"],
    "gray morning": [],
    "winter walk": ["dog", "snow"],
}
"""Chapter 1's photos by title, each with the labels that fit."""

ONE, MANY = "one choice", "many labels"
MODES = [ONE, MANY]

WORDS = {
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
    import ipywidgets

    photos = {
        name: _checked(things) for name, things in (PHOTOS if photos is None else photos).items()
    }
    if not photos:
        raise ValueError('photos is empty. Pass at least one, such as {"noon": ["beach"]}.')
    state = {"photo": next(iter(photos)), "chosen": [], "dropped": [], "busy": False}

    which = ipywidgets.Dropdown(options=list(photos), value=state["photo"], description="Photo")
    mode = ipywidgets.ToggleButtons(options=MODES, value=ONE, description="Mode")
    # Not RadioButtons: they are chosen among with arrow keys, which JupyterLab takes for itself.
    one = ipywidgets.ToggleButtons(
        options=[f"#{tag}" for tag in TAGS],
        index=None,
        description="Choose one",
        style={"button_width": "6em"},
        layout=ipywidgets.Layout(width="20em"),
    )
    boxes = [ipywidgets.Checkbox(value=False, description=f"#{tag}") for tag in TAGS]
    picture, result = ipywidgets.HTML(), ipywidgets.HTML()
    controls = ipywidgets.VBox([which, one])

    def redraw():
        """Put the state on the screen; what this sets shall not count as the reader's doing."""
        state["busy"] = True
        chosen, things = state["chosen"], photos[state["photo"]]
        one.index = TAGS.index(chosen[0]) if len(chosen) == 1 else None
        for tag, box in zip(TAGS, boxes, strict=True):
            box.value = tag in chosen
        controls.children = [which, one] if mode.value == ONE else [which, *boxes]
        picture.value = draw_scene(things)
        result.value = row_table(chosen) + "".join(
            f"<p style='max-width:44em'>{html.escape(line)}</p>"
            for line in read_row(chosen, things, mode.value, state["dropped"])
        )
        state["busy"] = False

    def react(change):
        if state["busy"]:
            return
        state["dropped"] = []
        if change["owner"] is which:
            state.update(photo=change["new"], chosen=[])
        elif change["owner"] is mode:
            state["chosen"], state["dropped"] = keep(state["chosen"], mode.value)
        elif change["owner"] is one:
            state["chosen"] = [] if one.index is None else [TAGS[one.index]]
        else:
            state["chosen"] = [tag for tag, box in zip(TAGS, boxes, strict=True) if box.value]
        redraw()

    for control in [which, mode, *boxes]:
        control.observe(react, names="value")
    one.observe(react, names="index")
    redraw()
    # In a narrow window the controls go below the picture.
    top = ipywidgets.HBox([picture, controls], layout=ipywidgets.Layout(flex_flow="row wrap"))
    show(ipywidgets.VBox([mode, top, result]), fallback=_fallback(state["photo"], photos))


def keep(chosen: Iterable[str], mode: str) -> tuple[list[str], list[str]]:
    """Say what stays when the mode changes: ``(kept, dropped)``.

    Many labels can hold whatever one choice held. One choice keeps the first label alone.

    >>> keep(["beach", "sunset"], "one choice")
    (['beach'], ['sunset'])
    >>> keep(["beach", "sunset"], "many labels")
    (['beach', 'sunset'], [])
    """
    chosen = _checked(chosen)
    _check_mode(mode)
    return (chosen[:1], chosen[1:]) if mode == ONE else (chosen, [])


def read_row(
    chosen: Iterable[str], things: Iterable[str], mode: str = MANY, dropped: Iterable[str] = ()
) -> list[str]:
    """Read one row of the indicator matrix aloud, and compare it with the photo.

    Args:
        chosen: the labels given, out of ``TAGS``.
        things: the labels that fit the photo.
        mode: "one choice" or "many labels".
        dropped: labels that were lost when the mode changed.

    Returns:
        Sentences, the first of which says how many labels were given.

    >>> for line in read_row(["beach"], ["beach", "sunset"]):
    ...     print(line)
    1 of 5 labels: #beach.
    Left out although in the photo: #sunset.
    """
    chosen, things, dropped = _checked(chosen), _checked(things), _checked(dropped)
    _check_mode(mode)
    lines = [f"{len(chosen)} of {len(TAGS)} labels: {_hashed(chosen) or 'none'}."]
    if mode == ONE and not chosen:
        lines.append(
            "Nothing is chosen yet. This form asks for one label; it takes no other answer."
        )
        return lines
    left_out = [tag for tag in things if tag not in chosen]
    wrong = [tag for tag in chosen if tag not in things]
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
    elif mode == ONE and not things:
        lines.append('None of the labels fits this photo, and "one choice" cannot say so.')
    if dropped:
        lines.append(f"Dropped, because one choice has no place for it: {_hashed(dropped)}.")
    return lines


def row_table(chosen: Iterable[str]) -> str:
    """Make an HTML table of one row of the indicator matrix: 1 where the label was given.

    >>> row_table(["dog"]).count(">1<"), row_table(["dog"]).count(">0<")
    (1, 4)
    """
    chosen = _checked(chosen)
    head = "".join(f"<th style='padding:4px 12px'>#{tag}</th>" for tag in TAGS)
    return (
        "<table aria-label='This photo’s row of the indicator matrix'>"
        "<caption style='text-align:left'>This photo’s row of the indicator matrix</caption>"
        f"<tr>{head}</tr><tr>{_cells(chosen)}</tr></table>"
    )


def show_photos(photos: Mapping[str, Iterable[str]]) -> None:
    """Draw several photos side by side, each with its title and what is in it in words.

    Args:
        photos: for each title the things to draw, out of ``TAGS``; none draws a gray sky.

    Raises:
        ValueError: no photo, or a thing that cannot be drawn.
        TypeError: a photo's things are one string.
    """
    from IPython.display import display

    if not photos:
        raise ValueError('photos is empty. Pass at least one, such as {"noon": ["beach"]}.')
    figures = "".join(
        f"<div style='width:165px'>{draw_scene(things, width=165)}"
        f"<div><b>{html.escape(name)}</b></div></div>"
        for name, things in photos.items()
    )
    words = [f"{name}: {describe_scene(things)}" for name, things in photos.items()]
    listed = "".join(f"<li>{html.escape(line)}</li>" for line in words)
    page = (
        f"<div style='display:flex;flex-wrap:wrap;gap:8px;max-width:700px'>{figures}</div>"
        f"<p>In words:</p><ul>{listed}</ul>"
    )
    display({"text/html": page, "text/plain": "\n".join(words)}, raw=True)


def describe_scene(things: Iterable[str]) -> str:
    """Say in words what :func:`draw_scene` draws: its alt text.

    >>> describe_scene(["dog", "beach"])
    'a beach with the sea under a blue sky at noon; a dog.'
    >>> describe_scene([])
    'a plain gray sky, and nothing else.'
    """
    things = _checked(things)
    if not things:
        return "a plain gray sky, and nothing else."
    words = dict(WORDS)
    if _sky(things) == "noon":
        words["beach"] += " under a blue sky at noon"
    return "; ".join(words[thing] for thing in things) + "."


def draw_scene(things: Iterable[str], width: int = 320) -> str:
    """Draw a photo that shows the given things and no others.

    Args:
        things: any of ``TAGS``; their order makes no difference. None of them is a gray sky.
        width: of the picture, in pixels; it is five eighths as high.

    Returns:
        SVG, with its alt text.

    Raises:
        ValueError: a thing that cannot be drawn, or a width that is not above 0.
        TypeError: ``things`` is one string.

    >>> draw_scene(["dog"]).count("<svg"), "a dog." in draw_scene(["dog"])
    (1, True)
    """
    things = _checked(things)
    if not width > 0:
        raise ValueError(f"width is {width!r}, expected pixels above 0. Try 320.")
    sky = _sky(things)
    parts = [SKIES[sky]]
    if "beach" in things:
        parts.append(SEA_AT_SUNSET if sky == "sunset" else SEA)
        parts.append(SAND)
    elif things:
        parts.append(FIELD)
    if "snow" in things:
        parts.append(SNOW_ON_GROUND)
    parts += [drawing for thing, drawing in DRAWINGS.items() if thing in things]
    return (
        f'<svg viewBox="0 0 320 200" width="{width}" height="{width * 5 / 8:g}" role="img" '
        f'aria-label="A drawn photo: {html.escape(describe_scene(things))}">{"".join(parts)}</svg>'
    )


def _sky(things: list[str]) -> str:
    if "sunset" in things:
        return "sunset"
    return "noon" if "beach" in things and "snow" not in things else "gray"


# Flat shapes alone: gradients need ids, and two pictures on one page would share them.
SKIES = {
    "sunset": (
        '<rect width="320" height="45" fill="#5b4a7d"/>'
        '<rect y="45" width="320" height="30" fill="#a3557b"/>'
        f'<rect y="75" width="320" height="25" fill="{VERMILION}"/>'
        f'<rect y="100" width="320" height="100" fill="{ORANGE}"/>'
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
SEA = (
    f'<rect y="120" width="320" height="40" fill="{BLUE}"/>'
    '<path d="M20 132h40M120 139h52M220 131h46" stroke="#cfe8f7" stroke-width="2"/>'
)
SEA_AT_SUNSET = (
    '<rect y="120" width="320" height="40" fill="#23486b"/>'
    '<path d="M84 126h42M90 133h30M95 140h20" stroke="#fff3a8" stroke-width="3"/>'
)
SAND = (
    '<path d="M0 158Q80 142 170 150T320 146V200H0Z" fill="#e8cf9a"/>'
    '<path d="M36 176L50 122" stroke="#5a4632" stroke-width="3"/>'
    '<path d="M14 128A38 38 0 0 1 86 138Z" fill="#ffffff"/>'
    f'<path d="M30 106A38 38 0 0 1 64 107L56 132L38 130Z" fill="{VERMILION}"/>'
)
FIELD = '<path d="M0 148Q90 132 180 146T320 140V200H0Z" fill="#6f8352"/>'
SNOW_ON_GROUND = (
    '<path d="M0 150Q90 134 180 148T320 142V200H0Z" fill="#f7fafc"/>'
    f'<path d="M268 98L246 146H290ZM268 76L252 116H284Z" fill="{GREEN}"/>'
    '<path d="M268 76L260 94H276Z" fill="#f7fafc"/>'
)
DRAWINGS = {
    "friends": (
        '<path d="M181 126L171 146M225 124L235 146" stroke="#3b2a20" stroke-width="5"/>'
        f'<rect x="178" y="120" width="20" height="36" rx="8" fill="{GREEN}"/>'
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


def _fallback(name: str, photos: Mapping[str, list[str]]) -> str:
    things = photos[name]
    left = "<th style='text-align:left'>"
    rows = []
    for mode, chosen in [*((ONE, [tag]) for tag in TAGS), (MANY, things)]:
        said = html.escape(" ".join(read_row(chosen, things, mode)[1:]))
        rows.append(
            f"<tr><td style='text-align:left'>{mode}: {_hashed(chosen) or 'none'}</td>"
            f"{_cells(chosen)}<td style='text-align:left'>{said}</td></tr>"
        )
    head = "".join(f"<th>#{tag}</th>" for tag in TAGS)
    return (
        "<table aria-label='One photo, tagged with one choice and with many labels'>"
        f"<caption style='text-align:left'>The photo “{html.escape(name)}”: "
        f"{html.escape(describe_scene(things))} (Run the cell to tag it yourself.)</caption>"
        f"<tr>{left}labels given</th>{head}{left}read against the photo</th></tr>"
        f"{''.join(rows)}</table>"
    )


def _cells(chosen: list[str]) -> str:
    # White on blue reads in the light and in the dark theme; the digit says it without color.
    on = f"text-align:center;background:{PREDICTED};color:#ffffff;font-weight:bold"
    return "".join(
        f"<td style='{on}'>1</td>" if tag in chosen else "<td style='text-align:center'>0</td>"
        for tag in TAGS
    )


def _hashed(tags: Iterable[str]) -> str:
    return ", ".join(f"#{tag}" for tag in tags)


def _check_mode(mode) -> None:
    if mode not in MODES:
        raise ValueError(f"mode is {mode!r}, expected one of {', '.join(map(repr, MODES))}.")


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
