"""What all widgets share: how one is shown and saved, and how its controls are watched."""

from collections.abc import Callable
from contextlib import contextmanager

from helpers._html import Html, join, tag

WIDE = {"width": "95%", "max_width": "44em"}  # a layout: the page's width, up to a line of text
_WAKE = "Nothing moves? Run this cell."
# ipywidgets writes a slider's name beside it and gives none to the handle, which is what a screen
# reader reads. So the page copies it, also for sliders that come later; a front end that runs no
# script shows them as before. The class is that of the handles in ipywidgets 8, in JupyterLab and
# VS Code.
_NAME_HANDLES = Html("""(() => {
    if (window.courseNamesHandles) return;
    const name = () => {
        for (const handle of document.getElementsByClassName("noUi-handle")) {
            const beside = handle.closest(".widget-slider")?.querySelector(".widget-label");
            if (beside?.textContent && !handle.hasAttribute("aria-label"))
                handle.setAttribute("aria-label", beside.textContent);
        }
    };
    window.courseNamesHandles = new MutationObserver(name);
    window.courseNamesHandles.observe(document.body, {childList: true, subtree: true});
    name();
})()""")


def show(widget, fallback: str, has_sliders: bool = False) -> None:
    """Display a widget, and save HTML for whoever opens the notebook without a kernel.

    A page that is opened again shows the widget as it was left, with nothing behind it: so a line
    below says how to wake it.

    Args:
        widget: any ipywidgets widget.
        fallback: HTML that teaches the same point; a table, since saved SVG is removed from
            notebooks that are not trusted.
        has_sliders: whether there are any, whose handles are then given names for screen readers.
    """
    from IPython.display import display

    # A plain bundle works in ipywidgets 7 and 8, whose own display methods differ.
    view = {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
    display(
        {
            "application/vnd.jupyter.widget-view+json": view,
            "text/html": str(fallback),
            "text/plain": "(an interactive figure: run this cell to use it)",
        },
        raw=True,
    )
    below = tag("div", _WAKE, style="font-size:85%")
    if has_sliders:
        below = join(below, tag("script", _NAME_HANDLES))
    display({"text/html": below, "text/plain": _WAKE}, raw=True)


class Controls:
    """What every widget with controls is: it reacts when a reader moves one, not when code does."""

    _setting = False

    @contextmanager
    def setting(self):
        """Move controls from code: no reaction follows."""
        self._setting = True
        try:
            yield
        finally:
            self._setting = False

    def when(self, control, react: Callable, trait: str = "value") -> None:
        """Call ``react`` with the new value each time that a reader changes a control."""

        def changed(change) -> None:
            if self._setting:
                return
            step, by = getattr(control, "step", None), 0
            if step:
                by = abs(change["new"] - change["old"])
            if not step or by > step / 2:
                react(change["new"])
            # A front end may send back what it was sent, with another last digit: nobody moved it.
            elif by > step / 1000:
                # Typed, and less than a step: the control goes back to what the picture shows.
                with self.setting():
                    setattr(control, trait, change["old"])

        control.observe(changed, names=trait)
