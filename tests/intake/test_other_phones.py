"""A further phone of a row, which is not written, is looked for among leads and other rows."""

import pandas as pd
import polars as pl
import pytest

import pb2b_notebook as pb
from pb2b_notebook.intake.decisions import KnownLeads
from pb2b_notebook.intake.matching import find_people, links_of
from pb2b_notebook.intake.other_phones import links_by_phone, links_to_opted_out, with_other_phones
from pb2b_notebook.mapping import Mapping

MAPPING = Mapping({"Name": "full_name", "Firma": "company_name", "Tel": "phone"})
LEAD = pl.DataFrame(
    {"id": ["lead_1"], "full_name": ["Stephanie Moreau"], "company_name": ["OldCo"], "phone": ["+33661223344"]}
)


def compared(name, **columns):
    listed = pd.DataFrame({"Name": [name, "Uli Kant"], "Firma": ["NewCo", "Kant"], **columns})
    values = pl.DataFrame(
        {"full_name": listed["Name"], "company_name": listed["Firma"], "phone": ["+33142000099", None]}
    )
    return with_other_phones(values, listed, MAPPING)


@pytest.mark.parametrize(
    "columns",
    [
        {"Tel": ["+33142000099", None], "Mobile": ["06 61 22 33 44", None]},
        {"Tel": ["+33142000099 / +33661223344", None]},
        {"Tel": ["+33142000099", None], "Alt. No.": ["+33 6 61 22 33 44", None]},
        {"Tel": ["+33142000099", None], "Mobile": ["+33 7 99 99 99 99", None], "WhatsApp": ["+33 661 223344", None]},
    ],
)
def test_a_row_is_a_lead_that_has_one_of_its_further_phones(columns):
    gone = KnownLeads({}, {"lead_1"}, {"lead_1": "unsubscribed"})
    assert [link[:2] for link in links_to_opted_out(compared("S. Moreau", **columns), LEAD, gone)] == [(0, "lead_1")]
    found = links_of(find_people(compared("Stephanie Moreau", **columns), LEAD, threshold=0.75))
    assert [link[:2] for link in found] == [(0, "lead_1")]


def test_whoever_has_the_mobile_phone_may_be_that_lead_and_others_at_its_landline_are_not():
    gone = KnownLeads({}, {"lead_1"}, {"lead_1": "unsubscribed"})
    rows = compared("Bernd Adler", Tel=["+33142000099", None], Mobile=["+33661223344", None])
    assert [link[:2] for link in links_to_opted_out(rows, LEAD, gone)] == [(0, "lead_1")]
    landline = LEAD.with_columns(phone=pl.lit("+33142112233"))
    rows = compared("Bernd Adler", Tel=["+33142000099", None], Mobile=["+33142112233", None])
    assert links_to_opted_out(rows, landline, gone) == []
    assert with_other_phones(LEAD, pd.DataFrame({"Fax": ["+33142000099"]}), Mapping({})).columns == LEAD.columns


GONE = [
    {"full_name": "Karin Weber", "phone": "+498955512345"},
    {"full_name": "Claire Martin", "phone": "+33612345678"},
    {"full_name": "Carlos Lima", "phone": "+5521977778888"},
    {"full_name": "Ann Lee", "phone": "+14155550123"},
    {"full_name": "Dwayne Carter", "phone": "+13125550123"},
    {"full_name": "Jim Left", "phone": "+14155550188"},
]
ROWS = {
    "Karin Sommer": ("(089) 555 12345", True),
    "Otto Lang": ("089 555 12345", False),
    "Claire Durand": ("06 12 34 56 78", True),
    "Bo Falk": ("+33612345678", True),
    "Ana Costa": ("21 97777-8888", True),
    "Ann Berg": ("+14155550123", True),
    "Max Berg": ("+14155550123", False),
    "Karin Huber": ("+498955512345", False),
    "Karin Mayer": ("555 1234", False),
    "Big Dee": ("+13125550123", True),
    "Tim Hale": ("+14155550188", False),
    "Mum": ("415 555 0123", True),
    "Mum Lee": ("(415) 555-0123", True),
    "Dad Berg": ("(415) 555-0123", False),
}


def test_a_mobile_of_a_person_who_opted_out_waits_and_a_number_without_its_code_with_a_part_of_the_name():
    leads = pl.DataFrame(GONE).with_columns(id=pl.format("lead_{}", pl.int_range(pl.len())))
    known = KnownLeads(opted_out=dict.fromkeys(leads["id"], "unsubscribed") | {"lead_5": "bounced"})
    rows = pl.DataFrame({"full_name": [*ROWS], "phone": [phone for phone, _ in ROWS.values()]})
    found = {rows["full_name"][link.row]: link.reasons for link in links_by_phone(rows, leads, known)}
    assert {*found} == {name for name, (_, waits) in ROWS.items() if waits}
    assert (found["Ann Berg"], found["Big Dee"]) == (
        "the same phone number, and a part of the name",
        "the same phone number, which only these two have, and another name",
    )


def test_a_number_that_many_rows_and_many_opted_out_leads_have_makes_no_pairs_of_all():
    people = pl.DataFrame(
        {"full_name": pl.select(pl.format("Bo{} Lund{}", pl.int_range(300), pl.int_range(300)))[:, 0]}
    )
    leads = people.with_columns(id=pl.col("full_name"), phone=pl.lit("+491700000000"))
    rows = pl.DataFrame({"full_name": [f"Ada{row} Berg{row}" for row in range(3000)], "phone": "+491700000000"})
    known = KnownLeads(opted_out=dict.fromkeys(leads["id"], "unsubscribed"))
    links = links_by_phone(rows, leads, known)
    assert len(links) == 20 * rows.height
    assert {link.row for link in links} == {*range(rows.height)}
    namesakes = pl.DataFrame({"full_name": [f"Ada{row} Lund7" for row in range(2)], "phone": ["030 901820"] * 2})
    landlines = pl.concat([rows.with_columns(phone=pl.lit("030 901820")), namesakes])
    links = links_by_phone(landlines, leads.with_columns(phone=pl.lit("+4930901820")), known)
    assert [link[:2] for link in links] == [(3000, "Bo7 Lund7"), (3001, "Bo7 Lund7")]


def test_a_mobile_of_two_names_is_asked_about_and_a_landline_or_a_switchboard_is_not():
    mobiles = ["+491715512345", "0171 5512345", "0171/5512345", "+4930901820", "+4930901820"]
    rows = pl.DataFrame(
        {
            "full_name": ["Hans Meulen", "J.P. Meulen", "Hans Meulen", "Ada Kurz", "Eva Lund"],
            "phone": ["+4930901821", *mobiles[1:]],
            "other phones": ["+49171 5512345", *[None] * 4],
            "country": ["DE"] * 5,
        }
    )
    leads = pl.DataFrame({"id": ["lead_1"], "full_name": ["Uwe Roth"], "phone": [mobiles[0]]})
    links = links_by_phone(rows, leads, KnownLeads())
    assert {(link.row, link.other) for link in links} == {(0, "lead_1"), (1, "lead_1"), (1, 0), (2, "lead_1"), (2, 1)}
    assert {link.probability for link in links} == {0.5}
    others = pl.DataFrame({"full_name": ["Bo Falk", "Cy Orr"], "phone": ["0171 5512345"] * 2, "country": ["DE"] * 2})
    assert links_by_phone(pl.concat([rows, others], how="diagonal"), leads, KnownLeads()) == []
    abroad = rows.with_columns(country=pl.lit(None, pl.String))[1:]
    assert [link[:2] for link in links_by_phone(abroad, leads.clear(), KnownLeads(), "DE")] == [(1, 0)]


def test_phones_without_a_country_are_sent_as_written_and_the_card_says_so():
    phones = ["(21) 97777-8888", "21 98888-7777", "099 123 456", "(0)89 555 1234", "+43 1 2345678"]
    people = pd.DataFrame({"Name": ["Ada Berg", "Bo Falk", "Cy Orr", "Di Lund", "Eva Roca"], "Phone": phones})
    with pb.open_sandbox(leads=0) as ws:
        intake = ws.leads.intake(people, progress=False)
        assert intake.summary["set_aside"] == 0
        wanted = ["21 97777-8888", "21 98888-7777", "099 123 456", "089 555 1234", "+4312345678"]
        assert intake.merged.frame["phone"].to_list() == wanted
        assert "4 phones are without a country code, in the rows 0, 1, 2, 3: sent as written" in repr(intake)
        assert "without a country code" not in repr(intake.change(country="BR"))
