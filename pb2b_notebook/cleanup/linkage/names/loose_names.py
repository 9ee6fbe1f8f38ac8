"""Names that may be one where two small things differ: Philippe Lefèvre and Phil Lefebvre.

Only to ask whether a row is about a person of the same company who opted out: elsewhere such names are of two people.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice, product
from typing import Final

from pb2b_notebook.cleanup.linkage.names.folding import fold
from pb2b_notebook.cleanup.linkage.names.name_words import TWO, Names, Word, names_of, words_of
from pb2b_notebook.cleanup.values.email_checks import is_role
from pb2b_notebook.cleanup.values.given_names import frequent_given_names
from pb2b_notebook.lazy_libraries import pl

_SHORTENED: Final = 3
"""Letters with which a name begins that is shortened: Phil is Philippe."""
_LEAST: Final = 5
_LONG: Final = 9
"""Least letters, or sounds, of which one may differ; and of which two may. Syllables of Korean and Vietnamese names,
such as Hong and Hoang, have fewer."""
_LEAST_HEARD: Final = 4
"""Letters of words that sound the same and differ in a consonant: Kunz and Kuntz."""
_SHORT_FORM: Final = re.compile("[a-z]{2,4}[aeiouy]")
"""A familiar form of a given name in many languages, made of its first syllable: Zoki, Goga, Ximo."""
_BEGINS: Final = str.maketrans("cqsxjyize", "kkkkggggg")
_PREFIXES: Final = ("mac", "mc", "al", "el", "ben", "bin", "ibn")
"""What some write as a part of a family name, and some before it, or not at all."""
_PREFIXES_OF_FAMILIES: Final = (*_PREFIXES, "o")


def are_loosely_one(pairs: pl.DataFrame) -> pl.Series:
    """Return for each pair of names, ``name`` and ``theirs``, whether one may be the other with small differences.

    Each word of the shorter name is one of the other: in any of its forms, by its sound, with a typo, shortened, in a
    familiar form, or as its initial, and one that may be a family name is there in full. Two known given names that are
    not forms of one are of two people, unless they begin alike beside a family name in two spellings: Michael Efremov
    is Mikhail Yefremov. Initials beside two such words need no counterpart. The rule is ours.

    >>> names = ["Phil Lefebvre", "S Featherstone", "K. Thiruvengadam", "Abdul Rahman Yildiz", "Eva Berg"]
    >>> theirs = ["Philippe Lefèvre", "Simon Featherstone", "Thiruvengadam", "Abdurrahman Yıldız", "Anna Berg"]
    >>> are_loosely_one(pl.DataFrame({"name": names, "theirs": theirs})).to_list()
    [True, True, True, True, False]
    """
    words = _words_of([*pairs["name"], *pairs["theirs"]])
    begins = {name: [_begins_of(word) for word in each] for name, each in words.items()}
    both = [*zip(pairs["name"], pairs["theirs"], strict=True)]
    # Most colleagues have names that begin with other letters, and need no closer look.
    near = [
        one in begins
        and two in begins
        and _begin_alike(begins[one], begins[two])
        and not _are_syllables(*words[one], *words[two])
        for one, two in both
    ]
    asked = {name for names, is_near in zip(both, near, strict=True) if is_near for name in names}
    whole = {name: {name, *_with_joined_words(words[name])} for name in asked}
    read = _words_of(text for texts in whole.values() for text in texts) if whole else {}
    return pl.Series(
        [
            is_near
            and any(
                _are_one(read.get(a, []), read.get(b, []), joined=(a, b) != (one, two))
                for a, b in product(whole[one], whole[two])
            )
            for (one, two), is_near in zip(both, near, strict=True)
        ],
        dtype=pl.Boolean,
    )


def families_of(pairs: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs of names, ``name`` and ``theirs``, that may have one family name, with its place in each.

    Given names in two languages have nothing in common: Wing Yee Chow is Winnie Chow, and Chukwuemeka Emeka.

    >>> names = {"name": ["Ada Chow", "Jan Kowal"], "theirs": ["Wing Yee Chow", "Jan Kowalski"]}
    >>> families_of(pl.DataFrame(names)).rows()
    [('Ada Chow', 'Wing Yee Chow', 1, 2)]
    """
    words = _words_of([*pairs["name"], *pairs["theirs"]])
    asked = {name: [(word, each.index(word)) for word in _families(each)] for name, each in words.items()}
    found: list[tuple[str, str, int, int]] = []
    for one, two in pairs.select("name", "theirs").iter_rows():
        families = product(asked.get(one, []), asked.get(two, []))
        same = ((one, two, i, k) for (ours, i), (theirs, k) in families if _are_one_family(ours, theirs))
        found += islice(same, 1)
    kinds = {"name": pl.String, "theirs": pl.String, "family": pl.Int64, "their_family": pl.Int64}
    return pl.DataFrame(found, kinds, orient="row")


def spelled_given(people: pl.DataFrame) -> pl.Series:
    """Return ``given``: what the local part of each address spells of the given names, with + beside the family name.

    Args:
        people: ``name``, the place of the ``family`` name in it, and ``local``.

    >>> people = {"name": ["Ada Chow"] * 3, "family": [1] * 3, "local": ["ada", "ada.chow", "jk"]}
    >>> spelled_given(pl.DataFrame(people)).to_list()
    ['ada', '+ada', '']
    >>> lea = {"name": ["Lea van der Berg"] * 2, "family": [1] * 2, "local": ["lea.vanderberg", "lea.berg"]}
    >>> spelled_given(pl.DataFrame(lea)).to_list()
    ['+lea', '+lea']
    """
    words = _words_of(people["name"])
    rows = people.select("name", "family", fold(pl.col("local"))).iter_rows()
    given = [_spelled_given(local, words[name], words[name][family]) for name, family, local in rows]
    return pl.Series("given", given, dtype=pl.String)


def _families(words: list[Word]) -> list[Word]:
    """Return the words of a name that may be its family name; of three syllables or more the first and the last."""
    short = len(words) > TWO and all(len(word.letters) <= _LEAST for word in words)
    asked = [words[0], words[-1]] if short else words
    return [
        word
        for word in asked
        if not word.is_initial and (short or word is words[-1] or word.letters not in frequent_given_names())
    ]


def _are_one_family(one: Word, two: Word) -> bool:
    """Whether two family names are one in two spellings; one that begins the other is another one."""
    if one.letters == two.letters or one.sounds_like(two) or _are_one_mac(one, two):
        return True
    shorter, longer = sorted((_without_prefix(word.letters) for word in (one, two)), key=len)
    if longer.startswith(shorter):
        return shorter == longer and len(shorter) >= _LEAST
    return len(shorter) > _LEAST + 1 and _differ_little(shorter, longer)


def _without_prefix(letters: str) -> str:
    """Return a family name without a prefix, such as Mac and O'.

    >>> [_without_prefix(letters) for letters in ("macleod", "obrien", "bergmann")]
    ['leod', 'brien', 'bergmann']
    """
    if not letters.startswith(_PREFIXES_OF_FAMILIES):  # nearly all names
        return letters
    return next(letters.removeprefix(prefix) for prefix in _PREFIXES_OF_FAMILIES if letters.startswith(prefix))


def _are_one_mac(one: Word, two: Word) -> bool:
    """Whether two names with Mac have the same consonants: MacLeod is McCloud."""
    heard = _consonants_of_mac(one.letters)
    return len(heard) >= _LEAST_HEARD and heard == _consonants_of_mac(two.letters)


def _consonants_of_mac(letters: str) -> str:
    """Return the consonants of a name with Mac, as they sound; "" for any other name.

    >>> _consonants_of_mac("macleod"), _consonants_of_mac("mccloud"), _consonants_of_mac("macek")
    ('mkld', 'mkld', 'mkk')
    """
    if not letters.startswith(("mac", "mc")):
        return ""
    return re.sub("^mkk(?=.)", "mk", re.sub("[aeiouyh]", "", letters.replace("c", "k")))


def _spelled_given(local: str | None, words: list[Word], family: Word) -> str:
    """Return what the local part of an address spells of the given names, with + where the family name is beside it.

    Of a name whose family name is first, as Zhao Lu, an address that spells no more says little: Lucy Zhao writes both.
    """
    letters = re.sub("[^a-z]", "", local or "")
    spellings = sorted({*family.joined, family.letters}, key=lambda each: (-len(each), each))
    rest = next((letters.replace(each, "", 1) for each in spellings if each in letters), letters)
    given = [word.letters for word in words if word is not family]
    if len(given) == 1 and is_role(local or ""):  # the mailbox of the firm: the name itself says who it is
        rest = letters = given[0]
    spells = rest != "" and any(each.startswith(rest) for each in (*given, "".join(given)))
    beside = rest != letters
    return ("+" if beside else "") + rest if spells and (beside or family is not words[0]) else ""


def are_spelled_apart(pairs: pl.DataFrame) -> pl.Series:
    """Return for each pair of people of one family whether their addresses spell two given names, each its own.

    They do beside the family name, or with a frequent given name alone. Where one address has the family name and the
    other one has not, as of vasilios.pappas@ and bill@, no table of short forms shows that they are two people.

    Args:
        pairs: ``given`` and ``their_given``, as of :func:`spelled_given`.

    >>> pairs = {"given": ["ada", "+ada", "bill"], "their_given": ["+wingyee", "+wingyee", "+vasilios"]}
    >>> are_spelled_apart(pl.DataFrame(pairs)).to_list()
    [False, True, False]
    """
    both = pairs.select("given", "their_given").iter_rows()
    return pl.Series([_are_spelled_apart(one, two) for one, two in both], dtype=pl.Boolean)


def _are_spelled_apart(one: str, two: str) -> bool:
    ours, theirs = one.removeprefix("+"), two.removeprefix("+")
    if not (ours and theirs) or ours == theirs:
        return False
    beside = [each.startswith("+") for each in (one, two)]
    if all(beside):
        return min(len(ours), len(theirs)) > TWO or not (ours.startswith(theirs) or theirs.startswith(ours))
    return not any(beside) and {ours, theirs} <= frequent_given_names()


def give_frequent_names(pairs: pl.DataFrame) -> pl.Series:
    """Return for each pair of people of one family whether two frequent given names are spelled: Anna and Peter.

    Args:
        pairs: ``given`` and ``their_given``, as of :func:`spelled_given`.
    """
    both = pairs.select("given", "their_given").iter_rows()
    return pl.Series(
        [{each.removeprefix("+") for each in names} <= frequent_given_names() for names in both], dtype=pl.Boolean
    )


def have_one_given_name(pairs: pl.DataFrame) -> pl.Series:
    """Return for each pair of names, ``name`` and ``theirs``, whether the first word is one given name, in any form.

    >>> pairs = {"name": ["Claire Roy", "Bob Hale", "C. Roy"], "theirs": ["Claire Durand", "Robert Gil", "C. Gil"]}
    >>> have_one_given_name(pl.DataFrame(pairs)).to_list()
    [True, True, False]
    """
    words = _words_of([*pairs["name"], *pairs["theirs"]])
    both = ([words.get(name, [])[:1] for name in names] for names in pairs.select("name", "theirs").iter_rows())
    return pl.Series([_are_one_given_name(*one, *two) for one, two in both], dtype=pl.Boolean)


def _are_one_given_name(*given: Word) -> bool:
    if len(given) < TWO or any(word.is_initial for word in given):
        return False
    one, two = given
    return one.letters == two.letters or bool(one.formals & two.formals)


def spell_family_name(pairs: pl.DataFrame) -> pl.Series:
    """Return for each pair whether the address of the one spells the family name of the other, and not its own.

    Args:
        pairs: ``name`` and ``theirs``, and the local parts of their addresses, ``local`` and ``their_local``.

    >>> pairs = {"name": ["Claire Martin"] * 2, "theirs": ["Claire Durand"] * 2, "local": ["cdurand", "cmartin"]}
    >>> spell_family_name(pl.DataFrame(pairs).with_columns(their_local=pl.lit("claire"))).to_list()
    [True, False]
    """
    words = _words_of([*pairs["name"], *pairs["theirs"]])

    def spells(local: str | None, own: str, other: str) -> bool:
        letters = re.sub("[^a-z]", "", (local or "").lower())
        mine, theirs = (words[name][-1].letters if words.get(name) else "" for name in (own, other))
        return len(theirs) >= _LEAST_HEARD and theirs in letters and not (mine and mine in letters)

    columns = pairs.select("name", "theirs", "local", "their_local").iter_rows()
    return pl.Series(
        [spells(ours, one, two) or spells(theirs, two, one) for one, two, ours, theirs in columns], dtype=pl.Boolean
    )


def _are_syllables(*words: Word) -> bool:
    """Whether two names are of short words, three or more in one, as Korean and Vietnamese ones: there each one counts.

    Most people of a company have some of them in common.
    """
    return len(words) > 2 * TWO and all(1 < len(word.letters) <= _LEAST for word in words)


def _begins_of(word: Word) -> set[str | int]:
    """Return the first letters of a word, one for those of the same sound in some language; and whose form it is."""
    return {*word.formals, *(each[0].translate(_BEGINS) for each in (*_spellings(word, heard=True), *word.joined))}


def _begin_alike(one: list[set[str | int]], two: list[set[str | int]]) -> bool:
    """Whether the words of the shorter of two names begin as words of the other; of three or more, all but one."""
    short, long = sorted((one, two), key=len)
    letters = set[str | int]().union(*long)
    return sum(letters.isdisjoint(begins) for begins in short) <= (len(short) > TWO)


def _words_of(names: Iterable[str]) -> Names:
    return names_of(words_of(pl.DataFrame({"full_name": pl.Series([*names], dtype=pl.String)})), least=1)


def _with_joined_words(words: list[Word]) -> list[str]:
    """Return a name with each two of its words as one: Abdul Rahman is Abdurrahman."""
    letters = [word.letters for word in words]
    return [
        " ".join((*letters[:place], letters[place] + letters[place + 1], *letters[place + 2 :]))
        for place in range(len(words) - 1)
        if len(words) > TWO and not (words[place].is_initial or words[place + 1].is_initial)
    ]


def _are_one(words: list[Word], others: list[Word], *, joined: bool) -> bool:
    """Whether each word of the shorter name is one of the other, but for initials beside words that are."""
    short, long = sorted((words, others), key=len)
    left, whole = [*long], list[tuple[Word, Word]]()
    for word in sorted(short, key=lambda word: word.is_initial):
        found = min(
            (each for each in left if _fit(word, each, joined=joined)),
            key=lambda each: _distance(word, each),
            default=None,
        )
        if found is None and (not word.is_initial or len(whole) < TWO or any(each.is_initial for each in left)):
            return False
        if found is not None:
            left.remove(found)
            whole += [(word, found)] if not (word.is_initial or found.is_initial) else []
    if len(short) == 1:
        long_enough = any(one.letters == two.letters and len(one.letters) >= _LEAST for one, two in whole)
        return long_enough and all(word.is_initial for word in left)
    rest = [both for both in whole if not _are_two_given_names(*both)]
    respelled = any(one.letters != two.letters and one.keys & two.keys for one, two in rest)
    of_one_person = respelled or rest == whole
    return of_one_person and any(one.is_family or two.is_family for one, two in whole)


def _is_short(word: Word) -> bool:
    """Whether a word may be an initial of another script, such as Ю, or a syllable, such as Jae."""
    return word.is_initial and len(word.letters) > 1


def _is_short_form(word: Word, name: Word) -> bool:
    """Whether a word that is not a frequent given name may be a familiar form of one: Zoki is Zoran."""
    alike = word.letters[:2] == name.letters[:2] and _SHORT_FORM.fullmatch(word.letters) is not None
    return alike and word.letters not in frequent_given_names() and name.letters in frequent_given_names()


def _are_two_given_names(one: Word, two: Word) -> bool:
    """Whether two words are known given names and not forms of one, such as Karl and Klaus."""
    return one.is_given and two.is_given and not one.may_be(two)


def _distance(word: Word, other: Word) -> int:
    """Return how far two words that fit are apart."""
    return 0 if word.letters == other.letters else 1 if word.may_be(other) else 2


def _fit(one: Word, two: Word, *, joined: bool) -> bool:
    """Whether two words may be one name with a small difference; beside joined words only long ones have any."""
    if one.may_be(two):
        return one.letters == two.letters or not (_is_short(one) or _is_short(two))
    shorter, longer = sorted((one.letters, two.letters), key=len)
    if one.is_initial or two.is_initial or len(shorter) < (_LONG if joined else _SHORTENED):
        return False
    if _are_two_given_names(one, two):
        return one.initial == two.initial
    if not joined and (longer.startswith(shorter) or _is_short_form(one, two) or _is_short_form(two, one)):
        return True
    heard_alike = one.keys & two.keys and one.consonants != two.consonants
    if (len(shorter) >= _LEAST_HEARD and heard_alike) or _are_one_mac(one, two):
        return True
    heard = len(shorter) > _LEAST
    return any(_differ_little(a, b) for a, b in product(_spellings(one, heard=heard), _spellings(two, heard=heard)))


def _spellings(word: Word, *, heard: bool) -> set[str]:
    """Return the letters of a word, also without a prefix or the ending of Baltic names; if asked, how it sounds."""
    bare = next((word.letters.removeprefix(p) for p in _PREFIXES if word.letters.startswith(p)), "")
    endless = word.letters.removesuffix("s")
    return {word.letters, *(each for each in (bare, endless) if len(each) >= _LEAST), *(word.keys if heard else ())}


def _differ_little(one: str, two: str) -> bool:
    from rapidfuzz.distance import OSA

    shorter = min(len(one), len(two))
    allowed = 2 if shorter >= _LONG else 1 if shorter >= _LEAST else 0
    return OSA.distance(one, two, score_cutoff=allowed) <= allowed
