"""Judge whether the addresses or ids of a list of people are those of their companies, which colleagues share."""

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
_LEAST_SHARED: Final = 2
"""Ids that colleagues share, of a column of ids of companies."""
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


def are_ids_of_companies(ids: Sequence[Any], companies: Sequence[Any], people: Sequence[Sequence[Any]]) -> bool:
    """Return whether ids are those of companies: most of those with several rows have one company and other people.

    Args:
        ids: The ids.
        companies: Companies of the rows.
        people: Columns with addresses and names; two rows are of other people where all that both have differ.

    >>> names, companies = ["Ada Berg", "Eva Hale", "Bo Lund", "Cy Dahl"], ["Acme", "Acme", "Nord", "Nord"]
    >>> are_ids_of_companies(["C-1", "C-1", "C-2", "C-2"], companies, [names])
    True
    >>> are_ids_of_companies(["C-1", "C-2", "C-3", "C-4"], companies, [names])
    False
    """
    rows: dict[str, list[int]] = {}
    for row, value in enumerate(islice(ids, _ROWS)):
        if not is_blank(value):
            rows.setdefault(str(value).strip(), []).append(row)
    several = [of for of in rows.values() if len(of) > 1]
    shared = [of for of in several if _are_one(companies, of) and all(not _any_same(one, of) for one in people)]
    return bool(people) and len(shared) >= _LEAST_SHARED and len(shared) > len(several) / 2


def _are_one(values: Sequence[Any], rows: Sequence[int]) -> bool:
    """Return whether the values of rows begin with one word."""
    firsts = [words(str(values[row])) for row in rows if not is_blank(values[row])]
    return len(firsts) == len(rows) and len({each[:1] for each in firsts}) == 1


def _any_same(values: Sequence[Any], rows: Sequence[int]) -> bool:
    """Return whether two rows have the same value."""
    given = [fold_name(str(values[row])) for row in rows if not is_blank(values[row])]
    return len(set(given)) < len(given)
