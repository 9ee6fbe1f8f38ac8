"""Forget a person: person (ids and emails), traces (where), plan (what is erased), suppression (later syncs)."""
