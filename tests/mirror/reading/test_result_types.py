"""SQL results of every DuckDB type: the right value in pandas and polars, or a typed error."""

import datetime as dt
from decimal import Decimal

import numpy as np
import pytest

from each_case import each_case
from pb2b_notebook.errors import QueryError
from pb2b_notebook.frames import to_frame
from pb2b_notebook.mirror.reading.sql import parameter_names, run

RIGHT = {
    "18446744073709551615::ubigint": 2**64 - 1,
    "5::ubigint": 5,
    "(-99999999999999999999999999999999999999)::hugeint": Decimal(-(10**38) + 1),
    "timestamp_ns '2026-01-01 00:00:00.123456000'": dt.datetime(2026, 1, 1, 0, 0, 0, 123456),  # noqa: DTZ001
    "timestamp_s '2026-01-01 00:00:00'": dt.datetime(2026, 1, 1),  # noqa: DTZ001
    "date '9999-12-31'": dt.date(9999, 12, 31),
    "timestamp '0001-01-01'": dt.datetime(1, 1, 1),  # noqa: DTZ001
    "'infinity'::double": float("inf"),
    "[18446744073709551615::ubigint]": [2**64 - 1],
    "{'a': 18446744073709551615::ubigint}": {"a": 2**64 - 1},
    "[{'a': date '2026-01-01'}]": [{"a": dt.date(2026, 1, 1)}],
    "'a'::enum('a', 'b')": "a",
    "null": None,
    "time '12:00'": dt.time(12),
    "time_ns '12:00:00.123456'": dt.time(12, 0, 0, 123456),
    "time '23:59:59.999999'": dt.time(23, 59, 59, 999999),
    "1.5::decimal(38, 10)": 1.5,
    "interval 1 day": dt.timedelta(days=1),
    "timestamptz '2026-03-29 12:00+02' - timestamptz '2026-03-28 12:00:00.000001+01'": dt.timedelta(
        hours=22, minutes=59, seconds=59, microseconds=999999
    ),
    "timestamp '2026-03-01' - timestamp '2026-03-03'": dt.timedelta(days=-2),
}

WITHOUT_VALUE = {
    "interval 1 month": "INTERVAL of months.*extract",
    "age(timestamp '2026-03-01', timestamp '2026-01-01')": "INTERVAL of months",
    "interval 1000000 day": "of many years",
    "to_hours(4800000)": "of many years",
    "interval 99999 day + interval 2000000 hour": "of many years",
    "[interval 1 day]": "contains an INTERVAL",
    "union_value(n := 2)": "is a UNION.*varchar",
    "{'a': [union_value(n := 2)]}": "contains a UNION",
    "5::bignum": "is a BIGNUM",
    "'101'::bit": "is a BIT",
    "timetz '12:00:00+01'": "is a TIME WITH TIME ZONE",
    "'infinity'::timestamp": "infinite.*isfinite",
    "'-infinity'::timestamptz": "infinite",
    "'infinity'::date": "infinite",
    "timestamp_ns 'infinity'": "infinite",
    "timestamp_ns '-infinity'": "infinite",
    "['infinity'::date]": "infinite",
    "{'a': 'infinity'::timestamp}": "infinite",
    "map {'a': 'infinity'::timestamp}": "infinite",
    "(-170141183460469231731687303715884105727)::hugeint": "more than 38 digits.*varchar",
    "[170141183460469231731687303715884105727::hugeint]": "more than 38 digits",
    "340282366920938463463374607431768211455::uhugeint": "is a UHUGEINT.*varchar",  # -1 in Arrow
    "[2::uhugeint]": "contains a UHUGEINT",
    "time '24:00'": "24:00.*varchar",
    "{'a': time '24:00'}": "24:00",
    "time_ns '12:00:00.123456789'": "nanoseconds",
    "[time_ns '12:00:00.123456789']": "nanoseconds",
    "date '10000-01-01'": "years 1 to 9999",
    "date '0001-01-01' - 1": "years 1 to 9999",
}


@each_case("expression", RIGHT)
def test_values_are_right_in_both_libraries(expression):
    found = run(f"select {expression} as x union all select null", {})
    polars = to_frame(found, "polars")["x"].to_list()
    assert RIGHT[expression] in polars
    pandas = to_frame(found, "pandas")["x"]
    assert len(pandas) == 2
    if isinstance(RIGHT[expression], int | float):
        assert RIGHT[expression] in pandas.tolist()


def test_nanoseconds_are_kept():
    found = run("select timestamp_ns '2026-01-01 00:00:00.123456789' as x", {})
    assert to_frame(found, "pandas")["x"].iloc[0].value == 1767225600123456789
    assert to_frame(found, "polars")["x"].dt.nanosecond().to_list() == [123456789]
    assert to_frame(found, "pandas")["x"].to_numpy()[0] == np.datetime64("2026-01-01T00:00:00.123456789")


@each_case("expression", WITHOUT_VALUE)
def test_a_value_that_frames_cannot_hold_is_an_error_that_names_the_column(expression):
    with pytest.raises(QueryError, match=f"'x'.*{WITHOUT_VALUE[expression]}"):
        run(f"select {expression} as x", {})


def test_an_unpaired_surrogate_in_sql_is_an_error():
    with pytest.raises(QueryError, match="surrogate"):
        run("select '\ud800'", {})
    with pytest.raises(QueryError):
        run("select ?", {}, ["\ud800"])
    assert parameter_names("select $a, '\ud800'") == set()
