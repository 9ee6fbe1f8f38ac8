"""Notices, under the name that the modules of this room know; see :mod:`pb2b_notebook.display.notices`."""

from pb2b_notebook.display.notices import say

__all__ = ["say"]
