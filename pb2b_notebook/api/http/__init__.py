"""Send one request. In order: transport (key, deadline, size limit), pacing, retry policy, and reading the response.

A response is read in parts: ``headers``, ``envelope`` (a page or an object) and ``error_replies``. ``client`` puts all
of this together and is the only module that sends; ``pacing``, ``retrying``, ``headers`` and ``envelope`` only decide.
"""

import sys

if "httpx" not in sys.modules:
    # httpx loads its command line with it, and with that rich and pygments: half the time of its import.
    sys.modules["httpx._main"] = None  # type: ignore[assignment]
    try:
        import httpx as _httpx  # noqa: F401
    finally:
        del sys.modules["httpx._main"]
