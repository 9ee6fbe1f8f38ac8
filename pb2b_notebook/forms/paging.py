"""Pages of long tables: all rows are filtered, searched and sorted, and one page of them is rendered.

:class:`Listing` is a value that says which rows are shown. :class:`Pager` holds its controls, which are inputs of a
form and so work by value too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final, Protocol, TypeVar

import ipywidgets as widgets

from pb2b_notebook.errors import InvalidParameterError, nearest
from pb2b_notebook.forms import buttons, inputs, rendering
from pb2b_notebook.forms.inputs import Input
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.letters import fold_text

PAGE: Final = 20
"""Rows on a page."""
TEXT: Final = "text"
"""The column that is searched, made by :func:`searchable`."""


def searchable(*columns: Iterable[Any]) -> pl.Series:
    r"""Return the column :data:`TEXT`: all values of a row in one text, without nulls.

    >>> searchable(["Ada", None], [1, 2]).to_list()
    ['ada\n1', '2']
    """
    texts = ("\n".join(str(value) for value in row if value is not None) for row in zip(*columns, strict=True))
    return pl.Series(TEXT, [fold_text(text) for text in texts], dtype=pl.String)


@dataclass(frozen=True, eq=False)
class Listing:
    """Which of many rows are shown, and in which order. Each change returns another listing.

    Attributes:
        table: One row for each item. Items are numbered from 0. A cell may be a list of values.
        where: Column → value that matching items have there; a list matches if it contains the value.
        search: Words, folded, that the :data:`TEXT` of matching items contains.
        order: Column, and whether it descends; by default the order of the table. Nulls come last.
        size: Items on a page.
        page: Number of the page, from 0; a number after the last page means the last page.

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
        """All items that match, in order, on all pages."""
        found = self.table.with_row_index("item").filter(*self._conditions())
        if self.order is not None:
            column, descending = self.order
            found = found.sort(column, descending=descending, nulls_last=True, maintain_order=True)
        return found["item"].cast(pl.Int64).to_list()

    @property
    def pages(self) -> int:
        """The number of pages; at least one, which may be empty."""
        return max(1, -(-len(self.matching) // self.size))

    @property
    def number(self) -> int:
        """The number of the page that is shown, from 0."""
        return max(0, min(self.page, self.pages - 1))

    @property
    def items(self) -> list[int]:
        """The items on the page."""
        start = self.number * self.size
        return self.matching[start : start + self.size]

    def with_filter(self, column: str, value: Any) -> Listing:
        """Return the first page of the items with this value; ``None`` removes the filter."""
        where = {name: wanted for name, wanted in self.where.items() if name != column}
        return replace(self, where=where if value is None else {**where, column: value}, page=0)

    def with_search(self, text: str | None) -> Listing:
        """Return the first page of the items that contain these words."""
        return replace(self, search=fold_text(text or ""), page=0)

    def with_order(self, order: tuple[str, bool] | None) -> Listing:
        """Return the first page in this order."""
        return replace(self, order=order, page=0)

    def on_page(self, page: int) -> Listing:
        """Return another page, by its number from 0."""
        return replace(self, page=max(0, min(page, self.pages - 1)))

    def with_table(self, table: pl.DataFrame) -> Listing:
        """Return the same view of another table."""
        return replace(self, table=table)

    def __len__(self) -> int:
        return len(self.matching)

    def _conditions(self) -> list[Any]:
        made: list[Any] = [pl.col(TEXT).str.contains(word, literal=True) for word in self.search.split()]
        for column, value in self.where.items():
            cell = pl.col(column)
            is_list = isinstance(self.table.schema[column], pl.List)
            made.append(cell.list.contains(value).fill_null(value=False) if is_list else cell == value)
        return made


class _HasWidget(Protocol):
    widget: Any


LineT = TypeVar("LineT", bound=_HasWidget)
ItemT = TypeVar("ItemT")


class Lines(list[LineT]):
    """The lines of a page, each made when it is first needed: a form without rows opens with few widgets.

    Args:
        make: Function that makes a line, which has a ``widget``.

    Attributes:
        widget: The box of all lines.

    Example:
        >>> from types import SimpleNamespace
        >>> lines = Lines(lambda: SimpleNamespace(widget=widgets.HTML()))
        >>> [item for _, item in lines.fill(["ada", "grace"])], [item for _, item in lines.fill(["joan"])]
        (['ada', 'grace'], ['joan', None])
    """

    def __init__(self, make: Callable[[], LineT]) -> None:
        super().__init__()
        self._make = make
        self.widget = widgets.VBox([])

    def fill(self, items: Sequence[ItemT]) -> Iterator[tuple[LineT, ItemT | None]]:
        """Return each line with its item; ``None`` for a line that is not needed now."""
        if len(self) < len(items):
            self.extend(self._make() for _ in range(len(items) - len(self)))
            self.widget.children = [line.widget for line in self]
        return zip(self, [*items, *[None] * (len(self) - len(items))], strict=True)


class Pager:
    """The controls of a listing: search, filters, order, and page.

    Args:
        listing: The listing; :meth:`put` replaces its table.
        show: Function that shows items; called with the items of the page whenever they may have changed.
        filters: Column → label of the filter, and its choices by name. A first choice for all is added.
        orders: Name of an order → column, and whether it descends.
        what: Name of the items, in the plural.
        search: Label of the box for words.

    Attributes:
        inputs: Inputs for the form: ``search``, one for each filter, by its column, ``order`` and ``page`` (from 1).
        controls: Search, filters and order in one row.
        pages: Number of pages, and buttons that turn them.

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
        search: str = "Search",
    ) -> None:
        self.listing = listing
        self._show = show
        self._what = what
        self._of: Any = None
        self._search = inputs.text("search", search, hint="in all rows")
        self._filters = {name: _choice(name, label, choices) for name, (label, choices) in (filters or {}).items()}
        self._order = _choice("order", "Order", {one: one for one in orders or {}}, first="as in the table")
        self._orders = dict(orders or {})
        self._count = widgets.HTML()
        self._turns = {
            turn: buttons.small(label, self._turning(turn), tooltip=f"{turn} page") for turn, label in _TURNS.items()
        }
        self._observe()
        chosen = [*self._filters.values(), *([self._order] if orders else [])]
        self.inputs: list[Input] = [self._search, *chosen, self._page_input()]
        row = widgets.Layout(flex_flow="row wrap", width="100%")
        self.controls = widgets.HBox([one.widget for one in (self._search, *chosen)], layout=row)
        before, after = list(self._turns.values())[:2], list(self._turns.values())[2:]
        self.pages = buttons.row(*before, self._count, *after)
        self.controls.add_class("pb2b-pager-controls")
        self.pages.add_class("pb2b-pages")
        for one in self.controls.children:
            one.layout.width, one.style.description_width = "auto", "initial"
            one.layout.max_width = "24em"

    def put(self, table: pl.DataFrame, filters: Mapping[str, Mapping[str, Any]] | None = None, of: Any = None) -> None:
        """Show another table in the same view, with other choices of filters where they are given.

        Args:
            table: The table.
            filters: Filter → its choices.
            of: What the table is about. A table about something else is shown from its first page, and as a whole.
        """
        is_other = of is not self._of
        self._of = of
        if is_other:
            self._clear()
        for name, choices in (filters or {}).items():
            self._rename(name, choices)
        listing = self.listing.with_table(table)
        self._take(listing.on_page(0) if is_other else listing)

    def show_first_page(self) -> None:
        """Show the first page of what is found."""
        self._take(self.listing.on_page(0))

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
        for turn, button in self._turns.items():
            button.disabled = _page_after(turn, listing) == listing.number
        self._show(listing.items)

    def turn_to(self, item: int) -> None:
        """Show the page of an item; clear filters and search if they hide it."""
        if item not in self.listing.matching:
            self._clear()
        if item in self.listing.matching:
            self._take(self.listing.on_page(self.listing.matching.index(item) // self.listing.size))

    def _clear(self) -> None:
        for one in (*self._filters.values(), self._search):
            one.set(None)

    def _observe(self) -> None:
        self._search.widget.observe(lambda _: self._take(self.listing.with_search(self._search.read())), "value")
        self._order.widget.observe(lambda _: self._take(self.listing.with_order(self._chosen_order())), "value")
        for name in self._filters:
            self._filters[name].widget.observe(self._filtering(name), "value")

    def _filtering(self, name: str) -> Callable[[Any], None]:
        return lambda _: self._take(self.listing.with_filter(name, self._filters[name].read()))

    def _turning(self, turn: str) -> Callable[[], None]:
        return lambda: self._take(self.listing.on_page(_page_after(turn, self.listing)))

    def _chosen_order(self) -> tuple[str, bool] | None:
        return self._orders.get(self._order.read() or "")

    def _rename(self, name: str, choices: Mapping[str, Any]) -> None:
        """Replace the choices of a filter, and keep the selected one if it still exists."""
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
        """Return the input that sets the page by value, from 1."""

        def write(given: Any) -> None:
            if isinstance(given, bool) or not isinstance(given, int):
                raise TypeError
            if not 1 <= given <= self.listing.pages:
                raise InvalidParameterError(
                    f"'page' is between 1 and {self.listing.pages:,} here", repair="remove filters to see more pages"
                )
            self._take(self.listing.on_page(given - 1))

        return inputs.Input("page", self._count, lambda: self.listing.number + 1, write)


_TURNS: Final = {"first": "« First", "previous": "‹ Previous", "next": "Next page ›", "last": "Last »"}


def _page_after(turn: str, listing: Listing) -> int:
    last = listing.pages - 1
    steps = {"first": 0, "previous": listing.number - 1, "next": listing.number + 1, "last": last}
    return max(0, min(steps[turn], last))


def _choice(name: str, label: str, choices: Mapping[str, Any], *, first: str = "all") -> Input:
    """Return a drop-down with a first choice for no filter; its options may change later."""
    one = inputs.choice(name, label, {first: None, **choices})
    box = one.widget

    def write(given: Any) -> None:
        values = [value for _, value in box.options]
        if given not in values:
            known = [str(value) for value in values if value is not None]
            raise InvalidParameterError(f"unknown value for {name!r}", repair=nearest(str(given)[:40], known))
        box.index = values.index(given)

    return inputs.Input(name, box, one.read, write)


def filter_choices(values: Sequence[Any], names: Mapping[Any, str] | None = None) -> dict[str, Any]:
    """Return the choices of a filter: each value with its number of items, the most frequent first.

    >>> filter_choices(["create", "update", "create"], {"create": "new"})
    {'new (2)': 'create', 'update (1)': 'update'}
    """
    from collections import Counter

    found = Counter(one for one in values if one is not None)
    return {f"{(names or {}).get(one, one)} ({count:,})": one for one, count in found.most_common()}
