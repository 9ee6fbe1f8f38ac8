"""The numbers, units and texts of each picture, counted by hand from its frame."""

import datetime as dt

import pandas as pd
import pytest

import pb2b_notebook as pb
from each_case import each_case
from pb2b_notebook.errors import PictureError
from pb2b_notebook.plots.billing_meters import METERS, outlook, read_snapshots
from pb2b_notebook.plots.proportions import wilson
from pb2b_notebook.plots.styles import spread_apart
from picture_frames import NOON, ago, draw, frame_of, words


def rows(axes):
    """Return the names of the rows, from the top."""
    return [label.get_text() for label in axes.get_yticklabels()]


def lengths(axes):
    return [round(float(bar.get_width()), 6) for bar in axes.patches]


def title(axes):
    return axes.get_title(loc="left").replace("\n", " ")


def test_leads_are_counted_up_to_the_end_of_each_period():
    axes = draw("leads_over_time", frame_of("leads_over_time"), every="week")
    lines = {line.get_label().strip(): [int(y) for y in line.get_ydata()] for line in axes.lines}
    assert lines == {
        "new": [0, 1, 1, 1, 2, 2, 2, 2],
        "unknown": [0, 0, 0, 0, 0, 0, 0, 1],
        "replied": [0, 0, 0, 0, 1, 1, 1, 1],
    }
    assert [text.get_text() for text in axes.texts] == ["new 2", "replied 1", "unknown 1"]
    assert axes.get_xlabel() == "created (UTC), by week"
    assert axes.get_ylabel() == "leads so far"
    assert "4 created until 2026-03-09" in title(axes)


def test_statuses_of_several_types_are_counted_and_a_null_of_pandas_is_unknown():
    leads = pd.DataFrame({"created_at": [NOON] * 3, "status": pd.Series([1, "new", pd.NA], dtype=object)})
    axes = draw("leads_over_time", leads)
    assert sorted(text.get_text() for text in axes.texts) == ["1 1", "new 1", "unknown 1"]


def test_the_lines_end_at_the_latest_lead():
    axes = draw("leads_over_time", frame_of("leads_over_time"))
    last = axes.lines[0].get_xdata()[-1]
    assert pd.Timestamp(last).tz_localize("UTC") == pd.Timestamp(ago(days=1))


def test_the_smaller_groups_share_one_line():
    leads = pd.DataFrame(
        {"created_at": NOON, "source": [f"s{number}" for number in range(10) for _ in range(number + 1)]}
    )
    axes = draw("leads_over_time", leads, by="source", most=4)
    assert [text.get_text() for text in axes.texts] == ["s9 10", "s8 9", "s7 8", "7 others 28"]


def test_leads_without_a_time_are_counted_in_the_title():
    leads = frame_of("leads_over_time", created_at=[NOON, NOON, None, None])
    assert "2 leads without a time left out" in title(draw("leads_over_time", leads))


@each_case(
    ("part", "whole", "low", "high"),
    # R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_intervals_are_the_published_ones(part, whole, low, high):
    assert wilson(part, whole) == pytest.approx((low, high), abs=5e-5)
    assert wilson(whole - part, whole) == pytest.approx((1 - high, 1 - low), abs=5e-5)


def test_the_funnel_counts_all_runs_together():
    axes = draw("campaign_funnel", frame_of("campaign_funnel"))
    assert dict(zip(rows(axes), lengths(axes), strict=True)) == {
        "targeted": 180, "sent": 178, "delivered": 167, "opened": 80, "clicked": 10, "replied": 15, "bounced": 11,
        "unsubscribed": 3,
    }  # fmt: skip
    assert "15 · 9% of delivered (6–14%)" in words(axes)
    assert axes.get_xlabel() == "leads"
    hatched = [label for label, bar in zip(rows(axes), axes.patches, strict=True) if bar.get_hatch()]
    assert hatched == ["bounced", "unsubscribed"]


def test_a_share_above_one_is_not_shown():
    axes = draw("campaign_funnel", frame_of("campaign_funnel", replied=[500, 1]))
    assert "501" in words(axes)


def test_campaigns_are_compared_by_rate_with_their_intervals():
    axes = draw("compare_runs", frame_of("compare_runs"))
    assert rows(axes) == ["Fair", "Spring"]
    points = [float(line.get_xdata()[0]) for line in axes.lines if line.get_marker() == "o"]
    assert points == pytest.approx([22 / 157, 30 / 300])
    intervals = [float(end) for line in axes.lines if line.get_marker() == "|" for end in line.get_xdata()]
    assert intervals == pytest.approx([*wilson(22, 157), *wilson(30, 300)])
    assert [text.get_text() for text in axes.texts] == ["14% · 22 of 157", "10% · 30 of 300"]
    assert "dotted: all together, 11%" in title(axes)


def test_compare_runs_takes_any_two_counts_and_any_column():
    runs = pd.DataFrame({"id": ["r1", "r2"], "sent": [10, 0], "bounced": [1, 0], "campaign_id": "c"})
    axes = draw("compare_runs", runs, rate="bounced/sent", by="id")
    assert rows(axes) == ["r1"]
    assert "1 without a rate left out" in title(axes)
    assert rows(draw("compare_runs", runs, rate="bounced/sent")) == ["c"]


@each_case("rate", ["replied", "replied/", "a/b/c", "sent/sent", 3])
def test_an_invalid_rate_is_refused(rate):
    with pytest.raises(PictureError, match="with a slash between them"):
        draw("compare_runs", frame_of("compare_runs"), rate=rate)


def test_a_lower_confidence_gives_narrower_intervals():
    def width(confidence):
        axes = draw("compare_runs", frame_of("compare_runs"), confidence=confidence)
        low, high = axes.lines[0].get_xdata()
        return high - low

    assert width(0.8) < width(0.95) < width(0.99)
    with pytest.raises(PictureError, match="between 0 and 1"):
        draw("compare_runs", frame_of("compare_runs"), confidence=95)


def test_replies_fall_into_classes_of_time():
    axes = draw("reply_latency", frame_of("reply_latency"))
    assert [int(bar.get_height()) for bar in axes.patches] == [1, 0, 0, 0, 1, 0, 0]
    assert "2 replies to 3 messages (67%)" in title(axes)
    early = frame_of("reply_latency", replied_at=[ago(days=10), ago(days=6), None, None])
    assert "1 dated before their message left out" in title(draw("reply_latency", early))


def test_clusters_are_counted_by_size():
    axes = draw("duplicate_clusters", frame_of("duplicate_clusters"))
    assert [int(bar.get_height()) for bar in axes.patches] == [1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["2", "3", "4", "5", "6", "7", "8+"]
    assert "4 clusters of 19 rows, 15 to be merged away" in title(axes)


def test_a_result_of_duplicates_is_drawn(shared_ws):
    found = pb.cleanup.duplicates(shared_ws.leads.list(limit=500, progress=False))
    axes = draw("duplicate_clusters", found)
    assert sum(int(bar.get_height()) for bar in axes.patches) == len(found.clusters) > 0


def test_the_gantt_chart_shows_waiting_running_and_failing():
    axes = draw("job_timeline", frame_of("job_timeline"))
    assert rows(axes) == ["import", "export", "campaign_run"]
    minutes = [round(float(bar.get_width()) * 24 * 60, 1) for bar in axes.patches]
    assert minutes == [59.0, 1.0, 30.0]  # the last one goes on to the latest time in the frame
    waits = [line.get_xdata() for line in axes.lines]
    assert [pd.Timedelta(end - start) for start, end in waits] == [
        pd.Timedelta(minutes=1), pd.Timedelta(0), pd.Timedelta(minutes=10),
    ]  # fmt: skip
    assert [text.get_text() for text in axes.texts] == ["59 min", "1 min · failed: storage_failed", "running"]
    assert axes.patches[1].get_hatch()
    assert "1 failure in all" in title(axes)


def test_the_gantt_chart_shows_the_latest_jobs():
    jobs = pd.concat([frame_of("job_timeline")] * 30)
    axes = draw("job_timeline", jobs, most=12)
    assert len(rows(axes)) == 12
    assert "the latest 12 of 90" in title(axes)
    assert set(rows(axes)) == {"campaign_run"}


def test_durations_are_drawn_by_type_with_failures():
    axes = draw("job_durations", frame_of("job_durations"))
    assert rows(axes) == ["export", "import"]
    assert [text.get_text() for text in axes.texts] == [
        "median 1 min · none of 1 failed (≤ 79%)", "median 30 min · 1 of 2 failed (9%–91%)",
    ]  # fmt: skip
    assert axes.get_xscale() == "log"


def test_the_yield_is_split_into_new_known_and_rest():
    axes = draw("prospector_yield", frame_of("prospector_yield", duplicates=[3, 8, 4]))
    assert rows(axes) == ["w1", "w2"]
    assert lengths(axes) == [18, 0, 11, 4, 1, 1]
    assert [text.get_text() for text in axes.texts] == [
        "18 of 30 new (60%) · 2 credits each",
        "0 of 5 new (0%) · 1 credit",
    ]


def test_workflows_are_named():
    workflows = pd.DataFrame({"id": ["w1"], "name": ["DACH"]})
    assert rows(draw("prospector_yield", frame_of("prospector_yield"), workflows=workflows)) == ["DACH", "w2"]


def test_the_cost_of_a_lead_is_drawn_and_periods_without_leads_are_marked():
    axes = draw("cost_per_lead", frame_of("cost_per_lead"), price=0.5, every="month")
    first = [float(y) for y in axes.lines[0].get_ydata()]
    assert first[0] == pytest.approx(14 * 0.5 / 7)
    assert first[-1] == pytest.approx(22 * 0.5 / 11)
    assert [line.get_label() for line in axes.lines if line.get_marker() == "X"] == ["no new lead"]
    assert axes.get_ylabel() == "EUR per new lead"
    assert "1.03 EUR on average, 18.5 EUR in all" in title(axes)
    with pytest.raises(PictureError, match="price"):
        draw("cost_per_lead", frame_of("cost_per_lead"), price="cheap")


def test_the_smaller_workflows_share_a_cost_line_and_are_left_out_of_the_yield():
    runs = pd.DataFrame(
        {
            "workflow_id": [f"w{number:02}" for number in range(30)], "started_at": NOON, "created": range(1, 31),
            "found": range(1, 31), "duplicates": 0, "credits_used": 2,
        }
    )  # fmt: skip
    axes = draw("cost_per_lead", runs, most=3)
    assert [text.get_text() for text in axes.texts] == ["w29", "w28", "28 others"]
    assert float(axes.lines[2].get_ydata()[0]) == pytest.approx(28 * 2 / sum(range(1, 29)))
    axes = draw("prospector_yield", runs)
    assert len(rows(axes)) == 20
    assert title(axes) == "Prospector yield: 30 runs, 60 credits; the 20 with most new leads, of 30 workflows"
    assert title(draw("prospector_yield", runs[:1].assign(credits_used=1))) == "Prospector yield: 1 run, 1 credit"


@each_case("name", ["burn_down", "cost_per_lead", "leads_over_time", "mirror_growth"])
def test_a_single_time_is_drawn_within_its_day(name):
    times = [key for key in frame_of(name) if key in {"taken_at", "started_at", "created_at", "committed_at"}]
    single = frame_of(
        name, **dict.fromkeys(times, NOON), **({"usage_period_start": NOON} if name == "burn_down" else {})
    )
    if name == "burn_down":
        single = single.drop(columns=["usage_period_start", "usage_period_end"])
    axes = draw(name, single[:1])
    words(axes)
    first, last = axes.get_xlim()
    assert last - first <= 1
    assert "second" not in axes.get_xlabel()


def test_a_plan_without_emails_is_drawn():
    frame = frame_of("billing_usage")[1:].assign(usage_emails_sent=0, usage_emails_limit=0)
    assert "0 of 0 emails used; nothing is left" in title(draw("burn_down", frame))


def test_usage_is_drawn_with_the_day_it_is_used_up():
    axes = draw("billing_usage", frame_of("billing_usage"))
    assert rows(axes) == ["emails", "stored leads"]
    texts = [text.get_text() for text in axes.texts]
    # 475 emails in 9.5 days are 50 a day: 525 more take 10.5; 500 leads in 5 days: 500 more take 5.
    assert texts == [
        "475 of 1,000 emails used; at this pace used up on 2026-03-21",
        "5,500 of 6,000 stored leads used; at this pace used up on 2026-03-15",
    ]
    assert lengths(axes)[0] == pytest.approx(0.475)
    assert lengths(axes)[1] == pytest.approx(1.55 - 0.475)


def test_texts_in_categories_are_read_as_texts():
    texts = frame_of("billing_usage").astype(str)
    assert read_snapshots(texts.astype("category")).equals(read_snapshots(texts))
    assert read_snapshots(texts)["taken_at"].null_count() == 0


def test_the_outlook_is_a_straight_line_within_the_period():
    table = read_snapshots(frame_of("billing_usage"))
    mails = outlook(table, METERS["emails"])
    assert mails.per_day == pytest.approx(50)
    assert mails.used_up == NOON + dt.timedelta(days=10.5)
    assert mails.at_end == pytest.approx(475 + 50 * 21.5)
    assert outlook(table, METERS["prospector_credits"]) is None
    single = outlook(table[-1:], METERS["leads"])
    assert (single.per_day, single.used_up, single.at_end) == (None, None, None)


@each_case(
    ("used", "limit", "text"),
    [
        (1000, 1000, "1,000 of 1,000 emails used; nothing is left"),
        (0, 1000, "0 of 1,000 emails used; at this pace 0 when the period ends, 2026-04-01"),
        (10, None, "10 emails used, limit unknown"),
        (10, 1000, "10 of 1,000 emails used; at this pace 33 when the period ends, 2026-04-01"),
    ],
)
def test_usage_is_described_at_any_level(used, limit, text):
    frame = frame_of("billing_usage")[1:].assign(
        usage_emails_sent=used, usage_emails_limit=pd.array([limit], dtype="Int64")
    )
    assert draw("billing_usage", frame).texts[0].get_text() == text


def test_the_burn_down_ends_on_the_day_the_limit_is_used_up():
    axes = draw("burn_down", frame_of("billing_usage"))
    readings, ahead = (list(map(float, line.get_ydata())) for line in axes.lines[:2])
    assert readings == [1000, 900, 525]
    assert ahead == [525, 0]
    assert any(text.strip() == "at 50 a day: used up on 2026-03-21" for text in words(axes))
    assert title(axes).startswith("What is left: 525 of 1,000 emails 475 of 1,000 emails used; ")
    with pytest.raises(PictureError, match="did you mean 'emails'"):
        draw("burn_down", frame_of("billing_usage"), meter="email")


def test_readings_of_an_earlier_period_are_ignored():
    frame = frame_of("billing_usage", usage_period_start=[ago(days=40), ago(days=10)])
    assert [float(y) for y in draw("burn_down", frame).lines[0].get_ydata()] == [1000, 525]


def test_deliveries_are_drawn_by_outcome():
    axes = draw("webhook_health", frame_of("webhook_health"))
    assert rows(axes) == ["lead.created", "lead.updated"]
    assert lengths(axes) == [1, 0, 0, 1, 1, 0]
    assert [text.get_text() for text in axes.texts] == ["1 of 2 failed (50%) · mostly 503", "none failed"]
    assert "1 of 3 failed (33%)" in title(axes)
    many = pd.DataFrame({"event": [f"e{number}" for number in range(30)], "status": "succeeded", "attempt_count": 1})
    assert title(draw("webhook_health", many)).endswith("0 of 30 failed (0%); the 20 largest of 30")


def test_requests_are_drawn_by_outcome_with_what_was_left():
    axes = draw("request_timeline", frame_of("request_timeline"), every="minute")
    bars_by_outcome = {bars.get_label(): [int(bar.get_height()) for bar in bars] for bars in axes.containers}
    assert bars_by_outcome == {
        "succeeded": [1, 0, 0], "after retries": [0, 1, 0], "limited (429)": [1, 0, 0], "refused or failed": [0, 0, 1],
    }  # fmt: skip
    right = axes.get_figure().axes[-1]
    assert [float(y) for y in right.lines[0].get_ydata()] == [0, 400]
    assert (axes.get_ylabel(), right.get_ylabel()) == ("requests per minute", "requests left")
    assert title(axes).startswith("Requests: 4, 2 failures, median 454 ms")


def test_the_mirror_grows_commit_by_commit():
    axes = draw("mirror_growth", frame_of("mirror_growth"))
    assert [float(y) for y in axes.lines[0].get_ydata()] == [100, 104]
    assert [text.get_text() for text in axes.texts] == ["+100", "+5 ~3 −1"]
    assert title(axes) == "Mirror: 2 commits · 105 inserted, 3 updated, 1 removed"
    later = draw("mirror_growth", frame_of("mirror_growth", version=[8, 7]))
    assert (axes.get_ylabel(), later.get_ylabel()) == ("rows", "rows added since the first commit")


def test_changes_are_counted_by_field_and_by_row():
    axes = draw("mirror_changes", frame_of("mirror_changes"))
    assert dict(zip(rows(axes), lengths(axes), strict=True)) == {
        "rows created": 1, "rows deleted": 1, "city": 1, "title": 1,
    }  # fmt: skip
    assert title(axes) == "Changes: 3 rows"


def test_labels_are_kept_apart_in_their_order():
    places = spread_apart([5.0, 5.1, 5.2, 1.0, 9.0], 1.0)
    assert places == pytest.approx([4.1, 5.1, 6.1, 1.0, 9.0])


def test_an_unknown_period_is_refused():
    with pytest.raises(PictureError, match="did you mean 'week'"):
        draw("leads_over_time", frame_of("leads_over_time"), every="weak")
