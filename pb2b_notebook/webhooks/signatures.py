"""Signatures of deliveries: HMAC-SHA256 (RFC 2104) of the timestamp, a full stop and the raw body."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import wraps
from typing import ParamSpec, TypeVar

from pb2b_notebook.credentials import Secret
from pb2b_notebook.errors import InvalidParameterError, SignatureError, without_frames

Parameters = ParamSpec("Parameters")
Returned = TypeVar("Returned")

TIMESTAMP_HEADER = "X-ProspectB2B-Timestamp"
SIGNATURE_HEADER = "X-ProspectB2B-Signature"
MAX_SECRETS = 2
"""The new secret and the previous one: for 24 hours after a rotation the service signs with both."""
MAX_SIGNATURES = 5

_SCHEME = "v1="
_HEX_DIGEST = re.compile(r"[0-9a-fA-F]{64}")
_SECRET = re.compile(r"[!-~]+")
_UNSIGNED = "check that the service sent the delivery, and that no proxy strips headers"


def hide_arguments(function: Callable[Parameters, Returned]) -> Callable[Parameters, Returned]:
    """Return the function with tracebacks that show none of its variables, which may be secrets or leads.

    The frames of the caller stay.
    """

    @wraps(function)
    def forgetting(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Returned:
        try:
            return function(*args, **kwargs)
        except BaseException as problem:  # noqa: BLE001 - it is raised again
            failure = without_frames(problem)
        del args, kwargs
        raise failure from None

    return forgetting


@hide_arguments
def sign(body: bytes, secret: str | Secret | Sequence[str | Secret], *, now: datetime | None = None) -> dict[str, str]:
    """Return the timestamp and signature headers that the service would send, to test your own endpoint.

    Args:
        body: Exact bytes of the body.
        secret: One signing secret, or two as in the 24 hours after a rotation.
        now: Time of the signature as an aware datetime; by default the current time.

    Raises:
        InvalidParameterError: There is no usable secret or more than two, ``now`` has no time zone, or the body is not
            bytes.

    >>> headers = sign(b"{}", "whsec_example", now=datetime(2026, 3, 10, 12, tzinfo=UTC))
    >>> headers["X-ProspectB2B-Timestamp"], headers["X-ProspectB2B-Signature"][:10]
    ('1773144000', 'v1=b692b9c')
    """
    check_bytes(body)
    timestamp = str(int(aware(now).timestamp()))
    digests = [digest(key, timestamp, bytes(body)).hex() for key in signing_secrets(secret)]
    return {TIMESTAMP_HEADER: timestamp, SIGNATURE_HEADER: ", ".join(_SCHEME + text for text in digests)}


def check_bytes(body: object) -> None:
    """Check that the body is bytes, a bytearray or a memoryview.

    Raises:
        InvalidParameterError: The body is something else, such as text.
    """
    if not isinstance(body, bytes | bytearray | memoryview):
        raise InvalidParameterError(
            f"the body is {type(body).__name__}, not bytes",
            repair="pass the raw bytes of the request: text or parsed JSON may differ from what was signed",
        )


def digest(secret: Secret, timestamp: str, body: bytes) -> bytes:
    """Return the 32 bytes of the expected signature."""
    return hmac.digest(secret.reveal().encode(), timestamp.encode() + b"." + body, "sha256")


def read_signatures(lines: Sequence[str]) -> list[bytes]:
    """Return the digests of all ``v1`` signatures; other schemes are ignored.

    Hexadecimal digits may be in either case. Several header lines are one list (RFC 9110, 5.3).

    Raises:
        SignatureError: There is no header, there are more than :data:`MAX_SIGNATURES` signatures of any scheme or none
            of scheme ``v1``, or a ``v1`` signature is not 64 hexadecimal digits.

    >>> read_signatures(["v1=" + "0" * 64 + ", v2=abc"]) == [bytes(32)]
    True
    """
    if not lines:
        raise SignatureError(f"the delivery has no {SIGNATURE_HEADER} header", repair=_UNSIGNED)
    items = [item.strip(" \t") for item in ",".join(lines).split(",", MAX_SIGNATURES)]
    if len(items) > MAX_SIGNATURES:
        raise SignatureError(
            f"the delivery has more than {MAX_SIGNATURES} signatures",
            repair="refuse the delivery: the service sends at most two",
        )
    ours = [item.removeprefix(_SCHEME) for item in items if item.startswith(_SCHEME)]
    if not ours or not all(map(_HEX_DIGEST.fullmatch, ours)):
        raise SignatureError(
            f"the {SIGNATURE_HEADER} header is not v1= followed by 64 hexadecimal digits",
            repair="refuse the delivery; if the service sent it, upgrade this package",
        )
    return [bytes.fromhex(text) for text in ours]


def check_signatures(found: Iterable[bytes], expected: Iterable[bytes]) -> None:
    """Check that one of the signatures is an expected one, in a time that does not depend on where they differ.

    Raises:
        SignatureError: No signature matches.
    """
    candidates = list(found)
    matches = [hmac.compare_digest(candidate, digest) for digest in expected for candidate in candidates]
    if not any(matches):
        raise SignatureError(
            "no signature matches: the delivery was signed with another secret, or its body or timestamp was changed",
            repair="pass the raw bytes of the body and this endpoint's signing secret; after a rotation, the new one",
        )


def signing_secrets(given: str | Secret | Sequence[str | Secret]) -> tuple[Secret, ...]:
    """Return one or two signing secrets, checked and without surrounding white space.

    Raises:
        InvalidParameterError: There is no secret or more than two, or one is not visible ASCII characters. The message
            never contains a secret.
    """
    several = [given] if isinstance(given, str | Secret) or not isinstance(given, Sequence) else list(given)
    if not 1 <= len(several) <= MAX_SECRETS:
        raise InvalidParameterError(
            f"secret has {len(several)} signing secrets",
            repair="pass one, or two in the 24 hours after a rotation: the new one and the previous one",
        )
    return tuple(map(_to_secret, several))


def _to_secret(secret: str | Secret) -> Secret:
    text = secret.reveal() if isinstance(secret, Secret) else secret
    if not isinstance(text, str) or _SECRET.fullmatch(text.strip()) is None:
        raise InvalidParameterError(
            "secret is not a signing secret (its text is not shown here)",
            repair="use the signing_secret of webhooks.create or rotate-secret; a repeated answer has none: rotate it",
        )
    return Secret(text.strip(), shown="whsec" if text.strip().startswith("whsec_") else "")


def aware(now: datetime | None) -> datetime:
    """Return the given time, by default the current time.

    Raises:
        InvalidParameterError: The time has no time zone.
    """
    if now is None:
        return datetime.now(UTC)
    if not isinstance(now, datetime) or now.utcoffset() is None:
        raise InvalidParameterError(
            "now must be an aware datetime; it has no time zone", repair="pass now=datetime.now(UTC)"
        )
    return now
