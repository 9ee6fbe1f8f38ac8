"""The custom lead fields of the demo workspaces, one of every type, and plausible values for them."""

from collections.abc import Callable
from typing import Any

from pb2b_notebook.sandbox.core.draws import Draws, spread
from pb2b_notebook.sandbox.demo_data.arrivals import DAY, day_text, timestamp
from pb2b_notebook.sandbox.people.population import Person

_INTERESTS = ("Analytics", "Automation", "Data quality", "Integrations", "Reporting", "Security")

CUSTOM_FIELDS: tuple[dict[str, Any], ...] = tuple(
    {"key": key, "label": label, "type": kind, "required": False, "options": options, "position": position}
    for position, (key, label, kind, options) in enumerate(
        (
            ("use_case", "Use case", "text", []),
            ("deal_value_eur", "Deal value (EUR)", "number", []),
            ("newsletter_opt_in", "Newsletter opt-in", "boolean", []),
            ("renewal_date", "Renewal date", "date", []),
            ("demo_at", "Demo booked for", "datetime", []),
            ("tier", "Account tier", "select", ["A", "B", "C"]),
            ("interests", "Interests", "multi_select", list(_INTERESTS)),
            ("billing_email", "Billing e-mail", "email", []),
            ("assistant_phone", "Assistant's phone", "phone", []),
            ("booking_url", "Booking page", "url", []),
        ),
        start=1,
    )
)
"""One custom lead field of every type, in the shape of the contract's ``lead_field``."""

# Some contain what breaks careless readers: quotes, line breaks, markup, a leading sign, two dollar signs.
_USE_CASES = (
    "Replace spreadsheets in sales planning",
    "Merge two CRMs after the takeover",
    "Wants single sign-on before signing",
    'Asked for a "pilot", three months',
    "Budget is $5 to $10 k a year; decides in Q3",
    "R&D portal <prototype>, many users",
    "First call went well.\nSecond: pricing; wants references",
    "+1 from procurement, legal still open",
    "=> compare with the tender of 2024",
    "Angebot bis Quartalsende, Rückruf erwünscht",
    "Migration depuis l'ancien outil, à l'étude",
    "Integración con su ERP, fase piloto",
    "既存システムとの連携を検討中",
    "Склад и доставка: спешно",
    "Θέλει επίδειξη στα ελληνικά",
    "Fiyat teklifi istedi, İstanbul ofisi",
)
_TIERS = spread({"A": 2, "B": 5, "C": 6})


def custom_values(draws: Draws, person: Person, at: int) -> dict[str, Any]:
    """Draw the custom fields of a lead that arrived at ``at``; a field without a value is absent."""
    day = at // DAY
    return {key: draw(draws, person, day) for key, share, draw in _VALUES if draws.chance(share)}


def _deal_value(draws: Draws) -> int | float:
    """Draw a deal value: mostly round thousands, some to the cent; small deals are the most common."""
    share = draws.fraction()
    value = 500 + int(share * share * share * 240_000)
    return value - value % 500 if draws.chance(0.7) else value + draws.below(100) / 100


def _demo(draws: Draws, day: int) -> str:
    """Draw a half hour between 07:00 and 16:30."""
    return timestamp((day + 2 + draws.below(28)) * DAY + (14 + draws.below(20)) * 1_800_000)


def _interests(draws: Draws) -> list[str]:
    start, size = draws.below(len(_INTERESTS)), 1 + draws.below(3)
    return [_INTERESTS[(start + turn) % len(_INTERESTS)] for turn in range(size)]


_VALUES: tuple[tuple[str, float, Callable[[Draws, Person, int], Any]], ...] = (
    ("use_case", 0.25, lambda draws, _person, _day: draws.pick(_USE_CASES)),
    ("deal_value_eur", 0.4, lambda draws, _person, _day: _deal_value(draws)),
    ("newsletter_opt_in", 0.5, lambda draws, _person, _day: draws.chance(0.4)),
    ("renewal_date", 0.18, lambda draws, _person, day: day_text(day + 30 + draws.below(540))),
    ("demo_at", 0.12, lambda draws, _person, day: _demo(draws, day)),
    ("tier", 0.6, lambda draws, _person, _day: draws.pick(_TIERS)),
    ("interests", 0.35, lambda draws, _person, _day: _interests(draws)),
    ("billing_email", 0.12, lambda _draws, person, _day: f"billing@{person.company.domain}"),
    ("assistant_phone", 0.08, lambda draws, person, _day: person.company.phone(draws)),
    ("booking_url", 0.1, lambda _, person, _day: f"https://booking.{person.company.domain}/{person.given.slug}"),
)
"""Key, share of leads with a value, and the function that draws it."""
