"""Tables and sentences of frames, counted by hand, in pandas and polars alike."""

import datetime as dt
from zoneinfo import ZoneInfo

import pandas as pd
import polars as pl
import pytest

from pb2b_notebook.reports import sections
from pb2b_notebook.reports.periods import Period

KINDS = pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame], ids=["pandas", "polars"])


def at(day, hour=12, month=3):
    return dt.datetime(2026, month, day, hour, tzinfo=dt.UTC)


LEADS = {
    "created_at": [at(2), at(3), at(3), at(8, 23), at(27, month=2), at(9), None],
    "source": ["fair", "fair", None, "web", "cold", "fair", "fair"],
    "owner_email": ["a@x.example", "b@x.example", " ", "a@x.example", "b@x.example", "c@x.example", None],
    "status": ["new", "bounced", "unsubscribed", "new", "new", "replied", None],
}


@KINDS
def test_new_leads_are_counted_by_day_and_compared_with_the_period_before(frame, week):
    section = sections.new_leads(frame(LEADS), week)
    assert section.table["new leads"].to_list() == [1, 2, 0, 0, 0, 0, 1]
    assert section.words == (
        "4 new leads, 3 more than in the week before (1).",
        "The busiest day was 2026-03-03, with 2.",
    )
    assert section.figures == {"new leads": 4}


@KINDS
def test_days_begin_in_the_stated_time_zone(frame):
    week = Period("weekly", dt.date(2026, 3, 2), dt.date(2026, 3, 8), ZoneInfo("Europe/Berlin"))
    # 23:00 on Sunday in UTC is Monday in Berlin.
    assert sections.new_leads(frame(LEADS), week).table["new leads"].to_list() == [1, 2, 0, 0, 0, 0, 0]


@KINDS
def test_groups_are_compared_and_leads_without_one_are_counted(frame, week):
    section = sections.new_leads_by(frame(LEADS), "source", "source", week)
    assert section.table.rows() == [("fair", 2, 0, 2), ("no source", 1, 0, 1), ("web", 1, 0, 1), ("cold", 0, 1, -1)]
    assert section.words == (
        "The most frequent source is fair: 2 of 4 (50%).",
        "None have the source cold, which 1 had in the week before.",
        "1 of 4 has no source.",
    )
    owners = sections.new_leads_by(frame(LEADS), "owner_email", "owner", week)
    assert owners.table["owner"].to_list()[0] == "a@x.example"
    assert "1 of 4 has no owner." in owners.words


def test_the_smaller_of_many_groups_share_a_row(week):
    names = [f"s{number:02}" for number in range(40) for _ in range(40 - number)]
    leads = pl.DataFrame({"created_at": [at(3)] * len(names), "source": names})
    table = sections.new_leads_by(leads, "source", "source", week).table
    assert len(table) == sections.MOST_GROUPS
    assert table["source"][-1] == "11 others"
    assert table["new leads"].sum() == len(names)


@KINDS
@pytest.mark.parametrize("rows", [0, 1])
def test_sections_of_no_and_of_one_lead_are_true(frame, week, rows):
    leads = frame({name: values[:1] for name, values in LEADS.items()})[:rows]
    first = sections.new_leads(leads, week)
    assert first.words[0].startswith(("No new leads", "1 new lead;")[rows])
    assert len(first.table) == 7
    by = sections.new_leads_by(leads, "source", "source", week)
    assert by.words[0] == ("No new leads in this week.", "The most frequent source is fair: 1 of 1 (100%).")[rows]


def test_a_service_without_owners_has_leads_without_one(week):
    leads = pl.DataFrame({"created_at": [at(3)]})
    assert sections.new_leads_by(leads, "owner_email", "owner", week).words == ("1 of 1 has no owner.",)


RUNS = {
    "started_at": [at(3), at(4), at(27, month=2), at(9)],
    "campaign_id": ["c1", "c2", "c1", "c1"],
    "campaign_name": ["Fair", None, "Fair", "Fair"],
    "sent": [10, 5, 100, 7],
    "delivered": [10, 0, 100, 7],
    "replied": [3, 0, 2, 7],
    "bounced": [0, 5, None, 0],
    "unsubscribed": [1, 0, 0, 0],
}


@KINDS
def test_reply_rates_are_of_the_runs_that_started_in_the_period(frame, week):
    section = sections.replies(frame(RUNS), week)
    table = section.table.to_dicts()
    assert [(row["campaign"], row["sent"], row["reply rate"]) for row in table] == [("Fair", 10, 0.3), ("c2", 5, None)]
    assert [row["rate in the week before"] for row in table] == [0.02, None]
    assert section.words == (
        "15 messages sent, 85 fewer than in the week before (100).",
        "3 replies to 10 delivered messages so far (30%); 2% (2 of 100) in the week before, which is clearly less.",
        "5 messages bounced (33%).",
        "1 lead unsubscribed.",
    )


@KINDS
def test_a_period_without_runs_says_so(frame, week):
    section = sections.replies(frame(RUNS)[2:3], week)
    assert section.words[0] == "No messages sent; 100 in the week before."
    assert len(section.table) == 0


def test_usage_is_compared_with_the_limits_and_the_last_report():
    snapshot = pl.DataFrame(
        {"usage_emails_sent": [50], "usage_emails_limit": [100], "usage_leads_stored": [7], "usage_leads_limit": [None],
         "usage_prospector_credits_used": [5], "usage_prospector_credits_limit": [5]}
    )  # fmt: skip
    section = sections.usage(snapshot, {"used: emails": 40})
    assert section.words == (
        "Emails: 50 of 100 (50%).",
        "Prospector credits: 5 of 5 (100%).",
        "The limit of prospector credits is reached.",
        "Stored leads: 7, without a limit.",
    )
    assert section.table["last report"].to_list() == [40, None, None]
    assert sections.usage(pl.DataFrame({"x": [1]}), {}).words == ("The service reports no usage.",)


def test_quality_counts_people_who_opted_out_and_names_what_it_was():
    measured = pl.DataFrame(
        {"field": ["all fields"], "filled": [9], "completeness": [0.5], "validity": [1.0], "consistency": [None],
         "freshness": [0.25]}, schema_overrides={"consistency": pl.Float64},
    )  # fmt: skip
    section = sections.quality(measured, pl.DataFrame(LEADS), {"leads": 9, "completeness": 0.4})
    assert section.words == (
        "7 leads, 2 fewer than in the last report (9).",
        "2 leads have opted out or bounced (29%).",
        "Completeness: 50.0%; 40.0% in the last report.",
        "Validity: 100.0%.",
        "Freshness: 25.0%.",
    )


def test_quality_names_fields_as_people_do():
    measured = pl.DataFrame({"field": ["all fields", "company_name", "custom_tier"], "filled": [9, 5, 4]})
    measured = measured.with_columns(pl.lit(0.5).alias(name) for name in sections.MEASURES)
    labels = {"company_name": "Company", "custom_tier": "Account tier"}
    section = sections.quality(measured, pl.DataFrame(LEADS), {}, labels=labels)
    assert section.table["field"].to_list() == ["all fields", "Company", "Account tier"]


def test_quality_counts_people_who_opted_out_in_the_words_of_another_service():
    measured = pl.DataFrame(
        schema={"field": pl.String, "filled": pl.Int64, **dict.fromkeys(sections.MEASURES, pl.Float64)}
    )
    leads = pl.DataFrame(
        {"stage": ["open", "do_not_contact", "parked", "open"], "opted_out": [False, False, False, True]}
    )
    found = [sections.quality(measured, leads, {}, harmless=words).words[1:] for words in ((), ["open", "parked"])]
    assert found[0] == (
        "2 leads have opted out or bounced (50%).",
        "2 leads have a status that our contract does not know: explain it with ws.explain_statuses(…).",
    )
    assert found[1] == found[0][:1]


def test_duplicates_are_counted_by_person():
    section = sections.duplicates([2, 2, 4], {"people more than once": 4})
    assert section.table.rows() == [(2, 2, 2), (4, 1, 3)]
    assert section.words[0].startswith("3 people are probably there more than once, 1 fewer than")
    assert section.words[1] == "That is 5 leads too many."
    assert sections.duplicates([], {}).words == ("No people are probably there more than once.",)


def test_changes_name_the_report_that_they_are_compared_with(week):
    parts = [sections.new_leads(pl.DataFrame(LEADS), week)]
    assert "first saved report" in sections.changes(parts, {}, "").words[0]
    section = sections.changes(parts, {"new leads": 6.0}, "2026-W09")
    assert section.words == ("Compared with the report of 2026-W09: 1 figure changed.",)
    assert section.table.rows() == [("new leads", 4, 6, -2)]
