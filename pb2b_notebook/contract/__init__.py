"""The API as a value: its document, its operations, the fields of its objects."""

from pb2b_notebook.contract.operations import (
    Field,
    Operation,
    Operations,
    Parameter,
    load,
    load_document,
    read_document,
)

__all__ = ["Field", "Operation", "Operations", "Parameter", "load", "load_document", "read_document"]
