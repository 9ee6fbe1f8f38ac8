"""The pydantic models of subscription and usage; see :mod:`.core.models`."""

from typing import Literal

from pydantic import Field

from pb2b_notebook.sandbox.core.models import DateTime, Record, envelope_of


class BillingSubscription(Record):
    """The subscription of the workspace."""

    id: str
    object: Literal["billing_subscription"]
    status: Literal["trialing", "active", "past_due", "cancelled"]
    plan: str
    seats: int
    currency: str = Field(description="ISO 4217.", examples=["EUR"])
    price_cents: int = Field(description="Price of one period, in hundredths of the currency.")
    current_period_start: DateTime
    current_period_end: DateTime
    cancel_at_period_end: bool
    created_at: DateTime
    updated_at: DateTime


class UsageCounters(Record):
    """Trial, email, prospector and lead usage of the current period."""

    emails_sent: int
    emails_limit: int
    prospector_credits_used: int
    prospector_credits_limit: int
    leads_stored: int = Field(description="Stored leads now, without deleted ones.")
    leads_limit: int
    period_start: DateTime
    period_end: DateTime
    trial_ends_at: DateTime | None


class BillingUsage(Record):
    """The usage of the workspace, and the limits of its plan."""

    id: str
    object: Literal["billing_usage"]
    active_trial: bool
    usage: UsageCounters
    created_at: DateTime = Field(description="Start of the period.")
    updated_at: DateTime = Field(description="Time of the count, which is that of the request.")


BillingSubscriptionEnvelope = envelope_of(BillingSubscription, "The subscription.")
BillingUsageEnvelope = envelope_of(BillingUsage, "The usage.")
