"""Features that follow from the other rows: how common a name is, and how many people share an address or a phone.

They make "same name" count less where the name is common, which is why a threshold means the same in a thousand rows
and in a million.
"""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Final, NamedTuple

from pb2b_notebook.cleanup.linkage.columns.further_columns import FEW
from pb2b_notebook.cleanup.linkage.tables.components import components
from pb2b_notebook.engines.protocol import Engine, Shared, TableT

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import polars as pl

    from pb2b_notebook.engines.memory import InMemory

MOST_OF_RARE_NAME: Final = 6
"""Most rows of a name of which all pairs are compared, whatever else they have."""
NAMES_READ: Final = ("first", "last", "formals", "common", "frequent_sound", "name_hash", "script", "sounds_hash")
"""Columns that :func:`names_sharing` reads."""
_NAMES: Final = ("first", "last")
_AT_ONE_PLACE: Final = {"company": "", "line": -1, "mailbox_hash": 0}
"""Column of what colleagues or a household share → what stands there for none."""
_OF_FORMS: Final = ("first", "frequent_sound", "formals", "is_formal")
"""Columns that say which given names a short form may stand for."""
_PREFIXES: Final = (3, 4, 5, 6)
"""Lengths of given names that may be short for any that begins with them."""
_MOST_FITTING: Final = 100
"""Most given names of one short form that are compared with each other; more of them count as they are."""
_FITTING: Final = [f"fitting_{name}" for name in _AT_ONE_PLACE]
_PASSING: Final = ("site_rows", "company_rows", "whole_rows", *_FITTING)
"""Columns from which others follow."""
_MANY = 8
"""Number of companies sharing a mail domain from which the domain counts as an email provider's."""
_KNOWN = 5
"""Least number of rows in which a given name must occur to count as a name and not as a typing error …"""
_COMMON = 1 / 4000
"""… and its least share of all rows, since a million rows contain the same typing error more often."""
_PRIOR = 1e-3
"""People added to each country, so that no country has none."""
_SIMILAR, _SIMILAR_GIVEN = 0.9, 0.82
"""Least Jaro-Winkler similarity of two spellings of a family name, and of a given name of which not both are known."""
_PART = 3
"""Letters of a family name that are too few to be recognized as a part of another."""
_SHORT: Final = 3
"""Letters of a given name that may be short for any that begins with it: Mat is Matilda, but Marin is not Marina."""
_OF_ONE_NAME = 2
"""Most rows of one whole name that count for how common its parts are: more of them may be one person many times."""
_FEW_NAMES = 12
"""Most spellings of names behind one address that are compared; more of them count as they are."""
_COUNTRIES = 16
"""Countries whose people are counted separately: the most common ones, and all others as one."""


def shared_domains(table: pl.DataFrame) -> pl.DataFrame:
    """Return the mail domains (``mail_domain``) that people of many companies use.

    Args:
        table: ``mail_domain`` and ``company`` of all rows of a domain.
    """
    import polars as pl

    both = table.filter((pl.col("mail_domain") != "") & (pl.col("company") != ""))
    companies = both.group_by("mail_domain").agg(n=pl.len(), companies=pl.col("company").n_unique())
    return companies.filter((pl.col("companies") >= _MANY) & (pl.col("companies") * 2 > pl.col("n"))).select(
        "mail_domain"
    )


def with_frequencies(table: pl.DataFrame, tables: InMemory) -> pl.DataFrame:
    """Return the table with the number of rows that share the name, the company, the email and the phone."""
    counts = name_counts(tables.add("countries", _countries, table), tables)
    table = tables.add("name frequencies", partial(_name_frequencies, counts=counts), table)
    table = tables.share(table, _shared_values())
    return tables.add("frequencies", _frequencies, table).drop(*_PASSING)


class NameCounts(NamedTuple):
    """How common names are in a list.

    Attributes:
        rows: Number of rows.
        share: Share of the people of each country.
        parts: For ``first`` and ``last``: the different names, sorted; the number of rows of each; and the estimated
            number of its rows in each country.
    """

    rows: int
    share: np.ndarray
    parts: dict[str, tuple[pl.Series, np.ndarray, np.ndarray]]


def name_counts(table: TableT, tables: Engine[TableT]) -> NameCounts:
    """Count the names of a list.

    Args:
        table: ``first``, ``last`` and ``counted_in``, the country or null.
        tables: Where the table is.
    """
    import numpy as np
    import polars as pl

    counted = dict(zip(_NAMES, tables.run([(partial(_count, tables, name), table) for name in _NAMES]), strict=True))
    countries = counted["first"].group_by("counted_in").agg(pl.col("n").sum())
    common = countries.drop_nulls().sort(["n", "counted_in"], descending=[True, False])["counted_in"]
    numbers = dict(zip(common.head(_COUNTRIES - 1), range(_COUNTRIES - 1), strict=False))
    people = np.zeros(_COUNTRIES)
    for country, rows in countries.drop_nulls().iter_rows():
        people[numbers.get(country, _COUNTRIES - 1)] += rows
    people += _PRIOR
    share = (people / people.sum()).astype(np.float32)
    parts = {name: _rows_by_country(counts.rename({name: "name"}), numbers, share) for name, counts in counted.items()}
    return NameCounts(int(countries["n"].sum()), share, parts)


def _count(tables: Engine[TableT], name: str, table: TableT) -> pl.DataFrame:
    return tables.count(table, name, "counted_in")


def _countries(table: pl.DataFrame) -> pl.DataFrame:
    """Return the country of each row (``counted_in``): its own, else that of its domain; null if neither is known."""
    import polars as pl

    country = (
        pl.when(pl.col("country") != "").then("country").otherwise(pl.col("site").str.extract(r"\.([a-z]{2})$", 1))
    )
    return table.select(counted_in=country.replace("", None))


def _rows_by_country(
    counts: pl.DataFrame, countries: dict[str, int], share: np.ndarray
) -> tuple[pl.Series, np.ndarray, np.ndarray]:
    """Return the different names, the number of rows of each, and the estimated number of its rows in each country.

    Rows of unknown country are spread like the others. An initial may be any name that begins with it, and an empty
    name may be any name.

    Args:
        counts: ``name``, ``counted_in`` and ``n``, the number of their rows.
        countries: Country → its number, for the most common ones.
        share: Share of the people of each country.
    """
    import numpy as np
    import polars as pl

    known = counts["name"].unique().sort()  # the sums then do not depend on the order of the rows
    number, n = _numbers_of(counts["name"], known), counts["n"].to_numpy()
    country = pl.col("counted_in").replace_strict(countries, default=_COUNTRIES - 1, return_dtype=pl.Int16)
    has_country = counts["counted_in"].is_not_null().to_numpy()
    country_of = counts.select(country).to_series().to_numpy()
    cell = number[has_country] * _COUNTRIES + country_of[has_country]
    seen = np.bincount(cell, n[has_country], minlength=len(known) * _COUNTRIES)
    seen = seen.reshape(-1, _COUNTRIES).astype(np.float32) + share
    rows = np.bincount(number, n, minlength=len(known))
    found: np.ndarray = seen / seen.sum(axis=1, keepdims=True) * rows.astype(np.float32)[:, None]
    initial = known.str.slice(0, 1)
    for letter in known.filter(known.str.contains("^[a-z]?$")):
        found[(known == letter).to_numpy()] = found[(initial == letter).to_numpy() | (letter == "")].sum(axis=0)
    return known, rows, found


def _numbers_of(names: pl.Series, known: pl.Series) -> np.ndarray:
    """Return the position of each name among the known ones."""
    import numpy as np
    import polars as pl

    return names.cast(pl.Enum(known)).to_physical().to_numpy().astype(np.int64)


def _name_frequencies(table: pl.DataFrame, counts: NameCounts) -> pl.DataFrame:
    """Return how many rows have the given and the family name, and how many have both by chance (``namesakes``).

    That follows from how common the two names are, counted in each country separately: names of one country meet far
    more often than their overall frequency suggests.
    """
    import numpy as np
    import polars as pl

    (first, rows, given), (last, _, family) = (
        (_numbers_of(table[name], known), rows, by_country) for name, (known, rows, by_country) in counts.parts.items()
    )
    expected = np.einsum("nl,nl->n", (given / (counts.share * np.float32(max(FEW, counts.rows))))[first], family[last])
    common = pl.Series(rows[first] >= max(_KNOWN, counts.rows * _COMMON)) | (table["formal_bits"] != 0)
    # An initial has the rows of all names that begin with it: J. Smith is not the only J.
    return pl.DataFrame(
        {
            "first_rows": pl.Series(given.sum(axis=1)[first], dtype=pl.Float32),
            "last_rows": pl.Series(family.sum(axis=1)[last], dtype=pl.Float32),
            "namesakes": pl.Series(expected, dtype=pl.Float32),
            "common": common,
        }
    )


@cache
def _shared_values() -> tuple[Shared, ...]:
    import polars as pl

    def rows_with_same(key: pl.Expr, name: str, *columns: str, alone: float) -> Shared:
        rows = pl.len().over(columns).cast(pl.Float32).alias(name)
        return Shared(lambda table: table.select(rows), key, columns, {name: alone})

    def names_with_same(
        name: str, value: pl.Expr, has_value: pl.Expr, column: str, within: pl.Expr | None = None
    ) -> Shared:
        def function(table: pl.DataFrame) -> pl.DataFrame:
            both = table.select(value.alias("value"), has_value.alias("has_value"))
            return names_sharing(table, both["value"], both["has_value"]).alias(name).to_frame()

        return Shared(
            function, pl.when(has_value).then(value if within is None else within), (*NAMES_READ, column), {name: 1}
        )

    line, site, company = pl.col("line"), pl.col("site"), pl.col("company")
    exchange, has_exchange = line // 1000 % 1_000_000, (pl.col("phone") != "") & (site != "")
    return (
        rows_with_same(pl.when(site != "").then(site), "site_rows", "site", alone=0),
        rows_with_same(pl.when(company != "").then(company), "company_rows", "company", alone=0),
        rows_with_same(pl.struct(*_NAMES).hash(), "whole_rows", *_NAMES, alone=0),
        *(
            Shared(
                partial(_fitting_names, shared=name),
                pl.when((pl.col(name) != none) & (pl.col("last") != "")).then(pl.struct(name, "last").hash()),
                (name, "last", *_OF_FORMS),
                {f"fitting_{name}": 1},
            )
            for name, none in _AT_ONE_PLACE.items()
        ),
        Shared(
            lambda table: table.select(exchange=exchange, who=site.hash(), has=has_exchange).pipe(_people_sharing),
            pl.when(has_exchange).then(exchange),
            ("line", "phone", "site"),
            {"exchange_firms": 1},
        ),
        names_with_same("sharers", pl.col("mailbox_hash"), pl.col("mailbox_hash") != 0, "mailbox_hash"),
        names_with_same("callers", _numbers(), line != -1, "line", within=line % 100_000_000),
        names_with_same("owners", pl.col("profile_hash"), pl.col("profile_hash") != 0, "profile_hash"),
    )


def _numbers() -> pl.Expr:
    """Return the digits by which phone numbers are one: the last ten where all that end alike are whole, or eight.

    >>> import polars as pl
    >>> pl.select(line=pl.Series([2125550123, 16125550123])).select(_numbers())["line"].to_list()
    [2125550123, 6125550123]
    >>> pl.select(line=pl.Series([4722334455, 22334455])).select(_numbers())["line"].to_list()
    [22334455, 22334455]
    """
    import polars as pl

    line, end = pl.col("line"), pl.col("line") % 100_000_000
    whole = (line.is_between(10**9, 10**10 - 1) | line.is_between(12 * 10**9, 2 * 10**10 - 1)).all().over(end)
    return pl.when(whole).then(line % 10**10).otherwise(end)


def _frequencies(table: pl.DataFrame) -> pl.DataFrame:
    """Return the number of colleagues, and the namesakes without the rows that do have the whole name.

    Those may be one person many times.
    """
    import numpy as np
    import polars as pl

    expected, whole, *parts = (
        table[name].to_numpy() for name in ("namesakes", "whole_rows", "first_rows", "last_rows")
    )
    expected = expected.copy()
    again = np.maximum(whole.astype(np.int64) - _OF_ONE_NAME, 0)
    for rows in parts:
        expected *= 1 - again / np.rint(rows)
    has_name = (pl.col("first") != "") | (pl.col("last") != "")
    return table.with_columns(namesakes=pl.Series(expected)).select(
        namesakes=pl.when(has_name).then("namesakes").otherwise(pl.lit(0, pl.Float32)),
        fitting=pl.max_horizontal(_FITTING),
        colleagues=pl.max_horizontal(
            pl.when(pl.col("site") == "").then(1.0).otherwise("site_rows"),
            pl.when(pl.col("company") == "").then(1.0).otherwise("company_rows"),
        ).cast(pl.Float32),
    )


def _fitting_names(table: pl.DataFrame, shared: str) -> pl.DataFrame:
    """Return for each row how many given names of its family, at one place, its initial or short form may stand for.

    Names of which one may be the other, such as Daniel and Danny, are one; Daniel and Daniela are two.

    Args:
        table: Rows.
        shared: Column of what the rows of one place share.
    """
    import polars as pl

    key, first = (shared, "last"), pl.col("first")
    given = (pl.col(shared) != _AT_ONE_PLACE[shared]) & (pl.col("last") != "") & (first != "")
    # Few families have three rows at one place. The others are left out before texts are compared, which takes memory.
    place, enough = pl.when(given).then(pl.struct(key).hash()), pl.len() > 2  # noqa: PLR2004 - a form and two names
    rows = table.filter(table.select(place.is_not_null() & enough.over(place)).to_series())
    names = rows.select(*key, *_OF_FORMS).unique().filter(enough.over(key))
    if names.is_empty():  # as in most short lists
        return pl.repeat(1, len(table), dtype=pl.UInt32, eager=True).alias(f"fitting_{shared}").to_frame()
    formals = pl.col("formals").str.split(" ")
    letters, is_whole = first.str.len_chars(), pl.col("is_formal") | pl.col("formals").is_null()
    heard = pl.when(pl.col("frequent_sound") != 0).then(pl.col("frequent_sound").cast(pl.String)).otherwise(first)
    prefixes = pl.concat_list(first.str.head(length) for length in (1, *_PREFIXES))
    signs = pl.when(is_whole).then(pl.concat_list(prefixes, formals.fill_null([])))
    others = names.filter(letters > 1).select(
        *key,
        name="first",
        labels=pl.concat_list(heard, formals.fill_null([])),
        sign=signs.otherwise(pl.concat_list(first.str.head(1))),
    )
    forms = names.filter(~pl.col("is_formal") | (formals.list.len() > 1))
    forms = forms.select(*key, "first", sign=pl.concat_list(first, formals.fill_null([]))).explode("sign")
    both = forms.join(others.explode("sign"), on=[*key, "sign"])
    both = both.filter(first != pl.col("name")).unique([*key, "first", "name"], maintain_order=True)
    counted = both.group_by(*key, "first").agg("labels")
    counts = pl.Series("fitting", [_count_people(labels) for labels in counted["labels"].to_list()], dtype=pl.UInt32)
    found = table.select(*key, "first").join(
        counted.with_columns(counts), on=[*key, "first"], how="left", maintain_order="left"
    )
    return found.select(pl.col("fitting").fill_null(1).alias(f"fitting_{shared}"))


def _count_people(names: Sequence[Sequence[str]]) -> int:
    """Return how many people some given names are of, if those that share a formal name are one.

    >>> _count_people([["daniel"], ["daniela"], ["hans", "johann"], ["jan", "johann"]])
    3
    """
    people: list[set[str]] = []
    for formals in names if len(names) <= _MOST_FITTING else ():
        same = [person for person in people if not person.isdisjoint(formals)]
        people = [*(person for person in people if person not in same), {*formals}.union(*same)]
    return len(people) or len(names)


def _people_sharing(table: pl.DataFrame) -> pl.DataFrame:
    """Return for each row the number of different sites (``who``) that share its exchange."""
    import polars as pl

    people = table.filter("has").unique().group_by("exchange").agg(n=pl.len()).filter(pl.col("n") > 1)
    if people.is_empty():
        return pl.repeat(1, len(table), dtype=pl.UInt32, eager=True).alias("exchange_firms").to_frame()
    counted = table.select("exchange").join(people, on="exchange", how="left", maintain_order="left")["n"]
    found = counted.fill_null(1).zip_with(table["has"], pl.Series([1], dtype=pl.UInt32))
    return found.cast(pl.UInt32).alias("exchange_firms").to_frame()


def names_sharing(table: pl.DataFrame, shared: pl.Series, has_value: pl.Series) -> pl.Series:
    """Return for each row the number of different names among the rows that share its value.

    A typo, a nickname, an initial, a part of a name or the name in another script is not a different name.
    """
    import numpy as np
    import polars as pl

    named = has_value & ((table["first"] != "") | (table["last"] != ""))
    alone = pl.repeat(1, len(table), dtype=pl.UInt32, eager=True)
    if shared.filter(named).n_unique() == named.sum():
        return alone
    names = table.select(*NAMES_READ, shared=shared).filter(named)
    names = names.filter(pl.col("shared").is_duplicated()).unique()
    names = names.with_columns(n=pl.len().over("shared")).filter(pl.col("n") > 1)
    if names.is_empty():
        return alone
    many = pl.col("n") > _FEW_NAMES
    few = names.filter(~many).sort("shared", "first", "last").with_row_index("i")
    sides = [few.rename({name: f"{name}_{side}" for name in few.columns if name != "shared"}) for side in "ab"]
    pairs = sides[0].join(sides[1], on="shared").filter(pl.col("i_a") < pl.col("i_b"))
    alike = pairs.filter(_one_name(pairs)).select("i_a", "i_b")
    # A part of a name fits several names: it is not counted, and joins no two of them.
    whole = (few["first"].str.len_chars() > 1) & (few["last"].str.len_chars() > 1)
    whole_a, whole_b = whole.gather(alike["i_a"]), whole.gather(alike["i_b"])
    parts = pl.concat([alike["i_a"].filter(~whole_a & whole_b), alike["i_b"].filter(whole_a & ~whole_b)])
    kept = np.ones(len(few), dtype=bool)
    kept[parts.to_numpy()] = False
    a, b = (alike.filter(whole_a == whole_b)[name].to_numpy() for name in ("i_a", "i_b"))
    counted = few.with_columns(name=pl.Series(components(len(few), a, b)), kept=pl.Series(kept)).group_by("shared").agg(
        n=pl.col("name").filter("kept").n_unique()
    )  # fmt: skip
    large = names.filter(many).group_by("shared").agg(n=pl.len())
    found = pl.concat([counted, large]).cast({"n": pl.UInt32})
    numbers = shared.alias("shared").to_frame().join(found, on="shared", how="left", maintain_order="left")["n"]
    return numbers.fill_null(1).zip_with(has_value, pl.Series([1], dtype=pl.UInt32))


def _one_name(pairs: pl.DataFrame) -> pl.Series:
    """Return for pairs of names (columns with ``_a`` and ``_b``) whether both may be one person's name."""
    import numpy as np
    import polars as pl
    from rapidfuzz.distance import JaroWinkler
    from rapidfuzz.process import cpdist

    def likeness(one: str, other: str) -> pl.Series:
        found = cpdist(pairs[one].to_list(), pairs[other].to_list(), scorer=JaroWinkler.similarity)
        return pl.Series(np.asarray(found, dtype=np.float32))

    def fits(name: str, most: int | None = None) -> pl.Expr:
        a, b = pl.col(f"{name}_a"), pl.col(f"{name}_b")
        shorter = pl.min_horizontal(a.str.len_chars(), b.str.len_chars())
        begins = (shorter > 2) & (a.str.starts_with(b) | b.str.starts_with(a))  # noqa: PLR2004 - letters
        begins &= shorter <= most if most else True
        return (a == b) | (shorter == 0) | ((shorter == 1) & (a.str.head(1) == b.str.head(1))) | begins

    heard = [pl.col(f"frequent_sound_{side}") for side in "ab"]
    two_frequent = (heard[0] != heard[1]) & (heard[0] != 0) & (heard[1] != 0)

    formals = [pl.col(f"formals_{side}").str.split(" ") for side in "ab"]
    nicknames = formals[0].list.set_intersection(formals[1]).list.len().fill_null(0) > 0
    typed = ~(pl.col("common_a") & pl.col("common_b"))
    alike = fits("first") | (typed & (likeness("first_a", "first_b") >= _SIMILAR_GIVEN))
    first = (alike & ~two_frequent) | fits("first", _SHORT) | nicknames
    last_a, last_b = pl.col("last_a"), pl.col("last_b")
    whole = (last_a.str.len_chars() > _PART) & (last_b.str.len_chars() > _PART)
    last = fits("last") | (whole & (last_a.str.ends_with(last_b) | last_b.str.ends_with(last_a)))
    last |= likeness("last_a", "last_b") >= _SIMILAR
    swapped = (likeness("first_a", "last_b") >= _SIMILAR) & (likeness("last_a", "first_b") >= _SIMILAR)
    alone = ((last_a == "") & (pl.col("first_a") == last_b)) | ((last_b == "") & (pl.col("first_b") == last_a))
    romanized = (pl.col("script_a") != pl.col("script_b")) & (pl.col("sounds_hash_a") != 0)
    romanized &= pl.col("sounds_hash_a") == pl.col("sounds_hash_b")
    same = pl.col("name_hash_a") == pl.col("name_hash_b")  # 田中太郎 has no space where 田中 太郎 has one
    return pairs.select((first & last) | swapped | alone | romanized | same).to_series()


class NamesakePairs(NamedTuple):
    """How many pairs of different contents have one whole name, without those of two known rows.

    Attributes:
        rare: Those of names that few rows have.
        all: All of them.
        with_middle: Those that have a middle name, and the same one.
    """

    rare: float
    all: float
    with_middle: float = 0.0


def namesake_pairs(features: TableT, tables: Engine[TableT]) -> NamesakePairs:
    """Return how many pairs of different contents have one whole name."""
    import polars as pl

    counted = tables.count(features, "name_hash", "middle", sums=["is_new"]).filter(pl.col("name_hash") != 0)
    known, new = pl.col("n") - pl.col("is_new"), pl.col("n", "is_new")
    pairs = (pl.col("n") * (pl.col("n") - 1) - known * (known - 1)).cast(pl.Float64) / 2
    names = counted.group_by("name_hash").agg(new.sum())
    some = (names.filter(pl.col("n") <= MOST_OF_RARE_NAME), names, counted.filter(pl.col("middle") != ""))
    return NamesakePairs(*(float(one.select(pairs.sum()).item()) for one in some))


def shared_names(features: TableT, rows: int, tables: Engine[TableT]) -> tuple[float, float]:
    """Return which share of the pairs of rows with two whole names has one given name, and one family name."""
    whole, given, family = (
        _pairs_of_equal(tables.count(features, name), name, none)
        for name, none in (("name_hash", 0), ("first", ""), ("last", ""))
    )
    others = max(1.0, float(rows) * rows - whole)
    return max(given - whole, 1.0) / others, max(family - whole, 1.0) / others


def _pairs_of_equal(counted: pl.DataFrame, name: str, none: int | str) -> float:
    counts = counted.filter(counted[name] != none)["n"].cast(float)
    return float((counts * counts).sum())
