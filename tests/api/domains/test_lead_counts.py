"""``ws.leads.count``: one request where the service gives a total."""

import pytest

import pb2b_notebook as pb
from pb2b_notebook import errors
from scripted_service import connect_workspace


@pytest.mark.parametrize(
    "filters", [{}, {"status": "new"}, {"country": "Germany"}, {"created_after": "30d"}, {"email": "nobody@x.example"}]
)
def test_the_number_of_leads_takes_one_request_and_is_that_of_the_list(shared_ws, filters):
    expected = len(shared_ws.leads.list(**filters))
    assert shared_ws.leads.count(**filters) == expected  # learns once whether the service applies the filter
    before = shared_ws._session.client.sent
    assert shared_ws.leads.count(**filters) == expected
    assert shared_ws._session.client.sent == before + 1


def test_no_leads_for_an_unknown_name_say_what_to_give(shared_ws, caplog):
    assert shared_ws.leads.count(country="Germny") == shared_ws.count("leads.list", country="Germny") == 0
    said = [record.message for record in caplog.records if record.levelname == "WARNING"]
    assert ["'Germny' is not such a code" in text for text in said] == [True] * 2


@pytest.mark.parametrize(
    ("filters", "hint"),
    [({"stats": "new"}, "status"), ({"limit": 5}, "takes no 'limit'"), ({"columns": []}, "takes no 'columns'")],
)
def test_an_unknown_filter_is_refused_before_anything_is_sent(shared_ws, filters, hint):
    before = shared_ws._session.client.sent
    with pytest.raises(errors.InvalidParameterError, match=hint):
        shared_ws.leads.count(**filters)
    assert shared_ws._session.client.sent == before


def test_a_key_that_may_not_read_leads_gets_an_error_and_not_a_number(ws):
    key = ws.sandbox.create_key(scopes=["me.read"])
    with pb.connect(key, base_url=ws.base_url) as other, pytest.raises(errors.PermissionDeniedError):
        other.leads.count()


def test_leads_of_a_service_without_totals_are_read_and_the_notice_says_so(caplog):
    def respond(request, path):
        if path == "/lead-fields":
            return {"data": []}
        last = "cursor" in request.url.params
        rows = [{"id": f"lead_{last:d}{number}", "object": "lead"} for number in range(2)]
        return {"data": rows, "pagination": {"next_cursor": None if last else "1"}}

    with connect_workspace(respond) as ws:
        assert ws.leads.count() == 4
    assert "4 leads were read to count them" in caplog.text


@pytest.mark.parametrize(
    "count",
    [{"total": 100}, {"total": 90, "total_is_estimate": True}, {"total": {"value": 100, "relation": "gte"}}],
    ids=["round", "estimate", "lower bound"],
)
def test_a_total_that_may_be_a_cap_or_an_estimate_is_not_the_number_of_leads(count):
    def respond(request, path):
        if path == "/lead-fields":
            return {"data": []}
        last = "cursor" in request.url.params
        rows = [{"id": f"lead_{last:d}{number}", "object": "lead"} for number in range(60)]
        return {"data": rows, "pagination": {"next_cursor": None if last else "1"} | ({} if last else count)}

    with connect_workspace(respond) as ws:
        assert ws.leads.count() == 120
