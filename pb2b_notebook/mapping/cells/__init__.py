"""One cell → a value of its field.

================================  ======================================================================
Module                            What it does
================================  ======================================================================
``conversion``                    **a cell → a value**: exactly, or not at all
``converters``, ``value_maps``    other ways to read cells, by choice; what the cells of one column mean
``currencies``                    the currency that a field names, and amounts with it
``repairs``                       which converters read the cells of a column that do not convert
``countries``, ``country_names``  countries by name and code, in all languages
``birth_dates``                   a birth date in three columns
``postcodes``                     a postcode before the city, in one cell
================================  ======================================================================
"""
