"""A faithful local implementation of the ProspectB2B API, as far as its public contract is known.

``Sandbox`` is loaded at first use: it needs the optional dependencies ``sandbox``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pb2b_notebook.errors import MissingExtraError

if TYPE_CHECKING:
    from pb2b_notebook.sandbox.sandbox import Sandbox

__all__ = ["Sandbox"]

_EXTRA = ("fastapi", "fastapi_offline", "pydantic", "starlette")


def __getattr__(name: str) -> Any:
    if name != "Sandbox":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        from pb2b_notebook.sandbox import sandbox
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _EXTRA:
            raise
        raise MissingExtraError("sandbox", "the embedded sandbox") from None
    return sandbox.Sandbox
