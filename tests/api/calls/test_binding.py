import json
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import polars as pl
import pytest

from each_case import each_case
from pb2b_notebook import errors, openapi
from pb2b_notebook.api.calls.binding import bind, encode

LIST = openapi.load()["leads.list"]
GET = openapi.load()["leads.get"]
CREATE = openapi.load()["leads.create"]
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


def query(**arguments):
    return list(bind(LIST, arguments, now=NOW)[1])


def test_filters_become_ordered_pairs():
    assert (
        query(status=["new", "replied"], has_email=True, page=None)
        if False
        else query(status=["new", "replied"], has_email=True)
        == [("status", "new"), ("status", "replied"), ("has_email", "true")]
    )


@each_case("several", [("a", "b"), pd.Series(["a", "b"]), pl.Series(["a", "b"]), np.array(["a", "b"])])
def test_any_sequence_of_values_is_any_of(several):
    assert query(tag=several) == [("tag", "a"), ("tag", "b")]


def test_ids_travel_in_one_parameter():
    assert query(ids=["lead_1", "lead_2"]) == [("ids", "lead_1,lead_2")]


def test_custom_fields_are_filters_too():
    assert query(custom={"tier": "gold", "vip": True, "budget": 10}) == [
        ("custom.tier", "gold"),
        ("custom.vip", "true"),
        ("custom.budget", "10"),
    ]


@each_case(
    ("value", "text"),
    [
        ("7d", "2026-03-03T12:00:00.000Z"),
        ("monday", "2026-03-09T00:00:00.000Z"),
        (date(2026, 3, 1), "2026-03-01T00:00:00.000Z"),
        (pd.Timestamp("2026-03-01T01:00:00+01:00"), "2026-03-01T00:00:00.000Z"),
        ("2026-03-01T00:00:00Z", "2026-03-01T00:00:00.000Z"),
    ],
)
def test_times_are_read_as_users_write_them(value, text):
    assert query(updated_after=value) == [("updated_after", text)]


@each_case(
    ("arguments", "says"),
    [
        ({"stauts": "new"}, "did you mean 'status'"),
        ({"status": "nwe"}, "did you mean 'new'"),
        ({"status": []}, "would match everything"),
        ({"has_email": "yes"}, "True or False"),
        ({"updated_after": "yesterdayish"}, "7d"),
        ({"updated_after": pd.NaT}, "7d"),
        ({"q": ["a", "b"]}, "one value"),
        ({"q": None, "nonsense": None}, "takes no 'nonsense'"),
        ({"email": b"ada"}, "bytes"),
        ({"email": "\ud800"}, "unpaired surrogate"),
        ({"custom": {"tier": ["gold"]}}, "'tier' takes one value, not a list → call once for each"),
        ({"custom_tier": "gold"}, 'custom={"tier": …}'),
        (
            {"ids": [f"lead_{n}" for n in range(101)]},
            "at most 100 values at once, not 101 → call once per 100 values",
        ),
        ({"status": ["new"] * 101}, "at most 100 values"),
        ({"ids": [1.5, 2]}, "ids as text, not float"),
        ({"campaign_id": np.float64(7)}, "ids as text, not float64"),
    ],
)
def test_wrong_arguments_are_refused_before_anything_is_sent(arguments, says):
    with pytest.raises(errors.InvalidParameterError, match=says):
        bind(LIST, arguments, now=NOW)


def test_a_column_of_a_custom_field_is_written_in_custom_fields():
    with pytest.raises(errors.InvalidParameterError, match=r'custom_fields=\{"tier": …\}'):
        bind(CREATE, {"email": "ada@example.com", "custom_tier": "A"}, now=NOW)


def test_an_id_is_one_segment_of_the_path_whatever_it_contains():
    assert bind(GET, {"id": "a/../b?c#d é"}, now=NOW)[0] == "/leads/a%2F..%2Fb%3Fc%23d%20%C3%A9"


@each_case("value", [None, 7.5, True, "", "  ", "..", ".", ["lead_1"]])
def test_a_value_that_is_not_an_id_is_refused(value):
    with pytest.raises(errors.InvalidParameterError, match="id"):
        bind(GET, {"id": value}, now=NOW)


def test_the_body_keeps_nulls_and_exact_numbers():
    body = bind(
        CREATE, {"email": None, "score": np.int64(7), "custom_fields": {"n": 2**53 + 1, "d": date(2026, 1, 2)}}, now=NOW
    )
    assert body[2] == b'{"email":null,"score":7,"custom_fields":{"n":9007199254740993,"d":"2026-01-02"}}'


@each_case(
    "value",
    [float("nan"), float("inf"), {1}, pd.NA, pd.NaT, "\ud800", object(), datetime(2026, 1, 1)],  # noqa: DTZ001 - that is the point
)
def test_a_value_that_json_cannot_represent_is_refused_by_field_name(value):
    with pytest.raises(errors.InvalidParameterError, match="'email'") as caught:
        encode({"email": value})
    assert "nan" not in str(caught.value).replace("NaN", "")


def test_a_body_field_that_the_contract_does_not_know_is_refused_with_the_nearest():
    with pytest.raises(errors.InvalidParameterError, match="did you mean 'email'"):
        bind(CREATE, {"emial": "x"}, now=NOW)


@each_case(
    ("operation", "arguments", "says"),
    [
        ("leads.create", {"status": "nwe"}, "unknown value for 'status' → did you mean 'new'"),
        ("tickets.create", {"subject": "a", "message": "b", "priority": "hihg"}, "did you mean 'high'"),
        ("webhooks.create", {"url": "https://a.example", "events": ["lead.craeted"]}, "did you mean 'lead.created'"),
        (
            "webhooks.update",
            {"id": "webhook_1", "events": "lead.created"},
            r"'events' must be a list, not a single text → events=",
        ),
    ],
)
def test_an_unknown_choice_in_a_body_is_refused(operation, arguments, says):
    with pytest.raises(errors.InvalidParameterError, match=says):
        bind(openapi.load()[operation], arguments, now=NOW)


def test_a_null_for_a_choice_is_sent():
    assert bind(CREATE, {"status": None}, now=NOW)[2] == b'{"status":null}'


# --- ranges and times -------------------------------------------------------------------------------------------------


@each_case("what", ["updated", "created"])
@each_case("before", ["7d", "8d", date(2026, 3, 1)])
def test_an_empty_range_is_refused(what, before):
    with pytest.raises(errors.InvalidParameterError, match=f"{what}_after must be the earlier"):
        query(**{f"{what}_after": "7d", f"{what}_before": before})


def test_a_range_of_a_millisecond_is_accepted():
    times = {"updated_after": "2026-03-01T00:00:00Z", "updated_before": "2026-03-01T00:00:00.001Z"}
    assert len(query(**times)) == 2


@each_case(
    ("value", "text"),
    [
        ("2026-03-01T00:00:00.123456+01:00", "2026-03-01T00:00:00.123456+01:00"),
        (datetime(2026, 3, 1, tzinfo=UTC), "2026-03-01T00:00:00.000Z"),
        (datetime(2026, 3, 1), "2026-02-28T23:00:00.000Z"),  # noqa: DTZ001 - taken in the zone
        ("2026-03-01", "2026-02-28T23:00:00.000Z"),
        ("1h", "2026-03-10T11:00:00.000Z"),
        (None, None),
    ],
)
def test_times_in_a_body_are_read_like_those_of_filters(value, text):
    _, _, body = bind(CREATE, {"last_contacted_at": value}, now=NOW, tz=ZoneInfo("Europe/Berlin"))
    assert json.loads(body) == {"last_contacted_at": text}


def test_an_invalid_time_in_a_body_is_refused():
    with pytest.raises(errors.InvalidParameterError, match="7d"):
        bind(CREATE, {"last_contacted_at": "soon"}, now=NOW)


@each_case("word", ["do_not_contact", "archived", "unqualified", "New", "opted-out"])
def test_a_status_word_that_only_the_service_knows_is_sent(word):
    assert query(status=word) == [("status", word)]
    assert bind(CREATE, {"status": word}, now=NOW)[2] == json.dumps({"status": word}).encode().replace(b": ", b":")


def test_no_other_order_is_sent():
    with pytest.raises(errors.InvalidParameterError, match="unknown value for 'order'"):
        query(order="created_at.desc")
