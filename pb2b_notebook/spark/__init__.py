"""Work on a Spark cluster that the caller has: nothing here knows what a lead is.

``sessions`` checks the caller's session. ``partitions`` runs functions on the parts of a DataFrame, and ``tables`` has
tables of polars in parts. PySpark is the extra ``spark``, and is imported when a session is passed.
"""
