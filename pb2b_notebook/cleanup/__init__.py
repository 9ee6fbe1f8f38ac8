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

from typing import TYPE_CHECKING

from pb2b_notebook.lazy import exports

if TYPE_CHECKING:
    from pb2b_notebook.cleanup.learning import learn
    from pb2b_notebook.cleanup.matches import Duplicates
    from pb2b_notebook.cleanup.matching import duplicates
    from pb2b_notebook.cleanup.merging import Merge, merge
    from pb2b_notebook.cleanup.normalization import Normalized, normalize
    from pb2b_notebook.cleanup.quality import Report, report
    from pb2b_notebook.cleanup.recipes import Recipe
    from pb2b_notebook.cleanup.screening import Screening, screen
    from pb2b_notebook.cleanup.validation import Validation, validate
    from pb2b_notebook.cleanup.weights import Weights

_HOMES = {
    "Normalized": "normalization",
    "normalize": "normalization",
    "Duplicates": "matches",
    "Merge": "merging",
    "Recipe": "recipes",
    "Report": "quality",
    "report": "quality",
    "Screening": "screening",
    "screen": "screening",
    "Validation": "validation",
    "Weights": "weights",
    "duplicates": "matching",
    "learn": "learning",
    "merge": "merging",
    "validate": "validation",
}

__all__ = [
    "Duplicates",
    "Merge",
    "Normalized",
    "Recipe",
    "Report",
    "Screening",
    "Validation",
    "Weights",
    "duplicates",
    "learn",
    "merge",
    "normalize",
    "report",
    "screen",
    "validate",
]

__getattr__, __dir__ = exports(__name__, _HOMES)
