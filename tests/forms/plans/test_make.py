"""Rows are planned by a key; a person whom the workspace has under another address is not created without a tick."""

import pandas as pd
import pytest

import pb2b_notebook as pb
from messy_lists import lone_leads
from pb2b_notebook.errors import InvalidParameterError


def test_a_person_under_another_address_is_not_ticked_and_what_was_applied_is_taken_back():
    with pb.open_sandbox(leads=60, rate_limit=1_000_000) as ws:
        known = next(one for one in lone_leads(ws) if one["status"] not in {"unsubscribed", "bounced"})
        before = ws.leads.count()
        rows = {
            "full_name": ["Wilma Brandneu", known["full_name"]],
            "email": ["wilma@brandneu.example", "private." + known["email"]],
            "company_name": ["Brandneu GmbH", known["company_name"]],
            "phone": [None, known["phone"]],
        }
        for given, options in ((("fair.csv",), {}), ((), {"path": "fair.csv"})):
            with pytest.raises(InvalidParameterError, match=r"neither a file nor options.*IntakeForm\(ws, path\)"):
                pb.forms.PlanForm(ws, *given, **options)
        form = pb.forms.PlanForm(ws)
        form.use(pd.DataFrame(rows, index=[2, 3]))
        assert form.submit().summary["create"] == 2
        review = form.review
        assert review.values["left_out"] == [3]
        assert "1 row is perhaps in the workspace under another address" in form._outcome.children[1].value
        review._button.click()
        assert "Apply 1 row in" in review._question._notice.value
        assert not review.busy
        assert ws.leads.count() == before  # nothing is sent without an answer
        review._question.yes.click()
        review.wait(60)
        assert ws.leads.count() == before + 1
        undo = review._outcome.children[-1]
        assert undo.description == "Undo …"
        undo.click()
        review._question.yes.click()
        review.wait(60)
        assert "Taken back: 1 person deleted" in review._message.value
        assert ws.leads.count() == before
