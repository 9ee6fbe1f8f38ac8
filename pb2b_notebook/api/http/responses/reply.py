"""One HTTP response, complete and decoded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from pb2b_notebook.openapi.operations import Operation

CODECS: Final = {"gzip": "gzip", "br": "brotli", "zstd": "zstd"}
"""The content encodings to ask for, and pyarrow's codec of each."""
ACCEPT_ENCODING: Final = ", ".join(CODECS)


@dataclass(frozen=True, slots=True)
class Reply:
    """One complete HTTP response: ``headers`` has lower-case names, ``body`` is decoded, ``attempts`` were made.

    ``operation`` is the one that was called, ``None`` outside a call, and ``path`` is that of the object. ``custom``
    has the keys of the custom fields of leads, as far as they are known.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)  # tracebacks that show variables must not show leads or a signing secret
    attempts: int = 1
    operation: Operation | None = field(default=None, repr=False)
    path: str = field(default="", repr=False)
    custom: frozenset[str] = frozenset()


def printable(text: str) -> str:
    r"""Return the text with a mark for each control character: escape sequences could forge or hide output.

    >>> printable("a\x1b[2Jb")
    'a�[2Jb'
    """
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
