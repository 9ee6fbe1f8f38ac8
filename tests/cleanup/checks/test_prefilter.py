import datetime as dt

import polars as pl

from each_case import each_case
from pb2b_notebook import cleanup

TIMES = [dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC), None, dt.datetime(1822, 1, 1, tzinfo=dt.UTC)]
FIELDS = {"key": ["email", "met_at"], "type": ["email", "datetime"]}


@each_case("zone", ["UTC", "Etc/UTC", "Europe/Berlin", "America/New_York"])
@each_case("library", ["pandas", "polars"])
def test_times_of_every_zone_are_checked(library, zone):
    times = pl.Series(TIMES, dtype=pl.Datetime("us", "UTC")).dt.convert_time_zone(zone)
    frame = pl.DataFrame({"email": [f"{n}@oak.example" for n in range(len(TIMES))], "met_at": times})
    frame = frame.to_pandas() if library == "pandas" else frame
    found = cleanup.validate(frame, lead_fields=pl.DataFrame(FIELDS)).problems
    assert (list(found["field"]), list(found["row"])) == (["met_at"], [2])
