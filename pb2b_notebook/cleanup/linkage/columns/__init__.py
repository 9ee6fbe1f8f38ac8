"""Which columns are compared, and rows as plain columns.

====================  ========================================================================
Module                What it does
====================  ========================================================================
``compared_columns``  which columns are compared, and the lead field of each
``roles``             what further columns may hold; ``mapping.role_guesses`` guesses which do
``further_columns``   levels and weights of further columns
``all_phones``        every phone of a row: further columns, and several in one cell
``shared_phones``     phones that other people have, too
``typed_values``      values of further columns, in one form for each role
``standardization``   rows → plain columns
====================  ========================================================================
"""
