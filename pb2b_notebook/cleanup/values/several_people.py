"""Whether a cell names several people: with a word between them, or only with a comma or a line break.

A comma also stands between family and given name, and before degrees, functions, places and companies, as a line break
does. So it parts two people only where both sides are whole names: a known given name and another word. Around a line
break one known given name is enough: the two lines of a cell are not one name.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal

from pb2b_notebook.cleanup.values.given_names import frequent_given_names, given_names
from pb2b_notebook.cleanup.values.honorifics import is_degree, is_title, names_several, several_pattern
from pb2b_notebook.cleanup.values.job_titles import read_title
from pb2b_notebook.cleanup.values.legal_forms import split_company
from pb2b_notebook.cleanup.values.name_case import is_generation, is_particle
from pb2b_notebook.lazy import lazy_pattern
from pb2b_notebook.letters import plain_letters
from pb2b_notebook.mapping.cells.countries import country_code

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_LINE: Final = r"\s*(?:[\r\n\v\f\x85\u2028\u2029]|<br ?/?>)\s*"
LINE: Final = lazy_pattern(_LINE, re.IGNORECASE)
"""A line break in a cell, with the space around it."""
_BETWEEN: Final = rf"{_LINE}|\s*[,，、|•·\t]\s*|\s[-–—\\]+\s"
_PARTS: Final = lazy_pattern(_BETWEEN, re.IGNORECASE)
_NAME: Final = lazy_pattern(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_INITIAL: Final = lazy_pattern(r"[^\W\d_]\.")
_EASTERN: Final = lazy_pattern("[\u3041-\u30ff\u3400-\u9fff]{3,5}|[가-힣]{3,4}")
_EASTERN_FUNCTION: Final = "長长部課员員役理师師님장"
_FEWEST, _MOST = 2, 5
_SHORTEST: Final = 3
_AND_OF_OTHER_SCRIPTS: Final = r"\s+(?:и|та|і|й|ды|και|և|და|و)\s+"
"""Words for "and" that no name of one person has, in scripts of which no list of given names is at hand."""
_AND: Final = (
    r"\s+(?:and|und|u\.?|y|e|ed|i|a|et|en|och|og|oraz|ve|ja|és|es|și|si|ir|un|eta|dhe)\s+|\s*[/&+]\s*"
    rf"|{_AND_OF_OTHER_SCRIPTS}"
)
"""What stands between two given names in their column."""
_AND_IN_CAPITALS: Final = r"\s+(?:AND|UND|Y|ET|OCH|OG|ORAZ|VE)\s+|\s*[/&+]\s*"
"""The same in a cell of capitals, where E and A are initials."""
_ADDRESSES: Final = frozenset({"hr", "fr"})
"""Short for Herr and Frau; what else they may be, such as Friar, does not matter beside another one."""
_LONGEST: Final = 300
"""Characters of a cell that are read: more are a note."""
_TURNED: Final = 2

_Order = Literal["given first", "family first"]


def is_of_several(text: str, *, given: bool = False) -> bool:
    r"""Return whether a cell names a couple, a family or several people.

    Args:
        text: Text of the cell.
        given: Whether it is of a column of given names: a comma or a word such as "y" between two of them parts people.

    >>> [is_of_several(name) for name in ("Anna Schmidt, Peter Meier", "Lena Vogt\nTim Aster", "Dr. Gomes & Dr. Lui")]
    [True, True, True]
    >>> [is_of_several(name) for name in ("Smith, John", "Garcia, Maria José", "Lena\nVogt")]
    [False, False, False]
    >>> is_of_several("Julie\nMarc", given=True), is_of_several("Julie, PhD", given=True)
    (True, False)
    """
    text = text[:_LONGEST]
    if names_several(text) or (given and _are_given_names_of_two(text.strip())):
        return True
    parts = [part for part in _PARTS.split(text.strip()) if part]
    if len(parts) < _FEWEST:
        return False
    if given and _are_given(parts, given_names(), unknown=LINE.search(text.strip()) is not None):
        return True
    if len(parts) > _TURNED + 1 and all(map(_are_turned, parts[::2], parts[1::2])) and len(parts) % _TURNED == 0:
        return True  # "Schmidt, Anna, Meier, Peter"
    if all(map(_is_titled, parts)) or any(_are_in_one_order(*pair) for pair in pairwise(parts)):
        return True
    lines = [line for line in LINE.split(text.strip()) if line]
    return len(lines) > 1 and any(map(_order_of, lines)) and all(map(_may_be_whole_name, lines))


def pattern_of_several(*, given: bool = False) -> str:
    """Return a regular expression for lower-case text that may name several people; :func:`is_of_several` decides."""
    further = rf"|\S(?:{_BETWEEN}|{_AND})\S" if given else rf"|\S[  ].*\S(?:{_BETWEEN})\S+[  ]\S|(?:,.*){{3}}"
    eastern = "|[\u3041-\u30ff\u3400-\u9fff가-힣]{3}(?:" + _BETWEEN + ")[\u3041-\u30ff\u3400-\u9fff가-힣]{3}"
    return several_pattern() + further + eastern


def _are_given_names_of_two(text: str) -> bool:
    """Return whether a word for "and", or a sign such as a slash, stands between the given names of a cell."""
    parts = re.split(_AND_OF_OTHER_SCRIPTS, text)
    if len(parts) > 1 and all(map(_may_be_given, parts)):
        return True
    parts = re.split(_AND_IN_CAPITALS if text.isupper() else _AND, text)
    return _are_given(parts, frequent_given_names())


def _are_given(parts: Sequence[str], names: Collection[str], *, unknown: bool = False) -> bool:
    """Return whether all parts of a cell are given names, and two are known ones; with ``unknown``, one is enough."""
    known = sum(plain_letters(part) in names for part in parts)
    return len(parts) > 1 and known > (not unknown) and all(map(_may_be_given, parts))


def _are_turned(family: str, given: str) -> bool:
    """Return whether two words are family and given name: of a list such as "Schmidt, Anna, Meier, Peter"."""
    words = [plain_letters(one) for one in (family, given)]
    return " " not in family and words[0] not in given_names() and words[1] in given_names()


def _is_titled(part: str) -> bool:
    """Return whether a part of a cell is a family name behind a form of address: Hr. Weber."""
    address, _, name = part.partition(" ")
    is_address = is_title(address) or address.casefold().rstrip(".") in _ADDRESSES
    return is_address and _may_be_given(name) and name.istitle() and len(name) >= _SHORTEST


def _may_be_given(part: str) -> bool:
    return _NAME.fullmatch(part) is not None and not (is_title(part) or is_degree(part) or is_generation(part))


def _may_be_whole_name(part: str) -> bool:
    words = [word for word in part.split() if not is_title(word)]
    plain = [word for word in words if _INITIAL.fullmatch(word) or (_NAME.fullmatch(word) and not word.islower())]
    return len(plain) >= _FEWEST and len(words) <= _MOST and not _is_something_else(part, words[-1])


def _are_in_one_order(one: str, other: str) -> bool:
    """Return whether two parts of a cell are whole names that are written in the same order."""
    order = _order_of(one) if _has_shape_of_name(one) and _has_shape_of_name(other) else None
    return order is not None and order == _order_of(other)


def _has_shape_of_name(part: str) -> bool:
    """Return whether a part of a cell has as many words as a whole name, of letters: most others are a degree."""
    words = [word for word in part.split() if not is_title(word)]
    if len(words) == 1 and _EASTERN.fullmatch(part):
        return True
    return _FEWEST <= len(words) <= _MOST and all(_NAME.fullmatch(word) or _INITIAL.fullmatch(word) for word in words)


def _order_of(part: str) -> _Order | None:
    """Return how a part of a cell is written that is the whole name of a person; ``None`` if that is not sure."""
    if not _has_shape_of_name(part):
        return None
    words = [word for word in part.split() if not is_title(word)]
    if len(words) == 1:
        return None if part[-1] in _EASTERN_FUNCTION else "family first"
    first, last = plain_letters(words[0].partition("-")[0]), plain_letters(words[-1].partition("-")[0])
    known = [word in given_names() for word in (first, last)]
    if known[0] == known[1] or _is_something_else(part, words[-1] if known[0] else words[0]):
        return None
    return "given first" if known[0] else "family first"


def _is_something_else(part: str, family: str) -> bool:
    """Return whether the word beside a given name is of a function, a company, a place or a degree."""
    if is_degree(family) or is_particle(family) or country_code(family) is not None:
        return True
    if len(family) < _SHORTEST and family.isupper():  # Charlotte NC
        return True
    return read_title(part) != (None, None) or bool(split_company(part).form)
