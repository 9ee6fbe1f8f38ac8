"""Mappings from the columns of a frame to lead fields: suggested by name and content, checked, applied, kept as JSON.

::

    frame of a file ── Mapping.suggest ──► Mapping ── check ──► problems, one row for each
          │                (a value, ⇄ JSON)  │
          └──────────────────────────────────►├── apply ──────► frame whose columns are lead fields
                                              └── to_import ──► rows and mapping of POST /imports

================  =============================================================================================
Module            What it does
================  =============================================================================================
``mapping``       ``Mapping``: the value
``suggestion``    **which column is which field**: the best pairs of a list
``businesses``    the "Name" of a list of businesses, which is the company
``neighbors``     what the columns beside a column say of it; ``event_facts``: what each event of a list has
``candidates``    pairs of a column and a field, by name and content
``headers``       which field a name alone indicates; ``grammar`` reads its words, ``naming`` compares names
``vocabulary``    words of names of columns and countries, in several languages: TOML files
``recognition``   what values look like: addresses, numbers, dates, countries
``role_guesses``  what other columns hold, for ``duplicates``
``birth_dates``   a birth date in three columns; ``company_addresses``: addresses that colleagues share
``checking``      problems, before anything is sent; ``repairs``: which converters read such cells
``application``   values of lead fields; ``columns`` reads them from a frame
``conversion``    one cell → a value; ``converters`` and ``value_maps`` by choice
``countries``     countries by name and code; ``country_names`` in all languages
``lead_fields``   the fields of a workspace
``documents``     mappings as JSON
================  =============================================================================================

Nothing here sends requests or reads files. pandas and polars give the same results.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pb2b_notebook.lazy import exports

if TYPE_CHECKING:
    from pb2b_notebook.mapping.application import ImportRows
    from pb2b_notebook.mapping.candidates import Suggestion
    from pb2b_notebook.mapping.converters import describe_converters, described
    from pb2b_notebook.mapping.lead_fields import LeadField
    from pb2b_notebook.mapping.mapping import Mapping

_HOMES = {
    "ImportRows": "application",
    "LeadField": "lead_fields",
    "Mapping": "mapping",
    "Suggestion": "candidates",
    "describe_converters": "converters",
    "described": "converters",
}

__all__ = ["ImportRows", "LeadField", "Mapping", "Suggestion", "describe_converters", "described"]

__getattr__, __dir__ = exports(__name__, _HOMES)
