"""Tell the reader something that is no error: in a notebook below the cell, in a script through logging."""

from __future__ import annotations

import logging
import sys

_log = logging.getLogger("pb2b_notebook")


def say(text: str, level: int = logging.WARNING) -> None:
    """Print the line where a person is looking at cells, else log it: a script's stdout is its own.

    Args:
        text: one line.
        level: of the log. A script shows WARNING, the default, on stderr unless it says otherwise: what its reader must
            know, since the answer is another than the call leads to expect ("nothing was sent"). INFO is for what only
            tells how an answer came about.
    """
    ipython = sys.modules.get("IPython")
    if ipython is not None and ipython.get_ipython() is not None:
        sys.stdout.write(text + "\n")
    else:
        _log.log(level, "%s", text)
