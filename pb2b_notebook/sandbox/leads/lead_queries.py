"""The filters of leads, for the query of the list and the body of an export."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from pb2b_notebook.letters import fold_email, fold_text
from pb2b_notebook.sandbox.core.listing import Condition
from pb2b_notebook.sandbox.core.models import LeadStatus
from pb2b_notebook.sandbox.core.queries import (
    AnyOf,
    Equals,
    Filter,
    Flag,
    Holds,
    ListQuery,
    Present,
    SearchText,
    Text,
    Texts,
    Values,
    Words,
)


class ReachedBy(Filter):
    """The lead was reached by the campaign."""

    def condition(self, value: str) -> Condition:
        """``id IN (campaign_leads …)``."""
        return Condition("id IN (SELECT lead_id FROM campaign_leads WHERE campaign_id = ?)", (value,))


class LeadQuery(ListQuery):
    """The parameters of the list of leads."""

    status: Annotated[Values[LeadStatus] | None, AnyOf("status")] = Field(None, description="Any of these values.")
    source: Annotated[Texts | None, AnyOf("source")] = Field(None, description="Any of these values.")
    owner_email: Annotated[Texts | None, AnyOf("owner_email", fold_email)] = Field(
        None, description="Any of these values; trimmed and case-folded."
    )
    email: Annotated[Texts | None, AnyOf("email", fold_email)] = Field(
        None, description="Any of these values; trimmed and case-folded."
    )
    company_domain: Annotated[Texts | None, AnyOf("company_domain", str.casefold)] = Field(
        None, description="Any of these values; case-folded."
    )
    country: Annotated[Texts | None, AnyOf("country")] = Field(None, description="Any of these values.")
    tag: Annotated[Texts | None, Holds("$.tags")] = Field(None, description="Leads with any of these tags.")
    q: Annotated[SearchText | None, Words("search", fold_text)] = Field(
        None, description="Leads whose name, email or company contain all of these words."
    )
    import_id: Annotated[Text | None, Equals("import_id")] = Field(None, description="Leads that this import created.")
    campaign_id: Annotated[Text | None, ReachedBy()] = Field(None, description="Leads that this campaign reached.")
    has_email: Annotated[Flag | None, Present("email")] = Field(
        None, description="Leads with, or without, an email address."
    )
    include_deleted: Flag = Field(False, description="Include deleted leads; their `deleted_at` is set.")

    def conditions(self) -> Iterator[Condition]:
        """Yield the conditions of the filters."""
        yield from super().conditions()
        if not self.include_deleted:
            yield Condition("deleted_at IS NULL")
