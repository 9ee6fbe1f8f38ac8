"""Sending a plan: the only code that writes leads in bulk.

===============  ===========================================================================
Module           What it does
===============  ===========================================================================
``payloads``     decisions → requests
``jobs``         requests and their results in the journal, on disk before the first request
``run``          sends what a job has left, row by row exact
``importing``    sends a plan as import jobs instead
``results``      what the service answered, and which answers are conflicts when applying
``lookups``      the outcome of a request that was not answered
``run_options``  how a job is run
===============  ===========================================================================
"""
