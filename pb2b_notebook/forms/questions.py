"""A question before something is sent or taken back: a notice with one button for yes and one for no."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as widgets

from pb2b_notebook.forms import buttons, rendering


class Question:
    """A question that is hidden until it is asked, and again once it is answered.

    Args:
        yes: Label of the button for yes.
        no: Label of the button for no.
        closed: Function that is called after one of the buttons, which had the focus, is gone.

    Attributes:
        yes: The button for yes.
        no: The button for no.

    Example:
        >>> done = []
        >>> question = Question("Yes, send", "No")
        >>> question.ask("Send 2 people?", "Undo is possible afterwards.", lambda: done.append("sent"))
        >>> question.yes.click()
        >>> done, question.is_open
        (['sent'], False)
    """

    def __init__(self, yes: str, no: str, closed: Callable[[], None] = lambda: None) -> None:
        self._closed = closed
        self._act: Callable[[], None] | None = None
        self._notice = widgets.HTML()
        self.yes = buttons.secondary(yes, self._say_yes)
        self.no = buttons.secondary(no, self._say_no)
        self.widget = widgets.VBox([self._notice, buttons.row(self.yes, self.no)])
        self.drop()

    @property
    def is_open(self) -> bool:
        """Whether the question waits for an answer."""
        return self._act is not None

    def ask(self, title: str, text: str, act: Callable[[], None]) -> None:
        """Show the question.

        Args:
            title: The question.
            text: What a yes does.
            act: Function that a yes calls.
        """
        self._act = act
        self._notice.value = rendering.notice("warning", title, rendering.text(text))
        self.widget.layout.display = ""

    def drop(self) -> None:
        """Hide the question without an answer."""
        self._act, self.widget.layout.display = None, "none"

    def _say_yes(self) -> None:
        act = self._act
        self._say_no()
        if act is not None:
            act()

    def _say_no(self) -> None:
        self.drop()
        self._closed()
