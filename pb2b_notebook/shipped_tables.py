"""The TOML tables that ship with the package, beside the module that reads them."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def read_table(package: str | None, name: str) -> dict[str, Any]:
    """Return the content of a file, which is read once. Callers share it and must not change it.

    Args:
        package: Package that has the file: ``__package__`` of the caller.
        name: Name of the file.

    >>> sorted(read_table("pb2b_notebook.cleanup.values", "months.toml"))[:2]
    ['1', '10']
    """
    return tomllib.loads(files(package or "").joinpath(name).read_text(encoding="utf-8"))
