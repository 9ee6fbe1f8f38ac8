"""Work on a Spark cluster that the caller has: nothing here knows what a lead is.

=================  ===========================================================
Module             What it does
=================  ===========================================================
``tables``         tables of polars in parts
``partitions``     runs functions on the parts of a DataFrame
``sessions``       checks the caller's session and DataFrame
``driver_memory``  how much memory this machine has left
``failures``       says what failed in Spark
=================  ===========================================================

PySpark is the extra ``spark``, and is imported when a session is passed.
"""
