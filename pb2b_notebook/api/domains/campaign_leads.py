"""List the leads that a campaign reached, and select those that replied to it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from pb2b_notebook.api.calls.session import Session
from pb2b_notebook.api.calls.signatures import Extra
from pb2b_notebook.api.domains.verbs import Verb, run
from pb2b_notebook.errors import InvalidParameterError
from pb2b_notebook.frames import attach, provenance, to_frame
from pb2b_notebook.lazy_libraries import pa
from pb2b_notebook.openapi.operations import Operation

REPLY: Final = "reply_received"


class CampaignLeads(Verb):
    """``ws.campaigns.leads(id, replied=…)``: one row is one lead that the campaign reached.

    Whether a lead replied follows from its activities in this campaign; its status may have changed since.
    """

    def __init__(self) -> None:
        replied = Extra(
            "replied",
            "bool",
            "``True`` for leads that replied to this campaign, ``False`` for those that did not; by default all.",
        )
        super().__init__("leads.list", leading={"id": "campaign_id"}, extras=(replied,))
        self.operations = ("leads.list", "activities.list")

    def run(self, session: Session, operation: Operation, given: dict[str, Any]) -> Any:
        """Read the leads, and the campaign's replies where ``replied`` is given."""
        replied, columns, limit = given.pop("replied", None), given.get("columns"), given.get("limit")
        if replied is None:
            return session.call(operation.id, given)
        if not isinstance(replied, bool):
            raise InvalidParameterError("replied must be True or False", repair="replied=True, or leave it out")
        if limit is not None:
            raise InvalidParameterError("limit and replied cannot be combined", repair="use leads.head(n) on the frame")
        library = session.frame_name(given.get("frame"))
        given["columns"] = None if columns is None else [*dict.fromkeys([*columns, "id"])]
        with session.partial_in(library):
            leads = session.call(operation.id, given | {"frame": "pyarrow"})
        ids = _who_replied(session, given["campaign_id"])
        rows = leads.filter(pa.array([(lead in ids) is replied for lead in leads["id"].to_pylist()], pa.bool_()))
        source = provenance(leads)
        filters = {**source.filters, "replied": replied}
        return attach(
            to_frame(rows if columns is None else rows.select(list(columns)), library),
            replace(source, filters=filters, rows=len(rows)),
        )


def _who_replied(session: Session, campaign_id: str) -> set[str]:
    replies = run(session, "activities.list", campaign_id=campaign_id, type=REPLY, columns=["lead_id"], frame="polars")
    return set(replies["lead_id"])
