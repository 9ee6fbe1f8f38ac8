"""Keyboard shortcuts of a form. ipywidgets have none, so a small JavaScript module listens in the browser."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets

KEYED = "pb2b-keyed"
"""The CSS class of the element in which the keys work."""


class Keyboard(anywidget.AnyWidget):
    """Handles keys in the form around it and clicks on cells with ``data-pb2b``, and shows which keys there are.

    Args:
        keys: Key, as the browser names it (letters in lower case) → function to call.
        legend: Pairs of keys, separated by spaces, and what they do.
        cell: Function that is called with the ``data-pb2b`` of a cell that was clicked.
        anytime: Keys that mean the same whatever is shown.

    The shown content has a name, :attr:`seen`. A key that was pressed while other content was shown does nothing,
    unless it is one of ``anytime``.
    """

    _esm = Path(__file__).with_name("keyboard.js")
    # A widget already has an attribute called keys.
    bound_keys = traitlets.List(traitlets.Unicode()).tag(sync=True)
    legend = traitlets.List(traitlets.List(traitlets.Unicode())).tag(sync=True)
    seen = traitlets.Unicode().tag(sync=True)
    drawn = traitlets.Int().tag(sync=True)

    def __init__(
        self,
        keys: Mapping[str, Callable[[], None]],
        legend: Sequence[tuple[str, str]],
        cell: Callable[[str], None],
        anytime: Collection[str] = (),
    ) -> None:
        super().__init__(bound_keys=list(keys), legend=[list(one) for one in legend])
        self._act = dict(keys)
        self._cell = cell
        self._anytime = frozenset(anytime)
        self.on_msg(self._receive)

    def shows(self, name: str) -> None:
        """Notify the browser that the content was drawn again, so that it scrolls to the marked cell."""
        with self.hold_sync():
            self.seen, self.drawn = name, self.drawn + 1

    def _receive(self, _: Any, content: Any, __: Any) -> None:
        """Act on a message from the browser."""
        if not isinstance(content, dict):
            return
        key, cell = content.get("key"), content.get("cell")
        fresh = content.get("seen") == self.seen
        if isinstance(key, str) and key in self._act and (fresh or key in self._anytime):
            self._act[key]()
        elif isinstance(cell, str) and fresh:
            self._cell(cell)
