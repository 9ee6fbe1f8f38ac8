"""The API as a value: its document, its operations, the fields of its objects, and what another document changes."""

from __future__ import annotations

import functools
import warnings
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from pb2b_notebook.openapi import (
    Field,
    Operation,
    Operations,
    Parameter,
    check_document,
    load,
    load_document,
    read_document,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    import polars as pl

    from pb2b_notebook.api.contract.sources import Source
    from pb2b_notebook.frames.types import DataFrame, FrameName

    Function = TypeVar("Function", bound=Callable[..., Any])

__all__ = [
    "Field", "Operation", "Operations", "Parameter", "check_document", "compare", "load", "load_document",
    "read_document",
]  # fmt: skip


def _warn_of_old_order(function: Function) -> Function:
    """Warn when two documents are given by position: their order was ours, theirs before."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if len(args) > 1 and args[1] is not None:
            message = "compare(…, …) now takes theirs first and ours second: write compare(theirs, ours=…)"
            # Python hides a DeprecationWarning outside of __main__, and a reversed answer must not go unseen.
            warnings.warn(message, FutureWarning, stacklevel=2)
        return function(*args, **kwargs)

    return call  # type: ignore[return-value]


@overload
def compare(theirs: Source, ours: Source | None = None, *, frame: Literal["pandas"] = "pandas") -> pd.DataFrame: ...
@overload
def compare(theirs: Source, ours: Source | None = None, *, frame: Literal["polars"]) -> pl.DataFrame: ...
@overload
def compare(theirs: Source, ours: Source | None = None, *, frame: FrameName) -> DataFrame: ...
@_warn_of_old_order
def compare(theirs: Source, ours: Source | None = None, *, frame: FrameName = "pandas") -> DataFrame:
    """Return the differences between two documents of the API as a frame, most severe first.

    One row is one difference, seen from ours. All columns are text: ``severity`` ("breaking": code written for ours
    fails or means something else; "notable": it works, but meets something new; "harmless"), ``part`` ("operation",
    "parameter", "body", "field", "envelope", "scope", "event" or "document"), ``subject`` (the operation, the type of
    object, the scope or the event), ``name`` (of the parameter or field), ``change`` ("added", "removed", "changed"),
    ``aspect`` (what changed, such as "type" or "required"), ``ours``, ``theirs``; and ``operations``, the list of
    operations with this difference.

    Args:
        theirs: Document to compare: parsed, the path of a file, or an address.
        ours: Document that the code was written for; by default the one that ships with this package.
        frame: Library of the returned frame, "pandas" or "polars".

    Raises:
        ContractError, NotJSONError, ResponseTooLargeError, TransportError: A document cannot be read.
        InvalidParameterError: ``frame`` is neither "pandas" nor "polars".

    Example:
        >>> import pb2b_notebook as pb
        >>> ours = pb.contract.load_document()
        >>> theirs = {**ours, "webhooks": {}}
        >>> pb.contract.compare(theirs)[["severity", "part", "subject", "change"]].iloc[0].tolist()
        ['breaking', 'event', 'campaign.created', 'removed']
    """
    from pb2b_notebook.api.contract import drift

    return drift.as_frame(drift.drift(load_document() if ours is None else ours, theirs), frame)
