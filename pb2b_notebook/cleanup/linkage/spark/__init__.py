"""The stages on the executors of Spark, by partition.

==============  =========================================================================
Module          What it does
==============  =========================================================================
``duplicates``  rows of a Spark DataFrame, and their clusters back to Spark
``stages``      the stages on the executors
``phones``      of the phones of a row, the one that it is compared by
``executors``   rows of a long Spark DataFrame: its executors compare, the driver links
``linking``     more links than fit on the driver: the executors link
``components``  which contents links lead to, by joins
==============  =========================================================================
"""
