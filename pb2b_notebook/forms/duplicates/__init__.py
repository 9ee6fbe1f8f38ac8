"""The review of duplicates. In order: clusters, decisions, queue and session, chooser, cards, then the two forms."""
