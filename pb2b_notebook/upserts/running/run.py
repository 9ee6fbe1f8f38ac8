"""Carry a job out: the only code that writes leads in bulk.

Each request is on disk before it is sent, and its results are before the next step. Whatever fails, the same job
continues: what was not sent is sent, what may have been sent is sent again with the same key, and where the key has
expired the leads are looked up.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Any, Final

from pb2b_notebook import journal as journals
from pb2b_notebook import threads
from pb2b_notebook.api.calls import absent_fields, custom_fields, upsert_steps
from pb2b_notebook.api.calls.confirming import denies_deletion, job_id_in, not_shown
from pb2b_notebook.api.calls.lost_creations import LONGEST_SEND
from pb2b_notebook.api.calls.mutating import KEY_CHECKED_STATUSES, is_busy_state, may_be_of_repetition
from pb2b_notebook.api.calls.session import Session
from pb2b_notebook.api.domains.job_waiting import wait_for
from pb2b_notebook.api.http.adaptation import unlearning, versions
from pb2b_notebook.api.http.call import LEADS, Call
from pb2b_notebook.api.http.responses import envelope
from pb2b_notebook.api.http.responses.object_parts import places_in
from pb2b_notebook.api.http.responses.reply import Reply
from pb2b_notebook.api.http.sending import retrying
from pb2b_notebook.display import notices
from pb2b_notebook.display.progress import Progress
from pb2b_notebook.errors import (
    APIError,
    AuthenticationError,
    IdempotencyInProgressError,
    JobFailedError,
    NotJSONError,
    PermissionDeniedError,
    ProspectB2BError,
    RateLimitError,
    ReadOnlyError,
    UsageError,
)
from pb2b_notebook.opt_outs import OPTED_OUT
from pb2b_notebook.upserts.planning.decisions import Decisions
from pb2b_notebook.upserts.running import importing, lookups
from pb2b_notebook.upserts.running import results as row_results
from pb2b_notebook.upserts.running.jobs import Job, Jobs, Sent
from pb2b_notebook.upserts.running.payloads import Send, change
from pb2b_notebook.upserts.running.results import Result
from pb2b_notebook.upserts.running.run_options import RunLimits, RunOptions

_REPLACEABLE: Final = frozenset({"leads.bulk_upsert", "leads.upsert"})
_FINAL: Final = frozenset({400, 413, 422})
"""Statuses of a refusal that does not pass by waiting."""
_NOT_OFFERED: Final = frozenset({402, 405, 410, 415, 501})
"""Further ones, of requests that a service does not take at all."""
_JOB_TIMEOUT: Final = 120.0  # seconds of the service's time
LIMIT_REACHED: Final = "leads_limit_reached"
_READ_AHEAD: Final = 2  # requests read from the journal at once, per worker
_STOP_TIMEOUT: Final = 5.0  # seconds that Ctrl-C waits for the requests under way


class Run:
    """One run of a job, until it is done, refused, interrupted or given up for now.

    Args:
        session: Session of the workspace.
        jobs: Jobs of the journal.
        job: The job to run.
        decisions: Decisions of its plan, with times as text.
        options: Concurrency, progress bar, watch.
        limits: When to give up for now.

    Attributes:
        problem: Error that stopped the run before its end; ``None`` if it was not stopped.
    """

    def __init__(
        self,
        session: Session,
        jobs: Jobs,
        job: Job,
        decisions: Decisions,
        options: RunOptions,
        *,
        limits: RunLimits | None = None,
    ) -> None:
        self.problem: ProspectB2BError | None = None
        self.session = session
        self.jobs = jobs
        self.job = job
        self._actions = dict(decisions.rows.select("row", "action").iter_rows())
        self._leads = dict(decisions.rows.select("row", "lead_id").iter_rows())
        self._overwrites = decisions.rules.on_conflict == "overwrite"
        self._options = options
        self._limits = limits or RunLimits()
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._learning = threading.Lock()
        self._trying = threading.Lock()
        self._tried: set[str] = set()
        self._refused_whole: dict[str, str] = {}  # operation whose requests of several rows are refused → message
        self._hopeless: APIError | None = None  # refusal of rows together and of one alone
        self._has_looked_for_fate = False
        self._queue: deque[tuple[Sent, int]] = deque()
        self._latest = 0
        self._failures = 0
        self._crash: BaseException | None = None
        self._rows_done = 0
        self._unclear = False

    def run(self) -> None:
        """Do everything that can be done now.

        Raises:
            JobBusyError: Another kernel runs the job.
            JournalError: The journal cannot be written any more.
            KeyboardInterrupt: Ctrl-C was pressed; the requests under way have ended.
        """
        with self.jobs.running(self.job.id):
            self._resume()
            self._run_workers()
            if not self._stop.is_set() and self.jobs.sends(self.job.id, "sent"):
                self._resume()
                self._run_workers()
                if not self._stop.is_set() and not self.jobs.sends(self.job.id, "pending", "sent", "accepted"):
                    self.problem = None  # a look-up has shown what became of each request
            self.jobs.end(self.job.id, "finished", self.session.time())
        if self._crash is not None:
            raise self._crash

    # --- what an earlier run left -----------------------------------------------------------------------------------

    def _resume(self) -> None:
        """Queue again, with its key, what may have been sent; look up the outcome where the key has expired."""
        for sent in self.jobs.sends(self.job.id, "sent", "accepted"):
            if sent.state == "accepted" or self._is_repeatable(sent):
                self._queue.append((sent, 1))
            elif not self._finish_by_lookup(sent, since=sent.sent_at, until=self._latest_effect(sent)):
                self._requeue_without_effect(sent)

    def _requeue_without_effect(self, sent: Sent) -> None:
        """Queue a request that had no effect; where nothing more is to be sent, it becomes a pending one again."""
        if self._options.settles:
            self.jobs.return_to_pending([sent.id])
        else:
            self._queue.append((replace(sent, sent_key=None, sent_at=None), 1))

    def _latest_effect(self, sent: Sent) -> datetime | None:
        """Return when a request can last have taken effect, by the service's clock; ``None`` if that is not known."""
        if sent.sent_at is None:
            return None
        keyed = self.session.client.recognizes_keys(self.session.operations.find(sent.send.operation))
        latest = sent.sent_at + (journals.RESEND_WINDOW if keyed else LONGEST_SEND)  # keyed ones are sent by later runs
        return latest if latest < self.session.time() else None

    def _is_repeatable(self, sent: Sent) -> bool:
        operation = self.session.operations.find(sent.send.operation)
        if not self.session.client.recognizes_keys(operation):
            return False
        return sent.sent_at is not None and self.session.time() - sent.sent_at <= journals.RESEND_WINDOW

    def _finish_by_lookup(
        self,
        sent: Sent,
        *,
        answered: bool = False,
        later: bool = False,
        failed: JobFailedError | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> bool:
        """Return whether a look-up found the outcome of a request; if not, it had no effect and may be sent."""
        looked_up = lookups.look_up(
            self.session,
            sent.send,
            self.planned_actions(sent.send),
            self.ids(sent.send),
            answered=answered,
            later=later,
            failed=failed,
            since=since,
            until=until,
        )
        if looked_up is None:
            return False
        known = [result for result in looked_up.results if result is not None]
        state = "review" if any(result["status"] == "needs_review" for result in known) else "done"
        begun, ends = self._start_time(), None if until is None else self.session.time_of_objects(until)
        results = [
            row_results.without_version(
                row_results.without_others(result or _pending_result(action), begun, until=ends)
            )
            for result, action in zip(looked_up.results, self.planned_actions(sent.send), strict=True)
        ]
        self.jobs.finish(sent, results, now=self.session.time(), state=state, then=looked_up.then, job=self.job.id)  # type: ignore[arg-type]
        return True

    def _start_time(self) -> datetime:
        """Return when the job began, by the clock of the service's objects."""
        return self.session.time_of_objects(self.job.created_at)

    # --- workers ----------------------------------------------------------------------------------------------------

    def _run_workers(self) -> None:
        total = sum(action in {"create", "update", "delete"} for action in self._actions.values())
        workers = threads.Workers(self._handle_next, self._options.concurrency, name="pb2b-apply")
        with Progress("apply", shown=self._options.progress) as bar:
            shown = 0

            def look() -> None:
                nonlocal shown
                bar.add(self._rows_done - shown, total)
                shown = self._rows_done
                if not self._should_continue(shown, total):
                    self._stop.set()

            try:
                look()
                workers.run(look)
            except BaseException:
                # No further request starts, and those under way get some time to be answered.
                self._stop.set()
                workers.join(_STOP_TIMEOUT)
                raise

    def _should_continue(self, done: int, total: int) -> bool:
        return self._options.watch is None or self._stop.is_set() or self._options.watch(done, total)

    def _handle_next(self) -> bool:
        """Handle one request; return whether there may be another."""
        try:
            claimed = None if self._stop.is_set() else self._next()
            if claimed is not None:
                self._handle(*claimed)
        except KeyboardInterrupt:  # it reaches only the caller's thread
            raise
        except BaseException as problem:  # noqa: BLE001 - raised again where the cell sees it
            self._crash = self._crash or problem
            self._stop.set()
            return False
        return claimed is not None

    def _next(self) -> tuple[Sent, int] | None:
        with self._lock:
            if not self._queue and not self._options.settles:
                count = self._options.concurrency * _READ_AHEAD
                self._queue += [(sent, 0) for sent in self.jobs.pending(self.job.id, count, after=self._latest)]
                self._latest = max([self._latest, *(sent.id for sent, _ in self._queue)])
            return self._queue.popleft() if self._queue else None

    def _handle(self, sent: Sent, tried: int) -> None:
        """Handle one request; the first one of an operation that a service may lack or refuse is sent alone."""
        operation = sent.send.operation
        alone = operation in _REPLACEABLE or bool(self._refused_whole)
        if alone and operation not in self._tried:
            with self._trying:
                if operation not in self._tried:
                    self._send_and_journal(sent, tried)
                    self._tried.add(operation)
                    return
        self._send_and_journal(sent, tried)

    def _send_and_journal(self, sent: Sent, tried: int) -> None:
        """Send one request and journal its result."""
        try:
            self._send(sent)
            self._failures = 0
        except (AuthenticationError, PermissionDeniedError, ReadOnlyError, UsageError) as problem:
            if isinstance(problem, APIError) and problem.code == LIMIT_REACHED:
                self._finish_refused(sent, problem)
            elif isinstance(problem, PermissionDeniedError) and self._is_not_offered(sent, problem):
                self._learn_missing(sent.send.operation, problem)
                self._split_rows(sent)
            else:
                self._stop_unauthorized(sent, tried, problem)
        except APIError as problem:
            self._finish_failed(sent, tried, problem)
        except ProspectB2BError as problem:
            self._retry_later(sent, tried, problem)

    def _finish_failed(self, sent: Sent, tried: int, problem: APIError) -> None:
        """Journal what an error response says of a request, or try it again, or in another way."""
        if self._is_not_offered(sent, problem):
            self._learn_missing(sent.send.operation, problem)
            self._split_rows(sent)
        elif self._shows_effect(sent, problem):
            self._rows_done += len(sent.send.rows)
        elif (
            problem.status in KEY_CHECKED_STATUSES | (_NOT_OFFERED if not problem.effect_unknown else set())
            and (problem.code or problem.structured or self._is_refused(sent, problem))
            and not isinstance(problem, IdempotencyInProgressError)
        ):
            whole = row_results.is_about_request(problem, sent.send.operation, lookups.bodies(sent.send))
            if whole or self._has_parts(sent.send):
                self._write_one_by_one(sent, problem)
            else:
                if problem.message in self._refused_whole.values():
                    self._hopeless = problem
                self._finish_refused(sent, problem)
        else:
            self._retry_later(sent, tried, problem)

    def _has_parts(self, send: Send) -> bool:
        """Whether a row of a bulk upsert has a value that the service has in a part of a lead: one by one, it fits."""
        places = places_in(self.session.client.profile.names("forms")).keys()
        return send.operation == "leads.bulk_upsert" and any(places & body.keys() for body in lookups.bodies(send))

    def _is_not_offered(self, sent: Sent, problem: APIError) -> bool:
        """Whether the service does not have an upsert, or not in the workspace's plan: there is another way then."""
        return sent.send.operation in _REPLACEABLE and upsert_steps.lacks_operation(problem, self.session.scopes)

    def _shows_effect(self, sent: Sent, problem: APIError) -> bool:
        """Whether a look-up finished a request whose refusal may be the effect of its own first sending."""
        if not may_be_of_repetition(self.session.client, problem, sent_before=sent.may_have_effect):
            return False
        creates = sent.send.operation == "leads.create"
        return self._finish_by_lookup(sent, answered=creates, since=self.job.created_at)

    def _is_refused(self, sent: Sent, problem: APIError) -> bool:
        """Whether a refusal in plain text is final, though a gateway may have written it: nothing was sent before."""
        return problem.status in _FINAL and not sent.may_have_effect and not problem.effect_unknown

    def _send(self, sent: Sent) -> None:
        if sent.send.operation == "imports.create":
            importing.run(self, sent)
            return
        operation = self.session.operations.find(sent.send.operation)
        if self._hopeless is not None and not sent.may_have_effect:
            self._finish_refused(sent, self._hopeless)
            return
        if sent.send.operation in self._refused_whole or sent.send.operation in lookups.missing_operations(
            self.session
        ):
            self._split_rows(sent)
            return
        before = self._lead_before(sent)
        if self._may_clear_several(sent) or self._has_changed_leads(sent, before):
            self._split_rows(sent)
            return
        added = frozenset({"if_updated_at"})
        call = Call(operation, sent.send.path, (), sent.send.payload, sent.key, added)
        since = sent.sent_at or self.session.time()
        reply, leads, repeated = self._write(sent, call)
        try:
            response = envelope.unwrap(reply)
        except NotJSONError:  # a page of a proxy, or a word: the leads say whether the rows arrived
            response = envelope.Envelope(b"null", envelope.request_id(reply))
        data = envelope.parse_strict_json(response.data)
        results = None if reply.status == envelope.ACCEPTED else self._results(sent.send, data)
        if results is None:
            # Whether the rows arrived is unknown: the leads say.
            self._announce_unclear(operation.id)
            later, failed = reply.status == envelope.ACCEPTED, None
            if later:
                failed = self._wait_for_job(job_id_in(data, reply.headers.get("location", "")))
            self._finish_by_lookup(sent, answered=True, later=later, failed=failed, since=since)
            self._rows_done += len(sent.send.rows)
            return
        if leads:  # before the results are journalled: a kill meanwhile leaves nothing out
            self._learn(sent.send, results, leads, repeated=repeated)
        if before is not None and results[0]["status"] == "succeeded":
            self._settle_others(sent.send, before)
        self.finish(sent, results, status=reply.status, request_id=response.request_id, attempts=reply.attempts)

    def _may_clear_several(self, sent: Sent) -> bool:
        """Whether a bulk upsert changes leads, and no lead has shown yet what becomes of the fields that it lacks.

        Where none of its leads can show that either, or those of an earlier request did not, it is sent as it is.
        """
        ids, session = self.ids(sent.send), self.session
        known = not absent_fields.may_clear(session.client, sent.send.operation)
        if known or len(ids) == 1 or not any(ids) or sent.may_have_effect or self._has_looked_for_fate:
            return False
        if self._cannot_find_leads():
            return False
        with suppress(APIError):
            leads = lookups.leads_by_id(session, [lead_id for lead_id in ids if lead_id])
            self._has_looked_for_fate = absent_fields.may_show(
                session.operations, leads.values(), sent.send.payload or b""
            )
        return self._has_looked_for_fate

    def _cannot_find_leads(self) -> bool:
        """Whether the service does not list leads by their ids."""
        profile = self.session.client.profile
        return "ids" in profile.names("refused", LEADS) | profile.names("ignored", LEADS)

    def _has_changed_leads(self, sent: Sent, before: Mapping[str, Any] | None) -> bool:
        """Whether a lead of a bulk upsert has another version than its row was compared with.

        The service may ignore the versions of rows; each row is then sent by itself, and is a conflict.
        """
        send, client = sent.send, self.session.client
        bodies = lookups.bodies(send) if send.operation == "leads.bulk_upsert" and client.is_foreign else []
        versions_of = {
            str(lead_id): body[unlearning.VERSION]
            for lead_id, body in zip(self.ids(send), bodies, strict=bool(bodies))
            if lead_id and body.get(unlearning.VERSION)
        }
        if not versions_of or sent.may_have_effect or self._cannot_find_leads():
            return False
        with suppress(APIError):
            known = {} if before is None else {str(before.get("id")): before}
            leads = known or lookups.leads_by_id(self.session, [*versions_of])
            return any(
                not versions.are_equal(leads[i].get("updated_at"), v) for i, v in versions_of.items() if i in leads
            )
        return False

    def _lead_before(self, sent: Sent) -> dict[str, Any] | None:
        """Return the lead of a bulk upsert of one row that may clear what it does not name."""
        session, [*ids] = self.session, self.ids(sent.send)
        if len(ids) != 1 or ids[0] is None or sent.may_have_effect:
            return None
        known = not absent_fields.may_clear(session.client, sent.send.operation)
        return None if known else absent_fields.read(session.client, session.operations, ids[0])

    def _settle_others(self, send: Send, before: Mapping[str, Any]) -> None:
        """Write again the fields of the lead that the upsert did not name, and cleared; the row is done."""
        session, [written] = self.session, lookups.bodies(send)
        try:
            absent_fields.settle(
                session.client, session.operations, send.operation, before=before, written=written, send=session.mutate
            )
        except ProspectB2BError as problem:
            notices.say(
                f"{send.operation} cleared fields of {before.get('id')} that it does not name, and they could not be "
                f"written again ({type(problem).__name__}): look at the lead"
            )

    def _write(self, sent: Sent, call: Call) -> tuple[Reply, dict[str, dict[str, Any]], bool]:
        """Send a request so that custom fields stay that it does not name.

        Returns:
            The response; leads from which it can be learned what the service does; whether the request was repeated:
            these are the leads after it, else those before it.
        """
        session, client = self.session, self.session.client
        again = self.send_again(sent, call)
        if again is not None:
            known = not custom_fields.may_lose_some(client, call)
            return again, {} if known else lookups.leads_by_id(session, [i for i in self.ids(sent.send) if i]), True
        send = partial(client.send, keep=partial(self.keep_request, sent))
        if not custom_fields.may_lose_some(client, call):
            return send(call), {}, False
        if call.operation.id == "leads.update":
            with self._learning:
                return custom_fields.keep_others(client, session.operations, call, send, session.mutate), {}, False
        leads = lookups.leads_by_id(session, [lead_id for lead_id in self.ids(sent.send) if lead_id])
        if call.operation.id in _REPLACEABLE:
            matched: list[Mapping[str, Any] | None] = [leads.get(lead_id or "") for lead_id in self.ids(sent.send)]
            if custom_fields.may_be_replaced(
                client, call.operation.id
            ):  # a lead may have been created since the plan was made
                matched = lookups.with_new_leads(session, sent.send, matched)
            call = custom_fields.with_others(call, matched)
        return send(call), leads, False

    def keep_request(self, sent: Sent, call: Call) -> None:
        """Journal a request with the bytes that are sent now."""
        self.jobs.keep_request(sent, str(call.idempotency_key), call.body, self.session.time())

    def send_again(self, sent: Sent, call: Call) -> Reply | None:
        """Send a request again that may have taken effect, with the bytes and the key that the journal has.

        What was learned of the service since then would give other bytes, and so another key. ``None`` for a request
        that was not sent, that was refused, or that changes custom fields without a version: it may have any form,
        because twice has the effect of once, and the fields that it does not name may have changed since.
        """
        body = sent.sent_payload or b""
        may_be_stale = b'"custom_fields"' in body and b'"if_updated_at"' not in body and any(self.ids(sent.send))
        if sent.sent_key is None or may_be_stale:
            return None
        return self.session.client.send_again(replace(call, body=sent.sent_payload, idempotency_key=sent.sent_key))

    def _learn(
        self, send: Send, results: Sequence[Result], leads: Mapping[str, Mapping[str, Any]], *, repeated: bool
    ) -> None:
        """Learn from a row that was carried out what the service does with custom fields that a write does not name."""
        for lead_id, body, result in zip(self.ids(send), lookups.bodies(send), results, strict=True):
            written = body.get("custom_fields")
            lead = leads.get(lead_id or "")
            if lead is None or not written or result["status"] != "succeeded":
                continue
            session = self.session
            try:
                with self._learning:
                    if repeated:
                        custom_fields.restore(session.client, session.operations, lead, written, session.mutate)
                    else:
                        custom_fields.learn(session.client, session.operations, lead_id, written, session.mutate)
            except ProspectB2BError as problem:  # the rows are done: they are not sent again
                notices.say(
                    f"the custom fields of {lead_id} may not be as planned ({type(problem).__name__}): "
                    "plan the rows again"
                )

    def _wait_for_job(self, job_id: str | None) -> JobFailedError | None:
        """Wait a while for the job by which a service answers, and return its failure; the leads are looked up."""
        if job_id is not None:
            try:
                wait_for(self.session, job_id, timeout=_JOB_TIMEOUT, progress=False)
            except JobFailedError as failed:
                return failed
            except ProspectB2BError:
                pass
        return None

    def _announce_unclear(self, operation: str) -> None:
        with self._lock:
            if not self._unclear:
                self._unclear = True
                notices.say(f"this service answers {operation} in a form of its own: the leads were looked up instead")

    def _learn_missing(self, operation: str, problem: APIError) -> None:
        if self.session.client.profile.learn(
            "missing", True, f"it answers {problem.status}", operation=operation, at=self.session.time()
        ):
            notices.say(f"this service has no {operation}: rows are written one by one")

    def _write_one_by_one(self, sent: Sent, problem: APIError) -> None:
        """Send the rows of a request one by one, because the service refuses them together."""
        operation = sent.send.operation
        with self._lock:
            new = operation not in self._refused_whole
            self._refused_whole.setdefault(operation, problem.message)
        if new:
            notices.say(f"this service refuses {operation} as it is ({problem.message}): rows are written one by one")
        self._split_rows(sent)

    def _split_rows(self, sent: Sent) -> None:
        """Send the rows of a request one by one, because the service does not have its operation, or refuses it.

        Rows of a request that may have taken effect before are looked up first.
        """
        if sent.may_have_effect and self._finish_by_lookup(sent, until=self._latest_effect(sent)):
            return
        then = lookups.split_rows(self.session, sent.send, self.ids(sent.send))
        pending = [_pending_result(action) for action in self.planned_actions(sent.send)]
        self.jobs.finish(sent, pending, now=self.session.time(), then=then, job=self.job.id)

    def _results(self, send: Send, data: Any) -> list[Result] | None:
        planned = self.planned_actions(send)
        if send.operation == "leads.bulk_upsert":
            return row_results.bulk_results(data, planned, lookups.bodies(send))
        if planned == ["delete"]:  # it may be answered without a body
            return (
                None
                if denies_deletion(data)
                else [row_results.success("delete", {"id": self._leads[send.rows[0]]}, "delete")]
            )
        is_lead = isinstance(data, dict) and data.get("id") is not None and data.get("object") != "job"
        if is_lead and not_shown(data, lookups.bodies(send)[0]):
            return None  # it may have left out fields that it does not know: the lead shows what it has stored
        return [row_results.success(planned[0], data, planned[0])] if is_lead else None

    def finish(
        self,
        sent: Sent,
        results: Sequence[Result],
        *,
        status: int | None = None,
        request_id: str | None = None,
        attempts: int = 0,
    ) -> None:
        """Journal the results of a request; a conflict that is to be overwritten becomes a request of its own."""
        then, results = self._without_versions(sent.send, results)
        again, results = self._in_conflict_by_form(sent.send, results)
        then += again
        if self._overwrites and sent.send.operation == "leads.bulk_upsert":
            then += [
                self._overwriting(sent.send, place, result)
                for place, result in enumerate(results)
                if _is_conflict(result)
            ]
        answered = status == HTTPStatus.CREATED or (status is not None and sent.send.operation == "leads.bulk_upsert")
        self.jobs.finish(
            sent,
            [row_results.without_others(result, self._start_time(), answered=answered) for result in results],
            now=self.session.time(),
            status=status,
            request_id=request_id,
            attempts=attempts,
            then=then,
            job=self.job.id,
        )
        self._rows_done += len(sent.send.rows) - len(then)

    def _without_versions(self, send: Send, results: Sequence[Result]) -> tuple[list[Send], list[Result]]:
        """Return requests that repeat the rows of which the service refuses only the version, and all results."""
        then, kept = [], list(results)
        for place, result in enumerate(results) if send.operation == "leads.bulk_upsert" else ():
            lead_id = self._leads[send.rows[place]]
            if lead_id is None or not row_results.refuses_name(result, unlearning.VERSION):
                continue
            body = {n: value for n, value in lookups.bodies(send)[place].items() if n != unlearning.VERSION}
            then.append(change(send.rows[place], str(lead_id), body, self.session.operations, if_updated_at=None))
            kept[place] = _pending_result(self._actions[send.rows[place]])
        if then:
            client, operation = self.session.client, self.session.operations.find(send.operation)
            client.learn_refused(operation, [unlearning.VERSION], "rows with it")
            client.say_once(f"this service refuses {unlearning.VERSION}: {unlearning.WEAKER[unlearning.VERSION]}")
        return then, kept

    def _in_conflict_by_form(self, send: Send, results: Sequence[Result]) -> tuple[list[Send], list[Result]]:
        """Return requests that repeat the rows whose lead has the version that was sent, and all results.

        The service compares versions as text: a single request has the text of the service.
        """
        then, kept = list[Send](), list(results)
        bodies = lookups.bodies(send) if send.operation == "leads.bulk_upsert" else []
        ids, versioned = self.ids(send), [place for place, body in enumerate(bodies) if body.get(unlearning.VERSION)]
        of = {place: str(ids[place]) for place in versioned if ids[place] and _is_about_version(results[place])}
        unknown = [lead_id for place, lead_id in of.items() if not results[place].get("current")]
        now = lookups.leads_by_id(self.session, unknown) if unknown and self.session.client.is_foreign else {}
        for place, lead_id in of.items():
            version = bodies[place][unlearning.VERSION]
            lead = results[place].get("current") or now.get(lead_id, {})
            if versions.are_equal(lead.get("updated_at"), version):
                row, operations = send.rows[place], self.session.operations
                body = {name: value for name, value in bodies[place].items() if name != unlearning.VERSION}
                then.append(change(row, lead_id, body, operations, if_updated_at=version))
                kept[place] = _pending_result(self._actions[row])
        return then, kept

    def _overwriting(self, send: Send, place: int, result: Result) -> Send:
        """Return the request that overwrites what another user changed meanwhile; never an opted-out status."""
        body = {name: value for name, value in lookups.bodies(send)[place].items() if name != "if_updated_at"}
        version = None
        if "status" in body:
            current = result.get("current") or {}
            version = current.get("updated_at")
            if version is None or current.get("status") in OPTED_OUT:
                del body["status"]
                version = None
        row = send.rows[place]
        return change(row, str(self._leads[row]), body, self.session.operations, if_updated_at=version)

    # --- what goes wrong --------------------------------------------------------------------------------------------

    def _finish_refused(self, sent: Sent, problem: APIError) -> None:
        """Journal that the service refused the request as a whole: none of its rows had an effect."""
        results = [row_results.request_failure(problem, action) for action in self.planned_actions(sent.send)]
        if results[0].get("code") == "conflict" and len(results) == 1:
            results[0]["current"] = lookups.lead(self.session, self._leads[sent.send.rows[0]])
        self.jobs.finish(
            sent,
            results,
            now=self.session.time(),
            status=problem.status,
            request_id=problem.request_id,
            attempts=problem.attempts,
        )
        self._rows_done += len(results)

    def _stop_unauthorized(self, sent: Sent, tried: int, problem: ProspectB2BError) -> None:
        """Stop the run: each further request would be refused as well, here or there. The rest stays pending."""
        self._stop.set()
        self.problem = self.problem or problem
        if tried or problem.effect_unknown:
            self.jobs.count_attempts(sent, problem.attempts)  # an earlier send may have taken effect
        else:
            self.jobs.return_to_pending([sent.id], problem.attempts)

    def _retry_later(self, sent: Sent, tried: int, problem: ProspectB2BError) -> None:
        """Try again with the same key if the outcome is unknown or the request may succeed later; else leave it."""
        self.jobs.count_attempts(sent, problem.attempts)
        operation = self.session.operations.find(sent.send.operation)
        too_long = isinstance(problem, RateLimitError) and (problem.retry_after or 0) > retrying.Policy().longest_wait
        needs_lookup = problem.effect_unknown and not self.session.client.recognizes_keys(operation)
        last = tried + 1 >= self._limits.rounds
        looks = needs_lookup and not last and is_busy_state(operation, problem)
        with self._lock:
            self._failures += 1
            given_up = too_long or self._failures >= self._limits.failures
            if given_up:
                self.problem = self.problem or problem
                self._stop.set()
            elif not needs_lookup and not last:
                self._queue.append((self.jobs.renew(sent), tried + 1))
            elif not looks:
                self.problem = self.problem or problem
        if not self._stop.is_set():
            self._stop.wait(min(self._limits.cap, self._limits.base * 2 ** (self._failures - 1)))
            if looks and not self._stop.is_set():
                self._look_up_and_retry(sent, tried, problem)

    def _look_up_and_retry(self, sent: Sent, tried: int, problem: ProspectB2BError) -> None:
        """Try a request again that a busy service may have carried out, if its leads show that it did not."""
        sent = self.jobs.renew(sent)
        try:
            if self._finish_by_lookup(sent, since=sent.sent_at, until=self._latest_effect(sent)):
                self._rows_done += len(sent.send.rows)
            else:
                self._queue.append((replace(sent, sent_key=None, sent_at=None), tried + 1))
        except ProspectB2BError:  # the next run looks it up
            self.problem = self.problem or problem

    # --- what a request is about ------------------------------------------------------------------------------------

    def planned_actions(self, send: Send) -> list[str]:
        """Return the planned action of each row of a request."""
        return [self._actions[row] for row in send.rows]

    def ids(self, send: Send) -> list[str | None]:
        """Return the lead of each row of a request; ``None`` for one that is to be created."""
        return [self._leads[row] for row in send.rows]


def _is_about_version(result: Result) -> bool:
    """Whether a row was refused for its version: as another one, or in a form that the service does not take."""
    text = f"{result.get('field')} {result.get('message')}"
    return _is_conflict(result) or (result["status"] in {"failed", "invalid"} and unlearning.VERSION in text)


def _is_conflict(result: Result) -> bool:
    return result["status"] == "conflict" and result.get("code") == "conflict"


def _pending_result(action: str) -> Result:
    """Return the result of a row that another request carries now."""
    return {"status": "pending", "action": action}
