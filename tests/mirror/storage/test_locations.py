"""Locations of mirrors: names, modes, folders that the storage engine cannot address, other workspaces' tables."""

import os
import stat
import sys
import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pb2b_notebook as pb
from pb2b_notebook.errors import InvalidParameterError, MirrorError, NotMirroredError
from pb2b_notebook.mirror import Location
from pb2b_notebook.mirror.storage.locations import safe_name
from service_rows import Source, content


@given(st.text(), st.text())
def test_different_texts_have_different_names_even_without_case(one, other):
    assert (safe_name(one).casefold() == safe_name(other).casefold()) == (one == other)


@given(st.text(max_size=400))
def test_every_system_accepts_the_names(text):
    name = safe_name(text)
    assert name not in {"", ".", ".."}
    assert len(name) <= 100
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789_-.~")
    assert not name.endswith((".", " "))
    assert name.partition(".")[0] not in {"con", "prn", "aux", "nul", "com1", "lpt9"}


def test_the_mirror_is_in_the_cache_folder_by_service_and_workspace(source, tmp_path, monkeypatch):
    monkeypatch.setenv("PB2B_CACHE_DIR", str(tmp_path / "elsewhere"))
    source.put("lead_1")
    with source.connect() as ws:
        ws.mirror.sync("leads")
        root = ws.mirror.location.root
        assert root.is_relative_to(tmp_path / "elsewhere")
        assert root.name == "ws_1"
        assert ws.mirror.location.url == root.as_uri()


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_only_the_owner_may_open_the_folders(source):
    source.put("lead_1")
    source.put("lead_1", title="Countess")
    with source.connect() as ws:
        ws.mirror.sync("leads")
        source.put("lead_1", title="Duchess")
        ws.mirror.sync("leads")
        root = ws.mirror.location.root
        folders = [root, root / "tables", root / "history", root / "locks"]
        assert [oct(stat.S_IMODE(folder.stat().st_mode)) for folder in folders] == ["0o700"] * 4


def test_a_cache_folder_may_have_any_usual_name(source, tmp_path, monkeypatch):
    """The storage engine addresses files by URL, and some of its readers do not decode it."""
    name = "Jürgen Müller, l'été, 日本 {a#b} x+y 50%" + ("" if sys.platform == "win32" else " what?")
    monkeypatch.setenv("PB2B_CACHE_DIR", str(tmp_path / name))
    source.put("lead_1", title="Countess")
    with source.connect(frame="polars") as ws:
        ws.mirror.sync("leads")
        source.put("lead_1", title="Duchess")
        ws.mirror.sync("leads")
        assert content(ws)["lead_1"]["title"] == "Duchess"
        assert ws.mirror.scan("leads").select("title").collect().item() == "Duchess"
        assert ws.sql("select title from leads").item() == "Duchess"
        assert ws.mirror.changes("leads", since=0)["after"].to_list() == ["Duchess"]
        ws.mirror.prune()
        assert ws.mirror.verify()["ok"].all()
        for place in (ws.mirror.location.root, ws.mirror.location.url):
            assert len(pb.open_mirror(place).frame("leads")) == 1


@pytest.mark.parametrize("name", ["a%20b", "[old]", "a|b", "a^b"])
def test_a_folder_that_the_engine_cannot_address_is_refused_before_reading(source, tmp_path, monkeypatch, name):
    monkeypatch.setenv("PB2B_CACHE_DIR", str(tmp_path / name))
    with source.connect() as ws, pytest.raises(MirrorError, match="PB2B_CACHE_DIR"):
        ws.mirror.sync("leads")
    assert source.asked == []


def test_each_workspace_and_service_has_its_own_mirror(source):
    source.put("lead_1", title="ours")
    theirs = Source(workspace="ws_2")
    theirs.put("lead_1", title="theirs")
    with source.connect() as ws, theirs.connect() as other:
        ws.mirror.sync("leads")
        other.mirror.sync("leads")
        assert content(ws)["lead_1"]["title"] == "ours"
        assert content(other)["lead_1"]["title"] == "theirs"
        assert ws.mirror.location != other.mirror.location
        with pytest.raises(NotMirroredError, match=r"2 mirrors.*ws_1.*ws_2"):
            pb.open_mirror()


def test_a_mirror_of_another_workspace_at_the_same_path_is_not_changed(source):
    source.put("lead_1", title="ours")
    theirs = Source(workspace="ws_2")
    theirs.put("lead_2", title="theirs")
    with source.connect() as ws, theirs.connect() as other:
        ws.mirror.sync("leads")
        other.mirror.location.root.parent.mkdir(parents=True, exist_ok=True)
        ws.mirror.location.root.rename(other.mirror.location.root)
        before = files_of(other.mirror.location.root)
        asked = len(theirs.asked)
        for attempt in (other.mirror.sync, other.mirror.frame, lambda _: other.sql("select * from leads")):
            with pytest.raises(MirrorError, match="another workspace or service"):
                attempt("leads")
        with pytest.raises(MirrorError, match="another workspace or service"):
            other.leads.list(cached=True)
        assert len(theirs.asked) == asked
        assert files_of(other.mirror.location.root) == before
        found = other.mirror.verify(frame="polars")
        assert "another workspace" in found["problem"][0]
        assert "PB2B_CACHE_DIR" in found["repair"][0]


def files_of(folder):
    return {
        path.relative_to(folder): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".lock"
    }


def test_the_mirror_of_a_sandbox_in_memory_is_deleted_with_it(tmp_path):
    with pb.open_sandbox(leads=5) as ws:
        ws.mirror.sync("leads")
        root = ws.mirror.location.root
        assert root.is_relative_to(tempfile.gettempdir())
        assert root.is_dir()
    assert not root.exists()


def test_the_mirror_of_a_sandbox_in_a_file_is_found_again_at_another_port(tmp_path):
    roots = []
    for _ in range(2):
        with pb.open_sandbox(leads=5, db=tmp_path / "demo.sqlite3") as ws:
            roots.append(ws.mirror.location.root)
            modes = ws.mirror.sync("leads", frame="polars")["mode"].to_list()
    assert roots[0] == roots[1]
    assert modes == ["changes"]


def test_a_url_with_another_scheme_is_refused():
    with pytest.raises(MirrorError, match="cannot be at"):
        Location.at("ftp://host/mirror")


def test_other_engines_can_read_the_tables(source):
    for number in range(5):
        source.put(f"lead_{number}")
    with source.connect() as ws:
        ws.mirror.sync("leads")
        assert pl.read_delta(str(ws.mirror.table("leads").path)).height == 5


# --- opened without the service ---------------------------------------------------------------------------------------


@pytest.fixture
def offline(source):
    """A mirror whose service was closed."""
    source.put("lead_1", title="Countess")
    with source.connect() as ws:
        ws.mirror.sync("leads")
        source.put("lead_1", title="Duchess")
        source.put("lead_2")
        ws.mirror.sync("leads")
        root = ws.mirror.location.root
    source.refuse_from = 0
    return pb.open_mirror(root, frame="polars")


def test_an_offline_mirror_does_everything_but_sync(offline):
    assert offline.frame("leads").height == 2
    assert offline.scan("leads").collect().height == 2
    assert offline.sql("select count(*) as n from leads").item() == 2
    assert offline.as_of("leads", 0).height == 1
    assert offline.changes("leads", since=0)["change"].to_list() == ["changed", "created"]
    assert offline.history("leads").height == 2
    assert offline.info()["rows"].to_list() == [2]
    assert offline.verify()["ok"].all()
    assert offline.prune()["resource"].to_list() == ["leads"]
    with pytest.raises(pb.errors.UsageError, match=r"pb\.connect\(\)"):
        offline.sync()


def test_a_mirror_is_found_by_default_and_from_a_folder_above(offline):
    for place in (None, offline.location.root.parent, offline.location.root.parent.parent, str(offline.location.root)):
        assert pb.open_mirror(place).location == offline.location


@pytest.mark.parametrize("place", ["nowhere", ".", "a file"])
def test_opening_a_missing_mirror_says_how_to_create_one(tmp_path, place):
    (tmp_path / "a file").write_text("no mirror")
    with pytest.raises(NotMirroredError, match="sync one first"):
        pb.open_mirror(Path(tmp_path, place))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a file"]


@pytest.mark.parametrize("place", [None, 5, "", b"mirrors", ["mirrors"]])
def test_what_is_no_path_is_refused_and_makes_no_folder(tmp_path, monkeypatch, place):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidParameterError, match="a mirror is at a path or a URL"):
        Location.at(place)
    assert not [*tmp_path.iterdir()]
