"""A year of history: arrivals, engagement, lead stories, data errors, one history a domain; ``fill`` runs them all."""
