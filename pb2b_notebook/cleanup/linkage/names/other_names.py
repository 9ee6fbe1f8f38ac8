"""Names of one person in other words: Лаврентьев is Lawrentjew, and Willy de Graaf is Wilhelmina Oosterhuis-de Graaf.

Only to ask a person: two spellings may also be two names, such as Fischer and Visser, and two people may share two
names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, partial
from itertools import combinations
from typing import Final, NamedTuple

from pb2b_notebook.cleanup.linkage.names.folding import LONGEST, fold, map_distinct
from pb2b_notebook.cleanup.linkage.names.romanization import romanize
from pb2b_notebook.cleanup.values.given_names import frequent_given_names, given_names, nicknames
from pb2b_notebook.cleanup.values.name_case import is_particle
from pb2b_notebook.lazy import lazy_pattern
from pb2b_notebook.lazy_libraries import pl

_PARTS: Final = ("first_name", "last_name")
_SIBILANTS: Final = "(?:^h|s?tch|[kpst]?s+c?h|[cks]?ch|[ckz]h|[cst]z|s[cj]|t?s[jz]?|[cxz])+"
"""The letters in which languages write ж, з, с, х, ц, ч, ш and щ: what is j in French is not among them."""
_REPEATED: Final = lazy_pattern(r"([bcdfgklmnoprstuvz])\1+")
"""One letter several times. Expressions of polars cannot refer to it, and would need a pattern for each letter."""
_REPEATED_SOUND: Final = lazy_pattern(r"([aebdgklmnprtv])\1+")
_INITIALS: Final = frozenset({"yu", "ya", "ju", "ja", "ye", "zh", "kh", "ch", "sh", "ts"})
"""Initials of other scripts in Latin letters."""
_KEYS: Final = ("soft", "hard")
_SHORT_FORM: Final = r"\b(\p{L})\p{L}{0,2}\."
"""An initial of up to three letters: Dm. is Dmitri."""
_LEAST_LETTERS: Final = 5
_LEAST_OF_GIVEN: Final = 4
"""Letters of a family name, and of a given name, that may be in the spelling of another language."""
_LAST_DIGITS: Final = 8
"""Digits of a phone that are the same with and without the codes of a country and an area."""
MOST_NAMES: Final = 200
"""Names with one family name at one company or phone; of more, each two would be compared."""
_TWO: Final = 2
_MOST_WORDS: Final = 8
"""Words of a name; more are a note, and each two of them would be looked up."""


class _Word(NamedTuple):
    """A folded word of a name.

    Attributes:
        letters: The word.
        is_given: Whether it is a known given name, or a form of one.
        is_family: Whether it may be a family name: it is not a given name, or not the first word: Claire Martin.
        joined: The word with the particles before it: elamrani for El Amrani.
        formals: Given names that it is, or is a form of.
        keys: How it sounds in any of several languages; empty for short words.
        consonants: Its consonants.
        plain: Its letters, with one for those that sound the same in a language: Meyer and Maier; "" for short words.
    """

    letters: str
    is_given: bool
    is_family: bool
    joined: frozenset[str]
    formals: frozenset[int]
    keys: frozenset[str]
    consonants: str
    plain: str

    @property
    def initial(self) -> str:
        """Its first letter: Ю and J are one."""
        return "y" if self.letters[0] == "j" else self.letters[0]

    @property
    def is_initial(self) -> bool:
        """Whether it is an initial, also of another script."""
        return len(self.letters) == 1 or self.letters in _INITIALS

    def may_be(self, other: _Word) -> bool:
        """Whether two words may be one name."""
        return self.letters == other.letters or self.is_related(other) or self.sounds_like(other)

    def is_related(self, other: _Word) -> bool:
        """Whether both are forms of one given name, or one is the initial of the other."""
        either = self.is_initial or other.is_initial
        return bool(self.formals & other.formals) or (either and self.initial == other.initial)

    def sounds_like(self, other: _Word) -> bool:
        """Whether they are one name in two spellings. Where only vowels differ they are two: Müller and Miller."""
        if (self.plain and self.plain == other.plain) or self.letters in other.joined or other.letters in self.joined:
            return True
        least = _LEAST_OF_GIVEN if self.is_given or other.is_given else _LEAST_LETTERS
        long = min(len(self.letters), len(other.letters)) >= least
        return long and bool(self.keys & other.keys) and self.consonants != other.consonants

    def signs(self, *, known: bool) -> Iterator[str]:
        """Yield what a word of a row and one of a ``known`` person have in common that may be one."""
        if self.is_initial or not known:
            yield f"{self.initial}."
        if self.is_initial or known:
            yield f"{self.initial}…"
        yield self.letters
        yield from (f"={formal}" for formal in self.formals)
        yield from (f"~{key}" for key in self.keys)
        yield from self.family_signs()

    def family_signs(self) -> Iterator[str]:
        """Yield what words that may be family names have in common that may be one."""
        if self.is_family and not self.is_initial:
            yield from (f"'{letters}" for letters in (self.letters, *self.joined))
            yield from (f"~{key}" for key in self.keys if len(self.letters) >= _LEAST_LETTERS)
            yield from [f"≈{self.plain}"] * bool(self.plain)


_Names = dict[str, list[_Word]]
"""The words of names."""


def read_as(contents: pl.DataFrame, words: pl.DataFrame, words_of_people: pl.DataFrame) -> pl.DataFrame:
    """Return the rows whose name may be that of one of some people in other words, with that name.

    Each word of the shorter name is one of the longer name: a family name as it is or in another spelling, a given name
    in any of its forms, or its initial. A part of a name has at least two words. The rule is ours: consonants that are
    written for the same sound in the romanizations of Slavic, Greek and Arabic names are one, and so are e, i, y and j,
    and a, o and u.

    Args:
        contents: Rows with ``full_name``, or ``first_name`` and ``last_name``, as text.
        words: Words of their names: :func:`words_of`.
        words_of_people: Words of the names of the people.

    >>> people = pl.DataFrame({"full_name": ["Дмитрий Лаврентьев", "Inma Bermúdez de Castro Ruiz", "Ada Miller"]})
    >>> rows = pl.DataFrame({"full_name": ["Dmitri Lawrentjew", "Inmaculada Bermúdez", "Ada Müller", "Ada Lawrentjew"]})
    >>> read_as(rows, words_of(rows), words_of(people))["full_name"].to_list()
    ['Дмитрий Лаврентьев', 'Inma Bermúdez de Castro Ruiz']
    """
    ours = _names_of(_with_related_family_names(words, words_of_people))
    if not ours:
        return contents.clear()
    theirs = _names_of(words_of_people)
    found = {*_shorter_in(ours, theirs), *((name, other) for other, name in _shorter_in(theirs, ours))}
    pairs = [(name, other) for name, other in sorted(found) if _may_be_one(name, ours[name], other, theirs[other])]
    read = pl.DataFrame(pairs, schema={"name": pl.String, "theirs": pl.String}, orient="row")
    rows = contents.with_columns(name=whole_names(contents)).join(read, on="name", maintain_order="left_right")
    return _read(rows, contents.columns)


def shares_family_name(contents: pl.DataFrame, words: pl.DataFrame, words_of_people: pl.DataFrame) -> pl.Series:
    """Return for each row whether a word of its name that may be a family name is in the name of one of some people.

    Args:
        contents: Rows with ``full_name``, or ``first_name`` and ``last_name``, as text.
        words: Words of their names: :func:`words_of`.
        words_of_people: Words of the names of the people.

    >>> rows = pl.DataFrame({"full_name": ["Ada Berg", "Ada Kurz", None]})
    >>> shares_family_name(rows, words_of(rows), words_of(pl.DataFrame({"last_name": ["BERG"]}))).to_list()
    [True, False, False]
    """
    theirs = words_of_people["letters"].unique()
    names = words.filter(pl.col("is_family") & pl.col("letters").is_in(theirs.implode()))["name"].unique()
    name = contents.select(whole_names(contents)).to_series()
    return name.is_in(names.implode()).fill_null(value=False)


def read_by_phone(contents: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that have the phone of one of some people, and perhaps a short form of that name, with that name.

    See :func:`may_be_short_forms`. The last digits of the phones are compared: whoever asks compares the rest.

    Args:
        contents: Rows with ``phone``, and ``full_name``, or ``first_name`` and ``last_name``, as text.
        people: People, with such columns.

    >>> people = pl.DataFrame({"full_name": ["Carlos Eduardo Lima"], "phone": ["+55 21 97777-8888"]})
    >>> rows = pl.DataFrame({"full_name": ["Cadu Lima", "Eva Lima"], "phone": ["(21) 97777 8888"] * 2})
    >>> read_by_phone(rows, people)["full_name"].to_list()
    ['Carlos Eduardo Lima']
    """
    if "phone" not in contents.columns or "phone" not in people.columns:
        return contents.clear()
    end = pl.col("phone").str.replace_all(r"[^0-9]", "").str.slice(-_LAST_DIGITS)
    ours, theirs = (
        table.select(name=whole_names(table), end=end).filter(pl.col("end").str.len_chars() == _LAST_DIGITS).unique()
        for table in (contents, people)
    )
    both = ours.join(theirs, on="end", how="semi"), theirs.join(ours, on="end", how="semi")
    if both[0].is_empty():
        return contents.clear()
    bucket = ["end", "sign"]
    named, known = (
        table.join(family_signs(table.select(full_name="name")), on="name").filter(
            pl.col("name").n_unique().over(bucket) <= MOST_NAMES
        )
        for table in both
    )
    pairs = named.join(known, on=bucket).select("end", "name", theirs="name_right").unique(maintain_order=True)
    pairs = pairs.filter(may_be_short_forms(pairs))
    rows = contents.with_columns(name=whole_names(contents), end=end)
    return _read(rows.join(pairs, on=["name", "end"], maintain_order="left_right"), contents.columns)


def may_be_short_forms(pairs: pl.DataFrame) -> pl.Series:
    """Return for each pair of names, ``name`` and ``theirs``, whether one may be the other with a short form.

    The first word of one is not a frequent given name, and its other words, with a family name, are in the other one.

    >>> pairs = pl.DataFrame({"name": ["Cadu Roca", "Eva Roca"], "theirs": ["Carlos Roca Díaz", "Max Roca"]})
    >>> may_be_short_forms(pairs).to_list()
    [True, False]
    """
    words = _words_of_pairs(pairs)
    both = [(words.get(name), words.get(other)) for name, other in pairs.select("name", "theirs").iter_rows()]
    found = [bool(one and two and (_is_short(one, two) or _is_short(two, one))) for one, two in both]
    return pl.Series(found, dtype=pl.Boolean)


def _read(rows: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Return the columns of rows with ``theirs`` as their names."""
    whole = {"full_name": pl.col("theirs"), **dict.fromkeys(_PARTS, pl.lit(None, pl.String))}
    if "full_name" not in columns:
        parts = pl.col("theirs").str.splitn(" ", 2)
        whole = dict(zip(_PARTS, (parts.struct.field("field_0"), parts.struct.field("field_1")), strict=True))
    return rows.with_columns(**{name: text for name, text in whole.items() if name in columns}).select(columns)


def _is_short(words: list[_Word], others: list[_Word]) -> bool:
    """Whether the first word of a name is not a frequent one, and its other words are those of another name."""
    first, *rest = words
    if first.letters in frequent_given_names() or first.is_initial or any(first.may_be(each) for each in others[1:]):
        return False
    same = [next((each for each in others[1:] if word.may_be(each)), None) for word in rest]
    return None not in same and any(not word.is_initial for word in rest)


def _words_of_pairs(pairs: pl.DataFrame) -> _Names:
    return _names_of(words_of(pl.concat([pairs.select(full_name="name"), pairs.select(full_name="theirs")])))


def family_signs(people: pl.DataFrame) -> pl.DataFrame:
    """Return what distinct names have that other names of the same person have, too: ``name`` and ``sign``.

    These are the words of the name that may be family names, and how they sound in any of several languages.

    Args:
        people: People with ``full_name``, or ``first_name`` and ``last_name``, as text.

    >>> family_signs(pl.DataFrame({"full_name": ["Anna Tolstoi-Berg"]}))["sign"].to_list()
    ['tolstoi', 'berg', '~talstae', '≈tolstoi', '≈berg']
    """
    words = words_of(people).filter(pl.col("is_family") & (pl.col("letters").str.len_chars() > 1))
    is_long = pl.col("letters").str.len_chars() >= _LEAST_LETTERS
    long = words.filter(is_long & (pl.col("consonants") != "") & (pl.col("soft") != ""))
    sounds = [long.select("name", sign=pl.format("~{}", key)) for key in _KEYS]
    sounds.append(words.filter(pl.col("plain") != "").select("name", sign=pl.format("≈{}", "plain")))
    joined = words.select("name", sign="joined").explode("sign").drop_nulls()
    return pl.concat([words.select("name", sign="letters"), joined, *sounds]).unique(maintain_order=True)


def are_in_other_words(pairs: pl.DataFrame) -> pl.Series:
    """Return for each pair of names, ``name`` and ``theirs``, whether one may be the other in other words.

    See :func:`read_as` for the rule.

    >>> pairs = pl.DataFrame({"name": ["Inma Roca", "Inma Roca"], "theirs": ["Inmaculada Roca Díaz", "Eva Roca Díaz"]})
    >>> are_in_other_words(pairs).to_list()
    [True, False]
    """
    words = _words_of_pairs(pairs)
    both = [(words.get(name), words.get(other)) for name, other in pairs.select("name", "theirs").iter_rows()]
    named = zip(pairs["name"], pairs["theirs"], both, strict=True)
    return pl.Series(
        [bool(one and two and _may_be_one(name, one, other, two)) for name, other, (one, two) in named],
        dtype=pl.Boolean,
    )


def whole_names(table: pl.DataFrame) -> pl.Expr:
    """Return the name of each row: ``full_name``, or else its parts in one; null without a name."""
    parts = [pl.col(name) for name in _PARTS if name in table.columns]
    both = pl.concat_str(*parts, separator=" ", ignore_nulls=True) if parts else pl.lit(None, pl.String)
    return pl.coalesce("full_name", both) if "full_name" in table.columns else both


def _may_be_one(name: str, words: list[_Word], other: str, others: list[_Word]) -> bool:
    """Whether two names may be of one person in words that a comparison would not take for one name."""
    short, long = sorted((words, others), key=len)
    left, pairs = [*long], list[tuple[_Word, _Word]]()
    for word in short:
        found = next((each for each in left if each.letters == word.letters), None)
        found = found or next((each for each in left if word.may_be(each)), None)
        if found is None:
            return False
        left.remove(found)
        pairs.append((word, found))
    whole = [(one, two) for one, two in pairs if not (one.is_initial or two.is_initial)]
    if not any(one.is_family or two.is_family for one, two in whole):
        return False
    respelled = any(one.letters != two.letters and one.sounds_like(two) for one, two in whole)
    joined = ("-" in name) != ("-" in other)
    initials = len(whole) < len(pairs)
    if left and initials and all(word.is_given for word in left):
        return True  # J. Robert Smith may be James
    return ((left or initials) and len(whole) >= _TWO) or (not left and (respelled or joined))


def _shorter_in(names: _Names, others: _Names) -> Iterator[tuple[str, str]]:
    """Yield names, each with those of the others that are as long or longer and have two of its words.

    Of the words of a name that two others have, the two that the fewest have are looked up: all of them must be there.
    """
    by_signs = defaultdict[tuple[str, str], set[str]](set)
    for other, words in others.items():
        for signs in _signs_of(words, known=True):
            by_signs[signs].add(other)
    for name, words in names.items():
        signs_of_pairs = (_signs_of(pair, known=False) for pair in combinations(words, _TWO))
        found = (set[str]().union(*(by_signs[each] for each in signs if each in by_signs)) for signs in signs_of_pairs)
        yield from (
            (name, other) for other in min(filter(None, found), key=len, default=()) if len(others[other]) >= len(words)
        )


def _signs_of(words: Iterable[_Word], *, known: bool) -> set[tuple[str, str]]:
    """Return what each two words of a name, of which one is not a given name, have in common with words like these."""
    return {
        (family, sign)
        for one in words
        for family in one.family_signs()
        for two in words
        if two is not one
        for sign in two.signs(known=known)
    }


def _with_related_family_names(words: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """Return the words of names that share a family name with others, and are more than two words or spelled otherwise.

    Few names of a list are such ones, and only they are looked at one by one.
    """
    long = (pl.col("letters").str.len_chars() >= _LEAST_LETTERS) & (pl.col("soft") != "")
    ours, theirs = words.filter("is_family"), others.filter("is_family")
    more = pl.concat([theirs.filter("is_more")["letters"], theirs["joined"].explode().drop_nulls()]).unique()
    shared = pl.col("letters").is_in(more.implode())
    shared |= pl.col("joined").list.eval(pl.element().is_in(theirs["letters"].unique().implode())).list.any()
    shared |= pl.col("is_more") & pl.col("letters").is_in(theirs["letters"].unique().implode())
    found = [ours.filter(shared).select("name")]
    keys = pl.concat([theirs.filter(long).select("consonants", key=key) for key in _KEYS]).unique()
    for key in _KEYS:
        spelled = ours.filter(long).join(keys, left_on=key, right_on="key", suffix="_theirs")
        found.append(spelled.filter(pl.col("consonants") != pl.col("consonants_theirs")).select("name"))
    plain = ours.filter(pl.col("plain") != "").join(theirs.select("plain", other="letters").unique(), on="plain")
    found.append(plain.filter(pl.col("letters") != pl.col("other")).select("name"))
    return words.join(pl.concat(found).unique(), on="name", how="semi", maintain_order="left")


def _names_of(words: pl.DataFrame) -> _Names:
    """Return the words of each name, from a result of :func:`words_of`."""
    names, formals = defaultdict[str, list[_Word]](list), nicknames()
    for name, letters, joined, is_family, soft, hard, consonants, plain in words.drop("is_more").iter_rows():
        is_given = letters in given_names() or letters in formals
        keys = frozenset({soft, hard} - {""}) if consonants else frozenset[str]()
        forms = frozenset(formals.get(letters, ()))
        names[name].append(_Word(letters, is_given, is_family, frozenset(joined), forms, keys, consonants, plain))
    return {name: each for name, each in names.items() if _TWO <= len(each) <= _MOST_WORDS}


def words_of(table: pl.DataFrame) -> pl.DataFrame:
    """Return the words of distinct names, without particles.

    Columns: ``name``, ``letters``, ``joined`` (lists: with the particles before it), whether it ``is_family``, the
    keys ``soft`` and ``hard`` (by a c as in čapek, and as in Economou), ``consonants``, ``plain``, and whether the name
    ``is_more`` than two words.
    """
    names = table.select(name=whole_names(table)).drop_nulls().unique(maintain_order=True)
    names = names.filter(pl.col("name").str.len_chars() <= LONGEST)
    letters = fold(pl.col("name").str.replace_all(_SHORT_FORM, "$1 ")).str.split(" ")
    words = names.select("name", letters=letters).explode("letters")
    words = words.filter(pl.col("letters").fill_null("") != "").unique(maintain_order=True)
    distinct = words["letters"].unique()
    particle = pl.col("letters").is_in([word for word in distinct if is_particle(word)])
    one, two = (pl.when(particle).then("letters").shift(by).over("name") for by in (1, 2))
    joined = pl.concat_list(one + pl.col("letters"), two + one + pl.col("letters")).list.drop_nulls()
    words = words.with_columns(joined=joined).filter(~particle)
    is_first = pl.int_range(pl.len()).over("name") == 0
    is_given = pl.col("letters").is_in([word for word in distinct if word in given_names()])
    words = words.with_columns(is_family=~is_given | ~is_first)
    is_more = (pl.len().over("name") != _TWO) | pl.col("name").str.contains("-", literal=True)
    return words.with_columns(map_distinct(words["letters"], *_stages())).with_columns(is_more=is_more)


@cache
def _stages() -> tuple[dict[str, pl.Expr], ...]:
    value, latin = pl.col("value"), pl.col("latin")
    is_spoken = (latin.str.len_chars() >= _LEAST_OF_GIVEN) & ~value.str.contains("[0-9]")  # Lead7 is not Lead8
    keys = {"soft": latin, "hard": latin.str.replace_all("c([aoulrt])", "k$1")}
    long = {name: pl.when(is_spoken).then(_sounds(key)).otherwise(pl.lit("")) for name, key in keys.items()}
    return (
        {"value": value, "latin": value.map_batches(romanize, return_dtype=pl.String)},
        {
            **long,
            "consonants": value.str.replace_all("[aeiou]", ""),
            "plain": pl.when(is_spoken).then(_plain(value)).otherwise(pl.lit("")),
        },
    )


def _plain(letters: pl.Expr) -> pl.Expr:
    """Return words with one letter for those that sound the same: Levy is Levi, and Meyer and Meier are Maier."""
    plain = letters.str.replace_all("[yj]", "i").str.replace_all("[ae]i+", "ei").str.replace_all("ie", "i")
    plain = plain.str.replace_all("th|dt", "t").str.replace_all("ph", "f").str.replace_all("ck", "k")
    return plain.map_elements(partial(_REPEATED.sub, r"\1"), return_dtype=pl.String)


def _sounds(latin: pl.Expr) -> pl.Expr:
    sounds = latin.str.replace_all("ph|w|bh", "v").str.replace_all("ff?", "v").str.replace_all("ck|q", "k")
    sounds = sounds.str.replace_all("^[oa]i", "e")  # Οικονόμου is Economou
    sounds = sounds.str.replace_all(_SIBILANTS, "s").str.replace_all("h", "", literal=True)
    sounds = sounds.str.replace_all("[eiyj]", "e").str.replace_all("[aou]", "a")
    sounds = sounds.map_elements(partial(_REPEATED_SOUND.sub, r"\1"), return_dtype=pl.String)
    return sounds.str.replace_all("[ea]v(a?)$", "v$1")  # -ew, -jow and -off are one ending
