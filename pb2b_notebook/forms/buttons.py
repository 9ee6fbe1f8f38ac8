"""The buttons of all forms: one look for each kind.

``primary`` does what the form is for: each form has one, the first of its row. ``secondary`` stands beside it.
``small`` turns pages, moves in lists and works on one line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

if TYPE_CHECKING:
    from collections.abc import Callable

_WIDTH = "148px"


def primary(label: str, act: Callable[[], None]) -> Any:
    """The one that does what the form is for."""
    return _button(label, act, min_width=_WIDTH, button_style="primary")


def secondary(label: str, act: Callable[[], None]) -> Any:
    """One of the others that the form has."""
    return _button(label, act, min_width=_WIDTH)


def small(label: str, act: Callable[[], None], *, tooltip: str = "") -> Any:
    """One of a list, or of a line."""
    return _button(label, act, min_width="5em", tooltip=tooltip)


def row(*buttons: Any) -> Any:
    """Side by side; where there is no room, in several lines."""
    return widgets.HBox(list(buttons), layout=widgets.Layout(flex_flow="row wrap", align_items="center"))


def _button(label: str, act: Callable[[], None], *, min_width: str, **options: Any) -> Any:
    layout = widgets.Layout(width="auto", min_width=min_width, align_self="flex-start")
    button = widgets.Button(description=label, layout=layout, **options)
    button.on_click(lambda _: act())
    return button
