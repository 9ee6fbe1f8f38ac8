"""Cleanup of DataFrames of Spark: the answers of one machine, row by row."""

import datetime as dt
import os
import subprocess
import sys
import traceback

import polars as pl
import pytest

from pb2b_notebook.cleanup import duplicates, normalize, screen, validate
from pb2b_notebook.errors import CleanupError, UsageError
from pb2b_notebook.spark.partitions import check_executors
from seeded_mess import seeded_leads
from spark_lists import LEAD_FIELDS, LISTS, collected, to_spark

ODD = {  # names that Spark reads in another way, and types that cleanup leaves alone
    "a.b": pl.String, "Email": pl.String, "`": pl.Int32, "at": pl.Datetime("us", "UTC"), "day": pl.Date,
}  # fmt: skip


@pytest.fixture(scope="module")
def leads():
    docs = [lead.doc for lead in seeded_leads(5, 700)]
    names = [name for name, value in docs[0].items() if isinstance(value, str | None)]
    found = pl.DataFrame({name: pl.Series([doc[name] for doc in docs], dtype=pl.String) for name in names})
    odd = {
        "a.b": "x", "Email": "y", "`": 7, "day": dt.date(1, 1, 1),
        "at": dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC),
    }  # fmt: skip
    tags = pl.Series("tags", [["vip ", "VIP"], None, []] * len(found))[: len(found)]
    return found.with_columns(tags, *(pl.lit(odd[name], kind).alias(name) for name, kind in ODD.items()))


def test_normalize_gives_the_frame_and_the_changes_of_one_machine(spark, leads):
    here, there = normalize(leads), normalize(to_spark(spark, leads))
    assert collected(there.frame, "id").equals(here.frame.sort("id"))
    assert (there.derived, there.skipped, there.misnamed, there.step) == (
        here.derived, here.skipped, here.misnamed, here.step,
    )  # fmt: skip
    ids = here.changes.with_columns(row=leads["id"].gather(here.changes["row"]))
    order = ("row", "field")
    assert len(ids) > 300
    assert collected(there.changes, *order).equals(ids.sort(*order))
    assert repr(there).startswith("Normalized a DataFrame of Spark")


@pytest.mark.parametrize("name", ["dates", "missing companies"])  # the others: tests/cleanup/test_row_context.py
def test_the_list_decides_about_values_in_all_its_partitions(spark, name):
    leads, fields = LISTS[name].with_columns(number=pl.int_range(pl.len())), LEAD_FIELDS.get(name)
    here = normalize(leads, lead_fields=fields)
    there = normalize(to_spark(spark, leads, len(leads)), lead_fields=fields)
    assert collected(there.frame, "number").select(here.frame.columns).equals(here.frame)
    assert collected(there.changes, "field")["row"].null_count() == len(here.changes)


def test_a_second_normalization_keeps_what_the_first_removed(spark):
    leads = pl.DataFrame({"id": ["a", "b"], "full_name": ["Dr. Ada Lovelace", "Prof. Dr. Eva Berg"]})
    once = normalize(leads).frame
    changed = once.with_columns(full_name=pl.Series(["Ada Lovelace", "Dipl.-Ing. Eva Berg"]))
    here, there = normalize(changed), normalize(to_spark(spark, changed))
    assert here.frame["honorific"].to_list() == ["Dr.", "Dipl.-Ing."]
    assert collected(there.frame, "id").equals(here.frame)


def test_validate_gives_the_problems_of_one_machine(spark, leads):
    here, there = validate(leads), validate(to_spark(spark, leads))
    ids = here.problems.with_columns(row=leads["id"].gather(here.problems["row"]))
    order = ("row", "field", "code")
    assert len(ids) > 50
    assert collected(there.problems, *order).equals(ids.sort(*order))
    assert collected(there.passed, "id").equals(here.passed.sort("id"))
    assert (there.checked, there.ignored, there.misnamed) == (here.checked, here.ignored, here.misnamed)


def test_problems_of_the_whole_frame_are_there_once_unless_it_is_empty(spark):
    leads = pl.DataFrame({"note": ["x", "y"]})
    here = validate(leads).problems
    assert here["row"].to_list() == [None]
    assert collected(validate(to_spark(spark, leads)).problems, "code").drop("row").equals(here.drop("row"))
    assert validate(to_spark(spark, leads.clear())).problems.count() == 0


def test_a_frame_without_lead_fields_or_rows_is_given_back(spark):
    for leads in (pl.DataFrame({"note": ["x", "y"]}), pl.DataFrame({"email": []}, schema={"email": pl.String})):
        found = collected(normalize(to_spark(spark, leads)).frame, leads.columns[0])
        assert found.select(leads.columns).equals(leads)


SCREENED = {
    "domains": {"competitor": ["veldaista-software.example"]}, "running": ["lead_17"],
    "allow": ["lead_20", "absent@example.com"], "statuses": ["unsubscribed", "parked"],
}  # fmt: skip


def test_screen_blocks_the_rows_of_one_machine(spark, leads):
    """Also by the whole list: people with another address, allowed rows, and statuses of the list alone."""
    known = pl.col("id").cast(pl.String)
    rows = leads.with_columns(
        known.replace_strict([*leads["id"]], [f"lead_{n}" for n in range(len(leads))]).alias("id"),
        pl.when(pl.int_range(pl.len()) % 50 == 3).then(pl.lit("parked")).otherwise("status").alias("status"),
        do_not_call=pl.int_range(pl.len()) % 70 == 5, reasons=pl.lit("of the caller"), full_name=None,
    ).rename({"company_name": "Firma"})  # fmt: skip
    gone = leads.gather_every(40).select("full_name", "company_name", email=pl.format("old{}@x.example", "phone"))
    rows = pl.concat(
        [rows, pl.DataFrame({"id": ["m"], "full_name": ["M. Roux"], "Firma": ["Nordlicht Optik"]})],
        how="diagonal_relaxed",
    )
    gone = pl.concat(
        [
            gone,
            pl.DataFrame({"full_name": ["Jean Roux"], "company_name": ["Nordlicht Optik"], "email": ["j@x.example"]}),
        ]
    )
    here, there = (screen(df, gone, **SCREENED) for df in (rows, to_spark(spark, rows)))
    ids = here.reasons.with_columns(row=rows["id"].gather(here.reasons["row"]))
    assert {"m"} <= {*here.blocked["id"]}
    assert ids["code"].value_counts(name="n").filter(pl.col("n") > 5)["code"].sort().to_list() == [
        "domain", "status", "suppressed",
    ]  # fmt: skip
    for found, expected in ((there.reasons, ids), (there.blocked, here.blocked), (there.ok, here.ok)):
        order = expected.columns[:3] if expected is ids else ["id"]
        assert collected(found, *order).equals(expected.sort(*order))
    for name in ("skipped", "step", "misnamed", "unknown_allowed"):
        assert getattr(there, name) == getattr(here, name)
    assert there.unknown_allowed == 1
    assert repr(there).startswith("Screening: a DataFrame of Spark; read by another name: Firma as company_name")


def test_screen_refuses_a_status_that_no_partition_has(spark, leads):
    with pytest.raises(CleanupError, match=r"unknown status 'unsubcribed'.*unsubscribed"):
        screen(to_spark(spark, leads), statuses=["unsubcribed"])
    assert screen(to_spark(spark, pl.DataFrame({"note": ["x"]})), ["ada@example.com"]).blocked.count() == 0


def test_workers_need_no_pandas():
    """Clusters often hold one that this package refuses: see docs/how-to/large_lists.md."""
    code = """if True:
        import sys

        class Absent:
            def find_spec(name, *_):
                if name == "pandas":
                    raise ModuleNotFoundError(name=name)

        sys.meta_path.insert(0, Absent)
        import polars as pl
        from pb2b_notebook.cleanup import merge, normalize, screen, validate
        leads = pl.DataFrame({"full_name": ["Dr. Ada Berg"], "phone": ["030 901820"], "email": ["ada@"]})
        tidy = normalize(leads, country="DE").frame
        print(*tidy.row(0), validate(tidy).problems["field"].to_list())
        ok, _ = screen(pl.concat([tidy, tidy]), domains=["example.com"])
        print(merge(ok.with_columns(id=pl.Series(["a", "b"]), cluster_id=pl.lit("c"))).golden["id"].to_list())"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.stdout.startswith("Ada Berg +4930901820 ada@ Dr."), run.stderr
    assert run.stdout.endswith("['email']\n['a']\n")


def test_what_spark_cannot_do_is_refused_by_name(spark):
    leads = to_spark(spark, pl.DataFrame({"email": ["ada@gmial.com"], "domain": [7]}))
    with pytest.raises(CleanupError, match="accept="):
        normalize(leads, accept=["email_domain_typo"])
    with pytest.raises(CleanupError, match="not text: domain"):
        normalize(leads)
    with pytest.raises(CleanupError, match="two columns of one name"):
        validate(leads.toDF("email", "email"))
    with pytest.raises(CleanupError, match="unknown lead field"):
        normalize(leads, fields=["emial"])


def test_workers_with_another_version_are_refused(spark, monkeypatch):
    leads = to_spark(spark, pl.DataFrame({"email": ["ada@example.com"]}))
    check_executors(leads, ["polars"])
    monkeypatch.setattr("importlib.metadata.version", lambda _: "0.1")
    message = r"differ from this program's: no absent, polars \d.*→ .*: pip install absent==0.1 polars==0.1"
    with pytest.raises(UsageError, match=message):  # all of them, since each costs the user an installation
        check_executors(leads, ["polars", "absent"])


@pytest.mark.skipif("SPARK_REMOTE" in os.environ, reason="Spark Connect does not give its clients the context")
@pytest.mark.parametrize("function", [normalize, duplicates])
def test_workers_without_packages_are_refused(spark, monkeypatch, function):
    leads = to_spark(spark, pl.DataFrame({"id": ["a"], "email": ["ada@example.com"]}))
    monkeypatch.setattr(spark.sparkContext, "pythonExec", sys._base_executable)
    with pytest.raises(UsageError, match="PYSPARK_PYTHON"):
        function(leads)


@pytest.mark.parametrize("function", [normalize, duplicates])
def test_an_error_of_spark_is_raised_without_the_values_in_its_text(spark, function):
    leads = to_spark(spark, pl.DataFrame({"id": ["a"], "email": ["ada@example.com"]}))
    leads = leads.selectExpr("id", "CAST(raise_error(email) AS STRING) AS email")
    with pytest.raises(UsageError, match="Spark could not compute the rows") as caught:
        function(leads)
    assert "ada@" not in "".join(traceback.format_exception(caught.value))
