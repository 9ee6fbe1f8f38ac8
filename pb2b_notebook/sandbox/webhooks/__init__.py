"""Webhooks.

==============================  =========================================================
Module                          What it does
==============================  =========================================================
``models``, ``rules``           endpoints and deliveries; creating, changing and retrying
``events``                      the nine events, and the object in each
``outbox``, ``delivery_queue``  events stored with their change; what of them is due
``delivery_attempts``           **what follows from an attempt**: done, due again, failed
``deliveries``, ``posting``     makes the attempts when they are due; one POST
``sinks``                       the addresses that a sandbox may deliver to
==============================  =========================================================
"""
