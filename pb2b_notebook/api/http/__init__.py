"""Send one request. In order: transport (key, deadline, size limit), pacing, retry policy, and reading the response.

A response is read in parts: ``headers``, ``envelope`` (a page or an object) and ``error_replies``. ``client`` puts all
of this together and is the only module that sends; ``pacing``, ``retrying``, ``headers`` and ``envelope`` only decide.
"""
