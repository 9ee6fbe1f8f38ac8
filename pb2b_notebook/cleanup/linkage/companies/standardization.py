"""Standardize rows of a company list for comparison: one plain column for each thing that a row says about a company.

Standardized columns are only compared and never shown. Rows whose standardized columns are all equal are one row to the
matcher.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from pb2b_notebook.cleanup.linkage.columns.standardization import email_parts, folded_country, phone_digits
from pb2b_notebook.cleanup.linkage.columns.typed_values import codes, typed_values
from pb2b_notebook.cleanup.linkage.names.company_names import split_name
from pb2b_notebook.cleanup.linkage.names.folding import (
    LONGEST,
    blank_if_placeholder,
    fold,
    map_distinct,
    repair_mojibake,
    without_words,
)
from pb2b_notebook.cleanup.values.legal_forms import fold_form
from pb2b_notebook.lazy import lazy_pattern
from pb2b_notebook.shipped_tables import read_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from pb2b_notebook.cleanup.linkage.columns.further_columns import FurtherColumn
    from pb2b_notebook.cleanup.values.placeholders import Kind

TEXT_COLUMNS = (
    "company", "form", "site", "mailbox", "phone", "street", "postcode", "city", "country", "registration", "vat",
)  # fmt: skip
"""The columns of a standardized frame; "" where the row has no value."""
ALSO = "alsoknownas"
"""Stands between the names of a company that has several: its former one, or that of its shops."""
_OTHER_NAME = lazy_pattern(
    r"(?<=\w)[\s.,;()–-]+(?:formerly(?: known as)?|f/k/a|vormals|vorm\.|ehemals|ehem\.|anciennement|d/b/a|d\.b\.a\."
    r"|doing business as|(?-i:dba)|(?<=(?:llc|inc|ltd|rp\.|nc\.|lc\.|td\.)[ ,])dba|a/k/a|also known as|trading as|t/a"
    r"|operating as|handelend onder de naam|(?:(?<=[(,;–-])|(?<=[(,;–-] ))(?:ex|旧|previously|früher"
    r"|anteriormente|antes|già|dawniej|dříve|tidligere|tidigare|voorheen|ранее|dba|fka|aka))(?:(?<=旧)|[\s:-]+)(?=\w)",
    re.IGNORECASE,
)
"""What stands behind is another name of the same company."""
_FILLERS = "the|and|und|et|of|de|la|le|les|der|die|das"
_LEAST_CHARACTERS = 5
"""Characters of a registration number; fewer are the number of a row."""
_LEAST_DIGITS = 3
"""Digits of a registration number; text with fewer is a word, such as "pending" or the name of a court."""
_PLACEHOLDER = f"^(?:{'|'.join(f'{digit}+' for digit in range(10))}|0?12345678(?:90?)?|987654321?0?)$"
"""Digits that are typed where a number is required: all the same, or counted up or down."""


def standardize(rows: pl.DataFrame, columns: Sequence[FurtherColumn] = ()) -> pl.DataFrame:
    """Return rows as they are compared, in their order.

    Args:
        rows: The columns of :data:`~.columns.COMPANY_ROLES` and the features of the further columns, as text.
        columns: Further columns.

    Returns:
        One column for each of :data:`TEXT_COLUMNS`, and each further column; "" for no value.
    """
    import polars as pl

    rows = rows.with_columns(pl.all().fill_null("").str.slice(0, LONGEST))
    value = pl.col("value")
    repaired = {"value": repair_mojibake(value)}
    parts = email_parts(rows)
    own = pl.when(parts["free"]).then(pl.lit("")).otherwise(parts["mail_domain"])
    found = [
        _names(rows["company_name"]),
        parts.select(
            site=pl.when(pl.col("domain") != "").then("domain").otherwise(own),
            # info@ is at the domain, whatever company it is of.
            mailbox=pl.when((pl.col("local") != "") & ~pl.col("role"))
            .then(pl.concat_str("local", "mail_domain", separator="@"))
            .otherwise(pl.lit("")),
        ),
        pl.DataFrame({"phone": phone_digits(rows["phone"])}),
        map_distinct(
            rows["country"], repaired, {"country": value.map_elements(folded_country, return_dtype=pl.String)}
        ),
    ]
    typed: tuple[tuple[str, str, pl.Expr, Kind], ...] = (
        ("street", "street", _streets(value), "text"),
        ("postcode", "postcode", codes(value), "id"),
        ("city", "city", fold(value), "city"),
        ("registration_number", "registration", _numbers(value), "id"),
        ("vat_number", "vat", _numbers(value), "id"),
    )
    for role, name, form, kind in typed:
        found.append(map_distinct(rows[role], repaired, {name: blank_if_placeholder(form, value, kind)}))
    texts = pl.concat(found, how="horizontal").select(TEXT_COLUMNS)
    return texts.with_columns(typed_values(rows[one.feature], one.role).alias(one.feature) for one in columns)


def _names(names: pl.Series) -> pl.DataFrame:
    """Return the core of company names, folded, and their legal forms in one spelling."""
    import polars as pl

    value, core, form = pl.col("value"), pl.col("core"), pl.col("form")
    parts = pl.Struct({"core": pl.String, "form": pl.String})
    return map_distinct(
        names,
        {"value": repair_mojibake(value)},
        {"value": value, "parts": value.map_elements(_core_and_form, return_dtype=parts)},
        {"value": value, "form": pl.col("parts").struct["form"], "core": pl.col("parts").struct["core"]},
        {
            "form": form,
            "core": blank_if_placeholder(
                fold(core.str.replace_all(r"[.'’`´]", "").str.replace_all("[&+]", " and ")), value, "company"
            ),
        },
        {"form": form, "core": core, "name": without_words(core, _FILLERS)},
        {"form": form, "company": pl.when(pl.col("name") != "").then("name").otherwise("core")},
    ).with_columns(form=pl.when(pl.col("company") == "").then(pl.lit("")).otherwise("form"))


def _core_and_form(name: str) -> dict[str, str]:
    """Return the name and the legal form; several names of one company with a word between them.

    >>> _core_and_form("Nova Foods LLC d/b/a Bluefin Grill"), _core_and_form("Nova AG (vormals Lexor GmbH)")["core"]
    ({'core': 'Nova Foods alsoknownas Bluefin Grill', 'form': ''}, 'Nova alsoknownas Lexor')
    >>> [_core_and_form(name)["core"] for name in ("Ex Libris AG", "Café Antes Berlin", "Nova (ex Lexor)")]
    ['Ex Libris', 'Café Antes Berlin', 'Nova alsoknownas Lexor']
    """
    first, *others = _OTHER_NAME.split(name)
    companies = [split_name(first), *(split_name(other.rstrip(") ")) for other in others)]
    cores = [company.core for company in companies if company.core]
    if len(cores) > 1:
        return {"core": f" {ALSO} ".join(cores), "form": ""}  # each name may have a form of its own
    form = fold_form(companies[0].form)
    return {"core": "".join(cores), "form": form_names().get(form, form)}


@cache
def form_names() -> dict[str, str]:
    """Return folded legal form → the form that it is another spelling or translation of."""
    table = read_table(__package__, "legal_forms.toml")["same"]
    return {fold_form(other): fold_form(form) for form, others in table.items() for other in others}


@cache
def forms_in_one_word() -> dict[str, str]:
    """Return folded word → the form that it is: "oy" and "aktiebolag", and "sprl" of no other spelling."""
    known = {
        **{form: form for form in related_forms()},
        **{form: form for form in form_names().values()},
        **form_names(),
    }
    return {word: form for word, form in known.items() if word.isascii() and word.isalpha()}


@cache
def related_forms() -> dict[str, int]:
    """Return folded legal form → number of the group of forms that lists mix up, one bit each."""
    table = read_table(__package__, "legal_forms.toml")["related"]
    found: dict[str, int] = {}
    for number, forms in enumerate(table["groups"]):
        for form in forms:
            found[fold_form(form)] = found.get(fold_form(form), 0) | 1 << number
    return found


def _numbers(text: pl.Expr) -> pl.Expr:
    """Return the letters and digits of a registration or VAT number; "" where they cannot be one."""
    import polars as pl

    code = codes(text).str.replace(r"^0+", "")
    digits = code.str.replace_all(r"[^0-9]", "")
    is_number = (code.str.len_chars() >= _LEAST_CHARACTERS) & (digits.str.len_chars() >= _LEAST_DIGITS)
    return pl.when(is_number & ~digits.str.contains(_PLACEHOLDER)).then(code).otherwise(pl.lit(""))


def _streets(text: pl.Expr) -> pl.Expr:
    """Return the words of a street address."""
    return fold(text).str.replace_all(r"(\p{L}{3,})strasse\b", "${1}str")
