"""Send a keyed mutation so that its effect happens once, whatever breaks: decide, write down, send, write down."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Literal
from urllib.parse import urlencode

from pb2b_notebook import journal as journals
from pb2b_notebook.api.calls.confirming import UNDER_WAY, shows_all, with_object
from pb2b_notebook.api.calls.lost_creations import LONGEST_SEND, PAUSES, Fate, is_of_clock, skew_of
from pb2b_notebook.api.calls.same_object import check_same_object
from pb2b_notebook.api.http.call import Call
from pb2b_notebook.api.http.client import Client
from pb2b_notebook.api.http.responses import envelope, headers
from pb2b_notebook.api.http.responses.reply import Reply
from pb2b_notebook.credentials import without_secrets
from pb2b_notebook.display import notices
from pb2b_notebook.errors import (
    APIError,
    IdempotencyInProgressError,
    JobFailedError,
    JournalError,
    PayloadTooLargeError,
    ProspectB2BError,
    ProtocolError,
    TransportError,
    UnknownOutcomeError,
    without_frames,
)
from pb2b_notebook.journal import Entry, Journal, Mutation
from pb2b_notebook.openapi.object_ids import id_text
from pb2b_notebook.openapi.operations import Operation
from pb2b_notebook.times import age_text

Decision = Literal["send", "resend", "replay"]
# Refusals of the mutation itself: the service looks the key up first, so it would have replayed an earlier success.
# Other statuses (401, 403, 429 …) refuse the request before the key is looked up.
KEY_CHECKED_STATUSES = frozenset({400, 404, 409, 412, 413, 422})
# Refusals that the first sending of a mutation may have caused, where a service looks at its objects before its keys.
_OF_A_STATE = frozenset({409, 412})
_GONE = frozenset({404, 410})
_MOST_SENDS = 3
_OF_BUSY_SERVICES = frozenset({408, 502, 503, 504, 521, 522, 523, 524, 529})
"""Statuses of a service or gateway that did not get to a request, as a rule; they do not say whether it did."""
_SET_STATE = frozenset({"PATCH", "PUT", "DELETE"})
"""Methods whose requests of this API have the same effect sent twice as once."""
_LONGEST_WAIT = 120.0
"""Most seconds that a service may ask a call to wait before it is sent again."""
_TOO_LARGE = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
_CUT = "imports.create"
"""Operation whose rows are sent in parts where all of them are too large."""


def decide(
    previous: Entry | None, *, changed_since: bool, again: bool, now: datetime, repeatable: bool = True
) -> Decision:
    """Return what to do with a mutation, by the latest journal entry with the same payload.

    Args:
        previous: Latest entry with the same payload, or ``None``.
        changed_since: Whether the outcome of that entry is stale: its object was deleted, or changed in this session.
        again: Whether the caller wants the mutation repeated.
        now: The service's time.
        repeatable: Whether the service is known to honour idempotency keys, or its lists show what took effect.

    Returns:
        ``"send"`` with a new key, ``"resend"`` with the key of that entry (its outcome is unknown), or ``"replay"`` to
        return its response without a request.

    Raises:
        UnknownOutcomeError: The outcome of that entry is unknown, and the service may not know its key any more.
        PayloadTooLargeError: These rows were refused as too large, and parts of them may have been imported since.
    """
    if previous is None or again:
        return "send"
    age = now - previous.intended_at
    if previous.state == "refused":
        if previous.operation == _CUT and previous.status == _TOO_LARGE and age <= journals.REPLAY_WINDOW:
            raise _too_large(previous, now)
        return "send"
    if previous.state == "intended":
        if repeatable and age <= journals.RESEND_WINDOW:
            return "resend"
        raise _unknown_outcome(previous, now)
    return "replay" if age <= journals.REPLAY_WINDOW and not changed_since else "send"


def _too_large(entry: Entry, now: datetime) -> PayloadTooLargeError:
    return PayloadTooLargeError(
        f"these rows were refused as too large {age_text(now - entry.intended_at)} ago, and nothing was sent now",
        status=_TOO_LARGE,
        repair="import fewer rows; again=True sends all of them, also those that were imported since",
    )


def _unknown_outcome(entry: Entry, now: datetime) -> UnknownOutcomeError:
    age = age_text(now - entry.intended_at)
    return UnknownOutcomeError(
        f"{entry.operation} was sent {age} ago, and whether it took effect is unknown",
        repair="check whether it did; if not, again=True sends it with a new key",
        idempotency_key=entry.key,
    )


def mutate(
    client: Client,
    journal: Journal,
    call: Call,
    *,
    now: Callable[[], datetime],
    again: bool = False,
    confirm: Callable[[Call, Reply, datetime], Reply] = lambda _call, reply, _since: reply,
    find: Callable[[Call, datetime, datetime | None], Fate] | None = None,
) -> Reply:
    """Send the call with a key from the journal, or return the first response again with a notice and no request.

    A creation or an action whose response was lost is looked for before it is sent again, unless the service honours
    its key. What a busy service answers for any other mutation that may be done twice, after it was looked for, is not
    the last word.

    Args:
        client: Client that sends the call.
        journal: Journal that records the call first.
        call: The mutation; an idempotency key in it comes from the user.
        now: Returns the service's time, by which the service forgets keys.
        again: Whether to send it even if the same succeeded within 24 hours.
        confirm: Returns the response with the object of the call, which was first sent at the given time, or raises a
            ProtocolError: it is unknown then.
        find: Returns what became of a creation or an action, by the times at which it was first sent and can last have
            taken effect; ``None`` for any other call.

    Raises:
        ReadOnlyError: The client is read-only; nothing was recorded or sent.
        JournalError: The call cannot be recorded; nothing was sent.
        UnknownOutcomeError: An earlier run has sent it, and whether it took effect is unknown.
        APIError, TransportError, ProtocolError: See :meth:`Client.send`. Unless the service refused, the outcome stays
            unknown, and the same call uses the same key again.
    """
    client.check_writable(call.operation.id)
    lost: ProspectB2BError | None = None
    waited = 0.0
    for sends in range(_MOST_SENDS):
        unsure = not client.recognizes_keys(call.operation)
        looks = unsure and find is not None
        try:
            return _mutate(
                client,
                journal,
                call,
                now=now,
                again=again and lost is None,
                confirm=confirm,
                find=find,
                repeats=looks or lost is not None,
            )
        except UnknownOutcomeError as problem:
            raise lost or problem from None
        except ProspectB2BError as problem:
            wait = _wait_before_resend(call, problem, sends, looks=looks) if unsure and _is_lost(problem) else None
            waited += wait or 0.0
            if wait is None or waited > _LONGEST_WAIT:
                raise
            lost = problem
            if wait and sends < _MOST_SENDS - 1:
                client.wait(wait)
    raise lost  # type: ignore[misc]


def _wait_before_resend(call: Call, problem: ProspectB2BError, sends: int, *, looks: bool) -> float | None:
    """Return the seconds to wait before a mutation without a response is looked for or sent again; ``None`` if never.

    Args:
        call: The mutation.
        problem: What became of it.
        sends: How many times it was sent before.
        looks: Whether lists show whether it took effect; they wait by themselves.
    """
    asked: float | None = getattr(problem, "retry_after", None)
    if looks:
        return asked or 0.0
    return (asked or PAUSES[sends]) if is_busy_state(call.operation, problem) and problem.attempts <= 1 else None


def is_busy_state(operation: Operation, problem: ProspectB2BError) -> bool:
    """Whether a busy service or gateway answered a write that has the same effect sent twice as once."""
    twice = operation.method in _SET_STATE or operation.path.endswith("upsert")
    return twice and isinstance(problem, APIError) and problem.status in _OF_BUSY_SERVICES


def _mutate(
    client: Client,
    journal: Journal,
    call: Call,
    *,
    now: Callable[[], datetime],
    again: bool,
    confirm: Callable[[Call, Reply, datetime], Reply],
    find: Callable[[Call, datetime, datetime | None], Fate] | None,
    repeats: bool,
) -> Reply:
    path = f"{call.path}?{urlencode(call.query)}" if call.query else call.path
    mutation = journals.Mutation(client.scope, call.operation.id, call.operation.method, path, call.given or call.body)
    knows_key = client.recognizes_keys(call.operation)
    entry, before = _entry(
        journal, mutation, call.idempotency_key, again=again, now=now(), repeatable=repeats or knows_key
    )
    try:
        unclear = entry.sends > 1 and entry.state != "succeeded" and not knows_key
        # A job that failed may have made its object before, which a list may not have shown at once.
        failed = before if before is not None and _is_of_failed_job(before) and not again else None
        look = find if unclear or failed else None
        found = None if look is None else _find(call, failed or entry, look, now())
        if look is not None and found is None:
            entry = journal.latest(entry)  # another kernel may have sent it meanwhile, and lists may lag
        if entry.state == "succeeded":
            return _replay(client, call, entry, now())
        if entry.sends > 1 and found is None:
            journal.keep_resend(entry, now())
        reply = found or _send(client, journal, call, entry)
        reply = _check_reply(call, reply, partial(confirm, call, reply, entry.intended_at))
        if entry.sends == 1 and reply.attempts == 1:
            _learn_clock(client, call, reply)
    except ProspectB2BError as problem:
        repeated = may_be_of_repetition(client, problem, sent_before=entry.sends > 1)
        unclear = repeated or _is_lost_update(client, call, problem)
        shown = _response_by_lookup(call, entry, problem, confirm) if unclear else None
        if _is_repeated_deletion(call, problem, sent_before=entry.sends > 1):
            shown = Reply(HTTPStatus.NO_CONTENT, {}, b"", problem.attempts, call.operation)
        if shown is None:
            _finish_refused(client, journal, entry, problem, now())
            raise
        reply = shown
    _finish_succeeded(journal, entry, reply, now())
    return reply


def _replay(client: Client, call: Call, entry: Entry, now: datetime) -> Reply:
    """Return the first response of an entry, with a notice."""
    _announce_replay(entry, now)
    first = Reply(entry.status or 200, {"idempotent-replayed": "true"}, entry.answer or b"")
    return replace(first, operation=call.operation, custom=client.known_custom)


def _learn_clock(client: Client, call: Call, reply: Reply) -> None:
    """Remember by how much the times of new objects differ from the dates of responses, if they do."""
    operation = call.operation
    creates = operation.method == "POST" and "{" not in operation.path and not operation.path.endswith("upsert")
    if not creates or reply.status != HTTPStatus.CREATED or not client.is_foreign:
        return  # what may have been there before has times of its own
    made = envelope.parse_strict_json(envelope.unwrap(reply).data)
    answered, known = headers.date(reply), client.profile.value("clock")
    skew = skew_of(made, answered)
    if answered is None or skew is None:
        return
    if skew == 0 and known is not None:
        client.profile.withdraw("clock")
    elif skew and is_of_clock(skew, answered, client.seen_skew):
        client.profile.learn("clock", skew, f"a response to {call.operation.id}", at=client.now())
    client.seen_skew = (skew, answered)


def _is_lost(problem: ProspectB2BError) -> bool:
    """Whether a call may have taken effect, and its response never came."""
    of_service = isinstance(problem, (TransportError, APIError)) and not isinstance(problem, IdempotencyInProgressError)
    return problem.effect_unknown and of_service and getattr(problem, "status", None) not in _OF_A_STATE


def _is_lost_update(client: Client, call: Call, problem: ProspectB2BError) -> bool:
    """Whether an update may have taken effect whose response did not come from the service: its object shows it."""
    updates = call.operation.method in {"PATCH", "PUT"} and call.operation.path.endswith("}")
    busy = getattr(problem, "status", None) in _OF_BUSY_SERVICES
    updates = updates or (busy and call.operation.path.endswith("/upsert"))
    return updates and client.is_foreign and _is_lost(problem) and shows_all(call)


def _is_repeated_deletion(call: Call, problem: ProspectB2BError, *, sent_before: bool) -> bool:
    """Whether an object is missing since a deletion has worked that was sent before."""
    deleted = isinstance(problem, APIError) and problem.status in _GONE and call.operation.method == "DELETE"
    return deleted and (problem.effect_unknown or sent_before)


def _is_of_failed_job(entry: Entry) -> bool:
    """Whether a mutation was accepted, and its job failed."""
    return entry.state == "refused" and entry.status == HTTPStatus.ACCEPTED


def _find(
    call: Call, entry: Entry, find: Callable[[Call, datetime, datetime | None], Fate], now: datetime
) -> Reply | None:
    """Return a response with the object of a creation that was sent before; ``None`` if it had no effect.

    Raises:
        UnknownOutcomeError: No list shows whether it took effect.
    """
    fate = _fate_of_sends(call, entry, find, now)
    if fate == "absent":
        return None
    if fate == "unclear":
        problem = _unknown_outcome(entry, now)
        problem.effect_unknown = True
        raise problem
    what = "its job failed after it was done" if _is_of_failed_job(entry) else "its response was lost"
    shown = "its object shows that it was done" if call.operation.path_parameters else "a list shows its object"
    notices.say(f"{entry.operation}: {what}; {shown}")
    return with_object(call, Reply(200, {}, b"", operation=call.operation), fate)


def _fate_of_sends(
    call: Call, entry: Entry, find: Callable[[Call, datetime, datetime | None], Fate], now: datetime
) -> Fate:
    """Return what became of a mutation that one or more runs have sent: what was made in between may be another's."""
    fates = list[Fate]()
    for sent_at in entry.sent_at[: 1 if _is_of_failed_job(entry) else None]:
        until = _latest_effect(entry, sent_at, now)
        fates.append(find(call, sent_at, until))
        if until is None:
            break
    made = {str(fate.get("id")): fate for fate in fates if not isinstance(fate, str)}
    if len(made) == 1:
        return next(iter(made.values()))
    return "absent" if all(fate == "absent" for fate in fates) else "unclear"


def _latest_effect(entry: Entry, sent_at: datetime, now: datetime) -> datetime | None:
    """Return when what was sent at a time can last have taken effect; ``None`` if that may be later than now."""
    if _is_of_failed_job(entry):
        return (entry.finished_at or entry.intended_at) + UNDER_WAY
    latest = sent_at + LONGEST_SEND
    return latest if latest < now else None


def may_be_of_repetition(client: Client, problem: ProspectB2BError, *, sent_before: bool) -> bool:
    """Whether a refusal may be the effect of the mutation itself, which was sent before, and whose response was lost.

    A sandbox of ours answers a repeated request with its first response. Other services may answer that it was done,
    that its address is taken, or that its object has changed since.
    """
    return (
        client.is_foreign
        and isinstance(problem, APIError)
        and problem.status in _OF_A_STATE
        and not isinstance(problem, IdempotencyInProgressError)
        and (problem.effect_unknown or sent_before)
    )


def _response_by_lookup(
    call: Call, entry: Entry, problem: ProspectB2BError, confirm: Callable[[Call, Reply, datetime], Reply]
) -> Reply | None:
    """Return a response with the object that shows that a mutation was done; ``None`` without one: it is unknown."""
    problem.effect_unknown = True
    with suppress(ProspectB2BError):
        reply = confirm(call, Reply(200, {}, b"", problem.attempts, call.operation), entry.intended_at)
        return reply if reply.body else None
    problem.repair = "check whether it took effect; the same call again uses the same key, again=True a new one"
    return None


def _entry(
    journal: Journal, mutation: Mutation, key: str | None, *, again: bool, now: datetime, repeatable: bool
) -> tuple[Entry, Entry | None]:
    """Return the entry to replay or to send, a previous one or a new one that is on disk; and the previous one."""
    # A payload with the version it changes can take effect only once; repeating it could only conflict.
    versioned = b'"if_updated_at"' in (mutation.payload or b"")
    before: Entry | None = None

    def decide_entry(previous: Entry | None, changed_since: bool) -> Decision:
        nonlocal before
        before, stale = previous, changed_since and not versioned
        return decide(previous, changed_since=stale, again=again, now=now, repeatable=repeatable)

    return journal.resolve(mutation, decide_entry, now=now, new_key=str(uuid.uuid4()), key=key), before


def _send(client: Client, journal: Journal, call: Call, entry: Entry) -> Reply:
    """Send the call of an entry; what an earlier run may have sent is sent again with the same bytes and key.

    What was learned of the service since then would give another form of the call, and so another key.
    """
    kept = (entry.sent_key, entry.sent_payload)
    call = replace(call, idempotency_key=entry.key)
    if entry.sends > 1 and entry.sent_key is not None:
        reply = client.send_again(replace(call, body=entry.sent_payload, idempotency_key=entry.sent_key))
        if reply is not None:
            return reply

    def keep(sent: Call) -> None:
        nonlocal kept
        if (sent.idempotency_key, sent.body) != kept:
            kept = (str(sent.idempotency_key), sent.body)
            journal.keep_request(entry, *kept)

    return client.send(call, keep=keep)


def _check_reply(call: Call, reply: Reply, confirm: Callable[[], Reply]) -> Reply:
    """Return a 2xx response that is about this call. The effect of any other (a proxy's login page) is unknown."""
    try:
        reply = confirm()
        check_same_object(call, reply)
    except ProtocolError as problem:
        problem.effect_unknown = True
        problem.attempts = reply.attempts
        raise without_frames(problem) from None
    return reply


def _finish_refused(client: Client, journal: Journal, entry: Entry, problem: ProspectB2BError, now: datetime) -> None:
    """Record that nothing happened, where that is certain; an error of the journal never hides the caller's."""
    key_checked = (
        isinstance(problem, APIError)
        and problem.status in KEY_CHECKED_STATUSES
        and (bool(problem.code) or problem.structured)  # else it may come from a gateway, not from the service
        and not isinstance(problem, IdempotencyInProgressError)
        and not may_be_of_repetition(client, problem, sent_before=entry.sends > 1)
    )
    if problem.effect_unknown and not key_checked:
        return
    with suppress(JournalError):
        journal.finish(
            entry,
            "refused",
            now=now,
            status=HTTPStatus.ACCEPTED if isinstance(problem, JobFailedError) else getattr(problem, "status", None),
            attempts=problem.attempts,
            request_id=problem.request_id,
            key_checked=key_checked,
        )


def _finish_succeeded(journal: Journal, entry: Entry, reply: Reply, now: datetime) -> None:
    """Record the response. It is returned even if that fails: it may contain a secret that is shown only once."""
    body = without_secrets(reply.body)
    object_id, request_id = _ids(replace(reply, body=body))
    try:
        journal.finish(
            entry,
            "succeeded",
            now=now,
            status=reply.status,
            attempts=reply.attempts,
            request_id=request_id,
            object_id=object_id,
            answer=body,
        )
    except JournalError:
        notices.say(
            f"{entry.operation} succeeded, but the journal could not record that; "
            "the same call uses the same key and cannot repeat the effect"
        )


def _ids(reply: Reply) -> tuple[str | None, str | None]:
    """Return the ids of the object and of the request, from a response that was checked."""
    found = envelope.unwrap(reply)
    data = json.loads(found.data)
    object_id = id_text(data.get("id")) if isinstance(data, dict) else None
    return object_id if isinstance(object_id, str) else None, found.request_id


def _announce_replay(entry: Entry, now: datetime) -> None:
    since = age_text(now - (entry.finished_at or entry.intended_at))
    what = f", {entry.object_id}" if entry.object_id else ""
    notices.say(f"{entry.operation}: done {since} ago{what}; nothing was sent; again=True to repeat")
