"""Bring in a list by hand: a guided form over :class:`~pb2b_notebook.intake.Intake`.

::

    file ─ columns ─ cells ─ people ─ send ─ result

``draft`` is the state, a value; ``repairs`` and ``people`` decide what is shown in two of its steps and what a choice
changes. ``panels`` and ``form`` have the widgets, ``list_source`` the file, ``history`` what was brought in before.
"""
