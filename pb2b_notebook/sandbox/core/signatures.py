"""Signatures of webhook deliveries: HMAC-SHA256 (RFC 2104) over the timestamp and the raw body."""

import hmac
from collections.abc import Iterable


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Return one signature of a delivery.

    Args:
        secret: Whole signing secret.
        timestamp: Epoch seconds, as in the header.
        body: Exact bytes of the body.

    >>> sign("whsec_example", "1773144000", b"{}")
    'v1=...'
    """
    return "v1=" + hmac.digest(secret.encode(), f"{timestamp}.".encode() + body, "sha256").hex()


def signature_header(secrets: Iterable[str], timestamp: str, body: bytes) -> str:
    """Return the header with one signature per valid secret; a receiver needs to verify only one of them.

    >>> signature_header(["whsec_new", "whsec_old"], "1773144000", b"{}")
    'v1=...,v1=...'
    """
    return ",".join(sign(secret, timestamp, body) for secret in secrets)
