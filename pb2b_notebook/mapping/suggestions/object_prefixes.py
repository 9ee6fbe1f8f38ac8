"""Read the names of exports that begin with the object and end with a kind: "Person - Phone - Work"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from pb2b_notebook.mapping.naming import words
from pb2b_notebook.mapping.suggestions.headers import named_field
from pb2b_notebook.mapping.vocabulary import PARTS_OF_NAMES, qualifiers

_BETWEEN: Final = " - "
_LEAST: Final = 3
"""Columns of people by which a list is such an export."""
_FULL_NAME: Final = "Full name"
_COMPANY_NAME: Final = "Company name"


def without_object(columns: Iterable[str]) -> dict[str, str]:
    """Return the names without the person or the company before them, and without a kind that is work.

    A name of a person alone is the whole name, unless another column has a part of it.

    >>> without_object(["Person - Name", "Person - Phone - Work", "Person - Phone - Home", "Organization - Name"])
    {'Person - Name': 'Full name', 'Person - Phone - Work': 'Phone', 'Person - Phone - Home': 'Phone - Home', \
'Organization - Name': 'Company name'}
    >>> without_object(["Person - Name", "Phone"])
    {}
    """
    columns = [column for column in columns if isinstance(column, str)]
    parts = {column: [part.strip() for part in column.split(_BETWEEN)] for column in columns if _BETWEEN in column}
    objects = {column: "".join(words(of[0])) for column, of in parts.items()}
    people = [column for column in parts if objects[column] in qualifiers("object_person")]
    if len(people) < _LEAST or len({objects[column] for column in people}) > 1:
        return {}
    # A "Person - ID" keeps its name: an id alone is that of anything.
    found = {column: name for column in people if words(name := _without_work(parts[column][1:])) != ("id",)}
    names = [column for column, name in found.items() if _is_name(name)]
    others = {named_field(name)[0] for column, name in found.items() if column not in names}
    if len(names) == 1 and others.isdisjoint(PARTS_OF_NAMES):
        found[names[0]] = _FULL_NAME
    firms = [column for column in parts if objects[column] in qualifiers("object_company")]
    found |= {column: _COMPANY_NAME for column in firms if _is_name(_BETWEEN.join(parts[column][1:]))}
    given = Counter([found.get(column, column) for column in columns])
    return {column: name for column, name in found.items() if given[name] == 1}


def _without_work(parts: list[str]) -> str:
    is_of_work = len(parts) > 1 and "".join(words(parts[-1])) in qualifiers("object_work")
    return _BETWEEN.join(parts[:-1] if is_of_work else parts)


def _is_name(text: str) -> bool:
    return "".join(words(text)) in qualifiers("object_name")
