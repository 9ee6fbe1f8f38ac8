"""Further addresses of a row, which are not written: one may be that of a lead or of another row. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from pb2b_notebook.intake.cells_with_several import EMAIL
from pb2b_notebook.intake.decisions import KnownLeads
from pb2b_notebook.mapping import Mapping
from pb2b_notebook.mapping.columns import cells_of, column_names, values_of

_MOST_ROWS = 3
"""Rows of a list that one person may have."""


class OtherAddress(NamedTuple):
    """An address of a row beside the one that is written.

    Attributes:
        row: Position of the row.
        email: The address in lower case.
    """

    row: int
    email: str


def unused_address_columns(source: Any, mapping: Mapping) -> list[str]:
    """Return the columns with email addresses of a list of which none is mapped as the address of its people.

    >>> import pandas as pd
    >>> people = pd.DataFrame({"Name": ["Ada Berg"], "Kontaktdaten": ["ada@nord.example"]})
    >>> unused_address_columns(people, Mapping({"Name": "full_name"})), unused_address_columns(people, Mapping({}))
    (['Kontaktdaten'], ['Kontaktdaten'])
    """
    if "email" in mapping.columns.values():
        return []
    others = [column for column in column_names(source) if column not in {*mapping.columns, *mapping.ignored}]
    return [column for column in others if _are_mostly_addresses(values_of(source, column))]


def _are_mostly_addresses(cells: Sequence[Any]) -> bool:
    texts = [cell for cell in cells if isinstance(cell, str) and cell.strip()]
    return bool(texts) and 2 * sum(EMAIL.fullmatch(text.strip()) is not None for text in texts) >= len(texts)


def find_other_addresses(source: Any, columns: Iterable[Any], used: Sequence[str | None]) -> list[OtherAddress]:
    """Return the further addresses of the rows.

    Args:
        source: The list.
        columns: Columns with addresses of the person of the row.
        used: Address of each row that is written, in lower case.

    >>> import pandas as pd
    >>> people = pd.DataFrame({"E-Mail": ["ada@nord.example; Ada@old.example"]})
    >>> find_other_addresses(people, ["E-Mail"], ["ada@nord.example"])
    [OtherAddress(row=0, email='ada@old.example')]
    """
    found = [
        OtherAddress(row, address)
        for column in columns
        for row, cell in enumerate(cells_of(source, column))
        if isinstance(cell, str)
        for written in EMAIL.findall(cell.lower())
        if (address := written.strip(".'")) != used[row]
    ]
    return [*dict.fromkeys(found)]


def find_addresses_anywhere(source: Any, mapping: Mapping, used: Sequence[str | None]) -> list[OtherAddress]:
    """Return the addresses in columns that are not mapped, whatever their names are, also within notes.

    An address of more rows than a person has is of a colleague, such as the owner of the leads.

    Args:
        source: The list.
        mapping: Its mapping.
        used: Address of each row that is written, in lower case.

    >>> import pandas as pd
    >>> people = pd.DataFrame({"Old": ["ada@old.example"], "Note": ["was ada@nord.example, now bo@sud.example"]})
    >>> [other.email for other in find_addresses_anywhere(people, Mapping({}), ["ada@nord.example"])]
    ['ada@old.example', 'bo@sud.example']
    """
    columns = [column for column in column_names(source) if column not in {*mapping.columns, *mapping.roles}]
    found = find_other_addresses(source, columns, used)
    rows = Counter(other.email for other in found)
    return [other for other in found if rows[other.email] <= _MOST_ROWS]


def find_opted_out(others: Iterable[OtherAddress], known: KnownLeads) -> dict[int, tuple[str, str]]:
    """Return row → lead and reason, for rows with a further address under which a lead opted out.

    >>> known = KnownLeads({"ada@old.example": ["lead_1"]}, set(), {"lead_1": "unsubscribed"})
    >>> find_opted_out([OtherAddress(0, "ada@old.example")], known)
    {0: ('lead_1', 'a lead who is unsubscribed has another email address of the row')}
    """
    gone = {email: lead for email, holders in known.holders.items() for lead in holders if lead in known.opted_out}
    return {
        other.row: (lead, f"a lead who is {known.opted_out[lead]} has another email address of the row")
        for other in others
        if (lead := gone.get(other.email)) is not None
    }
