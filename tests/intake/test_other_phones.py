"""A further phone of a row, which is not written, is looked for among leads and other rows."""

import pandas as pd
import polars as pl
import pytest

from pb2b_notebook.intake.decisions import KnownLeads
from pb2b_notebook.intake.matching import find_people, links_of
from pb2b_notebook.intake.other_phones import links_to_opted_out, with_other_phones
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
        {"Tel": ["+33142000099", None], "Mobile": ["+33 7 99 99 99 99", None], "WhatsApp": ["+33 661 223344", None]},
    ],
)
def test_a_row_is_a_lead_that_has_one_of_its_further_phones(columns):
    gone = KnownLeads({}, {"lead_1"}, {"lead_1": "unsubscribed"})
    assert [link[:2] for link in links_to_opted_out(compared("S. Moreau", **columns), LEAD, gone)] == [(0, "lead_1")]
    found = links_of(find_people(compared("Stephanie Moreau", **columns), LEAD, threshold=0.75))
    assert [link[:2] for link in found] == [(0, "lead_1")]


def test_another_person_who_has_the_phone_is_not_that_lead():
    rows = compared("Bernd Adler", Tel=["+33142000099", None], Mobile=["+33661223344", None])
    assert links_to_opted_out(rows, LEAD, KnownLeads({}, {"lead_1"}, {"lead_1": "unsubscribed"})) == []
    assert with_other_phones(LEAD, pd.DataFrame({"Fax": ["+33142000099"]}), Mapping({})).columns == LEAD.columns
