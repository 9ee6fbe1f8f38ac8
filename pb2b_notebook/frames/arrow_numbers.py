"""Arrow arrays of numbers. ``pa.array`` and ``pa.scalar`` load pandas, which takes longer than reading a list."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import Any

from pb2b_notebook.lazy_libraries import pa


def numbers(kind: Any, layout: str, values: Iterable[float]) -> Any:
    """Return numbers as a ``pyarrow.Array``.

    Args:
        kind: Its Arrow type.
        layout: The same type as a type code of :class:`array.array`.
        values: The numbers.
    """
    packed = array(layout, values)
    return pa.Array.from_buffers(kind, len(packed), [None, pa.py_buffer(packed)])
