"""What an earlier release stored is read, and continued; what a later one stored is refused by name."""

import datetime as dt
import json
import zipfile
from pathlib import Path

import pytest

import pb2b_notebook as pb
import stored_formats
from pb2b_notebook.cleanup import Recipe
from pb2b_notebook.errors import CleanupError
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


def test_the_archives_stay_small():
    assert ARCHIVES
    assert sum(path.stat().st_size for path in ARCHIVES) < 200_000
