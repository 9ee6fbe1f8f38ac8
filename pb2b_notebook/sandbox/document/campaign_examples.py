"""Examples of campaigns, prospector, messages, inbox and activities; see :mod:`.examples`."""

from __future__ import annotations

from typing import Any

from pb2b_notebook.sandbox.core.examples import LEAD, MADE_AT, list_envelope, object_envelope

_STARTED_AT = "2026-03-10T12:00:01.000Z"
_OPENED_AT = "2026-03-10T12:04:10.250Z"
_REPLIED_AT = "2026-03-10T12:09:32.500Z"
_FINISHED_AT = "2026-03-10T12:10:01.000Z"
_TIMES = {"created_at": MADE_AT, "updated_at": _FINISHED_AT}
_WRITTEN = {"created_at": _FINISHED_AT, "updated_at": _FINISHED_AT}
_SUBJECT = "A question about Nordlicht Optik GmbH"
_STEPS: list[dict[str, Any]] = [
    {
        "subject": "A question about {{company_name}}",
        "body": "Hello {{first_name}},\n\nmay I show you how others save a day a week?",
        "delay_days": 0,
    },
    {"subject": "Did you see my question?", "body": "Hello {{first_name}},\n\none last try.", "delay_days": 4},
]
_AUDIENCE: dict[str, Any] = {
    "status": ["new", "contacted"],
    "source": ["webinar", "website"],
    "country": ["DE", "AT", "CH"],
    "tag": [],
    "owner_email": [],
}
_CRITERIA: dict[str, Any] = {
    "countries": ["DE", "AT"],
    "industries": [],
    "seniorities": ["head", "director"],
    "employees_min": 50,
    "employees_max": None,
    "max_results": 25,
}

WORKFLOW: dict[str, Any] = {
    "id": "workflow_e3b06d94a17c25f8",
    "object": "prospector_workflow",
    "name": "Heads in the DACH region",
    "status": "active",
    "enabled": True,
    "criteria": _CRITERIA,
    "schedule": "weekly",
    "last_run_id": "prun_9d41b7e05fa2c863",
    "created_at": MADE_AT,
    "updated_at": MADE_AT,
}
PROSPECTOR_RUN: dict[str, Any] = {
    "id": WORKFLOW["last_run_id"],
    "object": "prospector_run",
    "workflow_id": WORKFLOW["id"],
    "job_id": "job_a8c51e92d07b364f",
    "status": "completed",
    "found": 25,
    "created": 21,
    "duplicates": 4,
    "credits_used": 21,
    "started_at": _STARTED_AT,
    "finished_at": "2026-03-10T12:02:01.000Z",
    "created_at": MADE_AT,
    "updated_at": "2026-03-10T12:02:01.001Z",
}
CAMPAIGN: dict[str, Any] = {
    "id": "campaign_51d9e07a3cb84f26",
    "object": "campaign",
    "status": "published",
    "enabled": True,
    "prospector_workflow_id": None,
    "name": "Spring in the DACH region",
    "channel": "email",
    "steps": _STEPS,
    "published_at": MADE_AT,
    "audience": _AUDIENCE,
    "audience_count": 184,
    "created_at": MADE_AT,
    "updated_at": MADE_AT,
}
CAMPAIGN_RUN: dict[str, Any] = {
    "id": "crun_0b7f62c1e4d8a935",
    "object": "campaign_run",
    "campaign_id": CAMPAIGN["id"],
    "job_id": "job_71e6b3f90c2d58a4",
    "status": "completed",
    "started_at": _STARTED_AT,
    "finished_at": _FINISHED_AT,
    "targeted": 184,
    "sent": 182,
    "delivered": 177,
    "opened": 81,
    "clicked": 19,
    "replied": 11,
    "bounced": 5,
    "unsubscribed": 2,
    **_TIMES,
}
CAMPAIGN_LOG: dict[str, Any] = {
    "id": "clog_f5a0d81c6e93b274",
    "object": "campaign_log",
    "campaign_id": CAMPAIGN["id"],
    "run_id": CAMPAIGN_RUN["id"],
    "lead_id": LEAD["id"],
    "level": "info",
    "event": "reply.received",
    "message": "The lead replied.",
    "occurred_at": _REPLIED_AT,
    **_WRITTEN,
}
THREAD: dict[str, Any] = {
    "id": "thread_6c85f1b03e9d42a7",
    "object": "inbox_thread",
    "lead_id": LEAD["id"],
    "subject": _SUBJECT,
    "status": "open",
    "unread_count": 1,
    "last_message_at": _REPLIED_AT,
    "assigned_to": LEAD["owner_email"],
    **_WRITTEN,
}
MESSAGE: dict[str, Any] = {
    "id": "msg_4af09c8e72d1b563",
    "object": "message",
    "lead_id": LEAD["id"],
    "thread_id": THREAD["id"],
    "campaign_id": CAMPAIGN["id"],
    "direction": "outbound",
    "channel": "email",
    "subject": _SUBJECT,
    "body_preview": "Hello Zoë,\n\nmay I show you how others save a day a week?",
    "status": "replied",
    "sent_at": "2026-03-10T12:01:13.400Z",
    "opened_at": _OPENED_AT,
    "replied_at": _REPLIED_AT,
    **_WRITTEN,
}
ACTIVITY: dict[str, Any] = {
    "id": "act_27d3b8f5c60e914a",
    "object": "lead_activity",
    "lead_id": LEAD["id"],
    "type": "reply_received",
    "occurred_at": _REPLIED_AT,
    "actor": "lead",
    "campaign_id": CAMPAIGN["id"],
    "summary": f"Reply received: {_SUBJECT}",
    "metadata": {"message_id": MESSAGE["id"], "run_id": CAMPAIGN_RUN["id"], "thread_id": THREAD["id"]},
    **_WRITTEN,
}

CAMPAIGN_EXAMPLES: dict[str, Any] = {
    "Campaign": CAMPAIGN,
    "CampaignEnvelope": object_envelope(CAMPAIGN),
    "CampaignList": list_envelope(CAMPAIGN),
    "CampaignCreate": {
        "name": CAMPAIGN["name"],
        "steps": _STEPS,
        "audience": {"source": ["webinar", "website"], "country": ["DE", "AT", "CH"]},
    },
    "CampaignPatch": {"name": "Summer in the DACH region", "enabled": True, "if_updated_at": MADE_AT},
    "CampaignRun": CAMPAIGN_RUN,
    "CampaignRunEnvelope": object_envelope(CAMPAIGN_RUN),
    "CampaignRunList": list_envelope(CAMPAIGN_RUN),
    "CampaignLog": CAMPAIGN_LOG,
    "CampaignLogList": list_envelope(CAMPAIGN_LOG),
    "ProspectorWorkflow": WORKFLOW,
    "ProspectorWorkflowEnvelope": object_envelope(WORKFLOW),
    "ProspectorWorkflowList": list_envelope(WORKFLOW),
    "ProspectorWorkflowCreate": {
        "name": WORKFLOW["name"],
        "criteria": {"countries": ["DE", "AT"], "seniorities": ["head", "director"], "max_results": 25},
        "schedule": "weekly",
    },
    "ProspectorWorkflowPatch": {"schedule": "manual", "enabled": True, "if_updated_at": MADE_AT},
    "ProspectorRun": PROSPECTOR_RUN,
    "ProspectorRunEnvelope": object_envelope(PROSPECTOR_RUN),
    "ProspectorRunList": list_envelope(PROSPECTOR_RUN),
    "Message": MESSAGE,
    "MessageEnvelope": object_envelope(MESSAGE),
    "MessageList": list_envelope(MESSAGE),
    "InboxThread": THREAD,
    "InboxThreadEnvelope": object_envelope(THREAD),
    "InboxThreadList": list_envelope(THREAD),
    "LeadActivity": ACTIVITY,
    "LeadActivityList": list_envelope(ACTIVITY),
}
