"""Ten thousand rows on one page at a time: filtered, searched and sorted as a whole, rendered by the page.

:class:`Listing` is the pure part: a value that says which rows are shown. :class:`Pager` is its controls, as inputs of
a form, so that all of it works by value too.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import ipywidgets as widgets

from pb2b_notebook.errors import InvalidParameterError, nearest
from pb2b_notebook.forms import buttons, inputs, rendering

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import polars as pl

    from pb2b_notebook.forms.inputs import Input

PAGE: Final = 20
"""Rows rendered at once."""
TEXT: Final = "text"
"""The column of a listing that a search looks at: made by :func:`searchable`."""


def fold_text(told: str) -> str:
    """Text as it is compared in a search: compatible forms and cases of a letter are one.

    >>> fold_text("ＡＤＡ Straße") == fold_text("ada STRASSE")
    True
    """
    return unicodedata.normalize("NFKC", told).casefold()


def searchable(*columns: Iterable[Any]) -> pl.Series:
    r"""The column :data:`TEXT`: what each row says, in one text; null says nothing.

    >>> searchable(["Ada", None], [1, 2]).to_list()
    ['ada\n1', '2']
    """
    import polars as pl

    told = ("\n".join(str(one) for one in row if one is not None) for row in zip(*columns, strict=True))
    return pl.Series(TEXT, [fold_text(one) for one in told], dtype=pl.String)


@dataclass(frozen=True, eq=False)
class Listing:
    """Which of many rows are shown, and in which order. A value: each change gives another listing.

    Attributes:
        table: one row an item, which is known by its place, from 0. A list in a cell has several values at once.
        where: column → the value that an item has there; an item whose cell is a list has it among others.
        search: what an item's :data:`TEXT` holds, folded; every word of it.
        order: a column and whether it descends; by default the items come as they are. Nulls come last.
        size: items of a page.
        page: from 0; one after the last is the last.

    Example:
        >>> import polars as pl
        >>> table = pl.DataFrame({"action": ["create", "update", "create"], "text": ["ada", "grace", "alan"]})
        >>> listing = Listing(table, where={"action": "create"}, order=("text", True))
        >>> listing.items, listing.with_search("AD").items, len(listing)
        ([2, 0], [0], 2)
    """

    table: pl.DataFrame = field(repr=False)
    where: Mapping[str, Any] = field(default_factory=dict)
    search: str = ""
    order: tuple[str, bool] | None = None
    size: int = PAGE
    page: int = 0

    @cached_property
    def matching(self) -> list[int]:
        """All items that match, in order, on whichever page."""
        import polars as pl

        found = self.table.with_row_index("item").filter(*self._conditions())
        if self.order is not None:
            column, descending = self.order
            found = found.sort(column, descending=descending, nulls_last=True, maintain_order=True)
        return found["item"].cast(pl.Int64).to_list()

    @property
    def pages(self) -> int:
        """How many pages there are; at least one, which may be empty."""
        return max(1, -(-len(self.matching) // self.size))

    @property
    def number(self) -> int:
        """Of the page that is shown, from 0."""
        return max(0, min(self.page, self.pages - 1))

    @property
    def items(self) -> list[int]:
        """Those of the page."""
        start = self.number * self.size
        return self.matching[start : start + self.size]

    def with_filter(self, column: str, value: Any) -> Listing:
        """The first page of those with this value; ``None`` for whichever."""
        where = {name: one for name, one in self.where.items() if name != column}
        return replace(self, where=where if value is None else {**where, column: value}, page=0)

    def with_search(self, told: str | None) -> Listing:
        """The first page of those that say this."""
        return replace(self, search=fold_text(told or ""), page=0)

    def with_order(self, order: tuple[str, bool] | None) -> Listing:
        """The first page in this order."""
        return replace(self, order=order, page=0)

    def on_page(self, page: int) -> Listing:
        """Another page, from 0."""
        return replace(self, page=max(0, min(page, self.pages - 1)))

    def with_table(self, table: pl.DataFrame) -> Listing:
        """The same view of another table."""
        return replace(self, table=table)

    def __len__(self) -> int:
        return len(self.matching)

    def _conditions(self) -> list[Any]:
        import polars as pl

        made: list[Any] = [pl.col(TEXT).str.contains(word, literal=True) for word in self.search.split()]
        for column, value in self.where.items():
            one = pl.col(column)
            several = isinstance(self.table.schema[column], pl.List)
            made.append(one.list.contains(value).fill_null(value=False) if several else one == value)
        return made


class Pager:
    """The controls of a listing: search, filters, order, and the page.

    Args:
        listing: of the items; its table may be exchanged by :meth:`put`.
        show: called with the items of the page whenever they may be others, and to show changes of them.
        filters: column → its label and its choices, a value by what it is called; an empty one, for all, is put first.
        orders: what an order is called → column and whether it descends.
        what: the items, in the plural.

    Attributes:
        inputs: of the form: ``search``, one a filter by its column, ``order`` and ``page`` (from 1).
        controls: search, filters and order, side by side.
        pages: how many there are, and buttons that turn them.

    Example:
        >>> import polars as pl
        >>> shown = []
        >>> pager = Pager(Listing(pl.DataFrame({"text": ["ada", "grace"]})), shown.append)
        >>> pager.inputs[0].set("grace")
        >>> shown[-1], len(pager.listing)
        ([1], 1)
    """

    def __init__(
        self,
        listing: Listing,
        show: Callable[[list[int]], None],
        *,
        filters: Mapping[str, tuple[str, Mapping[str, Any]]] | None = None,
        orders: Mapping[str, tuple[str, bool]] | None = None,
        what: str = "rows",
    ) -> None:
        self.listing = listing
        self._show = show
        self._what = what
        self._search = inputs.text("search", "Search", hint="in all that is shown")
        self._filters = {name: _choice(name, label, choices) for name, (label, choices) in (filters or {}).items()}
        self._order = _choice("order", "Order", {one: one for one in orders or {}}, first="as they come")
        self._orders = dict(orders or {})
        self._count = widgets.HTML()
        self._turns = {
            told: buttons.small(label, self._turning(told), tooltip=f"{told} page") for told, label in _TURNS.items()
        }
        self._observe()
        chosen = [*self._filters.values(), *([self._order] if orders else [])]
        self.inputs: list[Input] = [self._search, *chosen, self._page_input()]
        row = widgets.Layout(flex_flow="row wrap", width="100%")
        self.controls = widgets.HBox([one.widget for one in (self._search, *chosen)], layout=row)
        before, after = list(self._turns.values())[:2], list(self._turns.values())[2:]
        self.pages = buttons.row(*before, self._count, *after)
        for one in self.controls.children:
            one.layout.width, one.style.description_width = "auto", "initial"
            one.layout.max_width = "24em"

    def put(self, table: pl.DataFrame, filters: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        """Show another table of the items, with other choices of filters where they are given; the view stays."""
        for name, choices in (filters or {}).items():
            self._rename(name, choices)
        self._take(self.listing.with_table(table))

    def refresh(self) -> None:
        """Show the page again."""
        listing = self.listing
        first = listing.number * listing.size
        found = len(listing)
        span = f"{first + 1:,}–{min(first + listing.size, found):,} of {found:,}" if found else "no"
        whole = "" if found == listing.table.height else f" (of {listing.table.height:,} in all)"
        self._count.value = rendering.wrap(
            f'<span role="status">{span} {rendering.text(self._what)}{whole}'
            f" · page {listing.number + 1:,} of {listing.pages:,}</span>"
        )
        for told, button in self._turns.items():
            button.disabled = _page_after(told, listing) == listing.number
        self._show(listing.items)

    def turn_to(self, item: int) -> None:
        """Show the page that an item is on; without filters and search, if they hide it."""
        if item not in self.listing.matching:
            for one in (*self._filters.values(), self._search):
                one.set(None)
        if item in self.listing.matching:
            self._take(self.listing.on_page(self.listing.matching.index(item) // self.listing.size))

    def _observe(self) -> None:
        self._search.widget.observe(lambda _: self._take(self.listing.with_search(self._search.read())), "value")
        self._order.widget.observe(lambda _: self._take(self.listing.with_order(self._chosen_order())), "value")
        for name in self._filters:
            self._filters[name].widget.observe(self._filtering(name), "value")

    def _filtering(self, name: str) -> Callable[[Any], None]:
        return lambda _: self._take(self.listing.with_filter(name, self._filters[name].read()))

    def _turning(self, told: str) -> Callable[[], None]:
        return lambda: self._take(self.listing.on_page(_page_after(told, self.listing)))

    def _chosen_order(self) -> tuple[str, bool] | None:
        return self._orders.get(self._order.read() or "")

    def _rename(self, name: str, choices: Mapping[str, Any]) -> None:
        """Offer other choices, and keep what is chosen where it still is one."""
        one = self._filters[name]
        kept = one.read()
        pairs = [("all", None), *choices.items()]
        with one.widget.hold_trait_notifications():
            one.widget.options = pairs
            one.widget.index = next((place for place, (_, value) in enumerate(pairs) if value == kept), 0)

    def _take(self, listing: Listing) -> None:
        self.listing = listing
        self.refresh()

    def _page_input(self) -> Input:
        """The page by value, from 1."""

        def write(given: Any) -> None:
            if isinstance(given, bool) or not isinstance(given, int):
                raise TypeError
            if not 1 <= given <= self.listing.pages:
                raise InvalidParameterError(
                    f"'page' is 1 to {self.listing.pages:,} here", repair="fewer filters make more pages"
                )
            self._take(self.listing.on_page(given - 1))

        return inputs.Input("page", self._count, lambda: self.listing.number + 1, write)


_TURNS: Final = {"first": "« First", "previous": "‹ Previous", "next": "Next ›", "last": "Last »"}


def _page_after(told: str, listing: Listing) -> int:
    last = listing.pages - 1
    steps = {"first": 0, "previous": listing.number - 1, "next": listing.number + 1, "last": last}
    return max(0, min(steps[told], last))


def _choice(name: str, label: str, choices: Mapping[str, Any], *, first: str = "all") -> Input:
    """A drop-down with a first choice that stands for none; its values stay right when its options change."""
    one = inputs.choice(name, label, {first: None, **choices})
    box = one.widget

    def write(given: Any) -> None:
        values = [value for _, value in box.options]
        if given not in values:
            known = [str(value) for value in values if value is not None]
            raise InvalidParameterError(f"{name!r} has no such choice", repair=nearest(str(given)[:40], known))
        box.index = values.index(given)

    return inputs.Input(name, box, one.read, write)


def filter_choices(values: Sequence[Any], called: Mapping[Any, str] | None = None) -> dict[str, Any]:
    """The choices of a filter: each value that occurs, with how many items have it, the most frequent first.

    >>> filter_choices(["create", "update", "create"], {"create": "new"})
    {'new (2)': 'create', 'update (1)': 'update'}
    """
    from collections import Counter

    found = Counter(one for one in values if one is not None)
    return {f"{(called or {}).get(one, one)} ({count:,})": one for one, count in found.most_common()}
