"""The forms of a plan.

===================  ===============================================================================
Module               What it does
===================  ===============================================================================
``make``             plans rows, such as those of merged duplicates
``review``           shows the plan, edits it, applies it
``lines``, ``rows``  the lines of the review; the rows of the plan as one table to filter and search
``lookalikes``       rows that would create a person whom the workspace perhaps has
===================  ===============================================================================
"""
