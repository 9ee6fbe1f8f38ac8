"""Prospector workflows: models, rules (create, change, start), runs (the job that finds leads)."""
