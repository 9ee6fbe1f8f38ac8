"""Imports and exports.

======================================  =====================================================
Module                                  What it does
======================================  =====================================================
``imports``                             the rules of imports, and what their job does
``csv_rows``, ``import_rows``           the rows of CSV; the values that each gives to a lead
``exports``                             the rules of exports, and what their job does
``export_filters``, ``export_formats``  which leads an export has; CSV, JSON Lines and XLSX
``import_models``, ``export_models``    both as the API shows them
======================================  =====================================================
"""
