"""The API as a value: its OpenAPI document, the operations read from it, and how another document differs.

``schemas``, ``shapes``             references, unions and types within one document
``documents``, ``alignment``        a document to a table of operations, under the ids of our own
``operations``                      that table: operations, their parameters and fields
``comparison``, ``severities``      the differences between two documents, and how much each one breaks
``import_cells``, ``text_patterns``, ``instants``   rules of values, of which the document states only a part
"""

from __future__ import annotations

from pb2b_notebook.openapi.documents import check_document, load, load_document, read_document
from pb2b_notebook.openapi.operations import Field, Operation, Operations, Parameter

__all__ = [
    "Field",
    "Operation",
    "Operations",
    "Parameter",
    "check_document",
    "load",
    "load_document",
    "read_document",
]
