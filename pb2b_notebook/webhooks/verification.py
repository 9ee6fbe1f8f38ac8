"""Verify that the service just sent a delivery: a pure function of the request, the secrets and the time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from pb2b_notebook.credentials import Secret
from pb2b_notebook.errors import DeliveryTooLargeError, TimestampError
from pb2b_notebook.webhooks.events import Event, read_event
from pb2b_notebook.webhooks.headers import Headers, header_values
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

MAX_BYTES = 256 * 1024
"""Limit in bytes of a body."""
TOLERANCE = timedelta(seconds=300)
"""Largest difference between the timestamp and the current time, in either direction."""

_DELIVERY_HEADER = "X-ProspectB2B-Delivery"
_EPOCH_SECONDS = re.compile("[0-9]{10}")  # only ASCII digits; int() accepts others too
_DELIVERY_ID = re.compile(r"[!-~]{1,255}")


@hide_arguments
def verify(
    body: bytes,
    headers: Headers,
    secret: str | Secret | Sequence[str | Secret],
    *,
    now: datetime | None = None,
    any_form: bool = False,
) -> Event:
    """Return the event of a delivery, after checking that the service signed it within the last 300 seconds.

    The body is parsed only after its signature was verified. The id and the type of the event come from the signed
    body. The headers ``X-ProspectB2B-Event`` and ``X-ProspectB2B-Delivery`` are not signed: the first is ignored, and
    the second is only passed on. A delivery may be repeated with another delivery id and timestamp. Recognize
    repetitions by ``event.id``, as :class:`~pb2b_notebook.webhooks.Receiver` does.

    Args:
        body: Raw bytes of the request, at most 256 KiB, before any framework has parsed them.
        headers: Mapping or multi-mapping, dict of lists, or pairs as in an ASGI scope; text or bytes, in any case.
        secret: Signing secret of the endpoint, or two in the 24 hours after a rotation, in any order.
        now: Current time as an aware datetime; by default from this machine's clock. A sandbox signs by its own clock:
            ``ws.sandbox.clock.now()``.
        any_form: Whether to accept a signed body that is not an event of our contract: ``event.raw`` has its bytes,
            the type is then "unknown", and the id is made from the bytes.

    Raises:
        DeliveryTooLargeError: The body is larger than 256 KiB.
        TimestampError: The timestamp is missing, repeated, not ten ASCII digits, or more than 300 seconds away.
        SignatureError: There is no signature, there are more than five, one is malformed, or none matches.
        MalformedEventError: The signature is valid, but the body is not an event.
        InvalidParameterError: An argument is unusable, such as a body that was already decoded to text.

    Example:
        >>> from pb2b_notebook.webhooks import sign, verify
        >>> body = b'{"id":"evt_1","object":"event","type":"lead.created","data":{"id":"lead_1"}}'
        >>> verify(body, sign(body, "whsec_example"), "whsec_example")
        Event(lead.created, id evt_1, object lead_1)
        >>> verify(body + b" ", sign(body, "whsec_example"), "whsec_example")
        Traceback (most recent call last):
        pb2b_notebook.errors.SignatureError: no signature matches: ...

    Source: headers and signature from the service's public documentation; constant-time comparison and a tolerance in
    both directions as RFC 2104 and Standard Webhooks advise.
    """
    secrets, present = signing_secrets(secret), aware(now)
    check_bytes(body)
    check_size(len(memoryview(body).cast("B")))
    raw = bytes(body)
    values = header_values(headers, (TIMESTAMP_HEADER, SIGNATURE_HEADER, _DELIVERY_HEADER))
    timestamp, signed_at = _read_timestamp(values[TIMESTAMP_HEADER], present)
    signatures = read_signatures(values[SIGNATURE_HEADER])
    check_signatures(signatures, [digest(key, timestamp, raw) for key in secrets])
    delivery_id = _delivery_id(values[_DELIVERY_HEADER])
    return read_event(raw, delivery_id=delivery_id, signed_at=signed_at, any_form=any_form)


def check_size(size: int) -> None:
    """Check the size of a body in bytes.

    Raises:
        DeliveryTooLargeError: The size is more than :data:`MAX_BYTES`.
    """
    if size > MAX_BYTES:
        raise DeliveryTooLargeError(
            f"the body is larger than {MAX_BYTES:,} bytes",
            repair="refuse the delivery: the service sends smaller bodies",
        )


def _read_timestamp(values: Sequence[str], now: datetime) -> tuple[str, datetime]:
    if len(values) != 1:
        raise TimestampError(
            f"the delivery has {len(values) or 'no'} {TIMESTAMP_HEADER} header{'s' if len(values) > 1 else ''}",
            repair="check that the service sent the delivery, and that no proxy strips or adds headers",
        )
    if _EPOCH_SECONDS.fullmatch(values[0]) is None:
        raise TimestampError(f"the {TIMESTAMP_HEADER} header is not ten ASCII digits", repair="refuse the delivery")
    signed_at = datetime.fromtimestamp(int(values[0]), UTC)
    off = (now - signed_at).total_seconds()
    if abs(off) > TOLERANCE.total_seconds():
        raise TimestampError(
            f"the delivery was signed {abs(off):,.1f} s {'ago' if off > 0 else 'in the future'}; "
            f"the limit is {TOLERANCE.total_seconds():.0f} s",
            repair="refuse the delivery: it may be a replay; if new deliveries fail too, correct this machine's clock",
        )
    return values[0], signed_at


def _delivery_id(values: Sequence[str]) -> str | None:
    """Return the delivery id, or ``None`` if the unsigned header is not one id."""
    return values[0] if len(values) == 1 and _DELIVERY_ID.fullmatch(values[0]) else None
