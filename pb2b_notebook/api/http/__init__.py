"""Send one call, and read its response.

==================  ======================================================================================
Module or wing      What it does
==================  ======================================================================================
``client``          sends a call in the form that this service takes, and learns it from refusals
``version_checks``  the version of its object that a write names: in the service's text, or compared here
``writes``          writes as this service demands them: with a mask, a media type, or as the whole object
``sending``         sends a call as it is: when, with which key and deadline, and **whether again**
``adaptation``      what this service refuses in a request or demands of it: left out, or in its own form
``responses``       what a response says: rows, objects, **the next cursor**, errors
``call``            one call, ready to send
==================  ======================================================================================

``sending.courier`` is the only module that sends; ``adaptation`` and ``responses`` decide, or read.
"""
