"""What is known of one service for one workspace: how it differs from our contract, with evidence and date.

A fact is learned in passing, or by ``ws.check()``; it is kept in the cache, so that a service is asked only once. What
follows from a fact is decided elsewhere, by pure functions. A profile holds names of parameters, operations and status
words, and numbers; never a value of a lead, and never a key.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Self

from pb2b_notebook.cache import cache_folder, replace_private
from pb2b_notebook.display.cards import Card, ShowsCard, Table
from pb2b_notebook.errors import ConfigurationError, InvalidParameterError

FACTS: Final = {
    "refused": "parameters and fields that it refuses",
    "ignored": "parameters that it ignores",
    "applied": "filters that it certainly applies",
    "exact": "whether the filter by address finds it only as it is written",
    "several_values": "filters of which it applies several values at once",
    "one_value": "filters of which it applies one value at a time",
    "missing": "the operation does not exist",
    "missing_if_empty": "filters with which it answers 404 where no object matches",
    "page_size": "most rows of a page",
    "trailing_slash": "paths end with a slash",
    "cursor_parameter": "parameter that takes the next cursor",
    "place_parameter": "parameter that takes a place in a list",
    "forms": "what differs in the form of its objects, which are read as those of our contract",
    "write_form": "form in which it takes the body of a write",
    "media_type": "media type of the bodies that it takes",
    "key_form": "form in which it takes idempotency keys",
    "honours_keys": "it has recognized an idempotency key",
    "clock": "seconds by which the times of its new objects differ from the dates of its responses",
    "required": "fields that a write of an object needs beside those that change",
    "needs_version": "a write needs the version of its object, which is read before it",
    "mask": "where an update names the fields that it changes",
    "replaces": "it takes no PATCH: an object is read, and replaced as a whole by a PUT",
    "posts": "it takes no PATCH and no PUT: an object is updated by a POST",
    "id_headers": "headers that it demands for an id of each request",
    "read_only": "members of its objects that a replacement must not name",
    "time_form": "form in which it takes the times of filters",
    "bounds": "what filters by time do with rows near their bound: they keep them, or the room that is left for them",
    "version_form": "form in which it takes the version of an object",
    "versions": "what it does with a write that names an earlier version of its object",
    "endless": "it promises more rows after the last one, for ever",
    "repeats_last_page": "it gives the last page again, with a cursor, instead of an end",
    "gives_cursors": "a page without a cursor is the last one",
    "cursors": "what its cursors are: keys of rows, or places in the list, which other rows take when a row goes",
    "left_out": "fields that its lists leave out, and that only an object by itself has",
    "lists_flags": "rows of its lists say who must not be contacted as an object by itself does",
    "whole_rows": "rows of its lists have all that an object by itself has",
    "lists_deleted": "lists have deleted objects though they were not asked for",
    "totals": "what the total of a list with filters counts: the objects that match, or all",
    "counts_page": "the total of a list counts the rows of the page alone",
    "counts_unlisted": "the total of a list counts rows that it does not list, such as deleted ones",
    "estimates": "the total of a list is an estimate: more rows came than each page of it counts",
    "largest_total": "largest number of objects that it certainly counts",
    "custom_fields": "what becomes of custom fields that a write does not name",
    "absent_fields": "what becomes of fields that an update does not name: they are kept, or cleared",
    "first_row": "number of the first row in the errors of an import",
    "timeless": "some rows have no time of change",
    "opted_out": "status words of leads that must not be contacted",
    "harmless": "status words of leads that may be contacted",
    "asked_about": "status words that a notice asked about",
    "asked_about_fields": "fields of leads that a notice asked about",
    "words": "status words of its own that leads have",
}
"""Name of a fact → what its value says."""

_LISTS: Final = frozenset(
    {"refused", "ignored", "applied", "several_values", "one_value", "opted_out", "harmless", "asked_about",
     "asked_about_fields", "words", "forms", "missing_if_empty", "required", "left_out", "read_only",
     "id_headers", "bounds"}
)  # fmt: skip
_DIFFERENCES: Final = frozenset(
    {"refused", "ignored", "one_value", "missing", "missing_if_empty", "page_size", "trailing_slash",
     "cursor_parameter", "place_parameter", "forms", "write_form", "media_type", "key_form", "needs_version",
     "replaces", "posts", "required", "time_form", "version_form", "lists_deleted", "timeless", "left_out"}
)  # fmt: skip
_TRUTHS: Final = frozenset(
    {
        "exact",
        "honours_keys",
        "missing",
        "needs_version",
        "posts",
        "replaces",
        "trailing_slash",
        "gives_cursors",
        "timeless",
        "lists_deleted",
        "endless",
        "whole_rows",
        "lists_flags",
        "repeats_last_page",
        "counts_page",
        "counts_unlisted",
        "estimates",
    }
)
_MAY_CHANGE: Final = frozenset({"refused", "ignored", "missing", "applied", "versions", "bounds", "counts_unlisted"})
"""Facts of what a service can do, which a new version of it changes: they are learned again after a while."""
TRIED_AGAIN: Final = timedelta(days=30)
"""How long such a fact holds after it was learned."""
_UNREADABLE: Final = (ValueError, TypeError, KeyError, RecursionError)
"""Exceptions of text that is not a profile."""
_LONGEST: Final = 200
_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known of a service.

    Attributes:
        name: One of :data:`FACTS`.
        value: Its value: text, a number, a truth value or a list of text.
        evidence: How it was learned.
        learned_at: When, by the service's clock, as ISO text.
        operation: Operation that it is about; empty for the whole service.
    """

    name: str
    value: Any
    evidence: str
    learned_at: str
    operation: str = ""


class ServiceProfile(ShowsCard):
    """What is known of one service for one workspace.

    Args:
        path: File that keeps it; ``None`` keeps it in memory.

    >>> profile = ServiceProfile()
    >>> profile.learn("refused", ["order"], "422 for order", operation="leads.list")
    True
    >>> profile.names("refused", "leads.list"), profile.names("refused", "jobs.list")
    (frozenset({'order'}), frozenset())
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._facts: dict[tuple[str, str], Fact] = {}
        # Facts of another version of this package: they decide nothing here, and are written again as they came.
        self._kept: dict[tuple[str, str], Any] = {}
        if path is not None:
            with suppress(OSError, *_UNREADABLE):
                self._add(json.loads(path.read_bytes()))

    @classmethod
    def of_this_machine(cls, service: str, workspace: str) -> Self:
        """Return the profile of a workspace of a service in the cache of this machine."""
        name = hashlib.sha256(f"{service}/{workspace}".encode()).hexdigest()[:32]
        return cls(cache_folder() / "profiles" / f"{name}.json")

    @property
    def facts(self) -> tuple[Fact, ...]:
        """All facts, oldest first."""
        with self._lock:
            return tuple(self._facts.values())

    def value(self, name: str, operation: str = "", default: Any = None) -> Any:
        """Return the value of a fact about an operation, or else about the whole service."""
        with self._lock:
            fact = self._facts.get((name, operation)) or self._facts.get((name, ""))
        return default if fact is None else fact.value

    def names(self, name: str, operation: str = "") -> frozenset[str]:
        """Return the texts of a fact that is a list, of the operation and of the whole service together."""
        with self._lock:
            found = [self._facts.get((name, place)) for place in {operation, ""}]
        return frozenset(text for fact in found if fact is not None for text in fact.value)

    @property
    def differs(self) -> bool:
        """Whether anything that is known is a difference from our contract."""
        with self._lock:
            return any(name in _DIFFERENCES for name, _ in self._facts)

    @property
    def status_words(self) -> frozenset[str]:
        """Status words that the service or a user has given, which our contract does not have."""
        return frozenset[str]().union(*map(self.names, ("words", "asked_about", "opted_out", "harmless")))

    def learn(self, name: str, value: Any, evidence: str, *, operation: str = "", at: datetime | None = None) -> bool:
        """Add a fact, and return whether it is new; the texts of a list are added to those that are known.

        A profile that cannot be written is kept in memory.
        """
        with self._lock:
            before = self._facts.get((name, operation))
            if name in _LISTS:
                value = sorted({*value, *(before.value if before else ())})
            if before is not None and before.value == value:
                return False
            time = (at or datetime.now(UTC)).isoformat(timespec="seconds")
            self._facts[name, operation] = Fact(name, value, evidence[:_LONGEST], time, operation)
            self._write()
        return True

    def forget(self, name: str, texts: Iterable[str]) -> None:
        """Remove texts from a fact that is a list, whatever their case and surrounding white space are."""
        with self._lock:
            before = self._facts.get((name, ""))
            if before is not None:
                forgotten = {text.strip().lower() for text in texts}
                rest = sorted(text for text in before.value if text.strip().lower() not in forgotten)
                self._facts[name, ""] = Fact(name, rest, before.evidence, before.learned_at)
                self._write()

    def withdraw(self, name: str, operation: str = "") -> None:
        """Remove a fact that a later response contradicts."""
        with self._lock:
            if self._facts.pop((name, operation), None) is not None:
                self._write()

    def forget_old(self, now: datetime) -> None:
        """Forget what the service could not do when it was learned, if that is long ago: it is tried again.

        >>> profile, june = ServiceProfile(), datetime(2026, 6, 1, tzinfo=UTC)
        >>> profile.learn("ignored", ["order"], "the same rows", at=june), profile.learn("page_size", 50, "", at=june)
        (True, True)
        >>> profile.forget_old(june + TRIED_AGAIN)
        >>> [fact.name for fact in profile.facts]
        ['page_size']
        """
        with self._lock:
            old = [place for place, fact in self._facts.items() if fact.name in _MAY_CHANGE and _is_old(fact, now)]
            for place in old:
                del self._facts[place]
            if old:
                self._write()

    def reset(self) -> None:
        """Forget everything: it is learned again from the next requests."""
        with self._lock:
            self._facts.clear()
            self._kept.clear()
            self._write()

    def to_json(self) -> str:
        """Return the profile as JSON, for another user of the same service."""
        with self._lock:
            kept = [fact for place, fact in self._kept.items() if place not in self._facts]
            return json.dumps({"facts": [*map(asdict, self._facts.values()), *kept]}, indent=1)

    def load_json(self, text: str) -> int:
        """Add the facts of a profile from :meth:`to_json`, and return the number of those that this version knows.

        Args:
            text: JSON text. Facts that only another version knows are kept for it: they decide nothing here.

        Raises:
            InvalidParameterError: The text is not such a profile.

        >>> profile, other = ServiceProfile(), ServiceProfile()
        >>> profile.learn("page_size", 100, "422 for limit=500")
        True
        >>> other.load_json(profile.to_json()), other.value("page_size")
        (1, 100)
        """
        with self._lock:
            try:
                count = self._add(json.loads(text))
            except _UNREADABLE:
                raise InvalidParameterError(
                    "this is not the profile of a service", repair="pass the text of ws.profile.to_json()"
                ) from None
            self._write()
        return count

    def _add(self, document: Any) -> int:
        """Add the facts of a parsed profile, and return the number of those that this version knows."""
        facts, kept = _facts_of(document)
        self._facts |= facts
        self._kept |= kept
        return len(facts)

    def save(self, path: str | Path) -> None:
        """Write the profile to a JSON file, which a team can share.

        Raises:
            ConfigurationError: The file cannot be written.
        """
        try:
            Path(path).write_text(self.to_json(), "utf-8")
        except (OSError, TypeError, ValueError) as problem:
            raise ConfigurationError(
                f"the profile cannot be written ({type(problem).__name__})", repair="choose another path"
            ) from None

    def _write(self) -> None:
        if self._path is not None:
            with suppress(OSError):
                replace_private(self._path, self.to_json())

    def _card(self) -> Card:
        rows = [
            (fact.operation or "every operation", FACTS[fact.name], _text(fact.value), fact.evidence, fact.learned_at)
            for fact in self.facts
        ]
        table = Table(("operation", "what", "value", "evidence", "learned at"), rows) if rows else None
        lines: tuple[str, ...] = () if rows else ("nothing differs from our contract so far",)
        if any(name in _MAY_CHANGE for name, _ in self._facts):
            lines = (f"what the service refuses, ignores or lacks is tried again after {TRIED_AGAIN.days} days",)
        return Card(title="Service profile", lines=lines, table=table)


def _facts_of(document: Any) -> tuple[dict[tuple[str, str], Fact], dict[tuple[str, str], Any]]:
    """Return the facts of a parsed profile by name and operation: those that this version knows, and all others."""
    known, others = {}, {}
    for each in list(document["facts"])[:_MOST]:
        fact = Fact(*(each[part] for part in ("name", "value", "evidence", "learned_at", "operation")))
        if not all(isinstance(text, str) for text in (fact.name, fact.evidence, fact.learned_at, fact.operation)):
            continue
        if fact.name in FACTS and _fits(fact.name, fact.value):
            known[fact.name, fact.operation] = fact
        else:
            others[fact.name, fact.operation] = each
    return known, others


def _is_old(fact: Fact, now: datetime) -> bool:
    with suppress(ValueError, TypeError):  # the text of a shared profile may be anything
        return datetime.fromisoformat(fact.learned_at) <= now - TRIED_AGAIN
    return False


def _fits(name: str, value: Any) -> bool:
    """Whether a value has the type that a fact of this name has."""
    if name in _LISTS:
        return isinstance(value, list) and all(isinstance(text, str) for text in value)
    if name in _TRUTHS:
        return isinstance(value, bool)
    if name == "clock":
        return isinstance(value, int) and not isinstance(value, bool)
    if name in {"page_size", "first_row", "largest_total"}:
        return isinstance(value, int) and not isinstance(value, bool) and value >= (name == "page_size")
    return isinstance(value, str)


def _text(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)
