"""Escape text that a spreadsheet would misinterpret, on writing, and restore it on reading.

CSV holds only text, and a spreadsheet guesses its types: it runs ``=1+1``, turns ``007`` into 7 and ``2026-03-10`` into
a date. An apostrophe in front (the guard) prevents it, as one typed into a cell does (OWASP, "CSV Injection",
https://owasp.org/www-community/attacks/CSV_Injection). Text that already begins with such an apostrophe gets another
one, so that every guard can be removed again.

XLSX types every cell, so no cell needs a guard. But XML has no control characters, XLSX has escapes of its own
(``_x000D_``), readers differ about both, and the writer interprets ``<r>…</r>`` as markup. Such text is written as a
JSON string behind an apostrophe.
"""

from __future__ import annotations

import json
import re
from typing import Final

GUARD: Final = "'"
NOTHING: Final = "'null"
"""First cell of an XLSX row that has no other cell: without it, the last rows would be lost."""

_FORMULA: Final = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
_PHONE: Final = re.compile(r"\+[1-9][0-9]{6,14}")
"""A phone in E.164 (ITU-T): a plus and digits alone compute nothing, whatever opens them."""
_MONTH: Final = (
    "jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|"
    "aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?"
)
# Text that Excel or LibreOffice reads as a number, date, time, percentage, fraction or boolean.
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
    """Return text as a CSV cell that a spreadsheet keeps as text; empty text becomes a single guard.

    Args:
        text: Text of a cell, not null.
        formulas_only: Whether to guard only formulas, and not text that looks like a phone, a number or a date.

    >>> [guard(text) for text in ("=1+1", "+4930", "007", "Ada", "'=1", "", "2026-03-10")]
    ["'=1+1", "'+4930", "'007", 'Ada', "''=1", "'", "'2026-03-10"]
    >>> [guard(text, formulas_only=True) for text in ("007", "+4930901820", "+1-1", "-2+3")]
    ['007', '+4930901820', "'+1-1", "'-2+3"]
    """
    if formulas_only and _PHONE.fullmatch(text):
        return text
    bare = text.lstrip(GUARD)
    if not bare or _FORMULA.match(bare) or (bare != text and _is_guessed(bare)):
        return GUARD + text
    return GUARD + text if not formulas_only and _is_guessed(text) else text


def restore(cell: str) -> str:
    """Return the text of a cell that :func:`guard` returned.

    >>> [restore(cell) for cell in ("'=1+1", "''=1", "'", "'tis", "O'Neill")]
    ['=1+1', "'=1", '', "'tis", "O'Neill"]
    """
    if not cell.startswith(GUARD):
        return cell
    bare = cell.lstrip(GUARD)
    return cell[1:] if not bare or _FORMULA.match(bare) or _is_guessed(bare) else cell


def restore_foreign(cell: str) -> str:
    """Return the text of a cell of another program's file, where a single apostrophe is an apostrophe.

    >>> restore_foreign("'+4930"), restore_foreign("'007"), restore_foreign("'")
    ('+4930', '007', "'")
    """
    return restore(cell) if cell.strip(GUARD) else cell


def quote(text: str) -> str:
    r"""Return text as an XLSX cell that every reader restores; most text stays unchanged.

    >>> quote("Ada"), quote("a\rb"), quote("_x0041_"), quote("")
    ('Ada', '\'"a\\rb"', '\'"_\\u00780041_"', '\'""')
    """
    if text and not _UNSAFE_IN_XLSX.search(text) and not text.startswith(f'{GUARD}"') and text != NOTHING:
        return text
    plain = json.dumps(text, ensure_ascii=False)
    return GUARD + _UNSAFE_OUT.sub(lambda found: f"\\u{ord(found[0]):04x}", plain)


def unquote(cell: str) -> str | None:
    r"""Return the text of a cell that :func:`quote` returned.

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
