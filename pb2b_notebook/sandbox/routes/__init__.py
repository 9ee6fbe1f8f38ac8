"""One module a tag of the contract."""

from pb2b_notebook.sandbox.routes import (
    billing,
    exports,
    imports,
    jobs,
    lead_fields,
    leads,
    me,
    settings,
    support,
    webhooks,
)

TAGS = (
    me.tag,
    leads.tag,
    lead_fields.tag,
    imports.tag,
    exports.tag,
    jobs.tag,
    billing.tag,
    settings.tag,
    support.tag,
    webhooks.tag,
)
"""In the order of the reference."""
