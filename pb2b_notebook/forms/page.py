"""What forms do in the browser's page beyond widgets: scroll, move the focus, and ask before it is left."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import anywidget
import traitlets

HEADING = "pb2b-where"
"""Class of the widget that gets the focus when another step is shown."""
_FOLDER = Path(__file__).parent


class StepPage(anywidget.AnyWidget):
    """Shows the top of the form around it with the focus there, and reports Escape; it has no height of its own.

    In the app, the browser asks before it leaves a page with :attr:`unsaved` decisions.

    Args:
        escape: Function that is called when Escape is pressed in the form.

    Example:
        >>> page = StepPage(print)
        >>> page.show_top()
        >>> page.asked
        1
    """

    _esm = _FOLDER / "step_page.js"
    _css = ".pb2b-form { scroll-margin-top: 4em }"  # the app's top stays in sight above it
    heading = traitlets.Unicode(HEADING).tag(sync=True)
    asked = traitlets.Int().tag(sync=True)
    unsaved = traitlets.Bool().tag(sync=True)

    def __init__(self, escape: Callable[[], None]) -> None:
        super().__init__()
        self.on_msg(lambda _, content, __: escape() if content == {"key": "Escape"} else None)

    def show_top(self) -> None:
        """Scroll to the top of the form, and move the focus there."""
        self.asked += 1


class MovedFocus(anywidget.AnyWidget):
    """Moves the focus in the app where the element that had it was replaced, as the form that connects is.

    Example:
        >>> focus = MovedFocus()
        >>> focus.move(".pb2b-form input")
        >>> focus.target, focus.asked
        ('.pb2b-form input', 1)
    """

    _esm = _FOLDER / "moved_focus.js"
    target = traitlets.Unicode().tag(sync=True)
    asked = traitlets.Int().tag(sync=True)

    def move(self, target: str) -> None:
        """Move the focus, unless a person has put it elsewhere.

        Args:
            target: CSS selector of the element of the app, which may be shown a moment later.
        """
        with self.hold_sync():
            self.target = target
            self.asked += 1


class LostApp(anywidget.AnyWidget):
    """Says so in the page of ``pb2b app`` when the app, or its Python alone, has ended: widgets look alive then.

    Args:
        note: What is shown when the server of the app is gone, as HTML.
        silent: What is shown when only its Python does not respond.
    """

    _esm = _FOLDER / "lost_app.js"
    note = traitlets.Unicode().tag(sync=True)
    silent = traitlets.Unicode().tag(sync=True)

    def __init__(self, note: str, silent: str) -> None:
        super().__init__(note=note, silent=silent)
        self.on_msg(lambda _, content, __: self.send({"pong": True}) if content == {"ping": True} else None)
