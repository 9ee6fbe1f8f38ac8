"""The client of the REST API. A call passes the wings from top to bottom, and its answer comes back up.

``domains``   verbs such as ``ws.leads.list`` and ``ws.imports.create``
``calls``     binds arguments to an operation; reads, sends, and builds records and frames
``contract``  which document of the service a call follows, how it drifts from ours, ``ws.check()``
``lists``     follows cursors, reads windows of time in parallel, collects pages
``http``      sends one request: transport, retry policy, pacing, envelope
"""
