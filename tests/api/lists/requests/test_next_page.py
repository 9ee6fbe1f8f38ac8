"""The request for the next page, sent while the caller works on this one: once, and never beyond what is wanted."""

import threading

import pytest

from pb2b_notebook import errors
from pb2b_notebook.api.calls.options import Options
from pb2b_notebook.api.http.responses.reply import Reply
from pb2b_notebook.api.http.sending.client import Call
from pb2b_notebook.api.lists.requests.next_page import NextPage
from pb2b_notebook.openapi import load
from timeline_service import Timeline

LEADS = load()["leads.list"]
FIRST, SECOND = (Call(LEADS, "/leads", (("cursor", cursor),)) for cursor in ("c1", "c2"))


class Service:
    """Answers calls, and remembers which came; the cursor "broken" is refused."""

    def __init__(self):
        self.asked = []
        self.came = threading.Event()

    def __call__(self, call):
        self.asked.append(call)
        self.came.set()
        if ("cursor", "broken") in call.query:
            raise errors.ServerError("it failed", status=500)
        return Reply(200, {}, b"")


@pytest.fixture
def service():
    return Service()


@pytest.fixture
def following(service):
    following = NextPage(service)
    yield following
    following.close()


def test_a_call_is_sent_when_it_is_begun_and_not_again_when_it_is_wanted(service, following):
    following.begin(FIRST)
    assert service.came.wait(5)
    reply, seconds = following.reply_to(FIRST)
    assert reply.status == 200
    assert seconds >= 0
    assert service.asked == [FIRST]
    following.reply_to(FIRST)
    assert service.asked == [FIRST, FIRST]


def test_another_call_is_sent_beside_the_one_that_was_begun(service, following):
    following.begin(FIRST)
    following.reply_to(SECOND)
    following.reply_to(FIRST)
    assert sorted(call.query for call in service.asked) == [FIRST.query, SECOND.query]


def test_an_error_is_raised_where_the_response_is_wanted(service, following):
    broken = Call(LEADS, "/leads", (("cursor", "broken"),))
    following.begin(broken)
    assert service.came.wait(5)
    with pytest.raises(errors.ServerError):
        following.reply_to(broken)


def test_no_thread_is_left_behind(service, following):
    before = threading.enumerate()
    following.begin(FIRST)
    [thread] = [each for each in threading.enumerate() if each.name == "pb2b-next-page" and each not in before]
    following.close()
    thread.join(5)
    assert not thread.is_alive()


def test_a_page_is_asked_for_while_the_one_before_it_is_read():
    timeline = Timeline(range(0, 30_000_000, 1_000_000), page=3)
    reading = timeline.connect()._session._listing(LEADS, {}, Options(parallel=1)).read()
    read = [next(reading) for _ in range(3)]
    asked = threading.Event()
    for _ in range(500):
        if len(timeline.asked) > len(read) or asked.wait(0.01):
            break
    assert len(timeline.asked) == len(read) + 1
    assert sum(len(placed.page.records) for placed in (*read, *reading)) == 30


@pytest.mark.parametrize(("limit", "cursors"), [(None, 9), (9, 2)])
def test_each_page_that_is_wanted_is_asked_for_once(limit, cursors):
    timeline = Timeline(range(0, 30_000_000, 1_000_000), page=3)
    timeline.connect().leads.list(parallel=1, progress=False, limit=limit)
    asked = [asked["cursor"] for asked in timeline.asked if "cursor" in asked]
    assert len(asked) == len(set(asked)) == cursors
