"""ConnectForm against a sandbox that is served like a live service."""

from __future__ import annotations

import ipywidgets as widgets
import pytest

import pb2b_notebook as pb
from pb2b_notebook import errors
from pb2b_notebook.sandbox import Sandbox
from pb2b_notebook.serving import Server


@pytest.fixture
def service():
    with Sandbox(leads=5) as sandbox, Server(sandbox.app) as server:
        yield sandbox, f"{server.url}/api/public/v1"


@pytest.fixture
def profiles(tmp_path, monkeypatch, service):
    sandbox, url = service
    path = tmp_path / "config.toml"
    path.write_text(f'[profiles.acme]\napi_key = "{sandbox.key}"\nbase_url = "{url}"\n')
    path.chmod(0o600)
    monkeypatch.setenv("PB2B_CONFIG", str(path))


@pytest.fixture(autouse=True)
def no_profiles(tmp_path, monkeypatch):
    monkeypatch.setenv("PB2B_CONFIG", str(tmp_path / "none.toml"))


def states() -> str:
    """What a notebook would save of all widgets there are."""
    return str(widgets.Widget.get_manager_state())


def test_the_sandbox_by_value():
    form = pb.forms.ConnectForm()
    assert form.values["where"] == "sandbox"
    with form.submit(frame="polars", read_only=True) as ws:
        assert form.result is ws
        assert not ws.live
        assert ws.read_only
        assert type(ws.leads.list(limit=1)).__module__.startswith("polars")
        assert "SANDBOX" in form._heading.value


def test_an_existing_profile_is_preset(profiles):
    form = pb.forms.ConnectForm()
    assert form.values["where"] == "profile"
    form.click()
    with form.wait().result as ws:
        assert len(ws.leads.list(include_deleted=True)) == 5


def test_no_profile_is_an_error_with_its_repair(profiles):
    form = pb.forms.ConnectForm()
    with pytest.raises(errors.UsageError, match="choose a profile"):
        form.submit(profile=None)


def test_a_typed_key_connects_and_is_in_no_widget(service, monkeypatch):
    sandbox, url = service
    monkeypatch.setenv("PB2B_BASE_URL", url)
    form = pb.forms.ConnectForm()
    form.values = {"where": "live"}
    form._key.field.value = f" {sandbox.key}\n"
    assert form._key.field.value == ""
    assert sandbox.key not in states()
    form.click()
    with form.wait().result as ws:
        assert ws.id == sandbox.workspace_id
        assert sandbox.key not in states() + repr(form) + str(form._repr_mimebundle_())
    assert repr(form.values["key"]).startswith("Secret(")


def test_a_key_by_value_is_checked_first():
    form = pb.forms.ConnectForm()
    with pytest.raises(errors.InvalidKeyError):
        form.submit(where="live", key="secret-of-ada")
    assert "secret-of-ada" not in states() + repr(form)


def test_a_typed_text_that_is_not_a_key_is_refused_and_forgotten():
    form = pb.forms.ConnectForm()
    form._key.field.value = "secret-of-ada"
    assert "InvalidKeyError" in form._key._note.value
    assert "secret-of-ada" not in states()
    with pytest.raises(errors.MissingKeyError, match="paste the key"):
        form.submit(where="live")


def test_only_inputs_that_apply_are_shown(profiles):
    form = pb.forms.ConnectForm()
    shown = {
        where: [one.name for one in form._inputs.values() if one.widget.layout.display != "none"]
        for where in ("sandbox", "profile", "live")
        if not form._inputs["where"].set(where)
    }
    assert shown == {
        "sandbox": ["where", "read_only", "frame"],
        "profile": ["where", "profile", "read_only", "frame"],
        "live": ["where", "key", "read_only", "frame"],
    }


def test_a_service_that_does_not_answer_is_shown(monkeypatch):
    monkeypatch.setenv("PB2B_BASE_URL", "http://127.0.0.1:9/api/public/v1")
    form = pb.forms.ConnectForm()
    form.values = {"where": "live", "key": "pb2b_live_abc123_" + "s" * 20}
    form.click()
    form.wait()
    assert isinstance(form.error, errors.ConnectionFailedError)
    assert "ConnectionFailedError" in form._message.value
