"""Values that stand for nothing, by kind of field, and words that people type to try something.

What stands for nothing depends on the field: "Nan" is a town and a given name, but not an email address.
"""

from __future__ import annotations

import re
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final, Literal

from pb2b_notebook.lazy import lazy_pattern
from pb2b_notebook.shipped_tables import read_table

if TYPE_CHECKING:
    import polars as pl

    from pb2b_notebook.mapping.lead_fields import LeadField

Kind = Literal["name", "company", "city", "country", "email", "phone", "url", "id", "job", "text", "address part"]
"""Kinds of fields that differ in what stands for nothing.

"job" is a title, a department or an industry, "address part" a mailbox or the first label of a domain, and "text" any
other text.
"""

_KINDS_BY_KEY: Final[dict[str, Kind]] = {
    "full_name": "name",
    "first_name": "name",
    "last_name": "name",
    "company_name": "company",
    "company_domain": "url",
    "city": "city",
    "country": "country",
    "external_id": "id",
    "title": "job",
    "seniority": "job",
    "industry": "job",
}
_KINDS_BY_TYPE: Final[dict[str, Kind]] = {"email": "email", "phone": "phone", "url": "url"}
_JOB_FIELD: Final = re.compile(r"(?:.*_)?(?:department|dept|job_title|job_function)")
"""Keys of further fields of a job."""
_SHARE_NONE: Final = frozenset({"country", "email", "phone", "url", "job"})
"""Kinds in which words such as "keine" are neither a name nor an answer."""
_NOT_KINDS: Final = frozenset({"every", "shared", "beside", "none"})

_SIGN: Final = "[-–—_.…,;:?*/#!+~•·\"'´`“”„″〃]+"
_SIGNS: Final = f"{_SIGN}(?: {_SIGN})*"
"""Signs alone, ditto marks among them."""
_DASHES: Final = "[-–—*_]{1,3}"
"""What some forms write around a word for nothing: --None--."""
_ZEROS: Final = r"\+?0[0 ()./-]*"
"""What forms want where there is no phone: 000-000-0000."""
_AROUND: Final = " \t\r\n\u00a0" + "-–—_.…,;:?*/\\#!+~•·'\"´`“”„″〃()[]{}<>"
"""White space and signs that may stand around a word."""
_BETWEEN_WORDS: Final = lazy_pattern(r"[\s_-]+")
_FEW: Final = 100
_SHORT: Final = 200
_MADE_UP_DIGITS: Final = lazy_pattern(r"0*|(\d)\1{5,}|\d{1,3}(\d)\2{8,}|0?123456(?:7(?:8(?:90?)?)?)?|9876543210?")


def kind_of(field: LeadField) -> Kind:
    """Return the kind of a lead field.

    >>> from pb2b_notebook.mapping.lead_fields import LeadField
    >>> kind_of(LeadField("city")), kind_of(LeadField("billing", "email", builtin=False)), kind_of(LeadField("title"))
    ('city', 'email', 'job')
    >>> kind_of(LeadField("department", builtin=False)), kind_of(LeadField("allergies", builtin=False))
    ('job', 'text')
    """
    by_key = _KINDS_BY_KEY.get(field.key) if field.builtin else None
    otherwise: Kind = "job" if _JOB_FIELD.fullmatch(field.key) else "text"
    return by_key or _KINDS_BY_TYPE.get(field.type, otherwise)


def is_placeholder(text: str, kind: Kind = "text") -> bool:
    """Return whether a text stands for nothing in a field of a kind.

    >>> is_placeholder(" N/A "), is_placeholder("???"), is_placeholder("test"), is_placeholder("Null", "name")
    (True, True, True, False)
    >>> is_placeholder("Nan", "city"), is_placeholder("Null", "phone"), is_placeholder("no mail", "email")
    (False, True, True)
    >>> is_placeholder("Keine", "job"), is_placeholder("Keine", "company"), is_placeholder("Keine", "text")
    (True, False, False)
    """
    # The first letters exclude most texts, faster than the expression.
    return text.strip(_AROUND)[:2].lower() in _beginnings() and _regex(kind).fullmatch(text) is not None


@cache
def _beginnings() -> frozenset[str]:
    """Return the first two characters of all words of the table; "" for signs."""
    words = [
        word.strip(_AROUND).lower()
        for name, section in _table().items()
        for words in section.values()
        for word in words
    ]
    # A space in a word also stands for other signs or nothing.
    joined = [word.replace(" ", sign) for word in words for sign in ("", "-", "_")]
    spaced = [word.replace("/", " /") for word in words]
    return frozenset(word[:2] for word in (*words, *joined, *spaced)) | {""}


def is_identifying(text: str, kind: Kind) -> bool:
    """Return whether a value distinguishes one person, or one company, from another.

    A placeholder does not, nor does a made-up address ("none@none.com"), a made-up phone number ("1111111") or a word
    such as "self-employed". Only an identifying value is a key, or evidence that two rows are alike.

    >>> is_identifying("ada@example.com", "email"), is_identifying("none@none.com", "email")
    (True, False)
    >>> is_identifying("111 111 1111", "phone"), is_identifying("Self-employed", "company")
    (False, False)
    """
    if not text.strip() or _regex(kind, shared=True).fullmatch(text):
        return False
    if kind == "email":
        return not is_made_up_address(text)
    if kind == "phone":
        return not _MADE_UP_DIGITS.fullmatch(re.sub(r"\D", "", text))
    return True


def says_nothing_beside(text: str, kind: Kind = "text") -> bool:
    """Return whether a text stands for nothing if another text is there to choose: "keine" beside "Buyer".

    As a city or a company, a word that is also the name of one stands for nothing only in lower case.

    >>> says_nothing_beside("- Keine -"), says_nothing_beside("nincs megadva"), says_nothing_beside("Ninette")
    (True, True, False)
    >>> says_nothing_beside("Leer", "city"), says_nothing_beside("leer", "city"), says_nothing_beside("Nincs", "city")
    (False, True, True)
    """
    word = _in_one_form(text)
    if word not in _words_beside():
        return False
    return text.islower() or word not in _table()["beside"].get(kind, ())


def _in_one_form(text: str) -> str:
    return _BETWEEN_WORDS.sub(" ", text.strip(_AROUND)).casefold()


@cache
def _words_beside() -> frozenset[str]:
    table = _table()
    listed = [word for name in ("every", "none", "email", "phone", "job") for word in table[name]["any"]]
    words = (word for word in map(_in_one_form, listed) if not re.fullmatch(r"[a-z]{0,2}", word))
    return frozenset((*words, *map(_in_one_form, table["beside"]["any"])))


def is_made_up_address(text: str) -> bool:
    """Return whether an email address is typed instead of one: test@test.com, noemail@nord.example, name@example.com.

    >>> [is_made_up_address(text) for text in ("test@test.com", "foo@bar.com", "no-email@nord.example")]
    [True, True, True]
    >>> [is_made_up_address(text) for text in ("test@nord.example", "ada@example.com", "info@test.com")]
    [False, False, False]
    """
    local, _, domain = text.strip().lower().rpartition("@")
    label = domain.partition(".")[0]
    if _NOT_LETTERS.sub("", local) in NO_MAIL:
        return True
    is_word = _is_made_up_word(local) or local in _ANYONE
    return is_word and (_is_made_up_word(label) or label in MADE_UP_DOMAINS)


def _is_made_up_word(word: str) -> bool:
    if word in _PARTS_OF_ADDRESSES:
        return False
    return is_placeholder(word, "address part") or word.rstrip("0123456789") in TRIALS


@cache
def pattern(kind: Kind | None = None, *, shared: bool = False) -> str:
    """Return what stands for nothing as a regular expression, for ``re`` and for polars.

    Args:
        kind: Kind of the field; ``None`` for whatever stands for nothing in any kind, in any case.
        shared: Whether words that do not distinguish people or companies belong to it.

    >>> import re
    >>> bool(re.match(pattern("city"), "n/a")), bool(re.match(pattern(), "Nan")), bool(re.match(pattern(), "Nancy"))
    (True, True, False)
    """
    table = _table()
    listed = dict(table["shared"])
    sections = [table[name] for name in _sections(kind)]
    any_case = [word for section in sections for word in section.get("any", ())]
    exact = [word for section in sections for word in section.get("exact", ())]
    if kind is None or kind in _SHARE_NONE:
        any_case += sorted({*table["beside"]["any"]}.difference(table["beside"]["unsure"]))
    if shared and kind is not None:
        any_case += listed.get(kind, ())
    if kind is None:
        any_case, exact = any_case + exact, []
    words = "|".join([f"(?i:{_alternatives(any_case)})", *([_alternatives(exact)] if exact else [])])
    choices = [f"(?:{_DASHES} ?)?(?:{words})(?: ?{_DASHES})?", _SIGNS, *([_ZEROS] if kind in {"phone", None} else [])]
    return rf"^\s*[(\[{{\"'<]*(?:{'|'.join(choices)})[)\]}}\"'>]*[.!?:]*\s*$"


def _sections(kind: Kind | None) -> list[str]:
    """Return the sections of the table whose words stand for nothing in a kind; in any for ``None``."""
    if kind is None:
        return ["every", "none", *_kinds()]
    if kind == "address part":
        return ["every", "none", "email"]
    return ["every", kind, *(["none"] if kind in _SHARE_NONE else [])]


def stands_for_nothing(value: pl.Expr, kind: Kind, *, shared: bool = False) -> pl.Expr:
    """Return which texts of a column match :func:`pattern`; null for null.

    >>> import polars as pl
    >>> pl.Series(["n/a", "Ada", None]).to_frame("a").select(stands_for_nothing(pl.col("a"), "name"))["a"].to_list()
    [True, False, None]
    """
    import polars as pl

    return value.map_batches(partial(_match, kind=kind, shared=shared), return_dtype=pl.Boolean)


def _match(texts: pl.Series, *, kind: Kind, shared: bool) -> pl.Series:
    """Return which texts match, few ones by Python: polars compiles the pattern each time, which takes longer.

    Both libraries read the pattern in one way in printable ASCII.
    """
    import polars as pl

    listed = texts.to_list() if len(texts) <= _FEW else None
    if listed is None or not all(map(_is_plain, filter(None, listed))):
        return texts.str.contains(pattern(kind, shared=shared))
    matches = _regex(kind, shared=shared).match
    found = [None if text is None else matches(text) is not None for text in listed]
    return pl.Series(texts.name, found, dtype=pl.Boolean)


def _is_plain(text: str) -> bool:
    return len(text) <= _SHORT and text.isascii() and text.isprintable()


def _alternatives(words: list[str]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", "[ _-]?").replace("/", " ?/ ?") for word in dict.fromkeys(words))


@cache
def beginning_pattern() -> str:
    """Return a regular expression for texts that begin as what stands for nothing does, in any kind, and some others.

    >>> import re
    >>> [bool(re.search(beginning_pattern(), text)) for text in ("n/a", " None", "Nandini", "Olga", "Ünknown")]
    [True, True, True, False, True]
    """
    letters = sorted(word for word in _beginnings() if re.fullmatch("[a-z]{2}", word))
    words = "|".join("".join(f"[{letter}{letter.upper()}]" for letter in word) for word in letters)
    return f"^(?:[^A-Za-z]|[A-Za-z](?:[^A-Za-z]|$)|{words})"


@cache
def _regex(kind: Kind, *, shared: bool = False) -> re.Pattern[str]:
    return re.compile(pattern(kind, shared=shared))


def _table() -> dict[str, Any]:
    return read_table(__package__, "placeholders.toml")


def _kinds() -> list[str]:
    return [name for name in _table() if name not in _NOT_KINDS]


TRIALS: Final = frozenset(
    {
        "test", "test test", "tester", "testing", "asdf", "asdfasdf", "asdfgh", "qwerty", "qwertz", "azerty", "foo",
        "foo bar", "dummy", "prova", "prova prova", "prueba", "teste", "essai", "próba", "deneme", "тест",
    }
)  # fmt: skip
"""Words that people type to try something. They are reported but kept, because some of them are names."""
TRIAL_DOMAINS: Final = frozenset({"test", "asdf", "testing", "dummy", "foo", "test123"})
"""First labels of the domains of test addresses."""
MADE_UP_DOMAINS: Final = TRIAL_DOMAINS | {
    "bar", "mail", "email", "example", "domain", "yourdomain", "mydomain", "domaine", "dominio", "company",
    "yourcompany", "firma", "meta", "fb",
}  # fmt: skip
"""First labels of the domains of addresses that someone made up, or that stand in forms: "no@email.com"."""
_ANYONE: Final = frozenset(
    {
        "name", "user", "username", "yourname", "you", "your.name", "your.email", "youremail", "firstname.lastname",
        "first.last", "vorname.nachname", "name.surname", "prenom.nom", "nombre.apellido", "nome.cognome",
    }
)  # fmt: skip
"""Local parts of addresses that stand in forms for those of any person."""
_PARTS_OF_ADDRESSES: Final = frozenset({"nb", "nd", "nc", "ka", "sd", "sn", "bd", "nu", "x"})
"""Words that stand for nothing alone, and not in an address: nu@nu.nl."""
NO_MAIL: Final = frozenset(
    {
        "noemail", "nomail", "noemailaddress", "noemailgiven", "noaddress", "nonegiven", "notprovided", "notavailable",
        "fakeemail", "keinemail", "keineemail", "keinemailadresse", "keineemailadresse", "ohneemail",
        "sincorreo", "sinemail", "sansemail", "sansmail", "pasdemail", "pasdeemail", "nessunaemail", "senzaemail",
        "semmail", "sememail", "geenemail", "geenmail", "brakemaila", "brakmaila", "brakemail", "ingenmail",
        "ingenemail",
    }
)  # fmt: skip
"""Letters of local parts that mean "none", whatever the domain is."""
_NOT_LETTERS: Final = lazy_pattern(r"[\W\d_]")


_TRIAL_NAMES: Final = (TRIALS - {"foo", "tester"}) | {
    "lorem", "ipsum", "abc", "xyz", "test tester", "tester test", "test user", "test lead", "test contact",
    "test kontakt", "test person", "test account", "demo user",
}  # fmt: skip
_ONE_LETTER: Final = lazy_pattern(r"([^\W\d_])\1{2,}")


def is_trial_name(text: str) -> bool:
    """Return whether a name consists of words that people type to try something; Foo and Tester are family names.

    >>> is_trial_name("Prova Prova"), is_trial_name("aaa"), is_trial_name("Anna Test"), is_trial_name("Foo")
    (True, True, False, False)
    """
    words = text.lower().split()
    return text.strip().lower() in _TRIAL_NAMES or (
        bool(words) and all(word in _TRIAL_NAMES or _ONE_LETTER.fullmatch(word) for word in words)
    )


def is_trial(text: str) -> bool:
    """Return whether a text looks like test data.

    >>> is_trial("Test Test"), is_trial("Testa")
    (True, False)
    """
    return text.strip().lower() in TRIALS
