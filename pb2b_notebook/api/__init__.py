"""The client of the REST API. A call passes these wings from top to bottom, and its response comes back up.

``domains``   verbs such as ``ws.leads.list`` and ``ws.imports.create``
``contract``  which document of the service a call follows, how it drifts from ours, ``ws.check()``
``calls``     binds arguments to an operation; reads, sends, and builds records and frames
``lists``     follows cursors, reads windows of time in parallel, collects pages
``context``   what the calls of one workspace share: client, contract, journal, clock
``http``      sends one request: transport, retry policy, pacing, envelope
"""
