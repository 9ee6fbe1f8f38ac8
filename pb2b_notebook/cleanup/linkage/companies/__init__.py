"""Companies as a subject of matching: what :mod:`..subjects` and :mod:`..find` run instead of the tables for people.

=====================  =============================================================================================
Module                 What it does
=====================  =============================================================================================
``columns``            which columns of a company list are compared
``standardization``    rows → plain columns: name, legal form, domain, phone, address and numbers
``features``           everything that pairs are blocked and compared by
``blocking``           which pairs are compared
``levels``             levels of agreement in words, and rules that no sum of weights can express
``comparison``         the SQL that finds the levels
=====================  =============================================================================================
"""
