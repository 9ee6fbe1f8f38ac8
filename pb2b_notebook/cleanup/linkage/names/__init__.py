"""Names of people, companies and towns in the form that is compared.

====================  ==============================================================================
Module                What it does
====================  ==============================================================================
``folding``           text without accents, case and signs; placeholders as blanks
``plain_names``       names without titles and credentials, given name first
``person_names``      the parts of a name: given, middle and family names, initials, generation
``tone_marks``        words with the tone marks of Vietnamese and Chinese names
``names_from_email``  names of rows that have only an address
``name_corrections``  misspelled names that the address or LinkedIn profile spells right
``romanization``      names of other scripts in Latin letters
``name_words``        the words of names, and what each may be
``other_names``       names of one person in other words: spellings, forms and parts
``loose_names``       names that may be one where two small things differ
``towns``             the English name of a town
``company_names``     names of companies without a host, and what numbers one of several companies
====================  ==============================================================================
"""
