"""Activities: what happened to leads."""

from typing import Annotated

from pydantic import Field

from pb2b_notebook.sandbox.campaigns.message_models import ActivityType, LeadActivityList
from pb2b_notebook.sandbox.core.envelopes import ResponseBody
from pb2b_notebook.sandbox.core.listing import Condition
from pb2b_notebook.sandbox.core.queries import AnyOf, Bound, Instant, ListQuery, Texts, Values
from pb2b_notebook.sandbox.core.tables import ACTIVITIES
from pb2b_notebook.sandbox.http.parameters import Query
from pb2b_notebook.sandbox.http.routing import Call, Tag
from pb2b_notebook.sandbox.leads.rules import LeadService
from pb2b_notebook.sandbox.routes.leads import LeadId

tag = Tag("Activities", "What happened to leads, and who did it.")


class ActivitiesOfLeadQuery(ListQuery):
    """The parameters of the list of one lead's activities."""

    campaign_id: Annotated[Texts | None, AnyOf("campaign_id")] = Field(
        None, description="Activities of any of these campaigns."
    )
    type: Annotated[Values[ActivityType] | None, AnyOf("type")] = Field(None, description="Any of these values.")
    occurred_after: Annotated[Instant | None, Bound("occurred_at", ">")] = Field(
        None, description="Only activities after this instant; the bound itself is excluded."
    )


class ActivityQuery(ActivitiesOfLeadQuery):
    """The parameters of the list of activities."""

    lead_id: Annotated[Texts | None, AnyOf("lead_id")] = Field(None, description="Activities of any of these leads.")


@tag.operation("GET /activities", "activities.list", "leads.read", {200: LeadActivityList})
def list_activities(call: Call, query: Annotated[ActivityQuery, Query()]) -> ResponseBody:
    """List activities."""
    return call.page(ACTIVITIES, query)


@tag.operation("GET /leads/{id}/activities", "leads.activities", "leads.read", {200: LeadActivityList})
def list_activities_of_lead(
    call: Call, lead_id: LeadId, query: Annotated[ActivitiesOfLeadQuery, Query()]
) -> ResponseBody:
    """List the activities of one lead, deleted or not."""
    lead = call.service(LeadService).get(lead_id)
    return call.page(ACTIVITIES, query, Condition("lead_id = ?", (lead["id"],)))
