"""The score of a pair: the weights of its levels, fitted to the list.

=======================  ==================================================================================
Module                   What it does
=======================  ==================================================================================
``weights``              the weights of the levels: ``match_weights.json``
``refinement``           the match rate and the weights of the levels in this list
``further_shares``       how often further columns differ for one person in this list
``wrong_names``          how often names are wrong in a list, and what two different names may be there
``garbled_names``        what rows are that share an address or a phone, and whose names differ
``wrong_numbers``        what two different identifiers are in a list: a wrong number, or two people
``other_addresses``      what two different email addresses of rows of one name are in a list
``near_dates``           what dates that differ by an error are in a list: an error, or namesakes by chance
``chance_pairs``         what names and dates that are both a little different are in a list: errors, or strangers
``twins``                what rows of one family name and date are whose given names are a little alike
``households``           what rows of one family name at one address are in a list
``scoring``              **the score of a pair**: the sum of its weights, within limits
``list_scoring``         runs these for one list
``logistic_regression``  weights from labelled pairs, for ``learning``
=======================  ==================================================================================
"""
