"""Which column is which field.

========================  ===================================================================
Module                    What it does
========================  ===================================================================
``suggestion``            **the best pairs of a list**
``candidates``            pairs of a column and a field, by name and content
``headers``, ``grammar``  which field a name alone indicates, and what its words say together
``abbreviations``         what the abbreviated words of a name may be
``phone_names``           which columns hold a phone beside the mapped one
``recognition``           what values look like: addresses, numbers, dates, countries
``neighbors``             what the columns beside a column say of it
``role_guesses``          what other columns hold, for ``duplicates``
``businesses``            the "Name" of a list of businesses, which is the company
``event_facts``           what each event of a list has
``object_prefixes``       names that begin with the object and end with a kind
``company_domains``       the column of companies by the domains of the email addresses
``company_addresses``     addresses and ids that colleagues share
========================  ===================================================================
"""
