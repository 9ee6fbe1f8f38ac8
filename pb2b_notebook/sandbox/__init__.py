"""A faithful local implementation of the ProspectB2B API, as far as its public contract is known.

``Sandbox`` is loaded at first use: it needs the optional dependencies ``sandbox``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pb2b_notebook.errors import MissingExtraError

if TYPE_CHECKING:
    from pb2b_notebook.sandbox.sandbox import Sandbox

__all__ = ["Sandbox"]

_EXTRA = ("fastapi", "fastapi_offline", "pydantic", "starlette")


# Name of this package's own: where it is, and what it is for.
_LAZY = {"Sandbox": ("sandbox", "the embedded sandbox"), "document": ("document", "building the API's document")}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, purpose = _LAZY[name]
    try:
        loaded = import_module(f"{__name__}.{module}")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _EXTRA:
            raise
        raise MissingExtraError("sandbox", purpose) from None
    return loaded if name == module else getattr(loaded, name)
