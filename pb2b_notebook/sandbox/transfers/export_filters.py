"""The filters of an export: the filters of the list of leads, as a JSON object."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from pb2b_notebook.sandbox.core.listing import Condition
from pb2b_notebook.sandbox.core.problems import Problem, detail, invalid, safe_name, suggestion
from pb2b_notebook.sandbox.core.store import Store
from pb2b_notebook.sandbox.core.validation import validate
from pb2b_notebook.sandbox.leads.custom_fields import CustomFields
from pb2b_notebook.sandbox.leads.lead_queries import LeadQuery

Json = dict[str, Any]

CUSTOM = "custom."
_PAGING = ("order", "limit", "cursor", "include_total")


@cache
def _filter_schemas() -> dict[str, Json]:
    """Return the schema of each filter; to build them takes 25 ms."""
    known = {}
    for name, described in LeadQuery.model_json_schema()["properties"].items():
        if name not in _PAGING:
            options = [option for option in described.get("anyOf", [described]) if option.get("type") != "null"]
            known[name] = {key: value for key, value in options[0].items() if key not in ("title", "default")}
    return known


def _with_single_value(schema: Json) -> Json:
    if schema["type"] != "array":
        return schema
    return {"anyOf": [schema | {"minItems": 1}, schema["items"]]}


class FiltersSchema:
    """Annotation of the filters: their JSON Schema, built for the document."""

    def __get_pydantic_json_schema__(self, _core_schema: Any, _handler: Any) -> Json:
        return {
            "type": "object",
            "properties": {name: _with_single_value(schema) for name, schema in _filter_schemas().items()},
            "patternProperties": {"^custom\\.": {"type": ["string", "number", "boolean"]}},
            "additionalProperties": False,
        }


def conditions(filters: Mapping[str, Any], store: Store, workspace_id: str) -> list[Condition]:
    """Return the conditions of the filters.

    Raises:
        Problem: 422 with one detail per filter.
    """
    texts, details = _texts(filters)
    custom = {name.removeprefix(CUSTOM): text for name, text in texts.items() if name.startswith(CUSTOM)}
    found: list[Condition] = []
    try:
        found += CustomFields(store, workspace_id).conditions(custom)
    except Problem as problem:
        details += problem.details
    try:
        builtin = {name: text for name, text in texts.items() if not name.startswith(CUSTOM)}
        found += validate(LeadQuery, builtin).conditions()
    except Problem as problem:
        details += problem.details
    if details:
        raise invalid([each | {"field": f"filters.{each['field']}"} for each in details])
    return found


def _texts(filters: Mapping[str, Any]) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """Return the filters as text, as in a query string, and one detail per invalid filter."""
    texts: dict[str, Any] = {}
    details = []
    known = _filter_schemas()
    for name, value in filters.items():
        if name not in known and not name.startswith(CUSTOM):
            details.append(detail(safe_name(name), "unknown_field", f"is not a filter; {suggestion(name, known)}"))
            continue
        try:
            texts[name] = _custom_text(value) if name.startswith(CUSTOM) else _text(value, known[name]["type"])
        except ValueError as error:
            details.append(detail(safe_name(name), "invalid_value", str(error)))
    return texts, details


def _text(value: Any, kind: str) -> str | list[str]:
    if kind == "boolean":
        if not isinstance(value, bool):
            raise ValueError("needs true or false")
        return "true" if value else "false"
    if kind == "string":
        if not isinstance(value, str):
            raise ValueError("needs text")
        return value
    texts = value if isinstance(value, list) else [value]
    if not texts or not all(isinstance(text, str) for text in texts):
        raise ValueError("needs text, or a list of at least one text")
    return texts


def _custom_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str | int | float):
        raise ValueError("needs text, a number, true or false")  # noqa: TRY004 - one error for all
    return str(value)
