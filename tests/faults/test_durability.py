"""A few kills of the durability campaign (``durability_campaign.py``), and its judgement of falsified accounts."""

from copy import deepcopy

import pytest

from accounts import Found, check_writes
from durability_campaign import Run, tell_of_kills


@pytest.fixture(scope="module")
def accounts(tmp_path_factory):
    """The result of a run with a few kills: the clients' ledger, and the stored state."""
    run = Run(tmp_path_factory.mktemp("durability"), seed=1)
    ledger = run.go(kills=4)
    return run.kills, ledger, Found.of(run.db, run.sink.url, run.sink.events)


def test_kill_9_under_load_loses_and_repeats_nothing(accounts):
    kills, ledger, found = accounts
    table = check_writes(ledger, found)
    tell_of_kills(table, kills)
    assert table.passed, str(table)


def lose_a_lead(ledger, found):
    found.leads.remove(next(lead for lead in found.leads if lead["id"] == ledger.of("lead", acknowledged=True)[0].id))


def double_a_lead(ledger, found):
    found.leads.append({**found.leads[0], "id": "lead_again"})


def double_a_row(ledger, found):
    row = next(lead for lead in found.leads if lead["email"].count("-") > 1)
    found.leads.append({**row, "id": "lead_again"})


def lose_a_campaign(ledger, found):
    found.campaigns.remove(
        next(c for c in found.campaigns if c["id"] == ledger.of("campaign", acknowledged=True)[0].id)
    )


def double_an_import(ledger, found):
    found.imports.append({**found.imports[0], "id": "import_again"})


def leave_an_import_unfinished(ledger, found):
    found.imports[0]["status"] = "running"


def undo_an_edit(ledger, found):
    edit = ledger.of("lead edit", acknowledged=True)[-1]
    next(lead for lead in found.leads if lead["id"] == edit.target)["title"] = None


def lose_an_event(ledger, found):
    lost = next(event["id"] for event in found.events if event["type"] == "lead.updated")
    found.events = [event for event in found.events if event["id"] != lost]


def make_an_event_up(ledger, found):
    event = next(event for event in found.events if event["type"] == "lead.created")
    found.events.append({**event, "id": "evt_x", "data": {**event["data"], "id": "lead_x"}})


def double_an_event(ledger, found):
    found.events.append({**found.events[0], "id": "evt_x"})


def change_a_repeated_event(ledger, found):
    found.events.append({**found.events[0], "created_at": "2020-01-01T00:00:00.000Z"})


def leave_a_delivery(ledger, found):
    found.undelivered = 1


def damage_the_file(ledger, found):
    found.integrity = "row 1 missing from index"


def say_something_odd(ledger, found):
    ledger.problems.append("client 0: 500")


@pytest.mark.parametrize(
    "tamper",
    [
        lose_a_lead, double_a_lead, double_a_row, lose_a_campaign, double_an_import, leave_an_import_unfinished,
        undo_an_edit, lose_an_event, make_an_event_up, double_an_event, change_a_repeated_event, leave_a_delivery,
        damage_the_file, say_something_odd,
    ],
)  # fmt: skip
def test_the_check_of_the_trial_finds_planted_errors(accounts, tamper):
    _, ledger, found = accounts
    ledger, found = ledger.snapshot(), deepcopy(found)
    tamper(ledger, found)
    assert not check_writes(ledger, found).passed
