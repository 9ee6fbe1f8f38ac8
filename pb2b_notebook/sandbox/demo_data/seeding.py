"""Generate the leads, members and workspaces that a new sandbox starts with.

The leads follow from ``(seed, count, now)``: the same values give the same leads on every machine and on every Python
from 3.11. :mod:`~pb2b_notebook.sandbox.demo_data.arrivals` draws when leads arrive,
:mod:`~pb2b_notebook.sandbox.people.population` who they are, :mod:`~pb2b_notebook.sandbox.demo_data.engagement` what
happened to them, and :mod:`~pb2b_notebook.sandbox.demo_data.data_errors` the errors in their rows.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from pb2b_notebook.errors import UsageError
from pb2b_notebook.sandbox.core.draws import Draws, fingerprint
from pb2b_notebook.sandbox.demo_data.arrivals import Arrival, arrivals, milliseconds
from pb2b_notebook.sandbox.demo_data.custom_values import CUSTOM_FIELDS, custom_values
from pb2b_notebook.sandbox.demo_data.data_errors import (
    EXACT_DUPLICATE,
    JOB_CHANGE,
    NEAR_DUPLICATE,
    UNDELIVERABLE,
    spoil,
    vary,
)
from pb2b_notebook.sandbox.demo_data.engagement import Engagement
from pb2b_notebook.sandbox.people.population import Person, Population

__all__ = ["CUSTOM_FIELDS", "DemoMember", "DemoWorkspace", "SeededLead", "demo_workspaces", "generate_leads"]

YEARS = (1971, 9990)
"""First and last year that ``now`` may be in."""

_DUPLICATES = 0.15
_EXACT = 0.3  # of the duplicates
_JOB_CHANGES = 0.05  # of the near duplicates
_FLAWED = 0.165
_REMEMBERED = 1_024
_MASK = (1 << 64) - 1


class SeededLead(NamedTuple):
    """One generated lead and its true identity.

    Attributes:
        doc: Lead as the API returns it, with every field of the contract.
        person: True identity, counted from 0; duplicates share it.
        errors: Kinds of errors planted in this row; empty for a clean row.
    """

    doc: dict[str, Any]
    person: int
    errors: tuple[str, ...]


class DemoMember(NamedTuple):
    """One member of a demo workspace."""

    id: str
    email: str
    role: str
    read_only: bool


class DemoWorkspace(NamedTuple):
    """One demo workspace, and how to generate its leads.

    Attributes:
        id: ``ws_`` and 16 hexadecimal digits, stable for a seed.
        name: Name of the workspace.
        timezone: IANA name of the time zone.
        members: Members, the owner of the workspace first.
        seed: Seed for :func:`generate_leads`.
        leads: Number of leads; ``None`` if the caller chooses it.
    """

    id: str
    name: str
    timezone: str
    members: tuple[DemoMember, ...]
    seed: int
    leads: int | None

    @property
    def owner_emails(self) -> tuple[str, ...]:
        """Emails of the members who can own a lead, which are those who may write."""
        return tuple(member.email for member in self.members if not member.read_only)


def demo_workspaces(seed: int) -> tuple[DemoWorkspace, DemoWorkspace]:
    """Return the main workspace, and a small second one, with which tests show that tenants never mix."""
    return (
        DemoWorkspace(
            id=f"ws_{_digits(f'{seed}/first')}",
            name="Lantern & Finch",
            timezone="Europe/Berlin",
            members=_members(seed, "lanternfinch.example"),
            seed=seed,
            leads=None,
        ),
        DemoWorkspace(
            id=f"ws_{_digits(f'{seed}/second')}",
            name="Kestrel Row",
            timezone="America/New_York",
            members=_members(seed, "kestrelrow.example"),
            seed=fingerprint(f"{seed}/second") >> 33,
            leads=40,
        ),
    )


def _members(seed: int, domain: str) -> tuple[DemoMember, ...]:
    people = ("ines", "jonas", "mara", "tomasz", "yuki", "elif", "sofia", "david", "viewer")
    roles = ("owner", "admin", *["member"] * 6, "viewer")
    return tuple(
        DemoMember(f"mem_{_digits(f'{seed}/{domain}/{who}')}", f"{who}@{domain}", role, role == "viewer")
        for who, role in zip(people, roles, strict=True)
    )


def generate_leads(seed: int, count: int, *, now: datetime, owners: Sequence[str] = ()) -> Iterator[SeededLead]:
    """Generate ``count`` leads, oldest first, one at a time.

    The same ``(seed, count, now, owners)`` give the same leads everywhere. Another count gives other leads, not a
    longer list of the same, since the number of companies and the arrivals depend on it. Memory holds the companies,
    one day of arrivals and about the last thousand people, whatever the count.

    Args:
        seed: Seed, 0 or more.
        count: Number of leads, 0 or more, including deleted (about 0.7 %) and merged ones (about 1.2 %).
        now: Aware datetime; all leads arrive in the twelve months before it, and nothing happens after it.
        owners: Emails of the members who can own leads; by default those of the first demo workspace.

    Raises:
        UsageError: ``seed`` or ``count`` is negative, or ``now`` has no time zone or is out of range.

    >>> from datetime import UTC, datetime
    >>> for lead in generate_leads(1, 3, now=datetime(2026, 3, 10, 12, tzinfo=UTC)):
    ...     print(lead.doc["full_name"], lead.person, lead.errors)
    Narelle Gillies 0 ('email_mailto',)
    Narelle Gillise 0 ('near_duplicate', 'name_typo', 'company_form')
    Evie Fullerton 1 ()
    """
    if seed < 0 or count < 0:
        raise UsageError("seed and count cannot be negative", repair="give 0 or more")
    if now.tzinfo is None:
        raise UsageError("now has no time zone", repair="give an aware datetime, such as datetime.now(UTC)")
    if not YEARS[0] <= now.year <= YEARS[1]:
        raise UsageError(f"now is outside the years {YEARS[0]} to {YEARS[1]}", repair="give a time in that range")
    owners = tuple(owners) or demo_workspaces(seed)[0].owner_emails
    return _Seeding(seed, count, milliseconds(now), owners).leads()


class _Record(NamedTuple):
    """A row that may be duplicated: its contact fields with their errors."""

    id: str
    person: Person
    contact: dict[str, Any]
    shared: dict[str, Any]
    errors: tuple[str, ...]


class _Seeding:
    """One run of the generator."""

    def __init__(self, seed: int, count: int, now: int, owners: tuple[str, ...]) -> None:
        self._arrivals = arrivals(seed, count, now)
        self._draws = Draws(seed, "leads")
        self._population = Population(self._draws, count)
        self._engagement = Engagement(self._draws, now, owners)
        self._first_id = fingerprint(f"{seed}/lead")
        self._people = 0
        self._remembered: list[_Record] = []

    def leads(self) -> Iterator[SeededLead]:
        for index, arrival in enumerate(self._arrivals):
            if self._remembered and self._draws.chance(_DUPLICATES):
                yield self._duplicate(index, arrival, self._draws.pick(self._remembered))
            else:
                yield self._original(index, arrival)

    def _original(self, index: int, arrival: Arrival) -> SeededLead:
        person = self._population.newcomer(self._people)
        self._people += 1
        doc = self._row(index, person.fields)
        errors = spoil(self._draws, doc, person, set()) if self._draws.chance(_FLAWED) else ()
        self._finish(doc, arrival, errors)
        doc["external_id"] = self._external_id(index, arrival)
        doc["custom_fields"] = custom_values(self._draws, person, arrival.at)
        self._remember(person, doc, errors)
        return SeededLead(doc, person.number, errors)

    def _duplicate(self, index: int, arrival: Arrival, record: _Record) -> SeededLead:
        """Return a duplicate: a copy of the row, or another record of the same person."""
        if self._draws.chance(_EXACT):
            doc = self._row(index, record.contact)
            errors = (EXACT_DUPLICATE, *record.errors)
            self._finish(doc, arrival, errors, merge_into=record.id)
            doc.update(_copy_shared(record.shared))
        else:
            doc, errors = self._second_record(index, record.person)
            self._finish(doc, arrival, errors, merge_into=record.id)
            doc["custom_fields"] = custom_values(self._draws, record.person, arrival.at)
        return SeededLead(doc, record.person.number, errors)

    def _second_record(self, index: int, person: Person) -> tuple[dict[str, Any], tuple[str, ...]]:
        draws = self._draws
        moved = self._population.move(person) if draws.chance(_JOB_CHANGES) else person
        doc = self._row(index, moved.fields)
        touched: set[str] = set()
        errors = (
            (NEAR_DUPLICATE, JOB_CHANGE) if moved is not person else (NEAR_DUPLICATE, *vary(draws, doc, moved, touched))
        )
        if draws.chance(_FLAWED):
            errors += spoil(draws, doc, moved, touched)
        return doc, errors

    def _row(self, index: int, contact: dict[str, Any]) -> dict[str, Any]:
        """Return a row with every field of the contract, in its order."""
        return {
            "id": f"lead_{_scatter(self._first_id + index):016x}",
            "object": "lead",
            **contact,
            "status": "new",
            "source": None,
            "owner_email": None,
            "score": None,
            "tags": [],
            "external_id": None,
            "custom_fields": {},
            "last_contacted_at": None,
            "import_id": None,
            "merged_into": None,
            "deleted_at": None,
            "created_at": "",
            "updated_at": "",
        }

    def _finish(
        self, doc: dict[str, Any], arrival: Arrival, errors: tuple[str, ...], *, merge_into: str | None = None
    ) -> None:
        undeliverable = any(kind in UNDELIVERABLE for kind in errors)
        self._engagement.draw(arrival, doc, undeliverable=undeliverable, merge_into=merge_into)
        doc["tags"] = self._engagement.tags(doc["source"])

    def _external_id(self, index: int, arrival: Arrival) -> str | None:
        """Draw an external id for almost half of the leads; those of files have leading zeros."""
        if arrival.import_id:
            return f"{index:07}" if self._draws.chance(0.8) else None
        return f"CRM-{100_000 + index}" if self._draws.chance(0.35) else None

    def _remember(self, person: Person, doc: dict[str, Any], errors: tuple[str, ...]) -> None:
        """Keep the row for a possible duplicate; once there are enough rows, it replaces an older one."""
        if doc["deleted_at"] is not None:
            return
        contact = {field: doc[field] for field in person.fields} if errors else person.fields
        shared = _copy_shared({"external_id": doc["external_id"], "custom_fields": doc["custom_fields"]})
        record = _Record(doc["id"], person, contact, shared, errors)
        if len(self._remembered) < _REMEMBERED:
            self._remembered.append(record)
        else:
            self._remembered[self._draws.below(_REMEMBERED)] = record


def _copy_shared(shared: dict[str, Any]) -> dict[str, Any]:
    """Return a deep copy, so that a change of a generated row does not change its later duplicate."""
    values = {key: [*value] if isinstance(value, list) else value for key, value in shared["custom_fields"].items()}
    return {"external_id": shared["external_id"], "custom_fields": values}


def _scatter(number: int) -> int:
    """Map 64 bits to 64 bits, one to one, so that ids are unique and look random.

    The function is the finalizer of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
    """
    number &= _MASK
    number = ((number ^ (number >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    number = ((number ^ (number >> 27)) * 0x94D049BB133111EB) & _MASK
    return number ^ (number >> 31)


def _digits(text: str) -> str:
    return f"{fingerprint(text):016x}"
