"""What the words of a clause do in each language: they deny, end, ask, name a way of contact, a death. Pure.

The words are in ``slots.toml`` and ``requests.toml``. A clause is read in the language that knows most of its words.
A word that none of them has may be a compound that ends with one for messages, a long word with one wrong letter, or,
with a point behind it, the beginning of one.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import takewhile
from typing import Final, NamedTuple

from pb2b_notebook.opt_outs.vocabulary import (
    as_typed,
    in_cyrillic,
    in_latin,
    opt_out_words,
    plain_lists,
    plain_words,
)
from pb2b_notebook.shipped_tables import read_table

Slots = frozenset[str]
"""What a word does."""
Clause = list[Slots | None]
"""What each word of a clause does; ``None`` for one that is not known."""
Meanings = dict[str, Slots]
"""Language → what a word of it does."""

_SHORTEST_STEM: Final = 2
_SHORT: Final = 3
_LONGEST_INITIALS: Final = 3
_SHORTEST_TYPED: Final = 9
"""Letters of a word that is known also with one wrong letter: ordinary words are nearer to shorter ones."""
_LONGEST_TYPED: Final = 30
_WORDS_OF_SHORT_NOTE: Final = 5
_VOWELS: Final = frozenset("aeiouy")
_LONGEST_NAMELIKE: Final = 4
_SHORTEST_WITHOUT: Final = 3
"""Letters of a word of which one was left out, in a short note."""
_TWO: Final = 2
_SHORTEST_BEGINNING: Final = 4
_SHORTEST_STATEMENT: Final = 6
_COMPOUNDING: Final = frozenset({"de", "nl", "af", "sv", "da", "no", "is", "fi", "et", "hu"})
_HEADS: Final = (
    "werb", "reklam", "reclam", "mails", "mejl", "newsletter", "nieuwsbr", "utskick", "nyhetsbrev", "nyhedsbrev",
    "maino", "bewerb", "markkin", "markeds", "marknads", "zusend", "einladung", "anruf", "hirlevel", "uutiskirj",
)  # fmt: skip
"""How words begin that stand at the end of a compound for a message that only senders want, and "Bewerbung"."""
_SHORTENABLE: Final = frozenset(
    {"verb", "want", "done", "cease", "cancel", "register", "dead", "dies", "dont", "refuse"}
)
"""What words do that are known by their beginning."""
BESIDE: Final = frozenset({"time", "since", "at", "in", "span", "ago", "quits", "who", "heir", "polite"})
"""What words do that say when, where a person works or what was left, and others that ask or deny nothing."""
OF_DUTIES: Final = frozenset(
    {"duty", "noduty", "acts", "noacts", "area", "isnt", "longer", "changes", "tries", "here", "ended", "as"}
)
"""What words do in a clause that says that a person has a duty no more, or behind a number, and nothing elsewhere."""
_OTHERS: Final = (
    BESIDE
    | OF_DUTIES
    | frozenset(
        {"known", "free", "day", "trade", "tell", "kin", "person", "us", "more", "want", "not", "no", "send", "prefix"}
    )
)
"""What words do that are not looked for behind a typing error or a point."""
_IDLE: Final = (_OTHERS | {"title", "whose", "firm", "other"}) - {"person", "us", "more", "want", "not", "no", "send"}
"""What words do that are not looked for behind a vowel that is left out."""
_OF_CONTACT: Final = frozenset({"noun", "channel", "verb", "done", "list"})
_WITH_PERSON: Final = frozenset({"cease", "alone"})
"""What phrases do in which "him" or "her" may stand behind the first word: keep him out."""
_LONGEST_NAME: Final = 3
_KNOWN: Final = frozenset({"known"})
_INITIALS: Final = frozenset({"initials"})
_COMMON: Final = "common"
_CYRILLIC_TOO: Final = "hr"
_LATIN_TOO: Final = frozenset({"ru", "uk", "bg", "mk", "el"})
_TYPED: Final = "~"
"""What stands before a word of these that is typed in Latin letters, in one spelling for all ways."""
_UNSPACED: Final = {
    "zh": re.compile("[\u4e00-\u9fff]"), "ja": re.compile("[\u3040-\u30ff\u4e00-\u9fff]"),
    "ko": re.compile("[\u1100-\u11ff]"), "th": re.compile("[\u0e00-\u0e7f]"),
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
_WITH_NE: Final = {"verb": "dont", "send": "nosend", "want": "wont", "work": "nowork"}
"""What a word does → what it does with a prefix that denies it: "volat" and "nevolat"."""


@lru_cache(maxsize=256)  # several rules read the same clause
def read_clause(plain: str) -> tuple[Clause, ...]:
    """Return what the plain words of a clause do in each language that knows most of them.

    >>> [[sorted(slots) for slots in clause] for clause in read_clause("nezvedat")], read_clause("xyz")
    ([], ())
    >>> ["not" in slots for slots in read_clause("nicht anrufen")[0]]
    [True, False]
    """
    return (*_read_words(plain.split()), *_read_letters(plain))


def does(plain: str, what: str) -> bool:
    """Return whether a word of a clause does something: ``does("nachfolger von karl berg", "heir")``."""
    return any(slots and what in slots for clause in read_clause(plain) for slots in clause)


def _read_words(words: Sequence[str]) -> Iterator[Clause]:
    """Yield what the words of a clause do in each language that knows most of them."""
    meanings = [_meanings(word) for word in words]
    if len(words) <= _WORDS_OF_SHORT_NOTE and not all(meanings):
        meanings = [each or _with_vowels(word) for word, each in zip(words, meanings, strict=True)]
    known: dict[str, int] = {}
    for each in meanings:
        for language in each:
            known[language] = known.get(language, 0) + (language != _COMMON) * (1 if _COMMON in each else 2)
    most = max(known.values(), default=0)
    for language in (language for language, count in known.items() if count == most):
        clause = [_join(each.get(language), each.get(_COMMON)) for each in meanings]
        yield _with_initials(words, _with_phrases(language, words, clause))


def _join(one: Slots | None, other: Slots | None) -> Slots | None:
    return other if one is None else one if other is None else one | other


def _with_phrases(language: str, words: Sequence[str], clause: Clause) -> Clause:
    """Add what several words do together; what is without meaning takes away what each of its words does."""
    words = [word.rstrip(".") for word in words]
    found, place = [], 0
    while place < len(words):
        length, does = 1, [clause[place]]
        for phrase, meaning in _lexicon().phrases.get(words[place], {}).items():
            at = _join(meaning.get(language), meaning.get(_COMMON))
            if not at:
                continue
            gap = _gap_of(at, clause[place + 1 : place + 1 + _LONGEST_NAME])
            tails = ([words[place], *words[place + 1 + skip :]] for skip in range(gap + 1))
            rest = next((skip for skip, tail in enumerate(tails) if _begins(tail, phrase)), None)
            if rest is not None and len(phrase) + rest > length:
                length = len(phrase) + rest
                says = not at & {"free", "known"}
                own = [(says and each) or _KNOWN for each in clause[place : place + length]]
                does = [at | own[0] if says else at, *own[1:]]
        found += does
        place += length
    return found


def _gap_of(does: Slots | None, behind: Clause) -> int:
    """Return how many words may stand behind the first one of a phrase: a person, or a name ("leave Mr Berg alone")."""
    if does and "leave" in does:
        return len(behind)
    return int(bool(does and does & _WITH_PERSON and behind and behind[0] and "person" in behind[0]))


def _with_initials(words: Sequence[str], clause: Clause) -> Clause:
    """Take short words at the ends of a clause that are not known for the initials of who wrote it."""
    ends = {0, len(clause) - 1}
    if len(words) > 1 and words[-2] in _before_names():
        ends.discard(len(clause) - 1)
    return [
        _INITIALS if slots is None and place in ends and len(words[place].rstrip(".")) <= _LONGEST_INITIALS else slots
        for place, slots in enumerate(clause)
    ]


@cache
def _before_names() -> frozenset[str]:
    return frozenset(plain_words(word) for word in opt_out_words()["things"]["before_names"])


def _begins(words: Sequence[str], phrase: Sequence[str]) -> bool:
    if len(words) < len(phrase):
        return False
    *whole, last = phrase
    ends = words[len(whole)]
    return [*words[: len(whole)]] == whole and (ends.startswith(last[:-1]) if last.endswith("*") else ends == last)


@lru_cache(maxsize=1 << 14)
def _meanings(word: str) -> Meanings:
    """Return what a word does in each language that knows it, also with a prefix of the language."""
    if word.endswith("."):
        return _begin_with(word[:-1])
    lexicon = _lexicon()
    found = _union([word, f"{_TYPED}{as_typed(word)}"] if word.isascii() else [word])
    for prefix, language in lexicon.prefixes:
        rest = word.removeprefix(prefix)
        if rest == word or len(rest) <= _SHORTEST_STEM or found.get(language):
            continue
        slots = _look_up(rest).get(language, frozenset())
        if prefix == "ne":
            slots = frozenset(_WITH_NE[slot] for slot in slots & _WITH_NE.keys())
        if slots:
            found = found | {language: slots}
    return found | {language: slots for language, slots in _heads(word).items() if not found.get(language)} or _nearly(
        word
    )


def _heads(word: str) -> Meanings:
    """Return what the end of a compound does, if it is advertising or a mail: Produktwerbung."""
    places = [at for at in (word.find(head, _SHORTEST_STEM + 1) for head in _HEADS) if at > 0]
    found = _look_up(word[min(places) :]) if places else {}
    return {language: slots for language, slots in found.items() if language in _COMPOUNDING and "noun" in slots}


def _begin_with(beginning: str) -> Meanings:
    """Return what words do that begin so, in languages that do not know the beginning itself.

    Of what is not a way of contact, this is what each of them does: "gönd." is also the beginning of "gönderildi".
    Things are not known by their beginning: "no comm." may be a commission.

    >>> [sorted(_begin_with(word).get("de", [])) for word in ("verstorb", "kontaktier", "nachr")]
    [['dead'], ['done', 'verb'], []]
    """
    words = _acting().every if len(beginning) >= _SHORTEST_BEGINNING else []
    first = bisect_left(words, beginning)
    longer = [words[at] for at in takewhile(lambda at: words[at].startswith(beginning), range(first, len(words)))]
    each = [_look_up(word) for word in longer]
    found = {
        language: slots & _OF_CONTACT | slots.intersection(*(one[language] for one in each if one.get(language)))
        for language, slots in _union(longer).items()
    }
    some = {language: slots & _SHORTENABLE for language, slots in found.items()}
    return {language: slots for language, slots in some.items() if slots} | _meanings(beginning)


def _nearly(word: str) -> Meanings:
    """Return what long words do from which one letter differs, behind the first, or two in another order.

    >>> "noun" in _nearly("newsleter")["common"], _nearly("lewsletter"), _nearly("xyz")
    (True, {}, {})
    """
    if not _SHORTEST_TYPED - 1 <= len(word) <= _LONGEST_TYPED:
        return {}
    near = _acting().near
    return _union({one for each in (word, *_shorter(word)) for one in near.get(each, ()) if _differ_by_one(one, word)})


def _with_vowels(word: str) -> Meanings:
    """Return what words do of which a vowel is left out, or one of two equal letters: dnt, cntact.

    >>> "verb" in _with_vowels("cntact")["en"], "not" in _with_vowels("dnt")["en"], _with_vowels("hal")
    (True, True, {})
    """
    return _union(_acting().clipped.get(word.rstrip("."), ()))


def _drop_letters(word: str) -> set[str]:
    """Return what is left of a word, but for short ones with a vowel, which may be names.

    >>> _drop_letters("call"), _drop_letters("stop"), sorted(_drop_letters("contact"))
    ({'cll'}, {'stp'}, ['cntact', 'contct'])
    """
    places = (at for at in range(1, len(word)) if word[at] in _VOWELS or word[at] == word[at - 1])
    found = {word[:at] + word[at + 1 :] for at in places}
    return {each for each in found if len(each) > _LONGEST_NAMELIKE or not _VOWELS.intersection(each)}


def _shorter(word: str) -> set[str]:
    return {word[:at] + word[at + 1 :] for at in range(len(word))}


def _differ_by_one(one: str, other: str) -> bool:
    """Return whether words that begin alike differ in one letter or in the order of two; without an extra's package.

    >>> [_differ_by_one("mailing", other) for other in ("maling", "mialing", "mailimg", "maigiln", "tailing")]
    [True, True, True, False, False]
    """
    begin = _letters_alike(one, other)
    end = _letters_alike(one[begin:][::-1], other[begin:][::-1])
    ours, theirs = one[begin : len(one) - end], other[begin : len(other) - end]
    return begin > 0 and (max(len(ours), len(theirs)) <= 1 or (len(ours) == _TWO and ours == theirs[::-1]))


def _letters_alike(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(lambda both: both[0] == both[1], zip(one, other, strict=False)))


def _union(words: Iterable[str]) -> Meanings:
    found: Meanings = {}
    for word in words:
        for language, slots in _look_up(word).items():
            found[language] = found.get(language, frozenset()) | slots
    return found


def _look_up(word: str) -> Meanings:
    found: Meanings = dict(_lexicon().words.get(word, {}))
    for end in range(_SHORTEST_STEM, min(len(word), _longest_stem()) + 1):
        for language, slots in _lexicon().stems.get(word[:end], {}).items():
            found[language] = found.get(language, frozenset()) | slots
    return found


@cache
def _longest_stem() -> int:
    return max(map(len, _lexicon().stems))


def _read_letters(plain: str) -> Iterator[Clause]:
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


class _Acting(NamedTuple):
    """Words that do more than to be known.

    Attributes:
        every: All words, in order.
        words: All that do more, in order.
        near: The long ones by what they are with one letter less, or as they are.
        clipped: The others by what they are without one of their vowels, or one of two equal letters.
    """

    every: list[str]
    words: list[str]
    near: dict[str, list[str]]
    clipped: dict[str, list[str]]


@cache
def _acting() -> _Acting:
    meanings = _lexicon().words | _lexicon().stems
    every = sorted(word for word in meanings if not word.startswith(_TYPED))
    acting = [word for word in every if any(does - _OTHERS for does in _look_up(word).values())]
    found = _Acting(every, acting, {}, {})
    for word in found.words:
        if _SHORTEST_TYPED <= len(word) <= _LONGEST_TYPED:
            for each in (word, *_shorter(word)):
                found.near.setdefault(each, []).append(word)
    for word in every:
        if _SHORTEST_WITHOUT < len(word) < _SHORTEST_TYPED and any(does - _IDLE for does in _look_up(word).values()):
            for each in _drop_letters(word):
                found.clipped.setdefault(each, []).append(word)
    return found


def find_statements(plain: str) -> Iterator[tuple[str, int, int]]:
    """Yield the kind, the first word, and the one behind the last, of the statements that a clause has.

    >>> list(find_statements("has left the company in may"))
    [('gone', 1, 4)]
    """
    words = [word.rstrip(".") for word in plain.split()]
    letters = "" if plain.isascii() else re.sub("[年月日]", "", plain.replace(" ", ""))
    if letters and any(pattern.fullmatch(letters) for pattern in _patterns_in_one()):
        yield "gone", 0, len(words)
    yield from ((kind, 0, len(words)) for kind in sorted(_statements().get((letters,), ())))
    for begin, word in enumerate(plain.split()):
        if len(word) > _SHORTEST_STATEMENT and word.endswith("."):
            yield from ((kind, begin, begin + 1) for kind in sorted(_kinds_of_beginning(word[:-1])))
    for begin, word in enumerate(words):
        for end in range(begin + 1, min(begin + _lengths_of_statements().get(word, 0), len(words)) + 1):
            yield from ((kind, begin, end) for kind in sorted(_statements().get((*words[begin:end],), ())))


@cache
def _patterns_in_one() -> list[re.Pattern[str]]:
    """Return the patterns of clauses in scripts without spaces, whose letters are decomposed in plain words."""
    patterns = read_table(__package__, "slots.toml")["clauses"]["in_one"]
    return [re.compile(plain) for pattern in patterns for plain in [_decompose(pattern)]]


def _decompose(text: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFKD", text) if unicodedata.category(each)[0] != "M")


@cache
def _statements() -> dict[tuple[str, ...], set[str]]:
    found: dict[tuple[str, ...], set[str]] = {}
    for kind, texts in read_table(__package__, "slots.toml")["clauses"].items():
        for text in plain_lists(texts) if kind != "in_one" else ():
            found.setdefault((*text.split(),), set()).add(kind)
    for text in plain_lists(",".join(read_table(__package__, "departures.toml")["heads"])):
        found.setdefault((*text.split(),), set()).add("out")  # "unsubscribed after three mails"
    return found


@lru_cache(maxsize=1024)
def _kinds_of_beginning(beginning: str) -> set[str]:
    """Return the kinds of statements of one word that begin so.

    >>> _kinds_of_beginning("pension"), _kinds_of_beginning("gasket")
    ({'gone'}, set())
    """
    return {
        "gone"
        for words, kinds in _statements().items()
        if "gone" in kinds and len(words) == 1 and words[0].startswith(beginning)
    }


@cache
def _lengths_of_statements() -> dict[str, int]:
    """Return the words of the longest statement by the first word."""
    found: dict[str, int] = {}
    for words in _statements():
        found[words[0]] = max(found.get(words[0], 0), len(words))
    return found


@cache
def _lexicon() -> _Lexicon:
    lexicon = _Lexicon({}, {}, {}, [])
    entries = [*_entries()]
    for language, slot, words in [*entries, *_latin_entries(entries)]:
        if slot == "prefix":
            lexicon.prefixes.extend((word, language) for word in words)
            continue
        one = frozenset({slot})
        for word in words:
            if " " in word:
                phrase = tuple(word.split())
                meanings = lexicon.phrases.setdefault(phrase[0], {}).setdefault(phrase, {})
                for part in phrase if slot not in OF_DUTIES else ():  # read only beside a duty
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
        if language not in _UNSPACED and language != "clauses":
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
    when = plain_lists(",".join(departures["when"]))
    yield _COMMON, "known", when
    yield _COMMON, "time", [word for word in when if len(word) > _SHORT]


def _latin_entries(entries: Sequence[tuple[str, str, list[str]]]) -> Iterator[tuple[str, str, list[str]]]:
    """Yield the single words of Cyrillic and Greek entries as people type them in Latin letters.

    One that says it by itself may be a name of another language, such as Umer: it counts beside known words alone.
    """
    for language, slot, words in entries:
        if language in _LATIN_TOO | {_COMMON} and slot != "alone":
            single = (word for word in words if " " not in word and not word.isascii())
            typed = [f"{_TYPED}{each}" for word in single for each in sorted(in_latin(word)) if len(each) > 1]
            yield language, "dies" if slot == "dead" else slot, typed


@cache
def _tokenizer(language: str) -> tuple[re.Pattern[str], dict[str, Slots]]:
    found: Meanings = {}
    for slot, words in read_table(__package__, "slots.toml")[language].items():
        for word in plain_lists(words):
            plain = word.replace(" ", "")
            found[plain] = found.get(plain, frozenset()) | {slot}
    return re.compile("|".join(sorted(found, key=lambda word: (-len(word), word)))), found
