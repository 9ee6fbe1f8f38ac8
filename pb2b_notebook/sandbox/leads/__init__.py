"""Leads. In order: custom fields, queries (filters and order), rules (create, change, upsert), usage and billing."""
