"""What an earlier release stored is read, and continued; what a later one stored is refused by name."""

import datetime as dt
import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

import pb2b_notebook as pb
import stored_formats
from pb2b_notebook.cleanup import Recipe
from pb2b_notebook.errors import CleanupError, JournalError, MirrorError
from service_rows import agrees

ARCHIVES = sorted(Path(__file__).parents[1].joinpath("formats").glob("*.zip"))


@pytest.fixture(params=ARCHIVES, ids=lambda path: path.stem)
def stored(request, tmp_path, monkeypatch):
    """The cache folder of an earlier release."""
    with zipfile.ZipFile(request.param) as archive:
        archive.extractall(tmp_path)
    monkeypatch.setenv("PB2B_CACHE_DIR", str(tmp_path))
    return tmp_path


def test_a_stored_mirror_is_read_and_synced_and_keeps_its_history(stored):
    service = stored_formats.source()
    service.clock += dt.timedelta(hours=1)
    service.put("lead_1", title="Duchess")
    offline = pb.open_mirror(frame="polars")
    assert offline.verify()["ok"].all()
    assert sorted(offline.frame("leads")["title"]) == ["Baroness", "Duchess"]
    service.clock += dt.timedelta(hours=1)
    service.put("lead_2", title="Queen")
    with service.connect(frame="polars") as ws:
        assert ws.mirror.sync("leads")["mode"].item() == "changes"
        assert agrees(service, ws)
        assert set(ws.mirror.changes("leads", since=0)["before"]) == {"Countess", "Baroness"}
        assert ws.mirror.verify()["ok"].all()
        assert ws.journal()["operation"].to_list() == ["leads.update"]


def test_a_stored_recipe_is_read_and_one_of_a_later_version_is_refused_by_name(stored):
    text = (stored / "recipe.json").read_text("utf-8")
    assert Recipe.from_json(text) == stored_formats.normalize_recipe()
    later = {**json.loads(text), "version": 99}
    with pytest.raises(CleanupError, match="version of this recipe is not supported"):
        Recipe.from_json(json.dumps(later))


def test_a_journal_of_a_later_version_is_refused_by_name_and_stays_as_it_is(stored):
    path = stored / "pb2b_notebook" / "journal.sqlite3"
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 99")
    before = path.read_bytes()
    service = stored_formats.source()
    with service.connect() as ws:
        for use in (ws.journal, lambda: ws.leads.update("lead_1", title="Duchess")):
            with pytest.raises(JournalError, match=r"later pb2b-notebook wrote the journal.*update pb2b-notebook"):
                use()
    assert path.read_bytes() == before


def test_a_mirror_of_a_later_version_is_refused_by_name_and_never_repaired_away(stored):
    [table] = stored.rglob("tables/leads")
    protocol = {"minReaderVersion": 3, "minWriterVersion": 7, "readerFeatures": ["later"], "writerFeatures": ["later"]}
    (table / "_delta_log" / f"{2:020}.json").write_text(json.dumps({"protocol": protocol}) + "\n")
    before = {path: path.read_bytes() for path in table.rglob("*") if path.is_file()}
    service = stored_formats.source()
    offline = pb.open_mirror(frame="polars")
    assert "later release" in offline.verify()["problem"][0]
    with service.connect() as ws:
        for use in (
            lambda: offline.frame("leads"),
            lambda: offline.sql("SELECT count(*) FROM leads"),
            lambda: ws.mirror.sync("leads"),
            lambda: ws.mirror.sync("leads", full=True),
            lambda: ws.mirror.repair("leads"),
        ):
            with pytest.raises(MirrorError, match=r"later release wrote it.*update pb2b-notebook"):
                use()
    assert {path: path.read_bytes() for path in table.rglob("*") if path.is_file()} == before


def test_the_archives_stay_small():
    assert ARCHIVES
    assert sum(path.stat().st_size for path in ARCHIVES) < 200_000
