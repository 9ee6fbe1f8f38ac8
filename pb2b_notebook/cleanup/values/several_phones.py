"""Several phones in one cell, as card scanners and colleagues write them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from pb2b_notebook.cleanup.values.phones import KINDS
from pb2b_notebook.lazy import lazy_pattern

_BETWEEN: Final = lazy_pattern(r"[;|\n\r]+|:::")
_BETWEEN_WHOLE: Final = lazy_pattern(
    r"\s*(?:[/,&]|\b(?:or|and|oder|und|ou|et|y|o|e|of|en)\b)\s*|\s+[-–—]\s+", re.IGNORECASE
)
"""What stands between two whole numbers, and also inside one: "0171 / 2345678"."""
_WHOLE: Final = lazy_pattern(r"[^\d]*[+(0]?(?:\D*\d){10,15}\D*|[^\d+(]*[+(0](?:\D*\d){7,}\D*")
"""A number that has its area code: of ten digits, or with a sign of it."""
_SHORT: Final = lazy_pattern(r"\s*[1-9](?:[ .-]?\d){6,8}\s*")
"""A number of a country without area codes: two of as many digits are too long for one number."""
_KIND_BETWEEN: Final = lazy_pattern(
    rf"\s*[(]\s*(?:(?:{KINDS})\.?\s*[)][ ,;/]*(?=[+(]?\d|$)|(?={KINDS})(?P<inside>[^()\d]+[+\d][\d ./-]+)[)])"
    rf"|(?<=\d)[ ,]*(?=(?:{KINDS}|(?:tele)?fax)[.:]*\s*[+(]?\d)",
    re.IGNORECASE,
)
"""A kind of phone between two numbers: "030 901820 (Büro) 0171 3200001", "030 901820 (mobil 0171 3200001)"."""
_TIMES: Final = (
    "matin|après-midi|soir|journée|morgens|vormittags?|mittags|nachmittags?|abends?|tagsüber|mornings?|afternoons?"
    "|evenings?|daytime|weekdays|(?:business|office|working) hours|ochtends?|middags?|avonds?|overdag|mattin[ao]"
    "|pomeriggio|sera|mañanas?|tardes?|noches?|manhãs?|noites?|rano|wieczorem|po południu|dopoledne|odpoledne|večer"
    "|förmiddag(?:ar)?|eftermiddag(?:ar)?|kvällar|formiddag|ettermiddag|aften|aamulla|iltapäivällä|illalla"
    "|утром|днём|днем|вечером|πρωί|απόγευμα"
)
_BEFORE_TIMES: Final = "le|la|les|am|im|in|the|at|only|nur|best|de|del|por|per|alla|al|di|'s|på|om|à|a|το|during"
KIND_BEHIND: Final = lazy_pattern(
    rf"\s*[(（](?:(?:[cmwho]|{KINDS})\.?|(?:(?:{_BEFORE_TIMES})\s+|l['’]){{0,2}}(?:{_TIMES}))[)）]\s*$", re.IGNORECASE
)
"""What stands behind the only phone: its kind, "030 901820 (privat)", or when to call, "030 901820 (le matin)"."""
_LONGEST: Final = 300
"""Longest cell that is read; in longer ones the time of the patterns grows faster than the text."""
_PHONE: Final = lazy_pattern(r"\s*(?P<label>[^\W\d_]*)[.:]*\s*(?:[-–]\s+)?(?P<number>[+(]?\d[\d ()./-]{5,})\s*")
_WITH_KIND_BEHIND: Final = lazy_pattern(
    rf"(?P<number>[+(]?\d[\d ()./-]{{5,}})(?P<label>{KINDS}|(?:tele)?fax|f)\b[.,;/|\s]*", re.IGNORECASE
)
"""A number and its kind: "718-622-8150 Office"."""
_DATE: Final = re.compile(r"[0-9]{4}[./-][0-9]{2}[./-][0-9]{2}\b")
_FAXES: Final = frozenset({"f", "fax", "telefax"})


def split_phones(cell: str) -> list[str]:
    """Return the phones of a cell that consists of several, without faxes, or of one with its kind.

    >>> split_phones("T +49 30 901820; M +49 171 3200001; Fax +49 30 901829"), split_phones("030 901820 / 21")
    (['+49 30 901820', '+49 171 3200001'], [])
    >>> split_phones("206-555-0178 / 206-555-0179"), split_phones("0171 / 2345678"), split_phones("0049 5121 / 1234567")
    (['206-555-0178', '206-555-0179'], [], [])
    >>> split_phones("Tel: 030 901820; Fax: 030 901829"), split_phones("030 901820 ::: 0171 3200001")
    (['030 901820'], ['030 901820', '0171 3200001'])
    >>> split_phones("030 901820 (mobil 0171 3200001)"), split_phones("Tel. 030-901820 Mobil 0171-3200001")
    (['030 901820', '0171 3200001'], ['030-901820', '0171-3200001'])
    >>> split_phones("+49 30 901820 - +49 171 3200001"), split_phones("+49 30 901820 - 12")
    (['+49 30 901820', '+49 171 3200001'], [])
    >>> split_phones("5551122 / 8991234"), split_phones("030 901820 (le matin)"), split_phones("030 901820 (Tel. 12)")
    (['5551122', '8991234'], ['030 901820'], [])
    >>> split_phones("030 901820 (privat)"), split_phones("030 901820 (wrong)")
    (['030 901820'], [])
    >>> split_phones("718-622-8152 fax, 718-622-8150 Office"), split_phones("030 901820 Direct"), split_phones("1 Fax")
    (['718-622-8150'], ['030 901820'], [])
    """
    if len(cell) > _LONGEST:
        return []
    alone = KIND_BEHIND.sub("", cell).strip()
    if alone != cell.strip() and _PHONE.fullmatch(alone):
        return [alone]
    if behind := _kinds_behind(cell):
        return _without_faxes(behind)
    cell = _KIND_BETWEEN.sub(lambda kind: f";{kind['inside'] or ''}", cell)
    texts = _BETWEEN.split(cell)
    wholes = _BETWEEN_WHOLE.split(cell)
    if len(texts) == 1 and (all(map(_WHOLE.fullmatch, wholes)) or _are_short(wholes)):
        texts = wholes
    parts = [_PHONE.fullmatch(part) for part in texts if part.strip()]
    if len(parts) < 2 or None in parts:  # noqa: PLR2004 - several
        return []
    return _without_faxes([part for part in parts if part is not None])


def _kinds_behind(cell: str) -> list[re.Match[str]]:
    """Return the numbers of a cell in which each has its kind behind it; none of any other cell."""
    found = list(_WITH_KIND_BEHIND.finditer(cell.strip()))
    whole = sum(len(one[0]) for one in found) == len(cell.strip())
    return found if whole and not any(_DATE.match(one["number"]) for one in found) else []


def _without_faxes(parts: Iterable[re.Match[str]]) -> list[str]:
    return [part["number"].strip() for part in parts if part["label"].casefold() not in _FAXES]


def _are_short(parts: list[str]) -> bool:
    """Return whether all parts are numbers of as many digits: 5551122 / 8991234."""
    return all(map(_SHORT.fullmatch, parts)) and len({sum(map(str.isdigit, part)) for part in parts}) == 1
