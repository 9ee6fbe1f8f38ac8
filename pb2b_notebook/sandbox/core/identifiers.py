"""Object ids: ``lead_3f9c…``, a prefix and 16 hexadecimal digits, the same for the same seed and order of events."""

from hashlib import blake2b

DIGITS = 16


def derive_id(prefix: str, *source: object) -> str:
    """Return the id that belongs to ``source``.

    >>> derive_id("ws", 1, 0)
    'ws_...'
    >>> derive_id("ws", 1, 0) == derive_id("ws", 1, 0)
    True
    """
    text = "\x1f".join((prefix, *map(str, source)))
    return f"{prefix}_{blake2b(text.encode(), digest_size=DIGITS // 2).hexdigest()}"
