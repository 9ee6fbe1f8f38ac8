"""Read pages one after the other, to an end that is proven or not.

=================  =======================================================================
Module             What it does
=================  =======================================================================
``sequence``       the pages in order
``pagination``     follows cursors, and never in a circle
``continuation``   what leads on without a cursor: a time, a row, an offset, a page number
``cursor_trials``  what cursors are, where it is in doubt
=================  =======================================================================
"""
