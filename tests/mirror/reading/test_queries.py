"""``ws.mirror.frame`` and ``scan``: conditions, columns, and the contract's dtypes."""

import polars as pl
import pytest

import pb2b_notebook as pb
from pb2b_notebook.errors import InvalidParameterError


@pytest.fixture(scope="module")
def mirror(module_cache):
    with pb.open_sandbox(leads=120, rate_limit=1_000_000) as ws:
        ws.mirror.sync()
        yield ws.mirror


NEW = [
    "status = 'new' and deleted_at is null",
    (pl.col("status") == "new") & pl.col("deleted_at").is_null(),
    {"status": "new", "deleted_at": None},
    {"status": ["new"], "deleted_at": None},
]


@pytest.mark.parametrize("where", NEW, ids=["sql", "expression", "values", "lists of values"])
def test_a_condition_may_be_sql_an_expression_or_values(mirror, where):
    leads = mirror.frame("leads", frame="polars")
    expected = leads.filter((pl.col("status") == "new") & pl.col("deleted_at").is_null())
    found = mirror.frame("leads", where=where, columns=["status", "id"], frame="polars")
    assert found.equals(expected.select("status", "id"))
    assert 0 < found.height < leads.height


@pytest.mark.parametrize(
    "where",
    ["status == ", "stauts = 'new'", "score = 'high'", "select 1", "1; drop table x", "", 7, ["status"], {"stauts": 1}],
)
def test_an_invalid_condition_is_an_error_that_shows_no_value(mirror, where):
    with pytest.raises(InvalidParameterError) as caught:
        mirror.frame("leads", where=where)
    assert caught.value.repair
    assert "@" not in str(caught.value)


def test_an_empty_condition_selects_everything(mirror):
    assert len(mirror.frame("leads", where={})) == len(mirror.frame("leads"))


@pytest.mark.parametrize("columns", ["id", ["id", "emial"], ["unparsed"]])
def test_unknown_columns_are_refused(mirror, columns):
    with pytest.raises(InvalidParameterError):
        mirror.frame("leads", columns=columns)


def test_every_resource_has_the_dtypes_of_its_list_in_both_libraries(mirror):
    session = mirror.session
    for name in mirror.location.resources():
        polars, pandas = mirror.frame(name, frame="polars"), mirror.frame(name, frame="pandas")
        assert polars.columns == list(pandas.columns)
        assert polars.schema == mirror.scan(name).collect_schema()
        assert mirror.scan(name).collect().height == polars.height == len(pandas)
    live = session.call("leads.list", {"include_deleted": True})
    mirrored = mirror.frame("leads").sort_values(["updated_at", "id"], ignore_index=True)
    assert mirrored[live.columns].equals(live)
    assert dict(mirrored[live.columns].dtypes) == dict(live.dtypes)


def test_an_unknown_frame_library_is_refused(mirror):
    with pytest.raises(InvalidParameterError, match="unknown frame 'arrow'"):
        mirror.frame("leads", frame="arrow")


def test_a_scan_pushes_conditions_and_columns_down(mirror):
    plan = mirror.scan("leads").filter(pl.col("score") > 50).select("id").explain()
    assert "Parquet SCAN" in plan
    assert "PROJECT 1/" in plan or "PROJECT 2/" in plan
    assert "SELECTION" in plan


def test_a_condition_with_an_unpaired_surrogate_is_an_error(kept):
    with pytest.raises(InvalidParameterError, match="where"):
        kept.mirror.frame("leads", where="title = '\ud800'")
