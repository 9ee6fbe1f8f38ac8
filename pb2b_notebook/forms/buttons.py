"""The buttons of all forms, in three kinds.

Each form has one ``primary`` button, which does what the form is for. ``secondary`` buttons stand
beside it. ``small`` buttons turn pages, move in lists, and act on one row.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

_WIDTH = "148px"


def primary(label: str, act: Callable[[], None]) -> Any:
    """Return the button that does what the form is for."""
    return _button(label, act, min_width=_WIDTH, button_style="primary")


def secondary(label: str, act: Callable[[], None]) -> Any:
    """Return a button beside the primary one."""
    return _button(label, act, min_width=_WIDTH)


def small(label: str, act: Callable[[], None], *, tooltip: str = "") -> Any:
    """Return a button for a list or a single row."""
    return _button(label, act, min_width="5em", tooltip=tooltip)


def row(*buttons: Any) -> Any:
    """Return widgets next to each other, in several lines where there is no room."""
    return widgets.HBox(list(buttons), layout=widgets.Layout(flex_flow="row wrap", align_items="center"))


def fold(title: str, content: Any) -> Any:
    """Return what is shown and hidden by a button above it; the headers of an Accordion cannot be reached by Tab."""

    def turn() -> None:
        opens = content.layout.display == "none"
        content.layout.display, button.description = ("", f"▾ {title}") if opens else ("none", f"▸ {title}")

    button = small(f"▸ {title}", turn)
    content.layout.display = "none"
    return widgets.VBox([button, content])


def _button(label: str, act: Callable[[], None], *, min_width: str, **options: Any) -> Any:
    layout = widgets.Layout(width="auto", min_width=min_width, align_self="flex-start")
    button = widgets.Button(description=label, layout=layout, **options)
    button.on_click(lambda _: act())
    return button
