"""Draw what happened to the demo leads after their arrival: status, owner, score, tags, and times."""

from collections.abc import Sequence
from typing import Any

from pb2b_notebook.sandbox.core.draws import Draws, spread
from pb2b_notebook.sandbox.core.models import LEAD_STATUSES
from pb2b_notebook.sandbox.demo_data.arrivals import DAY, Arrival, timestamp

# Statuses per hundred leads of a source, in the order of LEAD_STATUSES, for leads older than two weeks.
_FUNNELS = {
    "website": (18, 30, 16, 20, 10, 4, 2),
    "webinar": (22, 34, 14, 12, 10, 6, 2),
    "linkedin": (24, 38, 14, 9, 9, 3, 3),
    "trade_fair": (20, 36, 16, 14, 8, 3, 3),
    "referral": (8, 24, 22, 34, 8, 2, 2),
    "partner": (14, 30, 20, 24, 8, 2, 2),
    "prospector": (30, 42, 8, 5, 6, 4, 5),
    "cold_list": (34, 38, 4, 2, 7, 6, 9),
    "import": (40, 32, 6, 5, 7, 4, 6),
}
_MATURE = {source: spread(dict(zip(LEAD_STATUSES, funnel, strict=True))) for source, funnel in _FUNNELS.items()}
_YOUNG = spread({"new": 70, "contacted": 24, "replied": 4, "bounced": 2})
_MATURITY = 14 * DAY
_SOURCES = spread(
    {
        "website": 22,
        "linkedin": 16,
        "prospector": 18,
        "webinar": 10,
        "trade_fair": 8,
        "referral": 9,
        "partner": 7,
        "cold_list": 10,
    }
)
_SCORES = {
    "new": (5, 60),
    "contacted": (15, 70),
    "replied": (45, 88),
    "qualified": (68, 100),
    "disqualified": (0, 35),
    "unsubscribed": (5, 45),
    "bounced": (0, 30),
}
_TAGS = ("vip", "newsletter", "partner", "eu", "dach", "key-account", "churn-risk", "q3-campaign", "follow-up", "小売")
_SOURCE_TAGS = {"trade_fair": "trade-fair", "webinar": "webinar", "import": "imported", "cold_list": "cold"}
# Days before now of a bulk edit, whose leads share the instant as updated_at.
# The last one was the largest: more rows than a page has, also in the smallest full workspace.
_BULK_EDITS = (201, 118, 57, 9, 9, 9)

_FRIDAY = 4


class Engagement:
    """Draws what happens to a lead after its arrival.

    Args:
        draws: Source of random draws.
        now: Start of the domain clock in milliseconds; nothing happens later.
        owners: Emails of the members who can own leads.
    """

    def __init__(self, draws: Draws, now: int, owners: Sequence[str]) -> None:
        self._draws = draws
        self._now = now
        self._owners = owners
        self._bulk_edits = tuple(_working_hour(now - days * DAY) + days * 17 for days in _BULK_EDITS)

    def draw(self, arrival: Arrival, doc: dict[str, Any], *, undeliverable: bool, merge_into: str | None) -> None:
        """Fill in the fields that follow from a lead's history, in place.

        Args:
            arrival: Arrival of the lead.
            doc: Lead, with its contact fields.
            undeliverable: Whether its email address is broken, so that a message to it bounces.
            merge_into: Id of the lead that it duplicates, if it may be merged.
        """
        draws, at = self._draws, arrival.at
        source = "import" if arrival.import_id else draws.pick(_SOURCES)
        status = self._status(source, at, doc["email"], undeliverable=undeliverable)
        contacted = self._draw_contact_time(status, at)
        updated = self._draw_update_time(at, contacted)
        gone = draws.fraction()
        merged = merge_into is not None and gone < 0.08  # noqa: PLR2004 - one duplicate in twelve is merged
        deleted = not merged and gone > 0.992  # noqa: PLR2004 - one lead in 125
        if merged or deleted:
            updated = self._between(updated, self._now)
        doc["status"] = status
        doc["source"] = source
        doc["owner_email"] = self._owner(status, doc["country"])
        doc["score"] = self._score(status)
        doc["last_contacted_at"] = timestamp(contacted) if contacted is not None else None
        doc["import_id"] = arrival.import_id
        doc["merged_into"] = merge_into if merged else None
        doc["created_at"] = timestamp(at)
        doc["updated_at"] = timestamp(updated) if updated != at else doc["created_at"]
        doc["deleted_at"] = doc["updated_at"] if deleted else None

    def tags(self, source: str) -> list[str]:
        """Draw up to three distinct tags; some follow from the source."""
        draws = self._draws
        chosen = [_SOURCE_TAGS[source]] if source in _SOURCE_TAGS and draws.chance(0.6) else []
        if draws.chance(0.35):
            start = draws.below(len(_TAGS))
            chosen += [_TAGS[(start + 3 * turn) % len(_TAGS)] for turn in range(1 + draws.below(2))]
        return chosen

    def _status(self, source: str, at: int, email: str | None, *, undeliverable: bool) -> str:
        status = self._draws.pick(_MATURE[source] if self._now - at >= _MATURITY else _YOUNG)
        if email is None and status in {"unsubscribed", "bounced"}:
            return "new"
        if undeliverable and status in {"contacted", "replied", "qualified", "unsubscribed"}:
            return "bounced"
        return status

    def _draw_contact_time(self, status: str, at: int) -> int | None:
        """Draw when a lead was contacted last: all but new leads were, and half of the disqualified ones."""
        if status == "new" or (status == "disqualified" and self._draws.chance(0.5)):
            return None
        share = self._draws.fraction()
        moment = at + int(share * share * (self._now - at))
        return max(at, min(self._now, _working_hour(moment)))

    def _draw_update_time(self, at: int, contacted: int | None) -> int:
        draws, now = self._draws, self._now
        updated = at
        if contacted is not None:
            updated = min(now, contacted + int(draws.fraction() * 3 * DAY))
        elif draws.chance(0.2):
            updated = self._between(at, now)
        if draws.chance(0.15):
            edited = draws.pick(self._bulk_edits)
            # A row of a bulk edit has the instant of the edit, to the millisecond.
            updated = max(updated, edited)
        return updated

    def _between(self, low: int, high: int) -> int:
        return low + int(self._draws.fraction() * (high - low + 1))

    def _owner(self, status: str, country: str | None) -> str | None:
        """Draw the owner: mostly the owner of the country; new leads often have none yet."""
        if status == "new" and self._draws.chance(0.5):
            return None
        if country is not None and self._draws.chance(0.7):
            return self._owners[(ord(country[0]) * 26 + ord(country[1])) % len(self._owners)]
        return self._draws.pick(self._owners)

    def _score(self, status: str) -> int | None:
        if status == "new" and self._draws.chance(0.3):
            return None
        low, high = _SCORES[status]
        return low + self._draws.below(high - low + 1)


def _working_hour(moment: int) -> int:
    """Return a moment moved to between 08:00 and 15:00 UTC of a working day, office hours in most of Europe.

    A moment on a weekend moves to any day of the week before, since Fridays alone would show a peak.
    """
    day, rest = divmod(moment, DAY)
    weekday = (day + 3) % 7
    if weekday > _FRIDAY:
        day -= weekday - (rest // 1000 + day) % 5
    return day * DAY + 8 * 3_600_000 + rest * 7 // 24
