"""Signatures of deliveries: HMAC-SHA256 (RFC 2104) over the timestamp, a full stop and the raw body."""

from __future__ import annotations

import hmac
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from pb2b_notebook.credentials import Secret
from pb2b_notebook.errors import InvalidParameterError, SignatureError, without_frames

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Parameters = ParamSpec("Parameters")
Returned = TypeVar("Returned")

TIMESTAMP_HEADER = "X-ProspectB2B-Timestamp"
SIGNATURE_HEADER = "X-ProspectB2B-Signature"
MAX_SECRETS = 2
"""The new one and the one before it: for 24 hours after a rotation the service signs with both."""
MAX_SIGNATURES = 5

_SCHEME = "v1="
_HEX_DIGEST = re.compile(r"[0-9a-fA-F]{64}")
_SECRET = re.compile(r"[!-~]+")
_UNSIGNED = "check that the service sent it, and that nothing on the way strips headers"


def hide_arguments(function: Callable[Parameters, Returned]) -> Callable[Parameters, Returned]:
    """Let what a function raises show none of its variables: some tracebacks would show a secret, or a lead.

    The caller's own variables are the caller's.
    """

    @wraps(function)
    def forgetting(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Returned:
        try:
            return function(*args, **kwargs)
        except BaseException as problem:  # noqa: BLE001 - raised again
            failure = without_frames(problem)
        del args, kwargs
        raise failure from None

    return forgetting


@hide_arguments
def sign(body: bytes, secret: str | Secret | Sequence[str | Secret], *, now: datetime | None = None) -> dict[str, str]:
    """The timestamp and signature headers of a delivery, as the service makes them: to test your own endpoint.

    Args:
        body: as it is sent, to the byte.
        secret: one signing secret, or two as within a day of a rotation.
        now: when it is signed, aware; by default now.

    Raises:
        InvalidParameterError: no usable secret, more than two, a ``now`` without a zone, or a body that is not bytes.

    >>> headers = sign(b"{}", "whsec_example", now=datetime(2026, 3, 10, 12, tzinfo=UTC))
    >>> headers["X-ProspectB2B-Timestamp"], headers["X-ProspectB2B-Signature"][:10]
    ('1773144000', 'v1=b692b9c')
    """
    check_bytes(body)
    timestamp = str(int(aware(now).timestamp()))
    digests = [digest(one, timestamp, bytes(body)).hex() for one in signing_secrets(secret)]
    return {TIMESTAMP_HEADER: timestamp, SIGNATURE_HEADER: ", ".join(_SCHEME + one for one in digests)}


def check_bytes(body: object) -> None:
    """Let raw bytes pass, in any box.

    Raises:
        InvalidParameterError: it is something else, such as text.
    """
    if not isinstance(body, bytes | bytearray | memoryview):
        raise InvalidParameterError(
            f"the body is {type(body).__name__}, not bytes",
            repair="pass the raw bytes: text or parsed JSON may have lost what the signature is over",
        )


def digest(secret: Secret, timestamp: str, body: bytes) -> bytes:
    """The 32 bytes that the service's signature must be."""
    return hmac.digest(secret.reveal().encode(), timestamp.encode() + b"." + body, "sha256")


def read_signatures(lines: Sequence[str]) -> list[bytes]:
    """The digests of all ``v1`` signatures; other schemes are passed over.

    Hexadecimal digits count in either case. Several header lines are one list (RFC 9110, 5.3).

    Args:
        lines: the values of the signature header.

    Raises:
        SignatureError: no header, more than :data:`MAX_SIGNATURES` signatures of any scheme, none of scheme ``v1``,
            or one of it that is not 64 hexadecimal digits.

    >>> read_signatures(["v1=" + "0" * 64 + ", v2=abc"]) == [bytes(32)]
    True
    """
    if not lines:
        raise SignatureError(f"the delivery has no {SIGNATURE_HEADER}", repair=_UNSIGNED)
    items = [item.strip(" \t") for item in ",".join(lines).split(",", MAX_SIGNATURES)]
    if len(items) > MAX_SIGNATURES:
        raise SignatureError(
            f"the delivery has more than {MAX_SIGNATURES} signatures",
            repair="refuse it: the service sends two at most",
        )
    ours = [item.removeprefix(_SCHEME) for item in items if item.startswith(_SCHEME)]
    if not ours or not all(map(_HEX_DIGEST.fullmatch, ours)):
        raise SignatureError(
            f"the {SIGNATURE_HEADER} is not v1= and 64 hexadecimal digits",
            repair="refuse it; if the service sends this, a newer release of this package may read it",
        )
    return [bytes.fromhex(one) for one in ours]


def check_signatures(found: Iterable[bytes], expected: Iterable[bytes]) -> None:
    """Let pass what is signed with one of the secrets; the time it takes does not depend on where they differ.

    Raises:
        SignatureError: none fits.
    """
    offered = list(found)
    fits = [hmac.compare_digest(one, other) for other in expected for one in offered]
    if not any(fits):
        raise SignatureError(
            "no signature fits: another secret signed this, or the body or timestamp was changed on the way",
            repair="pass the raw bytes of the body and this endpoint's signing secret; after a rotation, the new one",
        )


def signing_secrets(given: str | Secret | Sequence[str | Secret]) -> tuple[Secret, ...]:
    """Check and box one or two signing secrets; white space around them is dropped, as a copied line has it.

    Raises:
        InvalidParameterError: none, more than two, or one that is not of visible ASCII characters; never repeated.
    """
    several = [given] if isinstance(given, str | Secret) or not isinstance(given, Sequence) else list(given)
    if not 1 <= len(several) <= MAX_SECRETS:
        raise InvalidParameterError(
            f"{len(several)} signing secrets were given",
            repair="give one, or two for 24 hours after a rotation: the new one and the old one",
        )
    return tuple(map(_to_secret, several))


def _to_secret(secret: str | Secret) -> Secret:
    text = secret.reveal() if isinstance(secret, Secret) else secret
    if not isinstance(text, str) or _SECRET.fullmatch(text.strip()) is None:
        raise InvalidParameterError(
            "this is not a signing secret (the text is not repeated here)",
            repair="use the signing_secret of webhooks.create or rotate-secret; a repeated answer has none: rotate it",
        )
    return Secret(text.strip(), shown="whsec" if text.strip().startswith("whsec_") else "")


def aware(now: datetime | None) -> datetime:
    """The given instant, by default the present.

    Raises:
        InvalidParameterError: it has no time zone.
    """
    if now is None:
        return datetime.now(UTC)
    if not isinstance(now, datetime) or now.utcoffset() is None:
        raise InvalidParameterError("now is not an instant: it has no time zone", repair="now=datetime.now(UTC)")
    return now
