"""Mappings from the columns of a frame to lead fields: suggested by name and content, checked, applied, kept as JSON.

::

    frame of a file ── Mapping.suggest ──► Mapping ── check ──► problems, one row for each
          │                (a value, ⇄ JSON)  │
          └──────────────────────────────────►├── apply ──────► frame whose columns are lead fields
                                              └── to_import ──► rows and mapping of POST /imports

===============  =========================================================================
Wing or module   What it does
===============  =========================================================================
``mapping``      ``Mapping``: the value; ``documents``: mappings as JSON
``suggestions``  **which column is which field**, by name and content
``cells``        one cell → a value: converters, value maps, countries
``checking``     problems, before anything is sent
``application``  values of lead fields; ``columns`` reads them from a frame
``lead_fields``  the fields of a workspace
``naming``       names of columns compared without case and accents
``vocabulary``   **words of names of columns** and countries, in several languages: TOML files
===============  =========================================================================

Nothing here sends requests or reads files. pandas and polars give the same results.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pb2b_notebook.lazy import exports

if TYPE_CHECKING:
    from pb2b_notebook.mapping.application import ImportRows
    from pb2b_notebook.mapping.cells.converters import describe_converters, described
    from pb2b_notebook.mapping.lead_fields import LeadField
    from pb2b_notebook.mapping.mapping import Mapping
    from pb2b_notebook.mapping.suggestions.candidates import Suggestion

_HOMES = {
    "ImportRows": "application",
    "LeadField": "lead_fields",
    "Mapping": "mapping",
    "Suggestion": "suggestions.candidates",
    "describe_converters": "cells.converters",
    "described": "cells.converters",
}

__all__ = ["ImportRows", "LeadField", "Mapping", "Suggestion", "describe_converters", "described"]

__getattr__, __dir__ = exports(__name__, _HOMES)
