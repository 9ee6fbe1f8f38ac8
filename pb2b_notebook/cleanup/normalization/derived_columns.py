"""Columns derived from other values: company name and domain, function and seniority, honorifics and extensions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.cleanup.cells import parts_after_at, transform_distinct
from pb2b_notebook.cleanup.frames import SPACES
from pb2b_notebook.cleanup.rewriting import Change
from pb2b_notebook.cleanup.values.addresses import host_of, is_registrable, registrable_domain
from pb2b_notebook.cleanup.values.email_checks import free_providers
from pb2b_notebook.cleanup.values.honorifics import needs_row
from pb2b_notebook.cleanup.values.job_titles import read_title
from pb2b_notebook.cleanup.values.legal_forms import split_company
from pb2b_notebook.cleanup.values.name_prefixes import without_prefix
from pb2b_notebook.cleanup.values.names import NameContext, honorific_of
from pb2b_notebook.cleanup.values.phones import extension_of
from pb2b_notebook.cleanup.values.stray_marks import tidy_name
from pb2b_notebook.openapi.import_cells import is_blank

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import polars as pl

    from pb2b_notebook.cleanup.frames import OpenFrame
    from pb2b_notebook.cleanup.row_context import RowContext

_DOMAIN_SOURCES: Final = ("company_domain", "website", "email")


def cores(frame: OpenFrame, rows: RowContext) -> pl.Series | None:
    """Return ``company_core``: the company name without its legal form."""
    column = rows.column("company_name")
    return None if column is None else transform_distinct(frame.text_or_values(column), _core, rows.countries)


def domains(frame: OpenFrame, rows: RowContext) -> pl.Series | None:
    """Return ``domain``: the registrable domain of the company domain, the website or the work email."""
    found: pl.Series | None = None
    for column in filter(None, map(rows.column, _DOMAIN_SOURCES)):
        # Many addresses share one domain, so it is cut off first.
        parts = parts_after_at(frame.text_or_values(column), whole=True)
        if found is not None:
            parts = parts.set(found.is_not_null(), None)
        plain = is_registrable(parts)
        read = transform_distinct(parts.set(plain, None), lambda part, _: _domain(part))
        read = parts.zip_with(plain & ~parts.is_in(sorted(free_providers())), read)
        found = read if found is None else found.zip_with(found.is_not_null(), read)
    return found


def functions(frame: OpenFrame, rows: RowContext) -> pl.Series | None:
    """Return ``function``: the department in the title."""
    return _from_titles(frame, rows, lambda title, _: read_title(title).function)


def filled_seniorities(frame: OpenFrame, rows: RowContext) -> list[Change]:
    """Return the changes that fill a blank ``seniority`` from the title."""
    column, levels = rows.column("seniority"), _from_titles(frame, rows, lambda title, _: read_title(title).seniority)
    if column is None or levels is None:
        return []
    cells, text = frame.text_or_values(column), frame.text_column(column)
    wanted = levels.is_not_null()
    if text is not None:
        wanted &= ~text.str.contains(f"[^{SPACES}]").fill_null(value=False)
    places = wanted.arg_true()
    return [
        Change(row, value, "" if cells[row] is None else str(cells[row]), value, ("from title",))
        for row, value in zip(places.to_list(), levels.gather(places).to_list(), strict=True)
        if is_blank(cells[row])
    ]


class Honorifics:
    """The honorifics that were removed from the names of a frame; each name is read once for all columns."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._found: dict[tuple[str, str, NameContext], str] = {}

    def honorific(self, key: str, change: Change, rows: RowContext) -> str:
        """Return the honorific that was removed from a name.

        Args:
            key: Key of the lead field.
            change: Change of the name.
            rows: Rows of the frame.
        """
        name = self._names.get(change.before)
        if name is None:
            name = self._names[change.before] = without_prefix(tidy_name(change.before, "name").value or "")
        known = rows.name(change.row) if needs_row(name) else None
        read = name, key, rows.name_context(key, rows.country(change.row), known)
        if read not in self._found:
            self._found[read] = honorific_of(*read).honorific
        return self._found[read]

    def column(self, count: int, changes: Mapping[str, Sequence[Change]], rows: RowContext) -> list[str | None] | None:
        """Return ``honorific``: the honorific that was removed from a name; ``None`` if none was.

        Args:
            count: Number of rows.
            changes: Key of a lead field of names → changes of its column.
            rows: Rows of the frame.
        """
        found: list[str | None] = [None] * count
        for key, listed in changes.items():
            for change in _with_rule(listed, "honorific"):
                found[change.row] = found[change.row] or self.honorific(key, change, rows) or None
        return found if any(found) else None

    def given_name_changes(self, frame: OpenFrame, rows: RowContext, changes: Sequence[Change]) -> list[Change]:
        """Return the changes of given names that repeat the honorific of the full name: "DI Leonie", of DI Leonie Berg.

        Args:
            frame: The open frame.
            rows: Its rows.
            changes: Changes of the full names.
        """
        column = rows.column("first_name")
        if column is None:
            return []
        found, given_names = [], frame.values(column)
        for change in _with_rule(changes, "honorific"):
            given = given_names[change.row]
            # Most given names have no space, and so no honorific in front.
            honorific = self.honorific("full_name", change, rows) if isinstance(given, str) and " " in given else ""
            if honorific and given.startswith(f"{honorific} "):
                after = given.removeprefix(honorific).strip()
                found.append(Change(change.row, after, given, after, ("honorific",)))
        return found


def extensions(rows: int, changes: Sequence[Change]) -> list[str | None] | None:
    """Return ``phone_extension``: the digits after a number, which E.164 cannot hold; ``None`` if no number had any."""
    found: list[str | None] = [None] * rows
    for change in _with_rule(changes, "extension"):
        found[change.row] = extension_of(change.before) or None
    return found if any(found) else None


def _with_rule(changes: Sequence[Change], rule: str) -> Iterable[Change]:
    return (change for change in changes if rule in change.rules)


def _from_titles(frame: OpenFrame, rows: RowContext, read: Callable[[str, Any], str | None]) -> pl.Series | None:
    column = rows.column("title")
    return None if column is None else transform_distinct(frame.text_or_values(column), read)


def _core(name: str, country: str | None) -> str | None:
    return None if is_blank(name) else split_company(name, country=country).core


def _domain(text: str) -> str | None:
    host = host_of(text)
    domain = None if host is None else registrable_domain(host)
    return None if domain in free_providers() else domain
