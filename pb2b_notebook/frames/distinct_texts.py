"""Find out fast that many texts of one length, such as ids, are distinct: their hashes are. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from pb2b_notebook.lazy_libraries import np, pa

_WORD: Final = 8
"""Bytes of a word that is hashed at once."""
_FACTOR: Final = 0x9E37_79B9_7F4A_7C15
"""2**64 divided by the golden ratio, whose products are spread evenly. Source: Knuth, TAOCP 3, section 6.4."""
_SHIFT: Final = 29


def column_is_distinct(column: Any) -> bool:
    """Whether the texts of an Arrow column have one length and are certainly distinct; false where it is not known.

    >>> import pyarrow as pa
    >>> column_is_distinct(pa.chunked_array([["a", "b"], ["c"]])), column_is_distinct(pa.chunked_array([["a"], ["a"]]))
    (True, False)
    """
    if column.type != pa.string() or column.null_count:
        return False
    return _are_distinct([_block_of(chunk) for chunk in column.chunks if len(chunk)])


def lines_are_distinct(packed: Iterable[bytes]) -> bool:
    r"""Whether lines have one length and are certainly distinct; false where it is not known.

    >>> lines_are_distinct([b"a\nb", b"c"]), lines_are_distinct([b"a\nb", b"a"]), lines_are_distinct([b"a\nlonger"])
    (True, False, False)
    """
    text = np.frombuffer(b"\n".join([*packed, b""]), np.uint8)
    return _are_distinct([_rows(text, np.diff(np.flatnonzero(text == ord("\n")), prepend=-1))])


def _block_of(texts: Any) -> Any:
    """Return texts as a row of bytes each; ``None`` if they differ in length."""
    _, offsets, data = texts.buffers()
    places = np.frombuffer(offsets, np.int32, len(texts) + 1, 4 * texts.offset)
    return _rows(np.frombuffer(data or b"", np.uint8)[places[0] : places[-1]], np.diff(places))


def _rows(text: Any, lengths: Any) -> Any:
    same = len(lengths) and lengths[0] and (lengths == lengths[0]).all()
    return text.reshape(len(lengths), -1) if same else None


def _are_distinct(blocks: Sequence[Any]) -> bool:
    if any(block is None or block.shape[1] != blocks[0].shape[1] for block in blocks):
        return False
    hashes = np.sort(np.concatenate([np.zeros(0, np.uint64), *map(_hashes, blocks)]))
    return bool((hashes[1:] != hashes[:-1]).all())


def _hashes(block: Any) -> Any:
    """Return a hash of each row: texts with different hashes differ."""
    rows, width = block.shape
    padded = np.zeros((rows, -(-width // _WORD) * _WORD), np.uint8)
    padded[:, :width] = block
    hashes = np.zeros(rows, np.uint64)
    for word in padded.view(np.uint64).T:
        hashes = (hashes ^ (hashes >> np.uint64(_SHIFT)) ^ word) * np.uint64(_FACTOR)
    return hashes
