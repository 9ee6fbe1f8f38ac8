"""The libraries of frames; each is loaded when it is first used.

``from pb2b_notebook.lazy_libraries import pl`` at the top of a module serves all its functions and loads nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import narwhals as nw
    import numpy as np
    import pandas as pd
    import polars as pl
    import pyarrow as pa
    import pyarrow.compute as pc

__all__ = ["np", "nw", "pa", "pc", "pd", "pl"]


class _LazyModule:
    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        value = getattr(import_module(self._name), attribute)
        setattr(self, attribute, value)  # the next use finds it without this method
        return value


if not TYPE_CHECKING:
    nw, np, pa, pc, pd, pl = map(_LazyModule, ("narwhals", "numpy", "pyarrow", "pyarrow.compute", "pandas", "polars"))
