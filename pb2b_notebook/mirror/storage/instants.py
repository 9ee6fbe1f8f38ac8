"""Times as the mirror stores them: whole microseconds since 1970, in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

SECOND: Final = 1_000_000


def micros(instant: datetime) -> int:
    """Return the exact number of microseconds since 1970.

    >>> micros(datetime(1970, 1, 1, 0, 0, 1, 5, tzinfo=UTC))
    1000005
    """
    return int(instant.replace(microsecond=0).timestamp()) * SECOND + instant.microsecond


def to_datetime(at: int) -> datetime:
    """Return the UTC datetime for microseconds since 1970.

    >>> to_datetime(1000005).isoformat()
    '1970-01-01T00:00:01.000005+00:00'
    """
    seconds, rest = divmod(at, SECOND)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest)
