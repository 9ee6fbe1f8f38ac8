"""What the extra ``mirror`` brings, imported when it is first needed, and the install line where it is missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from pb2b_notebook.errors import MissingExtraError


def deltalake() -> Any:
    """The storage engine.

    Raises:
        MissingExtraError: the message holds the install line.
    """
    return _import_extra("deltalake")


def duckdb() -> Any:
    """The SQL engine.

    Raises:
        MissingExtraError: the message holds the install line.
    """
    return _import_extra("duckdb")


def filelock() -> Any:
    """Locks between processes.

    Raises:
        MissingExtraError: the message holds the install line.
    """
    return _import_extra("filelock")


def _import_extra(module: str) -> Any:
    try:
        return import_module(module)
    except ImportError:
        raise MissingExtraError("mirror", "the mirror") from None
