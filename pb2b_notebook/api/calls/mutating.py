"""Send a keyed mutation so that its effect happens once, whatever breaks: decide, write down, send, write down."""

from __future__ import annotations

import json
import re
import uuid
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode

from pb2b_notebook import journal as journals
from pb2b_notebook.api.http import envelope
from pb2b_notebook.api.http.envelope import Reply
from pb2b_notebook.display import notices
from pb2b_notebook.errors import (
    APIError,
    IdempotencyInProgressError,
    JournalError,
    ProspectB2BError,
    ProtocolError,
    UnknownOutcomeError,
    without_frames,
)
from pb2b_notebook.times import age_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from pb2b_notebook.api.http.client import Call, Client
    from pb2b_notebook.journal import Entry, Journal, Mutation

Decision = Literal["send", "resend", "replay"]
# Refusals of the mutation itself: the service looked its key up first, so an earlier success would have answered.
# The others (401, 403, 429 …) turn it away at the door, before the key is looked at.
JUDGED = frozenset({400, 404, 409, 413, 422})


def decide(twin: Entry | None, *, changed_since: bool, again: bool, now: datetime, repeatable: bool = True) -> Decision:
    """What to do about a mutation whose latest twin in the journal is this.

    Args:
        twin: the latest entry with the same payload, or ``None``.
        changed_since: the twin's outcome is stale: its object was deleted, or changed in this session.
        again: the caller wants it repeated.
        now: the service's time.
        repeatable: the service is known to recognize a key that it has seen.

    Returns:
        ``"send"`` with a new key, ``"resend"`` with the twin's key (its outcome is unknown), or ``"replay"`` the twin's
        answer without a request.

    Raises:
        UnknownOutcomeError: the twin's outcome is unknown, and the service may have forgotten its key, or ignore it.
    """
    if twin is None or again or twin.state == "refused":
        return "send"
    age = now - twin.intended_at
    if twin.state == "intended":
        if repeatable and age <= journals.RESEND_WINDOW:
            return "resend"
        raise UnknownOutcomeError(
            f"{twin.operation} was sent {age_text(age)} ago and nobody knows whether it took effect",
            repair="look whether it did; then again=True sends it once more, with a new key",
            idempotency_key=twin.key,
        )
    return "replay" if age <= journals.REPLAY_WINDOW and not changed_since else "send"


def mutate(client: Client, journal: Journal, call: Call, *, now: Callable[[], datetime], again: bool = False) -> Reply:
    """Send the call under the journal's key, or give the first answer again, visibly, without a request.

    Args:
        client: what sends.
        journal: where it is written down first.
        call: the mutation; its idempotency key, if it has one, was given by hand.
        now: tells the service's time: by it the service forgets keys.
        again: send it even if the same succeeded within 24 hours.

    Raises:
        ReadOnlyError: nothing was written and nothing sent.
        JournalError: it cannot be written down, so nothing was sent.
        APIError, TransportError, ProtocolError: see :meth:`Client.send`; unless the service refused, the outcome
            stays unknown and the same call finds its key again.
    """
    client.check_writable(call.operation.id)
    path = f"{call.path}?{urlencode(call.query)}" if call.query else call.path
    mutation = journals.Mutation(client.scope, call.operation.id, call.operation.method, path, call.body)
    repeatable = client.recognizes_keys(call.operation)
    entry = _entry(journal, mutation, call.idempotency_key, again=again, now=now(), repeatable=repeatable)
    if entry.state == "succeeded":
        _say_replayed(entry, now())
        return Reply(entry.status or 200, {"idempotent-replayed": "true"}, entry.answer or b"")
    try:
        reply = client.send(replace(call, idempotency_key=entry.key))
        _check(reply)
    except ProspectB2BError as problem:
        _finish_refused(journal, entry, problem, now())
        raise
    _finish_succeeded(journal, entry, reply, now())
    return reply


def _entry(
    journal: Journal, mutation: Mutation, key: str | None, *, again: bool, now: datetime, repeatable: bool
) -> Entry:
    """The entry to replay or to send under: a twin's, or a new one that is on disk by now."""
    # A payload that names the version it changes can only ever apply once; repeating it could only conflict.
    versioned = b'"if_updated_at"' in (mutation.payload or b"")

    def decided(twin: Entry | None, changed_since: bool) -> Decision:
        stale = changed_since and not versioned
        return decide(twin, changed_since=stale, again=again, now=now, repeatable=repeatable)

    return journal.resolve(mutation, decided, now=now, new_key=f"pb2b1-{uuid.uuid4().hex}", key=key)


def _check(reply: Reply) -> None:
    """Whether a 2xx is an answer at all. What it means if not (a proxy's login page, a cut answer), nobody knows.

    Raises:
        ProtocolError: it is not.
    """
    try:
        envelope.answer(reply)
    except ProtocolError as problem:
        problem.effect_unknown = True
        problem.attempts = reply.attempts
        raise without_frames(problem) from None


def _finish_refused(journal: Journal, entry: Entry, problem: ProspectB2BError, now: datetime) -> None:
    """Write down that nothing happened, where that is certain; the caller's error matters more than a full disk."""
    judged = (
        isinstance(problem, APIError)
        and problem.status in JUDGED
        and bool(problem.code)  # without one it may be a gateway's page, not the service's word
        and not isinstance(problem, IdempotencyInProgressError)
    )
    if problem.effect_unknown and not judged:
        return
    with suppress(JournalError):
        journal.finish(
            entry,
            "refused",
            now=now,
            status=getattr(problem, "status", None),
            attempts=problem.attempts,
            request_id=problem.request_id,
            key_checked=judged,
        )


def _finish_succeeded(journal: Journal, entry: Entry, reply: Reply, now: datetime) -> None:
    """Write down the answer; if that fails, it is not withheld: it may hold a secret that is answered only once."""
    body = without_secrets(reply.body)
    object_id, request_id = _ids(body)
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
            f"{entry.operation} succeeded, but that could not be written down in the journal; "
            "the same call finds its key again and cannot repeat the effect"
        )


_SECRET_NAME = re.compile(r"(?i)(secret|token|password|api_?key)$")


def without_secrets(body: bytes) -> bytes:
    """The answer with every secret in it as null, as the service itself replays it.

    Secret is what has such a name, whatever comes before it: a live service may name it otherwise than our contract.

    >>> without_secrets(b'{"data":{"id":"wh_1","signing_secret":"whsec_x"}}')
    b'{"data":{"id":"wh_1","signing_secret":null}}'
    """
    try:
        value = json.loads(body) if body.strip() else None
    except (ValueError, RecursionError):
        return b""
    blank = _blanked(value)
    return body if blank == value else json.dumps(blank, separators=(",", ":")).encode()


def _blanked(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: None if _SECRET_NAME.search(name) else _blanked(inner) for name, inner in value.items()}
    return [_blanked(inner) for inner in value] if isinstance(value, list) else value


def _ids(body: bytes) -> tuple[str | None, str | None]:
    """The ids of the object and of the request, from an answer that was checked."""
    top = json.loads(body) if body.strip() else None
    data = top.get("data") if isinstance(top, dict) else None
    object_id = data.get("id") if isinstance(data, dict) else None
    request_id = top.get("request_id") if isinstance(top, dict) else None
    return object_id if isinstance(object_id, str) else None, request_id if isinstance(request_id, str) else None


def _say_replayed(entry: Entry, now: datetime) -> None:
    since = age_text(now - (entry.finished_at or entry.intended_at))
    what = f", {entry.object_id}" if entry.object_id else ""
    notices.say(f"{entry.operation}: done {since} ago{what}; nothing was sent; again=True to repeat")
