"""How many rows a page is asked for: as many as the service gives, which a refusal may show."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pb2b_notebook.api.http.adaptation import unlearning
from pb2b_notebook.api.http.responses.envelope import Page
from pb2b_notebook.api.lists.completeness import is_round
from pb2b_notebook.api.lists.facts import ListFacts
from pb2b_notebook.api.lists.parameters import size_name
from pb2b_notebook.api.lists.requests.query import ListQuery, text_of
from pb2b_notebook.display import notices
from pb2b_notebook.errors import BadRequestError, ResponseTooLargeError, ValidationError
from pb2b_notebook.openapi.object_descriptions import fold

FEW_ROWS: Final = 10
"""Rows that show whether the service keeps to the order: fewer may be in any order by chance."""
_SMALLER: Final = (200, 100, 50, 20, 10)
_USUAL: Final = frozenset({*_SMALLER, 25, 30, 250})
"""Rows of a full page in most services."""


class PageSize:
    """The size of the pages of one reading.

    Args:
        facts: What is known of the list.
        query: Its filters.
        limit: Most rows to read; ``None`` for all.
        given: Rows per request; by default as many as the service allows.
    """

    def __init__(self, facts: ListFacts, query: ListQuery, *, limit: int | None, given: int | None) -> None:
        self._facts, self._query = facts, query
        self._limit, self.given = limit, given
        self.name = size_name(facts.operation)

    @property
    def asked(self) -> int | None:
        """Rows that a page is asked for; ``None`` if the service takes no such parameter."""
        facts = self._facts
        if self.name is None or facts.refuses(self.name):
            return None
        parameter = facts.operation.parameter(self.name)
        largest: int = (parameter.maximum if parameter else None) or 100
        largest = min(largest, facts.context.page_sizes.get(facts.operation.id, largest))
        largest = min(largest, facts.profile.value("page_size", default=largest))
        few = self._limit is not None and not self._query.leaves_out
        return min(self.given or largest, largest, max(self._limit or 0, FEW_ROWS) if few else largest)

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The parameter of a request."""
        size = self.asked
        return [] if self.name is None or size is None else [(self.name, str(size))]

    @property
    def of_one(self) -> dict[str, str]:
        """The parameter of a request for one row; nothing where the service refuses so few."""
        return {} if self.name is None or self._facts.context.refuses_one else {self.name: "1"}

    def is_cut(self, page: Page, *, first: bool) -> bool:
        """Whether a service gives fewer rows than it is asked for, and may not count its pages by that; asked once.

        Where it computes the next page, or whether there is one, from the size that was asked for, rows are left out.

        Args:
            page: A page.
            first: Whether it is the first one of the list.
        """
        rows, asked, sizes = len(page.records), self.asked, self._facts.context.page_sizes
        if not first or asked is None or not rows or rows >= asked or not is_round(rows) or page.total is not None:
            return False  # rows that are missing show by the total
        numbered = page.position and (page.number is not None or page.parameter == "page")
        full = rows == page.room if page.room is not None else numbered and rows in _USUAL
        if not (full and (page.ends or numbered)):
            return False
        sizes[self._facts.operation.id] = rows
        return True

    def refuses_one(self, refused: Exception, query: Sequence[tuple[str, str]]) -> bool:
        """Whether a request for one row is refused for its size, which says nothing about larger pages."""
        if (self.name, "1") not in query or not self._is_named(refused):
            return False
        self._facts.context.refuses_one = True
        return True

    def reduce(self, refused: Exception, *, accepted: bool) -> bool:
        """Ask for less, if a refusal is about the size: a service may give smaller pages, or take no size at all.

        Args:
            refused: The refusal.
            accepted: Whether a page of this size came: then the place is refused, and not the size.

        Returns:
            Whether the next request asks for less.
        """
        too_large = isinstance(refused, ResponseTooLargeError)
        asked, facts = self.asked, self._facts
        unknown = bool(unlearning.UNKNOWN.search(str(refused)))
        if asked is None or not (too_large or self._is_named(refused)):
            return False
        # The caller's size is not made smaller; but pages of no size are better than none.
        if (accepted and not too_large) or (self.given is not None and not unknown):
            return False
        stated = [int(number) for number in re.findall(r"\b[0-9]{1,4}\b", text_of(refused)) if 0 < int(number) < asked]
        if not (too_large or stated or isinstance(refused, (BadRequestError, ValidationError))):
            return False  # with another status, a limit may be that of a plan
        smaller = max(stated, default=next((size for size in _SMALLER if size < asked), None))
        if too_large:
            if smaller is not None:
                facts.context.page_sizes[facts.operation.id] = smaller
            return smaller is not None
        if self.given is not None:
            notices.say(f"this service takes no {self.name}: its pages have the size that it gives them")
        if smaller is None or (not stated and unknown) or self.given is not None:
            return facts.context.client.learn_refused(facts.operation, [str(self.name)], "it refuses any value")
        return facts.learn_of_service("page_size", smaller, f"it refuses {self.name}={asked}")

    def _is_named(self, refused: Exception) -> bool:
        details = getattr(refused, "details", ())
        if details:  # the message may list the parameters that it knows
            named = (part for each in details for part in (str(each.field), re.split(r"[./]", str(each.field))[-1]))
            return any(fold(part) == fold(str(self.name)) for part in named)
        return bool(re.search(rf"\b{self.name}\b", str(refused)))
