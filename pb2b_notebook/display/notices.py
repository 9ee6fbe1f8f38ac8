"""Notices that are not errors: in a notebook printed below the cell, in a script written to the log."""

from __future__ import annotations

import logging
import sys
from contextlib import suppress

from pb2b_notebook.display.hiding import is_progress_hidden

_log = logging.getLogger("pb2b_notebook")


def say(text: str, level: int = logging.WARNING) -> None:
    """Print a line in a notebook, and log it anywhere else: a script's stdout is its own.

    Args:
        text: One line.
        level: Level of the log record. A script shows WARNING, the default, on stderr unless it configures logging
            otherwise; use it when the result is not what the call leads to expect ("nothing was sent"). Use INFO for
            an explanation of how a result came about, which a form does without.
    """
    ipython = sys.modules.get("IPython")
    printed = level >= logging.WARNING or not is_progress_hidden()
    with suppress(Exception):  # a notice that cannot be shown does not end the call
        if ipython is not None and ipython.get_ipython() is not None and printed:
            sys.stdout.write(text + "\n")
        else:
            _log.log(level, "%s", text)
