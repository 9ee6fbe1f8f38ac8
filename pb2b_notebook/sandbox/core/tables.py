"""The tables of the sandbox: their searched columns, and how these are computed from the documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pb2b_notebook.sandbox.core.campaign_tables import CAMPAIGN_SCHEMA, CAMPAIGN_TABLES
from pb2b_notebook.sandbox.core.folding import fold_email, fold_text
from pb2b_notebook.sandbox.core.job_tables import JOB_SCHEMA, JOB_TABLES
from pb2b_notebook.sandbox.core.platform_tables import PLATFORM_SCHEMA, PLATFORM_TABLES
from pb2b_notebook.sandbox.core.store import Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from pb2b_notebook.sandbox.core.store import Document, Scalar

_SEARCHED = ("full_name", "first_name", "last_name", "email", "company_name", "company_domain")


def _field(name: str) -> Callable[[Document], Scalar]:
    return lambda document: document[name]


def _folded_field(name: str, fold: Callable[[str], str]) -> Callable[[Document], Scalar]:
    return lambda document: fold(document[name]) if document[name] is not None else None


def _search_text(document: Document) -> str:
    return fold_text("\n".join(document[name] for name in _SEARCHED if document[name]))


LEADS = Table(
    "leads",
    "lead",
    columns={
        "status": _field("status"),
        "source": _field("source"),
        "owner_email": _folded_field("owner_email", fold_email),
        "email": _folded_field("email", fold_email),
        "company_domain": _folded_field("company_domain", str.casefold),
        "country": _field("country"),
        "external_id": _field("external_id"),
        "import_id": _field("import_id"),
        "search": _search_text,
    },
    indexed=("email", "external_id", "company_domain", "import_id"),
    soft_deletes=True,
)
LEAD_FIELDS = Table(
    "lead_fields", "field", columns={"key": _field("key"), "builtin": lambda document: int(document["builtin"])}
)

TABLES = (LEADS, LEAD_FIELDS, *JOB_TABLES, *CAMPAIGN_TABLES, *PLATFORM_TABLES)
"""The tables of all object types, in the order of their creation."""

SCHEMA = (*JOB_SCHEMA, *CAMPAIGN_SCHEMA, *PLATFORM_SCHEMA)
"""The tables that hold no objects of the API, and indexes."""
