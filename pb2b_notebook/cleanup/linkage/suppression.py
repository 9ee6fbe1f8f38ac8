"""Find people who opted out among new rows, by matching: they may come back with another email address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.cleanup.linkage.clusters.grouping import REVIEWED
from pb2b_notebook.cleanup.linkage.columns.all_phones import have_several, phone_columns, phones_of
from pb2b_notebook.cleanup.linkage.columns.compared_columns import is_identifying
from pb2b_notebook.cleanup.linkage.columns.shared_phones import MOST_OWNERS, of_one_person, same_numbers, with_numbers
from pb2b_notebook.cleanup.linkage.columns.standardization import SOURCES, companies_of
from pb2b_notebook.cleanup.linkage.find import duplicates
from pb2b_notebook.cleanup.linkage.names.folding import as_text, fold
from pb2b_notebook.cleanup.linkage.names.loose_names import (
    are_loosely_one,
    are_spelled_apart,
    families_of,
    give_frequent_names,
    have_one_given_name,
    spell_family_name,
    spelled_given,
)
from pb2b_notebook.cleanup.linkage.names.name_words import whole_names, words_of
from pb2b_notebook.cleanup.linkage.names.other_names import (
    MOST_NAMES,
    read_as,
    read_by_phone,
    shares_family_name,
    with_names,
)
from pb2b_notebook.cleanup.linkage.pairs.levels import have_conflicting_names, levels_of
from pb2b_notebook.cleanup.linkage.results.result import pairs_of_rows
from pb2b_notebook.cleanup.linkage.spark.duplicates import check_memory, count_rows, fit_on_driver, read_rows
from pb2b_notebook.cleanup.values.email_checks import free_providers
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.spark.failures import spark_errors
from pb2b_notebook.spark.partitions import spark_frame

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    import numpy as np

    from pb2b_notebook.cleanup.frames import OpenFrame

COMPARED: Final = frozenset(SOURCES) - {"country"}
"""The columns that are compared. A list may have the country of an office or a fair, which excuses no one."""
_FOUND: Final = ("id", "suppressed", "probability", "reasons")
_LIKELY: Final = 0.5
_PERHAPS: Final = 0.3
_POSSIBLE: Final = 0.01
"""Least match probabilities: of one whose names may be one, and of one that shares what few others have."""
_MAY_BE_MONSIEUR: Final = r"(?:M\.?|Me)"
"""What is Monsieur or Maître before a family name in French, and otherwise an initial, as a regular expression."""
_READ_OTHERWISE: Final = (
    "by another spelling or a part of the name, by the family name at one company or phone, by a mobile phone, or with "
    "another address: "
)
_LAST_DIGITS: Final = 8
_NAME_PARTS: Final = ("first_name", "last_name")
READING: Final = ("id", "first")
"""Columns of :func:`readings_of` that say which content a row has, in which reading."""
_SAME_NAME: Final = (1, 2, 3, 4, 5)
_DIFFERENT_NAMES: Final = (10, 12, 15)
_COMPARED: Final = 4
_OTHER_COMPANY: Final = 12
_SAME_DOMAIN: Final = 13
_SAME_COMPANY: Final = (4, 5, 6, 7)
_SIMILAR_COMPANIES: Final = (8, 9, 10, 11)
_SAME_LOCAL_PART: Final = (3, 4, 10, 14)
_SAME_PHONE: Final = (1, 2, 3, 8)
_SAME_PROFILE: Final = (1, 3)
"""Levels of agreement; from ``_COMPARED`` on, both rows have a company, and from ``_OTHER_COMPANY`` on another one: of
the same domain, where it is ``_SAME_DOMAIN``."""


def find_suppressed(rows: OpenFrame, suppressed: OpenFrame, by_family: Collection[int] | None = None) -> pl.DataFrame:
    """Return the rows that are probably about suppressed people: each by its content, which the whole list decides.

    Args:
        rows: Rows whose columns are named by the keys of lead fields.
        suppressed: People who must not be contacted, with such columns.
        by_family: Positions of the people to ask about for the family name at a company or phone alone; all by default.

    Returns:
        A polars frame with one row for each row that was found: ``row`` and ``suppressed`` (positions from 0, of the
        most probable person), ``probability`` and ``reasons`` in words.

    >>> import pandas as pd
    >>> from pb2b_notebook.cleanup.frames import open_frame
    >>> rows = open_frame(pd.DataFrame({"full_name": ["Ada Berg"], "company_name": ["Nordlicht"]}))
    >>> gone = open_frame(pd.DataFrame({"full_name": ["Ada Berg"], "company_name": ["Nordlicht AG"]}))
    >>> find_suppressed(rows, gone).select("row", "suppressed", "reasons").rows()
    [(0, 0, 'same name; same company')]
    """
    readings = readings_of(rows, contents_of(suppressed), by_family)
    distinct = readings.unique(READING, maintain_order=True)
    return rows_of_contents(readings, suppressed_contents(distinct, columns_with_values(rows), suppressed))


def readings_of(frame: OpenFrame, people: pl.DataFrame, by_family: Collection[int] | None = None) -> pl.DataFrame:
    """Return the contents of rows, and how those that may be about suppressed people read otherwise: not ``first``.

    Args:
        frame: Rows whose columns are named by the keys of lead fields.
        people: Contents of the suppressed people.
        by_family: As of :func:`find_suppressed`.
    """
    contents = contents_of(frame)
    read = _read_otherwise(contents, people, by_family)
    return pl.concat([contents.with_columns(first=True), read.with_columns(first=False)])


def contents_of(frame: OpenFrame) -> pl.DataFrame:
    """Return the columns of each row that are compared, as text, and ``id``: that of its content, in any list.

    A row with several phones, also in columns such as "Mobile", has as many contents; ``row`` is its position.

    >>> import pandas as pd
    >>> from pb2b_notebook.cleanup.frames import open_frame
    >>> frame = open_frame(pd.DataFrame({"id": ["a", "b"], "full_name": ["Ada Berg", "Ada Berg"]}))
    >>> contents_of(frame)["id"].n_unique()
    1
    """
    columns = phone_columns(frame.names)
    texts = {name: as_text(frame.table[name].to_native()) for name in frame.names if name in COMPARED}
    table = pl.DataFrame({"row": pl.int_range(len(frame), eager=True), **texts})
    if columns and ("phone" not in texts or have_several(frame, columns)):
        phones = phones_of(frame, columns).select("row", each="phone")
        own = pl.col("phone") if "phone" in texts else pl.lit(None, pl.String)
        table = table.join(phones, on="row", how="left", maintain_order="left")
        table = table.with_columns(phone=pl.coalesce("each", own)).drop("each")
    return _with_ids(table).unique(["row", "id"], keep="first", maintain_order=True)


def _with_ids(table: pl.DataFrame) -> pl.DataFrame:
    content = pl.struct(sorted({*table.columns} - {"row", "id"}) or pl.lit(None))
    # Two hashes: one of 64 bits is that of two contents once in a few thousand lists of a hundred million.
    return table.with_columns(pl.concat_str(content.hash(0), content.hash(1), separator=":").alias("id"))


def _read_otherwise(contents: pl.DataFrame, people: pl.DataFrame, by_family: Collection[int] | None) -> pl.DataFrame:
    """Return contents that may be about suppressed people in other words: with their names, or another address.

    A person may come back with another private address, which elsewhere speaks for another person of the name.
    """
    words = words_of(contents), words_of(people)
    in_other_words = (_read_as_monsieur(contents), read_as(contents, *words), read_by_phone(contents, people))
    at_one_place = _read_at_one_company(contents, people, by_family)
    read = pl.concat([*in_other_words, _read_by_own_phone(contents, people), at_one_place])
    if "email" in contents.columns:
        private = pl.col("email").str.to_lowercase().str.split("@").list.last().is_in([*free_providers()])
        named = contents.filter(private & shares_family_name(contents, *words))
        read = pl.concat([read, named]).with_columns(email=pl.when(~private).then("email"))
    return _with_ids(read)


def _read_at_one_company(
    contents: pl.DataFrame, people: pl.DataFrame, by_family: Collection[int] | None = None
) -> pl.DataFrame:
    """Return the contents of the companies of suppressed people whose names may loosely be theirs, with these names.

    The company is one by its name, its website, a domain of addresses, but for a provider's, or its phone. Names of a
    company that has more than a few hundred are not compared. A family name that few have there may be enough.

    >>> people = pl.DataFrame({"full_name": ["Philippe Lefèvre"], "company_name": ["Nordlicht AG"]})
    >>> rows = pl.DataFrame({"full_name": ["Phil Lefebvre"] * 2, "company_name": ["Nordlicht", "Ikaria"]})
    >>> _read_at_one_company(rows, people).rows()
    [('Philippe Lefèvre', 'Nordlicht')]
    """
    # Rows are counted once for each name: a list may have thousands of one name at one company.
    named, known = (
        companies_of(table)
        .with_columns(
            table.with_columns(
                name=whole_names(table), local=_local_part(table), phone=_digits(table, _LAST_DIGITS)
            ).select("name", "local", "phone")
        )
        .with_row_index("place")
        .unpivot(index=["place", "name", "local"], variable_name="kind", value_name="value")
        .filter(pl.col("name").is_not_null() & (pl.col("value") != ""))
        .with_columns(pl.col("kind").str.strip_prefix("mail_"))
        for table in (contents, people)
    )
    of_one = ["kind", "value"]
    ours, theirs = (
        table.select(*of_one, "name").unique().filter(pl.len().over(of_one) <= MOST_NAMES) for table in (named, known)
    )
    shared = ours.join(theirs.rename({"name": "theirs"}), on=of_one).filter(pl.col("name") != pl.col("theirs"))
    if shared.is_empty():  # as in most lists
        return contents.clear()
    if by_family is not None:
        rows = people.with_row_index("place").filter(pl.col("row").is_in([*by_family]))
        known = known.join(rows, on="place", how="semi")
    pairs = shared.select("name", "theirs").unique(maintain_order=True)
    loose = shared.join(pairs.filter(are_loosely_one(pairs)), on=["name", "theirs"])
    found = pl.concat(
        [
            named.join(loose, on=[*of_one, "name"]).select("place", "theirs"),
            # A family name at a company is little to ask about a row that no message can reach.
            _of_one_family(named.filter(pl.col("local").is_not_null() | (pl.col("kind") == "phone")), known, shared),
            _with_married_name(named, known, shared),
        ]
    )
    found = found.unique().sort("place", "theirs")
    rows = contents.with_row_index("place").join(found, on="place", maintain_order="left_right")
    return with_names(rows, contents.columns)


def _of_one_family(named: pl.DataFrame, known: pl.DataFrame, shared: pl.DataFrame) -> pl.DataFrame:
    """Return the places of rows with the name of a suppressed person of their family at one company or phone."""
    pairs = families_of(shared.select("name", "theirs").unique(maintain_order=True))
    near = shared.join(pairs, on=["name", "theirs"])
    if near.is_empty():  # as in most lists
        return near.select(pl.lit(0, named.schema["place"]).alias("place"), "theirs")
    # A list may have thousands of addresses of one name, which spell its given name in a few ways.
    of_one = ["kind", "value"]
    ours = _with_given(named, near.select(*of_one, "name", "family"))
    others = _with_given(known, near.select(*of_one, name="theirs", family="their_family"))
    others = others.select(*of_one, theirs="name", their_family="family", their_given="given").unique()
    both = near.join(ours.select(*of_one, "name", "family", "given").unique(), on=[*of_one, "name", "family"])
    both = both.join(others, on=[*of_one, "theirs", "their_family"])
    # An own line says more than two addresses, if one spells what may be a short form of the other's given name.
    lines = named.filter(pl.col("kind") == "phone", pl.col("name").n_unique().over("value") == 1)["value"]
    own_line = (pl.col("kind") == "phone") & pl.col("value").is_in(lines.unique().implode())
    both = both.filter(~are_spelled_apart(both) | (own_line & ~give_frequent_names(both)))
    few = both.filter(pl.col("name").n_unique().over(*of_one, "theirs") <= MOST_OWNERS)
    return ours.join(few, on=[*of_one, "name", "family", "given"]).select("place", "theirs")


def _with_married_name(named: pl.DataFrame, known: pl.DataFrame, shared: pl.DataFrame) -> pl.DataFrame:
    """Return the places of rows whose family name may be a married one, with the name of the suppressed person.

    The given name is the same, and so is the phone, which no other name of the list has; or, at one company, an address
    still spells the other's family name: claire.durand@ of Claire Martin.
    """
    pairs = shared.select("name", "theirs").unique(maintain_order=True)
    near = shared.join(pairs.filter(have_one_given_name(pairs)), on=["name", "theirs"])
    if near.is_empty():  # as in most lists
        return near.select(pl.lit(0, named.schema["place"]).alias("place"), "theirs")
    of_one = ["kind", "value"]
    rows = named.with_columns(names=pl.col("name").n_unique().over(of_one)).join(near, on=[*of_one, "name"])
    mailboxes = known.select(*of_one, theirs="name", their_local="local").unique()
    both = rows.join(mailboxes, on=[*of_one, "theirs"])
    own_line = (pl.col("kind") == "phone") & (pl.col("names") == 1)
    return both.filter(own_line | spell_family_name(both)).select("place", "theirs")


def _with_given(named: pl.DataFrame, families: pl.DataFrame) -> pl.DataFrame:
    """Return the people of a company who have one of these names, with the given name that their addresses spell."""
    found = named.join(families.unique(), on=["kind", "value", "name"])
    people = found.select("name", "family", "local").unique(maintain_order=True)
    return found.join(
        people.with_columns(spelled_given(people)),
        on=["name", "family", "local"],
        nulls_equal=True,
        maintain_order="left",
    )


def _digits(table: pl.DataFrame, last: int) -> pl.Expr:
    phone = pl.col("phone") if "phone" in table.columns else pl.lit("", pl.String)
    digits = phone.str.replace_all("[^0-9]", "").str.slice(-last)
    return pl.when(digits.str.len_chars() == last).then(digits).otherwise(pl.lit(""))


def _local_part(table: pl.DataFrame) -> pl.Expr:
    return pl.col("email").str.split("@").list.first() if "email" in table.columns else pl.lit(None, pl.String)


def _read_by_own_phone(contents: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Return the contents with the own phone of suppressed people, without name and address: the phone asked.

    Claire Durand may be Claire Martin, who married, and Tonho da Padaria Antônio Gouveia.

    >>> people = pl.DataFrame({"full_name": ["Ada Berg"], "phone": ["+49 170 1234567"]})
    >>> rows = pl.DataFrame({"full_name": ["Eva Kurz", "Max Roth"], "phone": ["0170/1234567", "030 7654321"]})
    >>> _read_by_own_phone(rows, people).rows()
    [(None, '0170/1234567')]
    """
    if "phone" not in contents.columns or "phone" not in people.columns:
        return contents.clear()
    owners = with_numbers(people)
    rows = same_numbers(contents.with_row_index("place"), owners)
    if rows.is_empty():  # as in most lists
        return contents.clear()
    rows, owners = (
        table.with_columns(whole_names(table).alias(name)).with_columns(fold(pl.col(name).fill_null("")))
        for table, name in ((rows, "name"), (owners, "theirs"))
    )
    owners = owners.filter(pl.col("theirs").n_unique().over("number") <= MOST_OWNERS)
    found = of_one_person(rows, owners.with_columns(other="phone"))
    read = rows.join(found, on="place", how="semi", maintain_order="left").select(contents.columns)
    own = [name for name in ("full_name", *_NAME_PARTS, "email") if name in read.columns]
    return read.with_columns(pl.lit(None, pl.String).alias(name) for name in own)


def _read_as_monsieur(contents: pl.DataFrame) -> pl.DataFrame:
    """Return the contents whose M. may be an initial or Monsieur, read as Monsieur.

    >>> contents = pl.DataFrame({"row": [0, 1], "full_name": ["M. Roux", "M. Ada Roux"], "id": ["a", "b"]})
    >>> _read_as_monsieur(contents).select("row", "full_name").rows()
    [(0, 'Monsieur Roux')]
    """
    short = {"full_name": rf"(?i)^{_MAY_BE_MONSIEUR}( +[^ ]+)$", "first_name": rf"(?i)^{_MAY_BE_MONSIEUR}()$"}
    patterns = {name: pattern for name, pattern in short.items() if name in contents.columns}
    found = (pl.col(name).str.contains(pattern) for name, pattern in patterns.items())
    read = (pl.col(name).str.replace(pattern, "Monsieur${1}") for name, pattern in patterns.items())
    return contents.filter(pl.any_horizontal(pl.lit(value=False), *found)).with_columns(read)


def columns_with_values(frame: OpenFrame) -> list[str]:
    """Return the columns that are compared and have a value."""
    given = [name for name in frame.names if frame.table[name].null_count() < len(frame)]
    phones = [] if "phone" in given or not phone_columns(given) else ["phone"]
    return [*(name for name in given if name in COMPARED), *phones]


def suppressed_contents(
    readings: Any, columns: Sequence[str], suppressed: OpenFrame, work: Path | None = None
) -> pl.DataFrame:
    """Return the contents that are probably about suppressed people.

    Args:
        readings: Distinct rows of :func:`readings_of`, in polars, also lazy, or as a DataFrame of Spark.
        columns: Columns that have a value.
        suppressed: People who must not be contacted.
        work: Work folder for the comparison; in memory by default.

    Returns:
        For each content that was found, in each reading: ``id``, and the columns of :func:`find_suppressed` but
        ``row``.
    """
    fields = columns_with_values(suppressed)
    if not (is_identifying(columns) and is_identifying(fields)):
        kinds = (pl.String, pl.Int64, pl.Float64, pl.String)
        return pl.DataFrame(schema=dict(zip(_FOUND, kinds, strict=True)))
    people = contents_of(suppressed).unique("id", keep="first", maintain_order=True).with_row_index("person")
    people = people.select(pl.col("row").alias("suppressed"), *fields, id=pl.format("person {}", "person"))
    if work is None and spark_frame(readings) is not None and fit_on_driver(number := count_rows(readings)):
        check_memory(number)
        readings = pl.concat(read_rows(readings))
    on_spark = spark_frame(readings) is not None
    # The other readings by themselves: beside the first one, each would be the name of another person.
    parts = [
        readings.filter(wanted if on_spark else pl.sql_expr(wanted)).select("id", *columns)
        for wanted in ("first", "NOT first")
    ]
    # Without other readings, which most lists are, there is nothing more to compare.
    found = [_compare(parts[0], people, work)]
    if _has_rows(parts[1]):
        found.append(_compare(parts[1], people, work, first=False))
    return pl.concat(found)


def _has_rows(rows: Any) -> bool:
    if spark_frame(rows) is not None:
        with spark_errors():
            return not rows.isEmpty()
    return not rows.lazy().head(1).collect().is_empty()


def _compare(rows: Any, people: pl.DataFrame, work: Path | None, *, first: bool = True) -> pl.DataFrame:
    """Return those of the rows that are probably about suppressed people, by their first or another reading."""
    compared = duplicates(rows, threshold=_POSSIBLE, known=people.drop("suppressed"), work=work)
    # Only these: rows that are nearly equal are in many pairs with each other, whose reasons would need much memory.
    both = _from_both_sides(pairs_of_rows(compared, people["id"]))
    patterns = both["pattern"].to_numpy()
    asked = pl.Series(may_be_suppressed(patterns, both["probability"].to_numpy()))
    if not first:
        asked &= pl.Series(are_of_one_place(patterns))
        both = both.with_columns(reasons=pl.lit(_READ_OTHERWISE) + pl.col("reasons"))
    found = (
        both.filter(asked)
        .join(people.select("suppressed", other="id"), on="other")
        .sort("id", "probability", "suppressed", descending=[False, True, False])
        .unique("id", keep="first", maintain_order=True)
        .select(*_FOUND)
    )
    if found.is_empty():
        return found
    # Of rows that are equal once their case and signs are settled, only the first is in a pair with a known row.
    alike = _from_both_sides(pairs_of_rows(compared, found["id"], least=_LIKELY))
    like = alike.select("id", "other", alike="probability")
    copies = like.join(found.rename({"id": "other"}), on="other").sort(
        "id", "alike", "probability", "suppressed", descending=[False, True, True, False]
    )
    return pl.concat([found, copies.select(*_FOUND)]).unique("id", keep="first", maintain_order=True)


def _from_both_sides(pairs: pl.DataFrame) -> pl.DataFrame:
    """Return each pair from the side of each of its rows (``id``) that is not a suppressed person."""
    sides = (("row_a", "row_b"), ("row_b", "row_a"))
    both = pl.concat([pairs.select("probability", "reasons", "pattern", id=a, other=b) for a, b in sides])
    return both.filter(~pl.col("id").str.starts_with("person "))


def rows_of_contents(readings: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Return what was found for rows, with ``row``, their positions from 0.

    Args:
        readings: Result of :func:`readings_of` for the rows.
        found: Result of :func:`suppressed_contents`.
    """
    rows = readings.select("row", "id").unique(maintain_order=True).join(found, on="id", maintain_order="left")
    likeliest = rows.sort("row", "probability", descending=[False, True], maintain_order=True)
    return likeliest.unique("row", keep="first", maintain_order=True).select(
        "row", "suppressed", "probability", "reasons"
    )


def are_of_one_place(patterns: np.ndarray) -> np.ndarray:
    """Return for each pair whether the companies may be one, or the phone is: a name alone was read as another one.

    Args:
        patterns: Levels of agreement of pairs, one integer each.
    """
    import numpy as np

    company, phone = levels_of(patterns, "company", "phone")
    one: np.ndarray = (company < _OTHER_COMPANY) | (company == _SAME_DOMAIN) | np.isin(phone, _SAME_PHONE)
    return one


def may_be_suppressed(patterns: np.ndarray, probability: np.ndarray) -> np.ndarray:
    """Return for each pair whether a person is to be asked if the new row is about the suppressed person.

    It asks more than duplicates link: a wrong question costs less than a message to someone who opted out. Two people
    at one company or switchboard, whose names differ, are not asked about.

    Args:
        patterns: Levels of agreement of pairs, one integer each.
        probability: Match probability of each pair.

    >>> import numpy as np
    >>> from pb2b_notebook.cleanup.linkage.results.reasons import reasons
    >>> patterns = np.array([1 | 4 << 7, 1 | 12 << 7, 12 | 4 << 7, 1 | 3 << 11])
    >>> reasons(patterns)
    ['same name; same company', 'same name; but different companies', 'same family name, different first names; \
same company', 'same local part of the email; same name']
    >>> may_be_suppressed(patterns, np.full(4, 0.1)).tolist()
    [True, False, False, True]
    """
    import numpy as np

    name, company, email, phone, profile = levels_of(patterns, "name", "company", "email", "phone", "profile")
    nearly_same = np.isin(name, _SAME_NAME)
    # A new job brings another company and address; without a company on both sides, an address made of the name is all.
    shared = np.isin(phone, _SAME_PHONE) | np.isin(profile, _SAME_PROFILE)
    alike = np.isin(company, (*_SAME_COMPANY, *_SIMILAR_COMPANIES))  # "Nord" for "Nord Logistik GmbH"
    shared |= nearly_same & (alike | (np.isin(email, _SAME_LOCAL_PART) & (company < _COMPARED)))
    possible = (probability >= _POSSIBLE) & shared
    possible |= (probability >= REVIEWED) & np.isin(company, _SAME_COMPANY)
    possible &= ~np.isin(name, _DIFFERENT_NAMES)
    # What an intake shows as perhaps a known lead, but for namesakes at other companies.
    possible |= (probability >= _PERHAPS) & are_of_one_place(patterns)
    found: np.ndarray = (probability >= _LIKELY) | (possible & ~have_conflicting_names(patterns))
    return found
