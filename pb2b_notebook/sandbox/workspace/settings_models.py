"""The pydantic models of workspace settings and members; see :mod:`.core.models`."""

from typing import Literal

from pydantic import Field

from pb2b_notebook.sandbox.core.models import DateTime, Record, envelope_of, page_of


class SendingWindow(Record):
    """When campaigns may send, in the workspace's time zone."""

    days: list[Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]]
    start: str = Field(description="`HH:MM`.", examples=["08:30"])
    end: str = Field(description="`HH:MM`.", examples=["17:30"])


class Features(Record):
    """The features of the plan."""

    campaigns: bool
    prospector: bool
    webhooks: bool
    custom_fields: bool


class Limits(Record):
    """The limits of the plan and of the API."""

    leads: int = Field(description="Leads that the workspace may hold, without deleted ones.")
    members: int
    webhooks: int
    bulk_upsert_rows: int
    import_rows: int


class WorkspaceSettings(Record):
    """The settings of the workspace at one moment."""

    id: str
    object: Literal["workspace_settings"]
    timezone: str = Field(description="Name in the IANA time zone database.", examples=["Europe/Berlin"])
    locale: str = Field(description="A BCP 47 tag.", examples=["de-DE"])
    sending_window: SendingWindow
    default_owner_email: str | None
    features: Features
    limits: Limits
    created_at: DateTime
    updated_at: DateTime


class Member(Record):
    """A user of the workspace."""

    id: str
    object: Literal["member"]
    email: str
    role: Literal["owner", "admin", "member", "viewer"]
    read_only: bool = Field(description="True if the keys of this membership can only read.")
    created_at: DateTime
    updated_at: DateTime


WorkspaceSettingsEnvelope = envelope_of(WorkspaceSettings, "The settings.")
MemberList = page_of(Member, "A page of members.")
