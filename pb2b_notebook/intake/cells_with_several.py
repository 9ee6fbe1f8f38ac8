"""Cells with several phones or email addresses, as card scanners and colleagues write them: the first one. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from pb2b_notebook.cleanup.values.email_checks import is_role
from pb2b_notebook.cleanup.values.honorifics import names_several
from pb2b_notebook.cleanup.values.phones import KINDS
from pb2b_notebook.intake.second_columns import Taken
from pb2b_notebook.mapping.application import Reading

RULE: Final = "first of several"
"""Rule of a value that is one of several in a cell, in the changes."""
_KIND: Final = "kind of phone"
"""Rule of the only phone of a cell, of which its kind is left out."""
REASON: Final = "another one of the cell was used"

EMAIL: Final = re.compile(r"[^\s,;:|/<>()\[\]\"]+@[^\s,;:|/<>()\[\]\"]+\.[^\s,;:|/<>()\[\]\"]+")
_BETWEEN: Final = re.compile(r"[;|\n\r]+|:::")
_BETWEEN_WHOLE: Final = re.compile(
    r"\s*(?:[/,&]|\b(?:or|and|oder|und|ou|et|y|o|e|of|en)\b)\s*|\s+[-–—]\s+", re.IGNORECASE
)
"""What stands between two whole numbers, and also inside one: "0171 / 2345678"."""
_WHOLE: Final = re.compile(r"[^\d]*[+(0]?(?:\D*\d){10,15}\D*|[^\d+(]*[+(0](?:\D*\d){7,}\D*")
"""A number that has its area code: of ten digits, or with a sign of it."""
_KIND_BETWEEN: Final = re.compile(
    rf"\s*[(]\s*(?:(?:{KINDS})\.?\s*[)][ ,;/]*(?=[+(]?\d|$)|(?={KINDS})(?P<inside>[^()\d]+[+\d][\d ./-]+)[)])"
    rf"|(?<=\d)[ ,]+(?=(?:{KINDS}|(?:tele)?fax)[.:]*\s*[+(]?\d)",
    re.IGNORECASE,
)
"""A kind of phone between two numbers: "030 901820 (Büro) 0171 3200001", "030 901820 (mobil 0171 3200001)"."""
_KIND_BEHIND: Final = re.compile(rf"\s*[(（](?:[cmwho]|{KINDS})\.?[)）]\s*$", re.IGNORECASE)
"""The kind of the only phone: "030 901820 (privat)"."""
_PHONE: Final = re.compile(r"\s*(?P<label>[^\W\d_]*)[.:]*\s*(?P<number>[+(]?\d[\d ()./-]{5,})\s*")


def use_first_values(readings: Sequence[Reading]) -> tuple[list[Taken], list[tuple[Any, ...]]]:
    """Keep one phone and one email address of each cell; a person's own address goes before one such as info@.

    A cell beside the names of several people stays as it is: whose address is it?

    Args:
        readings: Readings of the mapped columns, which are changed.

    Returns:
        The values that were taken, and the rest of their cells, to be set aside.
    """
    names = next((reading.values for reading in readings if reading.field.key == "full_name"), None)
    taken: list[Taken] = []
    rest: list[tuple[Any, ...]] = []
    for reading in readings:
        split = _SPLIT.get(reading.field.key)
        if split is None or not reading.field.builtin:
            continue
        for row, value in enumerate(reading.values):
            cell = reading.raw.get(row, value)
            found = split(cell) if isinstance(cell, str) else []
            if not found or (names is not None and names_several(str(names[row] or ""))):
                continue
            reading.raw.pop(row, None)
            reading.reasons.pop(row, None)
            reading.values[row] = found[0]
            rule = _KIND if _KIND_BEHIND.search(cell) and len(found) == 1 else RULE
            taken.append(Taken(row, reading.field.column, str(reading.column), cell, found[0], rule))
            rest += [(row, reading.column, reading.field.column, other, REASON) for other in found[1:]]
    return taken, rest


def _emails(cell: str) -> list[str]:
    """Return the different addresses of a cell, those of roles last.

    >>> _emails("info@nord.example; ada@nord.example")
    ['ada@nord.example', 'info@nord.example']
    """
    found = {address.casefold(): address.strip(".'") for address in EMAIL.findall(cell)} if cell.count("@") > 1 else {}
    return sorted(found.values(), key=lambda address: is_role(address.partition("@")[0]))


def _phones(cell: str) -> list[str]:
    """Return the phones of a cell that consists of several, without faxes, or of one with its kind.

    >>> _phones("T +49 30 901820; M +49 171 3200001; Fax +49 30 901829"), _phones("030 901820 / 21")
    (['+49 30 901820', '+49 171 3200001'], [])
    >>> _phones("206-555-0178 / 206-555-0179"), _phones("0171 / 2345678"), _phones("0049 5121 / 1234567")
    (['206-555-0178', '206-555-0179'], [], [])
    >>> _phones("Tel: 030 901820; Fax: 030 901829"), _phones("030 901820 ::: 0171 3200001")
    (['030 901820'], ['030 901820', '0171 3200001'])
    >>> _phones("030 901820 (mobil 0171 3200001)"), _phones("Tel. 030-901820 Mobil 0171-3200001")
    (['030 901820', '0171 3200001'], ['030-901820', '0171-3200001'])
    >>> _phones("+49 30 901820 - +49 171 3200001"), _phones("+49 30 901820 - 12"), _phones("030 901820 (Tel. 12)")
    (['+49 30 901820', '+49 171 3200001'], [], [])
    >>> _phones("030 901820 (privat)"), _phones("030 901820 (wrong)")
    (['030 901820'], [])
    """
    alone = _KIND_BEHIND.sub("", cell).strip()
    if alone != cell.strip() and _PHONE.fullmatch(alone):
        return [alone]
    cell = _KIND_BETWEEN.sub(lambda kind: f";{kind['inside'] or ''}", cell)
    texts = _BETWEEN.split(cell)
    if len(texts) == 1 and all(_WHOLE.fullmatch(part) for part in _BETWEEN_WHOLE.split(cell)):
        texts = _BETWEEN_WHOLE.split(cell)
    parts = [_PHONE.fullmatch(part) for part in texts if part.strip()]
    if len(parts) < 2 or None in parts:  # noqa: PLR2004 - several
        return []
    labels = [(part["label"].casefold(), part["number"].strip()) for part in parts if part is not None]
    return [number for label, number in labels if label not in {"f", "fax", "telefax"}]


_SPLIT: Final[dict[str, Callable[[str], list[str]]]] = {"email": _emails, "phone": _phones}
"""Field → what splits its cells."""
