import pytest

from each_case import each_case

GOOD = {
    "use_case": ["Fleet routing", "", "x" * 2000],
    "deal_value_eur": [0, -1.5, 2**53 + 1, 1e300],
    "newsletter_opt_in": [True, False],
    "renewal_date": ["2026-02-28", "0001-01-01"],
    "demo_at": ["2026-04-01T09:30:00.000Z"],
    "tier": ["A"],
    "interests": [[], ["Security", "Analytics"]],
    "billing_email": ["bills@quietwerk.example"],
    "assistant_phone": ["+49 (30) 901820-7", "0301234"],
    "booking_url": ["https://quietwerk.example/book?x=1", "http://x"],
}
BAD = {
    "use_case": [7, True, [], {}, "x" * 2001],
    "deal_value_eur": ["7", True, [], 2**63, 10**400],
    "newsletter_opt_in": ["true", 0, []],
    "renewal_date": ["2026-02-30", "20260228", "2026-2-8", "", 7, "2026-W01-1"],
    "demo_at": ["2026-04-01", "2026-04-01T09:30:00", 7, "soon"],
    "tier": ["Z", "a", 1, ["A"]],
    "interests": ["Security", ["Chess"], ["Security", "Security"], [1], [["Security"]]],
    "billing_email": ["bills", "a b@c.example", 7],
    "assistant_phone": ["call me", "", 301234],
    "booking_url": ["quietwerk.example", "javascript:alert(1)", "ftp://x", 7],
    "no_such_field": ["x", 1],
    "email": ["a@b.example"],
}


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in GOOD.items() for value in values])
def test_values_of_the_right_type_are_stored(make_lead, key, value):
    assert make_lead(custom_fields={key: value})["custom_fields"] == {key: value}


@each_case(("key", "value"), [(key, value) for key, values in BAD.items() for value in values])
def test_values_of_another_type_are_named(shared_api, key, value, fields):
    assert fields(shared_api.post("/leads", json={"custom_fields": {key: value}})) == [f"custom_fields.{key}"]


def test_datetimes_are_stored_in_utc_with_milliseconds(make_lead):
    lead = make_lead(custom_fields={"demo_at": "2026-04-01t09:30:00+02:00"})
    assert lead["custom_fields"]["demo_at"] == "2026-04-01T07:30:00.000Z"


def test_null_removes_a_custom_value(make_lead):
    assert make_lead(custom_fields={"tier": None, "use_case": "x"})["custom_fields"] == {"use_case": "x"}


def test_each_invalid_custom_field_has_one_detail(shared_api, fields):
    response = shared_api.post("/leads", json={"custom_fields": {"tier": "Z", "use_case": 7, "teir": "A"}})
    assert sorted(fields(response)) == ["custom_fields.teir", "custom_fields.tier", "custom_fields.use_case"]
    assert "did you mean 'tier'?" in response.text
