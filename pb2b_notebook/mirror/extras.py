"""The packages of the extra ``mirror``, imported on first use, with the install line where one is missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from pb2b_notebook.errors import MissingExtraError


def deltalake() -> Any:
    """Return the storage engine.

    Raises:
        MissingExtraError: The package is not installed; the message has the install line.
    """
    return _import_extra("deltalake")


def duckdb() -> Any:
    """Return the SQL engine.

    Raises:
        MissingExtraError: The package is not installed; the message has the install line.
    """
    return _import_extra("duckdb")


def filelock() -> Any:
    """Return the package for locks between processes.

    Raises:
        MissingExtraError: The package is not installed; the message has the install line.
    """
    return _import_extra("filelock")


def _import_extra(module: str) -> Any:
    try:
        return import_module(module)
    except ImportError:
        raise MissingExtraError("mirror", "the mirror") from None
