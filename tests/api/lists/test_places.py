"""Rows of pages that are places in a list: what identifies them."""

import msgspec
import pytest

from pb2b_notebook.api.lists.places import Places, id_of

ROWS = [
    b'{"id":"lead_1","name":"Ada"}', b'{"name":"Grace","id":"l\\u00e9ad_2"}', b'{"id":3}',
    b'{"id":12345678901234567890123}', b'{"id":null,"name":"Alan"}', b'{"name":"Marie"}', b'{"id":"\\ud83d"}',
    b'{"id":["a"]}', b'{"id":"5","x":"\\ud83d"}', b"[]",
]  # fmt: skip


@pytest.mark.parametrize("rows", [ROWS[:2], ROWS, ROWS[2:4], ROWS[4:]], ids=["text", "all", "numbers", "odd"])
def test_a_page_gives_the_rows_that_no_page_had_whatever_their_ids_are(rows):
    places = Places(lambda *_: None)
    page = [msgspec.Raw(row) for row in rows]
    assert places.take_new(page[1:]) == page[1:]
    assert places.take_new(page) == page[:1]
    assert places.take_new(page) == []
    assert not places.has_new(page)
    assert len({id_of(row) for row in page}) == len(page)
