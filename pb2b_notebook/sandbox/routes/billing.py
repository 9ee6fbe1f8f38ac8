"""Billing: the subscription and its usage; read-only."""

from pb2b_notebook.sandbox.core.envelopes import ResponseBody
from pb2b_notebook.sandbox.http.routing import Call, Tag
from pb2b_notebook.sandbox.leads.billing import subscription, usage
from pb2b_notebook.sandbox.workspace.billing_models import BillingSubscriptionEnvelope, BillingUsageEnvelope

tag = Tag("Billing", "The subscription, and trial and email usage.")


@tag.operation(
    "GET /billing/subscription",
    "billing.subscription",
    "billing.read",
    {200: BillingSubscriptionEnvelope},
    documented=True,
)
def get_subscription(call: Call) -> ResponseBody:
    """Read the subscription.

    Periods are calendar months in UTC.
    """
    return call.one(subscription(call.parts, call.workspace_id))


@tag.operation("GET /billing/usage", "billing.usage", "billing.read", {200: BillingUsageEnvelope}, documented=True)
def get_usage(call: Call) -> ResponseBody:
    """Read trial and email usage.

    Counts of the current period; `leads_stored` is exact at the time of the request.
    """
    return call.one(usage(call.parts, call.workspace_id))
