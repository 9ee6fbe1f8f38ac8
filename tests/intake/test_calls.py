"""People who want no calls are created without a phone, if they may be e-mailed."""

import pandas as pd
import polars as pl

import pb2b_notebook as pb

LIST = {
    "Name": ["Ada Berg", "Bo Falk", "Cy Orr", "Di Lund", "Eva Roca", "Gus Hale"],
    "E-Mail": ["ada@nord.example", "bo@sud.example", None, "di@west.example", "eva@ost.example", "gus@hale.example"],
    "Phone": [f"+43 1 234567{digit}" for digit in range(6)],
    "Do Not Phone": ["yes", None, "yes", None, "yes", "yes"],
    "Remarks": [None, "alleen per e-mail, niet bellen", None, "do not call", "unsubscribed", None],
}
MESSAGES = {
    "Name": ["Ada Berg", "Bo Falk", "Cy Orr", "Di Lund"],
    "E-Mail": ["ada@nord.example", "bo@sud.example", None, "di@west.example"],
    "Phone": [f"+43 1 234567{digit}" for digit in range(4)],
    "SMS opt-in": ["no", "unsubscribed", "no", "yes"],
}


def test_who_wants_no_calls_is_created_without_a_phone_and_a_lead_keeps_its_own():
    with pb.open_sandbox(leads=0) as ws:
        ws.leads.create(full_name="Gus Hale", email="gus@hale.example")
        intake = ws.leads.intake(pl.DataFrame(LIST), progress=False)
        assert [*intake.rows["state"]] == ["new", "new", "opted_out", "opted_out", "opted_out", "known"]
        assert [*intake.set_aside["field"]] == ["phone"] * 3
        intake.apply(progress=False)
        leads = ws.leads.list(frame="polars")
        assert (leads["phone"].null_count(), leads.height) == (3, 3)


def test_who_refuses_text_messages_alone_is_created_without_a_phone():
    with pb.open_sandbox(leads=0) as ws:
        intake = ws.leads.intake(pd.DataFrame(MESSAGES), progress=False)
        assert [*intake.rows["state"]] == ["new", "opted_out", "opted_out", "new"]
        assert intake.normalized.frame["phone"].notna().all()
        intake.apply(progress=False)
        leads = ws.leads.list(frame="polars").sort("email")
        assert leads["phone"].is_null().to_list() == [True, False]


def test_a_label_and_its_value_are_read_as_column_and_cell():
    pairs = {
        "Name": ["Ada Berg", "Bo Falk", "Cy Orr", "Di Lund", "Eva Roca"],
        "E-Mail": ["ada@nord.example", "bo@sud.example", "cy@orr.example", "di@west.example", "eva@ost.example"],
        "Phone": [f"+43 1 234567{digit}" for digit in range(5)],
        "Do Not Phone": [None, None, None, None, "yes"],
        "Custom Field 1 - Label": ["Opt-out", "Opt-out", "DSGVO", "Do Not Phone", "Opt-out"],
        "Custom Field 1 - Value": ["yes", "no", "gesperrt", "yes", "yes"],
    }
    with pb.open_sandbox(leads=0) as ws:
        states = ws.leads.intake(pd.DataFrame(pairs), progress=False).rows["state"]
        assert [*states] == ["opted_out", "new", "opted_out", "new", "opted_out"]
