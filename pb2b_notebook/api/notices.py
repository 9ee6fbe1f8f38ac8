"""Tell the reader something that is no error: in a notebook below the cell, in a script through logging."""

from __future__ import annotations

import logging
import sys

_log = logging.getLogger("pb2b_notebook")


def say(text: str) -> None:
    """Print the line where a person is looking at cells, else log it at INFO: a script's stdout is its own."""
    ipython = sys.modules.get("IPython")
    if ipython is not None and ipython.get_ipython() is not None:
        sys.stdout.write(text + "\n")
    else:
        _log.info("%s", text)
