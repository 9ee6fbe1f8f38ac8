"""The leads that a campaign reached, and whether they replied to it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.api.calls.signatures import Extra
from pb2b_notebook.api.domains.verbs import Verb, run
from pb2b_notebook.errors import InvalidParameterError
from pb2b_notebook.frames import attach, provenance

if TYPE_CHECKING:
    from pb2b_notebook.api.calls.session import Session
    from pb2b_notebook.openapi.operations import Operation

REPLY: Final = "reply_received"


class CampaignLeads(Verb):
    """``ws.campaigns.leads(id, replied=…)``: one row is one lead that the campaign reached.

    Whether a lead replied is told by its activities in this campaign; its status may have changed since.
    """

    def __init__(self) -> None:
        replied = Extra(
            "replied", "bool", "only leads that replied to this campaign, or only those that did not; by default all."
        )
        super().__init__("leads.list", leading={"id": "campaign_id"}, extras=(replied,))
        self.operations = ("leads.list", "activities.list")

    def run(self, session: Session, operation: Operation, given: dict[str, Any]) -> Any:
        """Read the leads, and the replies of the campaign where they are asked for."""
        replied, columns, limit = given.pop("replied", None), given.get("columns"), given.get("limit")
        if replied is None:
            return session.call(operation.id, given)
        if not isinstance(replied, bool):
            raise InvalidParameterError("replied is True or False", repair="replied=True, or leave it out")
        if limit is not None:
            raise InvalidParameterError("campaigns.leads takes no limit with replied", repair="leaves.head(n) cuts")
        given["columns"] = None if columns is None else [*dict.fromkeys([*columns, "id"])]
        leads = session.call(operation.id, given)
        ids = _who_replied(session, given["campaign_id"])
        kept = _kept(leads, [(one in ids) is replied for one in leads["id"]])
        told = provenance(leads)
        filters = {**told.filters, "replied": replied}
        return attach(kept if columns is None else kept[list(columns)], replace(told, filters=filters, rows=len(kept)))


def _who_replied(session: Session, campaign_id: str) -> set[str]:
    replies = run(session, "activities.list", campaign_id=campaign_id, type=REPLY, columns=["lead_id"], frame="polars")
    return set(replies["lead_id"])


def _kept(frame: Any, mask: list[bool]) -> Any:
    """The rows that are to be kept, in their order."""
    if hasattr(frame, "filter") and hasattr(frame, "with_columns"):
        import polars as pl

        return frame.filter(pl.Series(mask, dtype=pl.Boolean))
    import pandas as pd

    return frame[pd.Series(mask, index=frame.index, dtype=bool)].reset_index(drop=True)
