"""Titles, honorifics and degrees around the name of a person.

One vocabulary for rewriting names and for comparing them: ours in ``names.toml`` and nameparser's. A word that is also
a name (Gen, Pan, Di, Major) is a title only with evidence: a point before a whole name, the country, or the row's other
columns. When in doubt it stays.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from pb2b_notebook.cleanup.values.given_names import frequent_given_names, given_names
from pb2b_notebook.lazy import lazy_pattern
from pb2b_notebook.letters import without_accents
from pb2b_notebook.shipped_tables import read_table

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

WHOLE_NAME: Final = 2
"""Least number of words of a whole name."""

_NOTES: Final = "()®™"
_COMMA: Final = lazy_pattern(r" ?[,，] ?")
_GLUED: Final = lazy_pattern(r"((?:[^\W\d_]{2,}\.)+)([^\W\d_]{2,})")
_INITIALS: Final = lazy_pattern(r"(?:[^\W\d_]\.)+[^\W\d_]?\.?")
_PRONOUNS: Final = lazy_pattern(
    r"(?:[ ,|–-]+| ?[(\[])((?:she|he|they|xe|ze)/(?:him|hers?|they|them|xem|zir|hir|she|he)(?:/(?:his|hers|theirs))?)"
    r"[)\]]?$",
    re.IGNORECASE,
)
"""What people of webinars and networks write behind their name: (she/her)."""
_JOINED: Final = lazy_pattern(r"[&;+]|[^\W\d_]{2}/[^\W\d_]{2}|[^\W\d_]{2} / [^\W\d_]{2}")
_TITLE_IN_BRACKETS: Final = lazy_pattern(r"(.+[^ ]) \(([^()]+)\)")
_IN_BRACKETS: Final = lazy_pattern(r"[(\[][^()\[\]]*[)\]]")
_EAST_ASIAN: Final = lazy_pattern("[぀-ヿ㐀-鿿가-힣]{2}")
_SEPARATORS: Final = " ,-–|/"
_SHORT: Final = 2
_READ: Final = 300
"""Letters of a cell that show whether it names several people; a longer one is not a name."""
_REMEMBERED: Final = 1 << 16
"""Words whose reading is remembered: given and family names repeat."""
_IN_TITLE_CASE: Final = frozenset({"bsc", "esq", "llm", "msc", "phd"})
"""Degrees that are not names in title case either: Phd, but not Mba."""


class NameParts(NamedTuple):
    """A name without its honorific.

    Attributes:
        name: The name.
        honorific: The titles and degrees that were removed; "" for none.
    """

    name: str
    honorific: str


class _Words(NamedTuple):
    titles: frozenset[str]
    named: frozenset[str]
    by_country: dict[str, frozenset[str]]
    degrees: frozenset[str]
    degree_names: dict[str, frozenset[str]]
    acronyms: frozenset[str]
    listed: dict[str, frozenset[str]]
    after: tuple[str, ...]


@cache
def _words() -> _Words:
    from nameparser import Lexicon

    ours = read_table(__package__, "names.toml")
    theirs = Lexicon.default()
    listed = {key: frozenset(value) for key, value in ours.items() if isinstance(value, list)}
    # Only salutations that are not names are sure among nameparser's titles; the others may be family names.
    titles = listed["titles"] | (theirs.after_given_titles - listed["groups"] - listed["before_two"])
    titles -= listed["named_titles"]
    return _Words(
        titles=titles,
        named=(listed["named_titles"] | (theirs.titles - theirs.particles)) - titles - listed["before_two"],
        by_country={word: frozenset(codes) for word, codes in ours["titles_by_country"].items()},
        degrees=listed["degrees"],
        degree_names={word: frozenset(codes) for word, codes in ours["degrees_that_are_names"].items()},
        acronyms=(theirs.suffix_acronyms - theirs.suffix_acronyms_ambiguous) | listed["acronyms"],
        listed=listed,
        after=tuple(ours["after"]),
    )


@cache
def title_words() -> frozenset[str]:
    """Return all words that are, or start, a title before a name, in lower case without a point at their end."""
    words = _words()
    every = words.titles | words.named
    every |= words.listed["before_two"] | words.listed["before_known"] | words.listed["ranks"]
    return every | {word.partition(".")[0] for word in every} | words.listed["compounds"] | words.listed["groups"]


def degree_words() -> frozenset[str]:
    """Return the degrees that are removed after a name without a comma, in lower case."""
    return _words().degrees


def honorific_endings() -> tuple[str, ...]:
    """Return the honorifics that end a name without a space, in East Asia, in the order in which they are tried."""
    return _words().after


def needs_row(name: str) -> bool:
    """Return whether the row decides if the first word is a title, or the last one a degree.

    >>> needs_row("Pan Jan Nowak"), needs_row("M. Dupont"), needs_row("Karim Rahman, Md."), needs_row("Dr. Ada Berg")
    (True, True, True, False)
    """
    name = name.strip()
    return _may_be_title_or_name(name.partition(" ")[0]) or _letters(name.rpartition(" ")[2]) in _words().degree_names


@lru_cache(maxsize=_REMEMBERED)
def _may_be_title_or_name(word: str) -> bool:
    words, bare = _words(), _bare(word)
    return bare in words.named or bare in words.listed["before_known"] or bare in words.by_country


def is_title(word: str) -> bool:
    """Return whether a word is a title that is not also a name.

    >>> is_title("Dr."), is_title("Gen.")
    (True, False)
    """
    return _is_surely_title(word)


def holds_rank(honorific: str) -> bool:
    """Return whether one of the titles before a name is of a rank: it belongs to the name.

    >>> holds_rank("Prof. Sir"), holds_rank("Prof. Dr.")
    (True, False)
    """
    return any(_bare(word) in _words().listed["ranked"] for word in honorific.split(" "))


def is_degree(word: str, *, sure: bool = False) -> bool:
    """Return whether a word is a degree or another abbreviation that follows a name.

    Args:
        word: A word, with or without points.
        sure: Whether only degrees count that are not also names.

    >>> is_degree("CFA"), is_degree("M.Sc."), is_degree("Ma"), is_degree("Berg")
    (True, True, False, False)
    """
    words, letters = _words(), _letters(word)
    return letters in words.degrees or (not sure and letters in words.acronyms)


def is_name_in(word: str, country: str | None) -> bool:
    """Return whether a degree without points is also a name in a country.

    >>> is_name_in("MD", "BD"), is_name_in("MD", "US"), is_name_in("M.D.", "BD")
    (True, False, False)
    """
    return country in _words().degree_names.get(_letters(word), ()) and "." not in word[:-1]


def without_honorific(
    name: str,
    known: str | None = None,
    *,
    country: str | None = None,
    least: int = WHOLE_NAME,
    given_names: Collection[str] = (),
) -> NameParts:
    """Remove titles before a name and degrees after it, if what remains is a name.

    Args:
        name: Name of one person, with single spaces.
        known: Given and family name of the row, if it has both: a word before exactly this name is a title.
        country: Two-letter code of the row's country; some words are titles only there.
        least: Least number of words that must remain: 2 for a whole name, 1 for a given or family name.
        given_names: Known given names in lower case: a word before one of them is a title.

    >>> without_honorific("Prof. Dr. med. Ada Lovelace, PhD")
    NameParts(name='Ada Lovelace', honorific='Prof. Dr. med. PhD')
    >>> without_honorific("Pan Wei Ming").honorific, without_honorific("Pan Jan Nowak", country="PL").honorific
    ('', 'Pan')
    >>> without_honorific("Mr. and Mrs. Max Gray").name
    'Mr. and Mrs. Max Gray'
    """
    pronouns = _PRONOUNS.search(name) if "/" in name else None
    if pronouns and _count_names(name[: pronouns.start()].split(" ")) >= least:
        named = name[: pronouns.start()]
        parts = without_honorific(named, known, country=country, least=least, given_names=given_names)
        return NameParts(parts.name, f"{parts.honorific} {pronouns[1]}".strip())
    if not _may_have_title(name) or names_several(name):
        return NameParts(name, "")
    bracketed = _TITLE_IN_BRACKETS.fullmatch(name)
    if bracketed and _are_titles(bracketed[2].split()) and _count_names(bracketed[1].split(" ")) >= least:
        parts = without_honorific(bracketed[1], known, country=country, least=least, given_names=given_names)
        return NameParts(parts.name, f"{parts.honorific} {bracketed[2]}".strip())
    evidence = _Evidence(known.casefold() if known else None, country, least, frozenset(given_names))
    rest, removed = _without_outer_titles(name, evidence)
    if not removed:
        return NameParts(name, "")
    # Behind what was removed there may be more: "John Doe, MD - PhD", "김민준 박사님".
    further = without_honorific(rest, known, country=country, least=least, given_names=given_names)
    return NameParts(further.name, f"{removed} {further.honorific}".strip())


def _without_outer_titles(name: str, evidence: _Evidence) -> tuple[str, str]:
    """Return a name without the titles at its ends, and these; other titles may come to an end by that."""
    for ending in honorific_endings() if name.endswith(honorific_endings()) else ():
        # A name of one character may end so itself.
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name.removesuffix(ending).rstrip(), ending
    words = _separate_titles(name.split(" "))
    count = _count_titles(words, evidence)
    before, rest = " ".join(words[:count]), " ".join(words[count:])
    rest, within = _without_titles_after_comma(rest)
    rest, after = _without_degrees(rest, evidence)
    return rest, " ".join(filter(None, (before, within, after)))


def _names_group(words: Sequence[str]) -> bool:
    """Return whether a cell names a family or friends of some: "Fam. Jansen", "The Smiths", "Friends of Sarah".

    >>> [_names_group(name.split()) for name in ("Rodzina Nowak", "The Johnson Family", "Amis du Musée", "The Smiths")]
    [True, True, True, True]
    >>> [_names_group(name.split()) for name in ("Amy Friend", "Theo Smiths", "The Nguyen")]
    [False, False, False]
    """
    listed, lower = _words().listed, " ".join(words).lower()
    if _bare(words[0]) in listed["groups"] or _bare(words[-1]) in listed["group_ends"]:
        return True
    [first, *others] = lower.split()
    is_plural = first == "the" and len(others) == 1 and lower.endswith("s")
    return is_plural or lower.startswith(tuple(f"{words} " for words in listed["group_beginnings"]))


def names_several(name: str) -> bool:
    """Return whether a cell names a couple, a family or several people.

    >>> [names_several(name) for name in ("Mr. and Mrs. Max Gray", "Dr. Gomes & Dr. Lui", "Familie Weber", "Ada And")]
    [True, True, True, False]
    >>> names_several("José Ortega y Gasset"), names_several("Sr. y Sra. Ortega"), names_several("Raj s/o Kumar")
    (False, True, False)
    >>> names_several("Ana e José Beira"), names_several("Ana Almeida e Silva"), names_several("Ana e Silva")
    (True, False, False)
    >>> [names_several(name) for name in ("Matti ja Liisa Virtanen", "Олег та Ірина Бондар", "Prof ir Jan Berg")]
    [True, True, False]
    >>> [names_several(name) for name in ("Bruno Conti e Lia Conti", "Conti Bruno e Conti Lia", "Ana López y López")]
    [True, True, False]
    """
    name = name[:_READ]
    plain = _IN_BRACKETS.sub("", _PRONOUNS.sub("", name) if "/" in name else name)
    words = plain.split()
    if len(words) < WHOLE_NAME or not _several().search(plain.lower()):
        return False
    listed = _words().listed
    if _names_group(words) or _JOINED.search(plain) or _names_another(words):
        return True
    titled = [_is_surely_title(word) or _bare(word) in listed["before_two"] for word in words]
    for at in range(1, len(words) - 1):
        word = words[at]
        lower = word.casefold()
        is_lower = word == word.lower()  # a word of a script without case, too
        if lower in listed["and"] and (is_lower or plain.isupper()):
            return True
        if lower in listed["and_lower"] and is_lower and not plain.islower() and not _continues(words[at + 1]):
            return True
        titles = titled[at + 1] and not _continues(words[at - 1])
        if lower in listed["and_with_title"] and (titles or (word.islower() and _joins_given_names(words, at))):
            return True
    return False


def _joins_given_names(words: Sequence[str], at: int) -> bool:
    """Return whether a word stands between two people: "Ana e José Beira", "Ana Beira e José Beira", "Beira Ana e …".

    Between two family names, as in "Ana Almeida e Silva", it joins the names of one person. So given names are around
    it, or else the family name is there twice, with a given name beside it.
    """
    before, after = [[without_accents(word) for word in part] for part in (words[:at], words[at + 1 :])]
    if len(after) < WHOLE_NAME:  # Noor un Nisa is one
        return False
    if words[at] in _words().listed["and_between_given"]:
        return all(word in frequent_given_names() or _INITIALS.fullmatch(word) for word in (before[0], after[0]))
    # The Czech a stands between no two family names of one person.
    known = frequent_given_names() if words[at] == "a" else given_names()
    if all(word in known for word in (*before, after[0])):
        return True
    # The family name is the last word of both, or the first one.
    for family, given in ((-1, 0), (0, -1)):
        people = {before[given], after[given]}
        if _are_of_one_family(before[family], after[family]) and len(people) > 1 and people <= given_names():
            return True
    return False


def _are_of_one_family(one: str, other: str) -> bool:
    """Return whether two family names, folded, are of a couple: Conti, Kowalski and Kowalska, Novak and Novakova.

    >>> [_are_of_one_family(*pair) for pair in (("kowalski", "kowalska"), ("novak", "novakova"), ("rossi", "rosso"))]
    [True, True, False]
    """
    first, second = sorted((one, other), key=lambda name: (len(name), name.endswith("a")))
    by_ending = first.endswith(("ski", "cki", "sky", "cky")) and second == first[:-1] + "a"
    return first == second or by_ending or second in {first + "ova", first[:-1] + "ova"}


@cache
def several_pattern() -> str:
    """Return a regular expression for lower-case text that may name several people; the function decides."""
    listed = _words().listed
    words = listed["groups"] | listed["and"] | listed["and_lower"] | listed["and_with_title"]
    words |= listed["group_beginnings"] | {"the"}
    ends = "|".join(map(re.escape, sorted(listed["group_ends"])))
    among = f"[&;+/]|(?:^| )(?:{'|'.join(map(re.escape, sorted(words)))})[. ]| (?:dr|prof|mr|mrs|ms|herr|frau)[. ]"
    return rf"{among}| (?:{ends})\s*$"


@cache
def _several() -> re.Pattern[str]:
    return re.compile(several_pattern())


class _Evidence(NamedTuple):
    known: str | None
    country: str | None
    least: int
    given_names: frozenset[str]


@lru_cache(maxsize=_REMEMBERED)
def _bare(word: str) -> str:
    return word.lower().strip("(),").rstrip(".")


@lru_cache(maxsize=_REMEMBERED)
def _letters(word: str) -> str:
    return word.lower().strip(_NOTES).replace(".", "")


def _may_have_title(name: str) -> bool:
    """Return whether a name is worth a closer look: most are two or three plain words."""
    first, _, last = name.partition(" ")
    last = last.rpartition(" ")[2]
    if "," in name or "，" in name or "." in first or ")" in last or name.endswith(honorific_endings()):
        return True
    return _bare(first) in title_words() or "-" in first or _letters(last) in _words().degrees or last.count(".") > 1


def _separate_titles(words: list[str]) -> list[str]:
    """Return the words, with titles that are written against the name separated: "Prof.Dr.Ada"."""
    found = None if _is_surely_title(words[0]) else _GLUED.fullmatch(words[0])
    if not found or _continues(found[2]) or _is_union(found[2]):
        return words
    if found[2].islower() and not " ".join(words[1:]).islower():  # Avv.to and Dott.ri are words of their own
        return words
    return [found[1], found[2], *words[1:]] if all(map(_is_union, found[1].split(".")[:-1])) else words


def _is_union(word: str) -> bool:
    words, bare = _words(), _bare(word)
    return bare in words.titles or bare in words.named or bare in words.listed["compounds"]


@lru_cache(maxsize=_REMEMBERED)
def _is_surely_title(word: str) -> bool:
    words, bare = _words(), _bare(word)
    if bare in words.titles:
        return True
    parts = [part for part in re.split(r"[.\-/]+", bare) if part]
    if len(parts) < _SHORT:
        return False
    if parts[0] in words.listed["compounds"]:
        return True
    return all(len(part) >= _SHORT and (_is_union(part) or part in words.listed["continued"]) for part in parts) and (
        "." in word or parts[0] in words.titles
    )


@lru_cache(maxsize=_REMEMBERED)
def _continues(word: str) -> bool:
    """Return whether a word continues a title in front of it: "rer.", "nat.", "(FH)"."""
    if word.startswith("(") and word.endswith(")"):
        return True
    bare, pointed = _bare(word), word.endswith(".")
    parts = [part for part in bare.split(".") if part]
    listed = bare in _words().listed["continued"] or all(part in _words().listed["continued"] for part in parts)
    return bool(parts) and listed and (pointed or word.islower())


def _are_titles(words: Sequence[str]) -> bool:
    """Return whether words are a title before a name, with what continues it: "Dr. med."."""
    return (
        bool(words) and _is_surely_title(words[0]) and all(_is_surely_title(word) or _continues(word) for word in words)
    )


def _count_titles(words: Sequence[str], evidence: _Evidence) -> int:
    """Return how many of the first words are titles."""
    taken = 0
    sure = False
    while taken < len(words) - 1:
        word, rest = words[taken], words[taken + 1 :]
        # "Prof., Dr. Ada", but "Graf, Dr. Ada" begins with the family name.
        if word.endswith((",", "，")) and not (word[:-1].endswith(".") and all(map(_is_surely_title, (word, rest[0])))):
            break
        if _is_surely_title(word) and not _may_be_initials(word, rest):
            sure = True
        elif sure and _is_continuation(words, taken):
            pass
        elif _is_rank_beside_rank(words, taken, evidence):
            sure = True
        elif _is_title_with_evidence(word, rest, evidence, follows=sure):
            sure = sure or _bare(word) not in _words().listed["before_known"]
        else:
            break
        taken += 1
    # Only "(FH)", or only a degree, is not a name.
    while taken and not _is_name(words[taken:]):
        taken -= 1
    return taken


def _names_another(words: Sequence[str]) -> bool:
    """Return whether a title stands between two whole names: "Dr. Don Eberhart Dr. Derrik Johnson" are two people."""
    titles = [at for at in range(1, len(words)) if _is_surely_title(words[at]) and not words[at - 1].endswith(",")]
    return any(min(_count_names(words[:at]), _count_names(words[at:])) >= WHOLE_NAME for at in titles)


def _may_be_initials(word: str, rest: Sequence[str]) -> bool:
    """Return whether two capital letters without a point may be initials: MS Dhoni, MR James, but not MR John Smith."""
    if len(word) > _SHORT or not word.isupper():
        return False
    return _count_names(rest) < WHOLE_NAME or _bare(word) not in {"dr", "mr", "ms"}


def _is_rank_beside_rank(words: Sequence[str], at: int, evidence: _Evidence) -> bool:
    ranks = _words().listed["ranks"]
    if _bare(words[at]) not in ranks:
        return False
    beside = at > 0 and _bare(words[at - 1]) in ranks
    next_one = _bare(words[at + 1]) in ranks
    return (beside or next_one) and _count_names(words[at + 1 + next_one :]) >= evidence.least


def _is_continuation(words: Sequence[str], at: int) -> bool:
    word, before = words[at], _bare(words[at - 1])
    if before in _words().listed["compounds"] and _bare(word) in _words().listed["compound_ends"]:
        return True
    if word in {"et", "u.", "und"}:
        return _continues(words[at + 1])
    # dr n. med., Dr. sc. ETH
    if word.lower() == "n.":
        return words[at + 1].endswith(".") and _continues(words[at + 1])
    if word in _words().listed["schools"]:
        return before in _words().listed["continued"] or before in _words().listed["compounds"]
    if (word == "h." and words[at + 1] == "c.") or (word == "c." and before == "h"):
        return True
    # In a name with capital letters, a word like "techn." is not a name.
    lower = word.endswith(".") and word.islower() and len(word) > _SHORT + 1 and not " ".join(words).islower()
    return lower or _continues(word)


def _is_title_with_evidence(word: str, rest: Sequence[str], evidence: _Evidence, *, follows: bool) -> bool:
    words, bare, pointed = _words(), _bare(word), word.endswith(".")
    if evidence.known is not None and _is_possible(bare) and " ".join(rest).casefold() == evidence.known:
        return True
    enough = _count_names(rest) >= evidence.least
    if bare in words.listed["before_two"]:
        # Κ. is an initial, κ. is Mr.
        return (enough or (pointed and bare != "sir")) and (len(bare) > 1 or word.islower())
    if bare not in words.named:
        # M. Jean Roux is Monsieur in France; M. may also be an initial.
        likely = bare in words.listed["before_known"] and evidence.country in words.by_country.get(bare, ())
        return likely and pointed and enough and without_accents(rest[0]) in given_names()
    if pointed:
        # A short word with a point may be half of a given name: Fr. Karl.
        return follows or (enough and (evidence.least > 1 or len(bare) > _SHORT))
    if _is_surely_title(rest[0]):
        return _count_names(rest[1:]) >= evidence.least
    at_home = evidence.country in words.by_country.get(bare, ()) or rest[0].casefold() in evidence.given_names
    return enough and at_home and bare not in evidence.given_names


def _is_possible(bare: str) -> bool:
    words = _words()
    return bare in words.named or bare in words.listed["before_known"] or bare in words.listed["before_two"]


def _count_names(rest: Sequence[str]) -> int:
    """Return the number of words that may be names: not titles, continuations or degrees."""
    return sum(map(_may_be_name, rest))


@lru_cache(maxsize=_REMEMBERED)
def _may_be_name(word: str) -> bool:
    is_other = _is_surely_title(word) or _continues(word) or _letters(word.rstrip(",")) in _words().degrees
    return not is_other and any(map(str.isalpha, word))


def is_whole_name(name: str) -> bool:
    """Return whether a name without its title is a whole name: two names, or characters of East Asia.

    >>> [is_whole_name(name) for name in ("Ada Berg", "J. Smith", "Green", "Green, PhD", "山田太郎")]
    [True, True, False, False, True]
    """
    return _count_names(name.split(" ")) >= WHOLE_NAME or _EAST_ASIAN.search(name) is not None


def _is_name(words: Sequence[str]) -> bool:
    return _count_names(words) > 0


def _without_titles_after_comma(name: str) -> tuple[str, str]:
    """Return a name without titles behind a comma: "Weber, Dr. Anna"."""
    before, comma, after = name.partition(", ")
    words = after.split(" ")
    taken = 0
    while taken < len(words) - 1 and (
        _is_surely_title(words[taken])
        or words[taken].lower() == "hr."
        or (taken and (_is_continuation(words, taken) or _bare(words[taken]) in _words().listed["ranks"]))
    ):
        taken += 1
    if not comma or not taken or words[taken - 1].endswith(",") or not _is_name(words[taken:]):
        return name, ""
    return f"{before}, {' '.join(words[taken:])}", " ".join(words[:taken])


def _without_degrees(name: str, evidence: _Evidence) -> tuple[str, str]:
    """Return a name without degrees at its end, and the degrees."""
    parts = _COMMA.split(name)
    found: list[str] = []
    # In Indonesia, where no list has the family name first, initials behind a comma are degrees.
    while len(parts) > 1 and _are_degrees(parts[-1], name, evidence, sure=bool(found) or evidence.country == "ID"):
        if _count_names(" ".join(parts[:-1]).split(" ")) < evidence.least:
            break
        found.insert(0, parts.pop())
    # Otherwise the comma stays as it is written.
    rest = name if not found else ", ".join(parts)
    words = rest.split(" ")
    trailing = 0
    while len(words) - trailing > 1 and _is_degree_without_comma(words[-1 - trailing], evidence):
        trailing += 1
    if trailing and _count_names(words[:-trailing]) >= evidence.least:
        found[:0] = words[-trailing:]
        rest = " ".join(words[:-trailing]).rstrip(_SEPARATORS)
    rest = rest.removesuffix(" (")  # "Chandra ( Ph.D)"
    return (name, "") if rest.count("(") != rest.count(")") else (rest, " ".join(found))


def _are_degrees(part: str, name: str, evidence: _Evidence, *, sure: bool) -> bool:
    """Return whether a part after a comma holds only degrees and titles."""
    words = part.split(" ")
    if not part or not all(
        _is_degree_after_comma(word, name, evidence, sure=True) or (at and _is_continuation([*words, ""], at))
        for at, word in enumerate(words)
    ):
        return False
    return sure or any(_is_degree_after_comma(word, name, evidence, sure=False) for word in words)


def _is_degree_after_comma(word: str, name: str, evidence: _Evidence, *, sure: bool) -> bool:
    """Return whether a word is a degree: a word that may be initials only beside another degree (``sure``)."""
    words, letters = _words(), _letters(word)
    if is_name_in(word, evidence.country) and (word.istitle() or _is_one_case(name)):
        return False
    if word == "Md":
        return False
    if letters in words.degrees or _is_surely_title(word) or letters == "ret":
        return True
    if word.istitle() and "." not in word:
        return False
    if letters in words.acronyms and len(letters) > _SHORT:
        # In a list in upper case, a given name may follow the comma.
        return sure or not _is_one_case(name) or not re.search("[aeiouy]", letters)
    return sure and (letters in words.acronyms or _INITIALS.fullmatch(word) is not None)


def _is_degree_without_comma(word: str, evidence: _Evidence) -> bool:
    letters = _letters(word)
    if is_name_in(word, evidence.country) or (word.istitle() and "." not in word and letters not in _IN_TITLE_CASE):
        return False
    if word.startswith("("):
        return is_degree(word) or letters == "ret"
    dotted = word.count(".") > 1 and len(letters) > _SHORT and letters in _words().acronyms
    return letters in _words().degrees or dotted


def _is_one_case(name: str) -> bool:
    return name.isupper() or name.islower()
