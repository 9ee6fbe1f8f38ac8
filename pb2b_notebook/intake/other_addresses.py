"""Further addresses of a row, which are not written: one may be that of a person who opted out. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pb2b_notebook.intake.cells_with_several import EMAIL
from pb2b_notebook.intake.decisions import KnownLeads
from pb2b_notebook.mapping.columns import cells_of


def find_opted_out_addresses(
    source: Any, columns: Iterable[Any], used: Sequence[str | None], known: KnownLeads
) -> dict[int, str]:
    """Return row → reason, for rows with a further address under which a lead opted out.

    Args:
        source: The list.
        columns: Columns with addresses of the person of the row.
        used: Address of each row that is written, in lower case; the leads that have it are looked at elsewhere.
        known: Leads of the workspace.

    >>> import pandas as pd
    >>> people = pd.DataFrame({"E-Mail": ["ada@nord.example; Ada@old.example"]})
    >>> known = KnownLeads({"ada@old.example": ["lead_1"]}, set(), {"lead_1": "unsubscribed"})
    >>> find_opted_out_addresses(people, ["E-Mail"], ["ada@nord.example"], known)
    {0: 'a lead who is unsubscribed has another email address of the row'}
    """
    gone = {
        email: known.opted_out[lead]
        for email, holders in known.holders.items()
        for lead in holders
        if lead in known.opted_out
    }
    found: dict[int, str] = {}
    for column in columns if gone else ():
        for row, cell in enumerate(cells_of(source, column)):
            for address in EMAIL.findall(cell.lower()) if isinstance(cell, str) else ():
                if address != used[row] and address in gone:
                    found[row] = f"a lead who is {gone[address]} has another email address of the row"
    return found
