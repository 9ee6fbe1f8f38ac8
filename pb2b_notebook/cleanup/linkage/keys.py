"""From prepared rows to keys: equal rows as one, in an order of their own, with what each key weighs.

The order follows the company and an MD5 of the content. Nothing after this sees the order of the frame, and so no
result depends on it. What is compared with each other is mostly of one company, and so it is near in memory.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from operator import or_
from string import ascii_lowercase
from typing import TYPE_CHECKING, Any, NamedTuple

from pb2b_notebook.cleanup.linkage.name_corrections import spellings
from pb2b_notebook.cleanup.linkage.names_from_email import addressees
from pb2b_notebook.cleanup.linkage.preparing import nicknames, on_distinct, without_digraphs

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb
    import numpy as np
    import polars as pl

FEW = 100
"""Rows below which a frame tells nothing of how common a name is: it is then taken for a part of one with so many."""
_MANY = 8
"""Companies whose people share a mail domain, from which on it is nobody's own."""
_KNOWN = 5
"""Rows that a given name is in, from which on it is one, and no slip of the pen …"""
_COMMON = 1 / 4000
"""… and the share of all rows: a million rows have the same slip more often."""
_NOBODY = 1e-3
"""People of a land that nobody is of."""
_LANDS = 16
"""Lands whose people are counted apart: the most common ones, and all others as one."""
_SHORT = 5
"""Letters of the local part of an address that many may have by chance."""
_SPELLED = 12
"""Letters of a company's name that its domain is compared by."""
# What companies' names are made of, as it is written short.
_ABBREVIATED = {
    "technologies": "tech", "technology": "tech", "manufacturing": "mfg", "manuf": "mfg", "associates": "assoc",
    "association": "assoc", "distribution": "dist", "distributors": "dist", "institute": "inst", "institut": "inst",
    "systems": "sys", "system": "sys", "services": "svc", "service": "svc", "svcs": "svc", "serv": "svc",
    "solutions": "sol", "solution": "sol", "engineering": "eng", "engineers": "eng", "engr": "eng", "brothers": "bros",
    "bro": "bros", "industries": "ind", "industry": "ind", "industrial": "ind", "industrie": "ind", "inds": "ind",
    "management": "mgmt", "mgt": "mgmt", "university": "univ", "department": "dept", "national": "natl",
    "laboratories": "labs", "laboratory": "labs", "lab": "labs", "pharmaceuticals": "pharma",
    "pharmaceutical": "pharma", "communications": "comm", "communication": "comm", "comms": "comm",
    "development": "dev", "consultants": "consulting", "consultancy": "consulting", "consult": "consulting",
    "united": "utd", "center": "ctr", "centre": "ctr", "saint": "st", "hospital": "hosp", "gebruder": "gebr",
    "gesellschaft": "ges", "construction": "constr", "electronics": "elec", "electric": "elec", "electrical": "elec",
    "transportation": "transp", "transport": "transp", "northern": "n", "southern": "s", "american": "amer",
    "european": "euro", "federal": "fed", "financial": "fin", "finance": "fin", "marketing": "mktg",
    "equipment": "equip", "enterprises": "ent", "enterprise": "ent", "products": "prod", "production": "prod",
    "productions": "prod", "properties": "prop", "investments": "inv", "investment": "inv", "software": "sw",
    "security": "sec", "research": "rsch", "resources": "res",
}  # fmt: skip
_ALL_BITS, _DIGEST_BITS = (1 << 64) - 1, (1 << 40) - 1
"""Of the first 64 bits that keys are ordered by: those that are of the MD5, behind those that are of the company."""
_ONLY_SAME = ("profile", "city", "country")
_SECOND_LEVEL = r"^(?:.*?\.)??([^.]+)\.(?:(?:co|com|org|net|ac|gov|gob|gouv|edu|or|ne|go|ltd|plc)\.)?[^.]+$"


class Keyed(NamedTuple):
    """What is compared.

    Attributes:
        keys: one row a distinct content, which ``i`` numbers from 0, with all that is compared.
        of_rows: of each row of the frame, the number of its content.
    """

    keys: pl.DataFrame
    of_rows: np.ndarray


def build(
    db: duckdb.DuckDBPyConnection,
    prepared: pl.DataFrame,
    *,
    new: pl.Series | None = None,
    kept_apart: Sequence[int] = (),
) -> Keyed:
    """Make keys of prepared rows.

    Args:
        db: a database to compute in.
        prepared: of :func:`~pb2b_notebook.cleanup.linkage.preparing.prepared`.
        new: which rows are new; all, if it is not given.
        kept_apart: rows that stay their own even if another says the same.
    """
    import polars as pl

    alone = dict(zip(kept_apart, map(str, kept_apart), strict=True))
    source = prepared.with_row_index("row").with_columns(
        is_new=pl.lit(True) if new is None else new,
        alone=pl.col("row").cast(pl.Int64).replace_strict(alone, default="", return_dtype=pl.String),
    )
    distinct, of_rows = _distinct(db, source, [name for name in prepared.columns if name not in {"free", "role"}])
    keys = _weighed(_spelled(_with_providers(distinct)))
    return Keyed(keys.drop(*_ONLY_SAME, "name", "skeleton", "domain"), of_rows)


def _distinct(db: duckdb.DuckDBPyConnection, source: pl.DataFrame, said: list[str]) -> tuple[pl.DataFrame, np.ndarray]:
    """One row for each content, its number ``i`` in the order of company and MD5; and of each row, that number."""
    import numpy as np
    import polars as pl

    db.register("source", source.select(*said, "alone").to_arrow(compat_level=pl.CompatLevel.newest()))
    names = ", ".join(f'"{name}"' for name in said)
    digests = pl.DataFrame(
        db.sql(
            f"""SELECT (hash(company) & {~_DIGEST_BITS & _ALL_BITS}) | (digest & {_DIGEST_BITS})::UBIGINT AS high,
                (digest >> 64)::UBIGINT AS low
            FROM (SELECT company, md5_number(concat_ws(chr(31), {names}, alone)) AS digest FROM source)"""
        ).to_arrow_table()
    )
    db.unregister("source")
    high, low = digests["high"].to_numpy(), digests["low"].to_numpy()
    order = np.argsort(high, kind="stable")
    if (tied := high[order][1:] == high[order][:-1]).any() and (low[order][1:] != low[order][:-1])[tied].any():
        order = np.lexsort((low, high))
    begins = np.ones(len(order), dtype=bool)
    begins[1:] = (high[order][1:] != high[order][:-1]) | (low[order][1:] != low[order][:-1])
    of_rows = np.empty(len(order), dtype=np.int64)
    of_rows[order] = np.cumsum(begins) - 1
    starts = np.flatnonzero(begins)
    new = source["is_new"].to_numpy()[order]
    first = order[starts]
    distinct = source.drop("row", "is_new", "alone")[first].with_columns(
        i=pl.int_range(pl.len(), dtype=pl.UInt32),
        copies=pl.Series(np.diff(np.append(starts, len(order)))),
        is_new=pl.Series(np.logical_or.reduceat(new, starts) if len(starts) else new),
        content=pl.Series(low[first] >> np.uint64(16)),
    )
    return distinct, of_rows


def _with_providers(keys: pl.DataFrame) -> pl.DataFrame:
    """A mail domain that people of many companies use is a provider's, whatever its name."""
    import polars as pl

    named = keys.filter((pl.col("mail_domain") != "") & (pl.col("company") != ""))
    firms = named.group_by("mail_domain").agg(n=pl.len(), firms=pl.col("company").n_unique())
    many = firms.filter((pl.col("firms") >= _MANY) & (pl.col("firms") * 2 > pl.col("n")))["mail_domain"]
    return keys.with_columns(free=pl.col("free") | pl.col("mail_domain").is_in(many.implode()))


def _spelled(keys: pl.DataFrame) -> pl.DataFrame:
    """What follows from the row itself."""
    import polars as pl

    site = pl.when(pl.col("domain") != "").then("domain").when(pl.col("free")).then(pl.lit("")).otherwise("mail_domain")
    keys = keys.with_columns(site=site)
    # Texts are worked on by one core: so the parts are made side by side.
    with ThreadPoolExecutor() as side_by_side:
        parts = list(side_by_side.map(lambda part: part(keys), (_sites, _firms, _local_parts, _names)))
    keys = _meant(pl.concat([keys.drop("company"), *parts], how="horizontal"))
    return keys.with_columns(
        # Only ever compared for being the same: numbers are, faster than texts.
        line=pl.when(pl.col("phone") == "").then(-1).otherwise(pl.col("phone").cast(pl.Int64, strict=False)),
        mailbox_hash=_number(pl.struct("local", "mail_domain").hash(), pl.col("local") != ""),
        mail_hash=_number(pl.col("mail_domain").hash(), pl.col("local") != ""),
        skeleton_hash=_number(pl.col("skeleton").hash(), pl.col("local") != ""),
        letters_hash=_number(pl.col("letters").hash(), pl.col("letters") != ""),
        name_hash=_number(pl.col("name").hash(), ~pl.col("name").str.starts_with("|")),
        **{f"{name}_hash": _number(pl.col(name).hash(), pl.col(name) != "") for name in _ONLY_SAME},
        is_long=pl.col("letters").str.len_chars() > _SHORT,
    )


def _names(keys: pl.DataFrame) -> pl.DataFrame:
    """Of names: one text for both orders of writing, the formal names it may stand for, and the family name's sound."""
    import polars as pl

    first, last = pl.col("first"), pl.col("last")
    together = (last + first).str.contains(r"[\p{Han}\p{Hangul}]")
    # The first letter, and the next consonants; as letters, so that nothing is taken for a family name without any.
    sounds = on_distinct(
        keys["last"],
        {"rest": pl.col("value").str.slice(1).str.replace_many(list("aeiouyhw"), [""]).str.slice(0, 4)},
        {"sound": pl.col("value").str.slice(0, 1) + pl.col("rest")},
    )
    return keys.select("first", "last").join(_forms(), on="first", how="left", maintain_order="left").select(
        name=pl.when(together).then(last + first + "|").when(first < last).then(first + "|" + last)
        .otherwise(last + "|" + first),
        formals="formals",
        formal=pl.coalesce(pl.col("formals").str.extract("^([0-9]+)"), first),
        formal_bits=pl.col("formal_bits").fill_null(0),
        sound=sounds["sound"],
    )  # fmt: skip


def _meant(keys: pl.DataFrame) -> pl.DataFrame:
    """The names that rows mean, if they do not say them, or say them wrongly.

    ``addressed`` says that a row has none, and it is its address that spells one. ``pattern`` says how the address
    spells the name.
    """
    import polars as pl

    keys = keys.with_columns(addressed=pl.lit(value=False), pattern=_pattern())
    with ThreadPoolExecutor() as side_by_side:  # the ones are for rows without names, the others for rows with them
        told = list(side_by_side.map(lambda told: told(keys), (addressees, spellings)))
    found = pl.concat([some.with_columns(addressed=pl.lit(value=n == 0)) for n, some in enumerate(told)])
    meant = pl.concat([found, keys["letters"].gather(found["row"]).to_frame()], how="horizontal")
    meant = pl.concat([meant.select("first", "last", "addressed", pattern=_pattern()), _names(meant)], how="horizontal")
    return keys.with_columns(keys[name].scatter(found["row"], meant[name]) for name in meant.columns)


def _local_parts(keys: pl.DataFrame) -> pl.DataFrame:
    """Of the local parts of addresses: letters and digits, and the letters alone."""
    import polars as pl

    skeleton = keys.select(skeleton=pl.col("local").str.replace_all(r"[^\p{L}\p{N}]+", ""))
    letters = without_digraphs(pl.col("skeleton").str.replace_all("[0-9]+", ""))
    return skeleton.with_columns(letters=letters)


def _firms(keys: pl.DataFrame) -> pl.DataFrame:
    """Of company names: how they are written short, the first word, the digits, and what their domains would spell.

    ``firm_hash`` is one number for all ways to space the name.
    """
    import polars as pl

    name, whole = pl.col("company"), pl.col("value")
    short = whole.str.split(" ").list.eval(pl.element().replace(_ABBREVIATED)).list.join(" ")
    return on_distinct(
        keys["company"],
        {"company": short},
        {
            "company": name,
            "word": name.str.extract("^([^ ]+)").fill_null(""),
            "firm_set": _letter_set(name),
            "firm_spelled": _spelling(whole),
            "acronym": pl.when(whole.str.contains("^[^ ]+ [^ ]+ [^ ]"))
            .then(whole.str.replace_all("([^ ])[^ ]* ?", "$1").hash() | 1)
            .otherwise(pl.lit(0, pl.UInt64)),
            "numbers": name.str.replace_all("[^0-9]+", "").hash(),
            "firm_hash": name.str.replace_all(" ", "", literal=True).hash(),
        },
    )


def _sites(keys: pl.DataFrame) -> pl.DataFrame:
    """Of domains: the label that says whose it is, and the digits."""
    import polars as pl

    site = pl.col("value")
    label = site.str.extract(_SECOND_LEVEL, 1).fill_null("")
    return on_distinct(
        keys["site"],
        {"label": label},
        {
            "label": pl.col("label"),
            "label_set": _letter_set(pl.col("label")),
            "label_spelled": _spelling(without_digraphs(pl.col("label"))),
            "site_numbers": site.str.replace_all("[^0-9]+", "").hash(),
        },
    )


def _spelling(text: pl.Expr) -> pl.Expr:
    """The first letters alone, as a number: a domain spells the company's name, often cut, often with digits behind."""
    letters = text.str.replace_all(r"[^\p{L}]+", "").str.slice(0, _SPELLED)
    return _number(letters.hash(), letters.str.len_chars() >= _SHORT)


def _letter_set(text: pl.Expr) -> pl.Expr:
    """Which plain letters are in a text, one bit each: what is alike has few letters that the other has not."""
    import polars as pl

    letters = (
        text.str.contains(letter, literal=True).cast(pl.UInt32) * (1 << n) for n, letter in enumerate(ascii_lowercase)
    )
    return pl.sum_horizontal(*letters).cast(pl.UInt32)


def _forms() -> pl.DataFrame:
    """Each given name with the formal ones that it may stand for.

    As text, and as bits: two names that share a formal one share a bit, and few others do.
    """
    import polars as pl

    known = nicknames().items()
    return pl.DataFrame(
        {
            "first": [name for name, _ in known],
            "formals": [" ".join(map(str, numbers)) for _, numbers in known],
            "formal_bits": pl.Series([_bits(numbers) for _, numbers in known], dtype=pl.UInt64),
        }
    )


def _bits(numbers: tuple[int, ...]) -> int:
    return reduce(or_, (1 << number % 64 for number in numbers))


def _number(hashed: pl.Expr, there: pl.Expr) -> pl.Expr:
    """A hash that is never 0, and 0 where there is nothing."""
    import polars as pl

    return pl.when(there).then(hashed | 1).otherwise(pl.lit(0, pl.UInt64))


def _pattern() -> pl.Expr:
    """How the letters of an address spell the name; 0 where they do not."""
    import polars as pl

    first, last, letters = pl.col("first"), pl.col("last"), pl.col("letters")
    ways = (
        first + last, first.str.head(1) + last, last + first, first, last, first + last.str.head(1),
        last + first.str.head(1),
    )  # fmt: skip
    found: Any = pl.when((first == "") | (last == "") | (letters == "")).then(0)
    for number, way in enumerate(ways, start=1):
        found = found.when(letters == way).then(number)
    result: pl.Expr = found.otherwise(0).cast(pl.UInt8)
    return result


def _weighed(keys: pl.DataFrame) -> pl.DataFrame:
    """What follows from the other rows: how many share the name, the company, the address, the telephone."""
    import polars as pl

    def of(*columns: str) -> pl.Expr:
        return pl.len().over(columns).cast(pl.Float32)

    with ThreadPoolExecutor() as side_by_side:  # namesakes are one core's work
        namesakes = side_by_side.submit(_namesakes, keys)
        weighed = keys.with_columns(
            common=(of("first") >= max(_KNOWN, len(keys) * _COMMON)) | (pl.col("formal_bits") != 0),
            colleagues=pl.max_horizontal(
                pl.when(pl.col("site") == "").then(1.0).otherwise(of("site")),
                pl.when(pl.col("company") == "").then(1.0).otherwise(of("company")),
            ).cast(pl.Float32),
            sharers=_sharing(keys["mailbox_hash"], keys["last"].hash(), keys["local"] != ""),
            callers=_sharing(keys["line"] % 100_000_000, keys["name_hash"], keys["phone"] != ""),
            exchange_firms=_sharing(
                keys["line"] // 1000 % 1_000_000, keys["site"].hash(), (keys["phone"] != "") & (keys["site"] != "")
            ),
        )
    return weighed.with_columns(namesakes=namesakes.result())


def _namesakes(keys: pl.DataFrame) -> pl.Series:
    """Of each row, how many others are to be expected to have its name by chance.

    That is a matter of the given and of the family name, in each land by itself: names of one land meet far more often
    than both are common. Rows that do have the name tell less: they may be the same person, again and again.
    """
    import numpy as np
    import polars as pl

    land = _lands(keys)
    people = np.bincount(land[land >= 0], minlength=_LANDS) + _NOBODY
    share = (people / people.sum()).astype(np.float32)
    (first, given), (last, family) = (_by_land(keys[name], land, share) for name in ("first", "last"))
    met = np.einsum("nl,nl->n", (given / (share * np.float32(max(FEW, len(keys)))))[first], family[last])
    return pl.Series(met).zip_with((keys["first"] != "") | (keys["last"] != ""), pl.Series([0.0], dtype=pl.Float32))


def _by_land(names: pl.Series, land: np.ndarray, share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of each row, the number of its name; and of each name, how many rows of each land may have it.

    Rows whose land is not known are taken to be spread like the others. An initial may be any name that begins so, and
    nothing may be any name.
    """
    import numpy as np
    import polars as pl

    known = names.unique().sort()  # sums in an order of their own, whatever that of the rows
    number = names.cast(pl.Enum(known)).to_physical().to_numpy().astype(np.int64)
    told = land >= 0
    seen = np.bincount(number[told] * _LANDS + land[told], minlength=len(known) * _LANDS)
    seen = seen.reshape(-1, _LANDS).astype(np.float32) + share
    rows = np.bincount(number, minlength=len(known)).astype(np.float32)
    found: np.ndarray = seen / seen.sum(axis=1, keepdims=True) * rows[:, None]
    initial = known.str.slice(0, 1)
    for letter in known.filter(known.str.contains("^[a-z]?$")):
        found[(known == letter).to_numpy()] = found[(initial == letter).to_numpy() | (letter == "")].sum(axis=0)
    return number, found


def _lands(keys: pl.DataFrame) -> np.ndarray:
    """Of each row, the land as a small number: the country, or that of the domain; -1 if neither says."""
    import polars as pl

    country = (
        pl.when(pl.col("country") != "").then("country").otherwise(pl.col("site").str.extract(r"\.([a-z]{2})$", 1))
    )
    lands = keys.select(land=country.replace("", None)).to_series()
    common = (
        lands.drop_nulls().value_counts().sort(["count", "land"], descending=[True, False])["land"].head(_LANDS - 1)
    )
    numbers = dict(zip(common, range(_LANDS - 1), strict=False))
    found = lands.replace_strict(numbers, default=_LANDS - 1, return_dtype=pl.Int16)
    return found.zip_with(lands.is_not_null(), pl.Series([-1], dtype=pl.Int16)).to_numpy()


def _sharing(what: pl.Series, who: pl.Series, there: pl.Series) -> pl.Series:
    """Of each row, how many different people share what it has."""
    import polars as pl

    both = pl.DataFrame({"what": what, "who": who})
    people = both.filter(there).unique().group_by("what").agg(n=pl.len()).filter(pl.col("n") > 1)
    counted = both.select("what").join(people, on="what", how="left", maintain_order="left")["n"]
    return counted.fill_null(1).zip_with(there, pl.Series([1], dtype=pl.UInt32)).cast(pl.UInt32)
