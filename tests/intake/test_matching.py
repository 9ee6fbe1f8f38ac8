"""What identifies a row: words that people type to try something do not."""

import pb2b_notebook as pb
from each_case import each_case
from worse_records import judge_status, messy_rows, worse_records


def test_a_messy_list_makes_no_record_worse():
    with pb.open_sandbox(leads=40, seed=5, rate_limit=1_000_000) as ws:
        intake = ws.leads.intake(messy_rows(5, 40), progress=False)
        assert sum(len(rows) > 1 for rows, _ in intake.decided.groups) > 10
        assert worse_records(intake) == worse_records(intake.change(existing="overwrite")) == []


@each_case(
    ("status", "rows", "kind"),
    [
        ("hot", ["hot", "contacted"], None),
        (None, ["contacted", None], "a status is lost"),
        ("cold", ["contacted", "hot"], "a status is lost"),
        ("new", ["replied", "new"], "a status goes back"),
        ("replied", ["replied", "hot"], None),
    ],
)
def test_a_status_that_is_not_in_the_funnel_is_judged_as_well(status, rows, kind):
    assert judge_status({"status": status}, None, [{"status": one} for one in rows]) == kind
