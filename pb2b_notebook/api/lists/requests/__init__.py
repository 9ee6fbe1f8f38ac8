"""Ask for one page, with cursor, size and filters as the service takes them.

==================  ================================================================================
Module              What it does
==================  ================================================================================
``page_requests``   one page; ``page_sizes`` its size
``places``          rows that pages left out since others moved
``query``           the filters that are sent, and those that are applied here
``time_bounds``     whether the service keeps the rows near a bound of time
``row_filters``     whether the service applies a filter
``matching_query``  a query that a row certainly matches, to see what a service answers then
==================  ================================================================================
"""
