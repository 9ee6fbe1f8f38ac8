"""Send one request, and read its response.

==============  ======================================================================================
Wing            What it does
==============  ======================================================================================
``sending``     sends a call: when, with which key and deadline, and **whether again**
``adaptation``  what this service refuses in a request or demands of it: left out, or in its own form
``responses``   what a response says: rows, objects, **the next cursor**, errors
==============  ======================================================================================

``sending.client`` is the only module that sends; the others decide, or read.
"""
