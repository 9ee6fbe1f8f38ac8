"""A workspace, and the messy list of 300 rows read once for the tests that only look at it."""

import pytest

import pb2b_notebook as pb
from messy_lists import as_csv, lone_leads, three_hundred

MAPPED = {
    "Interesse": "tier",
    "Newsletter": "newsletter_opt_in",
    "Verlängerung": "renewal_date",
    "Größe": "employee_count",
}
"""Columns of the messy list that a person maps by hand."""


@pytest.fixture(scope="session")
def space():
    with pb.open_sandbox(leads=300, rate_limit=1_000_000) as ws:
        yield ws


@pytest.fixture(scope="session")
def file(space):
    """The messy list as a file."""
    return as_csv(three_hundred(lone_leads(space)))


@pytest.fixture(scope="session")
def intake(space, file):
    """The messy list with every column mapped; nothing of it is sent."""
    read = space.leads.intake(file, progress=False)
    mapping = read.mapping
    for column, field in MAPPED.items():
        mapping = mapping.with_column(column, field)
    return read.change(mapping=mapping)
