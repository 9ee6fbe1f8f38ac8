"""A year of history: arrivals, engagement, lead stories, mess, one history a domain; ``fill`` runs them all."""
