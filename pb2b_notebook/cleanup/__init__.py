"""Make a messy lead frame one that a CRM deserves, with every decision visible.

::

    frame ─ report ─ normalize ─ validate ─ screen ─► frame
              │          │           │         │
          quality    changes,    problems,  blocked, with reasons
                    suggestions  one a row

Frame in, frame out, pandas or polars alike, no request and no file. Nothing is changed in silence: each step returns a
result with ``.frame`` and what it changed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pb2b_notebook.cleanup.normalization import Normalized, normalize
    from pb2b_notebook.cleanup.recipes import Recipe
    from pb2b_notebook.cleanup.validation import Validation, validate

_HOMES = {
    "Normalized": "normalization",
    "normalize": "normalization",
    "Recipe": "recipes",
    "Validation": "validation",
    "validate": "validation",
}

__all__ = ["Normalized", "Recipe", "Validation", "normalize", "validate"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)
