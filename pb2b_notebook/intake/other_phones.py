"""Further phones of a row, which are not written: one may be that of a lead or of another row. Pure."""

from __future__ import annotations

from typing import Any, Final

from pb2b_notebook.cleanup.frames import open_frame
from pb2b_notebook.cleanup.linkage.columns.all_phones import phone_columns, phones_of
from pb2b_notebook.cleanup.linkage.names.folding import as_text
from pb2b_notebook.cleanup.linkage.suppression import find_suppressed
from pb2b_notebook.intake.decisions import KnownLeads, Link
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.mapping import Mapping
from pb2b_notebook.mapping.columns import cells_of, column_names

OTHER_PHONES: Final = "other phones"
"""Column of the phones of a row beside the one that is written; ``duplicates`` reads it by its name."""


def with_other_phones(values: pl.DataFrame, source: Any, mapping: Mapping) -> pl.DataFrame:
    """Return the values with a column of the further phones of each row, if there are any.

    A column that is left out on purpose counts, too: it is only compared, and not sent.

    Args:
        values: Clean values of the list.
        source: The list.
        mapping: Its mapping.

    >>> people = pl.DataFrame({"Tel": ["030 901820"], "Mobile": ["0171 3200001"]})
    >>> with_other_phones(pl.DataFrame({"phone": ["+4930901820"]}), people, Mapping({"Tel": "phone"})).rows()
    [('+4930901820', '030 901820; 0171 3200001')]
    """
    mapped = [column for column, key in mapping.columns.items() if key == "phone"]
    named = [column for column in column_names(source) if column and column not in {*mapping.columns, *mapping.roles}]
    columns = [*mapped, *phone_columns(map(str, named))]
    cells = pl.DataFrame({f"{place}": as_text(cells_of(source, column)) for place, column in enumerate(columns)})
    found = phones_of(open_frame(cells), cells.columns) if columns else pl.DataFrame()
    few = found.filter((pl.len().over("row") > 1) | (pl.col("place") >= len(mapped))) if columns else found
    if few.is_empty():
        return values
    of_rows = (
        few.group_by("row", maintain_order=True).agg(pl.col("phone").str.join("; ")).rename({"phone": OTHER_PHONES})
    )
    rows = pl.DataFrame({"row": pl.int_range(values.height, eager=True)}).join(of_rows, on="row", how="left")
    return values.with_columns(rows.sort("row")[OTHER_PHONES])


def links_to_opted_out(frame: pl.DataFrame, leads: pl.DataFrame, known: KnownLeads) -> list[Link]:
    """Return links of rows with further phones to the leads who opted out, deleted ones included.

    Args:
        frame: Values of the list, from :func:`with_other_phones`.
        leads: All leads of the workspace.
        known: The same, as decisions need them.
    """
    gone = leads.filter(pl.col("id").is_in([*known.opted_out]))
    if OTHER_PHONES not in frame.columns or gone.is_empty():
        return []
    rows = frame.with_row_index("place").drop_nulls(OTHER_PHONES)
    found = find_suppressed(open_frame(rows), open_frame(gone))
    return [
        Link(rows["place"][row], gone["id"][person], probability, reasons)
        for row, person, probability, reasons in found.rows()
    ]
