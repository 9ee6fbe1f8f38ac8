"""``ws.forget``: a plan of what would be erased, which a user applies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Generic, overload

from pb2b_notebook.api.calls.session import Session
from pb2b_notebook.display.cards import Card, ShowsCard
from pb2b_notebook.errors import InvalidParameterError, NotFoundError, PermissionDeniedError
from pb2b_notebook.frames.types import DataFrame, FrameName, FrameT
from pb2b_notebook.journal import Journal
from pb2b_notebook.mirror.forgetting import traces
from pb2b_notebook.mirror.forgetting.person import Person
from pb2b_notebook.mirror.reading import reporting
from pb2b_notebook.mirror.storage.commits import retry_conflicts
from pb2b_notebook.mirror.storage.locking import writer_lock
from pb2b_notebook.mirror.storage.retention import STORE_HOURS
from pb2b_notebook.mirror.storage.stores import StoreError, StorePath
from pb2b_notebook.mirror.storage.tables import Table
from pb2b_notebook.mirror.workspace_mirror import Mirror
from pb2b_notebook.openapi.operations import fields_of
from pb2b_notebook.webhooks.event_store import EventStore

PLACES: Final = fields_of("place text, what text, rows integer, mentions integer")
_ELSEWHERE: Final = (
    "Not changed: files that you saved, outputs in notebooks, exports in the workspace, and backups of any of these."
)

_VERSIONED: Final = (
    "This bucket keeps earlier versions of deleted objects, which still hold the person: delete the noncurrent "
    "versions below {}, or let a lifecycle rule do it."
)
_UNVERSIONED: Final = (
    "This bucket gives new objects no versions; whether it keeps deleted objects in another way (versions from before, "
    "soft delete, replication, backups of {}) is not visible here."
)
_UNKNOWN_VERSIONS: Final = (
    "Whether this bucket keeps deleted objects (versions, soft delete) is not visible here: see its settings, and "
    "delete the noncurrent versions below {}."
)
_UNCOMMITTED: Final = (
    "Files that a sync wrote and did not commit, because it runs now or was killed, may hold the person: the first "
    "vacuum after {} days deletes them."
)

_NAMESAKES: Final = (
    "Not changed: {:,} values with the same full name in rows without the person's address, phone or id; "
    "they may be about another person."
)


@dataclass(frozen=True, slots=True)
class Place:
    """The traces of the person in one place, found or erased.

    Attributes:
        place: "mirror", "history", "journal" or "events".
        what: Name of the resource or the file.
        rows: Number of the person's rows.
        mentions: Number of values in other rows that mention the person.
    """

    place: str
    what: str
    rows: int
    mentions: int = 0


class ForgetPlan(ShowsCard, Generic[FrameT]):
    """The traces of a person on this machine, and what remains elsewhere. Nothing is erased before :meth:`apply`.

    Attributes:
        ids: Ids of the person's leads.
        places: Places with traces of the person.
        remaining: Sentences about what the service and others keep.
    """

    def __init__(
        self, mirror: Mirror[FrameT], person: Person, *, journal: Journal, scope: str, stores: Sequence[EventStore]
    ) -> None:
        self._mirror = mirror
        self._journal = journal
        self._scope = scope
        self._stores = stores
        self._person, remaining = _find_identities(mirror, person)
        self.ids = sorted(self._person.ids)
        self._namesakes = 0
        self.places = [place for place in self._look() if place.rows or place.mentions]
        self.remaining = [
            *remaining,
            *([_NAMESAKES.format(self._namesakes)] if self._namesakes else []),
            *_store_lines(mirror),
            _ELSEWHERE,
        ]

    @overload
    def frame(self, frame: None = None) -> FrameT: ...
    @overload
    def frame(self, frame: FrameName) -> DataFrame: ...
    def frame(self, frame: FrameName | None = None) -> DataFrame:
        """Return the places as a frame with the columns place, what, rows and mentions."""
        return _frame(self.places, frame or self._mirror.library)

    def apply(self) -> FrameT:
        """Erase all traces from every file, exclude the person from later syncs, and return what was erased.

        In the mirror and its history, the person's rows are removed. Other values that mention the person by an id, an
        address or a phone number are blanked, and beside these, in the same row, also values with the person's name.
        All files of earlier versions are deleted; a concurrent reader may have to start again. Entries of the journal
        are deleted. Events are emptied; their ids stay, so that repeated deliveries are still recognized.

        Returns:
            A frame with the columns place, what, rows and mentions.

        Raises:
            MirrorBusyError: A kernel is syncing. Call it again to continue.
        """
        done = [place for place in self._erase() if place.rows or place.mentions]
        found: FrameT = _frame(done, self._mirror.library)
        return found

    def _look(self) -> Iterator[Place]:
        for name, table, former in self._mirror.parts():
            for place, part in (("mirror", table), ("history", former)):
                if part.exists:
                    with part.typed_errors():
                        rows = (part.snapshot() if part is table else self._mirror.former_rows(name)).collect()
                        found = traces.find_traces(rows, self._person, leads=name == "leads")
                    self._namesakes += found.namesakes
                    yield Place(place, name, found.rows, found.mentions)
        yield Place("journal", _file(self._journal.path), self._journal.count(self._scope, self._person.is_named_in))
        for store in self._stores:
            yield Place("events", _file(store.path), store.count(self._person.is_named_in))

    def _erase(self) -> Iterator[Place]:
        # First, because a sync that starts meanwhile must not add the person again.
        self._mirror.suppress(self._person)
        for name, table, former in self._mirror.parts():
            with writer_lock(self._mirror.location.lock(name), name):
                yield from self._erase_tables(name, table, former)
        yield Place("journal", _file(self._journal.path), self._journal.forget(self._scope, self._person.is_named_in))
        for store in self._stores:
            yield Place("events", _file(store.path), store.forget(self._person.is_named_in))

    def _erase_tables(self, name: str, table: Table, former: Table) -> Iterator[Place]:
        def erase() -> None:
            # An attempt that another writer interrupted has erased something, too.
            for place, rows, mentions in traces.erase(table, former, self._person, leads=name == "leads"):
                found = erased.setdefault(place, [0, 0])
                erased[place] = [found[0] + rows, found[1] + mentions]

        erased: dict[str, list[int]] = {}
        retry_conflicts(erase)
        for place, (rows, mentions) in erased.items():
            yield Place(place, name, rows, mentions)

    def _card(self) -> Card:
        found = [
            f"{place.place}: {place.what}: {place.rows:,} rows"
            + (f", {place.mentions:,} mentions" if place.mentions else "")
            for place in self.places
        ]
        return Card(
            title=f"Forget a person ({len(self.ids)} leads): nothing is erased before .apply()",
            lines=[*(found or ["this machine has no trace of this person"]), *self.remaining],
        )


def _store_lines(mirror: Mirror[Any]) -> list[str]:
    """Return what the object store of a mirror keeps of objects that are deleted or replaced."""
    root = mirror.location.root
    if not isinstance(root, StorePath):
        return []
    return [_kept_versions(root).format(root), _UNCOMMITTED.format(STORE_HOURS // 24)]


def _kept_versions(root: StorePath) -> str:
    if root.bucket.startswith("gs:"):  # it numbers every object, whether or not it keeps earlier ones
        return _UNKNOWN_VERSIONS
    try:
        return _VERSIONED if root.gives_versions() else _UNVERSIONED
    except StoreError:  # these credentials may only read
        return _UNKNOWN_VERSIONS


def _find_identities(mirror: Mirror[Any], person: Person) -> tuple[Person, list[str]]:
    """Return the person with all ids and emails in the mirror and the service, and what the service keeps."""
    for _ in range(2):  # an id leads to an email, which leads to further ids
        for table in (part for name, *parts in mirror.parts() if name == "leads" for part in parts):
            if table.exists:
                with table.typed_errors():
                    person = traces.extend_person(table.snapshot().collect(), person)
    if mirror.session is None:
        return person, ["The service was not asked: this mirror was opened without a session."]
    return _at_service(mirror.session, person)


def _at_service(session: Session, person: Person) -> tuple[Person, list[str]]:
    try:
        for address in sorted(person.emails):
            person = person.with_more(_ids_with(session, address))
        lines = [_service_line(session, lead_id) for lead_id in sorted(person.ids)]
    except PermissionDeniedError:
        lines = ["The service was not asked: this API key may not read leads."]
    return person, [line for line in lines if line] or ["The service has no such lead."]


def _ids_with(session: Session, address: str) -> list[str]:
    """Return the ids of the leads with this address; a service may ignore the filter and list all leads."""
    operation = session.operations["leads.list"]
    batches = session.batches(
        operation, {"email": address, "include_deleted": True}, added={"email", "include_deleted"}
    )
    leads = [lead for batch in batches for lead in batch.table.select(["id", "email"]).to_pylist()]
    return [lead["id"] for lead in leads if (lead["email"] or "").strip().casefold() == address]


def _service_line(session: Session, lead: str) -> str:
    try:
        record = session.record("leads.get", {"id": lead})
    except NotFoundError:
        return ""
    state = "keeps the deleted" if record.get("deleted_at") else "has"
    advice = "" if record.get("deleted_at") else f" ws.leads.delete({lead!r}) marks it as deleted;"
    return f"The service {state} {lead} with its messages and activities:{advice} only the service can erase it."


def plan(mirror: Mirror[FrameT], who: str, journal: Journal, events: Any) -> ForgetPlan[FrameT]:
    """Return the plan to forget the person with an email address or lead id.

    Args:
        mirror: Mirror of the workspace.
        who: Email address, or id of a lead.
        journal: Journal of the workspace's mutations.
        events: Webhook receivers or their files, one or several.

    Raises:
        InvalidParameterError: ``who`` is neither, or a file does not exist.
    """
    if not isinstance(who, str) or len(who.split()) != 1:  # a name in front of an address would match no lead
        raise InvalidParameterError("who must be an email address or a lead id", repair='ws.forget("lead_…")')
    several = events if isinstance(events, list | tuple) else [events]
    scope = "" if mirror.session is None else mirror.session.client.scope
    return ForgetPlan(
        mirror, Person.of(who), journal=journal, scope=scope, stores=[_store(receiver) for receiver in several]
    )


def _store(events: Any) -> EventStore:
    from pb2b_notebook.webhooks.event_store import EventStore
    from pb2b_notebook.webhooks.receiver import Receiver

    if isinstance(events, Receiver):
        return events._store  # noqa: SLF001 - the same package; nothing else needs it
    if not Path(events).expanduser().is_file():
        raise InvalidParameterError("the events file does not exist", repair="pass the path of the Receiver's file")
    return EventStore(events)


def _file(path: Any) -> str:
    return "in memory" if path is None else path.name


def _frame(places: Sequence[Place], library: str) -> Any:
    rows = ({name: getattr(place, name) for name in Place.__dataclass_fields__} for place in places)
    return reporting.report(rows, PLACES, library)
