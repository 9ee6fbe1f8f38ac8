"""Traces of a person in the mirror's tables, and their erasure from every file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from pb2b_notebook.frames.filtering import fold_values
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.mirror.forgetting.person import PHONE, Person, phone_digits, words_of
from pb2b_notebook.mirror.storage.pruning import settle_history
from pb2b_notebook.mirror.storage.tables import Table

# These columns are about users of the workspace, not leads: a user's thousand leads are not traces of one person.
_STAFF: Final = frozenset({"owner_email", "assigned_to", "actor", "default_owner_email", "requester_email"})
# These columns of a lead say who that lead is: a name that is also in a forgotten person's row is not a trace of it.
_OWN_NAMES: Final = frozenset({"full_name", "first_name", "last_name", "company_name", "city"})


@dataclass(frozen=True, slots=True)
class Traces:
    """The traces of a person in a table.

    Attributes:
        own: Mask of the person's rows.
        named: Mask, by column, of other rows whose value mentions the person.
        namesakes: Number of values that hold the person's full name without any evidence that it is this person.
    """

    own: pl.Series
    named: dict[str, pl.Series]
    namesakes: int = 0

    @property
    def rows(self) -> int:
        """Number of the person's rows."""
        return int(self.own.sum())

    @property
    def mentions(self) -> int:
        """Number of values in other rows that mention the person."""
        return sum(int(mask.sum()) for mask in self.named.values())


def find_traces(rows: pl.DataFrame, person: Person, *, leads: bool) -> Traces:
    """Return the traces of a person in the rows of a table.

    A row is the person's by its ``lead_id``, or by ``id`` or ``email`` in the table of leads. A value of another row is
    a trace if it holds an id, an address or a phone number of the person; beside such a value, in the same row, also if
    it holds the person's name.

    Args:
        rows: Rows of one table, under their stored names.
        person: Person to look for.
        leads: Whether this is the table of leads.
    """
    own = _none(rows.height)
    keys = [("id" if leads else "lead_id", person.ids)]
    for name, known in keys:
        if name in rows.columns:
            own |= rows[name].is_in(sorted(known)).fill_null(value=False)
    if leads and "email" in rows.columns and person.emails:
        addresses = fold_values(rows["email"], lambda text: text.strip().casefold())
        own |= addresses.is_in(sorted(person.emails)).fill_null(value=False)
    texts = [name for name in rows.columns if name not in _STAFF and name not in {"id", "lead_id"}]
    named = {name: mask for name in texts if (mask := _mentions(rows[name], person, leads=leads) & ~own).any()}
    evident = _none(rows.height)
    for mask in named.values():
        evident |= mask
    namesakes = 0
    for name in texts if person.given and person.family else ():
        if leads and name in _OWN_NAMES:
            continue
        called = _calls(rows[name], person, evident, whole=leads) & ~own
        namesakes += int((called & ~evident).sum())
        if (called & evident).any():
            named[name] = (named[name] if name in named else _none(rows.height)) | (called & evident)
    return Traces(own, named, namesakes)


def extend_person(rows: pl.DataFrame, person: Person) -> Person:
    """Return the person with further ids and emails from rows of leads."""
    columns = [n for n in ("id", "email") if n in rows.columns]
    own = find_traces(rows.select(columns), replace(person, given=frozenset(), family=frozenset()), leads=True).own
    mine, others = rows.filter(own), rows.filter(~own)
    person = person.with_more(mine["id"], _texts(mine, "email"))
    person = person.with_names(*_names(mine))
    shared = {phone_digits(text) for text in _texts(others, "phone")}
    phones = {phone_digits(text) for text in _texts(mine, "phone")} - shared - {""}
    return replace(person, phones=(person.phones - shared) | phones)


def _names(rows: pl.DataFrame) -> tuple[list[str], list[str]]:
    """Return the given and the family names in rows of leads; a full name has them as its first and its last word."""
    given, family = _texts(rows, "first_name"), _texts(rows, "last_name")
    for text in _texts(rows, "full_name"):
        words = words_of(text)
        if len(words) > 1:
            given, family = [*given, words[0]], [*family, words[-1]]
    return given, family


def _texts(rows: pl.DataFrame, column: str) -> list[str]:
    return [text for text in rows[column].to_list() if isinstance(text, str)] if column in rows.columns else []


def erase(table: Table, former: Table, person: Person, *, leads: bool) -> Iterator[tuple[str, int, int]]:
    """Remove a person's rows from the tables of a resource, and blank the values that mention the person in other rows.

    All files of earlier versions are deleted, even if the current rows do not mention the person: earlier versions may,
    if an erasure was interrupted. In a store it always commits, so that a sync in flight has to compare again, and to
    leave the person out.

    Yields:
        "mirror" or "history", number of removed rows, and number of blanked values.

    Raises:
        CommitConflictError: Another writer committed first; call it again.
    """
    seen = table.version  # first: whatever is committed after it fails the commits below
    kept = settle_history(table, former) if table.shared else former.version
    if table.exists:
        rows, mentions, seen = _erase_rows(table, person, leads=leads, seen=seen)
        yield "mirror", rows, mentions
    if former.exists:
        rows, mentions, kept = _erase_history(former, person, leads=leads, seen=kept)
        yield "history", rows, mentions
    if table.shared and table.exists:
        table.commit_state({"history": kept + 1} if former.exists else {}, seen=seen)
    for part in (table, former):
        if part.exists:
            part.vacuum(at_once=True)


def _erase_rows(table: Table, person: Person, *, leads: bool, seen: int) -> tuple[int, int, int]:
    """Erase from the current rows, and return the numbers of removed rows and blanked values, and the version then."""
    with table.typed_errors():
        rows = table.snapshot().collect()
    found = find_traces(rows, person, leads=leads)
    touched = _none(rows.height)
    for mask in found.named.values():
        touched |= mask
    if touched.any():
        table.replace_stored(_blank(rows, found).filter(touched), seen=seen)
        seen += 1
    if found.rows:
        table.remove(pl.col("id").is_in(rows["id"].filter(found.own).implode()), seen=seen)
        seen += 1
    return found.rows, found.mentions, seen


def _erase_history(former: Table, person: Person, *, leads: bool, seen: int) -> tuple[int, int, int]:
    """Do the same for former rows, whose ids are not unique."""
    with former.typed_errors():
        rows = former.snapshot().collect()
    found = find_traces(rows, person, leads=leads)
    if found.rows or found.mentions:
        former.rewrite(_blank(rows, found).filter(~found.own), seen=seen)
        seen += 1
    return found.rows, found.mentions, seen


def _blank(rows: pl.DataFrame, found: Traces) -> pl.DataFrame:
    columns: Iterable[Any] = (
        pl.when(~mask).then(pl.col(name)).otherwise(None).alias(name) for name, mask in found.named.items()
    )
    return rows.with_columns(columns)


def _mentions(values: pl.Series, person: Person, *, leads: bool) -> pl.Series:
    """Return a mask of the values that mention the person, also inside lists and records."""
    if leads and "phone" in values.name:  # another lead's number, even if it is the same
        person = replace(person, phones=frozenset())
    texts = as_text(values)
    if texts is None or not (person.words or person.phones):
        return _none(len(values))
    close = texts.str.contains_any([*person.words, "%40"], ascii_case_insensitive=True)
    if person.phones:
        close |= texts.str.contains(PHONE)
    close |= texts.str.contains("\\u", literal=True)  # JSON may escape any letter
    if not all(word.isascii() for word in person.words):
        close |= texts.str.contains("@", literal=True)
    if not close.any():
        return _none(len(values))
    marks = [bool(near) and person.is_named_in(text) for text, near in zip(texts, close, strict=True)]
    return pl.Series(marks, dtype=pl.Boolean)


def _calls(values: pl.Series, person: Person, evident: pl.Series, *, whole: bool) -> pl.Series:
    """Return a mask of the values that name the person: by the full name, and in evident rows by one of the names."""
    texts = as_text(values)
    if texts is None:
        return _none(len(values))
    close = texts.str.contains_any(sorted(person.given | person.family), ascii_case_insensitive=True)
    if not all(name.isascii() for name in person.given | person.family):
        close |= texts.str.len_bytes() != texts.str.len_chars()
    close |= texts.str.contains("\\u", literal=True)
    if not close.any():
        return _none(len(values))
    marks = [
        bool(near) and person.is_called_in(text, whole=whole or not beside)
        for text, near, beside in zip(texts, close, evident, strict=True)
    ]
    return pl.Series(marks, dtype=pl.Boolean)


def _none(rows: int) -> pl.Series:
    return pl.Series([False] * rows, dtype=pl.Boolean)


def as_text(values: pl.Series) -> pl.Series | None:
    """Return text unchanged and lists and records as JSON; ``None`` for types without text."""
    import json

    if values.dtype == pl.String:
        return values
    if not values.dtype.is_nested():
        return None
    texts = [None if v is None else json.dumps(v, ensure_ascii=False, default=str) for v in values.to_list()]
    return pl.Series(values.name, texts, pl.String)
