"""Read a list to its end, and prove that it is the end.

Where the next page is, :mod:`pb2b_notebook.api.http.paging` reads from each response.

==========================  ====================================================================================
Module                      What it does
==========================  ====================================================================================
``listing``                 **one list**: its pages in order or in windows, and the rows that match
``collecting, batches``     pages → one table, for a frame; pages → tables, for the mirror
``sequence``                pages one after the other, to an end that is proven or not
``pagination``              follows cursors, and never in a circle
``continuation``            what leads on without a cursor: a time, a row, an offset, a page number
``cursor_trials``           what cursors are, where it is in doubt
``places``                  rows that pages left out since others moved
``completeness``            **whether the pages are proven to be the whole list**
``windows``                 windows of time that are read in parallel; ``parallel`` reads them
``window_choice``           in how many; ``window_requests`` asks for them and finds what they missed
``query``                   the filters that are sent, and those that are applied here
``selection``               the rows of a page that match
``row_filters, row_order``  whether the service applies a filter, or keeps an order; ``several_values`` likewise
``page_requests``           one page: cursor, size and filters as they are accepted; ``page_sizes`` the size
``probes``                  small requests that ask about a list
``matching_query``          a query that a row certainly matches, to see what a service answers then
``facts, parameters``       what is known of a list; the names of parameters
==========================  ====================================================================================
"""
