"""Demo data: the leads, custom fields and identities that a new sandbox starts with.

Everything follows from ``(seed, count, now)``: the same three give the same leads on every machine and on every
Python from 3.11. Only :meth:`random.Random.random` is drawn from, the one method whose sequence Python promises.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from pb2b_notebook.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
            ("interests", "Interests", "multi_select", ["Analytics", "Automation", "Data quality", "Security"]),
            ("billing_email", "Billing e-mail", "email", []),
            ("assistant_phone", "Assistant's phone", "phone", []),
            ("booking_url", "Booking page", "url", []),
        ),
        start=1,
    )
)
"""One custom lead field of every type, in the shape of the contract's ``lead_field``."""


class SeededLead(NamedTuple):
    """One generated lead and the truth about it.

    Attributes:
        doc: the lead as the API answers it, with every field of the contract.
        person: the true identity, counted from 0; duplicates share it.
        mess: the kinds of mess planted in this row; empty for a clean one.
    """

    doc: dict[str, Any]
    person: int
    mess: tuple[str, ...]


class DemoMember(NamedTuple):
    """One member of a demo workspace."""

    id: str
    email: str
    role: str
    read_only: bool


class DemoWorkspace(NamedTuple):
    """One demo workspace: who it is, and how to generate its leads.

    Attributes:
        id: ``ws_`` and 16 hexadecimal digits, stable for a seed.
        name: shown on the card.
        timezone: IANA name.
        members: the members, the owner of the workspace first.
        seed: what to give to :func:`generate_leads`.
        leads: how many leads it has; ``None`` for as many as the caller wants.
    """

    id: str
    name: str
    timezone: str
    members: tuple[DemoMember, ...]
    seed: int
    leads: int | None

    @property
    def owner_emails(self) -> tuple[str, ...]:
        """The members who can own a lead: those who may write."""
        return tuple(member.email for member in self.members if not member.read_only)


def demo_workspaces(seed: int) -> tuple[DemoWorkspace, DemoWorkspace]:
    """Give the main workspace, and a small second one that proves that tenants never mix."""
    return (
        DemoWorkspace(
            id=f"ws_{_hex(f'{seed}/first')}",
            name="Lantern & Finch",
            timezone="Europe/Berlin",
            members=_members(seed, "lanternfinch.example"),
            seed=seed,
            leads=None,
        ),
        DemoWorkspace(
            id=f"ws_{_hex(f'{seed}/second')}",
            name="Kestrel Row",
            timezone="America/New_York",
            members=_members(seed, "kestrelrow.example"),
            seed=_number(f"{seed}/second"),
            leads=40,
        ),
    )


def _members(seed: int, domain: str) -> tuple[DemoMember, ...]:
    people = ("ines", "jonas", "mara", "tomasz", "yuki", "elif", "sofia", "david", "viewer")
    roles = ("owner", "admin", *["member"] * 6, "viewer")
    return tuple(
        DemoMember(f"mem_{_hex(f'{seed}/{domain}/{who}')}", f"{who}@{domain}", role, role == "viewer")
        for who, role in zip(people, roles, strict=True)
    )


def generate_leads(seed: int, count: int, *, now: datetime, owners: Sequence[str] = ()) -> Iterator[SeededLead]:
    """Generate ``count`` leads, oldest first, one at a time.

    Raises:
        UsageError: ``seed`` or ``count`` is negative, or ``now`` has no time zone.
    """
    if seed < 0 or count < 0:
        raise UsageError("seed and count cannot be negative", repair="give 0 or more")
    if now.tzinfo is None:
        raise UsageError("now has no time zone", repair="give an aware datetime, such as datetime.now(UTC)")
    return _generate(seed, count, now, tuple(owners) or demo_workspaces(seed)[0].owner_emails)


def _generate(seed: int, count: int, now: datetime, owners: tuple[str, ...]) -> Iterator[SeededLead]:
    rng = Random(seed)  # noqa: S311 - demo data, no secret
    for index in range(count):
        first, last = ("Zoë", "Παπαδοπούλου") if rng.random() < 0.5 else ("Jürgen", "Groß")  # noqa: PLR2004
        at = now - timedelta(days=365) * (count - index) / (count + 1)
        stamp = at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"
        doc: dict[str, Any] = {
            "id": f"lead_{_hex(f'{seed}/lead/{index}')}",
            "object": "lead",
            "full_name": f"{first} {last}",
            "first_name": first,
            "last_name": last,
            "email": f"lead{index}@nordlicht.example",
            "company_name": "Nordlicht Optik GmbH",
            "phone": "+493023125000",
            "title": "Head of Sales",
            "seniority": "head",
            "company_domain": "nordlicht.example",
            "website": "https://www.nordlicht.example",
            "linkedin_url": None,
            "industry": "Manufacturing",
            "employee_count": 120,
            "country": "DE",
            "city": "Berlin",
            "status": "new",
            "source": "website",
            "owner_email": owners[index % len(owners)],
            "score": int(rng.random() * 100),
            "tags": ["vip"],
            "external_id": None,
            "custom_fields": {"tier": "A", "deal_value_eur": 1200.5},
            "last_contacted_at": None,
            "import_id": None,
            "merged_into": None,
            "deleted_at": None,
            "created_at": stamp,
            "updated_at": stamp,
        }
        yield SeededLead(doc, index, ())


def _hex(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _number(text: str) -> int:
    return int(_hex(text)[:8], 16)
