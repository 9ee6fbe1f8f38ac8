"""Rows of one name and two addresses at one domain: a person with two of them or two people, as the list shows."""

import polars as pl
import pytest

from pb2b_notebook import cleanup

GIVEN = ("Anke", "Bodo", "Carla", "Dirk", "Edda", "Falk", "Greta", "Hugo", "Ilse", "Jens")
STARTS = ("Tann", "Raut", "Orla", "Wint", "Mosel", "Birk", "Kranich", "Ulm", "Ahorn", "Fuchs")
ENDS = ("hauser", "enberg", "mund", "erling", "blick", "brecht", "acker", "ohl", "uhn", "iegel")


@pytest.mark.parametrize("have_two", [False, True])
def test_namesakes_with_an_address_each_stay_apart_where_people_have_one(have_two: bool) -> None:
    people = [
        {"first_name": GIVEN[n * 7 % 10], "last_name": STARTS[n // 10] + ENDS[n % 10], "email": f"q{n}z@post.example",
         "born": f"19{n}-0{1 + n % 9}-1{n % 7}", "phone": f"+491555{n:05d}"}
        for n in range(10, 100)
    ]  # fmt: skip
    again = [
        row | {"city": f"Town {part}", "email": f"w{part}{row['email']}" if have_two else row["email"]}
        for row in people[:60]
        for part in "ab"
    ]
    twice = [row | {"email": f"x{row['email']}", "born": None, "phone": None} for row in people[60:]]
    rows = pl.DataFrame([row | {"city": row.get("city")} for row in [*people, *again, *twice]])
    pairs = cleanup.duplicates(rows, fields={"born": "date"}).pairs
    of_names = pairs.filter(pl.col("row_a").is_between(60, 89) & (pl.col("row_b") >= 210))
    assert (len(of_names) > 0) == have_two
