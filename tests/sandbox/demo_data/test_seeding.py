"""The demo leads: the same everywhere, in the contract's shape, with every data error recorded."""

import hashlib
import json
import re
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import islice
from typing import get_args
from unicodedata import name as character_name

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from each_case import each_case
from pb2b_notebook.errors import UsageError
from pb2b_notebook.sandbox.core.models import FieldType, Lead
from pb2b_notebook.sandbox.demo_data.custom_values import CUSTOM_FIELDS
from pb2b_notebook.sandbox.demo_data.data_errors import (
    EXACT_DUPLICATE,
    FLAWS,
    JOB_CHANGE,
    NEAR_DUPLICATE,
    UNDELIVERABLE,
    VARIATIONS,
)
from pb2b_notebook.sandbox.demo_data.seeding import demo_workspaces, generate_leads
from pb2b_notebook.sandbox.people.population import company_count
from pb2b_notebook.sandbox.people.vocabulary import load

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
CONTACT_FIELDS = (
    "full_name", "email", "company_name", "first_name", "last_name", "phone", "title", "seniority", "company_domain",
    "website", "linkedin_url", "industry", "employee_count", "country", "city",
)  # fmt: skip
DUPLICATES = {EXACT_DUPLICATE, NEAR_DUPLICATE}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
ADDRESS = re.compile(r"[a-z0-9._-]+@[a-z0-9-]+\.example")


@pytest.fixture(scope="module")
def leads():
    """The default demo workspace."""
    return list(generate_leads(1, 2_000, now=NOW))


@pytest.fixture(scope="module")
def many():
    """Enough for rare kinds of errors."""
    return list(generate_leads(2, 20_000, now=NOW))


def share(rows, condition):
    return sum(map(condition, rows)) / len(rows)


def is_duplicate(lead):
    return not DUPLICATES.isdisjoint(lead.errors)


# --- the same everywhere -------------------------------------------------------------------------------------------


def test_the_leads_are_the_same_on_every_machine(leads):
    text = json.dumps([[lead.doc, lead.person, lead.errors] for lead in leads])
    assert hashlib.sha256(text.encode()).hexdigest() == (
        "917c3a47ffed4cfa78ad252fb3f4db05cf2012b3502d24ed7aaf79b3370e340e"
    ), "the demo data changed: if that is meant, say so in CHANGELOG.md and take the new digest"


def test_the_leads_are_the_same_twice_and_for_the_same_instant_in_another_zone(leads):
    tokyo = NOW.astimezone(timezone(timedelta(hours=9)))
    assert list(generate_leads(1, 2_000, now=tokyo)) == leads


@pytest.mark.parametrize("changed", [{"seed": 2}, {"now": NOW - timedelta(days=1)}, {"owners": ["a@b.example"]}])
def test_another_argument_gives_other_data(changed):
    arguments = {"seed": 1, "now": NOW} | changed
    original = [lead.doc for lead in generate_leads(1, 50, now=NOW)]
    assert [lead.doc for lead in generate_leads(count=50, **arguments)] != original


def test_another_seed_gives_other_ids_and_people():
    one, two = ([lead.doc for lead in generate_leads(seed, 500, now=NOW)] for seed in (1, 2))
    assert {doc["id"] for doc in one}.isdisjoint(doc["id"] for doc in two)
    assert len({doc["email"] for doc in one} & {doc["email"] for doc in two}) < 25


def test_changing_a_generated_row_changes_no_later_row():
    untouched = [json.dumps(lead) for lead in generate_leads(3, 600, now=NOW)]
    spoiled = []
    for lead in generate_leads(3, 600, now=NOW):
        spoiled.append(json.dumps(lead))
        lead.doc["tags"].append("seen")
        for value in lead.doc["custom_fields"].values():
            if isinstance(value, list):
                value.clear()
        lead.doc["custom_fields"].clear()
        lead.doc.update(dict.fromkeys(CONTACT_FIELDS, "gone"))
    assert spoiled == untouched


def test_leads_are_generated_one_at_a_time():
    assert len(list(islice(generate_leads(1, 1_000_000, now=NOW), 5))) == 5


# --- the shape of the contract -------------------------------------------------------------------------------------


def test_every_row_has_the_fields_of_the_contract_in_its_order(many):
    assert {tuple(lead.doc) for lead in many} == {tuple(Lead.model_fields)}


def test_every_row_validates_against_the_contract(leads):
    for lead in leads:
        assert Lead.model_validate(lead.doc, strict=True).model_dump() == lead.doc


def test_every_row_is_json_in_utf_8(many):
    for lead in many:
        assert json.loads(json.dumps(lead.doc, allow_nan=False, ensure_ascii=False).encode()) == lead.doc


def test_ids_are_unique(many):
    ids = {lead.doc["id"] for lead in many}
    assert len(ids) == len(many)
    assert all(re.fullmatch("lead_[0-9a-f]{16}", key) for key in ids)


@each_case("hour", [0, 1, 12, 23])
def test_times_are_in_order_and_in_the_last_twelve_months(hour):
    now = NOW.replace(hour=hour)
    earliest, latest = "2025-03-10T00:00:00.000Z", f"2026-03-10T{hour:02}:00:00.000Z"
    docs = [lead.doc for lead in generate_leads(2, 4_000, now=now)]
    for doc in docs:
        times = [doc["created_at"], doc["last_contacted_at"] or doc["created_at"], doc["updated_at"]]
        assert all(TIME.fullmatch(time) for time in times)
        assert [earliest, *times, latest] == sorted([earliest, *times, latest])
        assert doc["deleted_at"] in {None, doc["updated_at"]}
    assert [doc["created_at"] for doc in docs] == sorted(doc["created_at"] for doc in docs)


def test_custom_fields_are_one_of_every_type():
    assert sorted(field["type"] for field in CUSTOM_FIELDS) == sorted(get_args(FieldType))
    assert [field["position"] for field in CUSTOM_FIELDS] == list(range(1, 11))
    assert all(set(field) == {"key", "label", "type", "required", "options", "position"} for field in CUSTOM_FIELDS)
    assert all(bool(field["options"]) == (field["type"] in {"select", "multi_select"}) for field in CUSTOM_FIELDS)


def is_of_type(value, field):
    """Whether a value is what a lead field of this type may hold."""
    checks = {
        "text": lambda: isinstance(value, str) and value,
        "number": lambda: isinstance(value, int | float) and not isinstance(value, bool) and value > 0,
        "boolean": lambda: isinstance(value, bool),
        "date": lambda: date.fromisoformat(value).isoformat() == value,
        "datetime": lambda: TIME.fullmatch(value),
        "select": lambda: value in field["options"],
        "multi_select": lambda: value and len(set(value)) == len(value) and set(value) <= set(field["options"]),
        "email": lambda: ADDRESS.fullmatch(value),
        "phone": lambda: is_dialable(value),
        "url": lambda: re.fullmatch(r"https://[a-z0-9.-]+\.example/[a-z-]+", value),
    }
    return bool(checks[field["type"]]())


def test_custom_values_are_of_the_types_of_their_fields(leads):
    fields = {field["key"]: field for field in CUSTOM_FIELDS}
    present = Counter()
    for lead in leads:
        for key, value in lead.doc["custom_fields"].items():
            assert is_of_type(value, fields[key]), (key, value)
            present[key] += 1
    assert set(present) == set(fields)
    assert all(0.04 * len(leads) < number < 0.75 * len(leads) for number in present.values()), "sometimes absent"


# --- a workspace that looks real -----------------------------------------------------------------------------------


def test_there_are_many_countries_companies_and_scripts(leads):
    countries = Counter(lead.doc["country"] for lead in leads)
    assert len(countries) > 20
    assert max(countries.values()) < 0.2 * len(leads)
    assert 550 < len({lead.doc["company_domain"] for lead in leads}) <= company_count(2_000) + 1
    letters = "".join(lead.doc["full_name"] for lead in leads)
    scripts = {character_name(letter).split()[0] for letter in set(letters) if letter.isalpha()}
    assert scripts >= {"LATIN", "GREEK", "CYRILLIC", "CJK", "HANGUL", "HIRAGANA"}
    assert set("ßİıŁøÅñ") <= set(letters)


def test_the_funnel_becomes_narrower_and_depends_on_the_source(many):
    statuses = Counter(lead.doc["status"] for lead in many)
    assert statuses["contacted"] > statuses["replied"] > statuses["unsubscribed"] > 0.02 * len(many)
    assert statuses["new"] > statuses["qualified"] > statuses["bounced"] > 0.02 * len(many)
    won = defaultdict(list)
    for lead in many:
        won[lead.doc["source"]].append(lead.doc["status"] == "qualified")
    assert sum(won["referral"]) / len(won["referral"]) > 3 * sum(won["cold_list"]) / len(won["cold_list"])


def test_the_fields_of_a_leads_history_are_consistent(many):
    owners = set(demo_workspaces(2)[0].owner_emails)
    assert {lead.doc["owner_email"] for lead in many} == {*owners, None}
    for doc in (lead.doc for lead in many):
        assert (doc["last_contacted_at"] is not None) >= (doc["status"] not in {"new", "disqualified"})
        assert doc["last_contacted_at"] is None or doc["status"] != "new"
        assert doc["email"] is not None or doc["status"] not in {"bounced", "unsubscribed"}
        assert doc["score"] is None or 0 <= doc["score"] <= 100
        assert (doc["import_id"] is None) == (doc["source"] != "import")
        assert len(set(doc["tags"])) == len(doc["tags"]) <= 3
    assert share(many, lambda lead: lead.doc["deleted_at"] is not None) == pytest.approx(0.007, abs=0.003)
    assert share(many, lambda lead: lead.doc["import_id"] is not None) == pytest.approx(0.24, abs=0.06)


def test_arrivals_grow_over_the_year_and_are_few_at_weekends(many):
    months = Counter(lead.doc["created_at"][:7] for lead in many)
    whole = [months[month] for month in sorted(months)][1:-1]
    assert len(whole) == 11
    assert sum(whole[-4:]) > 1.7 * sum(whole[:4])
    days = Counter(datetime.fromisoformat(lead.doc["created_at"]).weekday() for lead in many)
    assert 0 < days[5] + days[6] < 0.06 * len(many)


def test_leads_of_one_import_share_an_instant_and_a_bulk_edit_covers_more_than_a_page(leads):
    imports = defaultdict(set)
    for doc in (lead.doc for lead in leads):
        if doc["import_id"]:
            imports[doc["import_id"]].add(doc["created_at"])
    assert len(imports) > 10
    assert all(len(instants) == 1 for instants in imports.values())
    assert max(Counter(lead.doc["updated_at"] for lead in leads).values()) > 100


def test_an_import_has_at_most_the_rows_of_a_file():
    imports = Counter(lead.doc["import_id"] for lead in generate_leads(1, 50_000, now=NOW))
    del imports[None]
    assert max(imports.values()) == 2_500


# --- recorded errors -----------------------------------------------------------------------------------------------


def test_the_shares_of_flawed_rows_and_duplicates_are_as_declared(many):
    assert share(many, is_duplicate) == pytest.approx(0.15, abs=0.012)
    assert share(many, lambda lead: EXACT_DUPLICATE in lead.errors) == pytest.approx(0.045, abs=0.008)
    assert share(many, lambda lead: bool(set(lead.errors) - DUPLICATES)) == pytest.approx(0.25, abs=0.02)


def test_every_kind_of_data_error_occurs_and_no_other(many):
    kinds = Counter(kind for lead in many for kind in lead.errors)
    assert set(kinds) == {*FLAWS, *VARIATIONS, *DUPLICATES, JOB_CHANGE}
    assert min(kinds.values()) >= 10


def test_people_are_numbered_as_they_first_appear(many):
    seen = [lead.person for lead in many if not is_duplicate(lead)]
    assert seen == list(range(len(seen)))


def test_duplicates_come_after_the_row_that_they_repeat(many):
    first = {}
    for lead in many:
        if not is_duplicate(lead):
            first[lead.person] = lead
            continue
        original = first[lead.person]
        fields = (*CONTACT_FIELDS, "external_id", "custom_fields")
        same = all(lead.doc[field] == original.doc[field] for field in fields)
        assert same == (EXACT_DUPLICATE in lead.errors)
        if same:
            assert lead.errors[1:] == original.errors
        else:
            assert len(lead.errors) > 1, "it is recorded in what a near duplicate differs"


def test_merged_leads_point_to_an_earlier_row_of_the_same_person(many):
    earlier = {}
    merged = 0
    for lead in many:
        target = lead.doc["merged_into"]
        if target is not None:
            merged += 1
            assert earlier[target].person == lead.person
            assert earlier[target].doc["deleted_at"] is None
            assert is_duplicate(lead)
        earlier[lead.doc["id"]] = lead
    assert 0 < merged < 0.03 * len(many)


def test_external_ids_are_shared_by_exact_duplicates_only(many):
    numbered = [lead for lead in many if lead.doc["external_id"] and EXACT_DUPLICATE not in lead.errors]
    assert len({lead.doc["external_id"] for lead in numbered}) == len(numbered)
    assert 0.3 * len(many) < len(numbered) < 0.5 * len(many)
    assert any(re.fullmatch("0[0-9]{6}", lead.doc["external_id"]) for lead in numbered), "leading zeros"


def test_two_people_share_an_email_only_if_it_is_a_mailbox_of_their_company(many):
    people, mailboxes = defaultdict(set), defaultdict(set)
    for lead in many:
        if lead.doc["email"]:
            holder = mailboxes if "role_email" in lead.errors else people
            holder[lead.doc["email"].strip().casefold()].add(lead.person)
    assert all(len(holders) == 1 for holders in people.values())
    assert max(len(holders) for holders in mailboxes.values()) > 1


def test_rows_without_recorded_errors_have_none(leads):
    countries = {country.code: country for country in load().countries}
    forms = [form[0].split("{}") for country in countries.values() for form in country.forms]
    freemail = {f"{provider}.example" for provider in load().freemail}
    for doc in (lead.doc for lead in leads if not lead.errors):
        country = countries[doc["country"]]
        assert all(value == " ".join(value.split(" ")).strip() for value in doc.values() if isinstance(value, str))
        assert doc["full_name"] == country.full_name(doc["first_name"], doc["last_name"])
        assert any(doc["company_name"].startswith(head) and doc["company_name"].endswith(tail) for head, tail in forms)
        assert doc["city"] in {None, *(city.name.text for city in country.cities)}
        assert doc["website"] in {None, f"https://www.{doc['company_domain']}"}
        assert doc["employee_count"] is None or doc["employee_count"] >= 3
        if doc["email"]:
            assert ADDRESS.fullmatch(doc["email"])
            assert doc["email"].partition("@")[2] in {doc["company_domain"], *freemail}
        if doc["phone"]:
            number = phonenumbers.parse(doc["phone"])
            assert phonenumbers.region_code_for_number(number) == doc["country"]
            assert doc["phone"] == phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_dialable(text):
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text))
    except phonenumbers.NumberParseException:
        return False


SIGNS = {
    "shouting": lambda doc: doc["full_name"] == doc["full_name"].upper(),
    "lower_case": lambda doc: doc["full_name"] == doc["full_name"].lower(),
    "email_case": lambda doc: doc["email"] != doc["email"].lower(),
    "phone_format": lambda doc: not re.fullmatch(r"\+[0-9]+", doc["phone"]),
    "phone_bad": lambda doc: not (re.fullmatch(r"\+[0-9]+", doc["phone"]) and is_dialable(doc["phone"])),
    "missing_field": lambda doc: None in doc.values(),
    "whitespace": lambda doc: any(
        value != value.strip() or "  " in value for value in doc.values() if isinstance(value, str)
    ),
    "email_domain_typo": lambda doc: not doc["email"].endswith(f"@{doc['company_domain']}"),
    "email_malformed": lambda doc: not ADDRESS.fullmatch(doc["email"]),
    "email_mailto": lambda doc: doc["email"].startswith("mailto:"),
    "role_email": lambda doc: re.match("(info|sales|office)@", doc["email"]),
    "name_unsplit": lambda doc: doc["last_name"] is None,
    "placeholder": lambda doc: (
        not set(load().placeholders).isdisjoint(value for value in doc.values() if isinstance(value, str))
    ),
    "mojibake": lambda doc: re.search("[ÃÄÅÂÎÏÐÑåäæçèéêëìíáãð]", json.dumps(doc, ensure_ascii=False)),
    "implausible_number": lambda doc: doc["employee_count"] in {0, 2_024, 99_999_999},
    "trial_row": lambda doc: doc["full_name"] == "Test Test",
}


@pytest.mark.parametrize("kind", sorted(SIGNS))
def test_recorded_errors_are_visible_in_the_row(many, kind):
    rows = [lead.doc for lead in many if kind in lead.errors]
    assert rows
    assert all(SIGNS[kind](doc) for doc in rows)


def test_messages_to_broken_emails_bounce(many):
    broken = Counter(lead.doc["status"] for lead in many if not set(UNDELIVERABLE).isdisjoint(lead.errors))
    assert set(broken) == {"new", "bounced", "disqualified"}


def test_no_email_or_website_of_a_real_person_occurs(many):
    """Every domain is under the reserved .example (RFC 2606), in the messiest row too."""
    found = Counter()
    for lead in many:
        text = json.dumps([lead.doc["email"], lead.doc["website"], lead.doc["linkedin_url"], lead.doc["custom_fields"]])
        for domain in re.findall(r"(?:@|https?://|www\.)([\w.-]+\.\w+)", text.lower()):
            found[domain.rpartition(".")[2]] += 1
        assert lead.doc["company_domain"] is None or lead.doc["company_domain"].endswith(".example")
    assert set(found) == {"example"}


# --- workspaces and edges ------------------------------------------------------------------------------------------


def test_the_two_workspaces_differ():
    main, small = demo_workspaces(1)
    assert demo_workspaces(1) == (main, small)
    assert main.leads is None
    assert small.leads == 40
    assert len({main.id, small.id, *(workspace.id for workspace in demo_workspaces(2))}) == 4
    for workspace in (main, small):
        assert re.fullmatch("ws_[0-9a-f]{16}", workspace.id)
        assert [member.read_only for member in workspace.members] == [False] * 8 + [True]
        assert workspace.owner_emails == tuple(member.email for member in workspace.members[:8])
    assert len({member.id for workspace in (main, small) for member in workspace.members}) == 18


def test_leads_of_two_workspaces_never_meet():
    main, small = demo_workspaces(1)
    first = {lead.doc["id"] for lead in generate_leads(main.seed, 2_000, now=NOW, owners=main.owner_emails)}
    second = [lead.doc for lead in generate_leads(small.seed, 40, now=NOW, owners=small.owner_emails)]
    assert first.isdisjoint(doc["id"] for doc in second)
    assert {doc["owner_email"] for doc in second} <= {None, *small.owner_emails}


@given(
    seed=st.integers(0, 2**70),
    count=st.integers(0, 60),
    now=st.datetimes(datetime(1971, 1, 1), datetime(9990, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_any_seed_count_and_time(seed, count, now):
    leads = list(generate_leads(seed, count, now=now))
    latest = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert len(leads) == len({lead.doc["id"] for lead in leads}) == count
    assert all(lead.doc["created_at"] <= lead.doc["updated_at"] <= latest for lead in leads)
    originals = [lead.person for lead in leads if not is_duplicate(lead)]
    assert originals == list(range(len(originals)))
    assert {lead.person for lead in leads} == set(originals)
    for lead in leads:
        Lead.model_validate(lead.doc, strict=True)


@each_case(
    ("arguments", "said"),
    [
        ({"seed": -1}, "negative"),
        ({"count": -1}, "negative"),
        ({"now": datetime(2026, 3, 10)}, "time zone"),  # noqa: DTZ001
        ({"now": datetime(1970, 12, 31, tzinfo=UTC)}, "1971"),
        ({"now": datetime(9999, 1, 1, tzinfo=UTC)}, "9990"),
    ],
)
def test_invalid_arguments_are_refused_at_the_call(arguments, said):
    with pytest.raises(UsageError, match=said):
        generate_leads(**({"seed": 1, "count": 1, "now": NOW} | arguments))
