"""The workspace around the leads: tickets, billing, settings."""
