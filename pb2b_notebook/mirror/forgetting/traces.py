"""Forget a person: first what is there, then, on a person's word, its erasure from every file of the mirror."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.mirror.filtering import fold_values

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl

    from pb2b_notebook.mirror.forgetting.person import Person
    from pb2b_notebook.mirror.tables import Table

# These columns name people of the workspace, not leads: a colleague's thousand leads are not a trace of one person.
_STAFF: Final = frozenset({"owner_email", "assigned_to", "actor", "default_owner_email", "requester_email"})


@dataclass(frozen=True, slots=True)
class Traces:
    """What a table holds of a person.

    Attributes:
        own: the rows that are the person's, as a mask.
        named: for each column, the other rows in which it names the person.
    """

    own: pl.Series
    named: dict[str, pl.Series]

    @property
    def rows(self) -> int:
        """How many rows are the person's."""
        return int(self.own.sum())

    @property
    def mentions(self) -> int:
        """How many values of other rows name the person."""
        return sum(int(mask.sum()) for mask in self.named.values())


def find_traces(rows: pl.DataFrame, person: Person, *, leads: bool) -> Traces:
    """Look for a person in the rows of a table.

    A row is the person's if its ``lead_id``, or in the table of leads its ``id`` or ``email``, says so.

    Args:
        rows: of one table, under their stored names.
        person: whom to look for.
        leads: whether this is the table of leads.
    """
    own = _none(rows.height)
    keys = [("id" if leads else "lead_id", person.ids)]
    for name, known in keys:
        if name in rows.columns:
            own |= rows[name].is_in(sorted(known)).fill_null(value=False)
    if leads and "email" in rows.columns and person.emails:
        addresses = fold_values(rows["email"], lambda text: text.strip().casefold())
        own |= addresses.is_in(sorted(person.emails)).fill_null(value=False)
    named = {}
    for name in rows.columns:
        if name in _STAFF or name in {"id", "lead_id"}:
            continue
        mask = _mentions(rows[name], person) & ~own
        if mask.any():
            named[name] = mask
    return Traces(own, named)


def extend_person(rows: pl.DataFrame, person: Person) -> Person:
    """The person with the ids and addresses that rows of leads add."""
    found = find_traces(rows.select([n for n in ("id", "email") if n in rows.columns]), person, leads=True).own
    mine = rows.filter(found)
    return person.with_more(mine["id"], mine["email"] if "email" in mine.columns else ())


def erase(table: Table, person: Person, *, leads: bool) -> tuple[int, int]:
    """Remove a person's rows from the current rows of a table, and blank what names the person elsewhere.

    Returns:
        How many rows were removed, and how many values blanked. No file with an earlier version is left, also where
        the rows of now do not know the person: those before may, if an erasure was cut off.
    """
    import polars as pl

    seen = table.version
    with table.typed_errors():
        rows = table.snapshot().collect()
    found = find_traces(rows, person, leads=leads)
    touched = _none(rows.height)
    for mask in found.named.values():
        touched |= mask
    if touched.any():
        table.replace_stored(_blank(rows, found).filter(touched), seen=seen)
    if found.rows:
        table.remove(pl.col("id").is_in(rows["id"].filter(found.own).implode()), seen=table.version)
    table.vacuum(hours=0)
    return found.rows, found.mentions


def erase_history(former: Table, person: Person, *, leads: bool) -> tuple[int, int]:
    """The same for the former rows, whose ids come more than once."""
    seen = former.version
    with former.typed_errors():
        rows = former.snapshot().collect()
    found = find_traces(rows, person, leads=leads)
    if found.rows or found.mentions:
        former.rewrite(_blank(rows, found).filter(~found.own), seen=seen)
    former.vacuum(hours=0)
    return found.rows, found.mentions


def _blank(rows: pl.DataFrame, found: Traces) -> pl.DataFrame:
    import polars as pl

    columns: Iterable[Any] = (
        pl.when(~mask).then(pl.col(name)).otherwise(None).alias(name) for name, mask in found.named.items()
    )
    return rows.with_columns(columns)


def _mentions(values: pl.Series, person: Person) -> pl.Series:
    """Which values name the person, in text or anywhere inside."""
    import polars as pl

    texts = _as_text(values)
    if texts is None or not person.words:
        return _none(len(values))
    close = texts.str.contains_any(person.words, ascii_case_insensitive=True)
    close |= texts.str.contains("\\u", literal=True)  # JSON may have written any letter so
    if not all(word.isascii() for word in person.words):
        close |= texts.str.contains("@", literal=True)
    if not close.any():
        return _none(len(values))
    marks = [bool(near) and person.is_named_in(text) for text, near in zip(texts, close, strict=True)]
    return pl.Series(marks, dtype=pl.Boolean)


def _none(rows: int) -> pl.Series:
    import polars as pl

    return pl.Series([False] * rows, dtype=pl.Boolean)


def _as_text(values: pl.Series) -> pl.Series | None:
    """Text as it is, lists and records as JSON; ``None`` for what can name nobody."""
    import json

    import polars as pl

    if values.dtype == pl.String:
        return values
    if not values.dtype.is_nested():
        return None
    texts = [None if v is None else json.dumps(v, ensure_ascii=False, default=str) for v in values.to_list()]
    return pl.Series(values.name, texts, pl.String)
