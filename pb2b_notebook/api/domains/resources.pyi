# Written by `pb2b contract build` from the contract and resources.py; do not edit.
# Docstrings are what editors show; names and lengths are the contract's.
# ruff: noqa: A002, D417, E501, I001, PYI021
# fmt: off
"""The verbs of each domain of ``ws``, one line for each verb."""

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias, overload
from pb2b_notebook.api.domains.import_runs import ImportRun
from pb2b_notebook.api.calls.records import Record
from pb2b_notebook.api.calls.signatures import AnyOf, Fields, Id, Texts, Time
from pb2b_notebook.frames.types import DataFrame, FrameName, FrameT
from pb2b_notebook.api.domains.export_rows import ExportRows
from pb2b_notebook.api.domains.import_runs import ImportRuns
from pb2b_notebook.api.domains.job_waiting import JobWaits
from pb2b_notebook.api.domains.launches import CampaignLaunches
from pb2b_notebook.api.domains.list_schemas import Listed
from pb2b_notebook.api.domains.snapshots import BillingSnapshots
from pb2b_notebook.api.domains.snapshots import SettingsSnapshots
from pb2b_notebook.api.domains.verbs import Resource

ListOperation: TypeAlias = Literal[
    "leads.list",
    "GET /leads",
    "leads.bulk_upsert",
    "POST /leads/bulk-upsert",
    "activities.list",
    "GET /activities",
    "leads.activities",
    "lead_fields.list",
    "GET /lead-fields",
    "messages.list",
    "GET /messages",
    "leads.messages",
    "imports.list",
    "GET /imports",
    "imports.errors",
    "exports.list",
    "GET /exports",
    "jobs.list",
    "GET /jobs",
    "jobs.events",
    "campaigns.list",
    "GET /campaigns",
    "campaigns.runs.list",
    "campaign_runs.list",
    "GET /campaign-runs",
    "campaigns.logs",
    "prospector.workflows.list",
    "GET /prospector/workflows",
    "prospector.runs.list",
    "GET /prospector/runs",
    "inbox.threads.list",
    "GET /inbox/threads",
    "inbox.threads.messages",
    "settings.members",
    "GET /settings/members",
    "tickets.list",
    "GET /support/tickets",
    "webhooks.list",
    "GET /webhooks",
    "webhooks.deliveries",
]
ObjectOperation: TypeAlias = Literal[
    "me.get",
    "GET /me",
    "leads.create",
    "POST /leads",
    "leads.upsert",
    "POST /leads/upsert",
    "leads.get",
    "leads.update",
    "leads.delete",
    "lead_fields.get",
    "messages.get",
    "imports.create",
    "POST /imports",
    "imports.get",
    "imports.validate",
    "POST /imports/validate",
    "exports.create",
    "POST /exports",
    "exports.get",
    "exports.download",
    "jobs.get",
    "campaigns.create",
    "POST /campaigns",
    "campaigns.get",
    "campaigns.update",
    "campaigns.publish",
    "campaigns.pause",
    "campaigns.runs.create",
    "campaign_runs.get",
    "prospector.workflows.create",
    "POST /prospector/workflows",
    "prospector.workflows.get",
    "prospector.workflows.update",
    "prospector.workflows.runs.create",
    "prospector.runs.get",
    "prospector.runs.cancel",
    "inbox.threads.get",
    "billing.subscription",
    "GET /billing/subscription",
    "billing.usage",
    "GET /billing/usage",
    "settings.get",
    "GET /settings",
    "tickets.create",
    "POST /support/tickets",
    "tickets.get",
    "tickets.replies.create",
    "webhooks.create",
    "POST /webhooks",
    "webhooks.get",
    "webhooks.update",
    "webhooks.delete",
    "webhooks.rotate_secret",
    "webhooks.deliveries.retry",
]

class Leads(Listed[FrameT]):
    """``ws.leads``: one row is one lead.

    >>> import pb2b_notebook as pb
    >>> with pb.open_sandbox(leads=50) as ws:
    ...     ws.leads.list(limit=2, columns=["email", "status"]).shape
    ...     [len(page) for page in ws.leads.pages(page_size=20, include_deleted=True)]
    ...     lead = ws.leads.create(email="ada@example.com", full_name="Ada Lovelace")
    ...     ws.leads.update(lead, title="Countess", if_updated_at=lead.updated_at).title
    (2, 2)
    [20, 20, 10]
    'Countess'
    """
    @overload
    def list(
        self,
        *,
        status: AnyOf[Literal["new", "contacted", "replied", "qualified", "disqualified", "unsubscribed", "bounced"]] | None = None,
        source: Texts | None = None,
        owner_email: Texts | None = None,
        email: Texts | None = None,
        company_domain: Texts | None = None,
        country: Texts | None = None,
        tag: Texts | None = None,
        q: str | None = None,
        import_id: str | None = None,
        campaign_id: str | None = None,
        has_email: bool | None = None,
        include_deleted: bool | None = None,
        updated_after: Time | None = None,
        updated_before: Time | None = None,
        created_after: Time | None = None,
        created_before: Time | None = None,
        ids: Texts | None = None,
        order: Literal["updated_at.asc", "updated_at.desc"] | None = None,
        custom: Fields | None = None,
        frame: None = None,
        columns: Sequence[str] | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        parallel: int | None = None,
        flat: bool | None = None,
        progress: bool | None = None,
        cached: bool | None = None,
        max_age: Time | None = None,
        refresh: bool | None = None,
    ) -> FrameT:
        """List leads.

        Filters are combined with AND, the values of a repeated filter with OR. `custom.<key>=<value>` filters by a
        custom field: it must equal the value, or contain it if it is a multi_select.

        ``GET /leads``, scope leads.read; documented publicly.

        Args:
            status: Any of these values: new, contacted, replied, qualified, disqualified, unsubscribed, bounced.
            source: Any of these values.
            owner_email: Any of these values; trimmed and case-folded.
            email: Any of these values; trimmed and case-folded.
            company_domain: Any of these values; case-folded.
            country: Any of these values.
            tag: Leads with any of these tags.
            q: Leads whose name, email or company contain all of these words.
            import_id: Leads that this import created.
            campaign_id: Leads that this campaign reached.
            has_email: Leads with, or without, an email address.
            include_deleted: Include deleted leads; their `deleted_at` is set.
            updated_after: Only objects changed after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            updated_before: Only objects last changed up to this instant; the bound itself is included. Times are
                datetimes, dates, ISO text, "7d" or "monday".
            created_after: Only objects created after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            created_before: Only objects created up to this instant; the bound itself is included. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            ids: Only the objects with these ids, at most 100.
            order: Order by updated_at, ties by id in the same direction: updated_at.asc, updated_at.desc.
            custom: Filters on custom fields, by key: ``custom={"tier": "gold"}``.
            frame: Library of the frame: "pandas", "polars", "pyarrow" or "duckdb"; by default the workspace's.
            columns: Columns to return, in this order; by default all.
            limit: Most rows to return, newest first; by default all, oldest change first.
            page_size: Rows per request, 1 to 500.
            parallel: Windows of time to read in parallel, 1 to 8; by default chosen by latency and rate limit.
            flat: Whether to return each list as one text, for tools that do not support lists.
            progress: Whether to show a bar on a long read.
            cached: Whether to read from the mirror on this machine, which is filled first if it is empty.
            max_age: Read from the mirror, after reading what changed if it is older than this, such as "15m".
            refresh: Whether to read from the mirror after reading what changed.

        Returns:
            A frame, with the same columns and dtypes for any number of rows: id, object, full_name, email,
            company_name, first_name, last_name, phone, title, seniority, company_domain, website, linkedin_url,
            industry, employee_count, country, city, status, source, owner_email, score, tags, external_id,
            last_contacted_at, import_id, merged_into, deleted_at, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            APIError: The service refused the request; the message says what to do.
        """
    @overload
    def list(self, *, status: AnyOf[Literal["new", "contacted", "replied", "qualified", "disqualified", "unsubscribed", "bounced"]] | None = None, source: Texts | None = None, owner_email: Texts | None = None, email: Texts | None = None, company_domain: Texts | None = None, country: Texts | None = None, tag: Texts | None = None, q: str | None = None, import_id: str | None = None, campaign_id: str | None = None, has_email: bool | None = None, include_deleted: bool | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, custom: Fields | None = None, frame: Literal["pandas"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pd.DataFrame: ...
    @overload
    def list(self, *, status: AnyOf[Literal["new", "contacted", "replied", "qualified", "disqualified", "unsubscribed", "bounced"]] | None = None, source: Texts | None = None, owner_email: Texts | None = None, email: Texts | None = None, company_domain: Texts | None = None, country: Texts | None = None, tag: Texts | None = None, q: str | None = None, import_id: str | None = None, campaign_id: str | None = None, has_email: bool | None = None, include_deleted: bool | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, custom: Fields | None = None, frame: Literal["polars"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pl.DataFrame: ...
    @overload
    def list(self, *, status: AnyOf[Literal["new", "contacted", "replied", "qualified", "disqualified", "unsubscribed", "bounced"]] | None = None, source: Texts | None = None, owner_email: Texts | None = None, email: Texts | None = None, company_domain: Texts | None = None, country: Texts | None = None, tag: Texts | None = None, q: str | None = None, import_id: str | None = None, campaign_id: str | None = None, has_email: bool | None = None, include_deleted: bool | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, custom: Fields | None = None, frame: Literal["pyarrow"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pa.Table: ...
    @overload
    def list(self, *, status: AnyOf[Literal["new", "contacted", "replied", "qualified", "disqualified", "unsubscribed", "bounced"]] | None = None, source: Texts | None = None, owner_email: Texts | None = None, email: Texts | None = None, company_domain: Texts | None = None, country: Texts | None = None, tag: Texts | None = None, q: str | None = None, import_id: str | None = None, campaign_id: str | None = None, has_email: bool | None = None, include_deleted: bool | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, custom: Fields | None = None, frame: Literal["duckdb"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> duckdb.DuckDBPyRelation: ...
    @overload
    def list(self, *, status: AnyOf[Literal["new", "contacted", "replied", "qualified", "disqualified", "unsubscribed", "bounced"]] | None = None, source: Texts | None = None, owner_email: Texts | None = None, email: Texts | None = None, company_domain: Texts | None = None, country: Texts | None = None, tag: Texts | None = None, q: str | None = None, import_id: str | None = None, campaign_id: str | None = None, has_email: bool | None = None, include_deleted: bool | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, custom: Fields | None = None, frame: FrameName | None, columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> DataFrame: ...
    @overload
    def pages(
        self,
        *,
        status: AnyOf[Literal["new", "contacted", "replied", "qualified", "disqualified", "unsubscribed", "bounced"]] | None = None,
        source: Texts | None = None,
        owner_email: Texts | None = None,
        email: Texts | None = None,
        company_domain: Texts | None = None,
        country: Texts | None = None,
        tag: Texts | None = None,
        q: str | None = None,
        import_id: str | None = None,
        campaign_id: str | None = None,
        has_email: bool | None = None,
        include_deleted: bool | None = None,
        updated_after: Time | None = None,
        updated_before: Time | None = None,
        created_after: Time | None = None,
        created_before: Time | None = None,
        ids: Texts | None = None,
        order: Literal["updated_at.asc", "updated_at.desc"] | None = None,
        custom: Fields | None = None,
        frame: None = None,
        columns: Sequence[str] | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        flat: bool | None = None,
    ) -> Iterator[FrameT]:
        """List leads, page by page, in bounded memory.

        Filters are combined with AND, the values of a repeated filter with OR. `custom.<key>=<value>` filters by a
        custom field: it must equal the value, or contain it if it is a multi_select.

        ``GET /leads``, scope leads.read; documented publicly.

        Args:
            status: Any of these values: new, contacted, replied, qualified, disqualified, unsubscribed, bounced.
            source: Any of these values.
            owner_email: Any of these values; trimmed and case-folded.
            email: Any of these values; trimmed and case-folded.
            company_domain: Any of these values; case-folded.
            country: Any of these values.
            tag: Leads with any of these tags.
            q: Leads whose name, email or company contain all of these words.
            import_id: Leads that this import created.
            campaign_id: Leads that this campaign reached.
            has_email: Leads with, or without, an email address.
            include_deleted: Include deleted leads; their `deleted_at` is set.
            updated_after: Only objects changed after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            updated_before: Only objects last changed up to this instant; the bound itself is included. Times are
                datetimes, dates, ISO text, "7d" or "monday".
            created_after: Only objects created after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            created_before: Only objects created up to this instant; the bound itself is included. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            ids: Only the objects with these ids, at most 100.
            order: Order by updated_at, ties by id in the same direction: updated_at.asc, updated_at.desc.
            custom: Filters on custom fields, by key: ``custom={"tier": "gold"}``.
            frame: Library of the frame: "pandas", "polars", "pyarrow" or "duckdb"; by default the workspace's.
            columns: Columns to return, in this order; by default all.
            limit: Most rows to return, newest first; by default all, oldest change first.
            page_size: Rows per request, 1 to 500.
            flat: Whether to return each list as one text, for tools that do not support lists.

        Returns:
            Frames, one for each page, with the same columns and dtypes for any number of rows: id, object, full_name,
            email, company_name, first_name, last_name, phone, title, seniority, company_domain, website, linkedin_url,
            industry, employee_count, country, city, status, source, owner_email, score, tags, external_id,
            last_contacted_at, import_id, merged_into, deleted_at, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            APIError: The service refused the request; the message says what to do.
        """
    @overload
    def pages(self, *, status: AnyOf[Literal["new", "contacted", "replied", "qualified", "disqualified", "unsubscribed", "bounced"]] | None = None, source: Texts | None = None, owner_email: Texts | None = None, email: Texts | None = None, company_domain: Texts | None = None, country: Texts | None = None, tag: Texts | None = None, q: str | None = None, import_id: str | None = None, campaign_id: str | None = None, has_email: bool | None = None, include_deleted: bool | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, custom: Fields | None = None, frame: Literal["pandas"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, flat: bool | None = None) -> Iterator[pd.DataFrame]: ...
    @overload
    def pages(self, *, status: AnyOf[Literal["new", "contacted", "replied", "qualified", "disqualified", "unsubscribed", "bounced"]] | None = None, source: Texts | None = None, owner_email: Texts | None = None, email: Texts | None = None, company_domain: Texts | None = None, country: Texts | None = None, tag: Texts | None = None, q: str | None = None, import_id: str | None = None, campaign_id: str | None = None, has_email: bool | None = None, include_deleted: bool | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, custom: Fields | None = None, frame: Literal["polars"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, flat: bool | None = None) -> Iterator[pl.DataFrame]: ...
    @overload
    def pages(self, *, status: AnyOf[Literal["new", "contacted", "replied", "qualified", "disqualified", "unsubscribed", "bounced"]] | None = None, source: Texts | None = None, owner_email: Texts | None = None, email: Texts | None = None, company_domain: Texts | None = None, country: Texts | None = None, tag: Texts | None = None, q: str | None = None, import_id: str | None = None, campaign_id: str | None = None, has_email: bool | None = None, include_deleted: bool | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, custom: Fields | None = None, frame: Literal["pyarrow"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, flat: bool | None = None) -> Iterator[pa.Table]: ...
    @overload
    def pages(self, *, status: AnyOf[Literal["new", "contacted", "replied", "qualified", "disqualified", "unsubscribed", "bounced"]] | None = None, source: Texts | None = None, owner_email: Texts | None = None, email: Texts | None = None, company_domain: Texts | None = None, country: Texts | None = None, tag: Texts | None = None, q: str | None = None, import_id: str | None = None, campaign_id: str | None = None, has_email: bool | None = None, include_deleted: bool | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, custom: Fields | None = None, frame: Literal["duckdb"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, flat: bool | None = None) -> Iterator[duckdb.DuckDBPyRelation]: ...
    @overload
    def pages(self, *, status: AnyOf[Literal["new", "contacted", "replied", "qualified", "disqualified", "unsubscribed", "bounced"]] | None = None, source: Texts | None = None, owner_email: Texts | None = None, email: Texts | None = None, company_domain: Texts | None = None, country: Texts | None = None, tag: Texts | None = None, q: str | None = None, import_id: str | None = None, campaign_id: str | None = None, has_email: bool | None = None, include_deleted: bool | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, custom: Fields | None = None, frame: FrameName | None, columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, flat: bool | None = None) -> Iterator[DataFrame]: ...
    @overload
    def find(
        self,
        text: str,
        *,
        status: AnyOf[Literal["new", "contacted", "replied", "qualified", "disqualified", "unsubscribed", "bounced"]] | None = None,
        source: Texts | None = None,
        owner_email: Texts | None = None,
        email: Texts | None = None,
        company_domain: Texts | None = None,
        country: Texts | None = None,
        tag: Texts | None = None,
        import_id: str | None = None,
        campaign_id: str | None = None,
        has_email: bool | None = None,
        include_deleted: bool | None = None,
        updated_after: Time | None = None,
        updated_before: Time | None = None,
        created_after: Time | None = None,
        created_before: Time | None = None,
        ids: Texts | None = None,
        order: Literal["updated_at.asc", "updated_at.desc"] | None = None,
        custom: Fields | None = None,
        frame: None = None,
        columns: Sequence[str] | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        parallel: int | None = None,
        flat: bool | None = None,
        progress: bool | None = None,
        cached: bool | None = None,
        max_age: Time | None = None,
        refresh: bool | None = None,
    ) -> FrameT:
        """List leads.

        Filters are combined with AND, the values of a repeated filter with OR. `custom.<key>=<value>` filters by a
        custom field: it must equal the value, or contain it if it is a multi_select.

        ``GET /leads``, scope leads.read; documented publicly.

        Args:
            text: Leads whose name, email or company contain all of these words.
            status: Any of these values: new, contacted, replied, qualified, disqualified, unsubscribed, bounced.
            source: Any of these values.
            owner_email: Any of these values; trimmed and case-folded.
            email: Any of these values; trimmed and case-folded.
            company_domain: Any of these values; case-folded.
            country: Any of these values.
            tag: Leads with any of these tags.
            import_id: Leads that this import created.
            campaign_id: Leads that this campaign reached.
            has_email: Leads with, or without, an email address.
            include_deleted: Include deleted leads; their `deleted_at` is set.
            updated_after: Only objects changed after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            updated_before: Only objects last changed up to this instant; the bound itself is included. Times are
                datetimes, dates, ISO text, "7d" or "monday".
            created_after: Only objects created after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            created_before: Only objects created up to this instant; the bound itself is included. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            ids: Only the objects with these ids, at most 100.
            order: Order by updated_at, ties by id in the same direction: updated_at.asc, updated_at.desc.
            custom: Filters on custom fields, by key: ``custom={"tier": "gold"}``.
            frame: Library of the frame: "pandas", "polars", "pyarrow" or "duckdb"; by default the workspace's.
            columns: Columns to return, in this order; by default all.
            limit: Most rows to return, newest first; by default all, oldest change first.
            page_size: Rows per request, 1 to 500.
            parallel: Windows of time to read in parallel, 1 to 8; by default chosen by latency and rate limit.
            flat: Whether to return each list as one text, for tools that do not support lists.
            progress: Whether to show a bar on a long read.
            cached: Whether to read from the mirror on this machine, which is filled first if it is empty.
            max_age: Read from the mirror, after reading what changed if it is older than this, such as "15m".
            refresh: Whether to read from the mirror after reading what changed.

        Returns:
            A frame, with the same columns and dtypes for any number of rows: id, object, full_name, email,
            company_name, first_name, last_name, phone, title, seniority, company_domain, website, linkedin_url,
            industry, employee_count, country, city, status, source, owner_email, score, tags, external_id,
            last_contacted_at, import_id, merged_into, deleted_at, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            APIError: The service refused the request; the message says what to do.
        """
    @overload
    def find(self, text: str, *, status: AnyOf[Literal["new", "contacted", "replied", "qualified", "disqualified", "unsubscribed", "bounced"]] | None = None, source: Texts | None = None, owner_email: Texts | None = None, email: Texts | None = None, company_domain: Texts | None = None, country: Texts | None = None, tag: Texts | None = None, import_id: str | None = None, campaign_id: str | None = None, has_email: bool | None = None, include_deleted: bool | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, custom: Fields | None = None, frame: Literal["pandas"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pd.DataFrame: ...
    @overload
    def find(self, text: str, *, status: AnyOf[Literal["new", "contacted", "replied", "qualified", "disqualified", "unsubscribed", "bounced"]] | None = None, source: Texts | None = None, owner_email: Texts | None = None, email: Texts | None = None, company_domain: Texts | None = None, country: Texts | None = None, tag: Texts | None = None, import_id: str | None = None, campaign_id: str | None = None, has_email: bool | None = None, include_deleted: bool | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, custom: Fields | None = None, frame: Literal["polars"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pl.DataFrame: ...
    @overload
    def find(self, text: str, *, status: AnyOf[Literal["new", "contacted", "replied", "qualified", "disqualified", "unsubscribed", "bounced"]] | None = None, source: Texts | None = None, owner_email: Texts | None = None, email: Texts | None = None, company_domain: Texts | None = None, country: Texts | None = None, tag: Texts | None = None, import_id: str | None = None, campaign_id: str | None = None, has_email: bool | None = None, include_deleted: bool | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, custom: Fields | None = None, frame: Literal["pyarrow"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pa.Table: ...
    @overload
    def find(self, text: str, *, status: AnyOf[Literal["new", "contacted", "replied", "qualified", "disqualified", "unsubscribed", "bounced"]] | None = None, source: Texts | None = None, owner_email: Texts | None = None, email: Texts | None = None, company_domain: Texts | None = None, country: Texts | None = None, tag: Texts | None = None, import_id: str | None = None, campaign_id: str | None = None, has_email: bool | None = None, include_deleted: bool | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, custom: Fields | None = None, frame: Literal["duckdb"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> duckdb.DuckDBPyRelation: ...
    @overload
    def find(self, text: str, *, status: AnyOf[Literal["new", "contacted", "replied", "qualified", "disqualified", "unsubscribed", "bounced"]] | None = None, source: Texts | None = None, owner_email: Texts | None = None, email: Texts | None = None, company_domain: Texts | None = None, country: Texts | None = None, tag: Texts | None = None, import_id: str | None = None, campaign_id: str | None = None, has_email: bool | None = None, include_deleted: bool | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, custom: Fields | None = None, frame: FrameName | None, columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> DataFrame: ...
    def count(
        self,
        *,
        status: AnyOf[Literal["new", "contacted", "replied", "qualified", "disqualified", "unsubscribed", "bounced"]] | None = None,
        source: Texts | None = None,
        owner_email: Texts | None = None,
        email: Texts | None = None,
        company_domain: Texts | None = None,
        country: Texts | None = None,
        tag: Texts | None = None,
        q: str | None = None,
        import_id: str | None = None,
        campaign_id: str | None = None,
        has_email: bool | None = None,
        include_deleted: bool | None = None,
        updated_after: Time | None = None,
        updated_before: Time | None = None,
        created_after: Time | None = None,
        created_before: Time | None = None,
        ids: Texts | None = None,
        order: Literal["updated_at.asc", "updated_at.desc"] | None = None,
        custom: Fields | None = None,
    ) -> int:
        """Count leads in one request, where the service gives a total.

        Filters are combined with AND, the values of a repeated filter with OR. `custom.<key>=<value>` filters by a
        custom field: it must equal the value, or contain it if it is a multi_select.

        ``GET /leads``, scope leads.read; documented publicly.

        Args:
            status: Any of these values: new, contacted, replied, qualified, disqualified, unsubscribed, bounced.
            source: Any of these values.
            owner_email: Any of these values; trimmed and case-folded.
            email: Any of these values; trimmed and case-folded.
            company_domain: Any of these values; case-folded.
            country: Any of these values.
            tag: Leads with any of these tags.
            q: Leads whose name, email or company contain all of these words.
            import_id: Leads that this import created.
            campaign_id: Leads that this campaign reached.
            has_email: Leads with, or without, an email address.
            include_deleted: Include deleted leads; their `deleted_at` is set.
            updated_after: Only objects changed after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            updated_before: Only objects last changed up to this instant; the bound itself is included. Times are
                datetimes, dates, ISO text, "7d" or "monday".
            created_after: Only objects created after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            created_before: Only objects created up to this instant; the bound itself is included. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            ids: Only the objects with these ids, at most 100.
            order: Order by updated_at, ties by id in the same direction: updated_at.asc, updated_at.desc.
            custom: Filters on custom fields, by key: ``custom={"tier": "gold"}``.

        Returns:
            The service's total; where it gives none, the objects are read and counted, and a notice says so.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            APIError: The service refused the request; the message says what to do.
        """
    def get(self, id: Id) -> Record:
        """Read one lead, deleted or not.

        ``GET /leads/{id}``, scope leads.read; our reconstruction.

        Args:
            id: Id of the object, or the object itself.

        Returns:
            A :class:`Record` with id, object, full_name, email, company_name, first_name, last_name, phone, title,
            seniority, company_domain, website, linkedin_url, industry, employee_count, country, city, status, source,
            owner_email, score, tags, external_id, custom_fields, last_contacted_at, import_id, merged_into, deleted_at,
            created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            NotFoundError: The workspace has no such object.
            APIError: The service refused the request; the message says what to do.
        """
    def create(
        self,
        values: Fields | None = None,
        *,
        full_name: str | None = ...,
        email: str | None = ...,
        company_name: str | None = ...,
        first_name: str | None = ...,
        last_name: str | None = ...,
        phone: str | None = ...,
        title: str | None = ...,
        seniority: str | None = ...,
        company_domain: str | None = ...,
        website: str | None = ...,
        linkedin_url: str | None = ...,
        industry: str | None = ...,
        employee_count: int | None = ...,
        country: str | None = ...,
        city: str | None = ...,
        status: Literal["new", "contacted", "replied", "qualified", "disqualified", "unsubscribed", "bounced"] = ...,
        source: str | None = ...,
        owner_email: str | None = ...,
        score: int | None = ...,
        tags: Sequence[str] | None = ...,
        external_id: str | None = ...,
        custom_fields: Fields | None = ...,
        last_contacted_at: Time | None = ...,
        merged_into: str | None = ...,
        idempotency_key: str | None = None,
        again: bool = False,
    ) -> Record:
        """Create a lead.

        Always creates a lead, since emails are not unique. Use upsert to avoid a duplicate.

        ``POST /leads``, scope leads.write; documented publicly.

        Args:
            values: Values by field name; they may also be keywords.
            status: Once `unsubscribed` or `bounced`, it changes only if the request names a status.
            tags: Replaces all tags; null clears.
            custom_fields: Merged by key: absent keys stay, a null value clears one, null clears all. The lead fields of
                the workspace define the types of the values.
            merged_into: Another lead of the workspace.
            idempotency_key: Your own key; sending twice with the same key takes effect once.
            again: Whether to send it even if the same was done within 24 hours; otherwise the first result is returned,
                with a notice and without a request.

        Returns:
            A :class:`Record` with id, object, full_name, email, company_name, first_name, last_name, phone, title,
            seniority, company_domain, website, linkedin_url, industry, employee_count, country, city, status, source,
            owner_email, score, tags, external_id, custom_fields, last_contacted_at, import_id, merged_into, deleted_at,
            created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            ReadOnlyError: The key or the workspace is read-only; nothing was sent.
            APIError: The service refused the request; the message says what to do.
        """
    def update(
        self,
        id: Id,
        values: Fields | None = None,
        *,
        if_updated_at: Time | None = ...,
        full_name: str | None = ...,
        email: str | None = ...,
        company_name: str | None = ...,
        first_name: str | None = ...,
        last_name: str | None = ...,
        phone: str | None = ...,
        title: str | None = ...,
        seniority: str | None = ...,
        company_domain: str | None = ...,
        website: str | None = ...,
        linkedin_url: str | None = ...,
        industry: str | None = ...,
        employee_count: int | None = ...,
        country: str | None = ...,
        city: str | None = ...,
        status: Literal["new", "contacted", "replied", "qualified", "disqualified", "unsubscribed", "bounced"] = ...,
        source: str | None = ...,
        owner_email: str | None = ...,
        score: int | None = ...,
        tags: Sequence[str] | None = ...,
        external_id: str | None = ...,
        custom_fields: Fields | None = ...,
        last_contacted_at: Time | None = ...,
        merged_into: str | None = ...,
        idempotency_key: str | None = None,
        again: bool = False,
    ) -> Record:
        """Change one lead.

        An absent field keeps its value, null clears it. `tags` are replaced, `custom_fields` are merged by key. If no
        value differs, `updated_at` does not change.

        ``PATCH /leads/{id}``, scope leads.write; our reconstruction.

        Args:
            id: Id of the object, or the object itself.
            values: Values by field name; they may also be keywords.
            if_updated_at: The `updated_at` last read: if the lead changed since, the answer is 409 `conflict`.
            status: Once `unsubscribed` or `bounced`, it changes only if the request names a status.
            tags: Replaces all tags; null clears.
            custom_fields: Merged by key: absent keys stay, a null value clears one, null clears all. The lead fields of
                the workspace define the types of the values.
            merged_into: Another lead of the workspace.
            idempotency_key: Your own key; sending twice with the same key takes effect once.
            again: Whether to send it even if the same was done within 24 hours; otherwise the first result is returned,
                with a notice and without a request.

        Returns:
            A :class:`Record` with id, object, full_name, email, company_name, first_name, last_name, phone, title,
            seniority, company_domain, website, linkedin_url, industry, employee_count, country, city, status, source,
            owner_email, score, tags, external_id, custom_fields, last_contacted_at, import_id, merged_into, deleted_at,
            created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            ReadOnlyError: The key or the workspace is read-only; nothing was sent.
            NotFoundError: The workspace has no such object.
            APIError: The service refused the request; the message says what to do.
        """
    def upsert(
        self,
        values: Fields | None = None,
        *,
        if_updated_at: Time | None = ...,
        full_name: str | None = ...,
        email: str | None = ...,
        company_name: str | None = ...,
        first_name: str | None = ...,
        last_name: str | None = ...,
        phone: str | None = ...,
        title: str | None = ...,
        seniority: str | None = ...,
        company_domain: str | None = ...,
        website: str | None = ...,
        linkedin_url: str | None = ...,
        industry: str | None = ...,
        employee_count: int | None = ...,
        country: str | None = ...,
        city: str | None = ...,
        status: Literal["new", "contacted", "replied", "qualified", "disqualified", "unsubscribed", "bounced"] = ...,
        source: str | None = ...,
        owner_email: str | None = ...,
        score: int | None = ...,
        tags: Sequence[str] | None = ...,
        external_id: str | None = ...,
        custom_fields: Fields | None = ...,
        last_contacted_at: Time | None = ...,
        merged_into: str | None = ...,
        match_on: Literal["email", "external_id"] = ...,
        idempotency_key: str | None = None,
        again: bool = False,
    ) -> Record:
        """Update the lead that matches, or create one.

        200 if one matched, 201 if one was created, 409 `ambiguous_match` if several match.

        ``POST /leads/upsert``, scope leads.write; our reconstruction.

        Args:
            values: Values by field name; they may also be keywords.
            if_updated_at: The `updated_at` last read: if the lead changed since, the answer is 409 `conflict`.
            status: Once `unsubscribed` or `bounced`, it changes only if the request names a status.
            tags: Replaces all tags; null clears.
            custom_fields: Merged by key: absent keys stay, a null value clears one, null clears all. The lead fields of
                the workspace define the types of the values.
            merged_into: Another lead of the workspace.
            match_on: Field that identifies the lead; emails match trimmed and case-folded, deleted leads never match.
            idempotency_key: Your own key; sending twice with the same key takes effect once.
            again: Whether to send it even if the same was done within 24 hours; otherwise the first result is returned,
                with a notice and without a request.

        Returns:
            A :class:`Record` with id, object, full_name, email, company_name, first_name, last_name, phone, title,
            seniority, company_domain, website, linkedin_url, industry, employee_count, country, city, status, source,
            owner_email, score, tags, external_id, custom_fields, last_contacted_at, import_id, merged_into, deleted_at,
            created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            ReadOnlyError: The key or the workspace is read-only; nothing was sent.
            APIError: The service refused the request; the message says what to do.
        """
    @overload
    def bulk_upsert(
        self,
        *,
        rows: Sequence[Fields],
        match_on: Literal["email", "external_id"] = ...,
        frame: None = None,
        columns: Sequence[str] | None = None,
        idempotency_key: str | None = None,
        again: bool = False,
    ) -> FrameT:
        """Upsert up to 100 leads.

        Rows are applied one by one, in the given order. 200 if every row was applied, 207 if any was not: see its
        `error`.

        ``POST /leads/bulk-upsert``, scope leads.write; our reconstruction.

        Args:
            rows: A row that does not validate gets the status `invalid`.
            match_on: Field that identifies the leads.
            frame: Library of the frame: "pandas", "polars", "pyarrow" or "duckdb"; by default the workspace's.
            columns: Columns to return, in this order; by default all.
            idempotency_key: Your own key; sending twice with the same key takes effect once.
            again: Whether to send it even if the same was done within 24 hours; otherwise the first result is returned,
                with a notice and without a request.

        Returns:
            A frame, with the same columns and dtypes for any number of rows: index, status, http_status, lead, error.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            ReadOnlyError: The key or the workspace is read-only; nothing was sent.
            APIError: The service refused the request; the message says what to do.
        """
    @overload
    def bulk_upsert(self, *, rows: Sequence[Fields], match_on: Literal["email", "external_id"] = ..., frame: Literal["pandas"], columns: Sequence[str] | None = None, idempotency_key: str | None = None, again: bool = False) -> pd.DataFrame: ...
    @overload
    def bulk_upsert(self, *, rows: Sequence[Fields], match_on: Literal["email", "external_id"] = ..., frame: Literal["polars"], columns: Sequence[str] | None = None, idempotency_key: str | None = None, again: bool = False) -> pl.DataFrame: ...
    @overload
    def bulk_upsert(self, *, rows: Sequence[Fields], match_on: Literal["email", "external_id"] = ..., frame: Literal["pyarrow"], columns: Sequence[str] | None = None, idempotency_key: str | None = None, again: bool = False) -> pa.Table: ...
    @overload
    def bulk_upsert(self, *, rows: Sequence[Fields], match_on: Literal["email", "external_id"] = ..., frame: Literal["duckdb"], columns: Sequence[str] | None = None, idempotency_key: str | None = None, again: bool = False) -> duckdb.DuckDBPyRelation: ...
    @overload
    def bulk_upsert(self, *, rows: Sequence[Fields], match_on: Literal["email", "external_id"] = ..., frame: FrameName | None, columns: Sequence[str] | None = None, idempotency_key: str | None = None, again: bool = False) -> DataFrame: ...
    def delete(self, id: Id, *, idempotency_key: str | None = None, again: bool = False) -> Record:
        """Delete one lead.

        The lead stays readable with `deleted_at` set, but is no longer listed, matched or changed. Deleting it again
        changes nothing.

        ``DELETE /leads/{id}``, scope leads.write; our reconstruction.

        Args:
            id: Id of the object, or the object itself.
            idempotency_key: Your own key; sending twice with the same key takes effect once.
            again: Whether to send it even if the same was done within 24 hours; otherwise the first result is returned,
                with a notice and without a request.

        Returns:
            A :class:`Record` with id, object, full_name, email, company_name, first_name, last_name, phone, title,
            seniority, company_domain, website, linkedin_url, industry, employee_count, country, city, status, source,
            owner_email, score, tags, external_id, custom_fields, last_contacted_at, import_id, merged_into, deleted_at,
            created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            ReadOnlyError: The key or the workspace is read-only; nothing was sent.
            NotFoundError: The workspace has no such object.
            APIError: The service refused the request; the message says what to do.
        """
    @overload
    def activities(
        self,
        id: Id,
        *,
        campaign_id: Texts | None = None,
        type: AnyOf[Literal["lead_created", "message_sent", "message_opened", "link_clicked", "reply_received", "message_bounced", "unsubscribed", "status_changed", "call_logged", "meeting_booked"]] | None = None,
        occurred_after: Time | None = None,
        updated_after: Time | None = None,
        updated_before: Time | None = None,
        created_after: Time | None = None,
        created_before: Time | None = None,
        ids: Texts | None = None,
        order: Literal["updated_at.asc", "updated_at.desc"] | None = None,
        frame: None = None,
        columns: Sequence[str] | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        parallel: int | None = None,
        flat: bool | None = None,
        progress: bool | None = None,
        cached: bool | None = None,
        max_age: Time | None = None,
        refresh: bool | None = None,
    ) -> FrameT:
        """List the activities of one lead, deleted or not.

        ``GET /leads/{id}/activities``, scope leads.read; our reconstruction.

        Args:
            id: Id of the object, or the object itself.
            campaign_id: Activities of any of these campaigns.
            type: Any of these values: lead_created, message_sent, message_opened, link_clicked, reply_received,
                message_bounced, unsubscribed, status_changed, call_logged, meeting_booked.
            occurred_after: Only activities after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            updated_after: Only objects changed after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            updated_before: Only objects last changed up to this instant; the bound itself is included. Times are
                datetimes, dates, ISO text, "7d" or "monday".
            created_after: Only objects created after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            created_before: Only objects created up to this instant; the bound itself is included. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            ids: Only the objects with these ids, at most 100.
            order: Order by updated_at, ties by id in the same direction: updated_at.asc, updated_at.desc.
            frame: Library of the frame: "pandas", "polars", "pyarrow" or "duckdb"; by default the workspace's.
            columns: Columns to return, in this order; by default all.
            limit: Most rows to return, newest first; by default all, oldest change first.
            page_size: Rows per request, 1 to 500.
            parallel: Windows of time to read in parallel, 1 to 8; by default chosen by latency and rate limit.
            flat: Whether to return each list as one text, for tools that do not support lists.
            progress: Whether to show a bar on a long read.
            cached: Whether to read from the mirror on this machine, which is filled first if it is empty.
            max_age: Read from the mirror, after reading what changed if it is older than this, such as "15m".
            refresh: Whether to read from the mirror after reading what changed.

        Returns:
            A frame, with the same columns and dtypes for any number of rows: id, object, lead_id, type, occurred_at,
            actor, campaign_id, summary, metadata, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            NotFoundError: The workspace has no such object.
            APIError: The service refused the request; the message says what to do.
        """
    @overload
    def activities(self, id: Id, *, campaign_id: Texts | None = None, type: AnyOf[Literal["lead_created", "message_sent", "message_opened", "link_clicked", "reply_received", "message_bounced", "unsubscribed", "status_changed", "call_logged", "meeting_booked"]] | None = None, occurred_after: Time | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pandas"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pd.DataFrame: ...
    @overload
    def activities(self, id: Id, *, campaign_id: Texts | None = None, type: AnyOf[Literal["lead_created", "message_sent", "message_opened", "link_clicked", "reply_received", "message_bounced", "unsubscribed", "status_changed", "call_logged", "meeting_booked"]] | None = None, occurred_after: Time | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["polars"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pl.DataFrame: ...
    @overload
    def activities(self, id: Id, *, campaign_id: Texts | None = None, type: AnyOf[Literal["lead_created", "message_sent", "message_opened", "link_clicked", "reply_received", "message_bounced", "unsubscribed", "status_changed", "call_logged", "meeting_booked"]] | None = None, occurred_after: Time | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pyarrow"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pa.Table: ...
    @overload
    def activities(self, id: Id, *, campaign_id: Texts | None = None, type: AnyOf[Literal["lead_created", "message_sent", "message_opened", "link_clicked", "reply_received", "message_bounced", "unsubscribed", "status_changed", "call_logged", "meeting_booked"]] | None = None, occurred_after: Time | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["duckdb"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> duckdb.DuckDBPyRelation: ...
    @overload
    def activities(self, id: Id, *, campaign_id: Texts | None = None, type: AnyOf[Literal["lead_created", "message_sent", "message_opened", "link_clicked", "reply_received", "message_bounced", "unsubscribed", "status_changed", "call_logged", "meeting_booked"]] | None = None, occurred_after: Time | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: FrameName | None, columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> DataFrame: ...
    @overload
    def messages(
        self,
        id: Id,
        *,
        campaign_id: Texts | None = None,
        direction: AnyOf[Literal["outbound", "inbound"]] | None = None,
        sent_after: Time | None = None,
        updated_after: Time | None = None,
        updated_before: Time | None = None,
        created_after: Time | None = None,
        created_before: Time | None = None,
        ids: Texts | None = None,
        order: Literal["updated_at.asc", "updated_at.desc"] | None = None,
        frame: None = None,
        columns: Sequence[str] | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        parallel: int | None = None,
        flat: bool | None = None,
        progress: bool | None = None,
        cached: bool | None = None,
        max_age: Time | None = None,
        refresh: bool | None = None,
    ) -> FrameT:
        """List the messages to and from one lead, deleted or not.

        ``GET /leads/{id}/messages``, scope messages.read; our reconstruction.

        Args:
            id: Id of the object, or the object itself.
            campaign_id: Messages of any of these campaigns.
            direction: Any of these values: outbound, inbound.
            sent_after: Only messages sent after this instant; the bound itself is excluded. Times are datetimes, dates,
                ISO text, "7d" or "monday".
            updated_after: Only objects changed after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            updated_before: Only objects last changed up to this instant; the bound itself is included. Times are
                datetimes, dates, ISO text, "7d" or "monday".
            created_after: Only objects created after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            created_before: Only objects created up to this instant; the bound itself is included. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            ids: Only the objects with these ids, at most 100.
            order: Order by updated_at, ties by id in the same direction: updated_at.asc, updated_at.desc.
            frame: Library of the frame: "pandas", "polars", "pyarrow" or "duckdb"; by default the workspace's.
            columns: Columns to return, in this order; by default all.
            limit: Most rows to return, newest first; by default all, oldest change first.
            page_size: Rows per request, 1 to 500.
            parallel: Windows of time to read in parallel, 1 to 8; by default chosen by latency and rate limit.
            flat: Whether to return each list as one text, for tools that do not support lists.
            progress: Whether to show a bar on a long read.
            cached: Whether to read from the mirror on this machine, which is filled first if it is empty.
            max_age: Read from the mirror, after reading what changed if it is older than this, such as "15m".
            refresh: Whether to read from the mirror after reading what changed.

        Returns:
            A frame, with the same columns and dtypes for any number of rows: id, object, lead_id, thread_id,
            campaign_id, direction, channel, subject, body_preview, status, sent_at, opened_at, replied_at, created_at,
            updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            NotFoundError: The workspace has no such object.
            APIError: The service refused the request; the message says what to do.
        """
    @overload
    def messages(self, id: Id, *, campaign_id: Texts | None = None, direction: AnyOf[Literal["outbound", "inbound"]] | None = None, sent_after: Time | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pandas"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pd.DataFrame: ...
    @overload
    def messages(self, id: Id, *, campaign_id: Texts | None = None, direction: AnyOf[Literal["outbound", "inbound"]] | None = None, sent_after: Time | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["polars"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pl.DataFrame: ...
    @overload
    def messages(self, id: Id, *, campaign_id: Texts | None = None, direction: AnyOf[Literal["outbound", "inbound"]] | None = None, sent_after: Time | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pyarrow"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pa.Table: ...
    @overload
    def messages(self, id: Id, *, campaign_id: Texts | None = None, direction: AnyOf[Literal["outbound", "inbound"]] | None = None, sent_after: Time | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["duckdb"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> duckdb.DuckDBPyRelation: ...
    @overload
    def messages(self, id: Id, *, campaign_id: Texts | None = None, direction: AnyOf[Literal["outbound", "inbound"]] | None = None, sent_after: Time | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: FrameName | None, columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> DataFrame: ...

class LeadFields(Listed[FrameT]):
    """``ws.lead_fields``: one row is one field that leads of this workspace have, built-in or custom.

    Listing them also updates the types of custom fields, so that a new field gets its type in the next frame.
    """
    @overload
    def list(
        self,
        *,
        updated_after: Time | None = None,
        updated_before: Time | None = None,
        created_after: Time | None = None,
        created_before: Time | None = None,
        ids: Texts | None = None,
        order: Literal["updated_at.asc", "updated_at.desc"] | None = None,
        frame: None = None,
        columns: Sequence[str] | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        parallel: int | None = None,
        flat: bool | None = None,
        progress: bool | None = None,
        cached: bool | None = None,
        max_age: Time | None = None,
        refresh: bool | None = None,
    ) -> FrameT:
        """List lead fields.

        ``GET /lead-fields``, scope lead-fields.read; our reconstruction.

        Args:
            updated_after: Only objects changed after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            updated_before: Only objects last changed up to this instant; the bound itself is included. Times are
                datetimes, dates, ISO text, "7d" or "monday".
            created_after: Only objects created after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            created_before: Only objects created up to this instant; the bound itself is included. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            ids: Only the objects with these ids, at most 100.
            order: Order by updated_at, ties by id in the same direction: updated_at.asc, updated_at.desc.
            frame: Library of the frame: "pandas", "polars", "pyarrow" or "duckdb"; by default the workspace's.
            columns: Columns to return, in this order; by default all.
            limit: Most rows to return, newest first; by default all, oldest change first.
            page_size: Rows per request, 1 to 500.
            parallel: Windows of time to read in parallel, 1 to 8; by default chosen by latency and rate limit.
            flat: Whether to return each list as one text, for tools that do not support lists.
            progress: Whether to show a bar on a long read.
            cached: Whether to read from the mirror on this machine, which is filled first if it is empty.
            max_age: Read from the mirror, after reading what changed if it is older than this, such as "15m".
            refresh: Whether to read from the mirror after reading what changed.

        Returns:
            A frame, with the same columns and dtypes for any number of rows: id, object, key, label, type, required,
            options, builtin, position, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            APIError: The service refused the request; the message says what to do.
        """
    @overload
    def list(self, *, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pandas"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pd.DataFrame: ...
    @overload
    def list(self, *, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["polars"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pl.DataFrame: ...
    @overload
    def list(self, *, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pyarrow"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pa.Table: ...
    @overload
    def list(self, *, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["duckdb"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> duckdb.DuckDBPyRelation: ...
    @overload
    def list(self, *, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: FrameName | None, columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> DataFrame: ...
    def get(self, key: Id) -> Record:
        """Read one lead field by its key.

        ``GET /lead-fields/{key}``, scope lead-fields.read; our reconstruction.

        Args:
            key: Key of the lead field.

        Returns:
            A :class:`Record` with id, object, key, label, type, required, options, builtin, position, created_at,
            updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            NotFoundError: The workspace has no such object.
            APIError: The service refused the request; the message says what to do.
        """

class Activities(Listed[FrameT]):
    """``ws.activities``: one row is one thing that happened to a lead."""
    @overload
    def list(
        self,
        *,
        campaign_id: Texts | None = None,
        type: AnyOf[Literal["lead_created", "message_sent", "message_opened", "link_clicked", "reply_received", "message_bounced", "unsubscribed", "status_changed", "call_logged", "meeting_booked"]] | None = None,
        occurred_after: Time | None = None,
        lead_id: Texts | None = None,
        updated_after: Time | None = None,
        updated_before: Time | None = None,
        created_after: Time | None = None,
        created_before: Time | None = None,
        ids: Texts | None = None,
        order: Literal["updated_at.asc", "updated_at.desc"] | None = None,
        frame: None = None,
        columns: Sequence[str] | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        parallel: int | None = None,
        flat: bool | None = None,
        progress: bool | None = None,
        cached: bool | None = None,
        max_age: Time | None = None,
        refresh: bool | None = None,
    ) -> FrameT:
        """List activities.

        ``GET /activities``, scope leads.read; our reconstruction.

        Args:
            campaign_id: Activities of any of these campaigns.
            type: Any of these values: lead_created, message_sent, message_opened, link_clicked, reply_received,
                message_bounced, unsubscribed, status_changed, call_logged, meeting_booked.
            occurred_after: Only activities after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            lead_id: Activities of any of these leads.
            updated_after: Only objects changed after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            updated_before: Only objects last changed up to this instant; the bound itself is included. Times are
                datetimes, dates, ISO text, "7d" or "monday".
            created_after: Only objects created after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            created_before: Only objects created up to this instant; the bound itself is included. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            ids: Only the objects with these ids, at most 100.
            order: Order by updated_at, ties by id in the same direction: updated_at.asc, updated_at.desc.
            frame: Library of the frame: "pandas", "polars", "pyarrow" or "duckdb"; by default the workspace's.
            columns: Columns to return, in this order; by default all.
            limit: Most rows to return, newest first; by default all, oldest change first.
            page_size: Rows per request, 1 to 500.
            parallel: Windows of time to read in parallel, 1 to 8; by default chosen by latency and rate limit.
            flat: Whether to return each list as one text, for tools that do not support lists.
            progress: Whether to show a bar on a long read.
            cached: Whether to read from the mirror on this machine, which is filled first if it is empty.
            max_age: Read from the mirror, after reading what changed if it is older than this, such as "15m".
            refresh: Whether to read from the mirror after reading what changed.

        Returns:
            A frame, with the same columns and dtypes for any number of rows: id, object, lead_id, type, occurred_at,
            actor, campaign_id, summary, metadata, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            APIError: The service refused the request; the message says what to do.
        """
    @overload
    def list(self, *, campaign_id: Texts | None = None, type: AnyOf[Literal["lead_created", "message_sent", "message_opened", "link_clicked", "reply_received", "message_bounced", "unsubscribed", "status_changed", "call_logged", "meeting_booked"]] | None = None, occurred_after: Time | None = None, lead_id: Texts | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pandas"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pd.DataFrame: ...
    @overload
    def list(self, *, campaign_id: Texts | None = None, type: AnyOf[Literal["lead_created", "message_sent", "message_opened", "link_clicked", "reply_received", "message_bounced", "unsubscribed", "status_changed", "call_logged", "meeting_booked"]] | None = None, occurred_after: Time | None = None, lead_id: Texts | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["polars"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pl.DataFrame: ...
    @overload
    def list(self, *, campaign_id: Texts | None = None, type: AnyOf[Literal["lead_created", "message_sent", "message_opened", "link_clicked", "reply_received", "message_bounced", "unsubscribed", "status_changed", "call_logged", "meeting_booked"]] | None = None, occurred_after: Time | None = None, lead_id: Texts | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pyarrow"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pa.Table: ...
    @overload
    def list(self, *, campaign_id: Texts | None = None, type: AnyOf[Literal["lead_created", "message_sent", "message_opened", "link_clicked", "reply_received", "message_bounced", "unsubscribed", "status_changed", "call_logged", "meeting_booked"]] | None = None, occurred_after: Time | None = None, lead_id: Texts | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["duckdb"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> duckdb.DuckDBPyRelation: ...
    @overload
    def list(self, *, campaign_id: Texts | None = None, type: AnyOf[Literal["lead_created", "message_sent", "message_opened", "link_clicked", "reply_received", "message_bounced", "unsubscribed", "status_changed", "call_logged", "meeting_booked"]] | None = None, occurred_after: Time | None = None, lead_id: Texts | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: FrameName | None, columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> DataFrame: ...
    @overload
    def pages(
        self,
        *,
        campaign_id: Texts | None = None,
        type: AnyOf[Literal["lead_created", "message_sent", "message_opened", "link_clicked", "reply_received", "message_bounced", "unsubscribed", "status_changed", "call_logged", "meeting_booked"]] | None = None,
        occurred_after: Time | None = None,
        lead_id: Texts | None = None,
        updated_after: Time | None = None,
        updated_before: Time | None = None,
        created_after: Time | None = None,
        created_before: Time | None = None,
        ids: Texts | None = None,
        order: Literal["updated_at.asc", "updated_at.desc"] | None = None,
        frame: None = None,
        columns: Sequence[str] | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        flat: bool | None = None,
    ) -> Iterator[FrameT]:
        """List activities, page by page, in bounded memory.

        ``GET /activities``, scope leads.read; our reconstruction.

        Args:
            campaign_id: Activities of any of these campaigns.
            type: Any of these values: lead_created, message_sent, message_opened, link_clicked, reply_received,
                message_bounced, unsubscribed, status_changed, call_logged, meeting_booked.
            occurred_after: Only activities after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            lead_id: Activities of any of these leads.
            updated_after: Only objects changed after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            updated_before: Only objects last changed up to this instant; the bound itself is included. Times are
                datetimes, dates, ISO text, "7d" or "monday".
            created_after: Only objects created after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            created_before: Only objects created up to this instant; the bound itself is included. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            ids: Only the objects with these ids, at most 100.
            order: Order by updated_at, ties by id in the same direction: updated_at.asc, updated_at.desc.
            frame: Library of the frame: "pandas", "polars", "pyarrow" or "duckdb"; by default the workspace's.
            columns: Columns to return, in this order; by default all.
            limit: Most rows to return, newest first; by default all, oldest change first.
            page_size: Rows per request, 1 to 500.
            flat: Whether to return each list as one text, for tools that do not support lists.

        Returns:
            Frames, one for each page, with the same columns and dtypes for any number of rows: id, object, lead_id,
            type, occurred_at, actor, campaign_id, summary, metadata, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            APIError: The service refused the request; the message says what to do.
        """
    @overload
    def pages(self, *, campaign_id: Texts | None = None, type: AnyOf[Literal["lead_created", "message_sent", "message_opened", "link_clicked", "reply_received", "message_bounced", "unsubscribed", "status_changed", "call_logged", "meeting_booked"]] | None = None, occurred_after: Time | None = None, lead_id: Texts | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pandas"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, flat: bool | None = None) -> Iterator[pd.DataFrame]: ...
    @overload
    def pages(self, *, campaign_id: Texts | None = None, type: AnyOf[Literal["lead_created", "message_sent", "message_opened", "link_clicked", "reply_received", "message_bounced", "unsubscribed", "status_changed", "call_logged", "meeting_booked"]] | None = None, occurred_after: Time | None = None, lead_id: Texts | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["polars"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, flat: bool | None = None) -> Iterator[pl.DataFrame]: ...
    @overload
    def pages(self, *, campaign_id: Texts | None = None, type: AnyOf[Literal["lead_created", "message_sent", "message_opened", "link_clicked", "reply_received", "message_bounced", "unsubscribed", "status_changed", "call_logged", "meeting_booked"]] | None = None, occurred_after: Time | None = None, lead_id: Texts | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pyarrow"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, flat: bool | None = None) -> Iterator[pa.Table]: ...
    @overload
    def pages(self, *, campaign_id: Texts | None = None, type: AnyOf[Literal["lead_created", "message_sent", "message_opened", "link_clicked", "reply_received", "message_bounced", "unsubscribed", "status_changed", "call_logged", "meeting_booked"]] | None = None, occurred_after: Time | None = None, lead_id: Texts | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["duckdb"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, flat: bool | None = None) -> Iterator[duckdb.DuckDBPyRelation]: ...
    @overload
    def pages(self, *, campaign_id: Texts | None = None, type: AnyOf[Literal["lead_created", "message_sent", "message_opened", "link_clicked", "reply_received", "message_bounced", "unsubscribed", "status_changed", "call_logged", "meeting_booked"]] | None = None, occurred_after: Time | None = None, lead_id: Texts | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: FrameName | None, columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, flat: bool | None = None) -> Iterator[DataFrame]: ...

class Messages(Listed[FrameT]):
    """``ws.messages``: one row is one message to or from a lead."""
    @overload
    def list(
        self,
        *,
        campaign_id: Texts | None = None,
        direction: AnyOf[Literal["outbound", "inbound"]] | None = None,
        sent_after: Time | None = None,
        lead_id: Texts | None = None,
        updated_after: Time | None = None,
        updated_before: Time | None = None,
        created_after: Time | None = None,
        created_before: Time | None = None,
        ids: Texts | None = None,
        order: Literal["updated_at.asc", "updated_at.desc"] | None = None,
        frame: None = None,
        columns: Sequence[str] | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        parallel: int | None = None,
        flat: bool | None = None,
        progress: bool | None = None,
        cached: bool | None = None,
        max_age: Time | None = None,
        refresh: bool | None = None,
    ) -> FrameT:
        """List messages.

        ``GET /messages``, scope messages.read; our reconstruction.

        Args:
            campaign_id: Messages of any of these campaigns.
            direction: Any of these values: outbound, inbound.
            sent_after: Only messages sent after this instant; the bound itself is excluded. Times are datetimes, dates,
                ISO text, "7d" or "monday".
            lead_id: Messages to or from any of these leads.
            updated_after: Only objects changed after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            updated_before: Only objects last changed up to this instant; the bound itself is included. Times are
                datetimes, dates, ISO text, "7d" or "monday".
            created_after: Only objects created after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            created_before: Only objects created up to this instant; the bound itself is included. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            ids: Only the objects with these ids, at most 100.
            order: Order by updated_at, ties by id in the same direction: updated_at.asc, updated_at.desc.
            frame: Library of the frame: "pandas", "polars", "pyarrow" or "duckdb"; by default the workspace's.
            columns: Columns to return, in this order; by default all.
            limit: Most rows to return, newest first; by default all, oldest change first.
            page_size: Rows per request, 1 to 500.
            parallel: Windows of time to read in parallel, 1 to 8; by default chosen by latency and rate limit.
            flat: Whether to return each list as one text, for tools that do not support lists.
            progress: Whether to show a bar on a long read.
            cached: Whether to read from the mirror on this machine, which is filled first if it is empty.
            max_age: Read from the mirror, after reading what changed if it is older than this, such as "15m".
            refresh: Whether to read from the mirror after reading what changed.

        Returns:
            A frame, with the same columns and dtypes for any number of rows: id, object, lead_id, thread_id,
            campaign_id, direction, channel, subject, body_preview, status, sent_at, opened_at, replied_at, created_at,
            updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            APIError: The service refused the request; the message says what to do.
        """
    @overload
    def list(self, *, campaign_id: Texts | None = None, direction: AnyOf[Literal["outbound", "inbound"]] | None = None, sent_after: Time | None = None, lead_id: Texts | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pandas"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pd.DataFrame: ...
    @overload
    def list(self, *, campaign_id: Texts | None = None, direction: AnyOf[Literal["outbound", "inbound"]] | None = None, sent_after: Time | None = None, lead_id: Texts | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["polars"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pl.DataFrame: ...
    @overload
    def list(self, *, campaign_id: Texts | None = None, direction: AnyOf[Literal["outbound", "inbound"]] | None = None, sent_after: Time | None = None, lead_id: Texts | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pyarrow"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pa.Table: ...
    @overload
    def list(self, *, campaign_id: Texts | None = None, direction: AnyOf[Literal["outbound", "inbound"]] | None = None, sent_after: Time | None = None, lead_id: Texts | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["duckdb"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> duckdb.DuckDBPyRelation: ...
    @overload
    def list(self, *, campaign_id: Texts | None = None, direction: AnyOf[Literal["outbound", "inbound"]] | None = None, sent_after: Time | None = None, lead_id: Texts | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: FrameName | None, columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> DataFrame: ...
    @overload
    def pages(
        self,
        *,
        campaign_id: Texts | None = None,
        direction: AnyOf[Literal["outbound", "inbound"]] | None = None,
        sent_after: Time | None = None,
        lead_id: Texts | None = None,
        updated_after: Time | None = None,
        updated_before: Time | None = None,
        created_after: Time | None = None,
        created_before: Time | None = None,
        ids: Texts | None = None,
        order: Literal["updated_at.asc", "updated_at.desc"] | None = None,
        frame: None = None,
        columns: Sequence[str] | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        flat: bool | None = None,
    ) -> Iterator[FrameT]:
        """List messages, page by page, in bounded memory.

        ``GET /messages``, scope messages.read; our reconstruction.

        Args:
            campaign_id: Messages of any of these campaigns.
            direction: Any of these values: outbound, inbound.
            sent_after: Only messages sent after this instant; the bound itself is excluded. Times are datetimes, dates,
                ISO text, "7d" or "monday".
            lead_id: Messages to or from any of these leads.
            updated_after: Only objects changed after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            updated_before: Only objects last changed up to this instant; the bound itself is included. Times are
                datetimes, dates, ISO text, "7d" or "monday".
            created_after: Only objects created after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            created_before: Only objects created up to this instant; the bound itself is included. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            ids: Only the objects with these ids, at most 100.
            order: Order by updated_at, ties by id in the same direction: updated_at.asc, updated_at.desc.
            frame: Library of the frame: "pandas", "polars", "pyarrow" or "duckdb"; by default the workspace's.
            columns: Columns to return, in this order; by default all.
            limit: Most rows to return, newest first; by default all, oldest change first.
            page_size: Rows per request, 1 to 500.
            flat: Whether to return each list as one text, for tools that do not support lists.

        Returns:
            Frames, one for each page, with the same columns and dtypes for any number of rows: id, object, lead_id,
            thread_id, campaign_id, direction, channel, subject, body_preview, status, sent_at, opened_at, replied_at,
            created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            APIError: The service refused the request; the message says what to do.
        """
    @overload
    def pages(self, *, campaign_id: Texts | None = None, direction: AnyOf[Literal["outbound", "inbound"]] | None = None, sent_after: Time | None = None, lead_id: Texts | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pandas"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, flat: bool | None = None) -> Iterator[pd.DataFrame]: ...
    @overload
    def pages(self, *, campaign_id: Texts | None = None, direction: AnyOf[Literal["outbound", "inbound"]] | None = None, sent_after: Time | None = None, lead_id: Texts | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["polars"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, flat: bool | None = None) -> Iterator[pl.DataFrame]: ...
    @overload
    def pages(self, *, campaign_id: Texts | None = None, direction: AnyOf[Literal["outbound", "inbound"]] | None = None, sent_after: Time | None = None, lead_id: Texts | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pyarrow"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, flat: bool | None = None) -> Iterator[pa.Table]: ...
    @overload
    def pages(self, *, campaign_id: Texts | None = None, direction: AnyOf[Literal["outbound", "inbound"]] | None = None, sent_after: Time | None = None, lead_id: Texts | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["duckdb"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, flat: bool | None = None) -> Iterator[duckdb.DuckDBPyRelation]: ...
    @overload
    def pages(self, *, campaign_id: Texts | None = None, direction: AnyOf[Literal["outbound", "inbound"]] | None = None, sent_after: Time | None = None, lead_id: Texts | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: FrameName | None, columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, flat: bool | None = None) -> Iterator[DataFrame]: ...
    def get(self, id: Id) -> Record:
        """Read one message.

        ``GET /messages/{id}``, scope messages.read; our reconstruction.

        Args:
            id: Id of the object, or the object itself.

        Returns:
            A :class:`Record` with id, object, lead_id, thread_id, campaign_id, direction, channel, subject,
            body_preview, status, sent_at, opened_at, replied_at, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            NotFoundError: The workspace has no such object.
            APIError: The service refused the request; the message says what to do.
        """

class Imports(ImportRuns[FrameT]):
    """``ws.imports``: one row is one import of rows as leads."""
    @overload
    def list(
        self,
        *,
        status: AnyOf[Literal["queued", "running", "completed", "failed", "cancelled"]] | None = None,
        updated_after: Time | None = None,
        updated_before: Time | None = None,
        created_after: Time | None = None,
        created_before: Time | None = None,
        ids: Texts | None = None,
        order: Literal["updated_at.asc", "updated_at.desc"] | None = None,
        frame: None = None,
        columns: Sequence[str] | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        parallel: int | None = None,
        flat: bool | None = None,
        progress: bool | None = None,
        cached: bool | None = None,
        max_age: Time | None = None,
        refresh: bool | None = None,
    ) -> FrameT:
        """List imports.

        ``GET /imports``, scope leads.import; our reconstruction.

        Args:
            status: Any of these values: queued, running, completed, failed, cancelled.
            updated_after: Only objects changed after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            updated_before: Only objects last changed up to this instant; the bound itself is included. Times are
                datetimes, dates, ISO text, "7d" or "monday".
            created_after: Only objects created after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            created_before: Only objects created up to this instant; the bound itself is included. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            ids: Only the objects with these ids, at most 100.
            order: Order by updated_at, ties by id in the same direction: updated_at.asc, updated_at.desc.
            frame: Library of the frame: "pandas", "polars", "pyarrow" or "duckdb"; by default the workspace's.
            columns: Columns to return, in this order; by default all.
            limit: Most rows to return, newest first; by default all, oldest change first.
            page_size: Rows per request, 1 to 500.
            parallel: Windows of time to read in parallel, 1 to 8; by default chosen by latency and rate limit.
            flat: Whether to return each list as one text, for tools that do not support lists.
            progress: Whether to show a bar on a long read.
            cached: Whether to read from the mirror on this machine, which is filled first if it is empty.
            max_age: Read from the mirror, after reading what changed if it is older than this, such as "15m".
            refresh: Whether to read from the mirror after reading what changed.

        Returns:
            A frame, with the same columns and dtypes for any number of rows: id, object, job_id, status, filename,
            mapping, match_on, dry_run, total_rows, created_count, updated_count, skipped_count, error_count,
            started_at, finished_at, request_id, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            APIError: The service refused the request; the message says what to do.
        """
    @overload
    def list(self, *, status: AnyOf[Literal["queued", "running", "completed", "failed", "cancelled"]] | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pandas"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pd.DataFrame: ...
    @overload
    def list(self, *, status: AnyOf[Literal["queued", "running", "completed", "failed", "cancelled"]] | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["polars"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pl.DataFrame: ...
    @overload
    def list(self, *, status: AnyOf[Literal["queued", "running", "completed", "failed", "cancelled"]] | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pyarrow"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pa.Table: ...
    @overload
    def list(self, *, status: AnyOf[Literal["queued", "running", "completed", "failed", "cancelled"]] | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["duckdb"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> duckdb.DuckDBPyRelation: ...
    @overload
    def list(self, *, status: AnyOf[Literal["queued", "running", "completed", "failed", "cancelled"]] | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: FrameName | None, columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> DataFrame: ...
    def get(self, id: Id) -> Record:
        """Read one import.

        ``GET /imports/{id}``, scope leads.import; our reconstruction.

        Args:
            id: Id of the object, or the object itself.

        Returns:
            A :class:`Record` with id, object, job_id, status, filename, mapping, match_on, dry_run, total_rows,
            created_count, updated_count, skipped_count, error_count, started_at, finished_at, request_id, created_at,
            updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            NotFoundError: The workspace has no such object.
            APIError: The service refused the request; the message says what to do.
        """
    @overload
    def errors(
        self,
        id: ImportRun | Id,
        *,
        updated_after: Time | None = None,
        updated_before: Time | None = None,
        created_after: Time | None = None,
        created_before: Time | None = None,
        ids: Texts | None = None,
        order: Literal["updated_at.asc", "updated_at.desc"] | None = None,
        frame: None = None,
        columns: Sequence[str] | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        parallel: int | None = None,
        flat: bool | None = None,
        progress: bool | None = None,
        cached: bool | None = None,
        max_age: Time | None = None,
        refresh: bool | None = None,
    ) -> FrameT:
        """List the errors of an import, in the order of its rows.

        ``GET /imports/{id}/errors``, scope leads.import; our reconstruction.

        Args:
            id: Id of the object, or the object itself.
            updated_after: Only objects changed after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            updated_before: Only objects last changed up to this instant; the bound itself is included. Times are
                datetimes, dates, ISO text, "7d" or "monday".
            created_after: Only objects created after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            created_before: Only objects created up to this instant; the bound itself is included. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            ids: Only the objects with these ids, at most 100.
            order: Order by updated_at, ties by id in the same direction: updated_at.asc, updated_at.desc.
            frame: Library of the frame: "pandas", "polars", "pyarrow" or "duckdb"; by default the workspace's.
            columns: Columns to return, in this order; by default all.
            limit: Most rows to return, newest first; by default all, oldest change first.
            page_size: Rows per request, 1 to 500.
            parallel: Windows of time to read in parallel, 1 to 8; by default chosen by latency and rate limit.
            flat: Whether to return each list as one text, for tools that do not support lists.
            progress: Whether to show a bar on a long read.
            cached: Whether to read from the mirror on this machine, which is filled first if it is empty.
            max_age: Read from the mirror, after reading what changed if it is older than this, such as "15m".
            refresh: Whether to read from the mirror after reading what changed.

        Returns:
            A frame, with the same columns and dtypes for any number of rows: id, object, import_id, row_number, field,
            code, message, raw, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            NotFoundError: The workspace has no such object.
            APIError: The service refused the request; the message says what to do.
        """
    @overload
    def errors(self, id: ImportRun | Id, *, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pandas"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pd.DataFrame: ...
    @overload
    def errors(self, id: ImportRun | Id, *, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["polars"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pl.DataFrame: ...
    @overload
    def errors(self, id: ImportRun | Id, *, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pyarrow"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pa.Table: ...
    @overload
    def errors(self, id: ImportRun | Id, *, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["duckdb"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> duckdb.DuckDBPyRelation: ...
    @overload
    def errors(self, id: ImportRun | Id, *, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: FrameName | None, columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> DataFrame: ...

class Exports(ExportRows[FrameT]):
    """``ws.exports``: one row is one file of leads, written by a job and downloaded in the signed-in workspace."""
    @overload
    def list(
        self,
        *,
        status: AnyOf[Literal["queued", "running", "completed", "failed", "cancelled"]] | None = None,
        updated_after: Time | None = None,
        updated_before: Time | None = None,
        created_after: Time | None = None,
        created_before: Time | None = None,
        ids: Texts | None = None,
        order: Literal["updated_at.asc", "updated_at.desc"] | None = None,
        frame: None = None,
        columns: Sequence[str] | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        parallel: int | None = None,
        flat: bool | None = None,
        progress: bool | None = None,
        cached: bool | None = None,
        max_age: Time | None = None,
        refresh: bool | None = None,
    ) -> FrameT:
        """List exports.

        ``GET /exports``, scope leads.export; our reconstruction.

        Args:
            status: Any of these values: queued, running, completed, failed, cancelled.
            updated_after: Only objects changed after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            updated_before: Only objects last changed up to this instant; the bound itself is included. Times are
                datetimes, dates, ISO text, "7d" or "monday".
            created_after: Only objects created after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            created_before: Only objects created up to this instant; the bound itself is included. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            ids: Only the objects with these ids, at most 100.
            order: Order by updated_at, ties by id in the same direction: updated_at.asc, updated_at.desc.
            frame: Library of the frame: "pandas", "polars", "pyarrow" or "duckdb"; by default the workspace's.
            columns: Columns to return, in this order; by default all.
            limit: Most rows to return, newest first; by default all, oldest change first.
            page_size: Rows per request, 1 to 500.
            parallel: Windows of time to read in parallel, 1 to 8; by default chosen by latency and rate limit.
            flat: Whether to return each list as one text, for tools that do not support lists.
            progress: Whether to show a bar on a long read.
            cached: Whether to read from the mirror on this machine, which is filled first if it is empty.
            max_age: Read from the mirror, after reading what changed if it is older than this, such as "15m".
            refresh: Whether to read from the mirror after reading what changed.

        Returns:
            A frame, with the same columns and dtypes for any number of rows: id, object, job_id, status, format,
            filters, fields, row_count, started_at, finished_at, request_id, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            APIError: The service refused the request; the message says what to do.
        """
    @overload
    def list(self, *, status: AnyOf[Literal["queued", "running", "completed", "failed", "cancelled"]] | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pandas"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pd.DataFrame: ...
    @overload
    def list(self, *, status: AnyOf[Literal["queued", "running", "completed", "failed", "cancelled"]] | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["polars"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pl.DataFrame: ...
    @overload
    def list(self, *, status: AnyOf[Literal["queued", "running", "completed", "failed", "cancelled"]] | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pyarrow"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pa.Table: ...
    @overload
    def list(self, *, status: AnyOf[Literal["queued", "running", "completed", "failed", "cancelled"]] | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["duckdb"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> duckdb.DuckDBPyRelation: ...
    @overload
    def list(self, *, status: AnyOf[Literal["queued", "running", "completed", "failed", "cancelled"]] | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: FrameName | None, columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> DataFrame: ...
    def get(self, id: Id) -> Record:
        """Read one export.

        ``GET /exports/{id}``, scope leads.export; our reconstruction.

        Args:
            id: Id of the object, or the object itself.

        Returns:
            A :class:`Record` with id, object, job_id, status, format, filters, fields, row_count, started_at,
            finished_at, request_id, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            NotFoundError: The workspace has no such object.
            APIError: The service refused the request; the message says what to do.
        """
    def create(
        self,
        values: Fields | None = None,
        *,
        format: Literal["csv", "jsonl", "xlsx"] = ...,
        filters: Fields = ...,
        fields: Sequence[str] | None = ...,
        idempotency_key: str | None = None,
        again: bool = False,
    ) -> Record:
        """Write leads to a file.

        A job writes the leads that match the filters at its end, in the order of the list. The file can be downloaded
        in the signed-in workspace for 7 days.

        ``POST /exports``, scope leads.export; our reconstruction.

        Args:
            values: Values by field name; they may also be keywords.
            filters: The filters of `GET /leads`, including `custom.<key>`; several values as a list. Without filters:
                all leads that are not deleted.
            fields: Fields to write: those of a lead, and custom fields by their keys; all of them by default.
            idempotency_key: Your own key; sending twice with the same key takes effect once.
            again: Whether to send it even if the same was done within 24 hours; otherwise the first result is returned,
                with a notice and without a request.

        Returns:
            A :class:`Record` with id, object, job_id, status, format, filters, fields, row_count, started_at,
            finished_at, request_id, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            ReadOnlyError: The key or the workspace is read-only; nothing was sent.
            APIError: The service refused the request; the message says what to do.
        """
    def readiness(self, id: Id) -> Record:
        """Check whether the file is ready.

        Returns readiness, size and digest only: the API serves neither the file nor a link to it.

        ``GET /exports/{id}/download``, scope leads.export; documented publicly.

        Args:
            id: Id of the object, or the object itself.

        Returns:
            A :class:`Record` with id, object, export_id, status, ready, format, row_count, size_bytes, sha256,
            expires_at, where, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            NotFoundError: The workspace has no such object.
            APIError: The service refused the request; the message says what to do.
        """

class Jobs(JobWaits[FrameT]):
    """``ws.jobs``: one row is one job, which continues after its request was answered."""
    @overload
    def list(
        self,
        *,
        status: AnyOf[Literal["queued", "running", "completed", "failed", "cancelled"]] | None = None,
        type: AnyOf[Literal["import", "export", "campaign_run", "prospector_run"]] | None = None,
        updated_after: Time | None = None,
        updated_before: Time | None = None,
        created_after: Time | None = None,
        created_before: Time | None = None,
        ids: Texts | None = None,
        order: Literal["updated_at.asc", "updated_at.desc"] | None = None,
        frame: None = None,
        columns: Sequence[str] | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        parallel: int | None = None,
        flat: bool | None = None,
        progress: bool | None = None,
        cached: bool | None = None,
        max_age: Time | None = None,
        refresh: bool | None = None,
    ) -> FrameT:
        """List jobs.

        ``GET /jobs``, scope jobs.read; our reconstruction.

        Args:
            status: Any of these values: queued, running, completed, failed, cancelled.
            type: Any of these values: import, export, campaign_run, prospector_run.
            updated_after: Only objects changed after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            updated_before: Only objects last changed up to this instant; the bound itself is included. Times are
                datetimes, dates, ISO text, "7d" or "monday".
            created_after: Only objects created after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            created_before: Only objects created up to this instant; the bound itself is included. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            ids: Only the objects with these ids, at most 100.
            order: Order by updated_at, ties by id in the same direction: updated_at.asc, updated_at.desc.
            frame: Library of the frame: "pandas", "polars", "pyarrow" or "duckdb"; by default the workspace's.
            columns: Columns to return, in this order; by default all.
            limit: Most rows to return, newest first; by default all, oldest change first.
            page_size: Rows per request, 1 to 500.
            parallel: Windows of time to read in parallel, 1 to 8; by default chosen by latency and rate limit.
            flat: Whether to return each list as one text, for tools that do not support lists.
            progress: Whether to show a bar on a long read.
            cached: Whether to read from the mirror on this machine, which is filled first if it is empty.
            max_age: Read from the mirror, after reading what changed if it is older than this, such as "15m".
            refresh: Whether to read from the mirror after reading what changed.

        Returns:
            A frame, with the same columns and dtypes for any number of rows: id, object, type, status, progress,
            resource_type, resource_id, attempt, error_code, error_message, queued_at, started_at, finished_at,
            request_id, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            APIError: The service refused the request; the message says what to do.
        """
    @overload
    def list(self, *, status: AnyOf[Literal["queued", "running", "completed", "failed", "cancelled"]] | None = None, type: AnyOf[Literal["import", "export", "campaign_run", "prospector_run"]] | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pandas"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pd.DataFrame: ...
    @overload
    def list(self, *, status: AnyOf[Literal["queued", "running", "completed", "failed", "cancelled"]] | None = None, type: AnyOf[Literal["import", "export", "campaign_run", "prospector_run"]] | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["polars"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pl.DataFrame: ...
    @overload
    def list(self, *, status: AnyOf[Literal["queued", "running", "completed", "failed", "cancelled"]] | None = None, type: AnyOf[Literal["import", "export", "campaign_run", "prospector_run"]] | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pyarrow"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pa.Table: ...
    @overload
    def list(self, *, status: AnyOf[Literal["queued", "running", "completed", "failed", "cancelled"]] | None = None, type: AnyOf[Literal["import", "export", "campaign_run", "prospector_run"]] | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["duckdb"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> duckdb.DuckDBPyRelation: ...
    @overload
    def list(self, *, status: AnyOf[Literal["queued", "running", "completed", "failed", "cancelled"]] | None = None, type: AnyOf[Literal["import", "export", "campaign_run", "prospector_run"]] | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: FrameName | None, columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> DataFrame: ...
    def get(self, id: Id) -> Record:
        """Read one job.

        ``GET /jobs/{id}``, scope jobs.read; our reconstruction.

        Args:
            id: Id of the object, or the object itself.

        Returns:
            A :class:`Record` with id, object, type, status, progress, resource_type, resource_id, attempt, error,
            queued_at, started_at, finished_at, request_id, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            NotFoundError: The workspace has no such object.
            APIError: The service refused the request; the message says what to do.
        """
    @overload
    def events(
        self,
        id: Id,
        *,
        updated_after: Time | None = None,
        updated_before: Time | None = None,
        created_after: Time | None = None,
        created_before: Time | None = None,
        ids: Texts | None = None,
        order: Literal["updated_at.asc", "updated_at.desc"] | None = None,
        frame: None = None,
        columns: Sequence[str] | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        parallel: int | None = None,
        flat: bool | None = None,
        progress: bool | None = None,
        cached: bool | None = None,
        max_age: Time | None = None,
        refresh: bool | None = None,
    ) -> FrameT:
        """List the events of a job, oldest first.

        ``GET /jobs/{id}/events``, scope jobs.read; our reconstruction.

        Args:
            id: Id of the object, or the object itself.
            updated_after: Only objects changed after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            updated_before: Only objects last changed up to this instant; the bound itself is included. Times are
                datetimes, dates, ISO text, "7d" or "monday".
            created_after: Only objects created after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            created_before: Only objects created up to this instant; the bound itself is included. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            ids: Only the objects with these ids, at most 100.
            order: Order by updated_at, ties by id in the same direction: updated_at.asc, updated_at.desc.
            frame: Library of the frame: "pandas", "polars", "pyarrow" or "duckdb"; by default the workspace's.
            columns: Columns to return, in this order; by default all.
            limit: Most rows to return, newest first; by default all, oldest change first.
            page_size: Rows per request, 1 to 500.
            parallel: Windows of time to read in parallel, 1 to 8; by default chosen by latency and rate limit.
            flat: Whether to return each list as one text, for tools that do not support lists.
            progress: Whether to show a bar on a long read.
            cached: Whether to read from the mirror on this machine, which is filled first if it is empty.
            max_age: Read from the mirror, after reading what changed if it is older than this, such as "15m".
            refresh: Whether to read from the mirror after reading what changed.

        Returns:
            A frame, with the same columns and dtypes for any number of rows: id, object, job_id, occurred_at, level,
            message, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            NotFoundError: The workspace has no such object.
            APIError: The service refused the request; the message says what to do.
        """
    @overload
    def events(self, id: Id, *, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pandas"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pd.DataFrame: ...
    @overload
    def events(self, id: Id, *, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["polars"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pl.DataFrame: ...
    @overload
    def events(self, id: Id, *, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pyarrow"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pa.Table: ...
    @overload
    def events(self, id: Id, *, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["duckdb"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> duckdb.DuckDBPyRelation: ...
    @overload
    def events(self, id: Id, *, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: FrameName | None, columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> DataFrame: ...

class Campaigns(CampaignLaunches[FrameT]):
    """``ws.campaigns``: one row is one campaign."""
    @overload
    def list(
        self,
        *,
        status: AnyOf[Literal["draft", "published", "paused"]] | None = None,
        enabled: bool | None = None,
        updated_after: Time | None = None,
        updated_before: Time | None = None,
        created_after: Time | None = None,
        created_before: Time | None = None,
        ids: Texts | None = None,
        order: Literal["updated_at.asc", "updated_at.desc"] | None = None,
        frame: None = None,
        columns: Sequence[str] | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        parallel: int | None = None,
        flat: bool | None = None,
        progress: bool | None = None,
        cached: bool | None = None,
        max_age: Time | None = None,
        refresh: bool | None = None,
    ) -> FrameT:
        """List campaigns.

        ``GET /campaigns``, scope campaigns.read; documented publicly.

        Args:
            status: Any of these values: draft, published, paused.
            enabled: Whether the campaign is enabled.
            updated_after: Only objects changed after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            updated_before: Only objects last changed up to this instant; the bound itself is included. Times are
                datetimes, dates, ISO text, "7d" or "monday".
            created_after: Only objects created after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            created_before: Only objects created up to this instant; the bound itself is included. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            ids: Only the objects with these ids, at most 100.
            order: Order by updated_at, ties by id in the same direction: updated_at.asc, updated_at.desc.
            frame: Library of the frame: "pandas", "polars", "pyarrow" or "duckdb"; by default the workspace's.
            columns: Columns to return, in this order; by default all.
            limit: Most rows to return, newest first; by default all, oldest change first.
            page_size: Rows per request, 1 to 500.
            parallel: Windows of time to read in parallel, 1 to 8; by default chosen by latency and rate limit.
            flat: Whether to return each list as one text, for tools that do not support lists.
            progress: Whether to show a bar on a long read.
            cached: Whether to read from the mirror on this machine, which is filled first if it is empty.
            max_age: Read from the mirror, after reading what changed if it is older than this, such as "15m".
            refresh: Whether to read from the mirror after reading what changed.

        Returns:
            A frame, with the same columns and dtypes for any number of rows: id, object, status, enabled,
            prospector_workflow_id, name, channel, steps, published_at, audience, audience_count, created_at,
            updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            APIError: The service refused the request; the message says what to do.
        """
    @overload
    def list(self, *, status: AnyOf[Literal["draft", "published", "paused"]] | None = None, enabled: bool | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pandas"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pd.DataFrame: ...
    @overload
    def list(self, *, status: AnyOf[Literal["draft", "published", "paused"]] | None = None, enabled: bool | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["polars"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pl.DataFrame: ...
    @overload
    def list(self, *, status: AnyOf[Literal["draft", "published", "paused"]] | None = None, enabled: bool | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pyarrow"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pa.Table: ...
    @overload
    def list(self, *, status: AnyOf[Literal["draft", "published", "paused"]] | None = None, enabled: bool | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["duckdb"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> duckdb.DuckDBPyRelation: ...
    @overload
    def list(self, *, status: AnyOf[Literal["draft", "published", "paused"]] | None = None, enabled: bool | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: FrameName | None, columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> DataFrame: ...
    def get(self, id: Id) -> Record:
        """Read one campaign.

        ``GET /campaigns/{id}``, scope campaigns.read; our reconstruction.

        Args:
            id: Id of the object, or the object itself.

        Returns:
            A :class:`Record` with id, object, status, enabled, prospector_workflow_id, name, channel, steps,
            published_at, audience, audience_count, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            NotFoundError: The workspace has no such object.
            APIError: The service refused the request; the message says what to do.
        """
    def create(
        self,
        *,
        name: str,
        channel: Literal["email", "linkedin"] = ...,
        enabled: bool = ...,
        steps: Sequence[Fields] = ...,
        audience: Fields = ...,
        prospector_workflow_id: str | None = ...,
        idempotency_key: str | None = None,
        again: bool = False,
    ) -> Record:
        """Create a campaign.

        The campaign is a draft until it is published.

        ``POST /campaigns``, scope campaigns.write; our reconstruction.

        Args:
            channel: It cannot be changed later.
            steps: At least one before it can be published.
            prospector_workflow_id: Id of a workflow of the workspace: only leads that it found.
            idempotency_key: Your own key; sending twice with the same key takes effect once.
            again: Whether to send it even if the same was done within 24 hours; otherwise the first result is returned,
                with a notice and without a request.

        Returns:
            A :class:`Record` with id, object, status, enabled, prospector_workflow_id, name, channel, steps,
            published_at, audience, audience_count, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            ReadOnlyError: The key or the workspace is read-only; nothing was sent.
            APIError: The service refused the request; the message says what to do.
        """
    def update(
        self,
        id: Id,
        values: Fields | None = None,
        *,
        name: str = ...,
        enabled: bool = ...,
        steps: Sequence[Fields] = ...,
        audience: Fields = ...,
        prospector_workflow_id: str | None = ...,
        if_updated_at: Time | None = ...,
        idempotency_key: str | None = None,
        again: bool = False,
    ) -> Record:
        """Change one campaign.

        An absent field keeps its value; `steps` and `audience` are replaced. Removing all steps of a published campaign
        is refused with 409 `campaign_needs_steps`.

        ``PATCH /campaigns/{id}``, scope campaigns.write; our reconstruction.

        Args:
            id: Id of the object, or the object itself.
            values: Values by field name; they may also be keywords.
            prospector_workflow_id: Id of a workflow of the workspace: only leads that it found.
            if_updated_at: The `updated_at` last read: if the campaign changed since, the answer is 409 `conflict`.
            idempotency_key: Your own key; sending twice with the same key takes effect once.
            again: Whether to send it even if the same was done within 24 hours; otherwise the first result is returned,
                with a notice and without a request.

        Returns:
            A :class:`Record` with id, object, status, enabled, prospector_workflow_id, name, channel, steps,
            published_at, audience, audience_count, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            ReadOnlyError: The key or the workspace is read-only; nothing was sent.
            NotFoundError: The workspace has no such object.
            APIError: The service refused the request; the message says what to do.
        """
    def publish(self, id: Id, *, idempotency_key: str | None = None, again: bool = False) -> Record:
        """Publish a draft or paused campaign.

        A published campaign can run. Publishing it again changes nothing. A campaign without steps is refused with 409
        `campaign_needs_steps`.

        ``POST /campaigns/{id}/publish``, scope campaigns.write; our reconstruction.

        Args:
            id: Id of the object, or the object itself.
            idempotency_key: Your own key; sending twice with the same key takes effect once.
            again: Whether to send it even if the same was done within 24 hours; otherwise the first result is returned,
                with a notice and without a request.

        Returns:
            A :class:`Record` with id, object, status, enabled, prospector_workflow_id, name, channel, steps,
            published_at, audience, audience_count, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            ReadOnlyError: The key or the workspace is read-only; nothing was sent.
            NotFoundError: The workspace has no such object.
            APIError: The service refused the request; the message says what to do.
        """
    def pause(self, id: Id, *, idempotency_key: str | None = None, again: bool = False) -> Record:
        """Pause a published campaign.

        A run that has not ended is cancelled, and none of its messages is sent. Pausing again changes nothing. A draft
        is refused with 409 `campaign_not_published`.

        ``POST /campaigns/{id}/pause``, scope campaigns.write; our reconstruction.

        Args:
            id: Id of the object, or the object itself.
            idempotency_key: Your own key; sending twice with the same key takes effect once.
            again: Whether to send it even if the same was done within 24 hours; otherwise the first result is returned,
                with a notice and without a request.

        Returns:
            A :class:`Record` with id, object, status, enabled, prospector_workflow_id, name, channel, steps,
            published_at, audience, audience_count, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            ReadOnlyError: The key or the workspace is read-only; nothing was sent.
            NotFoundError: The workspace has no such object.
            APIError: The service refused the request; the message says what to do.
        """
    @overload
    def runs(
        self,
        campaign_id: AnyOf[Id] | None = None,
        *,
        status: AnyOf[Literal["queued", "running", "completed", "failed", "cancelled"]] | None = None,
        started_after: Time | None = None,
        started_before: Time | None = None,
        updated_after: Time | None = None,
        updated_before: Time | None = None,
        created_after: Time | None = None,
        created_before: Time | None = None,
        ids: Texts | None = None,
        order: Literal["updated_at.asc", "updated_at.desc"] | None = None,
        frame: None = None,
        columns: Sequence[str] | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        parallel: int | None = None,
        flat: bool | None = None,
        progress: bool | None = None,
        cached: bool | None = None,
        max_age: Time | None = None,
        refresh: bool | None = None,
    ) -> FrameT:
        """List the runs of all campaigns.

        ``GET /campaign-runs``, scope campaigns.read; our reconstruction.

        Args:
            campaign_id: Runs of any of these campaigns.
            status: Any of these values: queued, running, completed, failed, cancelled.
            started_after: Only runs that started after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            started_before: Only runs that started up to this instant; the bound itself is included. Times are
                datetimes, dates, ISO text, "7d" or "monday".
            updated_after: Only objects changed after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            updated_before: Only objects last changed up to this instant; the bound itself is included. Times are
                datetimes, dates, ISO text, "7d" or "monday".
            created_after: Only objects created after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            created_before: Only objects created up to this instant; the bound itself is included. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            ids: Only the objects with these ids, at most 100.
            order: Order by updated_at, ties by id in the same direction: updated_at.asc, updated_at.desc.
            frame: Library of the frame: "pandas", "polars", "pyarrow" or "duckdb"; by default the workspace's.
            columns: Columns to return, in this order; by default all.
            limit: Most rows to return, newest first; by default all, oldest change first.
            page_size: Rows per request, 1 to 500.
            parallel: Windows of time to read in parallel, 1 to 8; by default chosen by latency and rate limit.
            flat: Whether to return each list as one text, for tools that do not support lists.
            progress: Whether to show a bar on a long read.
            cached: Whether to read from the mirror on this machine, which is filled first if it is empty.
            max_age: Read from the mirror, after reading what changed if it is older than this, such as "15m".
            refresh: Whether to read from the mirror after reading what changed.

        Returns:
            A frame, with the same columns and dtypes for any number of rows: id, object, campaign_id, job_id, status,
            started_at, finished_at, targeted, sent, delivered, opened, clicked, replied, bounced, unsubscribed,
            created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            APIError: The service refused the request; the message says what to do.
        """
    @overload
    def runs(self, campaign_id: AnyOf[Id] | None = None, *, status: AnyOf[Literal["queued", "running", "completed", "failed", "cancelled"]] | None = None, started_after: Time | None = None, started_before: Time | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pandas"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pd.DataFrame: ...
    @overload
    def runs(self, campaign_id: AnyOf[Id] | None = None, *, status: AnyOf[Literal["queued", "running", "completed", "failed", "cancelled"]] | None = None, started_after: Time | None = None, started_before: Time | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["polars"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pl.DataFrame: ...
    @overload
    def runs(self, campaign_id: AnyOf[Id] | None = None, *, status: AnyOf[Literal["queued", "running", "completed", "failed", "cancelled"]] | None = None, started_after: Time | None = None, started_before: Time | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pyarrow"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pa.Table: ...
    @overload
    def runs(self, campaign_id: AnyOf[Id] | None = None, *, status: AnyOf[Literal["queued", "running", "completed", "failed", "cancelled"]] | None = None, started_after: Time | None = None, started_before: Time | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["duckdb"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> duckdb.DuckDBPyRelation: ...
    @overload
    def runs(self, campaign_id: AnyOf[Id] | None = None, *, status: AnyOf[Literal["queued", "running", "completed", "failed", "cancelled"]] | None = None, started_after: Time | None = None, started_before: Time | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: FrameName | None, columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> DataFrame: ...
    def get_run(self, id: Id) -> Record:
        """Read one campaign run.

        ``GET /campaign-runs/{id}``, scope campaigns.read; our reconstruction.

        Args:
            id: Id of the object, or the object itself.

        Returns:
            A :class:`Record` with id, object, campaign_id, job_id, status, started_at, finished_at, targeted, sent,
            delivered, opened, clicked, replied, bounced, unsubscribed, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            NotFoundError: The workspace has no such object.
            APIError: The service refused the request; the message says what to do.
        """
    @overload
    def leads(
        self,
        id: Id,
        *,
        status: AnyOf[Literal["new", "contacted", "replied", "qualified", "disqualified", "unsubscribed", "bounced"]] | None = None,
        source: Texts | None = None,
        owner_email: Texts | None = None,
        email: Texts | None = None,
        company_domain: Texts | None = None,
        country: Texts | None = None,
        tag: Texts | None = None,
        q: str | None = None,
        import_id: str | None = None,
        has_email: bool | None = None,
        include_deleted: bool | None = None,
        updated_after: Time | None = None,
        updated_before: Time | None = None,
        created_after: Time | None = None,
        created_before: Time | None = None,
        ids: Texts | None = None,
        order: Literal["updated_at.asc", "updated_at.desc"] | None = None,
        replied: bool | None = None,
        custom: Fields | None = None,
        frame: None = None,
        columns: Sequence[str] | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        parallel: int | None = None,
        flat: bool | None = None,
        progress: bool | None = None,
        cached: bool | None = None,
        max_age: Time | None = None,
        refresh: bool | None = None,
    ) -> FrameT:
        """List leads.

        Filters are combined with AND, the values of a repeated filter with OR. `custom.<key>=<value>` filters by a
        custom field: it must equal the value, or contain it if it is a multi_select.

        ``GET /leads``, scope leads.read; documented publicly.

        Args:
            id: Leads that this campaign reached.
            status: Any of these values: new, contacted, replied, qualified, disqualified, unsubscribed, bounced.
            source: Any of these values.
            owner_email: Any of these values; trimmed and case-folded.
            email: Any of these values; trimmed and case-folded.
            company_domain: Any of these values; case-folded.
            country: Any of these values.
            tag: Leads with any of these tags.
            q: Leads whose name, email or company contain all of these words.
            import_id: Leads that this import created.
            has_email: Leads with, or without, an email address.
            include_deleted: Include deleted leads; their `deleted_at` is set.
            updated_after: Only objects changed after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            updated_before: Only objects last changed up to this instant; the bound itself is included. Times are
                datetimes, dates, ISO text, "7d" or "monday".
            created_after: Only objects created after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            created_before: Only objects created up to this instant; the bound itself is included. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            ids: Only the objects with these ids, at most 100.
            order: Order by updated_at, ties by id in the same direction: updated_at.asc, updated_at.desc.
            replied: ``True`` for leads that replied to this campaign, ``False`` for those that did not; by default all.
            custom: Filters on custom fields, by key: ``custom={"tier": "gold"}``.
            frame: Library of the frame: "pandas", "polars", "pyarrow" or "duckdb"; by default the workspace's.
            columns: Columns to return, in this order; by default all.
            limit: Most rows to return, newest first; by default all, oldest change first.
            page_size: Rows per request, 1 to 500.
            parallel: Windows of time to read in parallel, 1 to 8; by default chosen by latency and rate limit.
            flat: Whether to return each list as one text, for tools that do not support lists.
            progress: Whether to show a bar on a long read.
            cached: Whether to read from the mirror on this machine, which is filled first if it is empty.
            max_age: Read from the mirror, after reading what changed if it is older than this, such as "15m".
            refresh: Whether to read from the mirror after reading what changed.

        Returns:
            A frame, with the same columns and dtypes for any number of rows: id, object, full_name, email,
            company_name, first_name, last_name, phone, title, seniority, company_domain, website, linkedin_url,
            industry, employee_count, country, city, status, source, owner_email, score, tags, external_id,
            last_contacted_at, import_id, merged_into, deleted_at, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            APIError: The service refused the request; the message says what to do.
        """
    @overload
    def leads(self, id: Id, *, status: AnyOf[Literal["new", "contacted", "replied", "qualified", "disqualified", "unsubscribed", "bounced"]] | None = None, source: Texts | None = None, owner_email: Texts | None = None, email: Texts | None = None, company_domain: Texts | None = None, country: Texts | None = None, tag: Texts | None = None, q: str | None = None, import_id: str | None = None, has_email: bool | None = None, include_deleted: bool | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, replied: bool | None = None, custom: Fields | None = None, frame: Literal["pandas"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pd.DataFrame: ...
    @overload
    def leads(self, id: Id, *, status: AnyOf[Literal["new", "contacted", "replied", "qualified", "disqualified", "unsubscribed", "bounced"]] | None = None, source: Texts | None = None, owner_email: Texts | None = None, email: Texts | None = None, company_domain: Texts | None = None, country: Texts | None = None, tag: Texts | None = None, q: str | None = None, import_id: str | None = None, has_email: bool | None = None, include_deleted: bool | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, replied: bool | None = None, custom: Fields | None = None, frame: Literal["polars"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pl.DataFrame: ...
    @overload
    def leads(self, id: Id, *, status: AnyOf[Literal["new", "contacted", "replied", "qualified", "disqualified", "unsubscribed", "bounced"]] | None = None, source: Texts | None = None, owner_email: Texts | None = None, email: Texts | None = None, company_domain: Texts | None = None, country: Texts | None = None, tag: Texts | None = None, q: str | None = None, import_id: str | None = None, has_email: bool | None = None, include_deleted: bool | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, replied: bool | None = None, custom: Fields | None = None, frame: Literal["pyarrow"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pa.Table: ...
    @overload
    def leads(self, id: Id, *, status: AnyOf[Literal["new", "contacted", "replied", "qualified", "disqualified", "unsubscribed", "bounced"]] | None = None, source: Texts | None = None, owner_email: Texts | None = None, email: Texts | None = None, company_domain: Texts | None = None, country: Texts | None = None, tag: Texts | None = None, q: str | None = None, import_id: str | None = None, has_email: bool | None = None, include_deleted: bool | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, replied: bool | None = None, custom: Fields | None = None, frame: Literal["duckdb"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> duckdb.DuckDBPyRelation: ...
    @overload
    def leads(self, id: Id, *, status: AnyOf[Literal["new", "contacted", "replied", "qualified", "disqualified", "unsubscribed", "bounced"]] | None = None, source: Texts | None = None, owner_email: Texts | None = None, email: Texts | None = None, company_domain: Texts | None = None, country: Texts | None = None, tag: Texts | None = None, q: str | None = None, import_id: str | None = None, has_email: bool | None = None, include_deleted: bool | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, replied: bool | None = None, custom: Fields | None = None, frame: FrameName | None, columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> DataFrame: ...
    @overload
    def logs(
        self,
        id: Id,
        *,
        updated_after: Time | None = None,
        updated_before: Time | None = None,
        created_after: Time | None = None,
        created_before: Time | None = None,
        ids: Texts | None = None,
        order: Literal["updated_at.asc", "updated_at.desc"] | None = None,
        frame: None = None,
        columns: Sequence[str] | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        parallel: int | None = None,
        flat: bool | None = None,
        progress: bool | None = None,
        cached: bool | None = None,
        max_age: Time | None = None,
        refresh: bool | None = None,
    ) -> FrameT:
        """List the log of a campaign.

        It records publishing, pausing and runs, and the bounces, replies and unsubscriptions of their messages.

        ``GET /campaigns/{id}/logs``, scope campaigns.read; our reconstruction.

        Args:
            id: Id of the object, or the object itself.
            updated_after: Only objects changed after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            updated_before: Only objects last changed up to this instant; the bound itself is included. Times are
                datetimes, dates, ISO text, "7d" or "monday".
            created_after: Only objects created after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            created_before: Only objects created up to this instant; the bound itself is included. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            ids: Only the objects with these ids, at most 100.
            order: Order by updated_at, ties by id in the same direction: updated_at.asc, updated_at.desc.
            frame: Library of the frame: "pandas", "polars", "pyarrow" or "duckdb"; by default the workspace's.
            columns: Columns to return, in this order; by default all.
            limit: Most rows to return, newest first; by default all, oldest change first.
            page_size: Rows per request, 1 to 500.
            parallel: Windows of time to read in parallel, 1 to 8; by default chosen by latency and rate limit.
            flat: Whether to return each list as one text, for tools that do not support lists.
            progress: Whether to show a bar on a long read.
            cached: Whether to read from the mirror on this machine, which is filled first if it is empty.
            max_age: Read from the mirror, after reading what changed if it is older than this, such as "15m".
            refresh: Whether to read from the mirror after reading what changed.

        Returns:
            A frame, with the same columns and dtypes for any number of rows: id, object, campaign_id, run_id, lead_id,
            level, event, message, occurred_at, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            NotFoundError: The workspace has no such object.
            APIError: The service refused the request; the message says what to do.
        """
    @overload
    def logs(self, id: Id, *, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pandas"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pd.DataFrame: ...
    @overload
    def logs(self, id: Id, *, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["polars"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pl.DataFrame: ...
    @overload
    def logs(self, id: Id, *, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pyarrow"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pa.Table: ...
    @overload
    def logs(self, id: Id, *, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["duckdb"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> duckdb.DuckDBPyRelation: ...
    @overload
    def logs(self, id: Id, *, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: FrameName | None, columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> DataFrame: ...

class ProspectorWorkflows(Listed[FrameT]):
    """``ws.prospector.workflows``: one row is one search for new leads."""
    @overload
    def list(
        self,
        *,
        updated_after: Time | None = None,
        updated_before: Time | None = None,
        created_after: Time | None = None,
        created_before: Time | None = None,
        ids: Texts | None = None,
        order: Literal["updated_at.asc", "updated_at.desc"] | None = None,
        frame: None = None,
        columns: Sequence[str] | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        parallel: int | None = None,
        flat: bool | None = None,
        progress: bool | None = None,
        cached: bool | None = None,
        max_age: Time | None = None,
        refresh: bool | None = None,
    ) -> FrameT:
        """List prospector workflows.

        ``GET /prospector/workflows``, scope prospector.read; our reconstruction.

        Args:
            updated_after: Only objects changed after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            updated_before: Only objects last changed up to this instant; the bound itself is included. Times are
                datetimes, dates, ISO text, "7d" or "monday".
            created_after: Only objects created after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            created_before: Only objects created up to this instant; the bound itself is included. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            ids: Only the objects with these ids, at most 100.
            order: Order by updated_at, ties by id in the same direction: updated_at.asc, updated_at.desc.
            frame: Library of the frame: "pandas", "polars", "pyarrow" or "duckdb"; by default the workspace's.
            columns: Columns to return, in this order; by default all.
            limit: Most rows to return, newest first; by default all, oldest change first.
            page_size: Rows per request, 1 to 500.
            parallel: Windows of time to read in parallel, 1 to 8; by default chosen by latency and rate limit.
            flat: Whether to return each list as one text, for tools that do not support lists.
            progress: Whether to show a bar on a long read.
            cached: Whether to read from the mirror on this machine, which is filled first if it is empty.
            max_age: Read from the mirror, after reading what changed if it is older than this, such as "15m".
            refresh: Whether to read from the mirror after reading what changed.

        Returns:
            A frame, with the same columns and dtypes for any number of rows: id, object, name, status, enabled,
            criteria, schedule, last_run_id, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            APIError: The service refused the request; the message says what to do.
        """
    @overload
    def list(self, *, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pandas"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pd.DataFrame: ...
    @overload
    def list(self, *, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["polars"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pl.DataFrame: ...
    @overload
    def list(self, *, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pyarrow"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pa.Table: ...
    @overload
    def list(self, *, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["duckdb"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> duckdb.DuckDBPyRelation: ...
    @overload
    def list(self, *, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: FrameName | None, columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> DataFrame: ...
    def get(self, id: Id) -> Record:
        """Read one prospector workflow.

        ``GET /prospector/workflows/{id}``, scope prospector.read; our reconstruction.

        Args:
            id: Id of the object, or the object itself.

        Returns:
            A :class:`Record` with id, object, name, status, enabled, criteria, schedule, last_run_id, created_at,
            updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            NotFoundError: The workspace has no such object.
            APIError: The service refused the request; the message says what to do.
        """
    def create(
        self,
        *,
        name: str,
        enabled: bool = ...,
        criteria: Fields = ...,
        schedule: Literal["manual", "daily", "weekly"] = ...,
        idempotency_key: str | None = None,
        again: bool = False,
    ) -> Record:
        """Create a prospector workflow.

        ``POST /prospector/workflows``, scope prospector.write; our reconstruction.

        Args:
            idempotency_key: Your own key; sending twice with the same key takes effect once.
            again: Whether to send it even if the same was done within 24 hours; otherwise the first result is returned,
                with a notice and without a request.

        Returns:
            A :class:`Record` with id, object, name, status, enabled, criteria, schedule, last_run_id, created_at,
            updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            ReadOnlyError: The key or the workspace is read-only; nothing was sent.
            APIError: The service refused the request; the message says what to do.
        """
    def update(
        self,
        id: Id,
        values: Fields | None = None,
        *,
        name: str = ...,
        status: Literal["active", "archived"] = ...,
        enabled: bool = ...,
        criteria: Fields = ...,
        schedule: Literal["manual", "daily", "weekly"] = ...,
        if_updated_at: Time | None = ...,
        idempotency_key: str | None = None,
        again: bool = False,
    ) -> Record:
        """Change one prospector workflow.

        An absent field keeps its value; `criteria` are replaced. An archived workflow does not run until it is made
        active again.

        ``PATCH /prospector/workflows/{id}``, scope prospector.write; our reconstruction.

        Args:
            id: Id of the object, or the object itself.
            values: Values by field name; they may also be keywords.
            if_updated_at: The `updated_at` last read: if the workflow changed since, the answer is 409 `conflict`.
            idempotency_key: Your own key; sending twice with the same key takes effect once.
            again: Whether to send it even if the same was done within 24 hours; otherwise the first result is returned,
                with a notice and without a request.

        Returns:
            A :class:`Record` with id, object, name, status, enabled, criteria, schedule, last_run_id, created_at,
            updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            ReadOnlyError: The key or the workspace is read-only; nothing was sent.
            NotFoundError: The workspace has no such object.
            APIError: The service refused the request; the message says what to do.
        """
    def start(self, id: Id, *, idempotency_key: str | None = None, again: bool = False) -> Record:
        """Run a prospector workflow.

        A job adds the people that it finds and that are not leads yet, for one credit each. The answer is 409
        `workflow_archived`, `workflow_disabled` or `run_in_progress` if the workflow cannot run, and 403
        `prospector_credits_exhausted` or `leads_limit_reached` if the plan allows no further lead.

        ``POST /prospector/workflows/{id}/runs``, scope prospector.run; our reconstruction.

        Args:
            id: Id of the object, or the object itself.
            idempotency_key: Your own key; sending twice with the same key takes effect once.
            again: Whether to send it even if the same was done within 24 hours; otherwise the first result is returned,
                with a notice and without a request.

        Returns:
            A :class:`Record` with id, object, workflow_id, job_id, status, found, created, duplicates, credits_used,
            started_at, finished_at, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            ReadOnlyError: The key or the workspace is read-only; nothing was sent.
            NotFoundError: The workspace has no such object.
            APIError: The service refused the request; the message says what to do.
        """

class ProspectorRuns(Listed[FrameT]):
    """``ws.prospector.runs``: one row is one run of a workflow."""
    @overload
    def list(
        self,
        *,
        workflow_id: Texts | None = None,
        status: AnyOf[Literal["queued", "running", "completed", "failed", "cancelled"]] | None = None,
        updated_after: Time | None = None,
        updated_before: Time | None = None,
        created_after: Time | None = None,
        created_before: Time | None = None,
        ids: Texts | None = None,
        order: Literal["updated_at.asc", "updated_at.desc"] | None = None,
        frame: None = None,
        columns: Sequence[str] | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        parallel: int | None = None,
        flat: bool | None = None,
        progress: bool | None = None,
        cached: bool | None = None,
        max_age: Time | None = None,
        refresh: bool | None = None,
    ) -> FrameT:
        """List prospector runs.

        ``GET /prospector/runs``, scope prospector.read; our reconstruction.

        Args:
            workflow_id: Runs of any of these workflows.
            status: Any of these values: queued, running, completed, failed, cancelled.
            updated_after: Only objects changed after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            updated_before: Only objects last changed up to this instant; the bound itself is included. Times are
                datetimes, dates, ISO text, "7d" or "monday".
            created_after: Only objects created after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            created_before: Only objects created up to this instant; the bound itself is included. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            ids: Only the objects with these ids, at most 100.
            order: Order by updated_at, ties by id in the same direction: updated_at.asc, updated_at.desc.
            frame: Library of the frame: "pandas", "polars", "pyarrow" or "duckdb"; by default the workspace's.
            columns: Columns to return, in this order; by default all.
            limit: Most rows to return, newest first; by default all, oldest change first.
            page_size: Rows per request, 1 to 500.
            parallel: Windows of time to read in parallel, 1 to 8; by default chosen by latency and rate limit.
            flat: Whether to return each list as one text, for tools that do not support lists.
            progress: Whether to show a bar on a long read.
            cached: Whether to read from the mirror on this machine, which is filled first if it is empty.
            max_age: Read from the mirror, after reading what changed if it is older than this, such as "15m".
            refresh: Whether to read from the mirror after reading what changed.

        Returns:
            A frame, with the same columns and dtypes for any number of rows: id, object, workflow_id, job_id, status,
            found, created, duplicates, credits_used, started_at, finished_at, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            APIError: The service refused the request; the message says what to do.
        """
    @overload
    def list(self, *, workflow_id: Texts | None = None, status: AnyOf[Literal["queued", "running", "completed", "failed", "cancelled"]] | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pandas"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pd.DataFrame: ...
    @overload
    def list(self, *, workflow_id: Texts | None = None, status: AnyOf[Literal["queued", "running", "completed", "failed", "cancelled"]] | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["polars"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pl.DataFrame: ...
    @overload
    def list(self, *, workflow_id: Texts | None = None, status: AnyOf[Literal["queued", "running", "completed", "failed", "cancelled"]] | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pyarrow"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pa.Table: ...
    @overload
    def list(self, *, workflow_id: Texts | None = None, status: AnyOf[Literal["queued", "running", "completed", "failed", "cancelled"]] | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["duckdb"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> duckdb.DuckDBPyRelation: ...
    @overload
    def list(self, *, workflow_id: Texts | None = None, status: AnyOf[Literal["queued", "running", "completed", "failed", "cancelled"]] | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: FrameName | None, columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> DataFrame: ...
    def get(self, id: Id) -> Record:
        """Read one prospector run.

        ``GET /prospector/runs/{id}``, scope prospector.read; our reconstruction.

        Args:
            id: Id of the object, or the object itself.

        Returns:
            A :class:`Record` with id, object, workflow_id, job_id, status, found, created, duplicates, credits_used,
            started_at, finished_at, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            NotFoundError: The workspace has no such object.
            APIError: The service refused the request; the message says what to do.
        """
    def cancel(self, id: Id, *, idempotency_key: str | None = None, again: bool = False) -> Record:
        """Cancel a prospector run.

        The run adds no leads and uses no credits. Cancelling it again changes nothing. A run that has completed or
        failed is refused with 409 `run_finished`.

        ``POST /prospector/runs/{id}/cancel``, scope prospector.run; our reconstruction.

        Args:
            id: Id of the object, or the object itself.
            idempotency_key: Your own key; sending twice with the same key takes effect once.
            again: Whether to send it even if the same was done within 24 hours; otherwise the first result is returned,
                with a notice and without a request.

        Returns:
            A :class:`Record` with id, object, workflow_id, job_id, status, found, created, duplicates, credits_used,
            started_at, finished_at, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            ReadOnlyError: The key or the workspace is read-only; nothing was sent.
            NotFoundError: The workspace has no such object.
            APIError: The service refused the request; the message says what to do.
        """

class Prospector(Resource[FrameT]):
    """``ws.prospector``: searches for new leads, and their runs."""
    @property
    def workflows(self) -> ProspectorWorkflows[FrameT]: ...
    @property
    def runs(self) -> ProspectorRuns[FrameT]: ...

class InboxThreads(Listed[FrameT]):
    """``ws.inbox.threads``: one row is one conversation with a lead."""
    @overload
    def list(
        self,
        *,
        status: AnyOf[Literal["open", "closed"]] | None = None,
        lead_id: Texts | None = None,
        updated_after: Time | None = None,
        updated_before: Time | None = None,
        created_after: Time | None = None,
        created_before: Time | None = None,
        ids: Texts | None = None,
        order: Literal["updated_at.asc", "updated_at.desc"] | None = None,
        frame: None = None,
        columns: Sequence[str] | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        parallel: int | None = None,
        flat: bool | None = None,
        progress: bool | None = None,
        cached: bool | None = None,
        max_age: Time | None = None,
        refresh: bool | None = None,
    ) -> FrameT:
        """List inbox threads.

        ``GET /inbox/threads``, scope inbox.read; our reconstruction.

        Args:
            status: Any of these values: open, closed.
            lead_id: Threads with any of these leads.
            updated_after: Only objects changed after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            updated_before: Only objects last changed up to this instant; the bound itself is included. Times are
                datetimes, dates, ISO text, "7d" or "monday".
            created_after: Only objects created after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            created_before: Only objects created up to this instant; the bound itself is included. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            ids: Only the objects with these ids, at most 100.
            order: Order by updated_at, ties by id in the same direction: updated_at.asc, updated_at.desc.
            frame: Library of the frame: "pandas", "polars", "pyarrow" or "duckdb"; by default the workspace's.
            columns: Columns to return, in this order; by default all.
            limit: Most rows to return, newest first; by default all, oldest change first.
            page_size: Rows per request, 1 to 500.
            parallel: Windows of time to read in parallel, 1 to 8; by default chosen by latency and rate limit.
            flat: Whether to return each list as one text, for tools that do not support lists.
            progress: Whether to show a bar on a long read.
            cached: Whether to read from the mirror on this machine, which is filled first if it is empty.
            max_age: Read from the mirror, after reading what changed if it is older than this, such as "15m".
            refresh: Whether to read from the mirror after reading what changed.

        Returns:
            A frame, with the same columns and dtypes for any number of rows: id, object, lead_id, subject, status,
            unread_count, last_message_at, assigned_to, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            APIError: The service refused the request; the message says what to do.
        """
    @overload
    def list(self, *, status: AnyOf[Literal["open", "closed"]] | None = None, lead_id: Texts | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pandas"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pd.DataFrame: ...
    @overload
    def list(self, *, status: AnyOf[Literal["open", "closed"]] | None = None, lead_id: Texts | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["polars"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pl.DataFrame: ...
    @overload
    def list(self, *, status: AnyOf[Literal["open", "closed"]] | None = None, lead_id: Texts | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pyarrow"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pa.Table: ...
    @overload
    def list(self, *, status: AnyOf[Literal["open", "closed"]] | None = None, lead_id: Texts | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["duckdb"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> duckdb.DuckDBPyRelation: ...
    @overload
    def list(self, *, status: AnyOf[Literal["open", "closed"]] | None = None, lead_id: Texts | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: FrameName | None, columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> DataFrame: ...
    def get(self, id: Id) -> Record:
        """Read one inbox thread.

        ``GET /inbox/threads/{id}``, scope inbox.read; our reconstruction.

        Args:
            id: Id of the object, or the object itself.

        Returns:
            A :class:`Record` with id, object, lead_id, subject, status, unread_count, last_message_at, assigned_to,
            created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            NotFoundError: The workspace has no such object.
            APIError: The service refused the request; the message says what to do.
        """

class Inbox(Resource[FrameT]):
    """``ws.inbox``: conversations with leads, and their messages."""
    @property
    def threads(self) -> InboxThreads[FrameT]: ...
    @overload
    def messages(
        self,
        id: Id,
        *,
        updated_after: Time | None = None,
        updated_before: Time | None = None,
        created_after: Time | None = None,
        created_before: Time | None = None,
        ids: Texts | None = None,
        order: Literal["updated_at.asc", "updated_at.desc"] | None = None,
        frame: None = None,
        columns: Sequence[str] | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        parallel: int | None = None,
        flat: bool | None = None,
        progress: bool | None = None,
        cached: bool | None = None,
        max_age: Time | None = None,
        refresh: bool | None = None,
    ) -> FrameT:
        """List the messages of one inbox thread.

        ``GET /inbox/threads/{id}/messages``, scope inbox.read; our reconstruction.

        Args:
            id: Id of the object, or the object itself.
            updated_after: Only objects changed after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            updated_before: Only objects last changed up to this instant; the bound itself is included. Times are
                datetimes, dates, ISO text, "7d" or "monday".
            created_after: Only objects created after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            created_before: Only objects created up to this instant; the bound itself is included. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            ids: Only the objects with these ids, at most 100.
            order: Order by updated_at, ties by id in the same direction: updated_at.asc, updated_at.desc.
            frame: Library of the frame: "pandas", "polars", "pyarrow" or "duckdb"; by default the workspace's.
            columns: Columns to return, in this order; by default all.
            limit: Most rows to return, newest first; by default all, oldest change first.
            page_size: Rows per request, 1 to 500.
            parallel: Windows of time to read in parallel, 1 to 8; by default chosen by latency and rate limit.
            flat: Whether to return each list as one text, for tools that do not support lists.
            progress: Whether to show a bar on a long read.
            cached: Whether to read from the mirror on this machine, which is filled first if it is empty.
            max_age: Read from the mirror, after reading what changed if it is older than this, such as "15m".
            refresh: Whether to read from the mirror after reading what changed.

        Returns:
            A frame, with the same columns and dtypes for any number of rows: id, object, lead_id, thread_id,
            campaign_id, direction, channel, subject, body_preview, status, sent_at, opened_at, replied_at, created_at,
            updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            NotFoundError: The workspace has no such object.
            APIError: The service refused the request; the message says what to do.
        """
    @overload
    def messages(self, id: Id, *, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pandas"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pd.DataFrame: ...
    @overload
    def messages(self, id: Id, *, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["polars"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pl.DataFrame: ...
    @overload
    def messages(self, id: Id, *, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pyarrow"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pa.Table: ...
    @overload
    def messages(self, id: Id, *, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["duckdb"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> duckdb.DuckDBPyRelation: ...
    @overload
    def messages(self, id: Id, *, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: FrameName | None, columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> DataFrame: ...

class Billing(BillingSnapshots[FrameT]):
    """``ws.billing``: the plan, and its usage."""
    def subscription(self) -> Record:
        """Read the subscription.

        Periods are calendar months in UTC.

        ``GET /billing/subscription``, scope billing.read; documented publicly.

        Returns:
            A :class:`Record` with id, object, status, plan, seats, currency, price_cents, current_period_start,
            current_period_end, cancel_at_period_end, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            APIError: The service refused the request; the message says what to do.
        """
    def usage(self) -> Record:
        """Read trial and email usage.

        Counts of the current period; `leads_stored` is exact at the time of the request.

        ``GET /billing/usage``, scope billing.read; documented publicly.

        Returns:
            A :class:`Record` with id, object, active_trial, usage, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            APIError: The service refused the request; the message says what to do.
        """

class Settings(SettingsSnapshots[FrameT]):
    """``ws.settings``: the workspace's settings and members, read-only; they are changed in the workspace."""
    def get(self) -> Record:
        """Read the workspace's settings.

        They are changed in the workspace, not through the API.

        ``GET /settings``, scope settings.read; our reconstruction.

        Returns:
            A :class:`Record` with id, object, timezone, locale, sending_window, default_owner_email, features, limits,
            created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            APIError: The service refused the request; the message says what to do.
        """
    @overload
    def members(
        self,
        *,
        updated_after: Time | None = None,
        updated_before: Time | None = None,
        created_after: Time | None = None,
        created_before: Time | None = None,
        ids: Texts | None = None,
        order: Literal["updated_at.asc", "updated_at.desc"] | None = None,
        frame: None = None,
        columns: Sequence[str] | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        parallel: int | None = None,
        flat: bool | None = None,
        progress: bool | None = None,
        cached: bool | None = None,
        max_age: Time | None = None,
        refresh: bool | None = None,
    ) -> FrameT:
        """List the members of the workspace.

        ``GET /settings/members``, scope settings.read; our reconstruction.

        Args:
            updated_after: Only objects changed after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            updated_before: Only objects last changed up to this instant; the bound itself is included. Times are
                datetimes, dates, ISO text, "7d" or "monday".
            created_after: Only objects created after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            created_before: Only objects created up to this instant; the bound itself is included. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            ids: Only the objects with these ids, at most 100.
            order: Order by updated_at, ties by id in the same direction: updated_at.asc, updated_at.desc.
            frame: Library of the frame: "pandas", "polars", "pyarrow" or "duckdb"; by default the workspace's.
            columns: Columns to return, in this order; by default all.
            limit: Most rows to return, newest first; by default all, oldest change first.
            page_size: Rows per request, 1 to 500.
            parallel: Windows of time to read in parallel, 1 to 8; by default chosen by latency and rate limit.
            flat: Whether to return each list as one text, for tools that do not support lists.
            progress: Whether to show a bar on a long read.
            cached: Whether to read from the mirror on this machine, which is filled first if it is empty.
            max_age: Read from the mirror, after reading what changed if it is older than this, such as "15m".
            refresh: Whether to read from the mirror after reading what changed.

        Returns:
            A frame, with the same columns and dtypes for any number of rows: id, object, email, role, read_only,
            created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            APIError: The service refused the request; the message says what to do.
        """
    @overload
    def members(self, *, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pandas"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pd.DataFrame: ...
    @overload
    def members(self, *, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["polars"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pl.DataFrame: ...
    @overload
    def members(self, *, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pyarrow"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pa.Table: ...
    @overload
    def members(self, *, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["duckdb"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> duckdb.DuckDBPyRelation: ...
    @overload
    def members(self, *, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: FrameName | None, columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> DataFrame: ...

class Tickets(Listed[FrameT]):
    """``ws.tickets``: one row is one support ticket."""
    @overload
    def list(
        self,
        *,
        status: AnyOf[Literal["open", "pending", "closed"]] | None = None,
        updated_after: Time | None = None,
        updated_before: Time | None = None,
        created_after: Time | None = None,
        created_before: Time | None = None,
        ids: Texts | None = None,
        order: Literal["updated_at.asc", "updated_at.desc"] | None = None,
        frame: None = None,
        columns: Sequence[str] | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        parallel: int | None = None,
        flat: bool | None = None,
        progress: bool | None = None,
        cached: bool | None = None,
        max_age: Time | None = None,
        refresh: bool | None = None,
    ) -> FrameT:
        """List support tickets.

        ``GET /support/tickets``, scope tickets.read; our reconstruction.

        Args:
            status: Any of these values: open, pending, closed.
            updated_after: Only objects changed after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            updated_before: Only objects last changed up to this instant; the bound itself is included. Times are
                datetimes, dates, ISO text, "7d" or "monday".
            created_after: Only objects created after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            created_before: Only objects created up to this instant; the bound itself is included. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            ids: Only the objects with these ids, at most 100.
            order: Order by updated_at, ties by id in the same direction: updated_at.asc, updated_at.desc.
            frame: Library of the frame: "pandas", "polars", "pyarrow" or "duckdb"; by default the workspace's.
            columns: Columns to return, in this order; by default all.
            limit: Most rows to return, newest first; by default all, oldest change first.
            page_size: Rows per request, 1 to 500.
            parallel: Windows of time to read in parallel, 1 to 8; by default chosen by latency and rate limit.
            flat: Whether to return each list as one text, for tools that do not support lists.
            progress: Whether to show a bar on a long read.
            cached: Whether to read from the mirror on this machine, which is filled first if it is empty.
            max_age: Read from the mirror, after reading what changed if it is older than this, such as "15m".
            refresh: Whether to read from the mirror after reading what changed.

        Returns:
            A frame, with the same columns and dtypes for any number of rows: id, object, subject, status, priority,
            category, requester_email, request_id, last_reply_at, closed_at, replies, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            APIError: The service refused the request; the message says what to do.
        """
    @overload
    def list(self, *, status: AnyOf[Literal["open", "pending", "closed"]] | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pandas"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pd.DataFrame: ...
    @overload
    def list(self, *, status: AnyOf[Literal["open", "pending", "closed"]] | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["polars"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pl.DataFrame: ...
    @overload
    def list(self, *, status: AnyOf[Literal["open", "pending", "closed"]] | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pyarrow"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pa.Table: ...
    @overload
    def list(self, *, status: AnyOf[Literal["open", "pending", "closed"]] | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["duckdb"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> duckdb.DuckDBPyRelation: ...
    @overload
    def list(self, *, status: AnyOf[Literal["open", "pending", "closed"]] | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: FrameName | None, columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> DataFrame: ...
    def get(self, id: Id) -> Record:
        """Read one support ticket with its replies.

        ``GET /support/tickets/{id}``, scope tickets.read; our reconstruction.

        Args:
            id: Id of the object, or the object itself.

        Returns:
            A :class:`Record` with id, object, subject, status, priority, category, requester_email, request_id,
            last_reply_at, closed_at, replies, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            NotFoundError: The workspace has no such object.
            APIError: The service refused the request; the message says what to do.
        """
    def create(
        self,
        *,
        subject: str,
        message: str,
        priority: Literal["low", "normal", "high", "urgent"] = ...,
        category: Literal["question", "problem", "billing", "data", "integration"] = ...,
        request_id: str | None = ...,
        idempotency_key: str | None = None,
        again: bool = False,
    ) -> Record:
        """Open a support ticket.

        Name the `request_id` of the failing request, if there is one. The requester is the membership of the key.

        ``POST /support/tickets``, scope tickets.write; our reconstruction.

        Args:
            message: Becomes the first of the `replies`.
            request_id: The `request_id` of the failing request, so that support finds it.
            idempotency_key: Your own key; sending twice with the same key takes effect once.
            again: Whether to send it even if the same was done within 24 hours; otherwise the first result is returned,
                with a notice and without a request.

        Returns:
            A :class:`Record` with id, object, subject, status, priority, category, requester_email, request_id,
            last_reply_at, closed_at, replies, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            ReadOnlyError: The key or the workspace is read-only; nothing was sent.
            APIError: The service refused the request; the message says what to do.
        """
    def reply(self, id: Id, *, message: str, idempotency_key: str | None = None, again: bool = False) -> Record:
        """Reply to support.

        The answer is the ticket, which waits for support again; a closed ticket is reopened. A ticket has at most 100
        replies: the next one is refused with 409 `ticket_full`.

        ``POST /support/tickets/{id}/replies``, scope tickets.write; our reconstruction.

        Args:
            id: Id of the object, or the object itself.
            idempotency_key: Your own key; sending twice with the same key takes effect once.
            again: Whether to send it even if the same was done within 24 hours; otherwise the first result is returned,
                with a notice and without a request.

        Returns:
            A :class:`Record` with id, object, subject, status, priority, category, requester_email, request_id,
            last_reply_at, closed_at, replies, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            ReadOnlyError: The key or the workspace is read-only; nothing was sent.
            NotFoundError: The workspace has no such object.
            APIError: The service refused the request; the message says what to do.
        """

class Webhooks(Listed[FrameT]):
    """``ws.webhooks``: one row is one endpoint that receives events.

    The signing secret is returned once, as a :class:`~pb2b_notebook.credentials.Secret`: ``.reveal()`` shows it.
    """
    @overload
    def list(
        self,
        *,
        updated_after: Time | None = None,
        updated_before: Time | None = None,
        created_after: Time | None = None,
        created_before: Time | None = None,
        ids: Texts | None = None,
        order: Literal["updated_at.asc", "updated_at.desc"] | None = None,
        frame: None = None,
        columns: Sequence[str] | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        parallel: int | None = None,
        flat: bool | None = None,
        progress: bool | None = None,
        cached: bool | None = None,
        max_age: Time | None = None,
        refresh: bool | None = None,
    ) -> FrameT:
        """List webhooks.

        ``GET /webhooks``, scope webhooks.read; our reconstruction.

        Args:
            updated_after: Only objects changed after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            updated_before: Only objects last changed up to this instant; the bound itself is included. Times are
                datetimes, dates, ISO text, "7d" or "monday".
            created_after: Only objects created after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            created_before: Only objects created up to this instant; the bound itself is included. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            ids: Only the objects with these ids, at most 100.
            order: Order by updated_at, ties by id in the same direction: updated_at.asc, updated_at.desc.
            frame: Library of the frame: "pandas", "polars", "pyarrow" or "duckdb"; by default the workspace's.
            columns: Columns to return, in this order; by default all.
            limit: Most rows to return, newest first; by default all, oldest change first.
            page_size: Rows per request, 1 to 500.
            parallel: Windows of time to read in parallel, 1 to 8; by default chosen by latency and rate limit.
            flat: Whether to return each list as one text, for tools that do not support lists.
            progress: Whether to show a bar on a long read.
            cached: Whether to read from the mirror on this machine, which is filled first if it is empty.
            max_age: Read from the mirror, after reading what changed if it is older than this, such as "15m".
            refresh: Whether to read from the mirror after reading what changed.

        Returns:
            A frame, with the same columns and dtypes for any number of rows: id, object, url, events, enabled,
            description, secret_prefix, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            APIError: The service refused the request; the message says what to do.
        """
    @overload
    def list(self, *, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pandas"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pd.DataFrame: ...
    @overload
    def list(self, *, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["polars"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pl.DataFrame: ...
    @overload
    def list(self, *, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pyarrow"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pa.Table: ...
    @overload
    def list(self, *, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["duckdb"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> duckdb.DuckDBPyRelation: ...
    @overload
    def list(self, *, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: FrameName | None, columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> DataFrame: ...
    def get(self, id: Id) -> Record:
        """Read one webhook.

        ``GET /webhooks/{id}``, scope webhooks.read; our reconstruction.

        Args:
            id: Id of the object, or the object itself.

        Returns:
            A :class:`Record` with id, object, url, events, enabled, description, secret_prefix, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            NotFoundError: The workspace has no such object.
            APIError: The service refused the request; the message says what to do.
        """
    def create(
        self,
        *,
        url: str,
        events: Sequence[Literal["lead.created", "lead.updated", "import.completed", "import.failed", "export.completed", "export.failed", "campaign.created", "campaign.updated", "campaign.published"]],
        enabled: bool = ...,
        description: str | None = ...,
        idempotency_key: str | None = None,
        again: bool = False,
    ) -> Record:
        """Create a webhook.

        The answer shows the signing secret, which is shown only once. A workspace has at most 20 webhooks.

        ``POST /webhooks``, scope webhooks.write; our reconstruction.

        Args:
            url: Target of the POST requests; http or https. A sandbox takes only loopback hosts.
            events: At least one event, each only once.
            idempotency_key: Your own key; sending twice with the same key takes effect once.
            again: Whether to send it even if the same was done within 24 hours; otherwise the first result is returned,
                with a notice and without a request.

        Returns:
            A :class:`Record` with id, object, url, events, enabled, description, secret_prefix, created_at, updated_at,
            signing_secret.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            ReadOnlyError: The key or the workspace is read-only; nothing was sent.
            APIError: The service refused the request; the message says what to do.
        """
    def update(
        self,
        id: Id,
        values: Fields | None = None,
        *,
        url: str = ...,
        events: Sequence[Literal["lead.created", "lead.updated", "import.completed", "import.failed", "export.completed", "export.failed", "campaign.created", "campaign.updated", "campaign.published"]] = ...,
        enabled: bool = ...,
        description: str | None = ...,
        if_updated_at: Time | None = ...,
        idempotency_key: str | None = None,
        again: bool = False,
    ) -> Record:
        """Change one webhook.

        An absent field keeps its value; `events` are replaced. The signing secret does not change: rotate it instead.
        Pending deliveries go to the new `url`; they fail if the webhook is disabled.

        ``PATCH /webhooks/{id}``, scope webhooks.write; our reconstruction.

        Args:
            id: Id of the object, or the object itself.
            values: Values by field name; they may also be keywords.
            if_updated_at: The `updated_at` last read: if the endpoint changed since, the answer is 409 `conflict`.
            idempotency_key: Your own key; sending twice with the same key takes effect once.
            again: Whether to send it even if the same was done within 24 hours; otherwise the first result is returned,
                with a notice and without a request.

        Returns:
            A :class:`Record` with id, object, url, events, enabled, description, secret_prefix, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            ReadOnlyError: The key or the workspace is read-only; nothing was sent.
            NotFoundError: The workspace has no such object.
            APIError: The service refused the request; the message says what to do.
        """
    def delete(self, id: Id, *, idempotency_key: str | None = None, again: bool = False) -> Record:
        """Delete one webhook.

        Its secrets and deliveries are deleted, too. The answer shows the deleted webhook.

        ``DELETE /webhooks/{id}``, scope webhooks.write; our reconstruction.

        Args:
            id: Id of the object, or the object itself.
            idempotency_key: Your own key; sending twice with the same key takes effect once.
            again: Whether to send it even if the same was done within 24 hours; otherwise the first result is returned,
                with a notice and without a request.

        Returns:
            A :class:`Record` with id, object, url, events, enabled, description, secret_prefix, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            ReadOnlyError: The key or the workspace is read-only; nothing was sent.
            NotFoundError: The workspace has no such object.
            APIError: The service refused the request; the message says what to do.
        """
    def rotate(self, id: Id, *, idempotency_key: str | None = None, again: bool = False) -> Record:
        """Create a new signing secret.

        The answer shows it, and it is shown only once. For 24 hours, deliveries are signed with the old secret as well;
        a second rotation within that time ends the oldest secret at once.

        ``POST /webhooks/{id}/rotate-secret``, scope webhooks.write; our reconstruction.

        Args:
            id: Id of the object, or the object itself.
            idempotency_key: Your own key; sending twice with the same key takes effect once.
            again: Whether to send it even if the same was done within 24 hours; otherwise the first result is returned,
                with a notice and without a request.

        Returns:
            A :class:`Record` with id, object, url, events, enabled, description, secret_prefix, created_at, updated_at,
            signing_secret.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            ReadOnlyError: The key or the workspace is read-only; nothing was sent.
            NotFoundError: The workspace has no such object.
            APIError: The service refused the request; the message says what to do.
        """
    @overload
    def deliveries(
        self,
        id: Id,
        *,
        event: AnyOf[Literal["lead.created", "lead.updated", "import.completed", "import.failed", "export.completed", "export.failed", "campaign.created", "campaign.updated", "campaign.published"]] | None = None,
        status: AnyOf[Literal["pending", "succeeded", "failed"]] | None = None,
        updated_after: Time | None = None,
        updated_before: Time | None = None,
        created_after: Time | None = None,
        created_before: Time | None = None,
        ids: Texts | None = None,
        order: Literal["updated_at.asc", "updated_at.desc"] | None = None,
        frame: None = None,
        columns: Sequence[str] | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        parallel: int | None = None,
        flat: bool | None = None,
        progress: bool | None = None,
        cached: bool | None = None,
        max_age: Time | None = None,
        refresh: bool | None = None,
    ) -> FrameT:
        """List the deliveries of one webhook.

        ``GET /webhooks/{id}/deliveries``, scope webhooks.read; our reconstruction.

        Args:
            id: Id of the object, or the object itself.
            event: Any of these values: lead.created, lead.updated, import.completed, import.failed, export.completed,
                export.failed, campaign.created, campaign.updated, campaign.published.
            status: Any of these values: pending, succeeded, failed.
            updated_after: Only objects changed after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            updated_before: Only objects last changed up to this instant; the bound itself is included. Times are
                datetimes, dates, ISO text, "7d" or "monday".
            created_after: Only objects created after this instant; the bound itself is excluded. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            created_before: Only objects created up to this instant; the bound itself is included. Times are datetimes,
                dates, ISO text, "7d" or "monday".
            ids: Only the objects with these ids, at most 100.
            order: Order by updated_at, ties by id in the same direction: updated_at.asc, updated_at.desc.
            frame: Library of the frame: "pandas", "polars", "pyarrow" or "duckdb"; by default the workspace's.
            columns: Columns to return, in this order; by default all.
            limit: Most rows to return, newest first; by default all, oldest change first.
            page_size: Rows per request, 1 to 500.
            parallel: Windows of time to read in parallel, 1 to 8; by default chosen by latency and rate limit.
            flat: Whether to return each list as one text, for tools that do not support lists.
            progress: Whether to show a bar on a long read.
            cached: Whether to read from the mirror on this machine, which is filled first if it is empty.
            max_age: Read from the mirror, after reading what changed if it is older than this, such as "15m".
            refresh: Whether to read from the mirror after reading what changed.

        Returns:
            A frame, with the same columns and dtypes for any number of rows: id, object, webhook_id, event, status,
            attempt_count, response_status_code, response_body_snippet, error_message, next_attempt_at, delivered_at,
            created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            NotFoundError: The workspace has no such object.
            APIError: The service refused the request; the message says what to do.
        """
    @overload
    def deliveries(self, id: Id, *, event: AnyOf[Literal["lead.created", "lead.updated", "import.completed", "import.failed", "export.completed", "export.failed", "campaign.created", "campaign.updated", "campaign.published"]] | None = None, status: AnyOf[Literal["pending", "succeeded", "failed"]] | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pandas"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pd.DataFrame: ...
    @overload
    def deliveries(self, id: Id, *, event: AnyOf[Literal["lead.created", "lead.updated", "import.completed", "import.failed", "export.completed", "export.failed", "campaign.created", "campaign.updated", "campaign.published"]] | None = None, status: AnyOf[Literal["pending", "succeeded", "failed"]] | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["polars"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pl.DataFrame: ...
    @overload
    def deliveries(self, id: Id, *, event: AnyOf[Literal["lead.created", "lead.updated", "import.completed", "import.failed", "export.completed", "export.failed", "campaign.created", "campaign.updated", "campaign.published"]] | None = None, status: AnyOf[Literal["pending", "succeeded", "failed"]] | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["pyarrow"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> pa.Table: ...
    @overload
    def deliveries(self, id: Id, *, event: AnyOf[Literal["lead.created", "lead.updated", "import.completed", "import.failed", "export.completed", "export.failed", "campaign.created", "campaign.updated", "campaign.published"]] | None = None, status: AnyOf[Literal["pending", "succeeded", "failed"]] | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: Literal["duckdb"], columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> duckdb.DuckDBPyRelation: ...
    @overload
    def deliveries(self, id: Id, *, event: AnyOf[Literal["lead.created", "lead.updated", "import.completed", "import.failed", "export.completed", "export.failed", "campaign.created", "campaign.updated", "campaign.published"]] | None = None, status: AnyOf[Literal["pending", "succeeded", "failed"]] | None = None, updated_after: Time | None = None, updated_before: Time | None = None, created_after: Time | None = None, created_before: Time | None = None, ids: Texts | None = None, order: Literal["updated_at.asc", "updated_at.desc"] | None = None, frame: FrameName | None, columns: Sequence[str] | None = None, limit: int | None = None, page_size: int | None = None, parallel: int | None = None, flat: bool | None = None, progress: bool | None = None, cached: bool | None = None, max_age: Time | None = None, refresh: bool | None = None) -> DataFrame: ...
    def retry(self, id: Id, *, idempotency_key: str | None = None, again: bool = False) -> Record:
        """Deliver again.

        The delivery is due at once: its status is pending until the attempt has ended. If the attempt fails, the rest
        of the schedule follows. A delivery that has succeeded is refused with 409 `delivery_succeeded`; a delivery to a
        disabled webhook with 409 `webhook_disabled`.

        ``POST /webhooks/deliveries/{id}/retry``, scope webhooks.write; our reconstruction.

        Args:
            id: Id of the object, or the object itself.
            idempotency_key: Your own key; sending twice with the same key takes effect once.
            again: Whether to send it even if the same was done within 24 hours; otherwise the first result is returned,
                with a notice and without a request.

        Returns:
            A :class:`Record` with id, object, webhook_id, event, status, attempt_count, response_status_code,
            response_body_snippet, error_message, next_attempt_at, delivered_at, created_at, updated_at.

        Raises:
            InvalidParameterError: The contract does not know an argument or a value; nothing was sent.
            ReadOnlyError: The key or the workspace is read-only; nothing was sent.
            NotFoundError: The workspace has no such object.
            APIError: The service refused the request; the message says what to do.
        """
