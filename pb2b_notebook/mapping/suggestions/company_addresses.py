"""Judge whether the addresses of a list of people are those of their companies, which colleagues share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import islice, pairwise
from typing import Any, Final

from pb2b_notebook.mapping.naming import fold_name, words
from pb2b_notebook.openapi.import_cells import is_blank

_OF_ADDRESSES: Final = frozenset({"street", "house number", "postcode"})
_FEWEST: Final = 3
"""Fewest companies whose people have one address, which show whose it is: two people may be married."""
_ROWS: Final = 20_000
"""Rows that are looked at."""


def without_company_addresses(
    roles: Mapping[str, str],
    columns: Mapping[str, Sequence[Any]],
    names: Sequence[Sequence[Any]],
    companies: Sequence[Any],
) -> dict[str, str]:
    """Return roles without the parts of addresses that most colleagues share.

    At home, people of one company have addresses of their own: there, an equal street says that two rows are about one
    person. That of an office says no more than the company does.

    Args:
        roles: Column → role.
        columns: Column → values, of the columns with a role.
        names: Names of the person of each row.
        companies: Company of each row.

    >>> names = [("Ada Berg",), ("Eva Hale",), ("Bo Lund",), ("Cy Dahl",), ("Di Falk",), ("Al Moe",)]
    >>> companies = ["Acme", "Acme", "Nord", "Nord", "Sud", "Sud"]
    >>> columns = {"Straße": ["Am Markt 1", "am markt 1", "Weg 2", "Weg 2", "Ring 3", "Ring 3"], "born": [1985] * 6}
    >>> roles = {"Straße": "street", "born": "date"}
    >>> without_company_addresses(roles, columns, names, companies)
    {'born': 'date'}
    >>> home = {**columns, "Straße": ["Am Markt 1", "Am Bach 7", "Weg 2", "Weg 4", "Ring 3", "Ring 9"]}
    >>> without_company_addresses(roles, home, names, companies)
    {'Straße': 'street', 'born': 'date'}
    """
    addresses = [column for column, role in roles.items() if role in _OF_ADDRESSES]
    if not addresses:
        return {**roles}
    colleagues = _colleagues(names, companies)
    shared = {column for column in addresses if _is_shared(columns[column], colleagues)}
    return {column: role for column, role in roles.items() if column not in shared}


def _colleagues(names: Sequence[Sequence[Any]], companies: Sequence[Any]) -> list[list[tuple[int, int]]]:
    """Return, by company, pairs of rows whose people have no name in common, as two spellings of one name have."""
    rows: dict[str, list[int]] = defaultdict(list)
    for row, company in islice(enumerate(companies), _ROWS):
        if not is_blank(company):
            rows[fold_name(str(company))].append(row)
    people = {row: _words_of(names[row]) for found in rows.values() if len(found) > 1 for row in found}
    return [
        [(a, b) for a, b in pairwise(found) if people[a] and people[b] and people[a].isdisjoint(people[b])]
        for found in rows.values()
        if len(found) > 1
    ]


def _words_of(name: Sequence[Any]) -> set[str]:
    return {word for part in name if not is_blank(part) for word in words(str(part)) if len(word) > 1}


def _is_shared(values: Sequence[Any], colleagues: Sequence[Sequence[tuple[int, int]]]) -> bool:
    """Return whether an address is that of most companies. Each counts once: many people are "self-employed"."""
    same = [
        [fold_name(str(values[a])) == fold_name(str(values[b])) for a, b in pairs if values[a] and values[b]]
        for pairs in colleagues
    ]
    of_companies = [sum(pairs) * 2 >= len(pairs) for pairs in same if pairs]
    return sum(of_companies) >= _FEWEST and sum(of_companies) * 2 >= len(of_companies)
