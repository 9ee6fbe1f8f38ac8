"""One Delta table: what it holds, how it is written and kept up.

==========================================  =========================================================================
Module                                      What it does
==========================================  =========================================================================
``catalogue``                               the resources of a mirror
``locations``, ``stores``                   folders on this machine, and in an object store
``layout``, ``instants``                    names and types of the columns; times in microseconds
``comparison``, ``ordering``                **which received rows are new or newer**, by the order of the service
``tables``                                  **one table**: rows that are committed with the sync state
``datafiles``, ``commits``, ``versions``    its Parquet files; what a commit records; the version after it
``commit_log``                              whether the log of a table is complete
``history``                                 former rows, with the time and version that ended them
``locking``                                 one writer at a time
``compaction``, ``retention``, ``pruning``  upkeep: fewer files, none that no version needs, no history before a time
``engine_errors``, ``extras``               errors of the engines as ours; packages that are imported on first use
==========================================  =========================================================================
"""
