"""Delta tables: locations, layout, data files, comparison, commits, tables and history; then their upkeep."""
