"""Tell the reader something that is no error: in a notebook below the cell, in a script through logging."""

from __future__ import annotations

import logging
import sys

_log = logging.getLogger("pb2b_notebook")


def say(text: str, level: int = logging.INFO) -> None:
    """Print the line where a person is looking at cells, else log it: a script's stdout is its own.

    Args:
        text: one line.
        level: of the log; from WARNING on a script shows it on stderr unless it says otherwise.
    """
    ipython = sys.modules.get("IPython")
    if ipython is not None and ipython.get_ipython() is not None:
        sys.stdout.write(text + "\n")
    else:
        _log.log(level, "%s", text)
