"""Custom fields: values whose types are the lead fields of the workspace."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from pb2b_notebook.openapi.import_cells import check_custom_value, read_number
from pb2b_notebook.sandbox.core.listing import Condition
from pb2b_notebook.sandbox.core.problems import detail, invalid, safe_name, suggestion
from pb2b_notebook.sandbox.core.store import Document, Store
from pb2b_notebook.sandbox.core.tables import LEAD_FIELDS


class CustomFields:
    """The custom lead fields of one workspace, read at first use."""

    def __init__(self, store: Store, workspace_id: str) -> None:
        self._store = store
        self._workspace_id = workspace_id

    @cached_property
    def _by_key(self) -> dict[str, Document]:
        fields = self._store.find(LEAD_FIELDS, self._workspace_id, "builtin = 0", ())
        return {field["key"]: field for field in fields}

    def merge(self, present: Mapping[str, Any], changes: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return the present values merged with ``changes``: null clears one key, and ``changes=None`` clears all.

        Raises:
            Problem: 422 with one detail per field.
        """
        if changes is None:
            return {}
        if not changes:
            return dict(present)
        details = []
        merged = dict(present)
        for key, value in changes.items():
            try:
                merged[key] = self._check(key, value)
            except ValueError as error:
                code = "unknown_field" if key not in self._by_key else "invalid_value"
                details.append(detail(f"custom_fields.{safe_name(key)}", code, str(error)))
        if details:
            raise invalid(details)
        return {key: value for key, value in merged.items() if value is not None}

    def _check(self, key: str, value: Any) -> Any:
        field = self._by_key.get(key)
        if field is None:
            raise ValueError(f"is not a lead field of this workspace; {suggestion(key, self._by_key)}")
        return None if value is None else check_custom_value(value, field["type"], field["options"])

    def conditions(self, filters: Mapping[str, str]) -> list[Condition]:
        """Return the conditions of ``custom.<key>=<text>`` filters.

        Raises:
            Problem: 422 with one detail per parameter.
        """
        details, conditions = [], []
        for key, text in filters.items():
            try:
                conditions.append(self._condition(key, text))
            except ValueError as error:
                code = "unknown_parameter" if key not in self._by_key else "invalid_value"
                details.append(detail(f"custom.{safe_name(key)}", code, str(error)))
        if details:
            raise invalid(details)
        return conditions

    def _condition(self, key: str, text: str) -> Condition:
        value = self._check(key, self._parse(key, text))
        path = f"$.custom_fields.{key}"
        if self._by_key[key]["type"] == "multi_select":
            return Condition("EXISTS (SELECT 1 FROM json_each(doc, ?) WHERE value = ?)", (path, value[0]))
        if isinstance(value, bool):
            return Condition("json_type(doc, ?) = ?", (path, "true" if value else "false"))
        return Condition("json_extract(doc, ?) = ?", (path, value))

    def _parse(self, key: str, text: str) -> Any:
        kind = self._by_key.get(key, {}).get("type")
        if kind == "number":
            return read_number(text)
        if kind == "boolean":
            return {"true": True, "false": False}.get(text, text)
        return [text] if kind == "multi_select" else text
