"""The handling of one request before its operation runs.

==========================  =====================================================================
Module                      What it does
==========================  =====================================================================
``routing``                 what all operations share: permissions, bodies, transactions
``parameters``, ``bodies``  what an operation reads from its request
``keys``, ``limits``        API keys and their scopes; the rate limit of a key
``idempotency``             the claim, the effect and the response of a write are one transaction
``blocking``                functions that take a moment, in a worker thread
``parts``                   the parts of a sandbox that operations use
``domain_service``          the base class of the domain services
==========================  =====================================================================
"""
