"""The libraries of frames; each is loaded when it is first used.

``from pb2b_notebook.lazy_libraries import pl`` at the top of a module serves all its functions and loads nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pb2b_notebook.forking import check_engine, renew_in_child
from pb2b_notebook.lazy import load_module

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
        renew_in_child(self)

    def renew_after_fork(self) -> None:
        """Forget the attributes, so that each is checked once more."""
        self.__dict__ = {"_name": self._name}

    def __getattr__(self, attribute: str) -> Any:
        value = getattr(load_module(self._name), attribute)
        if not isinstance(value, type):  # classes only recognize frames
            check_engine(self._name)
        setattr(self, attribute, value)  # the next use finds it without this method
        return value


if not TYPE_CHECKING:
    nw, np, pa, pc, pd, pl = map(_LazyModule, ("narwhals", "numpy", "pyarrow", "pyarrow.compute", "pandas", "polars"))
