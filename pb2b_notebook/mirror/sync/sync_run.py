"""One sync of a mirror: each resource in turn, read as its list allows."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from pb2b_notebook.api.calls.left_out_fields import LEFT_OUT, text_of_left_out
from pb2b_notebook.api.http.responses.deletions import columns_of_doubt, is_deletion, may_mean_deleted
from pb2b_notebook.display import notices
from pb2b_notebook.display.progress import Progress
from pb2b_notebook.errors import NotFoundError, PermissionDeniedError, VanishedRowsError
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.mirror.forgetting.suppression import Suppression
from pb2b_notebook.mirror.reading import queries
from pb2b_notebook.mirror.storage import datafiles
from pb2b_notebook.mirror.storage.commits import retry_conflicts
from pb2b_notebook.mirror.storage.engine_errors import damaged_error
from pb2b_notebook.mirror.storage.instants import to_datetime
from pb2b_notebook.mirror.storage.locking import writer_lock
from pb2b_notebook.mirror.storage.stores import free_bytes
from pb2b_notebook.mirror.storage.tables import to_polars
from pb2b_notebook.mirror.sync import forecast, pages, snapshots
from pb2b_notebook.mirror.sync.synchronization import Chunk, Outcome, Synchronizer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pb2b_notebook.api.calls.session import Session
    from pb2b_notebook.mirror.storage.catalogue import Source
    from pb2b_notebook.mirror.storage.tables import Table
    from pb2b_notebook.mirror.workspace_mirror import Mirror

SMALL = 500
"""A resource of up to one page is read whole: that shows deletions, and costs the same single request."""

MANY_PARENTS = 100
"""Lists below more objects than these take one request each. Their first sync must be asked for by name."""


@dataclass(frozen=True, slots=True)
class SyncRun:
    """One call of ``ws.mirror.sync``.

    Attributes:
        mirror: Mirror to bring up to date.
        session: Session of the workspace.
        named: Whether the user named the resources. Then a refusal is an error, and no list is too expensive.
        full: Whether to read everything again and remove rows that the service no longer lists.
        vanished_allowed: Whether to remove any number of such rows.
    """

    mirror: Mirror[Any]
    session: Session
    named: bool
    full: bool
    vanished_allowed: bool

    def run(self, sources: Iterable[Source]) -> list[Outcome]:
        """Sync the sources in order and return their outcomes.

        Raises:
            VanishedRowsError: Many rows of a resource are gone. All other resources are synced.
        """
        outcomes: list[Outcome] = []
        problem: VanishedRowsError | None = None
        unread: set[str] = set()
        for source in sources:
            if source.parent in unread:
                outcomes.append(Outcome(source.name, "refused", note=f"{source.parent} could not be read"))
                continue
            requests = 0 if self.named else self._expensive_requests(source)
            if requests:
                outcomes.append(Outcome(source.name, "skipped", note=_skipped_note(source, requests)))
                continue
            sent = self.session.client.sent
            try:
                outcomes.append(retry_conflicts(partial(self._sync, source)))
                outcomes[-1].requests = self.session.client.sent - sent
            except VanishedRowsError as many:
                problem = many
            except (PermissionDeniedError, NotFoundError) as refusal:
                if self.named:
                    raise
                unread.add(source.name)
                outcomes.append(Outcome(source.name, "refused", note=f"{refusal.status} {refusal.code}".strip()))
        if problem is not None:
            raise problem
        return outcomes

    def _sync(self, source: Source) -> Outcome:
        table, location = self.mirror.table(source.name), self.mirror.location
        filter_rows = partial(Suppression(location.suppression).filter_rows, leads=source.name == "leads")
        with writer_lock(location.lock(source.name), source.name):
            if source.mode == "snapshot":
                return snapshots.append(table, self.session, source.operation, filter_rows)
            if not table.exists and not table.shared:  # in a store they may be another writer's
                self._remove_leftovers(source.name)
            if source.name == "leads":
                self.session.forget_custom_fields()  # a new field has its own type
            with Progress(f"mirror {source.name}", shown=self.session.progress) as progress:
                synchronizer = Synchronizer(
                    table,
                    self.mirror.history_table(source.name),
                    lambda after, rows, before_page: self._with_forecast(
                        pages.chunks(
                            self.session,
                            source,
                            after,
                            self._parents(source, after),
                            rows=rows,
                            before_page=before_page,
                        ),
                        table,
                    ),
                    declared=self.session.schema(source.operation).names,
                    filter_rows=filter_rows,
                    on_progress=progress.add,
                    incremental=source.mode == "changes" and not _has_timeless_rows(table),
                    ordered=not source.parent,
                )
                outcome = synchronizer.run(
                    full=self.full, small=self._small_size(source), vanished_allowed=self.vanished_allowed
                )
            notes = [outcome.note]
            left_out = self.session.client.profile.names(LEFT_OUT, source.operation.id)
            notes += [text_of_left_out(left_out)] if left_out else []
            if _marks_deletions(source):
                notes += [self._note_on_deletions(source, table)] if outcome.mode in {"changes", "resumed"} else []
                notes += [_note_on_words(table, source.operation.names)]
            outcome.note = "; ".join(note for note in notes if note)
            return outcome

    def _with_forecast(self, chunks: Iterable[Chunk], table: Table) -> Iterator[Chunk]:
        """Yield the chunks; a first sync that takes long says so after its first chunk, before anything is written."""
        started, due = time.monotonic(), table.state().watermark is None
        for chunk in chunks:
            if due and chunk.more and chunk.total is not None and chunk.rows:
                rate, free = self.session.client.rate, free_bytes(self.mirror.location.root)
                left = forecast.forecast(
                    total=chunk.total,
                    rows=chunk.rows,
                    requests=chunk.pages,
                    seconds=time.monotonic() - started,
                    row_bytes=datafiles.row_bytes(to_polars(chunk.read_rows())),
                    limit=rate.limit,
                    window=rate.window,
                )
                if left.seconds >= forecast.WORTH_SAYING:
                    notices.say(f"{left.text(table.resource, free)}; a sync that is stopped continues there next time")
            due = False
            yield chunk

    def _small_size(self, source: Source) -> int:
        """Return the number of rows up to which a list is read whole; -1 where deletions show anyway."""
        return -1 if source.parent or (_marks_deletions(source) and self._lists_deleted(source)) else SMALL

    def _lists_deleted(self, source: Source) -> bool:
        refused = self.session.client.profile.names("refused", source.operation.id)
        return source.operation.parameter("include_deleted") is not None and "include_deleted" not in refused

    def _note_on_deletions(self, source: Source, table: Table) -> str:
        """Return what deletions may be missing after a sync of changes; empty if the service lists deleted rows."""
        if not self._lists_deleted(source):
            return "this service does not list deleted rows, so that only full=True can find them"
        # A service that differs may ignore the parameter without a word.
        if self.session.may_differ(0) and not _has_deleted_rows(table):
            return "this service listed no deleted row so far, so that only full=True certainly finds them"
        return ""

    def _remove_leftovers(self, name: str) -> None:
        """Delete the files of a first sync that was killed before its first commit."""
        if self.mirror.history_table(name).exists:
            raise damaged_error(name, "has a history but no log")
        self.mirror.location.remove_resource(name)

    def _parents(self, source: Source, after: int | None) -> list[str]:
        """Return the ids of the objects whose lists are read: all, or those that may have new rows after a time.

        An object that has finished, such as a job, gets no new rows.
        """
        parent = self.mirror.table(source.parent)
        if not source.parent or not parent.exists:
            return []
        if after is None or "finished_at" not in parent.polars_schema():
            return list(queries.current_rows(parent, columns=["id"])["id"])
        known = queries.current_rows(parent, columns=["id", "finished_at", "updated_at"])
        done = known["finished_at"].is_not_null() & (known["updated_at"] <= to_datetime(after))
        return list(known["id"].filter(~done.fill_null(value=False)))

    def _expensive_requests(self, source: Source) -> int:
        """Return the number of requests of a first sync if there are many; else 0."""
        if not source.parent or self.mirror.table(source.name).exists:
            return 0
        requests = len(self._parents(source, None))
        return requests if requests > MANY_PARENTS else 0


def _skipped_note(source: Source, requests: int) -> str:
    return f'takes {requests:,} requests, one for each of the {source.parent}: ws.mirror.sync("{source.name}")'


def _marks_deletions(source: Source) -> bool:
    return any(field.name == "deleted_at" for field in source.operation.fields)


def _has_deleted_rows(table: Table) -> bool:
    if not table.exists or "deleted_at" not in table.polars_schema():
        return False
    with table.typed_errors():
        return bool(table.snapshot().select(pl.col("deleted_at").is_not_null().any()).collect().item())


def _note_on_words(table: Table, declared: Collection[str]) -> str:
    """Return which words and flags seem to say that rows are deleted, which are kept as they are listed."""
    names = table.polars_schema() if table.exists else {}
    columns = columns_of_doubt(name for name in names if name not in declared)
    words = sorted(filter(is_deletion, map(str, _values(table, "status")))) if "status" in names else []
    flags = [
        f"{name} = {str(value).lower()}"
        for name in columns
        for value in _values(table, name)
        if may_mean_deleted(name, value)
    ]
    notes = [f"rows with the status {' or '.join(words)} seem to be deleted: they count as live"] if words else []
    return "; ".join([*notes, *(f"rows with {flag} may be deleted: they count as live" for flag in flags[:1])])


def _values(table: Table, column: str) -> list[Any]:
    with table.typed_errors():
        found: list[Any] = table.snapshot().select(pl.col(column).drop_nulls().unique()).collect()[column].to_list()
    return found


def _has_timeless_rows(table: Table) -> bool:
    """Whether rows have no time of change: a filter by time may leave them out."""
    if not table.exists or "updated_at" not in table.polars_schema():
        return False
    with table.typed_errors():
        return bool(table.snapshot().select(pl.col("updated_at").is_null().any()).collect().item())
