"""Which column of a frame is which lead field: suggested by name and content, checked, applied, kept as JSON.

::

    frame of a file ── Mapping.suggest ──► Mapping ── check ──► problems, one row each
          │                (a value, ⇄ JSON)  │
          └──────────────────────────────────►├── apply ──────► frame whose columns are lead fields
                                              └── to_import ──► rows and mapping of POST /imports

Pure: nothing here sends or reads a file. pandas and polars give the same.
"""

from __future__ import annotations

from pb2b_notebook.mapping.application import ImportRows
from pb2b_notebook.mapping.converters import described
from pb2b_notebook.mapping.lead_fields import LeadField
from pb2b_notebook.mapping.mapping import Mapping
from pb2b_notebook.mapping.suggestion import Suggestion

__all__ = ["ImportRows", "LeadField", "Mapping", "Suggestion", "described"]
