"""Subscription and usage as pydantic models; see :mod:`.models`."""

from typing import Literal

from pydantic import Field

from pb2b_notebook.sandbox.core.models import DateTime, Record


class BillingSubscription(Record):
    """What the workspace pays for."""

    id: str
    object: Literal["billing_subscription"]
    status: Literal["trialing", "active", "past_due", "cancelled"]
    plan: str
    seats: int
    currency: str = Field(description="ISO 4217.", examples=["EUR"])
    price_cents: int = Field(description="Of one period, in hundredths of the currency.")
    current_period_start: DateTime
    current_period_end: DateTime
    cancel_at_period_end: bool
    created_at: DateTime
    updated_at: DateTime


class UsageCounters(Record):
    """Trial, e-mail, prospector and lead usage of the current period."""

    emails_sent: int
    emails_limit: int
    prospector_credits_used: int
    prospector_credits_limit: int
    leads_stored: int = Field(description="Now, deleted leads not counted.")
    leads_limit: int
    period_start: DateTime
    period_end: DateTime
    trial_ends_at: DateTime | None


class BillingUsage(Record):
    """What the workspace has used of its plan."""

    id: str
    object: Literal["billing_usage"]
    active_trial: bool
    usage: UsageCounters
    created_at: DateTime = Field(description="When the period began.")
    updated_at: DateTime = Field(description="When this was counted: now.")


class BillingSubscriptionEnvelope(Record):
    """The subscription."""

    data: BillingSubscription
    request_id: str


class BillingUsageEnvelope(Record):
    """The usage."""

    data: BillingUsage
    request_id: str
