import threading
from bisect import bisect_right

from hypothesis import given
from hypothesis import strategies as st

from pb2b_notebook.api.http.responses.headers import Rate
from pb2b_notebook.api.http.sending.pacing import Pacer, pacer_for
from pb2b_notebook.credentials import api_key


class SimulatedTime:
    """A clock that only moves when somebody sleeps."""

    def __init__(self):
        self.now = 1000.0

    def clock(self):
        return self.now

    def sleep(self, seconds):
        assert seconds > 0
        self.now += seconds


def most_in_a_window(times, window):
    ordered = sorted(times)
    return max(i + 1 - bisect_right(ordered, t - window) for i, t in enumerate(ordered))


@given(
    limit=st.integers(1, 20),
    latencies=st.lists(st.floats(0, 3), min_size=1, max_size=60),
    arrives=st.floats(0, 1),
)
def test_no_window_of_the_service_holds_more_than_the_limit(limit, latencies, arrives):
    """Whenever between send and answer the service counts the request."""
    time = SimulatedTime()
    pacer = Pacer(clock=time.clock, sleep=time.sleep)
    arrivals = []
    for latency in latencies:
        turn = pacer.take_turn()
        time.now += latency
        arrivals.append(turn.sent + latency * arrives)
        pacer.end_turn(turn, Rate(limit=limit, remaining=None))
    assert most_in_a_window(arrivals, 60.0) <= limit


def test_the_whole_limit_is_used_before_a_request_waits():
    time = SimulatedTime()
    pacer = Pacer(clock=time.clock, sleep=time.sleep)
    for _ in range(10):
        turn = pacer.take_turn()
        assert turn.waited == 0.0
        pacer.end_turn(turn, Rate(limit=10, remaining=None))
    assert pacer.take_turn().waited >= 60.0


def test_other_clients_of_the_key_are_left_room():
    time = SimulatedTime()
    pacer = Pacer(clock=time.clock, sleep=time.sleep)
    pacer.end_turn(pacer.take_turn(), Rate(limit=100, remaining=100 - 1 - 40))  # 40 are somebody else's
    sent = 1
    while (turn := pacer.take_turn()).waited == 0.0:
        sent += 1
        pacer.end_turn(turn, None)
    assert sent == 100 * 0.9 - 40


def test_requests_of_other_clients_are_forgotten_after_a_window():
    time = SimulatedTime()
    pacer = Pacer(clock=time.clock, sleep=time.sleep)
    pacer.end_turn(pacer.take_turn(), Rate(limit=10, remaining=0))
    assert 59 <= pacer.take_turn().waited <= 61


def test_a_pause_holds_all_threads():
    time = SimulatedTime()
    pacer = Pacer(clock=time.clock, sleep=time.sleep)
    pacer.pause(30.0)
    pacer.pause(5.0)
    assert pacer.take_turn().waited == 30.0


def test_the_window_is_learned_from_the_policy():
    time = SimulatedTime()
    pacer = Pacer(clock=time.clock, sleep=time.sleep)
    for _ in range(2):
        pacer.end_turn(pacer.take_turn(), Rate(limit=2, remaining=None, window=2.0))
    assert 2.0 <= pacer.take_turn().waited < 2.1


def test_threads_count_requests_in_flight():
    """With a limit of 3, a fourth request waits though none of the three was answered yet."""
    pacer = Pacer()
    pacer.end_turn(pacer.take_turn(), Rate(limit=3, remaining=None, window=0.3))
    in_flight = [pacer.take_turn() for _ in range(2)]
    done = threading.Event()
    threading.Thread(target=lambda: (pacer.take_turn(), done.set()), daemon=True).start()
    assert not done.wait(0.05)
    pacer.end_turn(in_flight[0], None)
    assert done.wait(5)


def test_a_burst_that_leaves_the_window_is_not_taken_for_another_client():
    """The service counted when 7 of the first 10 were in its window; the answer comes when all have left it."""
    time = SimulatedTime()
    pacer = Pacer(clock=time.clock, sleep=time.sleep)
    for _ in range(10):
        turn = pacer.take_turn()
        time.now += 0.01
        pacer.end_turn(turn, Rate(limit=10, remaining=None))
    turn = pacer.take_turn()
    time.now += 0.09
    pacer.end_turn(turn, Rate(limit=10, remaining=2))
    assert pacer._budget.others == 0


def test_a_turn_that_was_never_ended_is_forgotten():
    """A Ctrl-C may fall between the turn and the request; the pacer must not count it for ever."""
    time = SimulatedTime()
    pacer = Pacer(clock=time.clock, sleep=time.sleep)
    pacer.end_turn(pacer.take_turn(), Rate(limit=2, remaining=None))
    pacer.take_turn()
    assert pacer.take_turn().waited >= 60
    time.now += 200
    assert [pacer.take_turn().waited for _ in range(2)] == [0.0, 0.0]


def test_each_key_and_host_has_one_pacer():
    one, other = api_key("pb2b_test_a_0123456789abcdef"), api_key("pb2b_test_b_0123456789abcdef")
    assert pacer_for("h", one) is pacer_for("h", api_key(one.reveal()))
    assert len({id(p) for p in (pacer_for("h", one), pacer_for("h", other), pacer_for("i", one))}) == 3
