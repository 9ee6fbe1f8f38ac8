"""The lead fields of a workspace as values, read from the frame of ``ws.lead_fields.list()``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any

from pb2b_notebook import openapi
from pb2b_notebook.errors import MappingError
from pb2b_notebook.frames.library import input_frame
from pb2b_notebook.frames.schema import LEAD_FIELD_KINDS, column_name
from pb2b_notebook.mapping.columns import column_names, values_of
from pb2b_notebook.openapi.object_descriptions import fold

BUILTIN_TYPES: Mapping[str, str] = {
    "email": "email",
    "owner_email": "email",
    "phone": "phone",
    "website": "url",
    "linkedin_url": "url",
    "status": "select",
}
"""Key of a built-in field → its type, where its values are texts of one kind."""
_REPAIR = "pass the frame of ws.lead_fields.list(), with all its columns"


@dataclass(frozen=True, slots=True)
class LeadField:
    """One field that leads have.

    Attributes:
        key: Key in the API, such as "email" or "tier".
        type: "text", "number", "boolean", "date", "datetime", "select", "multi_select", "email", "phone" or "url";
            values of any other type are kept unchanged.
        label: Name for people.
        required: Whether a new lead needs a value.
        options: Allowed values of a "select" or "multi_select" field; empty if any value is allowed.
        builtin: Whether every workspace has the field; otherwise it is a custom field of this workspace.
    """

    key: str
    type: str = "text"
    label: str = ""
    required: bool = False
    options: tuple[str, ...] = ()
    builtin: bool = True

    @property
    def kind(self) -> str:
        """Kind of its column, one of :data:`~pb2b_notebook.frames.schema.ColumnKind`."""
        declared = lead_kinds().get(self.key) if self.builtin else None
        return declared or LEAD_FIELD_KINDS.get(self.type, "text")

    @property
    def column(self) -> str:
        """Name of its column in frames: the key, or ``custom_<key>``."""
        return self.key if self.builtin else column_name(("custom_fields", self.key))


@cache
def lead_kinds() -> Mapping[str, str]:
    """Return the kinds of the built-in fields of a lead in the contract, including those that only the service sets.

    >>> lead_kinds()["score"], lead_kinds()["created_at"]
    ('integer', 'datetime')
    """
    listed = openapi.load()["leads.list"].fields
    return {field.name: field.kind for field in listed if field.kind != "custom"}


def read_fields(frame: Any, argument: str = "fields") -> dict[str, LeadField]:
    """Return the lead fields by key.

    Args:
        frame: The frame of ``ws.lead_fields.list()``, or a dict that this function returned.
        argument: Name of the caller's argument, for the message.

    Raises:
        MappingError: ``frame`` is not such a frame, or lacks the column "key" or "type".
    """
    if isinstance(frame, dict) and all(isinstance(value, LeadField) for value in frame.values()):
        return frame
    frame = input_frame(frame, purpose=f"{argument}=", error=MappingError, repair=_REPAIR).frame
    columns = {name: values_of(frame, name) for name in column_names(frame)}
    if not any(name in columns for name in _NAMES["key"]) or not any(name in columns for name in _NAMES["type"]):
        raise MappingError(
            f"{argument}= is not a frame of lead fields: it has no columns 'key' and 'type'", repair=_REPAIR
        )
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    found = [field_of(row) for row in rows]
    return {field.key: field for field in found if field is not None}


def listed_keys(frame: Any) -> frozenset[str]:
    """Return the keys of a frame of lead fields as the service writes them.

    >>> import polars as pl
    >>> sorted(listed_keys(pl.DataFrame({"key": ["fullName", "email", None], "label": ["Name", "Mail", None]})))
    ['email', 'fullName']
    """
    name = next((name for name in _NAMES["key"] if name in column_names(frame)), None)
    return frozenset(key for key in values_of(frame, name) if isinstance(key, str)) if name else frozenset()


def remembered_field(key: str, types: Mapping[str, str]) -> LeadField:
    """Return the field of a key, with the type from the contract or from what a mapping remembers.

    >>> remembered_field("score", {}).kind, remembered_field("tier", {"tier": "select"}).column
    ('integer', 'custom_tier')
    """
    return LeadField(key, types.get(key, "text"), builtin=key in lead_kinds())


def read_only_keys(fields: Iterable[str]) -> frozenset[str]:
    """Return the keys of the fields of a lead that only the service sets."""
    return frozenset(lead_kinds()) - frozenset(fields)


_NAMES: Mapping[str, tuple[str, ...]] = {
    "key": ("key", "api_name", "apiName", "api_slug", "slug", "internal_name", "field_key", "name", "field"),
    "type": ("type", "field_type", "fieldType", "data_type", "dataType", "kind"),
    "label": ("label", "display_name", "displayName", "display_label", "title", "name"),
    "options": ("options", "choices", "values", "allowed_values", "picklist_values"),
    "builtin": ("builtin", "is_builtin", "built_in", "system", "is_system"),
    "custom": ("custom", "is_custom", "isCustom", "custom_field"),
    "details": ("config", "settings"),
}
"""Part of a lead field → names that services give it, ours first."""


_WORDS = ("value", "key", "name", "label", "title")
"""Members of an option that may be its word, the best first."""


@cache
def _builtin_keys() -> Mapping[str, str]:
    return {fold(key): key for key in lead_kinds()}


_TYPES: Mapping[str, str] = {
    **dict.fromkeys(("string", "str", "textarea", "longtext", "varchar", "singlelinetext", "multilinetext"), "text"),
    **dict.fromkeys(
        ("integer", "int", "float", "double", "decimal", "currency", "money", "numeric", "percent"), "number"
    ),
    **dict.fromkeys(("bool", "checkbox", "yesno", "truefalse"), "boolean"),
    **dict.fromkeys(("timestamp", "datetimetz"), "datetime"),
    **dict.fromkeys(("enum", "enumeration", "dropdown", "picklist", "singleselect", "radio", "choice"), "select"),
    **dict.fromkeys(
        ("multiselect", "multipicklist", "multichoice", "multienum", "set", "list", "array", "tags", "checkboxes"),
        "multi_select",
    ),
}
"""Folded name of a type at other services → ours."""


def _type(given: Any) -> str:
    """Return the type of a lead field in our words; a type that we do not know is returned as it is.

    >>> _type("Integer"), _type("multi-select"), _type("date"), _type("geo_point"), _type(None)
    ('number', 'multi_select', 'date', 'geo_point', 'text')
    """
    if not isinstance(given, str):
        return "text"
    folded = re.sub(r"[_ -]", "", given).lower()
    return folded if folded in LEAD_FIELD_KINDS else _TYPES.get(folded, given)


def with_type_of_values(field: LeadField, values: Iterable[Any]) -> LeadField:
    """Return a field whose type we do not know with the type that its values have, so that they are sent as they are.

    >>> with_type_of_values(LeadField("tier", "geo_point"), [None, 4.5]).type
    'number'
    >>> with_type_of_values(LeadField("topics", "set"), [None, ["a", "b"]]).type
    'multi_select'
    """
    if field.type in LEAD_FIELD_KINDS:
        return field
    first = next((value for value in values if value is not None and str(value) not in {"nan", "NaT", "<NA>"}), None)
    kinds = ((bool, "boolean"), (int | float, "number"), (datetime, "datetime"), (date, "date"), (list, "multi_select"))
    return replace(field, type=next((name for kind, name in kinds if isinstance(first, kind)), "text"))


def field_of(row: Mapping[str, Any]) -> LeadField | None:
    """Return the lead field of an object; a live service may name or omit everything differently.

    >>> field_of({"name": "tier", "field_type": "select", "choices": [{"value": "gold"}, {"value": "silver"}]})
    LeadField(key='tier', type='select', label='', required=False, options=('gold', 'silver'), builtin=False)
    >>> field_of({"slug": "tier", "name": "Account tier", "config": {"options": [{"id": 1, "title": "gold"}]}}).options
    ('gold',)
    >>> field_of({"name": "E-mail", "field_type": "string"}).key, field_of({"name": "City", "is_custom": True}).key
    ('email', 'City')
    >>> field_of({"name": "email", "field_type": "string"}).type
    'email'
    """
    part = {
        name: next((row[each] for each in names if row.get(each) is not None), None) for name, names in _NAMES.items()
    }
    key, builtin = part["key"], part["builtin"]
    if not isinstance(key, str) or not key:
        return None
    if builtin is None and isinstance(part["custom"], bool):
        builtin = not part["custom"]
    if builtin is not False:  # a service may give the names for people only
        key = _builtin_keys().get(fold(key), key)
    details, kind = _object(part["details"]), _type(part["type"])
    own = BUILTIN_TYPES.get(key, kind) if builtin is not False and not details and kind == "text" else kind
    return LeadField(
        key=key,
        type=own,
        label=part["label"] if isinstance(part["label"], str) and part["label"] != key else "",
        required=row.get("required") is True,
        options=_options(part["options"] or details.get("options") or details.get("choices")),
        builtin=builtin if isinstance(builtin, bool) else key in lead_kinds(),
    )


def custom_keys(rows: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Return the keys of the lead fields that the service itself calls custom.

    >>> sorted(custom_keys([{"key": "tier", "builtin": False}, {"key": "owner"}, {"key": "optOut", "custom": True}]))
    ['optOut', 'tier']
    """
    marked = [row for row in rows if any(row.get(name) is not None for name in (*_NAMES["builtin"], *_NAMES["custom"]))]
    found = (field for row in marked if (field := field_of(row)) is not None)
    return frozenset(field.key for field in found if not field.builtin)


def _object(given: Any) -> Mapping[str, Any]:
    """Return an object, also of JSON text; empty for anything else."""
    if isinstance(given, str) and given.startswith("{"):
        with suppress(ValueError):
            given = json.loads(given)
    return given if isinstance(given, Mapping) else {}


def _options(given: Any) -> tuple[str, ...]:
    """Return the options of a field: texts, or objects with a value, also as JSON text."""
    if isinstance(given, str) and given.startswith("["):
        with suppress(ValueError):
            given = json.loads(given)
    if not isinstance(given, list | tuple):
        return ()
    found = [
        next((each[name] for name in _WORDS if each.get(name) is not None), None) if isinstance(each, Mapping) else each
        for each in given
    ]
    return tuple(str(each) for each in found if each is not None)
