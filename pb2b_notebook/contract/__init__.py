"""The API as a value: its document, its operations, the fields of its objects."""

from pb2b_notebook.contract.documents import check_document, load, load_document, read_document
from pb2b_notebook.contract.operations import Field, Operation, Operations, Parameter

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
