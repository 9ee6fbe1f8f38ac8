"""Progress bars, under the name that the modules of this room know; see :mod:`pb2b_notebook.display.progress`."""

from pb2b_notebook.display.progress import SHOWN_AFTER, Progress

__all__ = ["SHOWN_AFTER", "Progress"]
