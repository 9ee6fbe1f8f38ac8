"""Write each value in one form.

===========================  ======================================================================================
Module                       What it does
===========================  ======================================================================================
``normalize``                ``normalize``: runs the others, and records each change with its rule
``rules``                    the rules by name, and which of them a call uses
``rewriters``                **how each field is written**: by the readers of phones, dates … in ``cleanup.values``
``derived_columns``          columns that follow from others, such as the domain of the company
``names_like_placeholders``  names that are also words for nothing: Null, Test
``suggestions``              corrections that a person must decide
===========================  ======================================================================================
"""
