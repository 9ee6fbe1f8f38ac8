"""Build the keys that email addresses and external ids match by. Pure."""

from __future__ import annotations

from functools import cache
from typing import Final

from pb2b_notebook.cleanup.linkage.names.folding import hold_where, keep_results
from pb2b_notebook.cleanup.values import placeholders
from pb2b_notebook.frames.strict_json import EXACT
from pb2b_notebook.lazy import lazy_pattern
from pb2b_notebook.lazy_libraries import pl

_OTHERS: Final = lazy_pattern(
    r"(custom_)?(e?mail_?(all|s|list|addresses|[2-9])|(\w+_)?(additional|secondary|second|other|alternate|alternative|"
    r"alias|private|personal|work|business)_e?mails?(_address(es)?|_[1-9])?)"
)
"""Names of columns with further addresses of a person."""
_ADDRESS: Final = lazy_pattern(r"[^\s\"'<>,;:{}\[\]]+@[^\s\"'<>,;:{}\[\]]+")
SHORTENED: Final = r"^\s*[+-]?[0-9][.,][0-9]+[eE]\+[0-9]{1,3}\s*$"
"""A number of which a spreadsheet has kept few digits: "1.51E+11". Those of others may be the same."""
_NUMBER: Final = r"^[+-]?[0-9]{1,300}(?:\.[0-9]{0,300})?(?:[eE][+-]?[0-9]{1,3})?$"


def match_keys(values: pl.Series, match_on: str) -> pl.Series:
    """Return the keys of a column: email addresses trimmed and case-folded, external ids unchanged.

    Blanks, placeholders ("no mail", "n/a") and ids that a spreadsheet has shortened have no key: null.

    >>> import polars as pl
    >>> match_keys(pl.Series([" Ada@Example.com ", "STRASSE@x.de", "straße@x.de", "no mail", None]), "email").to_list()
    ['ada@example.com', 'strasse@x.de', 'strasse@x.de', None, None]
    >>> match_keys(pl.Series(["K-17", "1.51E+11", "5E10"]), "external_id").to_list()
    ['K-17', None, '5E10']
    """
    return _email_keys(values) if match_on == "email" else _usable_values(values, match_on).alias(values.name)


def _usable_values(values: pl.Series, match_on: str) -> pl.Series:
    return values.to_frame("value").select(_usable(match_on)).to_series()


@keep_results
def _email_keys(values: pl.Series) -> pl.Series:
    given, keys, is_odd = _usable_values(values, "email").to_frame().select(_keys_of_addresses())
    if is_odd.any():
        # Beyond ASCII the service case-folds as Python does; polars does not.
        odd = given.filter(is_odd.fill_null(value=False)).unique()
        folded = pl.Series([text.strip().casefold() for text in odd.to_list()], dtype=pl.String)
        keys = given.replace(odd, folded).str.strip_chars().str.to_lowercase()
    return keys.set(keys == "", None).alias(values.name)


@cache
def _usable(match_on: str) -> pl.Expr:
    """Return the values that a row can be matched by; null for others."""
    value = pl.col("value")
    if match_on == "email":  # no placeholder has an "@", and to compile their pattern takes long
        nothing = hold_where(value, "^[^@]*$", placeholders.stands_for_nothing(pl.col("text"), "email"))
    else:
        nothing = placeholders.stands_for_nothing(value, "id")
        nothing |= (value.str.strip_chars() == "") | value.str.contains(SHORTENED)
    return pl.when(~nothing).then(value)


@cache
def _keys_of_addresses() -> tuple[pl.Expr, ...]:
    """Return addresses, their keys, and whether these are not ASCII only."""
    value = pl.col("value")
    is_odd = value.str.len_bytes() != value.str.len_chars()
    return value, value.str.strip_chars().str.to_lowercase().alias("key"), is_odd.alias("odd")


def holds_other_addresses(name: str) -> bool:
    """Whether a column of leads has further addresses of the same person.

    >>> [holds_other_addresses(name) for name in ("email_all", "secondary_email", "custom_email_2", "owner_email")]
    [True, True, True, False]
    """
    return _OTHERS.fullmatch(name) is not None


def other_keys(leads: pl.DataFrame) -> pl.DataFrame:
    """Return ``id`` and ``key`` of the further addresses of leads that are not deleted, in any form of a column.

    >>> import polars as pl
    >>> other_keys(pl.DataFrame({"id": ["lead_1"], "email_all": [["a@x.example", "B@x.example"]]}))["key"].to_list()
    ['a@x.example', 'b@x.example']
    """
    columns = [name for name in leads.columns if holds_other_addresses(name)]
    live = leads.filter(pl.col("deleted_at").is_null()) if "deleted_at" in leads.columns else leads
    pairs = [
        (lead_id, address.casefold())
        for name in columns
        for lead_id, value in live.select("id", name).drop_nulls(name).iter_rows()
        for address in _ADDRESS.findall(str(value))
    ]
    return pl.DataFrame(pairs, schema={"id": pl.String, "key": pl.String}, orient="row").unique(maintain_order=True)


def loses_extension(phone: pl.Expr, before: pl.Expr) -> pl.Expr:
    """Return whether a phone is another one whose extension was lost: a service or a spreadsheet may take it.

    >>> import polars as pl
    >>> phones = ["+4930901820", "+49 30 901820", "+4930901821", "+4930901820 x7"]
    >>> pl.select(loses_extension(pl.lit(pl.Series(phones)), pl.lit("+49 30 901820 ext. 60"))).to_series().to_list()
    [True, True, False, False]
    """
    from pb2b_notebook.cleanup.values.phones import EXTENSION

    has_one = before.str.contains(EXTENSION) & ~phone.str.contains(EXTENSION)
    return has_one & (digits_of(before) == digits_of(phone))


def digits_of(phone: pl.Expr) -> pl.Expr:
    """Return the digits of a phone without its extension."""
    from pb2b_notebook.cleanup.values.phones import EXTENSION

    return phone.str.replace(EXTENSION, "").str.replace_all(r"\D", "")


def number_of(text: pl.Expr) -> pl.Expr:
    """Return the number that a text is, in one form for all texts of equal numbers; null for other texts.

    >>> import polars as pl
    >>> pl.select(number_of(pl.lit(pl.Series(["007", "+7", "7.0", "1e3", "12.50", "-05", "7a"])))).to_series().to_list()
    ['7', '7', '7', '1000', '12.5', '-5', None]
    """
    text = text.str.strip_chars()
    whole = text.str.extract(r"^[+-]?0*([0-9]+)(?:\.0*)?$", 1)  # of any length
    sign = pl.when(text.str.starts_with("-") & (whole != "0")).then(pl.lit("-")).otherwise(pl.lit(""))
    number = pl.when(text.str.contains(_NUMBER)).then(text).cast(pl.Float64, strict=False)
    is_whole = (number.abs() < EXACT) & (number.floor() == number)
    rounded = pl.when(is_whole).then(number).cast(pl.Int64).cast(pl.String)
    return pl.coalesce(sign + whole, rounded, number.cast(pl.String))
