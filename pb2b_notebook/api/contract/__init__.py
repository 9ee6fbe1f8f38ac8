"""Which document the service follows. In order: sources (load one), drift (report differences), checking a service."""
