"""The order of given and family name in whole names: how the two are written as one, and names that a comma turns.

Sorted lists have names family name first, with a comma. A comma also stands before degrees, functions, places and
companies. So a name is turned only where the given name is a known one, or the other columns of the row or its email
address spell the two names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pb2b_notebook.cleanup.values.email_checks import is_role
from pb2b_notebook.cleanup.values.given_names import frequent_given_names, full_given_names, given_names
from pb2b_notebook.cleanup.values.honorifics import is_degree, is_title
from pb2b_notebook.cleanup.values.job_titles import read_title
from pb2b_notebook.cleanup.values.legal_forms import split_company
from pb2b_notebook.cleanup.values.name_case import is_generation, is_particle
from pb2b_notebook.lazy import lazy_pattern
from pb2b_notebook.letters import plain_letters, with_digraphs

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

EASTERN: Final = r"[\p{Han}\p{Hangul}\p{Hiragana}]"
"""Letters of names that are written family name first, as a pattern for polars; foreign names are in Katakana."""
IN_EAST: Final = lazy_pattern("[\u3041-\u30ff\u3400-\u9fff가-힣]")
"""A letter of such names."""
FAMILY_FIRST: Final = frozenset({"CN", "HK", "HU", "JP", "KP", "KR", "MO", "SG", "TW", "VN"})
"""Countries in which many names and addresses are written family name first."""
_KANA: Final = r"[\p{Hiragana}\p{Katakana}]"
_NAME: Final = lazy_pattern(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_INITIAL: Final = lazy_pattern(r"[^\W\d_]\.?")
_IN_BRACKETS: Final = lazy_pattern(r"[(\"“„]([^\W\d_]+)[)\"”“]")
_MOST_FAMILY: Final = 2
_MOST_GIVEN: Final = 3
_SHORTEST: Final = 2
_TWO: Final = 2


def whole_name(given: pl.Expr, family: pl.Expr, country: pl.Expr | None = None) -> pl.Expr:
    """Return given and family name as they are written as one: 周浩然, 김민지, 野口 智也, and Ada Berg.

    Args:
        given: Given names.
        family: Family names.
        country: Two-letter codes: Japanese names have a space between the two.

    >>> import polars as pl
    >>> names = pl.DataFrame({"given": ["浩然", "太郎", "Min-ji"], "family": ["周", "山田", "Kim"]})
    >>> names = names.with_columns(country=pl.Series(["CN", "JP", "KR"]))
    >>> names.select(name=whole_name(pl.col("given"), pl.col("family"), pl.col("country")))["name"].to_list()
    ['周浩然', '山田 太郎', 'Min-ji Kim']
    """
    import polars as pl

    spaced = pl.any_horizontal(part.str.contains(_KANA) for part in (given, family))
    if country is not None:
        spaced |= (country == "JP").fill_null(value=False)
    eastern = pl.all_horizontal(part.str.contains(EASTERN) for part in (given, family))
    in_east = pl.concat_str(family, pl.when(spaced).then(pl.lit(" ")).otherwise(pl.lit("")), given)
    western = pl.concat_str(given, family, separator=" ").str.strip_chars()
    return pl.when(eastern).then(in_east).otherwise(western)


def in_reading_order(
    name: str, known: str | None = None, email: str | None = None, *, by_list: bool = False
) -> tuple[str, str] | None:
    """Return given and family name of a name that is written family name first; ``None`` if that is not sure.

    Args:
        name: A whole name without a title.
        known: Given and family name of the row, if it has both.
        email: Email address of the row.
        by_list: Whether the list shows that its names are written so.

    >>> in_reading_order("Kühn, Dirk"), in_reading_order("Berg, Jan van den"), in_reading_order("van der Berg, Jan")
    (('Dirk', 'Kühn'), ('Jan', 'van den Berg'), ('Jan', 'van der Berg'))
    >>> in_reading_order("Okonkwo, Chidi"), in_reading_order("Okonkwo, Chidi", email="c.okonkwo@lagos.example")
    (None, ('Chidi', 'Okonkwo'))
    >>> in_reading_order("McGregor, Ewan", email="ewan@h.example")
    ('Ewan', 'McGregor')
    >>> in_reading_order("Van der Berg, Joost", email="joost.vdberg@h.example")
    ('Joost', 'Van der Berg')
    >>> in_reading_order("Kühn, Dirk, Jr."), in_reading_order("Kühn III, Dirk (Uwe)")
    (('Dirk', 'Kühn Jr.'), ('Dirk (Uwe)', 'Kühn III'))
    >>> [in_reading_order(name) for name in ("Smith, CFA", "Weber, Jr.", "Müller, GmbH", "Ada Berg, Jan", "Dirk, Kühn")]
    [None, None, None, None, None]
    """
    words = _at_comma(name)
    if words is None:
        return None
    before, after, generation = words
    moved = len(after)
    while moved > 1 and is_particle(after[moved - 1]):
        moved -= 1
    of_family = [word for word in before if not is_particle(word.lower())]
    of_given, particles = after[:moved], after[moved:]
    if not (0 < len(of_family) <= _MOST_FAMILY and 0 < len(of_given) <= _MOST_GIVEN):
        return None
    # "Gray, Max u. Eva" are two people.
    if not (all(map(_may_be_name, of_family)) and all(map(_may_be_given, of_given))):
        return None
    parts = " ".join(of_given), " ".join([*particles, *before, *generation])
    if by_list or (known is not None and plain_letters(known) == plain_letters("".join(parts))):
        return parts
    families = ["".join(of_family), "".join([*particles, *before])]  # a.devries and a.vries
    families += [_with_short_particles([*particles, *before])]
    if email is not None and (
        any(_spells(email, of_given[0], family) for family in families)
        # The comma says it as well: ewan@ of "McGregor, Ewan", but "Anna, Peter" with peter@ may be two people.
        or (_is_only(email, of_given[0]) and _first_letters(of_family[0]) not in given_names())
    ):
        return parts
    # "Ada Berg, Jan" and "Anna, Peter" may be two people.
    alone = len(of_family) == 1 and _first_letters(of_family[0]) not in full_given_names()
    return parts if alone and _first_letters(of_given[0]) in given_names() else None


def are_exchanged(full: str, first: str | None, last: str | None) -> bool:
    """Return whether a full name begins with a family name that is not clearly written before the given name there.

    >>> [are_exchanged(*names) for names in (("Reto Caduff", "Caduff", "Reto"), ("Nagy Anna", "Anna", "Nagy"))]
    [True, False]
    """
    one, other = (plain_letters(part or "") for part in (first, last))
    if not (one and other) or one == other or "," in full or IN_EAST.search(full):
        return False
    words = plain_letters(" ".join(word for word in full.split() if not is_title(word)))
    turned = words.startswith(other) and words.endswith(one) and len(words) >= len(one) + len(other)
    return turned and not (one in frequent_given_names() and other not in frequent_given_names())


def _at_comma(name: str) -> tuple[list[str], list[str], list[str]] | None:
    """Return the words before the comma, those behind it, and "Jr." or "III", which follow the family name in reading.

    ``None`` without a comma, or with further ones than those of "Weber, Max, Jr." and "Weber, Jr., Max".
    """
    parts = [part.split() for part in name.split(",")]
    alone = [part for part in parts[1:] if len(part) == 1 and is_generation(part[0])] if len(parts) > _TWO else []
    parts = [part for part in parts if part not in alone]
    if len(parts) != _TWO:
        return None
    generation = [part.pop() for part in parts if len(part) > 1 and is_generation(part[-1])]
    generation += [word for part in alone for word in part]
    return (parts[0], parts[1], generation) if len(generation) < _TWO else None


def _may_be_name(word: str) -> bool:
    if not _NAME.fullmatch(word) or is_title(word) or is_role(word):
        return False
    if is_degree(word) and not word.istitle():
        return False
    # A function, as in "Weber, Vertrieb", or a company, as in "Berg, Ltd".
    return read_title(word) == (None, None) and not split_company(f"Berg {word}").form


def _may_be_given(word: str) -> bool:
    familiar = _IN_BRACKETS.fullmatch(word)
    if familiar is not None:  # not "(Einkauf)"
        return plain_letters(familiar[1]) in given_names()
    return _may_be_name(word) or (_INITIAL.fullmatch(word) is not None and not word.islower())


def _first_letters(word: str) -> str:
    return plain_letters(word.partition("-")[0])


def _with_short_particles(family: Sequence[str]) -> str:
    """Return a family name with only the first letters of its particles: vdBerg for van der Berg."""
    return "".join(word[0] if is_particle(word.lower()) else word for word in family)


def _is_only(email: str, given: str) -> bool:
    """Return whether an address consists of a given name."""
    local = plain_letters(email.partition("@")[0])
    return len(local) > _SHORTEST and local in {plain_letters(given), plain_letters(with_digraphs(given))}


def _spells(email: str, given: str, family: str) -> bool:
    """Return whether an address consists of both names, or of the initial and the family name."""
    local = plain_letters(email.partition("@")[0])
    spellings = [(one(given), one(family)) for one in (plain_letters, lambda text: plain_letters(with_digraphs(text)))]
    return any(
        local in {first + last, last + first, first[0] + last, last + first[0]}
        for first, last in spellings
        if first and len(last) >= _SHORTEST
    )
