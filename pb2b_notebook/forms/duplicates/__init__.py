"""The review of duplicates, in stages: clusters, decisions, queue, session, chooser, cards, then the two forms."""
