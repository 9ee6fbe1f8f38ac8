"""Me: the API key of the request."""

from pb2b_notebook.sandbox.core.envelopes import ResponseBody
from pb2b_notebook.sandbox.core.models import ApiKeyEnvelope
from pb2b_notebook.sandbox.http.routing import Call, Tag

tag = Tag("Me", "The API key of the request, and what it may do.")


@tag.operation("GET /me", "me.get", "me.read", {200: ApiKeyEnvelope}, documented=True)
def get_me(call: Call) -> ResponseBody:
    """Read the API key of the request.

    The first call of an integration. It returns key, scopes, workspace, and whether the membership is read-only.
    """
    who = call.principal
    return call.one(
        {
            "id": who.key_id,
            "object": "api_key",
            "name": who.name,
            "prefix": who.prefix,
            "scopes": who.scopes,
            "read_only": who.read_only,
            "expires_at": who.expires_at,
            "workspace": {"id": who.workspace_id, "name": who.workspace_name},
            "membership": {"id": who.membership_id, "role": who.role, "email": who.email},
            "created_at": who.created_at,
            "updated_at": who.updated_at,
        }
    )
