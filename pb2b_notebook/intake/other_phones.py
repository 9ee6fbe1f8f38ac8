"""Further phones of a row, which are not written, and phones of people who opted out. Pure.

A further phone may be that of a lead or of another row, and a number without a country code that of a person who opted
out: its digits end the complete number.
"""

from __future__ import annotations

from typing import Any, Final

from pb2b_notebook.cleanup.frames import open_frame
from pb2b_notebook.cleanup.linkage.columns.all_phones import phone_columns, phones_of
from pb2b_notebook.cleanup.linkage.columns.shared_phones import (
    of_one_person,
    same_numbers,
    shared_mobiles,
    with_numbers,
)
from pb2b_notebook.cleanup.linkage.names.folding import as_text
from pb2b_notebook.cleanup.linkage.suppression import find_suppressed
from pb2b_notebook.intake.decisions import KnownLeads, Link
from pb2b_notebook.intake.matching import live_leads
from pb2b_notebook.intake.rule_links import LIKELY, folded_names
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.mapping import Mapping as ColumnMapping
from pb2b_notebook.mapping.columns import cells_of, column_names, values_of
from pb2b_notebook.mapping.suggestions.phone_names import holds_phones

OTHER_PHONES: Final = "other phones"
"""Column of the phones of a row beside the one that is written; ``duplicates`` reads it by its name."""
_BETWEEN: Final = "; "
"""What stands between the other phones."""
_SAME_MOBILE = "the same mobile number"
_SAME_NUMBER = "the same phone number, and a part of the name"
_OTHER_NAME = "the same mobile number, and another name"
_OTHER_NAME_OF_NUMBER = "the same phone number, which only these two have, and another name"
BOUNCED: Final = "bounced"
"""Status of a lead whose address does not work, who asked for nothing."""
_WITHOUT_CODE = "the phone number of the lead without its country code"


def with_other_phones(values: pl.DataFrame, source: Any, mapping: ColumnMapping) -> pl.DataFrame:
    """Return the values with a column of the further phones of each row, if there are any.

    A column that is left out on purpose counts, too: it is only compared, and not sent.

    >>> people = pl.DataFrame({"Tel": ["030 901820"], "Mobile": ["0171 3200001"]})
    >>> with_other_phones(pl.DataFrame({"phone": ["+4930901820"]}), people, ColumnMapping({"Tel": "phone"})).rows()
    [('+4930901820', '030 901820; 0171 3200001')]
    """
    mapped = [column for column, key in mapping.columns.items() if key == "phone"]
    named = [column for column in column_names(source) if column and column not in {*mapping.columns, *mapping.roles}]
    by_name = phone_columns(map(str, named))
    by_cells = [name for name in named if name not in by_name and holds_phones(str(name), values_of(source, name))]
    columns = [*mapped, *by_name, *by_cells]
    cells = pl.DataFrame({f"{place}": as_text(cells_of(source, column)) for place, column in enumerate(columns)})
    found = phones_of(open_frame(cells), cells.columns) if columns else pl.DataFrame()
    few = found.filter((pl.len().over("row") > 1) | (pl.col("place") >= len(mapped))) if columns else found
    if few.is_empty():
        return values
    of_rows = (
        few.group_by("row", maintain_order=True).agg(pl.col("phone").str.join(_BETWEEN)).rename({"phone": OTHER_PHONES})
    )
    rows = pl.DataFrame({"row": pl.int_range(values.height, eager=True)}).join(of_rows, on="row", how="left")
    return values.with_columns(rows.sort("row")[OTHER_PHONES])


def links_by_phone(
    frame: pl.DataFrame, leads: pl.DataFrame, known: KnownLeads, country: str | None = None
) -> list[Link]:
    """Return links of rows to the leads who opted out and have their phone, and to others who have their mobile.

    Of an opted-out lead, the phone alone says enough, whatever else differs; of one whose address bounced, a mobile or
    a part of the name does. A mobile is of one person: with another name it is asked about, unless more than a few
    names have it.

    Args:
        frame: Values of the list.
        leads: Leads of the workspace, deleted ones included.
        known: The same, as decisions need them.
        country: Country of rows without one.
    """
    people = pl.concat([_with_phones(leads, country), _with_phones(frame, country, leads.height)])
    ids, is_row = leads["id"].to_list(), pl.col("place") >= leads.height
    gone, live = (
        pl.Series(leads["id"].is_in([*some])).arg_true() for some in (known.opted_out, live_leads(leads)["id"])
    )
    owners = with_numbers(people.filter(pl.col("place").is_in(gone.implode())))
    owners = owners.rename({"place": "other", "name": "theirs"})
    asked = [place for place, lead in enumerate(ids) if known.opted_out.get(lead, BOUNCED) != BOUNCED]
    is_own = (pl.col("theirs").n_unique().over("number") == 1) & pl.col("other").is_in(asked)
    of_gone = of_one_person(same_numbers(people.filter(is_row), owners), owners, owners.filter(is_own)["number"])
    found = []
    for place, name, whole, mobile, lead, theirs in of_gone.select(
        "place", "name", "is_whole", "mobile", "other", "theirs"
    ).iter_rows():
        of_number = _OTHER_NAME_OF_NUMBER if {*name.split()}.isdisjoint(theirs.split()) else _SAME_NUMBER
        why = _SAME_MOBILE if whole and mobile else of_number if whole else _WITHOUT_CODE
        found.append(Link(place - len(ids), ids[lead], LIKELY, why))
    shared = shared_mobiles(people.filter(is_row | pl.col("place").is_in([*{*live} - {*gone}]))).filter(is_row)
    return found + [
        Link(place - len(ids), ids[other] if other < len(ids) else other - len(ids), LIKELY, _OTHER_NAME)
        for place, other in shared.iter_rows()
    ]


def _with_phones(frame: pl.DataFrame, country: str | None, start: int = 0) -> pl.DataFrame:
    """Return each phone of some rows or leads with their ``place`` from some number on, their name, and the country."""
    texts = [pl.col(name) for name in ("phone", OTHER_PHONES) if name in frame.columns]
    phones = pl.concat_str(*texts, separator=_BETWEEN, ignore_nulls=True) if texts else pl.lit(None, pl.String)
    of_row = pl.col("country").cast(pl.String) if "country" in frame.columns else pl.lit(None, pl.String)
    table = frame.select(
        pl.int_range(start, start + frame.height).alias("place"),
        phones.cast(pl.String).str.split(_BETWEEN).alias("phone"),
        pl.Series("name", folded_names(frame), dtype=pl.String),
        pl.coalesce(of_row, pl.lit(country, pl.String)).alias("country"),
    )
    return table.explode("phone").filter(pl.col("phone") != "")


def links_to_opted_out(frame: pl.DataFrame, leads: pl.DataFrame, known: KnownLeads) -> list[Link]:
    """Return links of rows with further phones to the leads who opted out, deleted ones included."""
    gone = leads.filter(pl.col("id").is_in([*known.opted_out]))
    if OTHER_PHONES not in frame.columns or gone.is_empty():
        return []
    rows = frame.with_row_index("place").drop_nulls(OTHER_PHONES)
    found = find_suppressed(open_frame(rows), open_frame(gone))
    return [
        Link(rows["place"][row], gone["id"][person], probability, reasons)
        for row, person, probability, reasons in found.rows()
    ]
