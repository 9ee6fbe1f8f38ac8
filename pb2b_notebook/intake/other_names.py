"""Rows whose name may be that of a known lead, or of an earlier row, in other words. Pure."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from pb2b_notebook.cleanup.linkage.columns.standardization import SOURCES, standardize
from pb2b_notebook.cleanup.linkage.names.folding import as_text
from pb2b_notebook.cleanup.linkage.names.loose_names import are_spelled_apart, families_of, spelled_given
from pb2b_notebook.cleanup.linkage.names.name_words import whole_names
from pb2b_notebook.cleanup.linkage.names.other_names import (
    MOST_NAMES,
    are_in_other_words,
    family_signs,
    may_be_short_forms,
)
from pb2b_notebook.cleanup.values.several_people import is_of_several, pattern_of_several
from pb2b_notebook.intake.decisions import Link
from pb2b_notebook.intake.rule_links import LIKELY, NAMES
from pb2b_notebook.lazy_libraries import pl

_SHARED: Final = {
    "company": "same company",
    "domain": "same website",
    "mail_domain": "same email domain",
    "phone": "same phone",
}
"""Standardized columns of which people at one place share a value, and the words of a reason."""

_OWN: Final = "own: "
"""What begins the columns of values of which a person has only one."""
_LEAST: Final = 3
"""Letters of a given name that an address is called by alone."""


def links_by_other_names(
    frame: pl.DataFrame, leads: pl.DataFrame, settled: Collection[int] = (), roles: Collection[str] = ()
) -> list[Link]:
    """Return links of rows to the leads and earlier rows at one place whose name may be theirs in other words.

    Päivi Hämäläinen may be Päivi Hämäläinen-Korhonen of the same company. A person decides: two colleagues may share
    two names. Three of a family behind one phone are not asked about where each has an address with the own given name.

    Args:
        frame: Values of the list.
        leads: Leads of the workspace that are live.
        settled: Rows that are surely a lead.
        roles: Columns of the list that are not lead fields: two rows of which one differs are two people.

    >>> leads = pl.DataFrame({"id": ["lead_1"], "full_name": ["Ana Roca Díaz"], "company_name": ["Iber SA"]})
    >>> rows = pl.DataFrame({"full_name": ["Ana Roca", "Ana Roca"], "company_name": ["Iber", "Sol"]})
    >>> [(link.row, link.other, link.reasons) for link in links_by_other_names(rows, leads)]
    [(0, 'lead_1', 'a part or another spelling of the same name; same company')]
    """
    people = pl.concat([_people(leads, roles), _people(frame, roles)]).with_row_index("place").drop_nulls("name")
    people = people.join(family_signs(people.select(full_name="name")), on="name")
    is_asked = (pl.col("place") >= leads.height) & ~pl.col("place").is_in([leads.height + row for row in settled])
    asked = people.filter(is_asked)["sign"].unique()
    people = people.filter(pl.col("sign").is_in(asked.implode()) & (pl.col("name").n_unique().over("sign") > 1))
    if people.is_empty():
        return []
    of_one = people.unique("place", maintain_order=True)
    nameless = of_one.select(*SOURCES).with_columns(pl.lit(None, pl.String).alias(name) for name in NAMES)
    standardized = standardize(nameless).with_columns(of_one["place"])
    standardized = standardized.with_columns(mail_domain=pl.when(~pl.col("free")).then("mail_domain"))
    people = people.drop(*SOURCES)
    found = pl.concat(
        [_pairs_sharing(people.join(standardized.select("place", key), on="place"), key, is_asked) for key in _SHARED]
    )
    names = found.select("name", "theirs").unique()
    names = names.with_columns(fits=are_in_other_words(names), is_short=may_be_short_forms(names))
    found = found.join(names, on=["name", "theirs"], maintain_order="left")
    found = found.filter(pl.col("fits") | (pl.col("is_short") & (pl.col("key") == "phone")))
    found = found.join(_with_an_address_each(found.filter(~pl.col("fits")), of_one), on=["place", "other"], how="anti")
    found = found.unique(["place", "other"], keep="first", maintain_order=True).sort("place", "other")
    ids = leads["id"].to_list()
    return [
        Link(
            place - len(ids),
            ids[other] if other < len(ids) else other - len(ids),
            LIKELY,
            f"a part or another spelling of the same name; {_SHARED[key]}",
        )
        for place, other, key in found.select("place", "other", "key").iter_rows()
    ]


def _pairs_sharing(people: pl.DataFrame, key: str, is_asked: pl.Expr) -> pl.DataFrame:
    """Return pairs of an asked row and an earlier person, with the same value of a key and a sign of a family name.

    Of earlier people of one name and value only the first one: a list may have thousands of such rows.
    """
    bucket = ["sign", key]
    some = people.filter(pl.col(key) != "").filter(pl.col("name").n_unique().over(bucket).is_between(2, MOST_NAMES))
    first = some.unique([*bucket, "name"], keep="first", maintain_order=True)
    pairs = some.filter(is_asked).join(first, on=bucket)
    fits = [_may_be_equal(name) for name in people.columns if name.startswith(_OWN)]
    pairs = pairs.filter(pl.col("place_right") < pl.col("place"), pl.col("name") != pl.col("name_right"), *fits)
    return pairs.select(
        "place", pl.col("place_right").alias("other"), "name", pl.col("name_right").alias("theirs"), key=pl.lit(key)
    )


def _with_an_address_each(pairs: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs whose addresses at one domain spell two given names, each its own."""
    parts = people["email"].str.to_lowercase().str.split_exact("@", 1)
    mail = people.select("place", local=parts.struct.field("field_0"), domain=parts.struct.field("field_1"))
    theirs = mail.rename({"place": "other", "local": "their_local"})
    both = pairs.join(mail, on="place").join(theirs, on=["other", "domain"])
    if both.is_empty():  # as in most lists
        return both
    both = both.join(families_of(both.select("name", "theirs").unique()), on=["name", "theirs"])
    given = spelled_given(both.select("name", "family", "local"))
    their_given = spelled_given(both.select(name="theirs", family="their_family", local="their_local"))
    both = both.with_columns(given, their_given.alias("their_given"))
    alone = [pl.col(name).str.contains(f"^[a-z]{{{_LEAST},}}$") for name in ("given", "their_given")]
    begins = pl.col("given").str.starts_with(pl.col("their_given"))
    begins |= pl.col("their_given").str.starts_with(pl.col("given"))
    return both.filter(pl.Series(are_spelled_apart(both)) | (pl.all_horizontal(alone) & ~begins))


def _may_be_equal(name: str) -> pl.Expr:
    return pl.col(name).eq(pl.col(f"{name}_right")).fill_null(value=True)


def _people(frame: pl.DataFrame, roles: Collection[str]) -> pl.DataFrame:
    """Return the columns that are compared as text, ``name``, and the values of which a person has only one.

    The name is null where there is none, and where it is of several people.
    """
    own_values = dict.fromkeys(("linkedin_url", "external_id", *roles))
    nothing = pl.repeat(None, frame.height, dtype=pl.String, eager=True)
    texts = pl.DataFrame(
        {
            name: as_text(frame[name]) if name in frame.columns else nothing
            for name in dict.fromkeys((*SOURCES, *own_values))
        }
    )
    own = [pl.col(name).str.to_lowercase().alias(f"{_OWN}{name}") for name in own_values]
    people = texts.select(*SOURCES, *own, name=whole_names(texts))
    maybe = people.filter(pl.col("name").str.to_lowercase().str.contains(pattern_of_several()))["name"].unique()
    several = maybe.filter(pl.Series(map(is_of_several, maybe), dtype=pl.Boolean))
    return people.with_columns(name=pl.when(~pl.col("name").is_in(several.implode())).then("name"))
