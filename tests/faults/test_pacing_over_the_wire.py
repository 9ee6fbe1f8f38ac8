"""Many threads and one rate limit: no call gets a 429, and the service never sees more requests than it allows."""

import pytest

from fault_proxy import HEAD_END, Changed, FaultProxy
from many_threads import most_in_a_window, read_in_threads
from pb2b_notebook.api.http.sending.courier import Timing
from pb2b_notebook.api.http.sending.pacing import Pacer
from workspaces import Service, connected


@pytest.fixture
def strict():
    opened = Service(leads=1, rate_limit=20, window=1.0)
    yield opened
    opened.close()


def test_four_threads_stay_under_the_limit_without_a_single_429(strict):
    """A service with a window of a second, as its headers say; the campaign uses the real minute."""

    def tell_the_policy(whole):
        head, _, body = whole.partition(HEAD_END)
        return head + b'\r\nRateLimit-Policy: "default";q=20;w=1' + HEAD_END + body

    with FaultProxy(strict.url) as proxy:
        proxy.always("", Changed(tell_the_policy))
        with connected(proxy.url, strict.key, timing=Timing(), pacer=Pacer()) as ws:
            assert read_in_threads(ws, threads=4, calls=50) == []
        arrivals = [seen.at for seen in proxy.seen]
        assert {seen.status for seen in proxy.seen} == {200}
        assert len(arrivals) == 51
        assert most_in_a_window(arrivals, 1.0) <= 20


def test_a_429_caused_by_another_client_of_the_key_is_retried(strict):
    """The other one is never seen by this pacer: it cannot know, it must obey."""
    with FaultProxy(strict.url) as proxy, connected(strict.url, strict.key, pacer=Pacer(window=0.01)) as greedy:
        read_in_threads(greedy, threads=1, calls=19)
        with connected(proxy.url, strict.key, timing=Timing(), pacer=Pacer(window=0.01)) as ws:
            assert read_in_threads(ws, threads=2, calls=4) == []
        assert 429 in {seen.status for seen in proxy.seen}
