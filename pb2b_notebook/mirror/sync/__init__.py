"""Sync a mirror.

===================  ==========================================================================
Module               What it does
===================  ==========================================================================
``sync_run``         the run over all tables, in turn
``planning``         what to request; **whether rows that are gone are deleted** (the sweep)
``pages``            the rows that changed, in chunks
``synchronization``  one table: each batch is committed as it arrives, and the sweep at the end
``snapshots``        billing, usage and settings at the time of each sync
``forecast``         requests, minutes and room of a first sync
``profiles``         several workspaces, a process for each
``background``       commits run while the next pages are read
===================  ==========================================================================
"""
