"""What identifies a row: words that people type to try something do not."""

import pb2b_notebook as pb
from worse_records import messy_rows, worse_records


def test_a_messy_list_makes_no_record_worse():
    with pb.open_sandbox(leads=40, seed=5, rate_limit=1_000_000) as ws:
        intake = ws.leads.intake(messy_rows(5, 40), progress=False)
        assert sum(len(rows) > 1 for rows, _ in intake.decided.groups) > 10
        assert worse_records(intake) == worse_records(intake.change(existing="overwrite")) == []
