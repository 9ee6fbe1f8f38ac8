"""The review of duplicates: clusters, decisions, queue, session, chooser, cards and status, then the two forms."""
