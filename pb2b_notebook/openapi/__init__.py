"""The API as a value: its OpenAPI document, the operations read from it, and how another document differs.

In order, each uses those before it:

``schemas``, ``shapes``             references, unions and types within one document
``operations``                      the table of operations, with their parameters and fields
``object_descriptions``             objects and bodies that a document describes in another form than our contract
``documents``, ``alignment``        a document to that table, under the ids of our own
``limits``, ``annotations``         what a document demands of a value, and what it says beside that
``severities``                      how much a difference breaks, for what is sent and for what is received
``record_comparison``, ``comparison``   the differences between two records, and between two documents
``import_cells``, ``text_patterns``, ``instants``   rules of values that the document states only in part
``object_ids``                      ids as text
"""

from __future__ import annotations

from pb2b_notebook.openapi.documents import check_document, load, load_document, read_document
from pb2b_notebook.openapi.operations import Field, Operation, Operations, Parameter

__all__ = ["Field", "Operation", "Operations", "Parameter", "check_document", "load", "load_document", "read_document"]
