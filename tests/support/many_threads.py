"""Many threads of one client, and how close together their requests arrive."""

import threading
from bisect import bisect_right


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

    workers = [threading.Thread(target=run) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return problems
