"""What rows are compared by: one small, plain, comparable key for each thing that a lead row says.

Keys are for matching only and never shown: Unicode NFKD and case folded, marks and legal forms dropped, Cyrillic and
Greek letters in Latin ones, telephone numbers as digits. Rows whose keys are all the same are one row to the matcher.
"""

from __future__ import annotations

import math
import tomllib
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from pb2b_notebook.cleanup.values.email_checks import free_providers, roles
from pb2b_notebook.mapping.countries import country_code

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

LONGEST = 200
"""Characters of a value that are looked at; what is longer is no name."""

TEXT_KEYS = (
    "first", "last", "second", "generation", "local", "mail_domain", "phone", "company", "domain", "title", "profile",
    "country", "city",
)  # fmt: skip
"""The keys that every prepared frame has, as text; "" where the row does not say."""

# Letters that NFKD leaves whole, and the digraphs that stand for umlauts: "Mueller" is "Müller" is "Muller".
_LETTERS = {
    "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "a", "œ": "o", "þ": "th", "ð": "d", "ı": "i", "ħ": "h", "ŀ": "l",
    "ae": "a", "oe": "o", "ue": "u",
}  # fmt: skip
_CYRILLIC = dict(
    zip(
        "абвгґдеєжзиіклмнопрстуфхцчшщъыьэюя",
        (
            "a",
            "b",
            "v",
            "g",
            "g",
            "d",
            "e",
            "e",
            "zh",
            "z",
            "y",
            "i",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "kh",
            "ts",
            "ch",
            "sh",
            "shch",
            "",
            "y",
            "",
            "e",
            "yu",
            "ya",
        ),
        strict=True,
    )
)
_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρσςτυφχψω",
        (
            "a",
            "v",
            "g",
            "d",
            "e",
            "z",
            "i",
            "th",
            "i",
            "k",
            "l",
            "m",
            "n",
            "x",
            "o",
            "p",
            "r",
            "s",
            "s",
            "t",
            "y",
            "f",
            "ch",
            "ps",
            "o",
        ),
        strict=True,
    )
)
_HONORIFICS = (
    "mr|mrs|ms|miss|mx|dr|prof|professor|sir|madam|dame|herr|frau|hr|dipl|dott|dottssa|sig|sigra|sr|sra|srta|"
    "mme|mlle|monsieur|madame|dhr|mevr|pani|mgr|inz|phd|mba|md|msc|bsc|esq|cpa|rev"
)
# Names, too: Pan Wei, M. Edwards. They are honorifics only before a given and a family name.
_HONORIFICS_BEFORE_TWO = r"^(?:m|pan|ing|mag|fr|hon|doc) ([^ ]+ .+)$"
_GENERATIONS = "jr|junior|jnr|snr|senior|ii|iii|iv"
_PARTICLES = (
    "von|van|der|den|de|del|della|di|da|do|dos|das|du|la|le|las|los|zu|zur|zum|ter|ten|bin|ibn|al|el|abu|mac|mc|st|o"
)
_FORMS = (
    "gmbh|mbh|ggmbh|ag|kg|kgaa|ohg|ug|gbr|ev|eg|se|haftungsbeschrankt|aktiengesellschaft|inc|incorporated|llc|llp|lp|corp|"
    "corporation|co|company|ltd|limited|plc|pllc|pty|pte|pvt|private|sa|sas|sasu|sarl|eurl|sci|snc|sl|slu|sau|srl|srls|spa|"
    "sapa|sro|as|asa|aps|ab|publ|aktiebolag|oy|oyj|bv|nv|vof|cv|bvba|sprl|sp|zoo|sc|sk|spk|kft|zrt|nyrt|bt|doo|dd|ood|eood|"
    "ead|ad|tov|too|ooo|oao|zao|pao|ao|kk|sdn|bhd|lda|ltda|ltee|me|eireli|epe|ike|ae|oe|limitada|anonim|sirketi|sti|ek|"
    "og|keg|gesmbh|partg|partgmbb|mbb|rl|slne|cia|vos|ks|kom|fze|fzco|dmcc|"
    "the|and|und|et|y|e|i|o|z|group|gruppe|groupe|grupo|gruppo|holding|holdings|international|intl"
)
# Those of several words, of which each alone may be a part of the name.
_LONG_FORMS = r" (?:sp z ?o ?o|sp [kj]|s de rl(?: de cv)?|sa[bp]?i? de cv|a s|p l)$"
_TITLE_WORDS = {
    "mgr": "manager", "mngr": "manager", "dir": "director", "sr": "senior", "jr": "junior", "exec": "executive",
    "asst": "assistant", "assoc": "associate", "eng": "engineer", "engr": "engineer", "coord": "coordinator",
    "admin": "administrator", "rep": "representative", "spec": "specialist", "supv": "supervisor", "pres": "president",
    "vp": "vice president", "svp": "senior vice president", "evp": "executive vice president",
    "md": "managing director", "gm": "general manager", "ceo": "chief executive officer",
    "cto": "chief technology officer",
    "cfo": "chief financial officer", "coo": "chief operating officer", "cmo": "chief marketing officer",
    "cio": "chief information officer", "cro": "chief revenue officer", "hr": "human resources", "acct": "account",
    "mktg": "marketing", "ops": "operations", "dev": "developer", "gf": "geschaftsfuhrer",
}  # fmt: skip
_TITLE_FILLERS = ["of", "the", "and", "for", "in", "at", "de", "des", "du", "und", "der", "di", ""]
_NOTHING = (
    "n a|na|none|null|nil|nan|unknown|unbekannt|inconnu|tbd|tba|tbc|x+|test|not available|not applicable|no name|keine|"
    "missing|empty|undefined|anonymous|see e mail|private|privat|self|self employed|selbststandig|freelance|freelancer"
)


@cache
def nicknames() -> dict[str, tuple[int, ...]]:
    """Each known given name, folded, with the numbers of the formal names that it may stand for.

    >>> set(nicknames()["bob"]) & set(nicknames()["rob"]) != set()
    True
    """
    tables = tomllib.loads(files(__package__).joinpath("nicknames.toml").read_text(encoding="utf-8"))
    formal: dict[str, set[str]] = {}
    for line in ",".join(tables.values()).split(","):
        name, _, forms = line.partition(":")
        for form in (name.strip(), *forms.split()):
            formal.setdefault(_short(form), set()).add(_short(name.strip()))
    numbers = {name: number for number, name in enumerate(sorted({one for names in formal.values() for one in names}))}
    return {form: tuple(sorted(numbers[name] for name in names)) for form, names in formal.items()}


def _short(name: str) -> str:
    return name.replace("ae", "a").replace("oe", "o").replace("ue", "u")


def without_digraphs(text: pl.Expr) -> pl.Expr:
    """Small plain letters with the digraphs that stand for umlauts as one letter: what addresses and domains spell.

    >>> import polars as pl
    >>> pl.select(without_digraphs(pl.lit("j.mueller"))).item()
    'j.muller'
    """
    return text.str.replace_many(["ae", "oe", "ue"], ["a", "o", "u"])


def fold(text: pl.Expr) -> pl.Expr:
    """Small plain Latin letters, digits and single spaces; other scripts keep their letters, without marks.

    >>> import polars as pl
    >>> pl.select(fold(pl.lit("  Jürgen  GROẞ-Mueller"))).item()
    'jurgen gross muller'
    """
    plain = text.str.normalize("NFKD").str.to_lowercase().str.replace_all(r"\p{M}", "")
    letters = {**_LETTERS, **_CYRILLIC, **_GREEK}
    plain = plain.str.replace_many(list(letters), list(letters.values()))
    plain = plain.str.replace_all(r"['’`´ʹʼ]", "").str.replace_all(r"[^\p{L}\p{N}]+", " ")
    return plain.str.strip_chars(" ").str.normalize("NFKC")


_LEAST_DIGITS = 7
_ODD_EMAIL = r"^[^a-z0-9_+-]|[^a-z0-9@._+-]|\.\.|@@|^mailto:|\.$"


def prepared(rows: pl.DataFrame) -> pl.DataFrame:
    """The keys of rows, in their order.

    Args:
        rows: the columns of :data:`SOURCES`, as text; columns ``id_…`` and ``text_…`` are compared as they are.

    Returns:
        one column for each of :data:`TEXT_KEYS`, and each further column folded, "" for nothing.
    """
    import polars as pl

    rows = rows.with_columns(pl.all().fill_null(""))
    long = [column.name for column in rows if (column.str.len_bytes() > LONGEST).any()]  # few or none
    rows = rows.with_columns(pl.col(long).str.slice(0, LONGEST))
    # Most of it is one expression after the other, which is one core: so the parts are made side by side.
    with ThreadPoolExecutor() as side_by_side:
        parts: list[pl.DataFrame] = list(side_by_side.map(lambda part: part(rows), (_others, _addresses, _names)))
    return pl.concat(parts, how="horizontal")


def on_distinct(values: pl.Series, *stages: dict[str, pl.Expr]) -> pl.DataFrame:
    """Columns made from ``value``, each distinct one once: names, firms and cities repeat.

    Args:
        values: texts.
        stages: columns, by name; later stages may use those of earlier ones, and only the last one's come back.

    >>> import polars as pl
    >>> firms = pl.Series(["Nord AG", "Ost KG", "Nord AG"])
    >>> on_distinct(firms, {"size": pl.col("value").str.len_chars()})["size"].to_list()
    [7, 6, 7]
    """
    import polars as pl

    table = pl.DataFrame({"text": values.unique()}).with_columns(value="text")
    for stage in stages:
        table = table.with_columns(**stage)
    table = table.select("text", *stages[-1])
    return values.rename("text").to_frame().join(table, on="text", how="left", maintain_order="left").drop("text")


def _where(values: pl.Series, odd: str, mended: pl.Expr) -> pl.Series:
    """Texts, of which those with a match of ``odd`` are made anew from the column ``text``: most are not odd."""
    at = values.str.contains(odd).arg_true()
    if not len(at):
        return values
    made = values.gather(at).alias("text").to_frame().select(mended).to_series()
    return values.clone().scatter(at, made)


def _mended(values: pl.Expr) -> pl.Expr:
    """UTF-8 that was read as Windows-1252 is read again."""
    import polars as pl

    odd = "[\u00c0-\u00f4][\u0080-\u00bf\u0152-\u2122]"
    return values.map_batches(
        lambda series: _where(series, odd, pl.col("text").map_elements(_reread, return_dtype=pl.String)),
        return_dtype=pl.String,
    )


def _reread(text: str) -> str:
    try:
        return text.encode("cp1252").decode()
    except UnicodeError:
        return text


def _without(text: pl.Expr, words: str) -> pl.Expr:
    """Drop whole words; each has two spaces of its own, since a match takes those around it."""
    apart = text.str.replace_all(" ", "  ", literal=True).str.replace_all(rf"(^| )(?:{words})( |$)", " ")
    return apart.str.replace_all(" +", " ").str.strip_chars(" ")


def _something(text: pl.Expr) -> pl.Expr:
    import polars as pl

    return pl.when(text.str.contains(rf"^(?:{_NOTHING})?$")).then(pl.lit("")).otherwise(text)


def _clean_name(values: pl.Series, text: pl.Expr) -> pl.DataFrame:
    """``name`` without titles and generations, and the ``generation``."""
    import polars as pl

    folded = pl.col("folded")
    generation = folded.str.extract(rf" ({_GENERATIONS})\b", 1).fill_null("")
    return on_distinct(
        values,
        {"value": _mended(pl.col("value"))},
        {"folded": fold(text)},
        {
            "name": _something(
                _without(_without(folded, _GENERATIONS), _HONORIFICS).str.replace(_HONORIFICS_BEFORE_TWO, "$1")
            ),
            "generation": generation.replace({"junior": "jr", "jnr": "jr", "senior": "sr", "snr": "sr"}),
        },
    )


def _names(rows: pl.DataFrame) -> pl.DataFrame:
    """Given name, family name and generation, each without spaces; and what may be another family name, before it."""
    import polars as pl

    first, last = (_clean_name(rows[name], pl.col("value")) for name in ("first_name", "last_name"))
    clean = pl.DataFrame(
        {
            "first": first["name"],
            "last": last["name"],
            "generation": first["generation"] + last["generation"],
            "second": pl.repeat("", len(rows), eager=True),
        }
    )
    # Most rows have both, and need no look at the whole, which is in few other rows.
    at = ((clean["first"] == "") | (clean["last"] == "")).arg_true()
    split = _from_whole(clean[at], rows["full_name"].gather(at))
    clean = clean.with_columns(clean[name].scatter(at, split[name]) for name in clean.columns)
    without_initials = pl.col("first").str.replace(r"^([^ ]{2,}.*?)(?: [a-z])+$", "$1")
    return clean.select(
        first=without_initials.str.replace_all(" ", ""),
        last=pl.col("last").str.replace_all(" ", ""),
        generation=pl.col("generation").str.slice(0, 2),
        second="second",
    )


def _from_whole(clean: pl.DataFrame, whole_names: pl.Series) -> pl.DataFrame:
    """The same of rows that lack a given or a family name: of the whole name, or of the field that it is in."""
    import polars as pl

    suffix = rf"(?i),\s*(?:{_GENERATIONS})\.?\s*$"
    turned = pl.col("value").str.replace(r"^\s*([^,]{2,}),\s*(\S.+)$", "$2 $1")
    unturned = pl.when(pl.col("value").str.contains(suffix)).then(pl.col("value")).otherwise(turned)
    full = _clean_name(whole_names, unturned)
    # One field holds the whole name: the other is empty, or there never were two.
    particle = rf"^(?:{_PARTICLES}) "
    whole = (
        pl.when(pl.col("full").str.contains(" ") | (pl.col("first") + pl.col("last") == "")).then(pl.col("full"))
        .when(pl.col("first").str.contains(" ")).then(pl.col("first"))
        .when(pl.col("last").str.contains(" ") & ~pl.col("last").str.contains(particle)).then(pl.col("last"))
        .otherwise(pl.lit(""))
    )  # fmt: skip
    given, family = _split(pl.col("whole"))
    between = pl.col("whole").str.head(-family.str.len_chars().cast(pl.Int64)).str.extract(r" ([^ ]{3,}) ?$", 1)
    between = pl.when(~between.is_in(list(nicknames()))).then(between)  # Henry is no family name of William Henry James
    split = pl.col("whole") != ""
    return clean.with_columns(full=full["name"]).with_columns(whole=whole).select(
        first=pl.when(split).then(given).otherwise("first"),
        last=pl.when(split).then(family).otherwise("last"),
        generation=pl.col("generation") + full["generation"],
        second=pl.when(split & (family != "")).then(between.fill_null("")).otherwise(pl.lit("")),
    )  # fmt: skip


def _split(whole: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Given and family name of a whole one; where names are written together, the family's is the first letter."""
    import polars as pl

    family = whole.str.extract(rf"((?:(?:^| )(?:{_PARTICLES}))* [^ ]+)$", 1).fill_null("")
    together = whole.str.extract(r"^([\p{Han}\p{Hangul}])[\p{Han}\p{Hangul}]{1,3}$", 1)
    given = pl.when(together.is_not_null()).then(whole.str.slice(1)).otherwise(whole.str.extract(r"^([^ ]+)", 1))
    return given.fill_null(""), pl.coalesce(together, family)


def _addresses(rows: pl.DataFrame) -> pl.DataFrame:
    """E-mail, without what leaves it the same mailbox; and the domain of the company."""
    import polars as pl

    email = pl.col("text").str.normalize("NFKC").str.to_lowercase().str.replace_all(r"\s+", "")
    email = email.str.replace(r"^.*<([^<>]*@[^<>]*)>.*$", "$1").str.replace(r"^mailto:", "")
    email = email.str.replace(r"[\(\[]at[\)\]]", "@").str.replace_all("@+", "@").str.replace_all(r"\.\.+", ".")
    email = email.str.replace(r"[;,/].*$", "").str.strip_chars(".,;:<>\"'()")
    tidy = _where(rows["email"].str.to_lowercase(), _ODD_EMAIL, email)
    halves = pl.DataFrame({"text": tidy}).select(pl.col("text").str.split_exact("@", 1)).to_series().struct
    whole = (halves[1] != "").fill_null(value=False) & (halves[0] != "") & ~tidy.str.contains("@.*@")
    parts = pl.DataFrame(
        {
            "local": halves[0],
            "mail_domain": halves[1],
            "whole": whole,
            "own": rows["company_domain"],
            "site": rows["website"],
        }
    ).select(
        *(pl.when("whole").then(name).otherwise(pl.lit("")).alias(name) for name in ("local", "mail_domain")),
        *(
            on_distinct(rows[name], {as_: _host(pl.col("value"))})[as_]
            for name, as_ in (("company_domain", "own"), ("website", "site"))
        ),
    )
    google = pl.col("mail_domain").is_in(["gmail.com", "googlemail.com"])
    tagged = _where(parts["local"], r".\+", pl.col("text").str.replace(r"^([^+]+)\+.*$", "$1"))
    letters = pl.col("local").str.strip_chars("0123456789._-").str.replace_many([".", "-", "_"], [""])
    functions = [role.replace("-", "") for role in roles()]
    free = list(free_providers())
    local = pl.col("local")
    return parts.with_columns(local=tagged).with_columns(
        local=pl.when(google).then(local.str.replace_all(r"\.", "")).otherwise(local),
        mail_domain=pl.when(google).then(pl.lit("gmail.com")).otherwise(pl.col("mail_domain")),
    ).with_columns(
        free=pl.col("mail_domain").is_in(free),
        role=letters.is_in(functions),
        own=pl.when(pl.col("own").is_in(free)).then(pl.lit("")).otherwise(pl.col("own")),
    ).select(
        "local", "mail_domain", "free", "role",
        domain=pl.when(pl.col("own") != "").then(pl.col("own")).otherwise(pl.col("site")),
    )  # fmt: skip


def _host(text: pl.Expr) -> pl.Expr:
    host = text.str.to_lowercase().str.strip_chars().str.replace(r"^[a-z]+://", "").str.replace(r"[/?#:].*$", "")
    return host.str.replace(r"^www\d?\.", "").str.strip_chars(".").str.replace(r"^[^.]*$", "")


def _others(rows: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    more = [name for name in rows.columns if name.startswith(("id_", "text_"))]
    value, mended = pl.col("value"), {"value": _mended(pl.col("value"))}
    profile = value.str.to_lowercase().str.extract(r"/(?:in|pub)/([^/?#]+)", 1).fill_null("")
    return pl.concat(
        [
            pl.DataFrame({"phone": _digits(rows["phone"])}),
            rows["linkedin_url"].alias("value").to_frame().select(profile=profile),
            on_distinct(
                rows["company_name"],
                mended,
                {"firm": fold(value.str.replace_all(r"\.", "").str.replace_all("[&+]", " and "))},
                {"firm": _something(pl.col("firm"))},
                {"core": _without(pl.col("firm").str.replace(_LONG_FORMS, ""), _FORMS)},
                {"company": pl.when(pl.col("core") != "").then("core").otherwise("firm")},
            ),
            on_distinct(rows["country"], mended, {"country": value.map_elements(_country, return_dtype=pl.String)}),
            on_distinct(rows["title"], mended, {"title": _something(fold(value))}, {"title": _title(pl.col("title"))}),
            *(on_distinct(rows[name], mended, {name: _something(fold(value))}) for name in ("city", *more)),
        ],
        how="horizontal",
    )


def _title(title: pl.Expr) -> pl.Expr:
    """Its words written out and in an order of their own: "Mgr, Finance" is "Finance Manager"."""
    import polars as pl

    words = title.str.split(" ").list.eval(pl.element().replace(_TITLE_WORDS)).list.join(" ").str.split(" ")
    return words.list.eval(pl.element().filter(~pl.element().is_in(_TITLE_FILLERS))).list.sort().list.join(" ")


def _country(name: str) -> str:
    """Its code in small letters; a name that is none says nothing, rather than another country."""
    return (country_code(name) or "").lower()


def _digits(numbers: pl.Series) -> pl.Series:
    """The digits of telephone numbers without leading zeros and extension; nothing for what cannot be one."""
    import polars as pl

    text = pl.col("text")
    odd = text.str.normalize("NFKC").str.replace(r"(?:[eE][xX][tT]|[xX#]|[dD](?:urchwahl|[wW])).*$", "")
    odd = pl.when(text.str.contains(r"[0-9][.,]?[0-9]*[eE]\+")).then(pl.lit("")).otherwise(odd)
    plain = _where(numbers, '[^ -"$-/0-:]', odd).alias("text").to_frame()
    digits = text.str.replace("(0)", "", literal=True).str.replace_all(r"[^0-9]+", "").str.strip_chars_start("0")
    usable = (text.str.len_bytes() >= _LEAST_DIGITS) & ~text.str.contains(r"^(?:1+|2+|3+|4+|5+|6+|7+|8+|9+)0*$")
    found = plain.select(digits).select(pl.when(usable).then(text.str.slice(0, 18)).otherwise(pl.lit("")))
    return found.to_series()


SOURCES: Mapping[str, str] = {
    name: name
    for name in (
        "first_name", "last_name", "full_name", "email", "phone", "company_name", "company_domain", "website", "title",
        "linkedin_url", "country", "city",
    )
}  # fmt: skip
"""The columns that are compared, by the lead field that they hold."""


def as_text(values: Any) -> pl.Series:
    """A column of any frame as text; what is not text is written as Python writes it, lone surrogates as "?".

    >>> as_text([1, "a", None, float("nan")]).to_list()
    ['1', 'a', None, None]
    """
    import polars as pl
    import pyarrow as pa

    if isinstance(values, pl.Series) and values.dtype == pl.String:
        return values
    try:
        column = pa.array(values, from_pandas=True)
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            return pl.Series(pl.from_arrow(column)).cast(pl.String)
    except (pa.ArrowException, UnicodeError, TypeError, ValueError, OverflowError):
        pass
    return pl.Series([_written(value) for value in values], dtype=pl.String)


def _written(value: Any) -> str | None:
    if value is None or value.__class__.__name__ in {"NAType", "NaTType"}:
        return None
    if isinstance(value, float) and math.isnan(value):
        return None
    return str(value)[:LONGEST].encode(errors="replace").decode()
