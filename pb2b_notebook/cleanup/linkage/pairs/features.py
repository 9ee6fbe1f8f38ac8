"""From standardized rows to features: equal rows as one, with everything that pairs are blocked and compared by.

Features are sorted by company and an MD5 of the content. Nothing after this sees the order of the frame, so no result
depends on it. Rows of one company are compared most often, and so they are near each other in memory.
"""

from __future__ import annotations

from functools import cache, partial, reduce
from operator import or_
from string import ascii_lowercase
from typing import TYPE_CHECKING, Any, NamedTuple

from pb2b_notebook import threads
from pb2b_notebook.cleanup.linkage.columns.further_columns import with_rarities
from pb2b_notebook.cleanup.linkage.names.company_names import distinguishing_marks, without_and
from pb2b_notebook.cleanup.linkage.names.folding import Stages, without_digraphs
from pb2b_notebook.cleanup.linkage.names.name_corrections import name_corrections
from pb2b_notebook.cleanup.linkage.names.names_from_email import names_from_email
from pb2b_notebook.cleanup.linkage.names.person_names import EASTERN_FAMILIES, SON_OR_DAUGHTER
from pb2b_notebook.cleanup.linkage.names.romanization import keys_of_other_scripts, romanized_names
from pb2b_notebook.cleanup.linkage.pairs.frequencies import NAMES_READ, names_sharing, shared_domains, with_frequencies
from pb2b_notebook.cleanup.linkage.tables.database import run_query
from pb2b_notebook.cleanup.values.given_names import (
    FORMS_OF_BOTH,
    WOMENS_WITHOUT_A,
    frequent_given_names,
    full_given_names,
    names_of_neighbours,
    nicknames,
    romanizations,
)
from pb2b_notebook.engines.memory import IN_MEMORY
from pb2b_notebook.engines.protocol import Shared

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb
    import numpy as np
    import polars as pl

    from pb2b_notebook.cleanup.linkage.columns.further_columns import FurtherColumn
    from pb2b_notebook.engines.memory import InMemory

_SHORT = 5
"""Least number of letters of a local part or a spelled name that people do not share by chance."""
BEARERS = ("given_bearers", "family_bearers")
"""Numbers of different whole names that have a row's given name, and its family name."""
_SPELLED_SO = "rows_of_name"
"""Number of rows that have the whole name of a row."""
_PART_OF_COMPOUND = 3
"""Least letters of each of the two names in Jean-Paul."""
_SOUNDS = {"ph": "f", "ck": "k", "c": "k", "q": "k", "z": "s", "v": "f", "w": "f", "y": "i"}
_DOUBLED = [2 * letter for letter in ascii_lowercase]
_SPELLED = 12
"""Letters of a company's name that are compared with its domain."""
# Words of company names, and how they are abbreviated.
ABBREVIATED = {
    "technologies": "tech", "technology": "tech", "manufacturing": "mfg", "manuf": "mfg", "associates": "assoc",
    "association": "assoc", "distribution": "dist", "distributors": "dist", "institute": "inst", "institut": "inst",
    "systems": "sys", "system": "sys", "services": "svc", "service": "svc", "svcs": "svc", "serv": "svc",
    "solutions": "sol", "solution": "sol", "engineering": "eng", "engineers": "eng", "engr": "eng", "brothers": "bros",
    "bro": "bros", "industries": "ind", "industry": "ind", "industrial": "ind", "industrie": "ind", "inds": "ind",
    "management": "mgmt", "mgt": "mgmt", "university": "univ", "department": "dept", "national": "natl",
    "laboratories": "labs", "laboratory": "labs", "lab": "labs", "pharmaceuticals": "pharma",
    "pharmaceutical": "pharma", "communications": "comm", "communication": "comm", "comms": "comm",
    "development": "dev", "consultants": "consulting", "consultancy": "consulting", "consult": "consulting",
    "united": "utd", "center": "ctr", "centre": "ctr", "saint": "st", "sankt": "st", "sint": "st",
    "sainte": "st", "ste": "st", "sta": "santa", "sto": "santo", "hospital": "hosp", "gebruder": "gebr",
    "gesellschaft": "ges", "construction": "constr", "electronics": "elec", "electric": "elec", "electrical": "elec",
    "transportation": "transp", "transport": "transp", "northern": "n", "southern": "s", "american": "amer",
    "european": "euro", "federal": "fed", "financial": "fin", "finance": "fin", "marketing": "mktg",
    "equipment": "equip", "enterprises": "ent", "enterprise": "ent", "products": "prod", "production": "prod",
    "productions": "prod", "properties": "prop", "investments": "inv", "investment": "inv", "software": "sw",
    "security": "sec", "research": "rsch", "resources": "res", "doktor": "dr", "doctor": "dr", "associated": "assoc",
    "asociacion": "asoc", "associacao": "assoc", "associazione": "assoc", "fundacion": "fund", "fundacao": "fund",
    "universidad": "univ", "universidade": "univ", "universita": "univ", "universitat": "univ", "universite": "univ",
    "universitaet": "univ", "universiteit": "univ", "uniwersytet": "uniw", "instituto": "inst", "istituto": "inst",
    "instytut": "inst", "ayuntamiento": "ayto", "hermanos": "hnos", "irmaos": "irs", "fratelli": "flli",
    "etablissements": "ets", "compania": "cia", "companhia": "cia", "compagnie": "cie", "cooperativa": "coop",
    "cooperative": "coop", "laboratorios": "labs", "laboratoires": "labs", "laboratori": "labs",
    "transportes": "transp", "transports": "transp", "trasporti": "transp", "gestion": "gest",
    "ministerio": "min", "stadtwerke": "stadtw", "international": "intl",
    "hldgs": "holdings", "hldg": "holding", "grp": "group", "assn": "assoc", "govt": "government",
    "maatschappij": "mij", "brodrene": "brdr", "gebroeders": "gebr", "zonen": "zn", "azienda": "az",
    "william": "wm", "thomas": "thos", "charles": "chas", "robert": "robt",
    "przedsiebiorstwo": "przeds", "spoldzielnia": "spoldz", "zaklad": "zakl",
}  # fmt: skip
_ALL_BITS, _DIGEST_BITS = (1 << 64) - 1, (1 << 40) - 1
"""Masks over the first 64 bits of the sort key: the high bits are of the company, the low 40 of the MD5."""
_MOSTLY_BARE = 0.5
"""Least share of rows with nothing but a name that makes a list one of names."""
_ONLY_SAME = ("profile", "city", "country")
"""Columns that are only compared for equality, and so by their hash."""
_SECOND_LEVEL = r"^(?:.*?\.)??([^.]+)\.(?:(?:co|com|org|net|ac|gov|gob|gouv|edu|or|ne|go|ltd|plc)\.)?[^.]+$"


class Features(NamedTuple):
    """What is compared.

    Attributes:
        table: One row for each distinct content, numbered by ``i`` from 0, with all features.
        of_rows: Number ``i`` of each row of the frame.
    """

    table: pl.DataFrame
    of_rows: np.ndarray


def build_features(
    db: duckdb.DuckDBPyConnection,
    standardized: pl.DataFrame,
    *,
    new: pl.Series | None = None,
    kept_apart: Mapping[int, str] | None = None,
    columns: Sequence[FurtherColumn] = (),
    tables: InMemory = IN_MEMORY,
) -> Features:
    """Build the features of standardized rows.

    Args:
        db: Database to compute in.
        standardized: Result of :func:`~pb2b_notebook.cleanup.linkage.columns.standardization.standardize`.
        new: Whether each row is new; by default all are.
        kept_apart: Row → its name, for rows that stay separate even if another row has the same content.
        columns: Further columns.
        tables: Where the tables are.
    """
    content = content_columns(standardized)
    distinct, of_rows = distinct_contents(db, standardized, content, new=new, kept_apart=kept_apart, tables=tables)
    return Features(features_of_contents(distinct, columns, tables), of_rows)


def content_columns(standardized: pl.DataFrame) -> list[str]:
    """Return the columns that make up the content of a row; the others follow from these."""
    return [name for name in standardized.columns if name not in {"free", "role"}]


def features_of_contents(table: pl.DataFrame, columns: Sequence[FurtherColumn], tables: InMemory) -> pl.DataFrame:
    """Return the features of distinct contents.

    Args:
        table: Distinct contents, numbered by ``i``.
        columns: Further columns.
        tables: Where the tables are.
    """
    shared = tables.gather(shared_domains, table, key="mail_domain", reads=("mail_domain", "company"))["mail_domain"]
    table = tables.add("own features", partial(_own_features, shared_domains=shared), table)
    table = tables.keep(table)
    # Which names have a romanized form depends on the names in other scripts in the list.
    others = tables.gather(keys_of_other_scripts, table, reads=("first", "middle", "last"))
    table = tables.add("scripts", partial(romanized_names, others=others), table)
    table = tables.keep(_with_corrected_names(table, tables))
    table = with_rarities(with_frequencies(table, tables), columns, names_sharing, NAMES_READ, tables)
    bare = tables.gather(partial(_count_bare, columns=columns), table).sum()
    most_are_bare = bool(bare["bare"].item() >= _MOSTLY_BARE * bare["rows"].item())
    table = tables.add("bare", partial(_are_bare, columns=columns, all_named=most_are_bare), table)
    if columns:
        table = tables.add("bearers", _are_attested, tables.share(table, _bearers())).drop(_SPELLED_SO)
    return table.drop(*_ONLY_SAME, "name", "skeleton", "domain")


@cache
def _bearers() -> tuple[Shared, ...]:
    """Return how many different whole names have a row's given name, and its family name; and its rows of one name."""
    import polars as pl

    def bearers_of(column: str, name: str) -> Shared:
        count = pl.col("name_hash").n_unique().over(column).alias(name)
        return Shared(lambda table: table.select(count), pl.col(column), (column, "name_hash"), {name: 0})

    key = pl.when(pl.col("name_hash") != 0).then("name_hash")
    alike = Shared(
        lambda table: table.select(pl.len().over("name_hash").cast(pl.Int64).alias(_SPELLED_SO)),
        key, ("name_hash",), {_SPELLED_SO: 1},
    )  # fmt: skip
    return (*(bearers_of(column, name) for column, name in zip(("first", "last"), BEARERS, strict=True)), alike)


def _are_attested(table: pl.DataFrame) -> pl.DataFrame:
    """Return whether both names are names that others have, too, or two rows spell the whole name so: no typing error.

    No one makes the same error twice.
    """
    import polars as pl

    given, family = (pl.col(name) > 1 for name in BEARERS)
    has_both = (pl.col("first").str.len_chars() > 1) & (pl.col("last").str.len_chars() > 1)
    of_others = family & (given | (pl.col("formal_bits") != 0))
    return table.select(attested=has_both & (of_others | (pl.col(_SPELLED_SO) > 1)))


def _is_bare(columns: Sequence[FurtherColumn]) -> pl.Expr:
    """Return whether a row has a name, and nothing that two people of that name would not share."""
    import polars as pl

    own = ("local", "phone", "company", "site", "profile", "title", "city")
    return pl.all_horizontal(
        pl.col(name) == "" for name in (*own, *(one.feature for one in columns if one.role.blocks))
    )


def _count_bare(table: pl.DataFrame, columns: Sequence[FurtherColumn]) -> pl.DataFrame:
    import polars as pl

    return table.select(bare=_is_bare(columns).sum().cast(pl.Int64), rows=pl.len().cast(pl.Int64))


def _are_bare(table: pl.DataFrame, columns: Sequence[FurtherColumn], *, all_named: bool) -> pl.DataFrame:
    """Return whether each row counts as bare.

    In a list of such rows alone, names are all that there is to compare, and no row counts as one.
    """
    import polars as pl

    return table.select(bare=_is_bare(columns) & pl.lit(not all_named))


def digest_query(content: Sequence[str]) -> str:
    """Return SQL for two numbers of each row of ``source``, by which contents are distinct and in order.

    Args:
        content: Columns that make up the content. Beside them there is ``alone``, "" in rows that others may equal.
    """
    # Few rows have tone marks or a hyphen: "" is left out, and the order of all others does not depend on them.
    names = ", ".join(f"nullif(\"{name}\", '')" if name in {"tones", "parts"} else f'"{name}"' for name in content)
    return f"""SELECT (hash(company) & {~_DIGEST_BITS & _ALL_BITS}) | (digest & {_DIGEST_BITS})::UBIGINT AS high,
            (digest >> 64)::UBIGINT AS low
        FROM (SELECT company, md5_number(concat_ws(chr(31), {names}, alone)) AS digest FROM source)"""


def distinct_contents(
    db: duckdb.DuckDBPyConnection,
    standardized: pl.DataFrame,
    content: list[str],
    *,
    new: pl.Series | None = None,
    kept_apart: Mapping[int, str] | None = None,
    tables: InMemory = IN_MEMORY,
) -> tuple[pl.DataFrame, np.ndarray]:
    """Return one row for each content, numbered by ``i`` in the order of company and MD5, and the number of each row.

    Args:
        db: Database to compute in.
        standardized: Standardized rows; one of their columns is ``company``.
        content: Columns that make up the content.
        new: Whether each row is new; by default all are.
        kept_apart: Row → its name, for rows that stay separate even if another row has the same content.
        tables: Where the tables are.
    """
    import numpy as np
    import polars as pl

    alone = np.full(len(standardized), "", dtype=object)
    kept_apart = kept_apart or {}
    alone[list(kept_apart)] = list(kept_apart.values())
    query = digest_query(content)
    source = standardized.select(*content, alone=pl.Series(alone, dtype=pl.String) if kept_apart else pl.lit(""))
    digests = tables.map("digests", lambda part: pl.DataFrame(run_query(db, query, source=part)), source)
    high, low = (digests[name].to_numpy() for name in ("high", "low"))
    order = np.argsort(high, kind="stable")
    if (tied := high[order][1:] == high[order][:-1]).any() and (low[order][1:] != low[order][:-1])[tied].any():
        order = np.lexsort((low, high))
    begins = np.ones(len(order), dtype=bool)
    begins[1:] = (high[order][1:] != high[order][:-1]) | (low[order][1:] != low[order][:-1])
    of_rows = np.empty(len(order), dtype=np.int64)
    of_rows[order] = np.cumsum(begins) - 1
    starts = np.flatnonzero(begins)
    news = np.ones(len(order), dtype=bool) if new is None else new.to_numpy()[order]
    first = order[starts]
    numbered = pl.DataFrame(
        {
            "row": first,
            "i": pl.int_range(len(first), dtype=pl.UInt32, eager=True),
            "copies": np.diff(np.append(starts, len(order))),
            "is_new": np.logical_or.reduceat(news, starts) if len(starts) else news,
            "content": low[first] >> np.uint64(16),
        }
    )

    def take(part: pl.DataFrame) -> pl.DataFrame:
        return pl.concat([standardized[part["row"]], part.drop("row")], how="horizontal")

    return tables.map("distinct", take, numbered), of_rows


def _own_features(table: pl.DataFrame, shared_domains: pl.Series) -> pl.DataFrame:
    """Return the features that follow from the row itself.

    ``pattern`` is how the address spells the name. ``free`` is true also for mail domains that people of many companies
    use.
    """
    import polars as pl

    table = table.with_columns(free=pl.col("free") | pl.col("mail_domain").is_in(shared_domains.implode()))
    site = pl.when(pl.col("domain") != "").then("domain").when(pl.col("free")).then(pl.lit("")).otherwise("mail_domain")
    table = table.with_columns(site=site)
    # polars computes on texts with one core: so the parts run in parallel.
    with threads.executor(rows=len(table)) as pool:
        features = (domain_features, _company_features, _local_part_features, _name_features)
        parts: list[pl.DataFrame] = list(pool.map(lambda part: part(table), features))
    own = pl.concat([table.select("free", "site"), *parts], how="horizontal")
    pattern = pl.concat([table.select("first", "last"), own.select("letters")], how="horizontal").select(
        pattern=_address_pattern()
    )
    return pl.concat([own, pattern], how="horizontal")


def _words_hashes(table: pl.DataFrame) -> pl.Series:
    """Return a hash of all words of a name of three words or more, in any order; 0 for other names.

    In a name that says whose son or daughter someone is, the order matters.
    """
    import polars as pl

    rows = (table["middle"] != "").arg_true()  # few rows have a middle name
    words = pl.concat_str("first", "middle", "last", separator=" ").str.split(" ").list.sort().list.join(" ")
    in_order = pl.col("middle").str.contains(rf"\b(?:{'|'.join(SON_OR_DAUGHTER)})\b")
    found = table.select("first", "middle", "last")[rows].select(
        hash_or_zero(words.hash(), ~in_order & (pl.col("first") != "") & (pl.col("last") != ""))
    )
    return pl.repeat(0, len(table), dtype=pl.UInt64, eager=True).scatter(rows, found.to_series())


def _given_names() -> pl.Expr:
    """Return all given names without spaces: Anne Marie is Anne-Marie.

    An initial stays apart from a name, and initials from each other where they would make up a name: Robert A. is not
    Roberta, and A. L. is not Al, but J. P. is JP. Spellings of one name in Latin letters are one: Dmitri, Dmitry.
    """
    import polars as pl

    first, middle = pl.col("first").replace(romanizations()), pl.col("middle")
    joined = first + middle.str.replace_all(" ", "", literal=True)
    makes_up_a_name = (first.str.len_chars() > 1) | (joined.str.contains("[aeiou]") & joined.is_in(sorted(nicknames())))
    apart = middle.str.contains(r"\b[a-z]\b") & makes_up_a_name
    return pl.when(apart).then(first + " " + middle).otherwise(joined)


def _name_features(table: pl.DataFrame) -> pl.DataFrame:
    """Return one text for both orders of the name, the formal names it may stand for, and the family name's sound."""
    import polars as pl

    first, last = pl.col("first"), pl.col("last")
    unspaced = (last + first).str.contains(r"[\p{Han}\p{Hangul}]")
    sounds = _sound().map(table["last"])
    heard = _consonants().map(table["first"])
    return table.select("first", "last").join(_formal_names(), on="first", how="left", maintain_order="left").select(
        name=pl.when(unspaced).then(last + first + "|").when(first < last).then(first + "|" + last)
        .otherwise(last + "|" + first),
        formals="formals",
        formal=pl.coalesce("formal", first),
        formal_bits=pl.col("formal_bits").fill_null(0),
        of_both=pl.col("of_both").fill_null(value=False),
        is_formal=pl.col("is_formal").fill_null(value=False),
        sound=sounds["sound"],
        spelt=heard["spelt"],
        frequent_sound=heard["frequent_sound"],
        compound=_are_compound(table["first"]),
    )  # fmt: skip


@cache
def _sound() -> Stages:
    """Return the first letter and the next consonants: text, so that "" is not the sound of a family name."""
    import polars as pl

    family = pl.col("value")
    rest = family.str.slice(1).str.replace_many(list("aeiouyhw"), [""]).str.slice(0, 4)
    return Stages({"sound": family.str.slice(0, 1) + rest})


@cache
def _consonants() -> Stages:
    """Return the consonants of a given name as they sound: equal for Ann and Anna, Marc and Mark, Steven and Stephen.

    They are "" for short names and familiar forms: Danny is Dan's, whatever it sounds like. ``frequent_sound`` is a
    hash of the whole name as it sounds (Connor is Conor, Clara is not Carla), and 0 for a name that few people have.
    """
    import polars as pl

    given = pl.col("value")
    familiar = (given.str.len_chars() < _PART_OF_COMPOUND) | given.str.contains("(?:y|i|ie|ey)$")
    familiar |= given.is_in(sorted(names_of_neighbours()))  # Olena is Elena in Ukrainian, not her sister

    def as_heard(name: pl.Expr) -> pl.Expr:
        return name.str.replace_many(list(_SOUNDS), list(_SOUNDS.values()))

    single = as_heard(given).str.replace_all("[aeiouh]", "").str.replace_many(_DOUBLED, list(ascii_lowercase))
    whole = as_heard(given.replace({name: f"{name}a" for name in WOMENS_WITHOUT_A}))
    rest = whole.str.slice(1).str.replace_all("h", "", literal=True).str.replace_all("ie|ei|j", "i")
    heard = whole.str.head(1) + rest.str.replace_many(_DOUBLED, list(ascii_lowercase))
    return Stages(
        {
            "spelt": pl.when(familiar).then(pl.lit("")).otherwise(single),
            "frequent_sound": hash_or_zero(
                heard.hash(), given.is_in(sorted(frequent_given_names())) & (given.str.len_chars() >= _PART_OF_COMPOUND)
            ),
        }
    )


def _are_compound(given: pl.Series) -> pl.Series:
    """Return whether each folded given name consists of two known ones, such as "jeanpierre"."""
    import polars as pl

    known = nicknames()
    distinct = given.unique()
    found = [
        name
        for name in distinct.filter(distinct.str.len_chars() >= 2 * _PART_OF_COMPOUND)
        if any(name[:at] in known and name[at:] in known for at in range(_PART_OF_COMPOUND, len(name) - 2))
    ]
    return given.is_in(pl.Series(found, dtype=pl.String).implode())


def _with_corrected_names(table: pl.DataFrame, tables: InMemory) -> pl.DataFrame:
    """Return the table with the names of rows that have none, or a misspelled one, taken from their address.

    ``addressed`` is true where a row has no name and its address spells one. With them come the features that follow
    from the names.
    """
    import polars as pl

    counts = {name: tables.count(table, name) for name in ("first", "last")}

    def corrections(table: pl.DataFrame) -> pl.DataFrame:
        reads = ("first", "last", "letters", "local", "profile", "pattern", "role", "i")
        return tables.gather(partial(name_corrections, counts=counts), table, reads=reads)

    # The first is for rows without names, the second for rows with names.
    def addresses(table: pl.DataFrame) -> pl.DataFrame:
        return names_from_email(table, counts, tables)

    found = tables.run([(addresses, table), (corrections, table)])
    columns = ("row", "first", "last", "letters")
    fixed = pl.concat([names.select(*columns, addressed=pl.lit(value=n == 0)) for n, names in enumerate(found)])
    if fixed.is_empty():
        return tables.add("names", _without_corrections, table)
    fixed = pl.concat(
        [fixed.select("row", "first", "last", "addressed", pattern=_address_pattern()), _name_features(fixed)],
        how="horizontal",
    )
    return tables.add("names", partial(_correct_names, fixed=fixed), table)


def _without_corrections(table: pl.DataFrame) -> pl.DataFrame:
    """Return what :func:`_correct_names` adds to rows of which none is corrected."""
    import polars as pl

    return table.select(addressed=pl.lit(value=False), words_hash=_words_hashes(table), **_equality_features())


def _correct_names(table: pl.DataFrame, fixed: pl.DataFrame) -> pl.DataFrame:
    """Return the names of some rows and what follows from them, and hashes of what is only compared for equality.

    Args:
        table: Some of the rows, numbered by ``i``.
        fixed: ``row`` (its ``i``) of each row whose name is corrected, with its names and what follows from them.
    """
    import polars as pl

    table = table.with_columns(addressed=pl.lit(value=False))
    places = table.select(row="i").with_row_index("place")
    names = [name for name in fixed.columns if name != "row"]
    fixed = fixed.join(places, on="row")
    rows = fixed["place"]
    table = table.with_columns(table[name].scatter(rows, fixed[name]) for name in names)
    return table.select(*names, words_hash=_words_hashes(table), **_equality_features())


@cache
def _equality_features() -> dict[str, pl.Expr]:
    """Return what is only compared for equality, which is faster with numbers than with texts."""
    import polars as pl

    known = _formal_names()

    def formals(name: pl.Expr) -> pl.Expr:
        """Return the numbers of the formal names; the bits of two may be the same."""
        return name.replace_strict(known["first"], known["formals"], default=None).str.split(" ")

    return dict(
        line=pl.when(pl.col("phone") == "").then(-1).otherwise(pl.col("phone").cast(pl.Int64, strict=False)),
        mailbox_hash=hash_or_zero(pl.struct("local", "mail_domain").hash(), pl.col("local") != ""),
        mail_hash=hash_or_zero(pl.col("mail_domain").hash(), pl.col("local") != ""),
        skeleton_hash=hash_or_zero(pl.col("skeleton").hash(), pl.col("local") != ""),
        letters_hash=hash_or_zero(pl.col("letters").hash(), pl.col("letters") != ""),
        name_hash=hash_or_zero(pl.col("name").hash(), ~pl.col("name").str.starts_with("|")),
        given_hash=_given_names().hash(),
        **{f"{name}_hash": hash_or_zero(pl.col(name).hash(), pl.col(name) != "") for name in _ONLY_SAME},
        city_script=other_script(pl.col("city")) > 0,
        is_eastern=pl.col("last").is_in(sorted(EASTERN_FAMILIES)),
        last_bits=pl.col("last").replace_strict(known["first"], known["formal_bits"], default=pl.lit(0, pl.UInt64)),
        is_own_local=(
            formals(pl.col("letters")).list.set_intersection(formals(pl.col("first"))).list.len() > 0
        ).fill_null(value=False),
        eastern_first=pl.col("first").is_in(sorted(EASTERN_FAMILIES)),
        is_long=pl.col("letters").str.len_chars() > _SHORT,
    )


def _local_part_features(table: pl.DataFrame) -> pl.DataFrame:
    """Return the letters and digits of the local part (``skeleton``), and its letters alone."""
    import polars as pl

    skeleton = table.select(skeleton=pl.col("local").str.replace_all(r"[^\p{L}\p{N}]+", ""))
    letters = without_digraphs(pl.col("skeleton").str.replace_all("[0-9]+", ""))
    return skeleton.with_columns(letters=letters)


def _company_features(table: pl.DataFrame) -> pl.DataFrame:
    """Return the company name with abbreviated words, its first word, digits, acronym, and how a domain would spell it.

    ``firm_hash`` is the same however the name is spaced.
    """
    return _company_stages().map(table["company"])


@cache
def _company_stages() -> Stages:
    import polars as pl

    name, whole, value = pl.col("company"), pl.col("whole"), pl.col("value")
    short = whole.str.split(" ").list.eval(pl.element().replace(ABBREVIATED)).list.join(" ")
    return Stages(
        {"whole": without_and(value), "marks": distinguishing_marks(value)},
        {"whole": whole, "marks": pl.col("marks"), "company": short},
        {
            "company": name,
            "marks": pl.col("marks"),
            "word": name.str.extract("^([^ ]+)").fill_null(""),
            "firm_set": letter_set(name) | other_script(name),
            "firm_spelled": spelling_hash(whole),
            "acronym": pl.when(whole.str.contains("^[^ ]+ [^ ]+ [^ ]"))
            .then(whole.str.replace_all("([^ ])[^ ]* ?", "$1").hash() | 1)
            .otherwise(pl.lit(0, pl.UInt64)),
            "numbers": number_hash(name),
            "firm_hash": name.str.replace_all(" ", "", literal=True).hash(),
        },
    )


def domain_features(table: pl.DataFrame) -> pl.DataFrame:
    """Return the label that names the owner of a domain ("acme" of acme.co.uk), and the digits."""
    return _domain_stages().map(table["site"])


@cache
def _domain_stages() -> Stages:
    import polars as pl

    site = pl.col("value")
    label = site.str.extract(_SECOND_LEVEL, 1).fill_null("")
    return Stages(
        {"label": label},
        {
            "label": pl.col("label"),
            "label_set": letter_set(pl.col("label")),
            "label_spelled": spelling_hash(without_digraphs(pl.col("label"))),
            "site_numbers": number_hash(site),
        },
    )


def spelling_hash(text: pl.Expr) -> pl.Expr:
    """Return a hash of the first letters: a domain spells the company's name, often cut, often with digits after it."""
    letters = text.str.replace_all(r"[^\p{L}]+", "").str.slice(0, _SPELLED)
    return hash_or_zero(letters.hash(), letters.str.len_chars() >= _SHORT)


def number_hash(text: pl.Expr) -> pl.Expr:
    """Return a hash of the digits of a text; 0 if it has none."""
    digits = text.str.replace_all("[^0-9]+", "")
    return hash_or_zero(digits.hash(), digits != "")


def letter_set(text: pl.Expr) -> pl.Expr:
    """Return which of the letters a-z a text has, one bit each: similar texts have few letters that the other lacks."""
    import polars as pl

    letters = (
        text.str.contains(letter, literal=True).cast(pl.UInt32) * (1 << n) for n, letter in enumerate(ascii_lowercase)
    )
    return pl.sum_horizontal(*letters).cast(pl.UInt32)


@cache
def _formal_names() -> pl.DataFrame:
    """Return each known given name with the formal names that it may stand for, as text and as bits.

    Two names that share a formal name share a bit; few others do.
    """
    import polars as pl

    known = nicknames().items()
    return pl.DataFrame(
        {
            "first": [name for name, _ in known],
            "formals": [" ".join(map(str, numbers)) for _, numbers in known],
            "formal": [str(numbers[0]) for _, numbers in known],
            "formal_bits": pl.Series([_bits(numbers) for _, numbers in known], dtype=pl.UInt64),
            "of_both": [name in FORMS_OF_BOTH for name, _ in known],
            "is_formal": [name in full_given_names() for name, _ in known],
        }
    )


def _bits(numbers: tuple[int, ...]) -> int:
    return reduce(or_, (1 << number % 64 for number in numbers))


def other_script(text: pl.Expr) -> pl.Expr:
    """Return whether a folded text is not in Latin letters, as the bit after those of the letters a-z."""
    import polars as pl

    return (text.str.len_bytes() > text.str.len_chars()).cast(pl.UInt32) * (1 << len(ascii_lowercase))


def hash_or_zero(hashed: pl.Expr, has_value: pl.Expr) -> pl.Expr:
    """Return a hash that is never 0, and 0 where there is no value."""
    import polars as pl

    return pl.when(has_value).then(hashed | 1).otherwise(pl.lit(0, pl.UInt64))


def _address_pattern() -> pl.Expr:
    """Return how the letters of an address spell the name, as a number; 0 where they do not."""
    import polars as pl

    first, last, letters = pl.col("first"), pl.col("last"), pl.col("letters")
    spellings = (
        first + last, first.str.head(1) + last, last + first, first, last, first + last.str.head(1),
        last + first.str.head(1),
    )  # fmt: skip
    found: Any = pl.when((first == "") | (last == "") | (letters == "")).then(0)
    for number, spelling in enumerate(spellings, start=1):
        found = found.when(letters == spelling).then(number)
    result: pl.Expr = found.otherwise(0).cast(pl.UInt8)
    return result
