"""Send a keyed mutation so that its effect happens once, whatever breaks: decide, write down, send, write down."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from pb2b_notebook import journal as journals
from pb2b_notebook.api import notices
from pb2b_notebook.api.envelope import Reply
from pb2b_notebook.credentials import SECRET_FIELDS
from pb2b_notebook.errors import APIError, IdempotencyInProgressError, ServerError, UnknownOutcomeError

if TYPE_CHECKING:
    from datetime import datetime

    from pb2b_notebook.api.client import Call, Client
    from pb2b_notebook.journal import Entry, Journal, Mutation

Decision = Literal["send", "resend", "replay"]
NO_EFFECT_IS_CERTAIN = range(400, 500)
REQUEST_TIMEOUT = 408


def decide(twin: Entry | None, *, changed_since: bool, again: bool, now: datetime) -> Decision:
    """What to do about a mutation whose latest twin in the journal is this.

    Args:
        twin: the latest entry with the same payload, or ``None``.
        changed_since: the twin's outcome is stale: its object was deleted, or changed in this session.
        again: the caller wants it repeated.
        now: the journal's time.

    Returns:
        ``"send"`` with a new key, ``"resend"`` with the twin's key (its outcome is unknown), or ``"replay"`` the twin's
        answer without a request.

    Raises:
        UnknownOutcomeError: the twin's outcome is unknown, and the service may have forgotten its key.
    """
    if twin is None or again or twin.state == "refused":
        return "send"
    age = now - twin.intended_at
    if twin.state == "intended":
        if age <= journals.RESENT_FOR:
            return "resend"
        raise UnknownOutcomeError(
            f"{twin.operation} was sent {_ago(age.total_seconds())} ago and nobody knows whether it took effect",
            repair="look whether it did; then again=True sends it once more, with a new key",
            idempotency_key=twin.key,
        )
    return "replay" if age <= journals.REPLAYED_FOR and not changed_since else "send"


def mutate(client: Client, journal: Journal, call: Call, *, again: bool = False) -> Reply:
    """Send the call under the journal's key, or give the first answer again, visibly, without a request.

    Raises:
        ReadOnlyError: nothing was written and nothing sent.
        JournalError: it cannot be written down, so nothing was sent.
        APIError, TransportError, ProtocolError: see :meth:`Client.send`; unless the service refused, the outcome
            stays unknown and the same call finds its key again.
    """
    client.check_writable(call.operation.id)
    mutation = journals.Mutation(client.scope, call.operation.id, call.operation.method, call.path, call.body)
    entry = _entry(journal, mutation, call.idempotency_key, again=again)
    if entry.state == "succeeded":
        _say_replayed(entry, journal.now())
        return Reply(entry.status or 200, {"idempotent-replayed": "true"}, entry.answer or b"")
    try:
        reply = client.send(replace(call, idempotency_key=entry.key))
    except APIError as refusal:
        if _had_no_effect(refusal):
            journal.finish(
                entry,
                "refused",
                status=refusal.status,
                attempts=refusal.attempts,
                request_id=refusal.request_id,
            )
        raise
    body = without_secrets(reply.body)
    object_id, request_id = _ids(body)
    journal.finish(
        entry,
        "succeeded",
        status=reply.status,
        attempts=reply.attempts,
        request_id=request_id,
        object_id=object_id,
        answer=body,
    )
    return reply


def _entry(journal: Journal, mutation: Mutation, key: str | None, *, again: bool) -> Entry:
    """The entry to replay or to send under: a twin's, or a new one that is on disk by now."""
    # A payload that names the version it changes can only ever apply once; repeating it could only conflict.
    versioned = b'"if_updated_at"' in (mutation.payload or b"")

    def decided(twin: Entry | None, changed_since: bool) -> Decision:
        return decide(twin, changed_since=changed_since and not versioned, again=again, now=journal.now())

    return journal.resolve(mutation, decided, new_key=f"pb2b1-{uuid.uuid4().hex}", key=key)


def _had_no_effect(refusal: APIError) -> bool:
    if isinstance(refusal, (ServerError, IdempotencyInProgressError)) or refusal.status == REQUEST_TIMEOUT:
        return False
    return refusal.status in NO_EFFECT_IS_CERTAIN


def without_secrets(body: bytes) -> bytes:
    """The answer with every secret in it as null, as the service itself replays it.

    >>> without_secrets(b'{"data":{"id":"wh_1","signing_secret":"whsec_x"}}')
    b'{"data":{"id":"wh_1","signing_secret":null}}'
    """
    if not any(name.encode() in body for name in SECRET_FIELDS):
        return body
    try:
        return json.dumps(_blanked(json.loads(body)), ensure_ascii=False, separators=(",", ":")).encode()
    except (ValueError, RecursionError):
        return b""


def _blanked(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: None if name in SECRET_FIELDS else _blanked(inner) for name, inner in value.items()}
    return [_blanked(inner) for inner in value] if isinstance(value, list) else value


def _ids(body: bytes) -> tuple[str | None, str | None]:
    try:
        envelope = json.loads(body)
    except (ValueError, RecursionError):
        return None, None
    if not isinstance(envelope, dict):
        return None, None
    data = envelope.get("data")
    object_id = data.get("id") if isinstance(data, dict) else None
    request_id = envelope.get("request_id")
    return object_id if isinstance(object_id, str) else None, request_id if isinstance(request_id, str) else None


def _say_replayed(entry: Entry, now: datetime) -> None:
    since = _ago((now - (entry.finished_at or entry.intended_at)).total_seconds())
    what = f", {entry.object_id}" if entry.object_id else ""
    notices.say(f"{entry.operation}: done {since} ago{what}; nothing was sent; again=True to repeat")


def _ago(seconds: float) -> str:
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return "a moment"
