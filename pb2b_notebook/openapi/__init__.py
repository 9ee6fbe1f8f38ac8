"""The API as a value: its OpenAPI document, the operations read from it, and how another document differs.

In order, each uses those before it:

``schemas``, ``shapes``             references, unions and types within one document
``operations``                      the table of operations, with their parameters and fields
``documents``, ``alignment``        a document to that table, under the ids of our own
``comparison``, ``severities``      the differences between two documents, and how much each one breaks
``import_cells``, ``text_patterns``, ``instants``   rules of values that the document states only in part
"""

from __future__ import annotations

from pb2b_notebook.openapi.documents import check_document, load, load_document, read_document
from pb2b_notebook.openapi.operations import Field, Operation, Operations, Parameter

__all__ = ["Field", "Operation", "Operations", "Parameter", "check_document", "load", "load_document", "read_document"]
