"""A full name that follows the first and the last name of a form, if it was made of them."""

from __future__ import annotations

from typing import Any, Final

from pb2b_notebook.forms.inputs import Input

_ORDERS: Final = ("{first} {last}", "{last} {first}", "{last}, {first}", "{last}{first}")


def order_of(full: str | None, first: str | None, last: str | None) -> str | None:
    """Return how a full name is made of a first and a last name, as a format; ``None`` if it is not.

    >>> order_of("Ada Berg", "Ada", "Berg"), order_of("山田太郎", "太郎", "山田")
    ('{first} {last}', '{last}{first}')
    >>> order_of("Dr. Ada Berg", "Ada", "Berg")
    """
    if not (full and first and last):
        return None
    return next((order for order in _ORDERS if order.format(first=first, last=last) == full), None)


class FollowingName:
    """Changes the full name with its parts, until the full name itself is changed."""

    def __init__(self, full: Input, first: Input, last: Input) -> None:
        self._full, self._first, self._last = full, first, last
        self.begin()
        for part in (first, last):
            part.widget.observe(self._follow, "value")

    def begin(self) -> None:
        """Begin again with the values as they are now."""
        self._given = self._shown = self._full.read()
        self._order = order_of(self._given, self._first.read(), self._last.read())

    def pause(self) -> None:
        """Let the full name stay, whatever its parts are, until the next :meth:`begin`."""
        self._order = None

    def _follow(self, _: Any) -> None:
        if self._order is None or self._full.read() != self._shown:
            return
        first, last = self._first.read(), self._last.read()
        made = self._order.format(first=first, last=last) if first and last else first or last
        self._shown = made or self._given
        self._full.set(self._shown)
