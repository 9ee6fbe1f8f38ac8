"""What follows from the values of a lead: the company's bare name and domain, the function and seniority of a title."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.cleanup.addresses import host_of, registrable_domain
from pb2b_notebook.cleanup.companies import split_company
from pb2b_notebook.cleanup.mailboxes import free_providers
from pb2b_notebook.cleanup.names import without_honorific
from pb2b_notebook.cleanup.rewriting import Change
from pb2b_notebook.cleanup.texts import tidied
from pb2b_notebook.cleanup.titles import read_title
from pb2b_notebook.mapping.columns import is_blank

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pb2b_notebook.cleanup.rows import Rows
    from pb2b_notebook.cleanup.tables import Opened

Texts = list[str | None]

_DOMAIN_SOURCES: Final = ("company_domain", "website", "email")


def cores(held: Opened, rows: Rows) -> Texts | None:
    """``company_core``: the company's name without its legal form."""
    column = rows.column("company_name")
    if column is None:
        return None
    known: dict[tuple[str, str | None], str] = {}
    found: Texts = []
    for row, value in enumerate(held.values(column)):
        if not isinstance(value, str) or is_blank(value):
            found.append(None)
            continue
        key = value, rows.country(row)
        if key not in known:
            known[key] = split_company(value, country=key[1]).core
        found.append(known[key])
    return found


def domains(held: Opened, rows: Rows) -> Texts | None:
    """``domain``: what the company has registered, from its domain, its website or an address that is not private."""
    present = [column for key in _DOMAIN_SOURCES if (column := rows.column(key)) is not None]
    if not present:
        return None
    found: Texts = [None] * len(held)
    known: dict[Any, str | None] = {}
    for column in present:
        for row, value in enumerate(held.values(column)):
            if found[row] is None and isinstance(value, str):
                # Of an address only the domain counts, and many share it.
                part = value.rpartition("@")[2]
                if part not in known:
                    known[part] = _domain(part)
                found[row] = known[part]
    return found


def functions(held: Opened, rows: Rows) -> Texts | None:
    """``function``: what the title says that somebody does."""
    return _from_titles(held, rows, lambda title: read_title(title).function)


def filled_seniorities(held: Opened, rows: Rows) -> list[Change]:
    """Blanks of ``seniority`` where the title tells it."""
    column, told = rows.column("seniority"), _from_titles(held, rows, lambda title: read_title(title).seniority)
    if column is None or told is None:
        return []
    return [
        Change(row, value, "" if cell is None else str(cell), value, ("from title",))
        for row, (cell, value) in enumerate(zip(held.values(column), told, strict=True))
        if value is not None and is_blank(cell)
    ]


def honorifics(rows: int, changes: Iterable[Sequence[Change]], names: Callable[[int], str | None]) -> Texts | None:
    """``honorific``: what was taken out of a name; ``None`` if nothing was."""
    found: Texts = [None] * rows
    for one in _with_rule(changes, "honorific"):
        tidy = tidied(one.before).value or ""
        found[one.row] = found[one.row] or without_honorific(tidy, names(one.row)).honorific or None
    return found if any(found) else None


def shared_honorifics(held: Opened, rows: Rows, changes: Sequence[Change]) -> list[Change]:
    """Given names that begin with what was taken out of the full name: "DI Leonie" beside "DI Leonie Innerhofer".

    Args:
        held: the frame as it is now.
        rows: its rows.
        changes: of the full names.
    """
    column = rows.column("first_name")
    if column is None:
        return []
    found, givens = [], held.values(column)
    for one in _with_rule([changes], "honorific"):
        given = givens[one.row]
        honorific = without_honorific(tidied(one.before).value or "", rows.name(one.row)).honorific
        if isinstance(given, str) and honorific and given.startswith(f"{honorific} "):
            after = given.removeprefix(honorific).strip()
            found.append(Change(one.row, after, given, after, ("honorific",)))
    return found


def _with_rule(changes: Iterable[Sequence[Change]], rule: str) -> Iterable[Change]:
    return (one for listed in changes for one in listed if rule in one.rules)


def _from_titles(held: Opened, rows: Rows, read: Callable[[str], str | None]) -> Texts | None:
    column = rows.column("title")
    if column is None:
        return None
    return [read(value) if isinstance(value, str) else None for value in held.values(column)]


def _domain(text: str) -> str | None:
    host = host_of(text)
    domain = None if host is None else registrable_domain(host)
    return None if domain in free_providers() else domain
