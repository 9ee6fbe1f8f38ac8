"""A first sync that takes long says so before anything is written."""

import pytest

from pb2b_notebook.mirror.sync import forecast
from service_rows import Source


@pytest.fixture
def counting(source, small_batches, monkeypatch):
    """A service of 40 leads that counts them, of which any number is worth a forecast."""
    monkeypatch.setattr(forecast, "WORTH_SAYING", 0.0)
    for number in range(40):
        source.put(f"lead_{number:02d}")
    source.counts = True
    return source


def test_a_first_sync_says_what_is_left_and_later_ones_say_nothing(counting: Source, caplog):
    with counting.connect() as ws:
        stored = []
        caplog.handler.addFilter(
            lambda record: (
                "left to read" not in record.getMessage() or not stored.append(ws.mirror.table("leads").exists)
            )
        )
        ws.mirror.sync("leads")
        assert stored == [False]  # before anything is written
        [said] = [record.message for record in caplog.records if "left to read" in record.message]
        assert said.startswith("leads: ")
        rows = int(said.split()[1])
        assert 0 < rows < 40
        assert f"about {rows // 2} requests" in said  # pages of two rows
        caplog.clear()
        counting.put("lead_00", title="Countess")
        ws.mirror.sync("leads", full=True)
    assert "left to read" not in caplog.text


def test_a_short_first_sync_says_nothing(counting, monkeypatch, caplog):
    monkeypatch.undo()
    with counting.connect() as ws:
        ws.mirror.sync("leads")
    assert "left to read" not in caplog.text


@pytest.mark.parametrize(("limit", "seconds"), [(None, 990.0), (60, 1980.0), (6000, 990.0)])
def test_the_slower_of_the_limit_and_the_service_decides_the_time(limit, seconds):
    found = forecast.forecast(
        total=1_000_000, rows=10_000, requests=20, seconds=10, row_bytes=100, limit=limit, window=None
    )
    assert (found.rows, found.requests, found.seconds, found.bytes) == (990_000, 1980, seconds, 99_000_000)


def test_too_little_room_is_part_of_the_forecast():
    assert ", a minute and" in forecast.Forecast(10, 1, 60.0, 2**30).text("leads")
    assert "only 1 MB are free" in forecast.Forecast(10, 1, 60.0, 2**30).text("leads", free=2**20)
    assert "free" not in forecast.Forecast(10, 1, 60.0, 2**20).text("leads", free=2**30)
