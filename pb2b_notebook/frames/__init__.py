"""JSON pages → Arrow → pandas or polars, exactly, with columns and dtypes from the contract.

How a page is decoded::

    raw records (bytes) ── Decoder.add ──► strict, vectorised decode (fast_reader)
                                 │ refused         │ accepted
                                 ▼                 ▼
                       exact, value by value ──► batches ── .table() ──► pyarrow.Table ── to_frame ──► frame

Both readers give the same frame. What does not fit the contract is never dropped and never rounded: an unknown field
becomes a column, a value of another type is kept as JSON text in the column ``unparsed``, and both are reported in
``Decoder.drift``. Broken JSON, duplicate keys, NaN and Infinity raise
:class:`~pb2b_notebook.errors.NotJSONError`.

================================  ================================================================================
Module                            What it does
================================  ================================================================================
``schema``, ``list_schema``       columns and dtypes; the columns of a list as data
``types``                         which library ``frame=`` names
``strict_json``, ``extraction``   JSON read strictly; members of records as text
``decoding``                      ``Decoder``, which runs ``fast_reader`` or ``exact_reader`` on a page
``batches``, ``unification``      decoded pages, until unknown fields have one type; ``arrow_numbers``
``deduplication``                 one row for each object; ``distinct_texts`` finds fast that none is there twice
``conversion``                    Arrow → pandas or polars; ``hashable_cells`` are its lists and records in pandas
``drift``                         reports where a response differs from the contract
``library``                       **which library a frame is of**, and which frames functions accept
``filtering``                     the filters of a list, applied to rows on this machine
``flattening``, ``arrow_export``  lists and records as text; results as Arrow streams
``provenance``                    the call that returned a frame
================================  ================================================================================

pandas, polars and pyarrow are imported at the point of use, never by importing this package.
"""

from __future__ import annotations

from pb2b_notebook.frames.conversion import frame_of_rows, to_frame
from pb2b_notebook.frames.decoding import Decoder
from pb2b_notebook.frames.deduplication import newest_by_id
from pb2b_notebook.frames.drift import ContractDriftWarning, report_drift
from pb2b_notebook.frames.flattening import flatten_columns
from pb2b_notebook.frames.provenance import Provenance, attach, provenance
from pb2b_notebook.frames.schema import UNPARSED, Column, FrameSchema, frame_schema
from pb2b_notebook.frames.strict_json import elements, members

__all__ = [
    "UNPARSED", "Column", "ContractDriftWarning", "Decoder", "FrameSchema", "Provenance", "attach", "elements",
    "flatten_columns", "frame_of_rows", "frame_schema", "members", "newest_by_id", "provenance", "report_drift",
    "to_frame",
]  # fmt: skip
