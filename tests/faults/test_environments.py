"""The same work in other environments gives the same result."""

import pytest

import environments
import pb2b_notebook as pb
from pb2b_notebook import errors

KEY = "pb2b_test_abc123_" + "x" * 32


@pytest.mark.campaign
def test_a_sample_of_environments_gives_the_result_of_a_plain_one():
    """The whole matrix is a command: tests/support/environments.py."""
    assert environments.campaign(seed=1, sample=3) == 0


def test_stale_certificates_are_an_error_with_https_and_do_not_stop_plain_http(monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", environments.NOWHERE)
    with pb.open_sandbox(leads=3, in_process=False) as ws:
        assert len(ws.leads.list()) == 3
    with pytest.raises(errors.UsageError, match=r"named by SSL_CERT_FILE.* unset SSL_CERT_FILE"):
        pb.connect(KEY, base_url="https://127.0.0.1:9/api")


def test_a_certificate_file_of_something_else_is_an_error(monkeypatch, tmp_path):
    (tmp_path / "notes.txt").write_text("no certificates")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "notes.txt"))
    with pytest.raises(errors.UsageError, match="SSL_CERT_FILE"):
        pb.connect(KEY, base_url="https://127.0.0.1:9/api")
