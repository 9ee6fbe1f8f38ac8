import polars as pl
import pytest

from interrupting import ctrl_c_soon
from pb2b_notebook.cleanup.linkage.tables.database import open_database, run_planned_query, run_query

SLOW = "SELECT length(md5(md5(md5(n::VARCHAR)))) AS n FROM numbers"
NUMBERS = pl.DataFrame({"n": pl.int_range(3_000_000, eager=True)})


def test_ctrl_c_during_a_query_is_ctrl_c():
    """The database reports it as an error of its own, or as a RuntimeError."""
    with open_database(len(NUMBERS)) as db, ctrl_c_soon(), pytest.raises(KeyboardInterrupt):
        run_query(db, SLOW, numbers=NUMBERS)


def test_ctrl_c_during_a_planned_query_is_ctrl_c_and_the_plan_works_again():
    with ctrl_c_soon(), pytest.raises(KeyboardInterrupt):
        run_planned_query(SLOW, "numbers", NUMBERS)
    assert run_planned_query(SLOW, "numbers", NUMBERS.head(2))["n"].tolist() == [32, 32]
