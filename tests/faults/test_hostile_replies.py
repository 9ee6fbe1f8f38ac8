"""Malformed and hostile answers: each is a typed error, in limited time and memory, after few requests."""

from pathlib import Path

import pytest

from fault_proxy import Drip, Substitute, reply
from hostile_replies import BODIES, BOMBS, CURSORS, pages, peak_of
from pb2b_notebook import errors
from pb2b_notebook.api.http.sending.retrying import Policy
from workspaces import LIST, connected


@pytest.mark.parametrize(("body", "error"), BODIES.values(), ids=BODIES)
def test_a_body_that_is_not_an_answer_is_a_typed_error(ws, proxy, body, error):
    proxy.always(LIST, Substitute(reply(200, body, content_type="text/html", x_request_id="req_odd")))
    with pytest.raises(error) as caught:
        ws.leads.list()
    # What is wrong inside a record shows when all pages are decoded: then it is no single request's.
    assert caught.value.request_id in {"req_odd", None}
    assert "canary" not in str(caught.value)


def test_a_body_that_never_reaches_its_length_ends_at_the_deadline(service, proxy):
    with connected(proxy.url, service.key, policy=Policy(deadline=0.5)) as ws:
        proxy.always(LIST, Substitute(reply(200, b'{"data":[]}', length=100)))
        with pytest.raises(errors.DeadlineError):
            ws.leads.list()


# --- time ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["head", "body"])
def test_one_byte_every_third_of_a_second_ends_at_the_deadline(service, proxy, part):
    """Every read makes progress, so no timeout of a socket ever fires."""
    with connected(proxy.url, service.key, policy=Policy(deadline=1.0)) as ws:
        proxy.always(LIST, Drip(0.3, part))
        with pytest.raises(errors.DeadlineError):
            ws.leads.list()
        proxy.heal()
        ws.leads.list(limit=1)


# --- cursors ---------------------------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore::pb2b_notebook.ContractDriftWarning")
@pytest.mark.parametrize(("cursors", "rows"), CURSORS.values(), ids=CURSORS)
def test_a_listing_that_does_not_end_is_an_error_within_three_requests(ws, proxy, cursors, rows):
    ws.lead_fields.list()
    proxy.always(LIST, pages(*cursors, rows=rows))
    with pytest.raises(errors.PaginationError):
        ws.leads.list()
    assert proxy.count(LIST) <= 3


# --- memory ----------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="only Linux tells the peak of a process")
@pytest.mark.parametrize(("body", "encoding", "name"), BOMBS.values(), ids=BOMBS)
def test_a_decompression_bomb_is_a_typed_error_and_uses_64_megabytes_at_most(service, proxy, body, encoding, name):
    error, growth = peak_of(proxy, service.key, body(), encoding)
    assert error == name
    assert growth <= 64 * 10**6
