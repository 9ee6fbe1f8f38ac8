import httpx
import pytest

import pb2b_notebook as pb
from each_case import each_case
from pb2b_notebook import errors
from scripted_service import LIVE_KEY, ME, Service, answer


def connected(*script):
    service = Service(answer(body=ME), *script)
    return pb.connect(LIVE_KEY, trust=True, transport=httpx.MockTransport(service)), service


def lead(lead_id="lead_a", email="ada@example.com"):
    return {"data": {"id": lead_id, "object": "lead", "email": email}, "request_id": "req_1"}


CALLS = {
    "read": lambda ws: ws.leads.get("lead_a"),
    "update": lambda ws: ws.leads.update("lead_a", title="CTO"),
    "create": lambda ws: ws.leads.create(email="ada@example.com"),
}


@pytest.mark.parametrize("call", CALLS)
def test_a_response_about_another_lead_is_refused(call):
    ws, _ = connected(answer(body=lead("lead_b", "bob@example.com")))
    with ws, pytest.raises(errors.ProtocolError, match="about another object than the request") as caught:
        CALLS[call](ws)
    assert "lead_" not in str(caught.value)
    assert "@" not in str(caught.value)


def test_the_journal_does_not_keep_such_a_response_and_the_same_key_is_sent_again():
    ws, service = connected(answer(body=lead("lead_b", "bob@example.com")), answer(body=lead()))
    with ws:
        ws.profile.learn("honours_keys", True, "a replayed response")
        with pytest.raises(errors.ProtocolError):
            CALLS["create"](ws)
        assert ws.journal()["state"].tolist() == ["intended"]
        assert CALLS["create"](ws).id == "lead_a"
        assert len({key for key in service.keys if key}) == 1


def test_a_mixed_up_response_to_an_update_leaves_its_outcome_unknown():
    ws, _ = connected(answer(body=lead("lead_b", "bob@example.com")))
    with ws:
        with pytest.raises(errors.ProtocolError):
            CALLS["update"](ws)
        with pytest.raises(errors.UnknownOutcomeError):
            CALLS["update"](ws)


@each_case(
    ("asked", "written"),
    [
        ("ada@example.com", "ADA@Example.com"),
        ("ada@münchen.example", "ada@xn--mnchen-3ya.example"),
        ("ada@x.example", None),
        ("ada@x.example", "a***@x.example"),
        ("ada@x.example", "a*a@*.example"),
        ("ada@x.example", "redacted@x.example"),
        ("ada.berg+news@x.example", "adaberg@x.example"),
        ("ada-news@x.example", "ada@x.example"),
        ("ada@googlemail.example", "ada@gmail.example"),
    ],
)
def test_an_address_that_the_service_writes_in_another_way_is_the_same_lead(asked, written):
    ws, _ = connected(answer(body=lead(email=written)))
    with ws:
        assert ws.leads.create(email=asked).id == "lead_a"


def test_an_id_that_a_service_writes_in_another_way_is_not_refused():
    ws, _ = connected(answer(body=lead("7f9c")))
    with ws:
        assert ws.leads.get("lead_a").id == "7f9c"


@pytest.mark.parametrize("says", [{"merged_into": "lead_b"}, {"custom_fields": {"merged_from": ["lead_a"]}}])
def test_the_id_of_a_merged_lead_may_answer_with_the_survivor(says):
    survivor = lead("lead_b", "ada.berg@example.com")
    survivor["data"] |= says
    ws, _ = connected(answer(body=survivor))
    with ws:
        assert ws.leads.get("lead_a").id == "lead_b"
