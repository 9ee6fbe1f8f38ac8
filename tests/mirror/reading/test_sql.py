"""``ws.sql``: one SELECT over the mirrored tables that can reach nothing else."""

import datetime as dt
import os
import signal
import threading
import time

import pandas as pd
import polars as pl
import pytest

import pb2b_notebook as pb
from each_case import each_case
from pb2b_notebook.errors import QueryError, ReadInterrupted
from pb2b_notebook.mirror.reading.sql import run, run_stoppable


@pytest.fixture(scope="module")
def queried(module_cache):
    with pb.open_sandbox(leads=200, rate_limit=1_000_000) as ws:
        ws.mirror.sync()
        ws.leads.update(ws.leads.list(limit=1)["id"][0], title="Countess")
        ws.mirror.sync("leads")
        yield ws


def test_every_mirrored_resource_is_a_table(queried):
    for name in queried.mirror.location.resources():
        rows = queried.sql(f"select count(*) as n from {name}")["n"].item()  # noqa: S608 - names of this package
        assert rows == len(queried.mirror.frame(name))


def test_group_by_and_join_agree_with_frames(queried):
    leads = queried.mirror.frame("leads")
    found = queried.sql("select status, count(*) as n from leads group by 1 order by 1")
    expected = leads.groupby("status").size().sort_index()
    assert dict(zip(found["status"], found["n"], strict=True)) == expected.to_dict()
    joined = queried.sql("""
        with touched as (select lead_id, count(*) as n from activities group by 1)
        select l.id, coalesce(t.n, 0) as touches from leads l left join touched t on t.lead_id = l.id
        where l.deleted_at is null order by touches desc, l.id
    """)
    assert len(joined) == leads["deleted_at"].isna().sum()
    assert joined["touches"].sum() > 0


def test_former_rows_are_tables(queried):
    found = queried.sql("select title, _ended_by from history.leads where _existed")
    assert found["_ended_by"].tolist() == [1]


@pytest.mark.parametrize(
    ("sql", "parameters"),
    [
        ("select ? as a, ? as b", ["x'; drop table leads; --", 7]),
        ("select $a as a, $b as b", {"a": "x'; drop table leads; --", "b": 7}),
        ("select $1 as a, $2 as b", ["x'; drop table leads; --", 7]),
    ],
)
def test_parameters_are_values(queried, sql, parameters):
    assert queried.sql(sql, parameters, frame="polars").rows() == [("x'; drop table leads; --", 7)]


def test_values_keep_their_types(queried):
    found = queried.sql(
        "select 9007199254740993 as big, null::bigint as none, 1.5 as ratio, true as yes, timestamptz "
        "'2026-03-10 12:00:00+01' as at, date '2026-03-10' as day, ['a', 'b'] as list, sum(1) as total, 'x' as text"
    )
    row = found.iloc[0]
    assert row["big"] == 2**53 + 1
    assert row["at"] == pd.Timestamp("2026-03-10 11:00", tz="UTC")
    assert list(row["list"]) == ["a", "b"]
    kinds = ["Int64", "Int64", "Float64", "boolean", "datetime64[us, UTC]", "datetime64[s]", "object", "Int64", "str"]
    assert [str(kind) for kind in found.dtypes] == kinds
    polars = queried.sql("select count(*) as n, count(*) as n from leads", frame="polars")
    assert polars.columns == ["n", "n_1"]


def test_show_tables_names_the_mirrored_tables(queried):
    assert {"leads", "campaign_runs"} <= {*queried.sql("SHOW TABLES;")["name"]}
    with pytest.raises(QueryError, match="show tables"):
        queried.sql("select table_name from information_schema.tables")


@pytest.mark.parametrize(
    ("condition", "parameters", "words"),
    [
        ("created_at > '30d'", None, "'30d' does not have the type.*interval 30 day"),
        ("tags = 'vip'", None, "'vip' does not have the type.*list_contains"),
        ("created_at > $since", {"since": "secret"}, r"\$since does not have the type"),
    ],
)
def test_a_constant_of_the_wrong_type_is_named_and_not_called_a_row(queried, condition, parameters, words):
    with pytest.raises(QueryError, match=words) as refused:
        queried.sql(f"select count(*) from leads where {condition}", parameters)  # noqa: S608 - of this test
    assert "secret" not in str(refused.value)


def test_a_pivot_without_its_values_is_refused_with_them(queried):
    with pytest.raises(QueryError, match=r"ON status IN \("):
        queried.sql("pivot leads on status using count(*) group by country")
    found = queried.sql("pivot leads on status in ('new', 'replied') using count(*) group by country")
    assert {"country", "new", "replied"} == {*found.columns}


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_column_of_a_frame_is_a_parameter(queried, library):
    ids = queried.leads.list(limit=3, frame=library)["id"]
    assert len(queried.sql("select id from leads where id in $ids", {"ids": ids})) == 3


def test_sql_sends_no_request(queried):
    before = queried._session.client.sent
    queried.sql("select * from leads limit 3")
    pb.open_mirror(queried.mirror.location.root).sql("select * from leads limit 3")
    assert queried._session.client.sent == before


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "secret.csv"
    path.write_text("a,b\n1,hidden\n")
    return path


REACHING = [
    "select * from read_csv('{path}')", "select * from '{path}'", "select * from read_text('{path}')",
    "select * from read_blob('{path}')", "select * from glob('{folder}/*')",
    "select * from read_parquet('{folder}/*.parquet')", "select * from parquet_scan('{path}')",
    "select * from read_json_auto('{path}')", "select * from 'https://127.0.0.1:9/x.csv'", "select getenv('HOME')",
    "select * from sniff_csv('{path}')", "copy (select 1) to '{folder}/out.csv'",
    "copy leads to '{folder}/out.parquet'", "export database '{folder}/dump'", "attach '{folder}/other.db' as other",
    "install httpfs", "load httpfs", "set enable_external_access = true", "reset enable_external_access",
    "set lock_configuration = false", "pragma database_list", "call pragma_version()",
    "create table mine as select 1", "create view mine as select 1", "insert into leads select * from leads",
    "update leads set title = 'x'", "delete from leads", "drop table leads", "alter table leads add column x int",
    "truncate leads", "vacuum", "checkpoint", "begin transaction", "explain analyze select 1", "select 1; select 2",
    "select 1; drop table leads", "with x as (insert into leads values ('a') returning *) select * from x",
    "with x as (delete from leads returning *) select * from x", "select * from query('drop table leads')",
    "select * from query_table('{path}')", "", ";", "-- nothing", "selec 1", "select * from nowhere",
    "select nothing from leads", "select * from leads l, (select 1) limit 'x'",
    "select cast(full_name as integer) from leads", "select interval 1 month as span",
    "select error(full_name) from leads",
]  # fmt: skip


@each_case("statement", REACHING)
def test_a_statement_that_is_not_a_select_over_the_mirror_is_refused(queried, secret, statement):
    before = sorted(path.name for path in secret.parent.rglob("*"))
    with pytest.raises(QueryError) as caught:
        queried.sql(statement.format(path=secret, folder=secret.parent))
    assert "hidden" not in str(caught.value)
    assert caught.value.repair
    assert sorted(path.name for path in secret.parent.rglob("*")) == before


def test_the_tables_are_whole_after_all_refused_statements(queried):
    assert len(queried.mirror.frame("leads")) == len(queried.sql("select id from leads")) > 0


def test_an_error_on_a_row_shows_no_value(queried):
    names = queried.mirror.frame("leads")["full_name"].dropna()
    for sql in ("select cast(full_name as integer) from leads", "select error(full_name) from leads"):
        with pytest.raises(QueryError, match="failed on a row") as caught:
            queried.sql(sql)
        assert not any(name in str(caught.value) for name in names if name.strip())
        assert caught.value.__cause__ is None
        assert caught.value.__suppress_context__


def test_notebook_variables_are_not_tables(queried):
    frame = pd.DataFrame({"a": [1]})
    with pytest.raises(QueryError, match=r"use one of the tables: .*leads"):
        queried.sql("select * from frame")
    assert len(frame) == 1


@pytest.mark.parametrize(
    ("sql", "repair"),
    [
        ("select contry from leads", 'did you mean "country"'),
        ("select lowr(country) from leads", 'did you mean "lower"?'),
        ("select campaign_name from campaign_runs", "JOIN campaigns ON campaigns.id = campaign_id"),
        ("select * from laeds", "use one of the tables: "),
        ("select * from 'https://files.example/x.csv'", "read the file with pandas or polars"),
        ("select * from read_parquet('x.parquet')", "read the file with pandas or polars"),
        ("select country from leads group by city", "GROUP BY list"),
        ("selec 1", "write one SELECT"),
    ],
)
def test_invalid_sql_has_a_fitting_repair(queried, sql, repair):
    with pytest.raises(QueryError) as caught:
        queried.sql(sql)
    assert repair in caught.value.repair
    assert ("semicolon" in caught.value.repair) == (sql == "selec 1")


def test_sql_before_any_sync_says_to_sync():
    with pb.open_sandbox(leads=1) as ws, pytest.raises(QueryError, match=r"ws\.mirror\.sync\(\)"):
        ws.sql("select * from leads")


@pytest.mark.parametrize("sql", [None, 7, b"select 1", ["select 1"]])
def test_sql_that_is_not_text_is_refused(queried, sql):
    with pytest.raises(QueryError, match="sql must be text"):
        queried.sql(sql)


def test_unusable_parameters_are_refused(queried):
    for wrong in ("abc", 7, {"b": 1}, [1, 2]):
        with pytest.raises(QueryError):
            queried.sql("select $a as a", wrong)


@pytest.mark.parametrize(
    ("sql", "parameters", "message"),
    [
        ("select $status, $n", {"n": 1}, r"no value for \$status"),
        ("select $status", None, r"no value for \$status"),
        ("select $status", ["new"], "the statement has named parameters"),
        ("select ?, ?", ["new"], "2 \\?, but there are 1 parameters"),
        ("select 1", ["new"], "0 \\?, but there are 1 parameters"),
        ("select $status", {"status": "new", "stauts": "new"}, r"has no \$stauts.*did you mean 'status'"),
        ("select 1", {"status": "new"}, r"has no \$status.*remove it"),
    ],
)
def test_missing_and_unknown_parameters_are_named(queried, sql, parameters, message):
    with pytest.raises(QueryError, match=message):
        queried.sql(sql, parameters)


def test_a_table_name_in_a_string_is_not_a_table(queried):
    assert queried.sql("select 'leads' as \"a ; b\" -- from jobs", frame="polars").rows() == [("leads",)]


# --- limits -----------------------------------------------------------------------------------------------------------

ENDLESS = "select count(*) from range(10000000) a, range(10000000) b where (a.range * b.range) % 7 = 3"


def test_a_statement_that_takes_too_long_is_stopped_and_the_error_names_the_limit():
    with pytest.raises(QueryError, match=r"longer than timeout=0.2 seconds .* a larger timeout="):
        run(ENDLESS, {}, timeout=0.2)


def test_a_statement_that_needs_too_much_memory_is_stopped_and_the_error_names_the_limit():
    with pytest.raises(QueryError, match=r"more memory than memory='30MB' .* a larger memory="):
        run("select list(range) as n from range(20000000)", {}, memory="30MB")


def test_no_rows_are_written_to_the_working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(QueryError, match="more memory"):
        run("select n, md5(n::text) as d from range(2000000) t(n) order by d, n", {}, memory="120MB")
    assert list(tmp_path.iterdir()) == []


@each_case(
    "limits",
    [
        {"timeout": 0},
        {"timeout": "1 minute"},
        {"memory": "lots"},
        *({"memory": memory} for memory in (0, -1, "-1", "0GB", 2)),
    ],
)
def test_a_limit_that_is_not_an_amount_is_refused(limits):
    with pytest.raises(QueryError, match=next(iter(limits))):
        run("select 1 as n", {}, **limits)


def test_ctrl_c_stops_a_statement_and_the_next_one_runs():
    def stop_once_it_runs():
        while not any(thread.name == "pb2b-sql" for thread in threading.enumerate()):
            time.sleep(0.01)
        time.sleep(0.3)
        os.kill(os.getpid(), signal.SIGINT)

    stopping = threading.Thread(target=stop_once_it_runs)
    stopping.start()
    with pytest.raises(ReadInterrupted, match="the SQL was stopped"):
        run(ENDLESS, {})
    stopping.join()
    assert run("select 1 as n", {}).to_pylist() == [{"n": 1}]


def test_a_statement_that_is_stopped_while_its_tables_are_found_never_runs():
    """It would go on in the background, and the process would wait for it at its end."""

    def find():
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(1)
        return pl.LazyFrame({"range": range(200_000)})

    with pytest.raises(ReadInterrupted):
        run("select count(*) from leads a, leads b where (a.range * b.range) % 7 = 3", {"leads": find})
    ended = time.monotonic() + 20  # of a statement that takes longer
    while running := [thread for thread in threading.enumerate() if thread.name == "pb2b-sql"]:
        assert time.monotonic() < ended
        running[0].join(0.1)


def test_ctrl_c_as_soon_as_a_statement_starts_stops_it():
    """It would run on in the background, and the caller would get an error of Python."""

    def work(stopped):
        os.kill(os.getpid(), signal.SIGINT)
        return stopped.wait(60)

    with pytest.raises(ReadInterrupted):
        run_stoppable(work, int, timeout=60)


def test_an_engine_that_stops_late_is_interrupted_until_it_stops():
    """It may begin with the statement when the first interrupts are over, and would take both processors for ever."""
    interrupts = iter(range(30))
    interrupted_often = threading.Event()

    def interrupt():
        if next(interrupts, None) is None:
            interrupted_often.set()

    with pytest.raises(TimeoutError):
        run_stoppable(lambda _: interrupted_often.wait(60), interrupt, timeout=0.1)
    assert interrupted_often.wait(30)


CLOCK = [
    ("now()", "2026-03-10T12:00"), ("current_timestamp", "2026-03-10T12:00"), ("current_date", "2026-03-10"),
    ("today()", "2026-03-10"), ("localtimestamp", "2026-03-10T12:00"), ("get_current_timestamp()", "2026-03-10T12:00"),
    ("NOW()::date - 7", "2026-03-03"), ("timestamptz '2026-03-11' - age(timestamptz '2026-03-09')", "2026-03-10"),
    ("cast('2026-03-10' as date) + current_localtime()", "2026-03-10T12:00"),
    ("cast('2026-03-10' as date) + current_time::time", "2026-03-10T12:00"),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "expected"), CLOCK)
def test_the_current_time_in_sql_is_that_of_the_service(queried, expression, expected):
    found = queried.sql(f"select {expression} as at", frame="polars")["at"][0]
    assert found.isoformat().startswith(expected)


def test_sql_over_an_opened_mirror_uses_the_clock_of_this_machine(queried):
    mirror = pb.open_mirror(queried.mirror.location.root)
    found = mirror.sql("select now() as at", frame="polars")["at"][0]
    assert abs(found - dt.datetime.now(dt.UTC)) < dt.timedelta(days=1)


def test_the_age_between_two_times_is_unchanged(queried):
    sql = "select date '2026-01-01' + age(timestamp '2026-02-03', timestamp '2026-02-01') as at"
    assert str(queried.sql(sql, frame="polars")["at"][0]).startswith("2026-01-03")
