"""Mappings from the columns of a frame to lead fields: suggested by name and content, checked, applied, kept as JSON.

::

    frame of a file ── Mapping.suggest ──► Mapping ── check ──► problems, one row for each
          │                (a value, ⇄ JSON)  │
          └──────────────────────────────────►├── apply ──────► frame whose columns are lead fields
                                              └── to_import ──► rows and mapping of POST /imports

Nothing here sends requests or reads files. pandas and polars give the same results.
"""

from __future__ import annotations

from pb2b_notebook.mapping.application import ImportRows
from pb2b_notebook.mapping.converters import describe_converters, described
from pb2b_notebook.mapping.lead_fields import LeadField
from pb2b_notebook.mapping.mapping import Mapping
from pb2b_notebook.mapping.suggestion import Suggestion

__all__ = ["ImportRows", "LeadField", "Mapping", "Suggestion", "describe_converters", "described"]
