import copy
import io
import logging
import pickle
import sys

import keyring
import keyring.backend
import pytest

import pb2b_notebook as pb
from each_case import each_case
from pb2b_notebook import credentials, errors

KEY = "pb2b_live_abc123_0123456789abcdefSECRET"
OTHER = "pb2b_live_zzz999_fedcba9876543210OTHERS"


@pytest.fixture
def config(monkeypatch, tmp_path):
    path = tmp_path / "config.toml"
    monkeypatch.setenv("PB2B_CONFIG", str(path))

    def write(text, mode=0o600):
        path.write_text(text)
        path.chmod(mode)

    return write


@each_case(
    "text",
    [
        "",
        "secret",
        KEY[:-20],
        KEY.replace("live", "prod"),
        KEY[:20] + "\n" + KEY[20:],
        KEY[:20] + " " + KEY[20:],
        KEY + "é",
        KEY + "\u0660",
        f"Bearer {KEY}",
    ],
)
def test_a_malformed_key_is_refused_and_never_repeated(text):
    with pytest.raises(errors.InvalidKeyError) as caught:
        pb.connect(text)
    assert "pb2b_live_<prefix>_<secret>" in str(caught.value)
    if len(text) > 10:
        assert text not in str(caught.value)
        assert text[10:] not in repr(caught.value)


def test_white_space_around_a_key_is_dropped():
    assert credentials.api_key(f"  {KEY}\n").reveal() == KEY


@each_case("show", [repr, str, "{}".format, "%s".__mod__, lambda s: f"{s!r:>60}", vars.__call__])
def test_a_secret_shows_its_prefix_at_most(show):
    secret = credentials.api_key(KEY)
    try:
        shown = str(show(secret))
    except TypeError:
        return
    assert "SECRET" not in shown


@pytest.mark.parametrize("store", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_secret_cannot_be_stored(store):
    with pytest.raises(TypeError, match="cannot be pickled"):
        store(credentials.api_key(KEY))


def test_the_argument_wins_over_the_environment(monkeypatch):
    monkeypatch.setenv("PB2B_API_KEY", OTHER)
    assert credentials.find(KEY).key.reveal() == KEY


def test_the_environment_wins_over_the_default_profile(monkeypatch, config):
    config(f'[profiles.default]\napi_key = "{OTHER}"')
    monkeypatch.setenv("PB2B_API_KEY", KEY)
    assert credentials.find().key.reveal() == KEY


def test_the_environment_never_overrides_a_named_profile(monkeypatch, config):
    config(f'[profiles.acme]\napi_key = "{KEY}"\nread_only = true\nframe = "polars"')
    monkeypatch.setenv("PB2B_API_KEY", OTHER)
    found = credentials.find(profile="acme")
    assert (found.key.reveal(), found.read_only, found.frame) == (KEY, True, "polars")


def test_the_default_profile_is_used_when_none_is_named(config):
    config(f'[profiles.default]\napi_key = "{KEY}"\nbase_url = "https://eu.example.com/v1/"')
    found = credentials.find()
    assert (found.key.reveal(), found.base_url) == (KEY, "https://eu.example.com/v1")


class Keyring(keyring.backend.KeyringBackend):
    """A keyring of the standard interface that holds what it is given, in memory."""

    priority = 1

    def __init__(self):
        self.kept = {}

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self.kept[service, username] = password


@pytest.fixture
def system_keyring():
    before = keyring.get_keyring()
    keyring.set_keyring(Keyring())
    yield keyring
    keyring.set_keyring(before)


def test_the_keyring_is_asked_last_and_by_profile(system_keyring, config, monkeypatch):
    system_keyring.set_password(credentials.KEYRING_SERVICE, "default", KEY)
    system_keyring.set_password(credentials.KEYRING_SERVICE, "acme", OTHER)
    config("[profiles.acme]\nread_only = true")
    assert credentials.find().key.reveal() == KEY
    assert credentials.find(profile="acme").key.reveal() == OTHER
    monkeypatch.setenv("PB2B_API_KEY", OTHER)
    assert credentials.find().key.reveal() == OTHER


def test_the_base_url_comes_from_the_environment(monkeypatch):
    monkeypatch.setenv("PB2B_BASE_URL", "http://localhost:8808/api/public/v1")
    assert credentials.find(KEY).base_url == "http://localhost:8808/api/public/v1"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[profiles.acme]\napi_key = oops SECRET", "correct the file"),
        ('[profiles.acme]\napi_kee = "SECRET"', "did you mean 'api_key'"),
        ('[profiles.acmee]\napi_key = "SECRET"', "did you mean 'acmee'"),
        ("profiles = 3", "write [profiles.acme]"),
        ("[profiles.acme]", "pb2b login --profile acme"),
    ],
)
def test_an_error_in_a_profile_has_a_repair_and_no_key(config, text, says):
    config(text)
    with pytest.raises(errors.ConfigurationError) as caught:
        pb.connect(profile="acme")
    assert says in str(caught.value)
    assert "SECRET" not in str(caught.value)


def test_a_file_with_keys_that_other_users_may_read_is_refused(config):
    config(f'[profiles.acme]\napi_key = "{KEY}"', mode=0o644)
    with pytest.raises(errors.ConfigurationError, match="chmod 600"):
        pb.connect(profile="acme")


def test_without_a_key_and_without_a_prompt_the_message_lists_the_sources(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with pytest.raises(errors.MissingKeyError, match=r"PB2B_API_KEY.*open_sandbox"):
        pb.connect()


@each_case(
    "url",
    [
        "http://login.prospectb2b.com/api", "ftp://127.0.0.1", "login.prospectb2b.com",
        "https://user:pass@login.prospectb2b.com", "https://login.prospectb2b.com/?a=1", "http://[::1",
        "http://127.0.0.1.example.com/", "https://x:99999999/", "", 5, "https://x.example?", "https://x.example#",
        "https://@x.example", "https://exa mple.com", "https://.", "https://x\n.example", "https://x.example/\x00",
        "https://١.example", "https://xn--zzzz.example/ü",
    ],
)  # fmt: skip
def test_a_base_url_that_could_leak_the_key_or_is_malformed_is_refused(url):
    with pytest.raises(errors.ConfigurationError):
        credentials.base_url(url)


def test_no_debug_log_contains_the_key(shared_ws, caplog):
    key = shared_ws.sandbox.create_key(name="canary")
    caplog.set_level(logging.DEBUG)
    with pb.connect(key, base_url=shared_ws._session.client.base_url) as ws:
        ws.leads.list(limit=1)
    assert key not in caplog.text
    assert key.rpartition("_")[2] not in caplog.text


def test_no_log_contains_the_value_of_a_filter(caplog):
    caplog.set_level(logging.DEBUG)
    with pb.open_sandbox(leads=3, in_process=False) as ws:
        ws.leads.list(email="canary@leads.example", limit=1)
        ws.leads.find("canary name")
    assert "send_request_headers" in caplog.text  # httpcore's lines are among them
    assert "canary" not in caplog.text


def test_a_secret_is_copied_through_a_pipe(tmp_path, monkeypatch):
    clipboard = tmp_path / "wl-copy"
    clipboard.write_text(f"#!/bin/sh\ncat > {tmp_path}/pasted\n")
    clipboard.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert credentials.api_key(KEY).copy() is None
    assert (tmp_path / "pasted").read_text() == KEY


def test_without_a_clipboard_nothing_is_copied_and_the_message_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(errors.ConfigurationError, match="reveal") as caught:
        credentials.api_key(KEY).copy()
    assert "SECRET" not in str(caught.value)


def test_a_typo_in_the_default_profile_does_not_unlock_it(tmp_path, monkeypatch):
    path = tmp_path / "config.toml"
    path.write_text(f'[profiles.default]\napi_key = "{KEY}"\nread_ony = true')
    path.chmod(0o600)
    monkeypatch.setenv("PB2B_CONFIG", str(path))
    with pytest.raises(errors.ConfigurationError, match="did you mean 'read_only'"):
        credentials.find()


def test_the_environment_does_not_redirect_a_named_profile(tmp_path, monkeypatch):
    path = tmp_path / "config.toml"
    path.write_text(f'[profiles.acme]\napi_key = "{KEY}"')
    path.chmod(0o600)
    monkeypatch.setenv("PB2B_CONFIG", str(path))
    monkeypatch.setenv("PB2B_BASE_URL", "http://127.0.0.1:8808/api/public/v1")
    assert credentials.find(profile="acme").base_url == credentials.LIVE_URL
