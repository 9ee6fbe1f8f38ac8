"""The packages of the extra ``mirror``, imported on first use, with the install line where one is missing."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import Any

from pb2b_notebook.errors import MissingExtraError
from pb2b_notebook.forking import check_engine


def _import_extra(module: str) -> Any:
    check_engine(module)
    try:
        return import_module(module)
    except ImportError:
        raise MissingExtraError("mirror", "the mirror") from None


deltalake, duckdb, filelock = (partial(_import_extra, name) for name in ("deltalake", "duckdb", "filelock"))
"""Functions that return the storage engine, the SQL engine and the locks, or raise ``MissingExtraError``."""
