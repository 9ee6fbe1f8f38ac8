import itertools
from dataclasses import replace

import pytest

from pb2b_notebook.api.http.responses.envelope import Page
from pb2b_notebook.api.lists.pages.pagination import follow
from pb2b_notebook.errors import PaginationError


def pages(*chain, records=1):
    """A service whose page at a cursor is told by ``chain``: the next cursors, in order."""
    asked = []

    def fetch(cursor):
        asked.append(cursor)
        return Page([b"{}"] * records, chain[len(asked) - 1], None, "req_1")

    return fetch, asked


def test_cursors_are_followed_to_the_end():
    fetch, asked = pages("a", "b", None)
    assert len(list(follow(fetch))) == 3
    assert asked == [None, "a", "b"]


@pytest.mark.parametrize("chain", [("a", "a", "a", "a"), ("a", "b", "a", "b")])
def test_a_repeated_cursor_or_a_circle_is_found_within_three_requests(chain):
    fetch, asked = pages(*chain)
    with pytest.raises(PaginationError, match="repeated a cursor"):
        list(follow(fetch))
    assert len(asked) <= 3


def test_three_empty_pages_that_promise_more_are_an_error():
    fetch, asked = pages("a", "b", "c", "d", records=0)
    with pytest.raises(PaginationError, match="empty"):
        list(follow(fetch))
    assert len(asked) == 3


def test_a_list_ends_after_ten_thousand_pages():
    count = iter(range(10**6))
    with pytest.raises(PaginationError, match="10,000"):
        for _ in follow(lambda _: Page([b"%d" % (number := next(count))], str(number), None, None)):
            pass


def test_pages_that_repeat_under_new_cursors_do_not_go_on_forever():
    count = itertools.count()
    pages = [Page([b'{"id": 1}', b'{"id": 2}'], None, None, None), Page([b'{"id": 3}'], None, None, None)]

    def fetch(cursor):
        number = next(count)
        return replace(pages[number % 2], next_cursor=f"c{number}")

    with pytest.raises(PaginationError, match="listed before"):
        list(follow(fetch))
    assert next(count) < 10


def distinct_pages(total=None):
    """A service whose pages never end: new rows under new cursors."""
    for number in itertools.count():
        yield Page([b'{"id": "%d"}' % number] * 50, f"c{number}", total, "req_1")


def test_a_list_ends_where_far_more_rows_come_than_the_service_counts():
    chain = distinct_pages(total=100)
    with pytest.raises(PaginationError, match="1,250 rows came, and the service counts 100"):
        list(follow(lambda _: next(chain)))


def test_a_list_that_drips_ends_in_time_and_only_the_time_of_requests_counts():
    times = itertools.count(0, 59)  # each page takes a minute
    chain = distinct_pages()
    with pytest.raises(PaginationError, match="14 pages took 826 s"):
        list(follow(lambda _: next(chain), clock=lambda: next(times)))


def test_only_the_time_of_requests_counts_for_a_list():
    times = itertools.chain.from_iterable((n, n + 1) for n in itertools.count(0, 9999))
    chain = distinct_pages()
    pages = follow(lambda _: next(chain), clock=lambda: next(times))
    assert len(list(itertools.islice(pages, 1000))) == 1000


@pytest.mark.parametrize("last", [[], [b'{"id": "a"}']])
def test_an_empty_or_repeated_page_ends_a_list_whose_cursor_is_disputed(last):
    chain = iter([Page([b'{"id": "a"}'], "c1", None, None, disputed=True), Page(last, "c1", None, None, disputed=True)])
    *_, page = follow(lambda _: next(chain))
    assert (page.next_cursor, page.ends) == (None, True)
