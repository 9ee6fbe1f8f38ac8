"""Responses to writes that have no object, or one that is not there yet."""

import httpx

from scripted_service import connect_workspace


def test_a_deletion_that_is_only_accepted_is_not_called_done(caplog):
    def respond(request, path):
        if request.method == "DELETE":
            return httpx.Response(202, json={"data": {"status": "queued"}})
        return {"data": []}

    with connect_workspace(respond) as ws, caplog.at_level("INFO", "pb2b_notebook"):
        for lead in ("l1", "l2"):
            ws.leads.delete(lead)
    assert sum("carries it out later" in message for message in caplog.messages) == 1
