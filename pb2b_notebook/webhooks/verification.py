"""Decide whether a delivery is what the service sent, just now: a pure function of the request, secrets and time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pb2b_notebook.errors import DeliveryTooLargeError, TimestampError
from pb2b_notebook.webhooks.events import read_event
from pb2b_notebook.webhooks.headers import header_values
from pb2b_notebook.webhooks.signatures import (
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    aware,
    check_bytes,
    check_signatures,
    digest,
    hide_arguments,
    read_signatures,
    signing_secrets,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pb2b_notebook.credentials import Secret
    from pb2b_notebook.webhooks.events import Event
    from pb2b_notebook.webhooks.headers import Headers

MAX_BYTES = 256 * 1024
"""Of a body."""
TOLERANCE = timedelta(seconds=300)
"""How far a timestamp may be from the present, in either direction."""

_DELIVERY_HEADER = "X-ProspectB2B-Delivery"
_EPOCH_SECONDS = re.compile("[0-9]{10}")  # ASCII digits alone, whatever int() would also take
_DELIVERY_ID = re.compile(r"[!-~]{1,255}")


@hide_arguments
def verify(
    body: bytes, headers: Headers, secret: str | Secret | Sequence[str | Secret], *, now: datetime | None = None
) -> Event:
    """Check that the service signed this delivery within the last 300 seconds, and read its event.

    The body is parsed after its signature was found good, not before. What the event is, and which, is told by the
    signed body; the headers ``X-ProspectB2B-Event`` and ``X-ProspectB2B-Delivery`` are not signed: whatever the first
    says is not looked at, and the second is only passed on. A delivery may be repeated, with another delivery id and
    timestamp: tell repetitions by ``event.id`` (:class:`~pb2b_notebook.webhooks.Receiver` does).

    Args:
        body: the raw bytes of the request, at most 256 KiB, before any framework has parsed them.
        headers: a mapping or multi-mapping, a dict of lists, or pairs as in an ASGI scope; text or bytes, in any case.
        secret: the endpoint's signing secret, or two for 24 hours after a rotation, in any order.
        now: the present, aware; by default this machine's. A sandbox signs by its own clock:
            ``ws.sandbox.clock.now()``.

    Returns:
        The event.

    Raises:
        DeliveryTooLargeError: the body is larger.
        TimestampError: the timestamp is missing, repeated, not ten ASCII digits, or over 300 seconds away.
        SignatureError: no signature, more than five, a malformed one, or none that fits.
        MalformedEventError: the signature is good, and the body is not an event.
        InvalidParameterError: an argument is of no use, such as a body that was decoded to text already.

    Example:
        >>> from pb2b_notebook.webhooks import sign, verify
        >>> body = b'{"id":"evt_1","object":"event","type":"lead.created","data":{"id":"lead_1"}}'
        >>> verify(body, sign(body, "whsec_example"), "whsec_example")
        Event(lead.created, id evt_1, object lead_1)
        >>> verify(body + b" ", sign(body, "whsec_example"), "whsec_example")
        Traceback (most recent call last):
        pb2b_notebook.errors.SignatureError: no signature fits: ...

    Source: headers and signature as in the service's public documentation; limits as in RFC 2104's and Standard
    Webhooks' advice (constant-time comparison, a tolerance in both directions).
    """
    secrets, present = signing_secrets(secret), aware(now)
    check_bytes(body)
    check_size(len(memoryview(body).cast("B")))
    raw = bytes(body)
    values = header_values(headers, (TIMESTAMP_HEADER, SIGNATURE_HEADER, _DELIVERY_HEADER))
    timestamp, signed_at = _read_timestamp(values[TIMESTAMP_HEADER], present)
    signatures = read_signatures(values[SIGNATURE_HEADER])
    check_signatures(signatures, [digest(one, timestamp, raw) for one in secrets])
    return read_event(raw, delivery_id=_delivery_id(values[_DELIVERY_HEADER]), signed_at=signed_at)


def check_size(size: int) -> None:
    """Let a body of so many bytes pass.

    Raises:
        DeliveryTooLargeError: it is more than :data:`MAX_BYTES`.
    """
    if size > MAX_BYTES:
        raise DeliveryTooLargeError(
            f"the body of a delivery is at most {MAX_BYTES:,} bytes",
            repair="refuse it: the service sends no such body",
        )


def _read_timestamp(values: Sequence[str], now: datetime) -> tuple[str, datetime]:
    if len(values) != 1:
        wrong = "several times" if values else "not"
        raise TimestampError(
            f"the {TIMESTAMP_HEADER} is {wrong} there",
            repair="check that the service sent it, and that nothing on the way strips or adds headers",
        )
    if _EPOCH_SECONDS.fullmatch(values[0]) is None:
        raise TimestampError(f"the {TIMESTAMP_HEADER} is not ten ASCII digits", repair="refuse it")
    signed_at = datetime.fromtimestamp(int(values[0]), UTC)
    off = (now - signed_at).total_seconds()
    if abs(off) > TOLERANCE.total_seconds():
        raise TimestampError(
            f"the delivery was signed {abs(off):,.1f} s {'ago' if off > 0 else 'ahead of now'}, "
            f"and at most {TOLERANCE.total_seconds():.0f} s are accepted",
            repair="refuse it: it may be a replay; if deliveries that were just sent fail so, set this machine's clock",
        )
    return values[0], signed_at


def _delivery_id(values: Sequence[str]) -> str | None:
    """Unsigned, so anything may stand there: what is no id is left out."""
    return values[0] if len(values) == 1 and _DELIVERY_ID.fullmatch(values[0]) else None
