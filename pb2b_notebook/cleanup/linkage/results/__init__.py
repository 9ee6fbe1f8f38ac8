"""What :func:`~..find.duplicates` returns.

==================  ================================================================
Module              What it does
==================  ================================================================
``reasons``         why a pair is one person, in words
``result``          ``Duplicates``
``clustered_rows``  rows with their clusters, as ``merging`` and the forms take them
==================  ================================================================
"""
