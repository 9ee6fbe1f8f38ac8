"""Whether this Python runs in a web page, as in JupyterLite, and what cannot be done there.

It has no threads, no sockets and no other processes; its files are in the memory of the page; and whoever serves the
page can read everything in it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

_PLATFORMS: Final = ("emscripten", "wasi")
"""What ``sys.platform`` is in WebAssembly; see PEP 776 and PEP 816."""

ELSEWHERE: Final = "run the notebook on your machine or on Binder: `pip install 'pb2b-notebook[all]'`"
"""The repair of what works everywhere but in a web page."""


_ZONES: Final = Path("/usr/share/zoneinfo")


def place_time_zones(to: Path = _ZONES) -> None:
    """Copy the time zones of the package ``tzdata`` to where Arrow looks for them, unless there are some.

    Args:
        to: Folder of a Unix system's time zones.
    """
    import shutil
    from importlib.resources import as_file, files

    if not to.exists():
        with as_file(files("tzdata") / "zoneinfo") as zones:
            shutil.copytree(zones, to, ignore=shutil.ignore_patterns("*.py", "__pycache__"))


def is_in_browser() -> bool:
    """Whether this Python runs in a web page.

    >>> is_in_browser()
    False
    """
    return sys.platform in _PLATFORMS
