"""Which document the service follows. In order: sources (where it comes from), drift (what differs), checking."""
