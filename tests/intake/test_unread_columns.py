"""Columns named like a field that no mapping takes by itself."""

import pandas as pd

from each_case import each_case
from pb2b_notebook.intake.unread_columns import unordered_date_columns, unread_columns
from pb2b_notebook.mapping import Mapping
from pb2b_notebook.mapping.lead_fields import LeadField

FIELDS = {
    "email": LeadField("email", "email"),
    "country": LeadField("country", "text"),
    "title": LeadField("title", "text"),
    "status": LeadField("status", "select", options=("new",)),
    "last_contacted_at": LeadField("last_contacted_at", "datetime"),
    "renews": LeadField("renews", "date", "Renewal date", builtin=False),
    "tier": LeadField("tier", "select", "Account tier", options=("A", "B"), builtin=False),
}


@each_case(
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
        ("Letzter Kontakt", ["1.4.2025", None], Mapping({"E-Mail": "email"}), "last_contacted_at"),
        ("Fecha de renovación", ["3/4/2025", None], Mapping({"E-Mail": "email"}), "renews"),
        ("Vertragsende", ["3.4.2025", None], Mapping({"E-Mail": "email"}), None),  # it may be renewed on another day
    ],
)
def test_a_column_that_is_named_like_a_free_field_that_does_not_take_any_text(column, cells, mapping, key):
    people = pd.DataFrame({"E-Mail": ["ada@nord.example"] * 2, column: cells})
    assert unread_columns(people, mapping, FIELDS).get(column) == key


@each_case(
    ("cells", "is_unordered"),
    [
        (["1.4.2025", "2025-02-28", None], True),
        (["03/04/2026", "pending", "2026-12-31"], True),
        (["2026-12-31"], False),
        (["soon", "03/04/2026", "later"], False),
    ],
)
def test_a_column_of_dates_of_an_open_order(cells, is_unordered):
    people = pd.DataFrame({"When": cells})
    found = unordered_date_columns(people, {"When": "last_contacted_at"}, FIELDS)
    assert bool(found) == is_unordered
