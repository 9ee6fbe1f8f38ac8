"""Write each value in one form. In order: rewriters, derived columns, suggestions, ``normalize``."""
