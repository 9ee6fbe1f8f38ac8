"""One module for each kind of value: how it is read, how it is written, and what can be wrong with it.

=====================================  =================================================================================
Module                                 Values
=====================================  =================================================================================
``text``, ``mojibake``                 text of any field; text in a wrong encoding
``placeholders``, ``suspicious_text``  values that stand for nothing; formulas, markup, look-alike letters
``stray_marks``                        commas, quotes and wide letters around or in a name
``names``, ``name_case``               names of people, and their upper and lower case
``plain_names``                        names of plain words, which are read sooner
``name_order``, ``honorifics``         which word is the given name; titles and degrees around a name
``several_people``                     whether a cell names several of them
``name_prefixes``                      what is written before a name: Attn:, or a number
``given_names``, ``family_names``      given names, and what short forms stand for; family names of birth
``job_titles``, ``title_case``         seniority and function; titles in capitals
``companies``, ``legal_forms``         the case of company names; their legal forms
``addresses``, ``email_checks``        email addresses, URLs and hosts; whether an address is valid, shared or private
``phones``                             **phone numbers in E.164**
``several_phones``                     several of them in one cell
``city_case``, ``regions``             cities, and the regions around them
``dates``, ``tags``                    dates and times; several values in one cell
=====================================  =================================================================================

Their words are in TOML files beside them. ``cleanup.normalization`` writes values by these modules, ``cleanup.checks``
says what is wrong with them.
"""
