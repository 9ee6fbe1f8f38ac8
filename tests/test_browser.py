"""A web page: the sandbox opens by itself, no key is taken, and what is missing is said with what to do instead."""

import sys

import pytest

import pb2b_notebook as pb
from pb2b_notebook import browser, serving
from pb2b_notebook.errors import ConfigurationError, MissingExtraError
from pb2b_notebook.serving import Server

KEY = "pb2b_live_0123456789ab_" + "x" * 32


@pytest.fixture(params=["emscripten", "wasi"])
def page(request, monkeypatch):
    """This Python, as if it ran in a web page."""
    monkeypatch.setattr(sys, "platform", request.param)
    serving.can_serve.cache_clear()
    yield
    monkeypatch.undo()
    serving.can_serve.cache_clear()


def test_the_sandbox_of_a_page_is_in_process_and_a_second_connection_finds_it(page):
    with pb.open_sandbox(leads=5) as ws:
        assert ws.base_url.startswith("in-process://")
        key = ws.sandbox.create_key(name="another")
        with pb.connect(key, base_url=ws.base_url) as other:
            assert len(other.leads.list(include_deleted=True)) == 5


def test_a_page_serves_nothing_on_loopback(page):
    with pytest.raises(ConfigurationError, match="in_process=True"):
        Server(None)


@pytest.mark.parametrize("given", [{"key": KEY}, {"profile": "acme"}, {}, {"base_url": "https://api.example.com"}])
def test_a_page_takes_no_key_and_asks_for_none(page, given, monkeypatch):
    monkeypatch.setenv("PB2B_API_KEY", KEY)
    monkeypatch.setattr("getpass.getpass", lambda *_: pytest.fail("asked for a key"))
    with pytest.raises(ConfigurationError, match="web page") as refused:
        pb.connect(**given)
    assert "pb.open_sandbox()" in refused.value.repair
    assert KEY not in str(refused.value)


def test_what_a_page_cannot_have_is_not_to_be_installed_there(page):
    problem = MissingExtraError("mirror", "the mirror")
    assert "web page" in problem.message
    assert problem.repair == browser.ELSEWHERE


def test_elsewhere_a_missing_extra_is_to_be_installed():
    assert MissingExtraError("mirror", "the mirror").repair == "pip install 'pb2b-notebook[mirror]'"


def test_time_zones_are_placed_where_arrow_looks_unless_there_are_some(tmp_path):
    to = tmp_path / "zoneinfo"
    browser.place_time_zones(to)
    assert (to / "Europe" / "Berlin").read_bytes().startswith(b"TZif")
    assert list(to.rglob("*.py")) == []
    (to / "Europe" / "Berlin").write_bytes(b"the system's own")
    browser.place_time_zones(to)
    assert (to / "Europe" / "Berlin").read_bytes() == b"the system's own"
