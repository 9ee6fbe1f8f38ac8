"""Write mappings as JSON documents and read them; a document is validated completely before it is used."""

from __future__ import annotations

import json
from typing import Any, Final

from pb2b_notebook.errors import MappingError, ProspectB2BError
from pb2b_notebook.frames.strict_json import encodable, members

OBJECT: Final = "pb2b_mapping"
VERSION: Final = 1
LARGEST: Final = 1 << 20
"""Limit of bytes of a document; a mapping of a thousand columns has a tenth of it."""
MOST_COLUMNS: Final = 1000
LONGEST_NAME: Final = 32_767
"""Limit of characters of a column name, which is that of a cell of a workbook."""

_TEXTS: Final = ("columns", "converters", "types", "roles")
_MEMBERS: Final = frozenset({"object", "version", *_TEXTS, "defaults", "values", "ignored", "suggestions"})
_REPAIR: Final = "pass the text that Mapping.to_json() returned, unchanged"


def write(parts: dict[str, Any]) -> str:
    """Return the document of a mapping's parts."""
    text = json.dumps({"object": OBJECT, "version": VERSION, **parts}, indent=2, ensure_ascii=False)
    # An unpaired surrogate, as a careless cut leaves it, has no UTF-8 form: it is escaped.
    return text if encodable(text) else json.dumps({"object": OBJECT, "version": VERSION, **parts}, indent=2)


def read(text: str | bytes) -> dict[str, Any]:
    """Return the parts of a mapping's document; missing parts are empty.

    Raises:
        MappingError: The text is not JSON or not a mapping, or has an unknown version or unknown members. The message
            repeats only names of its members.
    """
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else bytes(text)
    if len(data) > LARGEST:
        raise MappingError(f"the document of a mapping is limited to {LARGEST:,} bytes", repair=_REPAIR)
    try:
        found = {member.name: member.value for member in members(data)}
    except (ProspectB2BError, RecursionError):
        raise MappingError("this is not a JSON object, or it has a member twice", repair=_REPAIR) from None
    _check_head(found)
    for name in _TEXTS:
        _check_texts(name, found.setdefault(name, {}))
    _check_defaults(found.setdefault("defaults", {}))
    _check_values(found.setdefault("values", {}))
    _check_ignored(found.setdefault("ignored", []))
    _check_suggestions(found.setdefault("suggestions", {}))
    return found


def _check_head(found: dict[str, Any]) -> None:
    if found.get("object") != OBJECT:
        raise MappingError("this JSON document is not a mapping", repair=_REPAIR)
    version = found.get("version")
    if version is not VERSION and (isinstance(version, bool) or version != VERSION):
        raise MappingError(
            "this mapping has an unknown version",
            repair=f"this pb2b-notebook reads version {VERSION}; update it for a newer one",
        )
    unknown = sorted(found.keys() - _MEMBERS)
    if unknown:
        raise MappingError(f"a mapping has no member {unknown[0][:40]!r}", repair=_REPAIR)


def _check_texts(name: str, value: Any) -> None:
    if not isinstance(value, dict) or len(value) > MOST_COLUMNS:
        raise MappingError(f"{name!r} must be an object of at most {MOST_COLUMNS} texts", repair=_REPAIR)
    if not all(map(_is_name, value)) or not all(map(_is_name, value.values())):
        raise MappingError(f"{name!r} has a value that is not text, or is too long", repair=_REPAIR)


def _check_defaults(value: Any) -> None:
    if not isinstance(value, dict) or not all(map(_is_name, value)) or not all(map(_is_default, value.values())):
        raise MappingError(
            "'defaults' must be an object of texts, numbers, true, false or lists of text", repair=_REPAIR
        )


def _check_values(value: Any) -> None:
    if not isinstance(value, dict) or len(value) > MOST_COLUMNS or not all(map(_is_name, value)):
        raise MappingError("'values' must be an object of value maps", repair=_REPAIR)
    for table in value.values():
        if not isinstance(table, dict) or not all(map(_is_name, table)):
            raise MappingError("'values' must have an object of cells and values for each column", repair=_REPAIR)


def _check_ignored(value: Any) -> None:
    if not isinstance(value, list) or len(value) > MOST_COLUMNS or not all(map(_is_name, value)):
        raise MappingError("'ignored' must be a list of column names", repair=_REPAIR)


def _check_suggestions(value: Any) -> None:
    if not isinstance(value, dict) or not all(map(_is_suggestion, value.values())):
        raise MappingError(
            "'suggestions' must have a confidence from 0 to 1 and a reason for each column", repair=_REPAIR
        )


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_NAME


def _is_default(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(item, str) for item in value)
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
