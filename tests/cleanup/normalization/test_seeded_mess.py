"""The sandbox's messy leads, whose true values are known: no correct value is damaged, and certain repairs are made."""

import pandas as pd
import pytest

from pb2b_notebook.cleanup import normalize
from pb2b_notebook.cleanup.values.addresses import host_of
from seeded_mess import seeded_leads

FIELDS = (
    "full_name", "first_name", "last_name", "email", "phone", "company_name", "company_domain", "website",
    "linkedin_url", "title", "seniority", "industry", "country", "city", "source", "owner_email", "external_id",
)  # fmt: skip
REPAIRED = {
    "email_case", "email_malformed", "email_mailto", "whitespace", "mojibake", "company_form", "phone_format",
    "website_format", "placeholder",
}  # fmt: skip


@pytest.fixture(scope="module")
def normalized_leads():
    """Return leads with their true values, each with its normalized row."""
    leads = list(seeded_leads(3, 4000))
    frame = pd.DataFrame({field: pd.Series([lead.doc[field] for lead in leads], dtype="str") for field in FIELDS})
    tidy = normalize(frame).frame
    return list(zip(leads, tidy.astype(object).where(tidy.notna(), None).to_dict("records"), strict=True))


def test_no_correct_value_is_damaged(normalized_leads):
    damaged = [
        (field, lead.doc[field], row[field])
        for lead, row in normalized_leads
        for field in FIELDS
        if lead.doc[field] == lead.truth[field] != row[field]
    ]
    assert damaged == []


def test_certain_repairs_are_made(normalized_leads):
    seen = set()
    for lead, row in normalized_leads:
        if len(lead.errors) == 1 and lead.errors[0] in REPAIRED:
            seen.add(lead.errors[0])
            spoiled = [field for field in FIELDS if lead.doc[field] != lead.truth[field]]
            assert all(is_repaired(field, lead, row) for field in spoiled), lead.errors
    assert seen == REPAIRED


def is_repaired(field, lead, row):
    if lead.errors == ("placeholder",):
        return row[field] is None
    if field == "company_name":
        return row["company_core"] == lead.core
    if field == "website":
        return host_of(row[field]) == host_of(lead.truth[field]) and row[field].startswith("http")
    return row[field] == lead.truth[field]
