"""Write the name of a person plainly: given, middle and family name, without titles, credentials and nicknames.

Only names that are not plain words already need it; nameparser splits them. A word that is not understood is left out
where it stands like a credential, since it would otherwise be taken for the family name that two people share.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from pb2b_notebook.cleanup.linkage.names.folding import fold, hold_where, replace_matching
from pb2b_notebook.cleanup.values.family_names import OTHER_FAMILY_WORDS
from pb2b_notebook.cleanup.values.given_names import nicknames
from pb2b_notebook.cleanup.values.honorifics import (
    degree_words,
    honorific_endings,
    is_degree,
    is_title,
    names_several,
    title_words,
    without_honorific,
)
from pb2b_notebook.cleanup.values.name_case import is_generation
from pb2b_notebook.cleanup.values.name_prefixes import PREFIX, without_prefix
from pb2b_notebook.lazy import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Collection

    import polars as pl
    from nameparser import Parser

GENERATIONS: Final = "jr|junior|jnr|snr|senior|ii|iii|iv|vii|viii|xii|xiii|xiv|xv|xvi|xvii|xviii|xix"
"""Words for a generation, as a regular expression over folded text."""

# V and X may be initials, and VI, IX and XI the names Vi, Ix and Xi.
_GENERATION: Final = lazy_pattern(
    rf"(?<=[\w.])[ ,]+({GENERATIONS}|sr|jun\.|sen\.|2nd|3rd|4th)\.?(?=[ ,]|$)", re.IGNORECASE
)
_MAYBE_NUMBERS: Final = frozenset({"V", "VI", "IX"})
_YOUNGER: Final = (
    "hijo hija fils fille figlio figlia filho filha sohn tochter son daughter syn córka dcera zoon dochter sønn søn"
    " datter dotter poika tytär fiul fiica oğul oğlu kızı сын дочь син junior jr jun. jnr mladší młodszy младший"
    " молодший младши мл ml. mł yngre yngri nuorempi noorem jaunākais mlajši mlađi млађи νεότερος"
)
_ELDER: Final = (
    "padre madre père mère mãe vater mutter father mother ojciec matka otec vader moeder fader moder isä äiti tatăl"
    " отец мать батько senior sr sen. snr starší starszy idősb старший старши ст. st. äldre ældre eldre eldri vanhempi"
    " vanem vecākais starejši stariji старији πρεσβύτερος"
)
_KIN_IN_BRACKETS: Final = {
    **dict.fromkeys(_YOUNGER.split(), "jr"), **dict.fromkeys(_ELDER.split(), "senior"),
}  # fmt: skip
"""What stands in brackets behind the names of two people of one name, where it is not a given name."""
# Behind a given and a family name. Filho, Neto, Padre and Pere are family or given names, too.
_KIN: Final = {
    "der jüngere": "jr", "d. j.": "jr", "d.j.": "jr", "mł.": "jr", "мл.": "jr", "the younger": "jr", "d.y.": "jr",
    "der ältere": "senior", "d. ä.": "senior", "d.ä.": "senior", "the elder": "senior", "d.æ.": "senior",
    "d.e.": "senior", "ifj.": "jr", "ifj": "jr", "ifjabb": "jr", "id.": "senior", "idősb": "senior",
    "idősebb": "senior", "den yngre": "jr", "den äldre": "senior", "den ældre": "senior", "den eldre": "senior",
    **{word: _KIN_IN_BRACKETS[word] for word in (
        "hijo", "fils", "figlio", "figlia", "syn", "córka", "сын", "син", "mladší", "młodszy", "младший", "молодший",
        "младши", "ml.", "мл", "mł", "père", "starší", "starszy", "старший", "старши", "отец", "st.", "ст.", "yngre",
        "yngri", "nuorempi", "noorem", "jaunākais", "mlajši", "mlađi", "млађи", "νεότερος", "äldre", "ældre", "eldre",
        "eldri", "vanhempi", "vanem", "vecākais", "starejši", "stariji", "старији", "πρεσβύτερος",
    )},
}  # fmt: skip
_KIN_LAST: Final = rf"[ ,](?:{'|'.join(map(re.escape, _KIN))})$"
_BRACKETS_LAST: Final = lazy_pattern(
    rf"[ ,]*[(\[]({'|'.join(map(re.escape, _KIN_IN_BRACKETS))})\.?[)\]]$", re.IGNORECASE
)
_HUNGARIAN: Final = {"id. ": "senior", "ifj. ": "jr", "Ifj. ": "jr", "IFJ. ": "jr"}
"""What Hungarian writes before a name."""
_WRITTEN_OUT: Final = {"jun": "jr", "sen": "sr", "2nd": "ii", "3rd": "iii", "4th": "iv", **_KIN}
_OTHER_FAMILY: Final = lazy_pattern(
    rf"([^,()]+?) ((?-i:(?:[a-z]+ )*)[^\s,()]+),? \(?(?:{OTHER_FAMILY_WORDS})[.:]? ([^\W\d_]+(?:[ '’-][^\W\d_]+)*)\)?",
    re.IGNORECASE,
)
"""A whole name, and what a word in front of it says to be a second family name: that of the husband, or of birth."""
_FAMILY_AND_OTHER: Final = rf"^([^,()]+?),? \(?(?i:{OTHER_FAMILY_WORDS})[.:]? (\p{{L}}+(?:[ '’-]\p{{L}}+)*)\)?$"
"""The same of a column of family names, as a regular expression of polars."""
_OTHER_FAMILY_BEFORE: Final = lazy_pattern(
    rf"([^,()]+?),? \(?(?:{OTHER_FAMILY_WORDS})[.:]? ([^,()]+)\)?, ([^,()]+)", re.IGNORECASE
)
"""The same of a name with the family name first: Schulze (geb. Adler), Monika."""
_OTHER_FAMILY_WITHIN: Final = lazy_pattern(rf"(.+?)( \((?:{OTHER_FAMILY_WORDS})[.:]? [^()]+\))( [^()]+)", re.IGNORECASE)
_BESIDE_MARIA: Final = (
    "jos[eé]|jes[uú]s|luisa|guadalupe|fernanda|eugenia|dolores|concepci[oó]n|mercedes|soledad|auxiliadora|in[eé]s|bel[eé]n"
    "|lourdes|(?:del? )?(?:pilar|carmen|rosario|consuelo|socorro|refugio)|de (?:la (?:paz|luz|cruz)|los [aá]ngeles)"
)
"""Given names behind María, which is Ma before them in Mexico and the Philippines; before others, Ma is a name."""
_MA: Final = rf"(?:^|\s)(?:Ma\.\s*\p{{L}}|[Mm][Aa]\.?\s*(?i:{_BESIDE_MARIA})(?:\s|$))"
_ABBREVIATED: Final = (
    (re.compile(r"\bM\.?ª\.? ?", re.IGNORECASE), "María "),
    # MA. is a degree as well.
    (re.compile(rf"(?:(?<=\s)|^)(?:Ma\.\s*(?=[^\W\d_])|(?i:ma(?:\.\s*|\s)(?=(?:{_BESIDE_MARIA})(?:\s|$))))"), "María "),
    (re.compile(r"(?:(?<=\s)|^)v(?:\. ?|/)?d\.? (?=[^\W\d_])"), "van den "),
    (re.compile(r"(?:(?<=\s)|^)v\. (?=[^\W\d_]{2})"), "von "),
)
"""What lists write for María, van den or van der, and von or van, in lower case; and the words."""
_IS_ABBREVIATED: Final = rf"[Mm]\.?ª|(?:^| )v(?:[./]? ?d\.?|\.) |{_MA}"
_SEPARATOR: Final = lazy_pattern(r"\s+[-–|/]\s+|\s*[|;]\s*")
_PERSON: Final = lazy_pattern(r"\s*[&;+/]\s*|\s+(?:and|und|oraz|och|og|et|en|ve|y|e|i|u)\s+", re.IGNORECASE)
_PLAIN: Final = lazy_pattern(r"[^\W\d_]+(?:[ '’-]+[^\W\d_]+)*")
# Signs of anything but given and family names: commas, brackets, quotes, and points that do not end an initial.
_SIGNS: Final = r"[,，()\[\]\"“”„«»&/;|+®™0-9]|[^\W\d_]{2}\.|\.[^\W\d_]{2}| [-–] "
# A short word in upper case, or one without a vowel, at the end of a name in mixed case.
_CAPITALS_LAST: Final = r"[a-z]\S* (?:[A-Z0-9]{2,3}|[B-DF-HJ-NP-TV-XZ0-9-]{2,})$"
_CREDENTIAL: Final = lazy_pattern(r"(?=.*[A-Z].*[A-Z]|.*[0-9®™])[A-Za-z0-9.&/®™-]+")
_CALL_NAME: Final = lazy_pattern(r"\(([^\W\d_]{2,})\)|[\"“”„«]([^\W\d_]{2,})[\"“”»]")
_LONGEST: Final = 200
"""Characters of a name that are read: more are a note, on which the expressions above would take long."""
_SHORT: Final = 3
_WHOLE: Final = 2


def is_special(name: pl.Expr) -> pl.Expr:
    """Return whether a name may hold more than given and family names: :func:`plain_name` decides."""
    import polars as pl

    first = name.str.to_lowercase().str.extract("^ *([^ ]+)").str.strip_chars_end(".").is_in(sorted(title_words()))
    text, lower = pl.col("text"), pl.col("text").str.to_lowercase()
    last = lower.str.extract("([^ ]+) *$").is_in(sorted(degree_words() | _acronyms()))
    within = lower.str.contains(" (?:and|und|oraz|och|og|et|en|ve|geb|né|née|nee|dr|ing|mgr) ")
    within |= lower.str.contains(rf" \(?(?:{OTHER_FAMILY_WORDS})[.:]? ")
    signs = text.str.contains(_SIGNS) | text.str.contains(_IS_ABBREVIATED) | text.str.contains(PREFIX)
    signs |= text.str.contains(_CAPITALS_LAST) | lower.str.contains(_KIN_LAST)
    return first | hold_where(name, "[^ ] +[^ ]", last | within | signs) | name.str.contains(_endings())


def other_family_name_first(family: pl.Series) -> pl.Series:
    """Return family names; two of them, such as that of birth, without the word between, the one in use last.

    >>> import polars as pl
    >>> other_family_name_first(pl.Series(["Schulze, geb. Adler", "Dupont (née Martin)", "Born"])).to_list()
    ['Adler Schulze', 'Martin Dupont', 'Born']
    """
    import polars as pl

    return replace_matching(family, "[^ ] .*[^ ] ", pl.col("text").str.replace(_FAMILY_AND_OTHER, "$2 $1"))


def plain_name(text: str, given_names: Collection[str], *, whole: bool) -> str:
    """Return given, middle and family name and generation in this order, separated by spaces.

    Args:
        text: Name as it is written.
        given_names: Known given names in lower case.
        whole: Whether it is a whole name; else a given or a family name.

    >>> known = {"john", "anna"}
    >>> [plain_name(name, known, whole=True) for name in ("John Smith, CXQ", "Smith, Jr., John A.", "Dr. Anna Berg")]
    ['John Smith', 'John A. Smith Jr', 'Anna Berg']
    >>> plain_name("van der Berg, Jan", known, whole=True), plain_name("Dr. Gomes & Dr. Lui", known, whole=True)
    ('Jan van der Berg', 'Gomes')
    >>> plain_name("Carmela Esposito in Ruocco", known, whole=True)
    'Carmela Ruocco Esposito'
    >>> plain_name("Carmela (née Esposito) Ruocco", known, whole=True)
    'Carmela Esposito Ruocco'
    >>> plain_name("Xiaoming (Kevin) Li", {"kevin"}, whole=True), plain_name("Anna (Uwe) Li", known, whole=True)
    ('Xiaoming Kevin Li', 'Anna Li')
    >>> plain_name("John A. Smith VI", known, whole=True), plain_name("John (Jack) Smith V, PhD", known, whole=True)
    ('John A. Smith VI', 'John Smith V')
    """
    text = without_prefix(text[:_LONGEST].strip())
    for abbreviated, word in _ABBREVIATED:
        text = abbreviated.sub(word, text)
    text = _OTHER_FAMILY_WITHIN.sub(r"\1\3\2", text)
    if whole and (both := _OTHER_FAMILY.fullmatch(text)):
        text = f"{both[1]} {both[3]} {both[2]}"
    elif whole and (both := _OTHER_FAMILY_BEFORE.fullmatch(text)):
        text = f"{both[3]} {both[2]} {both[1]}"
    text, kin = _without_kin(text, whole=whole)
    generations = [*kin, *(found.rstrip(".") for found in _GENERATION.findall(text))]
    name = " ".join(_SEPARATOR.sub(", ", _GENERATION.sub("", text)).split()) if not names_several(text) else text
    if names_several(name):
        name = _first_person(name)
    name = without_honorific(name, least=_WHOLE if whole else 1, given_names=given_names).name
    name = _without_unknown_credentials(name, given_names)
    words = [word for word in name.split(" ") if not is_title(word)]
    name = " ".join(_without_likely_title(words, given_names))
    name = _with_call_name(name, given_names, whole=whole)
    if not _PLAIN.fullmatch(name):
        name = _in_order(name) if whole else re.sub(r"[(\[\"“«][^)\]\"”»]*[)\]\"”»]", " ", name)
    return " ".join([name, *(_WRITTEN_OUT.get(word.lower(), word) for word in generations[:1])]).strip()


def is_generation_alone(text: str) -> bool:
    """Return whether a text is only what stands behind the names of a parent and a child of one name.

    >>> [is_generation_alone(text) for text in ("(padre)", "ml.", "Jr.", "mladsi", "Padre", "Ana Ruiz (madre)")]
    [True, True, True, True, False, False]
    """
    text = text.strip()
    known = text.lower() in _KIN or text in _folded_kin() or _BRACKETS_LAST.fullmatch(text) is not None
    return known or is_generation(text.strip("()[] "))


@cache
def _folded_kin() -> frozenset[str]:
    """Return the words as folded names have them; Pere is a given name."""
    import polars as pl

    folded = pl.DataFrame({"word": [*_KIN]}).select(fold(pl.col("word"))).to_series()
    return frozenset(folded) - {*nicknames()}


def _without_kin(text: str, *, whole: bool) -> tuple[str, list[str]]:
    """Return a name without a word such as hijo, der Ältere or (père) behind it, or ifj. before it, and the word."""
    found = _BRACKETS_LAST.search(text)
    if found and found[1].lower() in _KIN_IN_BRACKETS:  # KIZI matches kızı, and is another word in lower case
        return text[: found.start()], [_KIN_IN_BRACKETS[found[1].lower()]]
    before = next((word for word in _HUNGARIAN if whole and text.startswith(word)), "")
    if before and text.count(" ") >= _WHOLE:
        return text[len(before) :], [_HUNGARIAN[before]]
    last = re.search(_KIN_LAST, text, re.IGNORECASE)
    if last is None or sum(not is_title(word) for word in text[: last.start()].split()) < (_WHOLE if whole else 1):
        return text, []
    return text[: last.start()].rstrip(" ,"), [last[0][1:]]


def _first_person(text: str) -> str:
    """Return the first person of a couple; it has the family name of the last one if it has none."""
    people = [person.strip(" ,") for person in _PERSON.split(text) if person.strip(" ,")]
    if not people:
        return text
    words = [[word for word in person.split() if not is_title(word)] for person in people]
    named = [(person, kept) for person, kept in zip(people, words, strict=True) if kept]
    if not named:
        return text
    first, kept = named[0]
    alone = len(kept) == 1 and len(named) > 1 and not any(map(is_title, first.split()))
    return f"{kept[0]} {named[-1][1][-1]}" if alone else " ".join(kept)


def _without_unknown_credentials(name: str, given_names: Collection[str]) -> str:
    """Return a name without words that stand and look like credentials: "John Smith, CXQ", "John A. Smith CXQ"."""
    head, *tail = re.split(r"\s*[,，]\s*", name)
    words = head.split()
    while tail and (not tail[-1] or _is_credential(tail[-1], head, given_names, more=len(tail) > 1)):
        tail.pop()
    if not tail and len(words) > _WHOLE and _looks_like_credential(words[-1], head):
        words.pop()
    return ", ".join([" ".join(words), *tail]) if words else name


def _looks_like_credential(word: str, name: str) -> bool:
    """Return whether the last word of a name is an abbreviation: not LEE or DUPONT."""
    letters = re.sub("[^A-Za-z]", "", word)
    if is_degree(word) and len(letters) >= _SHORT and not word.istitle():
        return True
    if len(letters) < _WHOLE or not letters.isupper() or name.isupper():
        return False
    pronounceable = re.fullmatch("[^AEIOUY][AEIOUY][^AEIOUY]?[AEIOUY]?", letters) is not None
    return not re.search("[AEIOUY]", letters) or (len(letters) <= _SHORT and not pronounceable)


def _is_credential(part: str, head: str, given_names: Collection[str], *, more: bool) -> bool:
    """Return whether a part after a comma is a credential and not a given name: "Berg, ADA" is a name."""
    words = head.split()
    if all(is_degree(word) or is_title(word) for word in part.split()) and not _is_known(part, given_names):
        return True
    if more:
        return _CREDENTIAL.fullmatch(part) is not None and not head.isupper()
    if len(words) < _WHOLE or _is_known(part.partition(" ")[0], given_names):
        return False
    # "John Smith, Foo" is not a given name behind the family name John Smith.
    if _is_known(words[0], given_names):
        return True
    return _CREDENTIAL.fullmatch(part) is not None and not head.isupper() and not _is_initials(part)


def _is_known(word: str, given_names: Collection[str]) -> bool:
    return word.casefold().rstrip(".") in given_names


def _is_initials(part: str) -> bool:
    return re.fullmatch(r"(?:[A-Z]\.?){1,2}", part) is not None


def _without_likely_title(words: list[str], given_names: Collection[str]) -> list[str]:
    """Return the words without a first one that is likely a title before a whole name: Chief, Captain, M. and Md."""
    if len(words) <= _WHOLE or words[0].endswith(","):
        return words
    first = words[0].casefold().rstrip(".")
    initial = first in {"m", "d"} and _is_known(words[1], given_names)
    long = len(first) > _SHORT + 1 and first in title_words() and first not in given_names
    # Md. is Mohammed, which most people of a list may have in front of their names.
    return words[1:] if initial or long or first == "md" else words


def _with_call_name(name: str, given_names: Collection[str], *, whole: bool) -> str:
    """Return a name with the one that its bearer goes by, in brackets or quotes, as a middle name.

    A familiar form of the given name says no more than that, and a word in brackets may be anything: (Einkauf).
    """
    found = _CALL_NAME.search(name)
    if found is None or (whole and "," not in name[: found.start()] and not name[found.end() :].strip(" ,")):
        return name
    familiar, given = (found[1] or found[2]).casefold(), name[: found.start()].rpartition(",")[2].split()
    if found[1] and familiar not in given_names:
        return name
    formal = nicknames().get(familiar, ())
    if not given or not set(formal).isdisjoint(nicknames().get(given[0].casefold(), ())):
        return name
    return f"{name[: found.start()]}{found[1] or found[2]}{name[found.end() :]}"


def _in_order(name: str) -> str:
    """Return given, middle and family name of a whole name, as nameparser reads them, and V, VI or IX behind them."""
    parsed = _parser().parse(name)
    given = parsed.given or ("" if parsed.title.endswith(".") else parsed.title)
    short = parsed.title.rpartition(" ")[2].rstrip(".")
    if (
        short != given and short.casefold() in nicknames() and not (is_title(short) or is_degree(short))
    ):  # a title to nameparser: Joh.
        given = f"{short} {given}"
    numbers = [word for word in re.split("[ ,]+", parsed.suffix) if word.upper() in _MAYBE_NUMBERS]
    names = " ".join(filter(None, (given, parsed.middle, parsed.family, *numbers[:1])))
    # A name that is nothing but post-nominals to nameparser is a name to us.
    return names or name


@cache
def _parser() -> Parser:
    from nameparser import Parser

    return Parser()


@cache
def _endings() -> str:
    """Return a regular expression for honorifics that end a name."""
    return f"(?:{'|'.join(honorific_endings())})$"


@cache
def _acronyms() -> frozenset[str]:
    from nameparser import Lexicon

    return frozenset(word for word in Lexicon.default().suffix_acronyms if len(word) >= _SHORT)
