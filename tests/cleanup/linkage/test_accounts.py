"""Leads get the id of their company, however its name is written."""

import pandas as pd
import polars as pl
import pytest

from pb2b_notebook import cleanup
from pb2b_notebook.errors import CleanupError

LEADS = {
    "full_name": ["Ada Berg", "Eva Hale", "Max Oster", "Zoe Quill", "Tim Ronde"],
    "email": ["ada@nordlicht.example", "eva@nordlicht.example", "max@gmail.com", "zoe@zenker.example", None],
    "company_name": ["Nordlicht Optik GmbH", "NORDLICHT OPTIK", "Nordlicht Optik GmbH", "Zenker Reisen", None],
    "phone": ["+49 40 5550101", "+49 40 5550102", None, None, None],
    "city": ["Hamburg", "Ulm", "Köln", "Ulm", None],
}


@pytest.mark.parametrize("library", [pd, pl])
def test_leads_of_one_company_share_its_id(library):
    found = cleanup.accounts(library.DataFrame(LEADS))
    ids = found.frame["company_id"].to_list()
    assert ids[0] == ids[1] == ids[2] != ids[3]
    assert pd.isna(ids[4])
    assert found.accounts["leads"].to_list() == [1, 1, 1, 1]
    assert repr(found) == "Accounts(2 companies, written in 4 ways)"


def test_the_columns_may_have_the_names_that_lists_give_them():
    listed = pd.DataFrame(LEADS).rename(columns={"company_name": "Firma", "email": "E-Mail"})
    found = cleanup.accounts(listed).frame
    assert found.drop(columns="company_id").equals(listed)
    assert found.company_id.tolist()[:4] == cleanup.accounts(pd.DataFrame(LEADS)).frame.company_id.tolist()[:4]


@pytest.mark.parametrize(
    ("leads", "message"),
    [
        ({"full_name": ["Ada Berg"]}, "no company names"),
        ({"company_name": [None]}, "no company names"),
        ({"company_name": ["Nordlicht"], "company_id": ["x"]}, "already"),
    ],
)
def test_leads_without_companies_are_refused(leads, message):
    with pytest.raises(CleanupError, match=message):
        cleanup.accounts(pd.DataFrame(leads))


@pytest.mark.parametrize("library", [pd, pl])
def test_a_list_without_rows_has_no_companies(library):
    found = cleanup.accounts(library.DataFrame({"company_name": ["Nordlicht AG"]})[:0])
    assert list(found.frame.columns) == ["company_name", "company_id"]
    assert len(found.accounts) == 0
