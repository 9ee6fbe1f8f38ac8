"""Columns named like a field that no mapping takes by itself."""

import pandas as pd
import pytest

from pb2b_notebook.intake.unread_columns import unread_columns
from pb2b_notebook.mapping import Mapping
from pb2b_notebook.mapping.lead_fields import LeadField

FIELDS = {
    "email": LeadField("email", "email"),
    "country": LeadField("country", "text"),
    "title": LeadField("title", "text"),
    "status": LeadField("status", "select", options=("new",)),
    "tier": LeadField("tier", "select", "Account tier", options=("A", "B"), builtin=False),
}


@pytest.mark.parametrize(
    ("column", "cells", "mapping", "key"),
    [
        ("Tier", ["hot", None], Mapping({"E-Mail": "email"}), "tier"),
        ("account_tier", ["hot", None], Mapping({"E-Mail": "email"}), "tier"),
        ("Land", ["D", "A"], Mapping({"E-Mail": "email"}), "country"),
        ("Tier", [None, " "], Mapping({"E-Mail": "email"}), None),
        ("Tier", ["hot", None], Mapping({"Tier": "tier"}), None),
        ("Tier", ["hot", None], Mapping({"E-Mail": "tier"}), None),
        ("Tier", ["hot", None], Mapping({"E-Mail": "email"}, ignored=["Tier"]), None),
        ("Contact State", ["IL", None], Mapping({"E-Mail": "email"}), None),
        ("Lead Status", ["Follow up", None], Mapping({"E-Mail": "email"}), "status"),
        ("Estado", ["SP", "RJ"], Mapping({"E-Mail": "email"}), None),
        ("Estado", ["New", "Perdido"], Mapping({"E-Mail": "email"}), "status"),
        ("Payment status", ["open", None], Mapping({"E-Mail": "email"}), None),
        ("Title", ["CTO", None], Mapping({"E-Mail": "email"}), None),
        ("Halle", ["4", None], Mapping({"E-Mail": "email"}), None),
    ],
)
def test_a_column_that_is_named_like_a_free_field_that_does_not_take_any_text(column, cells, mapping, key):
    people = pd.DataFrame({"E-Mail": ["ada@nord.example"] * 2, column: cells})
    assert unread_columns(people, mapping, FIELDS).get(column) == key
