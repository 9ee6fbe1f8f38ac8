"""The operations, one module per tag of the contract."""

from collections.abc import Iterator

from pb2b_notebook.sandbox.http.routing import Operation
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


def operations() -> Iterator[Operation]:
    """Yield every operation, in the order of the reference."""
    return (operation for tag in TAGS for operation in tag.operations)
