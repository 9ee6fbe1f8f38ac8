"""Options as people and JSON give them: looked at before any work is done, and refused by name.

An option that is taken for something else and silently does nothing is worse than an error: a list of suppressed
addresses that blocks nobody looks like a clean list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pb2b_notebook.errors import CleanupError
from pb2b_notebook.mapping.countries import country_code


def texts_of(name: str, given: Any) -> list[str]:
    """The texts of an option that is a list of text; one text stands for itself.

    Args:
        name: of the option, for the error.
        given: what came.

    Raises:
        CleanupError: no list, or something in it that is no text.

    >>> texts_of("fields", "email"), texts_of("fields", ("email", "phone"))
    (['email'], ['email', 'phone'])
    """
    if isinstance(given, str):
        return [given]
    if isinstance(given, Mapping) or not isinstance(given, Iterable):
        raise _no_list(name, given)
    listed = list(given)
    for one in listed:
        if not isinstance(one, str):
            raise _no_list(name, one)
    return listed


def texts_by_column(name: str, given: Any) -> dict[str, list[str]]:
    """The texts of an option that has a list for each column.

    Raises:
        CleanupError: no mapping, or one of something else.

    >>> texts_by_column("keep", {"city": "Köln"})
    {'city': ['Köln']}
    """
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise CleanupError(
            f"{name}= has a list for each column, and this is {type(given).__name__}",
            repair=f'{name}={{"company_name": ["IKEA"]}}',
        )
    return {str(column): texts_of(f"{name}[{str(column)[:40]!r}]", values) for column, values in given.items()}


def country_of(given: Any) -> str | None:
    """The two-letter code of a country that was given by code or name.

    Raises:
        CleanupError: no country.

    >>> country_of("Germany"), country_of(None)
    ('DE', None)
    """
    if given is None:
        return None
    code = country_code(given) if isinstance(given, str) else None
    if code is None:
        raise CleanupError("country= is no country", repair='give its code of ISO 3166: country="DE"')
    return code


def _no_list(name: str, given: Any) -> CleanupError:
    return CleanupError(f"{name}= is a list of text, and this is {type(given).__name__}", repair=f'{name}=["…"]')
