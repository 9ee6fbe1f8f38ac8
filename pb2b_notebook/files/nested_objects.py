"""Open the objects inside of JSON records into members of the record, which become columns. Pure.

Newsletter tools write a contact as ``{"email": …, "attributes": {"first name": …}}``. An object whose name says
something about a permission stays, because its parts mean something only together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Final

from pb2b_notebook import opt_outs
from pb2b_notebook.errors import ProtocolError
from pb2b_notebook.frames.strict_json import Member, join_members, members

_DEEPEST: Final = 5
_MOST_PARTS: Final = 100
"""Parts of an object up to which they are columns. One with more has a part for each thing, by its id."""
_BRACE: Final = ord("{")
_SEPARATORS: Final = re.compile(r"[\W_]+")
_OF_A_PERSON: Final = frozenset({
    "contact", "contacts", "kontakt", "contatto", "contacto", "contato", "person", "people", "lead", "subscriber",
    "abonnent", "abonne", "suscriptor", "iscritto", "member", "recipient", "user", "customer", "profile", "profil",
    "record", "data", "daten", "dati", "datos", "dados", "attributes", "attribute", "attributs", "attributi",
    "atributos", "attribut", "eigenschaften", "properties", "proprietes", "proprieta", "propiedades", "propriedades",
    "fields", "field", "felder", "champs", "campi", "campos", "mergefields", "customfields", "customattributes",
    "customproperties", "custom", "values", "valeurs", "valori", "valores", "details", "traits", "info",
    "personaldata", "personalinfo", "basicinfo",
})  # fmt: skip
"""Names of objects that have what is known of the person: they say nothing about their parts."""

_Path = tuple[str, ...]


def open_objects(records: list[bytes], keeps: Callable[[str], bool]) -> tuple[list[bytes], list[str]]:
    r"""Return records without objects inside, and the names of the objects that were opened.

    A part of "attributes" gets its own name where that is free; a part of a company is "company.name". A list stays,
    and a record that is not JSON too, for whoever reads it.

    Args:
        records: Bytes of JSON objects.
        keeps: Whether an object of this name stays as it is.

    >>> opened, names = open_objects([b'{"id": 7, "attributes": {"id": 8, "city": "Ulm"}, "lists": [1]}'], {}.get)
    >>> opened[0].decode(), names
    ('{"id":7,"attributes.id":8,"city":"Ulm","lists":[1]}', ['attributes'])
    """
    found = {place: parts for place, record in enumerate(records) if (parts := _members_with_objects(record, keeps))}
    texts = {place: dict(leaf for part in parts for leaf in _leaves(part, (), keeps)) for place, parts in found.items()}
    paths = dict.fromkeys(path for leaves in texts.values() for path in leaves)
    counts = dict.fromkeys((path[0] for path in paths if len(path) > 1), 0)
    for path in paths:
        if len(path) > 1:
            counts[path[0]] += 1
    if too_many := {name for name, count in counts.items() if count > _MOST_PARTS}:
        return open_objects(records, lambda name: name in too_many or keeps(name))
    if not counts:
        return records, []
    others = (member.name for place, record in enumerate(records) if place not in found for member in _members(record))
    names = _names_of(paths, dict.fromkeys(others))
    opened = [*records]
    for place, leaves in texts.items():
        kept = {names[path]: text for path, text in leaves.items() if text != "null" or path[0] not in counts}
        opened[place] = join_members(kept)
    return opened, [*counts]


def _members(record: bytes) -> list[Member]:
    try:
        return members(record)
    except ProtocolError:
        return []


def _members_with_objects(record: bytes, keeps: Callable[[str], bool]) -> list[Member]:
    """Return the members of a record that has an object inside, else no members."""
    if record.count(b"{") <= 1:
        return []
    try:
        parts = _decode()(record).items()
    except (ValueError, RecursionError):  # as a msgspec.MsgspecError is, of which unpaired surrogates are one
        parts = {member.name: member.text.encode() for member in _members(record)}.items()
    is_opened = any(memoryview(part)[0] == _BRACE and not (keeps(name) or _says(name)) for name, part in parts)
    return _members(record) if is_opened else []


@cache
def _decode() -> Callable[[bytes], dict[str, Any]]:
    import msgspec

    return msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def _says(name: str) -> bool:
    return opt_outs.can_say(name) or opt_outs.is_about_permission(name)


def _is_opened(member: Member, keeps: Callable[[str], bool]) -> bool:
    return isinstance(member.value, dict) and not (keeps(member.name) or _says(member.name))


def _leaves(member: Member, above: _Path, keeps: Callable[[str], bool]) -> Iterator[tuple[_Path, str]]:
    """Yield the path and the text of each value inside of a member that is not opened itself."""
    path = (*above, member.name)
    if len(path) >= _DEEPEST or not _is_opened(member, keeps):
        yield path, member.text
        return
    for part in members(member.text.encode()):
        yield from _leaves(part, path, keeps)


def _names_of(paths: dict[_Path, None], taken: dict[str, None]) -> dict[_Path, str]:
    """Return the name of the column for each path: no other has it, nor a record without objects."""
    names: dict[_Path, str] = {path: path[0] for path in paths if len(path) == 1}
    used = {*taken, *names.values()}
    for path in sorted(paths, key=len):
        if len(path) == 1:
            continue
        own = [part for part in path[:-1] if _SEPARATORS.sub("", part.casefold()) not in _OF_A_PERSON]
        # A flag is one wherever it stands, and "crm.unsubscribed" would not be read.
        says = _says(path[-1])
        stem = path[-1] if says else ".".join(path)
        numbered = (f"{stem}.{number}" for number in range(2, len(paths) + len(used) + 3))
        first = (path[-1],) if says else (".".join([*own, path[-1]]), stem)
        names[path] = next(name for name in (*first, *numbered) if name not in used)
        used.add(names[path])
    return names
