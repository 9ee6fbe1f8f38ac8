"""Find rows that are about one person or one company.

:func:`~.find.duplicates` runs these stages in order:

=============================  ===================================================================================
Module                         What it does
=============================  ===================================================================================
``find``                       ``duplicates``: runs all stages and builds the result
``compared_columns``           which columns are compared, and the lead field of each
``roles``                      what further columns may hold; ``mapping.role_guesses`` guesses which do
``further_columns``            levels and weights of further columns
  ``further_shares``           how often further columns differ for one person in this list
``standardization``            rows → plain columns, with ``folding`` (text) and ``person_names``
  ``typed_values``             values of further columns, in one form for each role
  ``plain_names``              names without titles and credentials, given name first
``features``                   equal rows as one, and everything that pairs are blocked and compared by
  ``names_from_email``         names of rows that have only an address
  ``name_corrections``         misspelled names that the address or LinkedIn profile spells right
  ``frequencies``              how common a name is, how many people share a phone
``blocking``                   which pairs are compared
``work_folder``                where the tables of the stages are: in memory, or in files of a private folder
``database``                   the SQL database in memory that hashes rows and compares pairs
``levels``, ``comparison``     levels of agreement in words; the SQL that finds them
``subjects``                   what differs between people and companies (``companies``): comparisons, words, rules
``weights``                    **the score of a pair**: the weights of its levels (``match_weights.json``), added up
``scoring``                    scores each pattern of levels once, and keeps the pairs above the threshold
``wrong_names``                how often names are wrong in a list, and what two different names may be there
``wrong_numbers``              what two different identifiers are in a list: a wrong number, or two people
``near_dates``                 what dates that differ by an error are in a list: an error, or namesakes by chance
``households``                 what rows of one family name at one address are in a list
``clustering``                 scored pairs → clusters, without weak links
``grouping``                   clusters of rows, their ids, and the links between rows
``list_scoring``               weights that follow from the pairs of one list, and links that do not hold
``spark_duplicates``           rows of a Spark DataFrame, and their clusters back to Spark
``spark_people``               people of a long Spark DataFrame: its executors compare, the driver links
  ``spark_stages``             the stages on the executors
  ``spark_tables``             where their tables are: what ``work_folder`` is on one machine
``reasons``, ``result``        why a pair is one person, in words; ``Duplicates``
``clustered_rows``             rows with their clusters, as ``merging`` and the forms take them
``accounts``                   ``accounts``: the companies of a list of leads, by the same stages
``row_names``                  how a row is named in results and choices
=============================  ===================================================================================

``suppression`` finds suppressed people among new rows. ``learning`` refits the weights to labelled pairs (``learn``),
with ``logistic_regression``.
"""
