"""The operations, one module per tag of the contract."""

from pb2b_notebook.sandbox.routes import (
    activities,
    billing,
    campaigns,
    exports,
    imports,
    inbox,
    jobs,
    lead_fields,
    leads,
    me,
    messages,
    prospector,
    settings,
    support,
    webhooks,
)

TAGS = (
    me.tag,
    leads.tag,
    activities.tag,
    lead_fields.tag,
    messages.tag,
    imports.tag,
    exports.tag,
    jobs.tag,
    campaigns.tag,
    prospector.tag,
    inbox.tag,
    billing.tag,
    settings.tag,
    support.tag,
    webhooks.tag,
)
"""The tags, in the order of the reference."""
