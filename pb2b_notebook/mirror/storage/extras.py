"""The packages of the extras ``mirror`` and ``stores``, imported on first use; a missing one comes with its repair."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import Any

from pb2b_notebook.errors import MissingExtraError
from pb2b_notebook.forking import check_engine


def _import_extra(module: str, extra: str = "mirror", purpose: str = "the mirror") -> Any:
    check_engine(module.partition(".")[0])
    try:
        return import_module(module)
    except ImportError:
        raise MissingExtraError(extra, purpose) from None


deltalake, duckdb, filelock = (partial(_import_extra, name) for name in ("deltalake", "duckdb", "filelock"))
"""Functions that return the storage engine, the SQL engine and the locks, or raise ``MissingExtraError``."""


def obstore() -> Any:
    """Return the client of object stores, with its stores.

    Raises:
        MissingExtraError: The extra ``stores`` is not installed.
    """
    _import_extra("obstore.store", "stores", "a mirror in an object store")
    return import_module("obstore")
