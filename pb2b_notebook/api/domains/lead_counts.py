"""Count leads: in one request where the service gives a total, else by reading them."""

from __future__ import annotations

from typing import Any

from pb2b_notebook.api.calls.list_summary import summarize_list
from pb2b_notebook.api.calls.options import Options
from pb2b_notebook.api.calls.session import Session
from pb2b_notebook.api.domains.verbs import Verb
from pb2b_notebook.display import notices
from pb2b_notebook.frames import provenance
from pb2b_notebook.openapi.operations import Operation


class LeadCount(Verb):
    """The verb ``ws.leads.count``."""

    def __init__(self) -> None:
        super().__init__("leads.list", returns="count")

    def run(self, session: Session, operation: Operation, given: dict[str, Any]) -> int:
        """Ask for the total; an error of the service, such as a missing scope, is raised and never a number."""
        total = summarize_list(session, operation.id, **given).total
        if total is not None:
            return total
        leads = session.list(operation, given, Options(columns=["id"], frame="polars"))
        others = "" if provenance(leads).complete else ", and others may exist"
        notices.say(
            f"this service gives no total of {operation.id}: {len(leads):,} leads were read to count them{others}"
        )
        return len(leads)
