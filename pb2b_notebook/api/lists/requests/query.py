"""The filters of one list: those that are sent, and those that are applied to the rows on this machine."""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from itertools import chain
from typing import Final

from pb2b_notebook.api.http.adaptation import unlearning
from pb2b_notebook.api.http.call import Query
from pb2b_notebook.api.lists.facts import ListFacts
from pb2b_notebook.api.lists.parameters import AFTER, CURSORS, IDS, NEWEST_FIRST
from pb2b_notebook.api.lists.requests.row_filters import RowFilters
from pb2b_notebook.errors import APIError
from pb2b_notebook.lazy import lazy_pattern

_DELETED: Final = "include_deleted"
_OF_PARAMETER: Final = (
    r"\b(?:param(?:eter)?s?|arguments?|query|filters?|name)\W+(?:named\W+)?{0}\b"
    r"|\b{0}\W+(?:is\W+)?not\W+an?\W+(?:\w+\W+)?(?:param(?:eter)?|argument|filter)\b|\b{0}\W+should not exist"
)
_OF_VALUE: Final = lazy_pattern(
    r"\b(values?|choices?|one of|must|format|type|options?|available|valid (ones|are))\b|(allowed|expected)\W*:",
    re.IGNORECASE,
)
"""Words of a refusal of a parameter, as a regular expression with the place of its name, and of one of a value."""


class ListQuery:
    """The filters of one reading of a list.

    Args:
        facts: What is known of the list.
        filters: Its query.
        rows: The filters as conditions on rows, for a service that does not apply them; ``None`` checks none.
        added: Names in the query that the caller did not give; a service that refuses them is read without.

    Attributes:
        sent: Names and values of the filters that are sent.
        applied: Names of the filters that the service does not apply.
        newest_first: Whether rows are asked for in descending order of their last change.
        live_only: Whether deleted objects are not wanted.
    """

    def __init__(self, facts: ListFacts, filters: Query, rows: RowFilters | None, added: frozenset[str]) -> None:
        self._facts = facts
        self.sent, self.rows, self.added = filters, rows or None, added
        self.applied: set[str] = set()
        self.newest_first = ("order", NEWEST_FIRST) in filters
        shows_deleted = _DELETED in added or (_DELETED, "true") in filters
        self.live_only = not shows_deleted and any(field.name == "deleted_at" for field in facts.operation.fields)
        for name in self.rows.names if self.rows else ():
            if facts.refuses(name) or facts.ignores(name):
                self.apply_here(name)

    def part(self, filters: Query) -> ListQuery:
        """Return the query of another reading of this list, in which the same filters are applied here."""
        part = ListQuery(self._facts, filters, self.rows, self.added)
        part.applied |= self.applied
        part.live_only = self.live_only
        return part

    def apply_here(self, name: str, *, notice: bool = False) -> None:
        """Apply a filter to the rows on this machine, instead of asking the service for it."""
        self.applied.add(name)
        self.sent = self.without(name)
        if notice:
            self._facts.say(f"this service does not filter by {name}: more rows are read, and filtered here")

    def without(self, *names: str) -> Query:
        """Return what is sent, without some names."""
        return tuple(pair for pair in self.sent if pair[0] not in names)

    def values(self, name: str) -> list[str]:
        """Return the values of a filter that is sent, each once."""
        given = (value.split(",") if name == IDS else [value] for each, value in self.sent if each == name)
        return list(dict.fromkeys(chain.from_iterable(given)))

    @property
    def one_value_filter(self) -> str | None:
        """Filter with several values of which the service is known to take one at a time; ``None`` without one."""
        sent = dict.fromkeys(name for name, _ in self.sent)
        return next((name for name in sent if self._facts.takes_one_value(name) and len(self.values(name)) > 1), None)

    def refused_name(self, refused: Exception, sent: Query, wordings: AbstractSet[str]) -> str | None:
        """Return the filter of a request that the service does not have, by its refusal; ``None`` if it is not one."""
        if not isinstance(refused, APIError):
            return None
        own = {AFTER} | (self.rows.names if self.rows else set())
        names = unlearning.mentions(refused, own & {name for name, _ in sent})
        known = unlearning.UNKNOWN.search(text_of(refused))
        return min((name for name in names if known or unlearning.wording_of(refused, name) in wordings), default=None)

    def names_parameter(self, refused: Exception, name: str) -> bool:
        """Whether a refusal says that a filter does not exist, and nothing of its value: then no value is tried."""
        text = text_of(refused)
        quoted = any(value and value in text for value in self.values(name))
        beside = _OF_PARAMETER.format(name.replace("_", "[_ -]?"))
        return not quoted and re.search(beside, text, re.IGNORECASE) is not None and not _OF_VALUE.search(text)

    def refuses_time(self, refused: Exception, sent: Sequence[tuple[str, str]]) -> bool:
        """Whether a refusal is about the time after which rows changed, as where only a month may be asked for."""
        asked = {pair for pair in self.sent if pair[0] == AFTER} & {*sent}
        if not isinstance(refused, APIError) or refused.status not in unlearning.REFUSED:
            return False
        return bool(asked and unlearning.mentions(refused, {AFTER}))

    @property
    def order(self) -> str | None:
        """The order that is sent."""
        return next((value for name, value in self.sent if name == "order"), None)

    @property
    def begins_at_cursor(self) -> bool:
        """Whether the caller gave a cursor: one position in the list."""
        return any(name in CURSORS for name, _ in self.sent)

    @property
    def hides_deleted(self) -> bool:
        """Whether the service is known to list deleted objects that are not wanted."""
        return self.live_only and bool(self._facts.value("lists_deleted"))

    @property
    def leaves_out(self) -> bool:
        """Whether rows that the service lists are left out on this machine."""
        return bool(self.applied) or self.hides_deleted


def text_of(refused: Exception) -> str:
    """Return the message of a refusal, with those of its details."""
    details = getattr(refused, "details", ())
    return " ".join([getattr(refused, "message", ""), *(detail.message for detail in details)])
