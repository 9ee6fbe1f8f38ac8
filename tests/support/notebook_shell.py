"""Run the cells of a notebook in this process; nbval runs every notebook in a kernel."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config


@contextmanager
def new_shell() -> Iterator[InteractiveShell]:
    """Yield a shell without history; the level of the log of webhooks, which notebook 02 changes, is restored."""
    InteractiveShell.clear_instance()
    log = logging.getLogger("pb2b_notebook.webhooks")
    level = log.level
    try:
        yield InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    finally:
        InteractiveShell.clear_instance()
        log.setLevel(level)
