"""Merge the rows of a cluster into one record.

:func:`~.merge.merge` runs these stages in order:

==================  ================================================================================================
Module              What it does
==================  ================================================================================================
``merge``           ``merge``: runs all stages and builds the result
``on_spark``        the same on executors, cluster by cluster
``choices``         what the arguments say about rows and fields
``members``         what decides among the rows of a cluster: values, what addresses spell, ages of rows
``review``          why a cluster is left for a person
``survivorship``    the value of each field, **by its rule**, with ``spelling`` (how a name and an address spell it)
``golden_records``  the records, and the source of each value
==================  ================================================================================================
"""
