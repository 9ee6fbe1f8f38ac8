"""Lines of text: CSV files in any encoding and dialect.

===============  =======================================================================
Module           What it does
===============  =======================================================================
``encodings``    the encoding of a file; ``code_pages`` guesses among one-byte encodings
``dialects``     separator and quotes
``csv_reading``  a CSV file → its rows
``csv_writing``  rows → a CSV file
===============  =======================================================================
"""
