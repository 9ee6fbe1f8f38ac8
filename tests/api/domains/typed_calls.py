"""Calls that a type checker must accept, and calls that it must reject; never run.

mypy strict checks this file with the package: a wrong call that it does not reject makes its ``type: ignore`` an unused
one, which is an error too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_type

from pb2b_notebook.api.calls.records import Record

if TYPE_CHECKING:
    from pb2b_notebook.api.domains.resources import Campaigns, Imports, Jobs, Leads, Prospector, Webhooks


def right(leads: Leads, webhooks: Webhooks, jobs: Jobs, imports: Imports, campaigns: Campaigns) -> None:
    leads.list(status=["new", "replied"], updated_after="7d", custom={"tier": "A"}, frame="polars")
    lead = leads.get("lead_1")
    assert_type(lead, Record)
    leads.update(lead, {"title": "Countess"}, email=None, if_updated_at=lead.updated_at)
    webhooks.create(url="https://example.com", events=["lead.created"])
    imports.errors(imports.wait(imports.create("a.csv", {"Mail": "email"})))
    jobs.wait(campaigns.launch(lead).apply(), timeout=60)


def wrong(leads: Leads, webhooks: Webhooks, jobs: Jobs, prospector: Prospector) -> None:
    leads.list(stauts="new")  # type: ignore[call-arg]
    leads.list(status="nwe")  # type: ignore[arg-type]
    leads.list(status=["new", "nwe"])  # type: ignore[list-item]
    leads.get(7)  # type: ignore[arg-type]
    leads.get()  # type: ignore[call-arg]
    webhooks.create(url="https://example.com")  # type: ignore[call-arg]
    jobs.wait("job_1", timeout="soon")  # type: ignore[arg-type]
    prospector.runs.cancel()  # type: ignore[call-arg]
