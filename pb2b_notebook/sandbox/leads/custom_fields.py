"""Custom fields: values typed by the workspace's own lead fields."""

from __future__ import annotations

import math
import re
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pb2b_notebook.sandbox.core import instants
from pb2b_notebook.sandbox.core.listing import Condition
from pb2b_notebook.sandbox.core.problems import detail, invalid, shown, suggestion
from pb2b_notebook.sandbox.core.tables import LEAD_FIELDS
from pb2b_notebook.sandbox.core.validation import EMAIL, PHONE, URL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pb2b_notebook.sandbox.core.store import Document, Store

_LARGEST = 2**63 - 1
_LONGEST = 2000
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _text(value: Any, _field: Document) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise ValueError(f"needs text of at most {_LONGEST} characters")
    return value


def _number(value: Any, _field: Document) -> int | float:
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or (abs(value) > _LARGEST and isinstance(value, int))
    ):
        raise ValueError("needs a number; a whole one of at most 63 bits")
    return value


def _boolean(value: Any, _field: Document) -> bool:
    if not isinstance(value, bool):
        raise ValueError("needs true or false")  # noqa: TRY004 - one error for all
    return value


def _date(value: Any, field: Document) -> str:
    text = _text(value, field)
    if not _DATE.fullmatch(text):
        raise ValueError("needs a date, such as 2026-03-10")
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError("needs a date that exists") from None


def _datetime(value: Any, field: Document) -> str:
    try:
        return instants.normalize(_text(value, field))
    except ValueError:
        raise ValueError("needs a time with a zone, such as 2026-03-10T12:00:00Z") from None


def _option(value: Any, field: Document) -> str:
    if not isinstance(value, str) or value not in field["options"]:
        raise ValueError("needs one of the field's options")
    return value


def _options(value: Any, field: Document) -> list[str]:
    if not isinstance(value, list):
        raise ValueError("needs a list of the field's options")  # noqa: TRY004 - one error for all
    chosen = [_option(item, field) for item in value]
    if len(set(chosen)) != len(chosen):
        raise ValueError("names an option twice")
    return chosen


def _matching(pattern: str, what: str) -> Callable[[Any, Document], str]:
    def check(value: Any, field: Document) -> str:
        text = _text(value, field)
        # Whole, since Python's $ also stands before a line break at the end.
        if not re.fullmatch(pattern, text):
            raise ValueError(f"needs {what}")
        return text

    return check


_CHECKS: dict[str, Callable[[Any, Document], Any]] = {
    "text": _text,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "select": _option,
    "multi_select": _options,
    "email": _matching(EMAIL, "an e-mail address"),
    "phone": _matching(PHONE, "a phone number"),
    "url": _matching(URL, "an http or https URL"),
}


class CustomFields:
    """The custom lead fields of one workspace, read at first use."""

    def __init__(self, store: Store, workspace_id: str) -> None:
        self._store = store
        self._workspace_id = workspace_id

    @cached_property
    def _by_key(self) -> dict[str, Document]:
        fields = self._store.find(LEAD_FIELDS, self._workspace_id, "builtin = 0", ())
        return {field["key"]: field for field in fields}

    def merge(self, present: Mapping[str, Any], given: Mapping[str, Any] | None) -> dict[str, Any]:
        """Merge by key; null clears one key, and ``None`` for ``given`` clears all.

        Raises:
            Problem: 422, one detail a field.
        """
        if given is None:
            return {}
        if not given:
            return dict(present)
        details = []
        merged = dict(present)
        for key, value in given.items():
            try:
                merged[key] = self._checked(key, value)
            except ValueError as error:
                code = "unknown_field" if key not in self._by_key else "invalid_value"
                details.append(detail(f"custom_fields.{shown(key)}", code, str(error)))
        if details:
            raise invalid(details)
        return {key: value for key, value in merged.items() if value is not None}

    def _checked(self, key: str, value: Any) -> Any:
        field = self._by_key.get(key)
        if field is None:
            raise ValueError(f"this workspace has no such lead field; {suggestion(key, self._by_key)}")
        return None if value is None else _CHECKS[field["type"]](value, field)

    def conditions(self, asked: Mapping[str, str]) -> list[Condition]:
        """What ``custom.<key>=<text>`` filters ask of a lead.

        Raises:
            Problem: 422, one detail a parameter.
        """
        details, conditions = [], []
        for key, text in asked.items():
            try:
                conditions.append(self._condition(key, text))
            except ValueError as error:
                code = "unknown_parameter" if key not in self._by_key else "invalid_value"
                details.append(detail(f"custom.{shown(key)}", code, str(error)))
        if details:
            raise invalid(details)
        return conditions

    def _condition(self, key: str, text: str) -> Condition:
        value = self._checked(key, self._typed(key, text))
        path = f"$.custom_fields.{key}"
        if self._by_key[key]["type"] == "multi_select":
            return Condition("EXISTS (SELECT 1 FROM json_each(doc, ?) WHERE value = ?)", (path, value[0]))
        if isinstance(value, bool):
            return Condition("json_type(doc, ?) = ?", (path, "true" if value else "false"))
        return Condition("json_extract(doc, ?) = ?", (path, value))

    def _typed(self, key: str, text: str) -> Any:
        kind = self._by_key.get(key, {}).get("type")
        if kind == "number":
            return read_number(text)
        if kind == "boolean":
            return {"true": True, "false": False}.get(text, text)
        return [text] if kind == "multi_select" else text


def read_number(text: str) -> int | float:
    """Read a decimal number, as JSON writes one.

    Raises:
        ValueError: it is none.
    """
    if re.fullmatch(r"-?[0-9]{1,300}", text):
        return int(text)
    if not re.fullmatch(r"-?[0-9]{1,300}(\.[0-9]{1,300})?([eE][-+]?[0-9]{1,2})?", text):
        raise ValueError("needs a number")
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("needs a number that is not too large")
    return number
