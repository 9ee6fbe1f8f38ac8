import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from each_case import each_case
from many_threads import together
from pb2b_notebook import errors
from pb2b_notebook.api.calls.mutating import decide, mutate
from pb2b_notebook.credentials import without_secrets
from pb2b_notebook.journal import Entry, Journal
from scripted_service import Service, answer, connect_workspace, created_answer, error_answer

T0 = datetime(2026, 3, 10, 12, tzinfo=UTC)
BODY = b'{"email":"ada@example.com"}'


def entry(state, age=timedelta(minutes=3), **changes):
    values = {
        "id": 1, "session": "s", "key": "k", "state": state, "intended_at": T0 - age, "finished_at": None,
        "status": None, "object_id": None, "request_id": None, "attempts": 0, "answer": None, "sends": 1,
        "operation": "leads.create",
    }  # fmt: skip
    return Entry(**{**values, **changes})


def decided(previous, *, changed_since=False, again=False, repeatable=True):
    return decide(previous, changed_since=changed_since, again=again, now=T0, repeatable=repeatable)


# --- the decision ----------------------------------------------------------------------------------------------------


def test_a_mutation_without_a_previous_entry_is_sent():
    assert decided(None) == "send"


@pytest.mark.parametrize(("age", "decision"), [(0, "replay"), (24, "replay"), (24.01, "send")])
def test_a_success_is_replayed_for_24_hours(age, decision):
    assert decided(entry("succeeded", timedelta(hours=age))) == decision


def test_again_and_a_stale_outcome_are_sent_with_a_new_key():
    assert decided(entry("succeeded"), again=True) == "send"
    assert decided(entry("succeeded"), changed_since=True) == "send"


def test_a_refused_mutation_is_sent_with_a_new_key():
    assert decided(entry("refused")) == "send"


def test_an_unknown_outcome_is_sent_with_the_same_key_for_23_hours():
    assert decided(entry("intended", timedelta(hours=23))) == "resend"
    with pytest.raises(errors.UnknownOutcomeError, match="again=True") as caught:
        decided(entry("intended", timedelta(hours=23.01)))
    assert caught.value.idempotency_key == "k"
    assert decided(entry("intended", timedelta(hours=40)), again=True) == "send"


def test_where_the_service_may_ignore_the_key_an_unknown_outcome_is_not_sent_again():
    with pytest.raises(errors.UnknownOutcomeError):
        decided(entry("intended"), repeatable=False)
    assert decided(entry("succeeded"), repeatable=False) == "replay"


# --- with a journal ---------------------------------------------------------------------------------------------------


@pytest.fixture
def journal():
    with_memory = Journal(None)
    yield with_memory
    with_memory.close()


def states(journal, client):
    return [e["state"] for e in journal.entries(client.scope)]


def test_the_intent_is_on_disk_before_the_request_leaves(client_of, calls, tmp_path):
    journal = Journal(tmp_path / "private" / "journal.sqlite3")
    found = []

    def look(request):
        found.extend(Journal(journal.path).entries("127.0.0.1:1/ws_1"))
        return created_answer()(request)

    client = client_of(Service(look))
    mutate(client, journal, calls("leads.create", BODY), now=lambda: T0)
    assert [(e["state"], e["operation"]) for e in found] == [("intended", "leads.create")]
    assert states(journal, client) == ["succeeded"]


def test_the_same_cell_returns_the_first_result_with_a_notice_and_no_request(client_of, calls, journal, caplog):
    service = Service(created_answer("lead_7"))
    client = client_of(service)
    with caplog.at_level("INFO", "pb2b_notebook"):
        first = mutate(client, journal, calls("leads.create", BODY), now=lambda: T0)
        second = mutate(client, journal, calls("leads.create", BODY), now=lambda: T0 + timedelta(minutes=3))
    assert json.loads(second.body) == json.loads(first.body)
    assert second.headers == {"idempotent-replayed": "true"}
    assert len(service.requests) == 1
    assert caplog.messages == [
        "leads.create: done 3 min ago, lead_7; nothing was sent; again=True to repeat",
    ]


def test_again_and_another_payload_are_sent_with_new_keys(client_of, calls, journal):
    service = Service(created_answer())
    client = client_of(service)
    mutate(client, journal, calls("leads.create", BODY), now=lambda: T0)
    mutate(client, journal, calls("leads.create", BODY), again=True, now=lambda: T0)
    mutate(client, journal, calls("leads.create", b'{"email":"eve@example.com"}'), now=lambda: T0)
    assert len(set(service.keys)) == 3


def test_a_lost_response_is_requested_with_the_same_key(client_of, calls, journal):
    service = Service(httpx.ReadError("cut"))
    client = client_of(service)
    with pytest.raises(errors.ConnectionLostError) as caught:
        mutate(client, journal, calls("leads.create", BODY), now=lambda: T0)
    assert caught.value.effect_unknown
    assert states(journal, client) == ["intended"]
    service.script = [created_answer()]
    mutate(client, journal, calls("leads.create", BODY), now=lambda: T0 + timedelta(hours=22))
    assert set(service.keys) == {caught.value.idempotency_key}
    assert states(journal, client) == ["succeeded"]


FORMS = ["email as eMail"]


@pytest.mark.parametrize("first", [[], FORMS], ids=["plain", "in its names"])
def test_what_is_learned_after_a_lost_response_changes_neither_body_nor_key(client_of, calls, journal, first):
    service = Service(httpx.ReadError("cut"))
    client = client_of(service)
    client.profile.learn("forms", first, "a list")
    with pytest.raises(errors.ConnectionLostError):
        mutate(client, journal, calls("leads.create", BODY), now=lambda: T0)
    client.profile.withdraw("forms") if first else client.profile.learn("forms", FORMS, "a list")
    service.script = [created_answer()]
    mutate(client, journal, calls("leads.create", BODY), now=lambda: T0)
    assert len({(request.content, request.headers["idempotency-key"]) for request in service.requests}) == 1
    assert states(journal, client) == ["succeeded"]


def end(*_args, **_options):
    raise KeyboardInterrupt


def test_what_was_never_sent_takes_the_form_that_was_learned(client_of, calls, journal, monkeypatch):
    service = Service(created_answer())
    client = client_of(service)
    client.profile.learn("forms", FORMS, "a list")
    with monkeypatch.context() as patch:
        patch.setattr(client, "send", end)  # after the intent, and before the request
        with pytest.raises(KeyboardInterrupt):
            mutate(client, journal, calls("leads.create", BODY), now=lambda: T0)
    mutate(client, journal, calls("leads.create", BODY), now=lambda: T0)
    assert [b"eMail" in request.content for request in service.requests] == [True]


def test_the_latest_form_that_was_sent_is_sent_again(client_of, calls, journal):
    service = Service(httpx.ReadError("cut"))
    client = client_of(service)
    call = calls("leads.create", BODY)
    client.profile.learn("forms", FORMS, "a list")
    with pytest.raises(errors.ConnectionLostError):
        mutate(client, journal, call, now=lambda: T0)
    client.profile.withdraw("forms")
    service.script = [error_answer(422), httpx.ReadError("cut")]
    with pytest.raises(errors.ConnectionLostError):
        mutate(client, journal, call, now=lambda: T0)
    client.profile.learn("forms", ["first_name as firstName"], "a list")
    service.script = [created_answer()]
    mutate(client, journal, call, now=lambda: T0)
    assert service.requests[-1].content == call.body


def test_a_call_is_recognized_by_the_body_that_its_caller_gave(client_of, calls, journal):
    service = Service(httpx.ReadError("cut"))
    client = client_of(service)
    with pytest.raises(errors.ConnectionLostError):
        mutate(client, journal, replace(calls("leads.create", BODY), given=b"{}"), now=lambda: T0)
    service.script = [created_answer()]
    more = calls("leads.create", b'{"email":"ada@example.com","title":"CEO"}')
    mutate(client, journal, replace(more, given=b"{}"), now=lambda: T0)
    assert len({(request.content, request.headers["idempotency-key"]) for request in service.requests}) == 1


def test_a_lost_request_that_is_refused_when_sent_again_takes_another_form(client_of, calls, journal):
    service = Service(httpx.ReadError("cut"))
    client = client_of(service)
    with pytest.raises(errors.ConnectionLostError):
        mutate(client, journal, calls("leads.create", BODY), now=lambda: T0)
    client.profile.learn("forms", FORMS, "a list")
    service.script = [error_answer(422), created_answer()]
    mutate(client, journal, calls("leads.create", BODY), now=lambda: T0)
    assert [b"eMail" in request.content for request in service.requests][-2:] == [False, True]
    assert len(set(service.keys)) == 2
    assert states(journal, client) == ["succeeded"]


def test_a_refusal_is_recorded_and_the_next_run_gets_a_new_key(client_of, calls, journal):
    service = Service(error_answer(422), created_answer())
    client = client_of(service)
    with pytest.raises(errors.ValidationError):
        mutate(client, journal, calls("leads.create", BODY), now=lambda: T0)
    assert states(journal, client) == ["refused"]
    mutate(client, journal, calls("leads.create", BODY), now=lambda: T0)
    assert len(set(service.keys)) == 2


@pytest.mark.parametrize(
    "late", [error_answer(401), error_answer(403), error_answer(429, retry_after="3600"), httpx.ConnectError("")]
)
def test_a_refusal_before_the_key_check_leaves_a_lost_first_send_unknown(client_of, calls, journal, late):
    """Key, scope and rate are judged before the Idempotency-Key is looked up: the first send may have worked."""
    service = Service(httpx.ReadError("cut"), late)
    client = client_of(service)
    with pytest.raises(errors.ProspectB2BError) as caught:
        mutate(client, journal, calls("leads.create", BODY), now=lambda: T0)
    assert caught.value.effect_unknown
    assert states(journal, client) == ["intended"]
    service.script = [created_answer()]
    mutate(client, journal, calls("leads.create", BODY), now=lambda: T0)
    assert len(set(service.keys)) == 1


@pytest.mark.parametrize("late", [error_answer(401), httpx.ConnectError("")])
def test_a_refusal_of_a_second_run_before_the_key_check_leaves_the_first_unknown(client_of, calls, journal, late):
    service = Service(httpx.ReadError("cut"))
    client = client_of(service)
    for script in ([httpx.ReadError("cut")], [late], [created_answer()]):
        service.script = script
        try:
            mutate(client, journal, calls("leads.create", BODY), now=lambda: T0)
        except errors.ProspectB2BError:
            assert states(journal, client) == ["intended"]
    assert states(journal, client) == ["succeeded"]
    assert len(set(service.keys)) == 1


def test_a_refusal_after_the_key_check_proves_that_the_lost_send_had_no_effect(client_of, calls, journal):
    client = client_of(Service(httpx.ReadError("cut"), error_answer(422)))
    with pytest.raises(errors.ValidationError):
        mutate(client, journal, calls("leads.create", BODY), now=lambda: T0)
    assert states(journal, client) == ["refused"]


@pytest.mark.parametrize("status", [409, 412])
@pytest.mark.parametrize("shown", [True, False])
def test_a_conflict_after_a_lost_send_may_be_its_own_effect(client_of, calls, journal, status, shown):
    def confirm(call, reply, since):
        return replace(reply, body=b'{"data": {"id": "lead_1"}}') if shown else reply

    service = Service(httpx.ReadError("cut"), error_answer(status, "already_exists"))
    client = client_of(service)
    for _ in range(2):
        try:
            found = mutate(client, journal, calls("leads.create", BODY), now=lambda: T0, confirm=confirm)
            assert json.loads(found.body)["data"] == {"id": "lead_1"}
        except errors.ConflictError as unknown:
            assert not shown
            assert unknown.effect_unknown  # noqa: PT017 - either is right
        assert states(journal, client) == ["succeeded" if shown else "intended"]
    assert len(set(service.keys)) == 1


@pytest.mark.parametrize("failure", [error_answer(401), error_answer(429, retry_after="3600"), httpx.ConnectError("")])
def test_a_request_refused_before_the_key_check_had_no_effect(client_of, calls, journal, failure):
    client = client_of(Service(failure))
    with pytest.raises(errors.ProspectB2BError) as caught:
        mutate(client, journal, calls("leads.create", BODY), now=lambda: T0)
    assert not caught.value.effect_unknown
    assert states(journal, client) == ["refused"]


@pytest.mark.parametrize(
    "failure", [error_answer(500), error_answer(408), error_answer(409, "idempotency_in_progress")]
)
def test_a_failure_of_the_service_leaves_the_outcome_unknown(client_of, calls, journal, failure):
    client = client_of(Service(failure))
    with pytest.raises(errors.APIError) as caught:
        mutate(client, journal, calls("leads.create", BODY), now=lambda: T0)
    assert caught.value.effect_unknown
    assert states(journal, client) == ["intended"]


def test_a_refusal_in_one_kernel_keeps_the_success_of_another(client_of, calls, journal):
    """Both send under one key; one is turned away at the door after the other has created the lead."""
    inner = Service(created_answer())

    def other_kernel_first(request):
        mutate(client_of(inner), journal, calls("leads.create", BODY), now=lambda: T0)
        return error_answer(401)(request)

    service = Service(other_kernel_first)
    client = client_of(service)
    with pytest.raises(errors.AuthenticationError):
        mutate(client, journal, calls("leads.create", BODY), now=lambda: T0)
    assert inner.keys == service.keys
    assert states(journal, client) == ["succeeded"]


def test_an_equal_call_that_may_still_be_running_keeps_the_outcome_unknown(client_of, calls, journal):
    """The first run is turned away while a second one, under the same key, has lost its answer."""

    def other_kernel_first(request):
        with pytest.raises(errors.ConnectionLostError):
            mutate(client_of(Service(httpx.ReadError("cut"))), journal, calls("leads.create", BODY), now=lambda: T0)
        return error_answer(401)(request)

    client = client_of(Service(other_kernel_first))
    with pytest.raises(errors.AuthenticationError):
        mutate(client, journal, calls("leads.create", BODY), now=lambda: T0)
    assert states(journal, client) == ["intended"]


@pytest.mark.parametrize("body", [b"<html>login</html>", b'{"data":NaN}', b'{"data":{"a":1', b'{"data":{},"data":{}}'])
def test_a_2xx_without_an_envelope_is_not_a_success(client_of, calls, journal, body):
    """A proxy's login page with 200: the mutation may never have reached the service."""
    service = Service(answer(200, body), created_answer())
    client = client_of(service)
    with pytest.raises(errors.ProtocolError):
        mutate(client, journal, calls("leads.create", BODY), now=lambda: T0)
    assert states(journal, client) == ["intended"]
    mutate(client, journal, calls("leads.create", BODY), now=lambda: T0)
    assert len(set(service.keys)) == 1
    assert states(journal, client) == ["succeeded"]


def test_an_empty_response_to_a_deletion_is_a_success(client_of, calls, journal):
    client = client_of(Service(answer(204, b"")))
    mutate(client, journal, calls("leads.delete"), now=lambda: T0)
    assert states(journal, client) == ["succeeded"]


def test_toggling_in_one_session_is_sent_and_a_restart_finds_its_own_outcomes(client_of, calls, journal):
    service = Service(answer(200, {"data": {"id": "lead_1"}}))
    client = client_of(service)
    on, off = calls("leads.update", b'{"title":"on"}'), calls("leads.update", b'{"title":"off"}')
    for call in (on, off, on):
        mutate(client, journal, call, now=lambda: T0)
    assert len({*filter(None, service.keys)}) == 3
    journal.session = "after the restart"
    for call in (on, off):
        mutate(client, journal, call, now=lambda: T0)
    assert len([*filter(None, service.keys)]) == 3


def test_a_lead_that_was_deleted_since_is_created_again(client_of, calls, journal):
    service = Service(created_answer("lead_1"))
    client = client_of(service)
    mutate(client, journal, calls("leads.create", BODY), now=lambda: T0)
    service.script = [answer(200, {"data": {"id": "lead_1"}})]
    mutate(client, journal, calls("leads.delete"), now=lambda: T0)
    service.script = [created_answer("lead_2")]
    reply = mutate(client, journal, calls("leads.create", BODY), now=lambda: T0)
    assert json.loads(reply.body)["data"]["id"] == "lead_2"


def test_a_change_of_a_created_lead_does_not_create_it_again(client_of, calls, journal):
    service = Service(created_answer("lead_1"))
    client = client_of(service)
    mutate(client, journal, calls("leads.create", BODY), now=lambda: T0)
    service.script = [answer(200, {"data": {"id": "lead_1"}})]
    mutate(client, journal, calls("leads.update", b'{"title":"x"}'), now=lambda: T0)
    mutate(client, journal, calls("leads.create", BODY), now=lambda: T0)
    assert len([*filter(None, service.keys)]) == 2


def test_a_payload_that_names_its_version_is_not_sent_twice(client_of, calls, journal):
    service = Service(answer(200, {"data": {"id": "lead_1"}}))
    client = client_of(service)
    versioned = calls("leads.update", b'{"title":"x","if_updated_at":"2026-03-10T12:00:00.000Z"}')
    mutate(client, journal, versioned, now=lambda: T0)
    mutate(client, journal, calls("leads.update", b'{"title":"y"}'), now=lambda: T0)
    mutate(client, journal, versioned, now=lambda: T0)
    assert len([*filter(None, service.keys)]) == 2


def test_an_own_key_is_sent_and_found_again(client_of, calls, journal):
    service = Service(created_answer())
    client = client_of(service)
    for key in ("order-1", "order-1", "order-2"):
        mutate(client, journal, calls("leads.create", BODY, idempotency_key=key), now=lambda: T0)
    assert service.keys == ["order-1", "order-2"]


@pytest.mark.parametrize("key", ["", "a b", "a\nb", "ключ", "x" * 256])
def test_a_key_that_no_header_can_contain_is_refused_before_anything_is_recorded(calls, key):
    with pytest.raises(errors.InvalidParameterError, match="idempotency_key"):
        calls("leads.create", BODY, idempotency_key=key)


def test_a_key_reused_for_another_payload_is_refused_after_one_request(client_of, calls, journal):
    service = Service(error_answer(409, "idempotency_key_reused"))
    client = client_of(service)
    with pytest.raises(errors.IdempotencyKeyReusedError):
        mutate(client, journal, calls("leads.create", BODY, idempotency_key="order-1"), now=lambda: T0)
    assert len(service.requests) == 1


def test_workspaces_never_mix(client_of, calls, journal):
    service = Service(created_answer())
    for workspace in ("ws_1", "ws_2"):
        client = client_of(service)
        client.workspace = workspace
        mutate(client, journal, calls("leads.create", BODY), now=lambda: T0)
        assert len(journal.entries(client.scope)) == 1
    assert len(service.requests) == 2


def test_a_live_service_that_may_ignore_the_key_gets_no_retry(client_of, calls, journal):
    service = Service(httpx.ReadError("cut"), created_answer())
    client = client_of(service, live=True)
    assert not calls("leads.upsert").operation.documented
    with pytest.raises(errors.ConnectionLostError):
        mutate(client, journal, calls("leads.upsert", BODY), now=lambda: T0)
    with pytest.raises(errors.UnknownOutcomeError):
        mutate(client, journal, calls("leads.upsert", BODY), now=lambda: T0)
    assert len(service.requests) == 1
    mutate(client, journal, calls("leads.upsert", BODY), again=True, now=lambda: T0)
    assert len(service.requests) == 2


BUSY = error_answer(503, "busy", retry_after="7")


@pytest.mark.parametrize("name", ["campaigns.update", "leads.upsert", "leads.bulk_upsert", "leads.delete"])
def test_a_busy_service_that_says_when_gets_the_mutation_again_with_its_key(name, client_of, calls, journal, simulated):
    service = Service(BUSY, BUSY, created_answer())
    client = client_of(service, live=True)
    assert mutate(client, journal, calls(name, BODY), now=lambda: T0).attempts == 3
    assert len({*service.keys}) == 1
    assert 14 <= sum(simulated.slept) <= 16


@pytest.mark.parametrize(
    "name", ["campaigns.runs.create", "tickets.replies.create", "prospector.workflows.runs.create"]
)
def test_what_is_done_twice_if_it_is_sent_twice_is_not_sent_again_to_a_busy_service(name, client_of, calls, journal):
    service = Service(BUSY, created_answer())
    with pytest.raises(errors.ServerError) as caught:
        mutate(client_of(service, live=True), journal, calls(name, BODY), now=lambda: T0)
    assert caught.value.effect_unknown
    assert len(service.requests) == 1


@pytest.mark.parametrize("status", [408, 502, 503, 504])
@pytest.mark.parametrize("name", ["campaigns.update", "leads.upsert", "leads.bulk_upsert", "leads.delete"])
def test_what_may_be_done_twice_is_sent_again_to_a_gateway_without_a_service(
    name, status, client_of, calls, journal, simulated
):
    service = Service(error_answer(status), created_answer())
    mutate(client_of(service, live=True), journal, calls(name, BODY), now=lambda: T0)
    assert len(service.keys) == 2
    assert len({*service.keys}) == 1
    assert sum(simulated.slept) == 1.0


@pytest.mark.parametrize(("name", "waits", "sends"), [("campaigns.update", "61", 2), ("campaigns.publish", None, 1)])
def test_a_service_that_stays_busy_ends_a_mutation_whose_outcome_stays_unknown(
    name, waits, sends, client_of, calls, journal, simulated
):
    busy = error_answer(503) if waits is None else error_answer(503, retry_after=waits)
    service = Service(busy)
    client = client_of(service, live=True)
    with pytest.raises(errors.ServerError) as caught:
        mutate(client, journal, calls(name, BODY), now=lambda: T0)
    assert caught.value.effect_unknown
    assert (len(service.requests), states(journal, client)) == (sends, ["intended"])
    assert sum(simulated.slept) <= 132


def test_ctrl_c_while_waiting_for_a_busy_service_keeps_the_key(client_of, calls, journal, simulated):
    def interrupt(_):
        raise KeyboardInterrupt

    service = Service(error_answer(502), created_answer())
    client, call = client_of(service, live=True), calls("campaigns.update", BODY)
    client.wait = interrupt
    with pytest.raises(KeyboardInterrupt):
        mutate(client, journal, call, now=lambda: T0)
    assert states(journal, client) == ["intended"]


def test_a_deletion_that_finds_nothing_since_the_first_one_worked_is_done(client_of, calls, journal):
    service = Service(error_answer(504), error_answer(404, "not_found"))
    client = client_of(service, live=True)
    mutate(client, journal, calls("leads.delete"), now=lambda: T0)
    assert states(journal, client) == ["succeeded"]
    with pytest.raises(errors.NotFoundError):
        mutate(client, journal, calls("leads.delete", path="/leads/lead_2"), now=lambda: T0)


def test_another_query_is_another_mutation(client_of, calls, journal):
    service = Service(created_answer())
    client = client_of(service)
    plain = calls("leads.create", BODY)
    for query in ((), (("notify", "true"),), (("notify", "false"),)):
        mutate(client, journal, type(plain)(plain.operation, plain.path, query, plain.body), now=lambda: T0)
    assert len(service.requests) == 3


def test_a_read_only_client_records_nothing(client_of, calls, journal):
    client = client_of(Service(created_answer()), read_only=True)
    with pytest.raises(errors.ReadOnlyError):
        mutate(client, journal, calls("leads.create", BODY), now=lambda: T0)
    assert journal.entries(client.scope) == []


def test_without_a_journal_nothing_is_sent(client_of, calls, tmp_path):
    (tmp_path / "file").write_text("")
    service = Service(created_answer())
    with pytest.raises(errors.JournalError, match="PB2B_CACHE_DIR"):
        mutate(
            client_of(service),
            Journal(tmp_path / "file" / "journal.sqlite3"),
            calls("leads.create", BODY),
            now=lambda: T0,
        )
    assert service.requests == []


def test_an_outcome_that_cannot_be_recorded_loses_neither_response_nor_key(client_of, calls, tmp_path, caplog):
    """A secret is answered once: an answer that is there must not be lost to a full disk."""
    journal = Journal(tmp_path / "private" / "journal.sqlite3")

    def break_the_journal(request):
        journal.path.rename(tmp_path / "kept")
        journal.path.mkdir()
        return created_answer("lead_1")(request)

    service = Service(break_the_journal, created_answer("lead_1"))
    client = client_of(service)
    with caplog.at_level("INFO", "pb2b_notebook"):
        reply = mutate(client, journal, calls("leads.create", BODY), now=lambda: T0)
    assert b"lead_1" in reply.body
    assert "the journal could not record that" in caplog.text
    journal.path.rmdir()
    (tmp_path / "kept").rename(journal.path)
    mutate(client, journal, calls("leads.create", BODY), now=lambda: T0)
    assert len(set(service.keys)) == 1


def test_a_refusal_that_cannot_be_recorded_is_still_raised(client_of, calls, tmp_path):
    journal = Journal(tmp_path / "private" / "journal.sqlite3")

    def break_the_journal(request):
        journal.path.unlink()
        journal.path.mkdir()
        return error_answer(422)(request)

    with pytest.raises(errors.ValidationError):
        mutate(client_of(Service(break_the_journal)), journal, calls("leads.create", BODY), now=lambda: T0)


def test_twenty_threads_with_one_payload_share_one_key(client_of, calls, journal):
    service = Service(created_answer())
    client = client_of(service)
    together(*[lambda: mutate(client, journal, calls("leads.create", BODY), now=lambda: T0)] * 20)
    assert len(set(service.keys)) == 1
    assert states(journal, client) == ["succeeded"]


# --- secrets ----------------------------------------------------------------------------------------------------------


@each_case(
    "body",
    [
        b'{"data":{"signing_secret":"whsec_canary"}}',
        b'{"data":{"signing\\u005fsecret":"whsec_canary"}}',
        b'{"data":[{"deep":{"signing_secret":["whsec_canary"]}}]}',
        b'{"data":{"signingSecret":"whsec_canary"}}',
        b'{"data":{"client_secret":"whsec_canary","access_token":"whsec_canary"}}',
        b'{"signing_secret":"whsec_canary"',
    ],
)
def test_no_secret_of_a_response_is_recorded(body):
    assert b"canary" not in without_secrets(body)


def test_a_field_that_only_resembles_a_secret_is_recorded():
    body = b'{"data":{"secret_prefix":"whsec_ab","name":"the secret"}}'
    assert without_secrets(body) == body


def test_a_secret_is_returned_once_and_recorded_as_null(client_of, calls, tmp_path):
    journal = Journal(tmp_path / "private" / "journal.sqlite3")
    client = client_of(Service(created_answer("wh_1", signing_secret="whsec_canary")))
    first = mutate(client, journal, calls("leads.create", BODY), now=lambda: T0)
    again = mutate(client, journal, calls("leads.create", BODY), now=lambda: T0)
    assert b"canary" in first.body
    assert json.loads(again.body)["data"] == {"id": "wh_1", "signing_secret": None}
    assert b"canary" not in journal.path.read_bytes()
    assert "canary" not in repr(first)


@pytest.mark.parametrize(
    ("arrived", "lost"), [(True, errors.ServerError), (True, errors.TransportError), (False, errors.TransportError)]
)
def test_an_update_whose_response_is_lost_is_looked_up(arrived, lost):
    lead = {"id": "lead_1", "object": "lead", "city": "Oslo", "updated_at": "2026-03-10T12:00:00.000Z"}
    sent = []

    def respond(request, _):
        if request.method == "PATCH":
            sent.append(request)
            lead.update(json.loads(request.content) if arrived else {})
            if lost is errors.TransportError:
                raise httpx.ReadTimeout("no response")
            return httpx.Response(502, content=b"<html>Bad Gateway</html>", headers={"content-type": "text/html"})
        return {"data": lead if request.url.path.endswith("/lead_1") else []}

    with connect_workspace(respond) as ws:
        if arrived:
            assert ws.leads.update("lead_1", city="Rome")["city"] == "Rome"
        else:
            with pytest.raises(lost) as caught:
                ws.leads.update("lead_1", city="Rome")
            assert caught.value.effect_unknown
        assert ws.journal()["state"].iloc[0] == ("succeeded" if arrived else "intended")
    assert len(sent) == 1


def test_an_update_to_zero_is_not_called_done_by_an_object_without_a_number():
    lead = {"id": "lead_1", "object": "lead", "score": None, "updated_at": "2026-03-10T12:00:00.000Z"}

    def respond(request, path):
        if request.method == "PATCH":
            raise httpx.ReadTimeout("no response")
        return {"data": lead if path.endswith("/lead_1") else []}

    with connect_workspace(respond) as ws:
        for problem in (errors.TransportError, errors.UnknownOutcomeError):
            with pytest.raises(problem):
                ws.leads.update("lead_1", score=0)
        assert ws.journal()["state"].iloc[0] == "intended"
