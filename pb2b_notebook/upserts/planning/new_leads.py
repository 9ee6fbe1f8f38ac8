"""Find rows of a plan whose lead was created after the plan looked: sending them would overwrite that lead."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.upserts.planning import current_leads
from pb2b_notebook.upserts.planning.match_keys import match_keys

if TYPE_CHECKING:
    from pb2b_notebook.upserts.planning.decisions import Decisions
    from pb2b_notebook.upserts.target_workspace import Target

_STILL_NEW: Final = timedelta(minutes=1)
"""How long what a plan saw holds: a look costs a request."""


class Moment(NamedTuple):
    """When leads were read, by two clocks: that of the service stands still until its next answer.

    Attributes:
        service: Time of the service.
        machine: Seconds of a clock of this machine that does not go back.
    """

    service: datetime
    machine: float

    @classmethod
    def now(cls, target: Target) -> Moment:
        """Return this moment."""
        return cls(target.session.time(), time.monotonic())

    def is_past(self, target: Target) -> bool:
        """Whether it was more than a minute ago."""
        service, machine = Moment.now(target)
        elapsed = max(service - self.service, timedelta(seconds=machine - self.machine))
        return elapsed > _STILL_NEW


def find_created_since(target: Target, decided: Decisions, read: Moment) -> pl.DataFrame:
    """Return ``row`` and ``lead_id`` of the rows that would create a lead that was created meanwhile.

    Args:
        target: The workspace. Its leads are read if the decisions create some, and are older than a minute.
        decided: Decisions of a plan.
        read: When the leads of the plan were read.
    """
    match_on, creates = decided.rules.match_on, decided.rows.filter(pl.col("action") == "create")
    rows = creates.select("row", key=match_keys(creates["match"], match_on)).drop_nulls()
    if not rows.height or not read.is_past(target):
        return rows.head(0).select("row", lead_id=pl.lit(None, pl.String))
    is_short = match_on == "email" and rows.height <= current_leads.VALUES
    found_by = {"email": rows["key"].to_list()} if is_short else {"updated_after": read.service - current_leads.LAG}
    leads = current_leads.list_leads(target, found_by)
    gone = [pl.col(name).is_not_null() for name in ("deleted_at", "merged_into") if name in leads.columns]
    live = leads.remove(pl.any_horizontal(*gone)) if gone else leads
    keys = live.select(lead_id="id", key=match_keys(live[match_on], match_on)).drop_nulls().unique("key")
    return rows.join(keys, on="key", maintain_order="left").select("row", "lead_id")
