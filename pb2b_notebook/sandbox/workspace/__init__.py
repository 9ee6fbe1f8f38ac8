"""The workspace around the leads.

``tickets`` has the rules of support tickets; ``ticket_models``, ``billing_models`` and ``settings_models`` are what
the API shows.
"""
