"""The table of features against personalities, and a seeded sample of combinations; the command has all of it."""

import pytest

from deviating_service import PERSONALITIES
from feature_table import FEATURES, combinations, verdicts

CHEAP = {
    name: FEATURES[name]
    for name in ("read all", "newest", "get one", "plan unchanged", "create twice", "opted out", "launch")
}


def unmet(row):
    return {feature: verdict for feature, verdict in row.items() if verdict[0] in {"wrong", "blocked"}}


def test_everything_works_against_the_faithful_service(service):
    assert {name: verdict for name, verdict in verdicts(service, ()).items() if verdict[0] != "works"} == {}


# Each is one row of the table: all features share a connection and what was learned of the service.
@pytest.mark.parametrize("name", [name for name in PERSONALITIES if name != "faithful"])
def test_no_feature_is_wrong_or_blocked_under_our_contract(service, name):
    dear = {} if name in WITH_FORMS else FEATURES.keys() - FEW
    features = {each: feature for each, feature in FEATURES.items() if each not in dear}
    assert unmet(verdicts(service, PERSONALITIES[name], features=features)) == {}
    asked = "no_lead_fields" in PERSONALITIES[name]  # the list itself, which a user asks for
    # Requests spent on learning, for a workspace. The last two depend on its leads: on rows that may be in order of
    # creation, and on a filtered list that is as long as a page.
    assert service.refusals <= REFUSED_BY_ANY + asked + 13


WITH_FORMS = ("minimal", "hostile")
"""The personality that has the least and the one that lies most; with the others, the command tries all features."""
FEW = CHEAP.keys() | {"import", "write", "mirror"}
REFUSED_BY_ANY = 1
"""Requests of the features that any service refuses: an invalid email address."""


def test_what_is_learned_of_a_workspace_costs_no_further_session_a_request(against, service):
    names = PERSONALITIES["minimal"]
    for _ in range(2):
        ws = against(*names)
        ws.leads.list(limit=3)
        ws.leads.plan(ws.leads.list()).apply()
        ws.imports.errors(ws.imports.list()["id"].iloc[0])
        spent = service.refusals
    assert spent == 0


def test_no_feature_is_wrong_or_blocked_under_the_document_of_the_service(service):
    assert unmet(verdicts(service, PERSONALITIES["minimal"], own=False, features=CHEAP)) == {}


@pytest.mark.parametrize("names", list(combinations(1, seed=7)), ids=", ".join)
def test_no_feature_is_wrong_under_a_combination(service, names):
    assert unmet(verdicts(service, names, features=CHEAP)) == {}
