"""The sandbox's mess, whose truth is known: no right value is damaged, and what can be mended for sure is."""

import pandas as pd
import pytest

from pb2b_notebook.cleanup import normalize
from pb2b_notebook.cleanup.values.addresses import host_of
from seeded_mess import seeded

FIELDS = (
    "full_name", "first_name", "last_name", "email", "phone", "company_name", "company_domain", "website",
    "linkedin_url", "title", "seniority", "industry", "country", "city", "source", "owner_email", "external_id",
)  # fmt: skip
MENDED = {
    "email_case", "email_malformed", "email_mailto", "whitespace", "mojibake", "company_form", "phone_format",
    "website_format", "placeholder",
}  # fmt: skip


@pytest.fixture(scope="module")
def tried():
    """Leads with their truth, beside the rows that came of them."""
    leads = list(seeded(3, 4000))
    frame = pd.DataFrame({field: pd.Series([lead.doc[field] for lead in leads], dtype="str") for field in FIELDS})
    made = normalize(frame).frame
    return list(zip(leads, made.astype(object).where(made.notna(), None).to_dict("records"), strict=True))


def test_no_right_value_is_damaged(tried):
    damaged = [
        (field, lead.doc[field], row[field])
        for lead, row in tried
        for field in FIELDS
        if lead.doc[field] == lead.truth[field] != row[field]
    ]
    assert damaged == []


def test_what_can_be_mended_for_sure_is_mended(tried):
    met = set()
    for lead, row in tried:
        if len(lead.mess) == 1 and lead.mess[0] in MENDED:
            met.add(lead.mess[0])
            spoiled = [field for field in FIELDS if lead.doc[field] != lead.truth[field]]
            assert all(is_mended(field, lead, row) for field in spoiled), lead.mess
    assert met == MENDED


def is_mended(field, lead, row):
    if lead.mess == ("placeholder",):
        return row[field] is None
    if field == "company_name":
        return row["company_core"] == lead.core
    if field == "website":
        return host_of(row[field]) == host_of(lead.truth[field]) and row[field].startswith("http")
    return row[field] == lead.truth[field]
