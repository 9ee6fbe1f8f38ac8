"""Guess the role of a column that is not a lead field from its name and its values.

A wrong guess must not join two people. So a name alone is not enough, an identifier is at most a weak one, and a date
counts only as a date of birth: two people of one company have one renewal date. Numbers of accounts, registers and VAT
are a company's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pb2b_notebook.cleanup.linkage.roles import ROLES
from pb2b_notebook.cleanup.linkage.typed_values import typed_values

if TYPE_CHECKING:
    import polars as pl

PREFIX: Final = "custom_"
"""Beginning of the names of custom fields in frames of leads."""
_SAMPLE: Final = 2_000
_MOSTLY: Final = 0.8
_NUMBER: Final = r"no|nr|num|number|id|code|nummer|numero"
# Role, words of the column's name, form of the values, least distinct values for each row and person, most of them.
_IDENTIFIER: Final = (
    rf"ssn|nhs|passport|iban|soc ?sec(?: (?:{_NUMBER}))?"
    r"|(?:social|national|tax|insurance|member|patient|customer|licen[cs]e|kunden|versicherungs?"
    rf"|steuer) ?(?:security ?)?(?:{_NUMBER})"
)
_ADDRESS: Final = "(?:street|address|addr|adresse)"
_OTHER_ADDRESSES: Final = r"e ?mail|mail|ip|mac|web|url|wallet"
"""Words of the names of columns of addresses that are not of a place."""
_RULES: Final = (
    ("date", r"birth|dob|born|geb(?:oren|urts?.*)?|naissance|nacimiento|nascita|nascimento", r"^\d{8}$", 0.0, None),
    ("postcode", r"zip|zipcode|post ?code|postal|plz|cap|cep", r"^[a-z]{0,4}\d[a-z0-9]{2,8}$", 0.0, None),
    ("text", rf"{_ADDRESS} ?(?:line ?)?[23]", r".", 0.0, None),
    ("street", rf"{_ADDRESS}(?: ?(?:line ?)?1)?|stra(?:ss|ß)e|direccion|rue|via", r"\p{L}{3}", 0.2, None),
    ("region", r"state", r"^\p{L}{2,3}$", 0.0, None),
    ("region", r"province|provincia|county|bundesland|kanton|canton|prefecture", r"^\p{L}", 0.0, None),
    ("weak identifier", _IDENTIFIER, r"\d{4}", 0.5, None),
    ("category", r"sex|gender|geschlecht|sexe|sexo|sesso", r".", 0.0, 10),
)


def guess_role(column: str, values: pl.Series, names: pl.Series | None = None) -> str:
    """Return the role of a column; "" if its name or its values do not say.

    Args:
        column: Name of the column.
        values: Its values as text.
        names: Names of the rows' people: where each person is several times, so is each value.

    >>> import polars as pl
    >>> guess_role("custom_birth_date", pl.Series(["1985-03-07", "12.4.1990"]))
    'date'
    >>> guess_role("custom_renewal_date", pl.Series(["1985-03-07"]))
    ''
    """
    name = _plain(column)
    if _has(name, _OTHER_ADDRESSES):
        return ""
    texts = values.drop_nulls().head(_SAMPLE)
    people = len(texts) if names is None else names.filter(values.is_not_null()).head(_SAMPLE).n_unique()
    for role, words, form, least, most in _RULES:
        if not _has(name, words) or not len(texts):
            continue
        typed = typed_values(texts, ROLES[role])
        fits = typed.filter(typed.str.contains(form))
        distinct = fits.n_unique()
        if (
            len(fits) >= _MOSTLY * len(texts)
            and distinct >= least * min(people, len(fits))
            and (most is None or distinct <= most)
        ):
            return role
    return ""


def may_have_role(column: str) -> bool:
    """Return whether the name of a column says that it may have a role; :func:`guess_role` looks at its values.

    >>> may_have_role("Geburtsdatum"), may_have_role("Notes")
    (True, False)
    """
    return any(_has(_plain(column), words) for _, words, *_ in _RULES)


def _plain(column: str) -> str:
    return " ".join(column.removeprefix(PREFIX).lower().replace("_", " ").replace("-", " ").split())


def _has(name: str, words: str) -> bool:
    return re.search(rf"(?:^| )(?:{words})(?: |$)", name) is not None
