"""Write each value in one form.

``rules`` names the rules. ``rewriters`` has the rule of each field, and how a phone number, a country and a date are
written; names and companies are written in ``cleanup.values``. ``derived_columns`` adds columns, ``suggestions`` asks
about what is doubtful, and ``normalize`` runs them in this order.
"""
