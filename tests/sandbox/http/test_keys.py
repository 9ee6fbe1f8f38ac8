import socket
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from pb2b_notebook.errors import UsageError
from pb2b_notebook.sandbox import Sandbox
from pb2b_notebook.sandbox.http.keys import SCOPES

UNKNOWN = "pb2b_test_00000000_" + "0" * 40


def test_me_describes_the_key_of_the_request(api, sandbox):
    me = api.get("/me").json()["data"]
    assert list(me) == [
        "id", "object", "name", "prefix", "scopes", "read_only", "expires_at", "workspace", "membership",
        "created_at", "updated_at",
    ]  # fmt: skip
    assert me["object"] == "api_key"
    assert me["prefix"] == sandbox.key.split("_")[2]
    assert me["scopes"] == list(SCOPES)
    assert len(SCOPES) == 21
    assert me["read_only"] is False
    assert me["expires_at"] is None
    assert me["workspace"] == {"id": sandbox.workspace_id, "name": "Lantern & Finch"}
    assert set(me["membership"]) == {"id", "role", "email"}


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, "missing_key"),
        ("", "malformed_key"),
        ("Bearer", "malformed_key"),
        ("Bearer nonsense", "malformed_key"),
        ("Basic dXNlcjpwYXNz", "malformed_key"),
        (f"Token {UNKNOWN}", "malformed_key"),
        (f"Bearer {UNKNOWN} x", "malformed_key"),
        ("Bearer pb2b_test_0٠00000_" + "0" * 40, "malformed_key"),
        (f"Bearer {UNKNOWN}", "invalid_key"),
        ("Bearer pb2b_live_00000000_" + "0" * 40, "invalid_key"),
    ],
)
def test_an_invalid_authorization_header_is_refused(shared_api, header, expected, code):
    headers = {} if header is None else {"Authorization": header.encode()}
    response = shared_api.send(httpx.Request("GET", f"{shared_api.base_url}me", headers=headers))
    assert response.status_code == 401
    assert code(response) == expected
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert UNKNOWN not in response.text


def test_the_scheme_is_case_insensitive(shared_api, shared_sandbox):
    assert shared_api.get("/me", headers={"Authorization": f"bEaReR {shared_sandbox.key}"}).status_code == 200


def test_a_wrong_secret_does_not_reveal_that_the_prefix_exists(shared_api, shared_sandbox, bearer, code):
    forged = shared_sandbox.key[:-1] + ("0" if shared_sandbox.key[-1] != "0" else "1")
    response = shared_api.get("/me", headers=bearer(forged))
    assert (response.status_code, code(response)) == (401, "invalid_key")


def test_a_revoked_key_fails_at_once(api, sandbox, bearer, code):
    key = sandbox.create_key(name="short-lived")
    assert api.get("/me", headers=bearer(key)).status_code == 200
    sandbox.revoke_key(key.split("_")[2])
    response = api.get("/me", headers=bearer(key))
    assert (response.status_code, code(response)) == (401, "revoked_key")


def test_a_key_expires_by_the_domain_clock(api, sandbox, bearer, code):
    key = sandbox.create_key(expires_at=sandbox.clock.now() + timedelta(hours=1))
    assert api.get("/me", headers=bearer(key)).json()["data"]["expires_at"] == "2026-03-10T13:00:00.001Z"
    sandbox.clock.advance(3600)
    response = api.get("/me", headers=bearer(key))
    assert (response.status_code, code(response)) == (401, "expired_key")


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/me", "me.read"),
        ("GET", "/lead-fields/email", "lead-fields.read"),
        ("POST", "/leads", "leads.write"),
        ("DELETE", "/leads/lead_0", "leads.write"),
    ],
)
def test_a_missing_scope_is_named_before_any_other_check(*, api, sandbox, bearer, method, path, scope, code):
    key = sandbox.create_key(scopes=set(SCOPES) - {scope})
    response = api.request(method, path, headers=bearer(key), content=b"not json")
    assert (response.status_code, code(response)) == (403, "missing_scope")
    assert scope in response.json()["error"]["message"]


def test_only_hashes_are_stored(tmp_path):
    file = tmp_path / "sandbox.db"
    with Sandbox(file, leads=1) as sandbox:
        keys = [sandbox.key, sandbox.create_key()]
    with closing(sqlite3.connect(file)) as connection:
        content = file.read_bytes() + "".join(connection.iterdump()).encode()
    for key in keys:
        assert key.encode() not in content
        assert key.split("_")[3].encode() not in content
        assert key.split("_")[2].encode() in content


@pytest.mark.parametrize(
    "declared",
    [
        {"scopes": ["leads.fly"]},
        {"expires_at": datetime(2030, 1, 1)},  # noqa: DTZ001 - that it is naive is the point
        {"workspace_id": "ws_0"},
    ],
)
def test_a_key_with_invalid_arguments_is_not_created(sandbox, declared):
    with pytest.raises(UsageError):
        sandbox.create_key(**declared)


def test_an_unknown_key_cannot_be_revoked(sandbox):
    with pytest.raises(UsageError, match="prefix"):
        sandbox.revoke_key("ffffffff")


def test_an_expiry_in_another_zone_is_the_same_instant(api, sandbox, bearer):
    key = sandbox.create_key(expires_at=datetime(2027, 1, 1, tzinfo=UTC), scopes=["me.read"])
    me = api.get("/me", headers=bearer(key)).json()["data"]
    assert me["expires_at"] == "2027-01-01T00:00:00.000Z"
    assert me["scopes"] == ["me.read"]


# --- rotation and the list of keys -----------------------------------------------------------------------------------


def prefix_of(key):
    return key.split("_")[2]


def test_a_rotated_key_fails_at_once_and_the_new_one_has_its_permissions(api, sandbox, bearer, code):
    end = sandbox.clock.now() + timedelta(days=1)
    old = sandbox.create_key(name="crm", scopes=["leads.read", "me.read"], read_only=True, expires_at=end)
    was = api.get("/me", headers=bearer(old)).json()["data"]
    fresh = sandbox.rotate_key(prefix_of(old))
    refused = api.get("/me", headers=bearer(old))
    assert (refused.status_code, code(refused)) == (401, "revoked_key")
    now = api.get("/me", headers=bearer(fresh)).json()["data"]
    inherited = ("name", "scopes", "read_only", "expires_at", "workspace", "membership")
    assert [now[field] for field in inherited] == [was[field] for field in inherited]
    assert now["id"] != was["id"]
    assert prefix_of(fresh) != prefix_of(old)
    assert fresh.split("_")[3] != old.split("_")[3]


@pytest.mark.parametrize("end", ["rotate_key", "revoke_key"])
def test_a_write_is_refused_if_its_key_is_revoked_while_the_body_arrives(wire, sandbox, end):
    """A client with a leaked key could otherwise delay the end of its body until after the revocation."""
    key = sandbox.create_key()
    body = b'{"email": "late@y.example"}'
    head = f"POST {wire.base_url.path}leads HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    head += "Expect: 100-continue\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", wire.base_url.port), timeout=30) as connection:
        connection.sendall(head.encode())
        answers = connection.makefile("rb")
        assert answers.readline().startswith(
            b"HTTP/1.1 100 "
        )  # the request was accepted, and the sandbox waits for its body
        getattr(sandbox, end)(prefix_of(key))
        connection.sendall(body)
        answer = answers.read()
    assert b"HTTP/1.1 401 " in answer
    assert b"revoked_key" in answer
    assert wire.get("/leads", params={"email": "late@y.example"}).json()["data"] == []


def test_a_revoked_or_unknown_key_cannot_be_rotated(sandbox):
    key = sandbox.create_key()
    sandbox.revoke_key(prefix_of(key))
    before = sandbox.keys()
    for prefix in (prefix_of(key), "ffffffff"):
        with pytest.raises(UsageError):
            sandbox.rotate_key(prefix)
    assert sandbox.keys() == before


def test_an_expired_key_is_rotated_only_with_a_new_expiry(api, sandbox, bearer):
    key = sandbox.create_key(expires_at=sandbox.clock.now() + timedelta(hours=1))
    sandbox.clock.advance(3600)
    with pytest.raises(UsageError, match="expired") as caught:
        sandbox.rotate_key(prefix_of(key))
    assert caught.value.repair
    fresh = sandbox.rotate_key(prefix_of(key), expires_at=sandbox.clock.now() + timedelta(hours=1))
    assert api.get("/me", headers=bearer(fresh)).status_code == 200


def test_the_list_of_keys_contains_no_secrets(sandbox):
    end = datetime(2027, 1, 1, tzinfo=UTC)
    keys = [
        sandbox.key,
        sandbox.create_key(name="reader", read_only=True, scopes=["me.read"], expires_at=end),
        sandbox.create_key(name="theirs", workspace_id=sandbox.other_workspace_id),
    ]
    sandbox.revoke_key(prefix_of(keys[2]))
    first, reader, theirs = sandbox.keys()
    assert [record.prefix for record in (first, reader, theirs)] == [prefix_of(key) for key in keys]
    assert (first.scopes, first.read_only, first.expires_at, first.revoked_at) == (SCOPES, False, None, None)
    assert (reader.scopes, reader.read_only) == (("me.read",), True)
    assert reader.expires_at == "2027-01-01T00:00:00.000Z"
    assert theirs.workspace_id == sandbox.other_workspace_id
    assert theirs.revoked_at > theirs.created_at
    assert not any(key.split("_")[3] in repr(sandbox.keys()) for key in keys)


def test_a_second_revocation_keeps_the_time_of_the_first(sandbox):
    prefix = prefix_of(sandbox.create_key())
    sandbox.revoke_key(prefix)
    before = sandbox.keys()
    sandbox.revoke_key(prefix)
    assert sandbox.keys() == before


@pytest.mark.parametrize("name", ["", "x" * 101, "two\nlines", "\x1b[31m"])
def test_a_key_needs_a_printable_name(sandbox, name):
    with pytest.raises(UsageError, match="name"):
        sandbox.create_key(name=name)


def test_an_unknown_scope_gets_the_nearest_name(sandbox):
    with pytest.raises(UsageError) as caught:
        sandbox.create_key(scopes=["lead.read"])
    assert caught.value.repair == "did you mean 'leads.read'?"
