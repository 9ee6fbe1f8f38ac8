"""Compare two spellings of one name: which is abbreviated, garbled or in the wrong case, and which an address spells.

Pure functions over texts; "folded" is text as :func:`~.folding.fold` leaves it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from pb2b_notebook.cleanup.linkage.names.towns import english_towns
from pb2b_notebook.cleanup.values.companies import words_for_company
from pb2b_notebook.cleanup.values.given_names import formal_names
from pb2b_notebook.cleanup.values.job_titles import has_word_for_department, is_department, read_title
from pb2b_notebook.cleanup.values.legal_forms import split_company
from pb2b_notebook.cleanup.values.mojibake import fix_mojibake
from pb2b_notebook.cleanup.values.name_case import is_particle
from pb2b_notebook.letters import plain_letters, with_digraphs, without_accents
from pb2b_notebook.opt_outs import may_refuse
from pb2b_notebook.shipped_tables import read_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_WORD: Final = re.compile(r"[^\W\d_]+")
_SHORTEST_SHOUT: Final = {True: 3, False: 5}
"""Least letters of an upper-case word that is not an acronym or initials, by whether the text is a person's name."""
_OWN_CASE: Final = re.compile(
    r"(?<=[a-z])[A-Z]|(?<!\S)(?:[dl]['’](?=[A-Z])|(?:van|von|de|der|den|del|della|di|da|ten|ter|zu) )"
)
"""A capital within a word, and a particle in lower case before a name."""
_APOSTROPHE: Final = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])")
_NOT_IN_LATIN_1: Final = frozenset("őűŐŰșțȘȚ")
"""Letters for which programs that do not have them write others: õ, ş."""
_ACRONYM: Final = re.compile(r"[A-ZÄÖÜ]{2,5}")
_LONGEST_NICKNAME: Final = 6
_RAISED: Final = re.compile(r"(?<!\w)([^\W\dªº]{1,3})([ªº])(?!\w)")
_FAMILIAR: Final = re.compile(r"\w{2,}(?:k[ao]|[sz][hzc]?ek|iek|sha|[ei]t[ao]|inh[ao])")
"""Familiar forms that are not shorter than the name: Jirka, Łukaszek, Grisha, Juanito."""
_SIGN_IN_WORD: Final = "÷×¤³²¹¿¾½¼^_*#~¬¦§¨°±´¶¸»«\\x80-\\x9f"
"""What other encodings have where a letter beyond ASCII was: Ink÷pschef."""
_LOST_LETTERS: Final = re.compile(f"([?\ufffd]+|[{_SIGN_IN_WORD}]+)")
_LOST_LETTER: Final = re.compile(
    r"(?<!\S)[?\ufffd]+[^\W\d_]{2}|[^\W\d_]{2}[?\ufffd]+(?!\S)"
    rf"|[^\W\d_](?:[?\ufffd]+|[{_SIGN_IN_WORD}]+)[^\W\d_]"
)
_LONGEST_DAMAGED: Final = 200
"""Letters; a longer text is not a name, a title or a place."""
_MOST_LOST: Final = 8
"""Places of a text where letters were lost; with more of them, little is left to compare, and it takes too long."""
_LONG_WORD: Final = 9
"""Letters of one word that hardly is another word, or the first part of one."""
_BEFORE_CITY: Final = re.compile(r"(?:(?:[a-z]{1,2}-)?\d[\d -]*(?:[a-z]{2})?\s)?\s*")
_AFTER_CITY: Final = re.compile(
    r"\s+(?i:cedex)(?:\s*\d+)?|(?:\s*,\s*[A-Z]{2,3}|\s+(?![IVX]{2})[A-Z]{2}|\s*\([A-Z]{2}\))?(?:[\s,]+[\d-]{4,10})?|"
    r"[\s,/-]+\(?\d{1,3}(?:er?|ère|[eè]me)?\)?"
)
_PART_OF_CITIES: Final = re.compile(
    r"[^\W\d_]{2,}(?:heim|hausen|dorf|burg|berg|stadt|feld|kirchen|hofen|furt|bruck|brucken|bach|brunn|felden|"
    r"borough|bury|bridge|chester|field|ford|hampton|minster|mouth|pool|shire|stead|stone|ton|town|ville|worth|"
    r"court|villers|bourg|mont|port|dam|drecht|hoven|kerk|zijl|foort|voort|koping|borg|stad|hamn|holm|"
    r"strup|sund|havn|gard|joki|jarvi|lahti|salmi|niemi|owice|awa|grad|gorod|hradec|slav|hely|vasarhely|szentmiklos|"
    r"poli|oupoli|град|город|поль|ск|sehir)"
    r"|(?:nieder|ober|unter|saint|sankt|santa|novo|velk|stara|krasno|усть|ново|красно)[^\W\d_]{3,}"
)
_ENDING_OF_CITIES: Final = re.compile(
    r"(?:heim|hausen|dorf|burg|berg|stadt|feld|kirchen|hofen|furt|bruck|bach|borough|bury|bridge|chester|field|ford|"
    r"hampton|minster|mouth|pool|stead|stone|town|ville|worth|bourg|drecht|hoven|kerk|foort|voort|koping|borg|stad|hamn|"
    r"holm|havn)$"
)
_SHORTEST_WITH_ENDING: Final = 4
_SHORTEST_WITH_SLIP: Final = 5
_LONGEST_BEGINNING: Final = 5
_VOWELS: Final = frozenset("aeiouyäöüåøæéèàáíóú")
_SHORT: Final = 6
"""Letters; in a shorter text, two edits make another name."""
_CODE: Final = re.compile("[A-ZÄÖÜ]{2,4}")
_BEHIND: Final = re.compile(r"\s*[,/]\s*|\s+[-–—|]\s*|\s*\((?=[^()]+\)$)")
_CAPITAL_WITHIN: Final = re.compile(r"[a-zß-ÿ][A-ZÀ-Þ]")
_LOOSE_END: Final = re.compile(r"\s*[/,;:|&?]+$|\s+\.$")
_OF: Final = frozenset({
    "af", "av", "d", "da", "das", "de", "dei", "del", "della", "delle", "der", "des", "di", "do", "dos", "du",
    "for", "fuer", "für", "för", "of", "para", "per", "por", "pour", "til", "till", "van", "voor", "для",
    "по",
})  # fmt: skip
"""Words behind which a job title says what of: Head of Sales, Directeur des achats."""
_LOWER: Final = frozenset({
    "adjoint", "adjunct", "adjunto", "aggiunto", "adjunkt", "assistant", "assistent", "asistent", "assistente",
    "anwärter", "ausiliario", "deputy", "designate", "elect", "helper", "helfer", "helyettes", "hilfe", "in", "junior",
    "kandidat", "lehrling", "stellvertreter", "suppléant", "trainee", "vice", "vize",
})  # fmt: skip
"""Words of who is below, also without the last letters of the feminine: a Directeur was a Directeur-adjoint before."""
_JOINING: Final = _OF | {
    "a", "am", "an", "and", "auf", "bei", "e", "en", "et", "i", "im", "in", "ja", "la", "le", "nad", "och", "og", "on",
    "sous", "sur", "the", "und", "unter", "upon", "ve", "y", "és", "și", "из", "и", "із", "на", "та", "&",
}  # fmt: skip
"""Words that do not end a title or the name of a place."""
_CUT_BEHIND: Final = frozenset("'’-&,/+")
_OF_CALL: Final = re.compile(
    r"\b(?:\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{1,2}\.\d{1,2}\.(?= |$)|\d{4}-\d\d-\d\d|\d{1,2}:\d\d)(?!\w)|"
    r"\b(?:spoke|voicemail|called|call(?:s|ed)? back|left (?:a )?(?:message|msg|vm)|angerufen|rückruf|"
    r"ruft (?:zurück|an)|gesprochen|rappel(?:é|ée|er|le)|appelé|"
    r"llamado|llamar|llamó|ligou|ligar|chiamato|richiamare|richiama|gebeld|terugbellen|"
    r"on (?:holiday|leave|vacation)|im urlaub|en congés?|de vacaciones|in ferie|op vakantie|na urlopie|"
    r"nicht (?:erreichbar|erreicht|da)|keine antwort|not reachable|gone|unreachable|no (?:answer|reply)|injoignable|"
    r"pas joignable|no contesta|non risponde|niet bereikbaar|não atende|nie odbiera|nezvedá|ej anträffbar|ikke truffet|"
    r"belt terug|ringde|ring tilbage|ringt opp|dzwonił|oddzwonić|volal|zavolat|звонил|перезвонить|arandı|aranacak)\b",
    re.IGNORECASE,
)
"""What belongs to a note of a call and not to a job title: a date, a time, or a word of calling."""


def is_garbled(text: str) -> bool:
    """Return whether a text was decoded wrongly.

    >>> is_garbled("HÃ¤ggkvist"), is_garbled("H\ufffdggkvist"), is_garbled("Häggkvist")
    (True, True, False)
    """
    return not text.isascii() and ("\ufffd" in text or fix_mojibake(text) != text)


def is_odd_case(text: str, *, person: bool = True) -> bool:
    """Return whether a text, or a word of it, is in upper case, or the whole text in lower case.

    Args:
        text: Name.
        person: Whether it is a person's name; in other names, short words in upper case are acronyms.

    >>> is_odd_case("Hans GEISSLER"), is_odd_case("hans geissler"), is_odd_case("J. R. McCoy")
    (True, True, False)
    >>> is_odd_case("BASF SE", person=False), is_odd_case("ACME GLOBAL", person=False)
    (False, True)
    """
    least = _SHORTEST_SHOUT[person]
    return text.islower() or any(len(word) >= least and word.isupper() for word in _WORD.findall(text))


def quality(text: str, *, person: bool = True) -> tuple[bool, bool, int, int]:
    """Return what ranks spellings of one name: not garbled, in proper case, its accents, capitals typed on purpose.

    An apostrophe within a word counts as an accent.

    Args:
        text: Name.
        person: Whether it is a person's name.

    >>> quality("Jan Müller") > quality("Jan Muller") > quality("JAN MULLER")
    True
    >>> quality("Tyler McAllister") > quality("Tyler Mcallister"), quality("Peggy O'Brien") > quality("Peggy OBrien")
    (True, True)
    """
    accents = sum((not char.isascii()) + (char in _NOT_IN_LATIN_1) for char in text) + len(_APOSTROPHE.findall(text))
    own_case = len(_OWN_CASE.findall(text)) if person else 0
    return not is_garbled(text), not is_odd_case(text, person=person), accents, own_case


def is_cut(text: str, other: str) -> bool:
    """Return whether a text is the beginning of another one, and ends within a word of it or with a word such as "of".

    A letter too much at the end of the other one is a typing error: Berlinn. One short word may be a word of its own:
    Wien is not a part of Wiener Neustadt.

    >>> is_cut("Director of Purch", "Director of Purchasing"), is_cut("Head of Sales", "Head of Sales and Marketing")
    (True, False)
    >>> is_cut("Head of Sales and", "Head of Sales and Marketing"), is_cut("Reggio nell'", "Reggio nell'Emilia")
    (True, True)
    >>> is_cut("Wien", "Wiener Neustadt"), is_cut("Bad Berlin", "Bad Berlinn")
    (False, False)
    """
    short, full = text.strip().casefold(), other.strip().casefold()
    rest = full.removeprefix(short)
    if not short or rest in {full, "", short[-1]} or not any(map(str.isalpha, rest)):
        return False
    if rest[0] == " " or not short[-1].isalpha():
        before, _, last = short.rpartition(" ")
        return short[-1] in _CUT_BEHIND or (rest[0] == " " and before != "" and last in _JOINING)
    return rest[0].isalpha() and (" " in short or len(short) >= _LONG_WORD)


def is_beginning(text: str, other: str) -> bool:
    """Return whether a town of one word is another one without its last letters: Huddersf, but not Bern.

    Of few letters, it is only if the other one is a large town and this one is not, or if it ends within the ending of
    a town's name.

    >>> is_beginning("Huddersf", "Huddersfield"), is_beginning("Bern", "Bernau"), is_beginning("Berlin", "Berlinn")
    (True, False, False)
    >>> is_beginning("Esse", "Essen"), is_beginning("Rom", "Roma"), is_beginning("Lin", "Lindau")
    (True, False, False)
    >>> is_beginning("Marb", "Marburg"), is_beginning("Regen", "Regensburg"), is_beginning("Salz", "Salzburg")
    (True, False, False)
    """
    short, full = text.strip().casefold(), other.strip().casefold()
    rest = full.removeprefix(short)
    if rest in {full, ""} or not (short + rest).isalpha():
        return False
    if len(short) >= _SHORT:
        return rest != short[-1]
    plain = without_accents(full)
    if without_accents(short) in {*english_towns(), *_large_towns()}:
        return False
    ending = _ENDING_OF_CITIES.search(plain)
    if ending and len(short) >= _SHORTEST_WITH_ENDING and ending.start() < len(without_accents(short)):
        return True
    return plain in _large_towns() and len(rest) <= 2 < len(short)  # noqa: PLR2004 - letters


@cache
def _large_towns() -> frozenset[str]:
    return frozenset(without_accents(town).casefold() for town in read_table(__package__, "towns.toml")["towns"])


def is_damaged(text: str, other: str) -> bool:
    """Return whether a text is another one with question marks or signs in the place of letters within a word.

    >>> is_damaged("J?rg M??ller", "Jörg Müller"), is_damaged("J?rg M?ller", "Joerg Mueller")
    (True, True)
    >>> is_damaged("Chef d?l?gu?", "Chef délégué"), is_damaged("Buyer?", "Buyers")
    (True, False)
    >>> is_damaged("Ink÷pschef", "Inköpschef"), is_damaged("Buyer_HQ", "Buyer HQ"), is_damaged("A*B", "AXB")
    (True, False, False)
    >>> is_damaged("Who? Me", "Whom Me"), is_damaged("M?ller", "Möhler"), is_damaged("a?" * 99 + "a", "a" * 260 + "!")
    (False, False, False)
    """
    if len(text) > _LONGEST_DAMAGED or not _LOST_LETTER.search(text) or _LOST_LETTER.search(other):
        return False
    first, *parts = _LOST_LETTERS.split(text)
    if len(parts) > 2 * _MOST_LOST:
        return False
    # At the end of a word, a question mark may be one, and a sign anywhere: only a letter beyond ASCII was surely lost.
    wanted = [
        (r"[^\W\d_]{1,3}" if part[:1].isalpha() and lost[0] in "?\ufffd" else r"[^\W\d_\x00-\x7f]{1,2}")
        + re.escape(part)
        for lost, part in zip(parts[::2], parts[1::2], strict=True)
    ]
    return re.fullmatch("".join([re.escape(first), *wanted]), other, re.IGNORECASE) is not None


def is_short_word_title(text: str, other: str) -> bool:
    """Return whether a job title is another one in which words are cut or contracted.

    >>> is_short_word_title("Asst. Manager", "Assistant Manager"), is_short_word_title("Mgr.", "Manager")
    (True, True)
    >>> is_short_word_title("purch mgr", "Purchasing Manager"), is_short_word_title("Chef", "Chefredakteur")
    (True, False)
    >>> is_short_word_title("Dir. Sales", "Director of Sales"), is_short_word_title("Head Sales", "Head of Sales")
    (True, False)
    >>> is_short_word_title("Dir. Sales", "Director Purchasing"), is_short_word_title("Manager.", "Manager")
    (False, False)
    """
    words, others = text.casefold().split(), other.casefold().split()
    if len(words) < len(others):
        words, others = ([word for word in of if word not in _OF] for of in (words, others))
    if len(words) != len(others) or words == others:
        return False

    several = len(words) > 1
    return all(a == b or _is_short_word(a, b, several=several) for a, b in zip(words, others, strict=True))


def _is_short_word(word: str, full: str, *, several: bool) -> bool:
    """Return whether a word is another one cut or contracted: Asst., mgr; beside others also without a stop: purch."""
    bare, rest = "".join(filter(str.isalpha, word)), iter(full)
    if not bare or len(bare) >= len(full) or bare[0] != full[0] or not all(letter in rest for letter in bare):
        return False
    own, whole = read_title(bare), read_title(full)
    if word.endswith("."):
        return True
    if any(one not in {None, other} for one, other in zip(own, whole, strict=True)):
        return False
    is_contracted = len(bare) > 2 and _VOWELS.isdisjoint(bare)  # noqa: PLR2004 - letters: PR is not a short word
    is_beginning = several and not any(own) and bare == word and 2 < len(bare) < len(full) - 2  # noqa: PLR2004
    return is_contracted or (is_beginning and len(bare) <= _LONGEST_BEGINNING and full.startswith(bare))


def is_start_of_title(text: str, full: str) -> bool:
    """Return whether a job title is the first words of another one, which goes on to say what of.

    >>> is_start_of_title("Professor", "Professor of Law"), is_start_of_title("Leiter", "Leiter Einkauf")
    (True, True)
    >>> is_start_of_title("Head of Sales", "Head of Sales and Marketing"), is_start_of_title("Buyer", "Buyer 2")
    (False, False)
    >>> is_start_of_title("Gérant", "Gérant-associé"), is_start_of_title("Directeur", "Directeur-adjoint")
    (True, False)
    >>> is_start_of_title("Directeur", "Directeur adjoint"), is_start_of_title("Manager", "Manager Assistant Sales")
    (False, False)
    """
    short, whole = text.strip().casefold(), full.strip().casefold()
    if not short or len(whole) > _LONGEST_DAMAGED or not whole.startswith((f"{short} ", f"{short}-")):
        return False
    if whole[len(short)] == "-":
        second = next(iter(_WORD.findall(whole[len(short) + 1 :])), "in")
        return _LOWER.isdisjoint({second, second.rstrip("ea")}) and read_title(second).seniority != "entry"
    next_word = re.split(r"[\s'’]", whole[len(short) + 1 :], maxsplit=1)[0]
    if next_word in _OF:
        return True
    own, other, of = read_title(text), read_title(full), read_title(next_word)
    is_same = own.seniority is not None and own.seniority == other.seniority
    return is_same and own.function is None and of.seniority is None and of.function is not None


def is_department_of_title(text: str, title: str) -> bool:
    """Return whether a text is the department of a job, in the place of its title.

    >>> is_department_of_title("Einkauf", "Leiter Einkauf"), is_department_of_title("Sales", "Head of Purchasing")
    (True, False)
    >>> is_department_of_title("Ufficio acquisti", "Acquirente"), is_department_of_title("Acquisti", "Acquirente")
    (True, False)
    """
    if not is_department(text) or is_department(title):
        return False
    own, other = read_title(text), read_title(title)
    if own.function is None or other.function is None:  # the title may have the word in another case: Vodja prodaje
        is_in_title = len(text) >= _SHORTEST_WITH_SLIP and text.casefold()[:-1] in title.casefold()
        return is_in_title or has_word_for_department(text)
    return own.function == other.function


def is_run_together(text: str, other: str) -> bool:
    """Return whether a text is another one without its spaces, and with the capitals of its words: PlantManager.

    >>> is_run_together("PlantManager", "Plant Manager"), is_run_together("Einkaufsleiter", "Einkaufs Leiter")
    (True, False)
    """
    is_joined = _CAPITAL_WITHIN.search(text) is not None and text.count(" ") < other.count(" ")
    return is_joined and text.casefold().replace(" ", "") == other.casefold().replace(" ", "")


def is_repeated(text: str, other: str) -> bool:
    """Return whether a text is another one twice.

    >>> is_repeated("Buyer Buyer", "Buyer"), is_repeated("Buyer / Buyer", "Buyer"), is_repeated("Buyers", "Buyer")
    (True, True, False)
    """
    one = other.strip().casefold()
    first, second = text.strip().casefold()[: len(one)], text.strip().casefold()[len(one) :]
    return first == one != "" and second != one and second.lstrip(" ,;/|-–") == one


def has_remark_behind(text: str, name: str, spelled: Iterable[str] = ()) -> bool:
    """Return whether a text is a whole name with a remark behind it: a known one, a job, or words in lower case.

    Args:
        text: Name.
        name: Name of two or more words.
        spelled: Folded addresses; a word that is in one of them is a name.

    >>> has_remark_behind("Ida Kron left the firm", "Ida Kron"), has_remark_behind("Ida Kron - Retired", "Ida Kron")
    (True, True)
    >>> has_remark_behind("Ana Gil ríos", "Ana Gil"), has_remark_behind("Ana Gil de los ríos", "Ana Gil")
    (False, False)
    >>> has_remark_behind("Ida Kron / Buyer", "Ida Kron"), has_remark_behind("Ida Kron / Ola Kron", "Ida Kron")
    (True, False)
    """
    if " " not in name or len(text) > _LONGEST_DAMAGED or not text.casefold().startswith(f"{name.casefold()} "):
        return False
    rest = text[len(name) :].strip()
    more = rest.lstrip("-–—/|:*.( ").rstrip(")!. ")
    words = _WORD.findall(more.casefold())
    if any(len(word) > 2 and word in letters for word in map(plain_letters, words) for letters in spelled):  # noqa: PLR2004
        return False
    several = len(words) > 1 and name.istitle() and more.islower() and not is_particle(words[0])
    is_job = more != rest and any(read_title(more))
    return is_job or " ".join(words) in _remarks() or may_refuse(more) or (several and words[0] not in _JOINING)


@cache
def _remarks() -> frozenset[str]:
    return frozenset(read_table(__package__, "remarks.toml")["remarks"])


def begins_twice(words: Sequence[str], other: Sequence[str]) -> bool:
    """Return whether a name is another one with its first words twice, as of a whole name in the family name's field.

    >>> begins_twice(["ida", "ida", "cole"], ["ida", "cole"]), begins_twice(["ida", "ann", "cole"], ["ida", "cole"])
    (True, False)
    """
    more = len(words) - len(other)
    return 0 < more <= len(other) and [*words] == [*other[:more], *other]


def is_title_code(code: str, title: str) -> bool:
    """Return whether a few capitals abbreviate a job title: the initials of its words, or letters of its only word.

    >>> is_title_code("MD", "Managing Director"), is_title_code("GF", "Geschäftsführerin")
    (True, True)
    >>> is_title_code("PR", "Projektleiter"), is_title_code("CEO", "Buyer"), is_title_code("IT", "Ingénieur technique")
    (False, False, False)
    """
    if not _CODE.fullmatch(code) or title.isupper() or len(title) > _LONGEST_DAMAGED:
        return False
    own, whole = read_title(code), read_title(title)
    if (own.function or whole.function, own.seniority or whole.seniority) != (whole.function, whole.seniority):
        return False
    [first, *others] = [word.upper() for word in _WORD.findall(title)] or [""]
    rest = iter(first)
    in_order = first[:1] == code[0] and len(first) > 2 * len(code) and all(letter in rest for letter in code)
    return code == "".join(re.findall(r"\b[A-ZÄÖÜ]", title)) or (in_order and not others)


def is_title_with_note(text: str, title: str) -> bool:
    """Return whether a text is a job title with a note of a call behind it.

    >>> is_title_with_note("Buyer - spoke on 3 May", "Buyer"), is_title_with_note("Buyer, Region 2", "Buyer")
    (True, False)
    """
    more = addition(text, title)
    return "?" in more or _OF_CALL.search(more) is not None


def addition(text: str, plain: str) -> str:
    """Return what a text has behind another one and a comma, a dash or an opening bracket; "" for nothing.

    >>> addition("Porto – Portugal", "Porto"), addition("Porto Alegre", "Porto"), addition("Porto (PT)", "Porto")
    ('Portugal', '', 'PT')
    """
    if not plain or len(text) > _LONGEST_DAMAGED or not text.casefold().startswith(plain.casefold()):
        return ""
    rest = text[len(plain) :]
    separator = _BEHIND.match(rest)
    return rest[separator.end() :].removesuffix(")").strip() if separator else ""


def without_loose_end(text: str) -> str:
    """Return a text without the punctuation at its end behind which nothing follows.

    >>> without_loose_end("Buyer /"), without_loose_end("Tier A+"), without_loose_end("Inc.")
    ('Buyer', 'Tier A+', 'Inc.')
    """
    return _LOOSE_END.sub("", text) if len(text) <= _LONGEST_DAMAGED else text


def is_city_with_short_words(text: str, city: str) -> bool:
    """Return whether a text is a city in which words behind the first one are cut or contracted before a full stop.

    >>> is_city_with_short_words("Frankfurt a.M.", "Frankfurt am Main"), is_city_with_short_words("Bad T.", "Bad Tölz")
    (True, True)
    >>> is_city_with_short_words("St. Gallen", "Sankt Gallen"), is_city_with_short_words("Bad T.", "Bad Ems")
    (False, False)
    """
    [first, *words] = re.findall(r"[^\s.-]+\.?", text[:_LONGEST_DAMAGED]) or [""]
    full = city.replace("-", " ")
    has_stop = any(word.endswith(".") for word in words)
    return has_stop and full.startswith(f"{first} ") and is_short_word_title(" ".join([first, *words]), full)


def is_city_with_more(text: str, city: str) -> bool:
    """Return whether a text is a city with a postcode, the number or the code of its region or district, or CEDEX.

    >>> is_city_with_more("LYON CEDEX 03", "Lyon"), is_city_with_more("Dallas, TX 75201", "Dallas")
    (True, True)
    >>> is_city_with_more("1010 Wien", "Wien"), is_city_with_more("Frankfurt (Oder)", "Frankfurt")
    (True, False)
    >>> is_city_with_more("Lyon 69", "Lyon"), is_city_with_more("Parma PR", "Parma"), is_city_with_more("LE PUY", "Le")
    (True, True, False)
    """
    name, wanted = text.strip().casefold(), city.strip().casefold()
    if not wanted or len(name) > _LONGEST_DAMAGED or name == wanted or wanted not in name:
        return False
    before, _, after = name.partition(wanted)
    capitals = text.strip()[len(before) + len(wanted) :]
    return bool(_BEFORE_CITY.fullmatch(before) and _AFTER_CITY.fullmatch(capitals)) and bool(before + after)


def has_cut_form(text: str, company: str) -> bool:
    """Return whether a text is a company whose legal form is cut, lacks a letter or has two in each other's place.

    >>> has_cut_form("Lumo Gmb", "Lumo GmbH"), has_cut_form("Lumo SLR", "Lumo SRL"), has_cut_form("Lumo AG", "Lumo SA")
    (True, True, False)
    """
    core, form = split_company(company)[:2]
    if not form or not text.startswith(f"{core} ") or split_company(text).form:
        return False
    own, whole = plain_letters(text[len(core) :]), plain_letters(form)
    lacks_letter = own[:1] == whole[:1] and len(own) + 1 == len(whole) and is_typo(own, whole)
    return own not in {"", whole} and (lacks_letter or whole.startswith(own) or sorted(own) == sorted(whole))


def says_company_before(text: str, company: str) -> bool:
    """Return whether a text is a company with a word for "company" before it.

    >>> says_company_before("Fa. Lumo GmbH", "Lumo GmbH"), says_company_before("Société Lumo", "Générale")
    (True, False)
    """
    first, _, rest = text.strip().casefold().partition(" ")
    return rest.strip() == company.strip().casefold() and first.rstrip(":") in words_for_company()


def is_initials_and_family(text: str, other: Sequence[str]) -> bool:
    """Return whether a name has the given names of another one as initials in one word: JM Dupontel.

    >>> is_initials_and_family("JM Dupontel", ["jean", "marc", "dupontel"])
    True
    >>> is_initials_and_family("Jo Berg", ["julia", "olga", "berg"])
    False
    """
    first, _, family = text.partition(" ")
    initials = "".join(word[0] for word in other[: len(first)]).upper()
    return 1 < len(first) < len(other) and first == initials and family.casefold() == " ".join(other[len(first) :])


def is_ascii_spelling(word: str, other: str) -> bool:
    """Return whether a word is another one, in lower case, without its letters beyond ASCII.

    >>> [is_ascii_spelling(word, "zürcher") for word in ("zuercher", "zurcher", "zürcher", "zarcher")]
    [True, True, False, False]
    """
    if not word.isascii() or other.isascii():
        return False
    return word in {with_digraphs(other), without_accents(other)}


def is_acronym_for(name: str, other: str) -> bool:
    """Return whether one word of a company's name is an acronym of that of another one; all others are the same.

    >>> is_acronym_for("UK Elbe", "Universitätsklinikum Elbe"), is_acronym_for("UK Elbe", "Urologie Elbe")
    (True, False)
    >>> is_acronym_for("KPM Berlin", "Kaufpark Berlin"), is_acronym_for("UK Elbe", "Uniklinik Rhein")
    (False, False)
    """
    words, others = name.split(), other.split()
    differing = [(a, b) for a, b in zip(words, others, strict=False) if a.casefold() != b.casefold()]
    if len(words) != len(others) or len(words) < 2 or len(differing) != 1:  # noqa: PLR2004 - a word that both have
        return False
    [(short, full)] = differing
    letters = iter(full.upper())
    in_order = full[:1].upper() == short[:1] and all(letter in letters for letter in short)
    return bool(_ACRONYM.fullmatch(short)) and not full.isupper() and len(full) > 2 * len(short) and in_order


def is_city_code(code: str, city: str) -> bool:
    """Return whether a few capitals abbreviate a city: the initials of its words, or three consonants of it in order.

    >>> is_city_code("SF", "San Francisco"), is_city_code("PHX", "Phoenix"), is_city_code("ROM", "Romans")
    (True, True, False)
    >>> is_city_code("EU", "Eu"), is_city_code("LA", "Paris"), is_city_code("NYC", "New York")
    (False, False, True)
    >>> is_city_code("ERIE", "El Rio Estates"), is_city_code("NY", "Nancy"), is_city_code("LIMA", "Leipzig-Markranst")
    (False, False, False)
    """
    if not re.fullmatch("[A-Z]{2,4}", code) or city.isupper() or len(city) < 2 * len(code):
        return False
    initials, letters = "".join(re.findall(r"\b[A-Z]", city)), iter(city.upper())
    consonants = re.fullmatch("[B-DF-HJ-NP-TV-Z]{3}", code) is not None
    in_order = consonants and city[0] == code[0] and all(letter in letters for letter in code)
    return code.removesuffix("C") == initials or (in_order and not city.upper().startswith(code))


def letters_spelled(letters: str, words: Iterable[str]) -> int:
    """Return how many letters of an address are those of a name, each word counted once.

    Args:
        letters: Folded local part, profile or domain, without separators.
        words: Folded words of the name.

    >>> letters_spelled("lthoma", ["lukas", "thoma"]), letters_spelled("lthoma", ["lukas", "tohma"])
    (5, 0)
    """
    found = 0
    for word in sorted(words, key=len, reverse=True):
        if len(word) > 1 and word in letters:
            letters = letters.replace(word, "|", 1)
            found += len(word)
    return found


def is_misspelling(a: str, b: str) -> bool:
    """Return whether two folded names may be one name with a typo: one edit, or two in a long name.

    >>> is_misspelling("gail willls", "gail wills"), is_misspelling("anna berg", "anna meier")
    (True, False)
    """
    from rapidfuzz.distance import OSA

    most = 2 if min(len(a), len(b)) > _SHORT else 1
    return a != b and OSA.distance(a, b, score_cutoff=most) <= most


def is_typo(a: str, b: str) -> bool:
    """Return whether two texts differ by one letter, or by two that changed places.

    >>> is_typo("ida.kron", "ida.korn"), is_typo("lumo.com", "lumo.org")
    (True, False)
    """
    from rapidfuzz.distance import OSA

    return a != b and OSA.distance(a, b, score_cutoff=1) <= 1


def has_slip(word: str, right: str) -> bool:
    """Return whether a word is another one with a letter left out or too much within it, or two exchanged.

    Another letter, and one at an end, may make another word: trainer and trainee, sale and sales.

    >>> has_slip("manger", "manager"), has_slip("comrpas", "compras"), has_slip("rosenhiem", "rosenheim")
    (True, True, True)
    >>> has_slip("trainer", "trainee"), has_slip("buyers", "buyer"), has_slip("sale", "sales")
    (False, False, False)
    """
    is_long = min(len(word), len(right)) >= _SHORTEST_WITH_SLIP and word[0] == right[0] and word[-1] == right[-1]
    is_other_letter = len(word) == len(right) and sorted(word) != sorted(right)
    return is_long and not is_other_letter and is_typo(word, right)


def has_part_of_cities(city: str) -> bool:
    """Return whether a city begins or ends as many cities of one language do: Rosenheim, but not Rosenhiem.

    >>> has_part_of_cities("Rosenheim"), has_part_of_cities("Rosenhiem"), has_part_of_cities("Heim")
    (True, False, False)
    """
    return _PART_OF_CITIES.fullmatch(without_accents(city.strip()).casefold()) is not None


def is_title_with_slip(text: str, title: str) -> bool:
    """Return whether a job title is another one with a slip in a word that says what the person does.

    >>> is_title_with_slip("Plant Manger", "Plant Manager"), is_title_with_slip("Plant Manager", "Plant Manger")
    (True, False)
    """
    words, others = text.casefold().split(), title.casefold().split()
    differing = [(a, b) for a, b in zip(words, others, strict=False) if a != b]
    if len(words) != len(others) or len(differing) != 1 or not has_slip(*differing[0]):
        return False
    own, whole = map(read_title, differing[0])
    return own != whole and all(a in {None, b} for a, b in zip(own, whole, strict=True))


def is_abbreviation(short: Sequence[str], full: Sequence[str], dotted: Iterable[str] = ()) -> bool:
    """Return whether a name is another one with words abbreviated, or with a part missing.

    A word is abbreviated by its first letter, or by more of its letters if a full stop follows.

    Args:
        short: Folded words of the name.
        full: Folded words of the other name.
        dotted: Words of the shorter name that a full stop follows.

    >>> is_abbreviation(["j", "hale"], ["jane", "hale"]), is_abbreviation(["hale"], ["jane", "hale"])
    (True, True)
    >>> is_abbreviation(["jane", "hale"], ["jane", "m", "hale"]), is_abbreviation(["jan", "hale"], ["jane", "hale"])
    (False, False)
    """
    if len(short) == 1 and len(full) > 1:
        return short[0] in full
    if len(short) != len(full) or short == full:
        return False
    written_with_stop = {*dotted}
    return all(
        a == b or (len(a) < len(b) and b.startswith(a) and (len(a) == 1 or a in written_with_stop))
        for a, b in zip(short, full, strict=True)
    )


def is_short_name(short: Sequence[str], full: Sequence[str]) -> bool:
    """Return whether a name is a short form of the given name, and lacks names at the end of another one.

    >>> is_short_name(["lupe", "sanmiguel"], ["guadalupe", "sanmiguel", "ordonez"])
    True
    >>> is_short_name(["lupe", "sanmiguel"], ["guadalupe", "sanmiguel"]), is_short_name(["lupe"], ["guadalupe", "gil"])
    (False, False)
    """
    own = len(short)
    return 1 < own < len(full) and is_nickname(short, full[:own])


def is_part(name: str, full: Sequence[str]) -> bool:
    """Return whether a name of one word is a part of another one in which it has a typo.

    >>> is_part("castillo", ["robert", "castilllo"]), is_part("castillo", ["robert", "castro"])
    (True, False)
    """
    return " " not in name and len(full) > 1 and any(is_misspelling(name, word) for word in full if len(word) > _SHORT)


def is_spelled_instead(name: Sequence[str], other: Sequence[str], addresses: Iterable[str]) -> bool:
    """Return whether an address has the first word of a name, and none has that of the other one by itself.

    >>> is_spelled_instead(["robert", "hale"], ["bob", "hale"], ["roberthale"])
    True
    >>> is_spelled_instead(["robert", "hale"], ["bob", "hale"], ["roberthale", "bob"])
    False
    """
    texts = [*addresses]
    others = [text for text in texts if other[0] in text.replace(name[0], "")]
    return not others and any(name[0] in text for text in texts)


def is_nickname(short: Sequence[str], formal: Sequence[str]) -> bool:
    """Return whether a name is another one with the given name as a short form, which is not a formal name itself.

    >>> is_nickname(["bob", "hale"], ["robert", "hale"]), is_nickname(["robert", "hale"], ["bob", "hale"])
    (True, False)
    >>> is_nickname(["jirka", "nemec"], ["jiri", "nemec"]), is_nickname(["marta", "berg"], ["martha", "berg"])
    (True, False)
    >>> is_nickname(["pepe", "gil"], ["jose", "gil"]), is_nickname(["claus", "berg"], ["klaus", "berg"])
    (True, False)
    >>> is_nickname(["bryan", "hale"], ["brian", "hale"]), is_nickname(["jan", "hale"], ["johannes", "hale"])
    (False, False)
    """
    if not short or not formal or short[1:] != formal[1:]:
        return False
    a, b = short[0], formal[0]
    stands_for = formal_names().get(a, ())
    shorter = len(a) + 1 < len(b) or a.endswith(("y", "ie")) or _are_unlike(a, b)
    is_familiar = _FAMILIAR.fullmatch(a) is not None
    own = a in stands_for and not b.startswith(a)  # Jan is not only short for Johannes, as Sam is for Samantha
    return (is_familiar or (shorter and len(a) <= _LONGEST_NICKNAME)) and b in stands_for and not own


def _are_unlike(a: str, b: str) -> bool:
    """Return whether two given names are more than two spellings of one: Pepe and José, but not Claus and Klaus."""
    from rapidfuzz.distance import OSA

    return a[:2] != b[:2] and OSA.distance(a, b) > 2  # noqa: PLR2004 - letters


@cache
def dotted_words(text: str) -> tuple[str, ...]:
    """Return the words that a full stop follows, case folded, and those that end in a raised letter, with it.

    >>> dotted_words("Chr. Weber"), dotted_words("Mª José")
    (('chr',), ('ma',))
    """
    raised = [f"{word}{'a' if sign == 'ª' else 'o'}" for word, sign in _RAISED.findall(text.casefold())]
    return (*re.findall(r"(?<!\w)(\w++)\.", text.casefold()), *raised)
