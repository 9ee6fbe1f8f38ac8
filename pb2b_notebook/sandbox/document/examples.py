"""The examples of the OpenAPI document, by schema, from ``examples.json``; a test validates each against its schema."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

REQUEST_ID = "req_5f0c2a9be1d34c77"
MADE_AT = "2026-03-10T12:00:00.000Z"
_LAST_PAGE = {"next_cursor": None, "has_more": False, "limit": 100}


@cache
def examples() -> dict[str, Any]:
    """Return the example of each object and body, and those of the envelopes and pages of the objects."""
    found: dict[str, Any] = json.loads(files(__package__).joinpath("examples.json").read_text("utf-8"))
    envelopes = {f"{name}Envelope": {"data": example, "request_id": REQUEST_ID} for name, example in found.items()}
    pages = {
        f"{name}List": {"data": [example], "pagination": _LAST_PAGE, "request_id": REQUEST_ID}
        for name, example in found.items()
    }
    return envelopes | pages | found
