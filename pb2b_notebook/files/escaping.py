"""Text that a spreadsheet would take for something else: guarded on writing, restored on reading.

CSV holds nothing but text, and a spreadsheet guesses what it means: it runs ``=1+1``, turns ``007`` into 7 and
``2026-03-10`` into a date of its own. An apostrophe in front stops it, as one typed into a cell does (OWASP, "CSV
Injection", https://owasp.org/www-community/attacks/CSV_Injection). Text that has such an apostrophe of its own gets one
more, so that every guard can be taken away again.

XLSX says of every cell that it is text, so nothing needs a guard; but XML has no control characters, XLSX has escapes
of its own (``_x000D_``), its readers differ about both, and its writer takes ``<r>…</r>`` for markup. Such text goes as
a JSON string behind an apostrophe.
"""

from __future__ import annotations

import json
import re
from typing import Final

GUARD: Final = "'"
NOTHING: Final = "'null"
"""The first cell of a row of an XLSX sheet that has no other: the last rows would not be there."""

_FORMULA: Final = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
_MONTH: Final = (
    "jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|"
    "aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?"
)
# What Excel or LibreOffice takes for a number, a date, a time, a share, a fraction or a truth value.
_GUESSED: Final = re.compile(
    rf"""
      [\s$€£¥(]* [.,]? [0-9] [0-9\s.,:/\\-]* ( e [+-]? [0-9]+ )? ( \s* [%€$)] | \s [ap]m? )? \s*
    | (?=.*[0-9]) ( [0-9]{{1,4}} [\s./-]* )? ( {_MONTH} ) \.? [\s./-]* ( [0-9]{{1,4}} [\s,./-]* ){{0,2}}
    | true | false
    """,
    re.IGNORECASE | re.VERBOSE,
)
_LONGEST_GUESSED: Final = 64

_UNSAFE_IN_XLSX: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]|_x[0-9a-f]{4}_|^<r>", re.IGNORECASE)
_UNSAFE_OUT: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffe\uffff]|(?<=_)x", re.IGNORECASE)


def guard(text: str, *, formulas_only: bool = False) -> str:
    """The text as a CSV cell that a spreadsheet leaves alone; the empty text is a lone guard.

    Args:
        text: of a cell; not null.
        formulas_only: guard what would run, and leave what would be taken for a number or a date.

    >>> [guard(text) for text in ("=1+1", "+4930", "007", "Ada", "'=1", "", "2026-03-10")]
    ["'=1+1", "'+4930", "'007", 'Ada', "''=1", "'", "'2026-03-10"]
    >>> guard("007", formulas_only=True)
    '007'
    """
    bare = text.lstrip(GUARD)
    if not bare or _FORMULA.match(bare) or (bare != text and _is_guessed(bare)):
        return GUARD + text
    return GUARD + text if not formulas_only and _is_guessed(text) else text


def restore(cell: str) -> str:
    """The text of a cell that :func:`guard` made.

    >>> [restore(cell) for cell in ("'=1+1", "''=1", "'", "'tis", "O'Neill")]
    ['=1+1', "'=1", '', "'tis", "O'Neill"]
    """
    if not cell.startswith(GUARD):
        return cell
    bare = cell.lstrip(GUARD)
    return cell[1:] if not bare or _FORMULA.match(bare) or _is_guessed(bare) else cell


def restore_foreign(cell: str) -> str:
    """The text of a cell of a file of others, in which nothing but an apostrophe may be meant.

    >>> restore_of_others("'+4930"), restore_foreign("'007"), restore_foreign("'")
    ('+4930', '007', "'")
    """
    return restore(cell) if cell.strip(GUARD) else cell


def quote(text: str) -> str:
    r"""The text as an XLSX cell that every reader gives back; most text is itself.

    >>> quote("Ada"), quote("a\rb"), quote("_x0041_"), quote("")
    ('Ada', '\'"a\\rb"', '\'"_\\u00780041_"', '\'""')
    """
    if text and not _UNSAFE_IN_XLSX.search(text) and not text.startswith(f'{GUARD}"') and text != NOTHING:
        return text
    plain = json.dumps(text, ensure_ascii=False)
    return GUARD + _UNSAFE_OUT.sub(lambda found: f"\\u{ord(found[0]):04x}", plain)


def unquote(cell: str) -> str | None:
    r"""The text of a cell that :func:`quote` made.

    >>> unquote('\'"a\\rb"'), unquote("'tis"), unquote('\'"tis')
    ('a\rb', "'tis", '\'"tis')
    """
    if cell == NOTHING:
        return None
    if not cell.startswith(f'{GUARD}"'):
        return cell
    try:
        text = json.loads(cell[1:])
    except ValueError:
        return cell
    return text if isinstance(text, str) else cell


def _is_guessed(text: str) -> bool:
    return len(text) <= _LONGEST_GUESSED and bool(_GUESSED.fullmatch(text))
