"""Settings: the settings and members of the workspace; read-only."""

from typing import Annotated

from pb2b_notebook.sandbox.core.envelopes import ResponseBody
from pb2b_notebook.sandbox.core.queries import ListQuery
from pb2b_notebook.sandbox.core.tables import MEMBERS, SETTINGS
from pb2b_notebook.sandbox.http.parameters import Query
from pb2b_notebook.sandbox.http.routing import Call, Tag
from pb2b_notebook.sandbox.workspace.settings_models import MemberList, WorkspaceSettingsEnvelope

tag = Tag("Settings", "The settings of the workspace, and its members.")


@tag.operation("GET /settings", "settings.get", "settings.read", {200: WorkspaceSettingsEnvelope})
def get_settings(call: Call) -> ResponseBody:
    """Read the workspace's settings.

    They are changed in the workspace, not through the API.
    """
    [settings] = call.parts.store.find(SETTINGS, call.workspace_id, "1", ())
    return call.one(settings)


@tag.operation("GET /settings/members", "settings.members", "settings.read", {200: MemberList})
def list_members(call: Call, query: Annotated[ListQuery, Query()]) -> ResponseBody:
    """List the members of the workspace."""
    return call.page(MEMBERS, query)
