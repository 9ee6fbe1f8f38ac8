"""Lists whose filters a service does not apply as they are sent."""

import pytest

from scripted_service import connect_workspace

LEADS = [
    {"id": f"l{hour}", "object": "lead", "created_at": "2026-03-01T00:00:00.000Z",
     "updated_at": f"2026-03-10T{hour:02}:30:00.000Z"} for hour in range(8, 16)
]  # fmt: skip


@pytest.mark.parametrize("length", [10, 13])
def test_rows_of_earlier_changes_are_left_out_where_a_service_rounds_the_time_of_the_filter(length):
    def respond(request, path):
        after = request.url.params.get("updated_after", "")[:length]
        rows = [lead for lead in LEADS if lead["updated_at"] > after] if path == "/leads" else []
        rows = rows[::-1] if "desc" in request.url.params.get("order", "") else rows
        return {"data": rows[: int(request.url.params.get("limit", 100))], "has_more": False}

    with connect_workspace(respond) as ws:
        for _ in range(2):  # also once it is known that the filter is applied
            assert ws.leads.list(updated_after="2026-03-10T12:45:00Z")["id"].tolist() == ["l13", "l14", "l15"]


@pytest.mark.parametrize("ignored", [True, False])
@pytest.mark.parametrize("digits", ["500100", "5000007"])
def test_rows_that_changed_a_part_of_a_millisecond_after_the_bound_are_in_the_list(digits, ignored):
    times = ["12:45:00.499", "12:45:00.500", f"12:45:00.{digits}", "12:45:01.5"]
    leads = [LEADS[0] | {"id": f"l{n}", "updated_at": f"2026-03-10T{time}Z"} for n, time in enumerate(times)]

    def respond(request, path):
        after = "" if ignored else request.url.params.get("updated_after", "")
        rows = [lead for lead in leads if lead["updated_at"].rstrip("Z") > after.rstrip("Z")]
        name, end = ("data", {"has_more": False}) if ignored else ("results", {"next": None})
        return {name: rows if path == "/leads" else []} | end

    with connect_workspace(respond) as ws:
        for _ in range(2):
            ids = set(ws.leads.list(updated_after="2026-03-10T12:45:00.500Z")["id"])
            assert {"l2", "l3"} <= ids
            assert "l0" not in ids
