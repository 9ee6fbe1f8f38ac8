"""Workbooks: XLSX, XLSB, XLS and ODS.

===================  =====================================================================================
Module               What it does
===================  =====================================================================================
``reading``          a workbook → its rows, after an inspection of its parts
``xlsx_inspection``  sizes, dates and hidden rows of an XLSX file, before it is read; likewise those below
``xlsb_inspection``  of an XLSB file
``xls_inspection``   of an XLS file, with ``compound_files``, the container
``ods_inspection``   of an ODS file
``limits``           how large a workbook may be when it is unpacked
``dates``            which numbers are dates
``xlsx_writing``     frames → the sheets of a workbook
===================  =====================================================================================
"""
