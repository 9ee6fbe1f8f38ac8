"""The lead fields of a workspace, in either library, and suggestions for them."""

import pandas as pd
import pytest

import pb2b_notebook as pb
from frame_libraries import library_for

FIELDS = [
    ("full_name", "Full name", "text", True, []),
    ("first_name", "First name", "text", True, []),
    ("last_name", "Last name", "text", True, []),
    ("email", "E-mail", "email", True, []),
    ("owner_email", "Owner", "email", True, []),
    ("phone", "Phone", "phone", True, []),
    ("company_name", "Company", "text", True, []),
    ("company_domain", "Company domain", "text", True, []),
    ("website", "Website", "url", True, []),
    ("linkedin_url", "LinkedIn", "url", True, []),
    ("title", "Title", "text", True, []),
    ("industry", "Industry", "text", True, []),
    ("country", "Country", "text", True, []),
    ("city", "City", "text", True, []),
    ("employee_count", "Employees", "number", True, []),
    ("status", "Status", "select", True, ["new", "contacted", "qualified"]),
    ("source", "Source", "text", True, []),
    ("score", "Score", "number", True, []),
    ("tags", "Tags", "multi_select", True, []),
    ("external_id", "External id", "text", True, []),
    ("last_contacted_at", "Last contacted", "datetime", True, []),
    ("tier", "Account tier", "select", False, ["Gold", "Silver", "Bronze"]),
    ("interests", "Interests", "multi_select", False, ["Analytics", "Security"]),
    ("deal_value", "Deal value (EUR)", "number", False, []),
    ("renewal", "Renewal date", "date", False, []),
    ("demo_at", "Demo booked for", "datetime", False, []),
    ("opt_in", "Newsletter opt-in", "boolean", False, []),
]


def lead_fields(required=()):
    """Return lead fields as ``ws.lead_fields.list()`` does."""
    return pd.DataFrame(
        {
            "key": pd.Series([one[0] for one in FIELDS], dtype="str"),
            "label": pd.Series([one[1] for one in FIELDS], dtype="str"),
            "type": pd.Series([one[2] for one in FIELDS], dtype="str"),
            "required": pd.array([one[0] in required for one in FIELDS], dtype="boolean"),
            "builtin": pd.array([one[3] for one in FIELDS], dtype="boolean"),
            "options": pd.Series([one[4] for one in FIELDS], dtype=object),
        }
    )


@pytest.fixture(scope="session")
def fields():
    return lead_fields()


@pytest.fixture
def fields_requiring():
    """A function that returns lead fields, some of them required."""
    return lead_fields


@pytest.fixture
def made(request):
    """A function that makes a frame of columns, in one of the libraries: another for each test and each case."""
    return library_for(request.node.name, "pandas", "polars")


BUILTIN = [
    ("full_name", "Full name", "text"),
    ("first_name", "First name", "text"),
    ("last_name", "Last name", "text"),
    ("email", "E-mail", "email"),
    ("owner_email", "Owner", "email"),
    ("phone", "Phone", "phone"),
    ("company_name", "Company", "text"),
    ("company_domain", "Company domain", "text"),
    ("website", "Website", "url"),
    ("linkedin_url", "LinkedIn", "url"),
    ("title", "Title", "text"),
    ("seniority", "Seniority", "text"),
    ("industry", "Industry", "text"),
    ("country", "Country", "text"),
    ("city", "City", "text"),
    ("employee_count", "Employees", "number"),
    ("status", "Status", "select"),
    ("source", "Source", "text"),
    ("score", "Score", "number"),
    ("tags", "Tags", "multi_select"),
    ("external_id", "External id", "text"),
    ("last_contacted_at", "Last contacted", "datetime"),
]


@pytest.fixture(scope="session")
def builtin():
    """The built-in lead fields, without fields of a workspace."""
    frame = pd.DataFrame(BUILTIN, columns=["key", "label", "type"])
    options = [["new", "contacted", "qualified"] if key == "status" else [] for key in frame["key"]]
    return frame.assign(builtin=True, required=False, options=options)


@pytest.fixture(scope="session")
def suggest_columns(builtin):
    """A function that returns the built-in field of each column of four values, which are repeated."""

    def suggest(columns):
        frame = pd.DataFrame({column: pd.Series(values * 3, dtype=object) for column, values in columns.items()})
        return pb.Mapping.suggest(frame, builtin).columns

    return suggest


@pytest.fixture(scope="session")
def suggest_mapping(fields):
    """A function that returns the mapping of columns to the lead fields of a workspace."""
    return lambda **columns: pb.Mapping.suggest(pd.DataFrame(columns), fields)
