"""Results of rows under keys: only a map that names every row is read."""

import pytest

from pb2b_notebook.api.calls.bulk_items import items_in

BODIES = [{"email": "a@x.example", "external_id": "7"}, {"email": "b@x.example", "external_id": "9"}]


@pytest.mark.parametrize("keys", [("A@x.example", "b@x.example"), ("7", "9"), ("0", "1"), ("1", "2")])
def test_a_map_that_names_every_row_is_read_in_the_order_of_the_rows(keys):
    answer = {"results": {key: {"status": 201, "lead": {"id": key}} for key in reversed(keys)}}
    assert [(item["index"], item["lead"]["id"]) for item in items_in(answer, BODIES)] == list(enumerate(keys))


@pytest.mark.parametrize(
    "keys", [("a@x.example",), ("a@x.example", "c@x.example"), ("0", "2"), ("succeeded", "failed")]
)
def test_another_map_is_not(keys):
    assert items_in({key: {"status": 201} for key in keys}, BODIES) is None
