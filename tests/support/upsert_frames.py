"""Frames of new people, current leads and decided plans for the tests of upserts."""

import datetime as dt

import pandas as pd
import polars as pl

from fault_proxy import reply
from pb2b_notebook.mapping import LeadField
from pb2b_notebook.upserts.planning.decide import decide
from pb2b_notebook.upserts.planning.decisions import Rules
from pb2b_notebook.upserts.planning.desired_rows import read_desired

BULK = "POST /api/public/v1/leads/bulk-upsert"
PATCH = "PATCH /api/public/v1/leads/"
LOST = reply(500, b'{"error":{"code":"internal","message":"sorry"}}')
"""The answer of a request whose outcome the client cannot know."""


def people(count, **columns):
    """Return a frame of new people: emails, and the given columns."""
    rows = {"email": [f"new{number}@plan.example" for number in range(count)], **columns}
    return pd.DataFrame({name: value if isinstance(value, list) else [value] * count for name, value in rows.items()})


def leads_of(oracle, domain="plan.example"):
    """Return the leads whose email is of the domain, oldest first."""
    leads = oracle.leads.list(frame="polars")
    return leads.filter(pl.col("email").str.to_lowercase().str.ends_with(domain)).sort("created_at")


FIELDS = {
    field.column: field
    for field in (
        LeadField("email", "email"),
        LeadField("external_id"),
        LeadField("title"),
        LeadField("phone"),
        LeadField("score", "number"),
        LeadField("tags", "multi_select"),
        LeadField("status", "select", options=("new", "contacted", "qualified", "unsubscribed", "bounced")),
        LeadField("merged_into"),
        LeadField("last_contacted_at", "datetime"),
        LeadField("renewal", "date", builtin=False),
        LeadField("budget", "number", builtin=False),
        LeadField("opt_in", "boolean", builtin=False),
    )
}
NOON = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)


def leads(*rows):
    """Return current leads: id, email and the given columns; the other columns have defaults."""
    blank = {"external_id": None, "status": "new", "merged_into": None, "deleted_at": None, "updated_at": NOON}
    blank |= {"title": None, "phone": None, "score": None, "tags": [], "custom_budget": None}
    blank |= {"created_at": NOON, "import_id": None}
    schema = {"deleted_at": pl.Datetime("us", "UTC"), "updated_at": pl.Datetime("us", "UTC"), "score": pl.Int64}
    schema |= {"tags": pl.List(pl.String), "custom_budget": pl.Float64, "created_at": pl.Datetime("us", "UTC")}
    names = ["id", "email", *blank]
    rows = [blank | row for row in rows]
    return pl.DataFrame(
        {name: [row.get(name) for row in rows] for name in names},
        schema={name: schema.get(name, pl.String) for name in names},
    )


def planned(rows, current, *, only=None, **rules):
    """Return the decisions about a frame, or about rows given as dicts."""
    frame = rows if hasattr(rows, "columns") else pd.DataFrame(rows)
    plan_rules = Rules(**rules)
    return decide(read_desired(frame, FIELDS, match_on=plan_rules.match_on, only=only), current, plan_rules)


def actions(decided):
    """Return the action and the code of each row."""
    return list(decided.rows.select("action", "code").iter_rows())


ADA = {"id": "lead_a", "email": "ada@x.example", "title": "Countess"}
BOB = {"id": "lead_b", "email": "bob@x.example", "title": "Builder", "score": 7}
