"""When to send, whether to send again, and the only code that uses the network.

=====================  ========================================================================
Module                 What it does
=====================  ========================================================================
``courier``            **sends a call**: retries, pacing and a deadline around the transport
``transport``          one request and response: key, deadline, limit on the size
``deadlines``          one deadline for all operations of an exchange
``network``            the connections to a service, each operation within the deadline
``caller_transports``  a transport of httpx that a caller has given
``messages``           the request and the response that pass through a transport
``pacing``             when to send, so that the rate limit holds
``retrying``           **whether to send again**, and after which wait
``redirects``          which redirects are followed
``write_lock``         no writes on a live service before it was checked
=====================  ========================================================================
"""
