"""Send one request. In order: transport (httpx, keys, size limits), pacing and retry policy, envelope (page or error).

``client`` is the only module that meets the network; ``pacing``, ``retrying`` and ``envelope`` decide, and are pure.
"""
