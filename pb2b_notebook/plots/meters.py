"""What a plan limits, and the columns of its usage; reports read it without matplotlib."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Meter:
    """Something that the plan limits.

    Attributes:
        title: Name in words.
        used: Column of the usage.
        limit: Column of the limit.
        renews: Whether usage begins at 0 in each period.
    """

    title: str
    used: str
    limit: str
    renews: bool


METERS: Final = {
    "emails": Meter("emails", "usage_emails_sent", "usage_emails_limit", renews=True),
    "prospector_credits": Meter(
        "prospector credits", "usage_prospector_credits_used", "usage_prospector_credits_limit", renews=True
    ),
    "leads": Meter("stored leads", "usage_leads_stored", "usage_leads_limit", renews=False),
}
