"""Leads, and what they use of the plan.

In order: ``custom_fields``, ``lead_queries`` (filters and order), ``rules`` (create, change, match, delete) and
``billing`` (the subscription, and what is used of it). The statuses of a lead are in ``sandbox.core.models``.
"""
