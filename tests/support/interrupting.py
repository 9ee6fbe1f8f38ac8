"""Press Ctrl-C at a certain moment: when a function begins, or while the engine of a database computes."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import contextmanager


@contextmanager
def ctrl_c_in(function):
    """Send this process SIGINT when ``function`` is called for the first time."""
    code = function.__code__

    def watch(frame, event, _argument):
        if event == "call" and frame.f_code is code:
            sys.setprofile(None)
            signal.raise_signal(signal.SIGINT)

    sys.setprofile(watch)
    try:
        yield
    finally:
        sys.setprofile(None)


@contextmanager
def ctrl_c_soon(seconds=0.2):
    """Send this process SIGINT from another thread, which the engine does not hold up."""
    timer = threading.Timer(seconds, signal.raise_signal, [signal.SIGINT])
    timer.start()
    try:
        yield
    finally:
        timer.join()
