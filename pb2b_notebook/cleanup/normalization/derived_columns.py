"""What follows from the values of a lead: the company's bare name and domain, the function and seniority of a title."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.cleanup.cells import parts_after_at, transform_distinct
from pb2b_notebook.cleanup.frames import SPACES
from pb2b_notebook.cleanup.rewriting import Change
from pb2b_notebook.cleanup.values.addresses import host_of, registrable_domain
from pb2b_notebook.cleanup.values.companies import split_company
from pb2b_notebook.cleanup.values.email_checks import free_providers
from pb2b_notebook.cleanup.values.names import without_honorific
from pb2b_notebook.cleanup.values.phones import extension_of
from pb2b_notebook.cleanup.values.text import tidy_text
from pb2b_notebook.cleanup.values.titles import read_title
from pb2b_notebook.openapi.import_cells import is_blank

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import polars as pl

    from pb2b_notebook.cleanup.frames import OpenFrame
    from pb2b_notebook.cleanup.row_context import RowContext

_DOMAIN_SOURCES: Final = ("company_domain", "website", "email")


def cores(frame: OpenFrame, rows: RowContext) -> pl.Series | None:
    """``company_core``: the company's name without its legal form."""
    column = rows.column("company_name")
    return None if column is None else transform_distinct(frame.text_or_values(column), _core, rows.countries)


def domains(frame: OpenFrame, rows: RowContext) -> pl.Series | None:
    """``domain``: what the company has registered, from its domain, its website or an address that is not private."""
    found: pl.Series | None = None
    for column in filter(None, map(rows.column, _DOMAIN_SOURCES)):
        # Of an address only the domain counts, and many share it.
        parts = parts_after_at(frame.text_or_values(column), whole=True)
        if found is not None:
            parts = parts.set(found.is_not_null(), None)
        made = transform_distinct(parts, lambda part, _: _domain(part))
        found = made if found is None else found.zip_with(found.is_not_null(), made)
    return found


def functions(frame: OpenFrame, rows: RowContext) -> pl.Series | None:
    """``function``: what the title says that somebody does."""
    return _from_titles(frame, rows, lambda title, _: read_title(title).function)


def filled_seniorities(frame: OpenFrame, rows: RowContext) -> list[Change]:
    """Blanks of ``seniority`` where the title tells it."""
    column, told = rows.column("seniority"), _from_titles(frame, rows, lambda title, _: read_title(title).seniority)
    if column is None or told is None:
        return []
    cells, text = frame.text_or_values(column), frame.text_column(column)
    wanted = told.is_not_null()
    if text is not None:
        wanted &= ~text.str.contains(f"[^{SPACES}]").fill_null(value=False)
    places = wanted.arg_true()
    return [
        Change(row, value, "" if cells[row] is None else str(cells[row]), value, ("from title",))
        for row, value in zip(places.to_list(), told.gather(places).to_list(), strict=True)
        if is_blank(cells[row])
    ]


def honorifics(
    rows: int, changes: Iterable[Sequence[Change]], names: Callable[[int], str | None]
) -> list[str | None] | None:
    """``honorific``: what was taken out of a name; ``None`` if nothing was."""
    found: list[str | None] = [None] * rows
    for one in _with_rule(changes, "honorific"):
        tidy = tidy_text(one.before).value or ""
        found[one.row] = found[one.row] or without_honorific(tidy, names(one.row)).honorific or None
    return found if any(found) else None


def extensions(rows: int, changes: Sequence[Change]) -> list[str | None] | None:
    """``phone_extension``: the digits behind a number, for which E.164 has no place; ``None`` if there was none."""
    found: list[str | None] = [None] * rows
    for one in _with_rule([changes], "extension"):
        found[one.row] = extension_of(one.before) or None
    return found if any(found) else None


def shared_honorifics(frame: OpenFrame, rows: RowContext, changes: Sequence[Change]) -> list[Change]:
    """Given names that begin with what was taken out of the full name: "DI Leonie" beside "DI Leonie Innerhofer".

    Args:
        frame: the frame as it is now.
        rows: its rows.
        changes: of the full names.
    """
    column = rows.column("first_name")
    if column is None:
        return []
    found, givens = [], frame.values(column)
    for one in _with_rule([changes], "honorific"):
        given = givens[one.row]
        honorific = without_honorific(tidy_text(one.before).value or "", rows.name(one.row)).honorific
        if isinstance(given, str) and honorific and given.startswith(f"{honorific} "):
            after = given.removeprefix(honorific).strip()
            found.append(Change(one.row, after, given, after, ("honorific",)))
    return found


def _with_rule(changes: Iterable[Sequence[Change]], rule: str) -> Iterable[Change]:
    return (one for listed in changes for one in listed if rule in one.rules)


def _from_titles(frame: OpenFrame, rows: RowContext, read: Callable[[str, Any], str | None]) -> pl.Series | None:
    column = rows.column("title")
    return None if column is None else transform_distinct(frame.text_or_values(column), read)


def _core(name: str, country: str | None) -> str | None:
    return None if is_blank(name) else split_company(name, country=country).core


def _domain(text: str) -> str | None:
    host = host_of(text)
    domain = None if host is None else registrable_domain(host)
    return None if domain in free_providers() else domain
