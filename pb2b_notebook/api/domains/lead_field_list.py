"""List the lead fields of a workspace; where the service has no such list, those of our contract."""

from __future__ import annotations

from typing import Any, Final

from pb2b_notebook import openapi
from pb2b_notebook.api.calls.options import OPTIONS
from pb2b_notebook.api.calls.session import UNREADABLE, Session, why_unread
from pb2b_notebook.api.domains.verbs import VerbOfOurs
from pb2b_notebook.display import notices
from pb2b_notebook.errors import MappingError, NotFoundError, UnknownOperationError
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.mapping.lead_fields import BUILTIN_TYPES, read_fields
from pb2b_notebook.openapi.operations import Operation

_COMPOUND: Final = frozenset({"json", "record", "records", "custom"})
"""Kinds of values that are not one value of a lead field."""


class LeadFieldList(VerbOfOurs):
    """The verb ``ws.lead_fields.list``."""

    def run(self, session: Session, operation: Operation, given: dict[str, Any]) -> Any:
        """Run the operation; a service that does not have it has at least the built-in fields of our contract."""
        try:
            found = super().run(session, operation, given)
        except NotFoundError as problem:
            session.learn_missing(operation.id, problem)
        except UnknownOperationError:
            pass  # the document lacks it
        else:
            session.client.profile.withdraw("missing", operation.id)
            # Each lead has fields: a list of none is that of a service that does not list them.
            if len(found) or any(name not in OPTIONS for name in given):
                return found
        notices.say("this service lists no lead fields: these are the built-in ones of our contract")
        return _of_contract(session, operation, given.get("frame"))


def list_lead_fields(session: Session) -> pl.DataFrame:
    """Return the fields that leads have, in polars: those that the service lists, and the built-in ones beside them.

    Some services list their custom fields only. A service that is known to have no list is not asked.
    """
    verb = LeadFieldList("lead_fields.list")
    operation = verb._find(session.operations)  # noqa: SLF001 - of this module
    builtin: pl.DataFrame = _of_contract(session, operation, "polars")
    if session.is_missing(operation.id):
        return builtin
    found: pl.DataFrame
    try:
        found = verb.run(session, operation, {"frame": "polars"})
    except UNREADABLE as problem:
        session.client.say_once(f"{why_unread(operation, problem)}: the built-in lead fields of our contract are used")
        partial: Any = problem.partial
        found = builtin.clear() if partial is None else partial
    try:
        known = read_fields(found)
    except MappingError:  # such as groups of fields
        session.client.say_once("lead fields have another form here: the built-in ones of our contract are used")
        found, known = builtin.clear(), {}
    others = builtin.filter(~pl.col("key").is_in([*known])).with_columns(options=None)  # it has its own words
    return pl.concat([found, others], how="diagonal_relaxed") if others.height else found


def _of_contract(session: Session, operation: Operation, frame: str | None) -> Any:
    update, ours = session.operations.get("leads.update"), openapi.load()["leads.update"].body or ()
    types = {"number": "number", "integer": "number", "boolean": "boolean", "datetime": "datetime", "date": "date"}
    rows = [
        {
            "key": p.name,
            "type": types.get(p.kind) or BUILTIN_TYPES.get(p.name, "text"),
            "options": list(p.choices),
            "builtin": True,
        }
        for p in (update.body_parameters if update else ())
        if p.name not in {"custom_fields", "if_updated_at"}
        and (p.name in ours or not (p.kind in _COMPOUND or p.repeatable))
    ]
    listed = openapi.load()["lead_fields.list"].fields
    shown = {"key", "type"} <= {field.name for field in operation.fields}  # a document may have another form of them
    return session.table(rows, operation.fields if shown else listed, frame)
