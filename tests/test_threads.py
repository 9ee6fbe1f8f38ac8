"""Work beside the caller, with threads and without: the same results in the same order."""

import threading

import pytest

from pb2b_notebook import threads


@pytest.fixture(params=["with threads", "without threads"])
def python(request, monkeypatch):
    """A Python with threads, and one that cannot start any."""
    if request.param == "without threads":
        monkeypatch.setattr(threading.Thread, "start", refuse)
    threads.available.cache_clear()
    yield request.param
    monkeypatch.undo()
    threads.available.cache_clear()


def refuse(_):
    raise RuntimeError("can't start new thread")


def broken():
    raise ValueError("broken")


def numbers(*, fail_at=None):
    for number in range(4):
        if number == fail_at:
            raise ValueError("broken")
        yield number


def prefetching():
    return [thread for thread in threading.enumerate() if thread.name == "pb2b-prefetch"]


def test_threads_are_found_by_starting_one(python):
    assert threads.available() == (python == "with threads")
    assert threads.allow(4) == (4 if python == "with threads" else 1)


def test_one_work_returns_its_result_and_raises_its_error(python):
    assert threads.start(lambda: 7, name="one").result() == 7
    with pytest.raises(ValueError, match="broken"):
        threads.start(broken, name="one").result()


def test_a_pool_keeps_the_order_of_its_tasks(python):
    with threads.executor() as pool:
        assert list(pool.map(str, range(5))) == list("01234")
        with pytest.raises(ValueError, match="broken"):
            pool.submit(broken).result()


def test_a_task_that_another_task_hands_over_runs_after_it(python):
    order = []
    with threads.executor(1) as pool:

        def first():
            pool.submit(order.append, "second")
            order.append("first")

        pool.submit(first).result()
    assert order == ["first", "second"]


def test_a_later_call_is_made_or_left_to_the_caller(python):
    called = threading.Event()
    timer = threads.call_later(0, called.set)
    if python == "with threads":
        assert called.wait(5)
    else:
        assert timer is None
        assert not called.is_set()


def test_read_ahead_yields_all_items_in_order(python):
    assert list(threads.read_ahead(numbers())) == [0, 1, 2, 3]


def test_an_error_of_a_later_item_is_raised_after_the_earlier_items(python):
    items = threads.read_ahead(numbers(fail_at=2))
    assert [next(items), next(items)] == [0, 1]
    with pytest.raises(ValueError, match="broken"):
        next(items)


def test_the_next_item_is_fetched_while_the_caller_works():
    second = threading.Event()

    def items():
        yield 1
        second.set()
        yield 2

    reading = threads.read_ahead(items())
    next(reading)
    assert second.wait(5)


def test_at_most_one_item_is_ahead(python):
    fetched = []
    reading = threads.read_ahead(number for number in numbers() if fetched.append(number) is None)
    next(reading)
    reading.close()
    assert len(fetched) <= 2


def test_a_caller_that_stops_leaves_no_thread_behind():
    before = prefetching()
    reading = threads.read_ahead(numbers())
    next(reading)
    [thread] = [thread for thread in prefetching() if thread not in before]
    reading.close()
    thread.join(5)
    assert not thread.is_alive()


def test_workers_repeat_a_step_until_nothing_is_left(python):
    left, done, looks = list(range(20)), [], []
    lock = threading.Lock()

    def step():
        with lock:
            if not left:
                return False
            done.append(left.pop())
            return True

    workers = threads.Workers(step, 3, name="crew")
    workers.run(lambda: looks.append(len(done)))
    workers.join(1)
    assert sorted(done) == list(range(20))
    if python == "without threads":
        assert looks == list(range(1, 21))  # after each step, so that a caller can show progress, and stop
