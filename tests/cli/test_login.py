"""``pb2b login`` keeps a key in the keyring only after the service accepted it, and never prints it."""

import io
import os
import pty
import subprocess
import sys

import keyring
import keyring.backend
import keyring.backends.null
import pytest

import pb2b_notebook as pb
from pb2b_notebook import credentials
from pb2b_notebook.cli import main

WRONG = "pb2b_test_00000000_" + "0" * 32


class Keyring(keyring.backend.KeyringBackend):
    """A keyring of the standard interface that holds what it is given, in memory."""

    priority = 1

    def __init__(self):
        self.kept = {}

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self.kept[service, username] = password

    def delete_password(self, service, username):
        del self.kept[service, username]


@pytest.fixture(scope="module")
def ws():
    with pb.open_sandbox(leads=5, in_process=True) as opened:
        yield opened


@pytest.fixture
def kept(monkeypatch, ws):
    monkeypatch.setenv("PB2B_BASE_URL", ws.base_url)
    before = keyring.get_keyring()
    backend = Keyring()
    keyring.set_keyring(backend)
    yield backend.kept
    keyring.set_keyring(before)


def login(monkeypatch, text, *arguments):
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    return main(["login", *arguments])


def test_a_key_from_stdin_is_stored_and_connects(kept, ws, monkeypatch, capsys):
    key = ws.sandbox.create_key()
    assert login(monkeypatch, key + "\n") == 0
    printed = "".join(capsys.readouterr())
    assert (ws.name in printed, key in printed) == (True, False)
    assert kept == {(credentials.KEYRING_SERVICE, "default"): key}
    with pb.connect() as again:
        assert again.name == ws.name
    assert main(["logout"]) == 0
    assert kept == {}
    assert main(["logout"]) == 0
    assert "no such key" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "not a key canary\n", WRONG + "\n"])
def test_a_key_that_is_not_accepted_is_not_stored(kept, monkeypatch, text, capsys):
    assert login(monkeypatch, text) == 1
    printed = capsys.readouterr().err
    assert (printed.startswith("pb2b: "), "canary" in printed, WRONG in printed, kept) == (True, False, False, {})


def test_a_profile_has_its_own_key_and_service(kept, ws, monkeypatch, tmp_path, capsys):
    monkeypatch.delenv("PB2B_BASE_URL")
    config = tmp_path / "config.toml"
    config.write_text(f'[profiles.acme]\nbase_url = "{ws.base_url}"\n')
    key = ws.sandbox.create_key()
    assert login(monkeypatch, key, "--profile", "acme", "--quiet") == 0
    assert (kept, capsys.readouterr().err) == ({(credentials.KEYRING_SERVICE, "acme"): key}, "")
    assert login(monkeypatch, key, "--profile", "acmee") == 1
    config.write_text(f'[profiles.default]\nbase_url = "{ws.base_url}"\n')
    assert login(monkeypatch, key) == 0
    with pb.connect() as again:
        assert again.base_url == ws.base_url


def test_a_source_that_comes_before_the_keyring_is_named(kept, ws, monkeypatch, capsys):
    key = ws.sandbox.create_key()
    monkeypatch.setenv("PB2B_API_KEY", key)
    assert login(monkeypatch, key) == 0
    assert "PB2B_API_KEY has a key, too" in capsys.readouterr().err


def test_a_machine_without_a_keyring_is_an_error_with_its_repair(kept, ws, monkeypatch, capsys):
    keyring.set_keyring(keyring.backends.null.Keyring())  # it accepts everything and keeps nothing
    assert login(monkeypatch, ws.sandbox.create_key()) == 1
    assert "config.toml" in capsys.readouterr().err


@pytest.mark.skipif(os.name != "posix", reason="terminals are files on POSIX only")
def test_a_typed_key_is_not_shown():
    shown, terminal = pty.openpty()
    command = [sys.executable, "-m", "pb2b_notebook", "login"]
    with subprocess.Popen(command, stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True) as process:
        os.close(terminal)
        screen = b""
        while b"API key: " not in screen:
            screen += os.read(shown, 1024)
        os.write(shown, b"not a key canary\n")
        assert process.wait(60) == 1
    screen += os.read(shown, 4096)
    os.close(shown)
    assert (b"this is not a ProspectB2B API key" in screen, b"canary" in screen) == (True, False)
