"""A local implementation of the ProspectB2B API, as far as its public contract is known.

The wings; later ones use earlier ones:

``core``       store, tables, models, problems, clocks, cursors: shared by all domains
``people``     the fictional people and companies of the demo data
``http``       routing, bodies, keys, idempotency, rate limits; the base class of the domain services
``workspace``  tickets, billing, settings
``leads``      leads, custom fields, usage against the plan
``webhooks``   events, outbox, deliveries
``jobs``       the worker that runs imports, exports, campaign runs and prospector runs
``transfers``, ``campaigns``, ``prospector``  one domain each: models, rules and jobs
``demo_data``  a year of history, with realistic errors
``routes``     the operations, one module per tag
``document``   the OpenAPI document, generated from the routes
``portal``, ``faults``  the documentation pages; faults on demand

``app`` and ``middleware`` are the ASGI application of the routes, ``sandbox`` is the value that owns it;
``administration`` and ``key_commands`` manage the keys of a database from a terminal.

``Sandbox`` is imported at first use, because it needs the optional dependencies ``sandbox``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pb2b_notebook.errors import MissingExtraError

if TYPE_CHECKING:
    from pb2b_notebook.sandbox.document.document import build_document
    from pb2b_notebook.sandbox.sandbox import Sandbox

__all__ = ["Sandbox", "build_document"]

_EXTRA = ("fastapi", "pydantic", "starlette")


# Name → its module, and its purpose for the error message.
_LAZY = {
    "Sandbox": ("sandbox", "the embedded sandbox"),
    "build_document": ("document.document", "building the API's document"),
}


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
    return getattr(loaded, name)
