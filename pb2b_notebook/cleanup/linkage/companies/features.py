"""From standardized rows to features of companies: equal rows as one, with all that pairs are compared by."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.cleanup.linkage.columns.further_columns import with_rarities
from pb2b_notebook.cleanup.linkage.companies.standardization import related_forms
from pb2b_notebook.cleanup.linkage.names.company_names import distinguishing_marks, without_and
from pb2b_notebook.cleanup.linkage.names.folding import fold, map_distinct
from pb2b_notebook.cleanup.linkage.names.romanization import company_keys_of_other_scripts, romanized_company_names
from pb2b_notebook.cleanup.linkage.names.towns import english_town, english_towns
from pb2b_notebook.cleanup.linkage.pairs.features import (
    ABBREVIATED,
    Features,
    distinct_contents,
    domain_features,
    hash_or_zero,
    letter_set,
    number_hash,
    spelling_hash,
)
from pb2b_notebook.engines.memory import IN_MEMORY
from pb2b_notebook.engines.protocol import Shared
from pb2b_notebook.mapping.cells.countries import country_code
from pb2b_notebook.shipped_tables import read_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb
    import polars as pl

    from pb2b_notebook.cleanup.linkage.columns.further_columns import FurtherColumn
    from pb2b_notebook.engines.memory import InMemory

_INITIALS: Final = 3
"""Least number of words whose initials stand for a name."""
_BEGINNING: Final = 3
"""Letters by which names behind one registration number are distinguished: typos further on make no other name."""
_ANY_LIST: Final = 200
"""Rows that a general word counts as having, in however small a list."""
_ENDINGS_OF_DISCIPLINES: Final = (
    "log(?:ie|y|ia|ija|i|ii|iya)|iatr(?:ie|y|ia|ii|iya|ics)|nom(?:ie|y|ia|ics)|gra(?:ph|f)(?:ie|y|ia)"
    "|metr(?:ie|y|ia)|path(?:ie|y)|(?:ist)?(?:ik|ics|ica|iqu)|therap(?:ie|y)|terapia"
)
_STREET_WORDS: Final = {
    "street": "st", "strasse": "str", "road": "rd", "avenue": "ave", "av": "ave", "avenida": "ave", "blv": "blvd",
    "boulevard": "blvd", "drive": "dr", "lane": "ln", "place": "pl", "court": "ct", "square": "sq", "highway": "hwy",
    "parkway": "pkwy", "circle": "cir", "terrace": "ter", "platz": "pl", "rue": "r", "calle": "c", "plaza": "pl",
    "piazza": "pza", "saint": "st", "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th",
    "sixth": "6th", "seventh": "7th", "eighth": "8th", "ninth": "9th", "tenth": "10th",
    "rua": "r", "travessa": "tv", "trav": "tv", "praca": "pca", "largo": "lg", "lgo": "lg", "alameda": "al",
    "estrada": "est", "rodovia": "rod", "avda": "ave", "avd": "ave", "cl": "c", "carretera": "ctra", "paseo": "ps",
    "pso": "ps", "pza": "pl", "plza": "pl", "plac": "pl", "camino": "cno", "calzada": "calz",
    "poligono": "pol", "bd": "blvd", "boul": "blvd", "bld": "blvd", "bulevardul": "blvd", "bdul": "blvd",
    "route": "rte", "chemin": "ch", "che": "ch", "impasse": "imp", "allee": "all", "faubourg": "fg", "fbg": "fg",
    "quai": "q", "cours": "crs", "viale": "vle", "via": "v", "corso": "cso", "pzza": "pza", "vicolo": "vic",
    "localita": "loc", "strada": "str", "soseaua": "sos", "calea": "cal", "aleea": "al", "aleja": "al", "aleje": "al",
    "osiedle": "os", "namesti": "nam", "namestie": "nam", "trida": "tr", "utca": "u", "korut": "krt", "caddesi": "cad",
    "cadde": "cad", "cd": "cad", "sokak": "sok", "sokagi": "sok", "sk": "sok", "mahallesi": "mah", "mh": "mah",
    "bulvari": "blvd", "leoforos": "leof", "prospekt": "pr", "prosp": "pr", "ploshchad": "pl", "pereulok": "per",
}  # fmt: skip
_NO_ROAD: Final = (
    "n", "s", "e", "w", "north", "south", "east", "west", "ne", "nw", "se", "sw", "suite", "ste", "floor", "fl", "no",
    "nr", "sn", "ul", "ulica", "ulitsa", "vul",
    "unit", "apt", "room", "rm", "bldg", "building", "at", "between", "near", "off",
)  # fmt: skip


def build_features(
    db: duckdb.DuckDBPyConnection,
    standardized: pl.DataFrame,
    *,
    new: pl.Series | None = None,
    kept_apart: Mapping[int, str] | None = None,
    columns: Sequence[FurtherColumn] = (),
    tables: InMemory = IN_MEMORY,
) -> Features:
    """Build the features of standardized rows of companies, as those of people are built."""
    distinct, of_rows = distinct_contents(
        db, standardized, standardized.columns, new=new, kept_apart=kept_apart, tables=tables
    )
    return Features(features_of_contents(distinct, columns, tables), of_rows)


def features_of_contents(table: pl.DataFrame, columns: Sequence[FurtherColumn], tables: InMemory) -> pl.DataFrame:
    """Return the features of distinct contents.

    Args:
        table: Distinct contents, numbered by ``i``.
        columns: Further columns.
        tables: Where the tables are.
    """
    # Which names have a romanized form depends on the names in other scripts in the list.
    others = tables.gather(company_keys_of_other_scripts, table, reads=("company",))
    table = tables.add("scripts", partial(romanized_company_names, others=others), table)
    table = tables.keep(tables.add("own features", _own_features, table).drop("mailbox"))
    counts = _rows_with_words(tables.gather(_count_words, table, reads=("words",)))
    table = tables.add("rare words", partial(_rare_words, counts=counts), table)
    table = tables.share(table, _shared_values())
    return with_rarities(table, columns, _names_sharing, ("name_hash",), tables)


def _names_sharing(table: pl.DataFrame, shared: pl.Series, has_value: pl.Series) -> pl.Series:
    """Return for each row the number of different names among the rows that share its value."""
    import polars as pl

    names = table.select("name_hash", shared=shared, has=has_value)
    one = pl.lit(1, pl.UInt32)
    return names.select(pl.when("has").then(pl.col("name_hash").n_unique().over("shared")).otherwise(one)).to_series()


def _own_features(table: pl.DataFrame) -> pl.DataFrame:
    """Return the features that follow from the row itself."""
    import polars as pl

    form, phone, town = pl.col("form"), pl.col("phone").cast(pl.Int64, strict=False), english_town(pl.col("city"))
    of_cells = table.select(
        line=pl.when(pl.col("phone") == "").then(-1).otherwise(phone).fill_null(-1),
        mailbox_hash=hash_or_zero(pl.col("mailbox").hash(), pl.col("mailbox") != ""),
        form_bits=form.replace_strict(related_forms(), default=0, return_dtype=pl.Int64),
        places=pl.concat_str("city", town, "country", _names_of_country(pl.col("country")), separator=" ").str.split(
            " "
        ),
        city=town,
        own_city="city",
    )
    return pl.concat(
        [_name_features(table), domain_features(table), _address_features(table), of_cells], how="horizontal"
    )


def _name_features(table: pl.DataFrame) -> pl.DataFrame:
    """Return the name with abbreviated words, its words, digits, initials, and how a domain would spell it."""
    import polars as pl

    name, whole = pl.col("company"), pl.col("value")
    short = pl.col("whole").str.split(" ").list.eval(pl.element().replace(ABBREVIATED)).list.join(" ")
    initials = pl.col("whole").str.replace_all("([^ ])[^ ]* ?", "$1")
    return map_distinct(
        table["company"],
        {"whole": without_and(whole), "marks": distinguishing_marks(whole)},
        {"whole": pl.col("whole"), "marks": pl.col("marks"), "company": short},
        {
            "company": name,
            "marks": pl.col("marks"),
            "spelled": pl.col("whole").str.split(" "),
            "words": name.str.split(" ").list.unique(maintain_order=True),
            "name_hash": hash_or_zero(name.str.replace_all(" ", "", literal=True).hash(), name != ""),
            "words_hash": hash_or_zero(name.str.split(" ").list.unique().list.sort().list.join(" ").hash(), name != ""),
            "kinds": name.str.split(" ").list.eval(pl.element().filter(_is_kind(pl.element()))),
            "houses": name.str.split(" ").list.eval(pl.element().filter(pl.element().is_in([*institutions()]))
            .replace_strict(institutions(), return_dtype=pl.Int64).bitwise_or()).list.first().fill_null(0),
            "letter_set": letter_set(name),
            "digits": name.str.replace_all("[^0-9]+", " ").str.strip_chars(" "),
            "numbers": number_hash(name),
            "name_spelled": spelling_hash(pl.col("whole")),
            "initials": pl.when(is_long_name(pl.col("whole"))).then(initials)
            .when(name.str.contains("^[^ ]{3,5}$")).then(name)
            .otherwise(pl.lit("")),
            "has_initials": is_long_name(pl.col("whole")),
        },
    )  # fmt: skip


def _is_kind(word: pl.Expr) -> pl.Expr:
    """Return whether a word is that of a place, a department, a discipline or a trade, and so not a typo of another."""
    return word.is_in(sorted(kind_words())) | word.str.contains(discipline_pattern())


@cache
def discipline_pattern() -> str:
    """Return the names of disciplines in several languages as a regular expression."""
    return f"^(?:{'|'.join(_words()['stem'])})(?:{_ENDINGS_OF_DISCIPLINES})$"


def is_long_name(name: pl.Expr) -> pl.Expr:
    """Return whether a name is long enough that its initials may stand for it."""
    return name.str.count_matches(" ", literal=True) >= _INITIALS - 1


def _address_features(table: pl.DataFrame) -> pl.DataFrame:
    """Return the house number and the road of a street address."""
    import polars as pl

    street, words = pl.col("value"), pl.col("words")
    return map_distinct(
        table["street"],
        {"value": street, "words": street.str.split(" ").list.eval(pl.element().replace(_STREET_WORDS))},
        {
            "house": street.str.extract(r"(?:^| )([0-9]+)(?: |[a-z]|$)", 1).fill_null(""),
            "road": words.list.eval(
                pl.element().filter(~pl.element().str.contains("^[0-9]+[a-z]?$") & ~pl.element().is_in(_NO_ROAD))
            ).list.join(" "),
        },
    )


def _count_words(table: pl.DataFrame) -> pl.DataFrame:
    """Return the number of rows that have each word in their name."""
    import polars as pl

    words = table.select(word=pl.col("words").explode()).filter(pl.col("word") != "")
    return words.group_by("word").agg(rows=pl.len())


def _rows_with_words(counts: pl.DataFrame) -> pl.DataFrame:
    """Return how many rows each word counts as having, but for words that one row has."""
    import polars as pl

    is_general = pl.col("word").is_in(list(general_words()))
    rows = counts.group_by("word").agg(pl.col("rows").sum())
    rows = rows.with_columns(rows=pl.when(is_general).then(pl.col("rows") + _ANY_LIST).otherwise("rows"))
    return rows.filter(pl.col("rows") > 1)


def _rare_words(table: pl.DataFrame, counts: pl.DataFrame) -> pl.DataFrame:
    """Return the rarest word of each name, the second rarest, and how many rows the rarest counts as having.

    Args:
        table: ``i`` and ``words``.
        counts: Result of :func:`_rows_with_words`.
    """
    import polars as pl

    words = table.select("i", word="words").explode("word").filter(pl.col("word") != "")
    ranked = (
        words.join(counts, on="word", how="left").with_columns(pl.col("rows").fill_null(1)).sort("rows", "word")
        .group_by("i", maintain_order=True)
        .agg(rare=pl.col("word").first(), second=pl.col("word").get(1, null_on_oob=True), rare_rows=pl.first("rows"))
    )  # fmt: skip
    found = table.select("i").join(ranked, on="i", how="left", maintain_order="left")
    return found.select(pl.col("rare", "second").fill_null(""), pl.col("rare_rows").fill_null(0).cast(pl.UInt32))


@cache
def _shared_values() -> tuple[Shared, ...]:
    """Return how many names share a phone, a domain or an address, and how many towns and domains a name has."""
    import polars as pl

    def distinct(what: pl.Expr, name: str, columns: Sequence[str], has_value: pl.Expr, *reads: str) -> Shared:
        count = what.n_unique().over(*columns).cast(pl.UInt32).alias(name)
        key = pl.when(has_value).then(pl.struct(columns).hash())
        return Shared(lambda table: table.select(count), key, (*columns, *reads), {name: 1})

    def names_sharing(name: str, column: str, none: Any = "") -> Shared:
        return distinct(pl.col("name_hash"), name, [column], pl.col(column) != none, "name_hash")

    def holders_of(number: str) -> Shared:
        beginning = pl.col("company").str.head(_BEGINNING)
        return distinct(beginning, f"{number}_holders", [number], pl.col(number) != "", "company")

    town, site = pl.when(pl.col("city") != "").then("city").otherwise("postcode"), pl.col("site")
    has_address = (pl.col("house") != "") | (pl.col("road") != "")
    address = ("house", "road", "city", "postcode")
    tenants = pl.when(has_address).then(pl.col("name_hash").n_unique().over(address)).otherwise(_ANY_LIST)
    # A name that has many domains is of many companies, as one in many towns is.
    towns = pl.max_horizontal(
        town.n_unique().over("name_hash"), site.filter(site != "").n_unique().over("name_hash")
    )  # fmt: skip
    return (
        names_sharing("callers", "line", -1),
        names_sharing("writers", "mailbox_hash", 0),
        names_sharing("owners", "site"),
        holders_of("registration"),
        holders_of("vat"),
        Shared(
            lambda table: table.select(city_rows=pl.len().over("city").cast(pl.UInt32)),
            pl.when(pl.col("city") != "").then("city"),
            ("city",),
            {"city_rows": 1},
        ),
        Shared(
            lambda table: table.select(tenants=tenants.cast(pl.UInt32)),
            pl.when(has_address).then(pl.struct(address).hash()),
            (*address, "name_hash"),
            {"tenants": _ANY_LIST},
        ),
        Shared(
            lambda table: table.select(towns=towns.cast(pl.UInt32)),
            pl.when(pl.col("name_hash") != 0).then("name_hash"),
            ("name_hash", "city", "postcode", "site"),
            {"towns": 1},
        ),
    )


@cache
def _words() -> dict[str, list[Any]]:
    """Return the words as names have them: folded, so that "museum" and "physique" are without their umlauts."""
    return {
        name: [_fold_words(words) for words in table] for name, table in read_table(__package__, "words.toml").items()
    }


def _fold_words(words: str | list[str]) -> Any:
    import polars as pl

    return pl.select(fold(pl.lit(words))).item() if isinstance(words, str) else [_fold_words(one) for one in words]


@cache
def number_words() -> dict[str, str]:
    """Return numbers in words, folded and without spaces → in digits.

    >>> number_words()["vier"], number_words()["twentyone"], number_words()["forty"]
    ('4', '21', '40')
    """
    ones, tens = _words()["numbers"], _words()["tens"]
    found = {word: str(number) for number, words in enumerate(ones, 1) for word in words.split()}
    units = {0: "", **{number: words.split()[0] for number, words in enumerate(ones[:9], 1)}}
    return found | {f"{ten}{unit}": str(10 * n + one) for n, ten in enumerate(tens, 2) for one, unit in units.items()}


def group_words() -> frozenset[str]:
    """Return the words for a company as a whole: group, holding, international."""
    return frozenset(_words()["group"])


def translations_of_group() -> frozenset[str]:
    """Return those of these words that are one word in several languages."""
    return frozenset(_words()["translations"])


def part_words() -> frozenset[str]:
    """Return the words for a department, a branch or a subsidiary, as names are compared: abbreviated."""
    return frozenset(ABBREVIATED.get(word, word) for name in ("part", "helper") for word in _words()[name])


def parts_in_characters() -> list[str]:
    """Return what a name in another script has for a department or a branch, folded: a part of a word."""
    return _words()["part_in_characters"]


def groups_in_characters() -> list[str]:
    """Return what a name in another script has for a group or a holding, folded: a part of a word."""
    return _words()["group_in_characters"]


@cache
def house_words() -> frozenset[str]:
    """Return the words for a hospital or a foundation, as names are compared: abbreviated, and not."""
    words = _words()["house"]
    return frozenset({*words, *(ABBREVIATED.get(word, word) for word in words)})


def body_words() -> frozenset[str]:
    """Return the words for a public body that shorten no longer word."""
    return frozenset(_words()["body"])


def foundation_words() -> frozenset[str]:
    """Return the words for a foundation in several languages."""
    return frozenset(_words()["foundation"])


def family_endings() -> frozenset[str]:
    """Return the ends of family names, folded, with which one is longer than another."""
    return frozenset(_words()["family_end"])


def _names_of_country(country: pl.Expr) -> pl.Expr:
    """Return the names of a row's own country, folded, that the table of places has: "danmark denmark" of "dk"."""
    import polars as pl

    return country.replace_strict(_countries(), default="", return_dtype=pl.String)


@cache
def _countries() -> dict[str, str]:
    codes = {word: (country_code(word) or "").lower() for word in _words()["place"]}
    return {code: " ".join(word for word in codes if codes[word] == code) for code in {*codes.values()} - {""}}


def attendant_words() -> frozenset[str]:
    """Return the words that go with a legal form, or stand before a name, and make no other one of it."""
    return frozenset(ABBREVIATED.get(word, word) for word in _words()["attendant"])


@cache
def institutions() -> dict[str, int]:
    """Return word for a kind of institution → bits of this kind and of the wider one that it belongs to.

    >>> kinds = institutions()
    >>> kinds["lycee"] == kinds["liceo"], kinds["school"] & kinds["lycee"] == kinds["school"]
    (True, True)
    >>> kinds["hotel"] & kinds["lycee"]
    0
    """
    found: dict[str, int] = {}
    number = 0
    for wider, *kinds in _words()["institutions"]:
        general = 1 << number
        for words in (wider, *kinds):
            found |= dict.fromkeys(words.split(), general | 1 << number)
            number += 1
    return found


def filler_words() -> frozenset[str]:
    """Return the words that a name may have or not: legal forms, and what any school, office or home may be called."""
    return frozenset(_words()["filler"])


def venue_words() -> frozenset[str]:
    """Return the words for a restaurant, as names are compared: abbreviated."""
    return frozenset(ABBREVIATED.get(word, word) for word in _words()["venue"])


def words_before_a_host() -> frozenset[str]:
    """Return the words in several languages for "at" and "in", behind which another company's name may stand."""
    return frozenset(_words()["host"])


@cache
def kind_words() -> frozenset[str]:
    """Return the words for places, departments, disciplines and trades, as names are compared: abbreviated."""
    words = _words()
    towns = {name for pair in english_towns().items() for name in pair if " " not in name}
    kinds = {
        *words["part"],
        *words["helper"],
        *words["general"],
        *words["trade"],
        *words["group"],
        *words["place"],
        *words["generation"],
        *number_words(),
        *towns,
    } - {*words["filler"]}
    return frozenset(ABBREVIATED.get(word, word) for word in kinds)


def general_words() -> frozenset[str]:
    """Return the words that thousands of companies have in their names."""
    return frozenset(_words()["general"]) | group_words()
