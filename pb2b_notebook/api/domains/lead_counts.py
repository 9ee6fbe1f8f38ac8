"""Count leads: in one request where the service gives a total, else by reading them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pb2b_notebook.api.calls.list_summary import summarize_list
from pb2b_notebook.api.calls.options import Options
from pb2b_notebook.api.calls.session import Session
from pb2b_notebook.api.domains.verbs import Verb
from pb2b_notebook.api.http.adaptation.status_words import STATUS
from pb2b_notebook.display import notices
from pb2b_notebook.frames import provenance
from pb2b_notebook.openapi.operations import Operation


class LeadCount(Verb):
    """The verb ``ws.leads.count``."""

    def __init__(self) -> None:
        super().__init__("leads.list", returns="count")

    def run(self, session: Session, operation: Operation, given: dict[str, Any]) -> int:
        """Ask for the total; an error of the service, such as a missing scope, is raised and never a number."""
        return count_leads(session, operation, given)[0]


def count_leads(session: Session, operation: Operation, given: Mapping[str, Any]) -> tuple[int, bool]:
    """Return the number of leads, and whether these are certainly all; they are read where the service gives no total.

    Args:
        session: Session of the workspace.
        operation: ``leads.list`` in the contract in use.
        given: Filters.

    Raises:
        APIError, TransportError: The request failed.
    """
    total = summarize_list(session, operation.id, **given).total
    # A service may find no lead by a status word that it does not have: the list is read by its own words.
    if total is not None and (total or STATUS not in given or not session.client.is_foreign):
        return total, True
    leads = session.list(operation, given, Options(columns=["id"], frame="polars"))
    complete = provenance(leads).complete
    others = "" if complete else ", and others may exist"
    if total is None:
        read = f"{len(leads):,} leads were read to count them{others}"
        notices.say(f"this service gives no certain total of {operation.id}: {read}")
    return len(leads), complete
