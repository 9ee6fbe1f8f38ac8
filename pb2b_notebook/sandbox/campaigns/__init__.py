"""Campaigns.

==============================  ==========================================================
Module                          What it does
==============================  ==========================================================
``models``, ``message_models``  campaigns, runs and logs; messages, threads and activities
``audiences``                   **which leads a campaign may reach**
``rules``                       create, change, publish, pause
``runs``                        when a run may start, and what its job does
``exchanges``                   simulates one message to one lead, and the reply
``correspondence``              messages, threads and log entries as the API shows them
==============================  ==========================================================
"""
