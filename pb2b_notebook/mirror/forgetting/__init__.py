"""Forget a person in every mirror: person (whom), traces (where), plan (what is erased), suppression (later syncs)."""
