"""The verbs of each domain of ``ws``, one line for each verb.

Signatures and docstrings come from the contract (:mod:`~pb2b_notebook.api.domains.verbs`); ``resources.pyi`` beside
this file contains them for editors and type checkers, and is written by ``pb2b contract build``.
"""

from __future__ import annotations

from pb2b_notebook.api.calls.session import Session
from pb2b_notebook.api.domains.campaign_leads import CampaignLeads
from pb2b_notebook.api.domains.campaign_runs import CampaignRuns
from pb2b_notebook.api.domains.export_rows import ExportCreate, ExportRows
from pb2b_notebook.api.domains.import_runs import ImportErrors, ImportRuns
from pb2b_notebook.api.domains.job_waiting import JobWaits
from pb2b_notebook.api.domains.launches import CampaignLaunches
from pb2b_notebook.api.domains.lead_counts import LeadCount
from pb2b_notebook.api.domains.lead_field_list import LeadFieldList
from pb2b_notebook.api.domains.list_schemas import Listed
from pb2b_notebook.api.domains.snapshots import BillingSnapshots, SettingsSnapshots
from pb2b_notebook.api.domains.verbs import Part, Resource, Verb, VerbOfOurs
from pb2b_notebook.api.domains.webhook_urls import WithURL
from pb2b_notebook.frames.types import FrameT


class Leads(Listed[FrameT], path="leads"):
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

    list = Verb("leads.list")
    pages = Verb("leads.list", returns="pages")
    find = Verb("leads.list", leading={"text": "q"})
    count = LeadCount()
    get = Verb("leads.get")
    create = Verb("leads.create")
    update = Verb("leads.update")
    upsert = VerbOfOurs("leads.upsert")
    bulk_upsert = VerbOfOurs("leads.bulk_upsert")
    delete = Verb("leads.delete")
    activities = Verb("leads.activities")
    messages = Verb("leads.messages")


class LeadFields(Listed[FrameT], path="lead_fields"):
    """``ws.lead_fields``: one row is one field that leads of this workspace have, built-in or custom.

    Listing them also updates the types of custom fields, so that a new field gets its type in the next frame.
    """

    list = LeadFieldList("lead_fields.list", before=Session.forget_custom_fields)
    get = Verb("lead_fields.get")


class Activities(Listed[FrameT], path="activities"):
    """``ws.activities``: one row is one thing that happened to a lead."""

    list = Verb("activities.list")
    pages = Verb("activities.list", returns="pages")


class Messages(Listed[FrameT], path="messages"):
    """``ws.messages``: one row is one message to or from a lead."""

    list = Verb("messages.list")
    pages = Verb("messages.list", returns="pages")
    get = Verb("messages.get")


class Imports(ImportRuns[FrameT], path="imports"):
    """``ws.imports``: one row is one import of rows as leads."""

    list = Verb("imports.list")
    get = Verb("imports.get")
    errors = ImportErrors()


class Exports(ExportRows[FrameT], path="exports"):
    """``ws.exports``: one row is one file of leads, written by a job and downloaded in the signed-in workspace."""

    list = Verb("exports.list")
    get = Verb("exports.get")
    create = ExportCreate()
    readiness = Verb("exports.download")


class Jobs(JobWaits[FrameT], path="jobs"):
    """``ws.jobs``: one row is one job, which continues after its request was answered."""

    list = Verb("jobs.list")
    get = Verb("jobs.get")
    events = Verb("jobs.events")


class Campaigns(CampaignLaunches[FrameT], path="campaigns"):
    """``ws.campaigns``: one row is one campaign."""

    list = Verb("campaigns.list")
    get = Verb("campaigns.get")
    create = Verb("campaigns.create")
    update = Verb("campaigns.update")
    publish = Verb("campaigns.publish")
    pause = Verb("campaigns.pause")
    runs = CampaignRuns()
    get_run = Verb("campaign_runs.get")
    leads = CampaignLeads()
    logs = Verb("campaigns.logs")


class ProspectorWorkflows(Listed[FrameT], path="prospector.workflows"):
    """``ws.prospector.workflows``: one row is one search for new leads."""

    list = Verb("prospector.workflows.list")
    get = Verb("prospector.workflows.get")
    create = Verb("prospector.workflows.create")
    update = Verb("prospector.workflows.update")
    start = Verb("prospector.workflows.runs.create")


class ProspectorRuns(Listed[FrameT], path="prospector.runs"):
    """``ws.prospector.runs``: one row is one run of a workflow."""

    list = Verb("prospector.runs.list")
    get = Verb("prospector.runs.get")
    cancel = Verb("prospector.runs.cancel")


class Prospector(Resource[FrameT], path="prospector"):
    """``ws.prospector``: searches for new leads, and their runs."""

    workflows = Part(ProspectorWorkflows)
    runs = Part(ProspectorRuns)


class InboxThreads(Listed[FrameT], path="inbox.threads"):
    """``ws.inbox.threads``: one row is one conversation with a lead."""

    list = Verb("inbox.threads.list")
    get = Verb("inbox.threads.get")


class Inbox(Resource[FrameT], path="inbox"):
    """``ws.inbox``: conversations with leads, and their messages."""

    threads = Part(InboxThreads)
    messages = Verb("inbox.threads.messages")


class Billing(BillingSnapshots[FrameT], path="billing"):
    """``ws.billing``: the plan, and its usage."""

    subscription = Verb("billing.subscription")
    usage = Verb("billing.usage")


class Settings(SettingsSnapshots[FrameT], path="settings"):
    """``ws.settings``: the workspace's settings and members, read-only; they are changed in the workspace."""

    get = Verb("settings.get")
    members = Verb("settings.members")


class Tickets(Listed[FrameT], path="tickets"):
    """``ws.tickets``: one row is one support ticket."""

    list = Verb("tickets.list")
    get = Verb("tickets.get")
    create = Verb("tickets.create")
    reply = Verb("tickets.replies.create")


class Webhooks(Listed[FrameT], path="webhooks"):
    """``ws.webhooks``: one row is one endpoint that receives events.

    The signing secret is returned once, as a :class:`~pb2b_notebook.credentials.Secret`: ``.reveal()`` shows it.
    """

    list = Verb("webhooks.list")
    get = Verb("webhooks.get")
    create = WithURL("webhooks.create")
    update = WithURL("webhooks.update")
    delete = Verb("webhooks.delete")
    rotate = Verb("webhooks.rotate_secret")
    deliveries = Verb("webhooks.deliveries")
    retry = Verb("webhooks.deliveries.retry")
