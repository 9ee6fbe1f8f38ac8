"""Where the tables of the stages are, and how rows are named.

===============  ==============================================================
Module           What it does
===============  ==============================================================
``work_folder``  tables in memory, or in files of a private folder
``database``     the SQL database in memory that hashes rows and compares pairs
``components``   which items links lead to
``row_names``    how a row is named in results and choices
===============  ==============================================================
"""
