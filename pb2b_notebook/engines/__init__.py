"""Where tables are and what runs on them: in memory, in files of one machine, or on the executors of Spark.

Nothing here knows what a lead is. An algorithm is written once, against the protocol.

==============  ===============================================================================
Module          What it does
==============  ===============================================================================
``protocol``    what the stages of an algorithm ask of an engine
``memory``      the engine of one machine whose memory holds all tables
``disk``        the same with the tables in files of a private work folder; resumes after a kill
``on_spark``    the engine whose tables are in parts on the executors of a session
``work_files``  rows in files of a work folder, read through a memory map
==============  ===============================================================================
"""
