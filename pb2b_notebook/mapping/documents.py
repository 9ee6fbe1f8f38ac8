"""Mappings as JSON documents, in and out: what somebody else wrote is checked whole before it is believed."""

from __future__ import annotations

import json
from typing import Any, Final

from pb2b_notebook.errors import MappingError, ProspectB2BError
from pb2b_notebook.frames.strict import encodable, members

OBJECT: Final = "pb2b_mapping"
VERSION: Final = 1
LARGEST: Final = 1 << 20
"""Bytes of a document; a mapping of a thousand columns has a tenth of it."""
MOST_COLUMNS: Final = 1000
LONGEST_NAME: Final = 32_767
"""Characters of a column's name: what a cell of a workbook holds."""

_TEXTS: Final = ("columns", "converters", "types")
_MEMBERS: Final = frozenset({"object", "version", *_TEXTS, "defaults", "ignored", "suggestions"})
_REPAIR: Final = "give the text that Mapping.to_json() made, unchanged"


def write(parts: dict[str, Any]) -> str:
    """The document of a mapping's parts."""
    text = json.dumps({"object": OBJECT, "version": VERSION, **parts}, indent=2, ensure_ascii=False)
    # Half a character, as a careless cut leaves it, has no UTF-8 form: it goes escaped.
    return text if encodable(text) else json.dumps({"object": OBJECT, "version": VERSION, **parts}, indent=2)


def read(text: str | bytes) -> dict[str, Any]:
    """The parts of a mapping's document; those that it lacks are empty.

    Raises:
        MappingError: no JSON, not such a document, of a version that is not known, or with members that are no
            mapping's. The message repeats nothing of it but the names of members.
    """
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else bytes(text)
    if len(data) > LARGEST:
        raise MappingError(f"a mapping's document has at most {LARGEST:,} bytes", repair=_REPAIR)
    try:
        found = {member.name: member.value for member in members(data)}
    except (ProspectB2BError, RecursionError):
        raise MappingError("this is no JSON object, or names a member twice", repair=_REPAIR) from None
    _check_head(found)
    for name in _TEXTS:
        _check_texts(name, found.setdefault(name, {}))
    _check_defaults(found.setdefault("defaults", {}))
    _check_ignored(found.setdefault("ignored", []))
    _check_suggestions(found.setdefault("suggestions", {}))
    return found


def _check_head(found: dict[str, Any]) -> None:
    if found.get("object") != OBJECT:
        raise MappingError("this JSON is no mapping", repair=_REPAIR)
    version = found.get("version")
    if version is not VERSION and (isinstance(version, bool) or version != VERSION):
        raise MappingError(
            "this mapping is of a version that is not known here",
            repair=f"known is version {VERSION}; a newer one needs a newer pb2b-notebook",
        )
    unknown = sorted(found.keys() - _MEMBERS)
    if unknown:
        raise MappingError(f"a mapping has no member {unknown[0][:40]!r}", repair=_REPAIR)


def _check_texts(name: str, value: Any) -> None:
    if not isinstance(value, dict) or len(value) > MOST_COLUMNS:
        raise MappingError(f"{name!r} is an object of at most {MOST_COLUMNS} texts by name", repair=_REPAIR)
    if not all(map(_is_name, value)) or not all(map(_is_name, value.values())):
        raise MappingError(f"{name!r} holds something that is no text, or too long", repair=_REPAIR)


def _check_defaults(value: Any) -> None:
    if not isinstance(value, dict) or not all(map(_is_name, value)) or not all(map(_is_default, value.values())):
        raise MappingError("'defaults' is an object of texts, numbers, true, false or lists of text", repair=_REPAIR)


def _check_ignored(value: Any) -> None:
    if not isinstance(value, list) or len(value) > MOST_COLUMNS or not all(map(_is_name, value)):
        raise MappingError("'ignored' is a list of names of columns", repair=_REPAIR)


def _check_suggestions(value: Any) -> None:
    if not isinstance(value, dict) or not all(map(_is_suggestion, value.values())):
        raise MappingError("'suggestions' holds a confidence from 0 to 1 and a reason by column", repair=_REPAIR)


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_NAME


def _is_default(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(one, str) for one in value)
    return isinstance(value, str | bool | int | float)


def _is_suggestion(value: Any) -> bool:
    if not isinstance(value, dict) or value.keys() != {"confidence", "reason"}:
        return False
    confidence = value["confidence"]
    return (
        isinstance(value["reason"], str)
        and isinstance(confidence, int | float)
        and not isinstance(confidence, bool)
        and 0 <= confidence <= 1
    )
