"""Rules of normalize can be switched off by name: the others work as before, and a recipe remembers it."""

import polars as pl
import pytest

from frame_libraries import LIBRARIES, rows_of
from pb2b_notebook.cleanup import Recipe, normalize
from pb2b_notebook.cleanup.normalization.rules import RULES
from pb2b_notebook.errors import CleanupError

CASES = [
    # field, country, before, after
    ("full_name", None, " DR. ADA\u200b LOVELACE ", "Ada Lovelace"),
    ("full_name", None, '"jÃ¼rgen"', "Jürgen"),
    ("full_name", None, "Nguye\u0302\u0303n", "Nguyễn"),
    ("full_name", None, "N/A", None),
    ("company_name", "DE", "nordlicht optik gmbh", "Nordlicht Optik GmbH"),
    ("email", None, "Email: Ada <MAILTO:Ada@Example.COM>", "ada@example.com"),
    ("email", None, "ada(at)example.com.", "ada@example.com"),
    ("email", None, "ada@example..com", "ada@example.com"),
    ("email", None, "ada@example.com;ADA@example.com", "ada@example.com"),
    ("phone", "DE", "030 901820 ext. 12", "+4930901820"),
    ("website", None, "WWW.Example.com/?utm_source=x", "https://www.example.com"),
    ("company_domain", None, "https://www.example.com/x", "example.com"),
    ("country", None, "Austria", "AT"),
    ("tags", None, "vip ;VIP;;new", "vip;new"),
    ("custom_tier", None, "gold", "Gold"),
    ("custom_since", None, "31.12.2026", "2026-12-31"),
]
FIELDS = pl.DataFrame({
    "key": ["tags", "tier", "since"], "type": ["multi_select", "select", "date"],
    "builtin": [True, False, False], "options": [[], ["Gold"], []],
})  # fmt: skip


def result(library, case, **options):
    """The value of one cell after normalize, and the rules that changed it."""
    field, country, before, _ = case
    values = {field: [before]} | ({} if field == "country" else {"country": [country]})
    fields = None if field in {*normalize_fields()} else FIELDS
    done = normalize(LIBRARIES[library](values), lead_fields=fields, **options)
    rules = [row[4] for row in rows_of(done.changes) if row[1] == field]
    return rows_of(done.frame)[0][0], rules[0].split(", ") if rules else []


def normalize_fields():
    return [field for field, *_ in CASES if not field.startswith("custom_") and field != "tags"]


@pytest.mark.parametrize("library", ["pandas", "polars"])
@pytest.mark.parametrize("case", CASES, ids=[f"{case[0]} {case[2]!r}" for case in CASES])
def test_a_value_changes_by_the_rules_that_are_on(library, case):
    before, after = case[2:]
    value, rules = result(library, case)
    assert (value, bool(rules)) == (after, True)
    assert {rule.replace(" ", "_") for rule in rules} <= {*RULES}
    assert result(library, case, only=rules) == (after, rules)
    assert result(library, case, without=rules) == (before, [])
    assert result(library, case, only=[]) == (before, [])
    for rule in rules:
        assert rule not in result(library, case, without=[rule])[1]


def test_one_rule_less_leaves_the_other_rules_alone(make_frame):
    frame = make_frame({"full_name": [" DR.  ADA LOVELACE", "???"], "email": ["ADA@EXAMPLE.COM", None]})
    done = normalize(frame, without=["honorific", "placeholder"])
    assert [row[:2] for row in rows_of(done.frame)] == [("Dr. Ada Lovelace", "ada@example.com"), ("???", None)]
    assert "honorific" not in done.derived
    spaces = normalize(frame, only="whitespace")
    assert [row[4] for row in rows_of(spaces.changes)] == ["whitespace"]
    assert rows_of(spaces.frame)[0][0] == "DR. ADA LOVELACE"


def test_none_means_that_an_option_is_not_given(make_frame):
    frame = make_frame({"full_name": [" DR.  ADA LOVELACE"], "email": ["ADA@EXAMPLE.COM"]})
    done = normalize(frame, only=None, without=None, accept=None, keep=None, country=None)
    assert rows_of(done.changes) == rows_of(normalize(frame).changes)


def test_a_blank_seniority_stays_blank_without_the_rule(make_frame):
    frame = make_frame({"title": ["CEO"], "seniority": [None]})
    assert rows_of(normalize(frame).frame)[0][1] is not None
    assert rows_of(normalize(frame, without=["from_title"]).frame)[0][1] is None


def test_a_recipe_remembers_which_rules_are_off(make_frame):
    frame = make_frame({"full_name": ["DR. ADA LOVELACE"], "phone": [" 030/901820"]})
    for options in ({"without": ["honorific"]}, {"only": ("whitespace", "shouting")}, {"only": []}):
        done = normalize(frame, **options)
        again = Recipe.from_json(Recipe.of(done).to_json()).run(frame)
        assert rows_of(again.frame) == rows_of(done.frame)


def test_every_rule_of_the_sandbox_leads_has_a_name(shared_ws):
    found = {rule for rules in normalize(shared_ws.leads.list()).changes["rule"] for rule in rules.split(", ")}
    assert len(found) > 8
    assert {rule.replace(" ", "_") for rule in found} <= {*RULES}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"without": ["honorifics"]},
            "without=: unknown rule 'honorifics'.*did you mean 'honorific'.*mojibake, composed",
        ),
        ({"only": "zzz"}, "only=: unknown rule 'zzz'.*choose one of: .*whitespace"),
        ({"only": ["case"], "without": ["e164"]}, "cannot be combined.*drop one"),
        ({"without": 5}, "without= must be a list of strings"),
    ],
)
def test_an_unknown_rule_is_an_error_that_lists_the_rules(make_frame, options, message):
    with pytest.raises(CleanupError, match=message):
        normalize(make_frame({"email": ["a@b.co"]}), **options)
