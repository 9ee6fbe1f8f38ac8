"""Check options before any work is done, and name the option in the error.

An option that silently has no effect is worse than an error: a suppression list that blocks no row makes the leads look
clean.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pb2b_notebook.errors import CleanupError
from pb2b_notebook.mapping.cells.countries import country_code


def texts_of(name: str, given: Any) -> list[str]:
    """Return the items of an option that is a list of strings; a string is a list of one.

    Raises:
        CleanupError: It is not a list, or an item is not a string.

    >>> texts_of("fields", "email"), texts_of("fields", ("email", "phone"))
    (['email'], ['email', 'phone'])
    """
    if isinstance(given, str):
        return [given]
    if isinstance(given, Mapping) or not isinstance(given, Iterable):
        raise _not_a_list(name, given)
    items = list(given)
    for item in items:
        if not isinstance(item, str):
            raise _not_a_list(name, item)
    return items


def texts_by_column(name: str, given: Any) -> dict[str, list[str]]:
    """Return the items of an option that has a list of strings for each column.

    Raises:
        CleanupError: It is not a mapping, or a value is not a list of strings.

    >>> texts_by_column("keep", {"city": "Köln"})
    {'city': ['Köln']}
    """
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise CleanupError(
            f"{name}= must be a mapping of column → list, not {type(given).__name__}",
            repair=f'{name}={{"company_name": ["IKEA"]}}',
        )
    return {str(column): texts_of(f"{name}[{str(column)[:40]!r}]", values) for column, values in given.items()}


def country_of(given: Any) -> str | None:
    """Return the two-letter code of a country, given by code or name.

    Raises:
        CleanupError: The country does not exist.

    >>> country_of("Germany"), country_of(None)
    ('DE', None)
    """
    if given is None:
        return None
    code = country_code(given) if isinstance(given, str) else None
    if code is None:
        raise CleanupError("country= is not a country", repair='write its ISO 3166 code: country="DE"')
    return code


def _not_a_list(name: str, given: Any) -> CleanupError:
    return CleanupError(f"{name}= must be a list of strings, not {type(given).__name__}", repair=f'{name}=["…"]')
