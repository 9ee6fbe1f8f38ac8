"""A faithful local implementation of the ProspectB2B API, as far as its public contract is known.

The wings, in the order in which the later ones use the earlier ones:

``core``       store, tables, models, problems, clocks, cursors: what every domain uses
``people``     the made-up people and companies of the demo data
``http``       routing, bodies, keys, idempotency, rate limits: one request, before its operation runs
``workspace``  tickets, billing, settings
``leads``      leads, custom fields, usage against the plan
``webhooks``   events, outbox, deliveries
``jobs``       the worker that runs imports, exports, campaign runs and prospector runs
``transfers``, ``campaigns``, ``prospector``  one domain each: models, rules, and what its jobs do
``demo_data``  a year of history, and the mess in it
``routes``     the operations, one module a tag
``document``   the OpenAPI document, generated from the routes
``portal``, ``faults``  the documentation pages; failures on demand

``Sandbox`` is loaded at first use: it needs the optional dependencies ``sandbox``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pb2b_notebook.errors import MissingExtraError

if TYPE_CHECKING:
    from pb2b_notebook.sandbox.app import build_document
    from pb2b_notebook.sandbox.sandbox import Sandbox

__all__ = ["Sandbox", "build_document"]

_EXTRA = ("fastapi", "fastapi_offline", "pydantic", "starlette")


# Name → the module that has it, and what an error says it is for.
_LAZY = {"Sandbox": ("sandbox", "the embedded sandbox"), "build_document": ("app", "building the API's document")}


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
