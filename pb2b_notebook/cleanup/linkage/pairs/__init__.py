"""Pairs of rows: which are compared, and how far they agree.

===============  ==========================================================================
Module           What it does
===============  ==========================================================================
``features``     equal rows as one, and everything that pairs are blocked and compared by
``frequencies``  how common a name is, how many people share a phone
``blocking``     which pairs are compared
``levels``       levels of agreement in words, and rules that no sum of weights can express
``phone_kinds``  numbers of two kinds, which do not differ by a typing error
``comparison``   the SQL that finds the levels
===============  ==========================================================================
"""
