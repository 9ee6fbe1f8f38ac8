"""Keys for a form: ipywidgets hear none, so a small module of our own listens in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

KEYED = "pb2b-keyed"
"""The class of the element in which the keys work."""


class Keyboard(anywidget.AnyWidget):
    """Hears keys in the form around it, and clicks on cells that say ``data-pb2b``. It shows which keys there are.

    Args:
        keys: key, as the browser calls it (letters in lower case) → what to do.
        legend: what it shows: keys, separated by spaces, and what they do.
        cell: called with what a cell that was clicked on says.
        anytime: keys that mean the same whatever is shown.

    What is shown has a name, :attr:`seen`: another key that was pressed while something else was shown does nothing.
    """

    _esm = Path(__file__).with_name("keyboard.js")
    # Widgets have a member called keys already.
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
        """Tell the browser that something is shown anew, so that it scrolls to what is marked in it."""
        with self.hold_sync():
            self.seen, self.drawn = name, self.drawn + 1

    def _receive(self, _: Any, content: Any, __: Any) -> None:
        """Do what a message from the browser asks for."""
        if not isinstance(content, dict):
            return
        key, cell = content.get("key"), content.get("cell")
        fresh = content.get("seen") == self.seen
        if isinstance(key, str) and key in self._act and (fresh or key in self._anytime):
            self._act[key]()
        elif isinstance(cell, str) and fresh:
            self._cell(cell)
