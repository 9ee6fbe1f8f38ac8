"""Every filter of the list of leads is compared with the same filter in Python."""

import pytest

from each_case import each_case


@pytest.fixture(scope="module")
def everyone(shared_api):
    leads = shared_api.get("/leads?limit=500").json()["data"]
    assert len(leads) > 250
    return leads


def ask(api, **parameters):
    response = api.get("/leads", params={"limit": 500, **parameters})
    assert response.status_code == 200, response.text
    return [lead["id"] for lead in response.json()["data"]]


def ids(leads):
    return [lead["id"] for lead in leads]


@pytest.mark.parametrize("name", ["status", "source", "country", "company_domain", "owner_email", "email"])
def test_a_repeated_filter_means_any_of(shared_api, everyone, name):
    values = list(dict.fromkeys(lead[name] for lead in everyone if lead[name]))[:2]
    assert values
    folded = {value.strip().casefold() if name not in ("status", "source", "country") else value for value in values}

    def matches(lead):
        value = lead[name]
        return (
            value is not None
            and (value if name in ("status", "source", "country") else value.strip().casefold()) in folded
        )

    assert ask(shared_api, **{name: values}) == ids(filter(matches, everyone))


@pytest.mark.parametrize("name", ["owner_email", "email"])
def test_addresses_match_trimmed_and_case_folded(shared_api, everyone, name):
    value = next(lead[name] for lead in everyone if lead[name])
    assert ask(shared_api, **{name: f"  {value.upper()} "}) == ask(shared_api, **{name: value}) != []


def test_filters_are_joined_by_and(shared_api, everyone):
    status, country = everyone[0]["status"], everyone[0]["country"]
    found = ask(shared_api, status=status, **({"country": country} if country else {}))
    assert everyone[0]["id"] in found
    assert found == ids(lead for lead in everyone if lead["status"] == status and country in (None, lead["country"]))


def test_the_tag_filter_matches_any_of_the_tags(shared_api, everyone):
    tags = list(dict.fromkeys(tag for lead in everyone for tag in lead["tags"]))[:2]
    assert tags
    assert ask(shared_api, tag=tags) == ids(lead for lead in everyone if set(tags) & set(lead["tags"]))
    assert ask(shared_api, tag="no such tag") == []


def test_free_text_finds_every_word_anywhere(api, make_lead):
    made = make_lead(full_name="Žofie Ångström", company_name="Ｑuietwerk GmbH", email="zofie@quietwerk.example")
    for q in ("žofie", "ŽOFIE", "quietwerk", "gmbh ångström", "ZOFIE@QUIETWERK", "  žofie   gmbh "):
        assert ask(api, q=q) == [made["id"]], q
    assert ask(api, q="žofie nowhere") == []
    assert ask(api, q="žofie%") == []
    assert ask(api, q="ž_fie") == []


def test_has_email_filters_by_presence(shared_api, everyone):
    with_email = ids(lead for lead in everyone if lead["email"] is not None)
    without = ids(lead for lead in everyone if lead["email"] is None)
    assert ask(shared_api, has_email="true") == with_email
    assert ask(shared_api, has_email="false") == without
    assert with_email
    assert without


def test_the_import_filter_finds_the_leads_of_an_import(shared_api, everyone):
    import_id = next((lead["import_id"] for lead in everyone if lead["import_id"]), "import_0")
    expected = ids(lead for lead in everyone if lead["import_id"] == import_id)
    assert ask(shared_api, import_id=import_id) == expected
    assert ask(shared_api, import_id="import_unknown") == []


def test_the_campaign_filter_finds_the_leads_it_reached(sandbox, api):
    reached = ask(api)[:3]
    store = sandbox.app.state.parts.store
    for lead_id in reached:
        store.execute("INSERT INTO campaign_leads (campaign_id, lead_id) VALUES ('campaign_1', ?)", (lead_id,))
    assert sorted(ask(api, campaign_id="campaign_1")) == sorted(reached)
    assert ask(api, campaign_id="campaign_2") == []


def test_deleted_leads_are_listed_only_on_request(api):
    gone, kept = ask(api)[0], ask(api)[1:]
    api.delete(f"/leads/{gone}")
    assert ask(api) == kept
    assert ask(api, include_deleted="false") == kept
    assert ask(api, include_deleted="true") == [*kept, gone]
    assert ask(api, ids=gone) == []


CUSTOM = {
    "use_case": ("Fleet routing", "Fleet routing", "fleet routing"),
    "deal_value_eur": (1500.5, "1500.50", "1500.51"),
    "newsletter_opt_in": (False, "false", "true"),
    "renewal_date": ("2026-09-30", "2026-09-30", "2026-09-29"),
    "demo_at": ("2026-04-01T09:30:00+02:00", "2026-04-01T07:30:00Z", "2026-04-01T09:30:00Z"),
    "tier": ("B", "B", "C"),
    "interests": (["Security", "Analytics"], "Analytics", "Automation"),
    "billing_email": ("bills@quietwerk.example", "bills@quietwerk.example", "bill@quietwerk.example"),
    "assistant_phone": ("+49 30 901820", "+49 30 901820", "+49 30 901821"),
    "booking_url": ("https://quietwerk.example/book", "https://quietwerk.example/book", "https://quietwerk.example/"),
}


@pytest.mark.parametrize("key", CUSTOM)
def test_custom_fields_are_compared_by_their_type(api, make_lead, key):
    value, equal, other = CUSTOM[key]
    made = make_lead(custom_fields={key: value}, full_name="The one")
    name = f"custom.{key}"
    assert ask(api, **{name: equal}, q="the one") == [made["id"]]
    assert ask(api, **{name: other}, q="the one") == []


@each_case(
    ("query", "named"),
    [
        ("custom.unknown=1", "custom.unknown"),
        ("custom.=1", "custom."),
        ("custom.tier=Z", "custom.tier"),
        ("custom.tier=A&custom.tier=B", "custom.tier"),
        ("custom.deal_value_eur=much", "custom.deal_value_eur"),
        ("custom.deal_value_eur=NaN", "custom.deal_value_eur"),
        ("custom.deal_value_eur=1e999", "custom.deal_value_eur"),
        ("custom.newsletter_opt_in=yes", "custom.newsletter_opt_in"),
        ("custom.renewal_date=2026-02-30", "custom.renewal_date"),
        ("custom.demo_at=2026-04-01", "custom.demo_at"),
        ("custom.interests=Chess", "custom.interests"),
        ("custom.use_case=a%00b", "custom.use_case"),
        ("custom.email=x", "custom.email"),
    ],
)
def test_bad_custom_filters_are_named(shared_api, query, named, fields):
    assert fields(shared_api.get(f"/leads?{query}")) == [named]


def test_only_leads_take_custom_filters(shared_api, fields):
    assert fields(shared_api.get("/lead-fields?custom.tier=A")) == ["custom.tier"]


def test_many_values_of_one_filter_are_refused_and_not_run(shared_api, fields):
    assert fields(shared_api.get("/leads", params={"tag": [f"t{number}" for number in range(101)]})) == ["tag"]
