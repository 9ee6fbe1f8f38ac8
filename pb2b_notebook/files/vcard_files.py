"""Read vCards, the contacts of phones, Outlook and Apple: one row for each card.

``vobject`` joins and decodes the lines. Values that a lead has no column for keep the name of their property. Sources:
RFC 6350, RFC 2426 and the specification of vCard 2.1.
"""

from __future__ import annotations

import io
import json
import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final

from pb2b_notebook.display.counting import count_text
from pb2b_notebook.errors import DamagedFileError
from pb2b_notebook.files.reports import FileContent, Finding, first_rows
from pb2b_notebook.files.text.encodings import (
    decode_lines,
    detect_encoding,
    encoding_findings,
    named_encoding,
)
from pb2b_notebook.frames import UNPARSED
from pb2b_notebook.lazy import load_module
from pb2b_notebook.lazy_libraries import pa

_COLUMNS: Final = {
    "FN": "Full name", "TITLE": "Job title", "ROLE": "Role", "EMAIL": "Email", "URL": "Website", "NOTE": "Notes",
    "CATEGORIES": "Categories", "BDAY": "Birthday", "NICKNAME": "Nickname", "UID": "Contact ID",
}  # fmt: skip
"""Property → column."""
_PARTS: Final = {
    "N": ("Last name", "First name", "Middle name", "Name prefix", "Name suffix"),
    "ORG": ("Company", "Department"),
    "ADR": ("Post office box", "Address line 2", "Street", "City", "Region", "Postal code", "Country"),
}
"""Property → columns of its parts."""
_PHONES: Final = {"fax": "Fax", "pager": "Pager", "cell": "Mobile phone", "mobile": "Mobile phone",
                  "iphone": "Mobile phone", "work": "Work phone", "home": "Home phone"}  # fmt: skip
"""Type of a phone → column, the first one that a phone has."""
_OF_THE_CARD: Final = frozenset({"BEGIN", "END", "VERSION", "PRODID", "REV", "SOURCE", "KIND", "X-ABLABEL", "X-ABADR"})
"""Properties that say nothing about the person."""
_FILES: Final = frozenset({"PHOTO", "LOGO", "SOUND", "KEY"})
_UNUSED: Final = _OF_THE_CARD | _FILES
_LINE: Final = re.compile(r"\s*(BEGIN|END)\s*:\s*VCARD\s*", re.IGNORECASE)
_GROUP: Final = re.compile(r"(?:X-ADDRESSBOOKSERVER-)?KIND\s*:\s*group\s*", re.IGNORECASE)
_ENCODED: Final = re.compile(r"(?<=[;=])quoted-printable(?=[;:])", re.IGNORECASE)
_CHUNK: Final = 1000


@dataclass(slots=True)
class _Card:
    """A card: its lines, the line of the file with which it begins, from 1, and whether it has an end."""

    first: int
    lines: list[str] = field(default_factory=list)
    whole: bool = False


@dataclass(slots=True)
class _Left:
    """What was not read: rows with unreadable lines, of cards without an end, lines between cards, files in cards."""

    lines: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    outside: int = 0
    groups: int = 0
    files: int = 0

    def findings(self) -> Iterator[Finding]:
        rows = sorted({*self.lines})
        if rows:
            message = f"{count_text(len(self.lines), 'line')} that cannot be read: kept in {UNPARSED!r}"
            yield Finding("unreadable_lines", message, len(self.lines), first_rows(rows))
        if self.ends:
            message = f"{count_text(len(self.ends), 'card')} without an end: the file may be incomplete"
            yield Finding("incomplete_cards", message, len(self.ends), first_rows(self.ends))
        if self.outside:
            yield Finding("outside", f"{count_text(self.outside, 'line')} outside of cards left out", self.outside)
        if self.groups:
            message = f"{count_text(self.groups, 'card')} of groups of contacts left out"
            yield Finding("left_out_groups", message, self.groups)
        if self.files:
            yield Finding(
                "left_out", f"{count_text(self.files, 'photo or file', 'photos and files')} left out", self.files
            )


def read_vcards(
    file: BinaryIO, *, encoding: str | None = None, advance: Callable[[int], None] = lambda _: None
) -> FileContent:
    """Read the cards of a file.

    Args:
        file: Seekable binary file.
        encoding: Name of a codec; by default detected.
        advance: Called with the number of rows of each chunk.

    Raises:
        DamagedFileError: The file has no card.
        InvalidParameterError: The encoding is unknown.
    """
    how = named_encoding(encoding) if encoding is not None else detect_encoding(file)
    undecoded: list[int] = []
    rows, left = list[dict[str, str]](), _Left()
    for card in _cards(decode_lines(file, how, undecoded), left):
        if any(map(_GROUP.fullmatch, card.lines)):  # its members have cards of their own
            left.groups += 1
            continue
        rows.append(_row(card, len(rows), left))
        if len(rows) % _CHUNK == 0:
            advance(_CHUNK)
    if not rows:
        raise DamagedFileError("the file has no vCard", repair="export the contacts again, as vCard or CSV")
    advance(len(rows) % _CHUNK)
    names = sorted(dict.fromkeys(name for row in rows for name in row), key=_place)
    table = pa.table({name: pa.array([row.get(name) for row in rows], pa.string()) for name in names})
    return FileContent(table, [*encoding_findings(how, undecoded), *left.findings()], encoding=str(how))


def _cards(lines: Iterator[str], left: _Left) -> Iterator[_Card]:
    card = None
    for number, line in enumerate(lines, 1):
        mark = _LINE.fullmatch(line)
        begins = mark is not None and mark[1].upper() == "BEGIN"
        if card is not None and (begins or mark is not None):
            card.whole = not begins
            yield card
            card = None
        if begins:
            card = _Card(number)
        elif card is not None:
            card.lines.append(line)
        elif mark is None and line.strip():
            left.outside += 1
    if card is not None:
        yield card


def _row(card: _Card, number: int, left: _Left) -> dict[str, str]:
    """Return column → text of a card."""
    if not card.whole:
        left.ends.append(number)
    vobject = _vobject()
    found: list[Any] = []
    unread: dict[str, str] = {}
    numbers = [number for number, line in enumerate(card.lines, card.first + 1) if line.strip()]
    lines = "".join(line for line in card.lines if line.strip())
    for text, before in vobject.getLogicalLines(io.StringIO(lines)):
        try:
            found.append(vobject.textLineToContentLine(_ENCODED.sub("QUOTED-PRINTABLE", text)))
        except (vobject.ParseError, LookupError, ValueError):  # a ValueError: bytes of another encoding
            unread[f"line {numbers[max(before, 1) - 1]}"] = text  # the first line has the number 0
    left.lines += [number] * len(unread)
    left.files += sum(each.name in _FILES for each in found)
    row: dict[str, str] = {}
    # The preferred one of several comes first, then that of work: a lead is a person at work.
    for each in sorted(found, key=lambda one: (not _is_preferred(one), "work" not in _types(one))):
        if each.name not in _UNUSED:
            _add(row, each)
    if unread:
        row[UNPARSED] = json.dumps(unread, ensure_ascii=False)
    return row


def _add(row: dict[str, str], each: Any) -> None:
    """Add the values of a property to a row; of several, each gets columns of its own."""
    if each.name in _PARTS:
        names = _PARTS[each.name]
        parts = [_text(part) for part in _parts_of(each.value)]
        parts[len(names) - 1 :] = [", ".join(filter(None, parts[len(names) - 1 :]))]
        values = {name: part for name, part in zip(names, parts, strict=False) if part}
    else:
        text = _text(_value(each))
        values = {_column(each, text): text} if text else {}
    again = Counter[str]()
    while any(row.get(_next_name(name, again["n"]), value) != value for name, value in values.items()):
        again["n"] += 1
    row |= {_next_name(name, again["n"]): value for name, value in values.items()}


def _next_name(name: str, before: int) -> str:
    return f"{name} {before + 1}" if before else name


def _column(each: Any, text: str) -> str:
    if each.name == "TEL":
        types = _types(each)
        return next((column for kind, column in _PHONES.items() if kind in types), "Phone")
    if "linkedin.com/" in text.lower() and each.name in {"URL", "X-SOCIALPROFILE", "SOCIALPROFILE"}:
        return "LinkedIn"
    name = str(each.name)
    return _COLUMNS.get(name, name.removeprefix("X-").replace("-", " ").capitalize())


def _value(each: Any) -> str:
    value = str(each.value)
    if each.name == "TEL":  # tel:+49-30-901820;ext=17 (RFC 3966)
        return re.sub(r"^tel:", "", value, flags=re.IGNORECASE).replace(";ext=", " ext. ")
    return re.sub(r"^mailto:", "", value, flags=re.IGNORECASE) if each.name == "EMAIL" else value


def _parts_of(value: str) -> list[str]:
    """Return the parts of a structured value, of which each semicolon that is not escaped begins another."""
    return re.split(r"(?<!\\);", value)


def _text(value: str) -> str:
    r"""Return a text without its escapes: ``\n`` is a new line, and any other escaped letter is itself."""
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value).strip()


def _types(each: Any) -> set[str]:
    """Return the types of a property, such as "work": of vCard 2.1, they have no name."""
    named = (part for text in each.params.get("TYPE", ()) for part in text.split(","))
    return {text.strip('" ').lower() for text in (*each.singletonparams, *named)}


def _is_preferred(each: Any) -> bool:
    return "pref" in _types(each) or each.params.get("PREF") == ["1"]


def _place(name: str) -> int:
    """Return where a column stands: those of the name first, what was not read last."""
    known = [*_PARTS["N"][1::-1], "Full name", "Email", *dict.fromkeys(_PHONES.values()), "Phone", *_PARTS["ORG"]]
    return known.index(name) if name in known else len(known) + (name == UNPARSED)


def _vobject() -> Any:
    """Return the module of vCards; it may write lines of a file to a log, which has to have no lead data."""
    module = load_module("vobject.base")
    logging.getLogger("vobject.base").disabled = True
    return module
