"""The members of an object, from and to its JSON text. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from pb2b_notebook.frames.strict_json import Member, join_members


def value_of(record: bytes) -> Any:
    """Return the value of a JSON text, by the fast reader unless that refuses it; ``None`` for another text."""
    import msgspec

    with suppress(msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return msgspec.json.decode(record)
    with suppress(ValueError, RecursionError):
        return json.loads(record)
    return None


def text_of(found: Mapping[str, Member]) -> bytes:
    """Return the JSON text of an object."""
    return join_members({name: member.text for name, member in found.items()})
