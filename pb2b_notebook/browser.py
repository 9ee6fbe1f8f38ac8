"""Whether this Python runs in a web page, as in JupyterLite, and what cannot be done there.

It has no threads, no sockets and no other processes; its files are in the memory of the page; and whoever serves the
page can read everything in it.
"""

from __future__ import annotations

import sys
from typing import Final

_PLATFORMS: Final = ("emscripten", "wasi")
"""What ``sys.platform`` is in WebAssembly; see PEP 776 and PEP 816."""

ELSEWHERE: Final = "run the notebook on your machine or on Binder: `pip install 'pb2b-notebook[all]'`"
"""The repair of what works everywhere but in a web page."""


def is_in_browser() -> bool:
    """Whether this Python runs in a web page.

    >>> is_in_browser()
    False
    """
    return sys.platform in _PLATFORMS
