"""Read a text that a service gives as a list, as an object with its value, or as false for none. Pure.

Some services keep several addresses and phones of a person: Pipedrive gives ``[{"value": "ada@x.example", "primary":
true}]`` for an email. One value is read as the text that the contract has. Of several addresses or phones, the primary
or the first one is, by which the person is found again; all of them are kept beside it, as ``email_all``, and what an
address says of an opt-out as ``email_opt_out``. Several values of another field are left as they came: which of them is
the right one is not certain.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

from pb2b_notebook.frames.strict_json import Member, members
from pb2b_notebook.openapi.object_descriptions import fold
from pb2b_notebook.opt_outs import can_say, says_opted_out

_OF_PEOPLE: Final = {
    "email": frozenset({"value", "address", "email", "emailaddress", "mail", "primaryemail"}),
    "phone": frozenset({"value", "number", "phone", "phonenumber", "primaryphonenumber"}),
}
"""Members of which any value is one person's → folded names of the text in an object with it."""
_ANY: Final = frozenset({"value"})
_MARKS: Final = ("primary", "is_primary", "primary_address")
WITH: Final = " with "
"""Between the form of a value and the name of the text in it, such as "email as a list with address"."""
_NOT_TEXT: Final = object()


def single_texts(records: Sequence[Any], texts: Collection[str]) -> tuple[Sequence[Any], frozenset[str]]:
    """Return raw objects with single values as texts, and what differed; the first and the last object show it.

    Raises:
        ProtocolError: A record is not a JSON object.

    >>> found, what = single_texts([b'{"email":[{"value":"ada@x.example"}]}', b'{"email":["a","b"]}'], ["email"])
    >>> found
    [b'{"email":"ada@x.example"}', b'{"email":"a","email_all":["a","b"]}']
    >>> sorted(what)
    ['email as a list', 'email as a list with value']
    >>> single_texts([b'{"email":{"address":"ada@x.example","optOut":true}}'], ["email"])[0]
    [b'{"email":"ada@x.example","email_optOut":true}']
    >>> single_texts([b'{"city":false,"title":true}', b'{"city":"Oslo","title":false}'], ["city", "title"])[0]
    [b'{"city":null,"title":true}', b'{"city":"Oslo","title":false}']
    """
    if not any(_has_wrapped(record, texts) for record in (records[0], records[-1])):
        return records, frozenset()
    what, rows = set[str](), [members(bytes(record)) for record in records]
    # Odoo writes false for no text; where others of these values are true, it is a value.
    truths = {member.name for row in rows for member in row if member.value is True}
    return [_without_lists(row, texts, truths, what) for row in rows], frozenset(what)


def are_texts_of(name: str, value: Any) -> bool:
    """Whether a value may be that of a field: an address or a phone, several, or none; not a count or a flag.

    >>> [are_texts_of("email", value) for value in ("a@x.example", [{"address": "a@x.example"}], [], None)]
    [True, True, True, True]
    >>> [are_texts_of("email", value) for value in (3, "yes", [{"subject": "Offer", "address": "Main Street 1"}])]
    [False, False, False]
    """
    if name not in _OF_PEOPLE:
        return True
    given = value if isinstance(value, list) else [value]
    texts = [_text_of(each, _OF_PEOPLE[name]) for each in given]
    return all(not text or (isinstance(text, str) and (name != "email" or "@" in text)) for text in texts)


def _has_wrapped(record: Any, texts: Collection[str]) -> bool:
    import msgspec

    try:
        found = msgspec.json.decode(record)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return False
    values = found.items() if isinstance(found, dict) else ()
    return any((isinstance(value, (list, dict)) or value is False) and name in texts for name, value in values)


def _without_lists(found: Iterable[Member], texts: Collection[str], truths: Collection[str], what: set[str]) -> bytes:
    parts = {}
    for member in found:
        parts[member.name] = member.text
        if member.value is False and member.name in texts and member.name not in truths:
            parts[member.name] = "null"
            what.add("false for no text")
        if member.name not in texts or not isinstance(member.value, (list, dict)):
            continue
        given = member.value if isinstance(member.value, list) else [member.value]
        keys = _OF_PEOPLE.get(member.name, _ANY)
        values = [_text_of(each, keys) for each in given]
        if _NOT_TEXT in values or (len(values) > 1 and member.name not in _OF_PEOPLE):
            continue
        parts[member.name] = json.dumps(_primary(given, values))
        further = any(
            isinstance(one, list) and one for each in given if isinstance(each, dict) for one in each.values()
        )
        if len(values) > 1 or further:
            parts[f"{member.name}_all"] = member.text
        parts |= {
            f"{member.name}_{key}": json.dumps(flag)
            for key, flag in _flags_of(given).items()
            if f"{member.name}_{key}" not in parts
        }
        key = next((key for each in given if isinstance(each, dict) for key in each if fold(key) in keys), None)
        form = "a list" if isinstance(member.value, list) else "an object"
        if given:  # an empty list does not show in which form addresses are
            what.add(f"{member.name} as {form}{f'{WITH}{key}' if key else ''}")
    return ("{" + ",".join(f"{json.dumps(name)}:{text}" for name, text in parts.items()) + "}").encode()


def _flags_of(given: Iterable[Any]) -> dict[str, Any]:
    """Return what addresses say of an opt-out beside their text: of several, one by which the person opted out."""
    flags: dict[str, Any] = {}
    for each in given:
        for name, value in each.items() if isinstance(each, dict) else ():
            if can_say(name) and (name not in flags or says_opted_out(name, value)):
                flags[name] = value
    return flags


def _text_of(value: Any, keys: Collection[str]) -> Any:
    """Return the text of a value, or of an object with it under one of these names; ``_NOT_TEXT`` for anything else."""
    if isinstance(value, dict):  # XML turned into JSON has an empty object for no text
        value = next((each for name, each in value.items() if fold(name) in keys), _NOT_TEXT) if value else None
    return value if isinstance(value, str) or value is None else _NOT_TEXT


def _primary(given: Sequence[Any], values: Sequence[str | None]) -> str | None:
    """Return the text that is marked as the primary one, or else the first; ``None`` without texts."""
    texts = [(each, text) for each, text in zip(given, values, strict=True) if text]
    marked = [text for each, text in texts if isinstance(each, dict) and any(each.get(n) is True for n in _MARKS)]
    return next(iter([*marked, *(text for _, text in texts)]), None)
