"""Select the cells of a column to check one by one; one expression for each column clears the others.

An expression uses explicit character classes, in which all engines agree. It clears a cell only if
:func:`~pb2b_notebook.cleanup.checks.findings.check_value` would find nothing; a test compares the two.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pb2b_notebook.cleanup.cells import FEW_ROWS, ROW, Cells, take_cells, with_row_numbers
from pb2b_notebook.cleanup.checks.findings import FIRST_YEAR, LAST_YEAR, MOST_EMPLOYEES, is_person_name, is_personal
from pb2b_notebook.cleanup.import_rules import builtin_limits
from pb2b_notebook.cleanup.values.addresses import HOST
from pb2b_notebook.cleanup.values.email_checks import (
    LONGEST_ADDRESS,
    LONGEST_LOCAL,
    PLAIN_FORM,
    corrected_domain,
    free_providers,
    is_valid_domain,
    roles,
)
from pb2b_notebook.cleanup.values.mojibake import POSSIBLE
from pb2b_notebook.cleanup.values.phones import non_canonical_phones
from pb2b_notebook.cleanup.values.placeholders import TRIAL_DOMAINS, TRIALS, pattern
from pb2b_notebook.cleanup.values.several_people import pattern_of_several
from pb2b_notebook.cleanup.values.suspicious_text import PLAIN, PLAIN_URL
from pb2b_notebook.openapi.import_cells import LONGEST_CUSTOM

if TYPE_CHECKING:
    import narwhals as nw

    from pb2b_notebook.cleanup.frames import OpenFrame
    from pb2b_notebook.mapping.lead_fields import LeadField


def cells_to_check(frame: OpenFrame, column: str, field: LeadField) -> Cells:
    """Return the cells of a column that no expression clears."""
    if frame.is_text(column):
        return _text_cells(frame, column, field)
    fine = _is_fine_by_type(frame, column, field)
    if fine is None:
        values = frame.values(column)
        rows = [row for row, value in enumerate(values) if value is not None]
        return Cells(rows, [values[row] for row in rows])
    table = frame.table.select(column).with_row_index(ROW).filter(~fine).sort(ROW)
    return Cells(table[ROW].to_list(), table[column].to_list())


def _text_cells(frame: OpenFrame, column: str, field: LeadField) -> Cells:
    import narwhals as nw

    table = with_row_numbers(frame, column)
    if len(frame) <= FEW_ROWS:
        return take_cells(table, column)
    if field.type == "phone":
        return take_cells(non_canonical_phones(table, column), column)
    text = nw.col(column)
    if field.type == "email":
        return take_cells(_odd_addresses(table, column, personal=is_personal(field)), column)
    fine = _is_plain(text, field)
    return take_cells(table if fine is None else table.filter(~fine), column)


def _is_plain(text: nw.Expr, field: LeadField) -> nw.Expr | None:
    """Return an expression for texts without findings; ``None`` if no expression can decide."""
    limits = builtin_limits().get(field.key) if field.builtin else None
    options = field.options or (limits.options if limits else ())
    if options and field.type in {"text", "select"}:
        known = set(options) & set(limits.options) if limits and limits.options else set(options)
        return text.is_in(sorted(known))
    forms = {"text": PLAIN, "select": PLAIN, "url": PLAIN_URL}
    form = HOST if field.builtin and field.key == "company_domain" else forms.get(field.type)
    if form is None:
        return None
    longest = limits.longest if limits and limits.longest else LONGEST_CUSTOM
    fine = text.str.contains(form) & ~text.str.contains(POSSIBLE) & (text.str.len_chars() <= longest)
    if field.type != "text":
        return fine
    if is_person_name(field):
        fine = fine & ~text.str.to_lowercase().str.contains(pattern_of_several(given=field.key == "first_name"))
    # The listed words are ASCII, for which all engines agree on lower case.
    return fine & ~text.str.to_lowercase().is_in(sorted(TRIALS)) & ~text.str.contains(pattern())


def _odd_addresses(table: nw.DataFrame[Any], column: str, *, personal: bool) -> nw.DataFrame[Any]:
    """Select addresses that are not plain, or whose domain or mailbox may have a finding."""
    import narwhals as nw

    text = nw.col(column)
    plain = text.str.contains(PLAIN_FORM) & (text.str.len_chars() <= LONGEST_ADDRESS)
    odd, rest = table.filter(~plain), table.filter(plain)
    domain = text.str.replace_all("^[^@]*@", "").str.to_lowercase()
    local = text.str.replace_all("@[^@]*$", "").str.to_lowercase()
    rest = rest.with_columns(domain.alias("_domain"), local.alias("_local"))
    domains = rest["_domain"].unique().to_list()
    free = free_providers() if personal else frozenset()
    bad = [
        name
        for name in domains
        if name in free
        or name.partition(".")[0] in TRIAL_DOMAINS
        or corrected_domain(name)
        or not is_valid_domain(name)
    ]
    shared = nw.col("_local").str.replace_all(r"[+].*$", "").is_in(sorted(roles()))
    fine = ~nw.col("_domain").is_in(bad) & (nw.col("_local").str.len_chars() <= LONGEST_LOCAL)
    fine = fine & ~shared if personal else fine
    return nw.concat([odd, rest.filter(~fine).drop("_domain", "_local")])


def _is_fine_by_type(frame: OpenFrame, column: str, field: LeadField) -> nw.Expr | None:
    """Return an expression for typed values without findings; ``None`` if the column's type is not the field's."""
    import narwhals as nw

    dtype, value = frame.table.schema[column], nw.col(column)
    if field.type == "number" and dtype.is_integer():
        limits = builtin_limits().get(field.key) if field.builtin else None
        least, most = (limits.minimum, limits.maximum) if limits else (None, None)
        if field.builtin and field.key == "employee_count":
            least, most = 1, MOST_EMPLOYEES
        return (value.is_null() | value.is_between(least or -(2**63 - 1), most or 2**63 - 1)).fill_null(value=True)
    if field.type == "datetime" and isinstance(dtype, nw.Datetime) and dtype.time_zone is not None:
        # Not by .dt.year(), with which polars 1.33 decodes what lies below a null too, and panics. A day less at each
        # end, because the year is that of the column's time zone.
        first, last = datetime(FIRST_YEAR, 1, 2, tzinfo=UTC), datetime(LAST_YEAR, 12, 30, tzinfo=UTC)
        instant = value.dt.convert_time_zone("UTC")  # polars compares times of one zone only
        return (value.is_null() | instant.is_between(first, last)).fill_null(value=True)
    if field.type == "boolean" and dtype == nw.Boolean:
        return (value.is_null() | True).fill_null(value=True)
    return None
