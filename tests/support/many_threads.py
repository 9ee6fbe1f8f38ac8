"""Many threads of one client, and how close together their requests arrive."""

import threading
from bisect import bisect_right
from concurrent.futures import ThreadPoolExecutor


def together(*actions):
    """Run each action in a thread of its own, all at once; return their results in the same order."""
    start = threading.Barrier(len(actions))

    def run(action):
        start.wait()
        return action()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def most_in_a_window(times, window):
    """The largest number of arrivals in any window that ends with one of them."""
    ordered = sorted(times)
    return max(i + 1 - bisect_right(ordered, at - window) for i, at in enumerate(ordered))


def read_in_threads(ws, *, threads, calls):
    """Make N calls, shared by several threads, and return the errors."""
    left, problems, lock = [calls], [], threading.Lock()

    def run():
        while True:
            with lock:
                if not left[0]:
                    return
                left[0] -= 1
            try:
                ws.me()
            except Exception as problem:  # noqa: BLE001 - the test reports it
                problems.append(problem)

    together(*[run] * threads)
    return problems
