"""Standardize rows for comparison: one plain column for each thing that a lead says about a person.

Standardized columns are only compared and never shown. They are folded (see :mod:`.folding`), without legal forms, and
phone numbers are digits. Rows whose standardized columns are all equal are one row to the matcher.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from pb2b_notebook import threads
from pb2b_notebook.cleanup.linkage.columns.typed_values import typed_values
from pb2b_notebook.cleanup.linkage.names.company_names import split_name
from pb2b_notebook.cleanup.linkage.names.folding import (
    LONGEST,
    Stages,
    blank_if_placeholder,
    fold,
    keep_results,
    repair_mojibake,
    replace_matching,
    replace_where,
    without_words,
)
from pb2b_notebook.cleanup.linkage.names.person_names import name_parts
from pb2b_notebook.cleanup.linkage.names.tone_marks import tone_words
from pb2b_notebook.cleanup.linkage.names.towns import english_town
from pb2b_notebook.cleanup.values.email_checks import free_providers, roles
from pb2b_notebook.cleanup.values.phones import EXTENSION
from pb2b_notebook.mapping.cells.countries import country_code

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from pb2b_notebook.cleanup.linkage.columns.further_columns import FurtherColumn

SOURCES: Mapping[str, str] = {
    name: name
    for name in (
        "first_name", "last_name", "full_name", "email", "phone", "company_name", "company_domain", "website", "title",
        "linkedin_url", "country", "city",
    )
}  # fmt: skip
"""The columns that are compared, by the lead field that they hold."""
TEXT_COLUMNS = (
    "first", "middle", "last", "second", "generation", "local", "mail_domain", "phone", "extension", "company",
    "domain", "title", "profile", "country", "city", "tones", "parts",
)  # fmt: skip
"""The text columns that every standardized frame has; "" where the row has no value."""
_COMPANY_FILLERS = "the|and|und|et|group|gruppe|groupe|grupo|gruppo|holding|holdings|international|intl"
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
_LEAST_DIGITS = 7
_MOST_DIGITS = 13
"""Most digits of a number within a country, in Austria and Germany."""
_IRREGULAR_EMAIL = r"^[^a-z0-9_+-]|[^a-z0-9@._+-]|\.\.|@@|^mailto:|\.$"


def standardize(rows: pl.DataFrame, columns: Sequence[FurtherColumn] = ()) -> pl.DataFrame:
    """Return rows as they are compared, in their order.

    Args:
        rows: The columns of :data:`SOURCES` and the features of the further columns, as text.
        columns: Further columns.

    Returns:
        One column for each of :data:`TEXT_COLUMNS` (``parts`` is "-" beside a double or abbreviated family name),
        ``free`` and ``role`` (the email is of a free provider, or a role address), and each further column; "" for no
        value.
    """
    import polars as pl

    rows = rows.with_columns(pl.all().fill_null(""))
    sizes = rows.select(pl.all().str.len_bytes().max()).row(0, named=True)
    long = [name for name, size in sizes.items() if (size or 0) > LONGEST]  # few or none
    rows = rows.with_columns(pl.col(long).str.slice(0, LONGEST)) if long else rows
    # Each part is a chain of expressions, which polars runs on one core: so the parts run in parallel.
    with threads.executor(rows=len(rows)) as pool:
        parts: list[pl.DataFrame] = list(pool.map(lambda part: part(rows), (_other_columns, email_parts, name_parts)))
    parts.append(tone_words(rows).to_frame())
    family = pl.when(pl.col("last_name") != "").then("last_name").otherwise("full_name")
    parts.append(rows.select(parts=pl.when(family.str.contains(_PARTS)).then(pl.lit("-")).otherwise(pl.lit(""))))
    parts.append(pl.DataFrame({one.feature: typed_values(rows[one.source], one.role) for one in columns}))
    return pl.concat(parts, how="horizontal")


def companies_of(rows: pl.DataFrame) -> pl.DataFrame:
    """Return what says of which company each row is: ``company``, ``domain``, and ``mail_domain`` but for a provider's.

    Args:
        rows: Columns of :data:`SOURCES` as text.

    >>> import polars as pl
    >>> companies_of(pl.DataFrame({"email": ["ada@nord.example"], "company_name": ["Nordlicht AG"]})).rows()
    [('nordlicht', '', 'nord.example')]
    """
    import polars as pl

    sources = ("company_name", "email", "company_domain", "website")
    rows = rows.with_columns(pl.lit("").alias(name) for name in sources if name not in rows.columns)
    rows = rows.select(pl.col(name).fill_null("").str.slice(0, LONGEST) for name in sources)
    parts = email_parts(rows)
    return parts.select(
        _standardized_column(rows["company_name"], _stages_of_columns()["company_name"])["company"],
        "domain",
        mail_domain=pl.when(~pl.col("free")).then("mail_domain").otherwise(pl.lit("")),
    )


_PARTS: Final = r"(?:\p{L}[-\u2010\u2011]\p{L}{2,}|\p{L}{4}\.)(?:,|$)"
"""What shows that a family name is a double or an abbreviated one: Müller-Lang, Papadim."""
_MASKED: Final = "[*•]"
"""Signs for the hidden part of an address, as in mar***@example.com: it is of anyone whose address begins so."""


def email_parts(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the parts of the email, reduced to what identifies the mailbox, and the domain of the company."""
    own, site = (
        _standardized_column(rows[name], _host(is_own=name == "company_domain")).to_series()
        for name in ("company_domain", "website")
    )
    return _stages_of_emails().map(rows["email"]).with_columns(domain=own.zip_with(own != "", site))


@cache
def _stages_of_emails() -> Stages:
    """Return how an irregular email is tidied, and then the stages that part an email."""
    import polars as pl

    text, local, domain = (pl.col(name) for name in ("text", "local", "mail_domain"))
    email = text.str.normalize("NFKC").str.to_lowercase().str.replace_all(r"\s+", "")
    email = email.str.replace(r"^.*<([^<>]*@[^<>]*)>.*$", "$1").str.replace(r"^mailto:", "")
    email = email.str.replace(r"[\(\[]at[\)\]]", "@").str.replace_all("@+", "@").str.replace_all(r"\.\.+", ".")
    email = email.str.replace(r"[;,/].*$", "").str.strip_chars(".,;:<>\"'()")
    halves = pl.col("halves").struct
    whole = (halves[1] != "").fill_null(value=False) & (halves[0] != "") & ~pl.col("email").str.contains("@.*@")
    google = domain.is_in(["gmail.com", "googlemail.com"])
    untagged = replace_where(local, r".\+", text.str.replace(r"^([^+]+)\+.*$", "$1"))
    letters = local.str.strip_chars("0123456789._-").str.replace_many([".", "-", "_"], [""])
    free = _free_providers()

    def part(number: int) -> pl.Expr:
        return (
            pl.when(pl.col("whole") & ~halves[number].str.contains(_MASKED)).then(halves[number]).otherwise(pl.lit(""))
        )

    return Stages(
        {"email": replace_where(pl.col("value").str.to_lowercase(), _IRREGULAR_EMAIL, email)},
        {"halves": pl.col("email").str.split_exact("@", 1)},
        {"whole": whole},
        {"local": part(0), "mail_domain": part(1)},
        {"local": untagged},
        {
            "local": pl.when(google).then(local.str.replace_all(r"\.", "")).otherwise(local),
            "mail_domain": pl.when(google).then(pl.lit("gmail.com")).otherwise(domain),
        },
        {"local": local, "mail_domain": domain, "free": domain.is_in(free), "role": letters.is_in(_role_names())},
    )


@cache
def _role_names() -> pl.Expr:
    import polars as pl

    return pl.lit(pl.Series([role.replace("-", "") for role in roles()])).implode()


@cache
def _free_providers() -> pl.Expr:
    import polars as pl

    return pl.lit(pl.Series(list(free_providers()))).implode()


@cache
def _host(*, is_own: bool) -> Stages:
    """Return the stages for the host of a web address or domain, without "www."; "" for a provider's as one's own."""
    import polars as pl

    host = pl.col("value").str.to_lowercase().str.strip_chars().str.replace(r"^[a-z]+://", "")
    host = host.str.replace(r"[/?#:].*$", "").str.replace(r"^www\d?\.", "").str.strip_chars(".")
    host, value = host.str.replace(r"^[^.]*$", ""), pl.col("value")
    is_other = value.is_in(_free_providers()) & pl.lit(is_own)
    return Stages({"value": host}, {"host": pl.when(is_other).then(pl.lit("")).otherwise("value")})


def _other_columns(rows: pl.DataFrame) -> pl.DataFrame:
    """Return everything but names, email and domain."""
    import polars as pl

    profile = pl.col("linkedin_url").str.to_lowercase().str.extract(r"/(?:in|pub)/([^/?#]+)", 1).fill_null("")
    return pl.concat(
        [
            pl.DataFrame({"phone": phone_digits(rows["phone"]), "extension": phone_extensions(rows["phone"])}),
            rows.select(profile=profile),
            *(_standardized_column(rows[name], stages) for name, stages in _stages_of_columns().items()),
        ],
        how="horizontal",
    )


def _standardized_column(values: pl.Series, stages: Stages) -> pl.DataFrame:
    if not (values != "").any():  # many lists lack a column, and "" is standardized to ""
        return values.to_frame(*stages.columns)
    return stages.map(values)


@cache
def _stages_of_columns() -> dict[str, Stages]:
    """Return the stages that standardize each column. To build them takes longer than to apply them to a few rows."""
    import polars as pl

    value, repaired = pl.col("value"), {"value": repair_mojibake(pl.col("value"))}
    return {
        "company_name": Stages(
            repaired,
            {"value": value.map_elements(_company_core, return_dtype=pl.String)},
            {"core": fold(value.str.replace_all(r"\.", "").str.replace_all("[&+]", " and "))},
            {"core": blank_if_placeholder(pl.col("core"), value, "company")},
            {"name": without_words(pl.col("core"), _COMPANY_FILLERS)},
            {"company": pl.when(pl.col("name") != "").then("name").otherwise("core")},
        ),
        "country": Stages(repaired, {"country": value.map_elements(folded_country, return_dtype=pl.String)}),
        "title": Stages(
            repaired,
            {"title": blank_if_placeholder(fold(value), value, "text")},
            {"title": _title_words(pl.col("title"))},
        ),
        "city": Stages(repaired, {"city": english_town(blank_if_placeholder(fold(value), value, "city"))}),
    }


def _company_core(name: str) -> str:
    return split_name(name).core


def _title_words(title: pl.Expr) -> pl.Expr:
    """Return the words of a job title, written out and sorted: "Mgr, Finance" equals "Finance Manager"."""
    import polars as pl

    words = title.str.split(" ").list.eval(pl.element().replace(_TITLE_WORDS)).list.join(" ").str.split(" ")
    return words.list.eval(pl.element().filter(~pl.element().is_in(_TITLE_FILLERS))).list.sort().list.join(" ")


def folded_country(name: str) -> str:
    """Return the country code in lower case; "" for an unknown name, which says nothing."""
    return (country_code(name) or "").lower()


@keep_results
def phone_digits(numbers: pl.Series) -> pl.Series:
    """Return the digits of phone numbers without leading zeros and extension; "" where there are too few."""
    import polars as pl

    text = pl.col("text")
    regular = text.str.normalize("NFKC").str.replace(r"(?:[eE][xX][tT]|[xX#]|[dD](?:urchwahl|[wW])).*$", "")
    # A spreadsheet's 4.91712E+11 has lost its digits.
    regular = pl.when(text.str.contains(r"[0-9][.,]?[0-9]*[eE]\+")).then(pl.lit("")).otherwise(regular)
    plain = replace_matching(numbers, '[^ -"$-/0-:]', regular).alias("text").to_frame()
    digits = pl.col("digits")
    # An expression that is used twice is computed twice: so there are stages.
    found = plain.with_columns(
        digits=text.str.replace("(0)", "", literal=True).str.replace_all(r"[^0-9]+", "").str.strip_chars_start("0")
    )
    # +1 (18) 08-5550173: no area code of North America begins with 1, so that the country code is there twice.
    twice = digits.str.contains("^11[2-9][0-9]{9}") & text.str.contains(r"^ *\(?\+")
    found = found.with_columns(digits=pl.when(twice).then(digits.str.slice(1)).otherwise(digits))
    # Numbers of North America have ten digits, and no country's have more than 13: what follows is an extension.
    american = digits.str.contains(r"^1[2-9][0-9]{2}[2-9]") & (
        text.str.contains(r"^ *\(?(?:\+|00)") | (digits.str.len_bytes() > _MOST_DIGITS)
    )
    found = found.select(digits=pl.when(american).then(digits.str.slice(0, 11)).otherwise(digits))
    usable = (digits.str.len_bytes() >= _LEAST_DIGITS) & ~digits.str.contains(r"^(?:1+|2+|3+|4+|5+|6+|7+|8+|9+)0*$")
    found = found.select(text=pl.when(usable).then(digits.str.slice(0, 18)).otherwise(pl.lit("")))
    return found.to_series()


@keep_results
def phone_extensions(numbers: pl.Series) -> pl.Series:
    """Return the digits of the extensions behind phone numbers; "" for none.

    >>> import polars as pl
    >>> phone_extensions(pl.Series(["(312) 555-0150 x101", "312 555 0150 Ext. 0", "312 555 0150"])).to_list()
    ['101', '0', '']
    """
    import polars as pl

    extended = numbers.str.contains(EXTENSION)
    if not extended.any():
        return pl.repeat("", len(numbers), dtype=pl.String, eager=True)
    digits = pl.col("text").str.extract(f"({EXTENSION})", 1).str.extract("([0-9]+)[^0-9]*$", 1)
    return numbers.alias("text").to_frame().select(pl.when(extended).then(digits).otherwise(pl.lit(""))).to_series()
