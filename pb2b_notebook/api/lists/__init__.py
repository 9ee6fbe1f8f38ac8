"""Read a list to its end, and prove that it is the end.

========================  ======================================================================================
Wing or module            What it does
========================  ======================================================================================
``listing``               **one list**: its pages in order or in windows, and the rows that match
``collecting, batches``   pages → one table, for a frame; pages → tables, for the mirror
``parallel``              windows of time that are read at once
``pages``                 pages one after the other, to an end that is proven or not
``trials``                what this service makes of filters and orders
``requests``              one page: cursor, size and filters as they are accepted
``completeness``          **whether the pages are proven to be the whole list**
``windows``               windows of time, as values
``facts, parameters``     what is known of a list; the names of parameters
========================  ======================================================================================

Where the next page is, :mod:`pb2b_notebook.api.http.responses.paging` reads from each response.
"""
