"""Upper and lower case of the names of people.

A name all in upper or all in lower case gets the case of names in its country. A single word of another case than the
rest ("Jean DUPONT", "ADA lovelace") is settled where it cannot be an abbreviation, a particle or initials.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Final

from pb2b_notebook.cleanup.values.given_names import given_names
from pb2b_notebook.cleanup.values.honorifics import is_degree, is_name_in, is_title, title_words
from pb2b_notebook.lazy import lazy_pattern
from pb2b_notebook.shipped_tables import read_table

_WORDS: Final[dict[str, list[str]]] = read_table(__package__, "names.toml")
_PARTICLES: Final = frozenset(_WORDS["particles"])
_JOINING_WORDS: Final[dict[str, list[str]]] = _WORDS["joints"]  # type: ignore[assignment]
_AFTER_DE: Final = frozenset(_WORDS["after_de"])
_FIRST_PARTICLES: Final = frozenset(_WORDS["first_particles"])
_ALWAYS_LOWER_CASE: Final = frozenset(_WORDS["always_small"])
_CAPITAL_PARTICLES: Final = frozenset(_WORDS["capital_particles"])
_CAPITAL_VAN: Final = frozenset(_WORDS["capital_van"])
_LOWER_CASE_DE: Final = frozenset(_WORDS["small_de"])
_CHILD_OF: Final[dict[str, list[str]]] = _WORDS["child_of"]  # type: ignore[assignment]
_MAC: Final = frozenset(_WORDS["mac"])
_BEFORE_APOSTROPHE: Final = frozenset(_WORDS["before_apostrophe"])
_WITHOUT_VOWEL: Final = frozenset(_WORDS["without_vowel"])
_GENERATIONS: Final = frozenset({"jr", "sr"})
_JUNIORS: Final = _GENERATIONS | {"jnr", "snr", "jun", "sen", "junior", "senior"}
_NOT_OF_PEOPLE: Final = frozenset(_WORDS["not_of_people"])
_CREDENTIALS: Final = frozenset(_WORDS["credentials"])
_NUMBERED_NAMES: Final = frozenset(_WORDS["numbered"])
_SHORT_NAMES_FIRST: Final = frozenset({"CN", "HK", "JP", "KR", "MO", "MY", "SG", "TW", "VN"})
"""Countries whose family names often have two letters, and come first."""
_THREE_INITIALS: Final = frozenset({"BD", "IN", "LK", "PK"})
"""Countries where people write three initials before their name, without points."""
_SYLLABIC_R: Final = frozenset({"BA", "CZ", "HR", "ME", "MK", "RS", "SI", "SK"})
"""Countries where r and l make a syllable: Vlk, Krk, Smrž."""
DOTLESS_COUNTRIES: Final = frozenset({"TR", "AZ"})
"""Countries whose alphabet has an i without a dot."""
_SPANISH: Final = lazy_pattern("[áéíóúñÁÉÍÓÚÑ]")
_IBERIAN: Final = lazy_pattern("[áéíóúñãõçâêô]", re.IGNORECASE)
_TURKISH: Final = lazy_pattern("[ĞŞƏ]")
_OTHER_CEDILLA: Final = frozenset({"MD", "RO", "TM"})
"""Countries whose languages write Ş, and an i with a dot."""
_ROMANIAN: Final = lazy_pattern("[ĂÎŢ]")
_CIRCUMFLEX_AND_I: Final = lazy_pattern(r"Â\w*I|I\w*Â")
_FRONT_VOWELS: Final = lazy_pattern("[EÖÜİ]")
_BACK_VOWELS: Final = lazy_pattern("[AOU]")
_NOT_TURKISH: Final = lazy_pattern("CH|[QWXÉÈÊËÔÏŒ]")
"""Letters that Turkish does not write: Châtillon, and not Nâzım."""
_NUMERALS: Final = lazy_pattern(r"(?:x{1,3}(?:v?i{2,3}|i?v|vi|ix)|x{2,3}i?|v?i{2,3}|iv|ix)[.,]?")
"""Roman numerals from 2 to 39 that are not names."""
_NUMERAL_OR_NAME: Final = lazy_pattern(r"(?:vi|xi)[.,]?")
_INITIALS: Final = lazy_pattern("[a-z]j|j[bcdfgkmpqtvwxz]")
"""Two given names: no name is written so."""
_ROMAN: Final = lazy_pattern(r"[IVXLCDM]+")
_DOTTED_CAPITAL: Final = lazy_pattern(r"[^\W\d_]İ|ı|i\u0307")
_SHORT_FAMILY: Final = lazy_pattern("[B-DĐF-HJ-NP-TV-Z][AEIOUYƠƯ][\u0300-\u036f]+")
"""A name of two letters, decomposed, as no abbreviation is written: LÊ, VŨ, HÀ."""
_IRISH: Final = lazy_pattern("h[aeiouáéíóú]")
_IRISH_ARTICLES: Final = frozenset({"an", "na"})
_BEFORE_IRISH_ARTICLE: Final = frozenset({"con", "giolla", "mac", "mhic", "nic"})
_IRISH_COUNTRIES: Final = frozenset({None, "GB", "IE"})
_ALSO_GIVEN: Final[dict[str, frozenset[str]]] = {
    **dict.fromkeys(("av", "bin", "zu"), frozenset[str]()),
    **dict.fromkeys(("den", "te", "ten", "van"), frozenset({"NL"})),
    **dict.fromkeys(("da", "das", "do"), frozenset(_JOINING_WORDS["e"])),
}
"""Particles that are also given names or surnames of immigrants → the countries where they are not."""
_ACCOUNT: Final = lazy_pattern(r"[@_]|://|\bwww\.|(?:^| )[^\W\d_][^\W_]*\d", re.IGNORECASE)
"""An address, or a word of letters and then digits, as the names of accounts have: user42."""
_COMPANY: Final = lazy_pattern(
    rf".+[ ,](?:{'|'.join(map(re.escape, _WORDS['companies']))})\.?"
    rf"|(?:{'|'.join(map(re.escape, _WORDS['companies_before']))}) .+",
    re.IGNORECASE,
)
"""A company in a column of names: what its capitals stand for is not known here."""
_PART: Final = lazy_pattern(r"([-–—’'‘´`./]|(?<=\w)[(\[])")
_WORD_END: Final = lazy_pattern(r"( |(?:(?<=[^\W\d_],)|(?<=[)\].\"”],))(?=[^\W\d_]))")
"""Where a word ends: also at a comma without a space, as in WEBER,ANNA."""
_UNCLEAR: Final = lazy_pattern(r"\w[!#$%&*+:;<=>?@\\^_{|}~§•]+\w|(?:[^\Wl]·\w|\w·[^\Wl])", re.IGNORECASE)
"""A sign inside a word that does not show whether a name begins behind it, as it does not in Marcel·lí."""
_APOSTROPHES: Final = "’'‘´`"
# Mchunu, Mcoyi and Mciza are Nguni names; Scottish and Irish ones rarely end so.
_NGUNI: Final = lazy_pattern(r"mch?[aeiou].*[aiou]")
_PREFIXED: Final = lazy_pattern(r"(Mc|Mac|De|Di|Du|La|Le|Fitz|[dl]['’])([^\W\d_]{2,}(?:-[^\W\d_]{2,})*,?)")
"""A name in upper case behind what is not: McDONALD, d'ORMESSON."""
_PARTICLE_BEHIND: Final = lazy_pattern(
    r"(?<=[^\W\d_] )\((?:d['’]|de|du|des|van|vom|von|zu)(?: (?:de[nr]|l[ae]s?))?\)$", re.IGNORECASE
)
"""The particles of a family name that is sorted without them: VILLEPIN (DE)."""
_UNSPOKEN: Final = lazy_pattern("[^aeiouyhlrw]{3}[aeiou]")
"""Four letters that are not a name: DFCU, but Grba and Thwe."""
_SHORTEST: Final = 3
_CERTAIN: Final = 4
"""Letters of a word in upper case that is surely not an abbreviation of given names."""
_LETTERS: Final = lazy_pattern(r"[^\W\d_]+")
_GREEK_VOWEL: Final = lazy_pattern("(?:[ΑΕΟ][ΙΥ](?!\u0308)|ΟΥ|[ΑΕΗΙΟΥΩ])[\u0300-\u036f]*")
"""A vowel in capitals, or two that are one, decomposed."""
_ARMENIAN_EV: Final = lazy_pattern("(?<=[Ա-Ֆա-և])Ե[ՎՒ]")
"""Inside a word one letter in lower case, of which Python knows the classical capitals ԵՒ."""
_LOWER_CASE_LETTERS: Final = str.maketrans({"ß": "ẞ"})


def odd_case(text: str) -> str:
    """Return how a name hides its case: "shouting" (all upper case), "lower case", or "" if it does not.

    >>> odd_case("ADA LOVELACE"), odd_case("ada lovelace"), odd_case("JP"), odd_case("J. R. R."), odd_case("山田")
    ('shouting', 'lower case', '', '', '')
    """
    if not (text.isupper() or text.islower()):
        return ""
    longest = max(sum(map(str.isalpha, word)) for word in text.split())
    if text.islower():
        return "lower case" if longest > 1 else ""
    # JP and DJ are abbreviations.
    return "shouting" if longest >= _SHORTEST else ""


def alphabet_of(text: str, country: str | None) -> str | None:
    """Return the country whose alphabet an upper-case text uses: with İ in it, I is another letter than i.

    >>> alphabet_of("İSMAİL", "DE"), alphabet_of("ISMAIL", "DE")
    ('TR', 'DE')
    """
    return "TR" if "İ" in text and country != "AZ" else country


def to_lower(text: str, country: str | None = None) -> str:
    """Return text in lower case, with the dotless i of Turkish and Azerbaijani in these countries.

    >>> to_lower("IŞIK", "TR"), to_lower("IŞIK"), to_lower("ΟΔΥΣΣΕΥΣ"), to_lower("ԱՐԵՎԻԿ"), to_lower("ԳԵՒՈՐԳ")
    ('ışık', 'işik', 'οδυσσευς', 'արևիկ', 'գևորգ')
    """
    text = _ARMENIAN_EV.sub("և", with_dotted_letters(text))
    if country in DOTLESS_COUNTRIES:
        text = text.replace("I", "ı")
    # Python lowers İ to two characters, an i and a dot above.
    return text.replace("İ", "i").lower()


def with_dotted_letters(text: str) -> str:
    """Return text with İ for an I or i with a dot above: İ in two characters, and what programs lower it to.

    >>> with_dotted_letters("i\u0307lkay")
    'İlkay'
    """
    return text.replace("i\u0307", "İ").replace("I\u0307", "İ")


def to_upper(text: str, country: str | None = None) -> str:
    """Return text in upper case, with the dotted İ of Turkish and Azerbaijani in these countries.

    >>> to_upper("iş", "TR"), to_upper("ibm"), to_upper("արևիկ")
    ('İŞ', 'IBM', 'ԱՐԵՎԻԿ')
    """
    text = text.replace("և", "ԵՎ")
    return (text.replace("i", "İ") if country in DOTLESS_COUNTRIES else text).upper()


def upper_first(word: str, country: str | None = None) -> str:
    """Return a word with its first letter in title case.

    >>> upper_first("ışık", "TR"), upper_first("istanbul", "TR"), upper_first("ßa")
    ('Işık', 'İstanbul', 'Ssa')
    """
    if country in DOTLESS_COUNTRIES and word[:1] == "i":
        return f"İ{word[1:]}"
    return word[:1].title() + word[1:]


def settle_case(
    name: str, country: str | None = None, *, family: bool = False, dotted: bool | None = None
) -> tuple[str, str]:
    """Return a name in the case of names, and the rule that changed it: "shouting", "lower case", "mixed case" or "".

    HENRY VI stays: he is the sixth, or has the family name Vi. An address, the name of an account and a company stay as
    well.

    Args:
        name: Name without titles.
        country: Two-letter code of the country whose particles apply.
        family: Whether it is a family name alone, which may start with a particle.
        dotted: Whether the list writes the Turkish İ: then I stands for the letter without a dot.

    >>> settle_case("ADA LOVELACE"), settle_case("Jean DUPONT"), settle_case("JP Morgan")
    (('Ada Lovelace', 'shouting'), ('Jean Dupont', 'mixed case'), ('JP Morgan', ''))
    >>> [settle_case(name, "TR")[0] for name in ("SULEYMAN DEMIREL", "ŞULE IŞIK", "ALİ YILMAZ")]
    ['Suleyman Demirel', 'ŞULE IŞIK', 'Ali Yılmaz']
    """
    if (name.istitle() and not name.isupper() and "ß" not in name) or _ACCOUNT.search(name):
        return name, ""
    if _COMPANY.fullmatch(name):
        return name, ""
    same = name if name.isascii() else _LETTERS.sub(_in_one_case, name)
    if same != name:
        cased, rule = settle_case(same, country, family=family, dotted=dotted)
        return (cased, rule or "mixed case") if not cased.isupper() else (name, "")
    if _NUMERALS.fullmatch(name.lower()):  # the family name of a king, or of a son in a column of its own
        return name, ""
    rule = _rule(name)
    if rule and (_may_end_in_numeral(name, country) or lacks_accent(name) or _UNCLEAR.search(name)):
        return name, ""
    alphabet = alphabet_in(name, country, dotted=dotted)
    if rule and alphabet != "":
        cased = proper_case(name, country, family=family, alphabet=alphabet)
    else:
        rule, cased = "mixed case", _settle_words(name, country, alphabet, family=family)
    return (cased, rule) if cased != name else (name, "")


def _rule(name: str) -> str:
    if any(map(_mixes_scripts, name.split(" "))):
        return ""
    # 김민준 MA: words of a script without case do not say that the rest is a name.
    name = " ".join(word for word in name.split(" ") if word.lower() != word.upper())
    rule = odd_case(name) or odd_case(name.translate(_LOWER_CASE_LETTERS))
    if not rule and _SHORT_FAMILY.fullmatch(unicodedata.normalize("NFD", name)):
        return "shouting"
    if not rule and name.isupper():
        words = re.findall(r"[^\W\d_]+", name)
        # XU LI: two words with a vowel each are not initials.
        short = len(words) == len(name.split()) > 1 and all(len(w) > 1 and not is_initials(w, 0) for w in words)
        return "shouting" if short else ""
    return rule


def _in_one_case(found: re.Match[str]) -> str:
    """Return a word whose case was changed by a program that knows ASCII alone: MüLLER as MÜLLER, MÜller as Müller."""
    word = found[0]
    ascii_letters = re.sub("[^A-Za-z]", "", word)
    others = re.sub("[A-Za-zß]", "", word)
    if not others or len(ascii_letters) < 2:  # noqa: PLR2004 - JOé
        return word
    if ascii_letters.isupper() and others.islower():
        # YıLDıZ: where ı stayed, I was an i.
        return word[0] + word[1:].lower() if "ı" in word else word if "ß" in word else word.upper()
    lower = ascii_letters[1:].islower() and others.isupper() and word[1:] != word[1:].lower()
    first = re.split("[^A-Za-z]", word)[0].lower()
    if len(first) < len(word) - 1 and (first in given_names() or is_particle(first)):  # AnneÉlise is two names
        return word
    return word if not lower or re.match("(?:Ma?c|De|D[aiu]|L[ae]|Fitz|h)[^a-z]", word) else word[0] + word[1:].lower()


def _may_end_in_numeral(name: str, country: str | None) -> bool:
    """Return whether a word after a given name that kings and sons have is a Roman numeral or a name: Vi and Xi."""
    first, *rest = name.lower().split(" ")
    numbered = first in _NUMBERED_NAMES and country not in _SHORT_NAMES_FIRST
    return numbered and any(map(_NUMERAL_OR_NAME.fullmatch, rest))


def lacks_accent(name: str) -> bool:
    """Return whether a Greek word of capitals has no accent, as Greek writes them: in lower case, it needs one.

    >>> [lacks_accent(name) for name in ("ΜΑΡΙΑ", "ΝΊΚΟΣ", "ΦΩΣ", "ΜΑΪΟΣ", "MARIA")]
    [True, False, False, True, False]
    """
    if name.isascii():
        return False
    vowels = (_GREEK_VOWEL.findall(unicodedata.normalize("NFD", word)) for word in re.split(r"[\s.-]", name))
    return any(len(found) > 1 and not any("\u0301" in vowel for vowel in found) for found in vowels)


def _mixes_scripts(word: str) -> bool:
    """Return whether a word has letters with case and letters without: its case is not a person's choice."""
    if word.isascii():
        return False
    categories = {unicodedata.category(letter) for letter in word}
    return "Lo" in categories and not categories.isdisjoint({"Lu", "Ll", "Lt"})


def alphabet_in(name: str, country: str | None, *, dotted: bool | None) -> str | None:
    """Return the country whose letters a name is written in, ``None`` where I has a dot, "" for unknown.

    Programs that do not know Turkish write I for both letters and keep an İ that was there: İletişim becomes İLETIŞIM.
    A Turkish word with front vowels has no ı.

    Args:
        name: A name.
        country: Two-letter code.
        dotted: What :func:`writes_dotted_i` says of the list.

    >>> [alphabet_in(name, None, dotted=False) for name in ("HİZMETLERİ", "İLETIŞIM", "ÇAĞRI", "ANNA MÜLLER")]
    ['TR', None, '', None]
    """
    words = re.findall(r"[^\W\d_]+", name) if "I" in name else []
    words = [word for word in words if word.isupper() and "I" in word and len(word) > 1]
    unsure = not all(map(_lacks_dot, words))
    if country in DOTLESS_COUNTRIES and name.isascii():
        # In a list with letters of Turkish, Ali and Yılmaz may both be written with I; Demirel can only be one.
        return "" if unsure and dotted is not None else None
    turkish = country in DOTLESS_COUNTRIES or "İ" in name or _may_be_turkish(name, country)
    # SIRRİYE is Sırriye: a program that writes İ inside a word knows both letters.
    unsure_word = any(_lacks_dot(word) and has_dotted_capital(word) for word in words)
    if turkish and any(map(_lacks_dot, words)):
        return "" if unsure or unsure_word else None
    if has_dotted_capital(name):
        return alphabet_of(name, country)
    if turkish and unsure and not dotted:
        return ""
    if turkish and unsure:
        return country if country in DOTLESS_COUNTRIES else "TR"
    return alphabet_of(name, country)


def _may_be_turkish(name: str, country: str | None) -> bool:
    """Return whether a name has letters of Turkish, wherever its bearer lives: Çağrı, and Nâzım beside Châtillon."""
    if country in _OTHER_CEDILLA or _ROMANIAN.search(name):
        return False
    if _TURKISH.search(name):
        return True
    return country is None and _CIRCUMFLEX_AND_I.search(name) is not None and _NOT_TURKISH.search(name) is None


def has_dotted_capital(text: str) -> bool:
    """Return whether a text has the Turkish İ inside a word, where only a Turkish keyboard or program writes it.

    >>> has_dotted_capital("ALİ"), has_dotted_capital("İbrahim"), has_dotted_capital("İBRAHIMOĞLU")
    (True, False, False)
    """
    return _DOTTED_CAPITAL.search(text) is not None


def writes_dotted_i(names: Iterable[str]) -> bool | None:
    """Return whether names in upper case write İ and I as Turkish does; ``None`` for a list in ASCII.

    Then I is the letter without a dot; it may be both where the list has other letters of Turkish, but not the dots.

    A program that does not know Turkish writes I for both, and keeps an İ that was there, as in BİM and İş. Turkish
    words have front vowels or back vowels, so that it shows: TICARET, and not TİCARET.

    >>> writes_dotted_i(["BİM TİCARET", "YATIRIM"]), writes_dotted_i(["BİM TICARET", "İŞLETMECILIĞI"])
    (True, False)
    """
    words = {word for name in names for word in re.findall(r"[^\W\d_]+", name)}
    if all(map(str.isascii, words)):
        return None
    return sum(map(has_dotted_capital, words)) > sum(map(_lacks_dot, words))


def _lacks_dot(word: str) -> bool:
    """Return whether a word in upper case has an I where Turkish writes İ."""
    front = _FRONT_VOWELS.search(word) is not None and _BACK_VOWELS.search(word) is None
    return front and word.isupper() and "I" in word


def proper_case(
    name: str, country: str | None = None, *, family: bool = False, alphabet: str | None = "default"
) -> str:
    """Return a name that is all upper case or all lower case in the case of names.

    Particles have the case that they have in the country: "de" is lower case where people speak Spanish, Portuguese,
    French or Dutch, "van" outside the English-speaking countries. If the country is unknown, so is the difference
    between De Niro and de Souza: De and Del in upper case keep their capital, unless the letters of a name are Spanish
    or Portuguese, and in lower case they stay; von, van, da, dos and "de la" are lower case, as in most names.

    Args:
        name: The name.
        country: Two-letter code of the country whose particles apply.
        family: Whether it is a family name alone.
        alphabet: Two-letter code of the country whose alphabet applies; by default decided by the name and the country.

    >>> proper_case("BIN WANG"), proper_case("DE WITT CLINTON"), proper_case("JOHN E SMITH")
    ('Bin Wang', 'De Witt Clinton', 'John E Smith')
    >>> proper_case("VAN DER BERG", family=True), proper_case("VAN DER BERG, JAN"), proper_case("VAN DAMME", "BE")
    ('van der Berg', 'van der Berg, Jan', 'Van Damme')
    >>> proper_case("DICK VAN DYKE", "US"), proper_case("ROBERT DE NIRO"), proper_case("ANA DE SOUZA", "BR")
    ('Dick Van Dyke', 'Robert De Niro', 'Ana de Souza')
    >>> proper_case("MÁIRE O'BRIEN-MCGRATH"), proper_case("ludwig van beethoven"), proper_case("ISTANBULLU", "TR")
    ("Máire O'Brien-McGrath", 'Ludwig van Beethoven', 'Istanbullu')
    """
    if alphabet == "default":
        alphabet = alphabet_of(name, country)
    written, dotted, words = (
        _WORD_END.split(text) for text in (name, with_dotted_letters(name), to_lower(name, alphabet))
    )
    spaces = [*written[1::2], ""]
    written, dotted, words = written[::2], dotted[::2], words[::2]
    family = family or "," in name
    spanish = _SPANISH.search(name) is not None
    small_de = country in _LOWER_CASE_DE or (not country and (name.islower() or _IBERIAN.search(name) is not None))
    cased = (
        written[at]
        if written[at].isupper() and _is_abbreviation(written, at, country)
        else _word(
            word,
            words,
            at,
            country,
            alphabet_of(dotted[at], alphabet),
            leading=family or at > 0,
            spanish=spanish,
            small_de=small_de,
        )
        for at, word in enumerate(words)
    )
    joined = "".join(itertools.chain.from_iterable(zip(cased, spaces, strict=True)))
    joined = _PARTICLE_BEHIND.sub(lambda found: found[0].lower(), joined)
    # An accent behind a capital may be a part of the letter in lower case: ΪΆ.
    return unicodedata.normalize("NFC", joined) if unicodedata.is_normalized("NFC", name) else joined


def is_numeral(word: str) -> bool:
    """Return whether a word counts the bearers of a name: II, III, IV, but not V, which may be an initial.

    >>> is_numeral("III"), is_numeral("V"), is_numeral("Vi")
    (True, False, False)
    """
    return word.isupper() and _NUMERALS.fullmatch(word.lower()) is not None


def is_generation(word: str) -> bool:
    """Return whether a word behind a name is its generation: Jr., Senior, III.

    >>> is_generation("Jr."), is_generation("senior"), is_generation("II"), is_generation("V")
    (True, True, True, False)
    """
    return word.rstrip(".").lower() in _JUNIORS or is_numeral(word)


def is_particle(word: str) -> bool:
    """Return whether a word is a particle that people write in lower case in front of a name.

    >>> is_particle("van"), is_particle("el"), is_particle("ès")
    (True, True, False)
    """
    return word in _PARTICLES or word in _FIRST_PARTICLES or word in _nameparser_particles()


@cache
def _nameparser_particles() -> frozenset[str]:
    from nameparser import Lexicon

    return Lexicon.default().particles


def is_initials(word: str, at: int) -> bool:
    """Return whether a short word in upper case stands for given names: JP, JRR, AJ.

    >>> is_initials("JP", 0), is_initials("AJ", 0), is_initials("XU", 0), is_initials("NG", 1), is_initials("VLK", 1)
    (True, True, False, False, False)
    """
    lower = word.lower()
    if lower == "jr":
        return at == 0
    if not word.isascii() or not word.isalpha() or not _SHORTEST - 1 <= len(word) <= _SHORTEST:
        return False
    if lower in _WITHOUT_VOWEL or lower.endswith("ng") or is_title(lower):
        return False
    if re.search("[aeiouy]", lower):
        return len(word) < _SHORTEST and re.fullmatch("[aeiou][cgjpqx]", lower) is not None
    return len(word) < _SHORTEST or at == 0 or not re.search("[lr]", lower[1:])


def _is_abbreviation(words: list[str], at: int, country: str | None) -> bool:
    """Return whether a word stays in upper case: initials, and degrees that are not names."""
    word = words[at].strip("(),®™")
    if (at and word.rstrip(".").lower() in _GENERATIONS) or _is_dutch_op(words, at, country):
        return False
    # Behind a given name it may be both: JEAN PAUL MBA.
    if (at == 0 or words[at - 1].endswith(",")) and is_name_in(word, country):
        return False
    if at and (words[at - 1].endswith(",") or words[at].startswith("(")) and at > 1:
        return is_degree(word) or word.lower() in _CREDENTIALS or (word.isascii() and not _may_be_spoken(word))
    if at and at == len(words) - 1 and (is_degree(word, sure=True) or word.lower() in _CREDENTIALS):
        return True
    return is_initials(word, 1 if country in _SYLLABIC_R else at)


def _word(
    word: str,
    words: list[str],
    at: int,
    country: str | None,
    alphabet: str | None,
    *,
    leading: bool,
    spanish: bool,
    small_de: bool,
) -> str:
    is_last = at == len(words) - 1
    if (not is_last or _is_moved_particle(word, words, at, country)) and _is_lower_case_word(
        word, [*words, ""] if is_last else words, at, country, leading=leading, spanish=spanish, small_de=small_de
    ):
        return word
    is_child_of = at > 1 and is_last and _is_child_of(word, country)
    if is_child_of or word == "'t" or (word == "het" and at and words[at - 1] == "van"):
        return word
    first, hyphen, last = word.rpartition("-")
    if (
        first
        and at < len(words) - 1
        and _is_lower_case_word(last, words, at, country, leading=True, spanish=spanish, small_de=small_de)
    ):
        return f"{capitalize_word(first, alphabet)}{hyphen}{last}"  # Bakker-van der Pluijm
    if at and words[at - 1] == "ó" and _IRISH.match(word):
        return f"h{capitalize_word(word[1:], alphabet)}"  # Ó hÉadhnú: no Irish name begins with an h
    numeral = at and _NUMERALS.fullmatch(word) and (at == len(words) - 1 or word[-1] in ".," or word[:2] == "ii")
    initials = at == 0 < len(words) - 1 and _INITIALS.fullmatch(word)
    return word.upper() if numeral or initials else capitalize_word(word, alphabet)


def _is_child_of(word: str, country: str | None) -> bool:
    """Return whether a last word says whose son or daughter someone is: Айгүл Серік қызы, Rəşid Məmməd oğlu."""
    return word in _CHILD_OF.get("", ()) or word in _CHILD_OF.get(country or "", ())


@cache
def _every_child_of() -> frozenset[str]:
    return frozenset(itertools.chain.from_iterable(_CHILD_OF.values()))


def _is_dutch_op(words: Sequence[str], at: int, country: str | None) -> bool:
    """Return whether a word is the particle of Op de Beeck and Op 't Veld, and not the initials of O.P. de Silva."""
    if at == 0 and country not in {"BE", "NL"}:
        return False
    following = words[at + 1].lower() if words[at].lower() == "op" and at < len(words) - 1 else ""
    return following in {"de", "den", "der", "'t", "het"}


def _is_moved_particle(word: str, words: list[str], at: int, country: str | None) -> bool:
    """Return whether a last word is a particle of the name before the comma: BERG, JAN VAN DER.

    A single one may be a given name (LEE, VAN), except in a country of such particles.
    """
    if at < len(words) - 1 or word not in _PARTICLES or not any(one.endswith(",") for one in words[:at]):
        return False
    if words[at - 1] in {"van", "von"}:
        return word in {"'t", "de", "den", "der"}
    if words[at - 1].endswith(",") and country != "NL":  # KUMAR, DE
        return False
    return country in _ALSO_GIVEN.get(word, _LOWER_CASE_DE)


def _is_lower_case_word(
    word: str, words: list[str], at: int, country: str | None, *, leading: bool, spanish: bool, small_de: bool
) -> bool:
    """Return whether a word in front of others is a particle or conjunction in lower case."""
    if country == "BE":
        # Van Damme, De Smet, but Van den Berg, Van de Velde and Op de Beeck.
        return word in _PARTICLES and at > 0 and (words[at - 1] in _PARTICLES or _is_dutch_op(words, at - 1, country))
    if not leading or (word in _IRISH_ARTICLES and at and words[at - 1] in _BEFORE_IRISH_ARTICLE):
        # Seán Mac an Bhaird; a Mac An Nhien begins with the family name.
        return leading and country in _IRISH_COUNTRIES and (country == "IE" or at > 1)
    du = word in {"du", "des"} and "de" in words[:at][:-1]
    if du or (word in _AFTER_DE and at and words[at - 1] == "de") or _is_dutch_op(words, at, country):
        return country not in _CAPITAL_PARTICLES  # de la Tour du Pin
    if word in {"de", "del"} and words[at + 1] not in _AFTER_DE:
        return small_de or (at > 0 and words[at - 1] == "van")
    if word in _PARTICLES:
        alone = word == "van" and words[at + 1] not in _PARTICLES
        capital = country in (_CAPITAL_VAN if alone else _CAPITAL_PARTICLES)
        return not capital or (word in _ALWAYS_LOWER_CASE and not alone)
    # JOHN Y SMITH has an initial: without a country, y joins the family names after a given name.
    joins = bool(country) or spanish or at > 1 or words[at + 1].endswith(",")  # VELASQUEZ Y GARCIA, JUAN
    return joins and (country or "") in _JOINING_WORDS.get(word, ())


@lru_cache(maxsize=1 << 14)
def capitalize_word(word: str, alphabet: str | None = None) -> str:
    """Return a word of a name that is all in lower case with its capital letters.

    >>> capitalize_word("o'brien-mcgrath"), capitalize_word("ijsbrand"), capitalize_word("ilkay", "TR")
    ("O'Brien-McGrath", 'IJsbrand', 'İlkay')
    """
    parts = _PART.split(word)
    return "".join(_capitalize_part(part, parts, place, alphabet) for place, part in enumerate(parts))


def _capitalize_part(part: str, parts: list[str], place: int, alphabet: str | None) -> str:
    opened = len(part) - len(part.lstrip('"“„«([,;*•'))
    signs, part = part[:opened], part[opened:]
    if not part or not part[0].isalpha() or (place > 1 and not _begins_after_sign(part, parts, place)):
        return signs + part
    if part.rstrip(",;)") in _MAC:
        return f"{signs}Mac{upper_first(part[3:], alphabet)}"
    if part.startswith("mc") and len(part) > _SHORTEST and not _NGUNI.fullmatch(part):
        return f"{signs}Mc{upper_first(part[2:], alphabet)}"
    # The Dutch letter is one; Ijaz and Ijeoma are not Dutch.
    dutch = re.match("ij[^aeiou]", part)
    return f"{signs}IJ{part[2:]}" if dutch else signs + upper_first(part, alphabet)


def _begins_after_sign(part: str, parts: list[str], place: int) -> bool:
    """Return whether a part after a sign has a capital letter: O'Brien, Dell'Acqua, but not Ng'ang'a and Levi's."""
    sign, before = parts[place - 1], parts[place - 2]
    if not before:  # M.-Christine; PETER 'PEDRO', EDMUND ''ED''
        if parts[place - 3 : place] == [".", "", "-"]:
            return True
        return not any(map(str.isalpha, parts[:place])) and parts[-2:] == [sign, ""]
    if sign in _APOSTROPHES:
        # Ja'Marr, but Ja'far
        return len(part) > 1 and before in _BEFORE_APOSTROPHE and not (before == "ja" and part.startswith("far"))
    # Jean-de-Dieu
    return not (sign in "-–" and part in {"de", "du", "des", "von", "van", "y"} and place < len(parts) - 1)


def _settle_words(name: str, country: str | None, alphabet: str | None, *, family: bool) -> str:
    """Return a name in which single words of another case than the rest are settled, if that is certain."""
    words = name.split(" ")
    if name.istitle() or alphabet == "" or not all(map(_is_plain, words)):
        return name
    if len(words) == 1 and not _PREFIXED.fullmatch(name):
        return name
    if any(word.strip(".,").lower() in _NOT_OF_PEOPLE for word in words):  # Admin ROI, DFCU Financial
        return name
    if any(map(_is_inverted, words)) and all(len(word) == 1 or _is_inverted(word) for word in words):
        return proper_case(name.upper(), country, family=family, alphabet=alphabet)
    upper = _words_to_settle(words, country, family=family)
    if upper and _is_upper_beside_particles(words):
        cased = proper_case(name.upper(), country, family=family, alphabet=alphabet).split(" ")
        return " ".join(new if word.isupper() else word for word, new in zip(words, cased, strict=True))
    small_de = country in _LOWER_CASE_DE or (not country and _IBERIAN.search(name) is not None)
    lower = [to_lower(word, alphabet) for word in words]
    in_lower = set() if family else _names_in_lower_case(words, beside_upper=bool(upper))

    def settle(at: int) -> str:
        word, prefixed = words[at], _PREFIXED.fullmatch(words[at])
        if prefixed and prefixed[2].isupper():
            return prefixed[1] + capitalize_word(to_lower(prefixed[2], alphabet), alphabet)
        if at in upper:
            leading = family or at > 0
            return _word(lower[at], lower, at, country, alphabet, leading=leading, spanish=False, small_de=small_de)
        is_generation_behind = at > 0 and bool(upper) and word.rstrip(".,") in {"JR", "SR"}
        return capitalize_word(lower[at], alphabet) if at in in_lower or is_generation_behind else word

    return " ".join(map(settle, range(len(words))))


def _is_upper_beside_particles(words: list[str]) -> bool:
    """Return whether a name is in upper case but for particles and generations: LLOYD WEBBER Jr., ANDREW."""
    others = [word for word in words if not word.isupper()]
    lower = all(word in _lower_case_words() or is_generation(word.rstrip(",")) for word in others)
    return lower and len(words) - len(others) > len(others) > 0


def _words_to_settle(words: list[str], country: str | None, *, family: bool) -> set[int]:
    """Return the places of words in upper case that are names, and of particles beside them: DA SILVA, LE PEN."""
    # Behind a family name and a comma, as behind a whole name, it may be a credential: Agrawal, MBID.
    comma = family and words[0].endswith(",")
    of_name = words[:1] if comma else words
    places = {at for at, word in enumerate(of_name) if word.isupper() and _is_name_in_upper_case(words, at, country)}
    # SALA ZAR, ALI FARAH: a short word beside a family name in upper case.
    beside = {near for at in places for near in (at - 1, at + 1) if 0 < near < len(words)}
    places |= {at for at in beside if words[at].isupper() and _is_pronounceable(words[at])}
    for at in range(len(words) - 2, -1, -1):
        particle = words[at].isupper() and words[at].lower() in _lower_case_words() and len(words[at]) > 1
        particle = particle and (at > 0 or words[at].lower() not in title_words() or comma or _ends_family(words))
        if particle and words[at + 1].isupper() and (at + 1 in places or len(words[at + 1]) >= _SHORTEST):
            places |= {at, at + 1}
    # POL SEN SGT Darin: of words in upper case in front, which may be a rank, all are settled or none.
    front = [*itertools.takewhile(lambda at: words[at].isupper(), range(len(words)))]
    whole = all(at in places or len(words[at].strip(".")) == 1 for at in front)
    return places if whole else places.difference(front)


def _ends_family(words: list[str]) -> bool:
    """Return whether the words in upper case in front end with a comma: DI STÉFANO, Alfredo."""
    front = [*itertools.takewhile(str.isupper, words)]
    return len(front) > 1 and front[-1].endswith(",")


def _names_in_lower_case(words: list[str], *, beside_upper: bool) -> set[int]:
    """Return the places of words in lower case that are names: Jean dupont, jorge amado NUNES."""
    found = {at for at, word in enumerate(words) if word.islower() and _is_name_in_lower_case(words, at)}
    if not beside_upper or any(map(_has_name_case, words)):
        return found
    # Beside a family name in upper case all words are given names, or none is.
    others = {at for at, word in enumerate(words) if word.islower() and word not in _lower_case_words()}
    unsure = any(
        "." in words[at]
        or words[at] in title_words() | _every_child_of()
        or is_degree(words[at], sure=True)
        or not _has_vowel(words[at])
        for at in others
    )
    return found if unsure else found | others


def _is_plain(word: str) -> bool:
    """Return whether a word has only letters, and signs inside; a hyphen alone and 't are also words of names.

    Letters of full width do not show what are initials.
    """
    if word in {"-", "–", "'t", "’t"}:
        return True
    letters = all(letter.isalpha() or letter in "-’'‘.," for letter in word)
    return bool(word) and letters and word[0].isalpha() and word[0] < "\uff00"


def _is_inverted(word: str) -> bool:
    return len(word) >= _SHORTEST and word[0].islower() and word[1].isalpha() and word[1:].isupper()  # not d'ORMESSON


def _is_name_in_upper_case(words: list[str], at: int, country: str | None) -> bool:
    word, last = words[at].rstrip(","), at == len(words) - 1
    others = [*words[:at], *words[at + 1 :]]
    letters = "".join(filter(str.isalpha, word))
    other_case = any(_has_name_case(other) or other.islower() for other in others)
    # Behind a whole name and a comma, it may be a credential.
    behind = any(other.endswith(",") for other in words[1:at]) or _is_among_credentials(words, at)
    if not other_case or behind or "." in word or (at and _ROMAN.fullmatch(letters)):
        return False
    if is_degree(word) or word.lower() in _CREDENTIALS:
        return not last and len(letters) >= _CERTAIN
    if (len(letters) >= _CERTAIN and _has_vowel(letters)) or (len(letters) > 1 and not letters.isascii()):
        return not is_unspoken(letters)
    titled = at == 0 and word.lower() in title_words()
    if titled or is_initials(word, at) or any(other.endswith(",") for other in words[:at]):
        return False
    if len(letters) < _SHORTEST:
        return at == 0 and country in _SHORT_NAMES_FIRST and len(letters) > 1 and _has_vowel(letters)
    # LEE Min-ho and Min-ho LEE, but JFK Miller, and AKM Rahman.
    placed = len(words) == 2 if last else at == 0 and country not in _THREE_INITIALS  # noqa: PLR2004 - two names
    return _is_pronounceable(letters) and placed


def _is_among_credentials(words: list[str], at: int) -> bool:
    """Return whether a word behind a whole name looks like credentials, or stands beside one: LUTC CLU, AIA-CSI."""
    if at < 2 or not all(map(_has_name_case, words[:2])):  # noqa: PLR2004 - two names
        return False
    beside = [words[near].strip(",") for near in (at - 1, at + 1) if near < len(words)]
    parts = words[at].strip(",").split("-")
    return any(other.isupper() and is_degree(other) for other in beside) or (
        len(parts) > 1 and all(len(part) <= _SHORTEST for part in parts)
    )


def _is_pronounceable(word: str) -> bool:
    """Return whether three letters may be a name: LEE, PAZ, ALI, but not JFK, AKM or CEO."""
    syllables = re.fullmatch("[^aeiouy][aeiouy].|[aeiouy][^aeiouy][aeiouy]", word.lower()) is not None
    return syllables and not is_degree(word) and word.lower() not in _CREDENTIALS


def _is_name_in_lower_case(words: list[str], at: int) -> bool:
    """Return whether a word in lower case is a name: not a particle, and in a place where a name must be."""
    word, others = words[at], [*words[:at], *words[at + 1 :]]
    letters = re.sub(r"[^\w]", "", word)
    if len(letters) < _SHORTEST or "." in word or word in title_words() or is_degree(word, sure=True):
        return False
    if word in _every_child_of() or any(part in _lower_case_words() for part in re.split(r"[-’'‘,]", word)):
        return False
    names = [other for other in others if len(other.rstrip(".,")) > 1]
    if not all(_has_name_case(other) or other.isupper() or other in _lower_case_words() for other in names):
        return False
    # In front of two names, a word in lower case may be a title: härra Marko Kurvits.
    return len(names) == 1


@cache
def _lower_case_words() -> frozenset[str]:
    """Return the words that people write in lower case inside a name."""
    from nameparser import Lexicon

    theirs = Lexicon.default()
    listed = (theirs.particles | theirs.conjunctions | theirs.maiden_markers | theirs.bound_given_names) - {""}
    ours = _PARTICLES | _AFTER_DE | frozenset(_JOINING_WORDS) | frozenset(_WORDS["in_lower_case"])
    return listed | ours | theirs.suffix_words


def _has_name_case(word: str) -> bool:
    """Return whether a word begins with a capital letter and goes on in lower case: Jean, Min-ji, McDonald, O'Brien."""
    letters = "".join(filter(str.isalpha, word))
    return len(letters) > 1 and letters[0].isupper() and any(map(str.islower, letters))


def _may_be_spoken(word: str) -> bool:
    """Return whether a word may be a name: Ana, Lynn, Byrd, but not CRPC and XYZQ."""
    lower = word.lower()
    return re.search("[aeiou]", lower) is not None or ("y" in lower and lower[-1] not in "bcfgjpqvwxz")


def is_unspoken(letters: str) -> bool:
    """Return whether the letters of a word in upper case are rather an abbreviation than a name.

    >>> is_unspoken("DFCU"), is_unspoken("GRBA"), is_unspoken("BRGMZ")
    (True, False, True)
    """
    return _UNSPOKEN.fullmatch(letters.lower()) is not None or not _has_vowel(letters)


def _has_vowel(letters: str) -> bool:
    plain = unicodedata.normalize("NFD", letters.lower())
    return not plain.isascii() or re.search("[aeiouy]", plain) is not None
