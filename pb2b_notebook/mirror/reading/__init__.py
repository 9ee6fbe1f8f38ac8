"""Read a mirror.

=======================  ==========================================================
Module                   What it does
=======================  ==========================================================
``queries``              rows of a table as frames, with conditions and columns
``sql_reader``, ``sql``  ``ws.sql``: its arguments; the one SELECT that DuckDB runs
``table_reader``         ``frame`` and ``sql`` of one mirror and of several
``result_types``         results of SQL in the types of frames
``spark``                rows of a table as a Spark DataFrame
``caching``              lists answered from the mirror (``cached=True``)
``time_travel``          earlier versions, and the changes since
``union``                one frame over the same table of several workspaces
``reporting``            what a mirror reports of itself, as frames
=======================  ==========================================================
"""
