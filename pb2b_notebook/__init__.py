"""ProspectB2B in Jupyter."""
