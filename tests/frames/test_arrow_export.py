"""Results give their main table to other libraries, and are not taken for frames by this one."""

from functools import cache

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import pb2b_notebook as pb
from each_case import each_case
from pb2b_notebook import cleanup, errors
from pb2b_notebook.frames.arrow_export import ExportsArrow

COLUMNS = {
    "email": ["ADA@example.com", "ada@example.com", "grace@example.org", "nobody@"],
    "full_name": ["Ada Lovelace", "Ada Lovelace", "Grace Hopper", None],
    "company_name": ["Engines Ltd", "Engines", "Navy", None],
}


@cache
def found_duplicates():
    return cleanup.duplicates(pd.DataFrame(COLUMNS))


RESULTS = {
    "Normalized": (lambda _, df: cleanup.normalize(df), "frame"),
    "Validation": (lambda _, df: cleanup.validate(df), "problems"),
    "Screening": (lambda _, df: cleanup.screen(df, suppressed=["grace@example.org"]), "frame"),
    "Report": (lambda _, df: cleanup.report(df), "table"),
    "Duplicates": (lambda _, df: cleanup.duplicates(df), "frame"),
    "Merge": (lambda _, df: cleanup.merge(df, found_duplicates()), "frame"),
    "Accounts": (lambda _, df: cleanup.accounts(df), "accounts"),
    "Cleaned": (lambda _, df: cleanup.Recipe().then("normalize").run(df), "frame"),
    "Plan": (lambda ws, df: ws.leads.plan(df), "rows"),
    "Outcome": (lambda ws, df: ws.leads.plan(df).apply(dry_run=True), "rows"),
    "Intake": (lambda ws, df: ws.leads.intake(df, progress=False), "rows"),
    "Section": (lambda ws, _: next(part for part in ws.report().sections if not part.missing), "table"),
}


@pytest.fixture(scope="module")
def ws():
    # With nobody who opted out: plans compare their rows with no one.
    with pb.open_sandbox(leads=1, rate_limit=1_000_000) as workspace:
        yield workspace


@each_case("library", [pd, pl])
@each_case("kind", RESULTS)
def test_other_libraries_read_the_main_table_of_a_result(kind, library, ws):
    make, main = RESULTS[kind]
    result = make(ws, library.DataFrame(COLUMNS))
    table = pa.table(getattr(result, main))  # with the labels of the index, as pandas gives them
    assert type(result).__name__ == kind
    assert table.num_rows
    assert pa.table(result).equals(table)
    assert pl.DataFrame(result).equals(pl.DataFrame(table))
    assert duckdb.from_arrow(result).fetchall() == pl.DataFrame(table).rows()
    assert pd.DataFrame.from_arrow(result).equals(pd.DataFrame.from_arrow(table))


def test_the_main_table_of_a_lazy_frame_is_collected():
    result = cleanup.normalize(pl.LazyFrame(COLUMNS))
    assert pl.DataFrame(result).equals(result.frame.collect())


def test_every_result_with_a_main_table_is_tested():
    def all_of(kind):
        return {kind.__name__ for kind in kind.__subclasses__()}.union(*map(all_of, kind.__subclasses__()))

    in_spark = {"DuplicatesOnExecutors", "DuplicatesOnSpark", "MergeOnSpark"}  # tests/spark
    assert all_of(ExportsArrow) - in_spark == set(RESULTS)


def test_a_result_is_refused_where_a_frame_is_expected_and_named_with_its_table(ws):
    plan = ws.leads.plan(pd.DataFrame(COLUMNS))
    with pytest.raises(
        errors.CleanupError, match=r"needs a DataFrame, not Plan → pass one of its frames, such as \.rows"
    ):
        cleanup.normalize(plan)
    with pytest.raises(
        errors.InvalidParameterError, match=r"not Validation → pass one of its frames, such as \.problems"
    ):
        pb.save_leads(cleanup.validate(pd.DataFrame(COLUMNS)), "leads.csv")
    step = cleanup.normalize(pd.DataFrame(COLUMNS))
    assert ws.leads.plan(step) == ws.leads.plan(step.frame)


def test_a_column_without_an_arrow_type_is_an_error_without_its_values():
    mixed = pd.DataFrame({"email": ["ada@example.com"] * 2, "note": [1, "ada@example.com"]})
    with pytest.raises(
        errors.UsageError, match=r"the \.frame of this Normalized has no Arrow form: Arrow\w+ → "
    ) as caught:
        pa.table(cleanup.normalize(mixed))
    assert "ada@" not in str(caught.value)
