"""``ws.forget``: a plan of what would be erased, and its erasure once a person says so."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.display.cards import Card, ShowsCard
from pb2b_notebook.errors import InvalidParameterError, NotFoundError, PermissionDeniedError
from pb2b_notebook.mirror import reporting
from pb2b_notebook.mirror.forgetting import traces
from pb2b_notebook.mirror.forgetting.person import Person
from pb2b_notebook.mirror.locking import writer_lock
from pb2b_notebook.openapi.operations import Field

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pb2b_notebook.api.calls.session import Session
    from pb2b_notebook.journal import Journal
    from pb2b_notebook.mirror.tables import Table
    from pb2b_notebook.mirror.workspace_mirror import Mirror
    from pb2b_notebook.webhooks.event_store import EventStore

PLACES: Final = (
    Field("place", "text"),
    Field("what", "text"),
    Field("rows", "integer"),
    Field("mentions", "integer"),
)
_ELSEWHERE: Final = (
    "Not touched: files that you saved, outputs in notebooks, exports in the workspace, and backups of any of these."
)


@dataclass(frozen=True, slots=True)
class Place:
    """What one place holds of the person, or held.

    Attributes:
        place: "mirror", "history", "journal" or "events".
        what: the resource, or the file.
        rows: that are the person's.
        mentions: values in other rows that name the person.
    """

    place: str
    what: str
    rows: int
    mentions: int = 0


class ForgetPlan(ShowsCard):
    """What is known of a person here, and what is not ours to erase. Nothing is erased before :meth:`apply`.

    Attributes:
        ids: of the leads that are this person.
        places: what each place holds.
        remaining: what the service keeps, a sentence each.
    """

    def __init__(
        self, mirror: Mirror, person: Person, *, journal: Journal, scope: str, stores: Sequence[EventStore]
    ) -> None:
        self._mirror = mirror
        self._journal = journal
        self._scope = scope
        self._stores = stores
        self._person, remaining = _find_identities(mirror, person)
        self.ids = sorted(self._person.ids)
        self.places = [place for place in self._look() if place.rows or place.mentions]
        self.remaining = [*remaining, _ELSEWHERE]

    def frame(self, frame: str | None = None) -> Any:
        """The places as a frame: place, what, rows and mentions."""
        return _frame(self.places, frame or self._mirror.library)

    def apply(self) -> Any:
        """Erase it all, from every file, and keep the person out of later syncs.

        In the mirror and its history the person's rows are removed and other values that name the person are blanked,
        and no file of an earlier version is left: a reader at work at this moment may have to start again. Lines of the
        journal are removed. Events are emptied; their ids stay, so that a repetition is still lines.

        Returns:
            A frame of what was erased: place, what, rows and mentions.

        Raises:
            MirrorBusyError: a kernel is syncing. Running it again goes on where it stopped.
        """
        done = [place for place in self._erase() if place.rows or place.mentions]
        return _frame(done, self._mirror.library)

    def _look(self) -> Iterator[Place]:
        for name, table, former in self._mirror.parts():
            for place, one in (("mirror", table), ("history", former)):
                if one.exists:
                    with one.typed_errors():
                        found = traces.find_traces(one.snapshot().collect(), self._person, leads=name == "leads")
                    yield Place(place, name, found.rows, found.mentions)
        yield Place("journal", _file(self._journal.path), self._journal.count(self._scope, self._person.is_named_in))
        for store in self._stores:
            yield Place("events", _file(store.path), store.count(self._person.is_named_in))

    def _erase(self) -> Iterator[Place]:
        # First of all: a sync that begins meanwhile must not bring the person back.
        self._mirror.suppress(self._person.ids)
        for name, table, former in self._mirror.parts():
            with writer_lock(self._mirror.location.lock(name), name):
                yield from self._erase_tables(name, table, former)
        yield Place("journal", _file(self._journal.path), self._journal.forget(self._scope, self._person.is_named_in))
        for store in self._stores:
            yield Place("events", _file(store.path), store.forget(self._person.is_named_in))

    def _erase_tables(self, name: str, table: Table, former: Table) -> Iterator[Place]:
        leads = name == "leads"
        if table.exists:
            yield Place("mirror", name, *traces.erase(table, self._person, leads=leads))
        if former.exists:
            yield Place("history", name, *traces.erase_history(former, self._person, leads=leads))

    def _card(self) -> Card:
        found = [
            f"{place.place}: {place.what}: {place.rows:,} rows"
            + (f", {place.mentions:,} mentions" if place.mentions else "")
            for place in self.places
        ]
        return Card(
            title=f"Forget a person ({len(self.ids)} leads): nothing is erased before .apply()",
            lines=[*(found or ["nothing is known of this person here"]), *self.remaining],
        )


def _find_identities(mirror: Mirror, person: Person) -> tuple[Person, list[str]]:
    """The person with every id and address that the mirror and the service add, and what the service keeps."""
    for _ in range(2):  # an id tells an address, which tells further ids
        for table in (part for name, *parts in mirror.parts() if name == "leads" for part in parts):
            if table.exists:
                with table.typed_errors():
                    person = traces.extend_person(table.snapshot().collect(), person)
    if mirror.session is None:
        return person, ["The service was not asked: this mirror was opened without it."]
    return _at_service(mirror.session, person)


def _at_service(session: Session, person: Person) -> tuple[Person, list[str]]:
    try:
        for address in sorted(person.emails):
            person = person.with_more(_ids_with(session, address))
        lines = [_service_line(session, one) for one in sorted(person.ids)]
    except PermissionDeniedError:
        lines = ["The service was not asked: this key may not read leads."]
    return person, [line for line in lines if line] or ["The service has no such lead."]


def _ids_with(session: Session, address: str) -> list[str]:
    """The leads with this address; a service may ignore the filter, and then list everybody."""
    operation = session.operations["leads.list"]
    batches = session.batches(operation, {"email": address, "include_deleted": True})
    leads = [lead for batch in batches for lead in batch.table.select(["id", "email"]).to_pylist()]
    return [lead["id"] for lead in leads if (lead["email"] or "").strip().casefold() == address]


def _service_line(session: Session, lead: str) -> str:
    try:
        record = session.record("leads.get", {"id": lead})
    except NotFoundError:
        return ""
    state = "is deleted, and the service keeps it" if record.get("deleted_at") else "is there"
    wish = "" if record.get("deleted_at") else f"; ws.leads.delete({lead!r}) marks it as deleted"
    return f"At the service {lead} {state}, with its messages and activities{wish}: only the service can erase it."


def plan(mirror: Mirror, who: str, journal: Journal, events: Any) -> ForgetPlan:
    """What it takes to forget the person with this e-mail address or lead id.

    Args:
        mirror: of the workspace.
        who: an address, or the id of a lead.
        journal: where the workspace's mutations are written down.
        events: receivers of webhooks or their files, one or several.

    Raises:
        InvalidParameterError: ``who`` is neither, or there is no such file.
    """
    if not isinstance(who, str) or len(who.split()) != 1:  # a name in front of an address would match nobody
        raise InvalidParameterError("forget needs an e-mail address or the id of a lead", repair='ws.forget("lead_…")')
    several = events if isinstance(events, list | tuple) else [events]
    scope = "" if mirror.session is None else mirror.session.client.scope
    return ForgetPlan(mirror, Person.of(who), journal=journal, scope=scope, stores=[_store(one) for one in several])


def _store(events: Any) -> EventStore:
    from pb2b_notebook.webhooks.event_store import EventStore
    from pb2b_notebook.webhooks.receiver import Receiver

    if isinstance(events, Receiver):
        return events._store  # noqa: SLF001 - one package; it has no other use for being public
    if not Path(events).expanduser().is_file():
        raise InvalidParameterError("there is no such file of events", repair="give the path that the Receiver has")
    return EventStore(events)


def _file(path: Any) -> str:
    return "in memory" if path is None else path.name


def _frame(places: Sequence[Place], library: str) -> Any:
    rows = ({name: getattr(place, name) for name in Place.__dataclass_fields__} for place in places)
    return reporting.report(rows, PLACES, library)
