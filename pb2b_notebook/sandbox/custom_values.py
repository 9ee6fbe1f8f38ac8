"""The custom lead fields of the demo workspaces, one of every type, and plausible values for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pb2b_notebook.sandbox.arrivals import DAY, day_text, timestamp
from pb2b_notebook.sandbox.draws import spread

if TYPE_CHECKING:
    from pb2b_notebook.sandbox.draws import Draws
    from pb2b_notebook.sandbox.population import Person, Population

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

# Some hold what breaks careless readers: quotes, line breaks, markup, a leading sign, two dollar signs.
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


def custom_values(draws: Draws, person: Person, population: Population, at: int) -> dict[str, Any]:
    """Draw the custom fields of a lead that came in at ``at``; a field without a value is absent."""
    values: dict[str, Any] = {}
    if draws.chance(0.25):
        values["use_case"] = draws.pick(_USE_CASES)
    if draws.chance(0.4):
        values["deal_value_eur"] = _deal_value(draws)
    if draws.chance(0.5):
        values["newsletter_opt_in"] = draws.chance(0.4)
    if draws.chance(0.18):
        values["renewal_date"] = day_text(at // DAY + 30 + draws.below(540))
    if draws.chance(0.12):
        # Demos are booked by the half hour, from 07:00 to 16:30.
        values["demo_at"] = timestamp((at // DAY + 2 + draws.below(28)) * DAY + (14 + draws.below(20)) * 1_800_000)
    if draws.chance(0.6):
        values["tier"] = draws.pick(_TIERS)
    if draws.chance(0.35):
        values["interests"] = _interests(draws)
    if draws.chance(0.12):
        values["billing_email"] = f"billing@{person.company.domain}"
    if draws.chance(0.08):
        values["assistant_phone"] = population.phone(person.company)
    if draws.chance(0.1):
        values["booking_url"] = f"https://booking.{person.company.domain}/{person.given.slug}"
    return values


def _deal_value(draws: Draws) -> int | float:
    """Mostly round thousands, some to the cent; small deals are the common ones."""
    share = draws.fraction()
    value = 500 + int(share * share * share * 240_000)
    return value - value % 500 if draws.chance(0.7) else value + draws.below(100) / 100


def _interests(draws: Draws) -> list[str]:
    start, size = draws.below(len(_INTERESTS)), 1 + draws.below(3)
    return [_INTERESTS[(start + turn) % len(_INTERESTS)] for turn in range(size)]
