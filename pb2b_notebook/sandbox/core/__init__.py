"""What all domains of the sandbox share.

=====================================  ==============================================================================
Module                                 What it does
=====================================  ==============================================================================
``store``, ``tables``                  the database, and its tables; ``files`` are beside it
``models``, ``envelopes``              the objects of the API, with **the statuses of a lead**, and their envelopes
``queries``, ``listing``, ``cursors``  the parameters of lists, their pages, and where the next page begins
``problems``, ``validation``           the errors that the API answers with; what is wrong with a value that was sent
``clocks``                             the clock of the domain, which tests set, and that of the machine
``identifiers``, ``draws``             ids and random draws, the same for the same seed
``countries``                          the codes of countries
``usage``                              what a workspace used of its plan, by month
``signatures``, ``signing_secrets``    signatures of webhook deliveries, and their secrets
=====================================  ==============================================================================
"""
