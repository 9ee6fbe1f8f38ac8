"""Read that a remark may be a refusal, though not all of its words are understood: a person is to look at it. Pure.

Each word does something: it denies, ends, asks, names a way of contact, a lawyer or a death (``slots.toml``, and the
words of ``requests.toml``). A clause may refuse if some of these stand near each other, in the language that knows most
of its words, whatever stands between them. Times, invoices, and what was not reached or received make it something
else, and so does the death of a relative. Addresses are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Final, NamedTuple

from pb2b_notebook.opt_outs.recognition import plain_clauses
from pb2b_notebook.opt_outs.vocabulary import in_cyrillic, plain_lists
from pb2b_notebook.shipped_tables import read_table

Slots = frozenset[str]
Meanings = dict[str, Slots]
"""Language → what a word of it does."""

_LONGEST: Final = 15
"""Words of such a remark: a refusal is short, and a text about a company is not."""
_NEAR: Final = 7
"""Words within which those of a rule stand."""
_BEHIND_KIN: Final = 2
_SHORTEST_STEM: Final = 2
_MARK: Final = "†"
_ADDRESS: Final = re.compile(r"\S+@\S+|\S+://\S+|\bwww\.\S+")
_COMMON: Final = "common"
_CYRILLIC_TOO: Final = "hr"
_UNSPACED: Final = {
    "zh": re.compile("[\u4e00-\u9fff]"), "ja": re.compile("[\u3040-\u30ff]"), "ko": re.compile("[\u1100-\u11ff]"),
    "th": re.compile("[\u0e00-\u0e7f]"),
}  # fmt: skip
"""Languages without spaces between words → their letters in plain words."""

_OF_REQUESTS: Final = {
    "not": "not", "deny": "not", "does": "not", "no": "no", "without": "no", "more": "more", "verb": "verb",
    "done": "done", "noun": "noun", "sent": "noun", "further": "channel", "stop": "cease", "stopping": "verb",
    "refuse": "refuse", "remove": "cease", "removed": "cease", "wish": "want", "asks": "want", "target": "list",
    "send": "send", "receive": "send", "beside": "known", "be": "known", "reason": "known", "own": "known",
    "make": "known",
}  # fmt: skip
"""Kinds of words of requests → what they do here."""
_WITH_NE: Final = {"verb": "dont", "send": "nosend", "want": "wont"}
"""What a word does → what it does with a prefix that denies it: "volat" and "nevolat"."""

_DENY: Final = frozenset({"not", "no"})
_MESSAGE: Final = frozenset({"noun", "channel"})
_CONTACT: Final = frozenset({"noun", "channel", "verb", "done"})
_CLAIMS: Final = (
    ({"threat"}, {"authority", "law", "lawyer", "sue", "complain", "noun"}),
    ({"sue"}, _CONTACT | {"us", "lawyer", "authority", "more"}),
    ({"complain"}, {"noun", "authority", "law", "lawyer"}),
    ({"lawyer"}, {"noun", "channel", "more", "verb"}),
    ({"law"}, {"claim", "cease", "complain", "refuse"}),
)
"""What is something else beside what people sell: "GDPR request software"."""
_REFUSALS: Final = (
    ({"alone"},),
    ({"dont"},),
    (_DENY, {"more"}, _CONTACT | {"send"}),
    (_DENY, {"want"}, _CONTACT | {"us"}),
    (_DENY, {"send"}, _MESSAGE),
    ({"wont"}, _CONTACT | {"us", "send"}),
    ({"nosend"}, _MESSAGE | {"more", "person"}),
    ({"cease"}, _CONTACT | {"list", "person"}),
    ({"cancel"}, {"noun", "list"}),
    ({"refuse"}, {"noun", "channel", "verb", "send", "list"}),
    ({"fed"}, _CONTACT | {"us", "more"}),
    (_DENY | {"cease", "refuse", "cancel"}, {"consent"}),
)
_NEIGHBOURS: Final = ((({"not"}, {"verb"}), 4), (({"no"}, {"noun"}), 2))
"""Rules, with the words within which theirs stand. No unknown word follows: "no mail slot" is not a refusal."""
_ONLY_CEASE: Final = frozenset({"cease", "want", "person"})


def may_refuse(text: str) -> bool:
    """Return whether a clause of a remark may refuse contact, or say that the person died or threatens.

    >>> may_refuse("met at the fair. Furious about our mails!"), may_refuse("† 12.5.2025"), may_refuse("VIP")
    (True, True, False)
    """
    if text.count(" ") >= _LONGEST:
        return False
    clauses = plain_clauses(_ADDRESS.sub(" ", text))
    return _MARK in text or any(_may_refuse(clause, whole=len(clauses) == 1) for clause in clauses)


@lru_cache(maxsize=1024)
def _may_refuse(plain: str, *, whole: bool = False) -> bool:
    """Return whether the plain words of a clause may do so.

    >>> [_may_refuse(text) for text in ("says take her off everything", "lawyer letter", "consent withdrawn jan")]
    [True, True, True]
    >>> [_may_refuse(text) for text in ("did not get the mail", "please call before may", "legal department signs")]
    [False, False, False]
    """
    return any(_refuses(clause, whole=whole) for clause in (*_read_words(plain.split()), *_read_letters(plain)))


def _refuses(clause: Sequence[Slots | None], *, whole: bool) -> bool:
    """Return whether what the words of a clause do is a refusal. ``None`` stands for a word that is not known."""
    found: Slots = frozenset().union(*(slots for slots in clause if slots))
    all_known = None not in clause
    if "dead" in found and "trade" not in found and not _is_of_kin(clause):
        return True
    if "free" in found:
        return False
    if any(_stand_near(rule, clause) for rule in _REFUSALS) or (all_known and _says_alone(clause, found, whole=whole)):
        return True
    if any(_stand_near(rule, clause, near, only_known=True) for rule, near in _NEIGHBOURS):
        return True
    if "trade" in found:
        return False
    dies = "dies" in found and not found & _MESSAGE and not _is_of_kin(clause)
    return (all_known and (dies or "register" in found)) or any(_stand_near(rule, clause) for rule in _CLAIMS)


def _stand_near(
    rule: Sequence[set[str] | Slots], clause: Sequence[Slots | None], near: int = _NEAR, *, only_known: bool = False
) -> bool:
    """Return whether a word of each kind stands near the one of the first kind, each another one."""
    first, *others = ([place for place, slots in enumerate(clause) if slots and slots & kinds] for kinds in rule)
    if not first or not all(others):
        return False
    for place in first:
        taken = {place}
        for places in others:
            behind = [each for each in places if each not in taken and abs(each - place) <= near]
            taken |= {*behind[:1]}
        known = not only_known or None not in clause[min(taken) : max(taken) + 2]
        if len(taken) == len(rule) and known:
            return True
    return False


def _says_alone(clause: Sequence[Slots | None], found: Slots, *, whole: bool) -> bool:
    """Return whether a clause of known words asks to end something, or is a whole text that says only that."""
    wishes = _stand_near(({"want"}, {"cease"}), clause)
    return wishes or (whole and "cease" in found and all(slots and slots & _ONLY_CEASE for slots in clause))


def _is_of_kin(clause: Sequence[Slots | None]) -> bool:
    """Return whether a death is that of a relative: "his father died", and not "his wife says that he died"."""
    dead = next((place for place, slots in enumerate(clause) if slots and slots & {"dead", "dies"}), len(clause))
    kin = [place for place, slots in enumerate(clause) if slots and "kin" in slots and place <= dead + _BEHIND_KIN]
    tells = any(slots and "tell" in slots for slots in clause[min(kin) : dead]) if kin else True
    return not tells


def _read_words(words: Sequence[str]) -> Iterator[list[Slots | None]]:
    """Yield what the words of a clause do in each language that knows most of them."""
    meanings = [_meanings(word) for word in words]
    known: dict[str, int] = {}
    for each in meanings:
        for language in each:
            known[language] = known.get(language, 0) + (language != _COMMON) * (1 if _COMMON in each else 2)
    most = max(known.values(), default=0)
    for language in (language for language, count in known.items() if count == most):
        clause = [_join(each.get(language), each.get(_COMMON)) for each in meanings]
        yield _with_phrases(language, words, clause)


def _join(one: Slots | None, other: Slots | None) -> Slots | None:
    return other if one is None else one if other is None else one | other


def _with_phrases(language: str, words: Sequence[str], clause: list[Slots | None]) -> list[Slots | None]:
    """Add what several words do together; what they are without meaning takes away what each of them does."""
    found, place = [], 0
    while place < len(words):
        slots, length = clause[place], 1
        for phrase, meaning in _lexicon().phrases.get(words[place], {}).items():
            at = meaning.get(language) or meaning.get(_COMMON)
            if at and len(phrase) > length and _begins(words[place:], phrase):
                length = len(phrase)
                inner = frozenset().union(*(each for each in clause[place : place + length] if each))
                slots = at if at & {"free", "known"} else at | inner
        found += [slots, *[frozenset({"known"})] * (length - 1)]
        place += length
    return found


def _begins(words: Sequence[str], phrase: Sequence[str]) -> bool:
    if len(words) < len(phrase):
        return False
    *whole, last = phrase
    ends = words[len(whole)]
    return [*words[: len(whole)]] == whole and (ends.startswith(last[:-1]) if last.endswith("*") else ends == last)


@lru_cache(maxsize=1 << 14)
def _meanings(word: str) -> Meanings:
    """Return what a word does in each language that knows it, also with a prefix of the language."""
    lexicon = _lexicon()
    found = _look_up(word)
    for prefix, language in lexicon.prefixes:
        rest = word.removeprefix(prefix)
        if rest == word or len(rest) <= _SHORTEST_STEM or found.get(language):
            continue
        slots = _look_up(rest).get(language, frozenset())
        if prefix == "ne":
            slots = frozenset(_WITH_NE[slot] for slot in slots & _WITH_NE.keys())
        if slots:
            found = found | {language: slots}
    return found


def _look_up(word: str) -> Meanings:
    found: Meanings = dict(_lexicon().words.get(word, {}))
    for end in range(_SHORTEST_STEM, len(word) + 1):
        for language, slots in _lexicon().stems.get(word[:end], {}).items():
            found[language] = found.get(language, frozenset()) | slots
    return found


def _read_letters(plain: str) -> Iterator[list[Slots | None]]:
    """Yield what the words of a clause in a script without spaces do."""
    if plain.isascii():
        return
    text = plain.replace(" ", "")
    for language, letters in _UNSPACED.items():
        if letters.search(text):
            pattern, slots = _tokenizer(language)
            yield [slots[each] for each in pattern.findall(text)]


class _Lexicon(NamedTuple):
    words: dict[str, Meanings]
    stems: dict[str, Meanings]
    phrases: dict[str, dict[tuple[str, ...], Meanings]]
    prefixes: list[tuple[str, str]]


@cache
def _lexicon() -> _Lexicon:
    lexicon = _Lexicon({}, {}, {}, [])
    for language, slot, words in _entries():
        if slot == "prefix":
            lexicon.prefixes.extend((word, language) for word in words)
            continue
        one = frozenset({slot})
        for word in words:
            if " " in word:
                phrase = tuple(word.split())
                meanings = lexicon.phrases.setdefault(phrase[0], {}).setdefault(phrase, {})
                for part in phrase:
                    lexicon.words.setdefault(part.rstrip("*"), {}).setdefault(language, frozenset())
            elif word.endswith("*"):
                meanings = lexicon.stems.setdefault(word[:-1], {})
            else:
                meanings = lexicon.words.setdefault(word, {})
            meanings[language] = meanings[language] | one if language in meanings else one
    return lexicon


def _entries() -> Iterator[tuple[str, str, list[str]]]:
    """Yield the plain words of each slot of a language; those of more than one word have spaces."""
    for language, table in read_table(__package__, "slots.toml").items():
        if language not in _UNSPACED:
            for slot, words in table.items():
                yield language, slot, plain_lists(words)
                if language == _CYRILLIC_TOO:
                    yield language, slot, plain_lists(in_cyrillic(words))
    for language, kinds in read_table(__package__, "requests.toml").items():
        asks = {*kinds.get("wish", []), *kinds.get("asks", [])}
        for kind, slot in _OF_REQUESTS.items() if language != "unspaced" else ():
            words = [word for word in kinds.get(kind, []) if kind != "target" or word not in asks]
            shortest = _SHORTEST_STEM if slot == "verb" else 0
            yield language, slot, [w for w in plain_lists(",".join(words)) if " " not in w and len(w) > shortest]
    departures = read_table(__package__, "departures.toml")
    yield _COMMON, "known", plain_lists(",".join(departures["when"]))


@cache
def _tokenizer(language: str) -> tuple[re.Pattern[str], dict[str, Slots]]:
    found: Meanings = {}
    for slot, words in read_table(__package__, "slots.toml")[language].items():
        for word in plain_lists(words):
            plain = word.replace(" ", "")
            found[plain] = found.get(plain, frozenset()) | {slot}
    return re.compile("|".join(sorted(found, key=lambda word: (-len(word), word)))), found
