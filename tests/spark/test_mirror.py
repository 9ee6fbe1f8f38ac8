"""``ws.mirror.spark``: the rows and types of ``ws.mirror.frame``, read by Spark."""

import polars as pl
import pytest

import pb2b_notebook as pb
from object_store_emulator import emulator
from pb2b_notebook.errors import InvalidParameterError, NotMirroredError
from pb2b_notebook.frames.drift import ContractDriftWarning
from pb2b_notebook.mirror.storage.stores import StorePath
from service_rows import Source

# Signs of a pattern, of a hidden folder and of a partition, which Spark reads in paths.
ODD_FOLDER = "a b [x] ü{1}*?/.hidden/year=2026"


def collected(rows, order="id"):
    return pl.DataFrame(rows.toArrow()).sort(order)


@pytest.fixture(scope="module")
def ws(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch, pb.open_sandbox(leads=60, rate_limit=1_000_000, frame="polars") as ws:
        patch.setenv("PB2B_CACHE_DIR", str(tmp_path_factory.mktemp("cache") / ODD_FOLDER))
        ws.mirror.sync()
        yield ws


def test_a_resource_has_the_rows_and_types_of_its_frame(spark, ws):
    for resource in ("leads", "campaign_runs", "jobs", "settings"):
        expected = ws.mirror.frame(resource)
        order = expected.columns[0]
        found = collected(ws.mirror.spark(spark, resource), order)
        assert found.schema == expected.schema, resource
        assert found.equals(expected.sort(order)), resource


def test_changed_and_forgotten_leads_are_as_in_the_mirror(spark, ws):
    first, second, third = ws.leads.list(limit=3)["id"]
    ws.leads.update(first, title="Countess")
    ws.leads.delete(second)
    ws.mirror.sync("leads")
    ws.forget(third).apply()
    ws.mirror.sync("leads")
    rows = collected(pb.open_mirror(ws.mirror.location.root).spark(spark, "leads"))
    assert rows.equals(ws.mirror.frame("leads").sort("id"))
    assert rows.filter(pl.col("deleted_at").is_not_null())["id"].to_list() == [second]
    assert rows.filter(pl.col("title") == "Countess")["id"].to_list() == [first]
    assert third not in rows["id"]


def test_columns_have_the_names_of_the_frame_and_nulls_where_a_file_lacks_them(spark):
    source = Source()
    source.put("lead_1", created_at="1066-10-14T09:00:00.000Z")
    with source.connect(frame="polars") as ws:
        ws.mirror.sync("leads")
        source.put("lead_2", custom_fields={"Tier (new)": "gold", "tier (new)": 1.5, "a.b": "`"})
        with pytest.warns(ContractDriftWarning):
            ws.mirror.sync("leads")
        expected = ws.mirror.frame("leads")
        assert {"custom_Tier (new)", "custom_tier (new)", "custom_a.b"} <= {*expected.columns}
        assert collected(ws.mirror.spark(spark, "leads")).equals(expected)


def test_a_committed_file_that_is_missing_is_an_error_whatever_the_session_says(spark, ws):
    spark.conf.set("spark.sql.files.ignoreMissingFiles", "true")
    try:
        rows = ws.mirror.spark(spark, "jobs")
        [path, *_] = [ws.mirror.table("jobs").path / name for name in ws.mirror.table("jobs").sizes()]
        path.rename(path.with_suffix(".away"))
        try:
            with pytest.raises(Exception, match=r"does not exist|FileNotFound"):
                rows.collect()
        finally:
            path.with_suffix(".away").rename(path)
    finally:
        spark.conf.unset("spark.sql.files.ignoreMissingFiles")


def test_resources_are_looked_up_as_by_frame(spark, ws):
    with pytest.raises(InvalidParameterError, match="'leads'"):
        ws.mirror.spark(spark, "lead")
    ws.mirror.drop("webhooks")
    with pytest.raises(NotMirroredError):
        ws.mirror.spark(spark, "webhooks")


def test_rows_at_a_time_or_version_are_those_of_as_of(spark):
    """Changed, created, deleted and restored in turn; a column that is younger than the version is not there twice."""
    source = Source()
    for number in range(1, 7):
        source.put(f"lead_{number}")
    with source.connect(frame="polars") as ws:
        ws.mirror.sync("leads")
        source.put("lead_2", title="Countess", custom_fields={"Tier (new)": "gold", "tier (new)": 1.5})
        source.put("lead_7")
        with pytest.warns(ContractDriftWarning):
            ws.mirror.sync("leads")
        source.put("lead_2", title="Duchess")
        source.put("lead_3", deleted_at="2026-03-10T12:00:00.000Z")
        ws.mirror.sync("leads")
        versions = range(ws.mirror.history("leads")["version"].max() + 1)
        before = [ws.mirror.as_of("leads", version) for version in versions]
        for version, expected in zip(versions, before, strict=True):
            assert collected(ws.mirror.spark(spark, "leads", as_of=version)).equals(expected.sort("id")), version
        assert len({frame.write_json() for frame in before}) > 2
        assert collected(ws.mirror.spark(spark, "leads", as_of="0m")).equals(ws.mirror.frame("leads").sort("id"))
        with pytest.raises(NotMirroredError, match="history of leads begins"):
            ws.mirror.spark(spark, "leads", as_of="7d")


def test_a_resource_without_a_history_has_no_earlier_rows(spark, ws):
    with pytest.raises(InvalidParameterError, match="billing_usage has no history"):
        ws.mirror.spark(spark, "billing_usage", as_of=0)


def test_a_mirror_in_an_object_store_is_read_on_the_executors(spark, ws, capfd):
    ws.leads.update(ws.leads.list(limit=1)["id"][0], title="Baroness")
    ws.mirror.sync("leads")
    with emulator() as s3:
        far = StorePath.at(s3.bucket(), s3.storage)
        for file in ws.mirror.location.root.rglob("*"):
            if not file.is_dir():
                (far / file.relative_to(ws.mirror.location.root).as_posix()).write_bytes(file.read_bytes())
        mirror = pb.open_mirror(str(far), storage=s3.storage, frame="polars")
        rows = mirror.spark(spark, "leads")
        assert collected(rows).equals(ws.mirror.frame("leads").sort("id"))
        assert collected(mirror.spark(spark, "leads", as_of=0)).equals(ws.mirror.as_of("leads", 0).sort("id"))
        rows.explain(extended=True)
        plan = capfd.readouterr().out
        assert "MapInArrow" in plan
        assert s3.storage["AWS_SECRET_ACCESS_KEY"] not in plan
