"""The lead fields of a workspace as values, read from the frame of ``ws.lead_fields.list()``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pb2b_notebook import openapi
from pb2b_notebook.errors import MappingError
from pb2b_notebook.frames.library import input_frame
from pb2b_notebook.frames.schema import LEAD_FIELD_KINDS, column_name
from pb2b_notebook.mapping.columns import column_names, values_of

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
    if not {"key", "type"} <= columns.keys():
        raise MappingError(
            f"{argument}= is not a frame of lead fields: it has no columns 'key' and 'type'", repair=_REPAIR
        )
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    return {row["key"]: _field(row) for row in rows if isinstance(row["key"], str) and row["key"]}


def remembered_field(key: str, types: Mapping[str, str]) -> LeadField:
    """Return the field of a key, with the type from the contract or from what a mapping remembers.

    >>> remembered_field("score", {}).kind, remembered_field("tier", {"tier": "select"}).column
    ('integer', 'custom_tier')
    """
    return LeadField(key, types.get(key, "text"), builtin=key in lead_kinds())


def read_only_keys(fields: Iterable[str]) -> frozenset[str]:
    """Return the keys of the fields of a lead that only the service sets."""
    return frozenset(lead_kinds()) - frozenset(fields)


def _field(row: Mapping[str, Any]) -> LeadField:
    """Return the field of a row; a live service may omit, or change the type of, everything but its key."""
    options, builtin = row.get("options"), row.get("builtin")
    return LeadField(
        key=row["key"],
        type=row["type"] if isinstance(row["type"], str) else "text",
        label=row["label"] if isinstance(row.get("label"), str) else "",
        required=row.get("required") is True,
        options=tuple(map(str, options)) if isinstance(options, list | tuple) else (),
        builtin=builtin if isinstance(builtin, bool) else row["key"] in lead_kinds(),
    )
