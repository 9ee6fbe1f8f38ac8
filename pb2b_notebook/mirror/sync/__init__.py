"""The sync: planning and pages of one table, its synchronization; snapshots; then the sync run over all."""
