import threading
from bisect import bisect_right

from hypothesis import given
from hypothesis import strategies as st

from pb2b_notebook.api.envelope import Rate
from pb2b_notebook.api.pacing import Pacer


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
        pacer.take_turn()
        sent = time.now
        time.now += latency
        arrivals.append(sent + latency * arrives)
        pacer.end_turn(Rate(limit=limit, remaining=None))
    assert most_in_a_window(arrivals, 60.0) <= limit


def test_the_whole_budget_is_spent_before_anybody_waits():
    time = SimulatedTime()
    pacer = Pacer(clock=time.clock, sleep=time.sleep)
    for _ in range(10):
        assert pacer.take_turn() == 0.0
        pacer.end_turn(Rate(limit=10, remaining=None))
    assert pacer.take_turn() >= 60.0


def test_other_clients_of_the_key_are_left_room():
    time = SimulatedTime()
    pacer = Pacer(clock=time.clock, sleep=time.sleep)
    pacer.take_turn()
    pacer.end_turn(Rate(limit=100, remaining=100 - 1 - 40))  # 40 are somebody else's
    sent = 1
    while pacer.take_turn() == 0.0:
        sent += 1
        pacer.end_turn(None)
    assert sent == 100 * 0.9 - 40


def test_what_others_used_is_forgotten_after_a_window():
    time = SimulatedTime()
    pacer = Pacer(clock=time.clock, sleep=time.sleep)
    pacer.take_turn()
    pacer.end_turn(Rate(limit=10, remaining=0))
    assert 59 <= pacer.take_turn() <= 61


def test_a_pause_holds_everybody():
    time = SimulatedTime()
    pacer = Pacer(clock=time.clock, sleep=time.sleep)
    pacer.pause(30.0)
    pacer.pause(5.0)
    assert pacer.take_turn() == 30.0


def test_the_window_is_learned_from_the_policy():
    time = SimulatedTime()
    pacer = Pacer(clock=time.clock, sleep=time.sleep)
    for _ in range(2):
        pacer.take_turn()
        pacer.end_turn(Rate(limit=2, remaining=None, window=2.0))
    assert 2.0 <= pacer.take_turn() < 2.1


def test_threads_count_what_is_under_way():
    """With a limit of 3, a fourth request waits though none of the three was answered yet."""
    pacer = Pacer()
    pacer.take_turn()
    pacer.end_turn(Rate(limit=3, remaining=None, window=0.3))
    for _ in range(2):
        pacer.take_turn()
    done = threading.Event()
    threading.Thread(target=lambda: (pacer.take_turn(), done.set()), daemon=True).start()
    assert not done.wait(0.05)
    pacer.end_turn(None)
    assert done.wait(5)
