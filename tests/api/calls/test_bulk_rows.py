"""Rows of a direct bulk upsert: a refusal is about one row, or it ends the writing."""

import json

import pytest

from pb2b_notebook.api.calls.bulk_rows import rows_in, write_each
from pb2b_notebook.errors import AuthenticationError, ProtocolError, ValidationError
from scripted_service import reply

BODIES = [{"email": f"row{n}@x.example"} for n in range(3)]


def written(refusal):
    def write(place, body):
        if place == 1:
            raise refusal
        return reply({"data": {"id": f"lead_{place}", **body}}, status=201)

    return write


@pytest.mark.parametrize(
    ("refusal", "status"),
    [(ValidationError("invalid", status=422), "failed"), (ProtocolError("what is this?"), "unknown")],
)
def test_what_is_wrong_with_one_row_does_not_keep_the_next_from_being_written(refusal, status):
    rows = write_each(BODIES, written(refusal))
    assert [row["status"] for row in rows] == ["created", status, "created"]
    assert [row["index"] for row in rows] == [0, 1, 2]
    assert rows[1]["lead"] is None
    assert rows[1]["error"]["message"]


def test_a_refusal_of_the_key_ends_the_writing_and_says_how_many_rows_were_written():
    with pytest.raises(AuthenticationError) as caught:
        write_each(BODIES, written(AuthenticationError("revoked", status=401)))
    assert caught.value.__notes__ == ["1 of 3 rows were written before"]


def test_an_answer_that_shows_no_rows_is_not_read():
    for body in ({"data": {"accepted": 3}}, {"results": {"a": {"id": "1"}}}, b"<html>", {"data": []}):
        assert rows_in(reply(body), BODIES) is None
    found = rows_in(reply({"results": {f"ROW{n}@x.example": {"id": n, "status": "created"} for n in range(3)}}), BODIES)
    assert [json.loads(row)["lead"]["id"] for row in found] == [0, 1, 2]
