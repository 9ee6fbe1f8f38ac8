"""Functions that take a moment: in a worker thread of the server, or at once for a request of this process."""

from functools import partial

from starlette.concurrency import run_in_threadpool

from pb2b_notebook import in_process

run_blocking = partial(in_process.run_blocking, to_thread=run_in_threadpool)
"""Return the result of a function; see :func:`pb2b_notebook.in_process.run_blocking`."""
