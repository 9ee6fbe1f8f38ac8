"""Send one request, and read its response.

``client`` is the only module that sends; the others decide, or read.

===========================  ====================================================================================
Module                       What it does
===========================  ====================================================================================
``client``                   **sends a call**: retries, pacing and a deadline around the transport
``transport``                one request and response: key, deadline, limit on the size
``pacing``                   when to send, so that the rate limit holds
``retrying``                 **whether to send again**, and after which wait
``redirects``                which redirects are followed
``write_lock``               no writes on a live service before it was checked
``reply, headers``           one response, and what its headers say
``envelope``                 a page or an object in a response; ``list_location`` finds rows elsewhere
``paging``                   **the next cursor**, and whether a response proves the end of a list
``error_replies``            a response outside 2xx → a typed error
``empty_lists``              refusals that mean an empty list
``object_forms``             objects of another form as objects of the contract; ``single_values`` texts in lists
``deviations``               where an object differs from the contract
``unlearning``               what to leave out of a request that was refused
``time_forms, write_forms``  in which form a service takes times and the bodies of writes
``demands``                  what a service demands of a write in its headers
``versions``                 the version of an object, in the text of the service
===========================  ====================================================================================
"""

import sys

if "httpx" not in sys.modules:
    # httpx loads its command line with it, and with that rich and pygments: half the time of its import.
    sys.modules["httpx._main"] = None  # type: ignore[assignment]
    try:
        import httpx as _httpx  # noqa: F401
    finally:
        del sys.modules["httpx._main"]
