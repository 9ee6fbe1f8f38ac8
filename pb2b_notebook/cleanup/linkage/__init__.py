"""Find rows that are about one person or one company.

:func:`~.find.duplicates` runs these stages in order; each wing opens with the table of its modules:

===============  ===============================================================================
Part             What it does
===============  ===============================================================================
``find``         ``duplicates``: runs all stages and builds the result
``columns``      which columns are compared; rows → plain columns
``names``        names of people and of towns in the form that is compared
``pairs``        equal rows as one, which pairs are compared, and the levels at which they agree
``scores``       the score of a pair: the weights of its levels, fitted to the list
``clusters``     scored pairs → clusters, without weak links
``results``      ``Duplicates``, and the reasons in words
``subjects``     what differs between people and companies: comparisons, words, rules
                 (``subject_stages``: the stages that differ)
``companies``    the stages that companies have of their own
``tables``       where the tables of the stages are: in memory, or in files of a private folder
``spark``        the stages on the executors of Spark
``accounts``     ``accounts``: the companies of a list of leads, by the same stages
``suppression``  suppressed people among new rows
``learning``     ``learn``: refits the weights to labelled pairs
===============  ===============================================================================
"""
