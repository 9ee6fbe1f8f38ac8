"""The database that compares, and how rows are named.

==============  ==============================================================
Module          What it does
==============  ==============================================================
``database``    the SQL database in memory that hashes rows and compares pairs
``components``  which items links lead to
``row_names``   how a row is named in results and choices
==============  ==============================================================
"""
