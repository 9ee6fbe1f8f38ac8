"""Rows of pages that are places in a list: what identifies them."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pb2b_notebook.api.lists.requests.places import Places, id_of, ids_of
from pb2b_notebook.frames.extraction import RawRecords

ROWS = [
    b'{"id":"lead_1","name":"Ada"}', b'{"name":"Grace","id":"l\\u00e9ad_2"}', b'{"id":3}',
    b'{"id":12345678901234567890123}', b'{"id":null,"name":"Alan"}', b'{"name":"Marie"}', b'{"id":"\\ud83d"}',
    b'{"id":["a"]}', b'{"id":"5","x":"\\ud83d"}', b"[]",
]  # fmt: skip


PLAIN = [b'{"id":"lead_1","name":"Ada"}', b'{ "id" : "l\xc3\xa9ad_2", "of": {"id":"lead_1"}}', b'{"id":""}']
PAGES = {"plain": PLAIN, "text": ROWS[:2], "all": ROWS, "numbers": ROWS[2:4], "odd": ROWS[4:]}


@pytest.mark.parametrize("rows", PAGES.values(), ids=PAGES)
def test_a_page_gives_the_rows_that_no_page_had_whatever_their_ids_are(rows):
    places = Places(lambda *_: None)
    page = [msgspec.Raw(row) for row in rows]
    assert places.take_new(page[1:]) == page[1:]
    assert places.take_new(page) == page[:1]
    assert places.take_new(page) == []
    assert not places.has_new(page)
    assert len({id_of(row) for row in page}) == len(page)


@pytest.mark.parametrize("rows", PAGES.values(), ids=PAGES)
def test_remembered_rows_are_not_new(rows):
    places = Places(lambda *_: None)
    page = [msgspec.Raw(row) for row in rows]
    places.remember(page[:-1], counted=False)
    places.remember([], counted=False)
    assert places.has_new(page)
    assert not places.has_new(page[:-1])
    assert places.take_new(page) == page[-1:]


def test_forgotten_rows_are_new_again_and_take_no_memory():
    places = Places(lambda *_: None)
    page = [msgspec.Raw(row) for row in PLAIN]
    places.remember(page[:1], counted=False)
    places.take_new(page[1:])
    places.forget_rows()
    assert places.take_new(page) == page


@given(st.lists(st.tuples(st.lists(st.sampled_from(ROWS[:-1])), st.booleans(), st.booleans())))
def test_rows_of_counted_pages_that_an_earlier_page_had_are_counted_whenever_it_is_asked(pages):
    places, known, expected = Places(lambda *_: None), set(), 0
    for rows, counted, asked in pages:
        places.remember([*map(msgspec.Raw, rows)], counted=counted)
        ids = [id_of(row) for row in rows]
        expected += sum(one in known for one in ids) if counted else 0
        known.update(ids)
        assert not asked or places.count_repeated() == expected
    assert places.count_repeated() == expected
    places.forget_rows()
    assert places.count_repeated() == expected


BEGINS = st.sampled_from(['{"id":"%s"', '{"id":"%s"', '{"id":"%s"', '{ "id": "%s"', '{"n":1,"id":"%s"'])
IDS = st.lists(
    st.sampled_from(["a1", "b2", "c3", "\N{LATIN SMALL LETTER E WITH ACUTE}", r"\n", r"\"", "", "abc"]), min_size=1
)


@given(st.data(), IDS, st.sampled_from([b",", b",", b", "]))
def test_ids_of_a_page_are_those_of_its_records_whatever_they_begin_with(data, ids, between):
    begins = [data.draw(BEGINS) for _ in ids]
    rest = [data.draw(st.sampled_from(["}", ',"of":{"id":"x"}}'])) for _ in ids]
    rows = [(begin % one + end).encode() for begin, one, end in zip(begins, ids, rest, strict=True)]
    page = RawRecords([msgspec.Raw(row) for row in rows], [between.join(rows)])
    assert ids_of(page) == [id_of(row) for row in rows]
